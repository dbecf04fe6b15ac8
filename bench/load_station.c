
/*
 * Copyright (C) the print hub contributors
 */


#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "load.h"


/* what a station waits for; with polling: the answer to which request */

typedef enum {
    station_head = 0,
    station_open,
    station_connect,
    station_sid,
    station_register,
    station_pong,
    station_ready
} station_state_e;


static int load_station_get(load_conn_t *c);
static int load_station_post(load_conn_t *c, const char *body, size_t len);
static ssize_t load_station_polling(load_conn_t *c, char *p, size_t len);
static int load_station_answer(load_conn_t *c, load_http_t *h);
static int load_station_sid(load_conn_t *c, load_http_t *h);
static void load_station_payload(load_conn_t *c, char *p, size_t len);
static int load_station_pong(load_conn_t *c);
static ssize_t load_station_websocket(load_conn_t *c, char *p, size_t len);
static int load_station_frame(load_conn_t *c, unsigned opcode, char *p,
    size_t len);
static int load_station_packet(load_conn_t *c, char *p, size_t len);
static int load_station_send(load_conn_t *c, unsigned opcode, const char *p,
    size_t len);
static int load_station_ready(load_conn_t *c);
static void load_station_lost(load_conn_t *c);


void
load_station_open(load_conn_t *c, uint32_t number, int polling)
{
    int          n;
    char         buf[512];
    const char  *uri;

    c->index = number;
    c->pongs = 0;
    c->state = polling ? station_open : station_head;

    load.opening++;

    if (load_connect(c, polling ? load_station_polling
                                : load_station_websocket) == -1)
    {
        load_station_lost(c);
        return;
    }

    if (polling) {
        n = snprintf(buf, sizeof(buf),
                     "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n"
                     "Host: bench\r\n\r\n");

    } else {
        uri = (load.mode == LOAD_NCHAN)
              ? "/sub?id=" : "/socket.io/?EIO=4&transport=websocket&t=";

        n = snprintf(buf, sizeof(buf),
                     "GET %ss%u HTTP/1.1\r\n"
                     "Host: bench\r\n"
                     "Connection: Upgrade\r\n"
                     "Upgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     uri, number);
    }

    if (load_send(c, buf, (size_t) n) == -1) {
        load_station_lost(c);
        load_close(c);
    }
}


static int
load_station_get(load_conn_t *c)
{
    int   n;
    char  buf[256];

    n = snprintf(buf, sizeof(buf),
                 "GET /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\n"
                 "Host: bench\r\n\r\n", c->sid);

    return load_send(c, buf, (size_t) n);
}


static int
load_station_post(load_conn_t *c, const char *body, size_t len)
{
    int   n;
    char  buf[512];

    n = snprintf(buf, sizeof(buf),
                 "POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\n"
                 "Host: bench\r\n"
                 "Content-Type: text/plain;charset=UTF-8\r\n"
                 "Content-Length: %zu\r\n\r\n%.*s",
                 c->sid, len, (int) len, body);

    return load_send(c, buf, (size_t) n);
}


static ssize_t
load_station_polling(load_conn_t *c, char *p, size_t len)
{
    ssize_t      n;
    load_http_t  h;

    n = (p == NULL) ? -1 : load_http_read(p, len, &h);

    if (n == 0) {
        return 0;
    }

    if (n == -1 || h.status != 200 || load_station_answer(c, &h) == -1) {
        load_station_lost(c);
        return -1;
    }

    return n;
}


static int
load_station_answer(load_conn_t *c, load_http_t *h)
{
    int   n;
    char  buf[64];

    switch (c->state) {

    case station_open:
        c->state = station_connect;
        return load_station_sid(c, h);

    case station_connect:
        c->state = station_sid;
        return load_station_get(c);

    case station_sid:
        load_station_payload(c, h->body, h->len);

        n = snprintf(buf, sizeof(buf), "42[\"register\",\"s%u\"]", c->index);

        c->state = station_register;
        return load_station_post(c, buf, (size_t) n);

    case station_register:
        (void) load_station_ready(c);

        return c->pongs ? load_station_pong(c) : load_station_get(c);

    case station_pong:
        c->state = station_ready;
        return load_station_get(c);

    default: /* station_ready */
        load_station_payload(c, h->body, h->len);

        return c->pongs ? load_station_pong(c) : load_station_get(c);
    }
}


static int
load_station_sid(load_conn_t *c, load_http_t *h)
{
    static const char  open[] = "0{\"sid\":\"";

    if (h->len < sizeof(open) - 1 + 20
        || memcmp(h->body, open, sizeof(open) - 1) != 0)
    {
        return -1;
    }

    memcpy(c->sid, h->body + sizeof(open) - 1, 20);
    c->sid[20] = '\0';

    return load_station_post(c, "40", 2);
}


static void
load_station_payload(load_conn_t *c, char *p, size_t len)
{
    char  *end, *last;

    last = p + len;

    while (p < last) {
        end = memchr(p, '\x1e', (size_t) (last - p));
        end = end ? end : last;

        if (*p == '2') {
            c->pongs++;
            load.pings++;

        } else if (end - p > 2 && p[0] == '4' && p[1] == '2') {
            load_print_received(c, p, (size_t) (end - p));
        }

        p = end + 1;
    }
}


static int
load_station_pong(load_conn_t *c)
{
    int   n;
    char  buf[64];

    n = 0;

    while (c->pongs && n < (int) sizeof(buf) - 2) {
        buf[n++] = '3';
        buf[n++] = '\x1e';
        c->pongs--;
    }

    c->state = station_pong;

    return load_station_post(c, buf, (size_t) n - 1);
}


static ssize_t
load_station_websocket(load_conn_t *c, char *p, size_t len)
{
    int          rc;
    size_t       head, body;
    ssize_t      n, used;
    load_http_t  h;

    used = 0;

    if (p && c->state == station_head) {
        used = load_http_read(p, len, &h);

        if (used == 0) {
            return 0;
        }

        p = (used == -1 || h.status != 101) ? NULL : p;
        c->state = station_open;

        if (p && load.mode == LOAD_NCHAN) {
            (void) load_station_ready(c);
        }
    }

    for (n = used; p && len - (size_t) n >= 2; n += (ssize_t) (head + body)) {

        head = 2;
        body = (unsigned char) p[n + 1];

        if (body == 127) {
            p = NULL;
            break;
        }

        if (body == 126) {
            head = 4;

            if (len - (size_t) n < head) {
                break;
            }

            body = (size_t) ((unsigned char) p[n + 2] << 8)
                   + (unsigned char) p[n + 3];
        }

        if (len - (size_t) n < head + body) {
            break;
        }

        rc = load_station_frame(c, p[n] & 15, p + n + head, body);

        if (rc == -1) {
            p = NULL;
        }
    }

    if (p == NULL) {
        load_station_lost(c);
        return -1;
    }

    return n;
}


static int
load_station_frame(load_conn_t *c, unsigned opcode, char *p, size_t len)
{
    switch (opcode) {

    case 1:
        if (load.mode == LOAD_NCHAN) {
            load_print_received(c, p, len);
            return 0;
        }

        return load_station_packet(c, p, len);

    case 9:
        load.pings++;
        return load_station_send(c, 10, p, len);

    case 10:
        return 0;

    default:
        return -1;
    }
}


static int
load_station_packet(load_conn_t *c, char *p, size_t len)
{
    int   n;
    char  buf[64];

    switch (len ? p[0] : 0) {

    case '0':
        c->state = station_connect;
        return load_station_send(c, 1, "40", 2);

    case '2':
        load.pings++;
        return load_station_send(c, 1, "3", 1);

    case '4':
        if (len < 2) {
            return -1;
        }

        if (p[1] == '2') {
            load_print_received(c, p, len);
            return 0;
        }

        if (p[1] != '0') {
            return -1;
        }

        n = snprintf(buf, sizeof(buf), "42[\"register\",\"s%u\"]", c->index);

        if (load_station_send(c, 1, buf, (size_t) n) == -1) {
            return -1;
        }

        return load_station_ready(c);

    default:
        return -1;
    }
}


static int
load_station_send(load_conn_t *c, unsigned opcode, const char *p, size_t len)
{
    char                buf[160];
    size_t              i;

    static const char   mask[4] = { 0x5a, 0x13, 0x27, 0x61 };

    if (len > 125) {
        return -1;
    }

    buf[0] = (char) (0x80 + opcode);
    buf[1] = (char) (0x80 + len);
    memcpy(buf + 2, mask, 4);

    for (i = 0; i < len; i++) {
        buf[6 + i] = p[i] ^ mask[i & 3];
    }

    return load_send(c, buf, 6 + len);
}


static int
load_station_ready(load_conn_t *c)
{
    c->state = station_ready;

    load.opening--;
    load.ready++;

    return 0;
}


static void
load_station_lost(load_conn_t *c)
{
    if (c->state == station_ready || c->state == station_pong) {
        load.ready--;

    } else {
        load.opening--;
    }

    if (!load.closing) {
        load.dropped++;
    }
}
