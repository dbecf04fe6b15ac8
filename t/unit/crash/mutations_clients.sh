# Mutations of clients, and the claims to them; see mutate.sh.

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
