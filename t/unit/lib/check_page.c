
/*
 * Copyright (C) the print hub contributors
 */


/* a page of clients with the same version says the same of them */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


#define PAGE_MAX  8      /* pages that are looked at */


typedef struct {
    uint64_t                  seq;
    ngx_uint_t                connected;
    ngx_uint_t                nsp;
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    u_char                    key[NGX_PRINT_SESSION_KEY];
    u_char                    len;
    u_char                    id[NGX_PRINT_CLIENT_ID_MAX];
} page_client_t;


typedef struct {
    uint32_t                  version;
    page_client_t             clients[NGX_PRINT_CLIENT_PAGE];
} page_t;


static void page_read(ngx_print_store_t *st, ngx_uint_t i, page_t *page);
static void page_read_client(ngx_print_store_t *st,
    ngx_print_store_client_t *cl, page_client_t *client);


static page_t      page_seen[PAGE_MAX];
static ngx_uint_t  page_nseen;
static page_t      page_now;


void
check_pages_forget(void)
{
    page_nseen = 0;
}


const char *
check_pages(ngx_print_store_t *st)
{
    ngx_uint_t  i, n;

    n = ngx_min(ngx_print_client_pages(st), PAGE_MAX);

    check(n >= page_nseen, "fewer pages of clients");

    for (i = 0; i < n; i++) {
        page_read(st, i, &page_now);

        if (i < page_nseen && page_now.version == page_seen[i].version) {
            check(memcmp(&page_now, &page_seen[i], sizeof(page_t)) == 0,
                  "clients changed, their page's version did not");
        }

        page_seen[i] = page_now;
    }

    page_nseen = n;

    return NULL;
}


static void
page_read(ngx_print_store_t *st, ngx_uint_t i, page_t *page)
{
    ngx_uint_t  k, index;

    ngx_memzero(page, sizeof(page_t));

    page->version = ngx_print_client_version(st, i);

    for (k = 0; k < NGX_PRINT_CLIENT_PAGE; k++) {
        index = i * NGX_PRINT_CLIENT_PAGE + k;

        if (index && index < st->sh->client_top
            && st->clients[index].state == NGX_PRINT_CLIENT_USED)
        {
            page_read_client(st, &st->clients[index], &page->clients[k]);
        }
    }
}


/* by the records alone: the store's own functions are what is tested */

static void
page_read_client(ngx_print_store_t *st, ngx_print_store_client_t *cl,
    page_client_t *client)
{
    ngx_print_store_session_t  *s;

    client->seq = cl->seq;
    client->len = cl->len;
    ngx_memcpy(client->id, cl->id, cl->len);

    if (cl->owner == 0) {
        client->nsp = cl->nsp;
        ngx_memcpy(client->sock, cl->sock, NGX_PRINT_SESSION_SOCK);
        return;
    }

    s = &st->sessions[ngx_print_store_owner_index(cl->owner)];

    client->nsp = ngx_print_store_owner_nsp(cl->owner);
    client->connected = (s->state == NGX_PRINT_SESSION_OPEN
                         || s->state == NGX_PRINT_SESSION_UPGRADING
                         || s->state == NGX_PRINT_SESSION_WS)
                        && (s->connected >> client->nsp & 1);

    ngx_memcpy(client->sock, s->sock, NGX_PRINT_SESSION_SOCK);
    ngx_memcpy(client->key, s->key, NGX_PRINT_SESSION_KEY);
}
