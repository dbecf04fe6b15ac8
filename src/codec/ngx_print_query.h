
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A query string or a form body, read as express 4 reads it (npm "qs" with its
 * defaults and allowPrototypes): nested keys, arrays, limits. Values are
 * written as JSON exactly as JSON.stringify() writes them.
 */


#ifndef _NGX_PRINT_QUERY_H_INCLUDED_
#define _NGX_PRINT_QUERY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the limits of qs */
#define NGX_PRINT_QUERY_MAX_PARAMETERS  1000
#define NGX_PRINT_QUERY_MAX_DEPTH       5
#define NGX_PRINT_QUERY_MAX_INDEX       20


typedef struct ngx_print_query_node_s  ngx_print_query_node_t;


/*
 * Parses src (without "?"). Returns the root, an object, allocated from pool;
 * NULL if there is no memory. No input is an error.
 */
ngx_print_query_node_t *ngx_print_query_parse(ngx_pool_t *pool,
    ngx_str_t *src);

/* Returns the member of the root with this name, or NULL if there is none. */
ngx_print_query_node_t *ngx_print_query_get(ngx_print_query_node_t *root,
    ngx_str_t *name);

/*
 * Reads a node that is a string.
 *
 * NGX_OK        *value is set
 * NGX_DECLINED  the node is an array or an object, or true
 */
ngx_int_t ngx_print_query_string(ngx_print_query_node_t *node,
    ngx_str_t *value);

/*
 * Writes a node as JSON, without its member named except (NULL: with all
 * members). Members are in the order of JavaScript: names that are indexes
 * first, rising, then the others as they came. Works in two passes: with p ==
 * NULL returns the number of bytes that are needed, else writes them and
 * returns the byte after the last.
 */
uintptr_t ngx_print_query_json(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except);


#endif /* _NGX_PRINT_QUERY_H_INCLUDED_ */
