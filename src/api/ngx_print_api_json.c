
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_inet.h"
#include "ngx_print_id.h"
#include "ngx_print_job_state.h"
#include "ngx_print_json.h"
#include "ngx_print_hub_log.h"
#include "ngx_print_hub.h"
#include "ngx_print_api_json.h"


static u_char *ngx_print_api_json_address(u_char *p, u_char *addr);
static u_char *ngx_print_api_json_id(u_char *p, uint32_t index, u_char *key);
static u_char *ngx_print_api_json_text(u_char *p, const char *name,
    u_char *text, size_t len);
static u_char *ngx_print_api_json_time(u_char *p, const char *name,
    uint64_t ms);
static u_char *ngx_print_api_json_session(u_char *p,
    ngx_print_client_detail_t *client);


u_char *
ngx_print_api_json_job(u_char *p, ngx_print_job_info_t *job)
{
    *p++ = '{';
    p = ngx_print_api_json_id(p, job->index, job->key);
    p = ngx_print_api_json_text(p, ",\"clientId\":", job->id, job->len);

    p = ngx_sprintf(p, ",\"state\":\"%V\"",
                    ngx_print_job_state_name(job->state));

    if (job->reason_len) {
        p = ngx_print_api_json_text(p, ",\"reason\":", job->reason,
                                    job->reason_len);
    }

    p = ngx_sprintf(p, ",\"attempts\":%ui", job->attempts);

    p = ngx_print_api_json_time(p, ",\"created\":", job->times.queued);
    p = ngx_print_api_json_time(p, ",\"sent\":", job->times.sent);
    p = ngx_print_api_json_time(p, ",\"received\":", job->times.received);
    p = ngx_print_api_json_time(p, ",\"finished\":", job->times.finished);

    *p++ = '}';

    return p;
}


u_char *
ngx_print_api_json_event(u_char *p, ngx_print_event_t *event)
{
    p = ngx_sprintf(p, "{\"event\":%uL", event->id);
    p = ngx_print_api_json_time(p, ",\"time\":", event->time);
    p = ngx_sprintf(p, ",\"type\":\"%s\",", ngx_print_api_json_type(event));

    if (event->kind == NGX_PRINT_EVENT_CLIENT) {
        p = ngx_print_api_json_text(p, "\"clientId\":", event->client,
                                    event->len);

        return ngx_sprintf(p, ",\"connected\":%s}",
                           event->connected ? "true" : "false");
    }

    if (event->kind == NGX_PRINT_EVENT_TAKEOVER) {
        p = ngx_print_api_json_text(p, "\"clientId\":", event->client,
                                    event->len);

        p = ngx_sprintf(p, ",\"result\":\"%s\",\"from\":{",
                        event->refused ? "refused" : "replaced");
        p = ngx_print_api_json_address(p, event->from);

        p = ngx_cpymem(p, "},\"by\":{", sizeof("},\"by\":{") - 1);
        p = ngx_print_api_json_address(p, event->by);

        return ngx_cpymem(p, "}}", 2);
    }

    p = ngx_print_api_json_id(p, event->job, event->key);
    p = ngx_print_api_json_text(p, ",\"clientId\":", event->client,
                                event->len);

    p = ngx_sprintf(p, ",\"state\":\"%V\"",
                    ngx_print_job_state_name(event->state));

    if (event->reason_len) {
        p = ngx_print_api_json_text(p, ",\"reason\":", event->reason,
                                    event->reason_len);
    }

    return ngx_sprintf(p, ",\"attempts\":%ui}", event->attempts);
}


const char *
ngx_print_api_json_type(ngx_print_event_t *event)
{
    switch (event->kind) {

    case NGX_PRINT_EVENT_JOB:
        return "job";

    case NGX_PRINT_EVENT_CLIENT:
        return "client";

    default: /* NGX_PRINT_EVENT_TAKEOVER */
        return "takeover";
    }
}


u_char *
ngx_print_api_json_client(u_char *p, ngx_print_store_t *st,
    ngx_print_client_detail_t *client, ngx_str_t *info)
{
    ngx_str_t                 nsp;
    ngx_print_client_info_t  *common;

    common = &client->info;
    nsp = ngx_print_store_nsp_name(st, common->nsp);

    p = ngx_print_api_json_text(p, "{\"clientId\":", common->id, common->len);

    p = ngx_sprintf(p, ",\"connected\":%s,\"socketId\":\"",
                    common->connected ? "true" : "false");
    p = ngx_print_sio_sid(p, common->sock);
    *p++ = '"';

    p = ngx_print_api_json_text(p, ",\"namespace\":", nsp.data, nsp.len);
    p = ngx_print_api_json_seconds(p, ",\"since\":", client->since);

    if (common->connected) {
        p = ngx_print_api_json_session(p, client);
    }

    p = ngx_sprintf(p, ",\"ack\":%s,\"queue\":%ui,\"accepted\":%ui,"
                    "\"delivered\":%ui,\"undelivered\":%ui",
                    client->ack ? "true" : "false", client->waiting,
                    client->accepted, client->delivered, client->undelivered);

    p = ngx_cpymem(p, info->data, info->len);

    *p++ = '}';

    return p;
}


static u_char *
ngx_print_api_json_session(u_char *p, ngx_print_client_detail_t *client)
{
    p = ngx_print_api_json_seconds(p, ",\"lastSeen\":", client->seen);

    p = ngx_sprintf(p, ",\"transport\":\"%s\",\"protocol\":%ui",
                    client->ws ? "websocket" : "polling", client->eio);

    *p++ = ',';
    p = ngx_print_api_json_address(p, client->addr);

    if (client->worker != -1) {
        p = ngx_sprintf(p, ",\"worker\":%i", client->worker);
    }

    return p;
}


/* addr: NGX_PRINT_SESSION_ADDR bytes. */

static u_char *
ngx_print_api_json_address(u_char *p, u_char *addr)
{
    u_char  text[NGX_SOCKADDR_STRLEN], *last;

    last = ngx_print_inet(text, text + NGX_SOCKADDR_STRLEN, addr);

    return ngx_print_api_json_text(p, "\"address\":", text, last - text);
}


static u_char *
ngx_print_api_json_id(u_char *p, uint32_t index, u_char *key)
{
    p = ngx_cpymem(p, "\"id\":\"", sizeof("\"id\":\"") - 1);
    p = ngx_print_id_write(p, index, key);
    *p++ = '"';

    return p;
}


static u_char *
ngx_print_api_json_text(u_char *p, const char *name, u_char *text, size_t len)
{
    p = ngx_cpymem(p, name, ngx_strlen(name));

    return (u_char *) ngx_print_json_string(p, text, len);
}


/* Writes a time as JavaScript's toISOString() does, or nothing if ms is 0. */

static u_char *
ngx_print_api_json_time(u_char *p, const char *name, uint64_t ms)
{
    if (ms == 0) {
        return p;
    }

    p = ngx_sprintf(p, "%s\"", name);
    p = ngx_print_api_json_iso(p, ms);
    *p++ = '"';

    return p;
}


u_char *
ngx_print_api_json_iso(u_char *p, uint64_t ms)
{
    ngx_tm_t  tm;

    ngx_gmtime(ms / 1000, &tm);

    return ngx_sprintf(p, "%4d-%02d-%02dT%02d:%02d:%02d.%03uLZ",
                       tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                       tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec,
                       ms % 1000);
}


u_char *
ngx_print_api_json_seconds(u_char *p, const char *name, time_t sec)
{
    ngx_tm_t  tm;

    if (sec == 0) {
        return p;
    }

    ngx_gmtime(sec, &tm);

    return ngx_sprintf(p, "%s\"%4d-%02d-%02dT%02d:%02d:%02dZ\"", name,
                       tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                       tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec);
}
