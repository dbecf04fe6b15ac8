
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The addresses that have sessions, clients, or sockets that can be recovered:
 * how many of them each has, and whether it may have one more.
 *
 * A record is found by the prefix of an address (ngx_print_prefix.h). A session
 * finds that of its own address. A client names the one that it counts for by
 * a word of gen and index: while it is online, that of its session, which a
 * repair sets anew; while it is offline, that of its last session. So does a
 * socket that can be recovered, as long as its session is lost. There are as
 * many records as sessions. A new address takes the record that is idle for
 * longest, else that which has no session for longest: what the old address had
 * counts for nobody then.
 *
 * The networks of 48 bits are counted without a record, in two rows of
 * counters, each of which many networks share: the smaller one of the two that
 * a network has is at least what it has, and hardly ever more. A client names
 * those that it counts in by a word of its own, as it outlives the record of
 * its address.
 *
 * What moves to another session without a registration, as a claim does when
 * its client comes back, or a socket that is recovered, is counted there, and
 * never refused.
 */


#ifndef _NGX_PRINT_ZONE_ADDRESS_H_INCLUDED_
#define _NGX_PRINT_ZONE_ADDRESS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* Returns the record of a prefix, or NULL if there is none. */
ngx_print_store_address_t *ngx_print_address_find_locked(
    ngx_print_store_t *st, uint64_t prefix);

/*
 * The same, but creates it if there is none. NULL if the prefix is 0, or if
 * all records have sessions.
 */
ngx_print_store_address_t *ngx_print_address_obtain_locked(
    ngx_print_store_t *st, uint64_t prefix);

/* Puts a record that has no counts yet into its bucket, and on its list. */
void ngx_print_address_link_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Whether an address may open one more session, or whether the session may
 * register the client, which is NULL if it is new. a is NULL if the address
 * has no record yet.
 */
ngx_print_over_e ngx_print_address_session_over_locked(ngx_print_store_t *st,
    uint64_t prefix, ngx_print_store_address_t *a, ngx_print_limits_t *limits);
ngx_print_over_e ngx_print_address_client_over_locked(ngx_print_store_t *st,
    ngx_print_store_address_t *a, ngx_print_store_client_t *cl,
    ngx_print_limits_t *limits);

/*
 * Whether an address has come too often: returns 1, or counts one time more.
 * now is ngx_current_msec in 32 bits.
 */
ngx_uint_t ngx_print_address_rate_locked(ngx_print_store_address_t *a,
    ngx_print_limits_t *limits, uint32_t now);

/*
 * Counts what a session does for the rate of its address. NGX_OK, or
 * NGX_PRINT_LIMITED; both may have set *over, the former with limits->dry_run.
 */
ngx_int_t ngx_print_address_charge_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_limits_t *limits,
    ngx_print_over_e *over);

/* Counts a session for its address, or not any more. */
void ngx_print_address_opened_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
void ngx_print_address_closed_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);

/*
 * Puts a session at the end of the list of those of its address that wait, or
 * takes it off that list; both are called only by zone_waiting. head() returns
 * the first one of the list, and count() how many there are.
 */
void ngx_print_address_waiting_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
void ngx_print_address_waited_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s);
uint32_t ngx_print_address_waiting_head_locked(ngx_print_store_address_t *a);
uint32_t ngx_print_address_waiting_count_locked(ngx_print_store_address_t *a);

/*
 * Counts a client for the address of its session, and not for any other one;
 * left() counts it for none.
 */
void ngx_print_address_joined_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, ngx_print_store_session_t *s);
void ngx_print_address_left_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/* In a repair: counts a client that is offline for what it names. */
void ngx_print_address_recount_locked(ngx_print_store_t *st,
    ngx_print_store_client_t *cl);

/* Puts a client on the list of the offline ones of its address, or off it. */
void ngx_print_address_away_locked(ngx_print_store_t *st, uint32_t index);
void ngx_print_address_back_locked(ngx_print_store_t *st, uint32_t index);

/*
 * Whether the address of a session has as many sockets that can be recovered as
 * it may have sessions. Sets word to the name of its record then. limits may be
 * NULL; a dry run is no limit.
 */
ngx_uint_t ngx_print_address_pid_over_locked(ngx_print_store_t *st,
    ngx_print_store_session_t *s, ngx_print_limits_t *limits, uint64_t *word);

/*
 * Counts a socket that can be recovered for the address of its session, and not
 * for any other one. left() counts it for none: its record is free now.
 */
void ngx_print_address_pid_joined_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p, ngx_print_store_session_t *s);
void ngx_print_address_pid_left_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p);

/* In a repair: counts one that is lost for the address it names. */
void ngx_print_address_pid_recount_locked(ngx_print_store_t *st,
    ngx_print_store_pid_t *p);


#endif /* _NGX_PRINT_ZONE_ADDRESS_H_INCLUDED_ */
