
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_eio_packet.h"


#define S  "\x1e"


/* a payload as its packets are shown: "4x", "b<bytes>", "!" is an error */
typedef struct {
    const char  *payload;
    const char  *packets;         /* with "|" between them */
} case_t;


static void packets(void);
static void payloads(void);
static void show(char *dst, const char *payload, size_t len);
static void writing(void);


static const case_t  cases[] = {
    { "4hello", "4hello" },
    { "0", "0" },
    { "4a" S "4b", "4a|4b" },
    { "2" S "3probe" S "6", "2|3probe|6" },
    { "4" S "1", "4|1" },
    { "bAQID", "b\x01\x02\x03" },
    { "4x" S "bQQ==" S "4y", "4x|bA|4y" },
    { "bQUI=", "bAB" },
    { "bQUI", "bAB" },
    { "b", "b" },
    { "4\xe4\xb8\xad", "4\xe4\xb8\xad" },

    { "", "!" },
    { S, "!" },
    { "4a" S, "4a|!" },
    { S "4a", "!" },
    { "4a" S S "4b", "4a|!" },
    { "7", "!" },
    { "/", "!" },
    { "a", "!" },
    { "4a" S "xyz", "4a|!" },
    { "bA", "!" },
    { "bA*==", "!" },
    { NULL, NULL }
};


int
main(void)
{
    packets();
    payloads();
    writing();

    return unit_end();
}


static void
packets(void)
{
    u_char                  *p, ch[3];
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_print_eio_packet_t   packet;

    unit_about("an empty packet");
    unit_check(ngx_print_eio_packet_read(&packet, unit_guard("", 0), 0, 0)
               == NGX_ERROR);

    for (i = 0; i < 256; i++) {
        unit_about("type %lu", (u_long) i);

        ch[0] = (u_char) i;
        ch[1] = 'x';
        ch[2] = 'y';

        p = unit_guard(ch, 3);
        rc = ngx_print_eio_packet_read(&packet, p, 3, 0);

        unit_check(rc == ((i >= '0' && i <= '6') || i == 'b' ? NGX_OK
                                                            : NGX_ERROR));

        if (rc == NGX_OK && i != 'b') {
            unit_check(packet.type == i && !packet.binary);
            unit_check(packet.data.data == p + 1 && packet.data.len == 2);

            rc = ngx_print_eio_packet_read(&packet, unit_guard(ch, 1), 1, 0);
            unit_check(rc == NGX_OK && packet.data.len == 0);
        }

        /* binary is a message, whatever it begins with */

        rc = ngx_print_eio_packet_read(&packet, p, 3, 1);

        unit_check(rc == NGX_OK && packet.binary
                   && packet.type == NGX_PRINT_EIO_MESSAGE);
        unit_check(packet.data.data == p && packet.data.len == 3);
    }

    unit_about("base64");
    unit_check(ngx_print_eio_packet_read(&packet, unit_guard("bAQI=", 5), 5, 0)
               == NGX_OK);
    unit_check(packet.binary && packet.data.len == 2
               && memcmp(packet.data.data, "\1\2", 2) == 0);
}


static void
payloads(void)
{
    char           shown[256], prefix[256];
    size_t         len, i;
    const case_t  *c;

    for (c = cases; c->payload; c++) {
        unit_about("payload \"%s\"", c->payload);

        len = strlen(c->payload);

        show(shown, c->payload, len);
        unit_check(strcmp(shown, c->packets) == 0);

        /*
         * any prefix is read to its own end, and what came before is as it was
         * up to the packet that is cut
         */

        for (i = 0; i < len; i++) {
            show(prefix, c->payload, i);

            if (c->payload[i] == S[0] && strchr(shown, '!') == NULL) {
                unit_check(strncmp(prefix, shown, strlen(prefix)) == 0);
            }
        }
    }
}


static void
show(char *dst, const char *payload, size_t len)
{
    u_char                  *p, *last;
    ngx_int_t                rc;
    ngx_uint_t               n;
    ngx_print_eio_packet_t   packet;

    p = unit_guard(payload, len);
    last = p + len;

    for (n = 0; /* void */ ; n++) {
        rc = ngx_print_eio_payload_next(&packet, &p, last);

        if (rc == NGX_DONE) {
            unit_check(p == last + 1);
            break;
        }

        if (n) {
            *dst++ = '|';
        }

        if (rc != NGX_OK) {
            *dst++ = '!';
            break;
        }

        unit_check(!packet.binary || packet.type == NGX_PRINT_EIO_MESSAGE);

        *dst++ = packet.binary ? 'b' : (char) packet.type;
        memcpy(dst, packet.data.data, packet.data.len);
        dst += packet.data.len;
    }

    *dst = '\0';
}


/* what is written is read again, at its length */

static void
writing(void)
{
    u_char                  *p, *last, text[64], wire[2048];
    size_t                   i, n;
    ngx_str_t                data;
    ngx_print_eio_packet_t   packet;

    p = wire;

    for (i = 0; i < 64; i++) {
        ngx_memset(text, (int) (i + 1), sizeof(text));
        text[0] = NGX_PRINT_EIO_MESSAGE;

        data.data = text;
        data.len = i % 20 + 1;

        n = ngx_print_eio_payload_add(NULL, &data, i & 1, i == 0);

        last = (u_char *) ngx_print_eio_payload_add(p, &data, i & 1, i == 0);

        unit_about("packet %lu", (u_long) i);
        unit_check((size_t) (last - p) == n);

        p = last;
    }

    last = p;
    p = wire;

    for (i = 0; i < 64; i++) {
        unit_about("packet %lu, read again", (u_long) i);

        unit_check(ngx_print_eio_payload_next(&packet, &p, last) == NGX_OK);
        unit_check(packet.binary == (i & 1));

        n = i % 20 + (packet.binary ? 1 : 0);

        unit_check(packet.data.len == n);
        unit_check(n < 2 || packet.data.data[n - 1] == i + 1);
    }

    unit_check(ngx_print_eio_payload_next(&packet, &p, last) == NGX_DONE);
}
