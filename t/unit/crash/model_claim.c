
/*
 * Copyright (C) the print hub contributors
 */


/* Claims of the model. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "model_base.h"


model_claim_t *
model_claim(model_t *m, u_char id, ngx_uint_t number)
{
    model_claim_t  *c;

    for (c = m->claims; c < m->claims + MODEL_CLAIMS; c++) {
        if (c->id == id && c->number == number) {
            return c;
        }
    }

    return NULL;
}


model_claim_t *
model_claim_newest(model_t *m, u_char id)
{
    model_claim_t    *c, *newest;
    model_session_t  *s;

    newest = NULL;

    for (c = m->claims; c < m->claims + MODEL_CLAIMS; c++) {

        if (c->id != id) {
            continue;
        }

        s = model_session(m, c->number);

        if (model_live(s) && s->connected
            && (newest == NULL
                || s->order > model_session(m, newest->number)->order))
        {
            newest = c;
        }
    }

    return newest;
}


ngx_uint_t
model_claim_newer(model_t *m, model_client_t *cl, model_session_t *owner,
    model_session_t *s)
{
    model_claim_t  *claim;

    if (owner == NULL) {
        claim = model_claim_newest(m, cl->id);

        if (claim == NULL) {
            return 0;
        }

        owner = model_session(m, claim->number);
    }

    return owner->order > s->order;
}


void
model_claim_gone(model_t *m, u_char id, ngx_uint_t number)
{
    model_claim_t  *c;

    for (c = m->claims; c < m->claims + MODEL_CLAIMS; c++) {
        if ((id == 0 || c->id == id)
            && (number == 0 || c->number == number))
        {
            c->id = 0;
            c->number = 0;
        }
    }
}


model_claim_t *
model_claim_make(model_t *m, u_char id, ngx_uint_t number, ngx_uint_t ack)
{
    model_claim_t  *c;

    for (c = m->claims; c->id; c++) { /* void */ }

    c->id = id;
    c->number = number;
    c->had = 0;
    c->ack = ack;

    return c;
}


ngx_uint_t
model_left_over(model_t *m, model_session_t *s)
{
    ngx_uint_t      i;
    model_claim_t  *c;

    for (i = 0; i < m->nclients; i++) {
        if (m->clients[i].number == s->number) {
            return 1;
        }
    }

    for (c = m->claims; c < m->claims + MODEL_CLAIMS; c++) {
        if (c->id && c->number == s->number) {
            return 1;
        }
    }

    return 0;
}


char *
model_claim_text(model_t *m, char *p, char *last, u_char id)
{
    ngx_uint_t        order;
    model_claim_t    *c, *next;
    model_session_t  *s, *least;

    for (order = 0; /* void */ ; order = least->order) {
        next = NULL;
        least = NULL;

        for (c = m->claims; c < m->claims + MODEL_CLAIMS; c++) {

            if (c->id != id) {
                continue;
            }

            s = model_session(m, c->number);

            if (s->order > order && (least == NULL || s->order < least->order))
            {
                next = c;
                least = s;
            }
        }

        if (next == NULL) {
            return p;
        }

        p = model_add(p, last, " claim %06lx%s%s",
                      (unsigned long) next->number, next->had ? " had" : "",
                      next->ack ? " ack" : "");
    }
}
