
/*
 * Copyright (C) the print hub contributors
 */


#include <string.h>
#include <sys/types.h>

#include "load.h"


/*
 * The upper bits of a number of nanoseconds: its octave, and 64 steps within
 * it.
 */

static uint32_t load_hist_bucket(uint64_t ns);


void
load_hist_reset(load_hist_t *h)
{
    memset(h, 0, sizeof(load_hist_t));
}


void
load_hist_add(load_hist_t *h, uint64_t ns)
{
    h->count++;
    h->bucket[load_hist_bucket(ns)]++;

    if (ns > h->max) {
        h->max = ns;
    }
}


static uint32_t
load_hist_bucket(uint64_t ns)
{
    uint32_t  octave;

    if (ns < (1 << LOAD_HIST_BITS)) {
        return (uint32_t) ns;
    }

    octave = 63 - (uint32_t) __builtin_clzll(ns) - LOAD_HIST_BITS;

    return (octave << LOAD_HIST_BITS) + (uint32_t) (ns >> octave);
}


/* Returns a quantile in microseconds; quantile 1 is the slowest. */

double
load_hist_us(load_hist_t *h, double part)
{
    uint64_t  n, last;
    uint32_t  i, octave;

    if (part >= 1 || h->count == 0) {
        return (double) h->max / 1000;
    }

    n = 0;
    last = (uint64_t) ((double) h->count * part);

    for (i = 0; i < LOAD_HIST_SIZE - 1; i++) {
        n += h->bucket[i];

        if (n > last) {
            break;
        }
    }

    if (i < (1 << LOAD_HIST_BITS)) {
        return (double) i / 1000;
    }

    octave = (i >> LOAD_HIST_BITS) - 1;

    return (double) ((uint64_t) (i - (octave << LOAD_HIST_BITS)) << octave)
           / 1000;
}
