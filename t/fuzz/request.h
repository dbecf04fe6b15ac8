
/*
 * Copyright (C) the print hub contributors
 */


/* A request for the targets that read its headers and arguments. */


#ifndef _NGX_PRINT_FUZZ_REQUEST_H_INCLUDED_
#define _NGX_PRINT_FUZZ_REQUEST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define FUZZ_HEADERS  8


typedef struct {
    ngx_http_request_t    request;
    ngx_connection_t      connection;
    ngx_log_t             log;
    ngx_table_elt_t       headers[FUZZ_HEADERS];
} fuzz_request_t;


/* Makes a request without headers and arguments. */
ngx_http_request_t *fuzz_request(fuzz_request_t *fuzz);

/*
 * Adds a header whose value is the line at *p, and moves *p behind it.  Returns
 * the header; NULL, and adds none, if the line has a byte that nginx lets no
 * header have.
 */
ngx_table_elt_t *fuzz_header(fuzz_request_t *fuzz, const char *name,
    u_char **p, size_t *len);


#endif /* _NGX_PRINT_FUZZ_REQUEST_H_INCLUDED_ */
