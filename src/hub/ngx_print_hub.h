
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The Socket.IO application: stations register a clientId and receive jobs.
 */


#ifndef _NGX_PRINT_HUB_H_INCLUDED_
#define _NGX_PRINT_HUB_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_job.h"
#include "ngx_print_sio.h"


extern const ngx_print_sio_app_t  ngx_print_hub_app;


/*
 * Creates one job for each of init->clients: sets init->keys to random keys,
 * then calls ngx_print_job_create().  Logs it if the zone is full.
 *
 *   NGX_ERROR  the kernel has no random bytes (logged)
 *   others     see ngx_print_job_create()
 */
ngx_int_t ngx_print_hub_job_create(ngx_print_eio_t *eio,
    ngx_print_job_init_t *init, ngx_print_job_info_t *jobs, ngx_uint_t *bad,
    ngx_log_t *log);

/*
 * For the files of this folder only: the handlers of ngx_print_hub_app that
 * concern jobs, see ngx_print_sio_app_t, and the handler of the event
 * "printResult", result().
 */
void ngx_print_hub_answer(ngx_print_sio_socket_t *socket, uint32_t index,
    uint32_t gen, ngx_print_sio_event_t *event);
void ngx_print_hub_result(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event);
u_char *ngx_print_hub_args(ngx_print_eio_t *eio, ngx_print_job_packet_t *job,
    u_char *p);
void ngx_print_hub_tick(ngx_print_eio_t *eio, uint32_t now);


#endif /* _NGX_PRINT_HUB_H_INCLUDED_ */
