
/*
 * Copyright (C) the print hub contributors
 */


/* Random bytes for ids that must not be guessed. */


#ifndef _NGX_PRINT_RANDOM_H_INCLUDED_
#define _NGX_PRINT_RANDOM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* NGX_OK, or NGX_ERROR (logged): the kernel gave none */
ngx_int_t ngx_print_random(u_char *p, size_t len, ngx_log_t *log);


#endif /* _NGX_PRINT_RANDOM_H_INCLUDED_ */
