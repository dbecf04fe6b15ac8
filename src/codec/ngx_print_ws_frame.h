
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSocket frames (RFC 6455): bytes in, bytes out. Knows no connection and no
 * session, and has no memory except what the caller passes.
 */


#ifndef _NGX_PRINT_WS_FRAME_H_INCLUDED_
#define _NGX_PRINT_WS_FRAME_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_WS_CONTINUATION  0x0
#define NGX_PRINT_WS_TEXT          0x1
#define NGX_PRINT_WS_BINARY        0x2
#define NGX_PRINT_WS_CLOSE         0x8
#define NGX_PRINT_WS_PING          0x9
#define NGX_PRINT_WS_PONG          0xa

/*
 * a bit of the opcode of a message that is written: RSV1, RFC 7692, section 6
 */
#define NGX_PRINT_WS_COMPRESSED    0x40

/*
 * status codes, RFC 6455, section 7.4.1; NONE is a Close frame without a code
 */
#define NGX_PRINT_WS_CODE_NONE         0
#define NGX_PRINT_WS_CODE_NORMAL       1000
#define NGX_PRINT_WS_CODE_PROTOCOL     1002
#define NGX_PRINT_WS_CODE_INVALID      1007
#define NGX_PRINT_WS_CODE_POLICY       1008
#define NGX_PRINT_WS_CODE_TOO_BIG      1009
#define NGX_PRINT_WS_CODE_RESTART      1012
#define NGX_PRINT_WS_CODE_TRY_LATER    1013

#define NGX_PRINT_WS_MAX_CONTROL   125
#define NGX_PRINT_WS_MAX_HEADER    10     /* a server's header has no mask */

#define NGX_PRINT_WS_UTF8_ACCEPT   0


/*
 * a violation of the protocol: the status code for the peer, and a text for
 * the log
 */
typedef struct {
    ngx_uint_t                   code;
    ngx_str_t                    text;
} ngx_print_ws_error_t;


/* violations that are found only when a message is inflated */
extern const ngx_print_ws_error_t  ngx_print_ws_error_deflate;
extern const ngx_print_ws_error_t  ngx_print_ws_error_too_big;
extern const ngx_print_ws_error_t  ngx_print_ws_error_utf8;


/*
 * The reader of a connection's frames. Zeroed memory, in which deflate may be
 * set, is a reader before its first byte. It owns no memory.
 */
typedef struct {
    const ngx_print_ws_error_t  *error;      /* set with NGX_ERROR */

    uint64_t                     length;     /* payload bytes of the frame */
    uint64_t                     received;   /* payload bytes that are
                                                unmasked */
    uint64_t                     message;    /* bytes of the message's earlier
                                                frames */

    uint32_t                     utf8;       /* state of the text message */
    u_char                       state;      /* state of the header's parser */
    u_char                       need;       /* length bytes still to come */
    u_char                       opcode;     /* opcode of this frame */
    u_char                       type;       /* type of the message in
                                                progress: TEXT, BINARY, or 0 */
    u_char                       mask[4];
    unsigned                     fin:1;
    unsigned                     ended:1;    /* the message in progress is
                                                complete */
    unsigned                     deflate:1;  /* set by the caller: messages may
                                                be compressed */
    unsigned                     compressed:1;    /* the message is compressed:
                                                     its text is not checked
                                                     here */
} ngx_print_ws_frame_t;


/*
 * Reads the header of a frame from [*pos, last), which may end anywhere. RFC
 * 6455, sections 5.2, 5.4, 5.5.
 *
 * max:  the greatest length of a message in bytes, over all its frames
 *
 * NGX_OK     the header is complete, and *pos is at the first byte of the
 *            payload; f->opcode, f->fin, f->length and f->type are set (in a
 *            continuation frame f->type is the type of its message)
 * NGX_AGAIN  all bytes were read, and more are needed
 * NGX_ERROR  the frame violates the protocol, and f->error says how: RSV bits,
 *            an unknown opcode, no mask, a continuation without a message, a
 *            new message inside a message, a control frame that is fragmented
 *            or longer than 125 bytes, a length of more than 63 bits, or a
 *            message longer than max (1009)
 *
 * A violation is found with the first byte that shows it. A length that is not
 * in its shortest form is accepted, as by npm "ws".
 */
ngx_int_t ngx_print_ws_frame_header(ngx_print_ws_frame_t *f, u_char **pos,
    u_char *last, uint64_t max);

/* Whether the reader is between two messages: it may be zeroed then. */
#define ngx_print_ws_frame_is_between(f)                                      \
    ((f)->state == 0 && ((f)->type == 0 || (f)->ended))

/*
 * Unmasks, in place, as much of the frame's payload as [p, last) holds, and
 * checks the UTF-8 of a text message over all its frames. Sets *n to the
 * number of bytes of [p, last) that belong to the frame. A frame of length 0
 * is ended by a call with p == last. RFC 6455, sections 5.3, 5.6, 8.1.
 *
 * NGX_OK     the frame is complete, and the reader is ready for the next
 *            header; f->fin and f->opcode are still those of the frame that
 *            ended, and f->type is the type of its message, also if this was
 *            its last frame
 * NGX_AGAIN  the rest of the payload is still to come
 * NGX_ERROR  the text is not UTF-8 (f->error, 1007), found with the first byte
 *            that cannot be continued, or at the end of the message
 */
ngx_int_t ngx_print_ws_frame_payload(ngx_print_ws_frame_t *f, u_char *p,
    u_char *last, size_t *n);

/*
 * Another process goes on where this reader is: export() writes its state,
 * NGX_PRINT_WS_FRAME_STATE bytes, and returns the byte after the last; import()
 * sets a zeroed reader to such a state. deflate is not a part of it.
 *
 * NGX_OK        f goes on there
 * NGX_DECLINED  these bytes are not the state of a reader
 */
#define NGX_PRINT_WS_FRAME_STATE  37

u_char *ngx_print_ws_frame_export(const ngx_print_ws_frame_t *f, u_char *p);
ngx_int_t ngx_print_ws_frame_import(ngx_print_ws_frame_t *f, const u_char *p);

/*
 * Checks the payload of a Close frame, which is unmasked and complete, and
 * sets *code: NGX_PRINT_WS_CODE_NONE if it is empty. A reason, if there is
 * one, follows the first two bytes. RFC 6455, sections 5.5.1, 7.4.
 *
 * NGX_OK     *code is set
 * NGX_ERROR  *error says why: there is only one byte, the code must not be on
 *            the wire (1002), or the reason is not UTF-8 (1007)
 */
ngx_int_t ngx_print_ws_frame_close(u_char *p, size_t len, ngx_uint_t *code,
    const ngx_print_ws_error_t **error);

/*
 * Writes the header of a frame that is unfragmented, unmasked, and has len
 * bytes of payload: NGX_PRINT_WS_MAX_HEADER bytes at most. opcode may include
 * NGX_PRINT_WS_COMPRESSED. Returns the byte after the last. RFC 6455, section
 * 5.2.
 */
u_char *ngx_print_ws_frame_write(u_char *p, ngx_uint_t opcode, uint64_t len);

/*
 * Feeds bytes to an incremental decoder of UTF-8, which accepts no overlong
 * forms, no surrogates, and nothing above U+10FFFF. *state is
 * NGX_PRINT_WS_UTF8_ACCEPT at first, and again at the end of a valid text.
 *
 * NGX_OK     all bytes are valid so far
 * NGX_ERROR  a byte cannot be continued
 */
ngx_int_t ngx_print_ws_utf8(uint32_t *state, u_char *p, size_t len);


#endif /* _NGX_PRINT_WS_FRAME_H_INCLUDED_ */
