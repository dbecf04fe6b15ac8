
/*
 * Copyright (C) the print hub contributors
 */


/* Addresses: what each of them has is counted anew, and compared. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


typedef struct {
    uint32_t    sessions;
    uint32_t    clients;
    uint32_t    pids;
    uint32_t    offline;
    ngx_uint_t  bucket;
    ngx_uint_t  list;
} check_address_t;


static const char *check_address_sessions(check_t *ck, check_address_t *seen);
static const char *check_address_clients(check_t *ck, check_address_t *seen);
static const char *check_address_pids(check_t *ck, check_address_t *seen);
static const char *check_address_buckets(check_t *ck, check_address_t *seen);
static const char *check_address_list(check_t *ck, check_address_t *seen,
    ngx_print_store_list_t *list, ngx_uint_t which);
static const char *check_address(check_t *ck, check_address_t *seen,
    uint32_t index);
static const char *check_address_offline(check_t *ck,
    ngx_print_store_address_t *a, uint32_t n);
static const char *check_sites(check_t *ck, check_address_t *seen);
static uint32_t check_site(ngx_print_store_t *st, uint64_t prefix);
static uint32_t check_address_find(ngx_print_store_t *st, uint64_t prefix);
static uint32_t check_address_of(ngx_print_store_t *st, uint64_t word);


const char *
check_addresses(check_t *ck)
{
    uint32_t                  i, used;
    const char               *err;
    ngx_print_store_shctx_t  *sh;

    static check_address_t    seen[CHECK_MAX];

    sh = ck->st->sh;

    check(sh->address_top >= 1 && sh->address_top <= sh->naddresses
          && sh->naddresses <= CHECK_MAX, "address_top");

    ngx_memzero(seen, sh->naddresses * sizeof(check_address_t));

    check_sub(check_address_sessions(ck, seen));
    check_sub(check_address_clients(ck, seen));
    check_sub(check_address_pids(ck, seen));
    check_sub(check_address_buckets(ck, seen));
    check_sub(check_address_list(ck, seen, &sh->address_idle, 1));
    check_sub(check_address_list(ck, seen, &sh->address_away, 2));

    used = 0;

    for (i = 1; i < sh->address_top; i++) {
        check_sub(check_address(ck, seen, i));
        used += (seen[i].sessions || seen[i].clients);
    }

    check(used == sh->address_count, "address_count");

    return check_sites(ck, seen);
}


static const char *
check_address_sessions(check_t *ck, check_address_t *seen)
{
    uint32_t                    i, index;
    uint64_t                    prefix;
    ngx_print_store_session_t  *s;

    for (i = 1; i < ck->st->sh->session_top; i++) {
        s = &ck->st->sessions[i];
        prefix = ngx_print_prefix(s->addr);

        if (s->state == NGX_PRINT_SESSION_FREE || prefix == 0) {
            continue;
        }

        index = check_address_find(ck->st, prefix);

        check(index, "session without an address");

        seen[index].sessions++;
    }

    return NULL;
}


static const char *
check_address_clients(check_t *ck, check_address_t *seen)
{
    uint32_t                    i, index;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    for (i = 1; i < ck->st->sh->client_top; i++) {
        cl = &ck->st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_FREE) {
            continue;
        }

        index = check_address_of(ck->st, cl->address);
        s = ngx_print_client_owner_locked(ck->st, cl);

        check(s == NULL || index == check_address_find(ck->st,
                                                   ngx_print_prefix(s->addr)),
              "client counts for another address than its session's");

        if (index) {
            seen[index].clients++;
            seen[index].offline += (s == NULL);
        }
    }

    return NULL;
}


static const char *
check_address_pids(check_t *ck, check_address_t *seen)
{
    uint32_t                    i, index;
    ngx_print_ref_t             ref;
    ngx_print_store_pid_t      *p;
    ngx_print_store_session_t  *s;

    for (i = 1; i < ck->st->sh->pid_top; i++) {
        p = &ck->st->pids[i];

        if (p->state == NGX_PRINT_PID_FREE) {
            continue;
        }

        index = check_address_of(ck->st, p->address);

        ref.index = ngx_print_store_owner_index(p->owner);
        ref.gen = ngx_print_store_owner_gen(p->owner);

        s = ngx_print_session_locked(ck->st, ref);

        check(s == NULL || index == check_address_find(ck->st,
                                                   ngx_print_prefix(s->addr)),
              "pid counts for another address than its session's");

        if (index) {
            seen[index].pids++;
        }
    }

    return NULL;
}


static const char *
check_address_buckets(check_t *ck, check_address_t *seen)
{
    uint32_t            b, i;
    uint64_t            hash;
    ngx_print_store_t  *st;

    st = ck->st;

    for (b = 0; b < st->sh->naddress_buckets; b++) {

        for (i = st->address_buckets[b]; i; i = st->addresses[i].next) {
            check(i < st->sh->address_top, "address in a bucket out of range");
            check(seen[i].bucket++ == 0, "address twice in buckets");

            hash = ngx_print_siphash(st->sh->secrets.hash,
                                     (u_char *) &st->addresses[i].prefix,
                                     sizeof(uint64_t));

            check((hash & (st->sh->naddress_buckets - 1)) == b,
                  "address in a wrong bucket");
        }
    }

    return NULL;
}


static const char *
check_address_list(check_t *ck, check_address_t *seen,
    ngx_print_store_list_t *list, ngx_uint_t which)
{
    uint32_t                    i, prev;
    ngx_print_store_address_t  *a;

    prev = 0;

    for (i = list->head; i; i = a->list_next) {
        check(i < ck->st->sh->address_top, "listed address out of range");
        check(seen[i].list == 0, "address listed twice");

        a = &ck->st->addresses[i];

        check(a->list_prev == prev, "list of addresses' back link");

        seen[i].list = which;
        prev = i;
    }

    check(list->tail == prev, "list of addresses' tail");

    return NULL;
}


static const char *
check_address(check_t *ck, check_address_t *seen, uint32_t index)
{
    ngx_uint_t                  list;
    ngx_print_store_address_t  *a;

    a = &ck->st->addresses[index];
    seen += index;

    check(a->sessions == seen->sessions, "sessions of an address");
    check(a->clients == seen->clients, "clients of an address");
    check(a->pids == seen->pids, "pids of an address");
    check(seen->bucket == (a->prefix != 0), "address in no bucket");

    list = a->sessions ? 0 : (a->clients || a->pids) ? 2 : 1;

    check(seen->list == list, "address on a wrong list");

    return check_address_offline(ck, a, seen->offline);
}


static const char *
check_address_offline(check_t *ck, ngx_print_store_address_t *a, uint32_t n)
{
    uint32_t                   i, prev;
    ngx_print_store_client_t  *cl;

    prev = 0;

    for (i = a->offline; i; i = cl->address_next) {
        check(i < ck->st->sh->client_top, "offline client out of range");
        check(n-- > 0, "too many offline clients of an address");

        cl = &ck->st->clients[i];

        check(cl->state == NGX_PRINT_CLIENT_USED && cl->owner == 0
              && check_address_of(ck->st, cl->address) == a - ck->st->addresses,
              "client that is not offline, or of another address");
        check(prev == 0 || cl->address_prev == prev,
              "offline clients' back link");
        check(prev == 0 || ck->st->clients[prev].event < cl->event,
              "offline clients' order");

        prev = i;
    }

    check(n == 0, "too few offline clients of an address");
    check(prev == 0 || ck->st->clients[a->offline].address_prev == prev,
          "offline clients' tail");

    return NULL;
}


static const char *
check_sites(check_t *ck, check_address_t *seen)
{
    uint32_t                   i, k, mask, hash, index;
    uint32_t                   sites[NGX_PRINT_ADDRESS_ROWS * 1024];
    ngx_print_store_t         *st;
    ngx_print_store_client_t  *cl;

    st = ck->st;
    mask = st->sh->nsites - 1;

    check(mask < 1024, "nsites");

    ngx_memzero(sites, sizeof(sites));

    for (i = 1; i < st->sh->address_top; i++) {

        hash = check_site(st, st->addresses[i].prefix);

        for (k = 0; k < 2 && hash; k++) {
            sites[k * (mask + 1) + (hash >> 12 * k & mask)] +=
                                                             seen[i].sessions;
        }
    }

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state == NGX_PRINT_CLIENT_FREE) {
            continue;
        }

        index = check_address_of(st, cl->address);

        check(index == 0 || cl->site == check_site(st,
                                                  st->addresses[index].prefix),
              "client counts for another network than its address");

        for (k = 0; k < 2 && cl->site; k++) {
            sites[(2 + k) * (mask + 1) + (cl->site >> 12 * k & mask)]++;
        }
    }

    check(memcmp(sites, st->sites, NGX_PRINT_ADDRESS_ROWS * (mask + 1)
                                   * sizeof(uint32_t)) == 0,
          "counters of networks");

    return NULL;
}


static uint32_t
check_site(ngx_print_store_t *st, uint64_t prefix)
{
    uint64_t  hash, site;

    if (!ngx_print_prefix_is_ipv6(prefix)) {
        return 0;
    }

    site = prefix >> 16;
    hash = ngx_print_siphash(st->sh->secrets.hash, (u_char *) &site,
                             sizeof(uint64_t));

    return 0x1000000 | (hash >> 32 & 0xfff) << 12 | (hash & 0xfff);
}


static uint32_t
check_address_find(ngx_print_store_t *st, uint64_t prefix)
{
    uint32_t  i;

    for (i = 1; prefix && i < st->sh->address_top; i++) {
        if (st->addresses[i].prefix == prefix) {
            return i;
        }
    }

    return 0;
}


static uint32_t
check_address_of(ngx_print_store_t *st, uint64_t word)
{
    uint32_t  index;

    index = (uint32_t) word;

    return (index < st->sh->address_top
            && st->addresses[index].gen == word >> 32)
           ? index : 0;
}


void
trash_addresses(ngx_print_store_t *st, ngx_uint_t seed)
{
    uint32_t                    i;
    ngx_print_store_address_t  *a;

    st->sh->address_count = seed * 107;
    st->sh->address_idle.head = st->sh->address_idle.tail = seed * 109;
    st->sh->address_away.head = st->sh->address_away.tail = seed * 113;

    ngx_memset(st->address_buckets, (int) seed,
               st->sh->naddress_buckets * sizeof(uint32_t));
    ngx_memset(st->sites, (int) seed,
               NGX_PRINT_ADDRESS_ROWS * st->sh->nsites * sizeof(uint32_t));

    for (i = 1; i < st->sh->address_top; i++) {
        a = &st->addresses[i];

        a->sessions = a->clients = a->pids = a->next = seed * 127;
        a->list_next = a->list_prev = seed * 131;
        a->offline = seed * 137;
    }

    for (i = 1; i < st->sh->client_top; i++) {
        st->clients[i].address_next = st->clients[i].address_prev = seed;
    }
}
