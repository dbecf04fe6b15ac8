
/*
 * Copyright (C) the print hub contributors
 */


/* Connection state recovery: creates a pid, and resumes a lost socket. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_random.h"
#include "ngx_print_recovery.h"
#include "ngx_print_sio_recovery.h"


/* the maximum number of members of CONNECT's payload that are searched */
#define NGX_PRINT_SIO_MEMBERS  64


static ngx_str_t ngx_print_sio_plain(ngx_print_json_value_t *value);


ngx_int_t
ngx_print_sio_pid(ngx_print_eio_peer_t *peer, ngx_str_t *pid)
{
    u_char  key[NGX_PRINT_RECOVERY_KEY];

    pid->len = 0;

    if (peer->conf->recovery == 0 || peer->session.eio == 3) {
        return NGX_OK;
    }

    if (ngx_print_random(key, NGX_PRINT_RECOVERY_KEY, peer->log) != NGX_OK) {
        return NGX_ERROR;
    }

    switch (ngx_print_recovery_open(&peer->eio->store, peer->session.ref,
                                    peer->conf->recovery, key, pid->data))
    {
    case NGX_OK:
        pid->len = NGX_PRINT_ID_LEN;
        break;

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "a recovery");
        break;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        break;
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_sio_resume(ngx_print_eio_peer_t *peer, ngx_str_t *auth,
    ngx_str_t *pid)
{
    ngx_int_t                rc;
    ngx_str_t                id, offset;
    ngx_uint_t               n;
    ngx_print_ref_t          old;
    ngx_print_store_t       *st;
    ngx_print_json_value_t   value, elts[NGX_PRINT_SIO_MEMBERS];

    static ngx_str_t         pid_name = ngx_string("pid");
    static ngx_str_t         offset_name = ngx_string("offset");

    if (peer->conf->recovery == 0 || peer->session.eio == 3
        || ngx_print_json_read(auth, &value, elts, NGX_PRINT_SIO_MEMBERS, &n)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    n = ngx_min(n, NGX_PRINT_SIO_MEMBERS);

    id = ngx_print_sio_plain(ngx_print_json_member(elts, n, &pid_name));

    if (id.len != NGX_PRINT_ID_LEN) {
        return NGX_DECLINED;
    }

    offset = ngx_print_sio_plain(ngx_print_json_member(elts, n,
                                                       &offset_name));
    st = &peer->eio->store;

    rc = ngx_print_recovery_resume(st, peer->session.ref, &id, &offset,
                                   NGX_PRINT_EIO_FORCED_CLOSE, &old);

    if (old.index) {
        ngx_print_eio_finish(peer->eio, old, peer->log);
    }

    if (rc == NGX_OK) {
        rc = ngx_print_session_get(st, peer->session.ref, &peer->session);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memcpy(pid->data, id.data, id.len);
    pid->len = id.len;

    return NGX_OK;
}


/*
 * Returns the text between the quotes, without decoding escapes: a pid or an
 * offset that the server made has none.  The text is empty if value is NULL or
 * not a string.
 */

static ngx_str_t
ngx_print_sio_plain(ngx_print_json_value_t *value)
{
    ngx_str_t  text;

    ngx_str_null(&text);

    if (value && value->type == NGX_PRINT_JSON_STRING) {
        text.data = value->raw.data + 1;
        text.len = value->raw.len - 2;
    }

    return text;
}
