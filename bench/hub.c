
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


static int   hub_listening;
static char  hub_buffer[HUB_BUFFER];


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
    hub.idle.prev = hub.idle.next = &hub.idle;
    hub.pinged.prev = hub.pinged.next = &hub.pinged;

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
        n = epoll_wait(hub.epoll, events, HUB_EVENTS, hub_expire());

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

    hub.epoll = epoll_create1(EPOLL_CLOEXEC);
    hub_listening = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0);

    (void) setsockopt(hub_listening, SOL_SOCKET, SO_REUSEADDR, &one,
                      sizeof(int));

    if (bind(hub_listening, (struct sockaddr *) &sin, sizeof(sin)) == -1
        || listen(hub_listening, 511) == -1)
    {
        return -1;
    }

    return epoll_ctl(hub.epoll, EPOLL_CTL_ADD, hub_listening, &ee);
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

    if (epoll_ctl(hub.epoll, EPOLL_CTL_ADD, fd, &ee) == -1) {
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
