
/*
 * Copyright (C) the print hub contributors
 */


/* What random_points.c and its operations share. */


#ifndef _NGX_PRINT_RANDOM_DO_H_INCLUDED_
#define _NGX_PRINT_RANDOM_DO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "check.h"
#include "model.h"


void crash_do(ngx_print_store_t *st, model_op_t *op, ngx_print_batch_t *batch);


#endif /* _NGX_PRINT_RANDOM_DO_H_INCLUDED_ */
