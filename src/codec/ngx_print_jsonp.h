
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSONP (Engine.IO): long-polling for browsers without cross-origin requests.
 * A payload to the client is the argument of a call in a script; a payload
 * from the client is the field "d" of a form. Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_JSONP_H_INCLUDED_
#define _NGX_PRINT_JSONP_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Writes the script. index is the client's parameter "j", which names the
 * function to call; only its digits are used. Works in two passes: with p ==
 * NULL returns the number of bytes that are needed, else writes them and
 * returns the byte after the last.
 */
uintptr_t ngx_print_jsonp_write(u_char *p, ngx_str_t *index,
    ngx_str_t *payload);

/*
 * Turns a form into the payload, in place.
 *
 * NGX_OK        body is the payload
 * NGX_DECLINED  the form has no field "d", or more than one
 */
ngx_int_t ngx_print_jsonp_read(ngx_str_t *body);


#endif /* _NGX_PRINT_JSONP_H_INCLUDED_ */
