
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Each operation of the store is killed at each of its machine instructions.
 * Then another process takes the lock, and what it finds must be the state
 * before the operation or the one after it, or one that the operation's entry
 * below names.  Then the dead worker is reaped, all is closed, and nothing is
 * left.
 *
 *   every_instruction [-a | -n] [operation ...]
 *
 * Without -a only those instructions are taken after which memory differs, and
 * some of them for operations that change a lot.  It ends with the first
 * failure.  With -n nothing is killed: it prints how many instructions each
 * operation takes, a figure that is the same in each run of one binary.
 *
 * The operations of a print may not take many more instructions than today, so
 * that nothing gets into their way unnoticed that most prints do not need.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "step.h"
#include "check.h"


#define STEP_FEW    10000       /* steps for all kills of an operation */
#define STEP_MANY   400000

/*
 * The bounds of step_bounds are those of gcc 12 with -O1, and of the x86-64;
 * what others make of the code may be longer.
 */

#if (__GNUC__ == 12 && __x86_64__ && !__clang__)
#define STEP_SPARE  0           /* % */
#else
#define STEP_SPARE  30
#endif

/* slots */
#define STEP_P      0           /* this process, which looks on */
#define STEP_H      1           /* another worker that lives */
#define STEP_A      2           /* the one that is killed */
#define STEP_D      3           /* one that is dead already */


/* an operation, and how many instructions it takes at most */
typedef struct {
    const char  *name;
    ngx_uint_t   most;
} step_bound_t;


static void step_prepare(void);
static void step_dead(void *data);
static void step_idle(void *data);
static void step_claim(void *data);
static ngx_uint_t step_table(step_operation_t *op, int argc, char **argv,
    ngx_uint_t all);
static void step_operation(step_operation_t *op, ngx_uint_t all);
static void step_count(step_operation_t *op);
static ngx_uint_t step_points(step_operation_t *op, uint32_t **points,
    ngx_uint_t all);
static void step_bound(step_operation_t *op, ngx_uint_t steps);
static ngx_uint_t step_changed(u_char *was);
static void step_kill_at(step_operation_t *op, uint32_t point);
static pid_t step_actor(step_operation_t *op, ngx_int_t alt);
static void step_act(void *data);
static void step_recover(char *text);
static void step_candidate(step_operation_t *op, ngx_int_t alt, char *text);
static void step_compare(step_operation_t *op, char *text, uint32_t point);
static ngx_uint_t step_lines(step_operation_t *op, char *text);
static ngx_uint_t step_counted(char *line);
static void step_settle(void);
static void step_wipe(void);
static uint32_t step_notes(void);
static void step_remove(uint32_t client);


/*
 * A job is accepted, taken by the worker that has the station, released when it
 * is written, and its receipt arrives: a result, an acknowledgement, or a pong.
 * Each bound is some percent above what was counted.  Whoever raises one says
 * in the commit what a print gets for it.
 */

static step_bound_t  step_bounds[] = {
    { "job", 2145 },            /* 2080 */
    { "job-take", 1205 },       /* 1171 */
    { "job-release", 275 },     /* 265 */
    { "job-result", 1165 },     /* 1134 */
    { "job-answer", 880 },      /* 857 */
    { "job-pong", 1405 },       /* 1365 */
    { NULL, 0 }
};


step_env_t                step_env;

static ngx_print_store_t  step_p;
static u_char            *step_image;
static pid_t              step_h;
static pid_t              step_x;               /* keeps slot A from A */
static ngx_uint_t         step_kills;
static ngx_uint_t         step_open;            /* kills in a section */
static ngx_uint_t         step_counts;          /* with -n */

/* before, after, and the named ones */
static char               step_text[2 + STEP_ALTS][CHECK_TEXT];
static ngx_uint_t         step_ntexts;

/* of the actor: what it does between its pauses */
static ngx_int_t          step_alt;


int
main(int argc, char **argv)
{
    ngx_uint_t  all, n;

    all = argc > 1 && strcmp(argv[1], "-a") == 0;
    step_counts = argc > 1 && strcmp(argv[1], "-n") == 0;

    bench_guard();
    step_prepare();

    argc -= 1 + all + step_counts;
    argv += 1 + all + step_counts;

    n = step_table(step_session_operations, argc, argv, all)
        + step_table(step_message_operations, argc, argv, all)
        + step_table(step_job_operations, argc, argv, all)
        + step_table(step_recovery_operations, argc, argv, all)
        + step_table(step_claim_operations, argc, argv, all)
        + step_table(step_waiting_operations, argc, argv, all);

    bench_kill(step_h);

    if (n < (ngx_uint_t) argc && !unit_has_failed()) {
        printf("not ok: there is no operation of one of these names\n");
        return 3;
    }

    unit_check(n > 0);

    printf("%lu operations, %lu kills, %lu with a section open: ",
           (unsigned long) n, (unsigned long) step_kills,
           (unsigned long) step_open);

    return unit_end();
}


/* those that are named, or all; returns how many */

static ngx_uint_t
step_table(step_operation_t *op, int argc, char **argv, ngx_uint_t all)
{
    int         i;
    ngx_uint_t  n;

    for (n = 0; op->name && !unit_has_failed(); op++) {

        for (i = 0; i < argc && strcmp(argv[i], op->name) != 0; i++) {
            /* void */
        }

        if (i < argc || argc == 0) {
            step_counts ? step_count(op) : step_operation(op, all);
            n++;
        }
    }

    return n;
}


static void
step_idle(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
}


static void
step_claim(void *data)
{
    (void) ngx_print_wake_claim(&bench_wake);
}


/* leaves one session of each kind, and a batch */

static void
step_dead(void *data)
{
    uint32_t           token;
    ngx_print_ref_t    ref[6];
    ngx_print_batch_t  batch;
    ngx_print_store_t  st, h;

    bench_join(&st);
    bench_as(&h, STEP_H);

    (void) bench_open(&st, STEP_DEAD_WS, 1, &ref[0], &token);
    (void) bench_send(&st, ref[0], 1, 100);
    (void) bench_send(&st, ref[0], 2, 100);
    (void) ngx_print_queue_take(&st, ref[0], token, 1, 0, &batch);

    (void) bench_open(&st, STEP_DEAD_POLL, 0, &ref[1], &token);
    (void) ngx_print_session_poll(&st, ref[1], &token);
    (void) bench_send(&h, ref[1], 3, 100);

    (void) bench_open(&st, STEP_DEAD_PROBE, 0, &ref[2], &token);
    (void) ngx_print_session_poll(&h, ref[2], &token);
    (void) ngx_print_session_probe(&st, ref[2], &token);

    (void) bench_open(&st, STEP_DEAD_CLOSING, 0, &ref[3], &token);
    (void) bench_send(&st, ref[3], 4, 100);
    (void) ngx_print_session_close(&st, ref[3], 4);

    (void) bench_open(&st, STEP_DEAD_POST, 0, &ref[4], &token);
    (void) ngx_print_session_post(&st, ref[4]);

    (void) bench_open(&st, STEP_DEAD_LINGER, 0, &ref[5], &token);
    (void) ngx_print_session_close(&st, ref[5], 5);
    ngx_print_session_linger(&st, ref[5], 1000);
    (void) ngx_print_session_poll(&st, ref[5], &token);
}


/* the state that each run begins with */

static void
step_prepare(void)
{
    pid_t  x, d;

    bench_create(2 * NGX_PRINT_STORE_MIN_SIZE, 16, STEP_CLIENTS, 0);
    bench_shrink(STEP_JOBS, STEP_EVENTS, STEP_PIDS);
    bench_shrink_addresses(STEP_ADDRESSES);
    bench_join(&step_p);

    step_h = bench_hold(step_idle, NULL);
    x = bench_hold(step_claim, NULL);
    d = bench_hold(step_dead, NULL);

    bench_kill(d);
    bench_kill(x);

    step_image = malloc(bench_size);

    ngx_memcpy(step_image, bench_zone, bench_size);
}


static void
step_operation(step_operation_t *op, ngx_uint_t all)
{
    uint32_t    *points;
    ngx_int_t    i;
    ngx_uint_t   n, k;

    unit_about("%s", op->name);

    step_x = (op->flags & STEP_SLOT_D) ? bench_hold(step_claim, NULL) : -1;

    step_candidate(op, -2, step_text[0]);
    step_candidate(op, -1, step_text[1]);

    step_ntexts = 2;

    for (i = 0; i < (ngx_int_t) op->nalts; i++) {
        step_candidate(op, i, step_text[step_ntexts++]);
    }

    if (!(op->flags & STEP_SILENT)) {
        unit_check(strcmp(step_text[0], step_text[1]) != 0);
    }

    n = step_points(op, &points, all);

    for (k = 0; k < n && !unit_has_failed(); k++) {
        bench_guard();
        unit_about("%s, killed after instruction %u", op->name, points[k]);
        step_kill_at(op, points[k]);
    }

    free(points);

    if (step_x != -1) {
        bench_kill(step_x);
    }
}


static void
step_count(step_operation_t *op)
{
    pid_t       pid;
    ngx_uint_t  steps;

    step_x = (op->flags & STEP_SLOT_D) ? bench_hold(step_claim, NULL) : -1;

    pid = step_actor(op, -1);

    for (steps = 1; bench_step(pid) == BENCH_STEPPED; steps++) { /* void */ }

    bench_kill(pid);

    printf("%s %lu\n", op->name, (unsigned long) steps);

    if (step_x != -1) {
        bench_kill(step_x);
    }
}


/* from the state at the beginning to op's start */

static pid_t
step_actor(step_operation_t *op, ngx_int_t alt)
{
    pid_t  pid;

    ngx_memcpy(bench_zone, step_image, bench_size);
    check_pages_forget();

    step_alt = alt;
    pid = bench_trace(step_act, op);

    if (bench_resume(pid) != BENCH_PAUSED) {
        printf("not ok: %s has ended before its operation\n", op->name);
        exit(2);
    }

    return pid;
}


static void
step_act(void *data)
{
    step_operation_t *op = data;

    if (op->flags & STEP_SLOT_D) {
        (void) ngx_print_wake_claim(&bench_wake);
        bench_view(&step_env.a);

    } else {
        bench_join(&step_env.a);
    }

    bench_as(&step_env.h, STEP_H);
    bench_as(&step_env.d, STEP_D);

    op->setup();

    /* what is sent is made before the first step */

    (void) bench_bytes(STEP_BYTES, 66 * 1024);

    bench_pause();

    if (step_alt >= 0) {
        op->alt(step_alt);

    } else {
        op->act();
    }

    bench_pause();
}


/* alt: -2 is before the operation, -1 after it, else it is a named state */

static void
step_candidate(step_operation_t *op, ngx_int_t alt, char *text)
{
    pid_t  pid;

    pid = step_actor(op, alt);

    if (alt != -2 && bench_resume(pid) != BENCH_PAUSED) {
        printf("not ok: %s has ended in its operation\n", op->name);
        exit(2);
    }

    bench_kill(pid);

    step_recover(text);
    step_settle();
    step_wipe();
}


/* the instructions to kill it at */

static ngx_uint_t
step_points(step_operation_t *op, uint32_t **points, ngx_uint_t all)
{
    pid_t        pid;
    u_char      *was;
    uint32_t     i, n, max, steps, *p;
    ngx_uint_t   held;

    pid = step_actor(op, -1);
    was = malloc(bench_size);
    held = (step_p.sh->lock != 0);
    p = NULL;
    n = 0;

    ngx_memcpy(was, bench_zone, bench_size);

    for (steps = 1; bench_step(pid) == BENCH_STEPPED; steps++) {

        if (held && step_p.sh->lock == 0) {
            /* else the next owner's mark would be cleared */
            unit_check(step_p.sh->dirty == 0);
        }

        held = (step_p.sh->lock != 0);

        if (step_changed(was) || all) {
            p = realloc(p, (n + 1) * sizeof(uint32_t));
            p[n++] = steps;
        }
    }

    bench_kill(pid);
    free(was);

    step_bound(op, steps);

    *points = p;

    /* each kill is stepped to from the start */

    max = 2 * (all ? STEP_MANY : STEP_FEW) / steps;

    if (n <= max || (op->flags & STEP_EACH)) {
        return n;
    }

    for (i = 0; i < max; i++) {
        p[i] = p[(uint64_t) i * n / max];
    }

    return max;
}


/* only of code that is optimized, and that no sanitizer has made longer */

static void
step_bound(step_operation_t *op, ngx_uint_t steps)
{
#if (__OPTIMIZE__ && !__SANITIZE_ADDRESS__)

    ngx_uint_t     most;
    step_bound_t  *bound;

    for (bound = step_bounds; bound->name; bound++) {

        if (strcmp(bound->name, op->name) != 0) {
            continue;
        }

        most = bound->most * (100 + STEP_SPARE) / 100;

        if (steps > most) {
            printf("  %s takes %lu instructions, the bound is %lu\n", op->name,
                   (unsigned long) steps, (unsigned long) most);
        }

        unit_check(steps <= most);
    }

#endif
}


static ngx_uint_t
step_changed(u_char *was)
{
    if (memcmp(was, bench_zone, bench_size) == 0) {
        return 0;
    }

    ngx_memcpy(was, bench_zone, bench_size);

    return 1;
}


static void
step_kill_at(step_operation_t *op, uint32_t point)
{
    pid_t        pid;
    uint32_t     i;

    static char  text[CHECK_TEXT];

    pid = step_actor(op, -1);

    unit_check(check_pages(&step_p) == NULL);

    for (i = 0; i < point; i++) {
        if (bench_step(pid) != BENCH_STEPPED) {
            break;
        }
    }

    bench_kill(pid);

    step_kills++;
    step_open += (step_p.sh->dirty != 0);

    step_recover(text);
    step_compare(op, text, point);
    step_settle();
    step_wipe();
}


/* as any process does that comes next: it takes the lock */

static void
step_recover(char *text)
{
    uint64_t     rings;
    uint32_t     repairs;
    ngx_uint_t   flags;
    const char  *err;

    unit_check(ngx_print_reopen_fit(&step_p));

    repairs = step_p.sh->repairs;
    flags = 0;

    bench_reopen(&step_p);

    while (read(bench_wake.bell[STEP_H][0], &rings, sizeof(rings)) > 0) {
        /* void */
    }

    ngx_print_store_lock(&step_p);
    ngx_print_store_unlock(&step_p);

    if (step_p.sh->repairs != repairs) {

        /* everything that waits is listed, everybody is told to look */

        flags = CHECK_READY|CHECK_CLOSING;

        unit_check(read(bench_wake.bell[STEP_H][0], &rings, sizeof(rings))
                   > 0);
    }

    err = check_zone(&step_p, flags);

    if (err) {
        printf("  %s\n", err);
    }

    unit_check(err == NULL);

    check_text(&step_p, 1 << STEP_A | 1 << STEP_D, text);
    check_text_counts(&step_p, text);
}


static void
step_compare(step_operation_t *op, char *text, uint32_t point)
{
    ngx_uint_t  i, ok;

    ok = (op->flags & STEP_MIXED) && step_lines(op, text);

    for (i = 0; i < step_ntexts && !ok; i++) {
        ok = (strcmp(text, step_text[i]) == 0);
    }

    unit_check(ok);

    if (!ok) {
        check_diff(step_text[0], text);
        check_diff(step_text[1], text);
    }
}


/*
 * each line is from one of the states, they need not be the same one's; what is
 * counted is in between
 */

static ngx_uint_t
step_lines(step_operation_t *op, char *text)
{
    char        *p, *last, line[CHECK_TEXT];
    ngx_uint_t   i;

    for (p = text; *p; p = last + 1) {
        last = strchr(p, '\n');

        memcpy(line, p, last - p + 1);
        line[last - p + 1] = '\0';

        for (i = 0; i < step_ntexts; i++) {
            if (strstr(step_text[i], line)) {
                break;
            }
        }

        if (i == step_ntexts && !step_counted(line)) {
            return 0;
        }
    }

    return 1;
}


/* whether a number that only rises is between those before and after */

static ngx_uint_t
step_counted(char *line)
{
    char           *colon, *is;
    size_t          len;
    ngx_uint_t      i;
    unsigned long   n[2];

    colon = strchr(line, ':');

    if (strncmp(line, CHECK_COUNT, strlen(CHECK_COUNT)) != 0 || colon == NULL) {
        return 0;
    }

    len = colon + 1 - line;

    for (i = 0; i < 2; i++) {
        colon[1] = '\0';
        is = strstr(step_text[i], line);
        colon[1] = ' ';

        n[i] = is ? strtoul(is + len, NULL, 10) : 0;
    }

    return strtoul(colon + 1, NULL, 10) >= n[0]
           && strtoul(colon + 1, NULL, 10) <= n[1];
}


/* as a worker's tick does */

static void
step_settle(void)
{
    uint32_t     cursor;
    ngx_int_t    rc;
    const char  *err;

    ngx_print_ref_t  ref;

    (void) ngx_print_store_reap(&step_p);

    cursor = 0;

    do {
        rc = ngx_print_session_orphan(&step_p, &cursor, 1, &ref);

        if (rc == NGX_OK) {
            unit_check(ngx_print_session_reason(&step_p, ref) != 0);
            ngx_print_session_free(&step_p, ref);
        }
    } while (rc != NGX_DONE);

    err = check_zone(&step_p, CHECK_SETTLED);

    if (err) {
        printf("  settled: %s\n", err);
    }

    unit_check(err == NULL);
}


/* all that is left is closed by its holder, and no client comes again */

static void
step_wipe(void)
{
    uint32_t                 i;
    const char              *err;
    ngx_print_ref_t          ref;
    ngx_print_store_t        h;
    ngx_print_store_stat_t   stat;

    bench_as(&h, STEP_H);

    for (i = 1; i < step_p.sh->session_top; i++) {
        ref.index = i;
        ref.gen = step_p.sessions[i].gen;

        (void) ngx_print_session_close(&step_p, ref, 1);

        if (ngx_print_session_reason(&h, ref)) {
            ngx_print_session_free(&h, ref);

        } else {
            ngx_print_session_free(&step_p, ref);
        }
    }

    for (i = 1; i < step_p.sh->pid_top; i++) {
        ngx_print_recovery_expire(&step_p, step_p.pid_deadlines[i], i);
        unit_check(step_p.pids[i].state == NGX_PRINT_PID_FREE);
    }

    for (i = 1; i < step_p.sh->client_top; i++) {
        step_remove(i);
    }

    ngx_print_store_stat(&step_p, &stat);

    unit_check(stat.sessions == 0);
    unit_check(stat.clients == 0);
    unit_check(stat.blocks == step_notes());

    err = check_zone(&step_p, CHECK_READY|CHECK_CLOSING|CHECK_SETTLED);

    if (err) {
        printf("  wiped: %s\n", err);
    }

    unit_check(err == NULL);
}


/* blocks that have notes of finished jobs */

static uint32_t
step_notes(void)
{
    uint32_t  i, n, last;

    n = 0;
    last = 0;

    for (i = 1; i < step_p.sh->job_top; i++) {
        if (step_p.jobs[i].note && step_p.jobs[i].note != last) {
            last = step_p.jobs[i].note;
            n++;
        }
    }

    return n;
}


static void
step_remove(uint32_t client)
{
    ngx_str_t                  id;
    ngx_print_store_client_t  *cl;

    cl = &step_p.clients[client];

    id.len = cl->len;
    id.data = cl->id;

    if (cl->state == NGX_PRINT_CLIENT_USED) {
        unit_check(ngx_print_client_remove(&step_p, &id) == NGX_OK);
    }
}
