
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What an authorizer has answered for a session, and what the session keeps to
 * ask again; also by a process that is killed at each of its instructions.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "session_base.h"
#include "ngx_print_session_answer.h"


#define ANSWER_SLOT  SESSION_B


static void answer_expires(void);
static void answer_names(void);
static void answer_auth(void);
static void answer_auth_full(void);
static void answer_auth_much(void);
static void answer_killed(void (*act)(void *data), ngx_uint_t what);
static ngx_uint_t answer_kill_at(void (*act)(void *data), ngx_uint_t what,
    ngx_uint_t point);
static void answer_act_names(void *data);
static void answer_act_auth(void *data);
static void answer_trust(ngx_print_session_trust_t *trust, ngx_uint_t n);
static ngx_uint_t answer_is(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, const char *auth);
static ngx_int_t answer_keep(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_uint_t nsp, const char *auth);


static ngx_print_ref_t  answer_ref;


int
main(void)
{
    bench_guard();

    answer_expires();
    answer_names();
    answer_auth();
    answer_auth_full();
    answer_auth_much();
    answer_killed(answer_act_names, 0);
    answer_killed(answer_act_auth, 1);

    return unit_end();
}


static void
answer_expires(void)
{
    session_t  t;

    session_begin(&t, "expires", 1);

    unit_check(ngx_print_session_expires(&t.b, t.ref, 3000) == NGX_OK);
    unit_check(check_zone(&t.a, 0) == NULL);

    /* a later end does not count, and an earlier one does */

    unit_check(ngx_print_session_expires(&t.b, t.ref, 9000) == NGX_OK);
    unit_check(session_expire(&t, &t.a, 1000) == NGX_PRINT_DUE_NOTHING);
    unit_check(ngx_print_session_expires(&t.b, t.ref, 1000) == NGX_OK);

    ngx_print_session_touch(&t.a, t.ref, 1);

    unit_check(session_expire(&t, &t.a, 999) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.b, 1) == NGX_PRINT_DUE_NOTHING);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_EXPIRED);
    unit_check(session_expire(&t, &t.a, 0) == NGX_PRINT_DUE_EXPIRED);

    session_end(&t);

    unit_check(ngx_print_session_expires(&t.a, t.ref, 1) == NGX_DECLINED);
}


static void
answer_names(void)
{
    session_t                  t;
    ngx_uint_t                 i, n;
    ngx_print_session_info_t   info;
    ngx_print_session_trust_t  trust;

    session_begin(&t, "names", 0);

    for (n = 3; n != (ngx_uint_t) -1; n--) {
        answer_trust(&trust, n);

        unit_check(ngx_print_session_names(&t.b, t.ref, &trust) == NGX_OK);
        unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);
        unit_check(info.trust.flags & NGX_PRINT_TRUST_NAMED);

        for (i = NGX_PRINT_TRUST_NAMES; i < NGX_PRINT_TRUST_ALL; i++) {
            unit_check(info.trust.lens[i] == trust.lens[i]);
            unit_check(trust.lens[i] == 0
                       || ngx_memcmp(info.trust.names[i], trust.names[i],
                                     NGX_PRINT_TRUST_NAME)
                          == 0);
        }
    }

    session_end(&t);

    unit_check(ngx_print_session_names(&t.a, t.ref, &trust) == NGX_DECLINED);
}


static void
answer_auth(void)
{
    session_t  t;

    session_begin(&t, "auth", 0);

    unit_check(answer_is(&t.a, t.ref, 0, "{}"));
    unit_check(answer_keep(&t.a, t.ref, 0, "{}") == NGX_OK);
    unit_check(t.a.sh->block_count == 0);

    unit_check(answer_keep(&t.a, t.ref, 0, "{\"a\":1}") == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 31, "{\"b\":1}") == NGX_OK);
    unit_check(answer_keep(&t.b, t.ref, 2, "{\"c\":1}") == NGX_OK);
    unit_check(t.a.sh->block_count == 3);
    unit_check(t.a.sh->block_use[NGX_PRINT_USE_AUTH] == 3);
    unit_check(check_zone(&t.a, 0) == NULL);

    unit_check(answer_is(&t.b, t.ref, 0, "{\"a\":1}"));
    unit_check(answer_is(&t.b, t.ref, 31, "{\"b\":1}"));
    unit_check(answer_is(&t.b, t.ref, 2, "{\"c\":1}"));
    unit_check(answer_is(&t.b, t.ref, 1, "{}"));

    /* in place of an earlier one */

    unit_check(answer_keep(&t.b, t.ref, 0, "{\"a\":2}") == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 0, "{\"a\":2}"));
    unit_check(answer_is(&t.a, t.ref, 31, "{\"b\":1}"));
    unit_check(t.a.sh->block_count == 3);

    unit_check(answer_keep(&t.b, t.ref, 0, "{}") == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 0, "{}"));
    unit_check(t.a.sh->block_count == 2);

    /* the repair finds them */

    ngx_print_store_repair_locked(&t.a);

    unit_check(check_zone(&t.a, 0) == NULL);
    unit_check(t.a.sh->block_count == 2);
    unit_check(answer_is(&t.a, t.ref, 31, "{\"b\":1}"));

    /* a link to nowhere ends them */

    ngx_print_store_head(&t.a, t.a.sessions[t.ref.index].auth)->next = 15;

    ngx_print_store_repair_locked(&t.a);

    unit_check(check_zone(&t.a, 0) == NULL);
    unit_check(t.a.sh->block_count == 1);

    session_end(&t);

    unit_check(answer_keep(&t.a, t.ref, 0, "{\"a\":1}") == NGX_DECLINED);
    unit_check(t.a.sh->block_count == 0);

    /* a session that lingers keeps nothing */

    unit_check(bench_open(&t.a, 2, 0, &t.ref, &t.token) == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 0, "{\"a\":1}") == NGX_OK);
    unit_check(ngx_print_session_close(&t.a, t.ref, 9) == NGX_OK);
    ngx_print_session_linger(&t.a, t.ref, 1000);
    unit_check(t.a.sh->block_count == 0);
    unit_check(check_zone(&t.a, 0) == NULL);
}


/* what has no room is not kept, and neither is what it takes the place of */

static void
answer_auth_full(void)
{
    char             text[5000];
    session_t        t;
    ngx_print_ref_t  one;

    session_begin(&t, "auth, the share is full", 1);

    t.a.share.auth = 8;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    one = t.ref;

    unit_check(answer_keep(&t.a, one, 0, "{\"a\":1}") == NGX_OK);
    unit_check(answer_keep(&t.a, one, 1, "{\"b\":1}") == NGX_OK);

    /* long ones have half of it */

    unit_check(answer_keep(&t.a, one, 0, text) == NGX_PRINT_FULL);
    unit_check(answer_is(&t.a, one, 0, ""));
    unit_check(answer_is(&t.a, one, 1, "{\"b\":1}"));
    unit_check(answer_is(&t.a, one, 2, ""));
    unit_check(t.a.sh->block_count == 1);
    unit_check(check_zone(&t.a, 0) == NULL);

    text[2500] = '\0';

    unit_check(answer_keep(&t.a, one, 0, text) == NGX_OK);
    unit_check(answer_is(&t.b, one, 0, text));
    unit_check(t.a.sh->block_use[NGX_PRINT_USE_AUTH] == 4);

    unit_check(bench_open(&t.a, 2, 1, &t.ref, &t.token) == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 0, text) == NGX_PRINT_FULL);
    unit_check(answer_keep(&t.a, t.ref, 0, "{\"a\":2}") == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 0, "{\"a\":2}"));

    /* short ones have all of it, and no more */

    t.a.share.auth = 5;

    unit_check(answer_keep(&t.a, t.ref, 1, "{\"a\":3}") == NGX_PRINT_FULL);
    unit_check(answer_is(&t.a, t.ref, 1, ""));
    unit_check(t.a.sh->block_use[NGX_PRINT_USE_INFO] == 0);

    /* another session does not know of it */

    unit_check(bench_open(&t.a, 3, 1, &t.ref, &t.token) == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 0, "{}"));

    ngx_print_store_repair_locked(&t.a);

    unit_check(answer_is(&t.a, one, 2, ""));
    unit_check(check_zone(&t.a, 0) == NULL);
}


/* all namespaces of a session together */

static void
answer_auth_much(void)
{
    char       text[NGX_PRINT_SESSION_AUTH + 1];
    session_t  t;

    unit_about("auth of many namespaces");

    ngx_memzero(&t, sizeof(t));

    bench_create(1024 * 1024, 8, 8, 100);
    bench_fake(&t.a, &t.wake[0], 1);

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    unit_check(bench_open(&t.a, 1, 1, &t.ref, &t.token) == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 3, text) == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 3, text));
    unit_check(answer_keep(&t.a, t.ref, 4, "{\"a\":1}") == NGX_BUSY);
    unit_check(answer_is(&t.a, t.ref, 4, ""));

    /* in place of its own */

    text[15000] = '\0';

    unit_check(answer_keep(&t.a, t.ref, 3, text) == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 4, "{\"a\":1}") == NGX_OK);
    unit_check(answer_is(&t.a, t.ref, 3, text));
    unit_check(answer_is(&t.a, t.ref, 4, "{\"a\":1}"));
    unit_check(check_zone(&t.a, 0) == NULL);
}


/* at no time may the session do what it could not, and is not to */

static void
answer_killed(void (*act)(void *data), ngx_uint_t what)
{
    ngx_uint_t  point;

    for (point = 1; answer_kill_at(act, what, point); point++) {

        if (unit_has_failed()) {
            return;
        }
    }

    unit_check(point > 100);
}


static ngx_uint_t
answer_kill_at(void (*act)(void *data), ngx_uint_t what, ngx_uint_t point)
{
    pid_t                      pid;
    session_t                  t;
    ngx_uint_t                 i, n, going;
    ngx_print_session_trust_t  trust, *now;

    bench_guard();
    session_begin(&t, what ? "auth" : "names", 0);
    unit_about("%s, killed at %u", what ? "auth" : "names", (unsigned) point);

    answer_trust(&trust, 3);
    answer_ref = t.ref;

    unit_check(ngx_print_session_names(&t.a, t.ref, &trust) == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 0, "{\"old\":1}") == NGX_OK);
    unit_check(answer_keep(&t.a, t.ref, 1, "{\"b\":1}") == NGX_OK);

    pid = bench_trace(act, NULL);
    going = 1;

    /* to the place where it has joined */

    (void) bench_resume(pid);

    for (n = 0; n < point && going; n++) {
        going = (bench_step(pid) == BENCH_STEPPED);
    }

    bench_kill(pid);

    (void) ngx_print_store_reap(&t.a);

    unit_check(check_zone(&t.a, 0) == NULL);
    unit_check(answer_is(&t.a, t.ref, 0, "{\"old\":1}")
               || (what && answer_is(&t.a, t.ref, 0, "{\"new\":1}")));
    unit_check(answer_is(&t.a, t.ref, 1, "{\"b\":1}"));

    now = &t.a.sessions[t.ref.index].trust;

    for (i = NGX_PRINT_TRUST_NAMES; i < NGX_PRINT_TRUST_ALL; i++) {

        /* old: "1*", "2*", "3*"; new: "1" */

        unit_check(now->lens[i] == 0
                   || (now->lens[i] & NGX_PRINT_TRUST_STAR
                       ? ngx_memcmp(now->names[i], trust.names[i],
                                    NGX_PRINT_TRUST_NAME)
                         == 0
                       : now->names[i][0] == 77));
    }

    session_end(&t);

    return going;
}


static void
answer_act_names(void *data)
{
    ngx_print_store_t          st;
    ngx_print_session_trust_t  trust;

    bench_join(&st);
    bench_pause();

    ngx_memzero(&trust, sizeof(ngx_print_session_trust_t));

    trust.names[NGX_PRINT_TRUST_NAMES][0] = 77;
    trust.lens[NGX_PRINT_TRUST_NAMES] = 1;

    (void) ngx_print_session_names(&st, answer_ref, &trust);

    bench_pause();
}


static void
answer_act_auth(void *data)
{
    ngx_print_store_t  st;

    bench_join(&st);
    bench_pause();

    (void) answer_keep(&st, answer_ref, 0, "{\"new\":1}");

    bench_pause();
}


static void
answer_trust(ngx_print_session_trust_t *trust, ngx_uint_t n)
{
    ngx_uint_t  i;

    ngx_memzero(trust, sizeof(ngx_print_session_trust_t));

    for (i = 0; i < n; i++) {
        trust->names[NGX_PRINT_TRUST_NAMES + i][0] = n * 10 + i;
        trust->lens[NGX_PRINT_TRUST_NAMES + i] = NGX_PRINT_TRUST_STAR | 1;
    }
}


static ngx_uint_t
answer_is(ngx_print_store_t *st, ngx_print_ref_t ref, ngx_uint_t nsp,
    const char *auth)
{
    u_char     buf[NGX_PRINT_SESSION_AUTH];
    ngx_str_t  kept;

    kept.data = buf;

    return ngx_print_session_auth(st, ref, nsp, &kept) == NGX_OK
           && kept.len == strlen(auth) && memcmp(buf, auth, kept.len) == 0;
}


static ngx_int_t
answer_keep(ngx_print_store_t *st, ngx_print_ref_t ref, ngx_uint_t nsp,
    const char *auth)
{
    ngx_str_t  text;

    text.data = (u_char *) auth;
    text.len = strlen(auth);

    return ngx_print_session_keep_auth(st, ref, nsp, &text);
}
