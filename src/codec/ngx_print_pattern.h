
/*
 * Copyright (C) the print hub contributors
 */


/* Patterns of names, in which "*" stands for any bytes, also for none. */


#ifndef _NGX_PRINT_PATTERN_H_INCLUDED_
#define _NGX_PRINT_PATTERN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Returns 1 if all len bytes of data match the pattern. Every other byte of it
 * stands for itself. Takes len times the length of the pattern at most.
 */
ngx_uint_t ngx_print_pattern(ngx_str_t *pattern, u_char *data, size_t len);


#endif /* _NGX_PRINT_PATTERN_H_INCLUDED_ */
