#!/usr/bin/env bash
#
# Tests the Debian package as apt installs it, with Debian's nginx, in a chroot
# that debootstrap makes: install, print, remove, install again, purge, upgrade,
# a package for another nginx, and what must not be lost or noticed when Debian
# reloads, upgrades, stops and starts nginx.  Nothing is started but an nginx of
# the test itself, on a free port of 127.0.0.1.
#
# usage: tools/check-deb.sh
#
# environment: HERE=1, where a chroot cannot be made: by apt on this very
# machine, which must not have the package.  No service is started or stopped
# meanwhile, and so the last part is left out.  BUILD (build); the chroot is in
# BUILD/check-deb

set -u

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
t=$root/t/package
dir=$build/check-deb
chroot=$dir/root
policy=usr/sbin/policy-rc.d
package=libnginx-mod-print
link=/etc/nginx/modules-enabled/50-mod-print.conf
snippets=/etc/nginx/snippets
work=/tmp/print-hub-check.$$
ours=

export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

# shellcheck source-path=SCRIPTDIR source=../t/package/lib.sh
. "$t/lib.sh"

# shellcheck source-path=SCRIPTDIR source=../t/package/outlive.sh
. "$t/outlive.sh"

fail() {
    echo "check-deb: $*" >&2
    exit 1
}

say() {
    echo "check-deb: $*"
}

clean_up() {
    leave_namespace
    [ -z "$ours" ] || rm -f "$ours"
    ! mountpoint -q "$dir/root/proc" || umount "$dir/root/proc"
    rm -rf --one-file-system "$dir/root" "${work:?}" "${work:?}.debs"
}

here() {
    run_in "$chroot" "$@"
}

apt() {
    here apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}


# the chroot

# no service is started by an installation

forbid_services() {
    [ ! -e "$chroot/$policy" ] || return 0

    ours=$chroot/$policy
    printf '#!/bin/sh\nexit 101\n' > "$ours"
    chmod 755 "$ours"
}

# the sources of Debian that this machine has

sources() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format \
        '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
        | sed -n 's/^Debian main /deb /; t p; d; :p; s/$/ main/; p' | sort -u
}

make_chroot() {
    local suite uri

    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    uri=$(sources | awk -v suite="$suite" '$3 == suite { print $2; exit }')
    [ -n "$uri" ] || { echo "no Debian mirror for $suite"; return 1; }

    debootstrap --variant=minbase "$suite" "$chroot" "$uri" || return 1

    sources > "$chroot/etc/apt/sources.list"
    printf '%s\n' 'Acquire::Check-Valid-Until "false";' \
        'Acquire::Languages "none";' > "$chroot/etc/apt/apt.conf.d/99test"
    forbid_services
    mount -t proc proc "$chroot/proc" || return 1

    apt update && apt install --no-install-recommends nginx \
        && apt autoremove --purge
}


# packages that are made from the one that is tested

# NAME SED...: another control file.  The lower one has another conffile, too,
# and a module that says another version of the same length.

repacked() {
    local name=$1 tree=$dir/tree
    shift

    rm -rf "$tree"
    dpkg-deb -R "$deb" "$tree" || return 1
    sed -i "$@" "$tree/DEBIAN/control"

    if [ "$name" = lower ]; then
        echo '# of a lower version' >> "$tree/$snippets/print-hub-api.conf"
        LC_ALL=C sed -i \
            "s/\\x00${version//./\\.}\\x00/\\x00$lower_version\\x00/" \
            "$tree/usr/lib/nginx/modules/ngx_print_module.so" || return 1
    fi

    dpkg-deb --root-owner-group -b "$tree" "$chroot$work.debs/$name.deb"
}


# what is looked at

# the files of the system: type, mode, name, target of a link, and size.  What
# apt and dpkg note for themselves is not compared.

files() {
    local folders=(/etc /usr /var /opt /srv)

    # another process may write to a machine that is in use
    [ -n "$chroot" ] || folders=(/etc/nginx /usr/lib/nginx /usr/share/nginx
        "/usr/share/doc/$package" /var/lib/nginx)

    here find "${folders[@]}" \( -path /var/log -o -path /var/cache \
        -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune \
        -o -printf '%y %m %p %l %s\n' 2> /dev/null \
        | sed 's/^\(d .*\) [0-9]*$/\1/' | sort

    [ -n "$chroot" ] || ls -d /usr/share/print-hub 2> /dev/null
}

version_is() {
    # shellcheck disable=SC2016 # of dpkg-query
    [ "$(here dpkg-query -W -f '${db:Status-Status} ${Version}' $package)" \
      = "installed $1" ]
}

nginx_t() {
    here nginx -t
}

loaded() {
    here nginx -T 2> /dev/null \
        | grep -Fx 'load_module modules/ngx_print_module.so;'
}

# nothing is served unless somebody includes a snippet

serves_nothing() {
    ! here nginx -T 2> /dev/null | grep '^[^#]*print_hub'
}

not_started() {
    # "nginx -t" makes an empty one
    [ -z "$chroot" ] || ! [ -s "$chroot/run/nginx.pid" ]
}

prints() {
    local port
    port=$(free_port)

    rm -rf "$chroot$work"
    mkdir -p "$chroot$work"
    chmod 755 "$chroot$work"
    configuration "$work" "$port" \
        'include /etc/nginx/modules-enabled/*.conf;' $snippets \
        > "$chroot$work/nginx.conf"

    serve_and_print "$port" "$version" "$chroot" "$work"
}

# none is compressed: nginx, Prometheus and Grafana take them as they are

examples() {
    local at=$chroot/usr/share/doc/$package/examples name

    for name in nginx.conf prometheus/prometheus.yml grafana/print-hub.json \
        prometheus/print-hub.rules.yml prometheus/print-hub.rules.test.yml
    do
        [ -s "$at/$name" ] || { echo "no $name"; return 1; }
    done
}

link_is_there() {
    [ "$(readlink "$chroot$link")" \
      = /usr/share/nginx/modules-available/mod-print.conf ]
}

link_is_gone() {
    ! [ -e "$chroot$link" ]
}

installs() {
    apt install "$work.debs/$1.deb"
}

refused() {
    local said

    ! said=$(installs foreign 2>&1) || return 1
    echo "$said"

    grep -F 'nginx-abi-9.9.9-1' <<< "$said"
}

as_before() {
    diff "$dir/before" <(files)
}

purge() {
    if [ -n "$chroot" ]; then
        apt purge --autoremove $package
    else
        apt purge $package
    fi
}


# the tests

same_bytes() {
    local file

    "$root/tools/deb.sh" "$dir/again" || return 1

    for file in "$dir"/again/*.deb; do
        cmp "$file" "$build/deb/${file##*/}" || return 1
    done
}

hardened() {
    local so=$dir/tree/usr/lib/nginx/modules/ngx_print_module.so

    readelf -W -d "$so" | grep -E 'BIND_NOW|FLAGS.* NOW' \
    && readelf -W -l "$so" | grep GNU_RELRO \
    && readelf -W --dyn-syms "$so" | grep __stack_chk_fail \
    && readelf -W --dyn-syms "$so" | grep -E '__(mem|vsn|sn)[a-z]*_chk'
}

test_install() {
    check 'apt installs the package' installs package
    check 'nginx takes its configuration' nginx_t
    check 'nginx loads the module' loaded
    check 'no snippet is included by the installation' serves_nothing
    check 'no nginx was started' not_started
    check 'the examples are there' examples
    check 'an nginx with the snippets prints' prints
}

test_remove() {
    check 'apt removes the package' apt remove $package
    check 'the link of the module is gone' link_is_gone
    check 'nginx takes its configuration without it' nginx_t
    check 'the snippets stay' test -e "$chroot$snippets/print-hub.conf"
    check 'apt installs the package again' installs package
    check 'the link of the module is back' link_is_there
    check 'an nginx with the snippets prints again' prints
}

test_foreign() {
    check 'apt refuses a package for another nginx' refused
    check 'the package that was there stays' version_is "$deb_version"
    check 'it prints' prints
}

test_purge() {
    check 'apt purges the package' purge
    check 'the files are those from before it was installed' as_before
    check 'nginx takes its configuration' nginx_t
}

# One snippet was changed by the administrator alone.  The other one was changed
# by the new version, too: dpkg asks then, and is told here to keep the old one.

test_upgrade() {
    check 'apt installs a lower version' installs lower
    check 'it has a lower version' version_is 0.0.1-1

    echo '# ours' >> "$chroot$snippets/print-hub.conf"
    echo '# ours' >> "$chroot$snippets/print-hub-api.conf"

    check 'apt upgrades it' apt -o Dpkg::Options::=--force-confold install \
        "$work.debs/package.deb"
    check 'it has the new version' version_is "$deb_version"
    check 'a snippet that was changed is kept' \
        grep -x '# ours' "$chroot$snippets/print-hub.conf"
    check 'so is one that the new version changes, too' \
        grep -x '# ours' "$chroot$snippets/print-hub-api.conf"
    check 'the new one is beside it' \
        test -e "$chroot$snippets/print-hub-api.conf.dpkg-dist"
    check 'nginx loads the module after the upgrade' loaded
    check 'an nginx with the snippets that were kept prints' prints
}

[ "$(id -u)" = 0 ] || fail 'only root can make a chroot and install packages'

trap 'clean_up' EXIT
trap 'exit 1' HUP INT TERM

clean_up
rm -rf "$dir"
mkdir -p "$dir"

# both builds are of the same commit, whatever is committed meanwhile
[ ! -e "$root/.git" ] || REV=$(git -C "$root" rev-parse HEAD)
export REV

if [ "${HERE-}" = 1 ]; then
    chroot=
    ! dpkg-query -W $package > /dev/null 2>&1 \
        || fail "$package is known to this machine: purge it first"
    forbid_services
else
    say "making a chroot, see $dir/chroot.log"
    make_chroot > "$dir/chroot.log" 2>&1 < /dev/null || {
        tail -n 20 "$dir/chroot.log" >&2
        fail 'no chroot. HERE=1 tests on this very machine instead.'
    }
fi

"$root/tools/deb.sh" "$build/deb" || exit 1

deb=$(ls "$build/deb/${package}"_*.deb)
deb_version=$(dpkg-deb -f "$deb" Version)
version=$("$root/tools/version.sh")
lower_version=${version%?}x
mkdir "$chroot$work.debs"

repacked lower -e 's/^Version: .*/Version: 0.0.1-1/' > /dev/null \
    && repacked foreign -e 's/^Version: .*/Version: 99.0.0-1/' \
        -e 's/nginx-abi-[^,]*/nginx-abi-9.9.9-1/' > /dev/null \
    && cp "$deb" "$chroot$work.debs/package.deb" \
    || fail 'the packages for the tests were not made'

# nginx makes folders in /var/lib/nginx when it is tested or started first
nginx_t > "$dir/before.log" 2>&1 || fail "nginx -t failed, see $dir/before.log"
files > "$dir/before"

check 'a second build has the same bytes' same_bytes
check 'the module is hardened' hardened

test_install
test_remove
test_foreign
test_purge
test_upgrade
test_purge

if [ -n "$chroot" ]; then
    test_outlive
    test_purge
fi

counted
