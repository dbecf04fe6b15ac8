
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_reason.h"
#include "ngx_print_count_family.h"


#define ngx_print_count_label(name, values)                                   \
    { ngx_string(name), values, sizeof(values) / sizeof(values[0]) }

#define ngx_print_count_gauge(name, help, first)                              \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_GAUGE, first

#define ngx_print_count_counter(name, help, first)                            \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_COUNTER, first

#define ngx_print_count_histogram(name, help, first)                          \
    ngx_string(name), ngx_string(help), NGX_PRINT_COUNT_HISTOGRAM, first


static ngx_str_t  ngx_print_count_kind_values[] = {
    ngx_string("session"), ngx_string("client"), ngx_string("job"),
    ngx_string("event"), ngx_string("block"), ngx_string("recovery")
};


static ngx_str_t  ngx_print_count_lost_values[] = {
    ngx_string("job"), ngx_string("client")
};


static ngx_str_t  ngx_print_count_presence_values[] = {
    ngx_string("online"), ngx_string("offline")
};


static ngx_str_t  ngx_print_count_dialect_values[] = {
    ngx_string("classic"), ngx_string("hiprint")
};


static ngx_str_t  ngx_print_count_transport_values[] = {
    ngx_string("polling"), ngx_string("websocket")
};


static ngx_str_t  ngx_print_count_protocol_values[] = {
    ngx_string("3"), ngx_string("4")
};


static ngx_str_t  ngx_print_count_upgrade_values[] = {
    ngx_string("ok"), ngx_string("failed")
};


static ngx_str_t  ngx_print_count_handover_values[] = {
    ngx_string("moved"), ngx_string("closed")
};


static ngx_str_t  ngx_print_count_registration_values[] = {
    ngx_string("ok"), ngx_string("takeover"), ngx_string("refused")
};


static ngx_str_t  ngx_print_count_recovery_values[] = {
    ngx_string("recovered"), ngx_string("failed")
};


static ngx_str_t  ngx_print_count_live_values[] = {
    ngx_string("queued"), ngx_string("away"), ngx_string("sent")
};


static ngx_str_t  ngx_print_count_source_values[] = {
    ngx_string("startprint"), ngx_string("jobs"), ngx_string("reprint"),
    ngx_string("hiprint"), ngx_string("emitter")
};


static ngx_str_t  ngx_print_count_state_values[] = {
    ngx_string("queued"), ngx_string("sent"), ngx_string("received"),
    ngx_string("printed"), ngx_string("failed"), ngx_string("expired"),
    ngx_string("canceled"), ngx_string("unconfirmed")
};


static ngx_str_t  ngx_print_count_result_values[] = {
    ngx_string("printed"), ngx_string("failed")
};


static ngx_print_count_label_t  ngx_print_count_kind =
    ngx_print_count_label("kind", ngx_print_count_kind_values);


static ngx_print_count_label_t  ngx_print_count_lost =
    ngx_print_count_label("kind", ngx_print_count_lost_values);


static ngx_print_count_label_t  ngx_print_count_presence =
    ngx_print_count_label("state", ngx_print_count_presence_values);


static ngx_print_count_label_t  ngx_print_count_dialect =
    ngx_print_count_label("dialect", ngx_print_count_dialect_values);


static ngx_print_count_label_t  ngx_print_count_transport =
    ngx_print_count_label("transport", ngx_print_count_transport_values);


static ngx_print_count_label_t  ngx_print_count_protocol =
    ngx_print_count_label("protocol", ngx_print_count_protocol_values);


static ngx_print_count_label_t  ngx_print_count_upgrade =
    ngx_print_count_label("result", ngx_print_count_upgrade_values);


static ngx_print_count_label_t  ngx_print_count_handover =
    ngx_print_count_label("result", ngx_print_count_handover_values);


static ngx_print_count_label_t  ngx_print_count_registration =
    ngx_print_count_label("result", ngx_print_count_registration_values);


static ngx_print_count_label_t  ngx_print_count_recovery =
    ngx_print_count_label("result", ngx_print_count_recovery_values);


static ngx_print_count_label_t  ngx_print_count_live =
    ngx_print_count_label("state", ngx_print_count_live_values);


static ngx_print_count_label_t  ngx_print_count_source =
    ngx_print_count_label("source", ngx_print_count_source_values);


static ngx_print_count_label_t  ngx_print_count_state =
    ngx_print_count_label("state", ngx_print_count_state_values);


static ngx_print_count_label_t  ngx_print_count_result =
    ngx_print_count_label("state", ngx_print_count_result_values);


static ngx_print_count_label_t  ngx_print_count_reason =
    ngx_print_count_label("reason", ngx_print_reason_names);


static uint32_t  ngx_print_count_queue_bounds[] = {
    1, 5, 25, 100, 500, 2500, 10000, 60000, 300000, 1800000, 7200000
};


static uint32_t  ngx_print_count_receipt_bounds[] = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 15000
};


static uint32_t  ngx_print_count_result_bounds[] = {
    10, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000,
    1800000
};


static uint32_t  ngx_print_count_payload_bounds[] = {
    256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216
};


static ngx_print_count_family_t  ngx_print_count_list[] = {

    { ngx_print_count_gauge("zone_created_time_seconds",
          "When the zone was made empty.",
          NGX_PRINT_COUNT_ZONE_CREATED),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("zone_size_bytes",
          "Bytes of the zone.",
          NGX_PRINT_COUNT_ZONE_SIZE),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("zone_slots",
          "Records that there are in the zone.",
          NGX_PRINT_COUNT_SLOTS),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("zone_slots_used",
          "Records in use that do not give way.",
          NGX_PRINT_COUNT_USED),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("zone_slots_reclaimable",
          "Records in use that give way when they are needed.",
          NGX_PRINT_COUNT_RECLAIMABLE),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("zone_slots_used_peak",
          "The most records that were in use at one time.",
          NGX_PRINT_COUNT_PEAK),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("zone_refused_total",
          "Refused for want of such a record.",
          NGX_PRINT_COUNT_REFUSED),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("zone_evicted_total",
          "Records that gave way to others.",
          NGX_PRINT_COUNT_EVICTED),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("zone_repairs_total",
          "Repairs of the zone after a process died.",
          NGX_PRINT_COUNT_REPAIRS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("zone_robs_total",
          "Locks taken over from dead processes.",
          NGX_PRINT_COUNT_ROBS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("lost_total",
          "What older zones had and this one has not.",
          NGX_PRINT_COUNT_LOST),
      1, { &ngx_print_count_lost, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("clients",
          "Stations that are known.",
          NGX_PRINT_COUNT_CLIENTS),
      2, { &ngx_print_count_presence, &ngx_print_count_dialect },
      NULL, 0, 1 },

    { ngx_print_count_gauge("sessions",
          "Sessions that are open.",
          NGX_PRINT_COUNT_SESSIONS),
      2, { &ngx_print_count_transport, &ngx_print_count_protocol },
      NULL, 0, 1 },

    { ngx_print_count_counter("connects_total",
          "Sessions opened, by the transport of the handshake.",
          NGX_PRINT_COUNT_CONNECTS),
      2, { &ngx_print_count_transport, &ngx_print_count_protocol },
      NULL, 0, 1 },

    { ngx_print_count_counter("upgrades_total",
          "Upgrades from polling to WebSocket.",
          NGX_PRINT_COUNT_UPGRADES),
      1, { &ngx_print_count_upgrade, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("disconnects_total",
          "Sessions that ended.",
          NGX_PRINT_COUNT_DISCONNECTS),
      1, { &ngx_print_count_reason, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("handovers_total",
          "WebSockets at a reload or an upgrade of nginx.",
          NGX_PRINT_COUNT_HANDOVERS),
      1, { &ngx_print_count_handover, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("registrations_total",
          "Registrations of stations.",
          NGX_PRINT_COUNT_REGISTRATIONS),
      1, { &ngx_print_count_registration, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("recoveries_total",
          "Sockets that asked to be recovered.",
          NGX_PRINT_COUNT_RECOVERIES),
      1, { &ngx_print_count_recovery, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("jobs",
          "Jobs that are not finished.",
          NGX_PRINT_COUNT_JOBS),
      1, { &ngx_print_count_live, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("jobs_accepted_total",
          "Jobs that were created.",
          NGX_PRINT_COUNT_ACCEPTED),
      1, { &ngx_print_count_source, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("jobs_settled_total",
          "Jobs that were finished, each once.",
          NGX_PRINT_COUNT_SETTLED),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("job_states_total",
          "Times that a job came into this state.",
          NGX_PRINT_COUNT_STATES),
      1, { &ngx_print_count_state, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("jobs_history",
          "Finished jobs that are still known.",
          NGX_PRINT_COUNT_HISTORY),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_gauge("jobs_history_oldest_time_seconds",
          "When the oldest of them finished, or 0.",
          NGX_PRINT_COUNT_OLDEST),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_histogram("job_queue_seconds",
          "From the creation of a job until it was first sent.",
          NGX_PRINT_COUNT_QUEUE_TIME),
      0, { NULL, NULL },
      ngx_print_count_queue_bounds,
      NGX_PRINT_COUNT_QUEUE, 1000 },

    { ngx_print_count_histogram("job_receipt_seconds",
          "From the last sending of a job to its receipt.",
          NGX_PRINT_COUNT_RECEIPT_TIME),
      0, { NULL, NULL },
      ngx_print_count_receipt_bounds,
      NGX_PRINT_COUNT_RECEIPT, 1000 },

    { ngx_print_count_histogram("job_result_seconds",
          "From the last sending of a job to its result.",
          NGX_PRINT_COUNT_RESULT_TIME),
      1, { &ngx_print_count_result, NULL },
      ngx_print_count_result_bounds,
      NGX_PRINT_COUNT_RESULT, 1000 },

    { ngx_print_count_histogram("job_payload_bytes",
          "Bytes of the payloads of jobs.",
          NGX_PRINT_COUNT_PAYLOAD_SIZE),
      0, { NULL, NULL },
      ngx_print_count_payload_bounds,
      NGX_PRINT_COUNT_PAYLOAD, 1 },

    { ngx_print_count_counter("worker_deaths_total",
          "Workers that ended without leaving the zone.",
          NGX_PRINT_COUNT_DEATHS),
      0, { NULL, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("events_total",
          "Events that were numbered.",
          NGX_PRINT_COUNT_EVENTS),
      0, { NULL, NULL },
      NULL, 0, 1 }
};


ngx_print_count_family_t *
ngx_print_count_families(ngx_uint_t *n)
{
    *n = sizeof(ngx_print_count_list) / sizeof(ngx_print_count_list[0]);

    return ngx_print_count_list;
}
