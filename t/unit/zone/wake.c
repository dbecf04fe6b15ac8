
/*
 * Copyright (C) the print hub contributors
 */


/* Slots and doorbells: claiming, ringing, too few descriptors. */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/resource.h>

#include "zone_base.h"


static void wake_slots(void);
static void wake_slots_taken(void);
static void wake_bells(void);
static void wake_inherit(void);
static void wake_error(void);
static void proc_take_slots(void *data);


int
main(void)
{
    bench_guard();

    wake_slots();
    wake_slots_taken();
    wake_bells();
    wake_inherit();
    wake_error();

    return unit_end();
}


static void
wake_slots(void)
{
    pid_t             pid;
    ngx_print_wake_t  saved;

    unit_about("slots");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);

    unit_check(bench_wake.slot == -1);
    unit_check(!ngx_print_wake_alive(&bench_wake, 0, ngx_getpid()));

    saved = bench_wake;

    unit_check(ngx_print_wake_claim(&bench_wake) == NGX_OK);
    unit_check(bench_wake.slot == 0);
    unit_check(ngx_print_wake_alive(&bench_wake, 0, ngx_getpid()));
    unit_check(!ngx_print_wake_alive(&bench_wake, 0, ngx_getpid() + 1));

    pid = bench_hold(zone_proc_claim, NULL);

    unit_check(ngx_print_wake_alive(&bench_wake, 1, pid));
    unit_check(!ngx_print_wake_alive(&bench_wake, 1, ngx_getpid()));
    unit_check(!ngx_print_wake_alive(&bench_wake, 2, pid));

    bench_kill(pid);

    unit_check(!ngx_print_wake_alive(&bench_wake, 1, pid));

    /* the lowest one again */

    pid = bench_hold(zone_proc_claim, NULL);

    unit_check(ngx_print_wake_alive(&bench_wake, 1, pid));

    bench_kill(pid);

    bench_wake = saved;
}


static void
wake_slots_taken(void)
{
    int               file;
    pid_t             pid;
    ngx_print_wake_t  wake;

    unit_about("all slots taken");

    if (ngx_print_wake_create(&wake, 1) != NGX_OK) {
        exit(2);
    }

    file = bench_wake.file;
    bench_wake.file = wake.file;
    pid = bench_hold(proc_take_slots, NULL);
    bench_wake.file = file;

    unit_check(ngx_print_wake_claim(&wake) == NGX_BUSY);
    unit_check(wake.slot == -1);

    bench_kill(pid);

    unit_check(ngx_print_wake_claim(&wake) == NGX_OK);

    ngx_print_wake_destroy(&wake);

    unit_check(wake.slot == -1);
    unit_check(ngx_print_wake_claim(&wake) == NGX_ERROR);
}


static void
wake_bells(void)
{
    ngx_print_wake_t  wake;

    unit_about("bells");

    if (ngx_print_wake_create(&wake, 2) != NGX_OK) {
        exit(2);
    }

    unit_check(wake.nbells == 2);

    /* a ring for an earlier owner is swallowed, two rings are one */

    ngx_print_wake_ring(&wake, 0);
    unit_check(ngx_print_wake_claim(&wake) == NGX_OK && wake.slot == 0);
    unit_check(!zone_rung(&wake, 0));

    ngx_print_wake_ring(&wake, 0);
    ngx_print_wake_ring(&wake, 0);
    ngx_print_wake_drain(&wake);
    unit_check(!zone_rung(&wake, 0));

    /* without a bell */

    ngx_print_wake_ring(&wake, 2);
    wake.slot = 2;
    ngx_print_wake_drain(&wake);

    ngx_print_wake_destroy(&wake);
}


static void
wake_inherit(void)
{
    ngx_print_wake_t        wake, heir;
    ngx_print_wake_table_t  table;

    unit_about("inherit");

    if (ngx_print_wake_create(&wake, 2) != NGX_OK) {
        exit(2);
    }

    unit_check(fcntl(wake.file, F_GETFD) == 0);
    unit_check(fcntl(wake.bell[1][0], F_GETFD) == 0);

    unit_check(ngx_print_wake_export(&wake, &table) == NGX_OK);
    unit_check(ngx_print_wake_inherit(&heir, &table) == NGX_OK);

    unit_check(heir.slot == -1 && heir.nbells == 2);
    unit_check(heir.file == wake.file);

    /* one rings the other */

    unit_check(ngx_print_wake_claim(&wake) == NGX_OK && wake.slot == 0);
    ngx_print_wake_ring(&heir, 0);
    unit_check(zone_rung(&wake, 0));

    /* another file has the number, or nobody has that of a bell */

    table.ino++;
    unit_check(ngx_print_wake_inherit(&heir, &table) == NGX_DECLINED);
    table.ino--;

    table.nbells = NGX_PRINT_WAKE_SLOTS + 1;
    unit_check(ngx_print_wake_inherit(&heir, &table) == NGX_DECLINED);
    table.nbells = 2;

    table.bell[1][0] = 1000000;
    unit_check(ngx_print_wake_inherit(&heir, &table) == NGX_DECLINED);

    ngx_print_wake_keep(&wake);
    unit_check(fcntl(wake.file, F_GETFD) == FD_CLOEXEC);
    unit_check(fcntl(wake.bell[0][1], F_GETFD) == FD_CLOEXEC);
    unit_check(fcntl(wake.bell[1][0], F_GETFD) == FD_CLOEXEC);

    ngx_print_wake_destroy(&wake);

    unit_check(ngx_print_wake_inherit(&heir, &table) == NGX_DECLINED);
}


static void
wake_error(void)
{
    int               fd;
    struct rlimit     was, few;
    ngx_print_wake_t  wake;

    unit_about("no descriptors");

    fd = dup(0);
    (void) close(fd);

    (void) getrlimit(RLIMIT_NOFILE, &was);

    few = was;
    few.rlim_cur = fd + 3;
    (void) setrlimit(RLIMIT_NOFILE, &few);

    unit_check(ngx_print_wake_create(&wake, 3) == NGX_ERROR);
    unit_check(ngx_errno == NGX_EMFILE);
    unit_check(wake.file == -1 && wake.nbells == 0);

    unit_check(dup(0) == fd);
    (void) close(fd);

    few.rlim_cur = fd;
    (void) setrlimit(RLIMIT_NOFILE, &few);

    unit_check(ngx_print_wake_create(&wake, 3) == NGX_ERROR);

    (void) setrlimit(RLIMIT_NOFILE, &was);
}


static void
proc_take_slots(void *data)
{
    struct flock  fl;

    ngx_memzero(&fl, sizeof(fl));

    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;

    if (fcntl(bench_wake.file, F_SETLK, &fl) == -1) {
        exit(1);
    }
}
