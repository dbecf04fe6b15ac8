
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"

#include "ngx_print_json.h"


#define JSON_MAX     4
#define JSON_LEVELS  (1000 * 1000)

#define json_n(a)    (sizeof(a) / sizeof(a[0]))


typedef struct {
    ngx_str_t              text;
    ngx_print_json_type_e  type;
    ngx_uint_t             n;
    const char            *elts[JSON_MAX];
    const char            *keys[JSON_MAX];
} json_valid_t;


typedef struct {
    ngx_str_t              src;
    ngx_str_t              dst;
} json_pair_t;


static void json_test_valid(void);
static void json_test_prefixes(void);
static void json_test_invalid(void);
static void json_test_max(void);
static void json_test_member(void);
static void json_test_unescape(void);
static void json_test_number(void);
static void json_test_string(void);
static void json_test_utf8(void);
static void json_test_ascii(void);
static void json_test_twice(void);
static void json_test_deep(void);
static void json_test_no_memory(void);

static ngx_int_t json_read(ngx_str_t *text, ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t max, ngx_uint_t *n);
static size_t json_number_text(u_char *dst, const char *src);
static ngx_uint_t json_is(ngx_str_t *text, const char *want);
static ngx_uint_t json_same(u_char *p, size_t len, ngx_str_t *want);


static ngx_cycle_t     json_cycle;
volatile ngx_cycle_t  *ngx_cycle = &json_cycle;


/* of ngx_alloc(): allocations until one fails, 0: none does; their bytes */
static ngx_uint_t  json_left;
static size_t      json_allocated;


static json_valid_t  json_valid[] = {

    { unit_str("null"), NGX_PRINT_JSON_NULL, 0, { NULL }, { NULL } },
    { unit_str("true"), NGX_PRINT_JSON_BOOLEAN, 0, { NULL }, { NULL } },
    { unit_str("false"), NGX_PRINT_JSON_BOOLEAN, 0, { NULL }, { NULL } },
    { unit_str("0"), NGX_PRINT_JSON_NUMBER, 0, { NULL }, { NULL } },
    { unit_str("-0"), NGX_PRINT_JSON_NUMBER, 0, { NULL }, { NULL } },
    { unit_str("-12.5e+3"), NGX_PRINT_JSON_NUMBER, 0, { NULL }, { NULL } },
    { unit_str("1E999"), NGX_PRINT_JSON_NUMBER, 0, { NULL }, { NULL } },
    { unit_str("\"\""), NGX_PRINT_JSON_STRING, 0, { NULL }, { NULL } },
    { unit_str("\"a b\""), NGX_PRINT_JSON_STRING, 0, { NULL }, { NULL } },
    { unit_str("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""),
      NGX_PRINT_JSON_STRING, 0, { NULL }, { NULL } },
    { unit_str("\"\\ud800\\u0000\""), NGX_PRINT_JSON_STRING, 0, { NULL },
      { NULL } },
    { unit_str("\"\177\303\251\342\200\250\360\237\230\200\""),
      NGX_PRINT_JSON_STRING, 0, { NULL }, { NULL } },

    { unit_str("[]"), NGX_PRINT_JSON_ARRAY, 0, { NULL }, { NULL } },
    { unit_str("[ \t\r\n]"), NGX_PRINT_JSON_ARRAY, 0, { NULL }, { NULL } },
    { unit_str("[1]"), NGX_PRINT_JSON_ARRAY, 1, { "1" }, { "" } },
    { unit_str("[\"register\",\"station-1\"]"), NGX_PRINT_JSON_ARRAY, 2,
      { "\"register\"", "\"station-1\"" }, { "", "" } },
    { unit_str("[ null , true\t,\nfalse\r, -1.5e3 ]"), NGX_PRINT_JSON_ARRAY, 4,
      { "null", "true", "false", "-1.5e3" }, { "", "", "", "" } },
    { unit_str("[[],{},[[1 , 2],3],{ \"a\" : { \"b\" : [ ] } }]"),
      NGX_PRINT_JSON_ARRAY, 4,
      { "[]", "{}", "[[1 , 2],3]", "{ \"a\" : { \"b\" : [ ] } }" },
      { "", "", "", "" } },
    { unit_str("[\",\",\"]\",\"\\\"\",\":{\"]"), NGX_PRINT_JSON_ARRAY, 4,
      { "\",\"", "\"]\"", "\"\\\"\"", "\":{\"" }, { "", "", "", "" } },
    { unit_str("[1,2,3,4,5,6]"), NGX_PRINT_JSON_ARRAY, 6,
      { "1", "2", "3", "4" }, { "", "", "", "" } },

    { unit_str("{}"), NGX_PRINT_JSON_OBJECT, 0, { NULL }, { NULL } },
    { unit_str("{\"a\":1}"), NGX_PRINT_JSON_OBJECT, 1, { "1" },
      { "\"a\"" } },
    { unit_str("{ \"a\" : [ 1 ] , \"\" : { } }"), NGX_PRINT_JSON_OBJECT, 2,
      { "[ 1 ]", "{ }" }, { "\"a\"", "\"\"" } },
    { unit_str("{\"a\":1,\"\\u0061\":\"x\",\"a\":null}"),
      NGX_PRINT_JSON_OBJECT, 3, { "1", "\"x\"", "null" },
      { "\"a\"", "\"\\u0061\"", "\"a\"" } },
    { unit_str("{\"a\":{\"b\":1,\"c\":[{\"d\":2}]},\"e\":true}"),
      NGX_PRINT_JSON_OBJECT, 2,
      { "{\"b\":1,\"c\":[{\"d\":2}]}", "true" }, { "\"a\"", "\"e\"" } }
};


static ngx_str_t  json_invalid[] = {

    unit_str(""), unit_str(" "), unit_str("\n"), unit_str("nul"),
    unit_str("nulll"), unit_str("True"), unit_str("NaN"),
    unit_str("Infinity"), unit_str("undefined"), unit_str("'a'"),
    unit_str("a"),

    /* numbers */

    unit_str("-"), unit_str("+1"), unit_str("01"), unit_str("-01"),
    unit_str("00"), unit_str("1."), unit_str(".5"), unit_str("1.e1"),
    unit_str("1e"), unit_str("1e+"), unit_str("1e1.5"), unit_str("0x1"),
    unit_str("1_0"), unit_str("--1"), unit_str("[-]"), unit_str("[01]"),
    unit_str("[1.]"), unit_str("[1e]"),

    /* strings */

    unit_str("\""), unit_str("\"a"), unit_str("\"\\\""), unit_str("\"\\x\""),
    unit_str("\"\\'\""), unit_str("\"\\u\""), unit_str("\"\\u00g0\""),
    unit_str("\"\\u00\""), unit_str("\"\\U0041\""), unit_str("\"\t\""),
    unit_str("\"\n\""), unit_str("\"\0\""), unit_str("\"\037\""),
    unit_str("{\"\t\":1}"),

    /* arrays and objects */

    unit_str("["), unit_str("]"), unit_str("[1"), unit_str("[1,"),
    unit_str("[1,]"), unit_str("[,]"), unit_str("[,1]"), unit_str("[1 2]"),
    unit_str("[1}"), unit_str("[1:2]"), unit_str("[[]"), unit_str("{"),
    unit_str("}"), unit_str("{]"), unit_str("{\"a\"}"), unit_str("{\"a\":}"),
    unit_str("{\"a\":1,}"), unit_str("{a:1}"), unit_str("{1:1}"),
    unit_str("{\"a\" 1}"), unit_str("{\"a\":1 \"b\":2}"),
    unit_str("{\"a\",1}"), unit_str("{,}"), unit_str("{null:1}"),

    /* more than one value */

    unit_str("1 2"), unit_str("[]1"), unit_str("[] []"), unit_str("[],"),
    unit_str("{}}"), unit_str("\"a\"\"b\""), unit_str("[] \""),
    unit_str("[1]\"a"), unit_str("1 \"a"), unit_str("\"a\" \"\\"),
    unit_str("{} nul"), unit_str("true-"), unit_str("nulltrue"),
    unit_str("null\0"), unit_str("[]\0"),

    /* what is no white space, comments */

    unit_str("\v1"), unit_str("1\f"), unit_str("[\v]"), unit_str("[1,\f2]"),
    unit_str("{\"a\"\v:1}"), unit_str("\302\240" "1"),
    unit_str("\357\273\277[]"), unit_str("[]\357\273\277"),
    unit_str("\342\200\250[]"), unit_str("[/**/]"), unit_str("[]//"),
    unit_str("/**/[]"), unit_str("#[]"),

    /* not UTF-8 */

    unit_str("\"\200\""), unit_str("\"\377\""), unit_str("\"\300\200\""),
    unit_str("\"\301\277\""), unit_str("\"\340\200\200\""),
    unit_str("\"\340\237\277\""), unit_str("\"\355\240\200\""),
    unit_str("\"\355\277\277\""), unit_str("\"\360\200\200\200\""),
    unit_str("\"\360\217\277\277\""), unit_str("\"\364\220\200\200\""),
    unit_str("\"\365\200\200\200\""), unit_str("\"\303\""),
    unit_str("\"\342\202\""), unit_str("\"\360\237\230\""),
    unit_str("[\"\303\",\"\251\"]"), unit_str("{\"\377\":1}"),
    unit_str("\"\\\377\"")
};


int
main(void)
{
    json_test_valid();
    json_test_prefixes();
    json_test_invalid();
    json_test_max();
    json_test_member();
    json_test_unescape();
    json_test_number();
    json_test_string();
    json_test_utf8();
    json_test_ascii();
    json_test_twice();
    json_test_deep();
    json_test_no_memory();

    return unit_end();
}


/* as it is, and with white space around */

static void
json_test_valid(void)
{
    u_char                  *p, buf[256];
    ngx_str_t                text;
    ngx_uint_t               i, k, n, spaces;
    json_valid_t            *valid;
    ngx_print_json_value_t   value, elts[JSON_MAX];

    for (i = 0; i < 2 * json_n(json_valid); i++) {
        valid = &json_valid[i / 2];
        spaces = i % 2;

        p = buf;

        if (spaces) {
            p = ngx_cpymem(p, " \t\r\n", 4);
        }

        p = ngx_cpymem(p, valid->text.data, valid->text.len);

        if (spaces) {
            p = ngx_cpymem(p, "\n\r\t ", 4);
        }

        text.data = buf;
        text.len = p - buf;

        unit_about("%.*s", (int) text.len, text.data);

        unit_check(json_read(&text, &value, elts, JSON_MAX, &n) == NGX_OK);
        unit_check(value.type == valid->type);
        unit_check(json_is(&value.raw, (char *) valid->text.data));
        unit_check(value.key.len == 0);
        unit_check(n == valid->n);

        for (k = 0; k < ngx_min(n, JSON_MAX); k++) {
            unit_check(json_is(&elts[k].raw, valid->elts[k]));
            unit_check(json_is(&elts[k].key, valid->keys[k]));

            text = elts[k].raw;

            unit_check(ngx_print_json_read(&text, &value, NULL, 0, NULL)
                       == NGX_OK);
            unit_check(value.type == elts[k].type);
        }
    }
}


/* of a number a prefix may be one too, of all else it is not JSON */

static void
json_test_prefixes(void)
{
    ngx_str_t               text;
    ngx_int_t               rc;
    ngx_uint_t              i, n;
    ngx_print_json_value_t  value, elts[JSON_MAX];

    for (i = 0; i < json_n(json_valid); i++) {
        text = json_valid[i].text;

        while (text.len) {
            text.len--;

            unit_about("%.*s", (int) text.len, text.data);

            rc = json_read(&text, &value, elts, JSON_MAX, &n);

            if (rc == NGX_OK && json_valid[i].type == NGX_PRINT_JSON_NUMBER) {
                unit_check(value.raw.len == text.len);

            } else {
                unit_check(rc == NGX_DECLINED);
            }
        }
    }
}


static void
json_test_invalid(void)
{
    ngx_uint_t              i, n;
    ngx_print_json_value_t  value, elts[JSON_MAX];

    static ngx_str_t  none = ngx_null_string;

    for (i = 0; i < json_n(json_invalid); i++) {
        unit_about("%.*s", (int) json_invalid[i].len, json_invalid[i].data);

        unit_check(json_read(&json_invalid[i], &value, elts, JSON_MAX, &n)
                   == NGX_DECLINED);
        unit_check(json_read(&json_invalid[i], &value, NULL, 0, NULL)
                   == NGX_DECLINED);
    }

    unit_about("an empty text of no address");
    unit_check(ngx_print_json_read(&none, &value, NULL, 0, NULL)
               == NGX_DECLINED);
}


/* no more elements than there is room for are written */

static void
json_test_max(void)
{
    ngx_uint_t              max, n;
    ngx_print_json_value_t  value, elts[JSON_MAX + 1];

    static ngx_str_t  text = unit_str("[1,[2],{\"a\":3},\"4\"]");

    for (max = 0; max <= JSON_MAX; max++) {
        unit_about("max %lu", (unsigned long) max);

        ngx_memzero(elts, sizeof(elts));

        unit_check(json_read(&text, &value, elts, max, &n) == NGX_OK);
        unit_check(n == 4);
        unit_check(max == 0 || elts[max - 1].type != NGX_PRINT_JSON_NONE);
        unit_check(elts[max].type == NGX_PRINT_JSON_NONE);
    }
}


static void
json_test_member(void)
{
    ngx_uint_t               i, n;
    ngx_print_json_value_t   value, elts[10], *member;

    static ngx_str_t  text = unit_str(
        "{\"a\":1,\"b\":2,\"\\u0061\":3,\"\\u00e9\":4,\"\":5,\"x\\ny\":6,"
        "\"\\ud83d\\ude00\":7,\"\\ud800\":8,\"__proto__\":9,\"b\\u0000\":10}");

    static struct {
        ngx_str_t    name;
        const char  *raw;
    } tests[] = {
        { unit_str("a"), "3" }, { unit_str("b"), "2" },
        { unit_str("\303\251"), "4" }, { unit_str(""), "5" },
        { unit_str("x\ny"), "6" }, { unit_str("\360\237\230\200"), "7" },
        { unit_str("\357\277\275"), "8" }, { unit_str("__proto__"), "9" },
        { unit_str("b\0"), "10" }, { unit_str("c"), NULL },
        { unit_str("aa"), NULL }, { unit_str("x"), NULL },
        { unit_str("x\\ny"), NULL }, { unit_str("\303"), NULL },
        { unit_str("\\u0061"), NULL }, { unit_str("toString"), NULL }
    };

    unit_check(json_read(&text, &value, elts, 10, &n) == NGX_OK);
    unit_check(n == 10);

    for (i = 0; i < json_n(tests); i++) {
        unit_about("member %s", tests[i].name.data);

        member = ngx_print_json_member(elts, n, &tests[i].name);

        unit_check((member == NULL) == (tests[i].raw == NULL));
        unit_check(member == NULL || json_is(&member->raw, tests[i].raw));
    }

    unit_about("a member of none");
    unit_check(ngx_print_json_member(elts, 0, &tests[0].name) == NULL);
}


static void
json_test_unescape(void)
{
    u_char      *p, buf[64];
    ngx_str_t    raw;
    ngx_uint_t   i;

    static json_pair_t  tests[] = {
        { unit_str("\"\""), unit_str("") },
        { unit_str("\"abc\""), unit_str("abc") },
        { unit_str("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
          unit_str("\"\\/\b\f\n\r\t") },
        { unit_str("\"\\u0000\\u001F\\u007f\""), unit_str("\0\037\177") },
        { unit_str("\"\\u0080\\u07FF\""), unit_str("\302\200\337\277") },
        { unit_str("\"\\u0800\\uffff\""),
          unit_str("\340\240\200\357\277\277") },
        { unit_str("\"\\ud7ff\\ue000\""),
          unit_str("\355\237\277\356\200\200") },
        { unit_str("\"\\ud800\\udc00\""), unit_str("\360\220\200\200") },
        { unit_str("\"\\uDBFF\\uDFFF\""), unit_str("\364\217\277\277") },
        { unit_str("\"\\ud83d\\ude00!\""), unit_str("\360\237\230\200!") },
        { unit_str("\"\\ud800\""), unit_str("\357\277\275") },
        { unit_str("\"\\udc00\""), unit_str("\357\277\275") },
        { unit_str("\"\\ud800a\""), unit_str("\357\277\275a") },
        { unit_str("\"\\ud800\\n\""), unit_str("\357\277\275\n") },
        { unit_str("\"\\ud800\\u0041\""), unit_str("\357\277\275A") },
        { unit_str("\"\\ud800\\ud800\\udc00\""),
          unit_str("\357\277\275\360\220\200\200") },
        { unit_str("\"\\udc00\\ud800\""),
          unit_str("\357\277\275\357\277\275") },
        { unit_str("\"\303\251\360\237\230\200\""),
          unit_str("\303\251\360\237\230\200") }
    };

    for (i = 0; i < json_n(tests); i++) {
        raw.len = tests[i].src.len;
        raw.data = unit_guard(tests[i].src.data, raw.len);

        unit_about("unescape %s", tests[i].src.data);

        p = ngx_print_json_unescape(buf, &raw);

        unit_check(json_same(buf, p - buf, &tests[i].dst));
        unit_check((size_t) (p - buf) <= raw.len);
    }
}


/* each as the element of an array, what its contract asks for */

static void
json_test_number(void)
{
    u_char                  *p, text[2100];
    u_char                   buf[NGX_PRINT_JSON_NUMBER_LEN];
    ngx_str_t                array;
    ngx_uint_t               i, n;
    ngx_print_json_value_t   value, elt;

    /* "%0" is a thousand zeros, "%9" a thousand nines */

    static const char  *tests[][2] = {
        { "0", "0" }, { "-0", "0" }, { "-0.0e5", "0" }, { "1.0", "1" },
        { "100", "100" }, { "-12.50", "-12.5" }, { "0.1", "0.1" },
        { "1e2", "100" }, { "123E-2", "1.23" }, { "0.000001", "0.000001" },
        { "0.0000001", "1e-7" }, { "-0.00000123", "-0.00000123" },
        { "1.5e-7", "1.5e-7" }, { "1e20", "100000000000000000000" },
        { "123456789012345678901", "123456789012345680000" },
        { "1e21", "1e+21" }, { "1.25e+21", "1.25e+21" },
        { "1234567890123456789012", "1.2345678901234568e+21" },
        { "9007199254740993", "9007199254740992" },
        { "9007199254740995", "9007199254740996" },
        { "0.30000000000000004", "0.30000000000000004" },
        { "1e23", "1e+23" }, { "9.5e-9", "9.5e-9" },
        { "4.35", "4.35" }, { "2.2250738585072011e-308",
          "2.225073858507201e-308" },

        /* a power of two, the nearest of 16 digits is another double */

        { "5.6843418860808015e-14", "5.684341886080802e-14" },
        { "9.5367431640625e-7", "9.5367431640625e-7" },

        /* halves to even */

        { "1125899906842624.25", "1125899906842624.2" },
        { "1125899906842624.75", "1125899906842624.8" },

        /* the least and the greatest */

        { "5e-324", "5e-324" }, { "2.4703282292062328e-324", "5e-324" },
        { "2.4703282292062327e-324", "0" }, { "-1e-400", "0" },
        { "1.7976931348623157e308", "1.7976931348623157e+308" },
        { "1.7976931348623159e308", "Infinity" }, { "1e309", "Infinity" },
        { "-1e309", "-Infinity" }, { "1e99999999999999999999", "Infinity" },
        { "1e-99999999999999999999", "0" }, { "0e99999999999999999999", "0" },

        /* long */

        { "1%0e-1000", "1" }, { "1%0", "Infinity" }, { "0.%01e1001", "1" },
        { "1.%01", "1" }, { "9007199254740993.%01", "9007199254740994" },
        { "0.%9", "1" }, { "-%9e-999", "-10" }
    };

    for (i = 0; i < json_n(tests); i++) {
        unit_about("number %s", tests[i][0]);

        array.data = text;
        array.len = json_number_text(text, tests[i][0]);

        unit_check(json_read(&array, &value, &elt, 1, &n) == NGX_OK);

        p = ngx_print_json_number(buf, &elt.raw);

        unit_check((size_t) (p - buf) == strlen(tests[i][1])
                   && memcmp(buf, tests[i][1], p - buf) == 0);
    }
}


static void
json_test_string(void)
{
    size_t       len;
    u_char      *last, *src, buf[64];
    ngx_uint_t   i;

    static json_pair_t  tests[] = {
        { unit_str(""), unit_str("\"\"") },
        { unit_str("abc"), unit_str("\"abc\"") },
        { unit_str("\"\\/"), unit_str("\"\\\"\\\\/\"") },
        { unit_str("\b\f\n\r\t"), unit_str("\"\\b\\f\\n\\r\\t\"") },
        { unit_str("\0\001\013\016\017\020\037"),
          unit_str("\"\\u0000\\u0001\\u000b\\u000e\\u000f\\u0010\\u001f\"") },
        { unit_str(" \177"), unit_str("\" \177\"") },
        { unit_str("\303\251\342\200\250\360\237\230\200"),
          unit_str("\"\303\251\342\200\250\360\237\230\200\"") },
        { unit_str("a\377\"b"), unit_str("\"a\357\277\275\\\"b\"") }
    };

    for (i = 0; i < json_n(tests); i++) {
        unit_about("string %s", tests[i].src.data);

        len = tests[i].src.len;
        src = unit_guard(tests[i].src.data, len);

        unit_check(ngx_print_json_string(NULL, src, len) == tests[i].dst.len);

        last = (u_char *) ngx_print_json_string(buf, src, len);

        unit_check(json_same(buf, last - buf, &tests[i].dst));
    }
}


static void
json_test_utf8(void)
{
    u_char      *last, *src, buf[64];
    ngx_uint_t   i;

    static json_pair_t  tests[] = {
        { unit_str(""), unit_str("") },
        { unit_str("\0a\177"), unit_str("\0a\177") },
        { unit_str("\302\200\337\277"), unit_str("\302\200\337\277") },
        { unit_str("\340\240\200\355\237\277\356\200\200\357\277\277"),
          unit_str("\340\240\200\355\237\277\356\200\200\357\277\277") },
        { unit_str("\360\220\200\200\364\217\277\277"),
          unit_str("\360\220\200\200\364\217\277\277") },

        /* of no character */

        { unit_str("\200"), unit_str("\357\277\275") },
        { unit_str("a\377b"), unit_str("a\357\277\275b") },
        { unit_str("\300\200"), unit_str("\357\277\275\357\277\275") },
        { unit_str("\301\277"), unit_str("\357\277\275\357\277\275") },
        { unit_str("\340\200\200"),
          unit_str("\357\277\275\357\277\275\357\277\275") },
        { unit_str("\355\240\200"),
          unit_str("\357\277\275\357\277\275\357\277\275") },
        { unit_str("\360\217\277\277"),
          unit_str("\357\277\275\357\277\275\357\277\275\357\277\275") },
        { unit_str("\364\220\200\200"),
          unit_str("\357\277\275\357\277\275\357\277\275\357\277\275") },
        { unit_str("\365\200"), unit_str("\357\277\275\357\277\275") },

        /* maximal parts */

        { unit_str("\303"), unit_str("\357\277\275") },
        { unit_str("\303a"), unit_str("\357\277\275a") },
        { unit_str("\342\202"), unit_str("\357\277\275") },
        { unit_str("\342\202\342\202\254"),
          unit_str("\357\277\275\342\202\254") },
        { unit_str("\360\237\230"), unit_str("\357\277\275") },
        { unit_str("\360\237\230a"), unit_str("\357\277\275a") },
        { unit_str("\360\237\360\237\230\200"),
          unit_str("\357\277\275\360\237\230\200") }
    };

    for (i = 0; i < json_n(tests); i++) {
        unit_about("UTF-8 %s", tests[i].src.data);

        src = unit_guard(tests[i].src.data, tests[i].src.len);

        unit_check(ngx_print_json_is_utf8(src, tests[i].src.len)
                   == json_same(src, tests[i].src.len, &tests[i].dst));

        last = ngx_print_json_utf8(buf, src, tests[i].src.len);

        unit_check(json_same(buf, last - buf, &tests[i].dst));
    }
}


static void
json_test_ascii(void)
{
    u_char      *src, *last, buf[64];
    size_t       size;
    ngx_uint_t   i;

    static json_pair_t  tests[] = {
        { unit_str(""), unit_str("") },
        { unit_str("[\"a\\\\\\u6253\"]"), unit_str("[\"a\\\\\\u6253\"]") },
        { unit_str("\302\200"), unit_str("\\u0080") },
        { unit_str("\337\277"), unit_str("\\u07ff") },
        { unit_str("\340\240\200"), unit_str("\\u0800") },
        { unit_str("\346\211\223\345\215\260"), unit_str("\\u6253\\u5370") },
        { unit_str("\357\277\277"), unit_str("\\uffff") },
        { unit_str("\360\220\200\200"), unit_str("\\ud800\\udc00") },
        { unit_str("a\360\237\230\200b"), unit_str("a\\ud83d\\ude00b") },
        { unit_str("\364\217\277\277"), unit_str("\\udbff\\udfff") },
        { unit_str("\342\202"), unit_str("\\ufffd") },
        { unit_str("\377a"), unit_str("\\ufffda") }
    };

    for (i = 0; i < json_n(tests); i++) {
        unit_about("ASCII %s", tests[i].dst.data);

        src = unit_guard(tests[i].src.data, tests[i].src.len);

        size = ngx_print_json_ascii(NULL, src, tests[i].src.len);
        last = (u_char *) ngx_print_json_ascii(buf, src, tests[i].src.len);

        unit_check(size == (size_t) (last - buf));
        unit_check(json_same(buf, last - buf, &tests[i].dst));
    }
}


static void
json_test_twice(void)
{
    u_char      *src;
    ngx_uint_t   i;

    static struct {
        ngx_str_t   text;
        ngx_uint_t  twice;
    } tests[] = {
        { unit_str(""), 0 },
        { unit_str("\"abc\""), 0 },

        /* a text, and what becomes of it */

        { unit_str("\346\211\223\345\215\260"), 0 },
        { unit_str("\303\246\302\211\302\223\303\245\302\215\302\260"), 1 },
        { unit_str("\303\251"), 0 },
        { unit_str("\303\203\302\251"), 1 },
        { unit_str("a\303\203\302\251b"), 1 },
        { unit_str("\303\260\302\237\302\230\302\200"), 1 },

        /* not all of it, or not valid */

        { unit_str("\303\203\302\251\346\211\223"), 0 },
        { unit_str("\303\203\302\251\303\251"), 0 },
        { unit_str("\303\203\302"), 0 },
        { unit_str("\303\203\303"), 0 },
        { unit_str("\303\203"), 0 },
        { unit_str("\303\246\302\211"), 0 },
        { unit_str("\303\255\302\240\302\200"), 0 },
        { unit_str("\303"), 0 }
    };

    for (i = 0; i < json_n(tests); i++) {
        unit_about("twice %s", tests[i].text.data);

        src = unit_guard(tests[i].text.data, tests[i].text.len);

        unit_check(ngx_print_json_is_utf8_twice(src, tests[i].text.len)
                   == tests[i].twice);
    }
}


/* neither the stack nor much memory is used up */

static void
json_test_deep(void)
{
    u_char                  *p;
    ngx_str_t                text;
    ngx_uint_t               n;
    ngx_print_json_value_t   value, elt;

    p = malloc(6 * JSON_LEVELS);
    if (p == NULL) {
        perror("malloc()");
        exit(2);
    }

    text.data = p;
    json_allocated = 0;

    unit_about("arrays, all open");

    memset(p, '[', JSON_LEVELS);
    text.len = JSON_LEVELS;
    unit_check(ngx_print_json_read(&text, &value, &elt, 1, &n)
               == NGX_DECLINED);

    unit_about("arrays");

    memset(p + JSON_LEVELS, ']', JSON_LEVELS);
    text.len = 2 * JSON_LEVELS;
    unit_check(ngx_print_json_read(&text, &value, &elt, 1, &n) == NGX_OK);
    unit_check(n == 1 && value.raw.len == text.len);
    unit_check(elt.raw.data == p + 1 && elt.raw.len == text.len - 2);

    unit_about("objects, all open");

    for (n = 0; n < JSON_LEVELS; n++) {
        memcpy(p + 5 * n, "{\"\":[", 5);
    }

    text.len = 5 * JSON_LEVELS;
    unit_check(ngx_print_json_read(&text, &value, &elt, 1, &n)
               == NGX_DECLINED);

    unit_check(json_allocated < 16 * JSON_LEVELS);

    free(p);
}


/* a sanitizer tells whether anything is lost */

static void
json_test_no_memory(void)
{
    ngx_int_t                rc;
    ngx_uint_t               n, count;
    ngx_print_json_value_t   value, elt;

    /* it makes yajl grow all that it has */

    static ngx_str_t  text = unit_str(
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "\"\\n\"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        "]]]]]]");

    for (count = 1; count < 50; count++) {
        unit_about("allocation %lu", (unsigned long) count);

        json_left = count;
        rc = json_read(&text, &value, &elt, 1, &n);

        if (json_left) {
            break;
        }

        unit_check(rc == NGX_ERROR);
    }

    unit_check(rc == NGX_OK);
    unit_check(count > 5);

    json_left = 0;
}


/* the text ends at a guard page */

static ngx_int_t
json_read(ngx_str_t *text, ngx_print_json_value_t *value,
    ngx_print_json_value_t *elts, ngx_uint_t max, ngx_uint_t *n)
{
    ngx_str_t  src;

    src.data = unit_guard(text->data, text->len);
    src.len = text->len;

    return ngx_print_json_read(&src, value, elts, max, n);
}


static size_t
json_number_text(u_char *dst, const char *src)
{
    u_char  *p;

    p = dst;
    *p++ = '[';

    for ( /* void */ ; *src; src++) {

        if (*src != '%') {
            *p++ = *src;
            continue;
        }

        src++;
        memset(p, *src, 1000);
        p += 1000;
    }

    *p++ = ']';

    return p - dst;
}


static ngx_uint_t
json_is(ngx_str_t *text, const char *want)
{
    return text->len == strlen(want)
           && (text->len == 0 || memcmp(text->data, want, text->len) == 0);
}


static ngx_uint_t
json_same(u_char *p, size_t len, ngx_str_t *want)
{
    return len == want->len && memcmp(p, want->data, len) == 0;
}


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    if (json_left && --json_left == 0) {
        return NULL;
    }

    json_allocated += size;

    return malloc(size);
}
