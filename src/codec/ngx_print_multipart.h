
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The fields of a form that is sent as multipart/form-data (RFC 7578). Bytes
 * in, bytes out: the bytes may come in pieces of any size. Files are refused,
 * and so are parts whose text is encoded, because another text than the one
 * that was meant would be read.
 */


#ifndef _NGX_PRINT_MULTIPART_H_INCLUDED_
#define _NGX_PRINT_MULTIPART_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_MULTIPART_BOUNDARY  70      /* bytes at most, RFC 2046 */


typedef enum {
    NGX_PRINT_MULTIPART_OK = 0,
    NGX_PRINT_MULTIPART_MALFORMED,
    NGX_PRINT_MULTIPART_NAME,         /* a part has no name */
    NGX_PRINT_MULTIPART_FILE,         /* a part is a file; detail: its name */
    NGX_PRINT_MULTIPART_ENCODING,     /* Content-Transfer-Encoding; detail */
    NGX_PRINT_MULTIPART_CHARSET       /* of a part, not UTF-8; detail */
} ngx_print_multipart_error_e;


/* the caller reads name, value, error and detail; the rest is private */

typedef struct {
    ngx_str_t                     name;
    ngx_str_t                     value;

    ngx_print_multipart_error_e   error;
    ngx_str_t                     detail;

    u_char                       *out;
    u_char                       *line;       /* the header line being read */
    size_t                        matched;    /* bytes of the delimiter */
    size_t                        from;       /* those that are text if the
                                                 rest does not match */
    size_t                        len;
    u_char                        delimiter[4 + NGX_PRINT_MULTIPART_BOUNDARY];

    unsigned                      state:4;
    unsigned                      named:1;
} ngx_print_multipart_t;


/*
 * Starts to read a body. out: room for as many bytes as the body has; names and
 * values are written there.
 *
 * NGX_OK        m is ready
 * NGX_DECLINED  this is no boundary
 */
ngx_int_t ngx_print_multipart_init(ngx_print_multipart_t *m,
    ngx_str_t *boundary, u_char *out);

/*
 * Reads on at *p up to last, and moves *p behind what was read.
 *
 * NGX_OK        m->name and m->value are the next field, and stay valid
 * NGX_AGAIN     all bytes were read, and the body goes on
 * NGX_DONE      the body has ended; what follows is ignored
 * NGX_DECLINED  the body is refused, m->error says why
 */
ngx_int_t ngx_print_multipart_next(ngx_print_multipart_t *m, u_char **p,
    u_char *last);


#endif /* _NGX_PRINT_MULTIPART_H_INCLUDED_ */
