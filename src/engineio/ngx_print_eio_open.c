
/*
 * Copyright (C) the print hub contributors
 */


/* Handshakes: a session is opened, and others may have to give way to it. */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_id.h"
#include "ngx_print_random.h"
#include "ngx_print_http.h"
#include "ngx_print_eio_trust.h"
#include "ngx_print_eio.h"
#include "ngx_print_eio_limit.h"


#define NGX_PRINT_EIO_TRIES    8        /* to open a session in a full zone */


static ngx_int_t ngx_print_eio_admit(ngx_print_eio_peer_t *peer,
    ngx_print_session_init_t *init, ngx_uint_t ws, ngx_print_ref_t *ref,
    uint32_t *token);
static ngx_uint_t ngx_print_eio_joins(ngx_print_eio_peer_t *peer,
    ngx_print_session_init_t *init);


ngx_int_t
ngx_print_eio_open(ngx_print_eio_peer_t *peer, ngx_http_request_t *r,
    ngx_uint_t ws, uint32_t *token)
{
    ngx_int_t                 rc;
    ngx_uint_t                reason;
    ngx_print_ref_t           ref;
    ngx_print_limits_t        limits;
    ngx_print_session_init_t  init;

    init.ping_interval = peer->conf->ping_interval;
    init.ping_timeout = peer->conf->ping_timeout;
    init.connect_timeout = peer->conf->connect_timeout;
    init.eio = peer->session.eio;
    init.text = peer->session.text;

    if (init.eio == 3) {
        /* in protocol 3 the client pings, and the server waits for it */
        init.ping_timeout += init.ping_interval;
    }

    ngx_print_http_address(r, init.addr);

    init.limits = ngx_print_eio_limits(peer->eio, peer->conf, &limits);

    if (ngx_print_eio_trust(&peer->eio->store, peer->conf, r, &init.trust)
        != NGX_OK
        || ngx_print_random(init.key, NGX_PRINT_SESSION_KEY, peer->log)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = ngx_print_eio_admit(peer, &init, ws, &ref, token);

    if (rc == NGX_PRINT_FULL) {
        ngx_print_eio_log_full(peer->eio, peer->log, "a session");

    } else if (init.over) {
        peer->over = init.over;
        ngx_print_eio_limit_log(peer->eio, r, init.over, &limits);
    }

    if (rc == NGX_PRINT_LIMITED) {
        ngx_print_tally(&peer->eio->store,
                        NGX_PRINT_TALLY_REFUSALS
                        + ngx_print_eio_limit_cause(init.over));
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, peer->log, 0,
                   "print hub: engineio: session %uD:%uD opened", ref.index,
                   ref.gen);

    rc = ngx_print_session_get(&peer->eio->store, ref, &peer->session);

    if (rc == NGX_PRINT_STALLED) {
        (void) ngx_print_eio_close(peer->eio, ref,
                                   NGX_PRINT_REASON_TRANSPORT_ERROR, peer->log);
        return NGX_PRINT_STALLED;
    }

    if (rc != NGX_OK) {
        /* it gave way to a handshake of another worker in this moment */
        return NGX_PRINT_FULL;
    }

    reason = peer->eio->app->open(peer);

    if (reason) {
        (void) ngx_print_eio_close(peer->eio, ref, reason, peer->log);
        return reason == NGX_PRINT_REASON_TRANSPORT_ERROR ? NGX_PRINT_STALLED
                                                       : NGX_PRINT_FULL;
    }

    return NGX_OK;
}


/*
 * Opens a session.  One that gives way to it is finished, and if the zone was
 * full, it is tried again: another handshake may have been faster.
 */

static ngx_int_t
ngx_print_eio_admit(ngx_print_eio_peer_t *peer, ngx_print_session_init_t *init,
    ngx_uint_t ws, ngx_print_ref_t *ref, uint32_t *token)
{
    ngx_int_t   rc;
    ngx_uint_t  n;

    init->reason = NGX_PRINT_REASON_GIVES_WAY;
    init->joins = ngx_print_eio_joins(peer, init);
    init->again = 0;

    for (n = 0; n < NGX_PRINT_EIO_TRIES; n++) {

        rc = ngx_print_session_open(&peer->eio->store, init, ws, ref, token);

        if (init->yield.why) {
            ngx_print_eio_limit_yield(peer->eio, &init->yield);
        }

        if (init->yield.mine) {
            ngx_print_eio_finish(peer->eio, init->yield.ref, peer->log);
        }

        if (rc != NGX_AGAIN) {
            return rc;
        }

        init->again = 1;
    }

    return NGX_PRINT_FULL;
}


/* Whether a session of protocol 3 is connected to "/" as soon as it is open. */

static ngx_uint_t
ngx_print_eio_joins(ngx_print_eio_peer_t *peer, ngx_print_session_init_t *init)
{
    ngx_print_loc_conf_t  *conf;

    conf = peer->conf;

    return init->eio == 3
           && (conf->trust.tokens == NULL
               || (init->trust.flags & NGX_PRINT_TRUST_TOKEN))
           && (conf->authorize == NULL || !conf->authorize->connects);
}


u_char *
ngx_print_eio_handshake(ngx_print_eio_peer_t *peer, ngx_uint_t ws, u_char *p)
{
    u_char                *last, sid[NGX_PRINT_ID_LEN];
    const char            *upgrades;
    ngx_print_loc_conf_t  *conf;

    conf = peer->conf;
    last = p + NGX_PRINT_EIO_OPEN_LEN;

    upgrades = (!ws && (conf->transports & NGX_PRINT_TRANSPORT_WEBSOCKET))
               ? "\"websocket\"" : "";

    (void) ngx_print_id_write(sid, peer->session.ref.index, peer->session.key);

    return ngx_slprintf(p, last,
                        "0{\"sid\":\"%*s\",\"upgrades\":[%s],"
                        "\"pingInterval\":%M,\"pingTimeout\":%M,"
                        "\"maxPayload\":%uz}",
                        (size_t) NGX_PRINT_ID_LEN, sid, upgrades,
                        conf->ping_interval, conf->ping_timeout,
                        conf->max_payload);
}
