#!/usr/bin/env bash
#
# Copyright (C) the print hub contributors
#
# Tests "make dist", "make install" and "make uninstall": the archive has the
# same bytes each time; what it has is built elsewhere, installed into a folder,
# and prints.  The script "config" refuses what the module cannot be built for.

set -u

t=$(cd "$(dirname "$0")" && pwd)
source_root=$(cd "$t/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"

PATH=$PATH:/usr/sbin:/sbin

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$t/lib.sh"

# nothing of the make that runs this test is to get into those below
unset MAKEFLAGS MAKEOVERRIDES BUILD ASAN DESTDIR MODULES SNIPPETS SHARE NGX_SRC

version=$("$source_root/tools/version.sh")
name=print-hub-$version
tree=$dir/elsewhere/$name
to=$dir/to
modules=/usr/lib/nginx/modules
snippets=/etc/nginx/snippets

# another umask, and another time, which gzip would write down

same_bytes() {
    "$source_root/tools/dist.sh" "$dir/a" || return 1
    sleep 1.1
    (umask 077; "$source_root/tools/dist.sh" "$dir/b") || return 1

    cmp "$dir/a/$name.tar.gz" "$dir/b/$name.tar.gz"
}

checksum() {
    (cd "$dir/a" && sha256sum -c "$name.tar.gz.sha256")
}

committed() {
    diff <(git -C "$source_root" ls-tree -r --name-only HEAD | sort) \
        <(tar -t -f "$dir/a/$name.tar.gz" | sed -n "s|^$name/\(.*[^/]\)$|\1|p" \
          | sort)
}

unpack() {
    mkdir "$dir/elsewhere" \
    && tar -x -C "$dir/elsewhere" -f "$dir/a/$name.tar.gz"
}

installed() {
    local expected

    make -s -C "$tree" install DESTDIR="$to" || return 1

    expected="$modules/ngx_print_module.so
$snippets/print-hub-api.conf
$snippets/print-hub.conf
/usr/share/print-hub/demo/station.html"

    diff <(sort <<< "$expected") \
        <(find "$to" ! -type d -printf '/%P\n' | sort)
}

stripped() {
    ! readelf -W -S "$to$modules/ngx_print_module.so" | grep -E '\.debug|symtab'
}

prints() {
    local port
    port=$(free_port)

    mkdir -p "$dir/nginx"
    configuration "$dir/nginx" "$port" \
        "load_module $to$modules/ngx_print_module.so;" "$to$snippets" \
        > "$dir/nginx/nginx.conf"

    serve_and_print "$port" "$version" '' "$dir/nginx"
}

# the example of the package includes the files of /etc/nginx

example() {
    mkdir -p "$dir/example" && cp -r "$to$snippets" "$dir/example"
    sed -e "s|^include .*|load_module $to$modules/ngx_print_module.so;|" \
        -e 's|^user .*||' -e "s|/var/log/nginx|$dir/example|" \
        -e "s|include /etc/nginx/mime.types;|access_log off;|" \
        "$tree/examples/nginx.conf" > "$dir/example/nginx.conf"

    nginx -t -p "$dir/example" -e "$dir/example/e" \
        -g "pid $dir/example/nginx.pid;" -c "$dir/example/nginx.conf"
}

# what an administrator has changed stays

changed() {
    echo '# ours' >> "$to$snippets/print-hub.conf"
    make -s -C "$tree" install DESTDIR="$to" || return 1

    grep -x '# ours' "$to$snippets/print-hub.conf" \
    && cmp "$to$snippets/print-hub.conf.new" \
           "$tree/conf/snippets/print-hub.conf"
}

uninstalled() {
    make -s -C "$tree" uninstall DESTDIR="$to" || return 1

    diff <(find "$to" ! -type d -printf '/%P\n') \
        <(echo "$snippets/print-hub.conf")
}

elsewhere() {
    make -s -C "$tree" install DESTDIR="$dir/other" MODULES=/opt/modules \
    && [ -f "$dir/other/opt/modules/ngx_print_module.so" ] \
    && make -s -C "$tree" uninstall DESTDIR="$dir/other" MODULES=/opt/modules \
    && ! find "$dir/other" ! -type d | grep .
}

# VERSION SIZE SENTENCE: of nginx, and of a pointer; what "config" then says

refuses() {
    mkdir -p "$dir/src/core"
    echo "#define nginx_version      $1" > "$dir/src/core/nginx.h"

    # shellcheck disable=SC2016 # of the other shell
    ! (cd "$dir" && ngx_ptr_size=$2 ngx_addon_dir=$tree \
       sh -c '. "$ngx_addon_dir/config"') > "$dir/said" 2>&1 || return 1

    grep -F "$3" "$dir/said"
}

# an unpacked archive is tested, too, but it makes none

if [ -e "$source_root/.git" ]; then
    check 'the archive has the same bytes twice' same_bytes
    check 'its checksum is right' checksum
    check 'it has the files that are committed' committed
    check 'it is unpacked' unpack
else
    check 'a copy of this tree' "$source_root/tools/tree.sh" "$tree"
fi

check 'the module is built there' make -s -C "$tree" -j"$(nproc)"
check 'make install installs these files' installed
check 'the module has no debugging symbols' stripped
check 'an nginx with it and the snippets prints' prints
check 'nginx takes the example' example
check 'a snippet that was changed is kept' changed
check 'make uninstall leaves that one alone' uninstalled
check 'MODULES is another folder' elsewhere
check 'config refuses nginx 1.21.6' \
    refuses 1021006 8 'needs nginx 1.22 or newer'
check 'config refuses 32 bit' refuses 1022001 4 'needs a 64-bit platform'

counted
