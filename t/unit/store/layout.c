
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Zones that were written to a file once, and can be imported for ever: each of
 * layouts/ was recorded when its layout was the present one.
 *
 *   layout           reads all of them
 *   layout record    writes layouts/<present layout>.gz and .txt anew, which is
 *                    allowed until a version with this layout is released
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <dirent.h>
#include <sys/mman.h>
#include <zlib.h>

#include "ngx_print_reopen.h"
#include "ngx_print_import.h"
#include "populate_base.h"


#define LAYOUT_FOLDER  "store/layouts"
#define LAYOUT_SIZE    (4 * NGX_PRINT_STORE_MIN_SIZE)

#define layout_path(path, layout, ext)                                        \
    (void) snprintf(path, sizeof(path), "%s/%u.%s", LAYOUT_FOLDER,            \
                    (unsigned) layout, ext)


static int layout_record(void);
static void layout_all(void);
static void layout_read(uint32_t layout);
static void layout_import(uint32_t layout, u_char *mem, size_t size);
static void layout_tell(ngx_print_store_t *st, char *p, char *last);
static char *layout_tell_job(ngx_print_store_t *st, uint32_t index, char *p,
    char *last);
static uint32_t layout_payload(ngx_print_store_t *st, uint32_t blob);


static char  layout_told[CHECK_TEXT];
static char  layout_wanted[CHECK_TEXT];


int
main(int argc, char **argv)
{
    bench_guard();

    if (argc > 1 && strcmp(argv[1], "record") == 0) {
        return layout_record();
    }

    layout_all();

    return unit_end();
}


static int
layout_record(void)
{
    char             path[NGX_MAX_PATH];
    FILE            *text;
    gzFile           gz;
    store_worker_t   a, b;

    bench_create(LAYOUT_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);

    layout_path(path, NGX_PRINT_STORE_LAYOUT, "gz");
    gz = gzopen(path, "wb9");

    if (gz == NULL
        || gzwrite(gz, bench_zone, bench_size) != (int) bench_size
        || gzclose(gz) != Z_OK)
    {
        perror(path);
        return 1;
    }

    layout_path(path, NGX_PRINT_STORE_LAYOUT, "txt");
    text = fopen(path, "w");

    layout_tell(&a.st, layout_told, layout_told + CHECK_TEXT);

    if (text == NULL || fputs(layout_told, text) == EOF || fclose(text) != 0) {
        perror(path);
        return 1;
    }

    return 0;
}


static void
layout_all(void)
{
    DIR            *dir;
    char           *end;
    uint32_t        layout;
    ngx_uint_t      present;
    struct dirent  *entry;

    if (sizeof(uintptr_t) != 8 || htonl(1) == 1) {
        /* they are of 64 bits, the low byte first, as files of nginx are */
        unit_check(1);
        return;
    }

    dir = opendir(LAYOUT_FOLDER);
    present = 0;

    unit_check(dir != NULL);

    while (dir && (entry = readdir(dir)) != NULL) {
        layout = strtoul(entry->d_name, &end, 10);

        if (strcmp(end, ".gz") == 0) {
            layout_read(layout);
            present |= (layout == NGX_PRINT_STORE_LAYOUT);
        }
    }

    unit_about("layout %u is not recorded: see docs/architecture.md",
               NGX_PRINT_STORE_LAYOUT);
    unit_check(present);

    if (dir) {
        (void) closedir(dir);
    }
}


static void
layout_read(uint32_t layout)
{
    int      n, size;
    char     path[NGX_MAX_PATH];
    FILE    *text;
    gzFile   gz;
    u_char  *mem;

    unit_about("layout %u", (unsigned) layout);

    layout_path(path, layout, "gz");
    gz = gzopen(path, "rb");

    mem = mmap(NULL, LAYOUT_SIZE, PROT_READ|PROT_WRITE,
               MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

    if (gz == NULL || mem == MAP_FAILED) {
        unit_check(0);
        return;
    }

    for (size = 0; size < LAYOUT_SIZE; size += n) {
        n = gzread(gz, mem + size, LAYOUT_SIZE - size);

        if (n <= 0) {
            break;
        }
    }

    (void) gzclose(gz);

    layout_path(path, layout, "txt");
    text = fopen(path, "r");

    ngx_memzero(layout_wanted, CHECK_TEXT);

    unit_check(text && fread(layout_wanted, 1, CHECK_TEXT - 1, text));

    if (text) {
        (void) fclose(text);
    }

    layout_import(layout, mem, size);

    (void) munmap(mem, LAYOUT_SIZE);
}


/* into twice the size: all that it has is there, and goes on */

static void
layout_import(uint32_t layout, u_char *mem, size_t size)
{
    uint32_t           n;
    bench_job_t        job;
    store_worker_t     a;
    ngx_print_store_t  from, to;

    unit_check(ngx_print_import_knows(layout));

    bench_create(2 * LAYOUT_SIZE, 0, 0, 0);
    ngx_memzero(bench_zone, bench_size);

    if (ngx_print_import_open(&from, mem, size, layout) != NGX_OK
        || ngx_print_import_lack(&from, bench_size, &n) != NULL
        || ngx_print_import(&to, bench_zone, bench_size, &from) != NGX_OK)
    {
        unit_check(0);
        return;
    }

    unit_check(ngx_print_reopen_check(bench_zone, bench_size) == NGX_OK);

    ngx_print_reopen(&to);

    /* this worker repairs it */

    bench_fake(&a.st, &a.wake, 5);

    check_pages_forget();
    unit_check(check_zone(&a.st, 0) == NULL);

    layout_tell(&a.st, layout_told, layout_told + CHECK_TEXT);

    unit_check(strcmp(layout_wanted, layout_told) == 0);

    if (strcmp(layout_wanted, layout_told)) {
        check_diff(layout_wanted, layout_told);
    }

    bench_job(&job, 1000, "N", 100);
    job.init.queue = 1000;

    unit_check(bench_print(&a.st, &job) == NGX_OK);
    unit_check(check_zone(&a.st, 0) == NULL);
}


/*
 * A text of what must not be lost.  It says nothing of what later layouts may
 * do otherwise, so do not change it: the recorded ones would not match.
 */

static void
layout_tell(ngx_print_store_t *st, char *p, char *last)
{
    uint32_t                    i;
    ngx_print_store_client_t   *cl;
    ngx_print_store_session_t  *s;

    for (i = 1; i < st->sh->session_top; i++) {
        s = &st->sessions[i];

        if (s->state != NGX_PRINT_SESSION_FREE) {
            p += snprintf(p, last - p, "session %u.%u %02x%02x%02x%02x out %u "
                          "in %u\n", i, s->gen, s->key[0], s->key[1],
                          s->key[2], s->key[3], s->out.bytes, s->in.bytes);
        }
    }

    for (i = 1; i < st->sh->client_top; i++) {
        cl = &st->clients[i];

        if (cl->state != NGX_PRINT_CLIENT_FREE) {
            p += snprintf(p, last - p, "client %u %.*s %s delivered %u "
                          "undelivered %u\n", i, cl->len, cl->id,
                          cl->owner ? "online" : "offline", cl->delivered,
                          cl->undelivered);
        }
    }

    for (i = 1; i < st->sh->job_top; i++) {
        if (st->jobs[i].state != NGX_PRINT_JOB_FREE) {
            p = layout_tell_job(st, i, p, last);
        }
    }

    p += snprintf(p, last - p, "jobs %u, events %u\n",
                  (unsigned) st->sh->job_seq, (unsigned) st->sh->event);
}


static char *
layout_tell_job(ngx_print_store_t *st, uint32_t index, char *p, char *last)
{
    ngx_print_store_job_t  *job;

    job = &st->jobs[index];

    p += snprintf(p, last - p, "job %u.%u %02x%02x%02x%02x state %u of %.*s "
                  "seq %u queued %lu digest %08x", index, job->gen,
                  job->key[0], job->key[1], job->key[2], job->key[3],
                  job->state, job->len, job->id, (unsigned) job->seq,
                  (unsigned long) job->times.queued,
                  job->has_digest ? check_sum(0, job->digest,
                                              NGX_PRINT_JOB_DIGEST) : 0);

    if (job->blob) {
        p += snprintf(p, last - p, " payload %08x",
                      layout_payload(st, job->blob));
    }

    p += snprintf(p, last - p, "\n");

    return p;
}


static uint32_t
layout_payload(ngx_print_store_t *st, uint32_t blob)
{
    size_t     len, n;
    uint32_t   block, sum;
    u_char    *p;

    len = ngx_print_store_head(st, blob)->len;
    sum = 0;

    for (block = blob; block && len; block = st->fat[block]) {
        p = st->blocks[block].u.bytes;
        n = NGX_PRINT_STORE_BLOCK;

        if (block == blob) {
            p += sizeof(ngx_print_store_head_t);
            n -= sizeof(ngx_print_store_head_t);
        }

        n = ngx_min(n, len);
        sum = check_sum(sum, p, n);
        len -= n;
    }

    return sum;
}
