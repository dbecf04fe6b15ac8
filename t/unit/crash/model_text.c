
/*
 * Copyright (C) the print hub contributors
 */


/* A text of the model, as check_text() writes one of a zone. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"
#include "check.h"


static char *model_text_session(char *p, char *last, model_session_t *s);
static char *model_text_queue(char *p, char *last, model_queue_t *q);


static const char  *model_states[] = {
    "FREE", "OPEN", "UPGRADING", "WS", "CLOSING", "LINGER"
};


static const char  *model_kinds[] = { "none", "poll", "ws", "close" };


void
model_text(model_t *m, ngx_uint_t dead, char *text)
{
    char             *p, *last;
    ngx_uint_t        i, sock, number;
    model_client_t   *cl;
    model_session_t  *s, *next;

    p = text;
    last = text + CHECK_TEXT;

    /* in the order of their numbers */

    for (number = 0; /* void */ ; number = next->number) {
        next = NULL;

        for (s = m->sessions; s < m->sessions + MODEL_SESSIONS; s++) {
            if (s->number > number
                && (next == NULL || s->number < next->number))
            {
                next = s;
            }
        }

        if (next == NULL) {
            break;
        }

        p = model_text_session(p, last, next);
    }

    for (i = 0; i < m->nclients; i++) {
        cl = &m->clients[i];
        sock = cl->sock;

        p = model_add(p, last, "client %c%s", cl->id, cl->ack ? " ack" : "");

        if (cl->accepted) {
            p = model_add(p, last, " jobs %u delivered %u undelivered %u",
                          cl->accepted, cl->delivered, cl->undelivered);
        }

        p = model_claim_text(m, p, last, cl->id);

        if (cl->number) {
            p = model_add(p, last, " of %06lx\n", (unsigned long) cl->number);

        } else {
            p = model_add(p, last, " offline %u %06lx\n", cl->since,
                          (unsigned long) sock);
        }
    }

    p = model_job_text(m, p, last);

    for (i = 0; i < MODEL_WORKERS; i++) {

        if (m->workers[i].epoch) {
            p = model_add(p, last, "worker %lu.%u:", (unsigned long) i,
                          m->workers[i].epoch);

            if (!(dead & (ngx_uint_t) 1 << i)) {
                p = model_text_queue(p, last, &m->workers[i].batch);
            }

            p = model_add(p, last, "\n");
        }
    }

    *p = '\0';
}


static char *
model_text_session(char *p, char *last, model_session_t *s)
{
    unsigned    n;
    ngx_uint_t  live;

    live = model_live(s);

    p = model_add(p, last, "session %06lx %s %s", (unsigned long) s->number,
                  model_states[s->state], model_kinds[s->kind]);

    if (s->kind != NGX_PRINT_ATT_NONE) {
        p = model_add(p, last, " %lu.%u", (unsigned long) s->slot, s->epoch);
    }

    if (s->state == NGX_PRINT_SESSION_UPGRADING) {
        p = model_add(p, last, " probe %lu.%u", (unsigned long) s->probe_slot,
                      s->probe_epoch);
    }

    if (s->post_epoch) {
        p = model_add(p, last, " post %lu.%u", (unsigned long) s->post_slot,
                      s->post_epoch);
    }

    p = model_add(p, last, " sock %06lx", (unsigned long) s->sock);

    p = model_add(p, last, "%s%s%s%s%s", s->connected ? " connected" : "",
                  s->blocked ? " blocked" : "",
                  live && s->wait ? " wait" : "",
                  live && s->state != NGX_PRINT_SESSION_WS && s->noop
                  ? " noop" : "",
                  live && s->ping ? " owed" : "");

    if (s->state == NGX_PRINT_SESSION_CLOSING) {
        p = model_add(p, last, " reason %lu", (unsigned long) s->reason);
    }

    if (live) {
        p = model_add(p, last, " ping %u", s->ping_at);

        if (s->pings) {
            p = model_add(p, last, " pongs %u of %u", s->pongs, s->pings);
        }

        p = model_add(p, last, " due %u", model_due(s));

    } else {
        p = model_add(p, last, " due %u", s->until);
    }

    n = s->number & 0xff;

    p = model_add(p, last, " eio 4 addr %u %u %u trust %u %u %u %u out", n,
                  BENCH_INTERVAL, BENCH_TIMEOUT, n, n, n,
                  NGX_PRINT_TRUST_TOKEN);
    p = model_text_queue(p, last, &s->out);

    if (s->in.count) {
        p = model_add(p, last, " in %lu", (unsigned long) s->parts);
        p = model_text_queue(p, last, &s->in);
    }

    return model_add(p, last, "\n");
}


static char *
model_text_queue(char *p, char *last, model_queue_t *q)
{
    u_char           *bytes;
    ngx_uint_t        i;
    model_message_t  *msg;

    for (i = 0; i < q->count; i++) {
        msg = &q->list[i];

        bytes = bench_bytes(msg->n, msg->len);

        p = model_add(p, last, " %u:%u:%08x", msg->len, msg->n & 1,
                      check_sum(0, bytes, msg->len));
    }

    return p;
}
