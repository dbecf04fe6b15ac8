
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What workers count by themselves: whose column that is, what is left when
 * they end, and the sums.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "ngx_print_zone_layout.h"
#include "ngx_print_tally.h"
#include "ngx_print_import.h"
#include "bench.h"
#include "unit.h"


#define TALLY_SIZE  (1024 * 1024)


static void tally_room(void);
static void tally_columns(void);
static void tally_goes_on(void);
static void tally_workers(void);
static void tally_untouched(void);
static void tally_import(size_t size);
static uint64_t tally_of(ngx_print_store_t *st, ngx_uint_t value);
static void tally_families(void);


int
main(void)
{
    bench_guard();

    tally_room();
    tally_columns();
    tally_goes_on();
    tally_workers();
    tally_untouched();
    tally_import(TALLY_SIZE / 4);
    tally_import(4 * TALLY_SIZE);
    tally_families();

    return unit_end();
}


/* From 1m on, the columns take no more than 3 %, and each slot has one. */

static void
tally_room(void)
{
    size_t                   size, used;
    ngx_print_store_t        st;
    ngx_print_store_shctx_t  sh;

    for (size = 1; size <= 1024; size *= 2) {
        unit_about("a zone of %lum", (unsigned long) size);

        ngx_memzero(&sh, sizeof(ngx_print_store_shctx_t));
        ngx_print_store_capacity(&sh, size * TALLY_SIZE);

        unit_check(ngx_print_store_columns(&st, &sh, NULL)
                   <= size * TALLY_SIZE);

        used = sh.ntallies * sizeof(ngx_print_store_tally_t)
               + NGX_PRINT_WAKE_SLOTS * sizeof(ngx_print_store_gauges_t);

        unit_check(used <= size * TALLY_SIZE / 100 * 3);
        unit_check(sh.ntallies >= (size >= 4 ? 64 : 24));
        unit_check(sh.ntallies <= NGX_PRINT_WAKE_SLOTS);
    }

    unit_about("the smallest zone");

    ngx_memzero(&sh, sizeof(ngx_print_store_shctx_t));
    ngx_print_store_capacity(&sh, NGX_PRINT_STORE_MIN_SIZE / 2);

    unit_check(sh.ntallies >= 1);
}


static void
tally_columns(void)
{
    uint32_t           last;
    ngx_print_wake_t   wake;
    ngx_print_store_t  st, other, view;

    unit_about("a column for each slot");

    bench_create(TALLY_SIZE, 0, 0, 0);
    bench_join(&st);

    last = st.sh->ntallies - 1;

    unit_check(!st.tally_shared);
    unit_check(st.tally == &st.tallies[st.slot]);

    ngx_print_tally(&st, NGX_PRINT_TALLY_RINGS);
    ngx_print_tally_add(&st, NGX_PRINT_TALLY_RINGS, 1ull << 40);

    /* without a slot, and with one that has no column */

    bench_view(&view);
    unit_check(view.tally_shared);
    unit_check(view.tally == &view.tallies[last]);

    ngx_print_tally(&view, NGX_PRINT_TALLY_RINGS);

    bench_fake(&other, &wake, last + 3);
    unit_check(other.tally_shared);
    unit_check(other.tally == &other.tallies[last]);

    ngx_print_tally(&other, NGX_PRINT_TALLY_RINGS);

    unit_check(st.tallies[last].cells[NGX_PRINT_TALLY_RINGS] >= 2);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_RINGS) >= (1ull << 40) + 3);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_LATE) == 0);
}


static void
tally_goes_on(void)
{
    ngx_print_wake_t   wake;
    ngx_print_store_t  st, first, second;

    unit_about("the next worker of a slot goes on");

    bench_create(TALLY_SIZE, 0, 0, 0);
    bench_join(&st);

    bench_fake(&first, &wake, 7);

    ngx_print_tally(&first, NGX_PRINT_TALLY_REPLAYS);
    ngx_print_gauge_add(&first, NGX_PRINT_GAUGE_POLL, 3);

    bench_fake(&second, &wake, 7);

    unit_check(second.tally == &second.tallies[7]);
    unit_check(second.gauge->n[NGX_PRINT_GAUGE_POLL] == 0);

    ngx_print_tally(&second, NGX_PRINT_TALLY_REPLAYS);

    unit_check(tally_of(&st, NGX_PRINT_TALLY_REPLAYS) == 2);
}


static void
tally_workers(void)
{
    ngx_print_wake_t   wake;
    ngx_print_store_t  st, dead;

    unit_about("only workers that live have something");

    bench_clock(50000);
    bench_create(TALLY_SIZE, 0, 0, 0);
    bench_join(&st);

    ngx_print_gauge_add(&st, NGX_PRINT_GAUGE_WAIT, 1);
    ngx_print_gauge_add(&st, NGX_PRINT_GAUGE_POLL, 1);
    ngx_print_gauge_add(&st, NGX_PRINT_GAUGE_POLL, 1);
    ngx_print_gauge_add(&st, NGX_PRINT_GAUGE_POLL, -1);

    bench_fake(&dead, &wake, 9);
    ngx_print_gauge_add(&dead, NGX_PRINT_GAUGE_POLL, 5);

    unit_check(tally_of(&st, NGX_PRINT_TALLY_WAITING) == 1);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_WAITING
                             + NGX_PRINT_GAUGE_WAIT) == 1);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_RUNNING) == 1);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_EXITING) == 0);

    ngx_print_gauge_add(&st, NGX_PRINT_GAUGE_EXITING, 1);

    unit_check(tally_of(&st, NGX_PRINT_TALLY_EXITING) == 1);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_RUNNING) == 0);

    unit_about("a worker that asks does not hang");

    bench_clock(60000);

    unit_check(tally_of(&st, NGX_PRINT_TALLY_HUNG) == 0);

    unit_about("another one may");

    st.gauge = NULL;

    unit_check(tally_of(&st, NGX_PRINT_TALLY_HUNG) == 1);
    unit_check(tally_of(&st, NGX_PRINT_TALLY_EXITING) == 0);
}


/* Who reads the sums does not make the kernel give pages for all columns. */

static void
tally_untouched(void)
{
    uint32_t           i, last;
    ngx_print_store_t  st;

    unit_about("a column that was never used is not read");

    bench_create(TALLY_SIZE, 0, 0, 0);
    bench_join(&st);

    last = st.sh->ntallies - 1;

    for (i = 0; i < last; i++) {
        if (i != st.slot) {
            st.tallies[i].cells[NGX_PRINT_TALLY_LATE] = 1;
        }
    }

    unit_check(tally_of(&st, NGX_PRINT_TALLY_LATE) == 0);
}


static void
tally_import(size_t size)
{
    uint32_t           i;
    u_char            *mem;
    ngx_print_wake_t   wake;
    ngx_print_store_t  st, old, to, other;

    unit_about("into a zone of %lu bytes", (unsigned long) size);

    bench_create(TALLY_SIZE, 0, 0, 0);
    bench_join(&st);

    bench_fake(&other, &wake, st.sh->ntallies - 2);

    ngx_print_tally_add(&st, NGX_PRINT_TALLY_REPLAYS, 5);
    ngx_print_tally_add(&other, NGX_PRINT_TALLY_REPLAYS, 70);
    ngx_print_gauge_add(&other, NGX_PRINT_GAUGE_POLL, 4);

    bench_view(&old);
    ngx_print_tally_add(&old, NGX_PRINT_TALLY_REPLAYS, 900);

    mem = mmap(NULL, size, PROT_READ|PROT_WRITE,
               MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

    if (mem == MAP_FAILED) {
        exit(2);
    }

    unit_check(ngx_print_import(&to, mem, size, &old) == NGX_OK);

    to.wake = &bench_wake;

    unit_check(tally_of(&to, NGX_PRINT_TALLY_REPLAYS) == 975);

    for (i = 0; i < NGX_PRINT_WAKE_SLOTS; i++) {
        unit_check(to.gauges[i].n[NGX_PRINT_GAUGE_POLL] == 0);
    }

    (void) munmap(mem, size);
}


static uint64_t
tally_of(ngx_print_store_t *st, ngx_uint_t value)
{
    uint64_t  values[NGX_PRINT_TALLY_VALUES];

    ngx_print_tally_read(st, values);

    return values[value];
}


/* Each value belongs to one family, and to one series of it. */

static void
tally_families(void)
{
    u_char                     used[NGX_PRINT_TALLY_VALUES];
    ngx_uint_t                 i, k, n, size;
    ngx_print_count_family_t  *families;

    ngx_memzero(used, sizeof(used));

    families = ngx_print_tally_families(&n);

    for (i = 0; i < n; i++) {
        unit_about("%.*s", (int) families[i].name.len, families[i].name.data);

        size = 1;

        for (k = 0; k < families[i].nlabels; k++) {
            size *= families[i].labels[k]->n;
        }

        if (families[i].type == NGX_PRINT_COUNT_HISTOGRAM) {
            size *= families[i].nbounds + 2;
        }

        for (k = 0; k < size; k++) {
            unit_check(used[families[i].first + k] == 0);
            used[families[i].first + k] = 1;
        }
    }

    unit_about("all values");

    for (i = 0; i < NGX_PRINT_TALLY_VALUES; i++) {

        if (i < NGX_PRINT_TALLY_END || i >= NGX_PRINT_TALLY_CELLS) {
            unit_check(used[i]);
        }
    }
}
