
/*
 * Copyright (C) the print hub contributors
 */


/* Text that a stranger has chosen, for a line of a log. */


#ifndef _NGX_PRINT_QUOTE_H_INCLUDED_
#define _NGX_PRINT_QUOTE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* the bytes that the quoted form of len bytes may have, with its quotes */
#define NGX_PRINT_QUOTE_LEN(len)  (6 * (len) + 2)


/*
 * Writes a text as a JSON string with its quotes, so that a log line stays one
 * line and shows no other text than there is.  In addition, what acts on a
 * terminal or on a viewer of logs is replaced by one "?" for each character:
 * DEL, the control characters from U+0080 on, those that change the direction
 * of the text, and the separators of lines and paragraphs.  buf has room for
 * NGX_PRINT_QUOTE_LEN(len) bytes and holds the returned text.
 */
ngx_str_t ngx_print_quote(u_char *buf, u_char *text, size_t len);


#endif /* _NGX_PRINT_QUOTE_H_INCLUDED_ */
