
/*
 * Copyright (C) the print hub contributors
 */


/* Ids: round trips, every length, every character, compared with base64url. */


#include "unit.h"

#include "ngx_print_id.h"


static void id_round_trip(void);
static void id_lengths(void);
static void id_characters(void);
static void id_base64url(void);
static void id_bytes(u_char *bytes, ngx_uint_t n);
static void id_expect(u_char *text, u_char *bytes);


static u_char  id_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


int
main(void)
{
    id_round_trip();
    id_lengths();
    id_characters();
    id_base64url();

    return unit_end();
}


/* each bit of an index alone, and random ones, with random keys */

static void
id_round_trip(void)
{
    u_char      bytes[NGX_PRINT_ID_BYTES], text[NGX_PRINT_ID_LEN + 1];
    u_char      key[NGX_PRINT_ID_KEY];
    uint32_t    index, is;
    ngx_str_t   id;
    ngx_uint_t  i;

    for (i = 0; i < 1000; i++) {
        unit_about("id %lu", (unsigned long) i);
        id_bytes(bytes, i);

        index = (uint32_t) bytes[0] << 16 | bytes[1] << 8 | bytes[2];
        index = i < 24 ? (uint32_t) 1 << i : i == 24 ? 0 : index;
        index = i == 25 ? 0xffffff : index;

        text[NGX_PRINT_ID_LEN] = '!';

        unit_check(ngx_print_id_write(text, index, &bytes[3])
                   == text + NGX_PRINT_ID_LEN);
        unit_check(text[NGX_PRINT_ID_LEN] == '!');

        id.len = NGX_PRINT_ID_LEN;
        id.data = unit_guard(text, NGX_PRINT_ID_LEN);

        unit_check(ngx_print_id_read(&id, &is, key) == NGX_OK);
        unit_check(is == index);
        unit_check(memcmp(key, &bytes[3], NGX_PRINT_ID_KEY) == 0);
    }
}


/* no byte behind the text is read, and none behind the result is written */

static void
id_lengths(void)
{
    u_char      text[3 * NGX_PRINT_ID_LEN], bytes[NGX_PRINT_ID_BYTES + 1];
    u_char      key[NGX_PRINT_ID_KEY];
    uint32_t    index;
    ngx_str_t   id;
    ngx_int_t   rc;

    ngx_memset(text, 'A', sizeof(text));

    for (id.len = 0; id.len <= sizeof(text); id.len++) {
        unit_about("an id of %lu characters", (unsigned long) id.len);

        id.data = unit_guard(text, id.len);
        bytes[NGX_PRINT_ID_BYTES] = '!';

        rc = id.len == NGX_PRINT_ID_LEN ? NGX_OK : NGX_DECLINED;

        unit_check(ngx_print_id_read(&id, &index, key) == rc);
        unit_check(ngx_print_id_decode(bytes, &id) == rc);
        unit_check(bytes[NGX_PRINT_ID_BYTES] == '!');
    }
}


/* each byte in each place: only the 64 characters are accepted */

static void
id_characters(void)
{
    u_char      text[NGX_PRINT_ID_LEN], bytes[NGX_PRINT_ID_BYTES];
    u_char      again[NGX_PRINT_ID_LEN];
    ngx_str_t   id;
    ngx_int_t   rc;
    ngx_uint_t  c, i;

    id.len = NGX_PRINT_ID_LEN;
    id.data = text;

    for (i = 0; i < NGX_PRINT_ID_LEN; i++) {
        ngx_memset(text, '_', sizeof(text));

        for (c = 0; c < 256; c++) {
            unit_about("byte %lu in place %lu", (unsigned long) c,
                       (unsigned long) i);

            text[i] = (u_char) c;

            rc = c && strchr((char *) id_alphabet, c) ? NGX_OK : NGX_DECLINED;

            unit_check(ngx_print_id_decode(bytes, &id) == rc);

            if (rc == NGX_OK) {
                unit_check(ngx_print_id_encode(again, bytes)
                           == again + NGX_PRINT_ID_LEN);
                unit_check(memcmp(again, text, sizeof(text)) == 0);
            }
        }
    }
}


/* RFC 4648, section 5: 6 bits a character; 15 bytes need no padding */

static void
id_base64url(void)
{
    u_char      bytes[NGX_PRINT_ID_BYTES], packed[NGX_PRINT_ID_BYTES];
    u_char      text[NGX_PRINT_ID_LEN], expected[NGX_PRINT_ID_LEN];
    uint32_t    index;
    ngx_uint_t  i;

    for (i = 0; i < 1000; i++) {
        unit_about("bytes %lu", (unsigned long) i);

        id_bytes(bytes, i);
        id_expect(expected, bytes);

        (void) ngx_print_id_encode(text, bytes);
        unit_check(memcmp(text, expected, sizeof(text)) == 0);

        index = (uint32_t) bytes[0] << 16 | bytes[1] << 8 | bytes[2];

        ngx_print_id_pack(packed, index, &bytes[3]);
        unit_check(memcmp(packed, bytes, sizeof(bytes)) == 0);

        (void) ngx_print_id_write(text, index, &bytes[3]);
        unit_check(memcmp(text, expected, sizeof(text)) == 0);
    }
}


/* 0 and 1: all bits clear, all bits set; then random ones */

static void
id_bytes(u_char *bytes, ngx_uint_t n)
{
    uint32_t    x;
    ngx_uint_t  i;

    x = (uint32_t) n;

    for (i = 0; i < NGX_PRINT_ID_BYTES; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = n == 0 ? 0 : n == 1 ? 0xff : (u_char) (x >> 24);
    }
}


/* written once more, bit by bit */

static void
id_expect(u_char *text, u_char *bytes)
{
    ngx_uint_t  bit, i, n;

    for (i = 0; i < NGX_PRINT_ID_LEN; i++) {
        n = 0;

        for (bit = 6 * i; bit < 6 * i + 6; bit++) {
            n = n << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1);
        }

        text[i] = id_alphabet[n];
    }
}
