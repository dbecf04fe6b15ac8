
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a fuzz target is made of: it gets any bytes, and checks what a codec
 * makes of them with a second, slow and obvious implementation.
 */


#ifndef _NGX_PRINT_FUZZ_H_INCLUDED_
#define _NGX_PRINT_FUZZ_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define fuzz_check(cond)                                                      \
    fuzz_result((cond) ? 1 : 0, __FILE__, __LINE__, #cond)

#define fuzz_same(a, n, b, m)                                                 \
    ((size_t) (n) == (size_t) (m)                                             \
     && ((n) == 0 || memcmp((a), (b), (n)) == 0))


/* Each target provides this function, which is called with each input. */
void fuzz_target(u_char *p, size_t len);

/* Runs the target: called by libFuzzer, which named it, or by replay.c. */
int LLVMFuzzerTestOneInput(const u_char *p, size_t len);

/* Ends the process, and so reports the input, if ok is 0. */
void fuzz_result(ngx_uint_t ok, const char *file, int line, const char *text);

/* Takes the first byte off the input; 0 if nothing is left. */
ngx_uint_t fuzz_byte(u_char **p, size_t *len);

/*
 * Copies len bytes to memory of exactly this size, so that a sanitizer sees
 * the end of it.  It is freed after the input.
 */
u_char *fuzz_copy(const void *p, size_t len);

/* Returns memory of exactly this size, which is freed after the input. */
u_char *fuzz_room(size_t len);

/*
 * Tells what the codec has made of the input, to be compared with what a
 * program in another language makes of it: oracle.js.
 */
void fuzz_answer(const void *p, size_t len);

/*
 * Reads a character of UTF-8 as the decoder of the WHATWG Encoding standard
 * does.  Returns its bytes, and sets *c to the code point.  If [p, last) begins
 * with none, returns 0, and sets *c to the number of bytes that U+FFFD stands
 * for; it is *more if further bytes could make them a character.
 */
size_t fuzz_utf8(const u_char *p, const u_char *last, uint32_t *c,
    ngx_uint_t *more);

/* Returns 1 if all bytes are UTF-8. */
ngx_uint_t fuzz_is_utf8(const u_char *p, size_t len);

/* the file that fuzz_answer() writes to; NULL: it does nothing */
extern FILE  *fuzz_answers;


#endif /* _NGX_PRINT_FUZZ_H_INCLUDED_ */
