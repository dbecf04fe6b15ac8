
/*
 * Copyright (C) the print hub contributors
 */


/* The variables of a request: for whom it was, and what became of it. */


#ifndef _NGX_PRINT_API_VARIABLE_H_INCLUDED_
#define _NGX_PRINT_API_VARIABLE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/*
 * add() adds the variables, after those of ngx_print_sio_ask_variables().
 * NGX_OK, or NGX_ERROR.  used() is called when the configuration was read:
 * returns 1 if it has one of those that the hub must note.
 */
ngx_int_t ngx_print_api_variable_add(ngx_conf_t *cf);
ngx_uint_t ngx_print_api_variable_used(ngx_conf_t *cf);


#endif /* _NGX_PRINT_API_VARIABLE_H_INCLUDED_ */
