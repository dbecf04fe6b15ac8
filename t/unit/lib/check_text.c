
/*
 * Copyright (C) the print hub contributors
 */


/* A text of all that a zone means to its users. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


static char *text_session(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_session_t *s);
static char *text_client(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_client_t *cl);
static int text_session_cmp(const void *one, const void *two);
static int text_client_cmp(const void *one, const void *two);


static const char  *text_states[] = {
    "FREE", "OPEN", "UPGRADING", "WS", "CLOSING", "LINGER"
};


static const char  *text_kinds[] = { "none", "poll", "ws", "close" };


void
check_text(ngx_print_store_t *st, ngx_uint_t dead, char *text)
{
    char                       *p, *last;
    uint32_t                    i;
    ngx_uint_t                  n;
    ngx_print_store_worker_t   *w;

    static void                *list[CHECK_MAX];

    p = text;
    last = text + CHECK_TEXT;

    for (n = 0, i = 1; i < st->sh->session_top; i++) {
        if (st->sessions[i].state != NGX_PRINT_SESSION_FREE) {
            list[n++] = &st->sessions[i];
        }
    }

    qsort(list, n, sizeof(void *), text_session_cmp);

    for (i = 0; i < n; i++) {
        p = text_session(st, p, last, list[i]);
    }

    for (n = 0, i = 1; i < st->sh->client_top; i++) {
        if (st->clients[i].state == NGX_PRINT_CLIENT_USED) {
            list[n++] = &st->clients[i];
        }
    }

    qsort(list, n, sizeof(void *), text_client_cmp);

    for (i = 0; i < n; i++) {
        p = text_client(st, p, last, list[i]);
    }

    p = check_text_jobs(st, p, last);
    p = check_text_events(st, p, last);

    if (st->sh->leader.epoch) {
        p = text_add(p, last, "lead %u.%u\n", st->sh->leader.slot,
                     st->sh->leader.epoch);
    }

    if (st->sh->writer.epoch) {
        p = text_add(p, last, "writer %u.%u\n", st->sh->writer.slot,
                     st->sh->writer.epoch);
    }

    for (i = 0; i < NGX_PRINT_JOB_LOGS; i++) {
        if (st->sh->logs[i].id) {
            p = text_add(p, last, "log %u: %lx behind %lu%s\n", i,
                         (unsigned long) st->sh->logs[i].id,
                         (unsigned long) st->sh->logs[i].cursor,
                         st->sh->logs[i].torn ? ", torn" : "");
        }
    }

    for (i = 0; i < NGX_PRINT_STORE_SETS; i++) {
        if (st->sh->watchers[i]) {
            p = text_add(p, last, "watch %u: %lx\n", i,
                         (unsigned long) st->sh->watchers[i]);
        }
    }

    for (i = 1; i < st->sh->nsp_top; i++) {
        p = text_add(p, last, "nsp %.*s\n", st->sh->nsps[i].len,
                     st->sh->nsps[i].name);
    }

    for (i = 0; i < NGX_PRINT_WAKE_SLOTS; i++) {
        w = &st->workers[i];

        if (w->epoch) {
            p = text_add(p, last, "worker %u.%u:", i, w->epoch);

            if (!(dead & (ngx_uint_t) 1 << i)) {
                p = text_chain(st, p, last, w->inflight);
            }

            p = text_add(p, last, "\n");
        }
    }
}


static char *
text_session(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_session_t *s)
{
    ngx_uint_t  live;

    live = ngx_print_session_live_locked(s);

    p = text_add(p, last, "session %02x%02x%02x %s %s", s->key[1], s->key[2],
                 s->key[3], text_states[s->state % 6],
                 text_kinds[s->att_kind % 4]);

    if (s->att_kind != NGX_PRINT_ATT_NONE) {
        p = text_add(p, last, " %u.%u", s->att_slot, s->att_epoch);
    }

    if (s->state == NGX_PRINT_SESSION_UPGRADING) {
        p = text_add(p, last, " probe %u.%u", s->probe_slot, s->probe_epoch);
    }

    if (s->post_epoch) {
        p = text_add(p, last, " post %u.%u", s->post_slot, s->post_epoch);
    }

    p = text_add(p, last, " sock %02x%02x%02x", s->sock[0], s->sock[1],
                 s->sock[2]);

    if (s->connected > 1) {
        p = text_add(p, last, " nsps %x", s->connected);
    }

    p = text_add(p, last, "%s%s%s%s%s%s%s",
                 ngx_print_session_handed_locked(s) ? " handed" : "",
                 s->connected & 1 ? " connected" : "",
                 live && s->flags & NGX_PRINT_SESSION_JOBS ? " jobs" : "",
                 s->flags & NGX_PRINT_SESSION_BLOCKED ? " blocked" : "",
                 live && s->flags & NGX_PRINT_SESSION_PING_WAIT ? " wait" : "",
                 live && s->state != NGX_PRINT_SESSION_WS
                 && s->flags & NGX_PRINT_SESSION_NOOP ? " noop" : "",
                 live && s->flags & NGX_PRINT_SESSION_PING ? " owed" : "");

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        p = text_add(p, last, " reason %u", s->reason);
    }

    if (live) {
        p = text_add(p, last, " ping %u", s->ping_at);

        if (s->pings) {
            p = text_add(p, last, " pongs %u of %u", s->pongs, s->pings);
        }
    }

    if (s->state != NGX_PRINT_SESSION_FREE) {
        p = text_add(p, last, " due %u", st->deadlines[s - st->sessions]);
    }

    p = text_add(p, last, " eio %u addr %u %u %u", s->eio, s->addr[15],
                 s->ping_interval, s->ping_timeout);
    p = text_add(p, last, " trust %u %u %u %u out",
                 (unsigned) (s->trust.policy & 0xff),
                 (unsigned) s->trust.names[2][0], s->trust.lens[2],
                 s->trust.flags);
    p = text_chain(st, p, last, s->out.head);

    if (s->in.head) {
        p = text_add(p, last, " in %u", s->parts);
        p = text_chain(st, p, last, s->in.head);
    }

    return text_add(p, last, "\n");
}


static char *
text_client(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_client_t *cl)
{
    ngx_print_store_session_t  *s;

    p = text_add(p, last, "client %.*s%s", (int) cl->len,
                 (char *) cl->id, cl->ack ? " ack" : "");

    if (cl->open || cl->delivered || cl->undelivered) {
        p = text_add(p, last, " jobs %u delivered %u undelivered %u",
                     cl->open + cl->delivered + cl->undelivered,
                     cl->delivered, cl->undelivered);
    }

    if (cl->info) {
        p = text_add(p, last, " info");
        p = text_chain(st, p, last, cl->info);
    }

    if (cl->pid) {
        p = text_add(p, last, " pid %u", st->pids[cl->pid].key[3]);
    }

    if (cl->resume) {
        p = text_add(p, last, " from %u", (unsigned) cl->resume);
    }

    p = check_text_claims(st, p, last, cl);

    if (cl->owner == 0) {
        return text_add(p, last, " offline %u %02x%02x%02x\n", cl->changed,
                        cl->sock[0], cl->sock[1], cl->sock[2]);
    }

    s = &st->sessions[ngx_print_store_owner_index(cl->owner)];

    p = text_add(p, last, " of %02x%02x%02x", s->key[1], s->key[2],
                 s->key[3]);

    if (ngx_print_store_owner_nsp(cl->owner)) {
        p = text_add(p, last, " nsp %u",
                     ngx_print_store_owner_nsp(cl->owner));
    }

    return text_add(p, last, "\n");
}


static int
text_session_cmp(const void *one, const void *two)
{
    ngx_print_store_session_t  *a, *b;

    a = *(ngx_print_store_session_t *const *) one;
    b = *(ngx_print_store_session_t *const *) two;

    return memcmp(a->key, b->key, NGX_PRINT_SESSION_KEY);
}


static int
text_client_cmp(const void *one, const void *two)
{
    ngx_print_store_client_t  *a, *b;

    a = *(ngx_print_store_client_t *const *) one;
    b = *(ngx_print_store_client_t *const *) two;

    return a->seq < b->seq ? -1 : 1;
}


void
check_diff(const char *was, const char *is)
{
    size_t  a, b;

    while (*was || *is) {
        a = strcspn(was, "\n");
        b = strcspn(is, "\n");

        if (a != b || memcmp(was, is, a) != 0) {
            printf("  wanted: %.*s\n  found:  %.*s\n", (int) a, was, (int) b,
                   is);
            return;
        }

        was += a + (was[a] == '\n');
        is += b + (is[b] == '\n');
    }
}
