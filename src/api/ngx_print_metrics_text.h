
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The lines of metrics, as Prometheus reads them: its text format 0.0.4, or
 * OpenMetrics 1.0.0.  Each function writes at p, and returns the byte after the
 * last one; the caller knows that there is room.
 */


#ifndef _NGX_PRINT_METRICS_TEXT_H_INCLUDED_
#define _NGX_PRINT_METRICS_TEXT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_count_family.h"


/* a label of a line with its value */
typedef struct {
    ngx_str_t    name;
    ngx_str_t    value;
} ngx_print_metrics_label_t;


/*
 * Bytes that a line takes at most, and what stands before a family, besides
 * the values of labels that come from outside; those may take twice as many as
 * they have.
 */
#define NGX_PRINT_METRICS_LINE  512


/*
 * Writes what stands before a family: what it tells, its type, and in
 * OpenMetrics its unit.  open is 1 for OpenMetrics; info is 1 for the one
 * family that is of its type "info".
 */
u_char *ngx_print_metrics_head(u_char *p, ngx_print_count_family_t *family,
    ngx_uint_t open, ngx_uint_t info);

/* Writes the name of a family, and suffix, which may be empty. */
u_char *ngx_print_metrics_name(u_char *p, ngx_print_count_family_t *family,
    const char *suffix);

/*
 * Writes n labels in braces, none if n is 0.  A backslash, a quote and a line
 * feed in a value are escaped.
 */
u_char *ngx_print_metrics_labels(u_char *p, ngx_print_metrics_label_t *labels,
    ngx_uint_t n);

/*
 * Writes value / unit as a decimal number, unit being a power of ten.  point
 * is 1 if there must be a decimal point: "1.0" in place of "1".
 */
u_char *ngx_print_metrics_number(u_char *p, uint64_t value, ngx_uint_t unit,
    ngx_uint_t point);


#endif /* _NGX_PRINT_METRICS_TEXT_H_INCLUDED_ */
