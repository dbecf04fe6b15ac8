
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "ngx_print_log.h"
#include "ngx_print_budget.h"


static void ngx_print_budget_handler(ngx_event_t *ev);
static void ngx_print_budget_log(ngx_print_budget_holder_t *holder,
    size_t size);


static size_t                ngx_print_budget_limit = NGX_MAX_SIZE_T_VALUE;
static size_t                ngx_print_budget_held;
static uint32_t              ngx_print_budget_order;
static ngx_event_t           ngx_print_budget_event;

/* the holders by size, and those of one size by age */
static ngx_rbtree_t          ngx_print_budget_tree;
static ngx_rbtree_node_t     ngx_print_budget_sentinel;

static ngx_print_log_kind_t  ngx_print_budget_closed =
    ngx_print_log_kind("incomplete messages", NGX_LOG_WARN);


void
ngx_print_budget_init(size_t limit, ngx_log_t *log)
{
    ngx_print_budget_limit = limit;

    ngx_print_budget_event.handler = ngx_print_budget_handler;
    ngx_print_budget_event.log = log;

    ngx_rbtree_init(&ngx_print_budget_tree, &ngx_print_budget_sentinel,
                    ngx_rbtree_insert_value);
}


/* The upper half of a key is the size, the lower one grows with the age. */

void
ngx_print_budget_hold(ngx_print_budget_holder_t *holder, size_t size)
{
    uint32_t  age;

    if (size == holder->size) {
        return;
    }

    if (holder->size) {
        age = (uint32_t) holder->node.key;
        ngx_rbtree_delete(&ngx_print_budget_tree, &holder->node);

    } else {
        age = --ngx_print_budget_order;
    }

    ngx_print_budget_held += size - holder->size;
    holder->size = size;

    if (size) {
        holder->node.key = (ngx_rbtree_key_t) size << 32 | age;
        ngx_rbtree_insert(&ngx_print_budget_tree, &holder->node);
    }

    if (ngx_print_budget_held > ngx_print_budget_limit) {
        ngx_post_event(&ngx_print_budget_event, &ngx_posted_events);
    }
}


static void
ngx_print_budget_handler(ngx_event_t *ev)
{
    ngx_print_budget_keep();
}


void
ngx_print_budget_keep(void)
{
    size_t                      size;
    ngx_rbtree_node_t          *node;
    ngx_print_budget_holder_t  *holder;

    while (ngx_print_budget_held > ngx_print_budget_limit) {

        node = ngx_print_budget_tree.root;

        while (node->right != &ngx_print_budget_sentinel) {
            node = node->right;
        }

        holder = ngx_rbtree_data(node, ngx_print_budget_holder_t, node);
        size = holder->size;

        ngx_print_budget_log(holder, size);
        ngx_print_budget_hold(holder, 0);

        holder->close(holder);
    }
}


static void
ngx_print_budget_log(ngx_print_budget_holder_t *holder, size_t size)
{
    size_t             limit;
    ngx_str_t         *client;
    const char        *unit;
    ngx_log_t         *log;

    static ngx_str_t   none = ngx_string("-");

    log = ngx_print_budget_event.log;

    if (!ngx_print_log_turn(&ngx_print_budget_closed, log)) {
        return;
    }

    limit = ngx_print_budget_limit;
    unit = "";

    if (limit % 1024 == 0) {
        limit /= 1024;
        unit = "k";
    }

    if (*unit && limit % 1024 == 0) {
        limit /= 1024;
        unit = "m";
    }

    client = holder->connection ? &holder->connection->addr_text
                                : &holder->client;

    if (client->len == 0) {
        client = &none;
    }

    ngx_log_error(NGX_LOG_WARN, log, 0,
                  "print hub: incomplete messages hold %uz%s, closing the "
                  "largest, %uz KB, client: %V",
                  limit, unit, size / 1024, client);
}
