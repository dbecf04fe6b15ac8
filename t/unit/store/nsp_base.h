
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of namespaces share: a worker and one session of it. */


#ifndef _NGX_PRINT_NSP_BASE_H_INCLUDED_
#define _NGX_PRINT_NSP_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref;
    uint32_t             token;
} nsp_t;


void nsp_begin(nsp_t *t, const char *about);
void nsp_end(nsp_t *t);
ngx_str_t nsp_bytes(ngx_uint_t n, size_t len);


#endif /* _NGX_PRINT_NSP_BASE_H_INCLUDED_ */
