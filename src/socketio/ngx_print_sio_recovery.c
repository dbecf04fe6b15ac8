
/*
 * Copyright (C) the print hub contributors
 */


/* Connection state recovery: creates a pid, and resumes a lost socket. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_inet.h"
#include "ngx_print_log.h"
#include "ngx_print_random.h"
#include "ngx_print_recovery.h"
#include "ngx_print_eio_limit.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_sio_recovery.h"


static void ngx_print_sio_pid_limited(ngx_print_eio_peer_t *peer,
    ngx_print_limits_t *limits);
static ngx_int_t ngx_print_sio_recover(ngx_print_eio_peer_t *peer,
    ngx_str_t *pid, ngx_str_t *offset);
static ngx_int_t ngx_print_sio_allowed(ngx_print_eio_peer_t *peer,
    ngx_str_t *pid);
static ngx_str_t ngx_print_sio_plain(ngx_print_json_value_t *value);


static ngx_print_log_kind_t  ngx_print_sio_pid_kind =
    ngx_print_log_kind("recoverable sockets, the limit", NGX_LOG_WARN);


ngx_uint_t
ngx_print_sio_recovers(ngx_print_eio_peer_t *peer)
{
    return peer->conf->recovery && peer->session.eio != 3
           && (peer->conf->authorize == NULL
               || !peer->conf->authorize->registers);
}


ngx_int_t
ngx_print_sio_pid(ngx_print_eio_peer_t *peer, ngx_str_t *pid)
{
    u_char               key[NGX_PRINT_RECOVERY_KEY];
    ngx_print_limits_t  *limits, buf;

    pid->len = 0;

    if (!ngx_print_sio_recovers(peer)) {
        return NGX_OK;
    }

    if (ngx_print_random(key, NGX_PRINT_RECOVERY_KEY, peer->log) != NGX_OK) {
        return NGX_ERROR;
    }

    limits = ngx_print_eio_limits(peer->eio, peer->conf, &buf);

    switch (ngx_print_recovery_open(&peer->eio->store, peer->session.ref,
                                    peer->conf->recovery, limits, key,
                                    pid->data))
    {
    case NGX_OK:
        pid->len = NGX_PRINT_ID_LEN;
        break;

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "a recovery");
        break;

    case NGX_PRINT_LIMITED:
        ngx_print_sio_pid_limited(peer, limits);
        break;

    case NGX_PRINT_STALLED:
        return NGX_PRINT_STALLED;

    default: /* NGX_DECLINED: the session was closed meanwhile */
        break;
    }

    return NGX_OK;
}


static void
ngx_print_sio_pid_limited(ngx_print_eio_peer_t *peer,
    ngx_print_limits_t *limits)
{
    u_char     buf[NGX_SOCKADDR_STRLEN];
    ngx_str_t  addr;

    ngx_print_tally(&peer->eio->store,
                    NGX_PRINT_TALLY_REFUSALS + NGX_PRINT_CAUSE_SOCKETS);

    if (!ngx_print_log_turn(&ngx_print_sio_pid_kind, peer->eio->log)) {
        return;
    }

    addr.data = buf;
    addr.len = ngx_print_inet(buf, buf + sizeof(buf), peer->session.addr)
               - buf;

    ngx_log_error(NGX_LOG_WARN, peer->eio->log, 0,
                  "print hub: socketio: address %V has %uD recoverable "
                  "sockets, the limit", &addr, limits->sessions);
}


ngx_int_t
ngx_print_sio_resume(ngx_print_eio_peer_t *peer, ngx_str_t *auth,
    ngx_str_t *pid)
{
    ngx_int_t                rc;
    ngx_str_t                id, offset;
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elts[NGX_PRINT_SIO_MEMBERS];

    static ngx_str_t         pid_name = ngx_string("pid");
    static ngx_str_t         offset_name = ngx_string("offset");

    if (!ngx_print_sio_recovers(peer)
        || ngx_print_json_read(auth, &value, elts, NGX_PRINT_SIO_MEMBERS, &n)
           != NGX_OK
        || n > NGX_PRINT_SIO_MEMBERS)
    {
        return NGX_DECLINED;
    }

    id = ngx_print_sio_plain(ngx_print_json_member(elts, n, &pid_name));

    if (id.len != NGX_PRINT_ID_LEN) {
        return NGX_DECLINED;
    }

    offset = ngx_print_sio_plain(ngx_print_json_member(elts, n,
                                                       &offset_name));

    rc = ngx_print_sio_recover(peer, &id, &offset);

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_memcpy(pid->data, id.data, id.len);
    pid->len = id.len;

    return NGX_OK;
}


/*
 * Names are compared without the lock.  The old session may register another
 * one until it loses the socket, so they are compared again after that.
 */

static ngx_int_t
ngx_print_sio_recover(ngx_print_eio_peer_t *peer, ngx_str_t *pid,
    ngx_str_t *offset)
{
    ngx_int_t           rc;
    ngx_print_ref_t     old;
    ngx_print_store_t  *st;

    if (ngx_print_sio_allowed(peer, pid) == NGX_PRINT_STALLED) {
        return NGX_PRINT_STALLED;
    }

    st = &peer->eio->store;

    rc = ngx_print_recovery_resume(st, peer->session.ref, pid, offset,
                                   NGX_PRINT_REASON_FORCED_CLOSE, &old);

    if (old.index) {
        ngx_print_eio_finish(peer->eio, old, peer->log);
    }

    if (rc == NGX_OK) {
        rc = ngx_print_session_get(st, peer->session.ref, &peer->session);
    }

    if (rc == NGX_OK && ngx_print_sio_allowed(peer, pid) != NGX_OK) {
        /* the client comes back, and cannot recover the socket then */
        rc = NGX_PRINT_STALLED;
    }

    return rc;
}


/*
 * Looks whether a session may have the names of a lost socket.  If not, the
 * socket can be recovered no more.
 *
 *   NGX_OK        it may, or the pid is not valid
 *   NGX_DECLINED  it may not
 */

static ngx_int_t
ngx_print_sio_allowed(ngx_print_eio_peer_t *peer, ngx_str_t *pid)
{
    ngx_str_t                   id;
    ngx_uint_t                  i;
    ngx_print_store_t          *st;
    ngx_print_recovery_names_t  names;

    st = &peer->eio->store;

    if (!ngx_print_eio_trust_limited(peer->conf, &peer->session.trust)) {
        return NGX_OK;
    }

    if (ngx_print_recovery_names(st, pid, &names) == NGX_PRINT_STALLED) {
        return NGX_PRINT_STALLED;
    }

    for (i = 0; i < names.n; i++) {
        id.data = names.list[i].id;
        id.len = names.list[i].len;

        if (!ngx_print_eio_trust_name(st, peer->conf, &peer->session.trust,
                                      &id))
        {
            return ngx_print_recovery_spoil(st, pid) == NGX_PRINT_STALLED
                   ? NGX_PRINT_STALLED : NGX_DECLINED;
        }
    }

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
