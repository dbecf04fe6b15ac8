
/*
 * Copyright (C) the print hub contributors
 */


/* Clients: registered, offline, removed, evicted, listed. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"
#include "nsp_base.h"


#define CLIENT_MAX  8


/* worker a, without a process, and four sessions that are connected */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_wake_t     wake;
    ngx_print_ref_t      ref[4];
    uint32_t             token;
} client_t;


static void client_begin(client_t *t, const char *about, uint32_t clients);
static ngx_int_t client_register(client_t *t, ngx_uint_t session,
    const char *id);
static ngx_int_t client_offline(client_t *t, ngx_uint_t session, char *id);
static ngx_int_t client_find(client_t *t, const char *id,
    ngx_print_client_info_t *info);
static void client_one(void);
static void client_steal(void);
static void client_many(void);
static void client_max(void);
static void client_names(void);
static void client_leave_guards(void);
static void client_parted(void);
static void client_evict(void);
static void client_list(void);
static void client_versions(void);
static void client_version(client_t *t, uint32_t *version, ngx_uint_t changed);
static void client_hash(void);
static void client_info(void);
static void client_detail(void);
static void nsp_client(void);


int
main(void)
{
    bench_guard();

    nsp_client();
    client_one();
    client_steal();
    client_many();
    client_max();
    client_names();
    client_leave_guards();
    client_parted();
    client_evict();
    client_list();
    client_versions();
    client_hash();
    client_info();
    client_detail();

    return unit_end();
}


static void
client_begin(client_t *t, const char *about, uint32_t clients)
{
    u_char      sock[NGX_PRINT_SESSION_SOCK];
    ngx_uint_t  i;

    unit_about("%s", about);

    bench_create(NGX_PRINT_STORE_MIN_SIZE, 8, clients, 0);
    bench_fake(&t->a, &t->wake, 1);

    for (i = 0; i < 4; i++) {
        unit_check(bench_open(&t->a, i, 1, &t->ref[i], &t->token) == NGX_OK);
        bench_sock(sock, i);
        unit_check(ngx_print_session_connect(&t->a, t->ref[i], 0, sock)
                   == NGX_OK);
    }
}


static ngx_int_t
client_register(client_t *t, ngx_uint_t session, const char *id)
{
    ngx_int_t  rc;

    rc = bench_register(&t->a, t->ref[session], 0, id, 0);

    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);

    return rc;
}


static ngx_int_t
client_offline(client_t *t, ngx_uint_t session, char *id)
{
    ngx_int_t                rc;
    ngx_print_client_info_t  info;

    rc = ngx_print_client_offline(&t->a, t->ref[session], 0, &info);

    unit_check(check_zone(&t->a, CHECK_READY|CHECK_SETTLED) == NULL);

    if (rc == NGX_OK) {
        unit_check(!info.connected && info.sock[2] == session);

        memcpy(id, info.id, info.len);
        id[info.len] = '\0';
    }

    return rc;
}


static ngx_int_t
client_find(client_t *t, const char *id, ngx_print_client_info_t *info)
{
    uint32_t                 version;
    ngx_uint_t               i, n, page;

    ngx_print_client_info_t  list[NGX_PRINT_CLIENT_PAGE];

    for (page = 0; page < ngx_print_client_pages(&t->a); page++) {
        n = ngx_print_client_list(&t->a, page, list, &version);

        for (i = 0; i < n; i++) {
            if (list[i].len == strlen(id)
                && memcmp(list[i].id, id, list[i].len) == 0)
            {
                *info = list[i];
                return NGX_OK;
            }
        }
    }

    return NGX_DECLINED;
}


static void
client_one(void)
{
    char                     id[NGX_PRINT_CLIENT_ID_MAX + 1];
    client_t                 t;
    ngx_print_client_info_t  info, again;

    client_begin(&t, "one", CLIENT_MAX);

    unit_check(client_find(&t, "x", &info) == NGX_DECLINED);
    unit_check(client_register(&t, 1, "x") == NGX_OK);
    unit_check(client_find(&t, "x", &info) == NGX_OK);
    unit_check(info.connected && info.sock[2] == 1);

    unit_check(client_register(&t, 1, "x") == NGX_DONE);
    unit_check(t.a.sh->client_count == 1);

    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    unit_check(client_find(&t, "x", &again) == NGX_OK);
    unit_check(!again.connected && again.sock[2] == 1);

    unit_check(client_register(&t, 1, "y") == NGX_DECLINED);
    unit_check(client_offline(&t, 1, id) == NGX_OK && strcmp(id, "x") == 0);
    unit_check(client_offline(&t, 1, id) == NGX_DECLINED);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(client_offline(&t, 1, id) == NGX_DECLINED);

    /* its record survives the session, and its place in the order */

    unit_check(client_find(&t, "x", &again) == NGX_OK);
    unit_check(!again.connected && again.sock[2] == 1);

    unit_check(client_register(&t, 2, "z") == NGX_OK);
    unit_check(client_register(&t, 2, "x") == NGX_OK);
    unit_check(client_find(&t, "x", &again) == NGX_OK);
    unit_check(again.connected && again.sock[2] == 2);
    unit_check(again.seq == info.seq);
    unit_check(client_find(&t, "z", &again) == NGX_OK);
    unit_check(again.seq > info.seq);

    unit_check(client_register(&t, 1, "q") == NGX_DECLINED);
}


/* the newest registration wins; the loser's end changes nothing */

static void
client_steal(void)
{
    char                     id[NGX_PRINT_CLIENT_ID_MAX + 1];
    client_t                 t;
    ngx_print_client_info_t  info;

    client_begin(&t, "steal", CLIENT_MAX);

    unit_check(client_register(&t, 0, "a") == NGX_OK);
    unit_check(client_register(&t, 0, "b") == NGX_OK);
    unit_check(client_register(&t, 0, "c") == NGX_OK);
    unit_check(client_register(&t, 1, "b") == NGX_OK);
    unit_check(client_find(&t, "b", &info) == NGX_OK);
    unit_check(info.connected && info.sock[2] == 1);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);

    /* also from a session that is closing */

    unit_check(client_register(&t, 2, "a") == NGX_OK);

    unit_check(client_offline(&t, 0, id) == NGX_OK && strcmp(id, "c") == 0);
    unit_check(client_offline(&t, 0, id) == NGX_DECLINED);

    unit_check(client_find(&t, "a", &info) == NGX_OK);
    unit_check(info.connected && info.sock[2] == 2);
    unit_check(client_find(&t, "b", &info) == NGX_OK);
    unit_check(info.connected && info.sock[2] == 1);
}


static void
client_many(void)
{
    char        id[NGX_PRINT_CLIENT_ID_MAX + 1], seen[100];
    client_t    t;
    ngx_uint_t  i, n;

    client_begin(&t, "many", 100);

    for (i = 0; i < NGX_PRINT_CLIENT_PER_SESSION; i++) {
        (void) sprintf(id, "%lu", (unsigned long) i);
        unit_check(client_register(&t, 0, id) == NGX_OK);
    }

    unit_check(client_register(&t, 0, "one too many") == NGX_BUSY);
    unit_check(client_register(&t, 0, "5") == NGX_DONE);
    unit_check(client_register(&t, 1, "one too many") == NGX_OK);
    unit_check(client_register(&t, 0, "one too many") == NGX_BUSY);
    unit_check(client_register(&t, 1, "6") == NGX_OK);

    /* one that it may get back counts, too */

    unit_check(client_register(&t, 0, "one too many") == NGX_BUSY);

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);
    ngx_memzero(seen, sizeof(seen));

    for (n = 0; client_offline(&t, 0, id) == NGX_OK; n++) {
        i = id[0] == 'o' ? 99 : strtoul(id, NULL, 10);
        unit_check(i < 100 && !seen[i]);
        seen[i] = 1;
    }

    unit_check(n == NGX_PRINT_CLIENT_PER_SESSION - 1);
    unit_check(!seen[6] && !seen[99]);
}


/* A limit of its own; a description is not written for nothing. */

static void
client_max(void)
{
    client_t                  t;
    uint32_t                  blocks;
    ngx_uint_t                i;
    ngx_print_store_stat_t    stat;
    ngx_print_client_init_t   init;

    static const char        *ids[] = { "a", "b", "c", "a" };
    static const ngx_int_t    codes[] = { NGX_OK, NGX_OK, NGX_BUSY, NGX_DONE };

    client_begin(&t, "max", 100);
    ngx_memzero(&init, sizeof(init));

    init.max = 2;

    for (i = 0; i < 4; i++) {
        ngx_print_store_stat(&t.a, &stat);
        blocks = stat.blocks;

        init.id.data = (u_char *) ids[i];
        init.id.len = 1;
        init.info.data = (u_char *) ",\"info\":1";
        init.info.len = 9;

        unit_check(ngx_print_client_register(&t.a, t.ref[0], 0, &init)
                   == codes[i]);

        ngx_print_store_stat(&t.a, &stat);
        unit_check(stat.blocks == blocks + (codes[i] == NGX_OK));
    }

    /* the limit of a later registration counts */

    init.max = 3;
    init.id.data = (u_char *) "c";

    unit_check(ngx_print_client_register(&t.a, t.ref[0], 0, &init) == NGX_OK);

    init.max = 1;
    init.id.data = (u_char *) "b";

    unit_check(ngx_print_client_register(&t.a, t.ref[0], 0, &init) == NGX_DONE);
}


/* any bytes, up to the longest; ids that are alike are not the same */

static void
client_names(void)
{
    u_char                   name[NGX_PRINT_CLIENT_ID_MAX];
    uint32_t                 version;
    client_t                 t;
    ngx_uint_t               i, n;
    ngx_print_client_init_t  init;
    ngx_print_client_info_t  list[NGX_PRINT_CLIENT_PAGE];

    client_begin(&t, "names", 2 * NGX_PRINT_CLIENT_ID_MAX);

    ngx_memzero(name, sizeof(name));
    ngx_memzero(&init, sizeof(init));

    init.id.data = name;

    for (i = 0; i <= NGX_PRINT_CLIENT_ID_MAX; i++) {
        init.id.len = i;
        unit_check(ngx_print_client_register(&t.a, t.ref[i / 50], 0, &init)
                   == NGX_OK);
    }

    init.id.len = NGX_PRINT_CLIENT_ID_MAX;
    name[NGX_PRINT_CLIENT_ID_MAX - 1] = 0xff;
    unit_check(ngx_print_client_register(&t.a, t.ref[3], 0, &init) == NGX_OK);

    unit_check(t.a.sh->client_count == NGX_PRINT_CLIENT_ID_MAX + 2);
    unit_check(check_zone(&t.a, CHECK_READY) == NULL);

    n = ngx_print_client_list(&t.a, 0, list, &version);

    unit_check(n == NGX_PRINT_CLIENT_ID_MAX + 2);
    unit_check(ngx_print_client_pages(&t.a) == 1);
    unit_check(list[n - 1].len == NGX_PRINT_CLIENT_ID_MAX);
    unit_check(memcmp(list[n - 1].id, name, sizeof(name)) == 0);
}


/* no client is taken off a session that lives and is connected */

static void
client_leave_guards(void)
{
    char             id[NGX_PRINT_CLIENT_ID_MAX + 1];
    client_t         t;
    ngx_print_ref_t  saved;

    client_begin(&t, "leave", CLIENT_MAX);

    unit_check(client_register(&t, 0, "a") == NGX_OK);
    unit_check(client_offline(&t, 0, id) == NGX_DECLINED);
    unit_check(client_offline(&t, 1, id) == NGX_DECLINED);

    saved = t.ref[0];
    t.ref[0].gen++;
    unit_check(client_offline(&t, 0, id) == NGX_DECLINED);
    unit_check(client_register(&t, 0, "b") == NGX_DECLINED);
    t.ref[0] = saved;

    unit_check(ngx_print_session_close(&t.a, t.ref[0], 1) == NGX_OK);
    unit_check(client_offline(&t, 0, id) == NGX_OK);
}


static void
client_parted(void)
{
    char                     id[NGX_PRINT_CLIENT_ID_MAX + 1];
    client_t                 t;
    ngx_print_client_info_t  info;

    client_begin(&t, "disconnect", CLIENT_MAX);

    unit_check(client_register(&t, 0, "a") == NGX_OK);
    unit_check(client_register(&t, 0, "b") == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref[0], 0) == NGX_OK);

    unit_check(client_find(&t, "a", &info) == NGX_OK && !info.connected);
    unit_check(client_find(&t, "b", &info) == NGX_OK && !info.connected);

    unit_check(client_offline(&t, 0, id) == NGX_OK);
    unit_check(client_register(&t, 1, "a") == NGX_OK);
    unit_check(client_register(&t, 1, "b") == NGX_OK);
    unit_check(client_offline(&t, 0, id) == NGX_DECLINED);

    unit_check(client_find(&t, "a", &info) == NGX_OK && info.connected);
    unit_check(client_find(&t, "b", &info) == NGX_OK && info.connected);
}


/* the client that has been offline longest is evicted, never one online */

static void
client_evict(void)
{
    char                     id[NGX_PRINT_CLIENT_ID_MAX + 1];
    client_t                 t;
    ngx_uint_t               i;
    ngx_print_client_info_t  info;

    client_begin(&t, "evict", CLIENT_MAX);

    for (i = 0; i < CLIENT_MAX; i++) {
        (void) sprintf(id, "%lu", (unsigned long) i);
        unit_check(client_register(&t, i / 2, id) == NGX_OK);
    }

    unit_check(client_register(&t, 0, "x") == NGX_PRINT_FULL);
    unit_check(t.a.sh->client_count == CLIENT_MAX);

    for (i = 3; i > 0; i--) {
        bench_clock(ngx_current_msec + 10000);
        unit_check(ngx_print_session_close(&t.a, t.ref[i], 1) == NGX_OK);
        unit_check(client_offline(&t, i, id) == NGX_OK);

        bench_clock(ngx_current_msec + 10000);
        unit_check(client_offline(&t, i, id) == NGX_OK);
    }

    /* 7, 6, 5, 4, 3, 2 went in this order; 5 comes back; also after repair */

    unit_check(client_register(&t, 0, "5") == NGX_OK);
    unit_check(client_register(&t, 0, "x") == NGX_OK);
    unit_check(client_find(&t, "7", &info) == NGX_DECLINED);

    check_trash(&t.a, 3);
    ngx_print_store_lock(&t.a);
    ngx_print_store_unlock(&t.a);

    unit_check(client_register(&t, 0, "y") == NGX_OK);
    unit_check(client_find(&t, "6", &info) == NGX_DECLINED);
    unit_check(client_register(&t, 0, "z") == NGX_OK);
    unit_check(client_find(&t, "4", &info) == NGX_DECLINED);
    unit_check(client_register(&t, 0, "6") == NGX_OK);
    unit_check(client_find(&t, "3", &info) == NGX_DECLINED);
    unit_check(client_register(&t, 0, "7") == NGX_OK);
    unit_check(client_find(&t, "2", &info) == NGX_DECLINED);
    unit_check(client_register(&t, 0, "8") == NGX_PRINT_FULL);
    unit_check(client_find(&t, "5", &info) == NGX_OK && info.connected);
}


static void
client_list(void)
{
    char                      id[16], seen[CLIENT_MAX * 100];
    uint32_t                  n, i, page, token, version;
    client_t                  t;
    ngx_print_ref_t           ref;
    ngx_print_client_info_t  *list;

    client_begin(&t, "list", 0);
    bench_create(1280 * 1024, 0, 0, 0);
    bench_fake(&t.a, &t.wake, 1);

    ref.index = 0;

    for (i = 0; i < CLIENT_MAX * 100; i++) {

        if (i % NGX_PRINT_CLIENT_PER_SESSION == 0) {
            unit_check(bench_open(&t.a, i, 1, &ref, &token) == NGX_OK);
        }

        (void) sprintf(id, "%u", i);
        unit_check(bench_register(&t.a, ref, 0, id, 0) == NGX_OK);
    }

    ngx_memzero(seen, sizeof(seen));

    list = malloc(sizeof(*list) * NGX_PRINT_CLIENT_PAGE);

    unit_check(ngx_print_client_pages(&t.a) == 4);

    for (page = 0; page < 4; page++) {
        n = ngx_print_client_list(&t.a, page, list, &version);
        unit_check(n && n <= NGX_PRINT_CLIENT_PAGE);
        unit_check(version == ngx_print_client_version(&t.a, page));

        for (i = 0; i < n; i++) {
            list[i].id[list[i].len] = '\0';
            token = strtoul((char *) list[i].id, NULL, 10);
            unit_check(list[i].seq == token + 1 && !seen[token]);
            seen[token] = 1;
        }
    }

    unit_check(memchr(seen, 0, sizeof(seen)) == NULL);

    free(list);
}


/* a page's version changes with what it says, and only then */

static void
client_versions(void)
{
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                 version, cursor;
    client_t                 t;
    ngx_int_t                rc;
    ngx_str_t                id;
    ngx_print_ref_t          ref;
    ngx_print_client_info_t  info;

    client_begin(&t, "versions", 3);

    unit_check(check_pages(&t.a) == NULL);
    version = ngx_print_client_version(&t.a, 0);

    unit_check(client_register(&t, 0, "one") == NGX_OK);
    client_version(&t, &version, 1);

    unit_check(client_register(&t, 0, "one") == NGX_DONE);
    client_version(&t, &version, 0);

    unit_check(client_register(&t, 1, "two") == NGX_OK);
    client_version(&t, &version, 1);

    /* it moves */

    unit_check(client_register(&t, 2, "one") == NGX_OK);
    client_version(&t, &version, 1);

    /* messages to a client and its pongs do not change its version */

    unit_check(bench_send(&t.a, t.ref[2], 1, 8) == NGX_OK);
    ngx_print_session_touch(&t.a, t.ref[2], 1);
    client_version(&t, &version, 0);

    /* away at once, not only when it is left */

    unit_check(ngx_print_session_disconnect(&t.a, t.ref[2], 0) == NGX_OK);
    client_version(&t, &version, 1);

    /* with another socket, when the last one has left all it had */

    bench_sock(sock, 7);
    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock)
               == NGX_AGAIN);
    client_version(&t, &version, 0);

    /* no other socket is to get it */

    ngx_print_store_lock(&t.a);
    ngx_print_claim_remove_locked(&t.a, &t.a.clients[1]);
    ngx_print_store_unlock(&t.a);

    unit_check(ngx_print_client_offline(&t.a, t.ref[2], 0, &info) == NGX_OK);
    client_version(&t, &version, 1);

    unit_check(ngx_print_session_connect(&t.a, t.ref[2], 0, sock) == NGX_OK);
    client_version(&t, &version, 0);

    unit_check(client_register(&t, 2, "one") == NGX_OK);
    client_version(&t, &version, 1);

    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_OK);
    client_version(&t, &version, 1);

    unit_check(ngx_print_client_offline(&t.a, t.ref[2], 0, &info) == NGX_OK);
    client_version(&t, &version, 1);

    ngx_print_session_free(&t.a, t.ref[2]);
    client_version(&t, &version, 0);

    id.data = (u_char *) "one";
    id.len = 3;

    unit_check(ngx_print_client_remove(&t.a, &id) == NGX_OK);
    client_version(&t, &version, 1);

    /* its worker dies */

    ngx_print_store_leave(&t.a);
    bench_fake(&t.a, &t.wake, 1);

    cursor = 0;

    do {
        rc = ngx_print_session_orphan(&t.a, &cursor, 1, &ref);
    } while (rc != NGX_DONE);

    client_version(&t, &version, 1);

    /* whatever was, after a repair nobody relies on it */

    t.a.sh->dirty = 1;
    unit_check(ngx_print_session_close(&t.a, t.ref[2], 1) == NGX_DECLINED);
    client_version(&t, &version, 1);
}


static void
client_version(client_t *t, uint32_t *version, ngx_uint_t changed)
{
    uint32_t     was;
    const char  *err;

    was = *version;
    *version = ngx_print_client_version(&t->a, 0);

    unit_check((was != *version) == changed);

    err = check_pages(&t->a);

    unit_check(err == NULL);
}


/* keyed, and even over the buckets for ids that people choose */

static void
client_hash(void)
{
    char        id[NGX_PRINT_CLIENT_ID_MAX];
    uint32_t    i, hash, worst, count[256];
    client_t    t;
    ngx_str_t   str;
    ngx_uint_t  same;

    client_begin(&t, "hash", CLIENT_MAX);

    ngx_memzero(count, sizeof(count));

    str.data = (u_char *) id;
    same = 0;

    for (i = 0; i < 256 * 64; i++) {
        str.len = sprintf(id, "printer-%u", i);

        t.a.sh->secrets.hash[0] = 1;
        hash = ngx_print_client_hash(&t.a, &str);
        count[hash & 255]++;

        t.a.sh->secrets.hash[0] = 2;
        same += (hash == ngx_print_client_hash(&t.a, &str));
    }

    worst = 0;

    for (i = 0; i < 256; i++) {
        worst = ngx_max(worst, count[i]);
    }

    unit_check(worst < 128);
    unit_check(same < 4);
}


/* what it says of itself: kept, replaced, and gone with it */

static void
client_info(void)
{
    client_t                   t;
    ngx_str_t                  id = unit_str("a"), info;
    ngx_uint_t                 i;
    ngx_print_client_init_t    init;
    ngx_print_client_detail_t  detail;

    static u_char              buf[NGX_PRINT_CLIENT_INFO + 1];
    static size_t              sizes[] = { 1, 5000, 0, 1000,
                                           NGX_PRINT_CLIENT_INFO, 2 };

    client_begin(&t, "info", CLIENT_MAX);

    ngx_memzero(&init, sizeof(init));

    init.id = id;
    info.data = buf;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        init.info.len = sizes[i];
        init.info.data = bench_bytes(i, sizes[i]);
        init.ack = i & 1;

        unit_check(ngx_print_client_register(&t.a, t.ref[i / 2], 0, &init)
                   == (i & 1 ? NGX_DONE : NGX_OK));
        unit_check(check_zone(&t.a, CHECK_READY|CHECK_SETTLED) == NULL);

        buf[sizes[i]] = 0xa5;
        unit_check(ngx_print_client_find(&t.a, &id, &detail, &info)
                   == NGX_OK);
        unit_check(info.len == sizes[i] && buf[sizes[i]] == 0xa5);
        unit_check(memcmp(buf, bench_bytes(i, sizes[i]), sizes[i]) == 0);
        unit_check(detail.ack == (i & 1));
    }

    /* that of its socket, and those that its former sockets have left */

    unit_check(t.a.sh->block_count == 1 + 5 + 1);
    unit_check(t.a.workers[1].inflight == 0);

    /* nothing is left of one that is refused, or too long for the zone */

    init.info.len = 3000;
    init.info.data = bench_bytes(1, 3000);
    t.ref[0].gen--;
    unit_check(ngx_print_client_register(&t.a, t.ref[0], 0, &init)
               == NGX_DECLINED);
    t.ref[0].gen++;
    unit_check(t.a.sh->block_count == 7);

    init.info.len = 1024 * 1024;
    init.info.data = bench_bytes(1, 1024 * 1024);
    unit_check(ngx_print_client_register(&t.a, t.ref[2], 0, &init)
               == NGX_DONE);
    unit_check(init.bare && t.a.sh->block_count == 6);

    id.data = (u_char *) "b";
    info.len = 7;
    unit_check(ngx_print_client_find(&t.a, &id, &detail, &info)
               == NGX_DECLINED);
    unit_check(info.len == 0);

    for (i = 0; i < 3; i++) {
        unit_check(ngx_print_session_close(&t.a, t.ref[i], 1) == NGX_OK);
        ngx_print_session_free(&t.a, t.ref[i]);
    }

    id.data = (u_char *) "a";
    unit_check(ngx_print_client_remove(&t.a, &id) == NGX_OK);
    unit_check(t.a.sh->block_count == 0);
}


static void
client_detail(void)
{
    client_t                   t;
    ngx_str_t                  id = unit_str("a");
    ngx_print_client_detail_t  detail;

    client_begin(&t, "details", CLIENT_MAX);

    unit_check(client_register(&t, 1, "a") == NGX_OK);
    bench_clock(ngx_current_msec + 7000);

    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.info.connected && detail.info.sock[2] == 1);
    unit_check(detail.since == ngx_time() - 7 && detail.ws);
    unit_check(detail.eio == 4 && detail.addr[15] == 1);
    unit_check(detail.worker == ngx_getpid());

    ngx_print_session_touch(&t.a, t.ref[1], 0);
    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(detail.seen == ngx_time());

    unit_check(ngx_print_session_close(&t.a, t.ref[1], 1) == NGX_OK);
    ngx_print_session_free(&t.a, t.ref[1]);
    unit_check(ngx_print_client_find(&t.a, &id, &detail, NULL) == NGX_OK);
    unit_check(!detail.info.connected && detail.since == ngx_time());
    unit_check(detail.worker == -1 && detail.eio == 0);
}


static void
nsp_client(void)
{
    nsp_t                    t;
    u_char                   sock[NGX_PRINT_SESSION_SOCK];
    bench_job_t              job;
    ngx_print_batch_t        batch;
    ngx_print_client_info_t  info;

    nsp_begin(&t, "a client in a namespace");
    bench_sock(sock, 1);
    bench_job(&job, 1, "c", 10);

    unit_check(ngx_print_session_connect(&t.a, t.ref, 0, sock) == NGX_OK);
    unit_check(ngx_print_session_connect(&t.a, t.ref, 2, NULL) == NGX_OK);
    unit_check(bench_register(&t.a, t.ref, 2, "c", 0) == NGX_OK);

    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_OK);
    unit_check(batch.njobs == 1 && batch.jobs[0].nsp == 2);
    ngx_print_queue_release(&t.a, &batch);

    /* it goes with its own namespace */

    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 0) == NGX_OK);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(bench_print(&t.a, &job) == NGX_OK);
    unit_check(ngx_print_session_disconnect(&t.a, t.ref, 2) == NGX_OK);
    unit_check(bench_print(&t.a, &job) == NGX_PRINT_OFFLINE);
    unit_check(ngx_print_queue_take(&t.a, t.ref, t.token, 9999, 0, &batch)
               == NGX_AGAIN);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 0, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_OK);
    unit_check(info.nsp == 2 && !info.connected);
    unit_check(ngx_print_client_offline(&t.a, t.ref, 2, &info) == NGX_DECLINED);
    unit_check(ngx_print_client_remove(&t.a, &job.clients[0]) == NGX_OK);

    nsp_end(&t);
}
