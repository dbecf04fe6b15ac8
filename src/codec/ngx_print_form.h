
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The fields of application/x-www-form-urlencoded, as URLSearchParams of
 * JavaScript reads them. Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_FORM_H_INCLUDED_
#define _NGX_PRINT_FORM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Takes the next field off a form. Its name and its value are decoded in
 * place, and may contain bytes that are not UTF-8.
 *
 * NGX_OK    name and value are set
 * NGX_DONE  no field is left
 */
ngx_int_t ngx_print_form_next(ngx_str_t *form, ngx_str_t *name,
    ngx_str_t *value);


#endif /* _NGX_PRINT_FORM_H_INCLUDED_ */
