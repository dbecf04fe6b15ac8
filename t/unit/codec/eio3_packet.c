
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_eio3_packet.h"


/*
 * Payloads as engine.io writes them, and what they are: "4x", for a binary
 * message "b" and its bytes, "!" is an error.
 */
typedef struct {
    const char  *payload;
    const char  *packets;         /* with "|" between them */
} case_t;


static void texts(void);
static void binaries(void);
static void run(const case_t *c, const char *payload, size_t len,
    ngx_uint_t binary);
static void show(char *dst, u_char *p, size_t len, ngx_uint_t binary);
static void packets(void);
static void nothings(void);
static void writing(void);
static void round_trips(void);


#define CHINESE  "\xe4\xb8\xad"
#define EMOJI    "\xf0\x9f\x98\x80"


static const case_t  text_cases[] = {
    { "6:4hello", "4hello" },
    { "1:2", "2" },
    { "01:2", "2" },
    { "2:4a2:4b", "4a|4b" },
    { "3:4" EMOJI, "4" EMOJI },
    { "2:4" CHINESE "1:6", "4" CHINESE "|6" },
    { "13:42[\"u\",\"" CHINESE EMOJI "\"]", "42[\"u\",\"" CHINESE EMOJI "\"]" },
    { "6:b4AQI=", "b\x01\x02" },
    { "6:b4AQI=2:4x", "b\x01\x02|4x" },
    { "2:b4", "b" },
    { "0:2:4x", "4x" },
    { "0:", "" },
    { "2:4x0:", "4x" },

    { "6", "!" },
    { ":4", "!" },
    { "x:4", "!" },
    { "-1:4", "!" },
    { "1e0:4", "!" },
    { " 1:4", "!" },
    { "2:4", "!" },
    { "2:4" EMOJI, "!" },
    { "99999999999999999999999:4", "!" },
    { "2147483647:4", "!" },
    { "2:4x2", "4x|!" },
    { "2:4x3:4y", "4x|!" },
    { "1:7", "!" },
    { "1:b", "!" },
    { "3:b1A", "!" },
    { "3:b4*", "!" },
    { "2:xy", "!" },
    { NULL, NULL }
};


int
main(void)
{
    texts();
    binaries();
    packets();
    nothings();
    writing();
    round_trips();

    return unit_end();
}


/* whole, and each prefix, which must not be read beyond its end */

static void
texts(void)
{
    char           shown[512];
    size_t         i, len;
    const case_t  *c;

    for (c = text_cases; c->payload; c++) {
        len = strlen(c->payload);
        run(c, c->payload, len, 0);

        for (i = 1; i < len; i++) {
            show(shown, unit_guard(c->payload, i), i, 0);
            show(shown, unit_guard(c->payload, i), i, 1);
        }
    }
}


static void
binaries(void)
{
    static const u_char  payload[] = {
        0x00, 0x02, 0xff, '4', 'a',
        0x01, 0x03, 0xff, 0x04, 0x07, 0x08,
        0x00, 0x01, 0x00, 0xff, '4', '1', '2', '3', '4', '5', '6', '7', '8',
        '9',
        0x01, 0x01, 0xff, 0x04
    };

    char        shown[512];
    u_char     *p;
    size_t      i, j;
    case_t      all = { NULL, "4a|b\x07\x08|4123456789|b" };

    run(&all, (const char *) payload, sizeof(payload), 1);

    for (i = 1; i < sizeof(payload); i++) {
        show(shown, unit_guard(payload, i), i, 1);
        show(shown, unit_guard(payload, i), i, 0);

        unit_about("prefix %lu", (u_long) i);
        unit_check(i == 5 || i == 11 || i == 25
                   || shown[strlen(shown) - 1] == '!');
    }

    /* each byte as any other: nothing is read that is not there */

    for (i = 0; i < sizeof(payload); i++) {
        for (j = 0; j < 256; j++) {
            p = unit_guard(payload, sizeof(payload));
            p[i] = (u_char) j;
            show(shown, p, sizeof(payload), 1);
        }
    }
}


static void
run(const case_t *c, const char *payload, size_t len, ngx_uint_t binary)
{
    char  shown[512];

    unit_about("payload \"%.*s\"", binary ? 0 : (int) len, payload);
    show(shown, unit_guard(payload, len), len, binary);

    unit_check(strcmp(shown, c->packets) == 0);
}


static void
show(char *dst, u_char *p, size_t len, ngx_uint_t binary)
{
    char                    *start;
    u_char                  *last;
    ngx_int_t                rc;
    ngx_print_eio_packet_t   packet;

    start = dst;
    last = p + len;

    do {
        rc = ngx_print_eio3_payload_next(&packet, &p, last, binary);

        if (rc == NGX_DONE) {
            break;
        }

        if (dst != start) {
            *dst++ = '|';
        }

        if (rc == NGX_ERROR) {
            *dst++ = '!';
            break;
        }

        *dst++ = packet.binary ? 'b' : (char) packet.type;
        memcpy(dst, packet.data.data, packet.data.len);
        dst += packet.data.len;

    } while (rc == NGX_OK);

    *dst = '\0';
}


static void
packets(void)
{
    ngx_print_eio_packet_t  packet;

    unit_about("binary packets");
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("\4ab", 3), 3, 1)
               == NGX_OK);
    unit_check(packet.binary && packet.type == '4' && packet.data.len == 2);
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("\3ab", 3), 3, 1)
               == NGX_ERROR);
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("", 0), 0, 1)
               == NGX_ERROR);

    unit_about("text packets");
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("2probe", 6), 6,
                                          0)
               == NGX_OK);
    unit_check(!packet.binary && packet.type == '2' && packet.data.len == 5);
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("b4AQI=", 6), 6,
                                          0)
               == NGX_OK);
    unit_check(packet.binary && packet.data.len == 2);
    unit_check(ngx_print_eio3_packet_read(&packet, unit_guard("", 0), 0, 0)
               == NGX_ERROR);
}


/* as many as a payload can have */

static void
nothings(void)
{
    u_char                  *p;
    size_t                   i;
    ngx_print_eio_packet_t   packet;

    static u_char            payload[1000000];

    for (i = 0; i < sizeof(payload); i += 2) {
        payload[i] = '0';
        payload[i + 1] = ':';
    }

    unit_about("nothings");

    p = payload;
    unit_check(ngx_print_eio3_payload_next(&packet, &p,
                                           payload + sizeof(payload), 0)
               == NGX_DONE);
}


static void
writing(void)
{
    u_char     buf[64], *p;
    ngx_str_t  text = unit_str("4" CHINESE EMOJI), bytes = unit_str("\1\2\3");

    unit_about("written");

    p = (u_char *) ngx_print_eio3_payload_add(buf, &text, 0, 0);
    unit_check(p - buf == 10 && memcmp(buf, "4:4" CHINESE EMOJI, 10) == 0);
    unit_check(ngx_print_eio3_payload_add(NULL, &text, 0, 0) == 10);

    p = (u_char *) ngx_print_eio3_payload_add(buf, &bytes, 1, 0);
    unit_check(p - buf == 8 && memcmp(buf, "6:b4AQID", 8) == 0);
    unit_check(ngx_print_eio3_payload_add(NULL, &bytes, 1, 0) == 8);

    p = (u_char *) ngx_print_eio3_payload_add(buf, &text, 0, 1);
    unit_check(p - buf == 11
               && memcmp(buf, "\0\x8\xff" "4" CHINESE EMOJI, 11) == 0);
    unit_check(ngx_print_eio3_payload_add(NULL, &text, 0, 1) == 11);

    p = (u_char *) ngx_print_eio3_payload_add(buf, &bytes, 1, 1);
    unit_check(p - buf == 7 && memcmp(buf, "\1\4\xff\4\1\2\3", 7) == 0);
    unit_check(ngx_print_eio3_payload_add(NULL, &bytes, 1, 1) == 7);
}


static void
round_trips(void)
{
    u_char                  *p, *q;
    size_t                   i, len;
    ngx_str_t                data;
    ngx_uint_t               message, binary;
    ngx_print_eio_packet_t   packet;

    static u_char            src[3000], buf[2][6000];

    for (len = 1; len < sizeof(src); len += 1 + len / 7) {
        for (message = 0; message < 2; message++) {
            for (binary = 0; binary < 2; binary++) {

                unit_about("length %lu", (u_long) len);

                for (i = 0; i < len; i++) {
                    src[i] = message ? (u_char) (i * 37) : '4';
                }

                data.data = src;
                data.len = len;

                p = (u_char *) ngx_print_eio3_payload_add(buf[0], &data,
                                                          message, binary);
                unit_check((size_t) (p - buf[0])
                           == ngx_print_eio3_payload_add(NULL, &data, message,
                                                         binary));

                len = data.len;
                q = unit_guard(buf[0], p - buf[0]);
                p = q + (p - buf[0]);

                unit_check(ngx_print_eio3_payload_next(&packet, &q, p, binary)
                           == NGX_OK);
                unit_check(q == p && packet.binary == message);
                unit_check(packet.data.len == len - (message ? 0 : 1)
                           && memcmp(packet.data.data, src + !message,
                                     packet.data.len) == 0);
                unit_check(ngx_print_eio3_payload_next(&packet, &q, p, binary)
                           == NGX_DONE);
            }
        }
    }
}
