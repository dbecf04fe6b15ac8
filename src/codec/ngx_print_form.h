
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The fields of application/x-www-form-urlencoded, as URLSearchParams of
 * JavaScript reads them.  Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_FORM_H_INCLUDED_
#define _NGX_PRINT_FORM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Takes the next field off a form.  Its name and value are decoded in place;
 * they may not be UTF-8.  NGX_OK, NGX_DONE: there is none.
 */
ngx_int_t ngx_print_form_next(ngx_str_t *form, ngx_str_t *name,
    ngx_str_t *value);


#endif /* _NGX_PRINT_FORM_H_INCLUDED_ */
