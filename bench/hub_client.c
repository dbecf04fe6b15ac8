
/*
 * Copyright (C) the print hub contributors
 */


#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "hub.h"


#define HUB_BUCKETS  (64 * 1024)


static hub_client_t **hub_client_bucket(const char *id, size_t len);


static hub_client_t  *hub_client_hash[HUB_BUCKETS];
static hub_client_t **hub_client_last = &hub.clients;


hub_client_t *
hub_client_find(const char *id, size_t len)
{
    hub_client_t  *client;

    for (client = *hub_client_bucket(id, len);
         client;
         client = client->hash)
    {
        if (client->len == len && memcmp(client->id, id, len) == 0) {
            break;
        }
    }

    return client;
}


static hub_client_t **
hub_client_bucket(const char *id, size_t len)
{
    size_t    i;
    uint32_t  key;

    key = 2166136261;

    for (i = 0; i < len; i++) {
        key = (key ^ (unsigned char) id[i]) * 16777619;
    }

    return &hub_client_hash[(key ^ (key >> 16)) % HUB_BUCKETS];
}


int
hub_client_register(hub_conn_t *c, const char *id, size_t len)
{
    hub_client_t  *client, **bucket;

    if (len > HUB_ID) {
        return -1;
    }

    client = hub_client_find(id, len);

    if (client == NULL) {
        client = calloc(1, sizeof(hub_client_t));

        if (client == NULL) {
            return -1;
        }

        memcpy(client->id, id, len);
        client->len = (uint8_t) len;

        bucket = hub_client_bucket(id, len);
        client->hash = *bucket;
        *bucket = client;

        *hub_client_last = client;
        hub_client_last = &client->next;
        hub.nclients++;
    }

    memcpy(client->sock, c->sock, HUB_SOCK);
    client->conn = c;
    c->client = client;

    return 0;
}


void
hub_sock(unsigned char *sock)
{
    static size_t         left;
    static unsigned char  pool[HUB_SOCK * 256];

    if (left == 0) {

        if (getrandom(pool, sizeof(pool), 0) != (ssize_t) sizeof(pool)) {
            abort();
        }

        left = sizeof(pool);
    }

    left -= HUB_SOCK;
    memcpy(sock, pool + left, HUB_SOCK);
}


char *
hub_base64(char *p, const unsigned char *data, size_t len, const char *digits)
{
    size_t    i;
    uint32_t  n;

    for (i = 0; i + 2 < len; i += 3) {
        n = (uint32_t) (data[i] << 16 | data[i + 1] << 8 | data[i + 2]);

        *p++ = digits[n >> 18];
        *p++ = digits[(n >> 12) & 63];
        *p++ = digits[(n >> 6) & 63];
        *p++ = digits[n & 63];
    }

    if (len - i == 2) {
        n = (uint32_t) (data[i] << 16 | data[i + 1] << 8);

        *p++ = digits[n >> 18];
        *p++ = digits[(n >> 12) & 63];
        *p++ = digits[(n >> 6) & 63];
        *p++ = '=';
    }

    return p;
}
