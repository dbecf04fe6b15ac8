
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_recovery_room.h"


#define NGX_PRINT_RECOVERY_NEAREST  16     /* of one pass over the deadlines */
#define NGX_PRINT_RECOVERY_PASSES   16

/* the order of lost sockets; half of the time that 32 bits have is past */
#define ngx_print_recovery_order(ms, now, index)                              \
    ((uint64_t) ((uint32_t) ((ms) - (now)) ^ 0x80000000) << 32 | (index))


static ngx_uint_t ngx_print_recovery_nearest(ngx_print_store_t *st,
    uint64_t address, uint32_t now, uint64_t after, uint64_t *list);
static ngx_int_t ngx_print_recovery_give_way_locked(ngx_print_store_t *st,
    uint32_t index, uint64_t address);


/*
 * The deadlines are read without the lock, and each lost socket is looked at
 * again in a lock hold of its own.
 */

ngx_int_t
ngx_print_recovery_make_room(ngx_print_store_t *st, uint64_t address)
{
    uint32_t    now;
    uint64_t    after, list[NGX_PRINT_RECOVERY_NEAREST];
    ngx_int_t   rc;
    ngx_uint_t  i, n, pass;

    now = (uint32_t) ngx_current_msec;
    after = 0;
    pass = 0;

    do {
        n = ngx_print_recovery_nearest(st, address, now, after, list);

        for (i = 0; i < n; i++) {
            if (ngx_print_store_lock(st) != NGX_OK) {
                return NGX_PRINT_STALLED;
            }

            rc = ngx_print_recovery_give_way_locked(st, (uint32_t) list[i],
                                                    address);

            ngx_print_store_unlock(st);

            if (rc == NGX_OK) {
                return NGX_OK;
            }

            after = list[i];
        }

    } while (n == NGX_PRINT_RECOVERY_NEAREST
             && ++pass < NGX_PRINT_RECOVERY_PASSES);

    return NGX_DECLINED;
}


/* Lists the nearest deadlines behind "after", in their order; lock-free. */

static ngx_uint_t
ngx_print_recovery_nearest(ngx_print_store_t *st, uint64_t address,
    uint32_t now, uint64_t after, uint64_t *list)
{
    uint32_t    i, ms;
    uint64_t    order;
    ngx_uint_t  k, n;

    n = 0;

    for (i = 1; i < st->sh->pid_top; i++) {
        ms = st->pid_deadlines[i];

        if (ms == 0 || (address && st->pids[i].address != address)) {
            continue;
        }

        order = ngx_print_recovery_order(ms, now, i);

        if (order <= after
            || (n == NGX_PRINT_RECOVERY_NEAREST && order > list[n - 1]))
        {
            continue;
        }

        k = (n < NGX_PRINT_RECOVERY_NEAREST) ? n++ : n - 1;

        for ( /* void */ ; k > 0 && list[k - 1] > order; k--) {
            list[k] = list[k - 1];
        }

        list[k] = order;
    }

    return n;
}


static ngx_int_t
ngx_print_recovery_give_way_locked(ngx_print_store_t *st, uint32_t index,
    uint64_t address)
{
    uint32_t                   i;
    ngx_print_store_pid_t     *p;
    ngx_print_store_client_t  *cl;

    p = &st->pids[index];

    if (p->state == NGX_PRINT_PID_FREE || p->owner
        || (address && p->address != address))
    {
        return NGX_DECLINED;
    }

    for (i = p->clients; i; i = st->clients[i].pid_next) {

        if (st->clients[i].blocks) {
            return NGX_DECLINED;
        }
    }

    while (p->clients) {
        cl = &st->clients[p->clients];

        ngx_print_store_publish(cl->resume, 0);
        ngx_print_recovery_detach_locked(st, cl);
    }

    ngx_print_count_tally_locked(st, NGX_PRINT_OTHER_EVICTED
                                     + NGX_PRINT_COUNT_RECOVERY,
                                 NGX_PRINT_OF_FREED, index,
                                 NGX_PRINT_PID_FREE);
    ngx_print_recovery_release_locked(st, index);
    ngx_print_count_tallied_locked(st);

    return NGX_OK;
}
