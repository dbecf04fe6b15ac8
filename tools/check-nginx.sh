#!/usr/bin/env bash
#
# Says whether an nginx will load the module, and if not, why.
#
# environment: NGINX (nginx), MODULE (build/ngx_print_module.so)

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
module=${MODULE:-${BUILD:-$root/build}/ngx_print_module.so}

PATH=$PATH:/usr/sbin:/sbin

fail() {
    echo "check-nginx: $*" >&2
    exit 1
}

nginx=$(command -v "${NGINX:-nginx}") || fail "${NGINX:-nginx} was not found"
[ -r "$module" ] || fail "$module was not found: run 'make' first"

# both files contain the string of ngx_module.h: sizes and options of the build

signature() {
    grep -aoE '[0-9],[0-9],[0-9],[01]{34}' "$1" | head -n 1
}

# nginx_version of the headers, from the ngx_module_t itself: the sixth word,
# before the pointer to the signature

version() {
    local address section base offset

    read -r address section < <(readelf -W --dyn-syms "$module" \
        | awk '$8 == "ngx_print_module" { print $2, $7 }')
    [ -n "${section-}" ] || fail "$module has no ngx_print_module"

    read -r base offset < <(readelf -W -S "$module" | sed 's/^ *\[ */[/' \
        | awk -v n="[$section]" '$1 == n { print $4, $5 }')

    od -An -t u8 -N 8 \
        -j $((16#$address - 16#$base + 16#$offset + 40)) "$module" | tr -d ' '
}

dotted() {
    echo $(($1 / 1000000)).$(($1 / 1000 % 1000)).$(($1 % 1000))
}

has=$("$nginx" -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
number=$(version)
wants=$(dotted "$number")
s_nginx=$(signature "$nginx")
s_module=$(signature "$module")

printf '%-8s %-9s %s  %s\n' \
    nginx "$has" "$s_nginx" "$nginx" \
    module "$wants" "$s_module" "$module"

if [ "$has" != "$wants" ]; then
    fail "no: the module was built for nginx $wants and this is $has." \
        "Build it again with the headers of $has (Debian: nginx-dev)."
fi

if [ "$s_nginx" != "$s_module" ]; then
    [ "${s_nginx: -1}" = 1 ] || fail "no: this nginx was built without" \
        "--with-compat. Configure the module with the options that" \
        "'nginx -V' shows."

    [ "${s_module: -1}" = 1 ] || fail "no: the module was built without" \
        "--with-compat. Add it to NGX_FLAGS."

    fail "no: they were built with different options. --without-pcre and" \
        "--without-http-cache have to be the same, even with --with-compat."
fi

# finds what only a try shows, e.g. a missing library

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

printf '%s\n' "load_module \"$(realpath "$module")\";" \
    "pid \"$dir/nginx.pid\";" 'events {}' > "$dir/nginx.conf"

if ! "$nginx" -t -q -p "$dir" -e stderr -c "$dir/nginx.conf"; then
    fail 'no: see above.'
fi

echo 'yes: this nginx loads the module.'
