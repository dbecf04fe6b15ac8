
/*
 * Copyright (C) the print hub contributors
 */


/*
 * More of nginx's functions, for the targets whose code is not a codec.  See
 * also t/unit/lib/shim.c.
 */


#include <ngx_config.h>
#include <ngx_core.h>


static ngx_cycle_t     fuzz_cycle;
volatile ngx_cycle_t  *ngx_cycle = &fuzz_cycle;
volatile ngx_msec_t    ngx_current_msec;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return malloc(size);
}


void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    return calloc(1, size);
}


u_char *
ngx_sprintf(u_char *buf, const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    buf = ngx_vslprintf(buf, (u_char *) -1, fmt, args);
    va_end(args);

    return buf;
}


/* %V %s %d %ui %uz %*s %02Xd %%: no more is needed */

u_char *
ngx_vslprintf(u_char *buf, u_char *last, const char *fmt, va_list args)
{
    char         text[64];
    size_t       len;
    ngx_str_t   *v;
    const char  *p;

    while (*fmt && buf < last) {

        p = fmt;
        len = 1;

        if (strncmp(fmt, "%V", 2) == 0) {
            v = va_arg(args, ngx_str_t *);
            p = (char *) v->data;
            len = v->len;
            fmt += 2;

        } else if (strncmp(fmt, "%s", 2) == 0) {
            p = va_arg(args, char *);
            len = strlen(p);
            fmt += 2;

        } else if (strncmp(fmt, "%*s", 3) == 0) {
            len = va_arg(args, size_t);
            p = va_arg(args, char *);
            fmt += 3;

        } else if (strncmp(fmt, "%d", 2) == 0) {
            len = snprintf(text, sizeof(text), "%d", va_arg(args, int));
            p = text;
            fmt += 2;

        } else if (strncmp(fmt, "%ui", 3) == 0 || strncmp(fmt, "%uz", 3) == 0) {
            len = snprintf(text, sizeof(text), "%lu", va_arg(args, u_long));
            p = text;
            fmt += 3;

        } else if (strncmp(fmt, "%02Xd", 5) == 0) {
            len = snprintf(text, sizeof(text), "%02X", va_arg(args, int));
            p = text;
            fmt += 5;

        } else if (strncmp(fmt, "%%", 2) == 0) {
            fmt += 2;

        } else if (*fmt == '%') {
            abort();

        } else {
            fmt++;
        }

        len = ngx_min(len, (size_t) (last - buf));
        memcpy(buf, p, len);
        buf += len;
    }

    return buf;
}


off_t
ngx_atoof(u_char *line, size_t n)
{
    off_t  value;

    if (n == 0) {
        return NGX_ERROR;
    }

    for (value = 0; n--; line++) {

        if (*line < '0' || *line > '9'
            || value > (NGX_MAX_OFF_T_VALUE - (*line - '0')) / 10)
        {
            return NGX_ERROR;
        }

        value = value * 10 + (*line - '0');
    }

    return value;
}


/* the units that are taken with is_sec == 0, each once and falling */

ngx_int_t
ngx_parse_time(ngx_str_t *line, ngx_uint_t is_sec)
{
    u_char      *p, *last;
    int64_t      value, total;
    ngx_uint_t   i, step, digits;

    static const struct {
        const char  *name;
        int64_t      ms;
    } units[] = {
        { "y", 31536000000 }, { "M", 2592000000 }, { "w", 604800000 },
        { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 },
        { "ms", 1 }
    };

    total = 0;
    step = 0;
    p = line->data;
    last = p + line->len;

    if (p == last) {
        return NGX_ERROR;
    }

    while (p < last) {

        for (value = 0, digits = 0; p < last && *p >= '0' && *p <= '9'; p++) {
            value = value * 10 + (*p - '0');
            digits = 1;

            if (value > NGX_MAX_INT_T_VALUE / 31536000000) {
                return NGX_ERROR;
            }
        }

        if (p < last && *p == ' ') {
            p++;
            total += value * 1000;
            continue;
        }

        if (!digits) {
            return NGX_ERROR;
        }

        if (p == last) {
            return total + value * 1000;
        }

        for (i = 8; i-- > step; /* void */ ) {
            if ((size_t) (last - p) >= strlen(units[i].name)
                && memcmp(p, units[i].name, strlen(units[i].name)) == 0)
            {
                break;
            }
        }

        if (i == (ngx_uint_t) -1 || i < step) {
            return NGX_ERROR;
        }

        p += strlen(units[i].name);
        total += value * units[i].ms;
        step = i + 1;

        while (p < last && *p == ' ') {
            p++;
        }
    }

    return total;
}


u_char *
ngx_strlcasestrn(u_char *s1, u_char *last, u_char *s2, size_t n)
{
    for ( /* void */ ; s1 + n < last; s1++) {
        if (strncasecmp((char *) s1, (char *) s2, n + 1) == 0) {
            return s1;
        }
    }

    return NULL;
}


void
ngx_unescape_uri(u_char **dst, u_char **src, size_t size, ngx_uint_t type)
{
    u_char     *d, *s, *last;
    ngx_int_t   ch;

    d = *dst;
    s = *src;

    for (last = s + size; s < last; s++) {

        ch = (*s == '%' && last - s > 2) ? ngx_hextoi(s + 1, 2) : NGX_ERROR;

        if (ch == NGX_ERROR) {
            *d++ = *s;

        } else {
            *d++ = (u_char) ch;
            s += 2;
        }
    }

    *dst = d;
    *src = s;
}
