#
# Copyright (C) the print hub contributors

"""Checks who uses whom, by the tables of tools/layers.py.

Includes are read from the sources.  Calls are read from the objects that nginx
builds: what an object leaves undefined is defined by another one, and the table
says whether that is allowed.  So a function whose address is taken counts like
one that is called, and what a macro calls counts for the file that uses it.
The unit tests, the test applications and the programs of the benchmark have no
layers; their files are compiled for this check alone, and must not call each
other in a circle.
"""

import collections
import concurrent.futures
import os
import re
import shlex
import statistics
import subprocess

import layers

RULES = {
    'include':    'a file includes what the tables of tools/layers.py allow',
    'call':       'a file calls what these tables allow',
    'circle':     'no files use each other in a circle',
    'table':      'each source is in the tables, and each name there is one',
    'object':     'each object is newer than its source, and defines symbols'
                  ' that no other one defines',
    'body':       'a header has no function bodies',
}

# programs without layers: the folder, and whether it uses nginx
PROGRAMS = {'t/unit': True, 't/app': True, 'bench': False}

NGX_FOLDERS = ('core', 'event', 'event/modules', 'os/unix', 'http',
               'http/modules')


# the tables

def place(path):
    """(folder, file) of the tables, or None if it is no file of the module"""

    found = re.match(r'(?:src/(?:(\w+)/)?)?ngx_print(?:_(\w+))?\.[ch]$', path)
    if not found:
        return None

    name = found.group(2) or 'print'
    return found.group(1) or name, name


def closure(table):
    """{name: all that it reaches} of {name: 'NAMES'}"""

    reached = {}

    def visit(name):
        if name not in reached:
            reached[name] = set()
            for other in table.get(name, '').split():
                reached[name] |= {other} | visit(other)
        return reached[name]

    for name in table:
        visit(name)

    return reached


def circles(graph):
    """lists of names that reach each other, of {name: names}"""

    index, low, stack, found = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)

        for other in sorted(graph.get(name, ())):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])

        if low[name] == index[name]:
            members = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(members) > 1 or name in graph.get(name, ()):
                found.append(sorted(members))

    for name in sorted(graph):
        if name not in index:
            visit(name)

    return found


class Tables:
    """the tables of tools/layers.py, or smaller ones of a test"""

    def __init__(self, tables=layers):
        self.uses = {name: text.split() for name, text in tables.USES.items()}
        self.files = tables.FILES
        self.shared = {f: t.split() for f, t in tables.SHARED.items()}
        self.everywhere = tables.EVERYWHERE.split()
        self.private = {f: t.split() for f, t in tables.PRIVATE.items()}
        self.never = {f: t.split() for f, t in tables.NEVER.items()}
        self.exempt = tables.EXEMPT.split()
        self.reached = {f: closure(t) for f, t in tables.FILES.items()}

    def known(self, where):
        return where[1] in self.files.get(where[0], ())

    def may(self, here, there):
        """whether the file `here` may call `there`: both (folder, file)"""

        folder, name = here

        if folder == there[0]:
            return name == there[1] or there[1] in self.reached[folder][name]

        allowed = self.uses.get(folder, []) \
            + self.uses.get(f'{folder}/{name}', [])

        return there[0] in allowed or '/'.join(there) in allowed

    def may_include(self, here, there):
        return self.may(here, there) or there[1] in self.everywhere \
            or here[0] == there[0] \
            and there[1] in self.shared.get(here[0], ())


def check_tables(sources, tables, report):
    """reports mistakes of the tables, and files that are in no table"""

    table = 'tools/layers.py'
    present = {place(path) for path in sources}

    names = collections.Counter(os.path.basename(path) for path in sources)

    for path in sources:
        where = place(path)
        if names[os.path.basename(path)] > 1:
            report(path, 1, 'table', 'another folder has a file of this name')
        if where is None:
            report(path, 1, 'table', 'neither src/ngx_print_NAME nor'
                                     ' src/FOLDER/ngx_print_NAME')
        elif not tables.known(where):
            report(path, 1, 'table', f'{"/".join(where)} is in no table')

    for folder, files in tables.files.items():
        if folder not in tables.uses:
            report(table, 1, 'table', f'{folder} is not in USES')

        for name in files:
            if (folder, name) not in present:
                report(table, 1, 'table', f'no source of {folder}/{name}')

        for name in set(' '.join(files.values()).split()) - set(files):
            report(table, 1, 'table', f'{folder}/{name} is not in FILES')

        for circle in circles({n: t.split() for n, t in files.items()}):
            report(table, 1, 'circle', f'{folder}: {" ".join(circle)}')

    names = set(tables.files) | {f'{folder}/{name}'
                                 for folder, files in tables.files.items()
                                 for name in files}

    for name in sorted(set(sum(tables.uses.values(), list(tables.uses)))):
        if name not in names:
            report(table, 1, 'table', f'{name} of USES is not in FILES')

    graph = collections.defaultdict(set)
    for name, used in tables.uses.items():
        graph[name.split('/')[0]] |= {u.split('/')[0] for u in used}

    for circle in circles(graph):
        report(table, 1, 'circle', ' '.join(circle))


# includes

def includes(sources):
    """[(path, line, included path)] of the module's own headers"""

    paths = {os.path.basename(path): path for path in sources}

    return [(path, i + 1, paths[found.group(1)])
            for path, src in sources.items()
            for i, line in enumerate(src.lines)
            for found in [re.match(r'#include "(.*)"', line)]
            if found and found.group(1) in paths]


def check_includes(sources, tables, report):
    graph = collections.defaultdict(set)

    for path, line, header in includes(sources):
        here, there = place(path), place(header)
        graph[path].add(header)

        if not tables.known(here) or not tables.known(there):
            continue

        own = {name for name, _ in sources[header].prototypes}

        if not tables.may_include(here, there) \
                and not (here[0] == there[0]
                         and own & {f.name for f in sources[path].functions}):
            report(path, line, 'include', f'{"/".join(here)} may not use'
                                          f' {"/".join(there)}')

        elif path.endswith('.h') and here[0] != there[0] \
                and there[1] not in tables.private.get(there[0], [there[1]]):
            report(path, line, 'include', f'{"/".join(there)} is for .c files')

    for circle in circles(graph):
        report(circle[0], 1, 'circle', 'headers that include each other: '
               + ' '.join(os.path.basename(path) for path in circle))


def check_outside(files, tables, report):
    """private headers in files that are not the module's"""

    names = {f'ngx_print{"" if n == "print" else "_" + n}.h': f'{folder}/{n}'
             for folder in tables.private for n in tables.files[folder]}

    for path, text in files.items():
        if place(path) or path.startswith('t/unit/') \
                or not path.endswith(('.c', '.h')):
            continue

        for i, line in enumerate(text.split('\n')):
            found = re.match(r'#include "(.*)"', line)
            if found and found.group(1) in names:
                report(path, i + 1, 'include',
                       f'{names[found.group(1)]} is private')


def check_bodies(sources, report):
    for path, src in sources.items():
        if path.endswith('.h'):
            for function in src.functions:
                report(path, function.start + 1, 'body', f'{function.name}()')


# objects

def symbols(objects):
    """{path: [(symbol, its kind)]} of {path: object}, as nm tells them"""

    found = {path: [] for path in objects}

    if objects:
        paths = {obj: path for path, obj in objects.items()}
        nm = subprocess.run(['nm', '-APg', *paths], stdout=subprocess.PIPE,
                            check=True)

        for line in nm.stdout.decode().splitlines():
            obj, name, kind = line.split()[:3]
            found[paths[obj[:-1]]].append((name, kind))

    return found


def split(found, without=''):
    """({path: undefined}, {path: defined}) of what symbols() found"""

    return tuple({path: {name for name, kind in names
                         if (kind in 'Uvw') == undefined
                         and kind not in without}
                  for path, names in found.items()}
                 for undefined in (True, False))


def built(sources, config, build, report):
    """{path: object} of the sources that `config` names"""

    objects = {}

    for path in sources:
        name = os.path.basename(path)

        if not name.endswith('.c') \
                or not re.search(r'(?<!\w)' + re.escape(name), config):
            continue

        folder = os.path.basename(os.path.dirname(os.path.abspath(path)))
        obj = os.path.join(build, 'addon', folder, name[:-1] + 'o')

        if not os.path.exists(obj):
            report(path, 1, 'object', f'no {obj}: run make')
        elif os.path.getmtime(obj) < os.path.getmtime(path):
            report(path, 1, 'object', f'{obj} is older: run make')
        else:
            objects[path] = obj

    return objects


def definers(defined, report):
    """{symbol: path}; reports what has two"""

    found = {}

    for path in sorted(defined):
        for name in sorted(defined[path]):
            if name in found:
                report(path, 1, 'object', f'{name} is defined by {found[name]}'
                                          ' too')
            found[name] = path

    return found


def line_of(src, name):
    """where a file names a symbol first, behind its declarations"""

    pattern = re.compile(r'(?<!\w)' + name + r'(?!\w)')
    declared = {i for n, i in src.prototypes if n == name}

    for i, code in enumerate(src.code):
        if pattern.search(code) and i not in declared:
            return i + 1

    return 1


def references(undefined, definer, tables):
    """[(path, symbol, path that defines it, or None)]"""

    return [(path, name, definer.get(name))
            for path in sorted(undefined) for name in sorted(undefined[path])
            if name.startswith('ngx_print_') and name not in tables.exempt]


def shortest(graph, start, members):
    """the shortest way from `start` back to it, as names"""

    ways = [[start]]

    for way in ways:
        for other in sorted(graph[way[-1]] & set(members)):
            if other == start:
                return way + [start]
            if all(other != seen[-1] for seen in ways):
                ways.append(way + [other])

    return [start]


def report_circles(used, report):
    """used: [(path, symbol, path)]"""

    graph = collections.defaultdict(set)
    symbol = {}

    for path, name, other in used:
        graph[path].add(other)
        symbol.setdefault((path, other), name)

    for members in circles(graph):
        way = shortest(graph, members[0], members)
        report(way[0], 1, 'circle', f'{len(members)} files: ' + ', '.join(
            f'{os.path.basename(a)} uses {symbol[a, b]} of'
            f' {os.path.basename(b)}' for a, b in zip(way, way[1:])))


def check_objects(sources, found, tables, report):
    """found: what symbols() says of the objects of the sources"""

    undefined, defined = split(found)
    definer = definers(defined, report)
    used = references(undefined, definer, tables)
    complete = len(undefined) == sum(path.endswith('.c') for path in sources)

    for path, name, other in used:
        here = place(path)
        line = line_of(sources[path], name)

        if name in tables.never.get(here[0], ()):
            report(path, line, 'call', f'no file of {here[0]}/ uses {name}')

        elif other is None:
            if complete:
                report(path, line, 'call', f'nobody defines {name}')

        elif tables.known(here) and tables.known(place(other)) \
                and not tables.may(here, place(other)):
            report(path, line, 'call', f'{"/".join(here)} may not use {name}'
                                       f' of {"/".join(place(other))}')

    report_circles([u for u in used if u[2]], report)

    for folder, names in tables.never.items():
        for name in names:
            if complete and name not in definer:
                report('tools/layers.py', 1, 'table',
                       f'nobody defines {name}, which {folder}/ never uses')


# programs

def fresh(obj):
    """whether an object is newer than all that it was compiled from"""

    try:
        with open(obj[:-1] + 'd', encoding='utf-8') as stream:
            text = stream.read().replace('\\\n', ' ')
        made = os.path.getmtime(obj)
        return all(os.path.getmtime(path) <= made
                   for path in text.split(':', 1)[1].split())
    except (OSError, IndexError):
        return False


def compile_one(path, obj, flags):
    if fresh(obj):
        return None

    os.makedirs(os.path.dirname(obj), exist_ok=True)
    command = [*shlex.split(os.environ.get('CC') or 'cc'), '-std=gnu99', '-w',
               '-O0', '-MMD', *flags, '-c', '-o', obj, path]
    made = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)

    return made.stdout.decode() if made.returncode else None


def compile_programs(files, folder, build, report):
    """{path: object} of the files of a folder, made for the check alone"""

    paths = [path for path in files if path.startswith(folder + '/')
             and path.endswith(('.c', '.h'))]
    folders = sorted({os.path.dirname(p) for p in paths})
    flags = [f'-I{f}' for f in folders]

    if PROGRAMS[folder]:
        top = os.environ.get('NGX_SRC', '/usr/share/nginx/src')
        flags += [f'-I{f.path}' for f in os.scandir('src') if f.is_dir()]
        flags += ['-Isrc', f'-I{build}']
        flags += [f'-I{top}/src/{f}' for f in NGX_FOLDERS]

    objects = {path: os.path.join(build, 'style', path[:-1] + 'o')
               for path in paths if path.endswith('.c')}

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = pool.map(lambda p: compile_one(p, objects[p], flags), objects)

        for path, message in list(zip(objects, said)):
            if message is not None:
                first = ([line for line in message.split('\n')
                          if 'error' in line] + [message])[0]
                report(path, 1, 'object', f'does not compile: {first}')
                del objects[path]

    return objects


def check_programs(found, report):
    """found: what symbols() says of the objects of a folder.  Functions of
    different programs may have the same name.  Variables without a value do not
    count: nothing is called through them that was not put there when the
    program ran."""

    undefined, defined = split(found, 'BC')

    report_circles([(path, name, other)
                    for path, names in undefined.items()
                    for name in sorted(names)
                    for other in sorted(defined) if name in defined[other]],
                   report)


def check(sources, files, build, report, tables=layers):
    """sources: {path: Source} of the module, files: {path: text} of all"""

    tables = Tables(tables)
    ours = {path: src for path, src in sources.items() if place(path)}

    check_tables(sources, tables, report)
    check_includes(ours, tables, report)
    check_outside(files, tables, report)
    check_bodies(sources, report)

    objects = built(ours, files.get('config', ''), build, report)
    programs = {folder: compile_programs(files, folder, build, report)
                for folder in PROGRAMS}

    for more in programs.values():
        objects.update(more)

    found = symbols(objects)
    check_objects(ours, {path: found[path] for path in found if path in ours},
                  tables, report)

    for more in programs.values():
        check_programs({path: found[path] for path in more}, report)


# figures

def figures(sources, files, build):
    """lines of text: how large the module is, and who uses whom"""

    hits = []
    functions = [f.end - f.brace - 1
                 for src in sources.values() for f in src.functions]
    headers = [(len(src.lines), path) for path, src in sources.items()
               if path.endswith('.h')]
    count = sum(path.endswith('.c') for path in sources)

    tables = Tables()
    ours = {path: src for path, src in sources.items() if place(path)}

    undefined, defined = split(symbols(built(
        ours, files.get('config', ''), build, lambda *hit: None)))
    used = [u for u in references(undefined, definers(
        defined, lambda *hit: None), tables) if u[2]]
    pairs = {(place(a), place(b)) for a, _, b in used + includes(ours)
             if place(a) != place(b)}

    check(sources, files, build, lambda *hit: hits.append(hit))
    rules = collections.Counter(rule for _, _, rule, _ in hits)

    yield f'{count} .c files and {len(headers)} headers in src/'
    yield (f'{len(functions)} functions, median'
           f' {statistics.median(functions):.0f} lines, longest'
           f' {max(functions)}')
    yield 'longest header: {1}, {0} lines'.format(*max(headers))
    yield (f'{len(pairs)} pairs of files, one of which uses the other;'
           f' {len({(a[0], b[0]) for a, b in pairs if a[0] != b[0]})} pairs of'
           ' folders')
    yield ', '.join(f'{rule}: {rules[rule]}' for rule in RULES)

    for path, _, rule, message in sorted(hits):
        if rule == 'circle':
            yield f'{path}: {message}'
