#
# Copyright (C) the print hub contributors

"""Tests who uses whom: small files are compiled into a scratch folder, with one
fault each, and the checker must name the file and the symbol."""

import os
import shutil
import tempfile
import types

import calls
import layers
from c_source import Source


def header(name, *prototypes, before=''):
    guard = f'_NGX_PRINT_{name.upper()}_H_INCLUDED_'
    text = ''.join(f'void ngx_print_{p}(void);\n' for p in prototypes)
    return f'#ifndef {guard}\n#define {guard}\n{before}{text}#endif\n'


def source(headers, functions):
    """functions: {name: names of what it calls}"""

    text = ''.join(f'#include "ngx_print_{h}.h"\n' for h in headers.split())

    for name, called in functions.items():
        body = ''.join(f'    ngx_print_{c}();\n' for c in called.split())
        text += f'\n\nvoid\nngx_print_{name}(void)\n{{\n{body}}}\n'

    return text


ZONE = '#include "ngx_print_zone.h"\n'

CLEAN = {
    'src/ngx_print.h': header('print'),

    'src/api/ngx_print_api.h': header('api', 'api'),
    'src/api/ngx_print_api.c': source('api client hub', {
        'api': 'client_find hub'}),
    'src/hub/ngx_print_hub.h': header('hub', 'hub'),
    'src/hub/ngx_print_hub.c': source('hub client random', {
        'hub': 'client_find random'}),
    'src/engineio/ngx_print_eio.h': header('eio', 'eio'),
    'src/engineio/ngx_print_eio.c': source('eio wake', {'eio': 'wake'}),

    'src/store/ngx_print_client.h': header(
        'client', 'client_find', before='#include "ngx_print_zone_types.h"\n'),
    'src/store/ngx_print_client.c': source(
        'client queue zone zone_lock zone_client',
        {'client_find': 'store_lock client_find_locked store_unlock'
                        ' queue_take'}),
    'src/store/ngx_print_queue.h': header('queue', 'queue_take'),
    'src/store/ngx_print_queue.c': source('queue zone_lock zone_queue', {
        'queue_take': 'store_lock queue_take_locked store_unlock'}),

    'src/zone/ngx_print_zone_types.h': header('zone_types'),
    'src/zone/ngx_print_zone.h': header('zone'),
    'src/zone/ngx_print_zone_lock.h': header('zone_lock', 'store_lock',
                                             'store_unlock'),
    'src/zone/ngx_print_zone_lock.c': source('zone_lock zone_repair', {
        'store_lock': 'store_repair_locked', 'store_unlock': ''}),
    'src/zone/ngx_print_zone_repair.h': header('zone_repair',
                                               'store_repair_locked'),
    'src/zone/ngx_print_zone_repair.c': source('zone_repair zone_client', {
        'store_repair_locked': 'client_find_locked'}),
    'src/zone/ngx_print_zone_client.h': header('zone_client',
                                               'client_find_locked'),
    'src/zone/ngx_print_zone_client.c': source('zone_client zone', {
        'client_find_locked': ''}),
    'src/zone/ngx_print_zone_queue.h': header('zone_queue',
                                              'queue_take_locked'),
    'src/zone/ngx_print_zone_queue.c': source('zone_queue zone_block', {
        'queue_take_locked': 'queue_free_locked'}),
    'src/zone/ngx_print_zone_block.h': header('zone_block',
                                              'queue_free_locked'),
    'src/zone/ngx_print_zone_block.c': source('zone_block', {
        'queue_free_locked': ''}),

    'src/codec/ngx_print_json.h': header('json', 'json'),
    'src/codec/ngx_print_json.c': source('json', {'json': ''}),
    'src/os/ngx_print_wake.h': header('wake', 'wake'),
    'src/os/ngx_print_wake.c': source('wake', {'wake': ''}),
    'src/os/ngx_print_random.h': header('random', 'random'),
    'src/os/ngx_print_random.c': source('random', {'random': ''}),

    't/unit/unit.c': 'void unit(void)\n{\n}\n',
    't/unit/store/job.c': 'void unit(void);\nint main(void)\n'
                          '{\n    unit();\n    return 0;\n}\n',
    't/app/app.c': '#include "ngx_print_client.h"\n',
    'bench/load.c': 'int load;\nvoid load_send(void);\nint main(void)\n'
                    '{\n    load_send();\n    return 0;\n}\n',
    'bench/load_send.c': 'extern int load;\nvoid load_send(void)\n'
                         '{\n    load = 1;\n}\n',
}

CLIENT = 'src/zone/ngx_print_zone_client.c'
API = 'src/api/ngx_print_api.c'


def calling(path, name):
    """a function more, which calls another one"""

    return {path: CLEAN[path] + f'\n\nvoid ngx_print_{name}(void);\n'
                                '\n\nvoid\nngx_print_more(void)\n'
                                f'{{\n    ngx_print_{name}();\n}}\n'}


def including(path, name):
    start, define, rest = CLEAN[path].rpartition('_INCLUDED_\n')

    return {path: f'{start}{define}#include "ngx_print_{name}.h"\n{rest}'}


# (what, the files that differ, rule, file, what the message must name)
FAULTS = [
    ('zone takes the lock', calling(CLIENT, 'store_lock'),
     'call', CLIENT, 'no file of zone/ uses ngx_print_store_lock'),
    ('zone leaves the lock', calling(CLIENT, 'store_unlock'),
     'call', CLIENT, 'no file of zone/ uses ngx_print_store_unlock'),
    ('repair calls a transaction',
     calling('src/zone/ngx_print_zone_repair.c', 'client_find'),
     'call', 'src/zone/ngx_print_zone_repair.c', 'ngx_print_client_find of'),
    ('queue calls client, on the same floor',
     calling('src/zone/ngx_print_zone_queue.c', 'client_find_locked'),
     'call', 'src/zone/ngx_print_zone_queue.c',
     'ngx_print_client_find_locked of zone/zone_client'),
    ('api calls zone', calling(API, 'client_find_locked'),
     'call', API, 'ngx_print_client_find_locked of zone/zone_client'),
    ('api calls zone through a macro of store',
     {'src/store/ngx_print_client.h': header(
         'client', 'client_find', 'client_find_locked',
         before='#define ngx_print_peek()  ngx_print_client_find_locked()\n'),
      API: CLEAN[API] + 'void ngx_print_peeks(void)\n'
                        '{\n    ngx_print_peek();\n}\n'},
     'call', API, 'ngx_print_client_find_locked of zone/zone_client'),
    ('codec calls store',
     calling('src/codec/ngx_print_json.c', 'client_find'),
     'call', 'src/codec/ngx_print_json.c', 'ngx_print_client_find of'),
    ('hub calls a file of os that is not for it',
     calling('src/hub/ngx_print_hub.c', 'wake'),
     'call', 'src/hub/ngx_print_hub.c', 'ngx_print_wake of os/wake'),
    ('zone names hub in a table of functions',
     {CLIENT: CLEAN[CLIENT] + '\n\nvoid ngx_print_hub(void);\n'
                              '\n\nvoid (*const ngx_print_table[])(void) ='
                              ' { ngx_print_hub };\n'},
     'call', CLIENT, 'ngx_print_hub of hub/hub'),
    ('nobody defines it', calling(API, 'nothing'),
     'call', API, 'ngx_print_nothing'),

    ('store includes hub', including('src/store/ngx_print_client.c', 'hub'),
     'include', 'src/store/ngx_print_client.c', 'hub/hub'),
    ('api includes zone', including(API, 'zone'),
     'include', API, 'zone/zone'),
    ('api includes the types of zone', including(API, 'zone_types'),
     'include', API, 'zone/zone_types'),
    ('a header of store includes zone',
     including('src/store/ngx_print_client.h', 'zone'),
     'include', 'src/store/ngx_print_client.h', 'zone/zone is for .c files'),
    ('a file of a folder includes one that it may not call',
     including('src/store/ngx_print_queue.c', 'client'),
     'include', 'src/store/ngx_print_queue.c', 'store/client'),
    ('the test application includes zone',
     including('t/app/app.c', 'zone_client'),
     'include', 't/app/app.c', 'zone/zone_client'),

    ('two files call each other',
     {**calling('src/zone/ngx_print_zone_block.c', 'queue_take_locked')},
     'circle', 'src/zone/ngx_print_zone_block.c', 'ngx_print_zone_queue.c'),
    ('two files of the unit tests call each other',
     {'t/unit/unit.c': 'int main(void);\nvoid unit(void)\n'
                       '{\n    main();\n}\n'},
     'circle', 't/unit/store/job.c', 'unit.c uses main of job.c'),
    ('two files of the benchmark call each other',
     {'bench/load_send.c': 'void load_end(void);\nvoid load_send(void)\n'
                           '{\n    load_end();\n}\n',
      'bench/load.c': CLEAN['bench/load.c'] + 'void load_end(void)\n{\n}\n'},
     'circle', 'bench/load.c', 'load_send.c uses load_end of load.c'),
    ('two headers include each other',
     {**including('src/zone/ngx_print_zone.h', 'zone_types'),
      **including('src/zone/ngx_print_zone_types.h', 'zone')},
     'circle', 'src/zone/ngx_print_zone.h', 'ngx_print_zone_types.h'),

    ('a file in no table',
     {'src/zone/ngx_print_zone_new.c': source('', {'new': ''})},
     'table', 'src/zone/ngx_print_zone_new.c', 'zone/zone_new'),
    ('a header in no table',
     {'src/store/ngx_print_new.h': header('new')},
     'table', 'src/store/ngx_print_new.h', 'store/new'),
    ('a file in a folder of a folder',
     {'src/zone/more/ngx_print_wake.h': header('wake')},
     'table', 'src/zone/more/ngx_print_wake.h', 'neither'),
    ('two files of one name',
     {'src/codec/ngx_print_wake.h': header('wake', 'wake')},
     'table', 'src/os/ngx_print_wake.h', 'another folder'),
    ('a name of the tables without a file',
     {'src/codec/ngx_print_json.h': None, 'src/codec/ngx_print_json.c': None},
     'table', 'tools/layers.py', 'codec/json'),
    ('the lock has another name',
     {path: text.replace('store_lock', 'store_enter')
      for path, text in CLEAN.items() if 'store_lock' in text},
     'table', 'tools/layers.py', 'ngx_print_store_lock'),

    ('a symbol of two files',
     {'src/codec/ngx_print_json.c': source('json', {'json': '', 'wake': ''})},
     'object', 'src/os/ngx_print_wake.c', 'ngx_print_wake'),
    ('a file of a program that does not compile',
     {'t/unit/unit.c': 'void unit(void)\n{\n    x;\n}\n'},
     'object', 't/unit/unit.c', 'does not compile'),
    ('a function in a header',
     {'src/os/ngx_print_wake.h': header(
         'wake', 'wake', before='static inline void\nngx_print_waked(void)\n'
                                '{\n}\n')},
     'body', 'src/os/ngx_print_wake.h', 'ngx_print_waked'),
]


def restricted(names):
    """the tables of tools/layers.py for some files alone: "folder/file\""""

    files = {}

    for folder, table in layers.FILES.items():
        reached = calls.closure(table)
        ours = {name for name in table if f'{folder}/{name}' in names}
        if ours:
            files[folder] = {name: ' '.join(sorted(reached[name] & ours))
                             for name in ours}

    def known(name):
        folder, _, file = name.partition('/')
        return folder in files and (not file or file in files[folder])

    copy = types.SimpleNamespace(**{name: value for name, value
                                    in vars(layers).items()
                                    if name.isupper()})
    copy.FILES = files
    copy.USES = {name: ' '.join(u for u in text.split() if known(u))
                 for name, text in layers.USES.items() if known(name)}

    return copy


class Scratch:
    """a folder with a small tree, and what nginx would build of it"""

    def __init__(self, folder):
        self.files = {}
        self.build = os.path.join(folder, 'build')
        os.chdir(folder)

    def object(self, path):
        return os.path.join(self.build, 'addon',
                            os.path.basename(os.path.dirname(path)),
                            os.path.basename(path)[:-1] + 'o')

    def write(self, files):
        """makes these the files of the tree"""

        changed = {path for path in {**self.files, **files}
                   if self.files.get(path) != files.get(path)}
        self.files = dict(files)

        for path in changed:
            if path not in files:
                os.remove(path)
                continue

            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='utf-8') as stream:
                stream.write(files[path])

        ours = [path for path in files if path.startswith('src/')]
        folders = {os.path.dirname(path) for path in ours}

        for path in ours:
            if path.endswith('.c'):
                if path in changed and os.path.exists(self.object(path)):
                    os.remove(self.object(path))

                said = calls.compile_one(path, self.object(path),
                                         [f'-I{f}' for f in folders])
                if said:
                    raise RuntimeError(said)

    def check(self, tables):
        hits = []
        sources = {path: Source(path, text)
                   for path, text in self.files.items()
                   if path.startswith('src/')}
        config = ' '.join(os.path.basename(path) for path in sources)

        calls.check(sources, {**self.files, 'config': config}, self.build,
                    lambda *hit: hits.append(hit), tables)

        return hits


def run_faults(scratch, tables, verdict):
    for what, files, rule, path, text in FAULTS:
        scratch.write({name: content for name, content
                       in {**CLEAN, **files}.items() if content is not None})
        hits = scratch.check(tables)
        verdict(any(hit[0] == path and hit[2] == rule and text in hit[3]
                    for hit in hits), f'{what}: {hits}')

    untested = set(calls.RULES) - {rule for _, _, rule, *_ in FAULTS}
    verdict(not untested, f'rules without a test: {untested}')


def run_objects(scratch, tables, verdict):
    """what is wrong with the build, not with the files"""

    wake = 'src/os/ngx_print_wake.c'
    old = 'src/hub/ngx_print_old.c'

    scratch.write({**CLEAN, old: source('', {'old': ''})})
    scratch.write(CLEAN)
    hits = scratch.check(tables)
    verdict(os.path.exists(scratch.object(old)) and not hits,
            f'the object of a file that is gone: {hits}')

    time = os.path.getmtime(scratch.object(wake))
    os.utime(wake, (time + 1, time + 1))
    hits = scratch.check(tables)
    verdict([hit[0::2] for hit in hits] == [(wake, 'object')],
            f'an object that is older than its source: {hits}')

    os.remove(scratch.object(wake))
    hits = scratch.check(tables)
    verdict([hit[0::2] for hit in hits] == [(wake, 'object')],
            f'an object that is missing: {hits}')


def run_tables(verdict):
    """the tables of tools/layers.py, and tables with a mistake"""

    def check(uses=(), files=()):
        copy = types.SimpleNamespace(**vars(layers))
        copy.USES = {**layers.USES, **dict(uses)}
        copy.FILES = {**layers.FILES, **dict(files)}
        sources = [f'src/{folder}/ngx_print_{name}.c'
                   for folder, table in layers.FILES.items() for name in table
                   if folder != name]
        sources += [f'src/ngx_print_{name}.c' for name in layers.FILES
                    if name in layers.FILES[name]]
        hits = []

        calls.check_tables(sources, calls.Tables(copy),
                           lambda *hit: hits.append(hit))
        return {(hit[2], hit[3]) for hit in hits}

    hits = {hit for hit in check() if 'no source' not in hit[1]}
    verdict(not hits, f'tools/layers.py: {hits}')

    for what, hits, expected in [
            ('folders in a circle', check(uses={'codec': 'store'}),
             ('circle', 'codec store zone')),
            ('files in a circle',
             check(files={'hub': {'hub': 'feed', 'feed': 'hub'}}),
             ('circle', 'hub: feed hub')),
            ('an unknown name', check(uses={'hub': 'sock'}),
             ('table', 'sock of USES is not in FILES')),
            ('an unknown file', check(files={'http': {'http': 'htp'}}),
             ('table', 'http/htp is not in FILES')),
            ('an unknown folder', check(files={'bus': {'bus': ''}}),
             ('table', 'bus is not in USES'))]:
        verdict(expected in hits, f'{what}: {hits}')


def run(verdict):
    here = os.getcwd()
    folder = tempfile.mkdtemp(prefix='print-style-')
    names = {'/'.join(calls.place(path)) for path in CLEAN
             if calls.place(path)}

    try:
        scratch = Scratch(folder)
        tables = restricted(names)

        scratch.write(CLEAN)
        hits = scratch.check(tables)
        verdict(not hits, f'files without a fault are reported: {hits}')

        run_faults(scratch, tables, verdict)
        run_objects(scratch, tables, verdict)
        run_tables(verdict)
    finally:
        os.chdir(here)
        shutil.rmtree(folder)
