
/*
 * Copyright (C) the print hub contributors
 */


/* Creates jobs, writes their arguments, and reads what stations report. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_random.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_story.h"
#include "ngx_print_hub.h"


#define NGX_PRINT_HUB_MEMBERS  32      /* members that are searched */


/* what a station reports about a job */
typedef struct {
    ngx_print_job_state_e    state;
    ngx_str_t                reason;
    ngx_str_t                id;          /* of the job, empty: none */
    u_char                   buf[6 * NGX_PRINT_JOB_REASON];
    u_char                   id_buf[NGX_PRINT_ID_LEN];
} ngx_print_hub_outcome_t;


static void ngx_print_hub_outcome(ngx_print_json_value_t *arg,
    ngx_print_hub_outcome_t *outcome);
static void ngx_print_hub_reason(ngx_print_json_value_t *error,
    ngx_print_hub_outcome_t *outcome);
static void ngx_print_hub_expire(void *data, uint32_t now, uint32_t index);


ngx_int_t
ngx_print_hub_job_create(ngx_print_eio_t *eio, ngx_print_job_init_t *init,
    ngx_print_job_info_t *jobs, ngx_uint_t *bad, ngx_log_t *log)
{
    u_char     keys[NGX_PRINT_JOB_CLIENTS * NGX_PRINT_JOB_KEY];
    ngx_int_t  rc;

    if (ngx_print_random(keys, init->n * NGX_PRINT_JOB_KEY, log) != NGX_OK) {
        return NGX_ERROR;
    }

    init->keys = keys;

    rc = ngx_print_job_create(&eio->store, init, jobs, bad);

    if (rc == NGX_PRINT_FULL) {
        ngx_print_eio_log_full(eio, log, "a print");
    }

    return rc;
}


/*
 * A station that did not ask for receipts gets the legacy event, without these
 * arguments, unless the job is sent again.
 */

u_char *
ngx_print_hub_args(ngx_print_eio_t *eio, ngx_print_job_packet_t *job, u_char *p)
{
    if (!job->ack && !job->repetition) {
        return p;
    }

    *p++ = ',';

    if (job->repetition) {
        p = ngx_cpymem(p, "{\"jobId\":", sizeof("{\"jobId\":") - 1);
    }

    *p++ = '"';
    p = ngx_print_id_write(p, job->index, job->key);
    *p++ = '"';

    if (job->repetition) {
        p = ngx_cpymem(p, ",\"repetition\":true}",
                       sizeof(",\"repetition\":true}") - 1);
    }

    return p;
}


/*
 * Handles a station's answer to the event of a job.  If the answer has no
 * result, the job is received.
 */

void
ngx_print_hub_answer(ngx_print_sio_socket_t *socket, uint32_t index,
    uint32_t gen, ngx_print_sio_event_t *event)
{
    ngx_print_eio_peer_t     *peer;
    ngx_print_hub_outcome_t   outcome;

    peer = socket->peer;

    ngx_print_hub_outcome(event->nargs ? &event->args[0] : NULL, &outcome);

    (void) ngx_print_job_answer(&peer->eio->store, peer->session.ref,
                                socket->nsp, index, gen, outcome.state,
                                &outcome.reason);
}


/* Handles printResult({jobId, ok}) and printResult({jobId, error}). */

void
ngx_print_hub_result(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event)
{
    u_char                    key[NGX_PRINT_JOB_KEY];
    uint32_t                  index;
    ngx_int_t                 rc;
    ngx_print_eio_peer_t     *peer;
    ngx_print_sio_event_t     answer;
    ngx_print_hub_outcome_t   outcome;

    peer = socket->peer;

    ngx_print_hub_outcome(event->nargs ? &event->args[0] : NULL, &outcome);

    if (outcome.id.len == 0 || outcome.state == NGX_PRINT_JOB_RECEIVED) {
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "printResult: must be {jobId, ok} or "
                             "{jobId, error}");
        return;
    }

    rc = ngx_print_id_read(&outcome.id, &index, key);

    if (rc == NGX_OK) {
        rc = ngx_print_job_result(&peer->eio->store, peer->session.ref,
                                  socket->nsp, index, key, outcome.state,
                                  &outcome.reason);
    }

    if (rc == NGX_PRINT_STALLED) {
        /* the session is closed, and the station reports again */
        return;
    }

    if (rc != NGX_OK) {
        ngx_print_hub_refuse(socket, NGX_LOG_INFO,
                             "printResult: job \"%V\" cannot become %V by a "
                             "report of this station", &outcome.id,
                             ngx_print_job_state_name(outcome.state));
        return;
    }

    ngx_memzero(&answer, sizeof(ngx_print_sio_event_t));

    (void) ngx_print_sio_ack(socket, event, &answer);
}


static void
ngx_print_hub_outcome(ngx_print_json_value_t *arg,
    ngx_print_hub_outcome_t *outcome)
{
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_HUB_MEMBERS], *member;

    static ngx_str_t         id = ngx_string("jobId");
    static ngx_str_t         ok = ngx_string("ok");
    static ngx_str_t         error = ngx_string("error");

    outcome->state = NGX_PRINT_JOB_RECEIVED;
    outcome->reason.len = 0;
    outcome->reason.data = outcome->buf;
    outcome->id.len = 0;

    if (arg == NULL
        || ngx_print_json_read(&arg->raw, &value, elts, NGX_PRINT_HUB_MEMBERS,
                               &n)
           != NGX_OK
        || value.type != NGX_PRINT_JSON_OBJECT)
    {
        return;
    }

    n = ngx_min(n, NGX_PRINT_HUB_MEMBERS);

    member = ngx_print_json_member(elts, n, &id);

    if (member && member->type == NGX_PRINT_JSON_STRING
        && member->raw.len == NGX_PRINT_ID_LEN + 2)
    {
        outcome->id.data = outcome->id_buf;
        outcome->id.len = ngx_print_json_unescape(outcome->id_buf,
                                                  &member->raw)
                          - outcome->id_buf;
    }

    member = ngx_print_json_member(elts, n, &error);

    if (member && member->type != NGX_PRINT_JSON_NULL) {
        outcome->state = NGX_PRINT_JOB_FAILED;
        ngx_print_hub_reason(member, outcome);
        return;
    }

    member = ngx_print_json_member(elts, n, &ok);

    if (member && member->type == NGX_PRINT_JSON_BOOLEAN) {
        outcome->state = (member->raw.data[0] == 't') ? NGX_PRINT_JOB_PRINTED
                                                      : NGX_PRINT_JOB_FAILED;
    }
}


/*
 * Copies the member "error" as the reason: a string without its quotes, cut
 * between two characters, any other value as its JSON text.
 */

static void
ngx_print_hub_reason(ngx_print_json_value_t *error,
    ngx_print_hub_outcome_t *outcome)
{
    size_t     len;
    ngx_str_t  raw;

    raw = error->raw;

    if (error->type != NGX_PRINT_JSON_STRING) {
        outcome->reason.len = ngx_min(raw.len, NGX_PRINT_JOB_REASON);
        ngx_memcpy(outcome->buf, raw.data, outcome->reason.len);
        return;
    }

    /* decode no more than buf has room for, which is more than a reason */

    raw.len = ngx_min(raw.len, sizeof(outcome->buf) - 4);

    len = ngx_print_json_unescape(outcome->buf, &raw) - outcome->buf;

    if (len > NGX_PRINT_JOB_REASON) {
        len = NGX_PRINT_JOB_REASON;

        while (len && (outcome->buf[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    outcome->reason.len = len;
}


void
ngx_print_hub_tick(ngx_print_eio_t *eio, uint32_t now)
{
    ngx_print_store_sweep(&eio->store, NGX_PRINT_SWEEP_JOBS, now,
                          ngx_print_hub_expire, &eio->store);

    ngx_print_hub_story_tick(eio);
}


static void
ngx_print_hub_expire(void *data, uint32_t now, uint32_t index)
{
    ngx_print_job_expire(data, now, index);
}
