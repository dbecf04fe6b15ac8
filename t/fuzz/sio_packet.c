
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Packets of Socket.IO: what is written again is read as the same; which
 * placeholders there are is compared with what a walk through the parsed JSON
 * finds.
 */


#include "fuzz.h"
#include "ngx_print_json.h"
#include "ngx_print_sio_packet.h"


#define PACKET_ELTS   32
#define PACKET_LEVEL  16


static void packet_again(ngx_print_sio_packet_t *packet);
static void packet_placeholders(ngx_str_t *json, ngx_uint_t n);
static ngx_int_t packet_walk(ngx_str_t *json, ngx_uint_t n, ngx_uint_t level);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_int_t                rc;
    const char              *err;
    ngx_print_sio_packet_t   packet;

    err = NULL;
    rc = ngx_print_sio_packet_read(&packet, p, len, &err);

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_BUSY || rc == NGX_ERROR);
        fuzz_check(err != NULL);
        return;
    }

    fuzz_check(packet.type >= '0' && packet.type <= '6');
    fuzz_check(packet.nsp.len && packet.nsp.data[0] == '/');
    fuzz_check((packet.attachments != 0) == (packet.type >= '5'));
    fuzz_check(packet.attachments <= NGX_PRINT_SIO_MAX_ATTACHMENTS);
    fuzz_check(!packet.has_id || packet.id <= NGX_PRINT_SIO_MAX_ID);
    fuzz_check(packet.json.data + packet.json.len == p + len);

    packet_again(&packet);
    packet_placeholders(&packet.json, packet.attachments);
    packet_placeholders(&packet.json, 10);
}


static void
packet_again(ngx_print_sio_packet_t *packet)
{
    u_char                  *p;
    size_t                   n;
    const char              *err;
    ngx_print_sio_packet_t   again;

    /* a digit or a "/" in front of it would become a part of the head */

    if (packet->json.len
        && (isdigit(packet->json.data[0]) || packet->json.data[0] == '/'
            || packet->json.data[0] == '-'))
    {
        return;
    }

    n = ngx_print_sio_packet_head(NULL, packet);
    p = fuzz_room(n + packet->json.len);

    fuzz_check((u_char *) ngx_print_sio_packet_head(p, packet) == p + n);

    memcpy(p + n, packet->json.data, packet->json.len);

    fuzz_check(*p == NGX_PRINT_SIO_MESSAGE);
    fuzz_check(ngx_print_sio_packet_read(&again, p + 1,
                                         n - 1 + packet->json.len, &err)
               == NGX_OK);

    fuzz_check(again.type == packet->type && again.has_id == packet->has_id);
    fuzz_check(!again.has_id || again.id == packet->id);
    fuzz_check(again.attachments == packet->attachments);
    fuzz_check(again.query.len == 0);
    fuzz_check(fuzz_same(again.nsp.data, again.nsp.len, packet->nsp.data,
                         packet->nsp.len));
    fuzz_check(fuzz_same(again.json.data, again.json.len, packet->json.data,
                         packet->json.len));
}


static void
packet_placeholders(ngx_str_t *json, ngx_uint_t n)
{
    ngx_int_t               rc;
    ngx_str_t               text;
    ngx_print_json_value_t  value;

    /* the caller has parsed it: it is an array */

    if (ngx_print_json_read(json, &value, NULL, 0, NULL) != NGX_OK
        || value.type != NGX_PRINT_JSON_ARRAY)
    {
        return;
    }

    text.data = fuzz_copy(json->data, json->len);
    text.len = json->len;

    rc = packet_walk(&text, n, 0);

    if (rc != NGX_DECLINED) {
        fuzz_check(ngx_print_sio_packet_placeholders(&text, n)
                   == (ngx_uint_t) rc);
    }
}


/* NGX_DECLINED: there are too many elements, or levels, to say */

static ngx_int_t
packet_walk(ngx_str_t *json, ngx_uint_t n, ngx_uint_t level)
{
    ngx_int_t                rc, all;
    ngx_uint_t               i, elts;
    ngx_print_json_value_t   value, elt[PACKET_ELTS], *member, *num;

    static ngx_str_t         name = ngx_string("_placeholder");
    static ngx_str_t         index = ngx_string("num");

    fuzz_check(ngx_print_json_read(json, &value, elt, PACKET_ELTS, &elts)
               == NGX_OK);

    if (elts > PACKET_ELTS || level == PACKET_LEVEL) {
        return NGX_DECLINED;
    }

    all = 1;

    if (value.type == NGX_PRINT_JSON_OBJECT) {
        member = ngx_print_json_member(elt, elts, &name);
        num = ngx_print_json_member(elt, elts, &index);

        if (member && member->raw.data[0] == 't') {
            all = 0;

            for (i = 0; num && i < n; i++) {
                all |= (num->raw.len == 1 && num->raw.data[0] == '0' + i);
            }
        }
    }

    for (i = 0; i < elts; i++) {
        if (elt[i].type >= NGX_PRINT_JSON_ARRAY) {
            rc = packet_walk(&elt[i].raw, n, level + 1);

            if (rc == NGX_DECLINED) {
                return rc;
            }

            all &= rc;
        }
    }

    return all;
}
