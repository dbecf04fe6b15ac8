
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio_packet.h"


static ngx_int_t ngx_print_sio_packet_attachments(
    ngx_print_sio_packet_t *packet, u_char **pos, u_char *last,
    const char **err);
static void ngx_print_sio_packet_nsp(ngx_print_sio_packet_t *packet,
    u_char **pos, u_char *last);
static ngx_int_t ngx_print_sio_packet_id(ngx_print_sio_packet_t *packet,
    u_char **pos, u_char *last, const char **err);
static u_char *ngx_print_sio_packet_string(u_char *p);
static u_char *ngx_print_sio_packet_member(u_char *p);
static ngx_uint_t ngx_print_sio_packet_is(u_char *p, ngx_str_t *name);
static ngx_uint_t ngx_print_sio_packet_index(u_char *p, ngx_uint_t n);
static u_char *ngx_print_sio_packet_number(u_char *p, uint64_t n);
static size_t ngx_print_sio_packet_digits(uint64_t n);


ngx_int_t
ngx_print_sio_packet_read(ngx_print_sio_packet_t *packet, u_char *p,
    size_t len, const char **err)
{
    u_char     *last;
    ngx_int_t   rc;

    ngx_memzero(packet, sizeof(ngx_print_sio_packet_t));

    last = p + len;

    if (p == last) {
        *err = "an empty packet";
        return NGX_ERROR;
    }

    if (*p < NGX_PRINT_SIO_CONNECT || *p > NGX_PRINT_SIO_BINARY_ACK) {
        *err = "a packet of an unknown type";
        return NGX_ERROR;
    }

    packet->type = *p++;

    if (packet->type >= NGX_PRINT_SIO_BINARY_EVENT) {
        rc = ngx_print_sio_packet_attachments(packet, &p, last, err);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    ngx_print_sio_packet_nsp(packet, &p, last);

    if (ngx_print_sio_packet_id(packet, &p, last, err) != NGX_OK) {
        return NGX_ERROR;
    }

    packet->json.data = p;
    packet->json.len = last - p;

    return NGX_OK;
}


/* Returns the codes of ngx_print_sio_packet_read(). */

static ngx_int_t
ngx_print_sio_packet_attachments(ngx_print_sio_packet_t *packet, u_char **pos,
    u_char *last, const char **err)
{
    u_char  *p;

    for (p = *pos; p < last && *p >= '0' && *p <= '9'; p++) {

        packet->attachments = packet->attachments * 10 + (*p - '0');

        if (packet->attachments > NGX_PRINT_SIO_MAX_ATTACHMENTS) {
            *err = "a packet of too many attachments";
            return NGX_BUSY;
        }
    }

    if (packet->attachments == 0 || p == last || *p != '-') {
        *err = "a binary packet without attachments";
        return NGX_ERROR;
    }

    *pos = p + 1;

    return NGX_OK;
}


static void
ngx_print_sio_packet_nsp(ngx_print_sio_packet_t *packet, u_char **pos,
    u_char *last)
{
    u_char  *p, *end, *query;

    p = *pos;

    if (p == last || *p != '/') {
        ngx_str_set(&packet->nsp, "/");
        return;
    }

    end = ngx_strlchr(p, last, ',');

    if (end == NULL) {
        end = last;
    }

    query = ngx_strlchr(p, end, '?');

    packet->nsp.data = p;
    packet->nsp.len = (query ? query : end) - p;

    if (query) {
        packet->query.data = query;
        packet->query.len = end - query;
    }

    *pos = (end == last) ? last : end + 1;
}


static ngx_int_t
ngx_print_sio_packet_id(ngx_print_sio_packet_t *packet, u_char **pos,
    u_char *last, const char **err)
{
    u_char  *p;

    for (p = *pos; p < last && *p >= '0' && *p <= '9'; p++) {

        packet->has_id = 1;
        packet->id = packet->id * 10 + (*p - '0');

        if (packet->id > NGX_PRINT_SIO_MAX_ID) {
            *err = "an acknowledgement id that is too large";
            return NGX_ERROR;
        }
    }

    *pos = p;

    return NGX_OK;
}


/*
 * Each mask has a bit for each level of nesting. Deeper than 63 levels nothing
 * is checked.
 */

ngx_uint_t
ngx_print_sio_packet_placeholders(ngx_str_t *json, ngx_uint_t n)
{
    u_char      *p, *key, *value, *last;
    uint64_t     bit, placeholder, valid;

    static ngx_str_t  name = ngx_string("_placeholder");
    static ngx_str_t  num = ngx_string("num");

    bit = 1;
    placeholder = 0;
    valid = 0;

    last = json->data + json->len;

    for (p = json->data; p < last; p++) {

        switch (*p) {

        case '{':
        case '[':

            if (bit >> 63) {
                return 1;
            }

            bit <<= 1;
            placeholder &= ~bit;
            valid &= ~bit;
            break;

        case '}':

            if ((placeholder & bit) && !(valid & bit)) {
                return 0;
            }

            /* fall through */

        case ']':
            bit >>= 1;
            break;

        case '"':
            key = p;
            p = ngx_print_sio_packet_string(p);

            if (p + 1 == last) {
                return 1;
            }

            value = ngx_print_sio_packet_member(p + 1);

            if (value == NULL) {
                break;
            }

            if (ngx_print_sio_packet_is(key, &name)) {
                placeholder = (*value == 't') ? placeholder | bit
                                              : placeholder & ~bit;

            } else if (ngx_print_sio_packet_is(key, &num)) {
                valid = ngx_print_sio_packet_index(value, n) ? valid | bit
                                                             : valid & ~bit;
            }

            break;

        default:
            break;
        }
    }

    return 1;
}


/* Returns the quote that ends the string which begins at p. */

static u_char *
ngx_print_sio_packet_string(u_char *p)
{
    for (p++; *p != '"'; p++) {
        if (*p == '\\') {
            p++;
        }
    }

    return p;
}


/*
 * If the string that ends before p is the name of a member, returns where its
 * value begins; else NULL.
 */

static u_char *
ngx_print_sio_packet_member(u_char *p)
{
    while (*p == ' ' || *p == '\t' || *p == CR || *p == LF) {
        p++;
    }

    if (*p != ':') {
        return NULL;
    }

    for (p++; *p == ' ' || *p == '\t' || *p == CR || *p == LF; p++) {
        /* void */
    }

    return p;
}


/*
 * Returns 1 if the string that begins at p has this text, which consists of
 * letters and "_".
 */

static ngx_uint_t
ngx_print_sio_packet_is(u_char *p, ngx_str_t *name)
{
    size_t      i;
    ngx_uint_t  ch;

    for (p++, i = 0; *p != '"' && i < name->len; i++) {

        ch = *p++;

        if (ch == '\\') {

            if (*p++ != 'u') {
                return 0;
            }

            ch = (ngx_uint_t) ngx_hextoi(p, 4);
            p += 4;
        }

        if (ch != name->data[i]) {
            return 0;
        }
    }

    return *p == '"' && i == name->len;
}


static ngx_uint_t
ngx_print_sio_packet_index(u_char *p, ngx_uint_t n)
{
    ngx_uint_t  i;

    if (*p < '0' || *p > '9') {
        return 0;
    }

    for (i = 0; *p >= '0' && *p <= '9' && i < n; p++) {
        i = i * 10 + (*p - '0');
    }

    /* no fraction and no exponent */

    return i < n && *p != '.' && *p != 'e' && *p != 'E'
           && (*p < '0' || *p > '9');
}


uintptr_t
ngx_print_sio_packet_head(u_char *p, ngx_print_sio_packet_t *packet)
{
    size_t      len;
    ngx_uint_t  named;

    named = (packet->nsp.len > 1);

    if (p == NULL) {
        len = 2;

        if (packet->attachments) {
            len += ngx_print_sio_packet_digits(packet->attachments) + 1;
        }

        if (named) {
            len += packet->nsp.len + 1;
        }

        if (packet->has_id) {
            len += ngx_print_sio_packet_digits(packet->id);
        }

        return len;
    }

    *p++ = NGX_PRINT_SIO_MESSAGE;
    *p++ = packet->type;

    if (packet->attachments) {
        p = ngx_print_sio_packet_number(p, packet->attachments);
        *p++ = '-';
    }

    if (named) {
        p = ngx_cpymem(p, packet->nsp.data, packet->nsp.len);
        *p++ = ',';
    }

    if (packet->has_id) {
        p = ngx_print_sio_packet_number(p, packet->id);
    }

    return (uintptr_t) p;
}


static u_char *
ngx_print_sio_packet_number(u_char *p, uint64_t n)
{
    u_char  *last;

    last = p + ngx_print_sio_packet_digits(n);
    p = last;

    do {
        *--p = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n);

    return last;
}


static size_t
ngx_print_sio_packet_digits(uint64_t n)
{
    size_t  len;

    for (len = 1; n >= 10; len++) {
        n /= 10;
    }

    return len;
}
