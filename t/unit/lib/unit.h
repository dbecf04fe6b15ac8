
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The unit tests' whole framework: a check counts, a failed one tells where
 * and goes on, the program ends with "N passed, N failed".
 */


#ifndef _NGX_PRINT_UNIT_H_INCLUDED_
#define _NGX_PRINT_UNIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define unit_check(cond)                                                      \
    unit_result((cond) ? 1 : 0, __FILE__, __LINE__, #cond)

#define unit_str(s)  { sizeof(s) - 1, (u_char *) s }


void unit_result(ngx_uint_t ok, const char *file, int line, const char *text);

/* what the next checks are about, shown with a failure */
void unit_about(const char *fmt, ...);

/* whether a check has failed, for a program that is to end with the first */
ngx_uint_t unit_has_failed(void);

/* prints the closing line; the exit code of main() */
int unit_end(void);

/*
 * Copies len bytes so that they end right before a page that may not be
 * touched; a read behind the end is a SIGSEGV.  len is at most 1M.  The next
 * call takes the same memory again.
 */
u_char *unit_guard(const void *src, size_t len);


#endif /* _NGX_PRINT_UNIT_H_INCLUDED_ */
