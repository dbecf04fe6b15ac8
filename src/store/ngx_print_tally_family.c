
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_tally.h"


#define ngx_print_tally_label(name, values)                                   \
    { ngx_string(name), values, sizeof(values) / sizeof(values[0]) }

#define ngx_print_tally_gauge(name, help, first)                              \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_GAUGE, first

#define ngx_print_tally_counter(name, help, first)                            \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_COUNTER, first

#define ngx_print_tally_histogram(name, help, first)                          \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_HISTOGRAM, first


static ngx_str_t  ngx_print_tally_cause_values[] = {
    ngx_string("address_rate"), ngx_string("address_sessions"),
    ngx_string("address_clients"), ngx_string("address_network"),
    ngx_string("address_sockets"), ngx_string("address_streams"),
    ngx_string("streams"), ngx_string("token"), ngx_string("authorize"),
    ngx_string("undecided"), ngx_string("client_id"), ngx_string("client_ids"),
    ngx_string("takeover"), ngx_string("origin")
};


static ngx_str_t  ngx_print_tally_code_reason_values[] = {
    ngx_string("invalid_request"), ngx_string("unauthorized"),
    ngx_string("forbidden"), ngx_string("origin_not_allowed"),
    ngx_string("method_not_allowed"), ngx_string("client_unknown"),
    ngx_string("client_offline"), ngx_string("too_large"),
    ngx_string("unsupported_type"), ngx_string("idempotency_mismatch"),
    ngx_string("client_busy"), ngx_string("rate_limited"),
    ngx_string("zone_full"), ngx_string("zone_busy"), ngx_string("no_slot"),
    ngx_string("internal")
};


static ngx_str_t  ngx_print_tally_endpoint_values[] = {
    ngx_string("getStatus"), ngx_string("startPrint"), ngx_string("jobs"),
    ngx_string("clients"), ngx_string("events"), ngx_string("zone"),
    ngx_string("health"), ngx_string("socket_io")
};


static ngx_str_t  ngx_print_tally_code_values[] = {
    ngx_string("2xx"), ngx_string("3xx"), ngx_string("4xx"), ngx_string("5xx"),
    ngx_string("101")
};


static ngx_str_t  ngx_print_tally_hook_code_values[] = {
    ngx_string("2xx"), ngx_string("3xx"), ngx_string("4xx"), ngx_string("5xx"),
    ngx_string("none")
};


static ngx_str_t  ngx_print_tally_kind_values[] = {
    ngx_string("poll"), ngx_string("wait"), ngx_string("events")
};


static ngx_str_t  ngx_print_tally_direction_values[] = {
    ngx_string("in"), ngx_string("out")
};


static ngx_str_t  ngx_print_tally_stage_values[] = {
    ngx_string("plain"), ngx_string("compressed")
};


static ngx_str_t  ngx_print_tally_worker_values[] = {
    ngx_string("running"), ngx_string("exiting"), ngx_string("hung")
};


static ngx_str_t  ngx_print_tally_reader_values[] = {
    ngx_string("stream"), ngx_string("webhook"), ngx_string("log")
};


static ngx_str_t  ngx_print_tally_result_values[] = {
    ngx_string("written"), ngx_string("failed")
};


static ngx_print_count_label_t  ngx_print_tally_cause =
    ngx_print_tally_label("cause", ngx_print_tally_cause_values);


static ngx_print_count_label_t  ngx_print_tally_code_reason =
    ngx_print_tally_label("reason", ngx_print_tally_code_reason_values);


static ngx_print_count_label_t  ngx_print_tally_endpoint =
    ngx_print_tally_label("endpoint", ngx_print_tally_endpoint_values);


static ngx_print_count_label_t  ngx_print_tally_code =
    ngx_print_tally_label("code", ngx_print_tally_code_values);


static ngx_print_count_label_t  ngx_print_tally_hook_code =
    ngx_print_tally_label("code", ngx_print_tally_hook_code_values);


static ngx_print_count_label_t  ngx_print_tally_kind =
    ngx_print_tally_label("kind", ngx_print_tally_kind_values);


static ngx_print_count_label_t  ngx_print_tally_direction =
    ngx_print_tally_label("direction", ngx_print_tally_direction_values);


static ngx_print_count_label_t  ngx_print_tally_stage =
    ngx_print_tally_label("stage", ngx_print_tally_stage_values);


static ngx_print_count_label_t  ngx_print_tally_worker =
    ngx_print_tally_label("state", ngx_print_tally_worker_values);


static ngx_print_count_label_t  ngx_print_tally_reader =
    ngx_print_tally_label("reader", ngx_print_tally_reader_values);


static ngx_print_count_label_t  ngx_print_tally_result =
    ngx_print_tally_label("result", ngx_print_tally_result_values);


static uint32_t  ngx_print_tally_rtt_bounds[] = NGX_PRINT_RTT_BOUNDS;


static ngx_print_count_family_t  ngx_print_tally_list[] = {

    { ngx_print_tally_counter("zone_lock_waits_total",
          "Holds of the lock that had to wait for it.",
          NGX_PRINT_TALLY_LOCK_WAITS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("zone_lock_wait_seconds_total",
          "How long they have waited.",
          NGX_PRINT_TALLY_LOCK_NS),
      0, { NULL, NULL },
      NULL, 0, 1000000000 },

    { ngx_print_tally_counter("refusals_total",
          "Stations and requests that a limit or a check of identity refused.",
          NGX_PRINT_TALLY_REFUSALS),
      1, { &ngx_print_tally_cause, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("jobs_refused_total",
          "Prints that were refused, one for each clientId.",
          NGX_PRINT_TALLY_JOBS_REFUSED),
      1, { &ngx_print_tally_code_reason, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("idempotent_replays_total",
          "Prints that an earlier request had ordered already.",
          NGX_PRINT_TALLY_REPLAYS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("requests_total",
          "Answers to requests for the paths of the hub.",
          NGX_PRINT_TALLY_REQUESTS),
      2, { &ngx_print_tally_endpoint, &ngx_print_tally_code },
      NULL, 0, 1 },

    { ngx_print_tally_gauge("waiting_requests",
          "GET requests that wait.",
          NGX_PRINT_TALLY_WAITING),
      1, { &ngx_print_tally_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("messages_total",
          "Messages from and to stations.",
          NGX_PRINT_TALLY_MESSAGES),
      1, { &ngx_print_tally_direction, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("message_bytes_total",
          "Bytes of messages, before framing and compression.",
          NGX_PRINT_TALLY_MESSAGE_BYTES),
      1, { &ngx_print_tally_direction, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("deflate_bytes_total",
          "Bytes of messages that were compressed.",
          NGX_PRINT_TALLY_DEFLATE),
      2, { &ngx_print_tally_direction, &ngx_print_tally_stage },
      NULL, 0, 1 },

    { ngx_print_tally_histogram("ping_rtt_seconds",
          "From a ping to its pong, over WebSockets.",
          NGX_PRINT_TALLY_RTT),
      0, { NULL, NULL },
      ngx_print_tally_rtt_bounds, NGX_PRINT_RTT_BUCKETS - 1, 1000 },

    { ngx_print_tally_counter("doorbell_rings_total",
          "Workers that were woken by others.",
          NGX_PRINT_TALLY_RINGS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("doorbell_late_total",
          "Work that a worker found late, because nobody woke it.",
          NGX_PRINT_TALLY_LATE),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_gauge("workers",
          "Workers of nginx that use the zone.",
          NGX_PRINT_TALLY_RUNNING),
      1, { &ngx_print_tally_worker, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("events_lost_total",
          "Events that a reader was told it has missed.",
          NGX_PRINT_TALLY_EVENTS_LOST),
      1, { &ngx_print_tally_reader, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("webhook_requests_total",
          "Requests that the webhook has sent, by their answers.",
          NGX_PRINT_TALLY_WEBHOOK),
      1, { &ngx_print_tally_hook_code, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_gauge("webhook_pending_events",
          "Events that the webhook has not delivered yet.",
          NGX_PRINT_TALLY_PENDING),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_gauge("webhook_last_success_time_seconds",
          "When the webhook last delivered events, or 0.",
          NGX_PRINT_TALLY_SUCCESS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_tally_counter("log_lines_total",
          "Lines of the job log.",
          NGX_PRINT_TALLY_LOG_LINES),
      1, { &ngx_print_tally_result, NULL },
      NULL, 0, 1 }
};


ngx_print_count_family_t *
ngx_print_tally_families(ngx_uint_t *n)
{
    *n = sizeof(ngx_print_tally_list) / sizeof(ngx_print_tally_list[0]);

    return ngx_print_tally_list;
}
