
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"

#include "ngx_print_json.h"
#include "ngx_print_query.h"


typedef struct {
    ngx_str_t    query;
    ngx_str_t    json;
} query_vector_t;


#include "query_vectors.h"


static void query_test_vectors(void);
static void query_test_prefixes(void);
static void query_test_bytes(void);
static void query_test_get(void);
static void query_test_string(void);
static void query_test_except(void);
static void query_test_parameters(void);
static void query_test_hostile(void);
static void query_test_no_memory(void);

static ngx_print_query_node_t *query_parse(ngx_str_t *query);
static ngx_uint_t query_gives(ngx_print_query_node_t *node, ngx_str_t *except,
    ngx_str_t *json);
static ngx_uint_t query_is_json(ngx_print_query_node_t *node);
static ngx_str_t query_json(ngx_print_query_node_t *node, ngx_str_t *except);
static void query_repeat(const char *text, size_t size);
static void query_fill(const char *format);


/*
 * The parser once more, over an allocator that can be made to fail, as that of
 * the shim cannot.
 */

#define ngx_palloc              query_alloc
#define ngx_pnalloc             query_alloc
#define ngx_print_query_parse   query_fail_parse
#define ngx_print_query_get     query_fail_get
#define ngx_print_query_string  query_fail_string
#define ngx_print_query_json    query_fail_json

static void *query_alloc(ngx_pool_t *pool, size_t size);

ngx_print_query_node_t *query_fail_parse(ngx_pool_t *pool, ngx_str_t *src);
ngx_print_query_node_t *query_fail_get(ngx_print_query_node_t *root,
    ngx_str_t *name);
ngx_int_t query_fail_string(ngx_print_query_node_t *node, ngx_str_t *value);
uintptr_t query_fail_json(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except);

#include "ngx_print_query.c"

#undef ngx_palloc
#undef ngx_pnalloc
#undef ngx_print_query_parse
#undef ngx_print_query_get
#undef ngx_print_query_string
#undef ngx_print_query_json


static ngx_str_t   query_client_id = ngx_string("clientId");

/* allocations until one fails */
static ngx_uint_t  query_left;

static u_char      query_text[1024 * 1024];
static ngx_str_t   query_long = { 0, query_text };


int
main(void)
{
    query_test_vectors();
    query_test_prefixes();
    query_test_bytes();
    query_test_get();
    query_test_string();
    query_test_except();
    query_test_parameters();
    query_test_hostile();
    query_test_no_memory();

    return unit_end();
}


static void
query_test_vectors(void)
{
    ngx_uint_t               i;
    ngx_print_query_node_t  *root;

    static query_vector_t  none = { ngx_null_string, unit_str("{}") };

    unit_about("an empty query of no address");

    root = ngx_print_query_parse(NULL, &none.query);
    unit_check(query_gives(root, NULL, &none.json));

    for (i = 0; i < sizeof(query_vectors) / sizeof(query_vector_t); i++) {
        unit_about("%.200s", query_vectors[i].query.data);

        root = query_parse(&query_vectors[i].query);

        unit_check(query_gives(root, NULL, &query_vectors[i].json));
        unit_check(query_is_json(root));
    }
}


static void
query_test_prefixes(void)
{
    ngx_str_t   query;
    ngx_uint_t  i;

    for (i = 0; i < sizeof(query_vectors) / sizeof(query_vector_t); i++) {
        query = query_vectors[i].query;

        if (query.len > 200) {
            continue;
        }

        while (query.len) {
            query.len--;

            unit_about("%.*s", (int) query.len, query.data);
            unit_check(query_is_json(query_parse(&query)));
        }
    }
}


/* every byte in every place of a name and a value */

static void
query_test_bytes(void)
{
    u_char      buf[sizeof("a[b][]=%4a&a=b") - 1];
    ngx_str_t   query;
    ngx_uint_t  i, c;

    query.data = buf;
    query.len = sizeof(buf);

    for (i = 0; i < sizeof(buf); i++) {
        ngx_memcpy(buf, "a[b][]=%4a&a=b", sizeof(buf));

        for (c = 0; c < 256; c++) {
            buf[i] = (u_char) c;

            unit_about("byte %lu at %lu", (unsigned long) c,
                       (unsigned long) i);
            unit_check(query_is_json(query_parse(&query)));
        }
    }
}


static void
query_test_get(void)
{
    ngx_uint_t               i;
    ngx_print_query_node_t  *root, *node;

    static ngx_str_t  query = unit_str("b=x&clientId=abc&07=y&7=z&a[]=v");

    static struct {
        ngx_str_t  name;
        ngx_str_t  json;
    } members[] = {
        { unit_str("b"), unit_str("\"x\"") },
        { unit_str("clientId"), unit_str("\"abc\"") },
        { unit_str("07"), unit_str("\"y\"") },
        { unit_str("7"), unit_str("\"z\"") },
        { unit_str("a"), unit_str("[\"v\"]") }
    };

    static ngx_str_t  none[] = {
        unit_str(""), unit_str("c"), unit_str("clientI"),
        unit_str("clientid"), unit_str("clientId "), unit_str("8"),
        unit_str("0"), unit_str("4294967295"), unit_str("toString"),
        unit_str("__proto__")
    };

    root = query_parse(&query);

    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        unit_about("get %s", members[i].name.data);

        node = ngx_print_query_get(root, &members[i].name);

        unit_check(node != NULL);
        unit_check(node && query_gives(node, NULL, &members[i].json));
    }

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        unit_about("get %s", none[i].data);
        unit_check(ngx_print_query_get(root, &none[i]) == NULL);
    }
}


static void
query_test_string(void)
{
    ngx_str_t                value, want;
    ngx_uint_t               i;
    ngx_print_query_node_t  *root, *node;

    static struct {
        ngx_str_t    query;
        const char  *value;     /* NULL: it is no string */
    } strings[] = {
        { unit_str("clientId=abc"), "abc" },
        { unit_str("clientId="), "" },
        { unit_str("clientId"), "" },
        { unit_str("x=1&clientId=a+%62%C3%A9&y=2"), "a b\303\251" },
        { unit_str("clientId=\377"), "\357\277\275" },
        { unit_str("%63lientId=7"), "7" },
        { unit_str("clientId=a&clientId=b"), NULL },
        { unit_str("clientId[]=a"), NULL },
        { unit_str("clientId[a]=b"), NULL },
        { unit_str("clientId[a]=b&clientId=c"), NULL }
    };

    for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        unit_about("string %s", strings[i].query.data);

        root = query_parse(&strings[i].query);
        node = ngx_print_query_get(root, &query_client_id);

        unit_check(node != NULL);

        if (strings[i].value == NULL) {
            unit_check(ngx_print_query_string(node, &value) == NGX_DECLINED);
            continue;
        }

        want.data = (u_char *) strings[i].value;
        want.len = ngx_strlen(strings[i].value);

        unit_check(ngx_print_query_string(node, &value) == NGX_OK);
        unit_check(value.len == want.len
                   && ngx_memcmp(value.data, want.data, want.len) == 0);
    }
}


static void
query_test_except(void)
{
    ngx_str_t   *except;
    ngx_uint_t   i;

    static ngx_str_t  seven = unit_str("7");

    static query_vector_t  tests[] = {
        { unit_str(""), unit_str("{}") },
        { unit_str("a=1"), unit_str("{\"a\":\"1\"}") },
        { unit_str("clientId=1"), unit_str("{}") },
        { unit_str("clientId=1&a=2"), unit_str("{\"a\":\"2\"}") },
        { unit_str("a=2&clientId=1"), unit_str("{\"a\":\"2\"}") },
        { unit_str("a=2&clientId[x]=1&b=3"),
          unit_str("{\"a\":\"2\",\"b\":\"3\"}") },
        { unit_str("a[clientId]=2"), unit_str("{\"a\":{\"clientId\":\"2\"}}") },

        /* the rest without "7" */

        { unit_str("7=a&07=b&77=c"), unit_str("{\"77\":\"c\",\"07\":\"b\"}") },
        { unit_str("a=1&7=b&6=c"), unit_str("{\"6\":\"c\",\"a\":\"1\"}") },
        { unit_str("7[7]=a"), unit_str("{}") }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        unit_about("except %s", tests[i].query.data);

        except = i < 7 ? &query_client_id : &seven;

        unit_check(query_gives(query_parse(&tests[i].query), except,
                               &tests[i].json));
    }
}


/* each of the thousand first counts, and none of the others */

static void
query_test_parameters(void)
{
    ngx_str_t                name;
    ngx_print_query_node_t  *root;

    unit_about("1001 parameters");

    query_fill("k%lu=x&");
    query_long.len += sprintf((char *) query_text + query_long.len, "last=x");

    root = query_parse(&query_long);

    ngx_str_set(&name, "k0");
    unit_check(ngx_print_query_get(root, &name) != NULL);

    ngx_str_set(&name, "k999");
    unit_check(ngx_print_query_get(root, &name) != NULL);

    ngx_str_set(&name, "last");
    unit_check(ngx_print_query_get(root, &name) == NULL);
}


/* what would take hours or the stack if it were not linear or bounded */

static void
query_test_hostile(void)
{
    ngx_uint_t  i;

    static const char  *formats[] = {
        "a[b][c][d][e][f%lu]=x&", "k%lu[b][c][d][e][f]=x&",
        "k[b][c][d][e][f][g%lu]=x&", "a[]=%lu&", "a[]x%lu=x&", "a[20]x%lu=x&",
        "a[%lu]=x&", "%lu=x&", "a[0]x%lu[b]=x&", "a[k]=x&a=%lu&"
    };

    static const char  *texts[] = {
        "[", "]", "[]", "[a]", "a[", "%", "%4", "%E4", "%25", "+", "&", "=",
        "]=", "a", "\377", "\001", "\303\251", "a[20]=x&", "a[0]=x&a[a]=x&"
    };

    for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        unit_about("hostile %s", formats[i]);

        query_fill(formats[i]);
        unit_check(query_is_json(query_parse(&query_long)));
    }

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        unit_about("hostile %s", texts[i]);

        query_repeat(texts[i], 1024 * 1024);
        unit_check(query_is_json(query_parse(&query_long)));
    }
}


static void
query_test_no_memory(void)
{
    ngx_uint_t               i, n;
    ngx_print_query_node_t  *root;

    static query_vector_t  tests[] = {
        { unit_str(""), unit_str("{}") },
        { unit_str("a=\377"), unit_str("{\"a\":\"\357\277\275\"}") },
        { unit_str("a=1&a=2"), unit_str("{\"a\":[\"1\",\"2\"]}") },
        { unit_str("a=1&a[]=2"), unit_str("{\"a\":[\"1\",\"2\"]}") },
        { unit_str("a=1&a[b]=2"), unit_str("{\"a\":[\"1\",{\"b\":\"2\"}]}") },
        { unit_str("a[0][b]=1&a[0][b][]=2"),
          unit_str("{\"a\":[{\"b\":[\"1\",\"2\"]}]}") },
        { unit_str("a[b]=1&a[b]x=2"),
          unit_str("{\"a\":{\"b\":[\"1\",\"2\"]}}") }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {

        for (n = 1; n < 30; n++) {
            unit_about("allocation %lu of %s", (unsigned long) n,
                       tests[i].query.data);

            query_left = n;
            root = query_fail_parse(NULL, &tests[i].query);

            if (query_left) {
                break;
            }

            unit_check(root == NULL);
        }

        unit_check(n > 3);
        unit_check(root && query_gives(root, NULL, &tests[i].json));
    }
}


static void *
query_alloc(ngx_pool_t *pool, size_t size)
{
    if (query_left == 0 || --query_left == 0) {
        return NULL;
    }

    return ngx_palloc(pool, size);
}


/* the query ends at a guard page */

static ngx_print_query_node_t *
query_parse(ngx_str_t *query)
{
    ngx_str_t                src;
    ngx_print_query_node_t  *root;

    src.data = unit_guard(query->data, query->len);
    src.len = query->len;

    root = ngx_print_query_parse(NULL, &src);

    if (root == NULL) {
        perror("ngx_print_query_parse()");
        exit(2);
    }

    return root;
}


static ngx_uint_t
query_gives(ngx_print_query_node_t *node, ngx_str_t *except, ngx_str_t *json)
{
    ngx_str_t   text;
    ngx_uint_t  ok;

    text = query_json(node, except);

    ok = (text.len == json->len
          && ngx_memcmp(text.data, json->data, text.len) == 0);

    if (!ok) {
        printf("%.*s instead of %s\n", (int) text.len, text.data, json->data);
    }

    free(text.data);

    return ok;
}


static ngx_uint_t
query_is_json(ngx_print_query_node_t *node)
{
    ngx_str_t               text;
    ngx_int_t               rc;
    ngx_print_json_value_t  value;

    text = query_json(node, NULL);
    rc = ngx_print_json_read(&text, &value, NULL, 0, NULL);
    free(text.data);

    return rc == NGX_OK && value.type == NGX_PRINT_JSON_OBJECT;
}


static ngx_str_t
query_json(ngx_print_query_node_t *node, ngx_str_t *except)
{
    u_char     *last;
    ngx_str_t   text;

    text.len = ngx_print_query_json(NULL, node, except);

    text.data = malloc(text.len);
    if (text.data == NULL) {
        perror("malloc()");
        exit(2);
    }

    last = (u_char *) ngx_print_query_json(text.data, node, except);

    unit_check(last == text.data + text.len);

    return text;
}


/* query_long: the text, over and over, size bytes in all */

static void
query_repeat(const char *text, size_t size)
{
    size_t  i, len;

    len = ngx_strlen(text);

    for (i = 0; i < size; i++) {
        query_text[i] = text[i % len];
    }

    query_long.len = size;
}


/* query_long: the format, with the numbers up to 999 */

static void
query_fill(const char *format)
{
    char        *p;
    ngx_uint_t   i;

    p = (char *) query_text;

    for (i = 0; i < 1000; i++) {
        p += sprintf(p, format, (unsigned long) i);
    }

    query_long.len = (u_char *) p - query_text;
}


/* what the JSON reader wants, which is not what is tested here */

static ngx_cycle_t     query_cycle;
volatile ngx_cycle_t  *ngx_cycle = &query_cycle;


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    return malloc(size);
}
