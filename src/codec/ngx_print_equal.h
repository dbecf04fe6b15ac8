
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Compares secrets. How long that takes tells nobody how many bytes of a guess
 * are right.
 */


#ifndef _NGX_PRINT_EQUAL_H_INCLUDED_
#define _NGX_PRINT_EQUAL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Returns 1 if len bytes of a and b are the same, and otherwise 0. All bytes
 * are looked at, and no branch depends on them.
 */
ngx_uint_t ngx_print_equal(const void *a, const void *b, size_t len);


#endif /* _NGX_PRINT_EQUAL_H_INCLUDED_ */
