
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_log.h"


/* the kinds that have left lines out */
static ngx_print_log_kind_t  *ngx_print_log_kinds;


ngx_uint_t
ngx_print_log_turn(ngx_print_log_kind_t *kind, ngx_log_t *log)
{
    if (log->log_level < kind->level) {
        return 0;
    }

    if (kind->second != ngx_time()) {

        if (kind->more) {
            /* the tick is late: the second has ended, but was not told */
            ngx_print_log_tick(ngx_cycle->log, 0);
        }

        kind->second = ngx_time();
        kind->lines = 0;
    }

    if (kind->lines < NGX_PRINT_LOG_LINES) {
        kind->lines++;
        return 1;
    }

    if (kind->more++ == 0) {
        kind->next = ngx_print_log_kinds;
        ngx_print_log_kinds = kind;
    }

    return 0;
}


void
ngx_print_log_tick(ngx_log_t *log, ngx_uint_t last)
{
    ngx_print_log_kind_t  *kind, **next;

    next = &ngx_print_log_kinds;

    while (*next) {
        kind = *next;

        if (kind->second == ngx_time() && !last) {
            next = &kind->next;
            continue;
        }

        *next = kind->next;

        ngx_log_error(kind->level, log, 0,
                      "print hub: %ui more \"%s\" lines were left out",
                      kind->more, kind->name);

        kind->more = 0;
    }
}
