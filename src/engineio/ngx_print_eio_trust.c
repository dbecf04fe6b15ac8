
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_equal.h"
#include "ngx_print_form.h"
#include "ngx_print_pattern.h"
#include "ngx_print_eio_trust.h"


#define NGX_PRINT_EIO_TOKEN  "token"     /* kinds of hashes */
#define NGX_PRINT_EIO_NAME   "name"


static ngx_int_t ngx_print_eio_trust_values(ngx_print_store_t *st,
    ngx_array_t *values, ngx_http_request_t *r,
    ngx_print_session_trust_t *trust, ngx_uint_t names);
static ngx_int_t ngx_print_eio_trust_query(ngx_print_store_t *st,
    ngx_print_loc_conf_t *conf, ngx_http_request_t *r,
    ngx_print_session_trust_t *trust);
static ngx_int_t ngx_print_eio_trust_argument(ngx_http_request_t *r,
    ngx_str_t *token);
static ngx_int_t ngx_print_eio_trust_value(ngx_http_request_t *r,
    ngx_print_trust_value_t *tv, ngx_str_t *value);
static ngx_uint_t ngx_print_eio_trust_is(ngx_print_store_t *st,
    ngx_print_session_trust_t *trust, ngx_uint_t answer, ngx_str_t *id);
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

    if (ngx_print_eio_trust_values(st, conf->trust.tokens, r, trust, 0)
        != NGX_OK
        || ngx_print_eio_trust_values(st, conf->trust.names, r, trust, 1)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return conf->trust.tokens ? ngx_print_eio_trust_query(st, conf, r, trust)
                              : NGX_OK;
}


/* Adds the values of a directive that have variables; NULL: there are none. */

static ngx_int_t
ngx_print_eio_trust_values(ngx_print_store_t *st, ngx_array_t *values,
    ngx_http_request_t *r, ngx_print_session_trust_t *trust, ngx_uint_t names)
{
    ngx_int_t                 rc;
    ngx_str_t                 value;
    ngx_uint_t                i;
    ngx_print_trust_value_t  *tv;

    if (values == NULL) {
        return NGX_OK;
    }

    tv = values->elts;

    for (i = 0; i < values->nelts; i++) {

        rc = tv[i].value ? ngx_print_eio_trust_value(r, &tv[i], &value)
                         : NGX_DECLINED;

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (names) {
            (void) ngx_print_eio_trust_add(st, trust, &value, tv[i].star, 0);

        } else {
            trust->token = ngx_print_eio_trust_hash(st, NGX_PRINT_EIO_TOKEN,
                                                    value.data, value.len);
        }
    }

    return NGX_OK;
}


/* Looks for the token in the query of the handshake. */

static ngx_int_t
ngx_print_eio_trust_query(ngx_print_store_t *st, ngx_print_loc_conf_t *conf,
    ngx_http_request_t *r, ngx_print_session_trust_t *trust)
{
    ngx_int_t  rc;
    ngx_str_t  token;

    rc = ngx_print_eio_trust_argument(r, &token);

    if (rc == NGX_OK) {
        trust->flags |= NGX_PRINT_TRUST_QUERY;

        if (ngx_print_eio_trust_token(st, conf, trust, &token)) {
            trust->flags |= NGX_PRINT_TRUST_TOKEN;
        }
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/*
 *   NGX_OK        *token is the argument "token"
 *   NGX_DECLINED  there is none, or there are several
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_eio_trust_argument(ngx_http_request_t *r, ngx_str_t *token)
{
    ngx_str_t   form, name, value;
    ngx_uint_t  n;

    if (r->args.len == 0) {
        return NGX_DECLINED;
    }

    /* reading a form decodes it in place */

    form.len = r->args.len;
    form.data = ngx_pnalloc(r->pool, form.len);

    if (form.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(form.data, r->args.data, form.len);

    n = 0;

    while (ngx_print_form_next(&form, &name, &value) == NGX_OK) {

        if (name.len == sizeof("token") - 1
            && ngx_strncmp(name.data, "token", name.len) == 0)
        {
            *token = value;
            n++;
        }
    }

    return n == 1 ? NGX_OK : NGX_DECLINED;
}


/*
 *   NGX_OK        *value is the text, which is not empty
 *   NGX_DECLINED  one of the variables is empty, so the value is void
 *   NGX_ERROR     there is no memory
 */

static ngx_int_t
ngx_print_eio_trust_value(ngx_http_request_t *r, ngx_print_trust_value_t *tv,
    ngx_str_t *value)
{
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    cv = tv->variables->elts;

    for (i = 0; i < tv->variables->nelts; i++) {

        if (ngx_http_complex_value(r, &cv[i], value) != NGX_OK) {
            return NGX_ERROR;
        }

        if (value->len == 0) {
            return NGX_DECLINED;
        }
    }

    return ngx_http_complex_value(r, tv->value, value) == NGX_OK ? NGX_OK
                                                                 : NGX_ERROR;
}


ngx_uint_t
ngx_print_eio_trust_token(ngx_print_store_t *st, ngx_print_loc_conf_t *conf,
    ngx_print_session_trust_t *trust, ngx_str_t *token)
{
    uint64_t                  hash;
    ngx_uint_t                i, is;
    ngx_print_trust_value_t  *tv;

    if (token->len == 0 || token->len > NGX_PRINT_MAX_TOKEN) {
        return 0;
    }

    hash = ngx_print_eio_trust_hash(st, NGX_PRINT_EIO_TOKEN, token->data,
                                    token->len);

    /* no hash is 0, which stands for none */

    is = ngx_print_equal(&hash, &trust->token, sizeof(uint64_t));

    tv = conf->trust.tokens->elts;

    for (i = 0; i < conf->trust.tokens->nelts; i++) {

        if (tv[i].value) {
            continue;
        }

        if (tv[i].hash == 0) {
            tv[i].hash = ngx_print_eio_trust_hash(st, NGX_PRINT_EIO_TOKEN,
                                                  tv[i].text.data,
                                                  tv[i].text.len);
        }

        is |= ngx_print_equal(&hash, &tv[i].hash, sizeof(uint64_t));
    }

    return is;
}


ngx_uint_t
ngx_print_eio_trust_name(ngx_print_store_t *st, ngx_print_loc_conf_t *conf,
    ngx_print_session_trust_t *trust, ngx_str_t *id)
{
    ngx_uint_t                i, is;
    ngx_print_trust_value_t  *tv;

    if (trust->flags & NGX_PRINT_TRUST_NAMED
        && !ngx_print_eio_trust_is(st, trust, 1, id))
    {
        return 0;
    }

    if (conf->trust.names == NULL) {
        return 1;
    }

    is = ngx_print_eio_trust_is(st, trust, 0, id);

    tv = conf->trust.names->elts;

    for (i = 0; i < conf->trust.names->nelts && !is; i++) {
        is = (tv[i].value == NULL
              && ngx_print_pattern(&tv[i].text, id->data, id->len));
    }

    return is;
}


/* Whether it is one of the names of the directive, or of the answer. */

static ngx_uint_t
ngx_print_eio_trust_is(ngx_print_store_t *st, ngx_print_session_trust_t *trust,
    ngx_uint_t answer, ngx_str_t *id)
{
    size_t      len;
    uint64_t    hash;
    ngx_uint_t  i, last, star;

    i = answer ? NGX_PRINT_TRUST_NAMES : 0;

    for (last = i + NGX_PRINT_TRUST_NAMES; i < last; i++) {

        len = trust->lens[i] & ~NGX_PRINT_TRUST_STAR;
        star = trust->lens[i] & NGX_PRINT_TRUST_STAR;

        if (trust->lens[i] == 0
            || id->len < len || (id->len > len && !star))
        {
            continue;
        }

        hash = ngx_print_eio_trust_hash(st, NGX_PRINT_EIO_NAME, id->data, len);

        if (ngx_print_equal(trust->names[i], (u_char *) &hash,
                            NGX_PRINT_TRUST_NAME))
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_print_eio_trust_add(ngx_print_store_t *st,
    ngx_print_session_trust_t *trust, ngx_str_t *name, ngx_uint_t star,
    ngx_uint_t answer)
{
    uint64_t    hash;
    ngx_uint_t  i, last;

    if (name->len > NGX_PRINT_CLIENT_ID_MAX) {
        return NGX_OK;
    }

    i = answer ? NGX_PRINT_TRUST_NAMES : 0;

    for (last = i + NGX_PRINT_TRUST_NAMES - 1; trust->lens[i]; i++) {
        if (i == last) {
            return NGX_BUSY;
        }
    }

    hash = ngx_print_eio_trust_hash(st, NGX_PRINT_EIO_NAME, name->data,
                                    name->len);

    ngx_memcpy(trust->names[i], &hash, NGX_PRINT_TRUST_NAME);
    trust->lens[i] = (u_char) (name->len | (star ? NGX_PRINT_TRUST_STAR : 0));

    return NGX_OK;
}
