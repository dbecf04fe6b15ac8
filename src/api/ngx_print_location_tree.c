
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_location_tree.h"


static ngx_int_t ngx_print_location_tree_search(
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri,
    ngx_http_core_loc_conf_t **found);
static ngx_int_t ngx_print_location_tree_static(
    ngx_http_location_tree_node_t *node, ngx_str_t *uri,
    ngx_http_core_loc_conf_t **found);
static ngx_int_t ngx_print_location_tree_regex(ngx_http_core_loc_conf_t *clcf,
    ngx_str_t *uri, ngx_http_core_loc_conf_t **found);


ngx_http_core_loc_conf_t *
ngx_print_location_tree_find(ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *found;

    found = NULL;

    rc = ngx_print_location_tree_search(clcf, uri, &found);

    return (rc == NGX_DONE) ? NULL : found;
}


/*
 * It decides as ngx_http_core_find_location() does, and returns the same:
 *
 *   NGX_OK        an exact location, or one with a regular expression
 *   NGX_AGAIN     a prefix
 *   NGX_DONE      nginx redirects to the location that has one more "/"
 *   NGX_DECLINED  *found is as it was
 */

static ngx_int_t
ngx_print_location_tree_search(ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri,
    ngx_http_core_loc_conf_t **found)
{
    ngx_int_t   rc;
    ngx_uint_t  noregex;

    noregex = 0;

    rc = ngx_print_location_tree_static(clcf->static_locations, uri, found);

    if (rc == NGX_AGAIN) {

#if (NGX_PCRE)
        noregex = (*found)->noregex;
#endif

        rc = ngx_print_location_tree_search(*found, uri, found);

        if (rc == NGX_DECLINED) {
            rc = NGX_AGAIN;
        }
    }

    if (rc == NGX_OK || rc == NGX_DONE) {
        return rc;
    }

    if (!noregex
        && ngx_print_location_tree_regex(clcf, uri, found) == NGX_OK)
    {
        return NGX_OK;
    }

    return rc;
}


/* Finds the exact location, or that of the longest prefix. */

static ngx_int_t
ngx_print_location_tree_static(ngx_http_location_tree_node_t *node,
    ngx_str_t *uri, ngx_http_core_loc_conf_t **found)
{
    u_char     *p;
    size_t      len, n;
    ngx_int_t   rc, result;

    p = uri->data;
    len = uri->len;
    result = NGX_DECLINED;

    while (node) {

        n = ngx_min(len, (size_t) node->len);

        rc = ngx_filename_cmp(p, node->name, n);

        if (rc != 0) {
            node = (rc < 0) ? node->left : node->right;
            continue;
        }

        if (len > (size_t) node->len) {

            if (node->inclusive == NULL) {
                node = node->right;
                continue;
            }

            *found = node->inclusive;
            result = NGX_AGAIN;

            node = node->tree;
            p += n;
            len -= n;

            continue;
        }

        if (len == (size_t) node->len) {

            if (node->exact) {
                *found = node->exact;
                return NGX_OK;
            }

            *found = node->inclusive;
            return NGX_AGAIN;
        }

        if (len + 1 == (size_t) node->len && node->auto_redirect) {
            result = NGX_DONE;
        }

        node = node->left;
    }

    return result;
}


static ngx_int_t
ngx_print_location_tree_regex(ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri,
    ngx_http_core_loc_conf_t **found)
{
#if (NGX_PCRE)

    ngx_http_core_loc_conf_t  **regex;

    for (regex = clcf->regex_locations; regex && *regex; regex++) {

        if (ngx_regex_exec((*regex)->regex->regex, uri, NULL, 0)
            != NGX_REGEX_NO_MATCHED)
        {
            *found = *regex;

            (void) ngx_print_location_tree_search(*regex, uri, found);

            return NGX_OK;
        }
    }

#endif

    return NGX_DECLINED;
}
