
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include <sys/mman.h>

#include "ngx_print_store.h"
#include "ngx_print_reopen.h"
#include "ngx_print_memory_held.h"


#define NGX_PRINT_MEMORY_BELLS         64      /* at least */
#define NGX_PRINT_MEMORY_BELLS_FACTOR  4       /* for each worker process */


static ngx_int_t ngx_print_memory_held_bells(ngx_cycle_t *cycle,
    ngx_log_t *log);
static void ngx_print_memory_held_search(ngx_log_t *log);
static void ngx_print_memory_held_cleanup(void *data);
static void ngx_print_memory_held_left(ngx_print_memory_found_t *found,
    ngx_log_t *log);


static ngx_print_wake_t           ngx_print_memory_workers;
static ngx_print_hand_t           ngx_print_memory_hand = { { -1, -1 } };
static ngx_uint_t                 ngx_print_memory_cycles;

static ngx_print_memory_file_t   *ngx_print_memory_files;

/* of the nginx that has executed this one, until this one has started */

static ngx_print_memory_found_t  *ngx_print_memory_found;


ngx_int_t
ngx_print_memory_held_begin(ngx_cycle_t *cycle, ngx_print_memory_file_t **file,
    ngx_log_t *log)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);

    if (cln == NULL || ngx_print_memory_held_bells(cycle, log) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_print_memory_cycles++;

    cln->handler = ngx_print_memory_held_cleanup;
    cln->data = file;

    return NGX_OK;
}


static ngx_int_t
ngx_print_memory_held_bells(ngx_cycle_t *cycle, ngx_log_t *log)
{
    ngx_uint_t        n;
    ngx_core_conf_t  *ccf;

    if (ngx_print_memory_cycles) {
        return NGX_OK;
    }

    ngx_print_memory_held_search(log);

    /* all zones that an nginx had have the same doorbells */

    if (ngx_print_memory_found) {

        if (ngx_print_wake_inherit(&ngx_print_memory_workers,
                                   &ngx_print_memory_found->head.wake)
            == NGX_OK)
        {
            ngx_print_hand_inherit(&ngx_print_memory_hand,
                                   ngx_print_memory_found->head.hand);
            return NGX_OK;
        }

        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "print hub: the doorbells of the running nginx were not "
                      "inherited, restart nginx");
        return NGX_ERROR;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    n = ngx_max(NGX_PRINT_MEMORY_BELLS_FACTOR * ccf->worker_processes,
                NGX_PRINT_MEMORY_BELLS);

    if (ngx_print_wake_create(&ngx_print_memory_workers, n) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "print hub: worker: creating %ui doorbells failed", n);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* ngx_inherited: another nginx has executed this one. */

static void
ngx_print_memory_held_search(ngx_log_t *log)
{
    if (ngx_print_memory_found == NULL && ngx_inherited
        && ngx_is_init_cycle(ngx_cycle))
    {
        ngx_print_memory_found = ngx_print_memory_head_search(log);
    }
}


static void
ngx_print_memory_held_cleanup(void *data)
{
    ngx_print_memory_file_t **file = data;

    ngx_print_memory_file_t  *f, **link;

    f = *file;

    if (f && --f->cycles == 0) {

        for (link = &ngx_print_memory_files; *link != f; link = &(*link)->next)
        {
            /* void */
        }

        *link = f->next;

        (void) close(f->file.fd);
        ngx_free(f);
    }

    if (--ngx_print_memory_cycles == 0) {
        ngx_print_wake_destroy(&ngx_print_memory_workers);
        ngx_print_hand_destroy(&ngx_print_memory_hand);
    }
}


ngx_print_memory_file_t *
ngx_print_memory_held_add(ngx_print_file_t *file,
    ngx_print_memory_head_t *head, ngx_log_t *log)
{
    ngx_print_memory_file_t  *f;

    f = ngx_alloc(sizeof(ngx_print_memory_file_t), log);
    if (f == NULL) {
        return NULL;
    }

    f->file = *file;
    f->head = head;
    f->cycles = 1;
    f->next = ngx_print_memory_files;

    ngx_print_memory_files = f;

    return f;
}


void
ngx_print_memory_held_again(ngx_print_memory_file_t *file)
{
    file->cycles++;
}


ngx_print_memory_file_t *
ngx_print_memory_held_find(const char *path)
{
    struct stat               st;
    ngx_print_memory_file_t  *f;

    if (stat(path, &st) == -1) {
        return NULL;
    }

    for (f = ngx_print_memory_files; f; f = f->next) {
        if (st.st_dev == f->file.dev && st.st_ino == f->file.ino) {
            return f;
        }
    }

    return NULL;
}


ngx_print_memory_found_t *
ngx_print_memory_held_take(ngx_str_t *name)
{
    ngx_print_memory_found_t  *found, **link;

    for (link = &ngx_print_memory_found; *link; link = &found->next) {
        found = *link;

        if (found->head.name_len == name->len
            && ngx_memcmp(found->head.name, name->data, name->len) == 0)
        {
            *link = found->next;
            return found;
        }
    }

    return NULL;
}


void
ngx_print_memory_held_rest(ngx_log_t *log)
{
    ngx_print_hand_t           hand;
    ngx_print_wake_t           wake;
    ngx_print_memory_found_t  *found;

    if (ngx_print_memory_cycles == 0) {

        /* the configuration has no zone */

        ngx_print_memory_held_search(log);

        if (ngx_print_memory_found
            && ngx_print_wake_inherit(&wake, &ngx_print_memory_found->head.wake)
               == NGX_OK)
        {
            ngx_print_wake_destroy(&wake);

            ngx_print_hand_inherit(&hand, ngx_print_memory_found->head.hand);
            ngx_print_hand_destroy(&hand);
        }
    }

    while (ngx_print_memory_found) {
        found = ngx_print_memory_found;
        ngx_print_memory_found = found->next;

        ngx_print_memory_held_left(found, log);

        (void) close(found->file.fd);
        ngx_free(found);
    }
}


static void
ngx_print_memory_held_left(ngx_print_memory_found_t *found, ngx_log_t *log)
{
    u_char                    *base;
    size_t                     size;
    ngx_print_store_t          store;
    ngx_print_reopen_count_t   count;

    size = found->file.size;

    base = mmap(NULL, size, PROT_READ, MAP_SHARED, found->file.fd, 0);

    if (base == MAP_FAILED) {
        return;
    }

    if (ngx_print_store_open(&store, base + ngx_pagesize, NULL) == NGX_OK) {

        ngx_print_reopen_count(&store, &count);

        ngx_log_error(NGX_LOG_WARN, log, 0,
                      "print hub: zone \"%*s\" of the running nginx is left, "
                      "%uD jobs wait in it, it has %uD stations",
                      (size_t) found->head.name_len, found->head.name,
                      count.waiting + count.sent, count.clients);
    }

    (void) munmap(base, size);
}


void
ngx_print_memory_held_keep(void)
{
    ngx_print_memory_file_t  *f;

    if (ngx_print_memory_cycles == 0) {
        return;
    }

    for (f = ngx_print_memory_files; f; f = f->next) {
        ngx_print_file_keep(&f->file);
    }

    ngx_print_wake_keep(&ngx_print_memory_workers);
    ngx_print_hand_keep(&ngx_print_memory_hand);
}


ngx_print_wake_t *
ngx_print_memory_held_wake(void)
{
    return &ngx_print_memory_workers;
}


/* The heads say it to a new nginx that this one may execute. */

void
ngx_print_memory_held_queue_start(ngx_uint_t used, ngx_log_t *log)
{
    ngx_print_memory_file_t  *f;

    if (used && ngx_print_memory_hand.fd[0] == -1
        && ngx_print_hand_create(&ngx_print_memory_hand) != NGX_OK)
    {
        ngx_log_error(NGX_LOG_WARN, log, ngx_errno,
                      "print hub: worker: creating the queue for "
                      "\"print_hub_handover\" failed");
    }

    for (f = ngx_print_memory_files; f; f = f->next) {

        if (f->head->hand[0] != -1) {
            /* another master may have made a queue of its own */
            continue;
        }

        f->head->hand[0] = ngx_print_memory_hand.fd[0];
        f->head->hand[1] = ngx_print_memory_hand.fd[1];
    }
}


ngx_print_hand_t *
ngx_print_memory_held_queue(void)
{
    return &ngx_print_memory_hand;
}
