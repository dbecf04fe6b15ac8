
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_json.h"
#include "ngx_print_query.h"
#include "ngx_print_client.h"
#include "ngx_print_hub.h"
#include "ngx_print_api.h"


#define NGX_PRINT_API_CHUNK       16384     /* of the status' text */
#define NGX_PRINT_API_MEMBERS     64        /* of a JSON body */

/* an entry's text: its fixed parts, the id with all bytes escaped */
#define NGX_PRINT_API_ENTRY                                                   \
    (sizeof(",{\"clientId\":\"\",\"connected\":false,\"socketId\":\"\"}")     \
     + 6 * NGX_PRINT_CLIENT_ID_MAX + NGX_PRINT_SIO_SID_LEN)


/* what is wanted of a print */
typedef struct {
    ngx_str_t     id;
    ngx_str_t     payload;       /* JSON */
    unsigned      has_id:1;
} ngx_print_api_job_t;


static ngx_array_t *ngx_print_api_list(ngx_http_request_t *r,
    ngx_print_eio_t *eio);
static int ngx_libc_cdecl ngx_print_api_order(const void *one,
    const void *two);
static ngx_int_t ngx_print_api_render(ngx_http_request_t *r,
    ngx_array_t *clients, ngx_chain_t **out, off_t *size);
static u_char *ngx_print_api_entry(u_char *p, ngx_print_client_info_t *client);
static void ngx_print_api_body(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_read_body(ngx_http_request_t *r);
static ngx_int_t ngx_print_api_too_large(ngx_http_request_t *r, off_t length);
static ngx_int_t ngx_print_api_form(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_print_api_json(ngx_http_request_t *r, ngx_str_t *text);
static ngx_int_t ngx_print_api_json_id(ngx_http_request_t *r,
    ngx_print_json_value_t *value, ngx_print_api_job_t *job);
static ngx_int_t ngx_print_api_json_payload(ngx_http_request_t *r,
    ngx_print_json_value_t *elts, ngx_uint_t n, ngx_print_api_job_t *job);
static ngx_int_t ngx_print_api_answer(ngx_http_request_t *r,
    ngx_print_api_job_t *job);


static ngx_str_t  ngx_print_api_content_type =
                              ngx_string("application/json; charset=utf-8");

static ngx_str_t  ngx_print_api_client_id = ngx_string("clientId");
static ngx_str_t  ngx_print_api_print_data = ngx_string("printData");


ngx_int_t
ngx_print_api_status(ngx_http_request_t *r)
{
    off_t                   size;
    ngx_int_t               rc;
    ngx_array_t            *clients;
    ngx_chain_t            *out;
    ngx_print_main_conf_t  *pmcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_print_api_method(r, "GET, HEAD");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    clients = ngx_print_api_list(r, pmcf->eio);

    if (clients == NULL
        || ngx_print_api_render(r, clients, &out, &size) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_send_chain(r, NGX_HTTP_OK,
                                     &ngx_print_api_content_type, out, size);
}


/* all clients, in the order of their first registration */

static ngx_array_t *
ngx_print_api_list(ngx_http_request_t *r, ngx_print_eio_t *eio)
{
    uint32_t                  cursor;
    uint64_t                  seq;
    ngx_uint_t                i, n, sorted;
    ngx_array_t              *clients;
    ngx_print_client_info_t  *list;

    clients = ngx_array_create(r->pool, NGX_PRINT_CLIENT_LIST,
                               sizeof(ngx_print_client_info_t));
    if (clients == NULL) {
        return NULL;
    }

    cursor = 0;
    seq = 0;
    sorted = 1;

    do {
        list = ngx_array_push_n(clients, NGX_PRINT_CLIENT_LIST);
        if (list == NULL) {
            return NULL;
        }

        n = ngx_print_client_list(&eio->store, &cursor, list);

        clients->nelts -= NGX_PRINT_CLIENT_LIST - n;

        for (i = 0; i < n; i++) {
            sorted &= (list[i].seq > seq);
            seq = list[i].seq;
        }

    } while (cursor);

    /* they are, but where one took the record of another that gave way */

    if (!sorted) {
        ngx_qsort(clients->elts, clients->nelts,
                  sizeof(ngx_print_client_info_t), ngx_print_api_order);
    }

    return clients;
}


static int ngx_libc_cdecl
ngx_print_api_order(const void *one, const void *two)
{
    const ngx_print_client_info_t  *a, *b;

    a = one;
    b = two;

    return (a->seq > b->seq) - (a->seq < b->seq);
}


static ngx_int_t
ngx_print_api_render(ngx_http_request_t *r, ngx_array_t *clients,
    ngx_chain_t **out, off_t *size)
{
    ngx_buf_t                *b;
    ngx_uint_t                i;
    ngx_chain_t              *cl, **ll;
    ngx_print_client_info_t  *list;

    list = clients->elts;
    b = NULL;
    ll = out;
    *size = 0;

    for (i = 0; i <= clients->nelts; i++) {

        if (b == NULL || b->end - b->last < (ssize_t) NGX_PRINT_API_ENTRY) {

            cl = ngx_alloc_chain_link(r->pool);
            b = ngx_create_temp_buf(r->pool, NGX_PRINT_API_CHUNK);

            if (cl == NULL || b == NULL) {
                return NGX_ERROR;
            }

            cl->buf = b;
            *ll = cl;
            ll = &cl->next;
        }

        *size -= b->last - b->pos;

        if (i == 0) {
            b->last = ngx_cpymem(b->last, "{\"data\":[",
                                 sizeof("{\"data\":[") - 1);
        }

        if (i == clients->nelts) {
            b->last = ngx_cpymem(b->last, "]}", 2);

        } else {
            if (i) {
                *b->last++ = ',';
            }

            b->last = ngx_print_api_entry(b->last, &list[i]);
        }

        *size += b->last - b->pos;
    }

    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;
    *ll = NULL;

    return NGX_OK;
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


ngx_int_t
ngx_print_api_print(ngx_http_request_t *r)
{
    off_t                  length;
    ngx_int_t              rc;
    ngx_print_loc_conf_t  *plcf;

    /* no HEAD: who asks for the head of an answer wants no print */

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_POST))) {
        return ngx_print_api_method(r, "GET, POST");
    }

    if (r->method != NGX_HTTP_POST) {

        rc = ngx_http_discard_request_body(r);

        return rc == NGX_OK ? ngx_print_api_form(r, &r->args) : rc;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    length = r->headers_in.content_length_n;

    if (length > (off_t) plcf->max_payload) {

        rc = ngx_http_discard_request_body(r);

        return rc == NGX_OK ? ngx_print_api_too_large(r, length) : rc;
    }

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_print_api_body);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


static void
ngx_print_api_body(ngx_http_request_t *r)
{
    ngx_http_finalize_request(r, ngx_print_api_read_body(r));
}


static ngx_int_t
ngx_print_api_read_body(ngx_http_request_t *r)
{
    ngx_str_t              text;
    ngx_print_loc_conf_t  *plcf;

    if (ngx_print_http_body(r, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    if (text.len > plcf->max_payload) {
        return ngx_print_api_too_large(r, text.len);
    }

    if (ngx_print_api_type(r, "application/json")) {
        return ngx_print_api_json(r, &text);
    }

    if (r->headers_in.content_type == NULL
        || ngx_print_api_type(r, "application/x-www-form-urlencoded"))
    {
        /* a POST may also have all of it in its URL */
        return ngx_print_api_form(r, text.len ? &text : &r->args);
    }

    return ngx_print_http_error(r, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                "the type \"%V\" is neither "
                                "application/json nor "
                                "application/x-www-form-urlencoded",
                                &r->headers_in.content_type->value);
}


static ngx_int_t
ngx_print_api_too_large(ngx_http_request_t *r, off_t length)
{
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    return ngx_print_http_error(r, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                "the body of %O bytes is larger than "
                                "\"print_hub_max_payload\" of %uz",
                                length, plcf->max_payload);
}


/* a query string, or a body of the same form */

static ngx_int_t
ngx_print_api_form(ngx_http_request_t *r, ngx_str_t *text)
{
    u_char                  *p;
    size_t                   len;
    ngx_str_t               *except;
    ngx_print_api_job_t      job;
    ngx_print_query_node_t  *root, *node, *data;

    root = ngx_print_query_parse(r->pool, text);
    if (root == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    node = ngx_print_query_get(root, &ngx_print_api_client_id);

    job.has_id = (node
                  && ngx_print_query_string(node, &job.id) == NGX_OK);

    /* {"printData":<value>}, or all fields but clientId */

    data = ngx_print_query_get(root, &ngx_print_api_print_data);
    except = data ? NULL : &ngx_print_api_client_id;

    len = ngx_print_query_json(NULL, data ? data : root, except);

    job.payload.data = ngx_pnalloc(r->pool, len
                                            + sizeof("{\"printData\":}") - 1);
    if (job.payload.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = job.payload.data;

    if (data) {
        p = ngx_cpymem(p, "{\"printData\":", sizeof("{\"printData\":") - 1);
    }

    p = (u_char *) ngx_print_query_json(p, data ? data : root, except);

    if (data) {
        *p++ = '}';
    }

    job.payload.len = p - job.payload.data;

    return ngx_print_api_answer(r, &job);
}


static ngx_int_t
ngx_print_api_json(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_int_t               rc;
    ngx_uint_t              n;
    ngx_print_api_job_t     job;
    ngx_print_json_value_t  value, elts[NGX_PRINT_API_MEMBERS];

    rc = ngx_print_json_read(text, &value, elts, NGX_PRINT_API_MEMBERS, &n);

    if (rc == NGX_ERROR) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc != NGX_OK || value.type != NGX_PRINT_JSON_OBJECT) {
        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the body is not a JSON object");
    }

    if (n > NGX_PRINT_API_MEMBERS) {
        return ngx_print_http_error(r, NGX_HTTP_BAD_REQUEST,
                                    "the JSON object has %ui members, "
                                    "at most %d are allowed",
                                    n, NGX_PRINT_API_MEMBERS);
    }

    rc = ngx_print_api_json_id(r,
                               ngx_print_json_member(elts, n,
                                                   &ngx_print_api_client_id),
                               &job);

    if (rc != NGX_OK || ngx_print_api_json_payload(r, elts, n, &job) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_api_answer(r, &job);
}


/* a number names the client that registered with it */

static ngx_int_t
ngx_print_api_json_id(ngx_http_request_t *r, ngx_print_json_value_t *value,
    ngx_print_api_job_t *job)
{
    size_t  size;

    job->has_id = 0;

    if (value == NULL
        || (value->type != NGX_PRINT_JSON_STRING
            && value->type != NGX_PRINT_JSON_NUMBER))
    {
        return NGX_OK;
    }

    size = ngx_max(value->raw.len, NGX_PRINT_JSON_NUMBER_LEN);

    job->id.data = ngx_pnalloc(r->pool, size);
    if (job->id.data == NULL) {
        return NGX_ERROR;
    }

    job->id.len = (value->type == NGX_PRINT_JSON_STRING
                   ? ngx_print_json_unescape(job->id.data, &value->raw)
                   : ngx_print_json_number(job->id.data, &value->raw))
                  - job->id.data;

    job->has_id = 1;

    return NGX_OK;
}


/* the members of the payload, in the bytes that the application wrote */

static ngx_int_t
ngx_print_api_json_payload(ngx_http_request_t *r,
    ngx_print_json_value_t *elts, ngx_uint_t n, ngx_print_api_job_t *job)
{
    u_char                  *p;
    size_t                   len;
    ngx_uint_t               i, first;
    ngx_print_json_value_t  *data, *id;

    id = ngx_print_json_member(elts, n, &ngx_print_api_client_id);
    data = ngx_print_json_member(elts, n, &ngx_print_api_print_data);

    len = 2;

    for (i = 0; i < n; i++) {
        len += elts[i].key.len + elts[i].raw.len + 2;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    job->payload.data = p;

    *p++ = '{';
    first = 1;

    for (i = 0; i < n; i++) {

        if (data ? &elts[i] != data : &elts[i] == id) {
            continue;
        }

        if (!first) {
            *p++ = ',';
        }

        first = 0;

        p = ngx_cpymem(p, elts[i].key.data, elts[i].key.len);
        *p++ = ':';
        p = ngx_cpymem(p, elts[i].raw.data, elts[i].raw.len);
    }

    *p++ = '}';

    job->payload.len = p - job->payload.data;

    return NGX_OK;
}


static ngx_int_t
ngx_print_api_answer(ngx_http_request_t *r, ngx_print_api_job_t *job)
{
    ngx_int_t               rc;
    ngx_str_t              *text, parts[2];
    ngx_uint_t              bad;
    ngx_print_job_init_t    init;
    ngx_print_job_info_t    info;

    static ngx_str_t        accepted = ngx_string("{\"message\":\"参数已接收\"}");
    static ngx_str_t        offline = ngx_string("{\"message\":\"打印机离线\"}");
    static ngx_str_t        unknown = ngx_string("{\"message\":\"打印机不存在\"}");

    static ngx_str_t        queued =
                                ngx_string("{\"message\":\"已加入打印队列\"}");

    ngx_memzero(&init, sizeof(ngx_print_job_init_t));

    ngx_str_set(&parts[0], "\"print\",");
    parts[1] = job->payload;

    init.clients = &job->id;
    init.n = 1;
    init.parts = parts;
    init.nparts = 2;

    rc = job->has_id ? ngx_print_api_create(r, &init, &info, &bad)
                     : NGX_DECLINED;

    switch (rc) {

    case NGX_OK:

        if (ngx_print_api_job_header(r, &info) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        text = info.away ? &queued : &accepted;
        break;

    case NGX_ERROR:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;

    case NGX_PRINT_OFFLINE:
        text = &offline;
        break;

    case NGX_DECLINED:
        text = &unknown;
        break;

    case NGX_BUSY:
        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the queue of client \"%V\" is full",
                                    &job->id);

    default: /* NGX_PRINT_FULL */
        return ngx_print_http_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                    "the zone is full");
    }

    return ngx_print_http_send(r, NGX_HTTP_OK, &ngx_print_api_content_type,
                               text);
}


/* in the way that the location is configured */

ngx_int_t
ngx_print_api_create(ngx_http_request_t *r, ngx_print_job_init_t *init,
    ngx_print_job_info_t *jobs, ngx_uint_t *bad)
{
    ngx_print_loc_conf_t   *plcf;
    ngx_print_main_conf_t  *pmcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);
    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    init->limit = plcf->session_buffer;
    init->queue = plcf->queue;
    init->resend = plcf->resend;

    if (init->ttl == 0) {
        init->ttl = plcf->ttl;
    }

    return ngx_print_hub_print(pmcf->eio, init, jobs, bad,
                               r->connection->log);
}


ngx_int_t
ngx_print_api_job_header(ngx_http_request_t *r, ngx_print_job_info_t *job)
{
    ngx_str_t         value;

    static ngx_str_t  name = ngx_string("X-Print-Job");

    value.data = ngx_pnalloc(r->pool, NGX_PRINT_HUB_JOB_ID);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_print_hub_job_id(value.data, job->index, job->key)
                - value.data;

    return ngx_print_http_add_header(r, &name, &value);
}


ngx_int_t
ngx_print_api_method(ngx_http_request_t *r, const char *names)
{
    ngx_int_t         rc;
    ngx_str_t         value;

    static ngx_str_t  allow = ngx_string("Allow");

    if (r->method == NGX_HTTP_OPTIONS) {
        return ngx_print_http_preflight(r);
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    value.data = (u_char *) names;
    value.len = ngx_strlen(names);

    if (ngx_print_http_add_header(r, &allow, &value) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_print_http_error(r, NGX_HTTP_NOT_ALLOWED,
                                "the method %V is not allowed",
                                &r->method_name);
}


ngx_uint_t
ngx_print_api_type(ngx_http_request_t *r, const char *type)
{
    size_t      len;
    ngx_str_t  *value;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    value = &r->headers_in.content_type->value;
    len = ngx_strlen(type);

    return value->len >= len
           && ngx_strncasecmp(value->data, (u_char *) type, len) == 0
           && (value->len == len || value->data[len] == ';'
               || value->data[len] == ' ');
}
