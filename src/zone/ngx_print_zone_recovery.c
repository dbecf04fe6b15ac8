
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_count.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_recovery.h"


void
ngx_print_recovery_attach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, uint32_t index)
{
    ngx_print_store_publish(cl->pid, index);

    cl->pid_next = st->pids[index].clients;
    st->pids[index].clients = cl - st->clients;
}


void
ngx_print_recovery_detach_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl)
{
    uint32_t  index, *link;

    if (cl->pid == 0) {
        return;
    }

    ngx_print_recovery_lack_locked(st, cl->pid);

    index = cl - st->clients;
    link = &st->pids[cl->pid].clients;

    while (*link != index) {
        link = &st->clients[*link].pid_next;
    }

    *link = cl->pid_next;

    ngx_print_store_publish(cl->pid, 0);
}


void
ngx_print_recovery_regain_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_pid_t  *p;

    p = &st->pids[index];

    if (p->gone) {
        ngx_print_store_publish(p->gone, p->gone - 1);
    }
}


void
ngx_print_recovery_lack_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_pid_t  *p;

    p = &st->pids[index];

    ngx_print_store_publish(p->gone, p->gone + 1);
}


void
ngx_print_recovery_lost_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  index;

    index = s->pid;

    if (index == 0) {
        return;
    }

    s->pid = 0;

    ngx_print_store_deadline(st->pid_deadlines, index,
                             (uint32_t) ngx_current_msec
                             + st->pids[index].window);
    ngx_print_store_publish(st->pids[index].owner, 0);
}


void
ngx_print_recovery_left_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s)
{
    uint32_t  index;

    index = s->pid;

    if (index && st->pids[index].clients == 0) {
        s->pid = 0;
        ngx_print_recovery_release_locked(st, index);
        return;
    }

    ngx_print_recovery_lost_locked(st, s);
}


void
ngx_print_recovery_release_locked(ngx_print_store_t *st, uint32_t index)
{
    ngx_print_store_publish(st->pids[index].state, NGX_PRINT_PID_FREE);

    st->sh->counts.pids--;

    ngx_print_address_pid_left_locked(st, &st->pids[index]);

    st->pid_deadlines[index] = 0;
    st->pids[index].clients = st->sh->pid_free;
    st->sh->pid_free = index;
}
