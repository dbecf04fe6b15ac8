
/*
 * Copyright (C) the print hub contributors
 */


/* Operations on messages, clients and namespaces. */


#include <ngx_config.h>
#include <ngx_core.h>

#include "step_base.h"


static void step_open_ws_queue(void);
static void act_send(void);
static void act_send_4(void);
static void act_send_5(void);
static void act_send_large(void);
static void step_open_h_queue(void);
static void step_open_taken(void);
static void step_fill(void);
static void act_take(void);
static void act_take_all(void);
static void act_take_detach(void);
static void alt_take_detach(ngx_uint_t i);
static void step_noop(void);
static void act_release(void);
static void act_attach_add(void);
static void step_attachment(void);
static void act_attach_take(void);
static void act_ready(void);
static void act_block(void);
static void step_blocked(void);
static void act_unblock(void);
static void act_register(void);
static void step_online(void);
static void step_offline(void);
static void step_clients_full(void);
static void act_register_z(void);
static void alt_evict(ngx_uint_t i);
static void step_one_address(void);
static void act_register_limited(void);
static void step_addresses_full(void);
static void act_open_other(void);
static void step_leaving(void);
static void act_client_leave(void);
static void act_connect_nsp(void);
static void step_nsps(void);
static void act_disconnect_nsp(void);
static void act_nsp(void);
static void act_send_attached(void);


static void
step_open_ws_queue(void)
{
    step_open_ws();
    step_queue(3);
}


/* messages */

static void
act_send(void)
{
    (void) bench_send(A, REF, STEP_BYTES, 200);
}


static void
act_send_4(void)
{
    (void) bench_send(A, REF, STEP_BYTES, 4000);
}


static void
act_send_5(void)
{
    (void) bench_send(A, REF, STEP_BYTES, 4100);
}


static void
act_send_large(void)
{
    (void) bench_send(A, REF, STEP_BYTES, 66 * 1024);
}


static void
step_open_h_queue(void)
{
    step_open_ws_h();
    step_queue(2);
}


/* a batch is out while we send */

static void
step_open_taken(void)
{
    step_open_ws_queue();
    (void) ngx_print_queue_take(A, REF, step_env.token, 250, 0,
                                &step_env.batch);
}


static void
step_fill(void)
{
    step_open();

    while (bench_send(H, REF, 1, 8000) == NGX_OK) { /* void */ }
}


static void
act_take(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 210, 0,
                                &step_env.batch);
}


static void
act_take_all(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 10000, 0,
                                &step_env.batch);
}


static void
act_take_detach(void)
{
    (void) ngx_print_queue_take(A, REF, step_env.token, 210, 1,
                                &step_env.batch);
}


static void
alt_take_detach(ngx_uint_t i)
{
    step_pop(&step_session()->out);
    step_pop(&step_session()->out);
}


static void
step_noop(void)
{
    uint32_t  token;

    step_open_poll();
    (void) ngx_print_session_probe(H, REF, &token);
}


static void
act_release(void)
{
    ngx_print_queue_release(A, &step_env.batch);
}


static void
act_attach_add(void)
{
    ngx_str_t  part;

    part.len = 1500;
    part.data = bench_bytes(STEP_BYTES, 1500);

    (void) ngx_print_queue_attach_add(A, REF, &part, 1,
                                A->sessions[REF.index].in.head ? 2 : 3, 9999);
}


static void
step_attachment(void)
{
    step_open_ws();
    act_attach_add();
}


static void
act_attach_take(void)
{
    (void) ngx_print_queue_attach_take(A, REF, &step_env.batch);
}


static void
act_ready(void)
{
    ngx_print_ref_t  refs[4];

    (void) ngx_print_queue_ready(A, refs, 4);
}


static void
act_block(void)
{
    ngx_print_queue_block(A, REF, step_env.token, 1);
}


static void
step_blocked(void)
{
    step_open_ws_queue();
    act_block();
}


static void
act_unblock(void)
{
    ngx_print_queue_block(A, REF, step_env.token, 0);
}


/* clients */

static void
act_register(void)
{
    step_client(REF.index, "a");
}


static void
step_online(void)
{
    ngx_print_ref_t  ref;

    ref = REF;
    step_open_connected();
    step_client(REF.index, "x");
    step_client(REF.index, "a");
    step_client(REF.index, "y");

    (void) bench_open(A, 2, 1, &ref, &step_env.token);
    REF = ref;
}


static void
step_offline(void)
{
    step_online();

    REF.index--;
    REF.gen = A->sessions[REF.index].gen;
    act_close();
    act_free();

    REF.index++;
    REF.gen = A->sessions[REF.index].gen;
}


static void
step_clients_full(void)
{
    step_offline();

    step_client(REF.index, "1");
    step_client(REF.index, "2");
    step_client(REF.index, "3");

    bench_clock(ngx_current_msec + 1000);
}


static void
act_register_z(void)
{
    step_client(REF.index, "z");
}


static void
alt_evict(ngx_uint_t i)
{
    (void) step_session();
    A->clients[A->sh->offline_head].state = NGX_PRINT_CLIENT_FREE;
    A->sh->counts.others[NGX_PRINT_OTHER_EVICTED + NGX_PRINT_COUNT_CLIENT]++;
}


/* all of its sessions have one address, and one client too many */

static void
step_one_address(void)
{
    bench_addresses = 1;

    step_offline();

    bench_clock(ngx_current_msec + 1000);
}


static void
act_register_limited(void)
{
    static ngx_print_limits_t  limits;

    limits.clients = 3;
    bench_limits = &limits;

    act_register_z();
}


/* the next address takes the record of that whose clients are offline */

static void
step_addresses_full(void)
{
    ngx_print_ref_t  ref;

    step_offline();

    (void) bench_open(A, 3, 0, &ref, &step_env.token);
    (void) bench_open(A, 4, 0, &ref, &step_env.token);
}


static void
act_open_other(void)
{
    (void) bench_open(A, 7, 0, &REF, &step_env.token);
}


static void
step_leaving(void)
{
    step_open_connected();
    step_client(REF.index, "a");
    step_client(REF.index, "b");
    act_disconnect();
}


static void
act_client_leave(void)
{
    ngx_print_client_info_t  info;

    (void) ngx_print_client_offline(A, REF, 0, &info);
}


static void
act_connect_nsp(void)
{
    (void) ngx_print_session_connect(A, REF, 3, NULL);
}


static void
step_nsps(void)
{
    step_open_connected();
    act_connect_nsp();
}


static void
act_disconnect_nsp(void)
{
    (void) ngx_print_session_disconnect(A, REF, 3);
}


static void
act_nsp(void)
{
    ngx_str_t  name;

    ngx_str_set(&name, "/name");

    (void) ngx_print_store_nsp(A, &name);
}


static void
act_send_attached(void)
{
    ngx_str_t  text, binary[2];

    text.len = 300;
    text.data = bench_bytes(STEP_BYTES, 300);
    binary[0] = text;
    binary[1].len = 2000;
    binary[1].data = bench_bytes(STEP_BYTES, 2000);

    (void) ngx_print_queue_send_attached(A, REF, NGX_PRINT_USE_MESSAGE, &text,
                                         1, binary, 2, BENCH_LIMIT);
}


step_operation_t  step_message_operations[] = {

    { "send", step_open, act_send, NULL, 0, 0 },
    { "send-queue", step_open_queue, act_send, NULL, 0, 0 },
    { "send-other", step_open_ws_h, act_send, NULL, 0, 0 },
    { "send-listed", step_open_h_queue, act_send, NULL, 0, 0 },
    { "send-own", step_open_ws, act_send, NULL, 0, 0 },
    { "send-4", step_open_h_queue, act_send_4, NULL, 0, 0 },
    { "send-5", step_open_h_queue, act_send_5, NULL, 0, 0 },
    { "send-taken", step_open_taken, act_send_5, NULL, 0, 0 },
    { "send-large", step_open_ws_h, act_send_large, NULL, 0, 0 },
    { "send-busy", step_open_h_queue, act_send_large, NULL, 0, STEP_SILENT },
    { "send-full", step_fill, act_send_large, NULL, 0, STEP_SILENT },
    { "take", step_open_ws_queue, act_take, NULL, 0, 0 },
    { "take-all", step_open_ws_queue, act_take_all, NULL, 0, 0 },
    { "take-detach", step_open_poll_queue, act_take_detach, alt_take_detach,
      1, 0 },
    { "take-noop", step_noop, act_take_detach, alt_unattached, 1, 0 },
    { "release", step_open_taken, act_release, NULL, 0, STEP_SILENT },
    { "attach-add", step_open_ws, act_attach_add, NULL, 0, 0 },
    { "attach-add-next", step_attachment, act_attach_add, NULL, 0, 0 },
    { "attach-take", step_attachment, act_attach_take, NULL, 0, 0 },
    { "ready", step_open_ws_queue, act_ready, NULL, 0, STEP_SILENT },
    { "block", step_open_ws_queue, act_block, NULL, 0, 0 },
    { "unblock", step_blocked, act_unblock, NULL, 0, 0 },

    { "register", step_open_connected, act_register, NULL, 0, 0 },
    { "register-online", step_online, act_register, NULL, 0, 0 },
    { "register-offline", step_offline, act_register, NULL, 0, 0 },
    { "register-evict", step_clients_full, act_register_z, alt_evict, 1, 0 },
    { "register-yield", step_one_address, act_register_limited, alt_evict, 1,
      0 },
    { "open-address", step_addresses_full, act_open_other, NULL, 0, 0 },
    { "client-leave", step_leaving, act_client_leave, NULL, 0, 0 },

    { "connect-nsp", step_open_connected, act_connect_nsp, NULL, 0, 0 },
    { "disconnect-nsp", step_nsps, act_disconnect_nsp, NULL, 0, 0 },
    { "nsp", step_nothing, act_nsp, NULL, 0, 0 },
    { "send-attached", step_open_h_queue, act_send_attached, NULL, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0 }
};
