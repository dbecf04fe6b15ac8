
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "check_base.h"


const char *
check_message(check_t *ck, uint32_t block, ngx_uint_t complete)
{
    uint32_t                 b, n, last;
    ngx_print_store_t       *st;
    ngx_print_store_head_t  *h;

    st = ck->st;
    n = 0;
    last = 0;

    for (b = block; b; b = st->fat[b]) {
        check(b < st->sh->block_top, "block out of range");
        check(ck->block[b] == 0, "block is used twice");

        ck->block[b] = 1;
        last = b;
        n++;
    }

    h = ngx_print_store_head(st, block);

    check(h->use < NGX_PRINT_USES, "message's use");

    ck->use[h->use] += n;

    check(h->nblocks == n, "message's number of blocks");
    check(h->last == last, "message's last block");

    if (complete) {
        n = (sizeof(ngx_print_store_head_t) + h->len
             + NGX_PRINT_STORE_BLOCK - 1) / NGX_PRINT_STORE_BLOCK;

        check(h->nblocks == n, "message's length");
    }

    return NULL;
}


char *
text_chain(ngx_print_store_t *st, char *p, char *last, uint32_t block)
{
    u_char                   bytes[BUFSIZ];
    size_t                   size, skip;
    uint32_t                 sum, b, rest, n;
    ngx_print_store_head_t  *h;

    for (n = 0; block && n < 4096; block = h->next, n++) {
        h = ngx_print_store_head(st, block);
        skip = sizeof(ngx_print_store_head_t);
        sum = 0;

        for (b = block, rest = h->len; rest && b; b = st->fat[b]) {
            size = ngx_min(rest, NGX_PRINT_STORE_BLOCK - skip);

            ngx_memcpy(bytes, st->blocks[b].u.bytes + skip, size);
            sum = check_sum(sum, bytes, size);

            rest -= size;
            skip = 0;
        }

        p = text_add(p, last, " %u:%u:%08x", h->len, h->tag, sum);
    }

    return p;
}


uint32_t
check_sum(uint32_t sum, const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        sum = (sum ^ p[i]) * 16777619 + 1;
    }

    return sum;
}


char *
text_add(char *p, char *last, const char *fmt, ...)
{
    int      n;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(p, last - p, fmt, args);
    va_end(args);

    return n < last - p ? p + n : last - 1;
}
