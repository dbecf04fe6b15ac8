
/*
 * Copyright (C) the print hub contributors
 */


/* Random bytes for ids that must not be guessed. */


#ifndef _NGX_PRINT_RANDOM_H_INCLUDED_
#define _NGX_PRINT_RANDOM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Writes len random bytes to p.
 *
 * NGX_OK     the bytes are written
 * NGX_ERROR  the kernel gave none; this is logged
 */
ngx_int_t ngx_print_random(u_char *p, size_t len, ngx_log_t *log);


#endif /* _NGX_PRINT_RANDOM_H_INCLUDED_ */
