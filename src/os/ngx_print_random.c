
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/random.h>

#include "ngx_print_random.h"


#define NGX_PRINT_RANDOM_BUFFER  256     /* getentropy() gives no more at
                                            once */


/*
 * Each byte is used only once. The process id guards against a fork after the
 * buffer was filled: the child would use the same bytes.
 */

static u_char      ngx_print_random_buffer[NGX_PRINT_RANDOM_BUFFER];
static size_t      ngx_print_random_left;
static ngx_pid_t   ngx_print_random_pid;


ngx_int_t
ngx_print_random(u_char *p, size_t len, ngx_log_t *log)
{
    size_t  n;

    for ( /* void */ ; len; len -= n) {

        if (ngx_print_random_left == 0 || ngx_print_random_pid != ngx_pid) {

            if (getentropy(ngx_print_random_buffer, NGX_PRINT_RANDOM_BUFFER)
                == -1)
            {
                ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                              "print hub: os: getentropy() failed");
                return NGX_ERROR;
            }

            ngx_print_random_left = NGX_PRINT_RANDOM_BUFFER;
            ngx_print_random_pid = ngx_pid;
        }

        n = ngx_min(len, ngx_print_random_left);

        ngx_print_random_left -= n;

        p = ngx_cpymem(p, &ngx_print_random_buffer[ngx_print_random_left], n);

        ngx_explicit_memzero(&ngx_print_random_buffer[ngx_print_random_left],
                             n);
    }

    return NGX_OK;
}
