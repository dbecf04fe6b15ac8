
/*
 * Copyright (C) the print hub contributors
 */


#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#include "load.h"


static long load_http_length(char *p, char *end);


/* Returns the length of an answer, 0 if it is incomplete, -1 if invalid. */

ssize_t
load_http_read(char *p, size_t len, load_http_t *h)
{
    char  *end;
    long   length;

    if (len < sizeof("HTTP/1.1 200\r\n\r\n") - 1) {
        return 0;
    }

    end = memmem(p, len, "\r\n\r\n", 4);

    if (end == NULL) {
        return 0;
    }

    if (memcmp(p, "HTTP/1.", 7) != 0) {
        return -1;
    }

    h->status = (int) strtol(p + 9, NULL, 10);
    h->body = end + 4;

    length = (h->status == 101) ? 0 : load_http_length(p, end + 2);

    if (length < 0) {
        return -1;
    }

    h->len = (size_t) length;

    if ((size_t) (h->body - p) + h->len > len) {
        return 0;
    }

    return h->body - p + length;
}


static long
load_http_length(char *p, char *end)
{
    static const char  name[] = "content-length:";

    for ( ;; ) {
        p = memchr(p, '\n', (size_t) (end - p));

        if (p == NULL || ++p == end) {
            return -1;
        }

        if ((*p == 'C' || *p == 'c')
            && strncasecmp(p, name, sizeof(name) - 1) == 0)
        {
            return strtol(p + sizeof(name) - 1, NULL, 10);
        }
    }
}
