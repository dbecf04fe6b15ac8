
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a session may do, the CONNECTs that were refused, and sockets that may
 * not be recovered because of their clients.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "session_base.h"
#include "recovery_base.h"


static void trust_kept(void);
static void trust_refused(void);
static void trust_published(void);
static void trust_names(void);
static void trust_spoil(void);


int
main(void)
{
    trust_kept();
    trust_refused();
    trust_published();
    trust_names();
    trust_spoil();

    return unit_end();
}


static void
trust_kept(void)
{
    u_char                      key[NGX_PRINT_SESSION_KEY];
    session_t                   t;
    ngx_print_session_info_t    info;
    ngx_print_session_trust_t   trust;

    unit_about("the size");
    unit_check(sizeof(ngx_print_session_trust_t) <= 48 + 32);

    session_begin(&t, "kept", 0);
    bench_key(key, 1);

    ngx_memset(&trust, 1, sizeof(trust));
    trust.flags = NGX_PRINT_TRUST_TOKEN;
    trust.expires = 0;

    unit_check(ngx_print_session_get(&t.b, t.ref, &info) == NGX_OK);
    unit_check(memcmp(&info.trust, &trust, sizeof(trust)) == 0);

    unit_check(ngx_print_session_find(&t.b, t.ref.index, key, &info)
               == NGX_OK);
    unit_check(memcmp(&info.trust, &trust, sizeof(trust)) == 0);

    session_end(&t);
}


static void
trust_refused(void)
{
    uint32_t                   token;
    session_t                  t;
    ngx_print_ref_t            ref;
    ngx_print_session_info_t   info;

    session_begin(&t, "refused", 0);
    ref = t.ref;

    unit_check(ngx_print_session_refused(&t.a, t.ref) == 1);
    unit_check(ngx_print_session_refused(&t.b, t.ref) == 2);

    unit_check(ngx_print_session_get(&t.b, t.ref, &info) == NGX_OK);
    unit_check(info.trust.flags == (NGX_PRINT_TRUST_TOKEN
                                    |2 * NGX_PRINT_TRUST_REFUSAL));

    unit_check(ngx_print_session_refused(&t.a, t.ref) == 3);
    unit_check(ngx_print_session_refused(&t.a, t.ref) == 3);

    unit_check(ngx_print_session_get(&t.b, t.ref, &info) == NGX_OK);
    unit_check(info.trust.flags == (NGX_PRINT_TRUST_TOKEN
                                    |NGX_PRINT_TRUST_REFUSED));

    session_end(&t);

    unit_check(ngx_print_session_refused(&t.a, ref) == 3);

    /* the next session in its place begins anew */

    unit_check(bench_open(&t.a, 2, 0, &t.ref, &token) == NGX_OK);
    unit_check(t.ref.index == ref.index);
    unit_check(ngx_print_session_refused(&t.a, ref) == 3);
    unit_check(ngx_print_session_refused(&t.a, t.ref) == 1);

    session_end(&t);
}


/* the ids of sockets, which everybody may see */

static void
trust_published(void)
{
    u_char                      seen[4][NGX_PRINT_SESSION_SOCK];
    u_char                      sock[NGX_PRINT_SESSION_SOCK];
    session_t                   t;
    ngx_uint_t                  i, k;
    ngx_print_session_info_t    info;
    ngx_print_client_info_t     client;

    session_begin(&t, "published ids", 0);
    bench_sock(sock, 7);

    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 2, NULL) == NGX_OK);
    unit_check(ngx_print_session_get(&t.a, t.ref, &info) == NGX_OK);

    ngx_print_session_sock(&t.a, &info, 0, seen[0]);
    ngx_print_session_digest(&t.a, &info, 0, seen[1]);
    ngx_print_session_sock(&t.a, &info, 2, seen[2]);
    ngx_print_session_sock(&t.b, &info, 3, seen[3]);

    unit_check(memcmp(seen[0], sock, sizeof(sock)) == 0);

    for (i = 1; i < 4; i++) {

        for (k = 0; k < i; k++) {
            unit_check(memcmp(seen[i], seen[k], sizeof(sock)) != 0);
        }

        /* nothing of the sid is in it */

        for (k = 0; k + 4 <= NGX_PRINT_SESSION_SOCK; k++) {
            unit_check(memcmp(&seen[i][k], &info.key[4], 4) != 0);
        }
    }

    /* the record of a client has the same */

    unit_check(bench_register(&t.a, t.ref, 2, "x", 0) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 2) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &client) == NGX_OK);
    unit_check(memcmp(t.a.clients[1].sock, seen[2], sizeof(sock)) == 0);

    /* another zone, another session */

    t.a.sh->secrets.hash[3] ^= 1;
    ngx_print_session_sock(&t.a, &info, 2, sock);
    unit_check(memcmp(sock, seen[2], sizeof(sock)) != 0);
    t.a.sh->secrets.hash[3] ^= 1;

    info.ref.index++;
    ngx_print_session_sock(&t.a, &info, 2, sock);
    unit_check(memcmp(sock, seen[2], sizeof(sock)) != 0);
    info.ref.index--;

    info.key[11] ^= 1;
    ngx_print_session_sock(&t.a, &info, 2, sock);
    unit_check(memcmp(sock, seen[2], sizeof(sock)) != 0);

    session_end(&t);
}


static void
trust_names(void)
{
    ngx_str_t                    pid;
    recovery_t                   t;
    ngx_print_recovery_names_t   names;

    recovery_begin(&t, "names of a socket");

    unit_check(ngx_print_recovery_names(&t.a, &t.pid, &names) == NGX_OK);
    unit_check(names.n == 2);
    unit_check(names.list[0].len == 1 && names.list[1].len == 1);
    unit_check(names.list[0].id[0] + names.list[1].id[0] == 'a' + 'b');

    recovery_lose(&t, 0);

    unit_check(ngx_print_recovery_names(&t.a, &t.pid, &names) == NGX_OK);
    unit_check(names.n == 2);

    pid = t.pid;
    pid.len--;
    unit_check(ngx_print_recovery_names(&t.a, &pid, &names) == NGX_DECLINED);
    unit_check(names.n == 0);

    t.pid.data[10] ^= 1;
    unit_check(ngx_print_recovery_names(&t.a, &t.pid, &names) == NGX_DECLINED);
    unit_check(names.n == 0);
    unit_check(ngx_print_recovery_spoil(&t.a, &t.pid) == NGX_DECLINED);
    t.pid.data[10] ^= 1;

    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_OK);
}


static void
trust_spoil(void)
{
    recovery_t                   t;
    ngx_print_recovery_names_t   names;

    /* of a socket that is lost */

    recovery_begin(&t, "a socket that is spoiled");
    recovery_print(&t, 0, "a", 1);
    recovery_take(&t, 0, 1);
    recovery_lose(&t, 0);

    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_SENT);
    unit_check(ngx_print_recovery_spoil(&t.a, &t.pid) == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(recovery_state(&t, 0) == NGX_PRINT_JOB_QUEUED);
    unit_check(ngx_print_recovery_names(&t.a, &t.pid, &names) == NGX_DECLINED);
    unit_check(recovery_whole(&t));

    /* of one that has its session */

    recovery_begin(&t, "a connected socket that is spoiled");

    unit_check(ngx_print_recovery_spoil(&t.a, &t.pid) == NGX_OK);
    unit_check(recovery_resume(&t, 1, RECOVERY_NONE) == NGX_DECLINED);
    unit_check(t.old.index == t.ref[0].index);
    unit_check(ngx_print_recovery_names(&t.a, &t.pid, &names) == NGX_DECLINED);
    unit_check(recovery_whole(&t));
}
