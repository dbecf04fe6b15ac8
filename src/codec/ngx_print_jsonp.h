
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSONP: how a browser without cross-origin requests polls.  A payload comes
 * as the argument of a call, in a script, and goes as the field "d" of a form.
 * Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_JSONP_H_INCLUDED_
#define _NGX_PRINT_JSONP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Writes the script; index: says whose call it is, its digits are used.  In
 * two passes: with p == NULL returns the number of bytes that it takes, else
 * writes them and returns the byte after the last.
 */
uintptr_t ngx_print_jsonp_write(u_char *p, ngx_str_t *index,
    ngx_str_t *payload);

/*
 * Turns a form into the payload, in place.  NGX_OK, or NGX_DECLINED: it has
 * none, or more than one.
 */
ngx_int_t ngx_print_jsonp_read(ngx_str_t *body);


#endif /* _NGX_PRINT_JSONP_H_INCLUDED_ */
