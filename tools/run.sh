#!/usr/bin/env bash
#
# Serves with an nginx of its own, in the foreground: build/run has its
# configuration and all that it writes.
#
# usage: tools/run.sh [demo|conformance]
#
#   demo          the demo page and the hub
#   conformance   the applications of t/app, for conformance suites
#
# environment: PORT (3000 and 3010), WORKERS (2), NGINX (nginx)

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
what=${1:-demo}
target=modules
run=$build/run
port=${PORT:-3000}
conf=$root/demo/nginx.conf.in
workers=${WORKERS:-2}

PATH=$PATH:/usr/sbin:/sbin

fail() {
    echo "run: $*" >&2
    exit 1
}

number() {
    [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && [ "$1" -le "$2" ]
}

if [ "$what" = conformance ]; then
    run=$build/conformance
    port=${PORT:-3010}
    conf=$root/t/app/nginx.conf.in
    target=app
fi

number "$port" 65535 || fail "PORT=$port is no port"
[ "$workers" = auto ] || number "$workers" 1024 \
    || fail "WORKERS=$workers is neither a number nor \"auto\""

listening() {
    (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null
}

! listening || fail "port $port is in use: stop what uses it, or choose" \
    "another one, as PORT=$((port < 65535 ? port + 1 : 3000))"

"$root/tools/install.sh" build page

if ! mkdir -p "$run/www" "$run/tmp" 2> /dev/null || [ ! -w "$run" ]; then
    fail "$run is not writable for $(id -un)"
fi

"${MAKE:-make}" -C "$root" "$target" > "$build/make.log" 2>&1 \
    || { cat "$build/make.log" >&2; fail 'the module was not built'; }

ln -sf "$root/demo/station.html" "$run/www/station.html"
cp "$root/node_modules/socket.io-client/dist/socket.io.min.js" "$run/www/"

# Workers of a master that runs as root are to read the page: as nobody, unless
# the checkout is where nobody may look.

user=

if [ "$(id -u)" = 0 ]; then
    user='user root;'
    if setpriv --reuid=nobody --regid=nogroup --clear-groups \
        test -r "$run/www/station.html"
    then
        user='user nobody nogroup;'
    fi
fi

listen="listen $port;"
[ ! -s /proc/net/if_inet6 ] || listen="$listen listen [::]:$port;"

sed -e "s|@ROOT@|$root|g; s|@BUILD@|$build|g; s|@RUN@|$run|g" \
    -e "s|@USER@|$user|; s|@WORKERS@|$workers|; s|@LISTEN@|$listen|" \
    "$conf" > "$run/nginx.conf"

url=http://localhost:$port

demo_says() {
    cat << END

print hub: $url/  ($workers workers; Ctrl-C stops)

  A tab of a browser is a print station:
    $url/?clientId=printer-1

  Who is there:
    curl $url/getStatus

  Print:
    curl '$url/startPrint?clientId=printer-1&printData=hello'
    curl $url/startPrint -H 'Content-Type: application/json' \\
         -d '{"clientId":"printer-1","printData":{"title":"hello"}}'

  Load the configuration again, $run/nginx.conf:
    kill -HUP \$(cat $run/nginx.pid)

END
}

conformance_says() {
    cat << END

print hub, conformance: $url/  ($workers workers; Ctrl-C stops)

  WebSocket echo, messages up to 16 MiB, permessage-deflate:
    ws://localhost:$port/ws-echo

  Engine.IO 4, every message is sent back:
    $url/engine.io/

  Socket.IO, namespaces / and /custom:
    $url/socket.io/

END
}

"${what}_says"

exec "${NGINX:-nginx}" -p "$run" -e stderr -c "$run/nginx.conf"
