
/*
 * Copyright (C) the print hub contributors
 */


/* What the tests of events share: two workers, a session of the first. */


#ifndef _NGX_PRINT_EVENT_BASE_H_INCLUDED_
#define _NGX_PRINT_EVENT_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "bench.h"
#include "check.h"


#define EVENT_RING  20


/* workers a and b, without processes, and a connected session of a's */
typedef struct {
    ngx_print_store_t    a;
    ngx_print_store_t    b;
    ngx_print_wake_t     wake[2];
    ngx_print_ref_t      ref;
    uint32_t             token;
    ngx_print_event_t    events[NGX_PRINT_EVENT_READ];
} event_t;


void event_begin(event_t *t, const char *about);
void event_session(event_t *t);

/* n more, two for each job */
void event_make(event_t *t, ngx_uint_t n);
ngx_uint_t event_whole(event_t *t);


#endif /* _NGX_PRINT_EVENT_BASE_H_INCLUDED_ */
