# Mutations of jobs; see mutate.sh.

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

# logs of jobs

gone note note_add_locked 'st->jobs[index].note' store/job_log
gone note-drop note_drop_locked 'st->jobs[index].note' store/job_log \
    every_instruction:job-log-evict
gone note-bad note_repair_locked 'st->jobs[index].note' store/job_log
turn note-kept note_drop_locked 'ngx_print_queue_free_locked(st, block);' ';' \
    store/job_log
turn note-used note_add_locked 'ngx_print_store_head(st, block)->refs++;' ';' \
    store/job_log
turn note-other note_repair_locked \
    'h->len != index - index % NGX_PRINT_NOTE_GROUP' '0' store/job_log
turn note-users note_repair_locked 'h->refs = 0;' ';' store/job_log
turn note-free repair_jobs 'job->note = 0;' ';' every_instruction:job-log
gone log-id job_log_add 'log->id' store/job_log
gone log-place job_log_place_locked 'log->id' every_instruction:log-open
gone log-done job_log_done 'own->cursor' store/job_log every_instruction:log-done
turn log-forget job_log_add \
    'ngx_print_job_log_forget_locked(st, log, &cursor)' '0' store/job_log
turn log-early job_count_locked 'return 0;' 'return job->logs;' store/job_log
turn log-hung job_log_leader 'st->sh->writing == writer->epoch' '0' \
    store/job_log
turn log-writer job_log_mine_locked \
    '!ngx_print_store_leads_locked(st, &st->sh->writer)' '0' store/job_log
