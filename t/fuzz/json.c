
/*
 * Copyright (C) the print hub contributors
 */


/*
 * JSON: the value, its elements and members are compared with what a parser by
 * recursive descent finds.  oracle.js compares with JSON.parse().
 */


#include <math.h>

#include "fuzz.h"
#include "ngx_print_json.h"


#define JSON_ELTS   8
#define JSON_DEPTH  500


typedef struct {
    const u_char            *p;
    const u_char            *last;
    ngx_uint_t               level;
    ngx_print_json_value_t   elts[JSON_ELTS];
    ngx_uint_t               n;
} slow_t;


static ngx_print_json_type_e json_slow(slow_t *slow);
static ngx_uint_t json_list(slow_t *slow, u_char close);
static ngx_uint_t json_string(slow_t *slow);
static ngx_uint_t json_number(slow_t *slow);
static ngx_uint_t json_word(slow_t *slow, const char *word);
static void json_space(slow_t *slow);
static ngx_uint_t json_digits(slow_t *slow);
static void json_numbers(ngx_print_json_value_t *value);
static void json_tell(ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t n);


void
fuzz_target(u_char *p, size_t len)
{
    slow_t                  slow;
    ngx_int_t               rc;
    ngx_str_t               src;
    ngx_uint_t              i, n;
    ngx_print_json_type_e   type;
    ngx_print_json_value_t  value, elts[JSON_ELTS];

    src.data = p;
    src.len = len;

    rc = ngx_print_json_read(&src, &value, elts, JSON_ELTS, &n);

    memset(&slow, 0, sizeof(slow_t));
    slow.p = p;
    slow.last = p + len;

    json_space(&slow);
    type = json_slow(&slow);
    json_space(&slow);

    if (slow.p < slow.last || !fuzz_is_utf8(p, len)) {
        type = NGX_PRINT_JSON_NONE;
    }

    if (slow.level == JSON_DEPTH + 1) {

        /* too deep to say */

        return;
    }

    fuzz_check((rc == NGX_OK) == (type != NGX_PRINT_JSON_NONE));

    if (rc != NGX_OK) {
        fuzz_check(rc == NGX_DECLINED);
        fuzz_answer("0", 1);
        return;
    }

    fuzz_check(value.type == type && n == slow.n);

    for (i = 0; i < n && i < JSON_ELTS; i++) {
        fuzz_check(elts[i].type == slow.elts[i].type);
        fuzz_check(elts[i].raw.data == slow.elts[i].raw.data);
        fuzz_check(elts[i].raw.len == slow.elts[i].raw.len);
        fuzz_check(elts[i].key.len == slow.elts[i].key.len);
        fuzz_check(elts[i].key.len == 0
                   || elts[i].key.data == slow.elts[i].key.data);

        json_numbers(&elts[i]);
    }

    json_tell(&value, elts, n);
}


static ngx_print_json_type_e
json_slow(slow_t *slow)
{
    ngx_uint_t             ok;
    ngx_print_json_type_e  type;

    if (slow->p == slow->last || slow->level > JSON_DEPTH) {
        return NGX_PRINT_JSON_NONE;
    }

    switch (*slow->p) {

    case '{':
        type = NGX_PRINT_JSON_OBJECT;
        ok = json_list(slow, '}');
        break;

    case '[':
        type = NGX_PRINT_JSON_ARRAY;
        ok = json_list(slow, ']');
        break;

    case '"':
        type = NGX_PRINT_JSON_STRING;
        ok = json_string(slow);
        break;

    case 't':
    case 'f':
        type = NGX_PRINT_JSON_BOOLEAN;
        ok = json_word(slow, *slow->p == 't' ? "true" : "false");
        break;

    case 'n':
        type = NGX_PRINT_JSON_NULL;
        ok = json_word(slow, "null");
        break;

    default:
        type = NGX_PRINT_JSON_NUMBER;
        ok = json_number(slow);
        break;
    }

    return ok ? type : NGX_PRINT_JSON_NONE;
}


static ngx_uint_t
json_list(slow_t *slow, u_char close)
{
    ngx_uint_t              top;
    ngx_print_json_value_t  elt;

    top = (slow->level == 0);
    slow->level++;
    slow->p++;

    json_space(slow);

    if (slow->p < slow->last && *slow->p == close) {
        slow->p++;
        slow->level--;
        return 1;
    }

    while (slow->p < slow->last) {

        memset(&elt, 0, sizeof(ngx_print_json_value_t));

        if (close == '}') {
            elt.key.data = (u_char *) slow->p;

            if (!json_string(slow)) {
                return 0;
            }

            elt.key.len = slow->p - elt.key.data;

            json_space(slow);

            if (!json_word(slow, ":")) {
                return 0;
            }

            json_space(slow);
        }

        elt.raw.data = (u_char *) slow->p;
        elt.type = json_slow(slow);
        elt.raw.len = slow->p - elt.raw.data;

        if (elt.type == NGX_PRINT_JSON_NONE) {
            return 0;
        }

        if (top) {
            if (slow->n < JSON_ELTS) {
                slow->elts[slow->n] = elt;
            }

            slow->n++;
        }

        json_space(slow);

        if (slow->p < slow->last && *slow->p == close) {
            slow->p++;
            slow->level--;
            return 1;
        }

        if (!json_word(slow, ",")) {
            return 0;
        }

        json_space(slow);
    }

    return 0;
}


static ngx_uint_t
json_string(slow_t *slow)
{
    ngx_uint_t  i;

    if (!json_word(slow, "\"")) {
        return 0;
    }

    for ( /* void */ ; slow->p < slow->last; slow->p++) {

        if (*slow->p == '"') {
            slow->p++;
            return 1;
        }

        if (*slow->p < ' ') {
            return 0;
        }

        if (*slow->p != '\\') {
            continue;
        }

        if (++slow->p == slow->last || *slow->p == 0
            || strchr("\"\\/bfnrtu", *slow->p) == NULL)
        {
            return 0;
        }

        for (i = (*slow->p == 'u') ? 4 : 0; i; i--) {
            if (++slow->p == slow->last || !isxdigit(*slow->p)) {
                return 0;
            }
        }
    }

    return 0;
}


static ngx_uint_t
json_number(slow_t *slow)
{
    (void) json_word(slow, "-");

    if (!json_word(slow, "0") && !json_digits(slow)) {
        return 0;
    }

    if (json_word(slow, ".") && !json_digits(slow)) {
        return 0;
    }

    if (json_word(slow, "e") || json_word(slow, "E")) {

        if (!json_word(slow, "+")) {
            (void) json_word(slow, "-");
        }

        return json_digits(slow);
    }

    return 1;
}


static ngx_uint_t
json_word(slow_t *slow, const char *word)
{
    size_t  len;

    len = strlen(word);

    if ((size_t) (slow->last - slow->p) < len
        || memcmp(slow->p, word, len) != 0)
    {
        return 0;
    }

    slow->p += len;

    return 1;
}


static void
json_space(slow_t *slow)
{
    while (slow->p < slow->last && *slow->p
           && strchr(" \t\r\n", *slow->p) != NULL)
    {
        slow->p++;
    }
}


static ngx_uint_t
json_digits(slow_t *slow)
{
    const u_char  *from;

    for (from = slow->p; slow->p < slow->last && isdigit(*slow->p); slow->p++) {
        /* void */
    }

    return slow->p > from;
}


/* The text of a number is another text of the same number. */

static void
json_numbers(ngx_print_json_value_t *value)
{
    char     one[4096];
    size_t   len;
    double   number;
    u_char  *text;

    if (value->type != NGX_PRINT_JSON_NUMBER
        || value->raw.len >= sizeof(one))
    {
        return;
    }

    memcpy(one, value->raw.data, value->raw.len);
    one[value->raw.len] = '\0';

    text = fuzz_room(NGX_PRINT_JSON_NUMBER_LEN);
    len = ngx_print_json_number(text, &value->raw) - text;

    fuzz_check(len <= NGX_PRINT_JSON_NUMBER_LEN);

    if (isinf(strtod(one, NULL))) {
        fuzz_check(len >= 8 && memcmp(text + len - 8, "Infinity", 8) == 0);
        return;
    }

    number = strtod(one, NULL);

    memcpy(one, text, len);
    one[len] = '\0';

    fuzz_check(strtod(one, NULL) == number);
}


/* for oracle.js: the type, and for each element what JavaScript makes of it */

static void
json_tell(ngx_print_json_value_t *value, ngx_print_json_value_t *elts,
    ngx_uint_t n)
{
    u_char      *p, *last;
    size_t       len;
    ngx_uint_t   i;

    fuzz_answer("1", 1);

    if (value->type != NGX_PRINT_JSON_ARRAY) {
        return;
    }

    for (i = 0; i < n && i < JSON_ELTS; i++) {

        fuzz_answer(",", 1);

        if (elts[i].type == NGX_PRINT_JSON_NUMBER) {
            p = fuzz_room(NGX_PRINT_JSON_NUMBER_LEN);
            last = ngx_print_json_number(p, &elts[i].raw);
            fuzz_answer(p, last - p);

        } else if (elts[i].type == NGX_PRINT_JSON_STRING) {
            p = fuzz_room(elts[i].raw.len);
            len = ngx_print_json_unescape(p, &elts[i].raw) - p;

            last = fuzz_room(ngx_print_json_string(NULL, p, len));
            fuzz_answer(last, (u_char *) ngx_print_json_string(last, p, len)
                              - last);
        }
    }
}
