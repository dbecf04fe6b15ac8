
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What workers count by themselves, see zone/ngx_print_zone_tally.h, for who
 * wants to know it: the sums over all of them.
 */


#ifndef _NGX_PRINT_TALLY_H_INCLUDED_
#define _NGX_PRINT_TALLY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"
#include "ngx_print_zone_tally.h"
#include "ngx_print_count_family.h"


/* values behind those of the cells, which are worked out when they are read */
typedef enum {
    NGX_PRINT_TALLY_WAITING = NGX_PRINT_TALLY_CELLS,    /* by gauge */
    NGX_PRINT_TALLY_RUNNING = NGX_PRINT_TALLY_WAITING
                              + NGX_PRINT_GAUGE_EXITING,
    NGX_PRINT_TALLY_EXITING,
    NGX_PRINT_TALLY_HUNG,                   /* alive, without a tick for 1 s */
    NGX_PRINT_TALLY_PENDING,                /* events of the webhook */
    NGX_PRINT_TALLY_SUCCESS,                /* s since the epoch, of the
                                               webhook; 0: never */
    NGX_PRINT_TALLY_VALUES                  /* how many there are */
} ngx_print_tally_value_e;


/*
 * Sets values, NGX_PRINT_TALLY_VALUES of them: the sums over all columns, and
 * what the workers that live have now. Asks the kernel once for each worker.
 * Lock-free: values may be of different moments, and no sum ever falls.
 */
void ngx_print_tally_read(ngx_print_store_t *st, uint64_t *values);

/*
 * Returns the families of these values, as ngx_print_count_families() does. Of
 * a counter, unit tells the parts of a unit that its value is in. Those of the
 * webhook have its name as one more label. Lock-free.
 */
ngx_print_count_family_t *ngx_print_tally_families(ngx_uint_t *n);


#endif /* _NGX_PRINT_TALLY_H_INCLUDED_ */
