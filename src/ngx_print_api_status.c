
/*
 * Copyright (C) the print hub contributors
 */


/* GET getStatus: all clients, as the seed has them */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_json.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"


/* an entry's text: its fixed parts, the id with all bytes escaped */
#define NGX_PRINT_API_ENTRY                                                   \
    (sizeof(",{\"clientId\":\"\",\"connected\":false,\"socketId\":\"\"}")     \
     + 6 * NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_SIO_SID_LEN)

/* the entries of one read, and what is around all of them */
#define NGX_PRINT_API_READ  (NGX_PRINT_CLIENT_LIST * NGX_PRINT_API_ENTRY + 16)

#define NGX_PRINT_API_KEPT  10000    /* ms, without an answer */


/*
 * The text of the last answer: to get so much memory from the system and to
 * give it back for each one would take longer than to write it.
 */
typedef struct {
    u_char       *data;
    size_t        size;
    ngx_event_t   timer;         /* it is given back some time after the last */
    unsigned      busy:1;        /* an answer is being sent */
} ngx_print_api_kept_t;


static ngx_int_t ngx_print_api_ordered(ngx_http_request_t *r);
static u_char *ngx_print_api_grow(u_char *p, ngx_log_t *log);
static void ngx_print_api_sent(void *data);
static void ngx_print_api_give_back(ngx_event_t *ev);
static ngx_int_t ngx_print_api_render(ngx_http_request_t *r,
    ngx_array_t *clients);
static u_char *ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client);


static ngx_print_api_kept_t     ngx_print_api_kept;

/* for the debug log of the timer */
static ngx_connection_t         ngx_print_api_nobody;

/* of one request at a time */
static ngx_print_client_info_t  ngx_print_api_clients_read[
                                                       NGX_PRINT_CLIENT_LIST];


ngx_int_t
ngx_print_api_status(ngx_http_request_t *r, ngx_str_t *rest)
{
    ngx_int_t     rc;
    ngx_array_t  *clients;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_seed_method(r, "GET, HEAD");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rc = ngx_print_api_ordered(r);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    clients = ngx_print_api_list(r);

    return clients ? ngx_print_api_render(r, clients)
                   : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/*
 * Records are in the order of registration, but where one took the place of
 * another that gave way.  NGX_DECLINED: they are not, or the memory is in use.
 */

static ngx_int_t
ngx_print_api_ordered(ngx_http_request_t *r)
{
    u_char                   *p;
    uint32_t                  cursor;
    uint64_t                  seq;
    ngx_str_t                 text;
    ngx_uint_t                i, n;
    ngx_http_cleanup_t       *cln;
    ngx_print_main_conf_t    *pmcf;
    ngx_print_client_info_t  *list;

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    cln = ngx_print_api_kept.busy ? NULL : ngx_http_cleanup_add(r, 0);

    if (cln == NULL) {
        return NGX_DECLINED;
    }

    p = ngx_print_api_kept.data;
    list = ngx_print_api_clients_read;
    cursor = 0;
    seq = 0;

    do {
        n = ngx_print_client_list(&pmcf->eio->store, &cursor, list);

        p = ngx_print_api_grow(p, r->connection->log);
        if (p == NULL) {
            return NGX_DECLINED;
        }

        if (seq == 0) {
            p = ngx_cpymem(ngx_print_api_kept.data, "{\"data\":[",
                           sizeof("{\"data\":[") - 1);
        }

        for (i = 0; i < n; i++) {

            if (list[i].seq <= seq) {
                return NGX_DECLINED;
            }

            if (seq) {
                *p++ = ',';
            }

            seq = list[i].seq;
            p = ngx_print_api_entry(p, &list[i]);
        }

    } while (cursor);

    p = ngx_cpymem(p, "]}", 2);

    text.data = ngx_print_api_kept.data;
    text.len = p - text.data;

    ngx_print_api_kept.busy = 1;
    cln->handler = ngx_print_api_sent;

    return ngx_print_http_send(r, NGX_HTTP_OK, &ngx_print_http_json, &text);
}


/* room for the entries of one read behind p; NULL: no memory */

static u_char *
ngx_print_api_grow(u_char *p, ngx_log_t *log)
{
    u_char  *data;
    size_t   used, size;

    used = p - ngx_print_api_kept.data;

    if (ngx_print_api_kept.size - used >= NGX_PRINT_API_READ) {
        return p;
    }

    size = ngx_max(2 * ngx_print_api_kept.size, used + NGX_PRINT_API_READ);

    data = ngx_alloc(size, log);
    if (data == NULL) {
        return NULL;
    }

    if (ngx_print_api_kept.data) {
        ngx_memcpy(data, ngx_print_api_kept.data, used);
        ngx_free(ngx_print_api_kept.data);
    }

    ngx_print_api_kept.data = data;
    ngx_print_api_kept.size = size;

    return data + used;
}


static void
ngx_print_api_sent(void *data)
{
    ngx_event_t  *timer;

    ngx_print_api_kept.busy = 0;

    timer = &ngx_print_api_kept.timer;

    timer->handler = ngx_print_api_give_back;
    timer->data = &ngx_print_api_nobody;
    timer->log = ngx_cycle->log;
    timer->cancelable = 1;

    ngx_add_timer(timer, NGX_PRINT_API_KEPT);
}


static void
ngx_print_api_give_back(ngx_event_t *ev)
{
    if (ngx_print_api_kept.busy) {
        return;
    }

    ngx_free(ngx_print_api_kept.data);

    ngx_print_api_kept.data = NULL;
    ngx_print_api_kept.size = 0;
}


static ngx_int_t
ngx_print_api_render(ngx_http_request_t *r, ngx_array_t *clients)
{
    u_char                   *p;
    ngx_uint_t                i;
    ngx_print_api_out_t       out;
    ngx_print_client_info_t  *list;

    list = clients->elts;

    if (ngx_print_api_out(&out, r, "{\"data\":[") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    for (i = 0; i < clients->nelts; i++) {

        p = ngx_print_api_room(&out, NGX_PRINT_API_ENTRY);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (i) {
            *p++ = ',';
        }

        ngx_print_api_wrote(&out, ngx_print_api_entry(p, &list[i]));
    }

    return ngx_print_api_finish(&out, NGX_HTTP_OK, "]}");
}


static u_char *
ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client)
{
    p = ngx_cpymem(p, "{\"clientId\":", sizeof("{\"clientId\":") - 1);

    p = (u_char *) ngx_print_json_string(p, client->id, client->len);

    if (client->connected) {
        p = ngx_cpymem(p, ",\"connected\":true,\"socketId\":\"",
                       sizeof(",\"connected\":true,\"socketId\":\"") - 1);

    } else {
        p = ngx_cpymem(p, ",\"connected\":false,\"socketId\":\"",
                       sizeof(",\"connected\":false,\"socketId\":\"") - 1);
    }

    p = ngx_print_sio_sid(p, client->nsp, client->sock);

    *p++ = '"';
    *p++ = '}';

    return p;
}
