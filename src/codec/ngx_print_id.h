
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The ids that the hub gives out: of a session (sid), of a job, and of a
 * socket that can be recovered (pid). Each consists of the index of its record
 * in 3 bytes and 12 random bytes, its key, written as 20 characters of
 * base64url.
 */


#ifndef _NGX_PRINT_ID_H_INCLUDED_
#define _NGX_PRINT_ID_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_ID_KEY    12
#define NGX_PRINT_ID_BYTES  15      /* index and key */
#define NGX_PRINT_ID_LEN    20      /* characters */


/* Writes an id.  Returns the byte after its last character. */
u_char *ngx_print_id_write(u_char *p, uint32_t index, u_char *key);

/*
 * Reads an id: sets *index, which may be any number of 3 bytes, and the
 * NGX_PRINT_ID_KEY bytes of key.
 *
 * NGX_OK        the text has the form of an id
 * NGX_DECLINED  the text has another length, or is not base64url
 */
ngx_int_t ngx_print_id_read(ngx_str_t *text, uint32_t *index, u_char *key);

/* Writes the index and the key of an id as NGX_PRINT_ID_BYTES bytes. */
void ngx_print_id_pack(u_char *bytes, uint32_t index, u_char *key);

/*
 * Writes NGX_PRINT_ID_BYTES bytes as the characters of an id, or reads them.
 * encode() returns the byte after the last; decode() returns as id_read().
 */
u_char *ngx_print_id_encode(u_char *p, u_char *bytes);
ngx_int_t ngx_print_id_decode(u_char *bytes, ngx_str_t *text);


#endif /* _NGX_PRINT_ID_H_INCLUDED_ */
