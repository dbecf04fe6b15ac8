
/*
 * Copyright (C) the print hub contributors
 */


/*
 * SipHash-2-4: a keyed hash.  Nobody who does not know the key can find two
 * texts that have the same hash, or whose hashes share some bits.  It therefore
 * serves for hash tables whose keys others choose.
 */


#ifndef _NGX_PRINT_SIPHASH_H_INCLUDED_
#define _NGX_PRINT_SIPHASH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_SIPHASH_KEY  16      /* bytes of a key */
#define NGX_PRINT_SIPHASH_LEN  16      /* bytes of a long hash */


/* a text that is hashed in parts */
typedef struct {
    uint64_t    v[4];
    u_char      rest[8];               /* the last len % 8 bytes */
    uint64_t    len;                   /* of all parts */
} ngx_print_siphash_t;


/* Returns the hash of a text in 64 bits. */
uint64_t ngx_print_siphash(const u_char *key, const u_char *data, size_t len);

/*
 * The same in NGX_PRINT_SIPHASH_LEN bytes, of a text in any number of parts:
 * init() once, update() for each part, final() once, which sets hash.
 */
void ngx_print_siphash_init(ngx_print_siphash_t *ctx, const u_char *key);
void ngx_print_siphash_update(ngx_print_siphash_t *ctx, const void *data,
    size_t len);
void ngx_print_siphash_final(ngx_print_siphash_t *ctx, u_char *hash);


#endif /* _NGX_PRINT_SIPHASH_H_INCLUDED_ */
