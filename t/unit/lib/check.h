
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What is true of a zone whenever nobody has its lock, and a text of all that
 * it means to its users, so that two states can be compared.
 */


#ifndef _NGX_PRINT_CHECK_H_INCLUDED_
#define _NGX_PRINT_CHECK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "store_all.h"


#define CHECK_TEXT     65536

/* lines of it that begin so are a name, a colon and a number that only rises */
#define CHECK_COUNT    "count "

/* no holder is between ready() and take() */
#define CHECK_READY    0x01

/* and none is finishing a session that it closed itself */
#define CHECK_CLOSING  0x04

/* dead workers are reaped, and no orphan is left */
#define CHECK_SETTLED  0x02


/* NULL, or what is wrong */
const char *check_zone(ngx_print_store_t *st, ngx_uint_t flags);

/*
 * What was seen of the pages of clients the last time is compared with what is
 * now, as check_zone() does, too; or forgotten, for it is another zone
 */
const char *check_pages(ngx_print_store_t *st);
void check_pages_forget(void);

/*
 * Writes the text of a zone: its sessions by key, its clients and jobs in their
 * order, the last events, the workers and what they have taken; dead: a bit for
 * each slot whose worker is about to lose what it has taken, so that this is
 * left out.
 */
void check_text(ngx_print_store_t *st, ngx_uint_t dead, char *text);

/* adds what the zone has counted to that text */
void check_text_counts(ngx_print_store_t *st, char *text);

/* one line of that text for a message */
uint32_t check_sum(uint32_t sum, const u_char *p, size_t len);

/* prints where two texts differ */
void check_diff(const char *was, const char *is);

/* overwrites all that repair() is to rebuild, and says that it has to */
void check_trash(ngx_print_store_t *st, ngx_uint_t seed);


#endif /* _NGX_PRINT_CHECK_H_INCLUDED_ */
