
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_ws_deflate.h"


#define PD  "permessage-deflate"


/* an offer, and the answer to it, NULL if there is none */
typedef struct {
    const char  *offer;
    const char  *answer;
} case_t;


static void offers(const case_t *cases, ngx_uint_t bits, ngx_uint_t fresh);
static void prefixes(void);
static void round_trips(ngx_uint_t bits, ngx_uint_t fresh);
static void round_trip(ngx_print_ws_deflate_t *d, u_char *src, size_t len,
    size_t in, size_t out);
static void move(ngx_print_ws_deflate_t *d);
static void fill(u_char *p, size_t len, ngx_uint_t kind);
static void known(void);
static void splits(ngx_print_ws_deflate_t *d, const char *bytes, size_t len,
    const char *text);
static void split(ngx_print_ws_deflate_t *d, u_char *bytes, size_t len,
    const char *text, size_t n);
static void kept(ngx_uint_t bits, ngx_uint_t fresh);
static void kept_at(ngx_uint_t bits, ngx_uint_t fresh, size_t n);
static void broken(void);


static u_char  unit_src[100000], unit_packed[200000], unit_dst[100001];


static const case_t  all[] = {
    { PD, PD },
    { "permessage-DEFLATE", PD },
    { " " PD " ", PD },
    { PD "; client_max_window_bits", PD },
    { PD ";client_max_window_bits=15", PD },
    { PD "; client_max_window_bits=\"12\"", PD "; client_max_window_bits=12" },
    { PD "; client_max_window_bits = 8", PD "; client_max_window_bits=8" },
    { PD "; server_max_window_bits=9", PD "; server_max_window_bits=9" },
    { PD "; server_max_window_bits=15", PD },
    { PD "; server_no_context_takeover", PD "; server_no_context_takeover" },
    { PD "; client_no_context_takeover", PD "; client_no_context_takeover" },
    { PD "; server_no_context_takeover; client_no_context_takeover"
      "; server_max_window_bits=10; client_max_window_bits=11",
      PD "; server_no_context_takeover; client_no_context_takeover"
      "; server_max_window_bits=10; client_max_window_bits=11" },
    { "x-webkit-deflate-frame, " PD, PD },
    { "foo; a=1; b=\"2\" , " PD, PD },
    { PD "; server_max_window_bits=8, " PD, PD },
    { PD "; unknown, " PD "; client_no_context_takeover",
      PD "; client_no_context_takeover" },

    { "", NULL },
    { " ", NULL },
    { ",", NULL },
    { ";", NULL },
    { "foo", NULL },
    { PD "x", NULL },
    { PD " x", NULL },
    { PD ";", NULL },
    { PD "; ", NULL },
    { PD "; =1", NULL },
    { PD "; unknown", NULL },
    { PD "; server_max_window_bits", NULL },
    { PD "; server_max_window_bits=", NULL },
    { PD "; server_max_window_bits=8", NULL },
    { PD "; server_max_window_bits=7", NULL },
    { PD "; server_max_window_bits=16", NULL },
    { PD "; server_max_window_bits=09", NULL },
    { PD "; server_max_window_bits=1x", NULL },
    { PD "; server_max_window_bits=99999999999999999999", NULL },
    { PD "; server_max_window_bits=10; server_max_window_bits=10", NULL },
    { PD "; client_max_window_bits=", NULL },
    { PD "; client_max_window_bits=16", NULL },
    { PD "; client_max_window_bits=\"12", NULL },
    { PD "; client_max_window_bits=\"\"", NULL },
    { PD "; client_max_window_bits; client_max_window_bits", NULL },
    { PD "; client_no_context_takeover=1", NULL },
    { PD "; server_no_context_takeover; server_no_context_takeover", NULL },
    { "foo bar, " PD, NULL },
    { ", " PD, NULL },
    { NULL, NULL }
};


/* a client is asked to keep no context only if it has offered that */

static const case_t  limited[] = {
    { PD, NULL },
    { PD "; client_max_window_bits",
      PD "; server_no_context_takeover"
      "; server_max_window_bits=10; client_max_window_bits=10" },
    { PD "; client_max_window_bits=9; server_max_window_bits=12"
      "; client_no_context_takeover",
      PD "; server_no_context_takeover; client_no_context_takeover"
      "; server_max_window_bits=10; client_max_window_bits=9" },
    { NULL, NULL }
};


int
main(void)
{
    ngx_uint_t  bits;

    offers(all, 15, 0);
    offers(limited, 10, 1);
    prefixes();

    for (bits = 9; bits <= 15; bits++) {
        round_trips(bits, 0);
        round_trips(bits, 1);
        kept(bits, 0);
        kept(bits, 1);
    }

    known();
    broken();

    return unit_end();
}


static void
offers(const case_t *cases, ngx_uint_t bits, ngx_uint_t fresh)
{
    u_char                          buf[NGX_PRINT_WS_DEFLATE_ANSWER_LEN], *p;
    ngx_str_t                       offer;
    ngx_print_ws_deflate_params_t   limits, params;

    limits.server_bits = bits;
    limits.client_bits = bits;
    limits.server_fresh = fresh;
    limits.client_fresh = fresh;

    for ( /* void */ ; cases->offer; cases++) {
        unit_about("offer \"%s\"", cases->offer);

        offer.len = strlen(cases->offer);
        offer.data = unit_guard(cases->offer, offer.len);

        if (ngx_print_ws_deflate_accept(&offer, &limits, &params) != NGX_OK) {
            unit_check(cases->answer == NULL);
            continue;
        }

        p = ngx_print_ws_deflate_answer(buf, &params);

        unit_check(cases->answer
                   && strlen(cases->answer) == (size_t) (p - buf)
                   && memcmp(cases->answer, buf, p - buf) == 0);
    }
}


/* whatever it is, nothing behind it is read */

static void
prefixes(void)
{
    size_t                          i, j, len;
    ngx_str_t                       offer;
    const case_t                   *c;
    ngx_print_ws_deflate_params_t   limits, params;

    ngx_memzero(&limits, sizeof(limits));
    limits.server_bits = 15;
    limits.client_bits = 15;

    for (c = all; c->offer; c++) {
        len = strlen(c->offer);

        for (i = 0; i < len; i++) {
            offer.len = i;
            offer.data = unit_guard(c->offer, i);
            (void) ngx_print_ws_deflate_accept(&offer, &limits, &params);

            for (j = 1; j < 256; j++) {
                offer.len = len;
                offer.data = unit_guard(c->offer, len);
                offer.data[i] = (u_char) j;
                (void) ngx_print_ws_deflate_accept(&offer, &limits, &params);
            }
        }
    }
}


static void
round_trips(ngx_uint_t bits, ngx_uint_t fresh)
{
    size_t                  i, len;
    ngx_uint_t              kind;
    ngx_print_ws_deflate_t  d;

    static const size_t     steps[][2] = {
        { 1000000, 1000000 }, { 1, 1000000 }, { 1000000, 1 }, { 7, 13 },
        { 4096, 100 }
    };

    ngx_memzero(&d, sizeof(ngx_print_ws_deflate_t));

    d.params.server_bits = bits;
    d.params.client_bits = bits;
    d.params.server_fresh = fresh;
    d.params.client_fresh = fresh;

    for (kind = 0; kind < 3; kind++) {
        for (len = 0; len < sizeof(unit_src); len = len * 5 + 1) {
            for (i = 0; i < 5; i++) {
                unit_about("bits %lu fresh %lu kind %lu len %lu step %lu",
                           (u_long) bits, (u_long) fresh, (u_long) kind,
                           (u_long) len, (u_long) i);

                fill(unit_src, len, kind);
                round_trip(&d, unit_src, len, steps[i][0], steps[i][1]);

                unit_check(!fresh || d.out == NULL);

                if (i & 1) {
                    move(&d);
                }
            }
        }
    }

    ngx_print_ws_deflate_free(&d);
}


/* deflated, and inflated again in pieces of in and out bytes */

static void
round_trip(ngx_print_ws_deflate_t *d, u_char *src, size_t len, size_t in,
    size_t out)
{
    u_char     *last, *p, *part, *to, *end;
    ngx_int_t   rc;

    unit_check(ngx_print_ws_deflate_bound(len) <= sizeof(unit_packed));

    last = ngx_print_ws_deflate(d, unit_packed, src, len);
    unit_check(last != NULL);

    if (last == NULL) {
        return;
    }

    p = unit_packed;
    to = unit_dst;

    do {
        part = p + ngx_min(in, (size_t) (last - p));

        do {
            end = to + ngx_min(out, (size_t) (unit_dst + sizeof(unit_dst)
                                              - to));
            rc = ngx_print_ws_inflate(d, &p, part, part == last, &to, end);
        } while (rc == NGX_AGAIN && to < unit_dst + sizeof(unit_dst));

        unit_check(rc == NGX_OK && p == part);

    } while (rc == NGX_OK && p < last);

    unit_check((size_t) (to - unit_dst) == len
               && memcmp(unit_dst, src, len) == 0);
}


/* from here on, it is that of another process */

static void
move(ngx_print_ws_deflate_t *d)
{
    size_t                   len;
    ngx_uint_t               out;
    ngx_print_ws_deflate_t   next;

    static u_char            window[NGX_PRINT_WS_DEFLATE_WINDOW];

    ngx_memzero(&next, sizeof(ngx_print_ws_deflate_t));
    next.params = d->params;

    for (out = 0; out < 2; out++) {
        len = ngx_print_ws_deflate_window(d, out, window);
        unit_check(len <= sizeof(window));

        if (len) {
            unit_check(ngx_print_ws_deflate_restore(&next, out, window, len)
                       == NGX_OK);
        }
    }

    ngx_memset(window, 0xaa, sizeof(window));

    ngx_print_ws_deflate_free(d);
    *d = next;
}


/* alike, random, and words */

static void
fill(u_char *p, size_t len, ngx_uint_t kind)
{
    size_t           i;

    static uint32_t  seed = 1;

    for (i = 0; i < len; i++) {
        seed = seed * 1103515245 + 12345;

        p[i] = kind == 0 ? 'a'
               : kind == 1 ? (u_char) (seed >> 16)
               : (u_char) ("print hub "[(seed >> 16) % 10]);
    }
}


/*
 * RFC 7692, section 7.2.3.  The ones of five bytes refer to the message before:
 * the last one to a message whose blocks end with one that is marked as such.
 */

static void
known(void)
{
    u_char                  *to;
    size_t                   i;
    ngx_print_ws_deflate_t   d;

    static const struct {
        const char  *bytes;
        size_t       len;
        const char  *text;
    } cases[] = {
        { "\xf2\x48\xcd\xc9\xc9\x07\x00", 7, "Hello" },
        { "\xf2\x00\x11\x00\x00", 5, "Hello" },
        { "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11, "Hello" },
        { "\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8, "Hello" },
        { "\xf2\x00\x11\x00\x00", 5, "Hello" },
        { "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13, "Hello" },
        { "\x00", 1, "" },
        { NULL, 0, NULL }
    };

    ngx_memzero(&d, sizeof(ngx_print_ws_deflate_t));
    d.params.server_bits = 15;
    d.params.client_bits = 15;

    for (d.params.client_fresh = 0; ; d.params.client_fresh = 1) {

        for (i = 0; cases[i].bytes; i++) {
            unit_about("example %lu fresh %u", (u_long) i,
                       d.params.client_fresh);
            splits(&d, cases[i].bytes, cases[i].len, cases[i].text);
        }

        if (d.params.client_fresh) {
            break;
        }
    }

    unit_about("an empty message");
    to = ngx_print_ws_deflate(&d, unit_packed, NULL, 0);
    unit_check(to == unit_packed + 1 && unit_packed[0] == 0);

    ngx_print_ws_deflate_free(&d);
}


/* a message of len bytes inflates to this text, however it is split */

static void
splits(ngx_print_ws_deflate_t *d, const char *bytes, size_t len,
    const char *text)
{
    size_t  i;

    for (i = 0; i <= len; i++) {
        split(d, (u_char *) bytes, len, text, i);
    }
}


/* the same for one split, behind n bytes */

static void
split(ngx_print_ws_deflate_t *d, u_char *bytes, size_t len, const char *text,
    size_t n)
{
    u_char  *p, *to;

    to = unit_dst;

    p = unit_guard(bytes, n);
    unit_check(ngx_print_ws_inflate(d, &p, p + n, 0, &to, unit_dst + 200)
               == NGX_OK);

    p = unit_guard(bytes + n, len - n);
    unit_check(ngx_print_ws_inflate(d, &p, p + len - n, 1, &to, unit_dst + 200)
               == NGX_OK);

    unit_check((size_t) (to - unit_dst) == strlen(text)
               && memcmp(unit_dst, text, to - unit_dst) == 0);
}


/*
 * The messages of a compressor that is never reset are understood, and those of
 * one that is reset, whatever was agreed on; each at every split.
 */

static void
kept(ngx_uint_t bits, ngx_uint_t fresh)
{
    size_t  n;

    for (n = 0; n < 50; n++) {
        kept_at(bits, fresh, n);
    }
}


static void
kept_at(ngx_uint_t bits, ngx_uint_t fresh, size_t n)
{
    char                     text[100];
    size_t                   len;
    ngx_uint_t               i;
    ngx_print_ws_deflate_t   client, hub;

    ngx_memzero(&client, sizeof(ngx_print_ws_deflate_t));
    ngx_memzero(&hub, sizeof(ngx_print_ws_deflate_t));

    client.params.server_bits = bits;
    hub.params.client_bits = bits;
    hub.params.client_fresh = fresh;

    for (i = 0; i < 10; i++) {
        unit_about("kept, bits %lu fresh %lu message %lu split %lu",
                   (u_long) bits, (u_long) fresh, (u_long) i, (u_long) n);

        (void) sprintf(text, "42[\"register\",\"station %lu\"]", (u_long) i);

        /* it resets its compressor now and then */

        client.params.server_fresh = (i % 5 == 4);

        len = ngx_print_ws_deflate(&client, unit_packed, (u_char *) text,
                                   strlen(text))
              - unit_packed;

        split(&hub, unit_packed, len, text, ngx_min(n, len));

        if (i % 3 == 1) {
            move(&hub);
        }
    }

    ngx_print_ws_deflate_free(&client);
    ngx_print_ws_deflate_free(&hub);
}


/* what is corrupt is an error or other bytes, and never too many of them */

static void
broken(void)
{
    u_char                  *p, *last, *to, *end;
    size_t                   i, len;
    ngx_int_t                rc;
    ngx_uint_t               bit;
    ngx_print_ws_deflate_t   d;

    fill(unit_src, 500, 2);

    for (i = 0; i < 300; i++) {
        for (bit = 0; bit < 8; bit++) {

            ngx_memzero(&d, sizeof(ngx_print_ws_deflate_t));
            d.params.server_bits = 15;
            d.params.client_bits = 15;

            last = ngx_print_ws_deflate(&d, unit_packed, unit_src, 500);
            len = last - unit_packed;

            p = unit_guard(unit_packed, len);
            last = p + len;
            p[i % len] ^= 1 << bit;

            to = unit_dst;
            end = to + 600;

            rc = ngx_print_ws_inflate(&d, &p, last, 1, &to, end);

            unit_about("bit %lu of byte %lu", (u_long) bit, (u_long) i);
            unit_check(to <= end
                       && (rc == NGX_OK || rc == NGX_ERROR
                           || rc == NGX_AGAIN));

            ngx_print_ws_deflate_free(&d);
        }
    }
}


/* of nginx */

static ngx_cycle_t     deflate_cycle;
volatile ngx_cycle_t  *ngx_cycle = &deflate_cycle;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return malloc(size);
}


void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    return calloc(1, size);
}
