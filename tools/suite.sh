#!/usr/bin/env bash
#
# Runs one suite of tests, which ends with "N passed, N failed" (of its parts,
# if there are several such lines).  tools/test.sh has what it needs installed
# and built.
#
# usage: tools/suite.sh lint|style|package|unit|unit-asan|fuzz|crash|prove|e2e
#        tools/suite.sh prove|e2e NAME...     some files: 08-http, print
#
# environment: BUILD, ASAN, NGX_BIN, MODULE, TEST_PATIENCE (see tools/test.sh)

set -u -o pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
asan=${ASAN:-$root/build-asan}
make=${MAKE:-make}

PATH=$PATH:/usr/sbin:/sbin

export NGX_BIN=${NGX_BIN:-$(command -v nginx)}
export MODULE=${MODULE:-$build/ngx_print_module.so}

# the counts below are read from output without colors
unset FORCE_COLOR

cd "$root" || exit 1

suite_lint() {
    BUILD="$build" tools/lint.py
}

suite_style() {
    local rc=0

    tools/style_test.py && tools/style.py || rc=1
    tools/documents_test.py && tools/documents.py || rc=1

    return "$rc"
}

suite_package() {
    t/package/dist.sh
}

suite_unit() {
    $make -C t/unit run BUILD="$build"
}

suite_unit_asan() {
    local flags='-O1 -fno-omit-frame-pointer'

    flags+=' -fsanitize=address,undefined -fno-sanitize-recover=undefined'

    $make -C t/unit run BUILD="$build" UNIT="$asan/unit" UNIT_CC="$flags"
}

suite_fuzz() {
    local rc=0

    # T of "make test" names stages, and that of t/fuzz names targets

    local make="env -u T -u MAKEFLAGS -u MAKEOVERRIDES $make"

    $make -s -j2 -C t/fuzz replay BUILD="$build" || rc=1
    $make -s -C t/fuzz oracle BUILD="$build" || rc=1

    return "$rc"
}

suite_crash() {
    $make -C t/unit crash BUILD="$build"
}

# writes the counts of the tests that prove has run

count_prove() {
    awk '{ print; fflush() }
         /^Files=[0-9]+, Tests=/ { sub(/.*Tests=/, ""); n = $0 + 0 }
         / \(Wstat: .* Failed: [0-9]+\)/ { sub(/.*Failed: /, ""); f += $0 }
         END { printf "%d passed, %d failed\n", (n > f) ? n - f : 0, f }'
}

# ends the nginx, and removes the folder, that a killed Test::Nginx left behind

left_behind() {
    local folder pid

    for folder in t/servroot_*; do
        if [ ! -d "$folder" ] || [[ $1 = *" $folder "* ]]; then
            continue
        fi

        pid=$(cat "$folder/logs/nginx.pid" 2> /dev/null)
        [ -z "$pid" ] || kill "$pid"
        rm -rf "$folder"
    done
}

suite_prove() {
    local rc before tests=(t/*.t)

    [ $# -eq 0 ] || tests=("${@/%/.t}")
    [ $# -eq 0 ] || tests=("${tests[@]/#/t/}")

    if [ ! -e "${tests[0]}" ]; then
        echo 'no t/*.t'
        return 1
    fi

    export TEST_NGINX_BINARY=$NGX_BIN TEST_NGINX_LOAD_MODULES=$MODULE
    export TEST_NGINX_RANDOMIZE=1 TEST_NGINX_TIMEOUT=${TEST_PATIENCE:-180}

    before=" $(echo t/servroot_*) "
    trap : TERM

    prove -j2 "${tests[@]}" 2>&1 | count_prove
    rc=$?

    left_behind "$before"

    return "$rc"
}

count_node() {
    awk '{ print; fflush() }
         /^(#|ℹ) (pass|fail|cancelled) [0-9]+$/ { n[$2] = $3 }
         END { printf "%d passed, %d failed\n", n["pass"],
                      n["fail"] + n["cancelled"] }'
}

suite_e2e() {
    local tests=()

    mapfile -t tests < <(find t/e2e -name '*.test.js' | sort)

    [ $# -eq 0 ] || tests=("${@/%/.test.js}")
    [ $# -eq 0 ] || tests=("${tests[@]/#/t/e2e/}")

    if [ ${#tests[@]} -eq 0 ]; then
        echo 'no t/e2e/*.test.js'
        return 1
    fi

    # node runs one file less at a time than there are processors; they wait
    # most of the time

    local options=(--test --test-reporter=spec --test-concurrency=4)

    # a test that fails may leave a client that reconnects for ever

    if node --help | grep -q -e --test-force-exit; then
        options+=(--test-force-exit)
    fi

    NODE_PATH=$root/node_modules node "${options[@]}" "${tests[@]}" 2>&1 \
        | count_node
}

case ${1-} in
lint)      suite_lint ;;
style)     suite_style ;;
package)   suite_package ;;
unit)      suite_unit ;;
unit-asan) suite_unit_asan ;;
fuzz)      suite_fuzz ;;
crash)     suite_crash ;;
prove)     suite_prove "${@:2}" ;;
e2e)       suite_e2e "${@:2}" ;;
*)         echo "suite: no suite ${1-}" >&2; exit 2 ;;
esac
