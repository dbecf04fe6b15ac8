#!/usr/bin/env bash
#
# Serves with an nginx of its own, in the foreground: build/run has its
# configuration and all that it writes.  It says what it does, step by step, and
# where the log of a step that fails is.
#
# usage: tools/run.sh [demo|conformance]
#
#   demo          the demo page and the hub
#   conformance   the applications of t/app, for conformance suites
#
# environment: HOST (127.0.0.1 and ::1): the address to listen on, an IPv4 or
# IPv6 address or a name; 0.0.0.0 or :: are all addresses.  PORT (3000 and
# 3010), WORKERS (2), NGINX (nginx)

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
what=${1:-demo}
target=modules
run=$build/run
host=${HOST:-127.0.0.1}
port=${PORT:-3000}
conf=$root/demo/nginx.conf.in
workers=${WORKERS:-2}
log=$build/make.log

PATH=$PATH:/usr/sbin:/sbin

say() {
    printf 'run: %s\n' "$*"
}

fail() {
    echo "run: $*" >&2
    exit 1
}

number() {
    [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le "$2" ]
}

# only an address or a name may get into the configuration

valid_host() {
    local part

    if [[ $1 =~ ^[0-9.]+$ ]]; then
        [[ $1 =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]] || return 1

        for part in ${1//./ }; do
            [ $((10#$part)) -le 255 ] || return 1
        done

        return
    fi

    if [[ $1 = *:* ]]; then
        [[ $1 =~ ^[0-9a-fA-F:]+(:[0-9.]+)?$ && $1 != *:::* ]]
        return
    fi

    [[ $1 =~ ^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?$ ]]
}

if [ "$what" = conformance ]; then
    run=$build/conformance
    port=${PORT:-3010}
    conf=$root/t/app/nginx.conf.in
    target=app
fi

# HOST may be an IPv6 address in brackets, as in a URL

if [[ $host = \[*\] ]]; then
    host=${host#[}
    host=${host%]}
fi

valid_host "$host" \
    || fail "invalid HOST \"$host\", expected an address or a name"
number "$port" 65535 \
    || fail "invalid PORT \"$port\", expected a number from 1 to 65535"
[ "$workers" = auto ] || number "$workers" 1024 \
    || fail "invalid WORKERS \"$workers\", expected a number up to 1024, or auto"

# the address to listen on, and the URL to reach it from here

case $host in
*:*) authority=[$host] ;;
*)   authority=$host ;;
esac

listen="listen $authority:$port;"
addresses=$authority:$port

# a browser may take "localhost" for either loopback address

if [ -z "${HOST:-}" ] && grep -qs '^0*1 ' /proc/net/if_inet6; then
    listen+=" listen [::1]:$port;"
    addresses+=" and [::1]:$port"
fi

case $host in
0.0.0.0) reach=127.0.0.1 ;;
::)      reach='[::1]' ;;
*)       reach=$authority ;;
esac

url=http://$reach:$port

listening() {
    local address=${reach#[}

    (exec 3<> "/dev/tcp/${address%]}/$port") 2> /dev/null
}

! listening || fail "port $port is in use: stop what uses it, or choose" \
    "another one, as PORT=$((port < 65535 ? port + 1 : 3000))"

if ! mkdir -p "$run/www" "$run/tmp" 2> /dev/null || [ ! -w "$run" ]; then
    fail "$run is not writable for $(id -un)"
fi


# a line for each thing that make does: a counter, and what is compiled.  On a
# terminal the next line takes the place of the last one.

progress() {
    local total=$1 terminal=$2 line file='' done=0 of

    while IFS= read -r line; do
        case $line in
        configuring*)        tell "configuring, with nginx's headers" ;;
        *' -shared'*)        tell 'linking' ;;
        *' -c -fPIC '*)      file=yes ;;
        esac

        # the source is at the end of the command, maybe lines later

        if [ -n "$file" ] && [[ $line != *\\ ]]; then
            file=
            done=$((done + 1))
            of=/$total
            [ "$done" -le "$total" ] || of=
            tell "[$done$of] ${line##*[/ ]}"
        fi
    done

    [ -z "$terminal" ] || printf '\r\033[K'
}

tell() {
    if [ -n "$terminal" ]; then
        printf '\r\033[K     %s' "$1"
    else
        printf '     %s\n' "$1"
    fi
}

# how many files make would compile; before it is configured, all of them

count() {
    local listed

    if [ -e "$build/Makefile" ]; then
        listed=$("$make" -C "$root" -n "$target" 2> /dev/null \
                 | grep -c -e ' -c -fPIC ' || :)
    fi

    [ "${listed:-0}" -gt 0 ] \
        || listed=$(find "$root/src" "$root/ngx_print_module.c" -name '*.c' \
                    | wc -l)

    echo "$listed"
}

build_module() {
    local terminal='' before=$SECONDS jobs files

    [ ! -t 1 ] || terminal=1
    jobs=$(nproc)
    make=${MAKE:-make}

    say "building the module, $jobs at a time (log: $log)"

    files=$(count)

    # the status of make, not that of the progress display

    if ! "$make" -C "$root" -j"$jobs" "$target" 2>&1 < /dev/null \
        | tee "$log" | progress "$files" "$terminal"
    then
        # the first errors, which are above what the other compilers said
        grep -E '(error|Error|\*\*\*)' "$log" | head -n 20 >&2 || :
        fail "the module was not built; the log is $log. Correct what it" \
            "says and run 'make run' again; 'make clean' starts from scratch."
    fi

    say "built in $((SECONDS - before)) s"
}

set -o pipefail

# The page needs one file of npm.  Without it, all but the page's own station
# works; npm itself is not installed for it.

provide_client() {
    local client=$root/node_modules/socket.io-client/dist/socket.io.min.js
    local why='npm was not found'

    if command -v npm > /dev/null && ! "$root/tools/install.sh" page; then
        why='npm has not installed socket.io-client, see above'
    fi

    if [ -e "$client" ]; then
        cp "$client" "$run/www/"
    else
        rm -f "$run/www/socket.io.min.js"
        say "the demo page has no Socket.IO client: $why"
        say 'all else is served'
    fi
}

say 'looking for what is missing (Debian and npm packages)'

# install.sh says itself what it installs, and where its log is

"$root/tools/install.sh" build \
    || fail "not installed: see above; then run 'make run' again"

[ "$what" = conformance ] || provide_client

build_module

ln -sf "$root/demo/station.html" "$run/www/station.html"

# The workers of a master that runs as root have to read the page.  They run as
# nobody, or as root if nobody cannot read the checkout.

user=

if [ "$(id -u)" = 0 ]; then
    user='user root;'
    if setpriv --reuid=nobody --regid=nogroup --clear-groups \
        test -r "$run/www/station.html"
    then
        user='user nobody nogroup;'
    fi
fi

sed -e "s|@ROOT@|$root|g; s|@BUILD@|$build|g; s|@RUN@|$run|g" \
    -e "s|@USER@|$user|; s|@WORKERS@|$workers|; s|@LISTEN@|$listen|" \
    "$conf" > "$run/nginx.conf"

nginx=${NGINX:-nginx}

command -v "$nginx" > /dev/null || fail "$nginx was not found"

"$nginx" -t -q -p "$run" -e stderr -c "$run/nginx.conf" \
    || fail "nginx refuses its configuration, $run/nginx.conf: see above"

demo_says() {
    cat << END

print hub: $url/
listens on $addresses with $workers workers; Ctrl-C stops it
$1
  A tab of a browser is a print station, connect it as printer-1:
    $url/?clientId=printer-1

  Connected stations, and all that the hub knows:
    curl $url/getStatus
    curl $url/clients

  Print, and get the answer at once:
    curl '$url/startPrint?clientId=printer-1&printData=hello'

  Create a job, and wait until the station has it:
    curl '$url/jobs?wait=10s' -H 'Content-Type: application/json' -d '{"clientId":"printer-1","data":{"printData":"hello"}}'

  List the jobs, and follow what happens to them:
    curl $url/jobs
    curl -N $url/events

  How full the zone is:
    curl $url/zone

  Load the configuration again, $run/nginx.conf:
    kill -HUP \$(cat $run/nginx.pid)

END
}

conformance_says() {
    cat << END

print hub, conformance: $url/
listens on $addresses with $workers workers; Ctrl-C stops it
$1
  WebSocket echo, messages up to 16 MiB, permessage-deflate:
    ws://$reach:$port/ws-echo

  Engine.IO 4, every message is sent back:
    $url/engine.io/

  Socket.IO, namespaces / and /custom:
    $url/socket.io/

END
}

say "starting nginx (configuration: $run/nginx.conf)"

case $host in
127.*|::1|localhost)
    note='Only this machine reaches it; HOST=0.0.0.0 listens for others too.'
    ;;
*)
    note='Whoever reaches this address may print: it asks for no password.'
    ;;
esac

"${what}_says" "$note
"

exec "$nginx" -p "$run" -e stderr -c "$run/nginx.conf"
