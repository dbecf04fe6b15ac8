
/*
 * Copyright (C) the print hub contributors
 */


#include <string.h>

#include "hub.h"


#define HUB_ROTATE(x, n)  (((x) << (n)) | ((x) >> (32 - (n))))


static void hub_sha1_block(uint32_t *h, const unsigned char *p);
static uint32_t hub_sha1_round(unsigned i, uint32_t b, uint32_t c,
    uint32_t d);


/* Hashes a text of up to 119 bytes. */

void
hub_sha1(unsigned char digest[20], const unsigned char *p, size_t len)
{
    size_t         i, size;
    uint32_t       h[5];
    unsigned char  buf[128];

    h[0] = 0x67452301;
    h[1] = 0xefcdab89;
    h[2] = 0x98badcfe;
    h[3] = 0x10325476;
    h[4] = 0xc3d2e1f0;

    size = (len < 56) ? 64 : 128;

    memset(buf, 0, sizeof(buf));
    memcpy(buf, p, len);
    buf[len] = 0x80;
    buf[size - 2] = (unsigned char) (len >> 5);
    buf[size - 1] = (unsigned char) (len << 3);

    for (i = 0; i < size; i += 64) {
        hub_sha1_block(h, buf + i);
    }

    for (i = 0; i < 20; i++) {
        digest[i] = (unsigned char) (h[i / 4] >> (24 - 8 * (i & 3)));
    }
}


static void
hub_sha1_block(uint32_t *h, const unsigned char *p)
{
    unsigned  i;
    uint32_t  a, b, c, d, e, t, w[80];

    for (i = 0; i < 16; i++) {
        w[i] = (uint32_t) p[4 * i] << 24 | (uint32_t) p[4 * i + 1] << 16
               | (uint32_t) p[4 * i + 2] << 8 | p[4 * i + 3];
    }

    for ( /* void */ ; i < 80; i++) {
        t = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
        w[i] = HUB_ROTATE(t, 1);
    }

    a = h[0];
    b = h[1];
    c = h[2];
    d = h[3];
    e = h[4];

    for (i = 0; i < 80; i++) {
        t = HUB_ROTATE(a, 5) + hub_sha1_round(i, b, c, d) + e + w[i];

        e = d;
        d = c;
        c = HUB_ROTATE(b, 30);
        b = a;
        a = t;
    }

    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}


static uint32_t
hub_sha1_round(unsigned i, uint32_t b, uint32_t c, uint32_t d)
{
    if (i < 20) {
        return ((b & c) | (~b & d)) + 0x5a827999;
    }

    if (i < 40) {
        return (b ^ c ^ d) + 0x6ed9eba1;
    }

    if (i < 60) {
        return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    }

    return (b ^ c ^ d) + 0xca62c1d6;
}
