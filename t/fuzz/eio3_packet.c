
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Payloads of Engine.IO 3: a text whose lengths count units of UTF-16, or
 * bytes.  Compared with a text that is converted to UTF-16 and cut; packets
 * that are written again are read as the same.
 *
 * Input: a byte of flags, the payload.
 */


#include "fuzz.h"
#include "ngx_print_eio3_packet.h"


static void packet_write(ngx_print_eio_packet_t *packet, ngx_uint_t form);
static size_t packet_cut(const u_char *p, size_t len, size_t units);


void
fuzz_target(u_char *p, size_t len)
{
    u_char                  *pos, *last, *start, *colon, *copy;
    size_t                   n;
    ngx_int_t                rc;
    ngx_uint_t               binary, utf8;
    ngx_print_eio_packet_t   packet;

    binary = fuzz_byte(&p, &len) & 1;

    (void) ngx_print_eio3_packet_read(&packet, fuzz_copy(p, len), len, binary);

    utf8 = fuzz_is_utf8(p, len);
    copy = fuzz_copy(p, len);
    pos = copy;
    last = copy + len;

    for ( ;; ) {
        start = pos;
        rc = ngx_print_eio3_payload_next(&packet, &pos, last, binary);

        fuzz_check(pos >= start && pos <= last);

        if (rc == NGX_DONE) {
            fuzz_check(pos == last);
            return;
        }

        if (rc != NGX_OK) {
            return;
        }

        fuzz_check(packet.data.data >= start);
        fuzz_check(packet.data.data + packet.data.len <= pos);

        if (!binary && utf8) {

            /* of "0:" there may be any number */

            do {
                colon = memchr(start, ':', pos - start);
                fuzz_check(colon != NULL);

                n = strtoul((char *) p + (start - copy), NULL, 10);
                start = colon + 1;
            } while (n == 0);

            fuzz_check(packet_cut(p + (start - copy), last - start, n)
                       == (size_t) (pos - start));
        }

        packet_write(&packet, 0);
        packet_write(&packet, 1);
    }
}


static void
packet_write(ngx_print_eio_packet_t *packet, ngx_uint_t form)
{
    u_char                  *p, *pos;
    size_t                   n;
    ngx_str_t                data;
    ngx_print_eio_packet_t   again;

    data = packet->data;

    if (!packet->binary) {
        data.data--;
        data.len++;

        /* other texts do not come out of the hub */

        if (!fuzz_is_utf8(data.data, data.len)) {
            return;
        }
    }

    n = ngx_print_eio3_payload_add(NULL, &data, packet->binary, form);
    p = fuzz_room(n);

    fuzz_check((u_char *) ngx_print_eio3_payload_add(p, &data, packet->binary,
                                                     form)
               == p + n);

    pos = p;

    fuzz_check(ngx_print_eio3_payload_next(&again, &pos, p + n, form)
               == NGX_OK);
    fuzz_check(pos == p + n);
    fuzz_check(again.binary == packet->binary && again.type == packet->type);
    fuzz_check(fuzz_same(again.data.data, again.data.len, packet->data.data,
                         packet->data.len));
}


/* Returns the bytes of the first units of UTF-16, or more than len. */

static size_t
packet_cut(const u_char *p, size_t len, size_t units)
{
    size_t      n, i, seen;
    uint32_t    c;
    ngx_uint_t  more;

    for (i = 0, seen = 0; i < len && seen < units; i += n) {
        n = fuzz_utf8(p + i, p + len, &c, &more);

        if (n == 0) {
            break;
        }

        seen += (c >= 0x10000) ? 2 : 1;
    }

    return seen == units ? i : len + 1;
}
