
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Offers of permessage-deflate: the first valid one that the limits allow is
 * accepted, which is compared with a list that is split at its commas.  The
 * answer is an offer that is accepted with the same parameters.
 *
 * Input: a byte of flags, two bytes of windows that are allowed, the offers.
 */


#include "fuzz.h"
#include "ngx_print_ws_deflate.h"


typedef struct {
    ngx_print_ws_deflate_params_t  params;
    ngx_uint_t                     seen;     /* a bit for each parameter */
    ngx_uint_t                     client;   /* its bits may be limited */
} offer_t;


static ngx_int_t offer_slow(const u_char *p, size_t len,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params);
static ngx_uint_t offer_word(const u_char **p, const u_char *last,
    ngx_str_t *word);
static ngx_uint_t offer_param(offer_t *offer, ngx_str_t *name,
    ngx_str_t *value);
static ngx_uint_t offer_is(ngx_str_t *name, const char *word);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_int_t                      rc;
    ngx_str_t                      offers, answer;
    ngx_uint_t                     flags;
    ngx_print_ws_deflate_params_t  limits, any, params, slow, again;

    flags = fuzz_byte(&p, &len);

    memset(&limits, 0, sizeof(limits));
    memset(&params, 0, sizeof(params));
    memset(&slow, 0, sizeof(slow));

    limits.server_fresh = flags & 1;
    limits.client_fresh = flags >> 1 & 1;
    limits.server_bits = 9 + fuzz_byte(&p, &len) % 7;
    limits.client_bits = 9 + fuzz_byte(&p, &len) % 7;

    offers.data = fuzz_copy(p, len);
    offers.len = len;

    rc = ngx_print_ws_deflate_accept(&offers, &limits, &params);

    fuzz_check(rc == offer_slow(p, len, &limits, &slow));

    if (rc != NGX_OK) {
        return;
    }

    fuzz_check(params.server_bits == slow.server_bits);
    fuzz_check(params.client_bits == slow.client_bits);
    fuzz_check(params.server_fresh == slow.server_fresh);
    fuzz_check(params.client_fresh == slow.client_fresh);

    answer.data = fuzz_room(NGX_PRINT_WS_DEFLATE_ANSWER_LEN);
    answer.len = ngx_print_ws_deflate_answer(answer.data, &params)
                 - answer.data;

    /* windows of 8 bits that a client announces are larger to zlib */

    memset(&any, 0, sizeof(any));
    any.server_bits = 15;
    any.client_bits = 15;

    fuzz_check(ngx_print_ws_deflate_accept(&answer, &any, &again) == NGX_OK);
    fuzz_check(again.server_bits == params.server_bits);
    fuzz_check(again.client_bits == params.client_bits);
    fuzz_check(again.server_fresh == params.server_fresh);
    fuzz_check(again.client_fresh == params.client_fresh);
}


static ngx_int_t
offer_slow(const u_char *p, size_t len,
    const ngx_print_ws_deflate_params_t *limits,
    ngx_print_ws_deflate_params_t *params)
{
    offer_t        offer;
    ngx_str_t      name, value;
    ngx_uint_t     valid;
    const u_char  *last;

    for (last = p + len; p < last; p++) {

        memset(&offer, 0, sizeof(offer_t));
        offer.params.server_bits = 15;
        offer.params.client_bits = 15;

        if (!offer_word(&p, last, &name)) {
            return NGX_DECLINED;
        }

        valid = offer_is(&name, "permessage-deflate");

        while (p < last && *p == ';') {
            p++;
            value.len = 0;

            if (!offer_word(&p, last, &name)) {
                return NGX_DECLINED;
            }

            if (p < last && *p == '=') {
                p++;

                while (p < last && (*p == ' ' || *p == '\t')) {
                    p++;
                }

                if (p < last && *p == '"') {
                    p++;

                    if (!offer_word(&p, last, &value) || p == last
                        || *p != '"')
                    {
                        return NGX_DECLINED;
                    }

                    for (p++; p < last && (*p == ' ' || *p == '\t'); p++) {
                        /* void */
                    }

                } else if (!offer_word(&p, last, &value)) {
                    return NGX_DECLINED;
                }
            }

            valid &= offer_param(&offer, &name, &value);
        }

        if (p < last && *p != ',') {
            return NGX_DECLINED;
        }

        params->server_fresh = limits->server_fresh
                               | offer.params.server_fresh;
        params->client_fresh = offer.params.client_fresh;
        params->server_bits = ngx_min(offer.params.server_bits,
                                      limits->server_bits);
        params->client_bits = ngx_min(offer.params.client_bits,
                                      limits->client_bits);

        if (valid && params->server_bits > 8
            && (offer.client || limits->client_bits == 15))
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
offer_word(const u_char **pos, const u_char *last, ngx_str_t *word)
{
    const u_char  *p;

    for (p = *pos; p < last && (*p == ' ' || *p == '\t'); p++) {
        /* void */
    }

    word->data = (u_char *) p;

    while (p < last && *p > ' ' && *p < 0x7f
           && strchr("()<>@,;:\\\"/[]?={}", *p) == NULL)
    {
        p++;
    }

    word->len = p - word->data;

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    *pos = p;

    return word->len != 0;
}


static ngx_uint_t
offer_param(offer_t *offer, ngx_str_t *name, ngx_str_t *value)
{
    ngx_uint_t  i, bits;

    static const char  *names[] = { "server_no_context_takeover",
        "client_no_context_takeover", "server_max_window_bits",
        "client_max_window_bits" };

    for (i = 0; i < 4; i++) {
        if (offer_is(name, names[i])) {
            break;
        }
    }

    if (i == 4 || (offer->seen & 1 << i)) {
        return 0;
    }

    offer->seen |= 1 << i;

    for (bits = 8; bits <= 15; bits++) {
        char  text[3];

        snprintf(text, sizeof(text), "%d", (int) bits);

        if (offer_is(value, text)) {
            break;
        }
    }

    switch (i) {

    case 0:
        offer->params.server_fresh = 1;
        return value->len == 0;

    case 1:
        offer->params.client_fresh = 1;
        return value->len == 0;

    case 2:
        offer->params.server_bits = bits;
        return bits <= 15;

    default:
        offer->client = 1;

        if (value->len) {
            offer->params.client_bits = bits;
        }

        return value->len == 0 || bits <= 15;
    }
}


static ngx_uint_t
offer_is(ngx_str_t *name, const char *word)
{
    return name->len == strlen(word)
           && strncasecmp((char *) name->data, word, name->len) == 0;
}
