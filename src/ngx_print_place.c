
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_siphash.h"
#include "ngx_print_place.h"


static uint64_t ngx_print_place_key(ngx_str_t *zone, ngx_str_t *server,
    ngx_str_t *location, uint64_t n);
static ngx_uint_t ngx_print_place_used(ngx_print_main_conf_t *pmcf,
    uint64_t key);


ngx_int_t
ngx_print_place_note(ngx_conf_t *cf, ngx_http_core_loc_conf_t *clcf,
    ngx_print_loc_conf_t *plcf)
{
    uint64_t                   key, n;
    ngx_print_place_t         *place;
    ngx_print_main_conf_t     *pmcf;
    ngx_http_core_srv_conf_t  *cscf;

    pmcf = ngx_http_conf_get_module_main_conf(cf, ngx_print_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    n = 0;

    do {
        key = ngx_print_place_key(&plcf->zone->name, &cscf->server_name,
                                  &clcf->name, n++);
    } while (ngx_print_place_used(pmcf, key));

    place = ngx_array_push(&pmcf->places);
    if (place == NULL) {
        return NGX_ERROR;
    }

    place->key = key;
    place->plcf = plcf;
    place->clcf = clcf;

    plcf->place = key;

    return NGX_OK;
}


static uint64_t
ngx_print_place_key(ngx_str_t *zone, ngx_str_t *server, ngx_str_t *location,
    uint64_t n)
{
    u_char               hash[NGX_PRINT_SIPHASH_LEN];
    uint64_t             key, lens[2];
    ngx_print_siphash_t  ctx;

    /* nobody gains anything by two names with the same hash */

    static const u_char  nothing[NGX_PRINT_SIPHASH_KEY];

    lens[0] = zone->len;
    lens[1] = server->len;

    ngx_print_siphash_init(&ctx, nothing);
    ngx_print_siphash_update(&ctx, &n, sizeof(uint64_t));
    ngx_print_siphash_update(&ctx, lens, sizeof(lens));
    ngx_print_siphash_update(&ctx, zone->data, zone->len);
    ngx_print_siphash_update(&ctx, server->data, server->len);
    ngx_print_siphash_update(&ctx, location->data, location->len);
    ngx_print_siphash_final(&ctx, hash);

    ngx_memcpy(&key, hash, sizeof(uint64_t));

    return key;
}


static ngx_uint_t
ngx_print_place_used(ngx_print_main_conf_t *pmcf, uint64_t key)
{
    ngx_uint_t          i;
    ngx_print_place_t  *place;

    place = pmcf->places.elts;

    for (i = 0; i < pmcf->places.nelts; i++) {
        if (place[i].key == key) {
            return 1;
        }
    }

    return 0;
}
