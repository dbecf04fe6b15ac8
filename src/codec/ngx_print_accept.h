
/*
 * Copyright (C) the print hub contributors
 */


/* What a client accepts: the header Accept (RFC 9110, section 12.5.1). */


#ifndef _NGX_PRINT_ACCEPT_H_INCLUDED_
#define _NGX_PRINT_ACCEPT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* how closely a range of types names a type */
typedef enum {
    NGX_PRINT_ACCEPT_NOT = 0,
    NGX_PRINT_ACCEPT_ALL,              /* as one of all types */
    NGX_PRINT_ACCEPT_SUBTYPES,         /* as one of all of its kind */
    NGX_PRINT_ACCEPT_NAMED
} ngx_print_accept_e;


typedef struct {
    ngx_str_t            type;         /* in lower case, such as "text/plain" */
    ngx_print_accept_e   by;
    ngx_uint_t           quality;      /* thousandths */
} ngx_print_accept_t;


/*
 * Looks for a type in a header, of which there may be several: the caller has
 * set accept->type, and zeroed the rest before the first.  Of the ranges that
 * match the type, the closest one counts, and of several of these the one with
 * the best quality.  Parameters other than "q" are ignored.  A quality that is
 * none counts as 0.
 */
void ngx_print_accept(ngx_print_accept_t *accept, ngx_str_t *header);


#endif /* _NGX_PRINT_ACCEPT_H_INCLUDED_ */
