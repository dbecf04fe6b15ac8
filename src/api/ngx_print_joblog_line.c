
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_json.h"
#include "ngx_print_hub.h"
#include "ngx_print_api_json.h"
#include "ngx_print_joblog_line.h"


#define NGX_PRINT_JOBLOG_MEMBERS  24


typedef enum {
    NGX_PRINT_JOBLOG_TEXT = 0,        /* any bytes */
    NGX_PRINT_JOBLOG_WORD,            /* letters, digits, "-" and "_" */
    NGX_PRINT_JOBLOG_NUMBER,
    NGX_PRINT_JOBLOG_TIME             /* ms since the epoch */
} ngx_print_joblog_kind_e;


typedef struct {
    const char               *name;
    ngx_print_joblog_kind_e   kind;
    u_char                   *text;
    size_t                    len;
    uint64_t                  number;
} ngx_print_joblog_member_t;


/* the members of a line, in their order */
typedef struct {
    ngx_uint_t                 n;
    ngx_print_joblog_member_t  list[NGX_PRINT_JOBLOG_MEMBERS];
} ngx_print_joblog_members_t;


static void ngx_print_joblog_members(ngx_print_joblog_members_t *m,
    ngx_print_joblog_entry_t *entry, u_char *id);
static void ngx_print_joblog_times(ngx_print_joblog_members_t *m,
    ngx_print_event_t *event, ngx_print_job_times_t *times);
static ngx_print_joblog_member_t *ngx_print_joblog_member(
    ngx_print_joblog_members_t *m, const char *name,
    ngx_print_joblog_kind_e kind);
static void ngx_print_joblog_text(ngx_print_joblog_members_t *m,
    const char *name, ngx_print_joblog_kind_e kind, u_char *text, size_t len);
static void ngx_print_joblog_number(ngx_print_joblog_members_t *m,
    const char *name, ngx_print_joblog_kind_e kind, uint64_t number);
static u_char *ngx_print_joblog_json(u_char *p,
    ngx_print_joblog_members_t *m);
static u_char *ngx_print_joblog_logfmt(u_char *p,
    ngx_print_joblog_members_t *m);
static u_char *ngx_print_joblog_value(u_char *p,
    ngx_print_joblog_member_t *member);


u_char *
ngx_print_joblog_line(u_char *p, ngx_print_joblog_entry_t *entry)
{
    u_char                      id[NGX_PRINT_ID_LEN];
    ngx_print_joblog_members_t  m;

    m.n = 0;

    ngx_print_joblog_members(&m, entry, id);

    return entry->logfmt ? ngx_print_joblog_logfmt(p, &m)
                         : ngx_print_joblog_json(p, &m);
}


/*
 * A new member of a job is one more call here, and its size is one more part of
 * NGX_PRINT_JOBLOG_LINE.  One that did not come to be is left out.
 */

static void
ngx_print_joblog_members(ngx_print_joblog_members_t *m,
    ngx_print_joblog_entry_t *entry, u_char *id)
{
    ngx_str_t                 *state, *source;
    ngx_print_event_t         *event;
    ngx_print_job_log_note_t  *note;

    event = entry->event;
    note = entry->note;
    state = ngx_print_job_state_name(event->state);

    ngx_print_joblog_number(m, "time", NGX_PRINT_JOBLOG_TIME, event->time);
    ngx_print_joblog_number(m, "event", NGX_PRINT_JOBLOG_NUMBER, event->id);
    ngx_print_joblog_text(m, "zone", NGX_PRINT_JOBLOG_TEXT, entry->zone->data,
                          ngx_min(entry->zone->len, NGX_PRINT_JOBLOG_ZONE));
    ngx_print_joblog_text(m, "id", NGX_PRINT_JOBLOG_WORD, id,
                          ngx_print_id_write(id, event->job, event->key) - id);
    ngx_print_joblog_text(m, "clientId", NGX_PRINT_JOBLOG_TEXT, event->client,
                          event->len);
    ngx_print_joblog_text(m, "state", NGX_PRINT_JOBLOG_WORD, state->data,
                          state->len);
    ngx_print_joblog_text(m, "reason", NGX_PRINT_JOBLOG_TEXT, event->reason,
                          event->reason_len);

    if (note) {
        source = ngx_print_job_source_name(note->source);

        ngx_print_joblog_text(m, "source", NGX_PRINT_JOBLOG_WORD, source->data,
                              source->len);
    }

    if (note && entry->by) {
        ngx_print_joblog_text(m, "by", NGX_PRINT_JOBLOG_TEXT, note->by,
                              note->len);
    }

    ngx_print_joblog_number(m, "attempts", NGX_PRINT_JOBLOG_NUMBER,
                            event->attempts);

    if (note && note->known) {
        ngx_print_joblog_number(m, "bytes", NGX_PRINT_JOBLOG_NUMBER,
                                note->bytes);
    }

    if (note) {
        ngx_print_joblog_times(m, event, &note->times);
    }
}


/*
 * The record may have changed once more after the event: a later time than that
 * of the event is not shown.
 */

static void
ngx_print_joblog_times(ngx_print_joblog_members_t *m, ngx_print_event_t *event,
    ngx_print_job_times_t *times)
{
    uint64_t  received, finished;

    received = times->received;
    finished = event->time;

    if (event->state == NGX_PRINT_JOB_RECEIVED) {
        received = event->time;
        finished = 0;

    } else if (event->state == NGX_PRINT_JOB_SENT) {
        finished = 0;
    }

    ngx_print_joblog_number(m, "created", NGX_PRINT_JOBLOG_TIME,
                            times->queued);
    ngx_print_joblog_number(m, "sent", NGX_PRINT_JOBLOG_TIME,
                            times->sent <= event->time ? times->sent : 0);
    ngx_print_joblog_number(m, "received", NGX_PRINT_JOBLOG_TIME,
                            received <= event->time ? received : 0);
    ngx_print_joblog_number(m, "finished", NGX_PRINT_JOBLOG_TIME, finished);
}


static ngx_print_joblog_member_t *
ngx_print_joblog_member(ngx_print_joblog_members_t *m, const char *name,
    ngx_print_joblog_kind_e kind)
{
    ngx_print_joblog_member_t  *member;

    member = &m->list[m->n++];

    member->name = name;
    member->kind = kind;

    return member;
}


/* Adds a text, unless it is empty. */

static void
ngx_print_joblog_text(ngx_print_joblog_members_t *m, const char *name,
    ngx_print_joblog_kind_e kind, u_char *text, size_t len)
{
    ngx_print_joblog_member_t  *member;

    if (len) {
        member = ngx_print_joblog_member(m, name, kind);

        member->text = text;
        member->len = len;
    }
}


/* Adds a number, or a time, unless that is 0. */

static void
ngx_print_joblog_number(ngx_print_joblog_members_t *m, const char *name,
    ngx_print_joblog_kind_e kind, uint64_t number)
{
    if (number || kind != NGX_PRINT_JOBLOG_TIME) {
        ngx_print_joblog_member(m, name, kind)->number = number;
    }
}


static u_char *
ngx_print_joblog_json(u_char *p, ngx_print_joblog_members_t *m)
{
    ngx_uint_t                  i, quoted;
    ngx_print_joblog_member_t  *member;

    for (i = 0; i < m->n; i++) {
        member = &m->list[i];

        /* a text has its quotes already */

        quoted = (member->kind == NGX_PRINT_JOBLOG_WORD
                  || member->kind == NGX_PRINT_JOBLOG_TIME);

        p = ngx_sprintf(p, "%c\"%s\":%s", i ? ',' : '{', member->name,
                        quoted ? "\"" : "");
        p = ngx_print_joblog_value(p, member);

        if (quoted) {
            *p++ = '"';
        }
    }

    *p++ = '}';
    *p++ = LF;

    return p;
}


static u_char *
ngx_print_joblog_logfmt(u_char *p, ngx_print_joblog_members_t *m)
{
    ngx_uint_t  i;

    for (i = 0; i < m->n; i++) {
        p = ngx_sprintf(p, "%s%s=", i ? " " : "", m->list[i].name);
        p = ngx_print_joblog_value(p, &m->list[i]);
    }

    *p++ = LF;

    return p;
}


/* Text from outside stands in quotes, with escapes, in both formats. */

static u_char *
ngx_print_joblog_value(u_char *p, ngx_print_joblog_member_t *member)
{
    switch (member->kind) {

    case NGX_PRINT_JOBLOG_WORD:
        return ngx_cpymem(p, member->text, member->len);

    case NGX_PRINT_JOBLOG_NUMBER:
        return ngx_sprintf(p, "%uL", member->number);

    case NGX_PRINT_JOBLOG_TIME:
        return ngx_print_api_json_iso(p, member->number);

    default: /* NGX_PRINT_JOBLOG_TEXT */
        return (u_char *) ngx_print_json_string(p, member->text, member->len);
    }
}


u_char *
ngx_print_joblog_line_lost(u_char *p, ngx_uint_t logfmt, uint64_t from,
    uint64_t to)
{
    return ngx_sprintf(p, logfmt ? "lost_from=%uL lost_to=%uL\n"
                                 : "{\"lost\":{\"from\":%uL,\"to\":%uL}}\n",
                       from, to);
}
