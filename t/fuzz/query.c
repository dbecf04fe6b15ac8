
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A query string, or a form: no input is an error, the JSON is JSON, and the
 * members can be found.  oracle.js compares with npm "qs".
 */


#include "fuzz.h"
#include "ngx_print_json.h"
#include "ngx_print_query.h"


#define QUERY_ELTS  16


static ngx_str_t query_json(ngx_print_query_node_t *node, ngx_str_t *except);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_str_t                src, json, name, value;
    ngx_uint_t               i, n, m;
    ngx_print_json_value_t   root, elts[QUERY_ELTS];
    ngx_print_query_node_t  *query, *node;

    src.data = p;
    src.len = len;

    query = ngx_print_query_parse(NULL, &src);
    fuzz_check(query != NULL);

    json = query_json(query, NULL);

    fuzz_check(ngx_print_json_read(&json, &root, elts, QUERY_ELTS, &n)
               == NGX_OK);
    fuzz_check(root.type == NGX_PRINT_JSON_OBJECT);

    fuzz_answer(json.data, json.len);

    for (i = 0; i < n && i < QUERY_ELTS; i++) {

        name.data = fuzz_room(elts[i].key.len);
        name.len = ngx_print_json_unescape(name.data, &elts[i].key)
                   - name.data;

        node = ngx_print_query_get(query, &name);
        fuzz_check(node != NULL);

        fuzz_check((ngx_print_query_string(node, &value) == NGX_OK)
                   == (elts[i].type == NGX_PRINT_JSON_STRING));

        json = query_json(node, NULL);
        fuzz_check(fuzz_same(json.data, json.len, elts[i].raw.data,
                             elts[i].raw.len));

        /* without it there is one less */

        json = query_json(query, &name);
        fuzz_check(ngx_print_json_read(&json, &root, NULL, 0, &m) == NGX_OK);
        fuzz_check(m == n - 1);
    }
}


static ngx_str_t
query_json(ngx_print_query_node_t *node, ngx_str_t *except)
{
    ngx_str_t  json;

    json.len = ngx_print_query_json(NULL, node, except);
    json.data = fuzz_room(json.len);

    fuzz_check((u_char *) ngx_print_query_json(json.data, node, except)
               == json.data + json.len);

    return json;
}
