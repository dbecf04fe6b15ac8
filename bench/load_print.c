
/*
 * Copyright (C) the print hub contributors
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "load.h"


/*
 * A payload is "~phase.station.sequence.time~xxx...", so that a station sees
 * what was lost, doubled or meant for another one, and how long it took.
 */

#define PRINT_SEQUENCES  (8 * 1024 * 1024)
#define PRINT_MAX        8192
#define PRINT_DRAIN      3000000000ull


typedef struct {
    uint32_t       phase;
    uint32_t       bytes;
    uint32_t       sent;
    uint32_t       accepted;
    uint32_t       refused;
    uint32_t       received;
    uint32_t       doubled;
    uint32_t       stray;
    uint32_t       nfree;
    load_conn_t   *free[LOAD_PUBLISHERS];
    uint8_t        seen[PRINT_SEQUENCES / 8];
} print_t;


static void load_print_until(uint64_t start, uint32_t ms, uint32_t rate);
static int load_print_send(load_conn_t *c, uint64_t stamp);
static ssize_t load_print_answer(load_conn_t *c, char *p, size_t len);
static void load_print_result(double seconds, uint32_t accepted);


static print_t      print;
static load_conn_t  print_publishers[LOAD_PUBLISHERS];


/* Prints at a rate per second, or, without one, as fast as answers come. */

void
load_print(uint32_t bytes, uint32_t ms, uint32_t rate)
{
    uint32_t  i, accepted;
    uint64_t  start, end;

    i = print.phase + 1;
    memset(&print, 0, sizeof(print_t));
    print.phase = i;
    print.bytes = bytes;

    load_hist_reset(&load.hist);

    for (i = 0; i < LOAD_PUBLISHERS; i++) {
        if (load_connect(&print_publishers[i], load_print_answer) == 0) {
            print.free[print.nfree++] = &print_publishers[i];
        }
    }

    start = load_now();

    load_print_until(start, ms, rate);

    end = load_now();
    accepted = print.accepted;

    while ((print.accepted + print.refused < print.sent
            || (load.mode != LOAD_NONE && print.received < print.accepted))
           && load_now() - end < PRINT_DRAIN)
    {
        load_poll(10);
    }

    for (i = 0; i < LOAD_PUBLISHERS; i++) {
        load_close(&print_publishers[i]);
    }

    load_print_result((double) (end - start) / 1e9, accepted);
}


/*
 * A print that has to wait for a connection is stamped with the time when it
 * was due: a slow server cannot hide behind a load that waits for it.
 */

static void
load_print_until(uint64_t start, uint32_t ms, uint32_t rate)
{
    uint64_t  now, last, due, step, waited;

    last = start + (uint64_t) ms * 1000000;
    step = rate ? 1000000000 / rate : 0;
    due = start;
    waited = 0;

    for (now = start; now < last; now = load_now()) {

        while (print.nfree && print.sent < PRINT_SEQUENCES && due <= now) {

            if (load_print_send(print.free[print.nfree - 1],
                                rate && due < waited ? due : load_now())
                == -1)
            {
                print.refused++;
            }

            print.nfree--;
            due += step;
        }

        waited = (print.nfree == 0) ? now : 0;

        load_poll(rate ? 1 : 10);
    }
}


static int
load_print_send(load_conn_t *c, uint64_t stamp)
{
    int              n, m;
    char             tag[96];
    uint32_t         station;

    static char      buf[PRINT_MAX + 512], fill[PRINT_MAX];

    if (fill[0] == '\0') {
        memset(fill, 'x', PRINT_MAX);
    }

    station = load.base + (load.nstations ? print.sent % load.nstations : 0);

    m = snprintf(tag, sizeof(tag), "~%u.%u.%u.%llu~", print.phase, station,
                 print.sent++, (unsigned long long) stamp);

    if (m < (int) print.bytes) {
        m = (int) print.bytes - m;

    } else {
        m = 0;
    }

    if (load.mode == LOAD_NCHAN) {
        n = snprintf(buf, sizeof(buf),
                     "POST /pub?id=s%u HTTP/1.1\r\nHost: bench\r\n"
                     "Content-Length: %zu\r\n\r\n%s%.*s",
                     station, strlen(tag) + (size_t) m, tag, m, fill);

    } else {
        n = snprintf(buf, sizeof(buf),
                     "GET /startPrint?clientId=s%u&printData=%s%.*s HTTP/1.1"
                     "\r\nHost: bench\r\n\r\n",
                     station, tag, m, fill);
    }

    return load_send(c, buf, (size_t) n);
}


static ssize_t
load_print_answer(load_conn_t *c, char *p, size_t len)
{
    ssize_t             n;
    load_http_t         h;

    static const char   ok[] = "{\"message\":\"参数已接收\"}";

    n = (p == NULL) ? -1 : load_http_read(p, len, &h);

    if (n == 0) {
        return 0;
    }

    if (n > 0 && h.status / 100 == 2
        && (load.mode == LOAD_NCHAN
            || (h.len == sizeof(ok) - 1
                && memcmp(h.body, ok, sizeof(ok) - 1) == 0)))
    {
        print.accepted++;

    } else {
        print.refused++;
    }

    if (n > 0) {
        print.free[print.nfree++] = c;
    }

    return n;
}


void
load_print_received(load_conn_t *c, char *p, size_t len)
{
    char      *end;
    uint8_t   *byte, bit;
    uint32_t   phase, station, seq;
    uint64_t   stamp;

    end = p + len;
    p = memchr(p, '~', len);

    if (p == NULL) {
        print.stray++;
        return;
    }

    phase = (uint32_t) strtoul(p + 1, &p, 10);
    station = (uint32_t) strtoul(p + 1, &p, 10);
    seq = (uint32_t) strtoul(p + 1, &p, 10);
    stamp = strtoull(p + 1, &p, 10);

    if (phase != print.phase || station != c->index || seq >= print.sent
        || *p != '~' || len < print.bytes || p >= end)
    {
        print.stray++;
        return;
    }

    byte = &print.seen[seq / 8];
    bit = (uint8_t) (1 << (seq & 7));

    if (*byte & bit) {
        print.doubled++;
        return;
    }

    *byte |= bit;
    print.received++;

    load_hist_add(&load.hist, load_now() - stamp);
}


static void
load_print_result(double seconds, uint32_t accepted)
{
    printf("{\"seconds\":%.4f,\"rate\":%.1f,\"sent\":%u,\"accepted\":%u,"
           "\"refused\":%u,\"received\":%u,\"lost\":%d,\"doubled\":%u,"
           "\"stray\":%u,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,"
           "\"max\":%.1f}\n",
           seconds, accepted / seconds, print.sent, print.accepted,
           print.refused, print.received,
           load.mode == LOAD_NONE ? 0
                                  : (int) (print.accepted - print.received),
           print.doubled, print.stray,
           load_hist_us(&load.hist, 0.5), load_hist_us(&load.hist, 0.99),
           load_hist_us(&load.hist, 0.999), load_hist_us(&load.hist, 1));
}
