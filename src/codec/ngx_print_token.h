
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Tokens of HTTP's headers (RFC 7230, section 3.2.6), alone and in lists. Bytes
 * in, bytes out.
 */


#ifndef _NGX_PRINT_TOKEN_H_INCLUDED_
#define _NGX_PRINT_TOKEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Reads a token from [p, last), and the white space on both sides of it. The
 * token is empty if there is none. Returns the byte after all that.
 */
u_char *ngx_print_token_read(u_char *p, u_char *last, ngx_str_t *token);

/*
 * Takes the first element of a list of tokens (section 7), the value of a
 * header. Empty elements before it are skipped.
 *
 * NGX_OK        token is set
 * NGX_DECLINED  the list is empty, or its first element is not a token
 */
ngx_int_t ngx_print_token_first(ngx_str_t *list, ngx_str_t *token);

/* Returns the first byte of [p, last) that is not white space. */
u_char *ngx_print_token_space(u_char *p, u_char *last);


#endif /* _NGX_PRINT_TOKEN_H_INCLUDED_ */
