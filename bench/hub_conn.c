
/*
 * Copyright (C) the print hub contributors
 */


/* The connections: output, deadlines and the end. */


#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "hub.h"


static void hub_insert(hub_conn_t *list, hub_conn_t *c, uint64_t ms);
static void hub_remove(hub_conn_t *c);


hub_t  hub;


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

    return epoll_ctl(hub.epoll, EPOLL_CTL_MOD, c->fd, &ee);
}


int
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

    return epoll_ctl(hub.epoll, EPOLL_CTL_MOD, c->fd, &ee);
}


void
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
    hub_insert(&hub.idle, c, hub.interval);
}


static void
hub_insert(hub_conn_t *list, hub_conn_t *c, uint64_t ms)
{
    c->deadline = hub.now + ms;

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

int
hub_expire(void)
{
    uint64_t            next;
    hub_conn_t         *c;

    static const char   ping[] = { (char) 0x81, 1, '2' };

    hub_time();

    for (c = hub.pinged.next;
         c != &hub.pinged && c->deadline <= hub.now;
         c = hub.pinged.next)
    {
        hub_close(c);
    }

    for (c = hub.idle.next;
         c != &hub.idle && c->deadline <= hub.now;
         c = hub.idle.next)
    {
        hub_remove(c);
        hub_insert(&hub.pinged, c, hub.timeout);

        c->pinged = 1;

        if (hub_send(c, ping, sizeof(ping)) == -1) {
            hub_close(c);
        }
    }

    next = (uint64_t) -1;

    if (hub.idle.next != &hub.idle) {
        next = hub.idle.next->deadline;
    }

    if (hub.pinged.next != &hub.pinged && hub.pinged.next->deadline < next) {
        next = hub.pinged.next->deadline;
    }

    return next == (uint64_t) -1 ? -1 : (int) (next - hub.now);
}


void
hub_time(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);

    hub.now = (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;
}
