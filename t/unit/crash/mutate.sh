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
# environment: CC, FLAGS, STORE (the sources), UNIT (the folder in which the
# Makefile has built the tests with these flags, and the mutations are built)

set -u

names=()
kinds=()
functions=()
texts=()
replacements=()
programs=()

mutation() {
    names+=("$1")
    kinds+=("$2")
    functions+=("ngx_print_$3")
    texts+=("$4")
    replacements+=("$5")
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

# PROGRAM is every_instruction:OPERATION,..., random_points, dying_processes, or
# FOLDER/NAME of another test

# repair

turn repair-off store_locked 'ngx_print_store_repair_locked(st);' ';' \
    every_instruction:open random_points dying_processes
turn repair-off-workers store_repair_locked 'ngx_print_repair_workers(st);' \
    ';' every_instruction:send-other random_points dying_processes
turn repair-off-sessions store_repair_locked 'ngx_print_repair_sessions(st);' \
    ';' every_instruction:open random_points dying_processes
turn repair-off-blocks store_repair_locked 'ngx_print_repair_blocks(st);' ';' \
    every_instruction:send-5 random_points dying_processes
turn repair-off-clients store_repair_locked 'ngx_print_repair_clients(st);' \
    ';' every_instruction:register random_points dying_processes
turn repair-off-pids store_repair_locked 'ngx_print_repair_pids(st);' ';' \
    zone/repair every_instruction:pid-resume
turn repair-off-jobs store_repair_locked 'ngx_print_repair_jobs(st);' ';' \
    zone/repair every_instruction:job random_points dying_processes
turn repair-off-events store_repair_locked \
    'ngx_print_event_repair_locked(st);' ';' zone/event_order store/event \
    every_instruction:job-cancel random_points
turn repair-unwoken store_locked 'st->wake_all = 1;' ';' every_instruction:open

gone repair-upgrade repair_session 's->state' every_instruction:upgrade
gone repair-cut repair_queue '*link' zone/repair
gone repair-idle repair_blocks 'w->inflight' every_instruction:join
gone repair-cut-inflight repair_blocks '*link' zone/repair
gone repair-client repair_client 'cl->owner' zone/repair
gone repair-info repair_client 'cl->info' zone/repair
gone repair-pid repair_client 'cl->pid' zone/repair
gone repair-lost repair_pids 'p->owner' store/recovery
gone repair-pin repair_blocks 'w->pins[i]' zone/repair
gone repair-sent repair_job 'job->owner' store/recovery
gone repair-attached repair_blob '*link' zone/repair
turn repair-refs repair_blob 'h->refs = 1;' ';' zone/repair \
    every_instruction:job-two
turn repair-blob repair_job '(void) ngx_print_repair_blob(st, job->blob);' ';' \
    zone/repair every_instruction:job
turn repair-use repair_mark 'st->sh->block_use[h->use] += n;' ';' \
    every_instruction:send-queue random_points dying_processes
turn repair-open repair_job 'st->clients[job->client].open++;' ';' \
    zone/repair every_instruction:job
turn repair-blocks repair_job \
    'st->clients[job->client].blocks += job->nblocks;' ';' zone/repair \
    every_instruction:job
turn repair-finished repair_job 'job->client = 0;' ';' zone/repair \
    every_instruction:job-cancel
turn repair-due repair_job 'st->job_deadlines[index] = 0; ref.index' \
    'ref.index' every_instruction:job-take random_points
turn repair-window repair_pids 'if (st->pid_deadlines[i] == 0) {' 'if (0) {' \
    store/recovery
turn repair-order repair_link \
    'list = ngx_print_store_sort(&col, list); list; list = next' \
    '; list; list = next' zone/repair

# the lock, and its owners

gone dirty-set store_locked 'st->sh->dirty' every_instruction:open random_points \
    dying_processes
gone dirty-cleared store_unlock 'st->sh->dirty' every_instruction:open \
    random_points dying_processes
turn lock-kept store_unlock 'st->sh->lock = 0;' ';' every_instruction:open \
    dying_processes
turn takeover-nobody store_take_over 'if (owner == 0) {' 'if (owner) {' \
    every_instruction:open dying_processes
turn takeover-living store_take_over 'if (slot != st->slot' 'if (0' zone/lock \
    dying_processes

gone pid store_join 'w->pid' every_instruction:reap random_points \
    dying_processes
gone epoch store_join 'w->epoch' every_instruction:join random_points \
    dying_processes
turn join-reap store_join 'ngx_print_store_worker_reap_locked(st, w);' ';' \
    store/store random_points dying_processes
gone reap-inflight store_worker_reap_locked 'w->inflight' \
    every_instruction:reap random_points dying_processes
gone reap-epoch store_worker_reap_locked 'w->epoch' every_instruction:leave \
    random_points dying_processes

# sessions

gone open session_open 's->state' every_instruction:open random_points \
    dying_processes
turn open-early session_open 's->gen = gen;' \
    's->gen = gen; s->state = NGX_PRINT_SESSION_OPEN;
     ngx_print_store_order();' every_instruction:open-again random_points
gone session-top session_alloc_locked 'st->sh->session_top' \
    every_instruction:open random_points dying_processes
gone attach-none session_attach_locked 's->att_kind, NGX_PRINT_ATT_NONE' \
    every_instruction:orphan
gone attach session_attach_locked 's->att_kind, (u_char) kind' \
    every_instruction:poll random_points dying_processes
gone connect session_joined_locked 's->connected' every_instruction:disconnect \
    random_points
# sessions that give way

turn waiting-enter session_open 'ngx_print_waiting_enter_locked(st, s);' ';' \
    store/waiting every_instruction:open random_points
turn waiting-share session_pool_locked \
    'if (a && n >= ngx_print_waiting_share(st)) {' 'if (0) {' store/waiting \
    every_instruction:open-share
turn waiting-pool session_pool_locked 'if (n >= ngx_print_waiting_max(st)) {' \
    'if (0) {' store/waiting
turn waiting-dry session_pool_locked 'if (!init->limits->dry_run) {' \
    'if (1) {' store/waiting
turn waiting-joins session_pool_locked 'if (init->joins) {' 'if (0) {' \
    store/waiting
turn waiting-exempt session_pool_locked 'a = init->limits ?' 'a = 1 ?' \
    store/waiting
turn waiting-seize session_room_locked \
    'ngx_print_session_seize_locked(st, s);' ';' store/waiting
turn waiting-mine session_room_locked 'init->yield.mine = 1;' ';' store/waiting
turn waiting-older session_room_locked \
    's = ngx_print_waiting_oldest_locked(st, NULL);' 's = NULL;' store/waiting
turn waiting-close session_yield_locked \
    'ngx_print_session_close_locked(st, s, init->reason);' ';' store/waiting \
    every_instruction:open-share
turn waiting-closed session_close_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/waiting \
    every_instruction:close
turn waiting-joined session_joined_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/waiting \
    every_instruction:connect
turn waiting-nameless session_joined_locked \
    'ngx_print_waiting_enter_locked(st, s);' ';' store/waiting \
    every_instruction:connect
turn waiting-since session_joined_locked \
    'ngx_print_waiting_since_locked(s);' ';' store/waiting
turn waiting-young waiting_nameless_locked \
    's->connect_by + NGX_PRINT_WAITING_NAMELESS' 's->connect_by' store/waiting
turn waiting-left waiting_nameless_locked 's->connect_by == 0 ||' '' \
    store/waiting
turn waiting-resumed recovery_resume_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/recovery \
    every_instruction:pid-resume
turn waiting-client client_attach_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/waiting \
    every_instruction:register
turn waiting-offline client_detach_locked \
    'ngx_print_waiting_lost_locked(st, s);' ';' store/waiting
turn waiting-claim claim_link_locked 'ngx_print_waiting_leave_locked(st, s);' \
    ';' store/claim
turn waiting-unclaimed claim_unlink 'ngx_print_waiting_lost_locked(st, s);' \
    ';' store/waiting
turn waiting-again session_open 'if (!init->again) { if' 'if (1) { if' \
    store/waiting
turn waiting-first address_waited_locked 'a->waiting = s->address_newer;' ';' \
    store/waiting
turn waiting-last address_waited_locked \
    'st->sessions[a->waiting].address_older = s->address_older;' ';' \
    store/waiting
turn waiting-counts address_count_locked 'a->waiting_count = 0;' ';' \
    store/waiting
turn repair-off-waiting store_repair_locked 'ngx_print_repair_waiting(st);' \
    ';' store/waiting every_instruction:open
turn repair-waiting-order repair_waiting \
    'list = ngx_print_store_sort(&col, list); list; list = next' \
    '; list; list = next' store/waiting

gone refused session_refused 's->trust.flags' store/trust \
    every_instruction:refused
gone disconnect session_disconnect 's->connected' every_instruction:disconnect \
    random_points
gone close session_close_locked 's->state' every_instruction:close-ws random_points \
    dying_processes
gone free session_free 's->state' every_instruction:free random_points \
    dying_processes
gone linger-detach session_linger 's->att_kind' store/session random_points
gone linger session_linger 's->state' store/session
gone orphan-post session_orphan_locked 's->post_epoch' every_instruction:poll \
    random_points
gone orphan-probe session_orphan_locked 's->state, NGX_PRINT_SESSION_OPEN' \
    every_instruction:poll random_points
turn orphan-close session_orphan_locked \
    'ngx_print_session_close_locked(st, s, reason);' ';' \
    every_instruction:orphan random_points dying_processes
gone orphan-poll session_orphan_locked 's->att_kind' every_instruction:poll \
    random_points dying_processes

gone detach session_detach 's->att_kind' every_instruction:detach \
    random_points
gone post-none session_post 's->post_epoch, 0' every_instruction:post-orphan
gone post session_post 's->post_epoch, st->epoch' every_instruction:post \
    random_points
gone post-done session_post_done 's->post_epoch' every_instruction:post-done
gone probe-none session_probe 's->probe_epoch, 0' \
    every_instruction:probe-orphan
gone probe-epoch session_probe 's->probe_epoch, st->epoch' \
    every_instruction:upgrade random_points
gone probe session_probe 's->state' every_instruction:upgrade random_points
gone upgrade session_upgrade 's->state' every_instruction:upgrade-idle \
    random_points
gone unprobe session_unprobe 's->state' store/session_attach random_points
gone pong session_touch 's->flags' store/session_deadline random_points
gone pongs session_touch 's->pongs' store/job random_points
turn stale-early session_stale_locked \
    '&& !(s->flags & NGX_PRINT_SESSION_PING_WAIT)' '&& 0' \
    store/session_deadline random_points
turn seize-lost session_seize_locked \
    'w->lost[w->nlost++] = s - st->sessions;' ';' store/session_deadline
turn seize-audit session_seize_locked 'w->audit = 1;' ';' store/waiting
turn close-deadline session_close_locked \
    'ngx_print_session_closing_locked(st, s);' \
    'st->deadlines[s - st->sessions] = 0;' store/session_deadline random_points
turn finish-deadline session_expire_locked \
    'ngx_print_session_closing_locked(st, s);' ';' store/session_deadline
gone ping session_expire_locked 's->flags' every_instruction:touch \
    random_points

gone answer-named session_names 's->trust.flags' store/session_answer
gone answer-unnamed session_names 's->trust.lens[i], 0' store/session_answer
gone answer-name session_names 's->trust.lens[i], trust->lens[i]' \
    store/session_answer
gone answer-expires session_expires 's->trust.expires' store/session_answer
turn answer-due session_deadline_locked 'ms = s->trust.expires;' ';' \
    store/session_answer
gone answer-keep session_keep_locked 's->auth' store/session_answer
gone answer-old session_keep_locked '*link' store/session_answer
gone answer-bare session_keep 's->trust.flags' store/session_answer
turn answer-share queue_lack_locked '(use == NGX_PRINT_USE_AUTH) ? share->auth' \
    '(use == NGX_PRINT_USE_AUTH) ? sh->nblocks' store/session_answer
gone answer-left session_leave_locked 's->auth' store/session_answer
turn repair-off-auth repair_session 'ngx_print_repair_auth(st, s);' ';' \
    store/session_answer
gone repair-auth repair_auth '*link, 0' store/session_answer
gone repair-auth-old repair_auth '*link, h->next' store/session_answer

# messages

gone reserve queue_reserve_one 'w->inflight' every_instruction:send-5 \
    random_points dying_processes
gone extend queue_extend_locked 'st->fat[h->last]' \
    every_instruction:send-large dying_processes
gone unreserve queue_unreserve_locked 'st->workers[st->slot].inflight' \
    every_instruction:send-5 random_points dying_processes
gone block-top queue_pop_locked 'st->sh->block_top' every_instruction:send \
    random_points dying_processes
turn use queue_alloc_locked 'h->use = use;' ';' zone/block
turn use-freed queue_free_locked \
    'st->sh->block_use[h->use] -= h->nblocks;' ';' zone/block random_points
turn use-kept queue_lack_locked 'if (used > share->kept[use]) {' 'if (1) {' \
    zone/block
turn use-spared queue_lack_locked 'nblocks += share->spare;' ';' zone/block
turn use-info queue_lack_locked 'used > most' '0' store/description
turn use-connect queue_use_locked '(uint32_t) __builtin_popcount(s->connected)' \
    '99' store/queue_send
gone append-head queue_append_locked 'q->head' every_instruction:send \
    random_points dying_processes
gone append-link queue_append_locked 'ngx_print_store_head(st, q->tail)->next' \
    every_instruction:send-queue random_points dying_processes
gone take-detach queue_take 's->att_kind' store/queue random_points
gone take queue_take_locked 'q->head' every_instruction:take random_points \
    dying_processes
gone take-inflight queue_take_locked 'st->workers[st->slot].inflight' \
    every_instruction:take random_points dying_processes
gone settle store_settle_locked 'w->inflight' zone/lock
gone release queue_release 'w->inflight' \
    every_instruction:release random_points dying_processes
gone attach-parts queue_attach_add 's->parts' every_instruction:attach-add \
    random_points
gone clear queue_clear_locked 'q->head' every_instruction:free
turn unlist queue_unlist_locked 's->ready_slot = 0;' ';' \
    every_instruction:detach dying_processes

# clients

gone nsp store_nsp 'st->sh->nsp_top' store/store

gone client-top client_alloc_locked 'st->sh->client_top' \
    every_instruction:register random_points dying_processes
gone client-free client_free_locked 'cl->state' \
    every_instruction:register-evict
gone client-info client_describe_locked 'cl->info' store/client \
    every_instruction:register-info
gone description-drop description_drop_locked '*info' store/description \
    every_instruction:register-info-full
turn description-claim description_own_locked \
    'if (claim && claim->info) {' 'if (0) {' store/description
turn description-vain description_make_room_locked \
    'lack > st->sh->block_use[NGX_PRINT_USE_INFO]' '0' store/description
turn description-own description_own_locked \
    'cl && cl->info && (own || cl->owner == 0)' '0' store/description
turn description-missed client_attach_locked 'st->sh->offline_info = index;' \
    ';' store/description
turn description-left client_detach_locked \
    'st->sh->offline_info = cl->link_next;' ';' store/description
gone client-others client_register_locked 'cl->others' store/recovery_job
turn touch event_presence_locked 'ngx_print_client_touch_locked(st, index);' ';' \
    store/client every_instruction:register random_points
turn touch-free client_free_locked 'ngx_print_client_touch_locked(st, index);' \
    ';' store/client
turn touch-repair repair_clients 'ngx_print_client_touch_locked(st, i);' ';' \
    store/client
turn touch-close session_close_locked \
    'ngx_print_client_touch_all_locked(st, s);' ';' store/client random_points
turn touch-disconnect session_disconnect \
    'ngx_print_client_touch_all_locked(st, s);' ';' store/client

# addresses

turn repair-off-addresses store_repair_locked \
    'ngx_print_repair_addresses(st);' ';' store/address
turn repair-address-session repair_sessions \
    'ngx_print_address_opened_locked(st, s);' ';' store/address \
    every_instruction:open
turn repair-address-owner repair_client 'cl->address = 0;' ';' \
    store/address_client every_instruction:register
turn repair-address-client repair_client \
    'ngx_print_address_recount_locked(st, cl);' ';' store/address_client \
    every_instruction:register-evict
gone address-top address_take_locked 'st->sh->address_top' store/address
gone address-gen address_take_locked 'a->gen' store/address \
    every_instruction:open-address
gone address-prefix address_obtain_locked 'a->prefix' store/address \
    every_instruction:open
gone address-joined address_joined_locked 'cl->address' store/address_client
gone address-left address_left_locked 'cl->address' store/address_client
turn address-late session_open \
    '(void) ngx_print_address_obtain_locked(st, ngx_print_prefix(s->addr));' \
    ';' store/address
turn address-opened session_open 'ngx_print_address_opened_locked(st, s);' \
    ';' store/address random_points
turn address-closed session_free 'ngx_print_address_closed_locked(st, s);' \
    ';' store/address random_points
turn address-moved address_joined_locked \
    'ngx_print_address_left_locked(st, cl);' ';' store/address_client
turn address-freed client_free_locked \
    'ngx_print_address_left_locked(st, cl);' ';' store/address_client random_points
gone address-site address_joined_locked 'cl->site' store/address_client
turn address-sited address_client_over_locked 'if (cl && cl->site == site) {' \
    'if (0) {' store/address_client
turn address-used address_take_locked 'st->sh->address_count--;' ';' \
    store/address
turn address-away client_attach_locked \
    'ngx_print_address_away_locked(st, index);' ';' store/address_client random_points
turn address-back client_detach_locked \
    'ngx_print_address_back_locked(st, index);' ';' store/address_client random_points
turn address-charged client_check_locked '!init->charged' '1' \
    store/address_client
turn address-claim client_check_locked '!(late && claim)' '!late' \
    store/address_client
turn address-dry client_admit_locked 'if (init->limits->dry_run) {' 'if (0) {' \
    store/address
turn address-dry-rate address_charge_locked 'limits->dry_run ?' '0 ?' \
    store/address_client
gone address-asked address_charge 's->flags' store/address_client
turn address-busy client_yield_locked \
    '!ngx_print_client_busy(&st->clients[index])' '1' store/address_client
turn address-yield client_yield_locked \
    'if (st->clients[index].blocks == 0) {' 'if (1) {' store/address_client
turn address-faded address_rate_locked 'a->last += ms;' ';' store/address
turn address-clock address_rate_locked 'ms = 0;' ';' store/address
turn address-oldest address_take_locked \
    'st->sh->address_idle.head ? st->sh->address_idle.head' \
    'st->sh->address_idle.head ? st->sh->address_idle.tail' store/address

gone address-pid address_pid_joined_locked 'p->address' store/address_recovery \
    every_instruction:pid
turn address-pid-moved address_pid_joined_locked \
    'ngx_print_address_pid_left_locked(st, p);' ';' store/address_recovery \
    every_instruction:pid-resume
turn address-pid-counted address_pid_joined_locked \
    'ngx_print_address_pid_recount_locked(st, p);' ';' store/address_recovery \
    every_instruction:pid
turn address-pid-freed recovery_release_locked \
    'ngx_print_address_pid_left_locked(st, &st->pids[index]);' ';' \
    store/address_recovery every_instruction:pid-forget random_points
turn address-pid-opened recovery_create \
    'ngx_print_address_pid_joined_locked(st, p, s);' ';' \
    store/address_recovery every_instruction:pid
turn address-pid-resumed recovery_resume_locked \
    'ngx_print_address_pid_joined_locked(st, &st->pids[index], s);' ';' \
    store/address_recovery every_instruction:pid-resume
turn address-pid-reused address_take_locked 'a->pids = 0;' ';' \
    store/address_recovery
turn address-pid-away address_list_locked '|| a->pids' '' \
    store/address_recovery
turn address-pid-dry address_pid_over_locked '|| limits->dry_run' '' \
    store/address_recovery
turn repair-address-pid repair_pids \
    'ngx_print_address_pid_joined_locked(st, p, s);' ';' store/address_recovery
turn repair-address-pid-lost repair_pids \
    'ngx_print_address_pid_recount_locked(st, p);' ';' store/address_recovery
turn repair-address-pid-owner repair_pids 'p->address = 0;' ';' \
    store/address_recovery
turn pid-over recovery_create \
    'ngx_print_address_pid_over_locked(st, s, limits, address)' '0' \
    store/address_recovery
turn pid-over-one recovery_open 'limits = NULL;' ';' store/address_recovery
turn pid-over-own recovery_nearest \
    '(address && st->pids[i].address != address)' '0' store/address_recovery

# claims

turn repair-off-claims store_repair_locked 'ngx_print_repair_claims(st);' ';' \
    store/claim every_instruction:claim-take
gone repair-claim repair_claims 'claim->state' store/claim
gone repair-claim-info repair_claim 'cl->info' every_instruction:claim-leave
gone repair-claim-cut repair_claim 'claim->info' zone/repair
turn repair-client-pid repair_has_pid 'p->owner == cl->owner' '1' store/claim \
    every_instruction:claim-pid
turn connect-left-over session_connect 'rc = NGX_AGAIN;' 'rc = NGX_OK;' \
    store/recovery_job
gone session-order session_open 'st->sh->session_order' store/claim
gone claim-create claim_create_locked 'claim->state' store/claim \
    every_instruction:claim-late
gone claim-top claim_alloc_locked 'st->sh->claim_top' store/claim \
    every_instruction:claim-late
gone claim-free claim_free_locked 'claim->state' store/claim \
    every_instruction:claim-again
gone claim-info client_claim_locked 'claim->info' store/claim
gone claim-taken client_register_locked 'cl->info' store/claim
gone claim-others client_hand_over_locked 'cl->others' store/claim
gone claim-hand-over client_hand_over_locked 'cl->info' store/claim \
    every_instruction:claim-leave
gone claim-regain recovery_regain_locked 'p->gone' store/claim
turn claim-newer client_newer_locked 'return owner->order > s->order;' \
    'return 0;' store/claim random_points
turn claim-wake client_hand_over_locked 'if (cl->jobs_head) {' 'if (0) {' \
    store/claim

# contests

gone contest-ping contest_ping_locked 's->flags' store/contest
turn contest-wake contest_ping_locked \
    'ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, s));' \
    ';' store/contest
turn contest-deadline contest_ping_locked \
    'ngx_print_session_deadline_locked(st, s);' ';' store/contest
turn contest-kept client_check_locked '(cl && init->deny' '(0' \
    store/contest
turn contest-claim client_kept_locked 'claim->owner == new_owner' '1' \
    store/contest
turn contest-near client_kept_locked 'init->near && holder.same' '0' \
    store/contest
turn contest-excused contest_look 'ping_at == ngx_print_contest_excuse(st, s)' \
    '0' store/contest
gone event-refused event_refused_locked 'st->sh->event' store/contest \
    every_instruction:contest-refuse

# jobs that do not wait for a client that is offline

turn unsent client_offline_one_locked \
    '(cl->pid == 0 && ngx_print_job_unsent_locked(st, cl, cursor))' '0' \
    store/job_unsent every_instruction:job-unsent random_points
turn unsent-pid client_offline_one_locked 'cl->pid == 0 &&' '' \
    store/job_unsent
turn unsent-free job_session_lost \
    'ngx_print_job_leave_locked(st, s, &cursor)' '0' store/job_unsent \
    every_instruction:job-unsent-free
turn unsent-free-pid job_leave_locked 'cl->pid == 0 &&' '' store/job_unsent
turn unsent-expire recovery_end_locked \
    '(cl->owner == 0 && ngx_print_job_unsent_locked(st, cl, cursor))' '0' \
    store/job_unsent every_instruction:job-unsent-expire
turn unsent-owner recovery_end_locked 'cl->owner == 0 &&' '' store/job_unsent
turn unsent-claim job_unsent_locked '|| ngx_print_claim_newest_locked(st, cl)' \
    '' store/job_unsent
turn unsent-sent job_unsent_locked '&& job->attempts == 0' '' store/job_unsent
turn unsent-waits job_unsent_locked '(job->flags & NGX_PRINT_JOB_DIRECT)' '1' \
    store/job_unsent every_instruction:job-unsent random_points
turn unsent-slice job_unsent_locked 'n++ >= NGX_PRINT_STORE_SLICE' '0' \
    store/job_unsent
turn unsent-made job_make_locked 'request->clients[i]->direct = 1;' ';' \
    store/job_unsent every_instruction:job-unsent random_points
turn unsent-known repair_job 'st->clients[job->client].direct = 1;' ';' \
    store/job_unsent every_instruction:job-unsent
turn repair-off-unsent store_repair_locked 'ngx_print_repair_unsent(st);' ';' \
    store/job_unsent every_instruction:job-unsent-move

# jobs

gone job-top job_alloc_locked 'sh->job_top' every_instruction:job store/job \
    random_points dying_processes
gone job-seq job_make_locked 'sh->job_seq' store/job random_points
gone job-evict job_evict_locked 'job->state' every_instruction:job-evict \
    random_points
gone job-offset job_send_locked 'st->sh->offset' store/job random_points
gone job-pin job_send_locked 'st->workers[st->slot].pins[batch->njobs]' \
    store/job random_points dying_processes
gone job-unpin job_unpin_locked 'w->pins[i]' store/job random_points \
    dying_processes
gone job-hold job_hold_locked 'job->owner' every_instruction:pid-lost \
    store/recovery
turn job-unref job_finish_locked 'ngx_print_job_unref_locked(st, blob);' ';' \
    store/job random_points
turn job-ref job_enqueue_locked 'ngx_print_job_ref_locked(st, job->blob);' ';' \
    store/job random_points
turn job-fence job_send_locked \
    'redo->fence = ngx_print_job_fence_locked(s, batch);' \
    'redo->fence = ngx_print_job_fence_locked(s, batch) - 1;' \
    store/job_delivery random_points
gone job-fence-counted job_fence_locked 's->pings' store/job_delivery \
    random_points
turn job-fence-late job_fence_locked 'batch->counted = 1;' \
    'return s->pings + 1;' every_instruction:job-take-poll
turn job-attempts job_send_locked 'redo->attempts++;' \
    'redo->attempts++; job->attempts++;' every_instruction:job-take
turn job-longer job_make_locked 'job = &st->jobs[index];' \
    'job = &st->jobs[index]; for (int k = 0; k < 64; k++) ngx_memory_barrier();' \
    every_instruction:job
turn job-counted job_count_locked \
    'redo->delivered = cl->delivered + delivered;' \
    'redo->delivered = cl->delivered += delivered;' every_instruction:job-pong
turn job-fence-first job_received_locked \
    'if (!ngx_print_store_after(s->pongs, job->fence)) {' 'if (0) {' \
    store/job_delivery random_points dying_processes
turn job-unsaid job_repeat_locked \
    'redo->flags |= NGX_PRINT_JOB_REPETITION;' ';' store/job_state \
    random_points dying_processes
turn job-unasked job_missed_locked 'job->flags & NGX_PRINT_JOB_RESEND' '1' \
    store/job random_points dying_processes
turn job-offset-late job_missed_locked 'ngx_print_job_held(job)' '1' \
    store/recovery_job
turn job-others job_missed_locked 'job->offset > cl->others' '1' \
    store/recovery_job
turn job-stranger job_hold_locked 'st->pids[cl->pid].owner != job->owner' '0' \
    store/recovery_job
turn job-unsettled session_free 'ngx_print_job_session_lost(st, ref);' ';' \
    store/job_state random_points dying_processes
turn job-recall client_register_locked \
    'ngx_print_job_requeue_locked(st, owner, cl)' '0' store/job_state \
    random_points
turn job-unsent job_cancel '&& job->attempts == 0' '' store/job_state \
    random_points
turn job-lost job_make_room_locked 'if (index == 0) {' \
    'if (sh->history_head == 0 && (sh->history_head = 1, 0)) {' store/job

# events

gone event-open event_open_locked 'e->seq' store/event \
    every_instruction:job-cancel
gone event-job event_job_locked 'st->sh->event' every_instruction:job-cancel \
    store/job random_points dying_processes
gone event-job-applied event_job_locked 'st->sh->applied' store/event \
    every_instruction:job-cancel random_points
turn event-redo event_job_locked 'st->sh->redo.event = seq;' ';' store/job \
    every_instruction:job-take
turn event-redo-stale event_repair_locked 'st->sh->redo.event = 0;' ';' \
    zone/event_order
gone event-jobs event_jobs_locked 'st->sh->event' store/job \
    every_instruction:job-two random_points dying_processes
gone event-client event_client_locked 'st->sh->event' \
    every_instruction:register store/client random_points dying_processes
gone event-takeover event_takeover_locked 'st->sh->event' store/event \
    every_instruction:claim-take
turn event-takeover-first event_takeover_locked 'index, owner, 0);' \
    'index, owner, 0); st->sh->event++;' every_instruction:claim-take
gone event-applied event_apply_locked 'st->sh->applied' store/job \
    every_instruction:job-two random_points
gone event-lead-none event_leader 'sh->leader_epoch, 0' every_instruction:lead
gone event-lead event_leader 'sh->leader_epoch, st->epoch' store/event
turn event-lease event_leader 'NGX_PRINT_EVENT_LEASE' '4998' store/event
gone event-resign event_resign 'st->sh->leader_epoch' store/event
gone event-tell event_set_delivered 'st->sh->delivered' store/event
gone event-lost-before event_watch 'st->sh->lost_before' store/event
gone event-quiet event_watch 'st->sh->events_off' store/event

# sockets that can be recovered

gone pid-top recovery_create 'st->sh->pid_top' every_instruction:pid \
    store/recovery
gone pid-open recovery_create 'p->state' every_instruction:pid store/recovery
gone pid-resume recovery_resume_locked 'st->pids[index].owner' store/recovery \
    every_instruction:pid-resume
gone pid-connect recovery_resume_locked 's->connected' \
    every_instruction:pid-resume store/recovery
gone pid-offset recovery_move_locked 'cl->resume' every_instruction:pid-take \
    store/recovery
gone pid-lost recovery_lost_locked 'st->pids[index].owner' \
    every_instruction:pid-lost store/recovery
gone pid-attach recovery_attach_locked 'cl->pid' \
    every_instruction:register-pid store/recovery
gone pid-detach recovery_detach_locked 'cl->pid' every_instruction:pid-forget \
    store/recovery
gone pid-end recovery_release_locked 'st->pids[index].state' store/recovery \
    every_instruction:pid-forget
gone pid-room recovery_give_way_locked 'cl->resume' store/recovery_room
turn pid-room-jobs recovery_give_way_locked 'st->clients[i].blocks' '0' \
    store/recovery_room
turn pid-room-owner recovery_give_way_locked '|| p->owner' '' \
    store/recovery_room
turn pid-left recovery_left_locked 'index && st->pids[index].clients == 0' '0' \
    store/recovery_room every_instruction:pid-left
gone pid-end-offset recovery_end_locked 'cl->resume' store/recovery
gone pid-gone recovery_lack_locked 'p->gone' store/recovery \
    every_instruction:pid-forget
gone pid-spoil recovery_spoil 'st->pids[index].gone' store/trust
turn pid-whole recovery_resume_locked 'if (st->pids[index].gone ||' 'if (' \
    store/recovery every_instruction:pid-refuse
turn pid-empty recovery_resume_locked '|| st->pids[index].clients == 0' '' \
    store/recovery_takeover
turn pid-take-close recovery_free_locked \
    'ngx_print_session_close_locked(st, s, reason);' ';' \
    store/recovery_takeover every_instruction:pid-takeover
turn pid-take-jobs recovery_free_locked \
    'ngx_print_job_session_lost_locked(st, s, NULL)' '0' \
    store/recovery_takeover every_instruction:pid-takeover
turn pid-take-lost recovery_free_locked \
    'ngx_print_recovery_lost_locked(st, s);' ';' store/recovery_takeover
turn pid-take-wake session_close_locked \
    'ngx_print_store_wake_locked(st, ngx_print_queue_list_locked(st, s));' \
    '(void) ngx_print_queue_list_locked(st, s);' store/recovery_takeover
turn pid-window recovery_lost_locked \
    'ngx_print_store_deadline(st->pid_deadlines, index, (uint32_t)
     ngx_current_msec + st->pids[index].window);' ';' \
    every_instruction:pid-lost

# right, but too early

turn close-early session_close_locked 's->reason = reason;' \
    's->state = NGX_PRINT_SESSION_CLOSING; ngx_print_store_order();
     s->reason = reason;' every_instruction:close-ws
turn free-early session_free 'ngx_print_session_leave_locked(st, s);' \
    's->state = NGX_PRINT_SESSION_FREE; ngx_print_store_order();
     ngx_print_session_leave_locked(st, s);' every_instruction:free
turn linger-clients session_linger 'ngx_print_session_leave_locked(st, s);' \
    ';' store/job_state
turn linger-early session_linger 'ngx_print_queue_unlist_locked(st, s);' \
    's->state = NGX_PRINT_SESSION_LINGER; ngx_print_store_order();
     ngx_print_queue_unlist_locked(st, s);' every_instruction:linger
turn upgrade-early session_upgrade \
    'ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, token);' \
    's->state = NGX_PRINT_SESSION_WS;
     ngx_print_session_attach_locked(st, s, NGX_PRINT_ATT_WS, token);' \
    every_instruction:upgrade
turn attach-early session_attach_locked 's->att_slot = st->slot;' \
    's->att_kind = kind; ngx_print_store_order();
     s->att_slot = st->slot;' every_instruction:poll
turn ping-early session_expire_locked 's->ping_at = from + s->ping_timeout;' \
    's->flags |= flags; ngx_print_store_order();
     s->ping_at = from + s->ping_timeout;' every_instruction:ping
turn create-early client_create_locked 'cl->hash = hash;' \
    'cl->state = NGX_PRINT_CLIENT_USED; ngx_print_store_order();
     cl->hash = hash;' every_instruction:register
turn offline-early client_offline_locked \
    'ngx_print_session_sock_locked(st, s, cl->nsp, cl->sock);' \
    'cl->owner = 0; ngx_print_store_order();
     ngx_print_session_sock_locked(st, s, cl->nsp, cl->sock);' \
    every_instruction:client-leave
turn job-early job_make_locked 'job->client = request' \
    'job->state = NGX_PRINT_JOB_QUEUED; ngx_print_store_order();
     job->client = request' every_instruction:job
turn job-evict-late job_make_locked 'job->seq = sh->job_seq;' \
    'job->seq = 0; ngx_print_store_order();' store/job
turn event-early event_job_locked 'st->sh->redo.event = seq;' \
    'st->sh->event = seq; ngx_print_store_order();
     st->sh->redo.event = seq;' every_instruction:job-take
turn event-jobs-early event_jobs_locked 'seq = st->sh->event;' \
    'seq = st->sh->event++;' every_instruction:job-two
turn pid-early recovery_create 'p->window = ms;' \
    'p->state = NGX_PRINT_PID_USED; ngx_print_store_order();
     p->window = ms;' every_instruction:pid-again
turn pid-connect-early recovery_resume_locked 'st->pid_deadlines[index] = 0;' \
    's->connected |= 1; ngx_print_store_order();
     st->pid_deadlines[index] = 0;' every_instruction:pid-resume
turn unlock-early store_unlock 'ngx_print_store_publish(st->sh->dirty, 0);' \
    'st->sh->lock = 0; ngx_print_store_publish(st->sh->dirty, 0);' \
    every_instruction:open

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
    "$CC" "${flags[@]}" -w -c -o "${1%.c}.o" "$1"
}

# folder $1, program $2: an object of the folder takes the place of the one in
# the library, because the linker sees it first

link() {
    local folder=$1 program=$2

    [[ $program = */* ]] || program=crash/$program

    "$CC" "${flags[@]}" -o "$folder/$(basename "$program")" \
        "$UNIT/o/$program.o" "${@:3}" "$UNIT/libunit.a" -lyajl -lz -lm
}

# folder $1, program $2 as the table has it: 0 if it fails, 1 if it passes

fails() {
    local program=${2%%:*} limit arguments=()

    # One that hangs has failed.  It hangs if it takes too much of the
    # processor, which is the same on a busy machine; the programs' own guard
    # is for one that sleeps.

    limit=$((all ? 120 : 10))

    case $2 in
    random_points|dying_processes)
        limit=$((seconds * 4 + 40))
        arguments=("$seconds")
        ;;
    every_instruction:*)
        IFS=, read -ra arguments <<< "${2#*:}"
        ;;
    esac

    link "$1" "$program" "${@:3}" || return 2

    # the shell's message about a program that was killed is part of the output

    { (ulimit -t "$limit" \
         && exec "$1/$(basename "$program")" "${arguments[@]}"); } \
        > "$1/${2//\//.}.log" 2>&1

    case $? in
    0) return 1 ;;
    3) return 2 ;;       # it has no operation of this name
    *) return 0 ;;
    esac
}

# mutation $1; what is wrong with it is printed

try() {
    local dir=$DIR/${names[$1]} place program

    if ! place=$(mutate "$dir" "${kinds[$1]}" "${functions[$1]}" \
                        "${texts[$1]}" "${replacements[$1]}" "${store[@]}" 2>&1)
    then
        echo "does not apply any more: $place"
        return
    fi

    echo "${kinds[$1]} $place" > "$dir/place"

    if ! compile "$dir"/*.c; then
        echo 'does not compile'
        return
    fi

    for program in ${programs[$1]}; do
        fails "$dir" "$program" "$dir"/*.o

        case $? in
        0) ;;
        1) echo "$program passes, with $place changed" ;;
        *) echo "$program does not link, or has no such operation" ;;
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

DIR=$UNIT/mutate

read -ra flags <<< "$FLAGS"
read -ra store <<< "$STORE"

rm -rf "${DIR:?}"
mkdir -p "$DIR"

# without a mutation they pass

for program in every_instruction:open random_points dying_processes; do
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
