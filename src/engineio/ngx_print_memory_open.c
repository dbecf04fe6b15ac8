
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "ngx_print_random.h"
#include "ngx_print_store.h"
#include "ngx_print_reopen.h"
#include "ngx_print_memory_open.h"


/*
 * A zone that nobody has used for so long, in s, is taken for one of another
 * boot: times in ms wrap around, and the sessions are over in any case.
 */
#define NGX_PRINT_MEMORY_OPEN_STALE  (24 * 3600)


static ngx_int_t ngx_print_memory_open_any(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_open_again(ngx_print_memory_open_t *o,
    ngx_print_memory_head_t *head);
static ngx_int_t ngx_print_memory_open_use(ngx_print_memory_open_t *o,
    ngx_print_store_t *st, ngx_print_memory_head_t *head);
static ngx_int_t ngx_print_memory_open_import(ngx_print_memory_open_t *o);
static void ngx_print_memory_open_goes_on(ngx_print_memory_open_t *o,
    ngx_print_store_t *st, ngx_print_reopen_count_t *count);
static void ngx_print_memory_open_imported(ngx_print_memory_open_t *o,
    ngx_print_reopen_count_t *count);
static ngx_int_t ngx_print_memory_open_anew(ngx_print_memory_open_t *o);
static void ngx_print_memory_open_foresee(ngx_print_memory_open_t *o,
    u_char *text);
static ngx_int_t ngx_print_memory_open_create(ngx_print_memory_open_t *o,
    ngx_print_store_memory_e kind);
static ngx_int_t ngx_print_memory_open_map(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_open_own(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_open_set(ngx_print_memory_open_t *o);
static ngx_int_t ngx_print_memory_open_refuse(ngx_print_memory_open_t *o,
    const char *why, ngx_err_t err);


/* The nginx that this one replaces may use the zone: it is only looked at. */

ngx_int_t
ngx_print_memory_open_inherit(ngx_print_memory_open_t *o,
    ngx_print_memory_found_t *found)
{
    ngx_int_t                 rc;
    u_char                    text[NGX_MAX_ERROR_STR];
    ngx_print_store_t         store;
    ngx_print_reopen_count_t  count;

    o->file = found->file;

    rc = ngx_print_memory_head_check(&found->head, o->file.size, o->zone,
                                     text);

    if (rc == NGX_OK && (size_t) o->file.size > o->room) {
        rc = NGX_DECLINED;
        ngx_sprintf(text, "has %O bytes, %uz have room%Z", o->file.size,
                    o->room);
    }

    if (rc == NGX_OK
        && (found->head.named != (o->path->len != 0)
            || (found->head.named
                && ngx_print_file_moved(&o->file, (char *) o->path->data))))
    {
        rc = NGX_DECLINED;
        ngx_sprintf(text, "is not that of the configuration%Z");
    }

    ngx_free(found);

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, o->zone->shm.log, 0,
                      "print hub: zone \"%V\": the file that the running "
                      "nginx uses %s, restart nginx", &o->zone->shm.name,
                      text);
        return NGX_ERROR;
    }

    o->size = o->file.size;

    if (ngx_print_memory_open_map(o) != NGX_OK
        || ngx_print_memory_open_set(o) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_print_store_open(&store, o->store, NULL) != NGX_OK) {
        return ngx_print_memory_open_refuse(o, "is damaged", 0);
    }

    ngx_log_error(NGX_LOG_NOTICE, o->zone->shm.log, 0,
                  "print hub: zone \"%V\": inherited, %ui doorbells",
                  &o->zone->shm.name, ngx_print_memory_held_wake()->nbells);

    ngx_print_reopen_count(&store, &count);
    ngx_print_memory_open_goes_on(o, &store, &count);

    return NGX_OK;
}


/* A file at a path, which may have a zone. */

ngx_int_t
ngx_print_memory_open_path(ngx_print_memory_open_t *o)
{
    u_char                    boot[NGX_PRINT_FILE_BOOT];
    const char               *path, *network;
    ngx_print_memory_file_t  *f;

    path = (char *) o->path->data;

    f = ngx_print_memory_held_find(path);

    if (f) {
        ngx_log_error(NGX_LOG_EMERG, o->zone->shm.log, 0,
                      "print hub: zone \"%V\": file \"%V\" is that of zone "
                      "\"%*s\"", &o->zone->shm.name, o->path,
                      (size_t) f->head->name_len, f->head->name);
        return NGX_ERROR;
    }

    ngx_print_file_boot(boot);

    if (boot[0] == '\0') {
        return ngx_print_memory_open_refuse(o, "cannot be used: the system "
                                            "does not tell one boot from "
                                            "another", 0);
    }

    if (ngx_print_file_open(&o->file, path) != NGX_OK) {
        return ngx_print_memory_open_refuse(o, o->file.why, o->file.err);
    }

    network = ngx_print_file_network(&o->file);

    if (network) {
        ngx_log_error(NGX_LOG_WARN, o->zone->shm.log, 0,
                      "print hub: zone \"%V\": file \"%V\" is on a network "
                      "file system (%s), where a second nginx may not notice "
                      "this one", &o->zone->shm.name, o->path,
                      network);
    }

    return ngx_print_memory_open_any(o);
}


static ngx_int_t
ngx_print_memory_open_any(ngx_print_memory_open_t *o)
{
    ngx_int_t                rc;
    ngx_print_memory_head_t  head;

    rc = 0;

    if (o->file.size) {
        ngx_memzero(&head, sizeof(ngx_print_memory_head_t));

        if (pread(o->file.fd, &head, sizeof(head), 0) == -1) {
            return ngx_print_memory_open_refuse(o, "cannot be read", ngx_errno);
        }

        rc = ngx_print_memory_head_found(&head);

        if (rc == 0 && o->file.size != (off_t) o->room) {
            rc = -1;
        }
    }

    if (rc == -1) {
        return ngx_print_memory_open_refuse(o, "is damaged, or no zone of "
                                            "print hub", 0);
    }

    if (rc == 1) {
        return ngx_print_memory_open_again(o, &head);
    }

    if (ngx_print_file_reserve(&o->file, o->room) != NGX_OK) {
        return ngx_print_memory_open_refuse(o, o->file.why, o->file.err);
    }

    return ngx_print_memory_open_create(o, NGX_PRINT_MEMORY_FILE);
}


static ngx_int_t
ngx_print_memory_open_again(ngx_print_memory_open_t *o,
    ngx_print_memory_head_t *head)
{
    u_char             *store, text[NGX_MAX_ERROR_STR];
    ngx_int_t           rc;
    ngx_print_store_t   st;

    rc = ngx_print_memory_head_check(head, o->file.size, o->zone, text);

    if (rc == NGX_DECLINED) {
        return ngx_print_memory_open_refuse(o, (char *) text, 0);
    }

    /* nginx may need more of a zone for itself than an older one */

    if (rc == NGX_AGAIN || (size_t) o->file.size > o->room) {
        return ngx_print_memory_open_import(o);
    }

    o->size = o->file.size;

    if (ngx_print_memory_open_map(o) != NGX_OK) {
        return NGX_ERROR;
    }

    store = o->base + ngx_pagesize;

    if (ngx_print_reopen_check(store, o->size - ngx_pagesize) != NGX_OK
        || ngx_print_store_open(&st, store, NULL) != NGX_OK)
    {
        return ngx_print_memory_open_use(o, NULL, head);
    }

    return ngx_print_memory_open_use(o, &st, head);
}


/* Goes on with what the file has; st is NULL if it is damaged. */

static ngx_int_t
ngx_print_memory_open_use(ngx_print_memory_open_t *o, ngx_print_store_t *st,
    ngx_print_memory_head_t *head)
{
    ngx_uint_t                rebooted;
    u_char                    boot[NGX_PRINT_FILE_BOOT];
    ngx_print_store_t         to;
    ngx_print_reopen_count_t  count;

    ngx_print_file_boot(boot);

    rebooted = (ngx_memcmp(head->boot, boot, NGX_PRINT_FILE_BOOT) != 0);

    if (st) {
        ngx_print_reopen_count(st, &count);

    } else {
        ngx_memzero(&count, sizeof(ngx_print_reopen_count_t));
    }

    if (rebooted && !head->clean) {
        o->jobs = count.waiting + count.sent;
        o->clients = count.clients;

        if (o->import) {
            ngx_print_memory_import_close(o->import);
            o->import = NULL;
        }

        return ngx_print_memory_open_anew(o);
    }

    if (st == NULL) {
        return ngx_print_memory_open_refuse(o, "is damaged", 0);
    }

    if (o->import) {

        if (ngx_print_memory_import_fits(o->import) != NGX_OK
            || ngx_print_memory_import_copy(o->import, &to) != NGX_OK)
        {
            return ngx_print_memory_open_refuse(o, (char *) o->import->why,
                                                o->import->err);
        }

        st = &to;
    }

    if (rebooted
        || (ngx_atomic_uint_t) ngx_time()
           > head->looked + NGX_PRINT_MEMORY_OPEN_STALE)
    {
        ngx_print_reopen_rebase(st);

    } else {
        ngx_print_reopen(st);
    }

    if (ngx_print_memory_open_own(o) != NGX_OK) {
        return NGX_ERROR;
    }

    if (o->import) {
        ngx_print_memory_open_imported(o, &count);
    }

    ngx_print_memory_open_goes_on(o, st, &count);

    return NGX_OK;
}


static void
ngx_print_memory_open_goes_on(ngx_print_memory_open_t *o,
    ngx_print_store_t *st, ngx_print_reopen_count_t *count)
{
    ngx_tm_t                tm;
    ngx_print_store_stat_t  stat;

    ngx_print_store_stat(st, &stat);

    ngx_gmtime(stat.created, &tm);

    ngx_log_error(NGX_LOG_NOTICE, o->zone->shm.log, 0,
                  "print hub: zone \"%V\" goes on: %uD jobs, %uD clients, made "
                  "at %4d-%02d-%02dT%02d:%02d:%02dZ", &o->zone->shm.name,
                  count->waiting + count->sent, count->clients,
                  tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                  tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec);
}


/* The zone has another size now, or another layout. */

static ngx_int_t
ngx_print_memory_open_import(ngx_print_memory_open_t *o)
{
    ngx_int_t                  rc;
    ngx_print_memory_import_t  im;

    ngx_memzero(&im, sizeof(ngx_print_memory_import_t));

    im.zone = o->zone;
    im.path = o->path;
    im.base = o->base;
    im.room = o->room;

    /* lint autoVariables: it is reset below, or the start is refused */
    o->import = &im;

    rc = ngx_print_memory_import_open(&im, &o->file, 0);

    if (rc != NGX_OK && im.mem == NULL) {
        return ngx_print_memory_open_refuse(o, (char *) im.why, im.err);
    }

    rc = ngx_print_memory_open_use(o, rc == NGX_OK ? &im.from : NULL,
                                   &im.head);

    ngx_print_memory_import_close(&im);
    o->import = NULL;

    return rc;
}


static void
ngx_print_memory_open_imported(ngx_print_memory_open_t *o,
    ngx_print_reopen_count_t *count)
{
    u_char                    *p, *last, text[64];
    ngx_print_memory_head_t   *head;

    last = text + 64;
    head = &o->import->head;

    p = ngx_print_memory_size(text, last, head->zone);

    if (head->layout != ngx_print_reopen_layout()) {
        p = ngx_slprintf(p, last, ", layout %uD,", head->layout);
    }

    p = ngx_slprintf(p, last, " imported into ");
    p = ngx_print_memory_size(p, last, o->zone->shm.size);

    ngx_log_error(NGX_LOG_NOTICE, o->zone->shm.log, 0,
                  "print hub: zone \"%V\" of %*s: %uD stations, %uD jobs",
                  &o->zone->shm.name, (size_t) (p - text), text,
                  count->clients, count->waiting + count->sent);
}


/*
 * The system was switched off before all of the file was on the disk.  What is
 * in it cannot be told apart from what is missing.
 */

static ngx_int_t
ngx_print_memory_open_anew(ngx_print_memory_open_t *o)
{
    u_char  bad[NGX_MAX_PATH];

    if (ngx_print_file_set_aside((char *) o->path->data, bad)
        != NGX_OK)
    {
        return ngx_print_memory_open_refuse(o, "was not closed before the "
                                            "system was started anew, and "
                                            "cannot be renamed", ngx_errno);
    }

    ngx_log_error(NGX_LOG_WARN, o->zone->shm.log, 0,
                  "print hub: zone \"%V\" is new: %uD jobs, %uD clients of the "
                  "old one are lost (file \"%V\" was not closed before the "
                  "system was started anew, so it may not be complete; it is "
                  "kept as \"%s\")", &o->zone->shm.name, o->jobs, o->clients,
                  o->path, bad);

    (void) close(o->file.fd);

    return ngx_print_memory_open_path(o);
}


ngx_int_t
ngx_print_memory_open_unnamed(ngx_print_memory_open_t *o)
{
    if (ngx_print_file_memory(&o->file, o->room) != NGX_OK) {
        ngx_log_error(NGX_LOG_NOTICE, o->zone->shm.log, o->file.err,
                      "print hub: zone \"%V\": a new binary cannot inherit the "
                      "memory", &o->zone->shm.name);

        return ngx_print_memory_open_create(o, NGX_PRINT_MEMORY_SHARED);
    }

    return ngx_print_memory_open_create(o, NGX_PRINT_MEMORY_MEMFD);
}


/* "nginx -t" only says what a start would find. */

ngx_int_t
ngx_print_memory_open_none(ngx_print_memory_open_t *o)
{
    off_t                    size;
    ngx_int_t                rc;
    u_char                   text[NGX_MAX_ERROR_STR];
    ngx_print_memory_head_t  head;

    size = NGX_ERROR;

    if (o->path->len) {
        size = ngx_print_file_peek((char *) o->path->data, &head,
                                   sizeof(head));
    }

    if (size != NGX_ERROR) {

        rc = ngx_print_memory_head_found(&head);

        if (rc == -1) {
            ngx_sprintf(text, "is damaged, or no zone of print hub%Z");

        } else if (rc == 1) {
            rc = ngx_print_memory_head_check(&head, size, o->zone, text);
        }

        if (rc == NGX_AGAIN) {
            ngx_print_memory_open_foresee(o, text);
        }

        if (rc != NGX_OK) {
            ngx_log_error(NGX_LOG_WARN, o->zone->shm.log, 0,
                          "print hub: zone \"%V\": file \"%V\" %s",
                          &o->zone->shm.name, o->path, text);
        }
    }

    return ngx_print_memory_open_create(o, NGX_PRINT_MEMORY_SHARED);
}


/*
 * Writes to text what a start would do with a file that is to be imported; an
 * nginx may have it in use, so it may only seem to be damaged.
 */

static void
ngx_print_memory_open_foresee(ngx_print_memory_open_t *o, u_char *text)
{
    u_char                     *p, *last;
    ngx_print_file_t            file;
    ngx_print_memory_import_t   im;

    ngx_memzero(&im, sizeof(ngx_print_memory_import_t));

    im.zone = o->zone;
    im.room = o->room;

    if (ngx_print_file_view(&file, (char *) o->path->data) != NGX_OK) {
        return;
    }

    if (ngx_print_memory_import_open(&im, &file, 1) == NGX_OK) {

        last = text + NGX_MAX_ERROR_STR;

        if (ngx_print_memory_import_fits(&im) == NGX_OK) {
            p = ngx_slprintf(text, last, "is a zone of ");
            p = ngx_print_memory_size(p, last, im.head.zone);
            p = ngx_slprintf(p, last, ", a start would import it into ");
            p = ngx_print_memory_size(p, last, o->zone->shm.size);
            (void) ngx_slprintf(p, last, "%Z");

        } else {
            (void) ngx_cpystrn(text, im.why, NGX_MAX_ERROR_STR);
        }
    }

    ngx_print_memory_import_close(&im);

    (void) close(file.fd);
}


/* Creates the store, in a file whose bytes all are zero, or without one. */

static ngx_int_t
ngx_print_memory_open_create(ngx_print_memory_open_t *o,
    ngx_print_store_memory_e kind)
{
    u_char                     *store;
    ngx_print_store_secrets_t   secrets;

    if (ngx_print_random((u_char *) &secrets, sizeof(secrets),
                         o->zone->shm.log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    o->size = o->room;

    if (kind != NGX_PRINT_MEMORY_SHARED
        && ngx_print_memory_open_map(o) != NGX_OK)
    {
        return NGX_ERROR;
    }

    store = o->base + ngx_pagesize;

    ngx_print_store_create(store, o->room - ngx_pagesize, &secrets);

    ngx_print_reopen_memory(store, kind);
    ngx_print_reopen_lost(store, o->jobs, o->clients);

    if (kind == NGX_PRINT_MEMORY_SHARED) {
        o->store = store;
        return NGX_OK;
    }

    return ngx_print_memory_open_own(o);
}


static ngx_int_t
ngx_print_memory_open_map(ngx_print_memory_open_t *o)
{
    if (mmap(o->base, o->size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED,
             o->file.fd, 0)
        == MAP_FAILED)
    {
        return ngx_print_memory_open_refuse(o, "cannot be mapped", ngx_errno);
    }

    return NGX_OK;
}


/* This nginx is the first one that uses the file. */

static ngx_int_t
ngx_print_memory_open_own(ngx_print_memory_open_t *o)
{
    ngx_uint_t         named;
    ngx_print_file_t  *file;

    named = (o->path->len != 0);
    file = o->import ? &o->import->file : &o->file;

    ngx_print_memory_head_write((ngx_print_memory_head_t *) o->base, file,
                                named, o->zone, ngx_print_memory_held_wake());

    if (named && msync(o->base, ngx_pagesize, MS_SYNC) == -1) {
        return ngx_print_memory_open_refuse(o, "cannot be written", ngx_errno);
    }

    if (o->import) {

        if (ngx_print_memory_import_replace(o->import) != NGX_OK) {
            return ngx_print_memory_open_refuse(o, (char *) o->import->why,
                                                o->import->err);
        }

        (void) close(o->file.fd);

        o->file = *file;
        o->file.created = 0;
        file->fd = -1;
    }

    return ngx_print_memory_open_set(o);
}


/* The file is that of the zone from now on. */

static ngx_int_t
ngx_print_memory_open_set(ngx_print_memory_open_t *o)
{
    o->held = ngx_print_memory_held_add(&o->file,
                                        (ngx_print_memory_head_t *) o->base,
                                        o->zone->shm.log);
    if (o->held == NULL) {
        return ngx_print_memory_open_refuse(o, "cannot be kept open", 0);
    }

    o->store = o->base + ngx_pagesize;

    return NGX_OK;
}


static ngx_int_t
ngx_print_memory_open_refuse(ngx_print_memory_open_t *o, const char *why,
    ngx_err_t err)
{
    ngx_log_error(NGX_LOG_EMERG, o->zone->shm.log, err,
                  "print hub: zone \"%V\": file \"%V\" %s",
                  &o->zone->shm.name, o->path, why);

    if (o->import) {
        ngx_print_memory_import_abandon(o->import);
    }

    if (o->file.fd != -1) {

        if (o->file.created) {
            (void) unlink((char *) o->path->data);
        }

        (void) close(o->file.fd);
    }

    return NGX_ERROR;
}
