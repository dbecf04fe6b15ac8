
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_siphash.h"


#define ngx_print_siphash_rotate(x, n)  ((x) << (n) | (x) >> (64 - (n)))

#define ngx_print_siphash_round(v)                                            \
    do {                                                                      \
        v[0] += v[1];                                                         \
        v[2] += v[3];                                                         \
        v[1] = ngx_print_siphash_rotate(v[1], 13) ^ v[0];                     \
        v[3] = ngx_print_siphash_rotate(v[3], 16) ^ v[2];                     \
        v[0] = ngx_print_siphash_rotate(v[0], 32);                            \
        v[2] += v[1];                                                         \
        v[0] += v[3];                                                         \
        v[1] = ngx_print_siphash_rotate(v[1], 17) ^ v[2];                     \
        v[3] = ngx_print_siphash_rotate(v[3], 21) ^ v[0];                     \
        v[2] = ngx_print_siphash_rotate(v[2], 32);                            \
    } while (0)

#define ngx_print_siphash_block(v, word)                                      \
    do {                                                                      \
        v[3] ^= (word);                                                       \
        ngx_print_siphash_round(v);                                           \
        ngx_print_siphash_round(v);                                           \
        v[0] ^= (word);                                                       \
    } while (0)


static void ngx_print_siphash_start(uint64_t *v, const u_char *key);
static const u_char *ngx_print_siphash_blocks(uint64_t *v, const u_char *p,
    size_t n);
static uint64_t ngx_print_siphash_last(const u_char *rest, uint64_t len);
static uint64_t ngx_print_siphash_end(uint64_t *v);
static uint64_t ngx_print_siphash_word(const u_char *p);


uint64_t
ngx_print_siphash(const u_char *key, const u_char *data, size_t len)
{
    uint64_t  v[4], word;

    ngx_print_siphash_start(v, key);

    data = ngx_print_siphash_blocks(v, data, len / 8);
    word = ngx_print_siphash_last(data, len);

    ngx_print_siphash_block(v, word);

    v[2] ^= 0xff;

    return ngx_print_siphash_end(v);
}


void
ngx_print_siphash_init(ngx_print_siphash_t *ctx, const u_char *key)
{
    ngx_print_siphash_start(ctx->v, key);

    ctx->v[1] ^= 0xee;
    ctx->len = 0;
}


void
ngx_print_siphash_update(ngx_print_siphash_t *ctx, const void *data,
    size_t len)
{
    size_t         n, used;
    const u_char  *p;

    if (len == 0) {
        return;
    }

    p = data;
    used = ctx->len % 8;
    ctx->len += len;

    if (used) {
        n = ngx_min(len, 8 - used);

        ngx_memcpy(ctx->rest + used, p, n);

        if (used + n < 8) {
            return;
        }

        (void) ngx_print_siphash_blocks(ctx->v, ctx->rest, 1);

        p += n;
        len -= n;
    }

    p = ngx_print_siphash_blocks(ctx->v, p, len / 8);

    ngx_memcpy(ctx->rest, p, len % 8);
}


void
ngx_print_siphash_final(ngx_print_siphash_t *ctx, u_char *hash)
{
    uint64_t    word, half[2];
    ngx_uint_t  i;

    word = ngx_print_siphash_last(ctx->rest, ctx->len);

    ngx_print_siphash_block(ctx->v, word);

    ctx->v[2] ^= 0xee;
    half[0] = ngx_print_siphash_end(ctx->v);

    ctx->v[1] ^= 0xdd;
    half[1] = ngx_print_siphash_end(ctx->v);

    for (i = 0; i < NGX_PRINT_SIPHASH_LEN; i++) {
        hash[i] = (u_char) (half[i / 8] >> 8 * (i % 8));
    }
}


static void
ngx_print_siphash_start(uint64_t *v, const u_char *key)
{
    uint64_t  k[2];

    k[0] = ngx_print_siphash_word(key);
    k[1] = ngx_print_siphash_word(key + 8);

    v[0] = k[0] ^ 0x736f6d6570736575ull;
    v[1] = k[1] ^ 0x646f72616e646f6dull;
    v[2] = k[0] ^ 0x6c7967656e657261ull;
    v[3] = k[1] ^ 0x7465646279746573ull;
}


/* Hashes n blocks of 8 bytes.  Returns the byte behind them. */

static const u_char *
ngx_print_siphash_blocks(uint64_t *v, const u_char *p, size_t n)
{
    uint64_t  w[4], word;

    w[0] = v[0];
    w[1] = v[1];
    w[2] = v[2];
    w[3] = v[3];

    for ( /* void */ ; n; n--) {
        word = ngx_print_siphash_word(p);
        p += 8;

        ngx_print_siphash_block(w, word);
    }

    v[0] = w[0];
    v[1] = w[1];
    v[2] = w[2];
    v[3] = w[3];

    return p;
}


/* Returns the last block: the bytes that are left, and the length of all. */

static uint64_t
ngx_print_siphash_last(const u_char *rest, uint64_t len)
{
    uint64_t    word;
    ngx_uint_t  i;

    word = len << 56;

    for (i = 0; i < len % 8; i++) {
        word |= (uint64_t) rest[i] << 8 * i;
    }

    return word;
}


static uint64_t
ngx_print_siphash_end(uint64_t *v)
{
    ngx_uint_t  i;

    for (i = 0; i < 4; i++) {
        ngx_print_siphash_round(v);
    }

    return v[0] ^ v[1] ^ v[2] ^ v[3];
}


/* Reads 8 bytes, the lowest first. */

static uint64_t
ngx_print_siphash_word(const u_char *p)
{
    uint64_t    word;
#if !(NGX_HAVE_LITTLE_ENDIAN)
    ngx_uint_t  i;

    word = 0;

    for (i = 0; i < 8; i++) {
        word |= (uint64_t) p[i] << 8 * i;
    }
#else

    ngx_memcpy(&word, p, sizeof(uint64_t));
#endif

    return word;
}
