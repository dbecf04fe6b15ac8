
/*
 * Copyright (C) the print hub contributors
 */


/* The queue by which workers give each other connections. */


#include "unit.h"
#include "ngx_print_hand.h"


static ngx_print_hand_t  hand;


static void give_and_take(void);
static void full(void);
static void lost(void);
static void files(void);
static ngx_uint_t descriptors(void);


int
main(void)
{
    ngx_uint_t  before;

    before = descriptors();

    give_and_take();
    full();
    lost();
    files();

    unit_about("descriptors");
    unit_check(descriptors() == before);

    return unit_end();
}


static void
give_and_take(void)
{
    int      fds[NGX_PRINT_HAND_FDS], ends[2];
    char     ch;
    u_char   buf[100];
    size_t   len;

    unit_about("give and take");

    unit_check(ngx_print_hand_create(&hand) == NGX_OK);
    unit_check(pipe(ends) == 0);

    len = sizeof(buf);
    unit_check(ngx_print_hand_take(&hand, buf, &len, fds) == NGX_AGAIN);

    /* messages keep their bounds and their order */

    unit_check(ngx_print_hand_give(&hand, (u_char *) "first", 5, &ends[1], 1)
               == NGX_OK);
    unit_check(ngx_print_hand_give(&hand, (u_char *) "second!", 7, ends, 2)
               == NGX_OK);

    unit_check(ngx_print_hand_take(&hand, buf, &len, fds) == NGX_OK);
    unit_check(len == 5 && memcmp(buf, "first", 5) == 0);
    unit_check(fds[0] > 2 && fds[1] == -1);

    /* it is the same pipe, and the giver has still its own end */

    unit_check(write(fds[0], "x", 1) == 1);
    unit_check(read(ends[0], &ch, 1) == 1 && ch == 'x');
    unit_check(close(fds[0]) == 0);
    unit_check(write(ends[1], "y", 1) == 1);

    len = sizeof(buf);
    unit_check(ngx_print_hand_take(&hand, buf, &len, fds) == NGX_OK);
    unit_check(len == 7 && fds[0] > 2 && fds[1] > 2);
    unit_check(read(fds[0], &ch, 1) == 1 && ch == 'y');

    close(fds[0]);
    close(fds[1]);
    close(ends[0]);
    close(ends[1]);

    ngx_print_hand_destroy(&hand);
    unit_check(hand.fd[0] == -1 && hand.fd[1] == -1);
}


static void
full(void)
{
    int         fds[NGX_PRINT_HAND_FDS], fd;
    u_char      buf[200];
    size_t      len;
    ngx_int_t   rc;
    ngx_uint_t  n, i;

    unit_about("a full queue");

    unit_check(ngx_print_hand_create(&hand) == NGX_OK);

    fd = hand.fd[0];
    ngx_memzero(buf, sizeof(buf));

    for (n = 0; n < 100000; n++) {
        rc = ngx_print_hand_give(&hand, buf, sizeof(buf), &fd, 1);

        if (rc != NGX_OK) {
            break;
        }
    }

    unit_check(rc == NGX_AGAIN);
    unit_check(n > 10);

    for (i = 0; ; i++) {
        len = sizeof(buf);
        rc = ngx_print_hand_take(&hand, buf, &len, fds);

        if (rc != NGX_OK) {
            break;
        }

        close(fds[0]);
    }

    unit_check(rc == NGX_AGAIN && i == n);

    ngx_print_hand_destroy(&hand);
}


/* a part of the message, or its descriptor, does not come */

static void
lost(void)
{
    int            fds[NGX_PRINT_HAND_FDS];
    u_char         buf[100];
    size_t         len;
    struct rlimit  limit, less;

    unit_about("what is lost");

    unit_check(ngx_print_hand_create(&hand) == NGX_OK);

    unit_check(ngx_print_hand_give(&hand, (u_char *) "0123456789", 10,
                                   hand.fd, 1)
               == NGX_OK);
    len = 4;
    unit_check(ngx_print_hand_take(&hand, buf, &len, fds) == NGX_DECLINED);
    unit_check(fds[0] > 2);
    close(fds[0]);

    unit_check(ngx_print_hand_give(&hand, (u_char *) "abc", 3, hand.fd, 1)
               == NGX_OK);

    unit_check(getrlimit(RLIMIT_NOFILE, &limit) == 0);

    less = limit;
    less.rlim_cur = hand.fd[1] + 1;
    unit_check(setrlimit(RLIMIT_NOFILE, &less) == 0);

    len = sizeof(buf);
    unit_check(ngx_print_hand_take(&hand, buf, &len, fds) == NGX_DECLINED);
    unit_check(len == 3 && fds[0] == -1);

    unit_check(setrlimit(RLIMIT_NOFILE, &limit) == 0);

    ngx_print_hand_destroy(&hand);
}


static void
files(void)
{
    int            fd;
    size_t         i;

    static u_char  bytes[300000], again[300000];

    unit_about("a file");

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (u_char) (i * 7 + i / 256);
    }

    fd = ngx_print_hand_file(bytes, sizeof(bytes));
    unit_check(fd > 2);
    unit_check(ngx_print_hand_load(fd, again, sizeof(again)) == NGX_OK);
    unit_check(memcmp(bytes, again, sizeof(bytes)) == 0);
    close(fd);

    /* it is shorter than was said */

    fd = ngx_print_hand_file(bytes, 10);
    unit_check(ngx_print_hand_load(fd, again, 11) == NGX_ERROR);
    close(fd);
}


static ngx_uint_t
descriptors(void)
{
    int         fd;
    ngx_uint_t  n;

    n = 0;

    for (fd = 0; fd < 1000; fd++) {
        n += (fcntl(fd, F_GETFD) != -1);
    }

    return n;
}
