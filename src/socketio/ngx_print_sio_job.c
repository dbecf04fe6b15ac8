
/*
 * Copyright (C) the print hub contributors
 */


/* A job's packet, and the acknowledgement id that names the job. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_sio_packet.h"
#include "ngx_print_recovery.h"
#include "ngx_print_sio.h"


/*
 * The acknowledgement id of a job's packet: this bit, the job's generation and
 * its index, so that the client's answer names the job.
 */
#define NGX_PRINT_SIO_JOB  (1ull << 52)


/*
 * The packet is "42[", the payload, and "]".  The offset of connection state
 * recovery is the last argument: a client stores the last argument of an event
 * as its offset if it is a string and the event wants no acknowledgement.
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
