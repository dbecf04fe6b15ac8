
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of addresses share. */


#ifndef _NGX_PRINT_ADDRESS_BASE_H_INCLUDED_
#define _NGX_PRINT_ADDRESS_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include <arpa/inet.h>

#include "zone_base.h"


#define ADDRESS_SESSIONS  12
#define ADDRESS_CLIENTS   12


/* workers a, b without a process */
typedef struct {
    store_worker_t       a;
    store_worker_t       b;
    ngx_uint_t           n;          /* of sessions that were opened */
    ngx_uint_t           ids;        /* of clients that were registered */
    ngx_print_over_e     over;
    ngx_print_limits_t   limits;
    ngx_print_ref_t      ref;        /* of the last session */
    unsigned             whole:1;    /* no repair, which forgets the order of
                                        the addresses */
} address_t;


/* sessions, clients: the records of each, 0 for as many as fit */
void address_begin(address_t *t, const char *about, uint32_t sessions,
    uint32_t clients);

/* a WebSocket of worker a, which has joined "/" */
ngx_int_t address_open(address_t *t, const char *addr);

/* id: NULL, a new one */
ngx_int_t address_register(address_t *t, ngx_print_ref_t ref, const char *id);
void address_close(address_t *t, ngx_print_ref_t ref);

/* all counts are right, and a repair finds the same */
void address_check(address_t *t);
ngx_print_store_address_t *address_of(address_t *t, const char *addr);
uint32_t address_count(address_t *t, const char *addr, ngx_uint_t clients);
ngx_uint_t address_known(address_t *t, const char *id);


#endif /* _NGX_PRINT_ADDRESS_BASE_H_INCLUDED_ */
