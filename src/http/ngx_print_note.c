
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_note.h"


#define NGX_PRINT_NOTE_UNPROCESSABLE  422


typedef struct {
    ngx_uint_t     status;
    const char    *code;
} ngx_print_note_code_t;


static void ngx_print_note_cleanup(void *data);


static ngx_print_note_code_t  ngx_print_note_codes[] = {
    { NGX_HTTP_BAD_REQUEST, "invalid_request" },
    { NGX_HTTP_UNAUTHORIZED, "unauthorized" },
    { NGX_HTTP_FORBIDDEN, "forbidden" },
    { NGX_HTTP_NOT_FOUND, "not_found" },
    { NGX_HTTP_NOT_ALLOWED, "method_not_allowed" },
    { NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, "too_large" },
    { NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported_type" },
    { NGX_PRINT_NOTE_UNPROCESSABLE, "idempotency_mismatch" },
    { NGX_HTTP_TOO_MANY_REQUESTS, "rate_limited" },
    { 0, NULL }
};


/*
 * The context of the request is another one for each endpoint, and is lost when
 * nginx redirects the request: the notes hang on its pool, as the data of a
 * cleanup that does nothing.
 */

ngx_print_note_t *
ngx_print_note(ngx_http_request_t *r)
{
    ngx_print_note_t       *note;
    ngx_pool_cleanup_t     *cln;
    ngx_print_main_conf_t  *pmcf;

    pmcf = ngx_http_get_module_main_conf(r, ngx_print_module);

    if (!pmcf->noted) {
        return NULL;
    }

    note = ngx_print_note_find(r);

    if (note) {
        return note;
    }

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_print_note_t));
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_print_note_cleanup;

    ngx_memzero(cln->data, sizeof(ngx_print_note_t));

    return cln->data;
}


static void
ngx_print_note_cleanup(void *data)
{
    /* void */
}


ngx_print_note_t *
ngx_print_note_find(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_print_note_cleanup) {
            return cln->data;
        }
    }

    return NULL;
}


void
ngx_print_note_result(ngx_http_request_t *r, const char *result)
{
    ngx_print_note_t  *note;

    note = ngx_print_note(r);

    if (note) {
        note->result = result;
    }
}


const char *
ngx_print_note_status(ngx_uint_t status)
{
    ngx_print_note_code_t  *code;

    if (status < NGX_HTTP_BAD_REQUEST) {
        return "ok";
    }

    for (code = ngx_print_note_codes; code->status; code++) {
        if (code->status == status) {
            return code->code;
        }
    }

    return status < NGX_HTTP_INTERNAL_SERVER_ERROR ? "invalid_request"
                                                   : "internal";
}
