# Copyright (C) the print hub contributors
#
# What the tests of packages share.  Their checks are counted, and ended with
# "N passed, N failed".
#
# The script that reads this file has the variables t, the folder of this file,
# and dir, a folder of its own.
#
# shellcheck shell=bash disable=SC2154

passed=0
failed=0

# WHAT COMMAND...: the output of a command is shown if it fails

check() {
    local what=$1
    shift

    if "$@" > "$dir/check.log" 2>&1 < /dev/null; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$what"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$what"
        sed 's/^/    /' "$dir/check.log"
    fi
}

not() {
    ! "$@"
}

# ends a test

counted() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# DIR PORT MODULE SNIPPETS: the configuration of a private nginx, which serves
# the snippets and writes nothing outside of DIR.  MODULE is the directive that
# loads the module.

configuration() {
    local part

    cat << END
$3
pid $1/nginx.pid;
error_log $1/error.log notice;
worker_processes 2;

events {
    worker_connections 256;
}

http {
    access_log off;
$(for part in client_body proxy fastcgi uwsgi scgi; do
      echo "    ${part}_temp_path $1/$part;"
  done)

    server {
        listen 127.0.0.1:$2;

        include $4/print-hub.conf;
        include $4/print-hub-api.conf;
    }
}
END
}

# PORT VERSION ROOT DIR: starts nginx with DIR/nginx.conf, prints, and stops it
# again.  ROOT is the folder of a chroot, or empty.

serve_and_print() {
    local port=$1 version=$2 root=$3 dir=$4 pid rc=0

    # with -p, nginx would look for the folder "modules" in DIR
    run_in "$root" nginx -e "$dir/error.log" -c "$dir/nginx.conf" || return 1

    # the master has written its file before the command returns
    pid=$(cat "$root$dir/nginx.pid")

    "$t/prints.py" "http://127.0.0.1:$port" "$version" || rc=1

    kill -QUIT "$pid"

    while [ -e "$root$dir/nginx.pid" ]; do
        sleep 0.1
    done

    [ $rc -eq 0 ] || cat "$root$dir/error.log"

    return $rc
}

# ROOT COMMAND...: in the chroot, or right here if ROOT is empty.  If init is the
# pid of the first process of a namespace in this chroot, the command runs there.

run_in() {
    local root=$1 enter=()
    shift

    if [ -n "${init-}" ]; then
        enter=(nsenter --target "$init" --pid --mount --root --wd)

    elif [ -n "$root" ]; then
        enter=(chroot "$root")
    fi

    "${enter[@]}" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
