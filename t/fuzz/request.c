
/*
 * Copyright (C) the print hub contributors
 */


#include "fuzz.h"
#include "request.h"


ngx_http_request_t *
fuzz_request(fuzz_request_t *fuzz)
{
    memset(fuzz, 0, sizeof(fuzz_request_t));

    fuzz->connection.log = &fuzz->log;
    fuzz->request.connection = &fuzz->connection;
    fuzz->request.headers_in.headers.part.elts = fuzz->headers;

    return &fuzz->request;
}


ngx_table_elt_t *
fuzz_header(fuzz_request_t *fuzz, const char *name, u_char **p, size_t *len)
{
    size_t            n;
    ngx_uint_t        valid;
    ngx_table_elt_t  *h;

    valid = 1;

    for (n = 0; n < *len && (*p)[n] != '\n'; n++) {
        valid &= ((*p)[n] != '\0' && (*p)[n] != '\r');
    }

    h = &fuzz->headers[fuzz->request.headers_in.headers.part.nelts];

    if (valid) {
        h->key.data = (u_char *) name;
        h->key.len = strlen(name);
        h->value.data = fuzz_copy(*p, n);
        h->value.len = n;

        fuzz->request.headers_in.headers.part.nelts++;
    }

    n += (n < *len) ? 1 : 0;
    *p += n;
    *len -= n;

    return valid ? h : NULL;
}
