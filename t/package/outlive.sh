# Copyright (C) the print hub contributors
#
# What Debian does with nginx while stations print: its init script, the
# maintainer scripts of nginx and of the module, and the commands of systemd's
# unit.  A station must not notice a reload or an upgrade, and jobs that wait
# must be there after each of them, and after a stop and a start.
#
# nginx runs with the configuration of its package in a PID namespace of its
# own: no signal of these scripts can reach a process outside of it.  When the
# namespace ends, so do all processes in it, and its mounts.
#
# tools/check-deb.sh reads this file, and has what it uses.
#
# shellcheck shell=bash disable=SC2034,SC2154

init=                   # pid of the first process of the namespace
namespace=              # pid of the one that waits for it
others=()               # pids of stations
url=
printed=0               # prints that the station "one" must have
waiting=0               # jobs that wait for the station "away"

pid_file=run/nginx.pid
nginx_log=var/log/nginx/error.log
nginx_conf=etc/nginx/nginx.conf
site=etc/nginx/conf.d/print-hub.conf
default=etc/nginx/sites-enabled/default
zone_file=/var/lib/nginx/print-hub.zone

hub() {
    "$t/hub.py" "$url" "$@"
}

# COMMAND...: until it succeeds

waits() {
    local end=$((SECONDS + 60))

    until "$@" > "$dir/waits.log" 2>&1; do
        if [ $SECONDS -ge $end ]; then
            echo "waited in vain: $*"
            cat "$dir/waits.log"
            return 1
        fi

        sleep 0.1
    done
}


# the namespace

# Its first process ignores SIGCHLD: so the kernel forgets each daemon that ends
# there.

enter_namespace() {
    # shellcheck disable=SC2016 # of the other shell
    unshare --pid --mount --fork --kill-child -- chroot "$chroot" \
        sh -c 'mount -t proc proc /proc \
               && exec env --ignore-signal=CHLD sleep infinity' \
        > "$dir/namespace.log" 2>&1 < /dev/null &
    namespace=$!

    waits first_process
}

first_process() {
    local pid
    pid=$(cat "/proc/$namespace/task/$namespace/children")
    pid=${pid% }

    [ "$(tr '\0' ' ' < "/proc/${pid:-none}/cmdline")" = 'sleep infinity ' ] \
        || return 1

    init=$pid
}

leave_namespace() {
    [ ${#others[@]} -eq 0 ] || kill "${others[@]}" 2> /dev/null
    others=()
    init=

    [ -n "$namespace" ] || return 0
    kill -KILL "$namespace"
    wait "$namespace" 2> /dev/null
    namespace=
}

# what runs there beside the first process

processes() {
    # shellcheck disable=SC2016 # of the other shell
    here sh -c 'for pid in /proc/[0-9]*; do
        case $pid in /proc/1|/proc/$$) continue; esac
        tr "\0" " " < "$pid/cmdline" && echo
    done' 2> /dev/null
}

# A process is in the namespace if, and only if, its root is the chroot.  There
# is nginx among them.

only_of_chroot() {
    local folder is seen=0

    for folder in /proc/[0-9]*; do
        is=0
        [ ! "$folder/root/" -ef "$chroot" ] || is=$((is + 1))
        [ ! "$folder/ns/pid" -ef "/proc/$init/ns/pid" ] || is=$((is + 1))

        [ $is -ne 1 ] || { tr '\0' ' ' < "$folder/cmdline"; return 1; }
        [ $is -eq 0 ] || seen=$((seen + 1))
    done

    processes | grep 'nginx: master' && [ $seen -ge 3 ]
}

nothing_runs() {
    ! processes | grep .
}


# the configuration, which is that of the package with a site

# PARAMETERS [SIZE]: of the zone

configure_nginx() {
    cat > "$chroot/$site" << END
print_hub_zone print_hub:${2-1m} $1;
print_hub_queue 100 ttl=1h;

server {
    listen ${url#http://};
    include snippets/print-hub.conf;
    include snippets/print-hub-api.conf;
}
END
}

prepare() {
    url=http://127.0.0.1:$(free_port)

    cp -p "$chroot/$nginx_conf" "$dir/nginx.conf"
    sed -i "s|^error_log .*|error_log /$nginx_log notice;|; t
            1 s|^|error_log /$nginx_log notice;\n|" "$chroot/$nginx_conf"
    rm -f "$chroot/$default"
    configure_nginx "file=$zone_file"

    printf '#!/bin/sh\nexit 0\n' > "$chroot/$policy"
    : > "$chroot/$nginx_log"
    enter_namespace
}

restore() {
    leave_namespace
    printf '#!/bin/sh\nexit 101\n' > "$chroot/$policy"
    cp -p "$dir/nginx.conf" "$chroot/$nginx_conf"
    ln -s /etc/nginx/sites-available/default "$chroot/$default"
    rm -f "$chroot/$site" "$chroot$zone_file" "$chroot/$pid_file"
}


# stations and jobs

# CLIENT: connects, and is online

station() {
    "$t/hub.py" "$url" station "$1" "$dir/$1.prints" < /dev/null \
        > "$dir/$1.log" 2>&1 &
    others+=($!)

    waits hub online "$1"
}

# the last station goes

leaves() {
    kill "${others[-1]}"
    unset 'others[-1]'
    waits not hub online "$1"
}

# CLIENT N: it has got the numbers from 1 to N, and nothing else

has() {
    [ "$(cat "$dir/$1.prints")" = "$(seq "$2")" ]
}

connects() {
    printed=0
    station one
}

comes_and_goes() {
    waiting=0
    station away && leaves away
}

# one print more for either

print_both() {
    hub print one $((printed += 1)) \
        && hub print away $((waiting += 1)) \
        && waits has one "$printed"
}

jobs_wait() {
    [ "$(hub queued)" = "$waiting" ]
}

module_is() {
    [ "$(hub zone version)" = "$1" ]
}

closed() {
    grep -x closed "$dir/one.prints"
}

away_gets_all() {
    station away && waits has away "$waiting" && waits has_none \
        && leaves away && waiting=0
}

has_none() {
    [ "$(hub queued)" = 0 ]
}


# what must not be noticed

master() {
    cat "$chroot/$pid_file"
}

more_taken() {
    [ "$(hub zone taken)" -gt "$1" ]
}

# no old master, and no old worker

settled() {
    [ ! -e "$chroot/$pid_file.oldbin" ] \
        && ! processes | grep 'is shutting down'
}

# MASTER COMMAND...: afterwards the master is the "same" or a "new" one, the
# station "one" has another worker and gets prints, and the jobs wait

unnoticed() {
    local expected=$1 before taken is=same
    shift

    before=$(master) && taken=$(hub zone taken) || return 1

    "$@" || return 1

    waits more_taken "$taken" && waits settled || return 1
    [ "$(master)" = "$before" ] || is=new

    [ $is = "$expected" ] || { echo "it is the $is master"; return 1; }

    print_both && jobs_wait
}


# what systemd does, with the commands of the unit

unit() {
    local command

    command=$(sed -n "s/^$1=-\{0,1\}//p" \
                  "$chroot/lib/systemd/system/nginx.service")

    [ -n "$command" ] || { echo "the unit has no $1"; return 1; }
    here sh -c "$command"
}

systemd_starts() {
    unit ExecStartPre && unit ExecStart
}

# SIGNAL: the one that ends nginx.  systemd sends TERM to the main process that
# the command has not ended.  The jobs are those of before.

systemd_stops() {
    local main is=QUIT
    main=$(master)

    unit ExecStop

    if here sh -c "kill -TERM $main" 2> /dev/null; then
        is=TERM
    fi

    waits nothing_runs || return 1

    [ $is = "$1" ] || { echo "$is has ended nginx"; return 1; }
}

# The postinst of nginx restarts it, with another size of the zone, after the
# new master has refused that one.  The station comes again, and the jobs wait.

restarted() {
    configure_nginx "file=$zone_file" 2m

    apt --reinstall install nginx || return 1

    grep 'is a zone of 1m, the configuration says 2m' "$chroot/$nginx_log" \
        && grep 'zone "print_hub" of 1m imported into 2m' "$chroot/$nginx_log" \
        && jobs_wait
}

# a request that keeps a worker from exiting

hold() {
    hub hold > "$dir/held" 2>&1 < /dev/null &
    others+=($!)

    waits grep -x held "$dir/held"
}

forgotten() {
    grep -F "$1 jobs that waited and $2 stations of zone \"print_hub\" are \
forgotten, because nginx stops" "$chroot/$nginx_log"
}

# nginx complains of connections that TERM has cut off

no_faults() {
    ! grep -E '\[(emerg|alert|crit)\]' "$chroot/$nginx_log" \
        | grep -Ev 'open socket #[0-9]+ left in connection|: aborting$'
}


# the tests

test_reload_and_upgrade() {
    check 'the init script starts nginx' here /etc/init.d/nginx start
    check 'it has the lower version' module_is "$lower_version"
    check 'a station is away' comes_and_goes
    check 'a station is connected' connects
    check 'both get prints' print_both
    check 'these nginx are in the chroot' only_of_chroot

    check 'nobody notices a reload by the init script' \
        unnoticed same here /etc/init.d/nginx reload
    check 'nobody notices a reload by the unit' \
        unnoticed same unit ExecReload
    check 'nobody notices an upgrade by the init script' \
        unnoticed new here /etc/init.d/nginx upgrade
    check 'nobody notices that apt installs nginx again' \
        unnoticed new apt --reinstall install nginx nginx-common

    check 'nobody notices that apt upgrades the module' \
        unnoticed same installs package
    check 'the old module goes on' module_is "$lower_version"
    check 'nobody notices an upgrade to the new module' \
        unnoticed new here invoke-rc.d nginx upgrade
    check 'the new module serves' module_is "$version"
    check 'the station is still connected' not closed
}

test_stop_and_start() {
    check 'systemd stops nginx' systemd_stops QUIT
    check 'the station is told' waits closed
    check 'systemd starts nginx' systemd_starts
    check 'the jobs wait' jobs_wait

    check 'a station is connected again' connects
    check 'both get prints again' print_both
    check 'a request is under way' hold
    check 'systemd stops nginx by TERM' systemd_stops TERM
    check 'systemd starts nginx again' systemd_starts
    check 'the jobs wait still' jobs_wait
    check 'the station that was away gets all of them' away_gets_all
    check 'nothing was forgotten' not grep 'are forgotten' "$chroot/$nginx_log"
}

test_restart() {
    check 'a station has come once more' connects
    check 'a job waits for the other one' print_both
    check 'apt restarts nginx if the new master refuses the zone' restarted
    check 'the station is told of it' waits closed
    check 'systemd stops nginx once more' systemd_stops QUIT
}

# SIGNAL: the one that ends nginx

test_without_file() {
    : > "$chroot/$nginx_log"
    configure_nginx ''

    check 'nginx starts without a file' systemd_starts
    check 'a station is away from it' comes_and_goes
    check 'another one is connected to it' connects
    check 'they get prints' print_both
    check 'nobody notices an upgrade without a file' \
        unnoticed new here /etc/init.d/nginx upgrade
    [ "$1" = QUIT ] || check 'a request is under way in it' hold
    check "systemd stops it by $1" systemd_stops "$1"
    check 'nginx has said what is forgotten' forgotten 2 2
}

test_outlive() {
    check 'apt installs a lower version for nginx to run' installs lower
    check 'a PID namespace is made' prepare

    test_reload_and_upgrade
    test_stop_and_start
    check 'nginx has logged no faults' no_faults
    test_restart

    test_without_file QUIT
    test_without_file TERM
    check 'nginx has logged no faults without a file' no_faults

    check 'no process is left' nothing_runs
    restore
}
