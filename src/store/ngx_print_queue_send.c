
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_queue_send.h"


/* A packet to enqueue: a text message, then binary ones. */
typedef struct {
    ngx_print_ref_t    ref;
    ngx_print_use_e    use;

    ngx_str_t         *parts;       /* of the text message */
    ngx_uint_t         n;
    ngx_uint_t         tag;
    ngx_str_t         *binary;      /* messages of one part each */
    ngx_uint_t         nbinary;

    uint32_t           nblocks;     /* of all messages */
    size_t             limit;
    unsigned           reserved:1;  /* the blocks */
} ngx_print_queue_packet_t;


static ngx_int_t ngx_print_queue_packet(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet);
static ngx_int_t ngx_print_queue_check_locked(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet, ngx_print_store_session_t **sp);
static ngx_print_use_e ngx_print_queue_use_locked(
    ngx_print_queue_packet_t *packet, ngx_print_store_session_t *s);


ngx_int_t
ngx_print_queue_send(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *parts, ngx_uint_t n, ngx_uint_t binary, size_t limit)
{
    ngx_print_queue_packet_t  packet;

    ngx_memzero(&packet, sizeof(ngx_print_queue_packet_t));

    packet.ref = ref;
    packet.parts = parts;
    packet.n = n;
    packet.tag = binary;
    packet.limit = limit;

    return ngx_print_queue_packet(st, &packet);
}


ngx_int_t
ngx_print_queue_send_attached(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_use_e use, ngx_str_t *parts, ngx_uint_t n, ngx_str_t *binary,
    ngx_uint_t nbinary, size_t limit)
{
    ngx_print_queue_packet_t  packet;

    ngx_memzero(&packet, sizeof(ngx_print_queue_packet_t));

    packet.ref = ref;
    packet.use = use;
    packet.parts = parts;
    packet.n = n;
    packet.binary = binary;
    packet.nbinary = nbinary;
    packet.limit = limit;

    return ngx_print_queue_packet(st, &packet);
}


/*
 * A small message is written under the lock, in one hold. The blocks of
 * anything else are first reserved, some in each hold, and written with the
 * lock free; meanwhile they are in our in-flight chain.
 */

static ngx_int_t
ngx_print_queue_packet(ngx_print_store_t *st, ngx_print_queue_packet_t *packet)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_uint_t                  wake;
    ngx_print_store_session_t  *s;

    packet->nblocks = ngx_print_queue_nblocks(packet->parts, packet->n,
                                              packet->binary,
                                              packet->nbinary);

    packet->reserved = (packet->nblocks > NGX_PRINT_STORE_SMALL
                        || packet->nbinary);

    block = packet->reserved ? ngx_print_queue_reserve(st,
                                                  NGX_PRINT_USE_MESSAGE,
                                                  packet->parts, packet->n,
                                                  packet->tag, packet->binary,
                                                  packet->nbinary)
                             : 0;
    wake = 0;

    if (ngx_print_store_lock(st) != NGX_OK) {
        st->unsettled = 1;
        return NGX_PRINT_STALLED;
    }

    rc = ngx_print_queue_check_locked(st, packet, &s);

    if (packet->reserved) {
        ngx_print_queue_unreserve_locked(st, block, 1 + packet->nbinary);

    } else if (rc == NGX_OK) {
        block = ngx_print_queue_small_locked(st,
                                        ngx_print_queue_use_locked(packet, s),
                                        packet->parts, packet->n, packet->tag);
    }

    if (rc == NGX_OK && block == 0) {
        rc = NGX_PRINT_FULL;
    }

    if (rc == NGX_OK) {
        ngx_print_queue_append_locked(st, &s->out, block);
        wake = ngx_print_queue_list_locked(st, s);

    } else {
        ngx_print_queue_drop_locked(st, block);
    }

    ngx_print_store_unlock(st);

    ngx_print_store_wake_slot(st, wake);

    return rc;
}


static ngx_int_t
ngx_print_queue_check_locked(ngx_print_store_t *st,
    ngx_print_queue_packet_t *packet, ngx_print_store_session_t **sp)
{
    size_t                      size;
    ngx_print_store_session_t  *s;

    *sp = NULL;

    s = ngx_print_session_locked(st, packet->ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        return NGX_DECLINED;
    }

    size = ((size_t) s->out.blocks + packet->nblocks) * NGX_PRINT_STORE_BLOCK;

    if (s->out.head && size > ngx_print_queue_limit(st, packet->limit)) {
        return NGX_BUSY;
    }

    *sp = s;

    return NGX_OK;
}


static ngx_print_use_e
ngx_print_queue_use_locked(ngx_print_queue_packet_t *packet,
    ngx_print_store_session_t *s)
{
    if (packet->nblocks > 1) {
        return NGX_PRINT_USE_MESSAGE;
    }

    if (packet->use == NGX_PRINT_USE_CONNECT
        && s->out.count < (uint32_t) __builtin_popcount(s->connected))
    {
        return NGX_PRINT_USE_CONNECT;
    }

    return s->out.head ? NGX_PRINT_USE_MESSAGE : NGX_PRINT_USE_REPLY;
}
