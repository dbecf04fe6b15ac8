
/*
 * Copyright (C) the print hub contributors
 */


#include "unit.h"
#include "ngx_print_sio_packet.h"


typedef struct {
    const char  *text;
    int          type;            /* 0: it is refused */
    uint64_t     attachments;
    const char  *nsp;
    int64_t      id;              /* -1: none */
    const char  *json;
} case_t;


static void reading(void);
static void prefixes(void);
static void writing(void);
static ngx_uint_t equal(ngx_str_t *s, const char *text);


static const case_t  cases[] = {
    { "0", '0', 0, "/", -1, "" },
    { "0{\"token\":\"x\"}", '0', 0, "/", -1, "{\"token\":\"x\"}" },
    { "0/admin,", '0', 0, "/admin", -1, "" },
    { "0/admin", '0', 0, "/admin", -1, "" },
    { "0/admin?token=a/b,", '0', 0, "/admin", -1, "" },
    { "0/admin?x,{\"a\":1}", '0', 0, "/admin", -1, "{\"a\":1}" },
    { "1", '1', 0, "/", -1, "" },
    { "1/none,", '1', 0, "/none", -1, "" },
    { "2[\"a\"]", '2', 0, "/", -1, "[\"a\"]" },
    { "20[\"a\"]", '2', 0, "/", 0, "[\"a\"]" },
    { "2123[\"a\",1]", '2', 0, "/", 123, "[\"a\",1]" },
    { "2/b,7[\"a\"]", '2', 0, "/b", 7, "[\"a\"]" },
    { "2/,7[\"a\"]", '2', 0, "/", 7, "[\"a\"]" },
    { "2 [\"a\"]", '2', 0, "/", -1, " [\"a\"]" },
    { "2", '2', 0, "/", -1, "" },
    { "2x", '2', 0, "/", -1, "x" },
    { "3[1]", '3', 0, "/", -1, "[1]" },
    { "39007199254740991[]", '3', 0, "/", 9007199254740991, "[]" },
    { "4{}", '4', 0, "/", -1, "{}" },
    { "51-[\"a\"]", '5', 1, "/", -1, "[\"a\"]" },
    { "510-/b,3[\"a\"]", '5', 10, "/b", 3, "[\"a\"]" },
    { "501-[\"a\"]", '5', 1, "/", -1, "[\"a\"]" },
    { "61-12[]", '6', 1, "/", 12, "[]" },

    { "", 0, 0, NULL, 0, NULL },
    { "7", 0, 0, NULL, 0, NULL },
    { "/", 0, 0, NULL, 0, NULL },
    { "a", 0, 0, NULL, 0, NULL },
    { "5", 0, 0, NULL, 0, NULL },
    { "5-[]", 0, 0, NULL, 0, NULL },
    { "50-[]", 0, 0, NULL, 0, NULL },
    { "51", 0, 0, NULL, 0, NULL },
    { "51[\"a\"]", 0, 0, NULL, 0, NULL },
    { "511-[]", 0, 11, NULL, 0, NULL },
    { "599999999999999999999-[]", 0, 99, NULL, 0, NULL },
    { "5x-[]", 0, 0, NULL, 0, NULL },
    { "39007199254740992[]", 0, 0, NULL, 0, NULL },
    { "299999999999999999999999[]", 0, 0, NULL, 0, NULL },

    { NULL, 0, 0, NULL, 0, NULL }
};


static void placeholders(void);


/* JSON with two attachments, and whether each placeholder names one */

static const struct {
    const char  *json;
    ngx_uint_t   valid;
} placeholder_cases[] = {
    { "[]", 1 },
    { "[\"a\"]", 1 },
    { "[{\"_placeholder\":true,\"num\":0}]", 1 },
    { "[{\"_placeholder\":true,\"num\":1}]", 1 },
    { "[{\"num\":1,\"_placeholder\":true}]", 1 },
    { "[ { \"_placeholder\" : true , \"num\" : 1 } ]", 1 },
    { "[{\"_placeholder\":true,\n\"num\":\t1\n}]", 1 },
    { "[{\"x\":[{\"_placeholder\":true,\"num\":0}]},"
      "{\"_placeholder\":true,\"num\":1}]", 1 },
    { "[{\"_placeholder\":false}]", 1 },
    { "[{\"_placeholder\":\"true\"}]", 1 },
    { "[{\"_placeholder\":{}}]", 1 },
    { "[\"_placeholder\",true]", 1 },
    { "[\"{\\\"_placeholder\\\":true}\"]", 1 },
    { "[{\"num\":99}]", 1 },
    { "[{\"x_placeholder\":true}]", 1 },

    { "[{\"num\":0,\"x\":[],\"_placeholder\":true}]", 1 },
    { "[{\"_placeholder\":true,\"x\":{\"y\":{}},\"num\":1}]", 1 },

    { "[{\"\\u005fplaceholder\":true,\"n\\u0075m\":1}]", 1 },
    { "[{\"_placeholder\":true,\"num\":7,\"\\u006E\\u0075\\u006d\":1}]", 1 },
    { "[{\"\\u005fplaceholde\":true}]", 1 },
    { "[{\"_placeholder\\u005f\":true}]", 1 },
    { "[{\"_placeholder\\n\":true},{\"\\/\":1},{\"\":2}]", 1 },
    { "[{\"\\u015fplaceholder\":true},{\"\\\"_placeholder\":true}]", 1 },

    { "[{\"_placeholder\":true}]", 0 },
    { "[{\"\\u005fplaceholder\":true}]", 0 },
    { "[{\"\\u005F\\u0070laceholder\":true,\"n\\u0075m\":2}]", 0 },
    { "[{\"_placeholder\":true,\"num\":1,\"\\u006eum\":7}]", 0 },
    { "[{\"_placeholder\":true,\"x\":{},\"num\":7}]", 0 },
    { "[{\"x\":{\"num\":0},\"_placeholder\":true}]", 0 },
    { "[[[{\"x\":[{\"num\":0}],\"_placeholder\":true}]]]", 0 },
    { "[{\"_placeholder\":true,\"num\":2}]", 0 },
    { "[{\"_placeholder\":true,\"num\":10}]", 0 },
    { "[{\"_placeholder\":true,\"num\":99999999999999999999999}]", 0 },
    { "[{\"_placeholder\":true,\"num\":-1}]", 0 },
    { "[{\"_placeholder\":true,\"num\":0.5}]", 0 },
    { "[{\"_placeholder\":true,\"num\":1e9}]", 0 },
    { "[{\"_placeholder\":true,\"num\":\"0\"}]", 0 },
    { "[{\"_placeholder\":true,\"num\":null}]", 0 },
    { "[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true}]", 0 },
    { NULL, 0 }
};


int
main(void)
{
    placeholders();

    reading();
    prefixes();
    writing();

    return unit_end();
}


static void
reading(void)
{
    size_t                   len;
    ngx_int_t                rc;
    const char              *err;
    const case_t            *c;
    ngx_print_sio_packet_t   packet;

    for (c = cases; c->text; c++) {
        unit_about("\"%s\"", c->text);

        err = NULL;
        len = strlen(c->text);

        rc = ngx_print_sio_packet_read(&packet, unit_guard(c->text, len), len,
                                       &err);

        if (c->type == 0) {
            unit_check(rc == (c->attachments ? NGX_BUSY : NGX_ERROR));
            unit_check(err != NULL);
            continue;
        }

        unit_check(rc == NGX_OK);
        unit_check(packet.type == c->type);
        unit_check(packet.attachments == c->attachments);
        unit_check(equal(&packet.nsp, c->nsp));
        unit_check(packet.has_id == (c->id >= 0));
        unit_check(c->id < 0 || packet.id == (uint64_t) c->id);
        unit_check(equal(&packet.json, c->json));
    }
}


/* at the end of a page: nothing is read behind what is there */

static void
prefixes(void)
{
    size_t                   len;
    const char              *err;
    const case_t            *c;
    ngx_print_sio_packet_t   packet;

    for (c = cases; c->text; c++) {

        for (len = 0; len < strlen(c->text); len++) {
            unit_about("%lu bytes of \"%s\"", (u_long) len, c->text);

            if (ngx_print_sio_packet_read(&packet, unit_guard(c->text, len),
                                          len, &err)
                == NGX_OK)
            {
                unit_check(packet.type == (u_char) c->text[0]);
                unit_check(packet.nsp.len + packet.json.len <= len);
            }
        }
    }
}


/* what was read is written as it was, but for what has another form */

static void
writing(void)
{
    u_char                  *p, wire[256];
    size_t                   len;
    const char              *err;
    const case_t            *c;
    ngx_print_sio_packet_t   packet, again;

    for (c = cases; c->text; c++) {

        if (c->type == 0) {
            continue;
        }

        unit_about("\"%s\", written", c->text);

        len = strlen(c->text);
        (void) ngx_print_sio_packet_read(&packet, (u_char *) c->text, len,
                                         &err);

        len = ngx_print_sio_packet_head(NULL, &packet);
        p = (u_char *) ngx_print_sio_packet_head(wire, &packet);

        unit_check((size_t) (p - wire) == len);
        unit_check(wire[0] == NGX_PRINT_SIO_MESSAGE);

        p = ngx_cpymem(p, packet.json.data, packet.json.len);

        unit_check(ngx_print_sio_packet_read(&again, wire + 1, p - wire - 1,
                                             &err)
                   == NGX_OK);
        unit_check(again.type == packet.type);
        unit_check(again.attachments == packet.attachments);
        unit_check(again.has_id == packet.has_id && again.id == packet.id);
        unit_check(equal(&again.nsp, c->nsp) && equal(&again.json, c->json));
    }

    unit_about("an event");

    ngx_memzero(&packet, sizeof(ngx_print_sio_packet_t));
    packet.type = NGX_PRINT_SIO_BINARY_EVENT;
    packet.attachments = 2;
    packet.has_id = 1;
    packet.id = 10;
    ngx_str_set(&packet.nsp, "/a");

    p = (u_char *) ngx_print_sio_packet_head(wire, &packet);
    *p = '\0';

    unit_check(strcmp((char *) wire, "452-/a,10") == 0);
}


static ngx_uint_t
equal(ngx_str_t *s, const char *text)
{
    return s->len == strlen(text) && memcmp(s->data, text, s->len) == 0;
}


static void
placeholders(void)
{
    size_t      i;
    ngx_str_t   json;

    for (i = 0; placeholder_cases[i].json; i++) {
        unit_about("placeholders of %s", placeholder_cases[i].json);

        json.len = strlen(placeholder_cases[i].json);
        json.data = unit_guard(placeholder_cases[i].json, json.len);

        unit_check(ngx_print_sio_packet_placeholders(&json, 2)
                   == placeholder_cases[i].valid);
    }
}
