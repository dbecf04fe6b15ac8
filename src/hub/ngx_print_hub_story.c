
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_reason.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub_story.h"


/* what comes before "id:" in a line: a reason in quotes, or a time */
#define NGX_PRINT_HUB_STORY_WHY                                               \
    (NGX_PRINT_QUOTE_LEN(NGX_PRINT_JOB_REASON) + 64)


/* the lines of one process in the second that runs */
typedef struct {
    ngx_print_job_ends_t    ends;
    ngx_uint_t              written;      /* of ends.list */
    time_t                  second;
} ngx_print_hub_story_t;


static void ngx_print_hub_story_job(ngx_print_eio_t *eio,
    ngx_print_job_end_t *end);
static ngx_str_t ngx_print_hub_story_why(u_char *buf,
    ngx_print_job_end_t *end);
static void ngx_print_hub_story_more(ngx_print_eio_t *eio,
    ngx_print_hub_story_t *story);


ngx_int_t
ngx_print_hub_story_start(ngx_cycle_t *cycle, ngx_print_eio_t *eio)
{
    ngx_print_hub_story_t  *story;

    if (eio->log->log_level < NGX_LOG_WARN) {
        return NGX_OK;
    }

    story = ngx_pcalloc(cycle->pool, sizeof(ngx_print_hub_story_t));
    if (story == NULL) {
        return NGX_ERROR;
    }

    story->second = ngx_time();

    eio->store.ends = &story->ends;

    if (eio->log->log_level >= NGX_LOG_NOTICE) {
        eio->store.told |= NGX_PRINT_JOB_WRONG;
    }

    if (eio->log->log_level >= NGX_LOG_INFO) {
        eio->store.told |= 1 << NGX_PRINT_JOB_CANCELED;
    }

    return NGX_OK;
}


void
ngx_print_hub_story_tick(ngx_print_eio_t *eio)
{
    ngx_print_hub_story_t  *story;

    /* the list is the first member */

    story = (ngx_print_hub_story_t *) eio->store.ends;

    if (story == NULL) {
        return;
    }

    while (story->written < story->ends.n) {
        ngx_print_hub_story_job(eio, &story->ends.list[story->written++]);
    }

    if (story->second != ngx_time()) {
        ngx_print_hub_story_more(eio, story);

        story->second = ngx_time();
        story->written = 0;
        story->ends.n = 0;
        story->ends.wrong = 0;
    }
}


void
ngx_print_hub_story_end(ngx_print_eio_t *eio)
{
    ngx_print_hub_story_tick(eio);

    if (eio->store.ends) {
        ngx_print_hub_story_more(eio,
                                 (ngx_print_hub_story_t *) eio->store.ends);
    }
}


static void
ngx_print_hub_story_job(ngx_print_eio_t *eio, ngx_print_job_end_t *end)
{
    u_char      id_buf[NGX_PRINT_ID_LEN];
    u_char      why_buf[NGX_PRINT_HUB_STORY_WHY];
    u_char      client_buf[NGX_PRINT_HUB_QUOTED_LEN];
    ngx_str_t   id, why, client;
    ngx_uint_t  level;

    id.data = id_buf;
    id.len = ngx_print_id_write(id_buf, end->index, end->key) - id_buf;

    why = ngx_print_hub_story_why(why_buf, end);
    client = ngx_print_quote(client_buf, end->id, end->len);

    level = (1 << end->state & NGX_PRINT_JOB_WRONG) ? NGX_LOG_NOTICE
                                                    : NGX_LOG_INFO;

    ngx_log_error(level, eio->log, 0,
                  "print hub: job %V%V, id: %V, clientId: %V, attempts: %ui",
                  ngx_print_job_state_name(end->state), &why, &id, &client,
                  (ngx_uint_t) end->attempts);
}


/* Returns what a line says behind the state, with a comma before it. */

static ngx_str_t
ngx_print_hub_story_why(u_char *buf, ngx_print_job_end_t *end)
{
    u_char     *p, quoted[NGX_PRINT_QUOTE_LEN(NGX_PRINT_JOB_REASON)];
    ngx_str_t   why, reason;

    p = buf;

    if (end->state == NGX_PRINT_JOB_EXPIRED) {
        p = ngx_sprintf(p, ", waited %uL s", end->waited / 1000);

    } else if (end->closed) {
        p = ngx_sprintf(p, ", %V", ngx_print_reason_name(end->closed));

    } else if (end->reason_len) {
        reason = ngx_print_quote(quoted, end->reason, end->reason_len);

        if (end->state != NGX_PRINT_JOB_FAILED) {
            /* it is the hub's own text */
            reason.data++;
            reason.len -= 2;
        }

        p = ngx_sprintf(p, ", %V", &reason);
    }

    why.data = buf;
    why.len = p - buf;

    return why;
}


/* Counts the lines that were too many. */

static void
ngx_print_hub_story_more(ngx_print_eio_t *eio, ngx_print_hub_story_t *story)
{
    u_char      *p, buf[NGX_PRINT_JOB_STATES * 64];
    ngx_uint_t   i, n, level;

    n = 0;
    level = NGX_LOG_INFO;
    p = buf;

    for (i = 1; i < NGX_PRINT_JOB_STATES; i++) {

        if (story->ends.more[i]) {
            n += story->ends.more[i];

            if (NGX_PRINT_JOB_WRONG >> i & 1) {
                level = NGX_LOG_NOTICE;
            }

            p = ngx_sprintf(p, ", %V: %ui", ngx_print_job_state_name(i),
                            story->ends.more[i]);
            story->ends.more[i] = 0;
        }
    }

    if (n) {
        ngx_log_error(level, eio->log, 0,
                      "print hub: %ui more like the last one%*s",
                      n, (size_t) (p - buf), buf);
    }
}
