
/*
 * Copyright (C) the print hub contributors
 */


#include <sys/mman.h>

#include "unit.h"


#define UNIT_GUARD_SIZE  (1024 * 1024)


static char        unit_subject[256];
static ngx_uint_t  unit_passed;
static ngx_uint_t  unit_failed;


void
unit_result(ngx_uint_t ok, const char *file, int line, const char *text)
{
    if (ok) {
        unit_passed++;
        return;
    }

    unit_failed++;

    if (unit_failed <= 50) {
        printf("not ok %s:%d: %s (%s)\n", file, line, text, unit_subject);
    }
}


void
unit_about(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(unit_subject, sizeof(unit_subject), fmt, args);
    va_end(args);
}


ngx_uint_t
unit_has_failed(void)
{
    return unit_failed != 0;
}


int
unit_end(void)
{
    printf("%lu passed, %lu failed\n", (unsigned long) unit_passed,
           (unsigned long) unit_failed);

    return unit_failed ? 1 : 0;
}


u_char *
unit_guard(const void *src, size_t len)
{
    long           page;
    u_char        *p;

    static u_char  *end;

    if (end == NULL) {
        page = sysconf(_SC_PAGESIZE);

        p = mmap(NULL, UNIT_GUARD_SIZE + page, PROT_READ|PROT_WRITE,
                 MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED
            || mprotect(p + UNIT_GUARD_SIZE, page, PROT_NONE) == -1)
        {
            perror("mmap");
            exit(2);
        }

        end = p + UNIT_GUARD_SIZE;
    }

    if (len > UNIT_GUARD_SIZE) {
        printf("unit_guard(%lu) is too long\n", (unsigned long) len);
        exit(2);
    }

    return len ? memcpy(end - len, src, len) : end;
}
