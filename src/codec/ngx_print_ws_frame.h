
/*
 * Copyright (C) the print hub contributors
 */


/*
 * RFC 6455 frames: bytes in, bytes out.  Knows no connection, no session and
 * no memory but what the caller hands in.
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

/* with the opcode of a message that is written: RSV1, RFC 7692, section 6 */
#define NGX_PRINT_WS_COMPRESSED    0x40

/* RFC 6455, section 7.4.1; NONE is a Close frame without a code */
#define NGX_PRINT_WS_CODE_NONE         0
#define NGX_PRINT_WS_CODE_NORMAL       1000
#define NGX_PRINT_WS_CODE_PROTOCOL     1002
#define NGX_PRINT_WS_CODE_INVALID      1007
#define NGX_PRINT_WS_CODE_TOO_BIG      1009
#define NGX_PRINT_WS_CODE_RESTART      1012

#define NGX_PRINT_WS_MAX_CONTROL   125
#define NGX_PRINT_WS_MAX_HEADER    10     /* a server's header has no mask */

#define NGX_PRINT_WS_UTF8_ACCEPT   0


/* a violation of the protocol: what the peer is told, what the log says */
typedef struct {
    ngx_uint_t                   code;
    ngx_str_t                    text;
} ngx_print_ws_error_t;


/* what is found only when a message is inflated */
extern const ngx_print_ws_error_t  ngx_print_ws_error_deflate;
extern const ngx_print_ws_error_t  ngx_print_ws_error_too_big;
extern const ngx_print_ws_error_t  ngx_print_ws_error_utf8;


/*
 * The frame that is being read.  Zeroed memory, but for deflate, is a reader
 * before its first byte; it owns nothing.
 */
typedef struct {
    const ngx_print_ws_error_t  *error;      /* set with NGX_ERROR */

    uint64_t                     length;     /* payload bytes of the frame */
    uint64_t                     received;   /* of them already unmasked */
    uint64_t                     message;    /* bytes of the message's earlier
                                                frames */

    uint32_t                     utf8;       /* state of the text message */
    u_char                       state;      /* of the header's parser */
    u_char                       need;       /* length bytes still to come */
    u_char                       opcode;     /* of this frame, as on the wire */
    u_char                       type;       /* of the message in progress:
                                                TEXT, BINARY, 0 if none */
    u_char                       mask[4];
    unsigned                     fin:1;
    unsigned                     ended:1;    /* the message of type is over */
    unsigned                     deflate:1;  /* set by the user: it may be */
    unsigned                     compressed:1;    /* the message is; its text
                                                     is not checked here */
} ngx_print_ws_frame_t;


/*
 * Reads a frame's header from [*pos, last), which may end anywhere.
 *
 * max: the greatest length of a message in bytes, over all its frames.
 *
 * NGX_OK     the header is complete, *pos is at the first payload byte;
 *            f->opcode, f->fin, f->length and f->type are set (for a
 *            continuation, f->type is the type of its message)
 * NGX_AGAIN  all bytes were read, more are needed
 * NGX_ERROR  a violation (f->error): RSV bits, unknown opcode, no mask,
 *            a continuation of nothing, a new message inside a message, a
 *            control frame that is fragmented or longer than 125 bytes, a
 *            length of more than 63 bits, a message over max (1009); found
 *            with the first byte that tells.  A length that is not in its
 *            shortest form is none, as in "ws".
 *
 * RFC 6455, sections 5.2, 5.4, 5.5.
 */
ngx_int_t ngx_print_ws_frame_header(ngx_print_ws_frame_t *f, u_char **pos,
    u_char *last, uint64_t max);

/* whether the reader is before a message's first byte: it may be zeroed */
#define ngx_print_ws_frame_is_between(f)                                      \
    ((f)->state == 0 && ((f)->type == 0 || (f)->ended))

/*
 * Unmasks, in place, as much of the frame's payload as [p, last) holds, and
 * checks the UTF-8 of a text message over all its frames, any split of the
 * bytes.  Sets *n to the bytes of [p, last) that belong to the frame.
 *
 * NGX_OK     the frame is complete; the reader is ready for the next header.
 *            f->fin and f->opcode still tell of the frame that ended,
 *            f->type of its message, also when this was its last frame
 * NGX_AGAIN  the rest of the payload is still to come
 * NGX_ERROR  f->error: the text is not UTF-8 (1007), found as early as the
 *            first byte that cannot be continued, or at the message's end
 *
 * A frame of length 0 is ended by a call with p == last.
 * RFC 6455, sections 5.3, 5.6, 8.1.
 */
ngx_int_t ngx_print_ws_frame_payload(ngx_print_ws_frame_t *f, u_char *p,
    u_char *last, size_t *n);

/*
 * Checks the payload of a Close frame (unmasked, whole) and sets *code, which
 * is NGX_PRINT_WS_CODE_NONE for an empty one.  The reason, if any, follows the
 * first two bytes.
 *
 * NGX_OK, or NGX_ERROR with *error: one byte only, a code that may not be on
 * the wire (1002), a reason that is not UTF-8 (1007).
 *
 * RFC 6455, sections 5.5.1, 7.4.
 */
ngx_int_t ngx_print_ws_frame_close(u_char *p, size_t len, ngx_uint_t *code,
    const ngx_print_ws_error_t **error);

/*
 * Writes the header of an unfragmented, unmasked frame with len bytes of
 * payload, at most NGX_PRINT_WS_MAX_HEADER bytes; opcode may have
 * NGX_PRINT_WS_COMPRESSED.  Returns the byte after it.
 */
u_char *ngx_print_ws_frame_write(u_char *p, ngx_uint_t opcode, uint64_t len);

/*
 * Feeds bytes to an incremental UTF-8 decoder (no overlong forms, no
 * surrogates, nothing above U+10FFFF).  *state starts and, at the end of a
 * valid text, is NGX_PRINT_WS_UTF8_ACCEPT.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_print_ws_utf8(uint32_t *state, u_char *p, size_t len);


#endif /* _NGX_PRINT_WS_FRAME_H_INCLUDED_ */
