
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_print_job_state.h"


#define NGX_PRINT_JOB_TO(state)  (1 << NGX_PRINT_JOB_##state)


typedef struct {
    ngx_str_t    name;
    ngx_uint_t   to;             /* states that may follow */
} ngx_print_job_rule_t;


/*
 * A job goes back from SENT to QUEUED if its session was lost: either the
 * client certainly missed it, or it is sent again and marked as a repetition.
 * The client may still report a result of the first sending before it is sent
 * again. A result is also accepted for an UNCONFIRMED job.
 */

static ngx_print_job_rule_t  ngx_print_job_rules[NGX_PRINT_JOB_STATES] = {

    { ngx_null_string,
      NGX_PRINT_JOB_TO(QUEUED) },

    { ngx_string("queued"),
      NGX_PRINT_JOB_TO(SENT)|NGX_PRINT_JOB_TO(EXPIRED)
      |NGX_PRINT_JOB_TO(CANCELED)|NGX_PRINT_JOB_TO(UNCONFIRMED)
      |NGX_PRINT_JOB_TO(PRINTED)|NGX_PRINT_JOB_TO(FAILED) },

    { ngx_string("sent"),
      NGX_PRINT_JOB_TO(RECEIVED)|NGX_PRINT_JOB_TO(PRINTED)
      |NGX_PRINT_JOB_TO(FAILED)|NGX_PRINT_JOB_TO(UNCONFIRMED)
      |NGX_PRINT_JOB_TO(QUEUED) },

    { ngx_string("received"),
      NGX_PRINT_JOB_TO(PRINTED)|NGX_PRINT_JOB_TO(FAILED) },

    { ngx_string("printed"), 0 },

    { ngx_string("failed"), 0 },

    { ngx_string("expired"), 0 },

    { ngx_string("canceled"), 0 },

    { ngx_string("unconfirmed"),
      NGX_PRINT_JOB_TO(PRINTED)|NGX_PRINT_JOB_TO(FAILED) }
};


static ngx_str_t  ngx_print_job_sources[NGX_PRINT_JOB_SOURCES] = {
    ngx_string("startprint"),
    ngx_string("jobs"),
    ngx_string("reprint"),
    ngx_string("hiprint"),
    ngx_string("emitter")
};


ngx_str_t *
ngx_print_job_state_name(ngx_print_job_state_e state)
{
    return &ngx_print_job_rules[state].name;
}


ngx_print_job_state_e
ngx_print_job_state(ngx_str_t *name)
{
    ngx_str_t   *own;
    ngx_uint_t   i;

    for (i = 1; i < NGX_PRINT_JOB_STATES; i++) {
        own = &ngx_print_job_rules[i].name;

        if (own->len == name->len
            && ngx_strncmp(own->data, name->data, own->len) == 0)
        {
            return i;
        }
    }

    return NGX_PRINT_JOB_FREE;
}


ngx_str_t *
ngx_print_job_source_name(ngx_print_job_source_e source)
{
    return &ngx_print_job_sources[source];
}


ngx_uint_t
ngx_print_job_legal(ngx_print_job_state_e from, ngx_print_job_state_e to)
{
    return ngx_print_job_rules[from].to >> to & 1;
}
