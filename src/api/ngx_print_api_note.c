
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_api_note.h"


#define NGX_PRINT_API_NOTE_JOBS  512     /* bytes of ids */
#define NGX_PRINT_API_NOTE_MORE  (sizeof(",+") + NGX_INT_T_LEN)


void
ngx_print_api_note_clients(ngx_http_request_t *r, ngx_str_t *clients,
    ngx_uint_t n)
{
    u_char            *p;
    ngx_print_note_t  *note;

    note = ngx_print_note(r);

    if (note == NULL || n == 0) {
        return;
    }

    p = ngx_pnalloc(r->pool, clients->len + NGX_PRINT_API_NOTE_MORE);
    if (p == NULL) {
        return;
    }

    note->clients.data = p;

    p = ngx_cpymem(p, clients->data, clients->len);

    if (n > 1) {
        p = ngx_sprintf(p, ",+%ui", n - 1);
    }

    note->clients.len = p - note->clients.data;
}


void
ngx_print_api_note_print(ngx_http_request_t *r, const char *source,
    ngx_str_t *clients, ngx_uint_t n, size_t bytes)
{
    ngx_print_note_t  *note;

    note = ngx_print_note(r);

    if (note) {
        note->source = source;
        note->bytes = bytes;

        ngx_print_api_note_clients(r, clients, n);
    }
}


void
ngx_print_api_note_jobs(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n)
{
    u_char            *p, *last;
    ngx_uint_t         i;
    ngx_print_note_t  *note;

    note = ngx_print_note(r);

    if (note == NULL || n == 0) {
        return;
    }

    p = ngx_pnalloc(r->pool, NGX_PRINT_API_NOTE_JOBS
                             + NGX_PRINT_API_NOTE_MORE);
    if (p == NULL) {
        return;
    }

    note->jobs.data = p;
    last = p + NGX_PRINT_API_NOTE_JOBS;

    note->state = *ngx_print_job_state_name(jobs[0].state);

    for (i = 0; i < n; i++) {

        if (jobs[i].state != jobs[0].state) {
            ngx_str_set(&note->state, "mixed");
        }

        if (p == NULL || last - p < 1 + NGX_PRINT_ID_LEN) {
            continue;
        }

        if (i) {
            *p++ = ',';
        }

        p = ngx_print_id_write(p, jobs[i].index, jobs[i].key);
        note->jobs.len = p - note->jobs.data;

        if (last - p < 1 + NGX_PRINT_ID_LEN && i + 1 < n) {
            p = ngx_sprintf(p, ",+%ui", n - i - 1);
            note->jobs.len = p - note->jobs.data;
            p = NULL;
        }
    }
}


void
ngx_print_api_note_created(ngx_http_request_t *r, ngx_print_job_info_t *jobs,
    ngx_uint_t n, ngx_uint_t replayed)
{
    ngx_uint_t         i, away;
    ngx_print_note_t  *note;

    note = ngx_print_note(r);

    if (note == NULL) {
        return;
    }

    for (i = 0, away = 0; i < n; i++) {
        away += jobs[i].away;
    }

    note->result = replayed ? "replayed" : away == n ? "queued" : "accepted";

    ngx_print_api_note_jobs(r, jobs, n);
}
