
/*
 * Copyright (C) the print hub contributors
 */


#include "populate_base.h"


static void zone_populate_jobs(ngx_print_store_t *a, ngx_print_store_t *b);


void
zone_populate(ngx_print_store_t *a, ngx_print_store_t *b)
{
    char                      id[2];
    u_char                    sock[NGX_PRINT_SESSION_SOCK];
    uint32_t                  i, token;
    ngx_str_t                 part;
    ngx_print_ref_t           ref[6];
    ngx_print_batch_t         batch;
    ngx_print_client_info_t   info;

    id[1] = '\0';

    for (i = 0; i < 6; i++) {
        (void) bench_open(i & 1 ? a : b, i, i > 3, &ref[i], &token);
        bench_sock(sock, i);
        (void) ngx_print_session_connect(a, ref[i], 0, sock);

        for (id[0] = 'a'; id[0] < (char) ('a' + 3 * i); id[0] += 2) {
            (void) bench_register(a, ref[i], 0, id, i & 1);
        }

        (void) bench_send(a, ref[i], i, 100 * i);
        (void) bench_send(b, ref[i], i + 10, 6000);
        (void) bench_send(b, ref[i], i + 20, 1000);
    }

    part.len = 20;
    part.data = bench_bytes(1, 20);
    (void) ngx_print_queue_attach_add(a, ref[1], &part, 1, 3, 1000);
    (void) ngx_print_queue_attach_add(b, ref[1], &part, 1, 2, 1000);

    (void) ngx_print_session_poll(a, ref[2], &token);
    (void) ngx_print_session_probe(b, ref[2], &token);
    (void) ngx_print_session_poll(a, ref[3], &token);
    (void) ngx_print_session_post(b, ref[3]);
    (void) ngx_print_queue_take(a, ref[3], token, 6000, 0, &batch);

    (void) ngx_print_session_close(a, ref[4], 4);

    (void) ngx_print_session_close(b, ref[0], 2);
    ngx_print_session_linger(b, ref[0], 1000);

    bench_clock(ngx_current_msec + 5000);
    zone_populate_jobs(a, b);
    (void) ngx_print_session_disconnect(a, ref[5], 0);

    for (i = 0; i < 3; i++) {
        (void) ngx_print_client_offline(a, ref[5], 0, &info);
    }
}


/* jobs in any state; a has a batch of two, and one socket is lost */

static void
zone_populate_jobs(ngx_print_store_t *a, ngx_print_store_t *b)
{
    u_char                   i, sock[NGX_PRINT_SESSION_SOCK];
    u_char                   pid[NGX_PRINT_ID_LEN];
    uint32_t                 token[2];
    bench_job_t              job;
    ngx_print_ref_t          ref[2];
    ngx_print_batch_t        batch;
    ngx_print_job_info_t     info;
    ngx_print_client_info_t  left;

    for (i = 0; i < 2; i++) {
        (void) bench_open(a, 20 + i, 1, &ref[i], &token[i]);
        bench_sock(sock, 20 + i);
        (void) ngx_print_session_connect(a, ref[i], 0, sock);
        (void) ngx_print_recovery_open(a, ref[i], 9000, NULL, sock, pid);
        (void) bench_register(a, ref[i], 0, i ? "N" : "L", 0);
        (void) bench_register(a, ref[i], 0, i ? "M" : "K", 1);
    }

    for (i = 0; i < 12; i++) {
        bench_job(&job, i, i & 1 ? "LM" : "NMK", 600 * i);
        job.init.digest = i & 2 ? job.digest : NULL;
        job.init.resend = i & 1;
        job.init.queue = 100;
        (void) bench_print(a, &job);

        if (i % 3 == 0) {
            (void) ngx_print_job_cancel(b, job.jobs[0].index, job.keys, &info);
        }

        if (i == 4) {
            (void) ngx_print_queue_take(a, ref[0], token[0], 9000, 0, &batch);
            ngx_print_queue_release(a, &batch);
            (void) ngx_print_queue_take(a, ref[1], token[1], 9000, 0, &batch);
            ngx_print_queue_release(a, &batch);
            ngx_print_session_touch(a, ref[1], 1);
        }

        if (i == 8) {
            (void) ngx_print_session_close(a, ref[0], 1);
            (void) ngx_print_client_offline(a, ref[0], 0, &left);
            ngx_print_session_free(a, ref[0]);
        }
    }

    bench_clock(ngx_current_msec + 5000);

    (void) ngx_print_session_close(a, ref[0], 1);
    (void) ngx_print_queue_take(a, ref[1], token[1], 3000, 0, &batch);
    (void) ngx_print_event_leader(a);
    ngx_print_event_set_delivered(a, 7);
}
