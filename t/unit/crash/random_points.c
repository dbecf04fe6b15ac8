
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A random script of operations by two workers, compared with a model after
 * each of them.  Now and then a worker is killed at a random machine
 * instruction of its operation, and then up to four times in a row whoever
 * repairs the zone.  What is found then is the model's state before the
 * operation or after it, or a partial one that the model names.
 *
 *   random_points [seconds [seed]]
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "unit.h"
#include "random_do.h"


#define CRASH_SECONDS    20
#define CRASH_ADDRESSES  4        /* of all sessions */
#define CRASH_REPAIRS    4
#define CRASH_REPAIR     5000     /* instructions of one, more or less */
#define CRASH_FIX        9        /* the slot of a repairer */
#define CRASH_ALL        0x06     /* both slots */
#define CRASH_REASON     77


static ngx_uint_t crash_random(ngx_uint_t n);
static void crash_begin(void);
static void crash_worker(ngx_uint_t slot);
static void crash_proc(void *data);
static void crash_pick(model_op_t *op);
static void crash_pick_job(model_op_t *op);
static model_op_e crash_pick_op(model_session_t *s, ngx_uint_t slot);
static void crash_run(model_op_t *op);
static ngx_uint_t crash_step(model_op_t *op);
static void crash_match(model_op_t *op);
static void crash_refs(void);
static void crash_found(model_op_t *op);
static ngx_uint_t crash_is(const char *text);
static void crash_repairs(void);
static void crash_repair(void *data);
static void crash_tick(void);
static void crash_finish(ngx_print_ref_t ref);
static void crash_check(void);
static void crash_lost(const char *text);
static void crash_end(void);


static uint64_t            crash_seed;
static model_t             crash_model;
static model_op_t         *crash_box;        /* shared with the workers */
static ngx_msec_t          crash_now;

static ngx_print_store_t   crash_p;          /* of this process, slot 0 */
static pid_t               crash_pid[MODEL_WORKERS];
static ngx_uint_t          crash_dead;       /* slots */
static ngx_uint_t          crash_done;       /* stepped to its end */
static char                crash_text[CHECK_TEXT];

static ngx_uint_t          crash_number;     /* the last one given */
static ngx_uint_t          crash_longest[MODEL_LAST];

static ngx_uint_t          crash_ops;
static ngx_uint_t          crash_kills;
static ngx_uint_t          crash_open;
static ngx_uint_t          crash_repair_kills;


int
main(int argc, char **argv)
{
    time_t      end;
    ngx_uint_t  i;
    model_op_t  op;

    end = argc > 1 ? atoi(argv[1]) : CRASH_SECONDS;
    crash_seed = argc > 2 ? strtoull(argv[2], NULL, 10)
                          : (uint64_t) time(NULL) * 1000003 + getpid();

    printf("seed %llu: ", (unsigned long long) crash_seed);
    (void) fflush(stdout);

    end += time(NULL);

    do {
        crash_begin();

        for (i = 0; i < 1000 && time(NULL) < end && !unit_has_failed(); i++) {
            bench_guard();
            unit_about("operation %lu", (unsigned long) crash_ops);
            crash_pick(&op);
            crash_run(&op);
            crash_ops++;
        }

        crash_end();

    } while (time(NULL) < end && !unit_has_failed());

    printf("%lu operations, %lu kills, %lu with a section open, "
           "%lu in a repair: ",
           (unsigned long) crash_ops, (unsigned long) crash_kills,
           (unsigned long) crash_open, (unsigned long) crash_repair_kills);

    return unit_end();
}


/* xorshift: the same numbers everywhere */

static ngx_uint_t
crash_random(ngx_uint_t n)
{
    crash_seed ^= crash_seed << 13;
    crash_seed ^= crash_seed >> 7;
    crash_seed ^= crash_seed << 17;

    return crash_seed % n;
}


static void
crash_begin(void)
{
    ngx_uint_t  slot;

    bench_create(NGX_PRINT_STORE_MIN_SIZE, MODEL_SESSIONS, MODEL_CLIENTS,
                 MODEL_BLOCKS);
    bench_shrink(MODEL_JOBS, 0, 0);

    /* some of the sessions share one */
    bench_addresses = CRASH_ADDRESSES;

    crash_now = ngx_current_msec;

    if (crash_box == NULL) {
        crash_box = mmap(NULL, sizeof(model_op_t), PROT_READ|PROT_WRITE,
                         MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    }

    ngx_memzero(&crash_model, sizeof(model_t));

    bench_join(&crash_p);
    model_worker(&crash_model, 0, crash_p.epoch);

    crash_dead = 0;

    for (slot = 1; slot < MODEL_WORKERS; slot++) {
        crash_worker(slot);
    }
}


static void
crash_worker(ngx_uint_t slot)
{
    crash_pid[slot] = bench_trace(crash_proc, NULL);

    /* it takes the lowest slot, which is this one, and replaces the dead */

    unit_check(bench_resume(crash_pid[slot]) == BENCH_PAUSED);

    model_worker(&crash_model, slot, crash_p.workers[slot].epoch);
    crash_dead &= ~((ngx_uint_t) 1 << slot);
}


static void
crash_proc(void *data)
{
    ngx_print_batch_t  batch;
    ngx_print_store_t  st;

    bench_join(&st);
    ngx_memzero(&batch, sizeof(batch));

    for ( ;; ) {
        bench_pause();

        bench_clock(crash_box->now);
        (void) bench_bytes(crash_box->number, crash_box->len);

        bench_pause();

        crash_do(&st, crash_box, &batch);
    }
}


static void
crash_pick(model_op_t *op)
{
    ngx_uint_t        i;
    model_session_t  *s;

    ngx_memzero(op, sizeof(model_op_t));

    crash_now += 1000 + crash_random(2000);

    op->now = crash_now;
    op->slot = 1 + crash_random(MODEL_WORKERS - 1);
    op->session = crash_random(MODEL_SESSIONS);

    if (crash_dead == CRASH_ALL) {
        crash_worker(1);
    }

    if (crash_dead & (ngx_uint_t) 1 << op->slot) {
        op->slot = MODEL_WORKERS - op->slot;
    }

    s = &crash_model.sessions[op->session];

    op->op = crash_pick_op(s, op->slot);

    if (op->op == MODEL_ATTACH_ADD && s->in.count && s->in.count == s->parts) {
        op->op = MODEL_ATTACH_TAKE;
    }

    if ((crash_model.workers[op->slot].batch.count
         || crash_model.workers[op->slot].pins[0].n)
        && (op->op == MODEL_TAKE || op->op == MODEL_ATTACH_TAKE))
    {
        op->op = MODEL_RELEASE;
    }

    for (i = 0; i < crash_model.nclients; i++) {
        if ((op->op == MODEL_FREE || op->op == MODEL_LINGER)
            && crash_model.clients[i].number == s->number)
        {
            op->op = MODEL_LEAVE;
        }
    }

    op->ref = s->ref;
    op->token = (op->op == MODEL_UPGRADE || op->op == MODEL_UNPROBE)
                ? s->probe_token : s->token;
    op->id = 'a' + crash_random(MODEL_CLIENTS + 3);
    op->id2 = crash_random(3) ? 0 : 'a' + crash_random(MODEL_CLIENTS + 3);
    op->flag = crash_random(3) > 0;
    op->number = ++crash_number;
    op->len = crash_random(8) ? crash_random(1500) : crash_random(20000);

    if (crash_random(20) == 0) {
        op->token--;
    }

    if (crash_random(20) == 0 && op->op != MODEL_EXPIRE) {
        op->ref.gen--;
    }

    switch (op->op) {

    case MODEL_CLOSE:
        op->number = 1 + crash_random(200);
        break;

    case MODEL_LINGER:
        op->number = 30000;
        break;

    case MODEL_JOB:
        op->len %= 12000;
        op->id2 = (op->id2 == op->id) ? 0 : op->id2;
        break;

    case MODEL_CANCEL:
    case MODEL_RESULT:
    case MODEL_JOB_EXPIRE:
        crash_pick_job(op);
        break;

    case MODEL_ATTACH_ADD:
        op->len %= 6000;
        op->flag = s->in.count ? s->parts - s->in.count - 1 : crash_random(4);
        break;

    default:
        break;
    }
}


/* any job, and the session that may tell of it */

static void
crash_pick_job(model_op_t *op)
{
    u_char            key[NGX_PRINT_JOB_KEY];
    uint32_t          i;
    model_job_t      *job;
    model_client_t   *cl;
    model_session_t  *s;

    if (crash_model.njobs == 0) {
        op->op = MODEL_READY;
        return;
    }

    job = &crash_model.jobs[crash_random(crash_model.njobs)];

    op->job_n = job->n;
    op->job_i = job->i;
    op->state = NGX_PRINT_JOB_RECEIVED + crash_random(3);

    bench_job_key(key, job->n, job->i);

    for (i = 1; memcmp(crash_p.jobs[i].key, key, sizeof(key)) != 0; i++) {
        /* void */
    }

    op->index = i;

    cl = model_client(&crash_model, job->id);
    s = cl ? model_session(&crash_model, cl->number) : NULL;

    if (s && crash_random(10)) {
        op->session = s - crash_model.sessions;
        op->ref = s->ref;
    }
}


/* what makes sense for this session, and sometimes what does not */

static model_op_e
crash_pick_op(model_session_t *s, ngx_uint_t slot)
{
    ngx_uint_t         mine;

    static model_op_e  holder[] = {
        MODEL_TAKE, MODEL_TAKE, MODEL_RELEASE, MODEL_BLOCK, MODEL_DETACH,
        MODEL_READY, MODEL_TOUCH, MODEL_EXPIRE, MODEL_SEND, MODEL_CLOSE
    };

    static model_op_e  anyone[] = {
        MODEL_SEND, MODEL_SEND, MODEL_POLL, MODEL_POLL, MODEL_JOB, MODEL_JOB,
        MODEL_JOB, MODEL_JOB, MODEL_CANCEL, MODEL_RESULT, MODEL_JOB_EXPIRE,
        MODEL_POST, MODEL_POST_DONE, MODEL_PROBE, MODEL_CONNECT, MODEL_REGISTER,
        MODEL_REGISTER, MODEL_TOUCH, MODEL_EXPIRE, MODEL_ATTACH_ADD,
        MODEL_ATTACH_ADD, MODEL_ATTACH_TAKE, MODEL_RELEASE, MODEL_UPGRADE
    };

    static model_op_e  closing[] = { MODEL_FREE, MODEL_FREE, MODEL_LINGER };

    if (s->number == 0) {
        return MODEL_OPEN;
    }

    if (crash_random(25) == 0) {
        do {
            mine = crash_random(MODEL_LAST);
        } while (mine == MODEL_FREE || mine == MODEL_OPEN);

        return mine;
    }

    mine = model_mine(&crash_model, s, slot);

    if (s->state == NGX_PRINT_SESSION_CLOSING && mine) {
        return closing[crash_random(3)];
    }

    if (s->state == NGX_PRINT_SESSION_LINGER && crash_random(4) == 0) {
        return MODEL_FREE;
    }

    if (s->state == NGX_PRINT_SESSION_UPGRADING && crash_random(3) == 0) {
        return crash_random(4) ? MODEL_UPGRADE : MODEL_UNPROBE;
    }

    if (mine && crash_random(2)) {
        return holder[crash_random(sizeof(holder) / sizeof(holder[0]))];
    }

    if (crash_random(40) == 0) {
        return crash_random(2) ? MODEL_DISCONNECT : MODEL_CLOSE;
    }

    return anyone[crash_random(sizeof(anyone) / sizeof(anyone[0]))];
}


static void
crash_run(model_op_t *op)
{
    ngx_uint_t  slot;

    unit_about("operation %lu: %s by %lu", (unsigned long) crash_ops,
               model_names[op->op], (unsigned long) op->slot);

    *crash_box = *op;

    if (bench_resume(crash_pid[op->slot]) != BENCH_PAUSED) {
        crash_lost("a worker has ended");
    }

    if (crash_random(4) == 0 && crash_step(op)) {
        *op = *crash_box;

        crash_dead |= (ngx_uint_t) 1 << op->slot;
        crash_open += (crash_p.sh->dirty != 0);
        crash_kills++;

        bench_clock(op->now);
        crash_repairs();
        crash_found(op);

    } else {
        *op = *crash_box;

        crash_match(op);
    }

    if (crash_random(30) == 0) {
        crash_tick();
    }

    for (slot = 1; slot < MODEL_WORKERS; slot++) {
        if (crash_dead & (ngx_uint_t) 1 << slot) {

            /* the lowest slot is claimed first */

            if (crash_random(3) == 0) {
                crash_worker(slot);
            }

            break;
        }
    }

    crash_check();
}


/* 1: it was killed in its operation, else that is completed */

static ngx_uint_t
crash_step(model_op_t *op)
{
    pid_t       pid;
    ngx_uint_t  n, limit;

    pid = crash_pid[op->slot];

    limit = crash_random(crash_longest[op->op] + 100);

    for (n = 0; n < limit; n++) {

        switch (bench_step(pid)) {

        case BENCH_STEPPED:
            break;

        case BENCH_PAUSED:
            crash_longest[op->op] = ngx_max(crash_longest[op->op], n);
            crash_done = 1;
            return 0;

        default:
            crash_lost("a worker has ended");
        }
    }

    crash_longest[op->op] = ngx_max(crash_longest[op->op], n);

    bench_kill(pid);

    return 1;
}


/* completed: the model does it too */

static void
crash_match(model_op_t *op)
{
    ngx_int_t         rc;
    model_session_t  *s;

    if (!crash_done && bench_resume(crash_pid[op->slot]) != BENCH_PAUSED) {
        crash_lost("a worker has ended");
    }

    crash_done = 0;

    *op = *crash_box;

    rc = model_apply(&crash_model, op);

    if (rc != op->rc) {
        printf("  %s: %d instead of %d\n", model_names[op->op],
               (int) op->rc, (int) rc);
        crash_lost("a result that the model does not allow");
    }

    s = &crash_model.sessions[op->session];

    if (op->op == MODEL_PROBE && rc == NGX_OK) {
        s->probe_token = op->new_token;
    }

    crash_refs();
}


/* the model does not know where the store has put a session */

static void
crash_refs(void)
{
    u_char            key[NGX_PRINT_SESSION_KEY];
    uint32_t          i;
    model_session_t  *s;

    for (s = crash_model.sessions;
         s < crash_model.sessions + MODEL_SESSIONS;
         s++)
    {
        if (s->number == 0 || s->ref.index) {
            continue;
        }

        bench_key(key, s->number);

        for (i = 1; i < crash_p.sh->session_top; i++) {
            if (memcmp(crash_p.sessions[i].key, key, sizeof(key)) == 0) {
                s->ref.index = i;
                s->ref.gen = crash_p.sessions[i].gen;
            }
        }
    }
}


/* killed: which of the states is it */

static void
crash_found(model_op_t *op)
{
    uint32_t        block;
    ngx_uint_t      i;

    static char     text[CHECK_TEXT];
    static model_t  before;

    ngx_print_store_lock(&crash_p);
    ngx_print_store_unlock(&crash_p);

    check_text(&crash_p, crash_dead, text);

    before = crash_model;

    if (!crash_is(text)) {

        (void) model_apply(&crash_model, op);

        for (i = 0; !crash_is(text); i++) {
            crash_model = before;

            if (!model_partial(&crash_model, op, i)) {
                model_text(&before, crash_dead, crash_text);
                check_diff(crash_text, text);
                crash_lost("a state that the model does not allow");
            }
        }
    }

    crash_refs();

    /* what it had taken is lost, but not free until it is reaped */

    crash_model.workers[op->slot].batch.count = 0;
    crash_model.workers[op->slot].lost = 0;

    for (block = crash_p.workers[op->slot].inflight;
         block;
         block = ngx_print_store_head(&crash_p, block)->next)
    {
        crash_model.workers[op->slot].lost +=
                               ngx_print_store_head(&crash_p, block)->nblocks;
    }

    for (i = 0; i < NGX_PRINT_QUEUE_JOBS; i++) {
        if (crash_p.workers[op->slot].pins[i] == 0) {
            crash_model.workers[op->slot].pins[i].n = 0;
        }
    }
}


static ngx_uint_t
crash_is(const char *text)
{
    model_text(&crash_model, crash_dead, crash_text);

    return strcmp(text, crash_text) == 0;
}


/* the next process is killed as well, if there is something to repair */

static void
crash_repairs(void)
{
    pid_t       pid;
    ngx_uint_t  i, n, limit;

    for (i = 0; i < CRASH_REPAIRS && crash_p.sh->dirty; i++) {

        if (crash_random(2) == 0) {
            return;
        }

        pid = bench_trace(crash_repair, NULL);

        unit_check(bench_resume(pid) == BENCH_PAUSED);

        limit = crash_random(1 + crash_random(CRASH_REPAIR));

        for (n = 0; n < limit && bench_step(pid) == BENCH_STEPPED; n++) {
            /* void */
        }

        bench_kill(pid);

        crash_repair_kills += (crash_p.sh->dirty != 0);
    }
}


static void
crash_repair(void *data)
{
    struct flock       fl;
    ngx_print_store_t  st;

    ngx_memzero(&fl, sizeof(fl));

    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;
    fl.l_start = CRASH_FIX;
    fl.l_len = 1;

    if (fcntl(bench_wake.file, F_SETLK, &fl) == -1) {
        exit(1);
    }

    bench_view(&st);

    st.slot = CRASH_FIX;
    st.id = ngx_print_store_id(getpid(), CRASH_FIX);
    st.workers[CRASH_FIX].pid = getpid();

    bench_pause();

    ngx_print_store_lock(&st);
    ngx_print_store_unlock(&st);

    bench_pause();
}


/* as a worker's tick: the dead are reaped, their sessions finished */

static void
crash_tick(void)
{
    uint32_t         cursor;
    ngx_int_t        rc;
    ngx_uint_t       i, n;
    ngx_print_ref_t  refs[MODEL_SESSIONS];

    (void) ngx_print_store_reap(&crash_p);

    for (i = 1; i < MODEL_WORKERS; i++) {
        if (crash_dead & (ngx_uint_t) 1 << i) {
            model_worker(&crash_model, i, 0);
        }
    }

    model_orphans(&crash_model, CRASH_REASON);

    /* none of them gets a client of another one, as in the model */

    cursor = 0;
    n = 0;

    do {
        rc = ngx_print_session_orphan(&crash_p, &cursor, CRASH_REASON,
                                      &refs[n]);

        if (rc == NGX_OK) {
            n++;
        }
    } while (rc != NGX_DONE);

    for (i = 0; i < n; i++) {
        crash_finish(refs[i]);
    }

    unit_check(check_zone(&crash_p, CHECK_SETTLED) == NULL);
}


/* a session that we are to finish, as the model does */

static void
crash_finish(ngx_print_ref_t ref)
{
    model_op_t                op;
    ngx_print_client_info_t   info;

    ngx_memzero(&op, sizeof(op));

    op.ref = ref;

    while (crash_model.sessions[op.session].number == 0
           || crash_model.sessions[op.session].ref.index != ref.index)
    {
        op.session++;
    }

    for ( ;; ) {
        crash_now += 1000;
        bench_clock(crash_now);
        op.now = crash_now;

        if (ngx_print_client_offline(&crash_p, ref, 0, &info) != NGX_OK) {
            break;
        }

        op.op = MODEL_LEAVE;
        op.left = info.id[0];
        (void) model_apply(&crash_model, &op);
    }

    ngx_print_session_free(&crash_p, ref);

    op.op = MODEL_FREE;
    (void) model_apply(&crash_model, &op);
}


static void
crash_check(void)
{
    const char   *err;

    static char   text[CHECK_TEXT];

    err = check_zone(&crash_p, 0);

    check_text(&crash_p, crash_dead, text);
    model_text(&crash_model, crash_dead, crash_text);

    if (err == NULL && strcmp(crash_text, text) == 0) {
        unit_check(1);
        return;
    }

    check_diff(crash_text, text);
    crash_lost(err ? err : "not what the model has");
}


/* from here on nothing could be compared */

static void
crash_lost(const char *text)
{
    printf("  %s\n", text);
    unit_result(0, __FILE__, __LINE__, text);

    exit(unit_end());
}


/* everything is closed: nothing is left */

static void
crash_end(void)
{
    ngx_str_t                id;
    ngx_uint_t               slot;
    model_session_t         *s;
    ngx_print_store_stat_t   stat;

    for (slot = 1; slot < MODEL_WORKERS; slot++) {
        if (!(crash_dead & (ngx_uint_t) 1 << slot)) {
            bench_kill(crash_pid[slot]);
        }
    }

    crash_dead = CRASH_ALL;
    crash_tick();
    crash_check();

    for (s = crash_model.sessions;
         s < crash_model.sessions + MODEL_SESSIONS;
         s++)
    {
        if (s->number) {
            (void) ngx_print_session_close(&crash_p, s->ref, 1);
            ngx_print_session_free(&crash_p, s->ref);
        }
    }

    id.len = 1;

    while (crash_model.nclients) {
        id.data = &crash_model.clients[--crash_model.nclients].id;
        unit_check(ngx_print_client_remove(&crash_p, &id) == NGX_OK);
    }

    ngx_print_store_stat(&crash_p, &stat);

    unit_check(stat.sessions == 0);
    unit_check(stat.blocks == 0);
    unit_check(stat.clients == 0);
    unit_check(stat.jobs == crash_model.njobs);
    unit_check(check_zone(&crash_p, CHECK_READY|CHECK_CLOSING|CHECK_SETTLED)
               == NULL);
}
