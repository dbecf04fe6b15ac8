
/*
 * Copyright (C) the print hub contributors
 */


/*
 * This file is longer than others because it is one algorithm: that of qs,
 * with its rules for nesting and merging, which build on each other. A file for
 * a part of it would have to know the nodes and the rules of the other parts.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_json.h"
#include "ngx_print_query.h"


/* the index of a member that has a name */
#define NGX_PRINT_QUERY_NAMED  0xffffffff


typedef enum {
    NGX_PRINT_QUERY_STRING = 0,
    NGX_PRINT_QUERY_TRUE,
    NGX_PRINT_QUERY_ARRAY,
    NGX_PRINT_QUERY_OBJECT
} ngx_print_query_type_e;


/*
 * A value, and its place in the array or object that it belongs to. Arrays and
 * objects are lists of members: first those with an index, rising, then those
 * with a name, as they came; this is the order of properties in JavaScript.
 * The members of an array have no names; an index that is missing is a hole.
 */

struct ngx_print_query_node_s {
    ngx_print_query_type_e   type;

    uint32_t                 index;
    uint32_t                 hash;
    ngx_str_t                name;
    ngx_print_query_node_t  *next;

    ngx_str_t                value;
    ngx_print_query_node_t  *first;
    ngx_print_query_node_t  *last;
};


/* The seed makes it hard to choose names that have the same hash. */

typedef struct {
    ngx_pool_t              *pool;
    uint32_t                 seed;
    u_char                  *free;
} ngx_print_query_ctx_t;


/* the parts of a name: "a[b][]" has "a", "b" and "" */

typedef struct {
    ngx_str_t                parent;
    ngx_str_t                keys[NGX_PRINT_QUERY_MAX_DEPTH + 1];
    ngx_uint_t               n;
} ngx_print_query_path_t;


static ngx_int_t ngx_print_query_fields(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *fields, ngx_str_t *src);
static ngx_int_t ngx_print_query_field(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *fields, u_char *p, u_char *last);
static void ngx_print_query_decode(ngx_print_query_ctx_t *ctx, u_char *p,
    u_char *last, ngx_str_t *text);
static ngx_int_t ngx_print_query_hex(u_char c);
static ngx_print_query_node_t *ngx_print_query_nest(
    ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *field);
static void ngx_print_query_split(ngx_str_t *name,
    ngx_print_query_path_t *path);
static ngx_print_query_node_t *ngx_print_query_wrap_key(
    ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *node, ngx_str_t *key);
static ngx_print_query_node_t *ngx_print_query_wrap_index(
    ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *node, uint32_t index);
static ngx_print_query_node_t *ngx_print_query_wrap_name(
    ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *node, ngx_str_t *name);
static ngx_int_t ngx_print_query_merge(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source);
static ngx_int_t ngx_print_query_merge_string(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source);
static ngx_int_t ngx_print_query_merge_members(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source);
static ngx_int_t ngx_print_query_to_array(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node);
static ngx_print_query_node_t *ngx_print_query_node(
    ngx_print_query_ctx_t *ctx, ngx_print_query_type_e type);
static void ngx_print_query_name(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node, ngx_str_t *name);
static uint32_t ngx_print_query_index(ngx_str_t *name);
static ngx_print_query_node_t *ngx_print_query_find(
    ngx_print_query_node_t *list, ngx_print_query_node_t *key);
static void ngx_print_query_insert(ngx_print_query_node_t *list,
    ngx_print_query_node_t *node);
static void ngx_print_query_push(ngx_print_query_node_t *list,
    ngx_print_query_node_t *node);
static ngx_uint_t ngx_print_query_is(ngx_print_query_node_t *node,
    ngx_str_t *name);
static ngx_uint_t ngx_print_query_equal(ngx_str_t *a, ngx_str_t *b);
static size_t ngx_print_query_length(ngx_print_query_node_t *node,
    ngx_str_t *except);
static u_char *ngx_print_query_write(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except);
static uintptr_t ngx_print_query_member_name(u_char *p,
    ngx_print_query_node_t *member);


#define ngx_print_query_is_list(node)                                         \
    ((node)->type >= NGX_PRINT_QUERY_ARRAY)


static ngx_str_t  ngx_print_query_proto = ngx_string("__proto__");


/*
 * Works as qs does: it first reads the fields, and makes an array of those
 * with the same name; it then nests each field as its name says, and merges it
 * into the root.
 */

ngx_print_query_node_t *
ngx_print_query_parse(ngx_pool_t *pool, ngx_str_t *src)
{
    ngx_str_t                text;
    ngx_print_query_ctx_t    ctx;
    ngx_print_query_node_t  *root, *fields, *field, *next, *node;

    text = *src;

    if (!ngx_print_json_is_utf8(src->data, src->len)) {
        text.data = ngx_pnalloc(pool, 3 * src->len);
        if (text.data == NULL) {
            return NULL;
        }

        text.len = ngx_print_json_utf8(text.data, src->data, src->len)
                   - text.data;
    }

    ctx.pool = pool;
    ctx.seed = (uint32_t) ngx_random();

    /* room for decoded text, which is never longer than its source */

    ctx.free = ngx_pnalloc(pool, text.len + 1);
    if (ctx.free == NULL) {
        return NULL;
    }

    root = ngx_print_query_node(&ctx, NGX_PRINT_QUERY_OBJECT);
    fields = ngx_print_query_node(&ctx, NGX_PRINT_QUERY_OBJECT);

    if (root == NULL || fields == NULL
        || ngx_print_query_fields(&ctx, fields, &text) != NGX_OK)
    {
        return NULL;
    }

    for (field = fields->first; field; field = next) {
        next = field->next;

        node = ngx_print_query_nest(&ctx, field);

        if (node == NULL
            || ngx_print_query_merge(&ctx, root, node) != NGX_OK)
        {
            return NULL;
        }
    }

    return root;
}


static ngx_int_t
ngx_print_query_fields(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *fields, ngx_str_t *src)
{
    u_char      *p, *end, *last;
    ngx_uint_t   i;

    p = src->data;
    last = src->data + src->len;

    for (i = 0; p < last && i < NGX_PRINT_QUERY_MAX_PARAMETERS; i++) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (ngx_print_query_field(ctx, fields, p, end) != NGX_OK) {
            return NGX_ERROR;
        }

        p = end + 1;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_query_field(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *fields, u_char *p, u_char *last)
{
    u_char                  *eq;
    ngx_str_t                name;
    ngx_print_query_node_t  *field, *same;

    /* the first "]=", so that a key may have "=" in brackets */

    for (eq = p; eq < last; eq++) {
        if (eq[0] == ']' && last - eq > 1 && eq[1] == '=') {
            eq++;
            break;
        }
    }

    if (eq == last) {
        eq = ngx_strlchr(p, last, '=');
        if (eq == NULL) {
            eq = last;
        }
    }

    ngx_print_query_decode(ctx, p, eq, &name);

    if (name.len == 0) {
        return NGX_OK;
    }

    field = ngx_print_query_node(ctx, NGX_PRINT_QUERY_STRING);
    if (field == NULL) {
        return NGX_ERROR;
    }

    ngx_print_query_decode(ctx, ngx_min(eq + 1, last), last, &field->value);
    ngx_print_query_name(ctx, field, &name);

    same = ngx_print_query_find(fields, field);

    if (same == NULL) {
        ngx_print_query_insert(fields, field);
        return NGX_OK;
    }

    if (same->type == NGX_PRINT_QUERY_STRING
        && ngx_print_query_to_array(ctx, same) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_print_query_push(same, field);

    return NGX_OK;
}


/*
 * "+" is a space, and "%XX" is a byte. But if one "%XX" of the text is
 * malformed, or if the decoded text is not UTF-8, all of them stay unchanged.
 */

static void
ngx_print_query_decode(ngx_print_query_ctx_t *ctx, u_char *p, u_char *last,
    ngx_str_t *text)
{
    u_char      *d, *s;
    ngx_int_t    high, low;
    ngx_uint_t   escaped;

    text->data = ctx->free;
    d = text->data;
    escaped = 0;

    for (s = p; s < last; s++) {

        if (*s != '%') {
            *d++ = (*s == '+') ? ' ' : *s;
            continue;
        }

        high = (last - s > 2) ? ngx_print_query_hex(s[1]) : NGX_ERROR;
        low = (last - s > 2) ? ngx_print_query_hex(s[2]) : NGX_ERROR;

        if (high == NGX_ERROR || low == NGX_ERROR) {
            goto malformed;
        }

        *d++ = (u_char) (high << 4 | low);
        s += 2;
        escaped = 1;
    }

    /* text without escapes is UTF-8, as the whole source is */

    if (!escaped || ngx_print_json_is_utf8(text->data, d - text->data)) {
        goto done;
    }

malformed:

    d = text->data;

    for (s = p; s < last; s++) {
        *d++ = (*s == '+') ? ' ' : *s;
    }

done:

    text->len = d - text->data;
    ctx->free = d;
}


static ngx_int_t
ngx_print_query_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return NGX_ERROR;
}


static ngx_print_query_node_t *
ngx_print_query_nest(ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *field)
{
    ngx_print_query_node_t  *node;
    ngx_print_query_path_t   path;

    ngx_print_query_split(&field->name, &path);

    node = field;

    while (node && path.n) {
        node = ngx_print_query_wrap_key(ctx, node, &path.keys[--path.n]);
    }

    if (node && path.parent.len) {
        node = ngx_print_query_wrap_name(ctx, node, &path.parent);
    }

    return node;
}


/*
 * The text in a pair of brackets is a key. Text between two pairs is ignored.
 * From the pair after the deepest one on, all the rest is one key.
 */

static void
ngx_print_query_split(ngx_str_t *name, ngx_print_query_path_t *path)
{
    u_char     *p, *last, *open;
    ngx_str_t  *key;

    path->parent = *name;
    path->n = 0;

    last = name->data + name->len;
    open = NULL;

    for (p = name->data; p < last; p++) {

        if (*p == '[') {
            open = p;
        }

        if (*p != ']' || open == NULL) {
            continue;
        }

        key = &path->keys[path->n++];

        if (path->n == 1) {
            path->parent.len = open - name->data;
        }

        if (path->n > NGX_PRINT_QUERY_MAX_DEPTH) {
            key->data = open;
            key->len = last - open;
            return;
        }

        key->data = open + 1;
        key->len = p - key->data;
        open = NULL;
    }
}


static ngx_print_query_node_t *
ngx_print_query_wrap_key(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node, ngx_str_t *key)
{
    uint32_t  index;

    if (key->len == 0) {

        /* an array is not put into another array: "a[][]" is "a[]" */

        return (node->type == NGX_PRINT_QUERY_ARRAY)
               ? node : ngx_print_query_wrap_index(ctx, node, 0);
    }

    index = ngx_print_query_index(key);

    return (index <= NGX_PRINT_QUERY_MAX_INDEX)
           ? ngx_print_query_wrap_index(ctx, node, index)
           : ngx_print_query_wrap_name(ctx, node, key);
}


static ngx_print_query_node_t *
ngx_print_query_wrap_index(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node, uint32_t index)
{
    ngx_print_query_node_t  *array;

    array = ngx_print_query_node(ctx, NGX_PRINT_QUERY_ARRAY);
    if (array == NULL) {
        return NULL;
    }

    node->index = index;
    ngx_print_query_insert(array, node);

    return array;
}


static ngx_print_query_node_t *
ngx_print_query_wrap_name(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node, ngx_str_t *name)
{
    ngx_print_query_node_t  *object;

    object = ngx_print_query_node(ctx, NGX_PRINT_QUERY_OBJECT);
    if (object == NULL) {
        return NULL;
    }

    ngx_print_query_name(ctx, node, name);

    if (!ngx_print_query_equal(name, &ngx_print_query_proto)) {
        ngx_print_query_insert(object, node);
    }

    return object;
}


/* The recursion is as deep as the source, which is one nested field. */

static ngx_int_t
ngx_print_query_merge(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source)
{
    ngx_print_query_node_t  *node, *next;

    if (source->type == NGX_PRINT_QUERY_STRING) {
        return ngx_print_query_merge_string(ctx, target, source);
    }

    if (ngx_print_query_is_list(target)) {
        return ngx_print_query_merge_members(ctx, target, source);
    }

    if (ngx_print_query_to_array(ctx, target) != NGX_OK) {
        return NGX_ERROR;
    }

    if (source->type == NGX_PRINT_QUERY_OBJECT) {
        ngx_print_query_push(target, source);
        return NGX_OK;
    }

    /* append the elements of the array to the value, with its holes */

    for (node = source->first; node; node = next) {
        next = node->next;
        node->index++;
        ngx_print_query_insert(target, node);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_query_merge_string(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source)
{
    ngx_print_query_node_t  *node;

    if (source->value.len == 0) {
        return NGX_OK;
    }

    if (target->type == NGX_PRINT_QUERY_OBJECT) {

        if (ngx_print_query_equal(&source->value, &ngx_print_query_proto)) {
            return NGX_OK;
        }

        /* the value becomes the name of a member that is true */

        ngx_print_query_name(ctx, source, &source->value);

        node = ngx_print_query_find(target, source);

        if (node == NULL) {
            node = source;
            ngx_print_query_insert(target, node);
        }

        node->type = NGX_PRINT_QUERY_TRUE;

        return NGX_OK;
    }

    if (target->type != NGX_PRINT_QUERY_ARRAY
        && ngx_print_query_to_array(ctx, target) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_print_query_push(target, source);

    return NGX_OK;
}


static ngx_int_t
ngx_print_query_merge_members(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *target, ngx_print_query_node_t *source)
{
    ngx_print_query_node_t  *node, *next, *same;

    if (source->type == NGX_PRINT_QUERY_OBJECT) {
        target->type = NGX_PRINT_QUERY_OBJECT;
    }

    for (node = source->first; node; node = next) {
        next = node->next;

        same = ngx_print_query_find(target, node);

        if (same == NULL) {
            ngx_print_query_insert(target, node);
            continue;
        }

        if (target->type == NGX_PRINT_QUERY_ARRAY
            && (!ngx_print_query_is_list(same)
                || !ngx_print_query_is_list(node)))
        {
            ngx_print_query_push(target, node);
            continue;
        }

        if (ngx_print_query_merge(ctx, same, node) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Turns a node into an array, whose only element is what the node was. */

static ngx_int_t
ngx_print_query_to_array(ngx_print_query_ctx_t *ctx,
    ngx_print_query_node_t *node)
{
    ngx_print_query_node_t  *element;

    element = ngx_print_query_node(ctx, node->type);
    if (element == NULL) {
        return NGX_ERROR;
    }

    element->value = node->value;

    node->type = NGX_PRINT_QUERY_ARRAY;
    node->first = NULL;
    node->last = NULL;

    ngx_print_query_push(node, element);

    return NGX_OK;
}


static ngx_print_query_node_t *
ngx_print_query_node(ngx_print_query_ctx_t *ctx, ngx_print_query_type_e type)
{
    ngx_print_query_node_t  *node;

    node = ngx_palloc(ctx->pool, sizeof(ngx_print_query_node_t));

    if (node) {
        ngx_memzero(node, sizeof(ngx_print_query_node_t));
        node->type = type;
    }

    return node;
}


static void
ngx_print_query_name(ngx_print_query_ctx_t *ctx, ngx_print_query_node_t *node,
    ngx_str_t *name)
{
    size_t    i;
    uint32_t  hash;

    hash = ctx->seed;

    for (i = 0; i < name->len; i++) {
        hash = (hash ^ name->data[i]) * 0x01000193;
    }

    node->index = ngx_print_query_index(name);
    node->hash = hash;
    node->name = *name;
}


/*
 * Returns the index that JavaScript takes this name for: a decimal number
 * below 2^32 - 1. Any other name has none.
 */

static uint32_t
ngx_print_query_index(ngx_str_t *name)
{
    size_t    i;
    uint64_t  index;

    if (name->len == 0 || name->len > sizeof("4294967294") - 1
        || (name->data[0] == '0' && name->len > 1))
    {
        return NGX_PRINT_QUERY_NAMED;
    }

    index = 0;

    for (i = 0; i < name->len; i++) {

        if (name->data[i] < '0' || name->data[i] > '9') {
            return NGX_PRINT_QUERY_NAMED;
        }

        index = index * 10 + (name->data[i] - '0');
    }

    return (uint32_t) ngx_min(index, NGX_PRINT_QUERY_NAMED);
}


static ngx_print_query_node_t *
ngx_print_query_find(ngx_print_query_node_t *list, ngx_print_query_node_t *key)
{
    ngx_print_query_node_t  *node;

    for (node = list->first;
         node && node->index <= key->index;
         node = node->next)
    {
        if (node->index == key->index
            && (node->index != NGX_PRINT_QUERY_NAMED
                || (node->hash == key->hash
                    && ngx_print_query_equal(&node->name, &key->name))))
        {
            return node;
        }
    }

    return NULL;
}


static void
ngx_print_query_insert(ngx_print_query_node_t *list,
    ngx_print_query_node_t *node)
{
    ngx_print_query_node_t  **p;

    if (list->last && list->last->index <= node->index) {
        p = &list->last->next;

    } else {
        p = &list->first;

        while (*p && (*p)->index < node->index) {
            p = &(*p)->next;
        }
    }

    node->next = *p;
    *p = node;

    if (node->next == NULL) {
        list->last = node;
    }
}


static void
ngx_print_query_push(ngx_print_query_node_t *list,
    ngx_print_query_node_t *node)
{
    node->index = list->last ? list->last->index + 1 : 0;
    ngx_print_query_insert(list, node);
}


ngx_print_query_node_t *
ngx_print_query_get(ngx_print_query_node_t *root, ngx_str_t *name)
{
    ngx_print_query_node_t  *node;

    for (node = root->first; node; node = node->next) {
        if (ngx_print_query_is(node, name)) {
            return node;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_print_query_is(ngx_print_query_node_t *node, ngx_str_t *name)
{
    uint32_t  index;

    index = ngx_print_query_index(name);

    return node->index == index
           && (index != NGX_PRINT_QUERY_NAMED
               || ngx_print_query_equal(&node->name, name));
}


static ngx_uint_t
ngx_print_query_equal(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len && ngx_memcmp(a->data, b->data, a->len) == 0;
}


ngx_int_t
ngx_print_query_string(ngx_print_query_node_t *node, ngx_str_t *value)
{
    if (node->type != NGX_PRINT_QUERY_STRING) {
        return NGX_DECLINED;
    }

    *value = node->value;

    return NGX_OK;
}


uintptr_t
ngx_print_query_json(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except)
{
    return p ? (uintptr_t) ngx_print_query_write(p, node, except)
             : ngx_print_query_length(node, except);
}


static size_t
ngx_print_query_length(ngx_print_query_node_t *node, ngx_str_t *except)
{
    size_t                   len;
    ngx_uint_t               n;
    ngx_print_query_node_t  *member;

    if (!ngx_print_query_is_list(node)) {
        return (node->type == NGX_PRINT_QUERY_TRUE)
               ? sizeof("true") - 1
               : ngx_print_json_string(NULL, node->value.data,
                                       node->value.len);
    }

    len = sizeof("{}") - 1;
    n = 0;

    for (member = node->first; member; member = member->next) {

        if (except && ngx_print_query_is(member, except)) {
            continue;
        }

        if (n++) {
            len += sizeof(",") - 1;
        }

        if (node->type == NGX_PRINT_QUERY_OBJECT) {
            len += ngx_print_query_member_name(NULL, member) + sizeof(":") - 1;
        }

        len += ngx_print_query_length(member, NULL);
    }

    return len;
}


static u_char *
ngx_print_query_write(u_char *p, ngx_print_query_node_t *node,
    ngx_str_t *except)
{
    ngx_uint_t               n, object;
    ngx_print_query_node_t  *member;

    if (!ngx_print_query_is_list(node)) {
        return (node->type == NGX_PRINT_QUERY_TRUE)
               ? ngx_cpymem(p, "true", sizeof("true") - 1)
               : (u_char *) ngx_print_json_string(p, node->value.data,
                                                  node->value.len);
    }

    object = (node->type == NGX_PRINT_QUERY_OBJECT);
    n = 0;

    *p++ = object ? '{' : '[';

    for (member = node->first; member; member = member->next) {

        if (except && ngx_print_query_is(member, except)) {
            continue;
        }

        if (n++) {
            *p++ = ',';
        }

        if (object) {
            p = (u_char *) ngx_print_query_member_name(p, member);
            *p++ = ':';
        }

        p = ngx_print_query_write(p, member, NULL);
    }

    *p++ = object ? '}' : ']';

    return p;
}


/* Works as ngx_print_json_string() does, on the name of a member. */

static uintptr_t
ngx_print_query_member_name(u_char *p, ngx_print_query_node_t *member)
{
    u_char    *d, buf[NGX_INT32_LEN];
    uint32_t   index;

    if (member->index == NGX_PRINT_QUERY_NAMED) {
        return ngx_print_json_string(p, member->name.data, member->name.len);
    }

    index = member->index;
    d = buf + sizeof(buf);

    do {
        *--d = (u_char) ('0' + index % 10);
        index /= 10;
    } while (index);

    return ngx_print_json_string(p, d, buf + sizeof(buf) - d);
}
