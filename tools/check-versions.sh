#!/usr/bin/env bash
#
# Builds the module for the nginx of several releases of Debian, and runs t/*.t
# with each: 1.22 of Debian 12, 1.26 of Debian 13, and the newest one that
# Debian has.  The packages are unpacked into BUILD/versions, and not
# installed.  It ends with a table of what was tested.
#
# usage: tools/check-versions.sh [SUITE...]     bookworm trixie sid
#
# environment: BUILD (build), MAKE; TESTS, names of files of t without their
# ending: all by default

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
versions=${BUILD:-$root/build}/versions
make=${MAKE:-make}

fail() {
    echo "check-versions: $*" >&2
    exit 1
}

# SUITE DIR: Debian's nginx, its headers and its libraries, in DIR/root.  The
# packages of a release that were fetched before are kept.

unpack() {
    local suite=$1 dir=$2 apt=$2/apt uri package options

    # shellcheck disable=SC2016 # apt's own variables
    uri=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' \
          'Created-By: Packages' | awk '$1 $2 == "DebianDebian" {
              print $3; exit }')
    [ -n "$uri" ] || fail 'no Debian mirror among the package sources'

    rm -rf "$dir/root"
    mkdir -p "$dir/root" "$apt/lists/partial" "$apt/cache/archives/partial"
    : > "$apt/status"

    printf '%s: %s\n' Types deb URIs "$uri" Suites "$suite" Components main \
        Signed-By /usr/share/keyrings/debian-archive-keyring.gpg \
        > "$apt/suite.sources"

    options=(-q -y -o "Dir::Etc::sourcelist=$apt/suite.sources"
             -o Dir::Etc::sourceparts=/dev/null
             -o Dir::Etc::preferencesparts=/dev/null
             -o "Dir::State=$apt" -o "Dir::State::lists=$apt/lists"
             -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
             -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false
             -o APT::Sandbox::User=root -o Debug::NoLocking=1)

    apt-get "${options[@]}" update
    apt-get "${options[@]}" clean
    apt-get "${options[@]}" --download-only --no-install-recommends install \
        nginx libyajl2
    (cd "$apt/cache/archives" && apt-get "${options[@]}" download nginx-dev)

    for package in "$apt"/cache/archives/*.deb; do
        dpkg -x "$package" "$dir/root"
    done
}

# DIR: a command that starts this nginx with the libraries of its release

wrapper() {
    local dir=$1 loader lib=$1/root/usr/lib/x86_64-linux-gnu

    loader=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
    [ -n "$loader" ] || fail "$dir has no dynamic loader"

    cat > "$dir/nginx" << END
#!/bin/sh
exec "$loader" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" \
    "$dir/root/usr/sbin/nginx" "\$@"
END
    chmod 755 "$dir/nginx"
}

# SUITE: prints what "tools/suite.sh prove" counts, and adds a row to the table

check() {
    local suite=$1 dir=$versions/$1 log=$versions/$1.log version counts rc=0

    mkdir -p "$dir"

    unpack "$suite" "$dir" > "$log" 2>&1 < /dev/null \
        || { tail -n 20 "$log" >&2; fail "$suite: nginx was not unpacked"; }
    wrapper "$dir"

    version=$("$dir/nginx" -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
    [ -n "$version" ] || fail "$suite: nginx does not start"

    printf '== nginx %s, %s\n' "$version" "$suite"

    $make -s -C "$root" modules NGX_SRC="$dir/root/usr/share/nginx/src" \
        BUILD="$dir/build" >> "$log" 2>&1 \
        || { tail -n 20 "$log" >&2; fail "$suite: the module was not built"; }

    # shellcheck disable=SC2086 # TESTS is a list
    NGX_BIN=$dir/nginx MODULE=$dir/build/ngx_print_module.so \
        "$root/tools/suite.sh" prove ${TESTS-} >> "$log" 2>&1 || rc=$?

    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log") \
        || fail "$suite: no test was run, see $log"

    echo "$counts"
    table+=$(printf '%-8s %-10s %s' "$version" "$suite" "$counts")$'\n'

    if [ $rc -ne 0 ]; then
        tail -n 60 "$log" >&2
    fi

    return $rc
}

[ "$(uname -m)" = x86_64 ] || fail 'only for x86_64'

[ $# -gt 0 ] || set -- bookworm trixie sid

failed=0
table=$(printf '%-8s %-10s %s' nginx Debian 't/*.t')$'\n'

for suite in "$@"; do
    check "$suite" || failed=1
done

printf '\n%s' "$table"

exit $failed
