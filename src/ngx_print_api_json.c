
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_hub.h"
#include "ngx_print_api_json.h"


#define ngx_print_api_json_text(p, text)                                      \
    ngx_cpymem(p, text, sizeof(text) - 1)


static u_char *ngx_print_api_json_state(u_char *p, ngx_print_job_state_e state,
    u_char *reason, size_t len, ngx_uint_t attempts);
static u_char *ngx_print_api_json_session(u_char *p,
    ngx_print_client_detail_t *client);
static u_char *ngx_print_api_json_time(u_char *p, uint64_t time);


u_char *
ngx_print_api_json_job(u_char *p, ngx_print_job_info_t *job)
{
    p = ngx_print_api_json_text(p, "{\"id\":\"");
    p = ngx_print_hub_job_id(p, job->index, job->key);
    p = ngx_print_api_json_text(p, "\",\"clientId\":");
    p = (u_char *) ngx_print_json_string(p, job->id, job->len);

    p = ngx_print_api_json_state(p, job->state, job->reason, job->reason_len,
                                 job->attempts);

    p = ngx_print_api_json_text(p, ",\"createdAt\":");
    p = ngx_print_api_json_time(p, job->times.queued);
    p = ngx_print_api_json_text(p, ",\"sentAt\":");
    p = ngx_print_api_json_time(p, job->times.sent);
    p = ngx_print_api_json_text(p, ",\"receivedAt\":");
    p = ngx_print_api_json_time(p, job->times.received);
    p = ngx_print_api_json_text(p, ",\"finishedAt\":");
    p = ngx_print_api_json_time(p, job->times.finished);

    *p++ = '}';

    return p;
}


static u_char *
ngx_print_api_json_state(u_char *p, ngx_print_job_state_e state,
    u_char *reason, size_t len, ngx_uint_t attempts)
{
    p = ngx_sprintf(p, ",\"state\":\"%V\",\"reason\":",
                    ngx_print_job_state_name(state));

    p = len ? (u_char *) ngx_print_json_string(p, reason, len)
            : ngx_print_api_json_text(p, "null");

    return ngx_sprintf(p, ",\"attempts\":%ui", attempts);
}


u_char *
ngx_print_api_json_client(u_char *p, ngx_print_store_t *st,
    ngx_print_client_detail_t *client, ngx_str_t *info)
{
    ngx_str_t  nsp;

    nsp = ngx_print_store_nsp_name(st, client->info.nsp);

    p = ngx_print_api_json_text(p, "{\"clientId\":");
    p = (u_char *) ngx_print_json_string(p, client->info.id, client->info.len);
    p = ngx_sprintf(p, ",\"connected\":%s,\"since\":",
                    client->info.connected ? "true" : "false");
    p = ngx_print_api_json_time(p, (uint64_t) client->since * 1000);
    p = ngx_print_api_json_text(p, ",\"socketId\":\"");
    p = ngx_print_sio_sid(p, client->info.nsp, client->info.sock);
    p = ngx_print_api_json_text(p, "\",\"namespace\":");
    p = (u_char *) ngx_print_json_string(p, nsp.data, nsp.len);

    p = ngx_print_api_json_session(p, client);

    p = ngx_sprintf(p, ",\"ack\":%s,\"queued\":%ui,\"accepted\":%ui,"
                    "\"delivered\":%ui,\"undelivered\":%ui",
                    client->ack ? "true" : "false", client->waiting,
                    client->accepted, client->delivered, client->undelivered);

    p = ngx_cpymem(p, info->data, info->len);

    *p++ = '}';

    return p;
}


/* what is known only while it is connected */

static u_char *
ngx_print_api_json_session(u_char *p, ngx_print_client_detail_t *client)
{
    if (!client->info.connected) {
        return ngx_print_api_json_text(p, ",\"lastSeen\":null,"
                                       "\"transport\":null,\"protocol\":null,"
                                       "\"address\":null,\"worker\":null");
    }

    p = ngx_print_api_json_text(p, ",\"lastSeen\":");
    p = ngx_print_api_json_time(p, (uint64_t) client->seen * 1000);
    p = ngx_sprintf(p, ",\"transport\":\"%s\",\"protocol\":%ui,\"address\":\"",
                    client->ws ? "websocket" : "polling", client->eio);
    p = ngx_print_hub_address(p, p + NGX_SOCKADDR_STRLEN, client->addr);

    if (client->worker == -1) {
        return ngx_print_api_json_text(p, "\",\"worker\":null");
    }

    return ngx_sprintf(p, "\",\"worker\":%i", client->worker);
}


u_char *
ngx_print_api_json_event(u_char *p, ngx_print_event_t *event)
{
    p = ngx_sprintf(p, "{\"id\":%uL,\"time\":", event->id);
    p = ngx_print_api_json_time(p, event->time);

    if (event->kind == NGX_PRINT_EVENT_JOB) {
        p = ngx_print_api_json_text(p, ",\"type\":\"job\",\"job\":{\"id\":\"");
        p = ngx_print_hub_job_id(p, event->job, event->key);
        p = ngx_print_api_json_text(p, "\",\"clientId\":");
        p = (u_char *) ngx_print_json_string(p, event->client, event->len);

        p = ngx_print_api_json_state(p, event->state, event->reason,
                                     event->reason_len, event->attempts);

    } else {
        p = ngx_print_api_json_text(p, ",\"type\":\"client\","
                                    "\"client\":{\"clientId\":");
        p = (u_char *) ngx_print_json_string(p, event->client, event->len);
        p = ngx_sprintf(p, ",\"connected\":%s",
                        event->connected ? "true" : "false");
    }

    *p++ = '}';
    *p++ = '}';

    return p;
}


/* ISO 8601 of ms since the epoch, null for 0 */

static u_char *
ngx_print_api_json_time(u_char *p, uint64_t time)
{
    ngx_tm_t  tm;

    if (time == 0) {
        return ngx_print_api_json_text(p, "null");
    }

    ngx_gmtime((time_t) (time / 1000), &tm);

    return ngx_sprintf(p, "\"%4d-%02d-%02dT%02d:%02d:%02d.%03dZ\"",
                       tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                       tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec,
                       (int) (time % 1000));
}
