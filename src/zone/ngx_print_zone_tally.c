
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone.h"
#include "ngx_print_zone_tally.h"


void
ngx_print_tally_claim_locked(ngx_print_store_t *st)
{
    uint32_t  last;

    last = st->sh->ntallies - 1;

    st->tally = &st->tallies[ngx_min(st->slot, last)];
    st->tally_shared = (st->slot >= last);

    /* the slot's last worker may have been killed */

    st->gauge = &st->gauges[st->slot];

    ngx_memzero(st->gauge, sizeof(ngx_print_store_gauges_t));
}


void
ngx_print_zone_import_tallies(ngx_print_store_t *to, ngx_print_store_t *from)
{
    uint32_t                  i, last;
    ngx_uint_t                cell;
    ngx_print_store_tally_t  *tally;

    last = to->sh->ntallies - 1;

    for (i = 0; i < from->sh->ntallies; i++) {

        /* the last column is no slot's own */

        tally = (i == from->sh->ntallies - 1) ? &to->tallies[last]
                                              : &to->tallies[ngx_min(i, last)];

        for (cell = 0; cell < NGX_PRINT_TALLY_CELLS; cell++) {

            /* most columns were never used: their pages stay untouched */

            if (from->tallies[i].cells[cell]) {
                tally->cells[cell] += from->tallies[i].cells[cell];
            }
        }
    }
}
