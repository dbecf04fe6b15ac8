
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A POST of long-polling (Engine.IO protocol, "HTTP long-polling"): it carries
 * packets from the client.
 */


#ifndef _NGX_PRINT_POLLING_POST_H_INCLUDED_
#define _NGX_PRINT_POLLING_POST_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_print_eio.h"


/*
 * Serves a POST of the session peer->session: handles the packets of its body,
 * and answers when all that they ask for is decided.  Returns the value for
 * ngx_http_finalize_request().
 */
ngx_int_t ngx_print_polling_post(ngx_http_request_t *r,
    ngx_print_eio_peer_t *peer);


#endif /* _NGX_PRINT_POLLING_POST_H_INCLUDED_ */
