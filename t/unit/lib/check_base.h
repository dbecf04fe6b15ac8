
/*
 * Copyright (C) the print hub contributors
 */


/* what the files of the check share */


#ifndef _NGX_PRINT_CHECK_BASE_H_INCLUDED_
#define _NGX_PRINT_CHECK_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "check.h"


#define CHECK_MAX  65536

/* ends the function with what is wrong, if it is */
#define check(cond, text)                                                     \
    do { if (!(cond)) { return text; } } while (0)

#define check_sub(call)                                                       \
    do { err = (call); if (err) { return err; } } while (0)


/* where a check is: what it has seen so far */
typedef struct {
    ngx_print_store_t  *st;
    ngx_uint_t          flags;
    u_char              block[CHECK_MAX];
    u_char              session[CHECK_MAX];
    u_char              client[CHECK_MAX];
    u_char              job[CHECK_MAX];
    u_char              pid[CHECK_MAX];
    u_char              claim[CHECK_MAX];
    uint32_t            refs[CHECK_MAX];    /* of a payload's first block */
    uint32_t            use[NGX_PRINT_USES];    /* blocks */
} check_t;


/* jobs and their payloads, pids, events: after workers and sessions */
const char *check_jobs(check_t *ck);
const char *check_pids(check_t *ck);
const char *check_events(check_t *ck);

/* claims and their infos: after clients, before blocks */
const char *check_claims(check_t *ck);

/* addresses, and what each has: after sessions and clients */
const char *check_addresses(check_t *ck);
void trash_addresses(ngx_print_store_t *st, ngx_uint_t seed);

/* sessions that may give way: after addresses */
const char *check_waiting(check_t *ck);

/* what is counted: after all records */
const char *check_counts(check_t *ck);
void trash_counts(ngx_print_store_t *st, ngx_uint_t seed);

/* a message's blocks, of which nobody else is to have one; complete: written */
const char *check_message(check_t *ck, uint32_t block, ngx_uint_t complete);

/* the texts of them, in the order of creation; of the last events */
char *check_text_jobs(ngx_print_store_t *st, char *p, char *last);
char *check_text_events(ngx_print_store_t *st, char *p, char *last);

/* the claims to a client, in the order in which their sessions were opened */
char *check_text_claims(ngx_print_store_t *st, char *p, char *last,
    ngx_print_store_client_t *cl);

char *text_chain(ngx_print_store_t *st, char *p, char *last, uint32_t block);
char *text_add(char *p, char *last, const char *fmt, ...);


#endif /* _NGX_PRINT_CHECK_BASE_H_INCLUDED_ */
