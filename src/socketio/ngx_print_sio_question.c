
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_id.h"
#include "ngx_print_json.h"
#include "ngx_print_store.h"
#include "ngx_print_sio_question.h"


/* bytes of the body besides the texts that others have chosen */
#define NGX_PRINT_SIO_QUESTION_LEN  512

#define ngx_print_sio_question_is(key, name)                                  \
    ((key)->len == sizeof(name) - 1                                           \
     && ngx_strncasecmp((key)->data, (u_char *) name, sizeof(name) - 1) == 0)


static ngx_uint_t ngx_print_sio_question_is_own(
    ngx_print_json_value_t *member);
static u_char *ngx_print_sio_question_member(u_char *p, const char *name,
    ngx_str_t *text);
static ngx_int_t ngx_print_sio_question_headers(
    ngx_print_sio_verdict_t *verdict, ngx_list_t *headers);
static ngx_int_t ngx_print_sio_question_header(
    ngx_print_sio_verdict_t *verdict, ngx_table_elt_t *header);
static ngx_int_t ngx_print_sio_question_keep(ngx_print_sio_ask_t *ask);


ngx_uint_t
ngx_print_sio_question_strip(ngx_str_t *auth, u_char *buf,
    ngx_str_t *stripped)
{
    u_char                  *p;
    ngx_uint_t               i, n, own;
    ngx_print_json_value_t   value;
    ngx_print_json_value_t   elts[NGX_PRINT_SIO_MEMBERS];

    *stripped = *auth;

    if (ngx_print_json_read(auth, &value, elts, NGX_PRINT_SIO_MEMBERS, &n)
        != NGX_OK
        || n > NGX_PRINT_SIO_MEMBERS)
    {
        return 0;
    }

    own = 0;
    p = buf;
    *p++ = '{';

    for (i = 0; i < n; i++) {

        if (ngx_print_sio_question_is_own(&elts[i])) {
            own = 1;
            continue;
        }

        if (p - buf > 1) {
            *p++ = ',';
        }

        p = ngx_cpymem(p, elts[i].key.data, elts[i].key.len);
        *p++ = ':';
        p = ngx_cpymem(p, elts[i].raw.data, elts[i].raw.len);
    }

    *p++ = '}';

    if (own) {
        stripped->data = buf;
        stripped->len = p - buf;
    }

    return own;
}


/* A key is compared as ngx_print_sio_resume() does: it may have escapes. */

static ngx_uint_t
ngx_print_sio_question_is_own(ngx_print_json_value_t *member)
{
    static ngx_str_t  pid = ngx_string("pid");
    static ngx_str_t  offset = ngx_string("offset");

    return ngx_print_json_member(member, 1, &pid)
           || ngx_print_json_member(member, 1, &offset);
}


ngx_int_t
ngx_print_sio_question(ngx_print_sio_ask_t *ask,
    ngx_print_session_info_t *session, ngx_pool_t *pool, ngx_str_t *body)
{
    u_char     *p, sid[NGX_PRINT_ID_LEN], sock[NGX_PRINT_SESSION_SOCK];
    size_t      len;
    ngx_str_t   nsp;

    nsp = ngx_print_store_nsp_name(&ask->eio->store, ask->nsp);

    if (ask->nsp == 0 && !ask->registers) {
        ngx_memcpy(sock, ask->sock, NGX_PRINT_SESSION_SOCK);

    } else {
        ngx_print_session_sock(&ask->eio->store, session, ask->nsp, sock);
    }

    len = NGX_PRINT_SIO_QUESTION_LEN + ask->auth.len
          + ngx_print_json_string(NULL, ask->eio->name.data, ask->eio->name.len)
          + ngx_print_json_string(NULL, nsp.data, nsp.len)
          + ngx_print_json_string(NULL, ask->client_id.data,
                                  ask->client_id.len);

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    p = ngx_sprintf(p, "{\"event\":\"%V\"",
                    ngx_print_sio_question_event(ask));

    p = ngx_print_sio_question_member(p, "zone", &ask->eio->name);

    if (ask->registers) {
        p = ngx_print_sio_question_member(p, "clientId", &ask->client_id);
    }

    len = ngx_print_sio_sid(sid, sock) - sid;

    p = ngx_sprintf(p, ",\"socketId\":\"%*s\"", len, sid);

    p = ngx_print_sio_question_member(p, "namespace", &nsp);

    p = ngx_sprintf(p, ",\"address\":\"%V\",\"protocol\":%ui,"
                       "\"transport\":\"%s\",\"recovered\":%s",
                    &ask->address, session->eio,
                    session->state == NGX_PRINT_SESSION_WS ? "websocket"
                                                           : "polling",
                    ask->recovered ? "true" : "false");

    if (ask->auth.len) {
        p = ngx_sprintf(p, ",\"auth\":%V", &ask->auth);
    }

    *p++ = '}';

    body->len = p - body->data;

    return NGX_OK;
}


static u_char *
ngx_print_sio_question_member(u_char *p, const char *name, ngx_str_t *text)
{
    p = ngx_sprintf(p, ",\"%s\":", name);

    return (u_char *) ngx_print_json_string(p, text->data, text->len);
}


void
ngx_print_sio_question_answer(ngx_print_sio_ask_t *ask,
    ngx_print_post_answer_t *answer)
{
    ngx_print_sio_verdict_t  *verdict;

    verdict = &ask->verdict;

    verdict->status = answer->status;

    if (answer->status == NGX_HTTP_UNAUTHORIZED
        || answer->status == NGX_HTTP_FORBIDDEN)
    {
        verdict->message = ngx_print_verdict_message(&answer->body,
                                                     ask->message,
                                                     &verdict->data);

    } else if (answer->status >= NGX_HTTP_OK
               && answer->status < NGX_HTTP_SPECIAL_RESPONSE)
    {
        verdict->allowed = 1;

        if (ngx_print_sio_question_headers(verdict, answer->headers)
            != NGX_OK)
        {
            ask->failure = "a broken answer";
            return;
        }

    } else if (answer->status) {
        (void) ngx_snprintf(ask->message, sizeof(ask->message), "%ui%Z",
                            answer->status);
        ask->failure = (char *) ask->message;
        return;

    } else {
        ask->failure = "no answer";
        return;
    }

    if (ngx_print_sio_question_keep(ask) != NGX_OK) {
        ask->failure = "no memory";
    }
}


static ngx_int_t
ngx_print_sio_question_headers(ngx_print_sio_verdict_t *verdict,
    ngx_list_t *headers)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    for (part = &headers->part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (header[i].hash
                && ngx_print_sio_question_header(verdict, &header[i])
                   != NGX_OK)
            {
                return NGX_DECLINED;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_print_sio_question_header(ngx_print_sio_verdict_t *verdict,
    ngx_table_elt_t *header)
{
    ngx_uint_t  seconds;

    if (ngx_print_sio_question_is(&header->key, "X-Print-Client-Id")) {
        verdict->named = 1;

        return ngx_print_verdict_names(&header->value, verdict->names,
                                       &verdict->nnames);
    }

    if (ngx_print_sio_question_is(&header->key, "X-Print-Expires")) {

        if (ngx_print_verdict_expires(&header->value, &seconds) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (verdict->expires == 0 || seconds < verdict->expires) {
            verdict->expires = seconds;
        }
    }

    return NGX_OK;
}


/* The answer is gone when it is handled. */

static ngx_int_t
ngx_print_sio_question_keep(ngx_print_sio_ask_t *ask)
{
    u_char                   *p;
    size_t                    len;
    ngx_str_t                *text;
    ngx_uint_t                i;
    ngx_print_sio_verdict_t  *verdict;

    verdict = &ask->verdict;

    len = verdict->data.len;

    for (i = 0; i < verdict->nnames; i++) {
        len += verdict->names[i].text.len;
    }

    if (len == 0) {
        return NGX_OK;
    }

    ask->copy = ngx_alloc(len, ask->eio->log);

    if (ask->copy == NULL) {
        return NGX_ERROR;
    }

    p = ask->copy;

    for (i = 0; i <= verdict->nnames; i++) {
        text = i ? &verdict->names[i - 1].text : &verdict->data;

        if (text->len) {
            ngx_memcpy(p, text->data, text->len);
        }

        text->data = p;
        p += text->len;
    }

    return NGX_OK;
}


void
ngx_print_sio_question_key(ngx_print_sio_ask_t *ask, u_char *hex)
{
    u_char     digest[NGX_PRINT_SIPHASH_LEN];
    ngx_str_t  texts[5];

    texts[0] = *ngx_print_sio_question_event(ask);
    texts[1] = ngx_print_store_nsp_name(&ask->eio->store, ask->nsp);
    texts[2] = ask->address;
    texts[3] = ask->client_id;
    texts[4] = ask->auth;

    ngx_print_store_digest(&ask->eio->store, texts, 5, digest);

    (void) ngx_hex_dump(hex, digest, NGX_PRINT_SIPHASH_LEN);
}


ngx_str_t *
ngx_print_sio_question_event(ngx_print_sio_ask_t *ask)
{
    static ngx_str_t  connect = ngx_string("connect");
    static ngx_str_t  reg = ngx_string("register");

    return ask->registers ? &reg : &connect;
}
