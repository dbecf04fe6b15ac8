
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Frames: each case read whole, byte by byte, in any two parts, by a reader
 * that goes on where another one was, and cut off after each byte; always at
 * the end of a page.
 */


#include "unit.h"
#include "ngx_print_ws_frame.h"


#define MAX  1000


/* what a reader has made of its input */
typedef struct {
    ngx_uint_t   code;            /* of the violation, 0: none */
    ngx_uint_t   frames;
    ngx_uint_t   messages;
    ngx_uint_t   type;            /* of the last message */
    uint64_t     sum;             /* of all payload bytes, in their order */
} seen_t;


typedef struct {
    const char  *name;
    const char  *hex;             /* the mask is 00000000 where it is easier */
    ngx_uint_t   code;
    ngx_uint_t   frames;
    ngx_uint_t   messages;
} case_t;


static void frames(void);
static void feed(u_char *p, size_t len, size_t first, size_t step,
    seen_t *seen);
static void move(ngx_print_ws_frame_t *f);
static ngx_uint_t input(ngx_print_ws_frame_t *f, u_char *p, u_char *last,
    ngx_uint_t *payload, seen_t *seen);
static void impossible(void);
static void masks(void);
static void control_between(void);
static void limits(void);
static void utf8(void);
static ngx_uint_t utf8_reference(const u_char *p, size_t len);
static void closes(void);
static void headers(void);
static size_t unhex(u_char *p, const char *hex);


static const case_t  cases[] = {

    /* RFC 6455, section 5.7, and its neighborhood */
    { "text", "818537fa213d7f9f4d5158", 0, 1, 1 },
    { "empty text", "818000000000", 0, 1, 1 },
    { "binary", "82830000000000ff80", 0, 1, 1 },
    { "two texts", "81810000000041" "81810000000042", 0, 2, 2 },
    { "fragments", "01820000000048c3" "80810000000080", 0, 2, 1 },
    { "fragments and a ping between", "018100000000c3" "898100000000ff"
      "80810000000080", 0, 3, 1 },
    { "empty fragments", "018000000000" "008000000000" "808000000000",
      0, 3, 1 },
    { "ping", "898000000000", 0, 1, 0 },
    { "pong", "8a8100000000ff", 0, 1, 0 },
    { "close", "888200000000" "03e8", 0, 1, 0 },
    { "16 bits for a short length", "81fe000100000000" "41", 0, 1, 1 },
    { "64 bits for a short length", "81ff000000000000000100000000" "41",
      0, 1, 1 },

    /* violations, each in its place */
    { "RSV1", "c1", 1002, 0, 0 },
    { "RSV2", "a1", 1002, 0, 0 },
    { "RSV3", "91", 1002, 0, 0 },
    { "opcode 3", "83", 1002, 0, 0 },
    { "opcode 7", "87", 1002, 0, 0 },
    { "opcode 11", "8b", 1002, 0, 0 },
    { "opcode 15", "8f", 1002, 0, 0 },
    { "not masked", "8100", 1002, 0, 0 },
    { "continuation of nothing", "80", 1002, 0, 0 },
    { "continuation after the end", "81810000000041" "80", 1002, 1, 1 },
    { "text inside a message", "01810000000041" "01", 1002, 1, 0 },
    { "binary inside a message", "01810000000041" "82", 1002, 1, 0 },
    { "fragmented ping", "09", 1002, 0, 0 },
    { "fragmented close", "08", 1002, 0, 0 },
    { "ping of 126 bytes", "89fe", 1002, 0, 0 },
    { "close with 64 bits of length", "88ff", 1002, 0, 0 },
    { "the highest bit of a length", "81ff80", 1002, 0, 0 },
    { "one byte over the limit", "82fe03e9", 1009, 0, 0 },
    { "over the limit by two frames", "02fe03e700000000", 0, 0, 0 },
    { "a length of four gigabytes", "82ff0000000100000000", 1009, 0, 0 },

    /* UTF-8 */
    { "byte that starts nothing", "818100000000ff", 1007, 0, 0 },
    { "overlong", "818200000000c080", 1007, 0, 0 },
    { "surrogate", "818300000000eda080", 1007, 0, 0 },
    { "cut at the end", "818100000000c3", 1007, 0, 0 },
    { "cut at the end of fragments", "018100000000e2" "80810000000082",
      1007, 1, 0 },
    { "bad in a later fragment", "018100000000e2" "80810000000041",
      1007, 1, 0 },
    { "anything in binary", "82820000000000c0", 0, 1, 1 },
    { "the next text starts anew", "818200000000c3a4" "818200000000c3a4",
      0, 2, 2 },

    { NULL, NULL, 0, 0, 0 }
};


int
main(void)
{
    frames();
    impossible();
    masks();
    control_between();
    limits();
    utf8();
    closes();
    headers();

    return unit_end();
}


static void
frames(void)
{
    u_char         wire[512];
    size_t         len, i;
    seen_t         whole, seen;
    const case_t  *c;

    for (c = cases; c->name; c++) {
        len = unhex(wire, c->hex);

        unit_about("%s, whole", c->name);

        feed(wire, len, len, len, &whole);

        unit_check(whole.code == c->code);
        unit_check(whole.frames == c->frames);
        unit_check(whole.messages == c->messages);

        unit_about("%s, byte by byte", c->name);

        feed(wire, len, 1, 1, &seen);
        unit_check(ngx_memcmp(&seen, &whole, sizeof(seen_t)) == 0);

        for (i = 1; i < len; i++) {
            unit_about("%s, in two parts at %lu", c->name, (u_long) i);

            feed(wire, len, i, len, &seen);
            unit_check(ngx_memcmp(&seen, &whole, sizeof(seen_t)) == 0);

            unit_about("%s, cut after %lu", c->name, (u_long) i);

            feed(wire, i, i, i, &seen);

            /* a violation may be told earlier than by the last byte */

            unit_check(seen.code == 0 || seen.code == c->code);
            unit_check(seen.messages <= c->messages);
        }
    }
}


/* parts: the first one of that size, then of step bytes each */

static void
feed(u_char *p, size_t len, size_t first, size_t step, seen_t *seen)
{
    u_char                *part;
    size_t                 n;
    ngx_uint_t             payload;
    ngx_print_ws_frame_t   f;

    ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));
    ngx_memzero(seen, sizeof(seen_t));

    payload = 0;

    for (n = first; len; n = step) {
        n = ngx_min(n, len);
        part = unit_guard(p, n);

        if (input(&f, part, part + n, &payload, seen)) {
            /* how much was read before depends on the parts */
            seen->sum = 0;
            return;
        }

        p += n;
        len -= n;

        move(&f);
    }
}


/* from here on, it is the reader of another process */

static void
move(ngx_print_ws_frame_t *f)
{
    u_char                 state[NGX_PRINT_WS_FRAME_STATE], *p;
    u_char                 again[NGX_PRINT_WS_FRAME_STATE];
    ngx_print_ws_frame_t   next;

    p = ngx_print_ws_frame_export(f, state);
    unit_check(p == state + NGX_PRINT_WS_FRAME_STATE);

    ngx_memset(&next, 0, sizeof(ngx_print_ws_frame_t));
    next.deflate = f->deflate;

    unit_check(ngx_print_ws_frame_import(&next, state) == NGX_OK);

    ngx_memset(f, 0xaa, sizeof(ngx_print_ws_frame_t));
    *f = next;

    (void) ngx_print_ws_frame_export(f, again);
    unit_check(ngx_memcmp(state, again, sizeof(state)) == 0);
}


/* what would lead a reader astray is no state of one */

static void
impossible(void)
{
    u_char                 state[NGX_PRINT_WS_FRAME_STATE], *p;
    ngx_uint_t             i, n;
    ngx_print_ws_frame_t   f;

    unit_about("impossible states");

    for (i = 0; i < 8; i++) {
        ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));
        f.state = (i == 0) ? 4 : (i == 7) ? 0 : 3;
        f.need = (i == 1) ? 5 : (i == 2) ? 0 : 4;
        f.opcode = (i == 3) ? 16 : 1;
        f.type = (i == 4) ? 3 : 1;
        f.length = (i == 5) ? (uint64_t) 1 << 63 : 0;
        f.utf8 = (i == 6) ? 4 : 0;
        f.received = (i == 7) ? 1 : 0;

        (void) ngx_print_ws_frame_export(&f, state);

        ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));
        unit_check(ngx_print_ws_frame_import(&f, state) == NGX_DECLINED);
    }

    /* any bytes: it is refused, or goes on within its bounds */

    for (i = 0; i < 20000; i++) {
        for (n = 0; n < sizeof(state); n++) {
            state[n] = (i & 1 && n < 28) ? 0 : (u_char) rand();
        }

        state[28] &= 3;
        state[29] &= 7;
        state[30] &= 15;
        state[31] &= 3;

        ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));

        if (ngx_print_ws_frame_import(&f, state) == NGX_OK) {
            p = unit_guard(state, 20);
            (void) ngx_print_ws_frame_header(&f, &p, p + 20, MAX);
        }
    }
}


static ngx_uint_t
input(ngx_print_ws_frame_t *f, u_char *p, u_char *last, ngx_uint_t *payload,
    seen_t *seen)
{
    size_t      i, n;
    ngx_int_t   rc;

    while (p < last || *payload) {

        if (!*payload) {
            rc = ngx_print_ws_frame_header(f, &p, last, MAX);

            if (rc == NGX_AGAIN) {
                unit_check(p == last);
                return 0;
            }

            if (rc == NGX_ERROR) {
                seen->code = f->error->code;
                return 1;
            }

            *payload = 1;
        }

        rc = ngx_print_ws_frame_payload(f, p, last, &n);

        if (rc == NGX_ERROR) {
            seen->code = f->error->code;
            return 1;
        }

        for (i = 0; i < n; i++) {
            seen->sum = seen->sum * 31 + p[i] + 1;
        }

        p += n;

        if (rc == NGX_AGAIN) {
            unit_check(p == last);
            return 0;
        }

        *payload = 0;
        seen->frames++;

        if (f->opcode < NGX_PRINT_WS_CLOSE && f->fin) {
            seen->messages++;
            seen->type = f->type;
        }
    }

    return 0;
}


/* every length up to 40, cut anywhere, so that each turn of the mask is seen */

static void
masks(void)
{
    u_char                *p, wire[64], plain[64];
    size_t                 len, cut, n, i;
    ngx_print_ws_frame_t   f;

    static const u_char    mask[4] = { 0x37, 0xfa, 0x21, 0x3d };

    for (len = 0; len <= 40; len++) {

        for (cut = 0; cut <= len; cut++) {
            unit_about("mask, %lu of %lu bytes", (u_long) cut, (u_long) len);

            wire[0] = 0x82;
            wire[1] = (u_char) (0x80 | len);
            ngx_memcpy(&wire[2], mask, 4);

            for (i = 0; i < len; i++) {
                plain[i] = (u_char) (i * 7 + len);
                wire[6 + i] = plain[i] ^ mask[i & 3];
            }

            ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));
            p = wire;

            unit_check(ngx_print_ws_frame_header(&f, &p, wire + 6, MAX)
                       == NGX_OK);
            unit_check(f.length == len);

            unit_check(ngx_print_ws_frame_payload(&f, p, p + cut, &n)
                       == (cut == len ? NGX_OK : NGX_AGAIN));
            unit_check(n == cut);

            if (cut < len) {
                /* bytes behind the frame are not touched */

                wire[6 + len] = 0x5a;

                unit_check(ngx_print_ws_frame_payload(&f, p + cut,
                                                      p + len + 1, &n)
                           == NGX_OK);
                unit_check(n == len - cut);
                unit_check(wire[6 + len] == 0x5a);
            }

            unit_check(ngx_memcmp(&wire[6], plain, len) == 0);
        }
    }
}


static void
control_between(void)
{
    size_t                 n, len;
    u_char                *p, wire[64];
    ngx_print_ws_frame_t   f;

    unit_about("a ping between fragments");

    ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));

    len = unhex(wire, "018100000000e2" "898100000000ff" "80820000000082ac");
    p = wire;

    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX) == NGX_OK);
    unit_check(ngx_print_ws_frame_payload(&f, p, p + 1, &n) == NGX_OK);
    unit_check(f.type == NGX_PRINT_WS_TEXT && !f.fin);
    p += n;

    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX) == NGX_OK);
    unit_check(f.opcode == NGX_PRINT_WS_PING && f.fin);
    unit_check(ngx_print_ws_frame_payload(&f, p, p + 1, &n) == NGX_OK);
    p += n;

    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX) == NGX_OK);
    unit_check(f.opcode == NGX_PRINT_WS_CONTINUATION);
    unit_check(f.type == NGX_PRINT_WS_TEXT);
    unit_check(ngx_print_ws_frame_payload(&f, p, p + 2, &n) == NGX_OK);
    unit_check(f.fin && f.type == NGX_PRINT_WS_TEXT);
}


/* the limit is one of the message, not of its frames; it may be any number */

static void
limits(void)
{
    size_t                 len;
    u_char                *p, wire[64];
    ngx_print_ws_frame_t   f;

    static const u_char    bytes[600] = { 0 };

    unit_about("limits");

    ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));

    len = unhex(wire, "02fe025800000000");
    p = wire;
    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX) == NGX_OK);
    unit_check(ngx_print_ws_frame_payload(&f, unit_guard(bytes, 600),
                                          unit_guard(bytes, 0), &len)
               == NGX_OK);

    len = unhex(wire, "80fe0191");
    p = wire;
    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX)
               == NGX_ERROR);
    unit_check(f.error->code == NGX_PRINT_WS_CODE_TOO_BIG);

    ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));

    len = unhex(wire, "82fe03e800000000");
    p = wire;
    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len, MAX) == NGX_OK);

    ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));

    len = unhex(wire, "82ff7fffffffffffffff00000000");
    p = wire;
    unit_check(ngx_print_ws_frame_header(&f, &p, wire + len,
                                         0x7fffffffffffffffull)
               == NGX_OK);
}


/* all sequences of up to three bytes, and those of four at their bounds */

static void
utf8(void)
{
    u_char      p[16];
    size_t      len, cut;
    uint32_t    state, i;
    ngx_int_t   rc;
    ngx_uint_t  valid;

    static const u_char  bounds[] = { 0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
        0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
        0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };

    for (i = 0; i < 0x1000000; i += (i < 0x10000 ? 1 : 61)) {
        p[0] = (u_char) i;
        p[1] = (u_char) (i >> 8);
        p[2] = (u_char) (i >> 16);

        state = NGX_PRINT_WS_UTF8_ACCEPT;
        rc = ngx_print_ws_utf8(&state, p, 3);
        valid = (rc == NGX_OK && state == NGX_PRINT_WS_UTF8_ACCEPT);

        if (valid != utf8_reference(p, 3)) {
            unit_about("UTF-8 %02x %02x %02x", p[0], p[1], p[2]);
            unit_check(0);
        }
    }

    unit_check(i >= 0x1000000);

    len = sizeof(bounds);

    for (i = 0; i < len * len * len * len; i++) {

        /* with eight letters in front, and behind */

        ngx_memset(p, 'x', 16);

        p[8] = bounds[i % len];
        p[9] = bounds[i / len % len];
        p[10] = bounds[i / len / len % len];
        p[11] = bounds[i / len / len / len];

        cut = 5 + i % 10;

        state = NGX_PRINT_WS_UTF8_ACCEPT;
        rc = ngx_print_ws_utf8(&state, p, cut);

        if (rc == NGX_OK) {
            rc = ngx_print_ws_utf8(&state, p + cut, 16 - cut);
        }

        valid = (rc == NGX_OK && state == NGX_PRINT_WS_UTF8_ACCEPT);

        if (valid != utf8_reference(p, 16)) {
            unit_about("UTF-8 %02x %02x %02x %02x", p[8], p[9], p[10], p[11]);
            unit_check(0);
        }
    }

    unit_check(i == len * len * len * len);
}


/* by the code points, as the standard's definition has it */

static ngx_uint_t
utf8_reference(const u_char *p, size_t len)
{
    size_t    i, n, k;
    uint32_t  cp;

    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    for (i = 0; i < len; i += n) {

        n = p[i] < 0x80 ? 1 : p[i] < 0xc0 ? 0 : p[i] < 0xe0 ? 2
            : p[i] < 0xf0 ? 3 : p[i] < 0xf8 ? 4 : 0;

        if (n == 0 || i + n > len) {
            return 0;
        }

        cp = (n == 1) ? p[i] : p[i] & (0xff >> (n + 1));

        for (k = 1; k < n; k++) {

            if ((p[i + k] & 0xc0) != 0x80) {
                return 0;
            }

            cp = cp << 6 | (p[i + k] & 0x3f);
        }

        if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) {
            return 0;
        }
    }

    return 1;
}


static void
closes(void)
{
    u_char                      *p, wire[8];
    ngx_int_t                    rc;
    ngx_uint_t                   code, sent, valid;
    const ngx_print_ws_error_t  *error;

    unit_about("close without a code");
    unit_check(ngx_print_ws_frame_close(unit_guard("", 0), 0, &code, &error)
               == NGX_OK);
    unit_check(code == NGX_PRINT_WS_CODE_NONE);

    unit_about("close of one byte");
    unit_check(ngx_print_ws_frame_close(unit_guard("\x03", 1), 1, &code,
                                        &error)
               == NGX_ERROR);
    unit_check(error->code == 1002);

    for (sent = 0; sent < 65536; sent++) {
        wire[0] = (u_char) (sent >> 8);
        wire[1] = (u_char) sent;

        valid = (sent >= 1000 && sent < 5000
                 && !(sent >= 1004 && sent <= 1006)
                 && !(sent >= 1015 && sent < 3000));

        p = unit_guard(wire, 2);
        rc = ngx_print_ws_frame_close(p, 2, &code, &error);

        if (rc != (valid ? NGX_OK : NGX_ERROR)
            || (rc == NGX_OK ? code != sent : error->code != 1002))
        {
            unit_about("close %lu", (u_long) sent);
            unit_check(0);
        }
    }

    unit_about("the reason of a close");
    unit_check(ngx_print_ws_frame_close(unit_guard("\x03\xe8" "bye", 5), 5,
                                        &code, &error)
               == NGX_OK);
    unit_check(ngx_print_ws_frame_close(unit_guard("\x03\xe8\xc3", 3), 3,
                                        &code, &error)
               == NGX_ERROR);
    unit_check(error->code == 1007);
}


/* a reader that expects a mask reads the headers that are written */

static void
headers(void)
{
    u_char                *p, wire[32];
    size_t                 i, n;
    ngx_print_ws_frame_t   f;

    static const uint64_t  lengths[] = { 0, 1, 125, 126, 127, 65535, 65536,
        1000000, 0x123456789abcdefull };

    static const size_t    sizes[] = { 2, 2, 2, 4, 4, 4, 10, 10, 10 };

    for (i = 0; i < sizeof(sizes) / sizeof(size_t); i++) {
        unit_about("header of %lu bytes", (u_long) lengths[i]);

        n = ngx_print_ws_frame_write(wire, NGX_PRINT_WS_BINARY, lengths[i])
            - wire;

        unit_check(n == sizes[i]);
        unit_check(wire[0] == 0x82);

        wire[1] |= 0x80;
        ngx_memzero(&wire[n], 4);

        ngx_memzero(&f, sizeof(ngx_print_ws_frame_t));
        p = wire;

        unit_check(ngx_print_ws_frame_header(&f, &p, wire + n + 4,
                                             0x7fffffffffffffffull)
                   == NGX_OK);
        unit_check(f.length == lengths[i] && f.fin);
        unit_check(p == wire + n + 4);
    }
}


static size_t
unhex(u_char *p, const char *hex)
{
    size_t        len;
    unsigned int  byte;

    for (len = 0; hex[2 * len]; len++) {

        if (sscanf(hex + 2 * len, "%2x", &byte) != 1) {
            break;
        }

        p[len] = (u_char) byte;
    }

    return len;
}
