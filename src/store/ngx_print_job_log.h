
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Logs of jobs: one worker writes a line when a job is settled, and another
 * when more is learnt later, from the events of the zone. A log is known by a
 * number that its target gives it, so jobs find it again after a reload. The
 * zone has NGX_PRINT_JOB_LOGS logs at most, each with its own cursor.
 *
 * What is not in the event is in the record of the job, which may have given
 * way to another one before the event is read.
 */


#ifndef _NGX_PRINT_JOB_LOG_H_INCLUDED_
#define _NGX_PRINT_JOB_LOG_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_event.h"


/* a log as it was at the last turn() */
typedef struct {
    ngx_uint_t               bit;            /* in the logs of an event that it
                                                gets a line of */
    uint64_t                 cursor;         /* the last event that it has taken
                                                in */
    unsigned                 torn:1;         /* its last line has only a
                                                beginning */
} ngx_print_job_log_t;


/* what the record of a job has besides what the event tells */
typedef struct {
    ngx_print_job_times_t    times;
    ngx_print_job_source_e   source;
    uint32_t                 bytes;          /* of the payload */
    u_char                   len;
    u_char                   by[NGX_PRINT_JOB_BY];
    unsigned                 known:1;        /* bytes and by are; the zone may
                                                have had no block for them */
} ngx_print_job_log_note_t;


/*
 * Opens n logs, NGX_PRINT_JOB_LOGS at most, whose ids are not 0. Events are
 * kept from now on. One that is new takes in what happens from now on; if all
 * places are taken, it gets that of a log which is not among these. Each worker
 * calls it when it starts.
 *
 * NGX_OK             all are open
 * NGX_PRINT_STALLED  some may not be: the caller tries again
 */
ngx_int_t ngx_print_job_log_open(ngx_print_store_t *st, uint64_t *ids,
    ngx_uint_t n);

/*
 * Elects the worker that writes the logs, as ngx_print_event_leader() elects
 * the one that delivers events; and ends that. A leader that stands still in a
 * write stays the leader as long as it lives: another one would only wait for
 * the same disk, and write the same lines. writing() tells that it begins or
 * ends to write; it is lock-free.
 */
ngx_uint_t ngx_print_job_log_leader(ngx_print_store_t *st);
void ngx_print_job_log_resign(ngx_print_store_t *st);
void ngx_print_job_log_writing(ngx_print_store_t *st, ngx_uint_t on);

/*
 * The leader asks where a log is, before it reads events for it.
 *
 * NGX_OK             log is set
 * NGX_DECLINED       this worker is not the leader any more
 * NGX_ABORT          the log is not open
 * NGX_PRINT_STALLED
 */
ngx_int_t ngx_print_job_log_turn(ngx_print_store_t *st, uint64_t id,
    ngx_print_job_log_t *log);

/*
 * Sets how far the log is. Returns what turn() returns.
 */
ngx_int_t ngx_print_job_log_done(ngx_print_store_t *st, uint64_t id,
    uint64_t cursor, ngx_uint_t torn);

/*
 * Copies what the record of the event's job has.
 *
 * NGX_OK             note is set
 * NGX_DECLINED       the job has given way
 * NGX_PRINT_STALLED
 */
ngx_int_t ngx_print_job_log_note(ngx_print_store_t *st,
    ngx_print_event_t *event, ngx_print_job_log_note_t *note);


#endif /* _NGX_PRINT_JOB_LOG_H_INCLUDED_ */
