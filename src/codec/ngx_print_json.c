
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <math.h>
#include <setjmp.h>

#include <yajl/yajl_parse.h>

#include "ngx_print_json.h"


/* the digits of the greatest double, and of fractions behind the point */
#define NGX_PRINT_JSON_MAX_INTEGER  309
#define NGX_PRINT_JSON_MAX_DIGITS   (NGX_PRINT_JSON_MAX_INTEGER + 1074 + 1)

#define ngx_print_json_is_space(c)                                            \
    ((c) == ' ' || (c) == '\t' || (c) == CR || (c) == LF)


typedef struct {
    ngx_queue_t               queue;
    size_t                    size;
} ngx_print_json_block_t;


/*
 * level is the level of nesting. begin[] is where the open value of levels 0
 * and 1 begins; last is the end of what was read on these levels. Between last
 * and the next token of these levels there are only white space, "," and ":".
 * yajl counts offsets from chunk.
 */

typedef struct {
    jmp_buf                   no_memory;
    ngx_queue_t               blocks;

    yajl_handle               yajl;
    ngx_str_t                *src;
    u_char                   *chunk;
    u_char                   *last;
    u_char                   *begin[2];
    ngx_uint_t                level;

    ngx_str_t                 key;
    ngx_print_json_type_e     scalar;
    ngx_print_json_value_t   *value;
    ngx_print_json_value_t   *elts;
    ngx_uint_t                max;
    ngx_uint_t                n;
} ngx_print_json_reader_t;


static ngx_int_t ngx_print_json_parse(ngx_print_json_reader_t *reader);
static void *ngx_print_json_malloc(void *ctx, size_t size);
static void *ngx_print_json_realloc(void *ctx, void *p, size_t size);
static void ngx_print_json_free(void *ctx, void *p);
static int ngx_print_json_null(void *ctx);
static int ngx_print_json_boolean(void *ctx, int value);
static int ngx_print_json_digits(void *ctx, const char *p, size_t len);
static int ngx_print_json_text(void *ctx, const u_char *p, size_t len);
static int ngx_print_json_open(void *ctx);
static int ngx_print_json_key(void *ctx, const u_char *p, size_t len);
static int ngx_print_json_close(void *ctx);
static int ngx_print_json_scalar(ngx_print_json_reader_t *reader,
    ngx_print_json_type_e type);
static u_char *ngx_print_json_token(ngx_print_json_reader_t *reader);
static ngx_uint_t ngx_print_json_equal(ngx_str_t *raw, ngx_str_t *name);
static ngx_int_t ngx_print_json_shortest(double value, u_char *digits,
    ngx_int_t *point);
static u_char *ngx_print_json_expand(double value, u_char *buf, u_char **end,
    ngx_int_t *point);
static u_char *ngx_print_json_integer(u_char *dst, int64_t value);


static const yajl_callbacks  ngx_print_json_callbacks = {
    ngx_print_json_null,
    ngx_print_json_boolean,
    NULL,
    NULL,
    ngx_print_json_digits,
    ngx_print_json_text,
    ngx_print_json_open,
    ngx_print_json_key,
    ngx_print_json_close,
    ngx_print_json_open,
    ngx_print_json_close
};


ngx_int_t
ngx_print_json_read(ngx_str_t *src, ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t max, ngx_uint_t *n)
{
    ngx_int_t                rc;
    ngx_print_json_reader_t  reader;

    ngx_memzero(&reader, sizeof(ngx_print_json_reader_t));
    ngx_queue_init(&reader.blocks);

    reader.src = src;
    reader.chunk = src->data;
    reader.last = src->data;
    reader.value = value;
    reader.elts = elts;
    reader.max = max;

    rc = ngx_print_json_parse(&reader);

    /*
     * This frees all memory of yajl, its handle included, wherever it stopped.
     */

    while (!ngx_queue_empty(&reader.blocks)) {
        ngx_print_json_free(&reader,
                            ngx_queue_data(ngx_queue_head(&reader.blocks),
                                           ngx_print_json_block_t, queue) + 1);
    }

    if (n) {
        *n = reader.n;
    }

    return rc;
}


static ngx_int_t
ngx_print_json_parse(ngx_print_json_reader_t *reader)
{
    u_char           *p, *last;
    yajl_alloc_funcs  alloc;

    /*
     * yajl accepts overlong encodings and those of surrogates, and takes \v
     * and \f for white space: check both here.
     */

    p = reader->src->data;
    last = p + reader->src->len;

    if (!ngx_print_json_is_utf8(p, reader->src->len)) {
        return NGX_DECLINED;
    }

    for ( /* void */ ; p < last; p++) {
        if (*p < ' ' && !ngx_print_json_is_space(*p)) {
            return NGX_DECLINED;
        }
    }

    if (setjmp(reader->no_memory) != 0) {
        return NGX_ERROR;
    }

    alloc.malloc = ngx_print_json_malloc;
    alloc.realloc = ngx_print_json_realloc;
    alloc.free = ngx_print_json_free;
    alloc.ctx = reader;

    reader->yajl = yajl_alloc(&ngx_print_json_callbacks, &alloc, reader);

    (void) yajl_config(reader->yajl, yajl_dont_validate_strings, 1);

    if (yajl_parse(reader->yajl, reader->src->data, reader->src->len)
        != yajl_status_ok)
    {
        return NGX_DECLINED;
    }

    /*
     * This newline ends a number. It is also an error inside a string that
     * begins after the value; otherwise yajl would accept such a string
     * without its end.
     */

    reader->chunk = reader->src->data + reader->src->len;

    if (yajl_parse(reader->yajl, (u_char *) "\n", 1) != yajl_status_ok
        || yajl_complete_parse(reader->yajl) != yajl_status_ok)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * yajl does not check for NULL, so this never returns it. yajl grows its stack
 * of levels by 128 bytes each time.
 */

static void *
ngx_print_json_malloc(void *ctx, size_t size)
{
    ngx_print_json_block_t   *block;
    ngx_print_json_reader_t  *reader;

    reader = ctx;

    block = ngx_alloc(sizeof(ngx_print_json_block_t) + size, ngx_cycle->log);
    if (block == NULL) {
        longjmp(reader->no_memory, 1);
    }

    block->size = size;
    ngx_queue_insert_head(&reader->blocks, &block->queue);

    return block + 1;
}


static void *
ngx_print_json_realloc(void *ctx, void *p, size_t size)
{
    void                    *new;
    ngx_print_json_block_t  *block;

    if (p == NULL) {
        return ngx_print_json_malloc(ctx, size);
    }

    block = (ngx_print_json_block_t *) p - 1;

    if (size > block->size) {
        new = ngx_print_json_malloc(ctx, ngx_max(size, 2 * block->size));
        ngx_memcpy(new, p, block->size);
        ngx_print_json_free(ctx, p);
        p = new;
    }

    return p;
}


static void
ngx_print_json_free(void *ctx, void *p)
{
    ngx_print_json_block_t  *block;

    if (p) {
        block = (ngx_print_json_block_t *) p - 1;
        /* lint unix.Malloc: yajl frees a block once */
        ngx_queue_remove(&block->queue);
        ngx_free(block);
    }
}


static int
ngx_print_json_null(void *ctx)
{
    return ngx_print_json_scalar(ctx, NGX_PRINT_JSON_NULL);
}


static int
ngx_print_json_boolean(void *ctx, int value)
{
    return ngx_print_json_scalar(ctx, NGX_PRINT_JSON_BOOLEAN);
}


static int
ngx_print_json_digits(void *ctx, const char *p, size_t len)
{
    return ngx_print_json_scalar(ctx, NGX_PRINT_JSON_NUMBER);
}


static int
ngx_print_json_text(void *ctx, const u_char *p, size_t len)
{
    return ngx_print_json_scalar(ctx, NGX_PRINT_JSON_STRING);
}


static int
ngx_print_json_open(void *ctx)
{
    ngx_print_json_reader_t  *reader;

    reader = ctx;

    if (reader->level < 2) {
        reader->begin[reader->level] = ngx_print_json_token(reader);
    }

    reader->level++;

    return 1;
}


static int
ngx_print_json_key(void *ctx, const u_char *p, size_t len)
{
    ngx_print_json_reader_t  *reader;

    reader = ctx;

    if (reader->level == 1) {
        reader->key.data = ngx_print_json_token(reader);
        reader->key.len = reader->last - reader->key.data;
    }

    return 1;
}


static int
ngx_print_json_close(void *ctx)
{
    ngx_print_json_value_t   *value;
    ngx_print_json_reader_t  *reader;

    reader = ctx;
    reader->level--;

    if (reader->level > 1) {
        return 1;
    }

    reader->last = reader->chunk + yajl_get_bytes_consumed(reader->yajl);

    if (reader->level == 0) {
        value = reader->value;
        ngx_str_null(&reader->key);

    } else if (reader->n++ < reader->max) {
        value = &reader->elts[reader->n - 1];

    } else {
        return 1;
    }

    value->key = reader->key;
    value->raw.data = reader->begin[reader->level];
    value->raw.len = reader->last - value->raw.data;

    value->type = (*value->raw.data == '{') ? NGX_PRINT_JSON_OBJECT
                  : (*value->raw.data == '[') ? NGX_PRINT_JSON_ARRAY
                  : reader->scalar;

    return 1;
}


static int
ngx_print_json_scalar(ngx_print_json_reader_t *reader,
    ngx_print_json_type_e type)
{
    reader->scalar = type;

    (void) ngx_print_json_open(reader);

    return ngx_print_json_close(reader);
}


/* Consumes the token that yajl has read. Returns where it begins. */

static u_char *
ngx_print_json_token(ngx_print_json_reader_t *reader)
{
    u_char  *p;

    p = reader->last;

    while (ngx_print_json_is_space(*p) || *p == ',' || *p == ':') {
        p++;
    }

    reader->last = reader->chunk + yajl_get_bytes_consumed(reader->yajl);

    return p;
}


ngx_print_json_value_t *
ngx_print_json_member(ngx_print_json_value_t *elts, ngx_uint_t n,
    ngx_str_t *name)
{
    while (n--) {
        if (ngx_print_json_equal(&elts[n].key, name)) {
            return &elts[n];
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_print_json_equal(ngx_str_t *raw, ngx_str_t *name)
{
    u_char  *p, *last, *s, *end, buf[4];
    size_t   len;

    p = raw->data + 1;
    last = raw->data + raw->len - 1;

    s = name->data;
    end = name->data + name->len;

    while (p < last) {
        len = ngx_print_json_unescape_char(buf, &p, last) - buf;

        if (len > (size_t) (end - s) || ngx_memcmp(s, buf, len) != 0) {
            return 0;
        }

        s += len;
    }

    return s == end;
}


u_char *
ngx_print_json_number(u_char *dst, ngx_str_t *raw)
{
    double      value;
    u_char      digits[NGX_PRINT_JSON_NUMBER_LEN];
    ngx_int_t   i, n, point, exponent;

    value = strtod((char *) raw->data, NULL);

    if (value == 0) {
        *dst++ = '0';
        return dst;
    }

    if (value < 0) {
        *dst++ = '-';
        value = -value;
    }

    if (isinf(value)) {
        return ngx_cpymem(dst, "Infinity", sizeof("Infinity") - 1);
    }

    n = ngx_print_json_shortest(value, digits, &point);
    exponent = 0;

    if (point > 21 || point <= -6) {
        exponent = point - 1;
        point = 1;
    }

    for (i = ngx_min(point, 1) - 1; i < n || i < point; i++) {

        if (i == point) {
            *dst++ = '.';
        }

        *dst++ = (i >= 0 && i < n) ? digits[i] : '0';
    }

    if (exponent) {
        *dst++ = 'e';

        if (exponent > 0) {
            *dst++ = '+';
        }

        dst = ngx_print_json_integer(dst, exponent);
    }

    return dst;
}


/*
 * Finds the fewest digits that read back as value, which is positive, and of
 * these the nearest to it. The value is 0.DIGITS * 10^point. Below a power of
 * two doubles lie twice as dense as above it: there the nearest decimal may
 * read back as another double, while the next one up reads back as this one.
 * 17 digits always read back.
 */

static ngx_int_t
ngx_print_json_shortest(double value, u_char *digits, ngx_int_t *point)
{
    u_char      buf[NGX_PRINT_JSON_MAX_DIGITS], *d, *p, *last;
    uint64_t    m, rounded;
    ngx_int_t   n;
    ngx_uint_t  i;

    ngx_memzero(buf, sizeof(buf));

    d = ngx_print_json_expand(value, buf, &last, point);
    m = 0;

    for (n = 1; /* void */ ; n++) {
        m = m * 10 + *d++;

        /* round, and a half to the even digit */

        rounded = m + (*d > 5 || (*d == 5 && (last > d + 1 || m % 2)));

        for (i = 0; i < 2; i++, rounded++) {
            p = ngx_print_json_integer(digits, rounded);
            *p = 'e';
            *ngx_print_json_integer(p + 1, *point - n) = '\0';

            if (strtod((char *) digits, NULL) == value || n == 17) {

                /* rounding may have added a digit: 9.6 became 10 */

                *point += p - digits - n;

                while (p[-1] == '0') {
                    p--;
                }

                return p - digits;
            }
        }
    }
}


/*
 * Finds all digits of a value, 0.DIGITS * 10^point, in buf, which is zeroed:
 * writes the integer of its 53 bits in decimal, then doubles or halves it as
 * often as its exponent says, up to 59 times in one step.
 */

static u_char *
ngx_print_json_expand(double value, u_char *buf, u_char **end,
    ngx_int_t *point)
{
    int        exponent, shift;
    u_char    *p, *first, *last;
    uint64_t   carry;

    first = last = buf + NGX_PRINT_JSON_MAX_INTEGER;

    carry = (uint64_t) ldexp(frexp(value, &exponent), 53);
    exponent -= 53;
    shift = 0;

    do {
        exponent -= shift;

        for (p = last; p > first || carry; /* void */ ) {
            carry += (uint64_t) *--p << shift;
            *p = (u_char) (carry % 10);
            carry /= 10;
        }

        first = p;
        shift = ngx_min(exponent, 59);

    } while (shift > 0);

    while (exponent < 0) {
        shift = ngx_min(-exponent, 59);
        exponent += shift;

        for (p = first; p < last || carry; p++) {
            carry = carry * 10 + *p;
            *p = (u_char) (carry >> shift);
            carry &= ((uint64_t) 1 << shift) - 1;
        }

        last = p;
    }

    while (*first == 0) {
        first++;
    }

    *end = last;
    *point = buf + NGX_PRINT_JSON_MAX_INTEGER - first;

    return first;
}


static u_char *
ngx_print_json_integer(u_char *dst, int64_t value)
{
    u_char  *p, buf[NGX_INT64_LEN];

    if (value < 0) {
        *dst++ = '-';
        value = -value;
    }

    p = buf + sizeof(buf);

    do {
        *--p = (u_char) ('0' + value % 10);
        value /= 10;
    } while (value);

    return ngx_cpymem(dst, p, buf + sizeof(buf) - p);
}
