
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A file that is mapped as memory: one without a name, or one at a path, which
 * outlives nginx.  A program that this process executes inherits its
 * descriptor.
 */


#ifndef _NGX_PRINT_FILE_H_INCLUDED_
#define _NGX_PRINT_FILE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_FILE_BOOT  37      /* bytes of a boot id, with its NUL */


typedef struct {
    int          fd;
    dev_t        dev;
    ino_t        ino;
    off_t        size;
    unsigned     created:1;         /* by ngx_print_file_open() */

    /* of a failure */
    const char  *why;               /* what is wrong with the file */
    ngx_err_t    err;               /* of the system, or 0 */
} ngx_print_file_t;


/*
 * Opens the file at path, or creates it, and locks it until the last process
 * that has inherited it has exited.  It must be a regular file of the effective
 * user, with one name, that nobody else may open.
 *
 * NGX_OK     file is set
 * NGX_ERROR  file->why and file->err say why; nothing is open or was changed
 */
ngx_int_t ngx_print_file_open(ngx_print_file_t *file, const char *path);

/*
 * Makes an empty file of size bytes, which all are zero, and which the file
 * system has room for.  NGX_OK, or NGX_ERROR with file->why and file->err.
 */
ngx_int_t ngx_print_file_reserve(ngx_print_file_t *file, off_t size);

/*
 * Opens a file without a name of size bytes, which are zero, and which nobody
 * can change.
 *
 * NGX_OK        file is set
 * NGX_DECLINED  the system has no such files; file->err says why
 */
ngx_int_t ngx_print_file_memory(ngx_print_file_t *file, off_t size);

/*
 * Sets file for a descriptor that is open.  NGX_OK, or NGX_DECLINED if it is no
 * regular file.
 */
ngx_int_t ngx_print_file_inherit(ngx_print_file_t *file, int fd);

/*
 * Looks at a file at path without any change, and reads its first len bytes.
 * Returns its size, or NGX_ERROR if it cannot be read.
 */
off_t ngx_print_file_peek(const char *path, void *buf, size_t len);

/* Opens a file at path for reading. NGX_OK, or NGX_ERROR. */
ngx_int_t ngx_print_file_view(ngx_print_file_t *file, const char *path);

/*
 * Returns what is wrong with the path of an open file: nothing (NULL), or that
 * the file was deleted or replaced.  A path that this process may not search is
 * not wrong.
 */
const char *ngx_print_file_moved(ngx_print_file_t *file, const char *path);

/*
 * Renames the file at path to a new name of its folder, which ends in ".bad",
 * and writes that name to bad (NGX_MAX_PATH bytes).  No file is replaced.
 * NGX_OK, or NGX_ERROR with ngx_errno.
 */
ngx_int_t ngx_print_file_set_aside(const char *path, u_char *bad);

/*
 * Lets an open file, whose path is from, take the place of the one at path, an
 * absolute path: at any time there is one of them, and all of it, even if the
 * system is switched off. NGX_OK, or NGX_ERROR with file->why and file->err;
 * then nothing was changed.
 */
ngx_int_t ngx_print_file_replace(ngx_print_file_t *file, const char *from,
    const char *path);

/* Returns the name of a network file system that has the file, or NULL. */
const char *ngx_print_file_network(ngx_print_file_t *file);

/*
 * Writes the id of this boot of the system, which ends with NUL.  It is empty
 * if the system does not tell it.
 */
void ngx_print_file_boot(u_char *boot);

/* Called in a worker: programs that it executes do not inherit the file. */
void ngx_print_file_keep(ngx_print_file_t *file);


#endif /* _NGX_PRINT_FILE_H_INCLUDED_ */
