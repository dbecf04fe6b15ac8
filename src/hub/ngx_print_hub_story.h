
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The log lines about jobs that came to an end, of which there may be many at a
 * time.  In each second, a worker writes a bounded number of them, and counts
 * the others in one line.
 */


#ifndef _NGX_PRINT_HUB_STORY_H_INCLUDED_
#define _NGX_PRINT_HUB_STORY_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_client.h"
#include "ngx_print_sio.h"


/*
 * Makes the store note the jobs that this process ends, as far as the level of
 * eio->log shows them.  A worker calls this once when it starts.
 *
 *   NGX_OK     the lines will be written, or none of them is shown
 *   NGX_ERROR  there is no memory
 */
ngx_int_t ngx_print_hub_story_start(ngx_cycle_t *cycle, ngx_print_eio_t *eio);

/* Writes the lines about the jobs that ended since the last call. */
void ngx_print_hub_story_tick(ngx_print_eio_t *eio);

/* Writes the last lines, when the process exits. */
void ngx_print_hub_story_end(ngx_print_eio_t *eio);


#endif /* _NGX_PRINT_HUB_STORY_H_INCLUDED_ */
