
/*
 * Copyright (C) the print hub contributors
 */


#include <stdio.h>
#include <string.h>

#include "hub.h"


#define HUB_WS_TEXT   1
#define HUB_WS_CLOSE  8
#define HUB_WS_PING   9
#define HUB_WS_PONG   10


static int hub_ws_packet(hub_conn_t *c, char *p, size_t len);
static int hub_ws_connect(hub_conn_t *c);
static int hub_ws_send(hub_conn_t *c, unsigned opcode, const char *p,
    size_t len);


static const char  hub_ws_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
                                     "klmnopqrstuvwxyz0123456789+/";
static const char  hub_ws_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
                                  "klmnopqrstuvwxyz0123456789-_";


int
hub_ws_open(hub_conn_t *c, char *key, size_t len)
{
    int                 n, m;
    char                buf[512], accept[32], sid[HUB_SID + 1];
    unsigned char       text[128], digest[20], sock[HUB_SOCK];

    static const char   guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    if (len > 64) {
        return -1;
    }

    memcpy(text, key, len);
    memcpy(text + len, guid, sizeof(guid) - 1);

    hub_sha1(digest, text, len + sizeof(guid) - 1);
    *hub_base64(accept, digest, 20, hub_ws_digits) = '\0';

    hub_sock(sock);
    *hub_base64(sid, sock, HUB_SOCK, hub_ws_url) = '\0';

    n = sprintf(buf, "HTTP/1.1 101 Switching Protocols\r\n"
                     "Upgrade: websocket\r\n"
                     "Connection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: %s\r\n\r\n", accept);

    m = sprintf(buf + n + 2,
                "0{\"sid\":\"%s\",\"upgrades\":[],\"pingInterval\":%llu,"
                "\"pingTimeout\":%llu,\"maxPayload\":1000000}", sid,
                (unsigned long long) hub.interval,
                (unsigned long long) hub.timeout);

    buf[n] = (char) (0x80 + HUB_WS_TEXT);
    buf[n + 1] = (char) m;

    c->websocket = 1;
    hub_alive(c);

    return hub_send(c, buf, (size_t) (n + 2 + m));
}


/* Returns the length of a frame, 0 if it is incomplete, -1 after a close. */

ssize_t
hub_ws_read(hub_conn_t *c, char *p, size_t len)
{
    char    *mask;
    size_t   i, head, body;

    if (len < 6) {
        return 0;
    }

    head = 6;
    body = (unsigned char) p[1] & 0x7f;

    if (body == 126) {

        if (len < 8) {
            return 0;
        }

        head = 8;
        body = (size_t) ((unsigned char) p[2] << 8) + (unsigned char) p[3];

    } else if (body == 127) {
        return -1;
    }

    if (len < head + body) {
        return 0;
    }

    mask = p + head - 4;

    for (i = 0; i < body; i++) {
        p[head + i] ^= mask[i & 3];
    }

    switch (p[0] & 15) {

    case HUB_WS_TEXT:

        if (hub_ws_packet(c, p + head, body) == -1) {
            return -1;
        }

        break;

    case HUB_WS_PING:

        if (hub_ws_send(c, HUB_WS_PONG, p + head, body) == -1) {
            return -1;
        }

        break;

    case HUB_WS_PONG:
        break;

    default: /* HUB_WS_CLOSE */
        return -1;
    }

    return (ssize_t) (head + body);
}


static int
hub_ws_packet(hub_conn_t *c, char *p, size_t len)
{
    char               *end;

    static const char   event[] = "42[\"register\",\"";

    if (len == 1 && p[0] == '3') {
        hub_alive(c);
        return 0;
    }

    if (len == 2 && memcmp(p, "40", 2) == 0) {
        return hub_ws_connect(c);
    }

    if (len < sizeof(event) - 1
        || memcmp(p, event, sizeof(event) - 1) != 0)
    {
        return -1;
    }

    p += sizeof(event) - 1;
    end = memchr(p, '"', len - (sizeof(event) - 1));

    if (end == NULL) {
        return -1;
    }

    return hub_client_register(c, p, (size_t) (end - p));
}


static int
hub_ws_connect(hub_conn_t *c)
{
    int   n;
    char  buf[64], sid[HUB_SID + 1];

    hub_sock(c->sock);
    *hub_base64(sid, c->sock, HUB_SOCK, hub_ws_url) = '\0';

    n = sprintf(buf, "40{\"sid\":\"%s\"}", sid);

    return hub_ws_send(c, HUB_WS_TEXT, buf, (size_t) n);
}


int
hub_ws_print(hub_conn_t *c, const char *data, size_t len)
{
    char               *p;

    static char         buf[160 * 1024];
    static const char   head[] = "42[\"print\",{\"printData\":";
    static const char   none[] = "42[\"print\",{";

    if (len) {
        memcpy(buf, head, sizeof(head) - 1);
        p = buf + sizeof(head) - 1;
        memcpy(p, data, len);
        p += len;

    } else {
        memcpy(buf, none, sizeof(none) - 1);
        p = buf + sizeof(none) - 1;
    }

    *p++ = '}';
    *p++ = ']';

    return hub_ws_send(c, HUB_WS_TEXT, buf, (size_t) (p - buf));
}


static int
hub_ws_send(hub_conn_t *c, unsigned opcode, const char *p, size_t len)
{
    size_t       i, head;

    static char  buf[160 * 1024 + 16];

    buf[0] = (char) (0x80 + opcode);

    if (len < 126) {
        buf[1] = (char) len;
        head = 2;

    } else if (len < 65536) {
        buf[1] = 126;
        buf[2] = (char) (len >> 8);
        buf[3] = (char) len;
        head = 4;

    } else {
        buf[1] = 127;

        for (i = 0; i < 8; i++) {
            buf[2 + i] = (char) (len >> (56 - 8 * i));
        }

        head = 10;
    }

    memcpy(buf + head, p, len);

    return hub_send(c, buf, head + len);
}
