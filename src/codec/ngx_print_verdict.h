
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What an authorizer answers: why it refuses, and under which conditions it
 * allows.
 */


#ifndef _NGX_PRINT_VERDICT_H_INCLUDED_
#define _NGX_PRINT_VERDICT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_VERDICT_MESSAGE  256      /* bytes */
#define NGX_PRINT_VERDICT_NAMES    3
#define NGX_PRINT_VERDICT_EXPIRES  604800   /* s, at most */


/* a clientId, or the beginning of clientIds */
typedef struct {
    ngx_str_t    text;                      /* without the "*" */
    unsigned     prefix:1;                  /* a "*" was behind it */
} ngx_print_verdict_name_t;


/*
 * Reads the body of a refusal: writes its message to buf, which has room for
 * NGX_PRINT_VERDICT_MESSAGE bytes, and returns it.  That is the member
 * "message" of a JSON object, if it is a string, or the first line of a text
 * that is neither HTML nor a JSON object; made valid UTF-8 and cut between two
 * characters.  If there is none, it is "Not authorized".  *data is the text of
 * the JSON object's member "data", if that is an object itself; else empty.
 */
ngx_str_t ngx_print_verdict_message(ngx_str_t *body, u_char *buf,
    ngx_str_t *data);

/*
 * Reads a value of the header X-Print-Client-Id, a list with commas, and adds
 * its names, which point into it, to the *n that are in names already.  names
 * has room for NGX_PRINT_VERDICT_NAMES.
 *
 *   NGX_OK        the names were added; an empty element is none
 *   NGX_DECLINED  there are more
 */
ngx_int_t ngx_print_verdict_names(ngx_str_t *value,
    ngx_print_verdict_name_t *names, ngx_uint_t *n);

/*
 * Reads the header X-Print-Expires: a number of seconds.  More than
 * NGX_PRINT_VERDICT_EXPIRES become that many.
 *
 *   NGX_OK        *seconds is set, and not 0
 *   NGX_DECLINED  it is no such number
 */
ngx_int_t ngx_print_verdict_expires(ngx_str_t *value, ngx_uint_t *seconds);


#endif /* _NGX_PRINT_VERDICT_H_INCLUDED_ */
