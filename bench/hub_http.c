
/*
 * Copyright (C) the print hub contributors
 */


#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hub.h"


#define HUB_ENTRY  (HUB_ID * 6 + 96)


static int hub_http_request(hub_conn_t *c, char *p, size_t len);
static int hub_http_print(hub_conn_t *c, char *p, char *end);
static char *hub_http_argument(char *p, char *end, const char *name,
    size_t *len);
static size_t hub_http_unescape(char *dst, const char *p, size_t len);
static size_t hub_http_quote(char *dst, const char *p, size_t len);
static int hub_http_status(hub_conn_t *c);
static char *hub_http_entry(char *p, hub_client_t *client);
static int hub_http_answer(hub_conn_t *c, const char *body, size_t len);


static char  hub_http_text[128 * 1024];
static char  hub_http_data[128 * 1024];


/* Returns the length of a request, 0 if it is incomplete, -1 if invalid. */

ssize_t
hub_http_read(hub_conn_t *c, char *p, size_t len)
{
    char  *end;

    end = memmem(p, len, "\r\n\r\n", 4);

    if (end == NULL) {
        return 0;
    }

    end += 4;

    if (hub_http_request(c, p, (size_t) (end - p)) == -1) {
        return -1;
    }

    return end - p;
}


static int
hub_http_request(hub_conn_t *c, char *p, size_t len)
{
    char               *uri, *end, *key;

    static const char   status[] = "/getStatus ";
    static const char   print[] = "/startPrint?";
    static const char   socket[] = "/socket.io/?";
    static const char   header[] = "Sec-WebSocket-Key: ";

    if (len < 32 || memcmp(p, "GET ", 4) != 0) {
        return -1;
    }

    uri = p + 4;
    end = memchr(uri, ' ', len - 4);

    if (end == NULL) {
        return -1;
    }

    if (memcmp(uri, print, sizeof(print) - 1) == 0) {
        return hub_http_print(c, uri + sizeof(print) - 1, end);
    }

    if (memcmp(uri, status, sizeof(status) - 1) == 0) {
        return hub_http_status(c);
    }

    if (memcmp(uri, socket, sizeof(socket) - 1) == 0) {
        key = memmem(p, len, header, sizeof(header) - 1);

        if (key) {
            key += sizeof(header) - 1;
            end = memchr(key, '\r', (size_t) (p + len - key));

            return hub_ws_open(c, key, (size_t) (end - key));
        }
    }

    return -1;
}


static int
hub_http_print(hub_conn_t *c, char *p, char *end)
{
    char               *id, *data;
    size_t              nid, ndata;
    hub_client_t       *client;

    static const char   accepted[] = "{\"message\":\"参数已接收\"}";
    static const char   offline[] = "{\"message\":\"打印机离线\"}";
    static const char   unknown[] = "{\"message\":\"打印机不存在\"}";

    id = hub_http_argument(p, end, "clientId=", &nid);

    if (id) {
        nid = hub_http_unescape(hub_http_text, id, nid);
    }

    client = id ? hub_client_find(hub_http_text, nid) : NULL;

    if (client == NULL) {
        return hub_http_answer(c, unknown, sizeof(unknown) - 1);
    }

    if (client->conn == NULL) {
        return hub_http_answer(c, offline, sizeof(offline) - 1);
    }

    data = hub_http_argument(p, end, "printData=", &ndata);

    if (data) {
        ndata = hub_http_unescape(hub_http_text, data, ndata);
        ndata = hub_http_quote(hub_http_data, hub_http_text, ndata);
    }

    /* a broken connection causes an event of its own */

    (void) hub_ws_print(client->conn, hub_http_data, data ? ndata : 0);

    return hub_http_answer(c, accepted, sizeof(accepted) - 1);
}


static char *
hub_http_argument(char *p, char *end, const char *name, size_t *len)
{
    char    *next;
    size_t   n;

    n = strlen(name);

    for ( /* void */ ; p < end; p = next + 1) {

        next = memchr(p, '&', (size_t) (end - p));

        if (next == NULL) {
            next = end;
        }

        if ((size_t) (next - p) >= n && memcmp(p, name, n) == 0) {
            *len = (size_t) (next - p) - n;
            return p + n;
        }
    }

    return NULL;
}


static size_t
hub_http_unescape(char *dst, const char *p, size_t len)
{
    char        *d, hex[3];
    const char  *last;

    d = dst;
    hex[2] = '\0';

    for (last = p + len; p < last; p++) {

        if (*p == '%' && last - p > 2) {
            hex[0] = *++p;
            hex[1] = *++p;
            *d++ = (char) strtol(hex, NULL, 16);

        } else {
            *d++ = (*p == '+') ? ' ' : *p;
        }
    }

    return (size_t) (d - dst);
}


static size_t
hub_http_quote(char *dst, const char *p, size_t len)
{
    char        *d;
    const char  *last;

    d = dst;
    *d++ = '"';

    for (last = p + len; p < last; p++) {

        if ((unsigned char) *p < 0x20) {
            d += sprintf(d, "\\u%04x", *p);
            continue;
        }

        if (*p == '"' || *p == '\\') {
            *d++ = '\\';
        }

        *d++ = *p;
    }

    *d++ = '"';

    return (size_t) (d - dst);
}


static int
hub_http_status(hub_conn_t *c)
{
    char           *p;
    hub_client_t   *client;

    static char    *body;
    static size_t   size;

    if (size < HUB_ENTRY * (hub.nclients + 1)) {
        size = 2 * HUB_ENTRY * (hub.nclients + 1);

        free(body);
        body = malloc(size);

        if (body == NULL) {
            size = 0;
            return -1;
        }
    }

    p = stpcpy(body, "{\"data\":[");

    for (client = hub.clients; client; client = client->next) {
        p = hub_http_entry(p, client);
        *p++ = client->next ? ',' : ']';
    }

    if (hub.clients == NULL) {
        *p++ = ']';
    }

    *p++ = '}';

    return hub_http_answer(c, body, (size_t) (p - body));
}


static char *
hub_http_entry(char *p, hub_client_t *client)
{
    static const char  digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
                                  "klmnopqrstuvwxyz0123456789-_";

    p = stpcpy(p, "{\"clientId\":");
    p += hub_http_quote(p, client->id, client->len);
    p = stpcpy(p, client->conn ? ",\"connected\":true,\"socketId\":\""
                               : ",\"connected\":false,\"socketId\":\"");
    p = hub_base64(p, client->sock, HUB_SOCK, digits);

    return stpcpy(p, "\"}");
}


static int
hub_http_answer(hub_conn_t *c, const char *body, size_t len)
{
    int          n;

    static char  buf[16 * 1024];

    n = sprintf(buf, "HTTP/1.1 200 OK\r\n"
                     "Content-Type: application/json; charset=utf-8\r\n"
                     "Content-Length: %zu\r\n"
                     "Access-Control-Allow-Origin: *\r\n\r\n", len);

    if (len > sizeof(buf) - (size_t) n) {

        if (hub_send(c, buf, (size_t) n) == -1) {
            return -1;
        }

        return hub_send(c, body, len);
    }

    memcpy(buf + n, body, len);

    return hub_send(c, buf, (size_t) n + len);
}
