#!/usr/bin/env bash
#
# Installs what "make" has built, or removes it again.  Snippets that somebody
# has changed are configuration, and are left as they are.
#
# usage: tools/install-module.sh install|uninstall
#
# environment: DESTDIR, a folder to put before all the others; MODULES
# (/usr/lib/nginx/modules), where nginx looks for modules; SNIPPETS
# (/etc/nginx/snippets), SHARE (/usr/share/print-hub), BUILD (build)

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
modules=${MODULES:-/usr/lib/nginx/modules}
snippets=${SNIPPETS:-/etc/nginx/snippets}
share=${SHARE:-/usr/share/print-hub}
to=${DESTDIR-}
module=ngx_print_module.so

say() {
    printf '%s: %s\n' "$what" "$*"
}

# a module that nginx has loaded stays whole: the new one is another file

put() {
    install -D -s -m 644 "$build/$module" "$to$modules/$module"
    install -D -m 644 "$root/demo/station.html" "$to$share/demo/station.html"

    for file in "$root"/conf/snippets/*.conf; do
        name=$to$snippets/${file##*/}

        if [ -e "$name" ] && ! cmp -s "$file" "$name"; then
            say "$name was changed: the new one is $name.new"
            name=$name.new
        fi

        install -D -m 644 "$file" "$name"
    done

    say "$to$modules/$module"

    [ -n "$to" ] || say "load it with \"load_module modules/$module;\" at the" \
        'top of nginx.conf (Debian: as a file in /etc/nginx/modules-enabled)'
}

take_away() {
    rm -f "$to$modules/$module" "$to$share/demo/station.html"

    for file in "$root"/conf/snippets/*.conf; do
        name=$to$snippets/${file##*/}
        rm -f "$name.new"

        if [ ! -e "$name" ] || cmp -s "$file" "$name"; then
            rm -f "$name"
        else
            say "$name was changed, and stays"
        fi
    done

    # only if they are empty
    rmdir "$to$share/demo" "$to$share" 2> /dev/null || :
}

what=${1-}

case $what in
install)   put ;;
uninstall) take_away ;;
*)         echo 'install-module: install, or uninstall?' >&2; exit 2 ;;
esac
