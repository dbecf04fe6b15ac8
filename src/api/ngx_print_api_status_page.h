
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The text of getStatus, in one piece for each page of clients (see client.h).
 * A worker caches a piece until the clients of its page change, or until
 * getStatus was not requested for 10 seconds.
 */


#ifndef _NGX_PRINT_API_STATUS_PAGE_H_INCLUDED_
#define _NGX_PRINT_API_STATUS_PAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_hub.h"


typedef struct {
    uint32_t     version;
    ngx_uint_t   refs;           /* one of the cache, one of each answer */
    uint64_t     first;          /* seq of the first client, 0: none */
    uint64_t     last;           /* seq of the last client */
    unsigned     ordered:1;      /* seq of all clients increases */
    size_t       len;
    u_char       text[1];        /* a comma before each entry */
} ngx_print_api_status_page_t;


/*
 * Returns the current text of page n, or NULL if there is no memory.  The
 * caller calls ngx_print_api_status_page_release() when it does not need the
 * text any more.
 */
ngx_print_api_status_page_t *ngx_print_api_status_page(ngx_print_store_t *st,
    ngx_uint_t n, ngx_log_t *log);
void ngx_print_api_status_page_release(ngx_print_api_status_page_t *page);

/*
 * One client's entry, without a comma: entry_len() returns its exact length,
 * entry() writes it to p and returns the byte after it.
 */
size_t ngx_print_api_status_entry_len(ngx_print_client_info_t *client);
u_char *ngx_print_api_status_entry(u_char *p, ngx_print_client_info_t *client);


#endif /* _NGX_PRINT_API_STATUS_PAGE_H_INCLUDED_ */
