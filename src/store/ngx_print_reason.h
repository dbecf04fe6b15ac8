
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Why a session is closed. The log and the counters name the reasons; several
 * may have one name, which is that of engine.io if it knows the reason.
 */


#ifndef _NGX_PRINT_REASON_H_INCLUDED_
#define _NGX_PRINT_REASON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


/* less than NGX_PRINT_SESSION_REASONS; the zone keeps the numbers */
typedef enum {
    NGX_PRINT_REASON_TRANSPORT_CLOSE = 1,
    NGX_PRINT_REASON_TRANSPORT_ERROR,
    NGX_PRINT_REASON_PING_TIMEOUT,
    NGX_PRINT_REASON_PARSE_ERROR,
    NGX_PRINT_REASON_FORCED_CLOSE,
    NGX_PRINT_REASON_FORCED_SERVER_CLOSE,
    NGX_PRINT_REASON_SERVER_SHUTDOWN,
    NGX_PRINT_REASON_CLOSED_BY_API,
    NGX_PRINT_REASON_TAKEN_OVER,

    /* these are named as FORCED_SERVER_CLOSE */

    NGX_PRINT_REASON_REFUSED,                /* by a rule */
    NGX_PRINT_REASON_TRY_LATER,              /* refused for now */
    NGX_PRINT_REASON_GIVES_WAY               /* to a session that opens: the
                                                zone needs its room at once */
} ngx_print_reason_e;


/* reasons with names of their own are 1 to this one */
#define NGX_PRINT_REASON_NAMES  9

/* the names of these, from TRANSPORT_CLOSE on */
extern ngx_str_t  ngx_print_reason_names[NGX_PRINT_REASON_NAMES];

/*
 * Returns the name of a reason, and its place among the names. An unknown
 * reason has the name "unknown", and the place of TRANSPORT_ERROR. Lock-free.
 */
ngx_str_t *ngx_print_reason_name(ngx_uint_t reason);
ngx_uint_t ngx_print_reason_group(ngx_uint_t reason);


#endif /* _NGX_PRINT_REASON_H_INCLUDED_ */
