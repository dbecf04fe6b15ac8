
/*
 * Copyright (C) the print hub contributors
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "load.h"


#define PROBE_MS      1000000ull

/* time limit to see all stations connected, or all disconnected */
#define PROBE_VERIFY  (5000 * PROBE_MS)
#define PROBE_DROP    (20000 * PROBE_MS)

#define PROBE_OTHER   (2 * PROBE_MS)
#define PROBE_STATUS  (20 * PROBE_MS)

/* stations that are closed before events are handled again */
#define PROBE_CLOSE   64


typedef struct {
    uint64_t     answers;
    uint64_t     bytes;
    uint32_t     connected;
    load_hist_t  status;
} probe_t;


static void load_probe_start(void);
static void load_probe_stop(void);
static void load_probe_ask(load_conn_t *c, uint64_t every, const char *uri);
static ssize_t load_probe_status_answer(load_conn_t *c, char *p, size_t len);
static uint32_t load_probe_count(char *p, size_t len);
static ssize_t load_probe_other_answer(load_conn_t *c, char *p, size_t len);


static probe_t      probe;
static load_conn_t  probe_status, probe_other;

static const char   probe_status_uri[] = "/getStatus";
static const char   probe_other_uri[] = "/startPrint?clientId=nobody";


static void
load_probe_start(void)
{
    memset(&probe, 0, sizeof(probe_t));
    load_hist_reset(&load.hist);

    probe.connected = (uint32_t) -1;
    probe_status.sent = 0;
    probe_status.state = 0;
    probe_other.sent = 0;
    probe_other.state = 0;

    (void) load_connect(&probe_status, load_probe_status_answer);
    (void) load_connect(&probe_other, load_probe_other_answer);
}


static void
load_probe_stop(void)
{
    load_close(&probe_status);
    load_close(&probe_other);
}


/* sends one request at a time; "state" says whether an answer is due */

static void
load_probe_ask(load_conn_t *c, uint64_t every, const char *uri)
{
    int       n;
    char      buf[256];
    uint64_t  now;

    now = load_now();

    if (c->fd == -1 || c->state || now - c->sent < every) {
        return;
    }

    n = snprintf(buf, sizeof(buf), "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n",
                 uri);

    c->sent = now;
    c->state = (load_send(c, buf, (size_t) n) == 0);
}


static ssize_t
load_probe_status_answer(load_conn_t *c, char *p, size_t len)
{
    ssize_t      n;
    load_http_t  h;

    n = (p == NULL) ? -1 : load_http_read(p, len, &h);

    if (n <= 0) {
        return n;
    }

    c->state = 0;

    probe.connected = load_probe_count(h.body, h.len);
    probe.answers++;
    probe.bytes = h.len;

    load_hist_add(&probe.status, load_now() - c->sent);

    return n;
}


static uint32_t
load_probe_count(char *p, size_t len)
{
    char               *end;
    uint32_t            n;

    static const char   text[] = "\"connected\":true";

    end = p + len;

    for (n = 0; /* void */ ; n++) {
        p = memmem(p, (size_t) (end - p), text, sizeof(text) - 1);

        if (p == NULL) {
            return n;
        }

        p += sizeof(text) - 1;
    }
}


static ssize_t
load_probe_other_answer(load_conn_t *c, char *p, size_t len)
{
    ssize_t      n;
    load_http_t  h;

    n = (p == NULL) ? -1 : load_http_read(p, len, &h);

    if (n > 0) {
        c->state = 0;
        load_hist_add(&load.hist, load_now() - c->sent);
    }

    return n;
}


/* Asks until that many stations are connected, and prints how many are. */

void
load_probe_verify(uint32_t connected)
{
    uint64_t  start;

    load_probe_start();

    start = load_now();

    while (probe.connected != connected
           && load_now() - start < PROBE_VERIFY)
    {
        load_probe_ask(&probe_status, PROBE_STATUS, probe_status_uri);
        load_poll(1);
    }

    load_probe_stop();

    printf("{\"connected\":%d,\"bytes\":%llu}\n", (int) probe.connected,
           (unsigned long long) probe.bytes);
}


/* Sends getStatus again and again, with or without other requests. */

void
load_probe_status(uint32_t ms, int others)
{
    uint64_t  start, end;

    load_probe_start();

    start = load_now();

    do {
        load_probe_ask(&probe_status, 0, probe_status_uri);

        if (others) {
            load_probe_ask(&probe_other, PROBE_OTHER, probe_other_uri);
        }

        load_poll(others ? 1 : 10);
        end = load_now();

    } while (end - start < ms * PROBE_MS);

    load_probe_stop();

    printf("{\"answers\":%llu,\"seconds\":%.4f,\"connected\":%d,"
           "\"bytes\":%llu,\"p50\":%.1f,\"max\":%.1f,\"others\":%llu,"
           "\"otherP50\":%.1f,\"otherMax\":%.1f}\n",
           (unsigned long long) probe.answers, (double) (end - start) / 1e9,
           (int) probe.connected, (unsigned long long) probe.bytes,
           load_hist_us(&probe.status, 0.5), load_hist_us(&probe.status, 1),
           (unsigned long long) load.hist.count,
           load_hist_us(&load.hist, 0.5), load_hist_us(&load.hist, 1));
}


/* Closes all stations at once, and waits until the server has noticed. */

void
load_probe_drop(void)
{
    uint32_t  i, n;
    uint64_t  start, now;

    load_probe_start();

    start = load_now();
    now = start;
    i = 0;
    load.closing = 1;

    while ((i < load.nstations || probe.connected != 0)
           && now - start < PROBE_DROP)
    {
        for (n = 0; n < PROBE_CLOSE && i < load.nstations; n++) {
            load_close(&load.stations[i++]);
        }

        load_probe_ask(&probe_other, PROBE_OTHER, probe_other_uri);
        load_probe_ask(&probe_status, PROBE_STATUS, probe_status_uri);

        load_poll(i < load.nstations ? 0 : 1);
        now = load_now();
    }

    /* an answer that has not arrived yet counts as slow, too */

    if (probe_other.state) {
        load_hist_add(&load.hist, now - probe_other.sent);
    }

    load_probe_stop();

    load.closing = 0;
    load.nstations = 0;
    load.ready = 0;

    printf("{\"seconds\":%.4f,\"connected\":%d,\"others\":%llu,"
           "\"otherP50\":%.1f,\"otherMax\":%.1f}\n",
           (double) (now - start) / 1e9, (int) probe.connected,
           (unsigned long long) load.hist.count,
           load_hist_us(&load.hist, 0.5), load_hist_us(&load.hist, 1));
}
