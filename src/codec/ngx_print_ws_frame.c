
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_bytes.h"
#include "ngx_print_ws_frame.h"


#define NGX_PRINT_WS_FIN       0x80
#define NGX_PRINT_WS_RSV       0x70
#define NGX_PRINT_WS_OPCODE    0x0f
#define NGX_PRINT_WS_MASK      0x80
#define NGX_PRINT_WS_LENGTH    0x7f

/* bits of an exported state */
#define NGX_PRINT_WS_STATE_FIN         0x01
#define NGX_PRINT_WS_STATE_ENDED       0x02
#define NGX_PRINT_WS_STATE_COMPRESSED  0x04

#define NGX_PRINT_WS_LENGTH16  126
#define NGX_PRINT_WS_LENGTH64  127

#define NGX_PRINT_WS_ASCII     0x8080808080808080ull


/*
 * A state of the UTF-8 decoder other than ACCEPT: the number of bytes that
 * must follow, and the range of the next one.
 */
#define ngx_print_ws_utf8_state(need, low, high)                              \
    ((uint32_t) (need) | (uint32_t) (low) << 8 | (uint32_t) (high) << 16)

#define ngx_print_ws_utf8_need(state)  ((state) & 0xff)
#define ngx_print_ws_utf8_low(state)   ((state) >> 8 & 0xff)
#define ngx_print_ws_utf8_high(state)  ((state) >> 16)


static const ngx_print_ws_error_t *ngx_print_ws_frame_first(
    ngx_print_ws_frame_t *f, u_char ch);
static const ngx_print_ws_error_t *ngx_print_ws_frame_second(
    ngx_print_ws_frame_t *f, u_char ch);
static void ngx_print_ws_frame_unmask(ngx_print_ws_frame_t *f, u_char *p,
    size_t len);
static const ngx_print_ws_error_t *ngx_print_ws_frame_text(
    ngx_print_ws_frame_t *f, u_char *p, size_t len, ngx_uint_t last);
static ngx_uint_t ngx_print_ws_frame_possible(const ngx_print_ws_frame_t *f);
static uint32_t ngx_print_ws_utf8_lead(u_char ch);


const ngx_print_ws_error_t  ngx_print_ws_error_deflate =
    { NGX_PRINT_WS_CODE_INVALID, ngx_string("compressed data are invalid") };

static const ngx_print_ws_error_t  ngx_print_ws_error_rsv =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("RSV bits are set") };

static const ngx_print_ws_error_t  ngx_print_ws_error_opcode =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("unknown opcode") };

static const ngx_print_ws_error_t  ngx_print_ws_error_mask =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("frame is not masked") };

static const ngx_print_ws_error_t  ngx_print_ws_error_continuation =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("continuation of nothing") };

static const ngx_print_ws_error_t  ngx_print_ws_error_message =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("message inside a message") };

static const ngx_print_ws_error_t  ngx_print_ws_error_fragment =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("control frame is fragmented") };

static const ngx_print_ws_error_t  ngx_print_ws_error_control =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("control frame is too long") };

static const ngx_print_ws_error_t  ngx_print_ws_error_length =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("length is over 63 bits") };

const ngx_print_ws_error_t  ngx_print_ws_error_too_big =
    { NGX_PRINT_WS_CODE_TOO_BIG, ngx_string("message is too long") };

const ngx_print_ws_error_t  ngx_print_ws_error_utf8 =
    { NGX_PRINT_WS_CODE_INVALID, ngx_string("text is not UTF-8") };

static const ngx_print_ws_error_t  ngx_print_ws_error_close =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("close payload of one byte") };

static const ngx_print_ws_error_t  ngx_print_ws_error_code =
    { NGX_PRINT_WS_CODE_PROTOCOL, ngx_string("close code is not allowed") };

static const ngx_print_ws_error_t  ngx_print_ws_error_reason =
    { NGX_PRINT_WS_CODE_INVALID, ngx_string("close reason is not UTF-8") };


typedef enum {
    sw_first = 0,
    sw_second,
    sw_length,
    sw_mask
} ngx_print_ws_frame_state_e;


ngx_int_t
ngx_print_ws_frame_header(ngx_print_ws_frame_t *f, u_char **pos, u_char *last,
    uint64_t max)
{
    u_char                       ch, *p;
    ngx_print_ws_frame_state_e   state;

    state = f->state;
    f->error = NULL;

    for (p = *pos; p < last; p++) {
        ch = *p;

        switch (state) {

        case sw_first:
            f->error = ngx_print_ws_frame_first(f, ch);
            state = sw_second;
            break;

        case sw_second:
            f->error = ngx_print_ws_frame_second(f, ch);
            state = (f->need == sizeof(f->mask)) ? sw_mask : sw_length;
            break;

        case sw_length:
            if (f->need == sizeof(uint64_t) && ch >= 0x80) {
                f->error = &ngx_print_ws_error_length;
            }

            f->length = f->length << 8 | ch;

            if (--f->need == 0) {
                f->need = sizeof(f->mask);
                state = sw_mask;
            }

            break;

        case sw_mask:
            f->mask[sizeof(f->mask) - f->need] = ch;
            f->need--;
            break;
        }

        /* check as soon as the length is known, for the message as a whole */

        if (f->error == NULL && state == sw_mask
            && f->opcode < NGX_PRINT_WS_CLOSE
            && (f->length > max || f->message > max - f->length))
        {
            f->error = &ngx_print_ws_error_too_big;
        }

        if (f->error) {
            *pos = p + 1;
            return NGX_ERROR;
        }

        if (state == sw_mask && f->need == 0) {
            *pos = p + 1;
            f->state = sw_first;
            return NGX_OK;
        }
    }

    *pos = p;
    f->state = state;

    return NGX_AGAIN;
}


static const ngx_print_ws_error_t *
ngx_print_ws_frame_first(ngx_print_ws_frame_t *f, u_char ch)
{
    ngx_uint_t  within;

    within = (f->type != 0 && !f->ended);

    f->fin = ((ch & NGX_PRINT_WS_FIN) != 0);
    f->opcode = ch & NGX_PRINT_WS_OPCODE;
    f->received = 0;

    if ((ch & NGX_PRINT_WS_RSV)
        && ((ch & NGX_PRINT_WS_RSV) != NGX_PRINT_WS_COMPRESSED || !f->deflate
            || (f->opcode != NGX_PRINT_WS_TEXT
                && f->opcode != NGX_PRINT_WS_BINARY)))
    {
        return &ngx_print_ws_error_rsv;
    }

    switch (f->opcode) {

    case NGX_PRINT_WS_CONTINUATION:
        return within ? NULL : &ngx_print_ws_error_continuation;

    case NGX_PRINT_WS_TEXT:
    case NGX_PRINT_WS_BINARY:

        if (within) {
            return &ngx_print_ws_error_message;
        }

        f->type = f->opcode;
        f->ended = 0;
        f->message = 0;
        f->utf8 = NGX_PRINT_WS_UTF8_ACCEPT;
        f->compressed = ((ch & NGX_PRINT_WS_COMPRESSED) != 0);

        return NULL;

    case NGX_PRINT_WS_CLOSE:
    case NGX_PRINT_WS_PING:
    case NGX_PRINT_WS_PONG:
        return f->fin ? NULL : &ngx_print_ws_error_fragment;

    default:
        return &ngx_print_ws_error_opcode;
    }
}


static const ngx_print_ws_error_t *
ngx_print_ws_frame_second(ngx_print_ws_frame_t *f, u_char ch)
{
    f->length = 0;

    switch (ch & NGX_PRINT_WS_LENGTH) {

    case NGX_PRINT_WS_LENGTH16:
        f->need = 2;
        break;

    case NGX_PRINT_WS_LENGTH64:
        f->need = 8;
        break;

    default:
        f->length = ch & NGX_PRINT_WS_LENGTH;
        f->need = sizeof(f->mask);
        break;
    }

    if (!(ch & NGX_PRINT_WS_MASK)) {
        return &ngx_print_ws_error_mask;
    }

    if (f->opcode >= NGX_PRINT_WS_CLOSE
        && (ch & NGX_PRINT_WS_LENGTH) > NGX_PRINT_WS_MAX_CONTROL)
    {
        return &ngx_print_ws_error_control;
    }

    return NULL;
}


ngx_int_t
ngx_print_ws_frame_payload(ngx_print_ws_frame_t *f, u_char *p, u_char *last,
    size_t *n)
{
    ngx_uint_t  complete;

    *n = ngx_min((uint64_t) (last - p), f->length - f->received);

    ngx_print_ws_frame_unmask(f, p, *n);

    f->received += *n;
    complete = (f->received == f->length);

    if (f->opcode >= NGX_PRINT_WS_CLOSE) {
        return complete ? NGX_OK : NGX_AGAIN;
    }

    if (f->type == NGX_PRINT_WS_TEXT && !f->compressed) {
        f->error = ngx_print_ws_frame_text(f, p, *n, complete && f->fin);

        if (f->error) {
            return NGX_ERROR;
        }
    }

    if (!complete) {
        return NGX_AGAIN;
    }

    f->message += f->length;
    f->ended = f->fin;

    return NGX_OK;
}


/*
 * Unmasks eight bytes at a time; the mask is rotated to the place in the
 * payload.
 */

static void
ngx_print_ws_frame_unmask(ngx_print_ws_frame_t *f, u_char *p, size_t len)
{
    size_t    i;
    u_char    mask[8];
    uint64_t  m, word;

    for (i = 0; i < 8; i++) {
        mask[i] = f->mask[(f->received + i) & 3];
    }

    ngx_memcpy(&m, mask, sizeof(uint64_t));

    for (i = 0; i + 8 <= len; i += 8) {
        ngx_memcpy(&word, p + i, sizeof(uint64_t));
        word ^= m;
        ngx_memcpy(p + i, &word, sizeof(uint64_t));
    }

    for ( /* void */ ; i < len; i++) {
        p[i] ^= mask[i & 7];
    }
}


static const ngx_print_ws_error_t *
ngx_print_ws_frame_text(ngx_print_ws_frame_t *f, u_char *p, size_t len,
    ngx_uint_t last)
{
    if (ngx_print_ws_utf8(&f->utf8, p, len) != NGX_OK
        || (last && f->utf8 != NGX_PRINT_WS_UTF8_ACCEPT))
    {
        return &ngx_print_ws_error_utf8;
    }

    return NULL;
}


u_char *
ngx_print_ws_frame_export(const ngx_print_ws_frame_t *f, u_char *p)
{
    p = ngx_print_bytes_put(p, f->length, 8);
    p = ngx_print_bytes_put(p, f->received, 8);
    p = ngx_print_bytes_put(p, f->message, 8);
    p = ngx_print_bytes_put(p, f->utf8, 4);

    *p++ = f->state;
    *p++ = f->need;
    *p++ = f->opcode;
    *p++ = f->type;

    p = ngx_cpymem(p, f->mask, sizeof(f->mask));

    *p++ = (f->fin ? NGX_PRINT_WS_STATE_FIN : 0)
           | (f->ended ? NGX_PRINT_WS_STATE_ENDED : 0)
           | (f->compressed ? NGX_PRINT_WS_STATE_COMPRESSED : 0);

    return p;
}


ngx_int_t
ngx_print_ws_frame_import(ngx_print_ws_frame_t *f, const u_char *p)
{
    f->length = ngx_print_bytes_get(&p, 8);
    f->received = ngx_print_bytes_get(&p, 8);
    f->message = ngx_print_bytes_get(&p, 8);
    f->utf8 = (uint32_t) ngx_print_bytes_get(&p, 4);

    f->state = *p++;
    f->need = *p++;
    f->opcode = *p++;
    f->type = *p++;

    ngx_memcpy(f->mask, p, sizeof(f->mask));
    p += sizeof(f->mask);

    f->fin = ((*p & NGX_PRINT_WS_STATE_FIN) != 0);
    f->ended = ((*p & NGX_PRINT_WS_STATE_ENDED) != 0);
    f->compressed = ((*p & NGX_PRINT_WS_STATE_COMPRESSED) != 0);

    return ngx_print_ws_frame_possible(f) ? NGX_OK : NGX_DECLINED;
}


/* Whether a reader may be in this state: with no other one may it go on. */

static ngx_uint_t
ngx_print_ws_frame_possible(const ngx_print_ws_frame_t *f)
{
    ngx_uint_t  most;

    most = 0;

    if (f->state == sw_length) {
        most = sizeof(uint64_t);
    }

    if (f->state == sw_mask) {
        most = sizeof(f->mask);
    }

    return f->state <= sw_mask
           && (most == 0 || (f->need > 0 && f->need <= most))
           && f->opcode <= NGX_PRINT_WS_OPCODE
           && f->type <= NGX_PRINT_WS_BINARY
           && f->length < (uint64_t) 1 << 63
           && f->message < (uint64_t) 1 << 63
           && (f->state != sw_first || f->received <= f->length)
           && ngx_print_ws_utf8_need(f->utf8) < 4;
}


ngx_int_t
ngx_print_ws_frame_close(u_char *p, size_t len, ngx_uint_t *code,
    const ngx_print_ws_error_t **error)
{
    uint32_t  utf8;

    *code = NGX_PRINT_WS_CODE_NONE;

    if (len == 0) {
        return NGX_OK;
    }

    if (len == 1) {
        *error = &ngx_print_ws_error_close;
        return NGX_ERROR;
    }

    *code = (ngx_uint_t) p[0] << 8 | p[1];

    if (!((*code >= 1000 && *code <= 1003)
          || (*code >= 1007 && *code <= 1014)
          || (*code >= 3000 && *code <= 4999)))
    {
        *error = &ngx_print_ws_error_code;
        return NGX_ERROR;
    }

    utf8 = NGX_PRINT_WS_UTF8_ACCEPT;

    if (ngx_print_ws_utf8(&utf8, p + 2, len - 2) != NGX_OK
        || utf8 != NGX_PRINT_WS_UTF8_ACCEPT)
    {
        *error = &ngx_print_ws_error_reason;
        return NGX_ERROR;
    }

    return NGX_OK;
}


u_char *
ngx_print_ws_frame_write(u_char *p, ngx_uint_t opcode, uint64_t len)
{
    ngx_uint_t  n;

    *p++ = (u_char) (NGX_PRINT_WS_FIN | opcode);

    if (len < NGX_PRINT_WS_LENGTH16) {
        *p++ = (u_char) len;
        return p;
    }

    if (len <= 0xffff) {
        *p++ = NGX_PRINT_WS_LENGTH16;
        n = 2;

    } else {
        *p++ = NGX_PRINT_WS_LENGTH64;
        n = 8;
    }

    while (n--) {
        *p++ = (u_char) (len >> (8 * n));
    }

    return p;
}


ngx_int_t
ngx_print_ws_utf8(uint32_t *state, u_char *p, size_t len)
{
    u_char    *last;
    uint32_t   s;
    uint64_t   word;

    s = *state;
    last = p + len;

    while (p < last) {

        if (s != NGX_PRINT_WS_UTF8_ACCEPT) {

            if (*p < ngx_print_ws_utf8_low(s)
                || *p > ngx_print_ws_utf8_high(s))
            {
                return NGX_ERROR;
            }

            p++;

            s = ngx_print_ws_utf8_need(s) == 1
                ? NGX_PRINT_WS_UTF8_ACCEPT
                : ngx_print_ws_utf8_state(ngx_print_ws_utf8_need(s) - 1,
                                          0x80, 0xbf);
            continue;
        }

        if (last - p >= 8) {
            ngx_memcpy(&word, p, sizeof(uint64_t));

            if ((word & NGX_PRINT_WS_ASCII) == 0) {
                p += 8;
                continue;
            }
        }

        if (*p >= 0x80) {
            s = ngx_print_ws_utf8_lead(*p);

            if (s == NGX_PRINT_WS_UTF8_ACCEPT) {
                return NGX_ERROR;
            }
        }

        p++;
    }

    *state = s;

    return NGX_OK;
}


/*
 * Returns the state after the first byte of a sequence, or ACCEPT if no
 * sequence begins with it.
 */

static uint32_t
ngx_print_ws_utf8_lead(u_char ch)
{
    if (ch < 0xc2 || ch > 0xf4) {
        return NGX_PRINT_WS_UTF8_ACCEPT;
    }

    if (ch < 0xe0) {
        return ngx_print_ws_utf8_state(1, 0x80, 0xbf);
    }

    /* no overlong forms, no surrogates, nothing above U+10FFFF */

    switch (ch) {

    case 0xe0:
        return ngx_print_ws_utf8_state(2, 0xa0, 0xbf);

    case 0xed:
        return ngx_print_ws_utf8_state(2, 0x80, 0x9f);

    case 0xf0:
        return ngx_print_ws_utf8_state(3, 0x90, 0xbf);

    case 0xf4:
        return ngx_print_ws_utf8_state(3, 0x80, 0x8f);

    default:
        return ngx_print_ws_utf8_state(ch < 0xf0 ? 2 : 3, 0x80, 0xbf);
    }
}
