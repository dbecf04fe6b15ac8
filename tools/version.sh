#!/bin/sh
#
# Prints the version of the module, which src/ngx_print.h has.

set -eu

sed -n 's/^#define NGX_PRINT_VERSION *"\([0-9.]*\)"$/\1/p' \
    "$(dirname "$0")/../src/ngx_print.h"
