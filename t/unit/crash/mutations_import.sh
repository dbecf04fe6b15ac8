# Mutations of an import, which has no publishing stores, because nobody sees
# the copy before it is complete; see mutate.sh.

turn import-dirty import_head 'to->dirty = 1;' ';' store/import
for column in deadlines sessions clients pid_deadlines pids job_deadlines jobs \
    fat blocks claims addresses
do
    case $column in
        *deadlines) top=${column/deadlines/top} ;;
        fat) top=block_top ;;
        addresses) top=address_top ;;
        *) top=${column%s}_top ;;
    esac

    [ "$top" = top ] && top=session_top

    turn import-$column zone_import_copy \
        "ngx_print_import_records(&to, st, $column, sh->$top);" ';' store/import
done
turn import-workers zone_import_copy \
    'ngx_print_import_records(&to, st, workers, NGX_PRINT_WAKE_SLOTS);' ';' \
    store/import
turn import-events zone_import_copy 'ngx_print_import_events(&to, st);' ';' \
    store/import
turn import-lost-before import_events 'seq + 1 - from->sh->nevents);' '0);' \
    store/import
turn import-event-place import_events 'to->events[seq % to->sh->nevents] = *e;' \
    'to->events[seq % from->sh->nevents] = *e;' store/import
turn import-off import_events 'if (from->sh->events_off) {' 'if (0) {' \
    store/import
turn import-tops zone_import_settle 'ngx_print_import_tops(st);' ';' \
    store/import
turn import-repair zone_import_settle \
    'ngx_print_store_repair_locked(st);' ';' store/import
turn import-references zone_import_settle \
    'ngx_print_import_references(st);' ';' store/import
turn import-more zone_import_lack \
    'if (top > ngx_print_import_number(&sh, column->n)) {' 'if (0) {' \
    store/import
