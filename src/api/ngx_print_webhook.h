
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Events, told to the application: POSTs of JSON to a URI of this nginx, in
 * order, one after the other, by one worker of all.
 */


#ifndef _NGX_PRINT_WEBHOOK_H_INCLUDED_
#define _NGX_PRINT_WEBHOOK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


/* the directive "print_hub_events", conf: of the module's main level */
char *ngx_print_webhook_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Has this worker tell of events if no other one does, and anybody is to be
 * told.  NGX_OK, NGX_ERROR.
 */
ngx_int_t ngx_print_webhook_start(ngx_cycle_t *cycle,
    ngx_print_main_conf_t *pmcf);


/*
 * Between the files of this layer: a request that no client has sent.
 */

/* status: of the answer, 0 if there was none; is not to start another one */
typedef void (*ngx_print_webhook_done_pt)(void *data, ngx_uint_t status);


typedef struct {
    ngx_print_webhook_conf_t  *conf;
    ngx_print_webhook_done_pt  done;
    void                      *data;

    /* while there is one */
    ngx_connection_t          *connection;
    ngx_http_request_t        *subrequest;
} ngx_print_webhook_request_t;


/*
 * A POST of what was made in this pool, which it takes over.  done() is called
 * once, maybe before the return.
 */
void ngx_print_webhook_request(ngx_print_webhook_request_t *pr,
    ngx_pool_t *pool, ngx_str_t *body);

/* the answer is not waited for any longer */
void ngx_print_webhook_abort(ngx_print_webhook_request_t *pr);


#endif /* _NGX_PRINT_WEBHOOK_H_INCLUDED_ */
