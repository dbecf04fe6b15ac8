
/*
 * Copyright (C) the print hub contributors
 */


/* GET getStatus: all clients, as the seed has them */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_json.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"
#include "ngx_print_api_json.h"


/* an entry's text: its fixed parts, the id with all bytes escaped */
#define NGX_PRINT_API_ENTRY                                                   \
    (sizeof(",{\"clientId\":\"\",\"connected\":false,\"socketId\":\"\"}")     \
     + 6 * NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_SIO_SID_LEN)


static ngx_int_t ngx_print_api_render(ngx_http_request_t *r,
    ngx_array_t *clients);
static u_char *ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client);


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

    clients = ngx_print_api_list(r);

    return clients ? ngx_print_api_render(r, clients)
                   : NGX_HTTP_INTERNAL_SERVER_ERROR;
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
