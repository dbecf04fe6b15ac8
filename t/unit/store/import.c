
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Zones that are copied into ones of another size: all that they have is there,
 * or it is said what has no room.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "ngx_print_reopen.h"
#include "ngx_print_import.h"
#include "populate_base.h"


#define IMPORT_OLD  (4 * NGX_PRINT_STORE_MIN_SIZE)
#define IMPORT_KB   1024


/* a zone that was copied, and its copy */
typedef struct {
    ngx_print_store_t   from;
    ngx_print_store_t   to;
    u_char             *old;
    u_char             *mem;
    size_t              size;
} import_t;


static ngx_int_t import_open(import_t *im);
static void import_close(import_t *im);
static ngx_int_t import_into(import_t *im, size_t size);
static void import_station(ngx_print_store_t *st, ngx_uint_t n,
    ngx_print_ref_t *ref);
static void import_repair(import_t *im, ngx_print_store_t *as);
static void import_logs(ngx_print_store_t *st);
static void import_trash(ngx_print_store_t *st);
static void import_sizes(void);
static void import_size(ngx_print_store_t *a, const char *was, size_t size);
static void import_settled(void);
static void import_lacks(void);
static void import_lack(ngx_print_store_t *a, const char *what, uint32_t n);
static void import_exact(void);
static void import_events(void);
static void import_change(void);
static void import_text(ngx_print_store_t *st, char *text);
static void import_references(void);
static void import_goes_on(void);
static void import_refuses(void);


static char  import_was[CHECK_TEXT];
static char  import_is[CHECK_TEXT];


int
main(void)
{
    bench_guard();

    import_sizes();
    import_settled();
    import_lacks();
    import_exact();
    import_events();
    import_change();
    import_references();
    import_goes_on();
    import_refuses();

    return unit_end();
}


/* as the master sees the file of a zone that nginx has left */

static ngx_int_t
import_open(import_t *im)
{
    im->mem = NULL;

    im->old = mmap(NULL, bench_size, PROT_READ|PROT_WRITE,
                   MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

    if (im->old == MAP_FAILED) {
        exit(2);
    }

    ngx_memcpy(im->old, bench_zone, bench_size);

    return ngx_print_import_open(&im->from, im->old, bench_size,
                                 NGX_PRINT_STORE_LAYOUT);
}


static void
import_close(import_t *im)
{
    (void) munmap(im->old, bench_size);

    if (im->mem) {
        (void) munmap(im->mem, im->size);
    }
}


static ngx_int_t
import_into(import_t *im, size_t size)
{
    uint32_t  n;

    if (ngx_print_import_lack(&im->from, size, &n)) {
        ngx_print_import_settle(&im->from);

        if (ngx_print_import_lack(&im->from, size, &n)) {
            return NGX_DECLINED;
        }
    }

    im->size = size;
    im->mem = mmap(NULL, size, PROT_READ|PROT_WRITE,
                   MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (im->mem == MAP_FAILED) {
        exit(2);
    }

    if (ngx_print_import(&im->to, im->mem, size, &im->from) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_print_reopen_check(im->mem, size);
}


/* a session with the client "a" */

static void
import_station(ngx_print_store_t *st, ngx_uint_t n, ngx_print_ref_t *ref)
{
    u_char    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t  token;

    (void) bench_open(st, n, 0, ref, &token);

    bench_sock(sock, n);

    (void) ngx_print_session_connect(st, *ref, 0, sock);
    (void) bench_register(st, *ref, 0, "a", 0);
}


/* as the first worker does that takes the lock, but it is one that was there */

static void
import_repair(import_t *im, ngx_print_store_t *as)
{
    im->to.wake = as->wake;
    im->to.notify = as->notify;
    im->to.slot = as->slot;
    im->to.epoch = as->epoch;
    im->to.id = as->id;

    ngx_print_store_lock(&im->to);
    ngx_print_store_unlock(&im->to);

    check_pages_forget();
}


static void
import_sizes(void)
{
    ngx_uint_t      i;
    store_worker_t  a, b;

    static size_t   sizes[] = { IMPORT_OLD, IMPORT_OLD + 4 * IMPORT_KB,
                                IMPORT_OLD + 4 * 4 * IMPORT_KB + 1,
                                2 * IMPORT_OLD, 7 * IMPORT_OLD + 12345,
                                IMPORT_OLD / 2, IMPORT_OLD - 4096 };

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);
    import_logs(&a.st);

    check_text(&a.st, 0, import_was);

    for (i = 0; i < sizeof(sizes) / sizeof(size_t); i++) {
        unit_about("from %d to %lu", IMPORT_OLD, (unsigned long) sizes[i]);

        import_size(&a.st, import_was, sizes[i]);
    }
}


/* jobs with notes, one of which is finished, and logs that are behind */

static void
import_logs(ngx_print_store_t *st)
{
    ngx_uint_t            i;
    bench_job_t           job;
    ngx_print_ref_t       ref;
    ngx_print_job_info_t  info;

    static uint64_t       ids[] = { 12345, 67890 };

    import_station(st, 70, &ref);

    unit_check(ngx_print_job_log_open(st, ids, 2) == NGX_OK);
    unit_check(ngx_print_job_log_leader(st));

    for (i = 0; i < 3; i++) {
        bench_job(&job, 70 + i, "a", 100);

        job.init.logs = ids;
        job.init.nlogs = 2;
        job.init.bytes = i;
        ngx_str_set(&job.init.by, "erp");

        unit_check(bench_print(st, &job) == NGX_OK);
    }

    unit_check(ngx_print_job_cancel(st, job.jobs[0].index, job.keys, &info)
               == NGX_OK);
    unit_check(ngx_print_job_log_done(st, ids[1], ngx_print_event_last(st), 1)
               == NGX_OK);
}


/* a number that is derived may be wrong, but it never names what is not there*/

static void
import_trash(ngx_print_store_t *st)
{
    uint32_t  i;

    check_trash(st, 77);

    for (i = 1; i < st->sh->job_top; i++) {
        if (!ngx_print_job_open_locked(&st->jobs[i])) {
            st->jobs[i].client = 1;
            st->jobs[i].blob = 1;
        }
    }
}


/* what it had is there, whatever was derived from it */

static void
import_size(ngx_print_store_t *a, const char *was, size_t size)
{
    import_t     im;
    ngx_uint_t   i;
    const char  *err;

    for (i = 0; i < 2; i++) {

        unit_check(import_open(&im) == NGX_OK);

        if (i) {
            import_trash(&im.from);
        }

        unit_check(import_into(&im, size) == NGX_OK);

        if (im.mem == NULL) {
            import_close(&im);
            return;
        }

        unit_check(im.to.sh->size == size);
        unit_check(im.to.sh->created == a->sh->created);

        import_repair(&im, a);

        err = check_zone(&im.to, CHECK_READY|CHECK_CLOSING);

        unit_check(err == NULL);
        unit_check(ngx_print_reopen_check(im.mem, size) == NGX_OK);

        if (err) {
            printf("%s\n", err);
        }

        check_text(&im.to, 0, import_is);

        unit_check(strcmp(was, import_is) == 0);

        if (strcmp(was, import_is)) {
            check_diff(was, import_is);
        }

        import_close(&im);
    }
}


/* places that are free again are no matter, whatever they name */

static void
import_settled(void)
{
    uint32_t         i, n, top, token;
    import_t         im;
    bench_job_t      job;
    store_worker_t   a;
    ngx_print_ref_t  ref, first;

    unit_about("settled");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    import_station(&a.st, 1, &first);

    bench_job(&job, 0, "a", 100);
    (void) bench_print(&a.st, &job);

    for (i = 2; bench_open(&a.st, i, 0, &ref, &token) == NGX_OK; i++) {
        (void) bench_send(&a.st, ref, i, 100);
    }

    top = a.st.sh->session_top;

    for (i = 2; i < top; i++) {
        ref.index = i;
        ref.gen = a.st.sessions[i].gen;

        (void) ngx_print_session_close(&a.st, ref, 1);
        ngx_print_session_free(&a.st, ref);
    }

    unit_check(a.st.sh->session_count == 1);

    check_text(&a.st, 0, import_was);

    unit_check(import_open(&im) == NGX_OK);
    unit_check(ngx_print_import_lack(&im.from, NGX_PRINT_STORE_MIN_SIZE, &n)
               != NULL);
    import_close(&im);

    import_size(&a.st, import_was, NGX_PRINT_STORE_MIN_SIZE);

    unit_check(import_open(&im) == NGX_OK);
    unit_check(import_into(&im, NGX_PRINT_STORE_MIN_SIZE) == NGX_OK);
    unit_check(im.to.sh->session_top == 2 && im.to.sh->address_top == 2);
    unit_check(im.to.sh->block_top < a.st.sh->block_top);
    import_close(&im);
}


/* one record at a place that is not there is enough to refuse */

static void
import_lacks(void)
{
    uint32_t         i, n, top, token;
    bench_job_t      job;
    store_worker_t   a;
    ngx_print_ref_t  ref;

    unit_about("sessions do not fit");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    for (i = 0; bench_open(&a.st, i, 0, &ref, &token) == NGX_OK; i++) {
        /* void */
    }

    top = a.st.sh->session_top;

    for (i = 1; i < top - 2; i++) {
        ref.index = i;
        ref.gen = a.st.sessions[i].gen;

        (void) ngx_print_session_close(&a.st, ref, 1);
        ngx_print_session_free(&a.st, ref);
    }

    import_lack(&a.st, "sessions", top - 1);

    unit_about("jobs do not fit");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    import_station(&a.st, 0, &ref);

    /* blocks for the answers to CONNECT stay free */

    for (i = 0; i < a.st.sh->njobs; i++) {

        if (a.st.sh->block_count + NGX_PRINT_STORE_CONNECTS + 2
            > a.st.sh->nblocks)
        {
            break;
        }

        bench_job(&job, i, "a", 10);
        job.init.limit = (size_t) -1;

        if (bench_print(&a.st, &job) != NGX_OK) {
            break;
        }
    }

    n = a.st.sh->job_top - 1;

    unit_check(n > 300);
    import_lack(&a.st, "jobs", n);

    unit_about("blocks do not fit");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    import_station(&a.st, 0, &ref);

    for (i = 0; i < 20; i++) {
        bench_job(&job, i, "a", 10000);
        job.init.limit = (size_t) -1;

        if (bench_print(&a.st, &job) != NGX_OK) {
            break;
        }
    }

    import_lack(&a.st, "blocks of messages", a.st.sh->block_top - 1);
}


static void
import_lack(ngx_print_store_t *a, const char *what, uint32_t n)
{
    uint32_t     found;
    import_t     im;
    const char  *lack;

    unit_check(import_open(&im) == NGX_OK);

    ngx_print_import_settle(&im.from);

    lack = ngx_print_import_lack(&im.from, NGX_PRINT_STORE_MIN_SIZE, &found);

    unit_check(lack && strcmp(lack, what) == 0);
    unit_check(found == n);

    unit_check(import_into(&im, NGX_PRINT_STORE_MIN_SIZE) == NGX_DECLINED);

    import_close(&im);

    check_text(a, 0, import_was);
    import_size(a, import_was, IMPORT_OLD);
}


/* from some size on it has room for all, below that it has not */

static void
import_exact(void)
{
    size_t          size, least;
    uint32_t        n;
    import_t        im;
    store_worker_t  a, b;

    unit_about("exact");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);

    check_text(&a.st, 0, import_was);

    unit_check(import_open(&im) == NGX_OK);

    ngx_print_import_settle(&im.from);

    least = 0;

    for (size = IMPORT_OLD;
         size >= NGX_PRINT_STORE_MIN_SIZE;
         size -= 4 * IMPORT_KB)
    {
        if (ngx_print_import_lack(&im.from, size, &n) == NULL) {
            unit_check(least == 0 || least == size + 4 * IMPORT_KB);
            least = size;
        }
    }

    import_close(&im);

    unit_check(least && least < IMPORT_OLD);

    import_size(&a.st, import_was, least);

    if (least > NGX_PRINT_STORE_MIN_SIZE) {
        unit_check(import_open(&im) == NGX_OK);
        unit_check(import_into(&im, least - 4 * IMPORT_KB) == NGX_DECLINED);
        import_close(&im);
    }
}


/* the newest events are at their new places, and only those that are there */

static void
import_events(void)
{
    size_t             size;
    uint32_t           i;
    uint64_t           last, first;
    import_t           im;
    ngx_uint_t         n, got;
    store_worker_t     a;
    ngx_print_ref_t    ref, other;
    ngx_print_event_t  events[NGX_PRINT_EVENT_READ];

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    import_station(&a.st, 0, &ref);

    import_station(&a.st, 1, &other);

    /* they take the client from each other */

    for (i = 0; a.st.sh->event < 3 * a.st.sh->nevents; i++) {
        (void) bench_register(&a.st, i & 1 ? other : ref, 0, "a", 0);
    }

    last = a.st.sh->event;

    for (size = IMPORT_OLD / 2; size <= 2 * IMPORT_OLD; size *= 2) {

        unit_about("events, into %lu", (unsigned long) size);

        unit_check(import_open(&im) == NGX_OK);

        unit_check(import_into(&im, size) == NGX_OK);

        import_repair(&im, &a.st);

        unit_check(check_zone(&im.to, 0) == NULL);

        first = last + 2 - ngx_min(im.to.sh->nevents, a.st.sh->nevents);

        got = ngx_print_event_read(&im.to, 0, events);

        unit_check(got == NGX_PRINT_EVENT_READ && events[0].id == first);

        for (n = 0; got; /* void */ ) {
            for (i = 0; i < got; i++) {
                if (events[i].id != first + n++ || events[i].len != 1) {
                    unit_check(0);
                }
            }

            got = ngx_print_event_read(&im.to, events[got - 1].id, events);
        }

        unit_check(n == last + 1 - first);

        import_close(&im);
    }
}


/* a change that was made, and not applied when the last worker died */

static void
import_change(void)
{
    uint32_t         back;
    import_t         im;
    bench_job_t      job;
    ngx_uint_t       off;
    store_worker_t   a;
    ngx_print_ref_t  ref;

    for (off = 0; off < 2; off++) {
        unit_about("a change, events are %s", off ? "off" : "on");

        bench_create(IMPORT_OLD, 0, 0, 0);

        ((ngx_print_store_shctx_t *) bench_zone)->events_off = off;

        bench_fake(&a.st, &a.wake, 1);

        import_station(&a.st, 0, &ref);
        (void) bench_register(&a.st, ref, 0, "b", 0);

        bench_job(&job, 0, "ab", 100);
        (void) bench_print(&a.st, &job);

        import_text(&a.st, import_was);

        for (back = 0; back < 2; back++) {

            unit_check(import_open(&im) == NGX_OK);

            if (back) {

                /* both jobs were created by one change */

                im.from.sh->applied -= 2;
                im.from.jobs[1].state = NGX_PRINT_JOB_FREE;
                im.from.jobs[2].state = NGX_PRINT_JOB_FREE;
                im.from.sh->dirty = 1;
            }

            unit_check(import_into(&im, 2 * IMPORT_OLD) == NGX_OK);

            import_repair(&im, &a.st);

            unit_check(check_zone(&im.to, 0) == NULL);

            import_text(&im.to, import_is);
            unit_check(strcmp(import_was, import_is) == 0);

            import_close(&im);
        }
    }
}


/* without the events, which are nowhere if nobody watches */

static void
import_text(ngx_print_store_t *st, char *text)
{
    char  *p;

    check_text(st, 0, text);

    p = strstr(text, "\nevent ");

    if (st->sh->events_off && p) {
        *p = '\0';
    }
}


/* records that are free, or over, name no place that is given up */

static void
import_references(void)
{
    uint32_t               i, token;
    import_t               im;
    bench_job_t            job;
    store_worker_t         a;
    ngx_print_ref_t        ref, last;
    ngx_print_batch_t      batch;
    ngx_print_job_info_t   info;

    unit_about("references");

    bench_addresses = 1;

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    for (i = 0; bench_open(&a.st, i, 1, &ref, &token) == NGX_OK; i++) {
        last = ref;
    }

    /* a job of the last session is over, and so is the session */

    (void) ngx_print_session_close(&a.st, last, 1);
    ngx_print_session_free(&a.st, last);
    (void) bench_open(&a.st, i, 1, &last, &token);
    (void) ngx_print_session_connect(&a.st, last, 0, bench_bytes(1, 15));
    (void) bench_register(&a.st, last, 0, "a", 1);

    bench_job(&job, 0, "a", 100);
    (void) bench_print(&a.st, &job);

    (void) ngx_print_queue_take(&a.st, last, token, 9000, 0, &batch);
    ngx_print_queue_release(&a.st, &batch);

    (void) ngx_print_session_close(&a.st, last, 1);
    ngx_print_session_free(&a.st, last);

    for (i = 1; i < a.st.sh->session_top - 1; i++) {
        ref.index = i;
        ref.gen = a.st.sessions[i].gen;

        (void) ngx_print_session_close(&a.st, ref, 1);
        ngx_print_session_free(&a.st, ref);
    }

    (void) ngx_print_job_cancel(&a.st, 1, job.keys, &info);

    a.st.jobs[1].owner = (uint64_t) last.gen << 32 | last.index;

    unit_check(import_open(&im) == NGX_OK);
    unit_check(import_into(&im, NGX_PRINT_STORE_MIN_SIZE) == NGX_OK);

    if (im.mem) {
        import_repair(&im, &a.st);

        unit_check(check_zone(&im.to, 0) == NULL);
        unit_check(im.to.jobs[1].owner == 0);
        unit_check(ngx_print_reopen_check(im.mem, im.size) == NGX_OK);
    }

    import_close(&im);

    bench_addresses = 0;
}


/* a zone that has grown is used up to its new end */

static void
import_goes_on(void)
{
    uint32_t         i, token;
    import_t         im;
    ngx_uint_t       n;
    bench_job_t      job;
    store_worker_t   a, b;
    ngx_print_ref_t  ref;

    unit_about("goes on");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);

    unit_check(import_open(&im) == NGX_OK);
    unit_check(import_into(&im, 2 * IMPORT_OLD) == NGX_OK);

    import_repair(&im, &a.st);

    for (i = 100; bench_open(&im.to, i, 0, &ref, &token) == NGX_OK; i++) {
        /* void */
    }

    unit_check(im.to.sh->session_count == im.to.sh->nsessions - 1);
    unit_check(im.to.sh->nsessions > a.st.sh->nsessions);

    for (n = 0, i = 100; i < 400; i++) {
        bench_job(&job, i, "N", 10);
        job.init.queue = 100000;
        job.init.limit = (size_t) -1;

        n += (bench_print(&im.to, &job) == NGX_OK);
    }

    unit_check(n == 300);
    unit_check(check_zone(&im.to, 0) == NULL);

    import_close(&im);
}


static void
import_refuses(void)
{
    import_t         im;
    store_worker_t   a, b;

    unit_about("refuses");

    bench_create(IMPORT_OLD, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);

    unit_check(ngx_print_import_knows(NGX_PRINT_STORE_LAYOUT));
    unit_check(!ngx_print_import_knows(NGX_PRINT_STORE_LAYOUT + 1));
    unit_check(!ngx_print_import_knows(0));
    unit_check(ngx_print_import_open(&im.from, bench_zone, bench_size,
                                     NGX_PRINT_STORE_LAYOUT + 1)
               == NGX_DECLINED);
    unit_check(ngx_print_import_open(&im.from, bench_zone, bench_size - 4096,
                                     NGX_PRINT_STORE_LAYOUT)
               == NGX_ERROR);

    a.st.sh->job_top = a.st.sh->njobs + 1;

    unit_check(import_open(&im) == NGX_ERROR);

    import_close(&im);
}
