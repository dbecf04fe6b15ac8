
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The repair: whatever is derived is rebuilt from what is not, and a link that
 * was overwritten does no further harm.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "zone_base.h"
#include "populate_base.h"


static void repair_all(void);
static void repair_cut(void);
static void repair_cut_taken(void);
static void repair_client(void);
static void repair_claim(void);
static void repair_strange(void);


int
main(void)
{
    bench_guard();

    repair_all();
    repair_cut();
    repair_cut_taken();
    repair_client();
    repair_claim();
    repair_strange();

    return unit_end();
}


/* all that is derived is rebuilt, from whatever is there, and nothing else */

static void
repair_all(void)
{
    ngx_uint_t      seed;
    store_worker_t  a, b;

    static char     was[CHECK_TEXT], is[CHECK_TEXT];

    bench_create(4 * NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);
    bench_fake(&b.st, &b.wake, 2);

    zone_populate(&a.st, &b.st);

    unit_about("repair");

    /* there is something of everything */

    unit_check(a.st.sh->history_head != a.st.sh->history_tail);
    unit_check(a.st.sh->job_count > 20 && a.st.workers[1].pins[0]);
    unit_check(a.st.pids[1].owner == 0 && a.st.pids[1].clients);
    unit_check(check_zone(&a.st, 0) == NULL);

    check_text(&a.st, 0, was);

    for (seed = 0; seed < 20; seed++) {

        unit_about("repair %lu", (unsigned long) seed);

        check_trash(&a.st, seed);

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        check_text(&a.st, 0, is);

        unit_check(check_zone(&a.st, CHECK_READY|CHECK_CLOSING) == NULL);
        unit_check(strcmp(was, is) == 0);

        unit_check(a.st.workers[1].audit && a.st.workers[2].audit);
        unit_check(a.st.workers[1].pending == 0);
    }

    unit_check(a.st.sh->repairs == 20);
}


/* memory that was overwritten by a stranger: a queue ends, nothing loops */

static void
repair_cut(void)
{
    uint32_t                    i, token, at[3];
    store_worker_t              a;
    ngx_print_ref_t             ref;
    ngx_print_store_head_t     *h;
    ngx_print_store_session_t  *s;

    static const uint32_t       links[] = { 0xffffffff, 2, 1 };

    for (i = 0; i < 3; i++) {
        unit_about("a broken link: %u", links[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_send(&a.st, ref, 1, 10);
        (void) bench_send(&a.st, ref, 2, 10);
        (void) bench_send(&a.st, ref, 3, 10);

        s = &a.st.sessions[ref.index];

        at[0] = s->out.head;
        h = ngx_print_store_head(&a.st, at[0]);
        at[1] = h->next;

        ngx_print_store_head(&a.st, at[1])->next = links[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(s->out.count == 2 && s->out.tail == at[1]);
        unit_check(a.st.sh->block_count == 2);
    }
}


/* the same with what a worker has taken */

static void
repair_cut_taken(void)
{
    uint32_t            i, token, first;
    store_worker_t      a;
    ngx_print_ref_t     ref;
    ngx_print_batch_t   batch;

    static const uint32_t  links[] = { 0xffffffff, 2, 1 };

    for (i = 0; i < 3; i++) {
        unit_about("a broken link of what was taken: %u", links[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_send(&a.st, ref, 1, 10);
        (void) bench_send(&a.st, ref, 2, 10);
        (void) bench_send(&a.st, ref, 3, 10);
        (void) ngx_print_queue_take(&a.st, ref, token, 100, 0, &batch);

        first = ngx_print_store_head(&a.st, batch.head)->next;
        ngx_print_store_head(&a.st, first)->next = links[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(ngx_print_store_head(&a.st, first)->next == 0);
        unit_check(a.st.sh->block_count == 2);
    }
}


/* repair sets a client offline if its owner is not a session */

static void
repair_client(void)
{
    uint32_t                 i, token;
    store_worker_t           a;
    ngx_print_ref_t          ref;
    ngx_print_client_info_t  info;

    static const uint64_t    words[] = { 1, 0x0000000200000001ull, 5, ~0ull };

    for (i = 0; i < 4; i++) {
        unit_about("a client of the session %llx",
                   (unsigned long long) words[i]);

        bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
        bench_fake(&a.st, &a.wake, 1);

        (void) bench_open(&a.st, 1, 1, &ref, &token);
        (void) bench_register(&a.st, ref, 0, "a", 0);

        a.st.clients[1].owner = words[i];
        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(a.st.clients[1].owner == 0);
        unit_check(ngx_print_client_offline(&a.st, ref, 0, &info)
                   == NGX_DECLINED);
        unit_check(bench_register(&a.st, ref, 0, "a", 0) == NGX_OK);
    }
}


/* a claim has no info that is another message, and a client that exists */

static void
repair_claim(void)
{
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  i, token;
    store_worker_t            a;
    ngx_print_ref_t           ref[2];
    ngx_print_store_claim_t  *claim;

    unit_about("strange claims");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    for (i = 0; i < 2; i++) {
        (void) bench_open(&a.st, i, 1, &ref[i], &token);
        bench_sock(sock, i);
        (void) ngx_print_session_connect(&a.st, ref[i], 0, sock);
        (void) bench_register(&a.st, ref[i], 0, "a", 0);
        (void) bench_send(&a.st, ref[i], i, 10);
    }

    claim = &a.st.claims[1];

    unit_check(claim->state == NGX_PRINT_CLAIM_USED);

    claim->info = a.st.sessions[ref[1].index].out.head;

    for (i = 0; i < 3; i++) {

        if (i) {
            claim->client = i == 1 ? a.st.sh->client_top : 0xffffffff;
        }

        a.st.sh->dirty = 1;

        ngx_print_store_lock(&a.st);
        ngx_print_store_unlock(&a.st);

        unit_check(check_zone(&a.st, CHECK_READY) == NULL);
        unit_check(a.st.sh->block_count == 2);

        if (i) {
            unit_check(claim->state == NGX_PRINT_CLAIM_FREE);
            claim->state = NGX_PRINT_CLAIM_USED;

        } else {
            unit_check(claim->state == NGX_PRINT_CLAIM_USED
                       && claim->info == 0);
        }
    }
}


/*
 * Repair does not take a block in use for another payload or info, nor a pid
 * that does not exist
 */

static void
repair_strange(void)
{
    u_char              sock[NGX_PRINT_SESSION_SOCK];
    uint32_t            token, blob, block;
    ngx_str_t           binary[2];
    bench_job_t         job;
    store_worker_t      a;
    ngx_print_ref_t     ref;
    ngx_print_batch_t   batch;

    unit_about("strange links");
    bench_create(NGX_PRINT_STORE_MIN_SIZE, 0, 0, 0);
    bench_fake(&a.st, &a.wake, 1);

    (void) bench_open(&a.st, 1, 1, &ref, &token);
    bench_sock(sock, 1);
    (void) ngx_print_session_connect(&a.st, ref, 0, sock);
    (void) bench_register(&a.st, ref, 0, "a", 0);
    (void) bench_send(&a.st, ref, 1, 10);

    bench_job(&job, 1, "a", 10);
    binary[0] = job.parts[0];
    binary[1] = job.parts[0];
    job.init.binary = binary;
    job.init.nbinary = 2;
    (void) bench_print(&a.st, &job);

    block = a.st.sessions[ref.index].out.head;
    blob = a.st.jobs[1].blob;

    a.st.clients[1].info = block;
    a.st.clients[1].pid = 1;
    a.st.workers[1].pins[0] = block;
    a.st.jobs[1].nblocks = 2;
    ngx_print_store_head(&a.st,
                 ngx_print_store_head(&a.st, blob)->next)->next = block;
    a.st.sh->dirty = 1;

    ngx_print_store_lock(&a.st);
    ngx_print_store_unlock(&a.st);

    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
    unit_check(a.st.clients[1].info == 0 && a.st.clients[1].pid == 0);
    unit_check(a.st.workers[1].pins[0] == 0);
    unit_check(a.st.sh->block_count == 3);

    unit_check(ngx_print_queue_take(&a.st, ref, token, 9999, 0, &batch)
               == NGX_OK);
    unit_check(batch.count == 3);
    ngx_print_queue_release(&a.st, &batch);
    unit_check(check_zone(&a.st, CHECK_READY) == NULL);
}
