
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What has happened, for those who want to be told: each change of a job, each
 * client that came or went, in one order for all workers.  Events are numbered
 * from 1 on without a gap; the last ones are kept in a ring, from the moment on
 * that somebody has watched for the first time.
 */


#ifndef _NGX_PRINT_EVENT_H_INCLUDED_
#define _NGX_PRINT_EVENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_EVENT_READ  32


typedef struct {
    uint64_t                  id;
    uint64_t                  time;          /* ms since the epoch */
    ngx_print_event_kind_e    kind;

    /* the client it is about */
    u_char                    len;
    u_char                    client[NGX_PRINT_CLIENT_ID_MAX];
    unsigned                  connected:1;   /* EVENT_CLIENT: it came */

    /* EVENT_JOB */
    uint32_t                  job;           /* its index */
    uint32_t                  gen;
    u_char                    key[NGX_PRINT_JOB_KEY];
    ngx_print_job_state_e     state;
    ngx_uint_t                attempts;
    u_char                    reason_len;
    u_char                    reason[NGX_PRINT_JOB_REASON];
} ngx_print_event_t;


/* the number of the last one, 0: there was none; lock-free */
uint64_t ngx_print_event_last(ngx_print_store_t *st);

/*
 * Copies up to NGX_PRINT_EVENT_READ events behind number after.  Returns how
 * many; where the first one's number is not after + 1, those between were lost
 * to newer ones.
 */
ngx_uint_t ngx_print_event_read(ngx_print_store_t *st, uint64_t after,
    ngx_print_event_t *events);

/*
 * Whether this worker wants to be woken (st->watch() is called) when there are
 * new events.
 */
void ngx_print_event_watch(ngx_print_store_t *st, ngx_uint_t on);

/*
 * One worker tells of events outside: lead() is whether it is this one, which
 * it becomes if there is none that lives, or the last one has resigned.  told()
 * is up to which event was told, tell() sets it.
 */
ngx_uint_t ngx_print_event_leader(ngx_print_store_t *st);
void ngx_print_event_resign(ngx_print_store_t *st);
uint64_t ngx_print_event_delivered(ngx_print_store_t *st);
void ngx_print_event_set_delivered(ngx_print_store_t *st, uint64_t id);


#endif /* _NGX_PRINT_EVENT_H_INCLUDED_ */
