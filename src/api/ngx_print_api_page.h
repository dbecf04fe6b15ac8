
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The entries of getStatus, as text: one text for each page of clients, see
 * client.h, that is kept for as long as it is true and somebody asks for it.
 */


#ifndef _NGX_PRINT_API_PAGE_H_INCLUDED_
#define _NGX_PRINT_API_PAGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_hub.h"


typedef struct {
    uint32_t     version;
    ngx_uint_t   refs;           /* the page's, and of answers */
    uint64_t     first;          /* the order of registration: of the first */
    uint64_t     last;           /* and the last one; 0: there is none */
    unsigned     ordered:1;      /* and of those between */
    size_t       len;
    u_char       text[1];        /* a comma before each entry */
} ngx_print_api_page_t;


/*
 * The text of a page as it is now.  Each one is to be given back.  A process
 * has one zone.  NULL: no memory.
 */
ngx_print_api_page_t *ngx_print_api_page(ngx_print_store_t *st,
    ngx_uint_t n, ngx_log_t *log);
void ngx_print_api_page_release(ngx_print_api_page_t *page);

/* the bytes of an entry, without a comma; writes it, returns its end */
size_t ngx_print_api_entry_len(ngx_print_client_info_t *client);
u_char *ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client);


#endif /* _NGX_PRINT_API_PAGE_H_INCLUDED_ */
