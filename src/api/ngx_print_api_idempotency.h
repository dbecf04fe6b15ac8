
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The header Idempotency-Key, by which a request that prints can be repeated.
 */


#ifndef _NGX_PRINT_API_IDEMPOTENCY_H_INCLUDED_
#define _NGX_PRINT_API_IDEMPOTENCY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_job.h"


/* the message for a key that was used for another request */
#define NGX_PRINT_API_IDEMPOTENCY_MISMATCH                                    \
    "the Idempotency-Key was used for another request"


/* the key of a request; data is NULL if the request has none */
typedef struct {
    ngx_str_t    value;
    u_char       digest[NGX_PRINT_JOB_DIGEST];
    u_char       request[NGX_PRINT_JOB_DIGEST];
} ngx_print_api_idempotency_t;


/*
 * Reads the key from the headers.  Returns NULL, or the text of the error if it
 * is invalid; *bad is then the excerpt of its value, the text's argument.
 */
const char *ngx_print_api_idempotency_read(ngx_http_request_t *r,
    ngx_print_api_idempotency_t *key, ngx_str_t *bad);

/*
 * Sets init->digest and init->request, if the request has a key; they lie in
 * key.  The n texts are all by which a repetition is recognized.  The same key
 * in another location, in another server, or in another scope
 * ("print_hub_idempotency_scope") is another key.  NGX_OK, or NGX_ERROR if
 * there is no memory.
 */
ngx_int_t ngx_print_api_idempotency_use(ngx_http_request_t *r,
    ngx_print_api_idempotency_t *key, ngx_str_t *texts, ngx_uint_t n,
    ngx_print_job_init_t *init);

/*
 * Adds the header "Idempotency-Replayed: true" to the answer.
 *
 *   NGX_OK     the header was added
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_api_idempotency_replayed(ngx_http_request_t *r);


#endif /* _NGX_PRINT_API_IDEMPOTENCY_H_INCLUDED_ */
