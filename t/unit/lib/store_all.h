
/*
 * Copyright (C) the print hub contributors
 */


/* The headers of store/ and zone/: the tests may use all of them. */


#ifndef _NGX_PRINT_STORE_ALL_H_INCLUDED_
#define _NGX_PRINT_STORE_ALL_H_INCLUDED_


#include "ngx_print_id.h"
#include "ngx_print_prefix.h"
#include "ngx_print_store.h"
#include "ngx_print_session.h"
#include "ngx_print_session_attach.h"
#include "ngx_print_session_deadline.h"
#include "ngx_print_queue.h"
#include "ngx_print_queue_send.h"
#include "ngx_print_queue_attach.h"
#include "ngx_print_message.h"
#include "ngx_print_client.h"
#include "ngx_print_contest.h"
#include "ngx_print_job.h"
#include "ngx_print_job_state.h"
#include "ngx_print_job_log.h"
#include "ngx_print_event.h"
#include "ngx_print_recovery.h"
#include "ngx_print_address.h"
#include "ngx_print_reopen.h"

#include "ngx_print_zone.h"
#include "ngx_print_zone_layout.h"
#include "ngx_print_zone_wake.h"
#include "ngx_print_zone_block.h"
#include "ngx_print_zone_ready.h"
#include "ngx_print_zone_recovery.h"
#include "ngx_print_zone_queue.h"
#include "ngx_print_zone_worker.h"
#include "ngx_print_zone_address.h"
#include "ngx_print_zone_session.h"
#include "ngx_print_zone_waiting.h"
#include "ngx_print_zone_client.h"
#include "ngx_print_zone_claim.h"
#include "ngx_print_zone_event.h"
#include "ngx_print_zone_presence.h"
#include "ngx_print_zone_job.h"
#include "ngx_print_zone_note.h"
#include "ngx_print_zone_delivery.h"
#include "ngx_print_zone_repair.h"
#include "ngx_print_zone_lock.h"


#endif /* _NGX_PRINT_STORE_ALL_H_INCLUDED_ */
