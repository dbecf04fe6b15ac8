
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"
#include "ngx_print_joblog_out.h"


/* "<255>Jan 01 00:00:00 ", a hostname and a tag */
#define NGX_PRINT_JOBLOG_HEADER  (64 + NGX_MAXHOSTNAMELEN)


static ngx_uint_t ngx_print_joblog_out_syslog(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_err_t *err);
static ngx_uint_t ngx_print_joblog_out_file(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_uint_t torn,
    ngx_err_t *err);
static void ngx_print_joblog_out_keep(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *line, size_t sent);


void
ngx_print_joblog_out_reset(ngx_print_joblog_out_t *out)
{
    out->len = 0;
    out->fresh = 0;
}


ngx_int_t
ngx_print_joblog_out_rest(ngx_print_joblog_out_t *out, uint64_t *event,
    ngx_err_t *err)
{
    ssize_t  n;

    if (out->len == 0) {
        return NGX_DECLINED;
    }

    if (out->fd != out->conf->file->fd) {
        /* nginx opens the new file before it closes the old one */
        out->len = 0;
        out->fresh = 1;
        return NGX_DECLINED;
    }

    n = ngx_write_fd(out->fd, out->line + out->sent, out->len - out->sent);

    if (n == -1) {
        *err = ngx_errno;
        return NGX_ERROR;
    }

    out->sent += n;

    if (out->sent < out->len) {
        *err = NGX_ENOSPC;
        return NGX_ERROR;
    }

    out->len = 0;
    *event = out->event;

    return NGX_OK;
}


ngx_uint_t
ngx_print_joblog_out(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_uint_t torn,
    ngx_err_t *err)
{
    return out->conf->syslog
           ? ngx_print_joblog_out_syslog(out, lines, n, err)
           : ngx_print_joblog_out_file(out, lines, n, torn, err);
}


/* Each line is a message of its own, without its line feed. */

static ngx_uint_t
ngx_print_joblog_out_syslog(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_err_t *err)
{
    u_char     *p, buf[NGX_PRINT_JOBLOG_HEADER + NGX_PRINT_JOBLOG_LINE];
    ssize_t     size;
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        p = ngx_syslog_add_header(out->conf->syslog, buf);
        p = ngx_cpymem(p, lines[i].start, lines[i].last - 1 - lines[i].start);

        ngx_set_errno(0);

        size = ngx_syslog_send(out->conf->syslog, buf, p - buf);

        if (size != p - buf) {
            *err = (size == NGX_AGAIN) ? NGX_EAGAIN : ngx_errno;
            break;
        }
    }

    return i;
}


static ngx_uint_t
ngx_print_joblog_out_file(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *lines, ngx_uint_t n, ngx_uint_t torn,
    ngx_err_t *err)
{
    u_char      *start, *last;
    ssize_t      size;
    ngx_uint_t   i;

    start = lines[0].start;

    if (torn && !out->fresh) {
        *--start = LF;
    }

    size = ngx_write_fd(out->conf->file->fd, start, lines[n - 1].last - start);

    if (size == -1) {
        *err = ngx_errno;
        return 0;
    }

    out->fresh = 0;
    last = start + size;

    for (i = 0; i < n && lines[i].last <= last; i++) { /* void */ }

    if (i < n) {
        /* the kernel tells the reason only if nothing was written */
        *err = NGX_ENOSPC;

        if (last > lines[i].start) {
            ngx_print_joblog_out_keep(out, &lines[i], last - lines[i].start);
        }
    }

    return i;
}


/* Without memory for it, the file has a line without its end. */

static void
ngx_print_joblog_out_keep(ngx_print_joblog_out_t *out,
    ngx_print_joblog_text_t *line, size_t sent)
{
    if (out->line == NULL) {
        out->line = ngx_pnalloc(out->pool, NGX_PRINT_JOBLOG_LINE);
        if (out->line == NULL) {
            return;
        }
    }

    out->len = line->last - line->start;
    out->sent = sent;
    out->fd = out->conf->file->fd;
    out->event = line->event;

    ngx_memcpy(out->line, line->start, out->len);
}


ngx_uint_t
ngx_print_joblog_out_torn(ngx_print_joblog_out_t *out)
{
    return out->len != 0;
}
