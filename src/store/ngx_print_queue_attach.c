
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_lock.h"
#include "ngx_print_message.h"
#include "ngx_print_queue_attach.h"


ngx_int_t
ngx_print_queue_attach_add(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_str_t *data, ngx_uint_t binary, ngx_uint_t awaited, size_t limit)
{
    uint32_t                    block;
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    block = ngx_print_queue_reserve(st, NGX_PRINT_USE_MESSAGE, data, 1, binary,
                                    NULL, 0);

    if (block == 0) {
        return ngx_print_store_refused(st) ? NGX_PRINT_STALLED
                                           : NGX_PRINT_FULL;
    }

    if (ngx_print_store_lock(st) != NGX_OK) {
        st->unsettled = 1;
        return NGX_PRINT_STALLED;
    }

    ngx_print_queue_unreserve_locked(st, block, 1);

    s = ngx_print_session_locked(st, ref);

    if (s == NULL || !ngx_print_session_live_locked(s)) {
        rc = NGX_DECLINED;

    } else if (s->in.bytes + data->len > limit) {
        rc = NGX_BUSY;

    } else {
        /*
         * parts is set to the number of all messages of the packet, so that
         * the store that links this part changes how many are here and how
         * many are awaited.
         */

        ngx_print_store_publish(s->parts,
                                (u_char) (s->in.count + 1 + awaited));
        ngx_print_queue_append_locked(st, &s->in, block);
        rc = NGX_OK;
    }

    if (rc != NGX_OK) {
        ngx_print_queue_free_locked(st, block);
    }

    ngx_print_store_unlock(st);

    return rc;
}


ngx_int_t
ngx_print_queue_attach_take(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_batch_t *batch)
{
    ngx_int_t                   rc;
    ngx_print_store_session_t  *s;

    ngx_memzero(batch, sizeof(ngx_print_batch_t));

    rc = NGX_DECLINED;

    if (ngx_print_store_lock(st) != NGX_OK) {
        return NGX_PRINT_STALLED;
    }

    s = ngx_print_session_locked(st, ref);

    if (s && ngx_print_session_live_locked(s)) {
        ngx_print_queue_take_locked(st, &s->in, NGX_MAX_SIZE_T_VALUE, batch);
        rc = batch->head ? NGX_OK : NGX_DECLINED;
        st->taken = (batch->head != 0);
    }

    ngx_print_store_unlock(st);

    return rc;
}
