
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The JSON body of a POST that creates jobs.  What is wrong with a body is said
 * in valid UTF-8; oracle.js decides by its own rules whether one is valid.
 */


#include "fuzz.h"
#include "request.h"

#include "ngx_print_api.c"
#include "ngx_print_api_job_reply.c"
#include "ngx_print_api_job_spec.c"
#include "ngx_print_sio_emit.c"


static void jobs_tell(ngx_print_api_job_spec_t *spec);
static void jobs_binary(ngx_http_request_t *r, u_char *p, size_t len);


ngx_module_t  ngx_print_module;
ngx_module_t  ngx_http_core_module;


ngx_int_t
ngx_print_http_arg(ngx_http_request_t *r, ngx_str_t *name, ngx_str_t *value)
{
    if (r->args.len == 0 || strncmp((char *) name->data, "event", 5) != 0) {
        return NGX_DECLINED;
    }

    *value = r->args;

    return NGX_OK;
}


void
fuzz_target(u_char *p, size_t len)
{
    ngx_int_t                  rc;
    ngx_str_t                  body;
    ngx_uint_t                 i;
    fuzz_request_t             fuzz;
    ngx_http_request_t        *r;
    ngx_print_api_job_spec_t  *spec;

    r = fuzz_request(&fuzz);
    spec = ngx_print_api_job_spec(r);
    fuzz_check(spec != NULL);

    body.data = p;
    body.len = len;

    rc = ngx_print_api_job_spec_json(spec, &body);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_check(spec->error.len && spec->error.len < NGX_PRINT_API_ERROR);
        fuzz_check(fuzz_is_utf8(spec->error.data, spec->error.len));
        fuzz_answer("0", 1);

    } else {
        fuzz_check(spec->n && spec->n <= NGX_PRINT_JOB_CLIENTS);
        fuzz_check(spec->event.len > 2 && spec->data.len);
        fuzz_check(spec->ttl <= NGX_PRINT_MAX_MSEC);
        fuzz_check(spec->reply->wait <= NGX_PRINT_API_WAIT_MAX);

        for (i = 0; i < spec->n; i++) {
            fuzz_check(fuzz_is_utf8(spec->clients[i].data,
                                    spec->clients[i].len));
        }

        jobs_tell(spec);
    }

    jobs_binary(r, p, len);
}


/* ["id",...] event data ttl wait */

static void
jobs_tell(ngx_print_api_job_spec_t *spec)
{
    char        times[64];
    u_char     *p;
    size_t      len;
    ngx_str_t  *id;

    fuzz_answer("[[", 2);

    for (id = spec->clients; id < spec->clients + spec->n; id++) {
        len = ngx_print_json_string(NULL, id->data, id->len);
        p = fuzz_room(len);
        (void) ngx_print_json_string(p, id->data, id->len);

        fuzz_answer(p, len);
        fuzz_answer(",", id == spec->clients + spec->n - 1 ? 0 : 1);
    }

    fuzz_answer("],", 2);
    fuzz_answer(spec->event.data, spec->event.len);
    fuzz_answer(",", 1);
    fuzz_answer(spec->data.data, spec->data.len);

    len = snprintf(times, sizeof(times), ",%lu,%lu,%d]", (u_long) spec->ttl,
                   (u_long) spec->reply->wait, (int) spec->reply->result);

    fuzz_answer(times, len);
}


/* the same bytes as the name of the event, percent-encoded or not */

static void
jobs_binary(ngx_http_request_t *r, u_char *p, size_t len)
{
    ngx_int_t                  rc;
    ngx_str_t                  body, value;
    ngx_print_api_job_spec_t  *spec;

    spec = ngx_print_api_job_spec(r);
    fuzz_check(spec != NULL);

    r->args.data = p;
    r->args.len = len;

    rc = ngx_print_api_arg(r, "event", &value);
    fuzz_check(rc == (len ? NGX_OK : NGX_DECLINED));

    body.data = p;
    body.len = len;

    rc = ngx_print_api_job_spec_binary(spec, &body);

    fuzz_check(rc == NGX_DECLINED && spec->error.len);
}
