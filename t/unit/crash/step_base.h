
/*
 * Copyright (C) the print hub contributors
 */


/* What the files of operations share. */


#ifndef _NGX_PRINT_STEP_BASE_H_INCLUDED_
#define _NGX_PRINT_STEP_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "step.h"


#define A      (&step_env.a)
#define H      (&step_env.h)
#define D      (&step_env.d)
#define REF    step_env.ref
#define BATCH  (&step_env.batch)

/* the first one of a zone */
#define JOB    (&A->jobs[1])

#define step_number(ops)  (sizeof(ops) / sizeof((ops)[0]))


void step_nothing(void);
void step_pop(ngx_print_store_queue_t *q);
void step_open(void);
void step_open_ws(void);
void step_open_ws_h(void);
void step_open_poll(void);
void step_queue(ngx_uint_t n);
void step_open_poll_queue(void);
void alt_unattached(ngx_uint_t i);
void act_disconnect(void);
void act_close(void);
void act_free(void);
void step_open_queue(void);

/* one more request, number n */
void step_print(ngx_uint_t n, const char *ids, ngx_uint_t resend);
void step_take(void);
void step_take_done(void);

/* sending them */
void step_job(void);
void act_job_cancel(void);
void act_lost_free(void);
void act_lost_leave(void);
void act_move(void);
void act_info(void);


#endif /* _NGX_PRINT_STEP_BASE_H_INCLUDED_ */
