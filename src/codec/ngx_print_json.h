
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSON: a reader that uses yajl to take a text apart by one level, and leaves
 * each value as the bytes that it was written in; an encoder of strings; and
 * the UTF-8 functions that both need.
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
    ngx_str_t                key;     /* the name of an object's member, as
                                         text with its quotes; else empty */
} ngx_print_json_value_t;


/*
 * Parses the JSON text src, which consists of one value and white space. All
 * of it must be valid, nested values included, and UTF-8: it accepts what
 * JSON.parse() accepts, nested to any depth. Sets *value to the value. If that
 * is an array or an object, sets elts[] to its first max elements or members,
 * and *n to the number of all, which may be more than max. All strings point
 * into src. elts may be NULL if max is 0, and n may be NULL.
 *
 * NGX_OK        value is set
 * NGX_DECLINED  src is not JSON
 * NGX_ERROR     there is no memory
 */
ngx_int_t ngx_print_json_read(ngx_str_t *src, ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t max, ngx_uint_t *n);

/*
 * Finds the member with this name (decoded bytes) among n members: the last
 * one if the name is repeated, as JSON.parse() does. Returns NULL if there is
 * none.
 */
ngx_print_json_value_t *ngx_print_json_member(ngx_print_json_value_t *elts,
    ngx_uint_t n, ngx_str_t *name);

/*
 * Decodes the raw text of a string, which includes its quotes and is known to
 * be valid, to dst, which has room for raw->len bytes. A surrogate without its
 * pair becomes U+FFFD. Returns the byte after the last.
 */
u_char *ngx_print_json_unescape(u_char *dst, ngx_str_t *raw);

/*
 * Decodes the character at *src, inside of the quotes, in the same way, to
 * four bytes at most, and moves *src behind it.
 */
u_char *ngx_print_json_unescape_char(u_char *dst, u_char **src, u_char *last);

/*
 * Writes a number as String() of JavaScript does: 1.0 becomes "1", 1e21
 * becomes "1e+21". raw must be the raw text of an element or a member, so that
 * a byte that belongs to no number follows it. dst has room for
 * NGX_PRINT_JSON_NUMBER_LEN bytes. Returns the byte after the last.
 */
#define NGX_PRINT_JSON_NUMBER_LEN  32

u_char *ngx_print_json_number(u_char *dst, ngx_str_t *raw);

/*
 * Writes a string with its quotes exactly as JSON.stringify() does: \" \\ \b
 * \f \n \r \t, other control characters as \u001f in lower case, anything else
 * unchanged. Bytes that are not UTF-8 become U+FFFD, one for each maximal
 * part, as in the decoder of the WHATWG Encoding standard. Works in two
 * passes: with dst == NULL returns the number of bytes that are needed, else
 * writes them and returns the byte after the last.
 */
uintptr_t ngx_print_json_string(u_char *dst, u_char *src, size_t len);

/* Returns 1 if all bytes are valid UTF-8. */
ngx_uint_t ngx_print_json_is_utf8(u_char *src, size_t len);

/*
 * Copies src to dst, which has room for 3 * len bytes. Bytes that are not
 * UTF-8 become U+FFFD as above. Returns the byte after the last.
 */
u_char *ngx_print_json_utf8(u_char *dst, u_char *src, size_t len);

/*
 * Copies JSON text, or a part of it, and writes its characters that are not
 * ASCII as \u6253 or as a pair of these. Works in two passes as above, but adds
 * no quotes.
 */
uintptr_t ngx_print_json_ascii(u_char *dst, u_char *src, size_t len);

/*
 * Returns 1 if src is UTF-8 that was encoded to UTF-8 once more: each of its
 * characters stands for a byte, these bytes are valid UTF-8, and not all of
 * them are ASCII.
 */
ngx_uint_t ngx_print_json_is_utf8_twice(u_char *src, size_t len);


#endif /* _NGX_PRINT_JSON_H_INCLUDED_ */
