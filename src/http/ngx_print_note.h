
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the hub notes of a request for variables of nginx: for whom it was, what
 * became of it.  Nothing is noted if the configuration has no such variable.
 */


#ifndef _NGX_PRINT_NOTE_H_INCLUDED_
#define _NGX_PRINT_NOTE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print.h"


#define NGX_PRINT_NOTE_SOCK  16     /* bytes, of a session's socket or more */


typedef struct {
    ngx_str_t      clients;         /* the first clientId, and ",+N" */
    ngx_str_t      jobs;            /* ids with commas between them */
    ngx_str_t      state;           /* of the jobs, or "mixed" */
    const char    *result;          /* a word, or the code of an error; NULL: as
                                       the status says */
    const char    *source;          /* of a print; NULL: it is none */
    size_t         bytes;           /* of its payload */
    u_char         sock[NGX_PRINT_NOTE_SOCK];
    unsigned       has_sock:1;
} ngx_print_note_t;


/*
 * note() returns the notes of a request, which it creates if need be; NULL: no
 * variable is configured, or there is no memory.  find() does not create them.
 * Their texts must live as long as the request.  They stay when nginx redirects
 * the request internally, and until it was logged.
 */
ngx_print_note_t *ngx_print_note(ngx_http_request_t *r);
ngx_print_note_t *ngx_print_note_find(ngx_http_request_t *r);

/*
 * Notes the result of a request.  It is not copied.  The last one holds.
 */
void ngx_print_note_result(ngx_http_request_t *r, const char *result);

/*
 * Returns the result of a request of which nothing is noted, by the status of
 * its answer: the hub's classic paths and nginx itself have no codes.  These
 * are those of the API.
 */
const char *ngx_print_note_status(ngx_uint_t status);


#endif /* _NGX_PRINT_NOTE_H_INCLUDED_ */
