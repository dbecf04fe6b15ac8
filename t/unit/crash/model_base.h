
/*
 * Copyright (C) the print hub contributors
 */


/* What the files of the model share. */


#ifndef _NGX_PRINT_MODEL_BASE_H_INCLUDED_
#define _NGX_PRINT_MODEL_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "model.h"


ngx_uint_t model_alive(model_t *m, ngx_uint_t slot, uint32_t epoch);
ngx_uint_t model_attached(model_t *m, model_session_t *s);
void model_attach(model_t *m, model_op_t *op, model_session_t *s,
    ngx_uint_t kind);
uint32_t model_due(model_session_t *s);
ngx_uint_t model_queue_blocks(model_queue_t *q);
void model_push(model_queue_t *q, uint32_t n, uint32_t len);
void model_pop(model_queue_t *q, ngx_uint_t n);
ngx_uint_t model_job_is_open(model_job_t *job);

/* deadlines; held by another worker, so late that it loses the session */
ngx_int_t model_expire(model_t *m, model_op_t *op, model_session_t *s);
ngx_uint_t model_held(model_t *m, model_op_t *op, model_session_t *s);
ngx_uint_t model_late(model_session_t *s, uint32_t now);


#endif /* _NGX_PRINT_MODEL_BASE_H_INCLUDED_ */
