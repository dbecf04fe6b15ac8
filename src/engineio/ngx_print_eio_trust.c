
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio_trust.h"


static uint64_t ngx_print_eio_trust_hash(ngx_print_store_t *st,
    const char *kind, u_char *data, size_t len);


uint64_t
ngx_print_eio_trust_policy(ngx_print_store_t *st, ngx_print_loc_conf_t *conf)
{
    if (conf->trust.policy == 0 && conf->trust.rules.len) {
        conf->trust.policy = ngx_print_eio_trust_hash(st, "policy",
                                                      conf->trust.rules.data,
                                                      conf->trust.rules.len);
    }

    return conf->trust.policy;
}


/*
 * Returns the hash of a text, which is never 0.  kind keeps the hashes of
 * different things apart.
 */

static uint64_t
ngx_print_eio_trust_hash(ngx_print_store_t *st, const char *kind, u_char *data,
    size_t len)
{
    u_char     digest[NGX_PRINT_JOB_DIGEST];
    uint64_t   hash;
    ngx_str_t  texts[2];

    texts[0].data = (u_char *) kind;
    texts[0].len = ngx_strlen(kind);
    texts[1].data = data;
    texts[1].len = len;

    ngx_print_store_digest(st, texts, 2, digest);

    ngx_memcpy(&hash, digest, sizeof(uint64_t));

    return hash ? hash : 1;
}


ngx_int_t
ngx_print_eio_trust(ngx_print_store_t *st, ngx_print_loc_conf_t *conf,
    ngx_http_request_t *r, ngx_print_session_trust_t *trust)
{
    ngx_memzero(trust, sizeof(ngx_print_session_trust_t));

    trust->policy = ngx_print_eio_trust_policy(st, conf);

    return NGX_OK;
}


void
ngx_print_eio_trust_addr(u_char *addr, struct sockaddr *sa)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    ngx_memzero(addr, NGX_PRINT_SESSION_ADDR);

    switch (sa->sa_family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;
        ngx_memcpy(addr, &sin6->sin6_addr, 16);
        break;
#endif

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        addr[10] = 0xff;
        addr[11] = 0xff;
        ngx_memcpy(&addr[12], &sin->sin_addr, 4);
        break;

    default: /* a UNIX socket has no address */
        break;
    }
}
