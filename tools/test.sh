#!/usr/bin/env bash
#
# Installs what is missing, builds, runs the tests, and ends with one line of
# all their counts: "N passed, N failed".
#
# usage: tools/test.sh [STAGE...]      all of them if none is named
#
#   lint    static analysers; begins first and ends last, since it takes only
#           the time of the processors that the other stages leave
#   style   the checkers of style and documents, and their own tests
#   package the archive of a release: it is built, installed, and prints
#   unit    codecs and store as plain programs, also with sanitizers
#   fuzz    all that the fuzzers have found once, with sanitizers
#   crash   the store, its processes killed at any point; a bounded run
#   prove   t/*.t, with Test::Nginx
#   e2e     t/e2e: real clients, a browser
#   asan    prove and e2e again, with sanitizers in the module
#
# The output of a stage is in build/log, and its end is shown if it fails.
#
# environment: TEST_PATIENCE (180): after so many seconds without progress a
# test counts as one that hangs.  No test fails because the machine is slow:
# this guard, and that of a whole stage, which is a multiple of it, are the only
# limits of time.

set -u

root=$(cd "$(dirname "$0")/.." && pwd)
export BUILD=${BUILD:-$root/build}
export ASAN=${ASAN:-$root/build-asan}
log=$BUILD/log
export TEST_PATIENCE=${TEST_PATIENCE:-180}
limit=$((TEST_PATIENCE * 10))

export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

passed=0
failed=0
child=
linting=

finish() {
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
    exit
}

# shellcheck disable=SC2086 # none, one or two processes
trap '[ -z "$child$linting" ] || kill $child $linting
      failed=$((failed + 1)); finish' HUP INT TERM

# NAME HEADING COMMAND...: runs a step that is no test; counts a failure

step() {
    local name=$1 start=$SECONDS

    printf '== %s\n' "$2"
    shift 2

    if ! "$@" > "$log/$name.log" 2>&1 < /dev/null; then
        tail -n 40 "$log/$name.log"
        failed=$((failed + 1))
        finish
    fi

    printf '   %d s\n' $((SECONDS - start))
}

# NAME HEADING COMMAND...: a suite; its counts are in its output

stage() {
    local name=$1 start=$SECONDS rc

    printf '== %s\n' "$2"
    shift 2

    timeout -k 10 $limit "$@" > "$log/$name.log" 2>&1 < /dev/null &
    child=$!
    wait $child
    rc=$?
    child=

    counts "$name" $rc $limit $((SECONDS - start))
}

# NAME CODE LIMIT SECONDS: adds what a suite has counted, and ended with

counts() {
    local name=$1 rc=$2 limit=$3 seconds=$4 p f

    read -r p f < <(awk '
        /^([A-Za-z0-9_.\/-]+: )?[0-9]+ passed, [0-9]+ failed/ {
            sub(/^[^ ]+: /, ""); p += $1; f += $3
        }
        END { print p + 0, f + 0 }' "$log/$name.log")

    if [ "$rc" -eq 124 ] || [ "$rc" -eq 137 ]; then
        echo "stopped after $limit s" >> "$log/$name.log"
    fi

    if [ "$f" -eq 0 ] && [ "$rc" -ne 0 ]; then
        f=1
    fi

    if [ "$f" -eq 0 ] && [ "$p" -eq 0 ]; then
        echo 'no test was run' >> "$log/$name.log"
        f=1
    fi

    if [ "$f" -ne 0 ]; then
        tail -n 80 "$log/$name.log"
    fi

    printf '   %d passed, %d failed, %d s\n' "$p" "$f" "$seconds"

    passed=$((passed + p))
    failed=$((failed + f))
}

# begins a stage that runs beside the others and has their limits together; most
# of them wait for something now and then

begin_lint() {
    lint_start=$SECONDS
    lint_limit=$((limit * $1))

    timeout -k 10 $lint_limit nice -n 19 "$suite" lint > "$log/lint.log" 2>&1 \
        < /dev/null &
    linting=$!
}

end_lint() {
    local rc

    printf '== static analysers, which have run beside the others\n'

    wait $linting
    rc=$?
    linting=

    counts lint $rc "$lint_limit" $((SECONDS - lint_start))
}

# makes an nginx with the sanitizer's library, which the sanitized module needs;
# the library's reports go to files of the folder $1

sanitized_nginx() {
    cat << END
#!/bin/sh
export ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:handle_sigill=1:\
log_path=$1/asan
export LD_PRELOAD="$(gcc -print-file-name=libasan.so)\${LD_PRELOAD:+ \$LD_PRELOAD}"
exec $(command -v "${NGINX:-nginx}") "\$@"
END
}

all=(lint style package unit fuzz crash prove e2e asan)
suite=$root/tools/suite.sh
[ $# -gt 0 ] || set -- "${all[@]}"

groups=()
builds=

for name in "$@"; do
    case $name in
    lint)  groups+=(build lint); builds+=' modules ' ;;
    style) groups+=(build style); builds+=' modules ' ;;
    package) groups+=(build package) ;;
    unit)  groups+=(build); builds+=' modules ' ;;
    fuzz)  groups+=(build oracle); builds+=' modules ' ;;
    crash) groups+=(build); builds+=' modules ' ;;
    prove) groups+=(build perl); builds+=' modules ' ;;
    e2e)   groups+=(build page e2e metrics); builds+=' app ' ;;
    asan)  groups+=(build perl page e2e metrics); builds+=' asan ' ;;
    *)
        echo "test: no stage $name; there are: ${all[*]}" >&2
        exit 2
        ;;
    esac
done

mkdir -p "$log" || exit 1
rm -rf "${log:?}"/*

step install 'what is missing' "$root/tools/install.sh" "${groups[@]}"

for name in modules app asan; do
    if [[ $builds = *" $name "* ]]; then
        step "build-$name" "build: $name" \
            "${MAKE:-make}" -C "$root" -j"$(nproc)" "$name"
    fi
done

for name in "${all[@]}"; do
    [[ " $* " = *" $name "* ]] || continue

    case $name in
    lint)
        begin_lint $#
        ;;

    style)
        stage style 'style' "$suite" style
        ;;

    package)
        stage package 'the archive of a release' "$suite" package
        ;;

    unit)
        stage unit 'unit tests' "$suite" unit
        stage unit-asan 'unit tests, with sanitizers' "$suite" unit-asan
        ;;

    fuzz)
        stage fuzz 'inputs of the fuzz targets' "$suite" fuzz
        ;;

    crash)
        stage crash 'crash tests of the store' "$suite" crash
        ;;

    prove)
        stage prove 't/*.t' "$suite" prove
        ;;

    e2e)
        stage e2e 't/e2e' "$suite" e2e
        ;;

    asan)
        mkdir "$log/asan"
        chmod 777 "$log/asan"
        sanitized_nginx "$log/asan" > "$ASAN/nginx"
        chmod 755 "$ASAN/nginx"
        export NGX_BIN=$ASAN/nginx MODULE=$ASAN/ngx_print_module.so
        export E2E_SLOW=3 E2E_SANITIZER=1

        stage prove-asan 't/*.t, with sanitizers' "$suite" prove
        stage e2e-asan 't/e2e, with sanitizers' "$suite" e2e

        for report in "$log"/asan/*; do
            [ -e "$report" ] || continue
            echo "== the sanitizer's report"
            cat "$report"
            failed=$((failed + 1))
        done
        ;;
    esac
done

[ -z "$linting" ] || end_lint

finish
