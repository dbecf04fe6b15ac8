
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_location_tree.h"


static ngx_http_core_loc_conf_t *ngx_print_location_tree_static(
    ngx_http_location_tree_node_t *node, ngx_str_t *uri, ngx_uint_t *exact);
static ngx_http_core_loc_conf_t *ngx_print_location_tree_regex(
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri);


/* It decides as ngx_http_core_find_location() does. */

ngx_http_core_loc_conf_t *
ngx_print_location_tree_find(ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri)
{
    ngx_uint_t                 exact, noregex;
    ngx_http_core_loc_conf_t  *found, *nested;

    noregex = 0;

    found = ngx_print_location_tree_static(clcf->static_locations, uri, &exact);

    if (found) {

        if (exact) {
            return found;
        }

#if (NGX_PCRE)
        noregex = found->noregex;
#endif

        nested = ngx_print_location_tree_find(found, uri);

        if (nested) {
            return nested;
        }
    }

    if (!noregex) {

        nested = ngx_print_location_tree_regex(clcf, uri);

        if (nested) {
            return nested;
        }
    }

    return found;
}


/* Returns the exact location, or that of the longest prefix, or NULL. */

static ngx_http_core_loc_conf_t *
ngx_print_location_tree_static(ngx_http_location_tree_node_t *node,
    ngx_str_t *uri, ngx_uint_t *exact)
{
    u_char                    *p;
    size_t                     len, n;
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *found;

    p = uri->data;
    len = uri->len;
    found = NULL;
    *exact = 0;

    while (node) {

        n = ngx_min(len, (size_t) node->len);

        rc = ngx_filename_cmp(p, node->name, n);

        if (rc != 0) {
            node = (rc < 0) ? node->left : node->right;
            continue;
        }

        if (len < (size_t) node->len) {
            node = node->left;
            continue;
        }

        if (len == (size_t) node->len) {

            if (node->exact) {
                *exact = 1;
                return node->exact;
            }

            return node->inclusive;
        }

        if (node->inclusive == NULL) {
            node = node->right;
            continue;
        }

        found = node->inclusive;

        p += n;
        len -= n;
        node = node->tree;
    }

    return found;
}


static ngx_http_core_loc_conf_t *
ngx_print_location_tree_regex(ngx_http_core_loc_conf_t *clcf, ngx_str_t *uri)
{
#if (NGX_PCRE)

    ngx_http_core_loc_conf_t  **regex, *nested;

    for (regex = clcf->regex_locations; regex && *regex; regex++) {

        if (ngx_regex_exec((*regex)->regex->regex, uri, NULL, 0)
            != NGX_REGEX_NO_MATCHED)
        {
            nested = ngx_print_location_tree_find(*regex, uri);

            return nested ? nested : *regex;
        }
    }

#endif

    return NULL;
}
