#
# Copyright (C) the print hub contributors

"""The layers of the module: which folder and which file may use which.

tools/calls.py checks every include and every call by these tables.  What is in
no list is forbidden.  A file is named by its name without "ngx_print_" and
".c" or ".h", its folder comes before it: "zone/zone_lock" is
src/zone/ngx_print_zone_lock.c and .h.  The files outside of the folders
(module, check, door, conf, conf_origin, conf_limit, conf_trust,
conf_authorize, conf_log, conf_metrics, zones, merge, print) are folders of
one file each.

To add a file, add it to its folder in FILES with the files of that folder which
it may call.  To add a folder, add it to USES and FILES.  If the checker reports
a call, first try to move the function to the file where it belongs; a new entry
is right only if it leads downward: no table may contain a circle, and
tools/style_test.py tests that.
"""

# Which folders the files of a folder may use, from the top to the bottom: a
# whole folder, or single files of it.  An entry for a single file adds to that
# of its folder.

USES = {
    'module':     '''check door place conf conf_origin conf_limit conf_trust conf_authorize conf_log conf_metrics zones merge
                     api/joblog api/location api/location_filter api/api_variable api/webhook api/metrics
                     hub/hub hub/hub_story hub/feed
                     socketio/sio socketio/sio_ask engineio/worker
                     engineio/memory os/budget''',
    'check':      'conf zones api/location store/store store/address',
    'door':       'api/location',
    'place':      'codec/siphash',
    'conf_origin': 'conf',
    'conf_limit': 'conf',
    'conf_trust': 'conf',
    'conf_authorize': 'conf',
    'conf_metrics': 'conf zones',
    'conf_log':   'conf store/job_state codec/siphash',
    'conf':       'zones store/store',
    'zones':      'engineio/worker engineio/memory store/store store/reopen',
    'merge':      '',

    'api':        '''hub socketio/sio socketio/sio_emit engineio/eio
                     engineio/eio_gate http store codec os/log os/budget''',
    'api/location': 'engineio/eio_http',
    'hub':        'socketio engineio/eio engineio/eio_limit engineio/eio_trust store codec os/random os/log',
    'hub/hub_contest': 'engineio/eio_hold os/budget',
    'socketio':   'engineio store codec os/random os/log',
    'socketio/sio_ask': 'http/post_request os/budget',
    'socketio/sio_question': 'http/post_request os/budget',
    'engineio':   'websocket http store codec os',
    'websocket':  'http codec os/budget',
    'http':       'codec os/log',
    'store':      'zone codec/id codec/equal codec/siphash codec/prefix os/wake',
    'zone':       'codec/id codec/siphash codec/prefix os/wake',
    'codec':      '',
    'os':         '',

    'print':      '',
}

# Which files of its own folder a file may use.  It may also use what those may
# use, and so on.

FILES = {
    'module': {'module': ''},
    'check':  {'check': ''},
    'door':   {'door': ''},
    'place':  {'place': ''},
    'conf_origin': {'conf_origin': ''},
    'conf_limit': {'conf_limit': ''},
    'conf_trust': {'conf_trust': ''},
    'conf_authorize': {'conf_authorize': ''},
    'conf_metrics': {'conf_metrics': ''},
    'conf_log': {'conf_log': ''},
    'conf':   {'conf': ''},
    'zones':  {'zones': ''},
    'merge':  {'merge': ''},
    'print':  {'print': ''},

    'api': {
        'location':         '''location_tree api_status api_print api_job_list api_job
                               api_client api_health api_zone api_event
                               api_count''',
        'location_filter':  'location api_count',
        'api_variable':     'location api',
        'location_tree':    '',
        'api_job_list':     'api_job_create api api_json api_out',
        'api_job_create':   '''api_job_spec api_body api_count api_note api
                               api_json api_out''',
        'api_job_spec':     '''api_job_reply api_idempotency api api_json
                               api_out''',
        'api_job':          'api_job_reply api api_json api_out',
        'api_job_reply':    'api_idempotency api_note api api_json api_out',
        'api_note':         '',
        'api_status':       'api_status_page api_client',
        'api_status_page':  'api api_json api_out',
        'api_client':       'api api_json api_out',
        'api_health':       'api',
        'api_zone':         'api api_json api_out',
        'api_print':        '''api_body api_count api_idempotency api_note api
                               api_json
                               api_out''',
        'api_body':         'api_multipart api_count api',
        'api_multipart':    'api',
        'api_event':        '''api_event_limit api_event_share api_event_out
                               api_event_page api api_json api_out''',
        'api_event_limit':  '',
        'api_event_out':    'api_event_page api_json api_out',
        'api_event_share':  'api_event_page api_json api_out',
        'api_event_page':   'api_json api_out',
        'webhook':          'api api_count api_json api_out',
        'metrics':          'metrics_lines api_event_out',
        'metrics_lines':    'metrics_table metrics_text',
        'metrics_table':    '',
        'metrics_text':     '',
        'api_idempotency':  'api',
        'api_json':         'api_out',
        'api_out':          '',
        'joblog':           'joblog_out joblog_line',
        'joblog_out':       'joblog_line',
        'joblog_line':      'api_json',
        'joblog_order':     '',
        'api':              'joblog_order api_count',
        'api_count':        '',
    },

    'hub': {
        'hub':              'hub_register hub_contest hub_job hub_log',
        'hub_register':     'hub_authorize hub_gate hub_contest hub_takeover hub_log',
        'hub_contest':      'hub_gate hub_takeover hub_log',
        'hub_authorize':    'hub_gate hub_log',
        'hub_gate':         'hub_log',
        'hub_takeover':     'hub_log',
        'hub_job':          'hub_story hub_log',
        'hub_story':        'hub_log',
        'hub_log':          '',
        'feed':             '',
    },

    'socketio': {
        'sio':              '''sio_authorize sio_ask sio_join sio_gate sio_emit
                               sio_job sio_recovery''',
        'sio_authorize':    'sio_ask sio_join sio_gate',
        'sio_join':         'sio_ask sio_question sio_emit sio_recovery',
        'sio_gate':         'sio_emit',
        'sio_ask':          'sio_question sio_emit',
        'sio_question':     'sio_emit',
        'sio_job':          '',
        'sio_recovery':     '',
        'sio_emit':         '',
    },

    'engineio': {
        'eio_http':         'polling polling_post eio_websocket eio_trust',
        'polling':          'polling_answer eio_open eio_limit',
        'polling_post':     'polling_answer eio_gate',
        'polling_answer':   'eio',
        'eio_gate':         'eio',
        'worker':           'worker_take worker_pump memory eio',
        'worker_pump':      'eio_pump',
        'worker_take':      'eio_adopt eio_handover',
        'memory':           'memory_open',
        'memory_open':      'memory_held memory_import',
        'memory_import':    'memory_head',
        'memory_held':      'memory_head',
        'memory_head':      '',
        'eio_adopt':        'eio_websocket',
        'eio_handover':     'eio_pump',
        'eio_pump':         'eio_websocket',
        'eio_websocket':    '''eio eio_open eio_limit eio_message
                               eio_websocket_out eio_tally''',
        'eio_websocket_out': 'eio eio_tally',
        'eio_message':      '',
        'eio_open':         'eio eio_limit eio_trust',
        'eio':              'eio_hold eio_tally',
        'eio_tally':        '',
        'eio_limit':        '',
        'eio_trust':        '',
        'eio_hold':         '',
    },

    'websocket': {
        'websocket_handshake': 'websocket_move',
        'websocket_move':   'websocket_in',
        'websocket_in':     'websocket_close',
        'websocket_close':  'websocket_out',
        'websocket_out':    'websocket_deflate',
        'websocket_deflate': 'websocket',
        'websocket':        '',
    },

    'http': {
        'cors':             'origin',
        'origin':           'http',
        'post_request':     '',
        'http':             'note',
        'note':             '',
    },

    'store': {
        'session':          'job',
        'session_answer':   'message description queue',
        'session_attach':   '',
        'session_deadline': '',
        'client':           'client_list message description queue',
        'client_list':      'message queue',
        'contest':          'client',
        'count':            'count_family reason',
        'count_family':     'reason',
        'reason':           '',
        'description':      'message',
        'job':              'message job_state',
        'job_log':          'event',
        'queue_send':       'message',
        'queue_attach':     'message',
        'queue':            '',
        'recovery':         'recovery_room',
        'recovery_room':    '',
        'address':          '',
        'event':            '',
        'message':          '',
        'job_state':        '',
        'import':           'reopen store',
        'reopen':           '',
        'roster':           '',
        'tally':            'tally_family',
        'tally_family':     'count_family',
        'store':            '',
    },

    'zone': {
        # on top
        'zone_lock':        'zone_repair zone_wake zone_tally',
        'zone_import':      'zone_repair zone_layout zone_tally',

        # operations: a change over several records
        'zone_repair':      '''zone_job zone_event zone_claim zone_client
                               zone_session zone_ready zone_waiting
                               zone_address zone_sort zone_delivery zone_note''',
        'zone_delivery':    '''zone_job zone_claim zone_client zone_session
                               zone_ready zone_block zone_wake''',
        'zone_job':         'zone_block zone_client zone_event',
        'zone_note':        'zone_block',
        'zone_presence':    '''zone_claim zone_client zone_event zone_recovery
                               zone_waiting zone_wake''',
        'zone_event':       'zone_client',
        'zone_client_record': 'zone_claim zone_client zone_recovery',

        # records: one record and its lists
        'zone_claim':       'zone_waiting zone_session zone_block',
        'zone_client':      'zone_waiting zone_session zone_address zone_count',
        'zone_waiting':     'zone_session zone_address',
        'zone_session':     'zone_ready zone_wake zone_worker',
        'zone_worker':      'zone_block',
        'zone_queue':       'zone_block',
        'zone_recovery':    'zone_address zone_count',
        'zone_address':     '',
        'zone_ready':       '',

        # primitives: bytes, blocks, bells
        'zone_block':       'zone_count',
        'zone_count':       'zone_cell',
        'zone_cell':        'zone_types',
        'zone_wake':        'zone_tally',
        'zone_tally':       '',
        'zone_sort':        '',
        'zone_layout':      '',
        'zone':             'zone_types zone_tally zone_cell',
        'zone_types':       '',
    },

    'codec': {
        'query':            'json json_string',
        'quote':            'json json_string',
        'jsonp':            'form json json_string',
        'verdict':          'json json_string',
        'json':             'json_string',
        'json_string':      '',
        'form':             '',
        'multipart':        'media',
        'pattern':          '',
        'inet':             '',
        'media':            '',
        'inflate':          '',
        'eio3_packet':      'eio_packet',
        'eio_packet':       '',
        'sio_packet':       '',
        'ws_frame':         'bytes',
        'accept':           '',
        'bytes':            '',
        'ws_deflate':       'token',
        'token':            '',
        'id':               '',
        'equal':            '',
        'siphash':          '',
        'prefix':           '',
    },

    'os': {
        'wake':             '',
        'file':             '',
        'hand':             '',
        'random':           '',
        'budget':           'log',
        'log':              '',
    },
}

# Headers that every file of their folder may include, for the types in them.
# Calls still obey FILES.  (A file may also include a header of another name that declares
# its functions, as sio.h has those of sio_emit.c.)

SHARED = {
    'api':       'api',
    'hub':       'hub',
    'socketio':  'sio',
    'engineio':  'eio',
    'websocket': 'websocket',
    'zone':      'zone zone_types zone_tally zone_cell',
}

# Headers that every file may include.

EVERYWHERE = 'print'

# Folders whose headers only .c files of the folders above may include, and the
# unit tests; the headers listed here may stand in headers too.

PRIVATE = {
    'zone': 'zone_types zone_tally zone_cell',
}

# Functions that the files of a folder never call, whatever the tables say.

NEVER = {
    'zone': 'ngx_print_store_lock ngx_print_store_unlock',
}

# Symbols that every file may use: nginx's configuration macros need the module.

EXEMPT = 'ngx_print_module'

# Folders in which a function named ..._locked is static: only its file knows
# that it holds the lock; and the exceptions.

LOCKED_STATIC = 'store'
LOCKED_PUBLIC = '''ngx_print_queue_unreserve_locked
                   ngx_print_client_info_locked'''

# What the messages in the error log start with, and the areas that follow;
# those of the folders and files in STORY need no area: the hub logs what stations
# do, in lines that operators match, as the gate of Socket.IO does, and the file
# of the zones logs the version.

LOG_PREFIX = 'print hub: '
LOG_AREAS = '''conf engineio polling websocket socketio api webhook worker zone
               os log'''
STORY = '''hub zones door http api/joblog engineio/eio_limit socketio/sio_gate socketio/sio_ask
           socketio/sio_authorize engineio/memory
           engineio/memory_open engineio/memory_held os/log os/budget'''
