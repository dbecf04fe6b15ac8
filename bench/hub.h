
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A minimal hub: one process that does only what is necessary, for clients that
 * behave well.  The other servers are compared with it.
 */


#ifndef _HUB_H_INCLUDED_
#define _HUB_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


#define HUB_ID    32
#define HUB_SOCK  15
#define HUB_SID   20


typedef struct hub_conn_s    hub_conn_t;
typedef struct hub_client_s  hub_client_t;


struct hub_conn_s {
    int            fd;
    unsigned       websocket:1;
    unsigned       pinged:1;

    uint32_t       nin;        /* input that is not complete */
    uint32_t       nout;       /* output that the socket did not take */
    char          *in;
    char          *out;

    hub_conn_t    *prev;       /* in the order of the deadlines */
    hub_conn_t    *next;
    uint64_t       deadline;

    hub_client_t  *client;
    unsigned char  sock[HUB_SOCK];
};


struct hub_client_s {
    hub_client_t  *hash;
    hub_client_t  *next;       /* in the order of registration */
    hub_conn_t    *conn;       /* NULL: offline */
    unsigned char  sock[HUB_SOCK];
    uint8_t        len;
    char           id[HUB_ID];
};


typedef struct {
    int            epoll;
    uint64_t       now;        /* in milliseconds, as all times */
    uint64_t       interval;
    uint64_t       timeout;
    hub_conn_t     idle;       /* head of the connections to ping, and */
    hub_conn_t     pinged;     /* of those that owe a pong, by deadline */
    hub_client_t  *clients;
    size_t         nclients;
} hub_t;


/* hub_conn.c */

int hub_send(hub_conn_t *c, const char *p, size_t len);
int hub_flush(hub_conn_t *c);
void hub_close(hub_conn_t *c);
void hub_alive(hub_conn_t *c);
int hub_expire(void);
void hub_time(void);

/* hub_http.c */

ssize_t hub_http_read(hub_conn_t *c, char *p, size_t len);

/* hub_ws.c */

int hub_ws_open(hub_conn_t *c, char *key, size_t len);
ssize_t hub_ws_read(hub_conn_t *c, char *p, size_t len);
int hub_ws_print(hub_conn_t *c, const char *data, size_t len);

/* hub_client.c */

hub_client_t *hub_client_find(const char *id, size_t len);
int hub_client_register(hub_conn_t *c, const char *id, size_t len);
void hub_sock(unsigned char *sock);
char *hub_base64(char *p, const unsigned char *data, size_t len,
    const char *digits);

/* hub_sha1.c */

void hub_sha1(unsigned char digest[20], const unsigned char *p, size_t len);


extern hub_t  hub;


#endif /* _HUB_H_INCLUDED_ */
