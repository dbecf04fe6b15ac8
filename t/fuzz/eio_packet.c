
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Payloads of Engine.IO 4 are their parts between the separators; packets that
 * are written again are read as the same.  A packet alone is read likewise.
 */


#include "fuzz.h"
#include "ngx_print_eio_packet.h"


static ngx_int_t packet_slow(const u_char *p, size_t len, u_char *type);


void
fuzz_target(u_char *p, size_t len)
{
    u_char                  *pos, *next, *last, *text, *end, type;
    size_t                   n;
    ngx_int_t                rc;
    ngx_str_t                data;
    ngx_print_eio_packet_t   packet, again;

    rc = ngx_print_eio_packet_read(&packet, fuzz_copy(p, len), len, 1);
    fuzz_check(rc == NGX_OK && packet.binary && packet.data.len == len);
    fuzz_check(packet.type == NGX_PRINT_EIO_MESSAGE);

    /* packets are decoded in place: [p, p + len) keeps what they were */

    pos = fuzz_copy(p, len);
    last = pos + len;

    for ( ;; ) {

        for (n = 0; n < len && p[n] != NGX_PRINT_EIO_SEPARATOR; n++) {
            /* void */
        }

        next = pos;
        rc = ngx_print_eio_payload_next(&packet, &next, last);

        fuzz_check(rc == packet_slow(p, n, &type));
        fuzz_check(rc == NGX_ERROR || packet.type == type);
        fuzz_check(rc == NGX_ERROR || packet.data.len <= n);

        if (rc != NGX_OK) {
            return;
        }

        fuzz_check(next == pos + n + 1);

        data = packet.data;

        if (!packet.binary) {
            fuzz_check(fuzz_same(data.data, data.len, p + 1, n - 1));
            data.data--;
            data.len++;
        }

        n = ngx_print_eio_payload_add(NULL, &data, packet.binary, 1);
        text = fuzz_room(n);
        end = (u_char *) ngx_print_eio_payload_add(text, &data, packet.binary,
                                                   1);
        fuzz_check(end == text + n);

        if (packet.binary) {
            fuzz_check(ngx_print_eio_packet_read(&again, text, n, 0)
                       == NGX_OK);
            fuzz_check(again.binary);
            fuzz_check(fuzz_same(again.data.data, again.data.len, data.data,
                                 data.len));
        }

        n = next - pos;
        pos = next;

        if (n > len) {
            fuzz_check(ngx_print_eio_payload_next(&packet, &pos, last)
                       == NGX_DONE);
            return;
        }

        p += n;
        len -= n;
    }
}


static ngx_int_t
packet_slow(const u_char *p, size_t len, u_char *type)
{
    size_t  i;

    if (len == 0) {
        return NGX_ERROR;
    }

    *type = '4';

    if (*p == 'b') {
        for (i = 1; i < len && p[i] != '='; i++) {
            if (!isalnum(p[i]) && p[i] != '+' && p[i] != '/') {
                return NGX_ERROR;
            }
        }

        return (i - 1) % 4 == 1 ? NGX_ERROR : NGX_OK;
    }

    *type = *p;

    return (*p >= '0' && *p <= '6') ? NGX_OK : NGX_ERROR;
}
