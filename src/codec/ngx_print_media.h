
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The value of a header that has parameters, such as Content-Type and
 * Content-Disposition: a word, and then "; name=value" or "; name=\"value\"".
 * Bytes in, bytes out.
 */


#ifndef _NGX_PRINT_MEDIA_H_INCLUDED_
#define _NGX_PRINT_MEDIA_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Takes the word off a header's value, up to white space or ";".  What is left
 * are the parameters.
 */
ngx_str_t ngx_print_media_word(ngx_str_t *header);

/*
 * Takes the next parameter off.  A value in quotes is returned without them,
 * with its backslashes as they were written.  White space counts as ";", so
 * that no parameter is ignored because of a missing semicolon.
 *
 * NGX_OK        name and value are set; the value may be empty
 * NGX_DONE      no parameter is left
 * NGX_DECLINED  the value's quotes do not end, or something follows them;
 *               name is set, and value is the rest of the header
 */
ngx_int_t ngx_print_media_param(ngx_str_t *header, ngx_str_t *name,
    ngx_str_t *value);

/*
 * Looks at each parameter "charset".
 *
 * NGX_OK        the text is UTF-8, or no charset is named
 * NGX_DECLINED  *charset is another one, or what cannot be read
 * NGX_ABORT     another parameter cannot be read
 */
ngx_int_t ngx_print_media_charset(ngx_str_t header, ngx_str_t *charset);

/* Returns 1 if a text is this word in any case of letters, else 0. */
ngx_uint_t ngx_print_media_is(ngx_str_t *text, const char *word);


#endif /* _NGX_PRINT_MEDIA_H_INCLUDED_ */
