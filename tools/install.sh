#!/usr/bin/env bash
#
# Installs what is missing: Debian packages, and npm packages into
# node_modules/.  What is there already is left as it is, and then neither root
# nor the network is needed.
#
# usage: tools/install.sh GROUP...
#
#   build   compiler (CC, or gcc), nginx and its headers, yajl
#   page    the Socket.IO client for the browser
#   style   python3
#   lint    gcc, cppcheck and clang-tidy
#   fuzz    clang with libFuzzer
#   oracle  node, the parsers that the fuzz targets are compared with
#   perl    prove and Test::Nginx
#   e2e     node, Socket.IO of several versions and of Python, a browser
#   metrics prometheus and promtool; its own service is not started
#   bench   node, Socket.IO, nchan
#   deb     what builds and checks a Debian package
#   check-deb  debootstrap, and what an installed package is tested with
#   package git, python3 and what archives are made with

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
self=$root/tools/$(basename "$0")
policy=/usr/sbin/policy-rc.d
mark='# print hub: no service is started by its installation'

PATH=$PATH:/usr/sbin:/sbin

say() {
    printf 'install: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit 1
}


# as root: --apt PACKAGE...

tmp=
ours=

clean_up() {
    [ -z "$tmp" ] || rm -rf "$tmp"
    [ -z "$ours" ] || rm -f "$ours"
}

apt() {
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" < /dev/null
}

# Test::Nginx is in testing and later: its one package, which is of no
# architecture, is taken from there, through lists of our own.

fetch_test_nginx() {
    local uri suite options

    # shellcheck disable=SC2016 # apt's own variables
    uri=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' \
          'Created-By: Packages' | awk '$1 $2 == "DebianDebian" {
              print $3; exit }')
    [ -n "$uri" ] || fail 'no Debian mirror among the package sources'

    mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial"
    options=(-o "Dir::Etc::sourcelist=$tmp/testing.sources"
             -o Dir::Etc::sourceparts=/dev/null
             -o "Dir::State::lists=$tmp/lists" -o "Dir::Cache=$tmp/cache"
             -o APT::Architectures::=all -o Acquire::Languages=none
             -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root)

    for suite in forky sid; do
        printf '%s: %s\n' Types deb URIs "$uri" Suites $suite \
            Components main Architectures all Signed-By \
            /usr/share/keyrings/debian-archive-keyring.gpg \
            > "$tmp/testing.sources"

        if apt "${options[@]}" update \
            && (cd "$tmp" && apt "${options[@]}" download libtest-nginx-perl)
        then
            return
        fi
    done

    fail 'no libtest-nginx-perl found'
}

apt_install() {
    local fresh='' args=() package service

    export DEBIAN_FRONTEND=noninteractive

    trap clean_up EXIT
    trap 'exit 1' HUP INT TERM

    tmp=$(mktemp -d)
    chmod 755 "$tmp"

    if [ ! -e $policy ] || grep -qsF "$mark" $policy; then
        ours=$policy
        printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > $policy
        chmod 755 $policy
    fi

    # the services that other packages bring: none of them starts at boot

    for service in nginx prometheus; do
        command -v $service > /dev/null || fresh+=" $service"
    done

    apt update || say 'the package lists are not up to date'

    for package in "$@"; do
        if [ "$package" = libtest-nginx-perl ] \
            && ! apt-cache show "$package" > /dev/null 2>&1
        then
            fetch_test_nginx
            package=$(echo "$tmp"/libtest-nginx-perl_*.deb)
        fi

        args+=("$package")
    done

    apt install --no-install-recommends "${args[@]}"

    for service in $fresh; do
        command -v "$service" > /dev/null || continue

        update-rc.d "$service" disable > /dev/null 2>&1 || :
        say "the service $service of the system is not started, now or at" \
            "boot ('systemctl enable --now $service' does that)"
    done
}

if [ "${1-}" = --apt ]; then
    shift
    apt_install "$@"
    exit
fi


# no root needed

packages=()
npm=

package() {
    if command -v dpkg-query > /dev/null \
        && ! dpkg-query -W -f '${db:Status-Status}\n' "$1" 2> /dev/null \
             | grep -qx installed
    then
        packages+=("$1")
    fi
}

# COMMAND PACKAGE: the command may have come from elsewhere

command_of() {
    command -v "$1" > /dev/null || packages+=("$2")
}

# DIRECTORY: of an npm package; those of the lock file are installed or newer

node_module() {
    local lock=$root/node_modules/.package-lock.json

    if [ ! -e "$root/node_modules/$1" ] || [ ! -e "$lock" ] \
        || [ "$root/package-lock.json" -nt "$lock" ]
    then
        npm="$npm $2"
        command_of node nodejs
        command_of npm npm
    fi
}

for group in "$@"; do
    case $group in
    build)
        # CC may be a command with options; "cc" is gcc's package
        compiler=${CC:-gcc}
        compiler=${compiler%% *}
        case $compiler in
        clang*|gcc-*) command_of "$compiler" "$compiler" ;;
        *)            command_of "$compiler" gcc ;;
        esac
        command_of make make
        package libc6-dev
        package nginx
        package nginx-dev
        package libyajl-dev
        package zlib1g-dev
        ;;
    page)
        node_module socket.io-client/dist/socket.io.min.js --omit=dev
        ;;
    style)
        command_of python3 python3
        ;;
    lint)
        command_of python3 python3
        command_of gcc gcc
        command_of cppcheck cppcheck
        command_of clang-tidy clang-tidy
        ;;
    fuzz)
        # Debian's clang alone comes without the library of libFuzzer
        echo 'int LLVMFuzzerTestOneInput(void);' \
            'int LLVMFuzzerTestOneInput(void) { return 0; }' \
            | clang -x c -fsanitize=fuzzer,address -o /dev/null - 2> /dev/null \
            || packages+=(clang libclang-rt-dev)
        ;;
    oracle)
        command_of node nodejs
        node_module qs/package.json --include=dev
        ;;
    perl)
        command_of prove perl
        perl -MTest::Nginx::Socket -e 1 2> /dev/null \
            || packages+=(libtest-nginx-perl)
        ;;
    e2e)
        command_of node nodejs
        command_of chromium chromium
        command_of openssl openssl
        package python3-autobahn
        package python3-socketio
        package python3-requests
        package python3-websocket
        node_module playwright-core/package.json --include=dev
        ;;
    metrics)
        # promtool is in the same package
        command_of prometheus prometheus
        ;;
    bench)
        command_of node nodejs
        command_of taskset util-linux
        package libnginx-mod-nchan
        node_module socket.io-4.8/package.json --include=dev
        ;;
    deb)
        package build-essential
        package debhelper
        package lintian
        ;;
    check-deb)
        # with HERE=1 there is no chroot
        [ -n "${HERE-}" ] || command_of debootstrap debootstrap
        command_of python3 python3
        ;;
    package)
        command_of git git
        command_of python3 python3
        command_of strip binutils
        ;;
    *)
        fail "unknown group $group"
        ;;
    esac
done

if [ ${#packages[@]} -gt 0 ]; then
    say "missing: ${packages[*]}"

    command -v apt-get > /dev/null \
        || fail 'no apt-get here: install them, or what they are called here'

    as_root=()

    if [ "$(id -u)" != 0 ]; then
        command -v sudo > /dev/null \
            || fail "sudo was not found: as root run tools/install.sh $*"
        as_root=(sudo)
    fi

    mkdir -p "$root/build"
    log=$root/build/install.log
    say "installing, see $log"

    if ! "${as_root[@]}" bash "$self" --apt "${packages[@]}" > "$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "not installed: ${packages[*]}"
    fi

    grep '^install: ' "$log" >&2 || :
fi

case $npm in
*--include=dev*) npm=--include=dev ;;
*--omit=dev*)    npm=--omit=dev ;;
esac

if [ -n "$npm" ]; then
    say 'npm packages'
    cd "$root"

    # npm would empty the folder that others use, too
    [ ! -L node_modules ] \
        || fail "node_modules is a link: run npm ci in $(readlink node_modules)/.."

    npm ci "$npm" --ignore-scripts --prefer-offline --loglevel=error \
        < /dev/null >&2
fi
