
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A library for LD_PRELOAD that kills its process at a system call: at the
 * DIE_AT-th one of those below, counted from the first that is about a file
 * whose name ends in ".new".  The call itself is not made.  A process that
 * forks is past that.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>


#define next(name)  ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))


static int  calls;
static int  over;


static void
call(const char *path)
{
    char    *at;
    size_t   len;

    if (calls == 0) {
        len = path ? strlen(path) : 0;

        if (len < 4 || strcmp(path + len - 4, ".new") != 0) {
            return;
        }
    }

    at = getenv("DIE_AT");

    if (at && !over && ++calls == atoi(at)) {
        (void) kill(getpid(), SIGKILL);
        (void) pause();
    }
}


pid_t
fork(void)
{
    over = 1;

    return next(fork)();
}


int
open(const char *path, int flags, ...)
{
    int      mode;
    va_list  args;

    va_start(args, flags);
    mode = va_arg(args, int);
    va_end(args);

    call(path);

    return next(open)(path, flags, mode);
}


int
open64(const char *path, int flags, ...)
{
    int      mode;
    va_list  args;

    va_start(args, flags);
    mode = va_arg(args, int);
    va_end(args);

    call(path);

    return next(open64)(path, flags, mode);
}


int
flock(int fd, int operation)
{
    call(NULL);

    return next(flock)(fd, operation);
}


int
ftruncate(int fd, off_t size)
{
    call(NULL);

    return next(ftruncate)(fd, size);
}


int
ftruncate64(int fd, off64_t size)
{
    call(NULL);

    return next(ftruncate64)(fd, size);
}


int
posix_fallocate(int fd, off_t offset, off_t len)
{
    call(NULL);

    return next(posix_fallocate)(fd, offset, len);
}


int
posix_fallocate64(int fd, off64_t offset, off64_t len)
{
    call(NULL);

    return next(posix_fallocate64)(fd, offset, len);
}


void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
    call(NULL);

    return next(mmap)(addr, len, prot, flags, fd, offset);
}


void *
mmap64(void *addr, size_t len, int prot, int flags, int fd, off64_t offset)
{
    call(NULL);

    return next(mmap64)(addr, len, prot, flags, fd, offset);
}


int
munmap(void *addr, size_t len)
{
    call(NULL);

    return next(munmap)(addr, len);
}


int
msync(void *addr, size_t len, int flags)
{
    call(NULL);

    return next(msync)(addr, len, flags);
}


int
fsync(int fd)
{
    call(NULL);

    return next(fsync)(fd);
}


int
rename(const char *from, const char *to)
{
    call(from);

    return next(rename)(from, to);
}


int
close(int fd)
{
    call(NULL);

    return next(close)(fd);
}
