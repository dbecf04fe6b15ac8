# Mutations of sessions, their messages and their sockets; see mutate.sh.

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
    'now - s->connect_by > NGX_PRINT_WAITING_NAMELESS' '1' store/waiting
turn waiting-wrap waiting_since_locked 'ngx_current_msec / 1000' \
    'ngx_current_msec' store/waiting
turn waiting-leaves session_disconnect 'if (s->connected == 1u << nsp) {' \
    'if (1) {' store/waiting
turn waiting-rest queue_both_locked 'batch->more |= more;' ';' \
    store/recovery_job
turn waiting-resumed recovery_resume_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/recovery \
    every_instruction:pid-resume
turn waiting-client client_attach_locked \
    'ngx_print_waiting_leave_locked(st, s);' ';' store/waiting \
    every_instruction:register
turn waiting-offline client_detach_locked \
    'ngx_print_waiting_lost_locked(st, s);' ';' store/waiting
turn waiting-anew waiting_lost_locked 'ngx_print_waiting_since_locked(s);' \
    ';' store/waiting
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
gone hand session_hand 's->flags' every_instruction:hand
gone adopt-move session_move_locked 's->att_kind, NGX_PRINT_ATT_MOVE' \
    every_instruction:adopt
gone adopt session_move_locked 's->att_kind, NGX_PRINT_ATT_WS' \
    every_instruction:adopt
gone refuse session_refuse 's->flags' every_instruction:refuse
turn adopt-in-place session_move_locked 's->probe_slot = st->slot;' \
    's->att_kind = NGX_PRINT_ATT_NONE; ngx_print_store_order();
     s->probe_slot = st->slot;' every_instruction:adopt
gone repair-move repair_session 's->att_kind' every_instruction:adopt
turn adopt-token session_with_locked '|| s->att_token != from->token' '' \
    store/session_attach every_instruction:adopt-stale
turn handed-expires session_expire \
    '&& !ngx_print_session_handed_locked(s)' '' store/session_attach
turn handed-finishes session_reason \
    '&& !ngx_print_session_handed_locked(s)' '' store/session_attach
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
turn contest-packet session_touch 's->packets++;' ';' store/contest
gone event-refused event_refused_locked 'st->sh->event' store/contest \
    every_instruction:contest-refuse

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
