
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_wake.h"

#include <poll.h>

#if (NGX_HAVE_SYS_EVENTFD_H)
#include <sys/eventfd.h>
#endif

#if (NGX_LINUX)
#include <sys/mman.h>
#endif


static int ngx_print_wake_file(void);
static ngx_int_t ngx_print_wake_bell(int *bell);
static int ngx_print_wake_lock(ngx_print_wake_t *wake, int cmd,
    ngx_uint_t slot, struct flock *fl);


ngx_int_t
ngx_print_wake_create(ngx_print_wake_t *wake, ngx_uint_t nbells)
{
    ngx_err_t  err;

    wake->slot = -1;
    wake->nbells = 0;

    wake->file = ngx_print_wake_file();

    if (wake->file == -1) {
        return NGX_ERROR;
    }

    nbells = ngx_min(nbells, NGX_PRINT_WAKE_SLOTS);

    while (wake->nbells < nbells) {

        if (ngx_print_wake_bell(wake->bell[wake->nbells]) != NGX_OK) {
            err = ngx_errno;
            ngx_print_wake_destroy(wake);
            ngx_set_errno(err);

            return NGX_ERROR;
        }

        wake->nbells++;
    }

    return NGX_OK;
}


static int
ngx_print_wake_file(void)
{
    int  fd;

#if (NGX_LINUX && defined MFD_CLOEXEC)

    fd = memfd_create("print_hub_workers", 0);

    if (fd != -1) {
        /* its mode is 0777 otherwise */
        (void) fchmod(fd, S_IRUSR|S_IWUSR);
    }

#else

    char  name[] = "/tmp/print_hub.XXXXXX";

    fd = mkstemp(name);

    if (fd != -1) {
        (void) unlink(name);
    }

#endif

    return fd;
}


static ngx_int_t
ngx_print_wake_bell(int *bell)
{
#if (NGX_HAVE_SYS_EVENTFD_H)

    bell[0] = eventfd(0, EFD_NONBLOCK);
    bell[1] = bell[0];

    return bell[0] == -1 ? NGX_ERROR : NGX_OK;

#else

    ngx_uint_t  i;

    if (pipe(bell) == -1) {
        return NGX_ERROR;
    }

    for (i = 0; i < 2; i++) {
        if (fcntl(bell[i], F_SETFL, O_NONBLOCK) == -1) {
            (void) close(bell[0]);
            (void) close(bell[1]);

            return NGX_ERROR;
        }
    }

    return NGX_OK;

#endif
}


ngx_int_t
ngx_print_wake_inherit(ngx_print_wake_t *wake, ngx_print_wake_table_t *table)
{
    ngx_uint_t   i;
    struct stat  st;

    if (table->nbells > NGX_PRINT_WAKE_SLOTS
        || fstat(table->file, &st) == -1 || st.st_ino != table->ino)
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < table->nbells; i++) {
        if (fcntl(table->bell[i][0], F_GETFD) == -1
            || fcntl(table->bell[i][1], F_GETFD) == -1)
        {
            return NGX_DECLINED;
        }
    }

    wake->file = table->file;
    wake->slot = -1;
    wake->nbells = table->nbells;

    for (i = 0; i < table->nbells; i++) {
        wake->bell[i][0] = table->bell[i][0];
        wake->bell[i][1] = table->bell[i][1];
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_wake_export(ngx_print_wake_t *wake, ngx_print_wake_table_t *table)
{
    ngx_uint_t   i;
    struct stat  st;

    if (fstat(wake->file, &st) == -1) {
        return NGX_ERROR;
    }

    table->ino = st.st_ino;
    table->file = wake->file;
    table->nbells = wake->nbells;

    for (i = 0; i < wake->nbells; i++) {
        table->bell[i][0] = wake->bell[i][0];
        table->bell[i][1] = wake->bell[i][1];
    }

    return NGX_OK;
}


void
ngx_print_wake_keep(ngx_print_wake_t *wake)
{
    ngx_uint_t  i;

    (void) fcntl(wake->file, F_SETFD, FD_CLOEXEC);

    for (i = 0; i < wake->nbells; i++) {
        (void) fcntl(wake->bell[i][0], F_SETFD, FD_CLOEXEC);

        if (wake->bell[i][1] != wake->bell[i][0]) {
            (void) fcntl(wake->bell[i][1], F_SETFD, FD_CLOEXEC);
        }
    }
}


void
ngx_print_wake_destroy(ngx_print_wake_t *wake)
{
    ngx_uint_t  i;

    for (i = 0; i < wake->nbells; i++) {
        (void) close(wake->bell[i][0]);

        if (wake->bell[i][1] != wake->bell[i][0]) {
            (void) close(wake->bell[i][1]);
        }
    }

    (void) close(wake->file);

    wake->file = -1;
    wake->slot = -1;
    wake->nbells = 0;
}


ngx_int_t
ngx_print_wake_claim(ngx_print_wake_t *wake)
{
    ngx_uint_t    slot;
    struct flock  fl;

    for (slot = 0; slot < NGX_PRINT_WAKE_SLOTS; slot++) {

        if (ngx_print_wake_lock(wake, F_SETLK, slot, &fl) == 0) {
            wake->slot = slot;
            ngx_print_wake_drain(wake);

            return NGX_OK;
        }

        if (ngx_errno != NGX_EAGAIN && ngx_errno != NGX_EACCES) {
            return NGX_ERROR;
        }
    }

    return NGX_BUSY;
}


ngx_uint_t
ngx_print_wake_alive(ngx_print_wake_t *wake, ngx_uint_t slot, ngx_pid_t pid)
{
    struct flock  fl;

    if ((ngx_int_t) slot == wake->slot) {
        /* F_GETLK does not see the locks of its caller */
        return pid == ngx_getpid();
    }

    if (ngx_print_wake_lock(wake, F_GETLK, slot, &fl) == -1) {
        return 1;
    }

    return fl.l_type != F_UNLCK && fl.l_pid == pid;
}


static int
ngx_print_wake_lock(ngx_print_wake_t *wake, int cmd, ngx_uint_t slot,
    struct flock *fl)
{
    ngx_memzero(fl, sizeof(struct flock));

    fl->l_type = F_WRLCK;
    fl->l_whence = SEEK_SET;
    fl->l_start = slot;
    fl->l_len = 1;

    return fcntl(wake->file, cmd, fl);
}


void
ngx_print_wake_ring(ngx_print_wake_t *wake, ngx_uint_t slot)
{
    uint64_t  one;

    if (slot >= wake->nbells) {
        return;
    }

    /*
     * A full bell rings already. After any other failure the tick finds the
     * work.
     */

    one = 1;
    if (write(wake->bell[slot][1], &one, sizeof(uint64_t)) == -1) {
        return;
    }
}


void
ngx_print_wake_drain(ngx_print_wake_t *wake)
{
    ssize_t   n;
    uint64_t  buf[16];

    if ((ngx_uint_t) wake->slot >= wake->nbells) {
        return;
    }

    /* an eventfd is empty after one read, a pipe when a read is short */

    do {
        n = read(wake->bell[wake->slot][0], buf, sizeof(buf));
    } while (n == (ssize_t) sizeof(buf));
}


ngx_uint_t
ngx_print_wake_rung(ngx_print_wake_t *wake)
{
    struct pollfd  bell;

    if ((ngx_uint_t) wake->slot >= wake->nbells) {
        return 0;
    }

    bell.fd = wake->bell[wake->slot][0];
    bell.events = POLLIN;

    return poll(&bell, 1, 0) > 0;
}
