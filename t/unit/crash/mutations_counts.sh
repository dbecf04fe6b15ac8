# Mutations of what the zone counts; see mutate.sh.

gone count-noted count_tally_locked 'tally->cell' every_instruction:open
gone count-made count_tallied_locked 'counts->tally.cell' every_instruction:open
gone count-turn count_minute_locked 'counts->turn' store/count
gone count-event count_repair_events_locked 'counts->events[note->cell]' \
    every_instruction:job
gone count-record count_repair_records_locked \
    'counts->others[counts->tally.cell]' every_instruction:close
gone count-over count_repair_records_locked 'counts->tally.cell' \
    every_instruction:close
