
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_siphash.h"
#include "ngx_print_prefix.h"
#include "ngx_print_zone.h"
#include "ngx_print_zone_address.h"


/* the rows of a network's counters, two of each */
#define NGX_PRINT_ADDRESS_SESSIONS  0
#define NGX_PRINT_ADDRESS_CLIENTS   2

#define NGX_PRINT_ADDRESS_SITE      0x1000000   /* a word that names two of
                                                   them, by 12 bits each, of
                                                   which a small zone uses
                                                   fewer */
#define NGX_PRINT_ADDRESS_CELL      0xfff

#define NGX_PRINT_ADDRESS_LATE      60000   /* ms, that the clock of another
                                               process may be behind */

#define ngx_print_address_word(st, a)                                         \
    ((uint64_t) (a)->gen << 32 | (uint32_t) ((a) - (st)->addresses))


static uint32_t *ngx_print_address_bucket(ngx_print_store_t *st,
    uint64_t prefix);
static uint32_t ngx_print_address_take_locked(ngx_print_store_t *st);
static ngx_print_store_address_t *ngx_print_address_of_locked(
    ngx_print_store_t *st, uint64_t word);
static ngx_print_store_list_t *ngx_print_address_list_locked(
    ngx_print_store_t *st, ngx_print_store_address_t *a);
static void ngx_print_address_enlist_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a);
static void ngx_print_address_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a);
static void ngx_print_address_count_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a, uint32_t *count, uint32_t n);
static uint32_t ngx_print_address_site(ngx_print_store_t *st, uint64_t prefix);
static void ngx_print_address_cells(ngx_print_store_t *st, uint32_t site,
    ngx_uint_t row, uint32_t **cells);
static void ngx_print_address_site_count_locked(ngx_print_store_t *st,
    uint32_t site, ngx_uint_t row, uint32_t n);
static ngx_uint_t ngx_print_address_site_over_locked(ngx_print_store_t *st,
    uint32_t site, ngx_uint_t row, uint32_t max);
static void ngx_print_address_session_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t n);


ngx_print_store_address_t *
ngx_print_address_find_locked(ngx_print_store_t *st, uint64_t prefix)
{
    uint32_t  i;

    if (prefix == 0) {
        return NULL;
    }

    for (i = *ngx_print_address_bucket(st, prefix);
         i;
         i = st->addresses[i].next)
    {
        if (st->addresses[i].prefix == prefix) {
            return &st->addresses[i];
        }
    }

    return NULL;
}


/* The caller holds the lock. */

static uint32_t *
ngx_print_address_bucket(ngx_print_store_t *st, uint64_t prefix)
{
    uint64_t  hash;

    hash = ngx_print_siphash(st->sh->secrets.hash, (u_char *) &prefix,
                             sizeof(uint64_t));

    return &st->address_buckets[hash & (st->sh->naddress_buckets - 1)];
}


ngx_print_store_address_t *
ngx_print_address_obtain_locked(ngx_print_store_t *st, uint64_t prefix)
{
    uint32_t                    index;
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, prefix);

    if (a || prefix == 0) {
        return a;
    }

    index = ngx_print_address_take_locked(st);

    if (index == 0) {
        return NULL;
    }

    a = &st->addresses[index];

    a->last = (uint32_t) ngx_current_msec;
    a->excess = 0;

    ngx_print_store_publish(a->prefix, prefix);

    ngx_print_address_link_locked(st, index);

    return a;
}


/*
 * Returns a record without counts, which is in no bucket and on no list, or 0.
 * From the store of its gen on, no client and no socket names it.
 */

static uint32_t
ngx_print_address_take_locked(ngx_print_store_t *st)
{
    uint32_t                    index, *link;
    ngx_print_store_address_t  *a;

    index = st->sh->address_top;

    if (index < st->sh->naddresses) {
        ngx_print_store_publish(st->sh->address_top, index + 1);
        return index;
    }

    index = st->sh->address_idle.head ? st->sh->address_idle.head
                                      : st->sh->address_away.head;
    if (index == 0) {
        return 0;
    }

    a = &st->addresses[index];

    ngx_print_address_unlist_locked(st, a);

    if (a->prefix) {
        link = ngx_print_address_bucket(st, a->prefix);

        while (*link != index) {
            link = &st->addresses[*link].next;
        }

        *link = a->next;
    }

    ngx_print_store_publish(a->gen, a->gen + 1);

    if (a->clients) {
        st->sh->address_count--;
    }

    a->clients = 0;
    a->pids = 0;
    a->offline = 0;

    return index;
}


void
ngx_print_address_link_locked(ngx_print_store_t *st, uint32_t index)
{
    uint32_t                   *bucket;
    ngx_print_store_address_t  *a;

    a = &st->addresses[index];

    if (a->prefix) {
        bucket = ngx_print_address_bucket(st, a->prefix);
        a->next = *bucket;
        *bucket = index;
    }

    ngx_print_address_enlist_locked(st, a);
}


/* Returns the record that a word names, or NULL if it names none. */

static ngx_print_store_address_t *
ngx_print_address_of_locked(ngx_print_store_t *st, uint64_t word)
{
    uint32_t  index;

    index = (uint32_t) word;

    return (index && index < st->sh->address_top
            && st->addresses[index].gen == (uint32_t) (word >> 32))
           ? &st->addresses[index] : NULL;
}


/* Returns the list that the record is on, or NULL if it has sessions. */

static ngx_print_store_list_t *
ngx_print_address_list_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a)
{
    if (a->sessions) {
        return NULL;
    }

    return (a->clients || a->pids) ? &st->sh->address_away
                                   : &st->sh->address_idle;
}


static void
ngx_print_address_enlist_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a)
{
    uint32_t                 index;
    ngx_print_store_list_t  *list;

    list = ngx_print_address_list_locked(st, a);

    if (list == NULL) {
        return;
    }

    index = a - st->addresses;

    a->list_next = 0;
    a->list_prev = list->tail;

    if (list->tail) {
        st->addresses[list->tail].list_next = index;

    } else {
        list->head = index;
    }

    list->tail = index;
}


static void
ngx_print_address_unlist_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a)
{
    ngx_print_store_list_t  *list;

    list = ngx_print_address_list_locked(st, a);

    if (list == NULL) {
        return;
    }

    if (a->list_prev) {
        st->addresses[a->list_prev].list_next = a->list_next;

    } else {
        list->head = a->list_next;
    }

    if (a->list_next) {
        st->addresses[a->list_next].list_prev = a->list_prev;

    } else {
        list->tail = a->list_prev;
    }
}


/*
 * Adds n, which may be "-1", to one of the counts of a record. While it has a
 * session, its links are those of the list of its sessions that wait: none of
 * them does when the first one opens.
 */

static void
ngx_print_address_count_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a, uint32_t *count, uint32_t n)
{
    ngx_uint_t  idle;

    ngx_print_address_unlist_locked(st, a);

    idle = (a->sessions == 0);

    st->sh->address_count -= (a->sessions || a->clients);

    *count += n;

    if (idle && a->sessions) {
        a->waiting = 0;
        a->waiting_count = 0;
    }

    st->sh->address_count += (a->sessions || a->clients);

    ngx_print_address_enlist_locked(st, a);
}


/*
 * Returns a word that names the two counters of the network of an address, or 0
 * if it is not of IPv6. It does not depend on the size of the zone.
 */

static uint32_t
ngx_print_address_site(ngx_print_store_t *st, uint64_t prefix)
{
    uint64_t  site, hash;

    if (!ngx_print_prefix_is_ipv6(prefix)) {
        return 0;
    }

    site = ngx_print_prefix_site(prefix);

    hash = ngx_print_siphash(st->sh->secrets.hash, (u_char *) &site,
                             sizeof(uint64_t));

    return NGX_PRINT_ADDRESS_SITE
           | (hash >> 32 & NGX_PRINT_ADDRESS_CELL) << 12
           | (hash & NGX_PRINT_ADDRESS_CELL);
}


/* Sets cells to the two counters that a word names. */

static void
ngx_print_address_cells(ngx_print_store_t *st, uint32_t site, ngx_uint_t row,
    uint32_t **cells)
{
    uint32_t  mask;

    mask = st->sh->nsites - 1;

    cells[0] = &st->sites[row * st->sh->nsites + (site & mask)];
    cells[1] = &st->sites[(row + 1) * st->sh->nsites + (site >> 12 & mask)];
}


static void
ngx_print_address_site_count_locked(ngx_print_store_t *st, uint32_t site,
    ngx_uint_t row, uint32_t n)
{
    uint32_t  *cells[2];

    if (site) {
        ngx_print_address_cells(st, site, row, cells);

        *cells[0] += n;
        *cells[1] += n;
    }
}


/* Whether a network has half of the max records, or more. */

static ngx_uint_t
ngx_print_address_site_over_locked(ngx_print_store_t *st, uint32_t site,
    ngx_uint_t row, uint32_t max)
{
    uint32_t  *cells[2];

    if (site == 0) {
        return 0;
    }

    ngx_print_address_cells(st, site, row, cells);

    return ngx_min(*cells[0], *cells[1]) >= max / 2;
}


ngx_print_over_e
ngx_print_address_session_over_locked(ngx_print_store_t *st, uint64_t prefix,
    ngx_print_store_address_t *a, ngx_print_limits_t *limits)
{
    if (a && limits->sessions && a->sessions >= limits->sessions) {
        return NGX_PRINT_OVER_SESSIONS;
    }

    return ngx_print_address_site_over_locked(st,
                                              ngx_print_address_site(st,
                                                                     prefix),
                                              NGX_PRINT_ADDRESS_SESSIONS,
                                              st->sh->nsessions - 1)
           ? NGX_PRINT_OVER_SITE : NGX_PRINT_OVER_NONE;
}


ngx_print_over_e
ngx_print_address_client_over_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a, ngx_print_store_client_t *cl,
    ngx_print_limits_t *limits)
{
    uint32_t  site;

    if (cl && ngx_print_address_of_locked(st, cl->address) == a) {
        return NGX_PRINT_OVER_NONE;
    }

    if (limits->clients && a->clients >= limits->clients) {
        return NGX_PRINT_OVER_CLIENTS;
    }

    site = ngx_print_address_site(st, a->prefix);

    if (cl && cl->site == site) {
        return NGX_PRINT_OVER_NONE;
    }

    return ngx_print_address_site_over_locked(st, site,
                                              NGX_PRINT_ADDRESS_CLIENTS,
                                              st->sh->nclients - 1)
           ? NGX_PRINT_OVER_SITE : NGX_PRINT_OVER_NONE;
}


/* As nginx's limit_req: what came too often fades with the time. */

ngx_uint_t
ngx_print_address_rate_locked(ngx_print_store_address_t *a,
    ngx_print_limits_t *limits, uint32_t now)
{
    uint32_t  ms;
    uint64_t  excess, faded;

    if (limits->rate == 0) {
        return 0;
    }

    ms = now - a->last;

    if (ms > (uint32_t) -NGX_PRINT_ADDRESS_LATE) {
        ms = 0;
    }

    faded = (uint64_t) limits->rate * ms / 1000;
    excess = a->excess > faded ? a->excess - faded : 0;

    if (excess >= (uint64_t) limits->burst * 1000) {
        return 1;
    }

    a->excess = excess + 1000;
    a->last += ms;

    return 0;
}


ngx_int_t
ngx_print_address_charge_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_limits_t *limits,
    ngx_print_over_e *over)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    if (a == NULL
        || !ngx_print_address_rate_locked(a, limits,
                                          (uint32_t) ngx_current_msec))
    {
        return NGX_OK;
    }

    *over = NGX_PRINT_OVER_RATE;

    return limits->dry_run ? NGX_OK : NGX_PRINT_LIMITED;
}


void
ngx_print_address_opened_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_address_session_locked(st, s, 1);
}


void
ngx_print_address_closed_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_address_session_locked(st, s, -1);
}


static void
ngx_print_address_session_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, uint32_t n)
{
    uint64_t                    prefix;
    ngx_print_store_address_t  *a;

    prefix = ngx_print_prefix(s->addr);
    a = ngx_print_address_find_locked(st, prefix);

    if (a) {
        ngx_print_address_count_locked(st, a, &a->sessions, n);
        ngx_print_address_site_count_locked(st,
                                            ngx_print_address_site(st, prefix),
                                            NGX_PRINT_ADDRESS_SESSIONS, n);
    }
}


/* The list has no tail: the first one of it names the last one. */

void
ngx_print_address_waiting_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t                    index;
    ngx_print_store_session_t  *first;
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    if (a == NULL) {
        s->address_older = 0;
        s->address_newer = 0;
        return;
    }

    index = s - st->sessions;
    s->address_newer = 0;

    if (a->waiting == 0) {
        a->waiting = index;
        s->address_older = index;

    } else {
        first = &st->sessions[a->waiting];

        s->address_older = first->address_older;
        st->sessions[first->address_older].address_newer = index;
        first->address_older = index;
    }

    a->waiting_count++;
}


void
ngx_print_address_waited_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    if (a) {
        a->waiting_count--;

        if (a->waiting == s - st->sessions) {
            a->waiting = s->address_newer;

        } else {
            st->sessions[s->address_older].address_newer = s->address_newer;
        }

        if (s->address_newer) {
            st->sessions[s->address_newer].address_older = s->address_older;

        } else if (a->waiting) {
            st->sessions[a->waiting].address_older = s->address_older;
        }
    }

    s->pid = 0;
    s->sent_tail = 0;
}


uint32_t
ngx_print_address_waiting_head_locked(ngx_print_store_address_t *a)
{
    return a->sessions ? a->waiting : 0;
}


uint32_t
ngx_print_address_waiting_count_locked(ngx_print_store_address_t *a)
{
    return a->sessions ? a->waiting_count : 0;
}


/* If we die before we store its words, the repair finds it by the owner. */

void
ngx_print_address_joined_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s)
{
    uint64_t                    prefix;
    ngx_print_store_address_t  *a;

    prefix = ngx_print_prefix(s->addr);
    a = ngx_print_address_find_locked(st, prefix);

    if (a && ngx_print_address_of_locked(st, cl->address) == a) {
        return;
    }

    ngx_print_address_left_locked(st, cl);

    if (a) {
        ngx_print_store_publish(cl->address, ngx_print_address_word(st, a));
    }

    ngx_print_store_publish(cl->site, ngx_print_address_site(st, prefix));

    ngx_print_address_recount_locked(st, cl);
}


void
ngx_print_address_left_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_of_locked(st, cl->address);

    ngx_print_store_publish(cl->address, 0);

    if (a) {
        ngx_print_address_count_locked(st, a, &a->clients, -1);
    }

    ngx_print_address_site_count_locked(st, cl->site,
                                        NGX_PRINT_ADDRESS_CLIENTS, -1);
}


void
ngx_print_address_recount_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_of_locked(st, cl->address);

    if (a) {
        ngx_print_address_count_locked(st, a, &a->clients, 1);
    }

    ngx_print_address_site_count_locked(st, cl->site,
                                        NGX_PRINT_ADDRESS_CLIENTS, 1);
}


void
ngx_print_address_away_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_client_t   *cl, *first;
    ngx_print_store_address_t  *a;

    cl = &st->clients[index];
    a = ngx_print_address_of_locked(st, cl->address);

    if (a == NULL) {
        return;
    }

    cl->address_next = 0;

    if (a->offline == 0) {
        a->offline = index;
        cl->address_prev = index;
        return;
    }

    first = &st->clients[a->offline];

    cl->address_prev = first->address_prev;
    st->clients[first->address_prev].address_next = index;
    first->address_prev = index;
}


void
ngx_print_address_back_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_client_t   *cl;
    ngx_print_store_address_t  *a;

    cl = &st->clients[index];
    a = ngx_print_address_of_locked(st, cl->address);

    if (a == NULL) {
        return;
    }

    if (a->offline == index) {
        a->offline = cl->address_next;

    } else {
        st->clients[cl->address_prev].address_next = cl->address_next;
    }

    if (cl->address_next) {
        st->clients[cl->address_next].address_prev = cl->address_prev;

    } else if (a->offline) {
        st->clients[a->offline].address_prev = cl->address_prev;
    }
}


ngx_uint_t
ngx_print_address_pid_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_limits_t *limits, uint64_t *word)
{
    ngx_print_store_address_t  *a;

    if (limits == NULL || limits->sessions == 0 || limits->dry_run) {
        return 0;
    }

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    if (a == NULL || a->pids < limits->sessions) {
        return 0;
    }

    *word = ngx_print_address_word(st, a);

    return 1;
}


/* If we die before the store of its word, the repair finds it by the owner. */

void
ngx_print_address_pid_joined_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p, ngx_print_store_session_t *s)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_find_locked(st, ngx_print_prefix(s->addr));

    ngx_print_address_pid_left_locked(st, p);

    ngx_print_store_publish(p->address, a ? ngx_print_address_word(st, a) : 0);

    ngx_print_address_pid_recount_locked(st, p);
}


void
ngx_print_address_pid_left_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_of_locked(st, p->address);

    if (a) {
        ngx_print_address_count_locked(st, a, &a->pids, -1);
    }
}


void
ngx_print_address_pid_recount_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p)
{
    ngx_print_store_address_t  *a;

    a = ngx_print_address_of_locked(st, p->address);

    if (a) {
        ngx_print_address_count_locked(st, a, &a->pids, 1);
    }
}
