#!/usr/bin/env bash
#
# Runs fuzz targets with libFuzzer; called by the Makefile beside it.
#
# usage: fuzz.sh fuzz FOLDER SECONDS TARGET...
#        fuzz.sh minimize FOLDER 0 TARGET...
#
# FOLDER/new/TARGET has what was found to reach something new, FOLDER/found what
# a check or a sanitizer did not like.  "minimize" takes what is new into the
# corpus, and removes from it what reaches nothing of its own.

set -u

command=$1
folder=$2
seconds=$3
shift 3

cd "$(dirname "$0")" || exit 1

# a broken input ends libFuzzer; nothing that is tested needs so much memory, and
# nothing takes so long

options=(-rss_limit_mb=1024 -timeout=20 -print_final_stats=0 -verbosity=1
         -detect_leaks=1)

mkdir -p "$folder/found"

fuzz() {
    local target=$1 log=$folder/$1.log rc

    mkdir -p "$folder/new/$target" "corpus/$target"

    if [ -e "$target.dict" ]; then
        set -- "-dict=$target.dict"
    else
        set --
    fi

    "$folder/clang/$target" "${options[@]}" "$@" -max_len=2048 \
        -max_total_time="$seconds" -artifact_prefix="$folder/found/$target-" \
        "$folder/new/$target" "corpus/$target" > "$log" 2>&1
    rc=$?

    if [ $rc -eq 0 ]; then
        printf 'ok %s: %s\n' "$target" "$(grep 'DONE' "$log" | tail -n 1)"
        return
    fi

    grep -A 30 -m 1 -E '^not ok|ERROR: |runtime error' "$log"
    printf 'not ok %s: %s\n' "$target" \
        "$(grep 'Test unit written' "$log" || echo "see $log")"

    return 1
}

minimize() {
    local target=$1 old=$folder/old/$1

    rm -rf "$old"
    mkdir -p "$old" "corpus/$target" "$folder/new/$target"
    cp -r "corpus/$target" "$old/"
    find "corpus/$target" -regextype posix-extended -regex '.*/[0-9a-f]{40}' \
        -delete

    "$folder/clang/$target" -set_cover_merge=1 "corpus/$target" \
        "$old/$target" "$folder/new/$target" > "$folder/$target.log" 2>&1 \
    || { tail -n 5 "$folder/$target.log"; return 1; }

    printf '%s: %d files\n' "$target" "$(find "corpus/$target" -type f | wc -l)"
}

rc=0

for target; do
    $command "$target" || rc=1
done

exit $rc
