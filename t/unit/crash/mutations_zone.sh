# Mutations of the zone itself, its addresses and its events; see mutate.sh.

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
gone event-lead-none store_elect_locked 'leader->epoch, 0' \
    every_instruction:lead
gone event-lead store_elect_locked 'leader->epoch, st->epoch' store/event \
    store/job_log
turn event-lease store_elect_locked 'NGX_PRINT_STORE_LEASE' '4998' store/event
gone event-resign store_resign_locked 'leader->epoch' store/event store/job_log
gone event-tell event_set_delivered 'st->sh->delivered' store/event
gone event-lost-before event_keep_locked 'st->sh->lost_before' store/event
gone event-quiet event_keep_locked 'st->sh->events_off' store/event

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
