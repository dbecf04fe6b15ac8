
/*
 * Copyright (C) the print hub contributors
 */


/* The workers of a zone, and the stations at each of them, for people. */


#ifndef _NGX_PRINT_ROSTER_H_INCLUDED_
#define _NGX_PRINT_ROSTER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"
#include "ngx_print_zone_types.h"


#define NGX_PRINT_ROSTER_MAX  NGX_PRINT_WAKE_SLOTS


typedef enum {
    NGX_PRINT_ROSTER_RUNNING = 0,
    NGX_PRINT_ROSTER_EXITING,
    NGX_PRINT_ROSTER_HUNG          /* it lives, and has not ticked for 1 s */
} ngx_print_roster_state_e;


typedef struct {
    ngx_uint_t                slot;
    uint32_t                  pid;
    ngx_print_roster_state_e  state;
    uint32_t                  websockets;
    uint32_t                  waiting;     /* GETs of sessions */
} ngx_print_roster_t;


/*
 * Sets list to the workers that live, in the order of their slots; it has room
 * for NGX_PRINT_ROSTER_MAX.  Returns how many there are.  Lock-free, so the
 * figures may be of different moments; it looks at each session once.
 */
ngx_uint_t ngx_print_roster(ngx_print_store_t *st, ngx_print_roster_t *list);

/*
 * Return how many stations are online, and how many jobs are not finished.
 * Lock-free; they look at each record once.
 */
ngx_uint_t ngx_print_roster_online(ngx_print_store_t *st);
ngx_uint_t ngx_print_roster_live(ngx_print_store_t *st);

/*
 * Sets id to the first clientId of a session; id->data has room for
 * NGX_PRINT_CLIENT_ID_MAX bytes.
 *
 * NGX_OK             it is set
 * NGX_DECLINED       the session has none, or is gone
 * NGX_PRINT_STALLED  the lock could not be had
 */
ngx_int_t ngx_print_roster_client(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *id);


#endif /* _NGX_PRINT_ROSTER_H_INCLUDED_ */
