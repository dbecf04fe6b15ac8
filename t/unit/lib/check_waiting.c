
/*
 * Copyright (C) the print hub contributors
 */


/* Sessions that wait, and those that are nameless, are on their lists. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


static const char *check_waiting_list(check_t *ck,
    ngx_print_store_list_t *list, ngx_uint_t waits, u_char *seen);
static const char *check_waiting_addresses(check_t *ck, u_char *seen);


const char *
check_waiting(check_t *ck)
{
    uint32_t                    i, n;
    ngx_uint_t                  waits;
    const char                 *err;
    ngx_print_store_t          *st;
    ngx_print_store_session_t  *s;

    static u_char               seen[CHECK_MAX];

    st = ck->st;
    n = 0;

    ngx_memzero(seen, sizeof(seen));

    check_sub(check_waiting_list(ck, &st->sh->waiting, 1, seen));
    check_sub(check_waiting_list(ck, &st->sh->nameless, 0, seen));

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        waits = (s->connect_by && s->connected == 0);

        if (seen[i]) {
            n += (seen[i] == 2);
            continue;
        }

        check(!(s->older & NGX_PRINT_SESSION_LISTED)
              || s->state == NGX_PRINT_SESSION_FREE,
              "session says that it waits, but is on no list");
        check(s->clients || s->claims || (waits && s->pid)
              || !ngx_print_session_live_locked(s),
              "session without a client is on no list");
    }

    check(n == st->sh->waiting_count, "waiting_count");

    return check_waiting_addresses(ck, seen);
}


/* seen: 1 for a nameless session, 2 for one that waits, 3 of an address */

static const char *
check_waiting_list(check_t *ck, ngx_print_store_list_t *list,
    ngx_uint_t waits, u_char *seen)
{
    uint32_t                    i, prev;
    ngx_print_store_session_t  *s;

    prev = 0;

    for (i = list->head; i; i = s->newer) {
        check(i < ck->st->sh->session_top, "waiting session out of range");
        check(seen[i] == 0, "session waits twice");

        s = &ck->st->sessions[i];

        check(s->older == (NGX_PRINT_SESSION_LISTED | prev),
              "waiting list's back link");
        check(ngx_print_session_live_locked(s) && s->clients == 0,
              "session waits, but is closed or has a client");
        check((s->connect_by && s->connected == 0) == waits,
              "session is on the other list");

        seen[i] = 1 + waits;
        prev = i;
    }

    check(list->tail == prev, "waiting list's tail");

    return NULL;
}


static const char *
check_waiting_addresses(check_t *ck, u_char *seen)
{
    uint32_t                    i, k, n, prev;
    ngx_print_store_t          *st;
    ngx_print_store_address_t  *a;
    ngx_print_store_session_t  *s;

    st = ck->st;

    for (i = 1; i < st->sh->address_top; i++) {
        a = &st->addresses[i];

        n = 0;
        prev = 0;

        for (k = a->sessions ? a->waiting : 0; k; k = s->address_newer) {
            check(k < st->sh->session_top && seen[k] == 2,
                  "session of an address does not wait, or twice");

            s = &st->sessions[k];

            check(ngx_print_prefix(s->addr) == a->prefix,
                  "session of another address");
            check(prev == 0 || s->address_older == prev,
                  "back link of an address's sessions");

            seen[k] = 3;
            prev = k;
            n++;
        }

        check(a->sessions == 0 || a->waiting_count == n,
              "count of an address's sessions that wait");
        check(prev == 0 || st->sessions[a->waiting].address_older == prev,
              "last one of an address's sessions");
    }

    for (i = 1; i < st->sh->session_top; i++) {
        check(seen[i] != 2 || ngx_print_prefix(st->sessions[i].addr) == 0,
              "session waits, but not at its address");
    }

    return NULL;
}
