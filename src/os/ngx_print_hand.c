
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_hand.h"

#if (NGX_LINUX)
#include <sys/mman.h>
#endif


/*
 * Messages keep their bounds.  A stream of datagrams would be bounded by their
 * number, which is as small as ten in many kernels; macOS has nothing else.
 */
#if (NGX_DARWIN)
#define NGX_PRINT_HAND_TYPE  SOCK_DGRAM
#else
#define NGX_PRINT_HAND_TYPE  SOCK_SEQPACKET
#endif


/* aligned as a control message has to be */
typedef union {
    struct cmsghdr    header;
    u_char            space[CMSG_SPACE(NGX_PRINT_HAND_FDS * sizeof(int))];
} ngx_print_hand_control_t;


ngx_int_t
ngx_print_hand_create(ngx_print_hand_t *hand)
{
    ngx_err_t   err;
    ngx_uint_t  i;

    if (socketpair(AF_UNIX, NGX_PRINT_HAND_TYPE, 0, hand->fd) == -1) {
        hand->fd[0] = -1;
        hand->fd[1] = -1;

        return NGX_ERROR;
    }

    for (i = 0; i < 2; i++) {

        if (fcntl(hand->fd[i], F_SETFL, O_NONBLOCK) == -1) {
            err = ngx_errno;
            ngx_print_hand_destroy(hand);
            ngx_set_errno(err);

            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_print_hand_keep(ngx_print_hand_t *hand)
{
    if (hand->fd[0] != -1) {
        (void) fcntl(hand->fd[0], F_SETFD, FD_CLOEXEC);
        (void) fcntl(hand->fd[1], F_SETFD, FD_CLOEXEC);
    }
}


void
ngx_print_hand_destroy(ngx_print_hand_t *hand)
{
    if (hand->fd[0] != -1) {
        (void) close(hand->fd[0]);
        (void) close(hand->fd[1]);
    }

    hand->fd[0] = -1;
    hand->fd[1] = -1;
}


void
ngx_print_hand_inherit(ngx_print_hand_t *hand, int32_t *fd)
{
    int         type;
    socklen_t   len;
    ngx_uint_t  i;

    for (i = 0; i < 2; i++) {
        len = sizeof(int);

        if (getsockopt(fd[i], SOL_SOCKET, SO_TYPE, &type, &len) == -1
            || type != NGX_PRINT_HAND_TYPE)
        {
            hand->fd[0] = -1;
            hand->fd[1] = -1;
            return;
        }
    }

    hand->fd[0] = fd[0];
    hand->fd[1] = fd[1];
}


ngx_int_t
ngx_print_hand_give(ngx_print_hand_t *hand, u_char *p, size_t len, int *fds,
    ngx_uint_t n)
{
    ngx_err_t                  err;
    struct iovec               iov;
    struct msghdr              msg;
    ngx_print_hand_control_t   control;

    ngx_memzero(&msg, sizeof(struct msghdr));
    ngx_memzero(&control, sizeof(ngx_print_hand_control_t));

    iov.iov_base = p;
    iov.iov_len = len;

    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = &control;
    msg.msg_controllen = CMSG_SPACE(n * sizeof(int));

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(n * sizeof(int));

    ngx_memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));

    if (sendmsg(hand->fd[1], &msg, MSG_DONTWAIT) != -1) {
        return NGX_OK;
    }

    err = ngx_errno;

    return (err == NGX_EAGAIN || err == NGX_EINTR || err == ENOBUFS
            || err == ETOOMANYREFS)
           ? NGX_AGAIN : NGX_ERROR;
}


ngx_int_t
ngx_print_hand_take(ngx_print_hand_t *hand, u_char *p, size_t *len, int *fds)
{
    ssize_t                    size;
    ngx_err_t                  err;
    ngx_uint_t                 i, n;
    struct iovec               iov;
    struct msghdr              msg;
    struct cmsghdr            *header;
    ngx_print_hand_control_t   control;

    for (i = 0; i < NGX_PRINT_HAND_FDS; i++) {
        fds[i] = -1;
    }

    ngx_memzero(&msg, sizeof(struct msghdr));

    iov.iov_base = p;
    iov.iov_len = *len;

    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = &control;
    msg.msg_controllen = sizeof(ngx_print_hand_control_t);

    size = recvmsg(hand->fd[0], &msg, MSG_DONTWAIT);

    if (size == -1) {
        err = ngx_errno;

        return (err == NGX_EAGAIN || err == NGX_EINTR) ? NGX_AGAIN : NGX_ERROR;
    }

    *len = size;

    header = CMSG_FIRSTHDR(&msg);

    if (header && header->cmsg_level == SOL_SOCKET
        && header->cmsg_type == SCM_RIGHTS)
    {
        n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        ngx_memcpy(fds, CMSG_DATA(header),
                   ngx_min(n, NGX_PRINT_HAND_FDS) * sizeof(int));
    }

    return (msg.msg_flags & (MSG_TRUNC|MSG_CTRUNC)) ? NGX_DECLINED : NGX_OK;
}


int
ngx_print_hand_file(u_char *p, size_t len)
{
    int      fd;
    size_t   at;
    ssize_t  n;

#if (NGX_LINUX && defined MFD_CLOEXEC)

    fd = memfd_create("print_hub websocket", MFD_CLOEXEC);

#else

    char     name[] = "/tmp/print_hub.XXXXXX";

    fd = mkstemp(name);

    if (fd != -1) {
        (void) unlink(name);
        (void) fcntl(fd, F_SETFD, FD_CLOEXEC);
    }

#endif

    if (fd == -1) {
        return -1;
    }

    for (at = 0; at < len; at += n) {
        n = pwrite(fd, p + at, len - at, at);

        if (n <= 0) {
            (void) close(fd);
            return -1;
        }
    }

    return fd;
}


ngx_int_t
ngx_print_hand_load(int fd, u_char *p, size_t len)
{
    size_t   at;
    ssize_t  n;

    for (at = 0; at < len; at += n) {
        n = pread(fd, p + at, len - at, at);

        if (n <= 0) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
