
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The body of a POST: read, inflated, checked for its type and charset.  What
 * an endpoint gets is the text that the client meant.
 */


#ifndef _NGX_PRINT_API_BODY_H_INCLUDED_
#define _NGX_PRINT_API_BODY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* the types of bodies */
#define NGX_PRINT_API_JSON       0x0001
#define NGX_PRINT_API_BYTES      0x0002    /* application/octet-stream */
#define NGX_PRINT_API_FORM       0x0004    /* also without a Content-Type */
#define NGX_PRINT_API_MULTIPART  0x0008    /* the handler gets a form */


typedef struct {
    ngx_uint_t                type;        /* one of the types above */
    ngx_str_t                 text;
    ngx_str_t                 boundary;    /* of multipart, while it is read */
} ngx_print_api_body_t;


/* what an endpoint takes */
typedef struct {
    ngx_uint_t                types;

    /* the error for another type; its argument is an excerpt of that, "%V" */
    const char               *expected;

    /* returns the value for ngx_http_finalize_request() */
    ngx_int_t               (*handler)(ngx_http_request_t *r,
                                  ngx_print_api_body_t *body);

    unsigned                  legacy:1;    /* its errors have no code */
} ngx_print_api_takes_t;


/*
 * Reads the body and calls the handler with it, or refuses it: with 413 if it
 * is larger than print_hub_max_payload, also after it was inflated; with 415 if
 * its type, charset or Content-Encoding is another one; with 400 if it cannot
 * be read.  Returns the value for ngx_http_finalize_request().
 */
ngx_int_t ngx_print_api_body(ngx_http_request_t *r,
    const ngx_print_api_takes_t *takes);


#endif /* _NGX_PRINT_API_BODY_H_INCLUDED_ */
