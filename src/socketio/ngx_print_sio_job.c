
/*
 * Copyright (C) the print hub contributors
 */


/* jobs as packets, and the recovery of a socket that missed some */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_random.h"
#include "ngx_print_sio_packet.h"
#include "ngx_print_recovery.h"
#include "ngx_print_sio.h"


/* what a client may send along with a pid in CONNECT's payload */
#define NGX_PRINT_SIO_MEMBERS  64

/*
 * The acknowledgement id of a job's packet: this bit, the job's generation and
 * its index, so that the client's answer names the job.
 */
#define NGX_PRINT_SIO_JOB      (1ull << 52)


static ngx_str_t ngx_print_sio_plain(ngx_print_json_value_t *value);


/*
 * "42[", the payload, "]": the offset comes last.  A client keeps what is last
 * in an event, if that is a string, unless it is asked for an answer.
 */

void
ngx_print_sio_wrap(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
    ngx_str_t *head, ngx_str_t *tail)
{
    u_char                  *p;
    ngx_print_sio_packet_t   packet;

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));

    packet.type = job->nbinary ? NGX_PRINT_SIO_BINARY_EVENT
                               : NGX_PRINT_SIO_EVENT;
    packet.attachments = job->nbinary;
    packet.nsp = ngx_print_store_nsp_name(&eio->store, job->nsp);
    packet.has_id = job->ack;
    packet.id = NGX_PRINT_SIO_JOB | (uint64_t) job->gen << 24 | job->index;

    p = (u_char *) ngx_print_sio_packet_head(head->data, &packet);
    *p++ = '[';

    head->len = p - head->data;

    p = ((const ngx_print_sio_app_t *) eio->app_data)->args(eio, job,
                                                            tail->data);

    if (job->recovery) {
        *p++ = ',';
        *p++ = '"';
        p = ngx_print_recovery_offset(&eio->store, p, job->offset);
        *p++ = '"';
    }

    *p++ = ']';

    tail->len = p - tail->data;
}


ngx_int_t
ngx_print_sio_job(uint64_t id, uint32_t *index, uint32_t *gen)
{
    if (!(id & NGX_PRINT_SIO_JOB)) {
        return NGX_DECLINED;
    }

    *index = (uint32_t) id & 0xffffff;
    *gen = (uint32_t) (id >> 24) & NGX_PRINT_JOB_GEN;

    return NGX_OK;
}


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
        pid->len = NGX_PRINT_RECOVERY_PID;
        break;

    case NGX_PRINT_FULL:
        ngx_print_eio_log_full(peer->eio, peer->log, "a recovery");
        break;

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
    ngx_print_ref_t          ref;
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

    if (id.len != NGX_PRINT_RECOVERY_PID) {
        return NGX_DECLINED;
    }

    offset = ngx_print_sio_plain(ngx_print_json_member(elts, n,
                                                       &offset_name));
    st = &peer->eio->store;

    rc = ngx_print_recovery_resume(st, peer->session.ref, &id, &offset);

    if (rc == NGX_BUSY) {

        /* nobody may have noticed yet that it is lost */

        (void) ngx_print_eio_bury(peer->eio);

        if (ngx_print_recovery_orphan(st, &id, &ref) == NGX_OK) {
            (void) ngx_print_eio_close(peer->eio, ref,
                                       NGX_PRINT_EIO_TRANSPORT_ERROR,
                                       peer->log);
        }

        rc = ngx_print_recovery_resume(st, peer->session.ref, &id, &offset);
    }

    if (rc != NGX_OK
        || ngx_print_session_get(st, peer->session.ref, &peer->session)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ngx_memcpy(pid->data, id.data, id.len);
    pid->len = id.len;

    return NGX_OK;
}


/* the inside of a string, which has no escapes if it is one of ours */

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
