
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A header filter: adds nosniff and the headers of CORS to every answer to a
 * path of the hub, whoever made it, and counts it.  nginx itself refuses
 * requests (401, 403, 413, 429), and a page of another origin could not read
 * these answers without them.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_http.h"
#include "ngx_print_cors.h"
#include "ngx_print_api_count.h"
#include "ngx_print_location.h"
#include "ngx_print_location_filter.h"


static ngx_int_t ngx_print_location_filter(ngx_http_request_t *r);
static ngx_int_t ngx_print_location_nosniff(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_print_location_next_filter;


void
ngx_print_location_filter_init(void)
{
    ngx_print_location_next_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_print_location_filter;
}


static ngx_int_t
ngx_print_location_filter(ngx_http_request_t *r)
{
    ngx_print_cors_t      *cors;
    ngx_print_path_e       path;
    ngx_print_loc_conf_t  *plcf;

    plcf = ngx_http_get_module_loc_conf(r, ngx_print_module);

    cors = (ngx_print_serves(plcf) && r == r->main)
           ? ngx_print_location_cors(plcf, &r->uri, &path) : NULL;

    if (cors) {

        if (ngx_print_location_nosniff(r) != NGX_OK
            || ngx_print_cors_headers(r, cors) != NGX_OK)
        {
            return NGX_ERROR;
        }

        ngx_print_api_answered(r, path);
    }

    return ngx_print_location_next_filter(r);
}


/* An answer with a body has the type that it says. */

static ngx_int_t
ngx_print_location_nosniff(ngx_http_request_t *r)
{
    static ngx_str_t  options = ngx_string("X-Content-Type-Options");
    static ngx_str_t  nosniff = ngx_string("nosniff");

    if (r->headers_out.status < NGX_HTTP_OK
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED
        || r->headers_out.content_length_n == 0)
    {
        return NGX_OK;
    }

    return ngx_print_http_add_header(r, &options, &nosniff);
}
