
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_file.h"

#include <sys/file.h>
#include <sys/mman.h>

#if (NGX_LINUX)
#include <sys/vfs.h>
#endif


#define NGX_PRINT_FILE_BAD  100      /* names that are tried */


static ngx_int_t ngx_print_file_check(ngx_print_file_t *file);
static ngx_int_t ngx_print_file_fail(ngx_print_file_t *file, const char *why,
    ngx_err_t err);


ngx_int_t
ngx_print_file_open(ngx_print_file_t *file, const char *path)
{
    int  flags;

    /* O_NONBLOCK: it may be a FIFO */

    flags = O_RDWR|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY|O_CLOEXEC;

    file->created = 0;
    file->fd = open(path, flags);

    if (file->fd == -1 && ngx_errno == NGX_ENOENT) {

        file->fd = open(path, flags|O_CREAT|O_EXCL, 0600);

        if (file->fd == -1) {
            return ngx_print_file_fail(file, "cannot be created", ngx_errno);
        }

        file->created = 1;
    }

    if (file->fd == -1) {

        if (ngx_errno == ELOOP) {
            return ngx_print_file_fail(file,
                                       "is not ours: it is a symbolic link",
                                       0);
        }

        return ngx_print_file_fail(file, "cannot be opened", ngx_errno);
    }

    if (ngx_print_file_check(file) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the lock belongs to the descriptor, so that daemon() and USR2 keep it */

    if (flock(file->fd, LOCK_EX|LOCK_NB) == -1) {

        if (ngx_errno == NGX_EAGAIN) {
            return ngx_print_file_fail(file, "is in use by another nginx, or "
                                       "by workers that have not exited yet",
                                       0);
        }

        return ngx_print_file_fail(file, "cannot be locked", ngx_errno);
    }

    /* whoever had the lock until now may have put another file there */

    if (ngx_print_file_moved(file, path)) {
        return ngx_print_file_fail(file, "is being replaced by another nginx",
                                   0);
    }

    if (fcntl(file->fd, F_SETFD, 0) == -1) {
        return ngx_print_file_fail(file, "cannot be inherited", ngx_errno);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_file_check(ngx_print_file_t *file)
{
    struct stat  st;

    if (fstat(file->fd, &st) == -1) {
        return ngx_print_file_fail(file, "cannot be opened", ngx_errno);
    }

    if (!S_ISREG(st.st_mode)) {
        return ngx_print_file_fail(file,
                                   "is not ours: it is no regular file", 0);
    }

    if (st.st_uid != geteuid()) {
        return ngx_print_file_fail(file,
                                   "is not ours: another user owns it", 0);
    }

    if (st.st_mode & 077) {
        return ngx_print_file_fail(file, "is not ours: its mode lets others "
                                   "open it, it must be 0600", 0);
    }

    if (st.st_nlink != 1) {
        return ngx_print_file_fail(file,
                                   "is not ours: it has several names", 0);
    }

    file->dev = st.st_dev;
    file->ino = st.st_ino;
    file->size = st.st_size;

    return NGX_OK;
}


static ngx_int_t
ngx_print_file_fail(ngx_print_file_t *file, const char *why, ngx_err_t err)
{
    if (file->fd != -1) {
        (void) close(file->fd);
        file->fd = -1;
    }

    file->why = why;
    file->err = err;

    return NGX_ERROR;
}


ngx_int_t
ngx_print_file_reserve(ngx_print_file_t *file, off_t size)
{
    int  err;

    /* what a process left that died in here is not all zero */

    if (ftruncate(file->fd, 0) == -1) {
        file->why = "cannot be emptied";
        file->err = ngx_errno;
        return NGX_ERROR;
    }

    /* without room, a process would be killed by SIGBUS when it writes */

#if (NGX_DARWIN)
    err = (ftruncate(file->fd, size) == -1) ? ngx_errno : 0;
#else
    err = posix_fallocate(file->fd, 0, size);
#endif

    if (err) {

        /* if this fails, the next start empties the file before it uses it */

        if (ftruncate(file->fd, 0) == -1) {
            /* void */
        }

        file->why = "has no room";
        file->err = err;
        return NGX_ERROR;
    }

    file->size = size;

    return NGX_OK;
}


ngx_int_t
ngx_print_file_memory(ngx_print_file_t *file, off_t size)
{
#if (NGX_LINUX && defined MFD_ALLOW_SEALING && defined F_ADD_SEALS)

    file->fd = memfd_create("print_hub_zone", MFD_ALLOW_SEALING);

    if (file->fd == -1) {
        file->err = ngx_errno;
        return NGX_DECLINED;
    }

    /* its mode is 0777 otherwise */

    if (fchmod(file->fd, S_IRUSR|S_IWUSR) == -1
        || ftruncate(file->fd, size) == -1
        || fcntl(file->fd, F_ADD_SEALS,
                 F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_SEAL) == -1
        || ngx_print_file_inherit(file, file->fd) != NGX_OK)
    {
        (void) ngx_print_file_fail(file, "", ngx_errno);
        return NGX_DECLINED;
    }

    return NGX_OK;

#else

    file->err = 0;

    return NGX_DECLINED;

#endif
}


ngx_int_t
ngx_print_file_inherit(ngx_print_file_t *file, int fd)
{
    struct stat  st;

    if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
        return NGX_DECLINED;
    }

    file->fd = fd;
    file->dev = st.st_dev;
    file->ino = st.st_ino;
    file->size = st.st_size;
    file->created = 0;

    return NGX_OK;
}


off_t
ngx_print_file_peek(const char *path, void *buf, size_t len)
{
    off_t             size;
    ngx_print_file_t  file;

    if (ngx_print_file_view(&file, path) != NGX_OK) {
        return NGX_ERROR;
    }

    size = (pread(file.fd, buf, len, 0) == (ssize_t) len) ? file.size
                                                          : NGX_ERROR;

    (void) close(file.fd);

    return size;
}


ngx_int_t
ngx_print_file_view(ngx_print_file_t *file, const char *path)
{
    int  fd;

    fd = open(path, O_RDONLY|O_NOFOLLOW|O_NONBLOCK|O_NOCTTY|O_CLOEXEC);

    if (fd == -1) {
        return NGX_ERROR;
    }

    /* what others can write is not even read */

    file->fd = fd;

    return ngx_print_file_check(file);
}


const char *
ngx_print_file_moved(ngx_print_file_t *file, const char *path)
{
    struct stat  st;

    if (lstat(path, &st) == 0) {
        return (st.st_dev == file->dev && st.st_ino == file->ino)
               ? NULL : "was replaced by another one";
    }

    if (ngx_errno == NGX_ENOENT
        || (fstat(file->fd, &st) == 0 && st.st_nlink == 0))
    {
        return "was deleted";
    }

    return NULL;
}


ngx_int_t
ngx_print_file_set_aside(const char *path, u_char *bad)
{
    u_char      *last;
    ngx_uint_t   i;

    last = bad + NGX_MAX_PATH - 1;

    for (i = 0; i < NGX_PRINT_FILE_BAD; i++) {

        if (i == 0) {
            *ngx_slprintf(bad, last, "%s.bad", path) = '\0';

        } else {
            *ngx_slprintf(bad, last, "%s.%ui.bad", path, i) = '\0';
        }

        /* unlike rename(), link() does not replace a file */

        if (link(path, (char *) bad) == 0) {
            return unlink(path) == 0 ? NGX_OK : NGX_ERROR;
        }

        if (ngx_errno != NGX_EEXIST) {
            break;
        }
    }

    return NGX_ERROR;
}


ngx_int_t
ngx_print_file_replace(ngx_print_file_t *file, const char *from,
    const char *path)
{
    int     fd;
    u_char  folder[NGX_MAX_PATH], *p;

    if (fsync(file->fd) == -1) {
        file->why = "cannot be written";
        file->err = ngx_errno;
        return NGX_ERROR;
    }

    if (rename(from, path) == -1) {
        file->why = "cannot be renamed";
        file->err = ngx_errno;
        return NGX_ERROR;
    }

    /* the name, too; some file systems cannot do that */

    p = ngx_cpystrn(folder, (u_char *) path, NGX_MAX_PATH);

    while (p > folder && *p != '/') {
        p--;
    }

    p[p == folder] = '\0';

    fd = open((char *) folder, O_RDONLY|O_DIRECTORY|O_CLOEXEC);

    if (fd != -1) {
        (void) fsync(fd);
        (void) close(fd);
    }

    return NGX_OK;
}


const char *
ngx_print_file_network(ngx_print_file_t *file)
{
#if (NGX_LINUX)

    ngx_uint_t     i;
    struct statfs  fs;

    static struct {
        uint32_t     magic;
        const char  *name;
    } systems[] = {
        { 0x6969, "nfs" },
        { 0xff534d42, "cifs" },
        { 0xfe534d42, "smb2" },
        { 0x517b, "smb" },
        { 0x65735546, "fuse" },
        { 0x00c36400, "ceph" },
        { 0x01021997, "9p" },
        { 0x0bd00bd0, "lustre" },
        { 0x5346414f, "afs" },
        { 0x01161970, "gfs2" },
        { 0x7461636f, "ocfs2" },
        { 0, NULL }
    };

    if (fstatfs(file->fd, &fs) == -1) {
        return NULL;
    }

    for (i = 0; systems[i].name; i++) {
        if ((uint32_t) fs.f_type == systems[i].magic) {
            return systems[i].name;
        }
    }

#endif

    return NULL;
}


void
ngx_print_file_boot(u_char *boot)
{
    int      fd;
    ssize_t  n;

    ngx_memzero(boot, NGX_PRINT_FILE_BOOT);

    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY|O_CLOEXEC);

    if (fd == -1) {
        return;
    }

    n = read(fd, boot, NGX_PRINT_FILE_BOOT - 1);

    if (n != NGX_PRINT_FILE_BOOT - 1) {
        ngx_memzero(boot, NGX_PRINT_FILE_BOOT);
    }

    (void) close(fd);
}


void
ngx_print_file_keep(ngx_print_file_t *file)
{
    (void) fcntl(file->fd, F_SETFD, FD_CLOEXEC);
}
