
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A query string or a form body, read as express 4 reads it (npm "qs" with
 * its defaults and allowPrototypes): nested keys, arrays, limits; values are
 * given as JSON text exactly as JSON.stringify() writes them.
 */


#ifndef _NGX_PRINT_QUERY_H_INCLUDED_
#define _NGX_PRINT_QUERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_QUERY_MAX_PARAMETERS  1000
#define NGX_PRINT_QUERY_MAX_DEPTH       5
#define NGX_PRINT_QUERY_MAX_INDEX       20


typedef struct ngx_print_query_node_s  ngx_print_query_node_t;


/*
 * Parses src (without "?").  Returns the root, an object, from pool; NULL if
 * there is no memory.  Every input has a reading.
 */
ngx_print_query_node_t *ngx_print_query_parse(ngx_pool_t *pool,
    ngx_str_t *src);

/* the root's member of that name, NULL if there is none */
ngx_print_query_node_t *ngx_print_query_get(ngx_print_query_node_t *root,
    ngx_str_t *name);

/* NGX_OK and *value if the node is a string, else NGX_DECLINED */
ngx_int_t ngx_print_query_string(ngx_print_query_node_t *node,
    ngx_str_t *value);

/*
 * Writes a node as JSON, without its member of the name except (NULL: with all
 * members).  Members stand in the order of JavaScript: integer-like names
 * first, rising, then the others as they came.  In two passes: with p == NULL
 * returns the number of bytes that it takes, else the byte after the last.
 */
uintptr_t ngx_print_query_json(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except);


#endif /* _NGX_PRINT_QUERY_H_INCLUDED_ */
