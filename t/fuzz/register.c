
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a station registers: its clientId, and the options behind it.  The input
 * is the JSON of the event's arguments, an array.
 */


#include <ngx_http.h>

#include "fuzz.h"
#include "ngx_print.h"

#include "ngx_print_hub_register.c"


#define REGISTER_INFO  64       /* bytes of info and printers, at most */
#define REGISTER_ARGS  4


static ngx_print_json_value_t *register_member(ngx_print_json_value_t *elts,
    ngx_uint_t n, const char *name);
static ngx_uint_t register_refused;


void
ngx_print_hub_refuse_register(ngx_print_sio_socket_t *socket,
    ngx_print_sio_event_t *event, ngx_uint_t level, const char *code,
    ngx_str_t *id, const char *fmt, ...)
{
    register_refused = 1;
}


static void register_client_id(ngx_print_json_value_t *arg);
static void register_options(ngx_print_json_value_t *args, ngx_uint_t n);


void
fuzz_target(u_char *p, size_t len)
{
    ngx_str_t               src;
    ngx_uint_t              n;
    ngx_print_json_value_t  value, args[REGISTER_ARGS];

    src.data = p;
    src.len = len;

    if (ngx_print_json_read(&src, &value, args, REGISTER_ARGS, &n) != NGX_OK
        || value.type != NGX_PRINT_JSON_ARRAY || n == 0)
    {
        return;
    }

    register_client_id(&args[0]);
    register_options(args, ngx_min(n, REGISTER_ARGS));
}


static void
register_client_id(ngx_print_json_value_t *arg)
{
    u_char     *text, *buf;
    size_t      len;
    ngx_int_t   rc;
    ngx_str_t   id;

    buf = fuzz_room(NGX_PRINT_CLIENT_ID_MAX + 1);

    rc = ngx_print_hub_client_id(arg, buf, &id);

    text = fuzz_room(ngx_max(arg->raw.len, NGX_PRINT_JSON_NUMBER_LEN));
    len = 0;

    switch (arg->type) {

    case NGX_PRINT_JSON_STRING:
        len = ngx_print_json_unescape(text, &arg->raw) - text;
        break;

    case NGX_PRINT_JSON_NUMBER:
        len = ngx_print_json_number(text, &arg->raw) - text;
        break;

    case NGX_PRINT_JSON_BOOLEAN:
        memcpy(text, arg->raw.data, arg->raw.len);
        len = arg->raw.len;
        break;

    default:
        fuzz_check(rc == NGX_DECLINED);
        return;
    }

    fuzz_check(rc == (len > NGX_PRINT_CLIENT_ID_MAX ? NGX_BUSY : NGX_OK));
    fuzz_check(rc != NGX_OK || fuzz_same(id.data, id.len, text, len));
    fuzz_check(rc != NGX_OK || fuzz_is_utf8(id.data, id.len));
}


static void
register_options(ngx_print_json_value_t *args, ngx_uint_t n)
{
    char                     *want;
    ngx_int_t                 rc;
    ngx_uint_t                i, members;
    ngx_log_t                 log;
    ngx_print_loc_conf_t      conf;
    ngx_print_eio_peer_t      peer;
    ngx_print_sio_event_t     event;
    ngx_print_sio_socket_t    socket;
    ngx_print_json_value_t    value, elts[NGX_PRINT_HUB_OPTIONS], *member;
    ngx_print_client_init_t   init;

    static const char        *names[] = { "info", "printers" };

    memset(&conf, 0, sizeof(conf));
    memset(&peer, 0, sizeof(peer));
    memset(&event, 0, sizeof(event));
    memset(&socket, 0, sizeof(socket));
    memset(&init, 0, sizeof(init));
    memset(&log, 0, sizeof(log));

    conf.info = REGISTER_INFO;
    peer.conf = &conf;
    peer.log = &log;
    socket.peer = &peer;

    memcpy(event.args, args, n * sizeof(ngx_print_json_value_t));
    event.nargs = n;

    register_refused = 0;
    rc = ngx_print_hub_options(&socket, &event, &init);

    want = (char *) fuzz_room(n > 1 ? args[1].raw.len + 32 : 1);
    want[0] = '\0';

    if (n < 2
        || ngx_print_json_read(&args[1].raw, &value, elts,
                               NGX_PRINT_HUB_OPTIONS, &members)
           != NGX_OK
        || value.type != NGX_PRINT_JSON_OBJECT)
    {
        fuzz_check(rc == NGX_OK && init.info.data == NULL && !init.ack);
        return;
    }

    members = ngx_min(members, NGX_PRINT_HUB_OPTIONS);

    member = register_member(elts, members, "ack");
    fuzz_check(init.ack == (member && member->raw.len == 4
                            && memcmp(member->raw.data, "true", 4) == 0));

    for (i = 0; i < 2; i++) {
        member = register_member(elts, members, names[i]);

        if (member) {
            sprintf(want + strlen(want), ",\"%s\":%.*s", names[i],
                    (int) member->raw.len, member->raw.data);
        }
    }

    if (strlen(want) > REGISTER_INFO) {
        fuzz_check(rc == NGX_DECLINED && register_refused);

    } else {
        fuzz_check(rc == NGX_OK && !register_refused);
        fuzz_check(fuzz_same(init.info.data, init.info.len, want,
                             strlen(want)));
    }

    free(init.info.data);
}


/* the last one of this name */

static ngx_print_json_value_t *
register_member(ngx_print_json_value_t *elts, ngx_uint_t n, const char *name)
{
    u_char  *key;
    size_t   len;

    while (n--) {
        key = fuzz_room(elts[n].key.len);
        len = ngx_print_json_unescape(key, &elts[n].key) - key;

        if (fuzz_same(key, len, name, strlen(name))) {
            return &elts[n];
        }
    }

    return NULL;
}
