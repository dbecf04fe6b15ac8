#!/usr/bin/env bash
#
# Proves that the crash tests see what they are for: each mutation of the
# table below is one mistake in a copy of the store's sources, with which each
# program that it names must fail.  Each publishing store is in the table.
#
#   mutate.sh [-a] [mutation ...]
#
# Without -a only the first program of each mutation is run, the quickest one.
# Ends with "N passed, N failed".
#
# environment: CC, FLAGS, STORE (the sources), DIR (to build in)

set -u

names=()
kinds=()
functions=()
texts=()
news=()
programs=()

mutation() {
    names+=("$1")
    kinds+=("$2")
    functions+=("ngx_print_$3")
    texts+=("$4")
    news+=("$5")
    programs+=("${*:6}")
}

# NAME FUNCTION ARGUMENTS PROGRAM...: without the publishing store with these
# first arguments

gone() {
    mutation "$1" publish "$2" "$3" ';' "${@:4}"
}

# NAME FUNCTION TEXT NEW PROGRAM...: TEXT, which it has once, becomes NEW

turn() {
    mutation "$1" text "$2" "$3" "$4" "${@:5}"
}

# PROGRAM is step:OPERATION,... (of store_step), crash, kill, or a plain test

# repair

turn repair-off store_lock \
    'ngx_print_store_repair_locked(st);' ';' step:open crash kill
turn repair-off-workers store_repair_locked \
    'ngx_print_repair_workers(st);' ';' step:send-other crash kill
turn repair-off-sessions store_repair_locked \
    'ngx_print_repair_sessions(st);' ';' step:open crash kill
turn repair-off-blocks store_repair_locked \
    'ngx_print_repair_blocks(st);' ';' step:send-5 crash kill
turn repair-off-clients store_repair_locked \
    'ngx_print_repair_clients(st);' ';' step:register crash kill
turn repair-off-pids store_repair_locked \
    'ngx_print_repair_pids(st);' ';' store step:pid-resume
turn repair-off-jobs store_repair_locked \
    'ngx_print_repair_jobs(st);' ';' store step:job crash kill
turn repair-off-events store_repair_locked \
    'ngx_print_event_repair_locked(st);' ';' store_event step:job-cancel crash
turn repair-untold store_lock 'st->wake_all = 1;' ';' step:open

gone repair-upgrade repair_session 's->state' step:upgrade
gone repair-cut repair_queue '*link' store
gone repair-idle repair_blocks 'w->inflight' step:join
gone repair-cut-inflight repair_blocks '*link' store
gone repair-client repair_client 'cl->owner' store
gone repair-info repair_client 'cl->info' store
gone repair-pid repair_client 'cl->pid' store
gone repair-lost repair_pids 'p->owner' store_recovery
gone repair-pin repair_blocks 'w->pins[i]' store
gone repair-sent repair_job 'job->owner' store_recovery
gone repair-attached repair_blob '*link' store
turn repair-refs repair_blob 'h->refs = 1;' ';' store step:job-two
turn repair-blob repair_job \
    '(void) ngx_print_repair_blob(st, job->blob);' ';' store step:job
turn repair-blocks repair_job \
    'st->clients[job->client].blocks += job->nblocks;' ';' store step:job
turn repair-finished repair_job 'job->client = 0;' ';' store step:job-cancel
turn repair-ttl repair_job 'if (st->job_deadlines[index] == 0) {' 'if (0) {' \
    step:job crash
turn repair-due repair_job 'st->job_deadlines[index] = 0; ref.index' \
    'ref.index' step:job-take crash
turn repair-window repair_pids 'if (st->pid_deadlines[i] == 0) {' \
    'if (0) {' store_recovery
turn repair-order repair_link \
    'list = ngx_print_repair_sort(&col, list); list; list = next' \
    '; list; list = next' store

# the lock, and its owners

gone dirty-set store_lock 'sh->dirty' step:open crash kill
gone dirty-cleared store_unlock 'st->sh->dirty' step:open crash kill
turn lock-kept store_unlock 'st->sh->lock = 0;' ';' step:open kill
turn takeover-nobody store_take_over 'if (owner == 0) {' 'if (owner) {' \
    step:open kill
turn takeover-living store_take_over 'if (slot != st->slot' 'if (0' store kill

gone pid store_join 'w->pid' step:reap crash kill
gone epoch store_join 'w->epoch' step:join crash kill
turn join-reap store_join \
    'ngx_print_store_worker_reap_locked(st, w);' ';' store crash kill
gone reap-inflight store_worker_reap_locked 'w->inflight' \
    step:reap crash kill
gone reap-epoch store_worker_reap_locked 'w->epoch' step:leave crash kill

# sessions

gone open session_open 's->state' step:open crash kill
turn open-early session_open 's->gen = gen;' \
    's->gen = gen; s->state = NGX_PRINT_SESSION_OPEN;
     ngx_print_store_order();' step:open-again crash
gone session-top session_alloc_locked 'st->sh->session_top' \
    step:open crash kill
gone attach-none session_attach_locked \
    's->att_kind, NGX_PRINT_ATT_NONE' step:orphan
gone attach session_attach_locked 's->att_kind, (u_char) kind' \
    step:poll crash kill
gone join session_connect 's->connected' step:part crash
gone part session_disconnect 's->connected' step:part crash
gone close session_close 's->state' step:close-ws crash kill
gone free session_free 's->state' step:free crash kill
gone linger-detach session_linger 's->att_kind' store_session crash
gone linger session_linger 's->state' store_session
gone orphan-post session_orphan_locked 's->post_epoch' step:poll crash
gone orphan-probe session_orphan_locked \
    's->state, NGX_PRINT_SESSION_OPEN' step:poll crash
gone orphan-close session_orphan_locked \
    's->state, NGX_PRINT_SESSION_CLOSING' step:orphan crash kill
gone orphan-poll session_orphan_locked 's->att_kind' \
    step:poll crash kill

gone detach session_detach 's->att_kind' step:detach crash
gone post-none session_post 's->post_epoch, 0' step:post-orphan
gone post session_post 's->post_epoch, st->epoch' step:post crash
gone posted session_post_done 's->post_epoch' step:posted
gone probe-none session_probe 's->probe_epoch, 0' step:probe-orphan
gone probe-epoch session_probe 's->probe_epoch, st->epoch' \
    step:upgrade crash
gone probe session_probe 's->state' step:upgrade crash
gone upgrade session_upgrade 's->state' step:upgrade-idle crash
gone unprobe session_unprobe 's->state' store_session crash
gone pong session_touch 's->flags' store_session crash
gone pongs session_touch 's->pongs' store_job crash
gone ping session_expire_locked 's->flags' step:heard crash

# messages

gone reserve queue_reserve_one 'w->inflight' step:send-5 crash kill
gone extend queue_extend_locked 'st->fat[h->last]' step:send-large kill
gone unreserve queue_unreserve_locked \
    'st->workers[st->slot].inflight' step:send-5 crash kill
gone block-top queue_pop_locked 'st->sh->block_top' \
    step:send crash kill
gone append-head queue_append_locked 'q->head' step:send crash kill
gone append-link queue_append_locked \
    'ngx_print_store_head(st, q->tail)->next' step:send-queue crash kill
gone take-detach queue_take 's->att_kind' store_queue crash
gone take queue_take_locked 'q->head' step:take crash kill
gone take-inflight queue_take_locked \
    'st->workers[st->slot].inflight' step:take crash kill
gone release queue_release \
    'st->workers[st->slot].inflight' step:release crash kill
gone hold-parts queue_attach_add 's->parts' step:hold crash
gone clear queue_clear_locked 'q->head' step:free
turn unlist queue_unlist_locked 's->ready_slot = 0;' ';' step:detach kill

# clients

gone nsp store_nsp 'st->sh->nsp_top' store_nsp

gone client-top client_alloc_locked 'st->sh->client_top' \
    step:register crash kill
gone client-free client_free_locked 'cl->state' step:register-evict
gone client-info client_describe_locked 'cl->info' store_client \
    step:register-info
gone client-resume client_register_locked 'cl->resume' store_recovery
turn touch event_client_locked 'ngx_print_client_touch_locked(st, index);' \
    ';' store_client step:register crash
turn touch-free client_free_locked \
    'ngx_print_client_touch_locked(st, index);' ';' store_client
turn touch-repair repair_clients 'ngx_print_client_touch_locked(st, i);' \
    ';' store_client
turn touch-close session_close \
    'ngx_print_client_touch_all_locked(st, s);' ';' store_client crash
turn touch-orphan session_orphan_locked \
    'ngx_print_client_touch_all_locked(st, s);' ';' store_client crash
turn touch-join session_connect \
    'ngx_print_client_touch_all_locked(st, s);' ';' store_client
turn touch-part session_disconnect \
    'ngx_print_client_touch_all_locked(st, s);' ';' store_client
turn touch-resume recovery_resume \
    'ngx_print_client_touch_all_locked(st, s);' ';' store_recovery

# jobs

gone job-top job_make_locked 'sh->job_top' step:job store_job crash kill
gone job-seq job_make_locked 'sh->job_seq' store_job crash
gone job-evict job_evict_locked 'job->state' store_job step:job-evict crash
gone job-offset job_send_locked 'st->sh->offset' store_job crash
gone job-pin job_send_locked 'st->workers[st->slot].pins[batch->njobs]' \
    store_job crash kill
gone job-unpin job_unpin_locked 'w->pins[i]' store_job crash kill
gone job-hold job_hold_locked 'job->owner' step:pid-lost store_recovery
turn job-unref job_finish_locked 'ngx_print_job_unref_locked(st, blob);' ';' \
    store_job crash
turn job-ref job_make_locked 'ngx_print_job_ref_locked(st, job->blob);' ';' \
    store_job crash
turn job-fence job_send_locked 'job->fence = s->pings + 1;' \
    'job->fence = s->pings;' store_job crash
turn job-fence-first job_received_locked \
    'if (!ngx_print_store_after(s->pongs, job->fence)) {' 'if (0) {' \
    store_job crash kill
turn job-unsaid job_repeat_locked \
    'st->jobs[index].flags |= NGX_PRINT_JOB_REPETITION;' ';' store_job \
    crash kill
turn job-unasked job_missed_locked 'job->flags & NGX_PRINT_JOB_RESEND' '1' \
    store_job crash kill
turn job-offset-late job_missed_locked 'ngx_print_job_held(job)' '1' \
    store_recovery
turn job-stranger job_hold_locked \
    'st->pids[cl->pid].owner != job->owner' '0' store_recovery
turn job-unsettled session_free 'ngx_print_job_session_lost(st, ref);' ';' \
    store_recovery crash kill
turn job-recall client_register_locked \
    'ngx_print_job_requeue_locked(st, owner, cl)' '0' store_job crash
turn job-unsent job_cancel '&& job->attempts == 0' '' store_job crash
turn job-lost job_make_room_locked 'if (sh->history_head == 0) {' \
    'if (sh->history_head == 0 && (sh->history_head = 1, 0)) {' store_job

# events

gone event-open event_open_locked 'e->seq' step:event-stale
gone event-job-seq event_job_locked 'e->seq, st->sh->event + 1' store_event
gone event-job event_job_locked 'job->state' step:job-cancel store_job \
    crash kill
gone event-job-told event_job_locked 'st->sh->event' store_event crash
gone event-client-seq event_client_locked 'e->seq, st->sh->event + 1' \
    store_event
gone event-client event_client_locked 'cl->owner' step:register \
    store_client crash kill
gone event-client-used event_client_locked 'cl->state' store_client \
    step:register crash kill
gone event-client-told event_client_locked 'st->sh->event' store_event crash
gone event-repair event_repair_locked 'st->sh->event' store_event \
    step:job-cancel crash
gone event-lead-none event_leader 'sh->leader_epoch, 0' step:lead
gone event-lead event_leader 'sh->leader_epoch, st->epoch' store_event
gone event-resign event_resign 'sh->leader_epoch' store_event
gone event-tell event_set_delivered 'st->sh->delivered' store_event
gone event-unkept event_watch 'st->sh->lost_before' store_event
gone event-quiet event_watch 'st->sh->events_off' store_event

# sockets that can be recovered

gone pid-top recovery_open 'st->sh->pid_top' step:pid store_recovery
gone pid-open recovery_open 'p->state' step:pid store_recovery
gone pid-resume recovery_resume 'st->pids[index].owner' store_recovery \
    step:pid-resume
gone pid-join recovery_resume 's->connected' step:pid-resume store_recovery
gone pid-offset recovery_move_locked 'cl->resume' step:pid-take \
    store_recovery
gone pid-lost recovery_lost_locked 'st->pids[index].owner' \
    step:pid-lost store_recovery
gone pid-attach recovery_attach_locked 'cl->pid' step:register-pid \
    store_recovery
gone pid-detach recovery_detach_locked 'cl->pid' step:pid-forget \
    store_recovery
gone pid-end recovery_end_locked 'p->state' store_recovery step:pid-forget
gone pid-end-offset recovery_end_locked 'cl->resume' store_recovery
turn pid-window recovery_lost_locked \
    'ngx_print_store_deadline(st->pid_deadlines, index, (uint32_t)
     ngx_current_msec + st->pids[index].window);' ';' step:pid-lost

# right, but too early

turn close-early session_close 's->reason = reason;' \
    's->state = NGX_PRINT_SESSION_CLOSING; ngx_print_store_order();
     s->reason = reason;' step:close-ws
turn free-early session_free 'while (s->clients) {' \
    's->state = NGX_PRINT_SESSION_FREE; ngx_print_store_order();
     while (s->clients) {' step:free
turn linger-early session_linger \
    'ngx_print_queue_unlist_locked(st, s);' \
    's->state = NGX_PRINT_SESSION_LINGER; ngx_print_store_order();
     ngx_print_queue_unlist_locked(st, s);' step:linger
turn upgrade-early session_upgrade \
    'ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, token);' \
    's->state = NGX_PRINT_SESSION_WS;
     ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, token);' \
    step:upgrade
turn attach-early session_attach_locked 's->att_slot = st->slot;' \
    's->att_kind = kind; ngx_print_store_order();
     s->att_slot = st->slot;' step:poll
turn ping-early session_expire_locked \
    's->ping_at = from + s->ping_timeout;' \
    's->flags |= flags; ngx_print_store_order();
     s->ping_at = from + s->ping_timeout;' step:ping
turn create-early client_create_locked 'cl->hash = hash;' \
    'cl->state = NGX_PRINT_CLIENT_USED; ngx_print_store_order();
     cl->hash = hash;' step:register
turn offline-early client_offline_locked \
    'ngx_print_id_sock(cl->sock, cl->nsp, s->sock, s->key);' \
    'cl->owner = 0; ngx_print_store_order();
     ngx_print_id_sock(cl->sock, cl->nsp, s->sock, s->key);' \
    step:client-leave
turn job-early job_make_locked 'job->client = request' \
    'job->state = NGX_PRINT_JOB_QUEUED; ngx_print_store_order();
     job->client = request' step:job
turn job-evict-late job_make_locked 'job->seq = sh->job_seq;' \
    'job->seq = 0; ngx_print_store_order();' store_job
turn event-early event_job_locked 'ngx_print_store_publish(job->state, state);' \
    'st->sh->event++; ngx_print_store_publish(job->state, state);
     st->sh->event--;' step:job-cancel
turn pid-early recovery_open 'p->window = ms;' \
    'p->state = NGX_PRINT_PID_USED; ngx_print_store_order();
     p->window = ms;' step:pid-again
turn pid-join-early recovery_resume 'st->pid_deadlines[index] = 0;' \
    's->connected |= 1; ngx_print_store_order();
     st->pid_deadlines[index] = 0;' step:pid-resume
turn unlock-early store_unlock 'ngx_print_store_publish(st->sh->dirty, 0);' \
    'st->sh->lock = 0; ngx_print_store_publish(st->sh->dirty, 0);' kill

# the file with one place changed goes to folder $1; its line is printed

mutate() {
    perl -0777 -e '
        my ($out, $kind, $function, $text, $new, @files) = @ARGV;
        my $place = join "\\s+", map { quotemeta } split " ", $text;
        my @found;

        $place = "ngx_print_store_publish\\(\\s*$place(?!\\w).*?\\);"
            if $kind eq "publish";

        for my $file (@files) {
            open my $fh, "<", $file or die "$file: $!\n";
            my $source = <$fh>;

            while ($source =~ /^\Q$function\E\(.*?^\}/gms) {
                my ($start, $body) = ($-[0], $&);

                while ($body =~ /$place/gs) {
                    push @found, [$file, $source, $start + $-[0],
                                  $+[0] - $-[0]];
                }
            }
        }

        die "$function() has this ${\ scalar @found} times: $text\n"
            if @found != 1;

        my ($file, $source, $at, $len) = @{$found[0]};
        print $file, ":", 1 + (substr($source, 0, $at) =~ tr/\n//), "\n";

        substr($source, $at, $len) = $new;
        $file =~ s/.*\///;

        open my $fh, ">", "$out/$file" or die "$out/$file: $!\n";
        print $fh $source;
        close $fh or die "$out/$file: $!\n";
    ' "$@"
}

compile() {
    "$CC" "${flags[@]}" -w -c -o "$1/$(basename "$2" .c).o" "$2"
}

# folder $1, program $2: the folder's object files are in place of the others

link() {
    local name modules objects=()

    case $2 in
    step)  modules='store_step store_step_ops store_step_jobs' ;;
    crash) modules='store_crash store_model store_model_job' ;;
    kill)  modules='store_kill store_ledger store_ledger_job' ;;
    *)     modules=$2 ;;
    esac

    for name in $modules $common; do
        if [ -e "$1/$name.o" ]; then
            objects+=("$1/$name.o")
        else
            objects+=("$DIR/$name.o")
        fi
    done

    "$CC" "${flags[@]}" -o "$1/$2" "${objects[@]}"
}

# folder $1, program $2 as the table has it: 0 if it fails, 1 if it passes

fails() {
    local program=${2%%:*} limit arguments=()

    # One that hangs has failed.  It hangs if it takes too much of the
    # processor, which is the same on a busy machine; the programs' own guard
    # is for one that sleeps.

    limit=$((all ? 120 : 10))

    case $2 in
    crash|kill)
        limit=$((seconds * 4 + 40))
        arguments=("$seconds")
        ;;
    step:*)
        IFS=, read -ra arguments <<< "${2#*:}"
        ;;
    esac

    link "$1" "$program" || return 2

    # the shell's word about one that was killed is part of the output

    { ! (ulimit -t "$limit" && exec "$1/$program" "${arguments[@]}"); } \
        > "$1/$2.log" 2>&1
}

# mutation $1; what is wrong with it is printed

try() {
    local dir=$DIR/${names[$1]} place program

    if ! place=$(mutate "$dir" "${kinds[$1]}" "${functions[$1]}" \
                        "${texts[$1]}" "${news[$1]}" "${store[@]}" 2>&1)
    then
        echo "does not apply any more: $place"
        return
    fi

    echo "${kinds[$1]} $place" > "$dir/place"

    if ! compile "$dir" "$dir"/*.c; then
        echo 'does not compile'
        return
    fi

    for program in ${programs[$1]}; do
        fails "$dir" "$program"

        case $? in
        0) ;;
        1) echo "$program passes, with $place changed" ;;
        *) echo "$program does not link" ;;
        esac

        [ "$all" -eq 1 ] || break
    done
}

result() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        return
    fi

    failed=$((failed + 1))
    printf 'not ok mutation %s: %s\n' "$1" "$2"
}

# up to nproc of a command at a time; "wait" is for the last ones

parallel() {
    if [ "$jobs" -eq "$(nproc)" ]; then
        wait -n
    else
        jobs=$((jobs + 1))
    fi

    "$@" &
}

cd "$(dirname "$0")" || exit 1

# the seconds are those of a mistake that is not found: a program ends with the
# first failure, mostly within two, on a busy machine within many

all=0
seconds=120

if [ "${1-}" = -a ]; then
    shift
    all=1
    seconds=300
fi

jobs=0
passed=0
failed=0
common=

read -ra flags <<< "$FLAGS"
read -ra store <<< "$STORE"

rm -rf "${DIR:?}"
mkdir -p "$DIR"

for file in "${store[@]}" unit.c shim.c store_bench.c store_check.c \
    store_check_job.c store_check_page.c; do
    common+=" $(basename "$file" .c)"
done

for file in "${store[@]}" unit.c shim.c store*.c; do
    parallel compile "$DIR" "$file"
done

wait
jobs=0

# without a mutation they pass

for program in step:open crash kill; do
    seconds=2 fails "$DIR" "$program"
    rc=$?
    error=
    [ "$rc" -eq 1 ] || error="$program fails without one"
    result none "$error"
done

for i in "${!names[@]}"; do
    if [ $# -eq 0 ] || [[ " $* " = *" ${names[i]} "* ]]; then
        mkdir "$DIR/${names[i]}"
        parallel try "$i" > "$DIR/${names[i]}/result" 2>&1
    fi
done

wait

for name in "${names[@]}"; do
    if [ -e "$DIR/$name/result" ]; then
        result "$name" "$(cat "$DIR/$name/result")"
    fi
done

if [ $# -eq 0 ]; then
    while read -r place; do
        error="nothing removes $place"
        grep -qxF "publish $place" "$DIR"/*/place && error=
        result coverage "$error"
    done < <(grep -n 'ngx_print_store_publish(' "${store[@]}" | cut -d: -f1,2)
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
