
/*
 * Copyright (C) the print hub contributors
 */


/* Creates and frees the record of a client. */


#ifndef _NGX_PRINT_ZONE_CLIENT_RECORD_H_INCLUDED_
#define _NGX_PRINT_ZONE_CLIENT_RECORD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_zone_types.h"


#define NGX_PRINT_CLIENT_EVICT  256   /* records that are looked at under the
                                         lock */


/*
 * Creates a record. Its state stays FREE until ngx_print_event_client_locked()
 * publishes that the client is online. If no record is free, the client gives
 * way that has been offline longest of those without jobs. Returns NULL if
 * there is none.
 */
ngx_print_store_client_t *ngx_print_client_create_locked(
    ngx_print_store_t *st, ngx_str_t *id, uint32_t hash);

/* Frees a record, which has no jobs. */
void ngx_print_client_free_locked(ngx_print_store_t *st, uint32_t index);


#endif /* _NGX_PRINT_ZONE_CLIENT_RECORD_H_INCLUDED_ */
