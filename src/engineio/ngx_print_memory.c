
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include <sys/mman.h>

#include "ngx_print_store.h"
#include "ngx_print_reopen.h"
#include "ngx_print_memory_open.h"
#include "ngx_print_memory.h"


static ngx_int_t ngx_print_memory_start(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_pages(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_resized(ngx_shm_zone_t *shm_zone);
static ngx_int_t ngx_print_memory_stay(ngx_shm_zone_t *shm_zone,
    ngx_print_memory_t *memory, ngx_print_memory_t *old);
static void ngx_print_memory_used(ngx_print_memory_t *memory);
static ngx_uint_t ngx_print_memory_masters(void);


ngx_print_memory_t *
ngx_print_memory_create(ngx_cycle_t *cycle, ngx_str_t *path)
{
    ngx_print_memory_t  *memory;

    memory = ngx_pcalloc(cycle->pool, sizeof(ngx_print_memory_t));
    if (memory == NULL) {
        return NULL;
    }

    memory->path = *path;
    memory->cycle = cycle;

    return memory;
}


ngx_int_t
ngx_print_memory_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_print_memory_t       *memory;
    ngx_print_memory_open_t   o;

    memory = shm_zone->data;

    if (shm_zone->shm.name.len > NGX_PRINT_MEMORY_NAME) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "print hub: zone \"%V\": the name has more than %d bytes",
                      &shm_zone->shm.name, NGX_PRINT_MEMORY_NAME);
        return NGX_ERROR;
    }

    if (!ngx_test_config
        && ngx_print_memory_held_begin(memory->cycle, &memory->file,
                                       shm_zone->shm.log) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (data) {
        return ngx_print_memory_stay(shm_zone, memory, data);
    }

    ngx_memzero(&o, sizeof(ngx_print_memory_open_t));

    o.zone = shm_zone;
    o.path = &memory->path;
    o.file.fd = -1;

    if (ngx_print_memory_resized(shm_zone) != NGX_OK
        || ngx_print_memory_pages(&o) != NGX_OK
        || ngx_print_memory_start(&o) != NGX_OK)
    {
        return NGX_ERROR;
    }

    memory->store = o.store;
    memory->file = o.held;

    return NGX_OK;
}


static ngx_int_t
ngx_print_memory_start(ngx_print_memory_open_t *o)
{
    ngx_print_memory_found_t  *found;

    if (ngx_test_config) {
        return ngx_print_memory_open_none(o);
    }

    found = ngx_print_memory_held_take(&o->zone->shm.name);

    if (found) {
        return ngx_print_memory_open_inherit(o, found);
    }

    return o->path->len ? ngx_print_memory_open_path(o)
                        : ngx_print_memory_open_unnamed(o);
}


/* The store takes all pages of the zone's slab pool, and manages them itself.*/

static ngx_int_t
ngx_print_memory_pages(ngx_print_memory_open_t *o)
{
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) o->zone->shm.addr;

    o->room = shpool->pfree * ngx_pagesize;
    o->base = ngx_slab_alloc(shpool, o->room);

    return o->base ? NGX_OK : NGX_ERROR;
}


/* nginx takes a zone of another size for another zone. */

static ngx_int_t
ngx_print_memory_resized(ngx_shm_zone_t *shm_zone)
{
    u_char           *p, text[64];
    ngx_uint_t        i;
    ngx_shm_zone_t   *old;
    ngx_list_part_t  *part;

    for (part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part; part;
         part = part->next)
    {
        old = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (old[i].tag != shm_zone->tag
                || old[i].shm.name.len != shm_zone->shm.name.len
                || ngx_memcmp(old[i].shm.name.data, shm_zone->shm.name.data,
                              shm_zone->shm.name.len) != 0)
            {
                continue;
            }

            p = ngx_print_memory_size(text, text + 64, old[i].shm.size);
            p = ngx_slprintf(p, text + 64, ", ");
            p = ngx_print_memory_size(p, text + 64, shm_zone->shm.size);

            ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                          "print hub: zone \"%V\": the size of a zone cannot "
                          "be changed by a reload (%*s), restart nginx",
                          &shm_zone->shm.name, (size_t) (p - text), text);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* A reload: nginx has kept the mapping. */

static ngx_int_t
ngx_print_memory_stay(ngx_shm_zone_t *shm_zone, ngx_print_memory_t *memory,
    ngx_print_memory_t *old)
{
    if (memory->path.len != old->path.len
        || (old->path.len
            && ngx_memcmp(memory->path.data, old->path.data, old->path.len)
               != 0))
    {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "print hub: zone \"%V\": the file of a zone cannot be "
                      "changed by a reload (%s, %s), restart nginx",
                      &shm_zone->shm.name,
                      old->path.len ? old->path.data : (u_char *) "none",
                      memory->path.len ? memory->path.data : (u_char *) "none");
        return NGX_ERROR;
    }

    memory->store = old->store;
    memory->file = old->file;

    if (memory->file) {
        ngx_print_memory_held_again(memory->file);
        memory->file->head->looked = ngx_time() - NGX_PRINT_MEMORY_LOOK;
    }

    return NGX_OK;
}


void
ngx_print_memory_rest(ngx_log_t *log)
{
    ngx_print_memory_held_rest(log);
}


void
ngx_print_memory_begin(ngx_print_memory_t *memory)
{
    ngx_print_memory_used(memory);

    if (memory->file) {
        memory->file->head->used = 1;
    }
}


/* That the file is in use must be on the disk before a worker changes it. */

static void
ngx_print_memory_used(ngx_print_memory_t *memory)
{
    ngx_print_memory_head_t  *head;

    head = memory->file ? memory->file->head : NULL;

    if (head && head->clean) {
        head->clean = 0;
        (void) msync(head, ngx_pagesize, MS_SYNC);
    }
}


void
ngx_print_memory_keep(void)
{
    ngx_print_memory_held_keep();
}


void
ngx_print_memory_use(ngx_print_memory_t *memory)
{
    /* a master that has exited may have found no other worker */

    ngx_print_memory_used(memory);
}


ngx_print_wake_t *
ngx_print_memory_wake(void)
{
    return ngx_print_memory_held_wake();
}


void
ngx_print_memory_queue_start(ngx_uint_t used, ngx_log_t *log)
{
    ngx_print_memory_held_queue_start(used, log);
}


ngx_print_hand_t *
ngx_print_memory_queue(void)
{
    return ngx_print_memory_held_queue();
}


void
ngx_print_memory_look(ngx_print_memory_t *memory, ngx_str_t *name,
    ngx_log_t *log)
{
    const char               *moved;
    ngx_atomic_uint_t         now, looked;
    ngx_print_memory_head_t  *head;

    if (memory->path.len == 0 || memory->file == NULL) {
        return;
    }

    head = memory->file->head;

    now = ngx_time();
    looked = head->looked;

    if (now < looked + NGX_PRINT_MEMORY_LOOK
        || !ngx_atomic_cmp_set(&head->looked, looked, now))
    {
        return;
    }

    moved = ngx_print_file_moved(&memory->file->file,
                                 (char *) memory->path.data);

    if (moved) {
        ngx_log_error(NGX_LOG_ALERT, log, 0,
                      "print hub: zone \"%V\": file \"%V\" %s, the next "
                      "nginx will not find what the zone has", name,
                      &memory->path, moved);
    }
}


/*
 * Counts this master, the one that has executed it, and the one that it has
 * executed.
 */

static ngx_uint_t
ngx_print_memory_masters(void)
{
    return 1 + (ngx_inherited && ngx_getppid() == ngx_parent)
           + (ngx_new_binary > 0);
}


ngx_int_t
ngx_print_memory_end(ngx_print_memory_t *memory)
{
    ngx_print_store_t         store;
    ngx_print_memory_head_t  *head;

    if (memory->store == NULL
        || ngx_print_store_open(&store, memory->store,
                                ngx_print_memory_held_wake()) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (ngx_print_reopen_workers(&store) || ngx_print_memory_masters() > 1) {
        return NGX_BUSY;
    }

    if (memory->path.len == 0) {
        return NGX_DECLINED;
    }

    head = memory->file->head;

    if (msync(head, memory->file->file.size, MS_SYNC) == 0) {
        head->clean = 1;
        (void) msync(head, ngx_pagesize, MS_SYNC);
    }

    return NGX_OK;
}
