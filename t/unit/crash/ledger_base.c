
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "unit.h"
#include "ledger_base.h"


ledger_totals_t  *ledger_totals;
ngx_uint_t        ledger_n;
u_char            ledger_bytes[2 * LEDGER_BYTES];


u_char *
ledger_payload(uint32_t at)
{
    return ledger_bytes + at;
}


/* one failure is enough: this process ends, and the first one sees it */

void
ledger_fail(const char *fmt, ...)
{
    char     text[256];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    if (ngx_atomic_fetch_add(&ledger_totals->failed, 1) == 0) {
        unit_result(0, __FILE__, __LINE__, text);
    }

    if (ledger_n == 0) {
        exit(unit_end());
    }

    (void) fflush(stdout);
    _exit(1);
}
