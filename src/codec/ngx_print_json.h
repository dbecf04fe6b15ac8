
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSON: yajl behind a reader that takes a text apart by one level and leaves
 * each value as the bytes it was written in, an encoder of strings, and the
 * UTF-8 that both need.
 */


#ifndef _NGX_PRINT_JSON_H_INCLUDED_
#define _NGX_PRINT_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_PRINT_JSON_NONE = 0,
    NGX_PRINT_JSON_NULL,
    NGX_PRINT_JSON_BOOLEAN,
    NGX_PRINT_JSON_NUMBER,
    NGX_PRINT_JSON_STRING,
    NGX_PRINT_JSON_ARRAY,
    NGX_PRINT_JSON_OBJECT
} ngx_print_json_type_e;


typedef struct {
    ngx_print_json_type_e    type;
    ngx_str_t                raw;     /* its text, quotes included */
    ngx_str_t                key;     /* of an object's member: its text,
                                         quotes included; else empty */
} ngx_print_json_value_t;


/*
 * Parses the JSON text src, which is one value and white space, whole and
 * valid down to its last nested value, in valid UTF-8.  Sets *value to it and,
 * if it is an array or an object, elts[] to its first max elements or members
 * and *n to the number of all of them (which may be more than max).  All
 * strings point into src.  elts may be NULL with max == 0, and n may be NULL.
 * Takes what JSON.parse() takes, to any depth of nesting.
 *
 * NGX_OK, NGX_DECLINED (not JSON), NGX_ERROR (no memory).
 */
ngx_int_t ngx_print_json_read(ngx_str_t *src, ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t max, ngx_uint_t *n);

/*
 * The member of that name (decoded bytes) among n members, the last one if it
 * is repeated, as JSON.parse() has it; NULL if there is none.
 */
ngx_print_json_value_t *ngx_print_json_member(ngx_print_json_value_t *elts,
    ngx_uint_t n, ngx_str_t *name);

/*
 * Decodes a string's raw text (quotes included, known to be valid) to dst,
 * which has room for raw->len bytes; returns the byte after the last one.
 * A surrogate without its pair becomes U+FFFD.
 */
u_char *ngx_print_json_unescape(u_char *dst, ngx_str_t *raw);

/* the same of the character at *src, inside of the quotes */
u_char *ngx_print_json_unescape_char(u_char *dst, u_char **src, u_char *last);

/*
 * Writes what String() of JavaScript makes of a number's raw text: 1.0 is "1",
 * 1e21 is "1e+21".  It is that of an element or a member, so that a byte which
 * is of no number follows.  dst has room for NGX_PRINT_JSON_NUMBER_LEN bytes;
 * returns the byte after the last one.
 */
#define NGX_PRINT_JSON_NUMBER_LEN  32

u_char *ngx_print_json_number(u_char *dst, ngx_str_t *raw);

/*
 * Writes a string with its quotes exactly as JSON.stringify() does: \" \\ \b
 * \f \n \r \t, other control characters as \u001f in lower case, all else as
 * it is.  Bytes that are not UTF-8 become U+FFFD, one for each maximal part as
 * the WHATWG decoder has it.  In two passes: with dst == NULL returns the
 * number of bytes that it takes, else the byte after the last.
 */
uintptr_t ngx_print_json_string(u_char *dst, u_char *src, size_t len);

ngx_uint_t ngx_print_json_is_utf8(u_char *src, size_t len);

/*
 * Copies src, bytes that are not UTF-8 become U+FFFD as above.  dst has room
 * for 3 * len bytes; returns the byte after the last one.
 */
u_char *ngx_print_json_utf8(u_char *dst, u_char *src, size_t len);


#endif /* _NGX_PRINT_JSON_H_INCLUDED_ */
