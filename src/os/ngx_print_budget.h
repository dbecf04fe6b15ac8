
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The memory of this process that strangers can fill: messages that are not
 * complete, and output that nobody reads.  It has one limit for all layers.
 * Above it the largest holders are closed, one after another, until it fits.
 */


#ifndef _NGX_PRINT_BUDGET_H_INCLUDED_
#define _NGX_PRINT_BUDGET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


typedef struct ngx_print_budget_holder_s  ngx_print_budget_holder_t;

/* a holder: its owner zeroes it, sets the first members, and keeps its place */
struct ngx_print_budget_holder_s {
    /*
     * Frees what is held.  The holder holds nothing any more when it is called,
     * and its owner may free it.
     */
    void                      (*close)(ngx_print_budget_holder_t *holder);
    void                     *data;
    ngx_connection_t         *connection;      /* for the log line, or NULL */
    ngx_str_t                 client;          /* its address then; empty: it
                                                  holds for no client */

    /* private to the budget */
    size_t                    size;
    ngx_rbtree_node_t         node;
};


/* Sets the limit of this process in bytes; called once when it starts. */
void ngx_print_budget_init(size_t limit, ngx_log_t *log);

/*
 * Notes that a holder holds size bytes from now on; 0 before its memory goes
 * away.  It closes no holder now: if the limit is exceeded, a posted event
 * calls ngx_print_budget_keep().
 */
void ngx_print_budget_hold(ngx_print_budget_holder_t *holder, size_t size);

/*
 * Closes the largest holder, and the oldest of several, until the limit is
 * kept, and logs each.  A caller that may have multiplied its input calls it
 * itself, at a place where any holder may be closed.
 */
void ngx_print_budget_keep(void);


#endif /* _NGX_PRINT_BUDGET_H_INCLUDED_ */
