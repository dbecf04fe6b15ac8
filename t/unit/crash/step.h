
/*
 * Copyright (C) the print hub contributors
 */


#ifndef _NGX_PRINT_STEP_H_INCLUDED_
#define _NGX_PRINT_STEP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "bench.h"


/* of an operation */
#define STEP_MIXED         0x01     /* it is complete for each session alone */
#define STEP_SILENT        0x02     /* it leaves no trace in the text */
#define STEP_SLOT_D        0x04     /* in a dead worker's slot, before join */
#define STEP_EACH          0x08     /* though it takes some time */

#define STEP_ALTS          12
#define STEP_CLIENTS       6
#define STEP_JOBS          4
#define STEP_EVENTS        16
#define STEP_PIDS          2
#define STEP_ADDRESSES     10
#define STEP_BYTES         5        /* number of what is sent */

/* numbers of the sessions that the dead one has left */
#define STEP_DEAD_WS       91
#define STEP_DEAD_POLL     92
#define STEP_DEAD_PROBE    93
#define STEP_DEAD_CLOSING  94
#define STEP_DEAD_POST     95
#define STEP_DEAD_LINGER   96


typedef void (*step_pt)(void);
typedef void (*step_alt_pt)(ngx_uint_t i);


typedef struct {
    const char    *name;

    step_pt        setup;
    step_pt        act;

    /* makes the i-th of nalts states that may be found as well */
    step_alt_pt    alt;
    ngx_uint_t     nalts;

    ngx_uint_t     flags;
} step_operation_t;


/* the actor and the views it has */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    h;     /* as another one that lives */
    ngx_print_store_t    d;     /* as the dead one */
    ngx_print_ref_t      ref;
    uint32_t             token;
    ngx_print_batch_t    batch;
} step_env_t;


extern step_env_t        step_env;
extern step_operation_t  step_session_operations[];
extern step_operation_t  step_message_operations[];
extern step_operation_t  step_job_operations[];
extern step_operation_t  step_recovery_operations[];
extern step_operation_t  step_claim_operations[];
extern step_operation_t  step_waiting_operations[];


/* for all operations; the session's record, with the lock taken for alt() */
ngx_print_store_session_t *step_session(void);

/* opens it as a WebSocket that is connected; and with client "a" */
void step_open_connected(void);
void step_registered(void);

void step_client(ngx_uint_t session, const char *id);


#endif /* _NGX_PRINT_STEP_H_INCLUDED_ */
