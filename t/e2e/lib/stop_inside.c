
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Stops or kills a process inside a function of the module, at a chosen
 * instruction.  inside.js runs it.
 *
 *   stop_inside PID MODULE FUNCTION CALL STEPS stop|kill
 *
 * It attaches to the process, and writes "waiting" then.  The process runs on
 * until it calls FUNCTION for the CALL-th time from now (1 is the next call),
 * and executes STEPS instructions of that call, of what it calls, and of what
 * comes behind it.  There it is killed; or it is left stopped as by SIGSTOP,
 * so that SIGCONT lets it continue.  SIGTERM makes the tool leave the process
 * as it was.
 *
 * MODULE is the .so file, as the process has loaded it.  FUNCTION must be in
 * its table of symbols; the compiler may have inlined a static one.
 *
 * exit code: 0 done, 1 a mistake, 2 this system forbids it, 3 the process has
 * ended before, 4 SIGTERM
 */


#define _GNU_SOURCE

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>


#define DONE       0
#define MISTAKE    1
#define FORBIDDEN  2
#define ENDED      3
#define CANCELED   4


#if (__x86_64__)

#define BREAKPOINT         0xcc
#define BREAKPOINT_MASK    0xff
#define BREAKPOINT_LENGTH  1

typedef struct user_regs_struct  regs_t;

#define PC(regs)  (regs)->rip

#elif (__aarch64__)

#define BREAKPOINT         0xd4200000
#define BREAKPOINT_MASK    0xffffffff
#define BREAKPOINT_LENGTH  0             /* the counter stays at it */

typedef struct user_regs_struct  regs_t;

#define PC(regs)  (regs)->pc

#else

#define NO_BREAKPOINT  1

#endif


static void fail(int code, const char *format, ...);
#ifndef NO_BREAKPOINT
static void cancel(int signo);
static int attach(void);
static void run_to(uintptr_t address);
static int next_stop(void);
static int interrupted(void);
static void resume(int request, int signo);
static void plant(uintptr_t address);
static void unplant(uintptr_t address);
static void step(void);
static uintptr_t address_of(const char *module, const char *function);
static uintptr_t symbol(const char *module, const char *function);
static uintptr_t base_of(const char *module);


static pid_t                  pid;
static long                   word;      /* what the breakpoint covers */
static volatile sig_atomic_t  canceled;
#endif


static void
fail(int code, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    (void) vfprintf(stderr, format, args);
    va_end(args);

    (void) fputc('\n', stderr);

    exit(code);
}


#ifdef NO_BREAKPOINT

int
main(void)
{
    fail(FORBIDDEN, "there is no breakpoint for this kind of processor");

    return 0;
}

#else

int
main(int argc, char **argv)
{
    int               kills, request;
    unsigned long     calls, steps;
    uintptr_t         address;
    struct sigaction  sa;

    if (argc != 7) {
        fail(MISTAKE, "usage: stop_inside PID MODULE FUNCTION CALL STEPS "
                      "stop|kill");
    }

    pid = (pid_t) strtol(argv[1], NULL, 10);
    calls = strtoul(argv[4], NULL, 10);
    steps = strtoul(argv[5], NULL, 10);
    kills = (strcmp(argv[6], "kill") == 0);

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = cancel;
    (void) sigaction(SIGTERM, &sa, NULL);

    /* a mistake would end the process after attach() */

    address = address_of(argv[2], argv[3]);

    request = attach();

    plant(address);
    resume(request, 0);

    (void) puts("waiting");
    (void) fflush(stdout);

    run_to(address);

    while (--calls) {
        step();

        if (canceled) {
            /* the step may have ended by the interrupt, which is gone then */
            (void) ptrace(PTRACE_DETACH, pid, NULL, NULL);
            return CANCELED;
        }

        plant(address);
        resume(PTRACE_CONT, 0);
        run_to(address);
    }

    while (steps--) {
        step();
    }

    if (kills) {
        (void) kill(pid, SIGKILL);

        /* its parent learns of the death after its tracer */

        (void) next_stop();
    }

    (void) ptrace(PTRACE_DETACH, pid, NULL, SIGSTOP);

    return DONE;
}


static void
cancel(int signo)
{
    canceled = 1;

    (void) ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
}


/* Returns the request that lets the process go on as it was: see next_stop() */

static int
attach(void)
{
    int    status, err;
    char   scope[16];
    FILE  *f;

    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL) == -1) {
        err = errno;

        if (err == ESRCH) {
            fail(ENDED, "there is no process %d", (int) pid);
        }

        scope[0] = '\0';
        f = fopen("/proc/sys/kernel/yama/ptrace_scope", "r");

        if (f == NULL || fgets(scope, sizeof(scope), f) == NULL) {
            (void) strcpy(scope, "absent");
        }

        scope[strcspn(scope, "\n")] = '\0';

        fail(FORBIDDEN, "ptrace is impossible here: %s, "
                        "kernel.yama.ptrace_scope is %s",
                        strerror(err), scope);
    }

    if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1
        || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
    {
        fail(ENDED, "process %d does not stop", (int) pid);
    }

    return WSTOPSIG(status) == SIGTRAP ? PTRACE_CONT : PTRACE_LISTEN;
}


/* waits until the process is at the breakpoint, and removes that */

static void
run_to(uintptr_t address)
{
    int           hit, signo;
    regs_t        regs;
    struct iovec  iov;

    for ( ;; ) {
        signo = next_stop();

        if (signo == 0) {
            fail(ENDED, "process %d has ended", (int) pid);
        }

        iov.iov_base = &regs;
        iov.iov_len = sizeof(regs);

        if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov) == -1) {
            fail(ENDED, "no registers: %s", strerror(errno));
        }

        hit = (signo == SIGTRAP && PC(&regs) == address + BREAKPOINT_LENGTH);

        if (hit && interrupted()) {
            /* the signal of the breakpoint is still to come */
            resume(PTRACE_CONT, 0);
            continue;
        }

        if (canceled) {
            unplant(address);

            if (hit) {
                PC(&regs) = address;
                (void) ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
            }

            (void) ptrace(PTRACE_DETACH, pid, NULL, NULL);
            exit(CANCELED);
        }

        if (hit) {
            break;
        }

        resume(PTRACE_CONT, signo == SIGTRAP ? 0 : signo);
    }

    unplant(address);

    PC(&regs) = address;

    if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov) == -1) {
        fail(MISTAKE, "no registers: %s", strerror(errno));
    }
}


/*
 * The signal that it has stopped with; 0: it has ended.  A stop that SIGSTOP
 * and the like have made lasts until SIGCONT.
 */

static int
next_stop(void)
{
    int  status;

    for ( ;; ) {

        if (waitpid(pid, &status, __WALL) != pid) {

            if (errno == EINTR) {
                continue;
            }

            fail(MISTAKE, "waitpid: %s", strerror(errno));
        }

        if (!WIFSTOPPED(status)) {
            return 0;
        }

        if (status >> 16 != PTRACE_EVENT_STOP
            || WSTOPSIG(status) == SIGTRAP
            || canceled)
        {
            return WSTOPSIG(status);
        }

        resume(PTRACE_LISTEN, 0);
    }
}


/* it has stopped because of PTRACE_INTERRUPT, and not because of a signal */

static int
interrupted(void)
{
    siginfo_t  info;

    return ptrace(PTRACE_GETSIGINFO, pid, NULL, &info) == 0
           && info.si_code >> 8 == PTRACE_EVENT_STOP;
}


static void
resume(int request, int signo)
{
    if (ptrace(request, pid, NULL, (void *) (intptr_t) signo) == -1) {
        fail(ENDED, "process %d does not continue: %s", (int) pid,
             strerror(errno));
    }
}


static void
plant(uintptr_t address)
{
    errno = 0;
    word = ptrace(PTRACE_PEEKTEXT, pid, (void *) address, NULL);

    if (errno
        || ptrace(PTRACE_POKETEXT, pid, (void *) address,
                  (void *) ((word & ~(unsigned long) BREAKPOINT_MASK)
                            | BREAKPOINT))
           == -1)
    {
        fail(MISTAKE, "no breakpoint: %s", strerror(errno));
    }
}


static void
unplant(uintptr_t address)
{
    if (ptrace(PTRACE_POKETEXT, pid, (void *) address, (void *) word) == -1) {
        fail(MISTAKE, "the breakpoint stays: %s", strerror(errno));
    }
}


/* one instruction; a signal that comes meanwhile is delivered */

static void
step(void)
{
    int  signo;

    for (signo = 0; signo != SIGTRAP; /* void */) {
        resume(PTRACE_SINGLESTEP, signo);

        signo = next_stop();

        if (signo == 0) {
            fail(ENDED, "process %d has ended", (int) pid);
        }
    }
}


static uintptr_t
address_of(const char *module, const char *function)
{
    return base_of(module) + symbol(module, function);
}


/* the function, or what the compiler has made of it: function.part.0 */

static uintptr_t
symbol(const char *module, const char *function)
{
    int           fd;
    size_t        i, n, len;
    const char   *name, *file, *names;
    struct stat   st;
    Elf64_Ehdr   *header;
    Elf64_Shdr   *section;
    Elf64_Sym    *sym;

    fd = open(module, O_RDONLY);

    if (fd == -1 || fstat(fd, &st) == -1) {
        fail(MISTAKE, "%s: %s", module, strerror(errno));
    }

    file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (file == MAP_FAILED || memcmp(file, ELFMAG, SELFMAG) != 0) {
        fail(MISTAKE, "%s is no ELF file", module);
    }

    header = (Elf64_Ehdr *) file;
    section = (Elf64_Shdr *) (file + header->e_shoff);
    len = strlen(function);

    for (i = 0; i < header->e_shnum; i++) {

        if (section[i].sh_type != SHT_SYMTAB) {
            continue;
        }

        sym = (Elf64_Sym *) (file + section[i].sh_offset);
        names = file + section[section[i].sh_link].sh_offset;

        for (n = section[i].sh_size / sizeof(Elf64_Sym); n; n--, sym++) {
            name = names + sym->st_name;

            if (ELF64_ST_TYPE(sym->st_info) == STT_FUNC
                && sym->st_value
                && strncmp(name, function, len) == 0
                && (name[len] == '\0' || name[len] == '.'))
            {
                return sym->st_value;
            }
        }
    }

    fail(MISTAKE, "%s has no function %s", module, function);

    return 0;
}


/* where the process has the start of the module */

static uintptr_t
base_of(const char *module)
{
    char           line[4096], path[4096];
    FILE          *f;
    unsigned long  start, offset;

    (void) snprintf(path, sizeof(path), "/proc/%d/maps", (int) pid);

    f = fopen(path, "r");

    if (f == NULL) {
        fail(errno == ENOENT ? ENDED : FORBIDDEN, "%s: %s", path,
             strerror(errno));
    }

    while (fgets(line, sizeof(line), f)) {

        if (sscanf(line, "%lx-%*x %*s %lx %*s %*s %4095s", &start, &offset,
                   path) == 3
            && offset == 0 && strcmp(path, module) == 0)
        {
            (void) fclose(f);
            return start;
        }
    }

    fail(MISTAKE, "process %d has not loaded %s", (int) pid, module);

    return 0;
}

#endif /* NO_BREAKPOINT */
