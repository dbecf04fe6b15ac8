#!/usr/bin/env python3
"""Runs gcc -fanalyzer, cppcheck and clang-tidy over the module.

usage: tools/lint.py [FILE...]      all sources by default

A finding is mended, or answered where it is: a comment with "lint NAME", the
name of the check and the reason, stands on its line or on the line above.

    /* lint core.NullDereference: a member of the list is never NULL */

Prints the findings that are left, then "N passed, N failed" of the runs.

environment: BUILD (build, where "make" has configured), NGX_SRC
"""

import concurrent.futures
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get('BUILD') or os.path.join(ROOT, 'build')
NGX_SRC = os.environ.get('NGX_SRC') or '/usr/share/nginx/src'

# What clang-tidy looks for: all of these groups but what nginx's own style
# breaks everywhere.

TIDY = ','.join([
    '-*', 'bugprone-*', 'cert-*', 'clang-analyzer-*',

    # two arguments of one type are no fault
    '-bugprone-easily-swappable-parameters',

    # _NGX_..._INCLUDED_, as in nginx
    '-bugprone-reserved-identifier', '-cert-dcl37-c', '-cert-dcl51-cpp',

    # macros that name types and members
    '-bugprone-macro-parentheses',

    # if (a = b), switch with equal branches, and int for ngx_int_t: nginx's
    # style, and gcc's -W tells of what matters
    '-bugprone-assignment-in-if-condition', '-bugprone-branch-clone',
    '-bugprone-narrowing-conversions',

    # 32 * 1024 * 1024 as a size_t: gcc tells if a constant does not fit
    '-bugprone-implicit-widening-of-multiplication-result',

    # memcpy() and its kind are what nginx has
    '-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling',
])

# gcc 12 takes what a callee sets through a pointer for uninitialized; both
# other tools look for that as well

GCC = ['-O2', '-W', '-Wall', '-Wextra', '-Wno-unused-parameter', '-fanalyzer',
       '-Wno-analyzer-use-of-uninitialized-value']

# a codec has no number that becomes smaller unseen

CODEC = ['-Wconversion', '-Wno-sign-conversion']

FINDING = re.compile(r'^(\S+?):(\d+):(?:\d+:)? (?:warning|error|performance'
                     r'|portability): (.*?) \[([^\]]+)\]$')


def includes():
    folders = [os.path.join(ROOT, 'src')]

    folders += sorted(entry.path for entry in os.scandir(folders[0])
                      if entry.is_dir())
    folders += [os.path.join(NGX_SRC, 'src', name) for name in (
        'core', 'event', 'event/modules', 'os/unix', 'http', 'http/modules')]

    return ['-I' + folder for folder in folders + [BUILD]]


def sources():
    found = [os.path.join(ROOT, 'ngx_print_module.c')]

    for folder, _, names in sorted(os.walk(os.path.join(ROOT, 'src'))):
        found += [os.path.join(folder, name) for name in sorted(names)
                  if name.endswith('.c')]

    return found


def commands(path):
    inc = includes()
    codec = os.path.basename(os.path.dirname(path)) == 'codec'

    return [
        ['gcc', *GCC, *(CODEC if codec else []), *inc, '-c', '-o', '/dev/null', path],

        ['clang-tidy', '--quiet', '--checks=' + TIDY, path, '--',
         '-D_GNU_SOURCE', *inc],
    ]


def cppcheck(paths):
    """One run over all files, with what "make" has configured.

    Without -D it would read each file a dozen times, for other systems.
    """

    return ['cppcheck', '--quiet', '--std=c99', '-j', str(os.cpu_count()),
            '-D__linux__', '-D_GNU_SOURCE',
            '--enable=warning,performance,portability',
            '--template={file}:{line}:{column}: {severity}: {message} [{id}]',
            '--template-location=', '--suppress=*:' + NGX_SRC + '/*',
            *includes(), *paths]


def answered(path, line, name):
    """Whether the line, or the comment above it, answers the check."""

    with open(path, encoding='utf-8') as file:
        lines = file.read().split('\n')

    at = line - 1
    said = [lines[at]]

    # the comment that ends on the line above

    if at and lines[at - 1].rstrip().endswith('*/'):
        at -= 1

        while at > 0 and '/*' not in lines[at]:
            at -= 1

        said += lines[at:line - 1]

    text = ' '.join(said)

    return re.search(r'lint ' + re.escape(name) + r'\b', text) is not None


def findings(command):
    """Yields (path, line, text, check) of what a tool says and nobody answers.

    gcc may find something in a function of a header of nginx that it has put
    into ours: it is shown with our file, and can only be mended.
    """

    run = subprocess.run(command, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    seen = set()
    found = False

    for line in run.stdout.split('\n'):
        match = FINDING.match(line)

        if not match:
            continue

        found = True
        where, number, text, check = match.groups()
        where = os.path.relpath(os.path.join(ROOT, where), ROOT)
        check = check.split(',')[0]
        name = re.sub(r'^clang-analyzer-|^-W', '', check)
        key = (where, number, name)

        if key in seen:
            continue

        seen.add(key)

        if where.startswith('..') or not answered(os.path.join(ROOT, where),
                                                  int(number), name):
            yield where, number, text, name

    if run.returncode and not found:
        yield command[0], 0, run.stdout.strip(), 'failed'


def check(command):
    return [f'{where}:{number}: {text} [{name}]'
            for where, number, text, name in findings(command)]


def main():
    paths = [os.path.abspath(name) for name in sys.argv[1:]] or sources()
    runs = [('all files', cppcheck(paths))]
    runs += [(os.path.relpath(path, ROOT), command)
             for path in paths for command in commands(path)]
    failed = 0

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(check, (command for _, command in runs))

        for (name, command), left in zip(runs, results):
            for line in left:
                print(f'{command[0]}, {name}: {line}', flush=True)

            failed += bool(left)

    print(f'{len(runs) - failed} passed, {failed} failed')

    return 1 if failed else 0


sys.exit(main())
