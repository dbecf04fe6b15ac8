
/*
 * Copyright (C) the print hub contributors
 */


/* usage: hub PORT PING_INTERVAL PING_TIMEOUT, both in milliseconds */


#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hub.h"


#define HUB_EVENTS  512
#define HUB_BUFFER  (64 * 1024)


static int hub_listen(int port);
static void hub_accept(void);
static void hub_read(hub_conn_t *c);
static int hub_keep(hub_conn_t *c, char *p, size_t len);
static int hub_flush(hub_conn_t *c);
static void hub_close(hub_conn_t *c);
static void hub_insert(hub_conn_t *list, hub_conn_t *c, uint64_t ms);
static void hub_remove(hub_conn_t *c);
static int hub_expire(void);
static void hub_time(void);


hub_t  hub;

static int         hub_epoll, hub_listening;
static char        hub_buffer[HUB_BUFFER];
static uint64_t    hub_now;

/* connections to ping, and connections that owe a pong, by deadline */
static hub_conn_t  hub_idle, hub_pinged;


int
main(int argc, char **argv)
{
    int                 i, n;
    hub_conn_t         *c;
    struct rlimit       rl;
    struct epoll_event  events[HUB_EVENTS];

    if (argc != 4) {
        (void) fprintf(stderr,
                       "usage: hub PORT PING_INTERVAL PING_TIMEOUT\n");
        return 2;
    }

    hub.interval = (uint64_t) atoi(argv[2]);
    hub.timeout = (uint64_t) atoi(argv[3]);
    hub_idle.prev = hub_idle.next = &hub_idle;
    hub_pinged.prev = hub_pinged.next = &hub_pinged;

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) signal(SIGPIPE, SIG_IGN);

    if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
        rl.rlim_cur = rl.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &rl);
    }

    if (hub_listen(atoi(argv[1])) == -1) {
        perror("hub");
        return 1;
    }

    for ( ;; ) {
        n = epoll_wait(hub_epoll, events, HUB_EVENTS, hub_expire());

        hub_time();

        for (i = 0; i < n; i++) {
            c = events[i].data.ptr;

            if (c == NULL) {
                hub_accept();

            } else if ((events[i].events & EPOLLOUT) && c->nout
                       && hub_flush(c) == -1)
            {
                hub_close(c);

            } else if (events[i].events & ~(uint32_t) EPOLLOUT) {
                hub_read(c);
            }
        }
    }
}


static int
hub_listen(int port)
{
    int                 one;
    struct epoll_event  ee;
    struct sockaddr_in  sin;

    one = 1;

    memset(&sin, 0, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t) port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    ee.events = EPOLLIN;
    ee.data.ptr = NULL;

    hub_epoll = epoll_create1(EPOLL_CLOEXEC);
    hub_listening = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0);

    (void) setsockopt(hub_listening, SOL_SOCKET, SO_REUSEADDR, &one,
                      sizeof(int));

    if (bind(hub_listening, (struct sockaddr *) &sin, sizeof(sin)) == -1
        || listen(hub_listening, 511) == -1)
    {
        return -1;
    }

    return epoll_ctl(hub_epoll, EPOLL_CTL_ADD, hub_listening, &ee);
}


static void
hub_accept(void)
{
    int                 fd, one;
    hub_conn_t         *c;
    struct epoll_event  ee;

    fd = accept4(hub_listening, NULL, NULL, SOCK_NONBLOCK);

    if (fd == -1) {
        return;
    }

    c = calloc(1, sizeof(hub_conn_t));

    if (c == NULL) {
        (void) close(fd);
        return;
    }

    one = 1;
    (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(int));

    c->fd = fd;
    c->prev = c->next = c;

    ee.events = EPOLLIN|EPOLLRDHUP|EPOLLET;
    ee.data.ptr = c;

    if (epoll_ctl(hub_epoll, EPOLL_CTL_ADD, fd, &ee) == -1) {
        hub_close(c);
    }
}


static void
hub_read(hub_conn_t *c)
{
    char     *p;
    size_t    len;
    ssize_t   n, used;

    for ( ;; ) {

        if (c->nin) {
            memcpy(hub_buffer, c->in, c->nin);
        }

        n = recv(c->fd, hub_buffer + c->nin, HUB_BUFFER - c->nin, 0);

        if (n == -1 && errno == EAGAIN) {
            return;
        }

        if (n <= 0) {
            hub_close(c);
            return;
        }

        len = c->nin + (size_t) n;
        p = hub_buffer;
        used = 0;

        while (len && (used = c->websocket ? hub_ws_read(c, p, len)
                                           : hub_http_read(c, p, len)) > 0)
        {
            p += used;
            len -= (size_t) used;
        }

        if (used == -1 || hub_keep(c, p, len) == -1) {
            hub_close(c);
            return;
        }
    }
}


static int
hub_keep(hub_conn_t *c, char *p, size_t len)
{
    free(c->in);
    c->in = NULL;
    c->nin = (uint32_t) len;

    if (len == 0) {
        return 0;
    }

    if (len == HUB_BUFFER) {
        return -1;
    }

    c->in = malloc(len);

    if (c->in == NULL) {
        return -1;
    }

    memcpy(c->in, p, len);

    return 0;
}


int
hub_send(hub_conn_t *c, const char *p, size_t len)
{
    char                *out;
    ssize_t              n;
    struct epoll_event   ee;

    n = c->nout ? 0 : send(c->fd, p, len, 0);

    if (n == (ssize_t) len) {
        return 0;
    }

    if (n == -1) {

        if (errno != EAGAIN) {
            return -1;
        }

        n = 0;
    }

    len -= (size_t) n;
    out = realloc(c->out, c->nout + len);

    if (out == NULL) {
        return -1;
    }

    memcpy(out + c->nout, p + n, len);
    c->out = out;
    c->nout += (uint32_t) len;

    ee.events = EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET;
    ee.data.ptr = c;

    return epoll_ctl(hub_epoll, EPOLL_CTL_MOD, c->fd, &ee);
}


static int
hub_flush(hub_conn_t *c)
{
    ssize_t             n;
    struct epoll_event  ee;

    n = send(c->fd, c->out, c->nout, 0);

    if (n == -1) {
        return errno == EAGAIN ? 0 : -1;
    }

    c->nout -= (uint32_t) n;

    if (c->nout) {
        memmove(c->out, c->out + n, c->nout);
        return 0;
    }

    free(c->out);
    c->out = NULL;

    ee.events = EPOLLIN|EPOLLRDHUP|EPOLLET;
    ee.data.ptr = c;

    return epoll_ctl(hub_epoll, EPOLL_CTL_MOD, c->fd, &ee);
}


static void
hub_close(hub_conn_t *c)
{
    hub_remove(c);

    if (c->client && c->client->conn == c) {
        c->client->conn = NULL;
    }

    (void) close(c->fd);

    free(c->in);
    free(c->out);
    free(c);
}


/* Sets the next ping of a websocket that has opened or answered. */

void
hub_alive(hub_conn_t *c)
{
    c->pinged = 0;

    hub_remove(c);
    hub_insert(&hub_idle, c, hub.interval);
}


static void
hub_insert(hub_conn_t *list, hub_conn_t *c, uint64_t ms)
{
    c->deadline = hub_now + ms;

    c->prev = list->prev;
    c->next = list;
    c->prev->next = c;
    list->prev = c;
}


static void
hub_remove(hub_conn_t *c)
{
    c->prev->next = c->next;
    c->next->prev = c->prev;
}


/* Returns the milliseconds until the next deadline. */

static int
hub_expire(void)
{
    uint64_t            next;
    hub_conn_t         *c;

    static const char   ping[] = { (char) 0x81, 1, '2' };

    hub_time();

    for (c = hub_pinged.next;
         c != &hub_pinged && c->deadline <= hub_now;
         c = hub_pinged.next)
    {
        hub_close(c);
    }

    for (c = hub_idle.next;
         c != &hub_idle && c->deadline <= hub_now;
         c = hub_idle.next)
    {
        hub_remove(c);
        hub_insert(&hub_pinged, c, hub.timeout);

        c->pinged = 1;

        if (hub_send(c, ping, sizeof(ping)) == -1) {
            hub_close(c);
        }
    }

    next = (uint64_t) -1;

    if (hub_idle.next != &hub_idle) {
        next = hub_idle.next->deadline;
    }

    if (hub_pinged.next != &hub_pinged && hub_pinged.next->deadline < next) {
        next = hub_pinged.next->deadline;
    }

    return next == (uint64_t) -1 ? -1 : (int) (next - hub_now);
}


static void
hub_time(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);

    hub_now = (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;
}
