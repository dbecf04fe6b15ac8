
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_reopen.h"
#include "ngx_print_import.h"
#include "ngx_print_memory_head.h"


#define NGX_PRINT_MEMORY_DESCRIPTORS  65536      /* that are looked at */


void
ngx_print_memory_head_write(ngx_print_memory_head_t *head,
    ngx_print_file_t *file, ngx_uint_t named, ngx_shm_zone_t *shm_zone,
    ngx_print_wake_t *wake)
{
    head->version = NGX_PRINT_MEMORY_VERSION;
    head->layout = ngx_print_reopen_layout();
    head->size = file->size;
    head->zone = shm_zone->shm.size;

    ngx_print_file_boot(head->boot);

    head->named = named;
    head->name_len = shm_zone->shm.name.len;
    ngx_memcpy(head->name, shm_zone->shm.name.data, shm_zone->shm.name.len);

    /* a worker looks at once, and a start sees that the zone was in use */
    head->looked = ngx_time() - NGX_PRINT_MEMORY_LOOK;

    head->fd = file->fd;
    head->hand[0] = -1;
    head->hand[1] = -1;

    if (ngx_print_wake_export(wake, &head->wake) != NGX_OK) {
        /* a new nginx refuses it then */
        head->fd = -1;
    }

    __atomic_store_n(&head->magic, NGX_PRINT_MEMORY_MAGIC, __ATOMIC_RELEASE);
}


ngx_int_t
ngx_print_memory_head_found(ngx_print_memory_head_t *head)
{
    if (head->magic == NGX_PRINT_MEMORY_MAGIC) {
        return 1;
    }

    /* whoever laid it out was killed before the last store */

    return (head->magic == 0 && head->used == 0) ? 0 : -1;
}


ngx_int_t
ngx_print_memory_head_check(ngx_print_memory_head_t *head, off_t size,
    ngx_shm_zone_t *shm_zone, u_char *text)
{
    u_char     *p, *last;
    uint32_t    layout;
    ngx_int_t   rc;
    ngx_str_t  *name;

    last = text + NGX_MAX_ERROR_STR - 1;
    p = text;
    rc = NGX_DECLINED;

    name = &shm_zone->shm.name;
    layout = ngx_print_reopen_layout();

    if (head->version != NGX_PRINT_MEMORY_VERSION) {
        p = ngx_slprintf(p, last, "has a head of version %uD, this module "
                         "knows %d", head->version, NGX_PRINT_MEMORY_VERSION);

    } else if (!ngx_print_import_knows(head->layout)) {
        p = ngx_slprintf(p, last, "has layout %uD, this module knows %uD",
                         head->layout, layout);

    } else if (head->name_len != name->len
               || ngx_memcmp(head->name, name->data, name->len) != 0)
    {
        p = ngx_slprintf(p, last, "is that of zone \"%*s\"",
                         (size_t) head->name_len, head->name);

    } else if ((off_t) head->size != size) {
        p = ngx_slprintf(p, last, "is damaged: it has %O bytes, and not %uL",
                         size, head->size);

    } else if (head->layout != layout) {
        p = ngx_slprintf(p, last, "has layout %uD, this module writes %uD",
                         head->layout, layout);
        rc = NGX_AGAIN;

    } else if (head->zone != shm_zone->shm.size) {
        p = ngx_slprintf(p, last, "is a zone of ");
        p = ngx_print_memory_size(p, last, head->zone);
        p = ngx_slprintf(p, last, ", the configuration says ");
        p = ngx_print_memory_size(p, last, shm_zone->shm.size);
        rc = NGX_AGAIN;
    }

    *p = '\0';

    return p == text ? NGX_OK : rc;
}


u_char *
ngx_print_memory_size(u_char *p, u_char *last, uint64_t size)
{
    size /= 1024;

    return size % 1024 ? ngx_slprintf(p, last, "%uLk", size)
                       : ngx_slprintf(p, last, "%uLm", size / 1024);
}


/*
 * The number of the descriptor in the head proves that it was inherited, and
 * not opened by something else.
 */

ngx_print_memory_found_t *
ngx_print_memory_head_search(ngx_log_t *log)
{
    int                        fd, last;
    ngx_print_file_t           file;
    ngx_print_memory_head_t    head;
    ngx_print_memory_found_t  *found, *list;

    list = NULL;
    last = NGX_PRINT_MEMORY_DESCRIPTORS;

    if (sysconf(_SC_OPEN_MAX) > 0) {
        last = ngx_min(last, sysconf(_SC_OPEN_MAX));
    }

    for (fd = STDERR_FILENO + 1; fd < last; fd++) {

        if (ngx_print_file_inherit(&file, fd) != NGX_OK
            || pread(fd, &head, sizeof(head), 0) != (ssize_t) sizeof(head)
            || ngx_print_memory_head_found(&head) != 1
            || head.fd != fd)
        {
            continue;
        }

        found = ngx_alloc(sizeof(ngx_print_memory_found_t), log);
        if (found == NULL) {
            break;
        }

        found->file = file;
        found->head = head;
        found->next = list;

        list = found;
    }

    return list;
}
