
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "ngx_print_store.h"
#include "ngx_print_import.h"
#include "ngx_print_memory_import.h"


#define NGX_PRINT_MEMORY_MB  (1024 * 1024)
#define NGX_PRINT_MEMORY_KB  1024


static size_t ngx_print_memory_import_needed(ngx_print_memory_import_t *im);
static size_t ngx_print_memory_import_search(ngx_print_memory_import_t *im,
    size_t step, size_t end);
static size_t ngx_print_memory_import_room(ngx_print_memory_import_t *im,
    size_t size);
static ngx_int_t ngx_print_memory_import_create(ngx_print_memory_import_t *im);
static ngx_uint_t ngx_print_memory_import_leftover(
    ngx_print_memory_import_t *im);
static ngx_int_t ngx_print_memory_import_fail(ngx_print_memory_import_t *im,
    const char *why, ngx_err_t err);


/* The mapping is private, so whatever changes it does not change the file. */

ngx_int_t
ngx_print_memory_import_open(ngx_print_memory_import_t *im,
    ngx_print_file_t *old, ngx_uint_t in_use)
{
    size_t            at;
    volatile u_char  *p;

    im->file.fd = -1;
    im->size = old->size;

    im->mem = mmap(NULL, im->size, PROT_READ|PROT_WRITE, MAP_PRIVATE, old->fd,
                   0);

    if (im->mem == MAP_FAILED) {
        im->mem = NULL;
        (void) ngx_sprintf(im->why, "cannot be mapped%Z");
        im->err = ngx_errno;
        return NGX_ERROR;
    }

    if (in_use) {

        /* a page that is written is a copy, which nobody else changes */

        for (at = 0; at < im->size; at += ngx_pagesize) {
            p = im->mem + at;
            /* lint selfAssignment: the store makes the copy */
            *p = *p;
        }
    }

    im->head = *(ngx_print_memory_head_t *) im->mem;

    if (im->size < 2 * ngx_pagesize
        || ngx_print_import_open(&im->from, im->mem + ngx_pagesize,
                                 im->size - ngx_pagesize, im->head.layout)
           != NGX_OK)
    {
        (void) ngx_sprintf(im->why, "is damaged%Z");
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_print_memory_import_fits(ngx_print_memory_import_t *im)
{
    u_char      *p, *last;
    uint32_t     n;
    const char  *what;

    what = ngx_print_import_lack(&im->from, im->room - ngx_pagesize, &n);

    if (what) {
        ngx_print_import_settle(&im->from);

        what = ngx_print_import_lack(&im->from, im->room - ngx_pagesize, &n);
    }

    if (what == NULL) {
        return NGX_OK;
    }

    last = im->why + NGX_MAX_ERROR_STR;

    p = ngx_slprintf(im->why, last, "is a zone of ");
    p = ngx_print_memory_size(p, last, im->head.zone);
    p = ngx_slprintf(p, last, ": %uD %s do not fit into ", n, what);
    p = ngx_print_memory_size(p, last, im->zone->shm.size);
    p = ngx_slprintf(p, last, ", ");
    p = ngx_print_memory_size(p, last, ngx_print_memory_import_needed(im));
    (void) ngx_slprintf(p, last, " are needed%Z");

    return NGX_DECLINED;
}


/* The old size may be no multiple of 1m, and is enough. */

static size_t
ngx_print_memory_import_needed(ngx_print_memory_import_t *im)
{
    size_t  size;

    size = ngx_print_memory_import_search(im, NGX_PRINT_MEMORY_MB,
                                          NGX_PRINT_STORE_MAX_SIZE);

    return (size <= im->head.zone)
           ? size
           : ngx_print_memory_import_search(im, NGX_PRINT_MEMORY_KB, size);
}


/* Returns the first multiple of step that is enough, or end. */

static size_t
ngx_print_memory_import_search(ngx_print_memory_import_t *im, size_t step,
    size_t end)
{
    size_t    size;
    uint32_t  n;

    for (size = ngx_align(im->zone->shm.size, step); size < end; size += step) {

        if (ngx_print_import_lack(&im->from,
                                  ngx_print_memory_import_room(im, size)
                                  - ngx_pagesize, &n)
            == NULL)
        {
            return size;
        }
    }

    return end;
}


/* Returns how many bytes the pages of nginx's zone of that size have. */

static size_t
ngx_print_memory_import_room(ngx_print_memory_import_t *im, size_t size)
{
    size_t            at;
    ngx_uint_t        pages;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) im->zone->shm.addr;

    at = (u_char *) shpool->pages - (u_char *) shpool;

    pages = (size - at) / (ngx_pagesize + sizeof(ngx_slab_page_t));

    at = ngx_align(at + pages * sizeof(ngx_slab_page_t), ngx_pagesize);

    return ngx_min(pages, (size - at) / ngx_pagesize) * ngx_pagesize;
}


ngx_int_t
ngx_print_memory_import_copy(ngx_print_memory_import_t *im,
    ngx_print_store_t *to)
{
    if (ngx_print_memory_import_create(im) != NGX_OK) {
        return NGX_ERROR;
    }

    if (mmap(im->base, im->room, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED,
             im->file.fd, 0)
        == MAP_FAILED)
    {
        return ngx_print_memory_import_fail(im, "cannot be mapped", ngx_errno);
    }

    if (ngx_print_import(to, im->base + ngx_pagesize, im->room - ngx_pagesize,
                         &im->from)
        != NGX_OK)
    {
        return ngx_print_memory_import_fail(im, "is damaged", 0);
    }

    if (msync(im->base, im->room, MS_SYNC) == -1) {
        return ngx_print_memory_import_fail(im, "cannot be written",
                                            ngx_errno);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_memory_import_create(ngx_print_memory_import_t *im)
{
    u_char  *p;

    p = ngx_slprintf(im->name, im->name + NGX_MAX_PATH - 1, "%V.new",
                     im->path);
    *p = '\0';

    if (ngx_print_file_open(&im->file, (char *) im->name) != NGX_OK) {
        return ngx_print_memory_import_fail(im, im->file.why, im->file.err);
    }

    if (!im->file.created && !ngx_print_memory_import_leftover(im)) {

        /* it stays */

        (void) close(im->file.fd);
        im->file.fd = -1;

        return ngx_print_memory_import_fail(im, "is there, and was not left by "
                                            "a start that had failed", 0);
    }

    if (ngx_print_file_reserve(&im->file, im->room) != NGX_OK) {
        return ngx_print_memory_import_fail(im, im->file.why, im->file.err);
    }

    return NGX_OK;
}


/* Whether a file at the new path was left by an import of this zone. */

static ngx_uint_t
ngx_print_memory_import_leftover(ngx_print_memory_import_t *im)
{
    ngx_str_t                *name;
    ngx_print_memory_head_t   head;

    name = &im->zone->shm.name;

    ngx_memzero(&head, sizeof(ngx_print_memory_head_t));

    if (pread(im->file.fd, &head, sizeof(head), 0) == -1) {
        return 0;
    }

    switch (ngx_print_memory_head_found(&head)) {

    case 1:
        return head.name_len == name->len
               && ngx_memcmp(head.name, name->data, name->len) == 0;

    case 0:
        return 1;

    default:
        return 0;
    }
}


ngx_int_t
ngx_print_memory_import_replace(ngx_print_memory_import_t *im)
{
    if (ngx_print_file_replace(&im->file, (char *) im->name,
                               (char *) im->path->data)
        != NGX_OK)
    {
        return ngx_print_memory_import_fail(im, im->file.why, im->file.err);
    }

    return NGX_OK;
}


/* What is said of the old file ends with what is wrong with the new one. */

static ngx_int_t
ngx_print_memory_import_fail(ngx_print_memory_import_t *im, const char *why,
    ngx_err_t err)
{
    u_char  *p, *last;

    last = im->why + NGX_MAX_ERROR_STR;

    p = ngx_slprintf(im->why, last, "is a zone of ");
    p = ngx_print_memory_size(p, last, im->head.zone);
    (void) ngx_slprintf(p, last, ", and cannot be imported: \"%s\" %s%Z",
                        im->name, why);

    im->err = err;

    return NGX_ERROR;
}


void
ngx_print_memory_import_close(ngx_print_memory_import_t *im)
{
    if (im->mem) {
        (void) munmap(im->mem, im->size);
        im->mem = NULL;
    }
}


void
ngx_print_memory_import_abandon(ngx_print_memory_import_t *im)
{
    if (im->file.fd != -1) {
        (void) unlink((char *) im->name);
        (void) close(im->file.fd);
        im->file.fd = -1;
    }

    ngx_print_memory_import_close(im);
}
