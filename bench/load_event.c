
/*
 * Copyright (C) the print hub contributors
 */


#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"


#define LOAD_EVENTS    256
#define LOAD_BUFFER    (256 * 1024)
#define LOAD_PER_ADDR  8000


static int load_bind(int fd);
static void load_read(load_conn_t *c);
static ssize_t load_recv(load_conn_t *c, char **p);
static int load_keep(load_conn_t *c, char *p, size_t len);


static int       load_epoll;
static uint32_t  load_connections;
static char      load_buffer[LOAD_BUFFER];


int
load_event_init(void)
{
    load_epoll = epoll_create1(EPOLL_CLOEXEC);

    return load_epoll;
}


uint64_t
load_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


/*
 * The handshake of the loopback device is over when connect() returns: to
 * block costs nothing.  What follows asks for MSG_DONTWAIT.
 */

int
load_connect(load_conn_t *c, load_input_pt input)
{
    int                 fd, one;
    struct epoll_event  ee;
    struct sockaddr_in  sin;

    c->input = input;
    c->fd = -1;
    c->kept = 0;

    fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);

    if (fd == -1) {
        return -1;
    }

    one = 1;
    (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(int));

    memset(&sin, 0, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) load.port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    ee.events = EPOLLIN|EPOLLRDHUP;
    ee.data.ptr = c;

    if (load_bind(fd) == -1
        || connect(fd, (struct sockaddr *) &sin, sizeof(sin)) == -1
        || epoll_ctl(load_epoll, EPOLL_CTL_ADD, fd, &ee) == -1)
    {
        (void) close(fd);
        return -1;
    }

    c->fd = fd;

    return 0;
}


/* the kernel finds a port slowly when half of an address's are in use */

static int
load_bind(int fd)
{
    int                 one;
    uint32_t            n;
    struct sockaddr_in  sin;

    one = 1;
    n = load_connections++ / LOAD_PER_ADDR;

    memset(&sin, 0, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl((127u << 24) + ((load.source & 255) << 8)
                                + 1 + n % 250);

    (void) setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
                      sizeof(int));

    return bind(fd, (struct sockaddr *) &sin, sizeof(sin));
}


/* requests are short: a socket that does not take one is broken */

int
load_send(load_conn_t *c, const char *p, size_t len)
{
    if (send(c->fd, p, len, MSG_DONTWAIT|MSG_NOSIGNAL) == (ssize_t) len) {
        return 0;
    }

    return -1;
}


void
load_close(load_conn_t *c)
{
    if (c->fd != -1) {
        (void) close(c->fd);
        c->fd = -1;
    }

    free(c->keep);
    c->keep = NULL;
    c->kept = 0;
    c->size = 0;
}


void
load_poll(int ms)
{
    int                 i, n;
    load_conn_t        *c;
    struct epoll_event  events[LOAD_EVENTS];

    n = epoll_wait(load_epoll, events, LOAD_EVENTS, ms);

    for (i = 0; i < n; i++) {
        c = events[i].data.ptr;

        if (c->fd != -1) {
            load_read(c);
        }
    }
}


static void
load_read(load_conn_t *c)
{
    char     *p;
    ssize_t   n, used;
    size_t    len;

    n = load_recv(c, &p);

    if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n <= 0) {
        (void) c->input(c, NULL, 0);
        load_close(c);
        return;
    }

    len = c->kept + (size_t) n;
    used = c->input(c, p, len);

    if (c->fd == -1) {
        return;
    }

    if (used == -1 || load_keep(c, p + used, len - (size_t) used) == -1) {
        load_close(c);
    }
}


/* Sets *p to the bytes that were kept, followed by those that arrived. */

static ssize_t
load_recv(load_conn_t *c, char **p)
{
    char  *keep;

    if (c->kept == 0) {
        *p = load_buffer;
        return recv(c->fd, load_buffer, LOAD_BUFFER, MSG_DONTWAIT);
    }

    if (c->size - c->kept < LOAD_BUFFER) {
        keep = realloc(c->keep, c->size * 2 + LOAD_BUFFER);

        if (keep == NULL) {
            return 0;
        }

        c->keep = keep;
        c->size = c->size * 2 + LOAD_BUFFER;
    }

    *p = c->keep;

    return recv(c->fd, c->keep + c->kept, c->size - c->kept, MSG_DONTWAIT);
}


static int
load_keep(load_conn_t *c, char *p, size_t len)
{
    if (len == 0) {
        free(c->keep);
        c->keep = NULL;
        c->size = 0;
        c->kept = 0;
        return 0;
    }

    if (c->keep == NULL) {
        c->keep = malloc(len);

        if (c->keep == NULL) {
            return -1;
        }

        c->size = (uint32_t) len;
    }

    memmove(c->keep, p, len);
    c->kept = (uint32_t) len;

    return 0;
}
