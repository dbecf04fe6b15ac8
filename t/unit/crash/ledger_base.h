
/*
 * Copyright (C) the print hub contributors
 */


/* What the files of the ledger share. */


#ifndef _NGX_PRINT_LEDGER_BASE_H_INCLUDED_
#define _NGX_PRINT_LEDGER_BASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ledger.h"


extern ngx_uint_t  ledger_n;        /* the number of this process */
extern u_char      ledger_bytes[2 * LEDGER_BYTES];


#endif /* _NGX_PRINT_LEDGER_BASE_H_INCLUDED_ */
