
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Frames of WebSocket: read whole, byte by byte and in two parts they are the
 * same messages with the same end, which is what a reader finds that looks at
 * all bytes at once.
 *
 * Input: a byte of flags, a byte that says where to split, the bytes.
 */


#include "fuzz.h"
#include "ngx_print_ws_frame.h"


#define FRAME_MAX  300          /* bytes of a message */


/* what a reader has made of its input: frames, their payload, the end */
typedef struct {
    u_char      *bytes;
    size_t       len;
    size_t       whole;         /* of bytes, those of frames that have ended */
    ngx_uint_t   code;          /* of the violation, 0: none */
} frames_t;


static void frames_begin(frames_t *seen, size_t len);
static void frames_end(frames_t *seen, u_char b0, ngx_uint_t type);
static void frames_feed(frames_t *seen, const u_char *wire, size_t len,
    size_t first, size_t step, ngx_uint_t deflate);
static size_t frames_part(ngx_print_ws_frame_t *f, ngx_uint_t *payload,
    frames_t *seen, u_char *p, size_t len);
static void frames_slow(frames_t *seen, const u_char *wire, size_t len,
    ngx_uint_t deflate);
static ngx_uint_t frames_slow_head(const u_char *p, const u_char *last,
    ngx_uint_t type, uint64_t before, ngx_uint_t deflate, size_t *head,
    uint64_t *length);
static ngx_uint_t frames_slow_text(const u_char *p, size_t len,
    ngx_uint_t ended);


void
fuzz_target(u_char *p, size_t len)
{
    size_t      split;
    frames_t    whole, parts, slow;
    ngx_uint_t  deflate;

    deflate = fuzz_byte(&p, &len) & 1;
    split = fuzz_byte(&p, &len);

    frames_feed(&whole, p, len, len, len, deflate);

    frames_feed(&parts, p, len, split, len, deflate);
    fuzz_check(parts.code == whole.code);
    fuzz_check(fuzz_same(parts.bytes, parts.whole, whole.bytes, whole.whole));

    frames_feed(&parts, p, len, 1, 1, deflate);
    fuzz_check(parts.code == whole.code);
    fuzz_check(fuzz_same(parts.bytes, parts.whole, whole.bytes, whole.whole));

    frames_slow(&slow, p, len, deflate);
    fuzz_check(slow.code == whole.code);
    fuzz_check(fuzz_same(slow.bytes, slow.whole, whole.bytes, whole.whole));
}


static void
frames_begin(frames_t *seen, size_t len)
{
    memset(seen, 0, sizeof(frames_t));

    /* a frame has two bytes at least, and two are written at its end */

    seen->bytes = fuzz_room(2 * len + 2);
}


static void
frames_end(frames_t *seen, u_char b0, ngx_uint_t type)
{
    seen->bytes[seen->len++] = b0;

    /* control frames, which may come within a message, have no type */

    seen->bytes[seen->len++] = (b0 & 0x08) ? 0 : (u_char) type;
    seen->whole = seen->len;
}


static void
frames_feed(frames_t *seen, const u_char *wire, size_t len, size_t first,
    size_t step, ngx_uint_t deflate)
{
    size_t                i, n;
    u_char               *p;
    ngx_uint_t            payload;
    ngx_print_ws_frame_t  f;

    memset(&f, 0, sizeof(ngx_print_ws_frame_t));
    f.deflate = deflate;
    payload = 0;

    frames_begin(seen, len);

    for (i = 0, n = first; i < len && seen->code == 0; i += n, n = step) {
        n = ngx_min(ngx_max(n, 1), len - i);
        p = fuzz_copy(wire + i, n);

        fuzz_check(frames_part(&f, &payload, seen, p, n) <= n);
    }
}


static size_t
frames_part(ngx_print_ws_frame_t *f, ngx_uint_t *payload, frames_t *seen,
    u_char *p, size_t len)
{
    size_t      n;
    u_char     *pos, *last;
    ngx_int_t   rc;

    pos = p;
    last = p + len;

    for ( ;; ) {

        if (!*payload) {
            rc = ngx_print_ws_frame_header(f, &pos, last, FRAME_MAX);

            if (rc == NGX_ERROR) {
                seen->code = f->error->code;
                return pos - p;
            }

            if (rc == NGX_AGAIN) {
                fuzz_check(pos == last);
                return len;
            }

            *payload = 1;
        }

        n = 0;
        rc = ngx_print_ws_frame_payload(f, pos, last, &n);

        if (rc == NGX_ERROR) {
            seen->code = f->error->code;
            return pos - p;
        }

        fuzz_check(n <= (size_t) (last - pos));

        memcpy(seen->bytes + seen->len, pos, n);
        seen->len += n;
        pos += n;

        if (rc == NGX_AGAIN) {
            fuzz_check(pos == last);
            return len;
        }

        frames_end(seen, (u_char) (f->opcode | f->fin << 7
                                   | f->compressed << 6), f->type);
        *payload = 0;

        if (pos == last) {
            return len;
        }
    }
}


static void
frames_slow(frames_t *seen, const u_char *wire, size_t len, ngx_uint_t deflate)
{
    u_char        *text;
    size_t         head, i, begin, n;
    uint64_t       length, before;
    ngx_uint_t     type, compressed, b0;
    const u_char  *p, *last;

    frames_begin(seen, len);

    text = fuzz_room(len);
    begin = 0;
    before = 0;
    type = 0;
    compressed = 0;

    for (p = wire, last = wire + len; p < last; p += head + length) {

        seen->code = frames_slow_head(p, last, type, before, deflate, &head,
                                      &length);

        if (seen->code || head == 0) {
            return;
        }

        b0 = p[0];

        n = ngx_min(length, (uint64_t) (last - p - head));

        for (i = 0; i < n; i++) {
            seen->bytes[seen->len + i] = p[head + i] ^ p[head - 4 + i % 4];
        }

        if ((b0 & 0x0f) == 1 || (b0 & 0x0f) == 2) {
            type = b0 & 0x0f;
            compressed = b0 & 0x40;
            before = 0;
            begin = 0;
        }

        if ((b0 & 0x08) == 0 && type == 1 && !compressed) {
            memcpy(text + begin, seen->bytes + seen->len, n);
            begin += n;

            if (!frames_slow_text(text, begin, (b0 & 0x80) && n == length)) {
                seen->code = 1007;
                return;
            }
        }

        seen->len += n;

        if (n < length) {
            return;
        }

        frames_end(seen, (u_char) ((b0 & 0x8f) | compressed), type);

        if ((b0 & 0x08) == 0) {
            before += length;

            if (b0 & 0x80) {
                type = 0;
                compressed = 0;
            }
        }
    }
}


/* Returns the code of a violation, or 0; *head is 0 if bytes are missing. */

static ngx_uint_t
frames_slow_head(const u_char *p, const u_char *last, ngx_uint_t type,
    uint64_t before, ngx_uint_t deflate, size_t *head, uint64_t *length)
{
    size_t      i, n;
    ngx_uint_t  opcode, control;

    *head = 0;

    opcode = p[0] & 0x0f;
    control = opcode & 0x08;

    if ((p[0] & 0x30)
        || ((p[0] & 0x40) && (!deflate || control || opcode == 0))
        || (opcode > 2 && opcode < 8) || opcode > 10
        || (control && !(p[0] & 0x80))
        || (opcode == 0 && type == 0)
        || (opcode != 0 && !control && type != 0))
    {
        return 1002;
    }

    if (last - p < 2) {
        return 0;
    }

    if (!(p[1] & 0x80) || (control && (p[1] & 0x7f) > 125)) {
        return 1002;
    }

    n = ((p[1] & 0x7f) == 126) ? 2 : ((p[1] & 0x7f) == 127) ? 8 : 0;
    *length = n ? 0 : p[1] & 0x7f;

    if (n == 8 && last - p > 2 && (p[2] & 0x80)) {
        return 1002;
    }

    if ((size_t) (last - p) < 2 + n) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        *length = *length << 8 | p[2 + i];
    }

    if (!control && *length + (opcode ? 0 : before) > FRAME_MAX) {
        return 1009;
    }

    if ((size_t) (last - p) >= 2 + n + 4) {
        *head = 2 + n + 4;
    }

    return 0;
}


static ngx_uint_t
frames_slow_text(const u_char *p, size_t len, ngx_uint_t ended)
{
    size_t         n;
    uint32_t       c;
    ngx_uint_t     more;
    const u_char  *last;

    for (last = p + len; p < last; p += n) {
        n = fuzz_utf8(p, last, &c, &more);

        if (n == 0) {
            return more && !ended;
        }
    }

    return 1;
}
