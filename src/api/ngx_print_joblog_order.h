
/*
 * Copyright (C) the print hub contributors
 */


/* What the logs of jobs keep of the request that orders jobs. */


#ifndef _NGX_PRINT_JOBLOG_ORDER_H_INCLUDED_
#define _NGX_PRINT_JOBLOG_ORDER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_job.h"


/*
 * Sets the logs that want lines of the jobs, and who has ordered them, in init,
 * with the variables of this request.  NGX_OK, or NGX_ERROR if there is no
 * memory.
 */
ngx_int_t ngx_print_joblog_order(ngx_http_request_t *r,
    ngx_print_zone_conf_t *zone, ngx_print_job_init_t *init);


#endif /* _NGX_PRINT_JOBLOG_ORDER_H_INCLUDED_ */
