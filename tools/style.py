#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""Checks the style of this project's files.

usage: tools/style.py [-w] [FILE...]    the whole tree, or some files of it
       tools/style.py --rules           what the rules are
       tools/style.py --figures         sizes, and who uses whom

C code of the module is checked for all rules, that of tests and benchmarks for
layout, any other text for spaces, line ends and length.  The whole tree is also
checked for who includes and calls whom: by tools/calls.py, with the tables of
tools/layers.py.  That needs the objects of a build in $BUILD; "make style" has
them made.  -w shows warnings too.  Ends with "N passed, N failed", of files;
the exit code is 1 if any failed.
"""

import collections
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import calls
import layers
from c_source import Source, indent


FORBIDDEN = set('''
    strlen strcpy strncpy strcat strncat strstr strchr strrchr strcmp strncmp
    strcasecmp strncasecmp strdup strtol strtoul atoi atol memcpy memmove
    memset memcmp malloc calloc realloc free printf fprintf sprintf snprintf
    vsnprintf puts assert abort exit sleep usleep time gettimeofday rand
    random signal
'''.split())

# where there is no way around one: ngx_sprintf() cannot print a double as "%g"
ALLOWED = {
    'json':          'snprintf',
}

COLUMNS = 80
FUNCTION_WARN, FUNCTION_MAX = 60, 100
FILE_MAX = 900
README_MAX = 300
SOURCES = ('.c', '.h', '.js', '.mjs', '.t', '.pm', '.sh', '.py')

# FILE_MAX does not hold for tables that a program writes: nobody reads them
# from the beginning to the end
GENERATED = r't/unit/codec/vectors/[\w-]+\.h$'

NESTING_MAX = 4
PARAMETERS_MAX = 6
NAME_MAX = 36
ENDIF_FAR = 40

RULES = {
    # any text
    'space':      'no space at the end of a line',
    'tab':        'no tabs, but in makefiles',
    'eol':        'LF, and one at the end of the file, which has no empty line',
    'lock':       'the lock file names no registry',
    'length':     f'functions of up to {FUNCTION_MAX} lines, source files of up'
                  f' to {FILE_MAX}, a README of up to {README_MAX}',

    # layout of C
    'columns':    f'lines of up to {COLUMNS} columns',
    'head':       'an empty line and the copyright first',
    'blank':      'two empty lines between top-level blocks, never three',
    'comment':    'comments are /* */, of several lines with " * " lines',
    'function':   'the name of a function and its { start lines of their own',
    'signature':  'signatures go on with an indent of 4',
    'declare':    'declarations first, then an empty line',
    'align':      'names of a block of declarations are aligned',
    'keyword':    'one space after if, for, while, switch; none after a name',
    'braces':     'braces always; on a line of their own after a condition of'
                  ' several lines',
    'else':       'an empty line before "} else"',
    'forever':    'for ( ;; )',
    'case':       'case lines up with switch, after an empty line; default is'
                  ' last',
    'label':      'labels at column 0 with empty lines around',
    'operator':   'spaces around operators, which start the lines of a wrapped'
                  ' condition',
    'paren':      'no space inside of parentheses',
    'comma':      'a space after a comma',
    'yoda':       'the constant is on the right',
    'cast':       '(type *) p',
    'hex':        'hexadecimal numbers are lower case',
    'inline':     'ngx_inline',
    'macro':      'two spaces before the value of a macro, #if (X)',

    # the module
    'nesting':    f'up to {NESTING_MAX} levels in a function',
    'forbidden':  "nginx's functions in place of the C library's",
    'prefix':     'names start with ngx_print_ or NGX_PRINT_',
    'suffix':     'types end with _t, _pt or _e, tags with _s',
    'static':     'a function is static or declared in a header',
    'order':      'the prototypes of a header are in the order of the'
                  ' definitions',
    'guard':      'a header is guarded by _NGX_PRINT_X_H_INCLUDED_',
    'log':        f'log messages start with "{layers.LOG_PREFIX}" and an area',
    'locked':     f'functions of {layers.LOCKED_STATIC}/ that end in _locked'
                  ' are static',
    'config':     'config names every source and header',

    # warnings
    'long':       f'functions of up to {FUNCTION_WARN} lines',
    'gap':        'two spaces after the longest type of the declarations, and'
                  ' one for each *',
    'forward':    'static prototypes are in the order of the definitions',
    'sort':       'declarations are sorted by the length of the type',
    'parameters': f'up to {PARAMETERS_MAX} parameters',
    'name':       f'names of up to {NAME_MAX} characters',

    **calls.RULES,
}

WARNINGS = {'long', 'gap', 'forward', 'sort', 'parameters', 'name'}

# the messages of some folders need no area
LOG_START = {
    True: re.compile(layers.LOG_PREFIX),
    False: re.compile(f'{layers.LOG_PREFIX}'
                      f'({"|".join(layers.LOG_AREAS.split())})(: | \\\\)'),
}

CONTROL = re.compile(r'\s*(?:\} )?(?:else )?(if|for|while|switch)\b')
DECLARATION = re.compile(
    r'(?P<indent> +)'
    r'(?P<type>(?:(?:const|unsigned|signed|volatile|static|struct|enum|union)'
    r' )*[A-Za-z_]\w*(?: (?:int|long|char|short))*)'
    r'(?P<gap> +)(?P<stars>\**)'
    r'(?P<name>\w+|\(\*\w+\)\(.*\))(?P<array>(?:\[[^\]]*\])*(?::\d+)?)'
    r'(?:, *\**\w+(?:\[[^\]]*\])*)*,?(?P<value> =.*)?(?:;|(?<==)|(?<=[,(|+]))'
    r'\s*$')
NO_TYPE = {'return', 'goto', 'else', 'case', 'break', 'continue', 'typedef',
           'extern', 'default', 'sizeof'}


# any text

def check_text(path, text, report):
    lines = text.split('\n')

    if text and not text.endswith('\n'):
        report(len(lines), 'eol', 'no newline at the end of the file')
    elif text.endswith('\n\n'):
        report(len(lines) - 1, 'eol', 'an empty line at the end of the file')

    name = os.path.basename(path)
    most = 0

    if re.match(r'README(\.[\w-]+)?\.md$', path):
        most = README_MAX
    elif name.endswith(SOURCES) and not re.match(GENERATED, path):
        most = FILE_MAX

    if most and len(lines) - 1 > most:
        report(len(lines) - 1, 'length', f'{len(lines) - 1} lines, up to'
                                         f' {most} are allowed')

    tabs = name in ('Makefile', 'GNUmakefile', 'rules', '.gitmodules') \
        or name.endswith('.mk')

    for i, line in enumerate(lines):
        if line.endswith('\r'):
            report(i + 1, 'eol', 'CR at the end of the line')
        elif line != line.rstrip():
            report(i + 1, 'space', 'space at the end of the line')

        if '\t' in line and not tabs:
            report(i + 1, 'tab', 'tab')

        if name == 'package-lock.json' and '"resolved"' in line:
            report(i + 1, 'lock', 'says where a package was found')


# layout of C

def check_lines(src, report):
    blanks = 0

    for i, line in enumerate(src.lines):
        code = src.code[i]

        if len(line) > COLUMNS:
            report(i + 1, 'columns', f'{len(line)} columns')

        if re.search(r'//', code):
            report(i + 1, 'comment', '"//"')

        if line.strip() == '':
            blanks += 1
            continue

        before = i - blanks - 1

        if blanks > 2:
            report(i + 1, 'blank', f'{blanks} empty lines')

        elif (before >= 0 and re.match(r'\}(?: ?\w+)?;?$', src.code[before])
              and blanks != 2 and not line.startswith('#')):
            report(i + 1, 'blank', f'{blanks} empty lines after a top-level'
                                   ' block')

        blanks = 0

    if src.lines[:4] != ['', '/*',
                         ' * Copyright (C) the print hub contributors', ' */']:
        report(1, 'head', 'no copyright')


def check_comments(src, report):
    for i, line in enumerate(src.lines):
        text = line.strip()

        if src.inside[i]:
            continue

        if not text.startswith('/*') or '*/' in text:
            continue

        if text != '/*':
            report(i + 1, 'comment', 'text in the first line of a block')
            continue

        for j in range(i + 1, len(src.lines)):
            if not re.match(' ' * indent(line) + r' \*( |/?$)', src.lines[j]):
                report(j + 1, 'comment', 'no " * "')
            if '*/' in src.lines[j]:
                break


def check_directives(src, report):
    opened = []

    for i, line in enumerate(src.lines):
        if src.inside[i] or not line.startswith('#'):
            continue

        macro = re.match(r'#define (\w+(?:\([^)]*\))?)( +)([^ \\])', line)
        if macro and len(macro.group(2)) < 2:
            report(i + 1, 'macro', 'less than two spaces before the value')

        if re.match(r'#if\b(?! !?\()', line):
            report(i + 1, 'macro', 'no parentheses after #if')

        if line.startswith('#if'):
            opened.append(i)

        elif line.startswith('#endif') and opened:
            start = opened.pop()
            if i - start > ENDIF_FAR and '/*' not in line:
                report(i + 1, 'macro', f'#endif of line {start + 1} without a'
                                       ' comment')


def check_expressions(src, report):
    for i, code in enumerate(src.code):
        if src.directive(i) or not code:
            continue

        if re.search(r'\b(if|for|while|switch|return)\(', code):
            report(i + 1, 'keyword', 'no space after the keyword')

        if re.search(r'(?<![\w#])(?!(?:if|for|while|switch|return|case|sizeof'
                     r'|else|void|int|char|unsigned|goto|\w+_t|\w+_s|u_char'
                     r'|u_short|long|struct|double)\b)[a-z_]\w* \((?!\*)',
                     code):
            report(i + 1, 'keyword', 'space between a name and its (')

        if re.search(r'\b(?:for \(;;\)|while \(1\))', code):
            report(i + 1, 'forever', 'use for ( ;; )')

        if re.search(r',[^\s\\)}]', code):
            report(i + 1, 'comma', 'no space after a comma')

        if re.search(r'(&&|\|\||[^-+]\+|[^-]-|[=!]=)$', code):
            report(i + 1, 'operator', 'operator at the end of the line')

        if re.search(r"[\w)\]](?:==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|\|=|&=|=)"
                     r"|(?:==|!=|<=|>=|&&|\|\||[^<>=!]=)[\w('\"]", code):
            report(i + 1, 'operator', 'no space around an operator')

        if re.search(r'\((?! ;;) |[^;] \)', code.lstrip()) \
                and '/*' not in src.lines[i]:
            report(i + 1, 'paren', 'space inside of parentheses')

        if re.search(r'(?:\(|&& |\|\| |return )(?:NULL|NGX_[A-Z_0-9]+|\d+'
                     r"|'z*') (?:==|!=) ", code):
            report(i + 1, 'yoda', 'constant on the left')

        if re.search(r'\([a-z_][\w ]*[\w]\*+\)', code):
            report(i + 1, 'cast', 'no space before *')

        if re.search(r'(?<![\w)])(?<!sizeof)\((?:const |struct )?(?:u_char|char'
                     r'|void|int|unsigned|\w+_t)(?: \*+)?\)[\w(&*!]', code):
            report(i + 1, 'cast', 'no space after a cast')

        if re.search(r'\b0[xX][0-9a-f]*[A-F]|\b0X', code):
            report(i + 1, 'hex', 'upper case')

        if re.search(r'\b(?:inline|__inline|__inline__)\b', code):
            report(i + 1, 'inline', 'use ngx_inline')


def check_braces(src, report):
    for i, code in enumerate(src.code):
        if src.directive(i) or not code:
            continue

        if re.search(r'\)\{', code):
            report(i + 1, 'braces', 'no space before {')

        if re.match(r'\s+\} else\b', code) and src.lines[i - 1].strip():
            report(i + 1, 'else', 'no empty line before "} else"')

        if re.match(r'\s+else\b', code):
            report(i + 1, 'else', '"else" on a line of its own')

        if re.search(r'\belse$', code):
            report(i + 1, 'braces', '"else" without braces')

        control = CONTROL.match(code)
        if not control or '(' not in code:
            continue

        end = src.closing(i, code.index('('))
        if end is None:
            continue

        line, column = end
        tail = src.code[line][column + 1:].strip()
        following = src.code[line + 1] if line + 1 < len(src.code) else ''

        if code.lstrip().startswith('} while'):
            continue

        if line > i and tail == '{':
            report(line + 1, 'braces', '{ at the end of a condition of several'
                                       ' lines')

        elif tail == '' and following == ' ' * indent(code) + '{':
            if line == i and len(code + ' {') < COLUMNS:
                report(i + 2, 'braces', '{ on a line of its own')

        elif not tail.startswith('{'):
            report(i + 1, 'braces', f'"{control.group(1)}" without braces')

        elif line == i and following.strip() \
                and indent(following) != indent(code) + 4 \
                and not re.match(r'\s*(\}|case\b|default:)', following) \
                and not src.directive(i + 1) and control.group(1) != 'switch':
            report(i + 2, 'braces', 'not indented by 4')


def check_switches(src, report):
    for i, code in enumerate(src.code):
        if not re.match(r'\s*switch \(', code):
            continue

        last = None

        for j in range(i + 1, len(src.code)):
            line = src.code[j]

            if line == ' ' * indent(code) + '}':
                break

            label = re.match(r'( *)(case\b.*|default):', line)
            if not label:
                continue

            inner = indent(line) > indent(code)
            if inner and any(
                    re.match(' ' * indent(line) + r'switch \(', src.code[k])
                    for k in range(i + 1, j)):
                continue

            if indent(line) != indent(code):
                report(j + 1, 'case', 'does not line up with switch')

            if last == 'default' and label.group(2) != 'default':
                report(j + 1, 'case', 'case after default')

            last = label.group(2)

            k = j - 1
            while src.lines[k].strip() and not src.code[k].strip() \
                    or src.directive(k):
                k -= 1

            if src.code[k].strip() \
                    and not re.match(r'\s*(case\b.*:|switch\b.*\{|\{)$',
                                     src.code[k]):
                report(j + 1, 'case', 'no empty line before')


def check_labels(src, report):
    for function in src.functions:
        for i in range(function.brace + 1, function.end):
            label = re.match(r'( *)(?!default:)[a-z_]\w*:$', src.code[i])
            if not label or src.code[i - 1].endswith('?'):
                continue

            if label.group(1):
                report(i + 1, 'label', 'not at column 0')

            if src.lines[i - 1].strip() or src.lines[i + 1].strip():
                report(i + 1, 'label', 'no empty line around')


def check_functions(src, report):
    for i, code in enumerate(src.code):
        if re.match(r'[a-z].*\)\s*\{$', code) \
                and not re.match(r'(if|for|while|switch|do)\b', code):
            report(i + 1, 'function', '{ is not on a line of its own')

        if code == '{':
            j = i - 1
            while j > 0 and src.code[j].startswith(' '):
                if indent(src.code[j]) != 4:
                    report(j + 1, 'signature', 'not indented by 4')
                j -= 1

            if not re.match(r'[A-Za-z_]\w*\(', src.code[j]) \
                    and not src.directive(i - 1):
                report(j + 1, 'function', 'the name does not start the line')

    for _, start in src.prototypes:
        for j in range(start + 1, len(src.code)):
            if src.code[j - 1].endswith(';'):
                break
            if indent(src.code[j]) != 4:
                report(j + 1, 'signature', 'not indented by 4')


def declaration(src, i):
    found = DECLARATION.match(src.code[i]) if not src.inside[i] else None

    if found and found.group('type').split()[0] not in NO_TYPE:
        return found

    return None


def check_block(block, local, report):
    """block: [(line, declaration)], without an empty line in between"""

    columns = [d.start('name') for _, d in block]
    common = collections.Counter(columns).most_common(1)[0][0]

    for (line, _), column in zip(block, columns):
        if column != common:
            report(line + 1, 'align', f'name at column {column + 1}, others at'
                                      f' {common + 1}')

    gap = min(len(d.group('gap')) + (len(d.group('stars')) > 1)
              for _, d in block)
    values = all(d.group('value') for _, d in block)

    if local and gap < 2 and not values and len(set(columns)) == 1:
        report(block[0][0] + 1, 'align', 'one space after the longest type')

    longest = 0

    for line, found in block:
        length = len(re.sub('^(const|static) ', '', found.group('type')))

        if local and length < longest and not found.group('value'):
            report(line + 1, 'sort', 'a shorter type after a longer one')

        longest = max(longest, length)


def check_declarations(src, report):
    for function in src.functions:
        block, first, wrapped = [], True, False
        gaps, stars = [], 0

        for i in range(function.brace + 1, function.end):
            code = src.code[i]
            found = declaration(src, i) if indent(code) == 4 else None

            if first and found:
                block.append((i, found))
                gaps.append(found.start('name') - found.end('type'))
                stars = max(stars, len(found.group('stars')))
                wrapped = not code.endswith(';')
                continue

            if wrapped:
                wrapped = not code.endswith(';')
                continue

            if block and first:
                check_block(block, True, report)

            if src.directive(i):
                first = True

            elif first and code.strip() and not re.match(
                    r'    (static|struct|enum|const|union)\b'
                    r'|    (    |\}|sw_)', code):
                if block and src.lines[i - 1].strip():
                    report(i + 1, 'declare', 'no empty line after the'
                                             ' declarations')
                first = False

            elif found and not first and code.endswith(';') \
                    and re.search(r'(_t|^int|^char|u_char|^unsigned|^long)$',
                                  found.group('type')) \
                    and not found.group('value'):
                report(i + 1, 'declare', 'declaration after a statement')

            block = []

        if gaps and min(gaps) - stars > 2:
            report(function.brace + 2, 'gap', f'{min(gaps) - stars} spaces'
                                              ' after the longest type')

    opened, block = False, []

    for i, code in enumerate(src.code):
        if re.match(r'(?:typedef )?(?:struct|union)\b.*\{$', code):
            opened = True

        elif code.startswith('}'):
            if block:
                check_block(block, False, report)
            opened, block = False, []

        elif opened:
            found = declaration(src, i) if indent(code) == 4 else None
            if found:
                block.append((i, found))


# the module

def check_sizes(src, report):
    for function in src.functions:
        lines = function.end - function.start + 1
        rule = 'length' if lines > FUNCTION_MAX else 'long'

        if lines > FUNCTION_WARN:
            report(function.start + 1, rule, f'{lines} lines')

        if function.parameters > PARAMETERS_MAX:
            report(function.start + 1, 'parameters',
                   f'{function.parameters} parameters')

        if len(function.name) > NAME_MAX:
            report(function.start + 1, 'name', function.name)

        opened = []

        for i in range(function.brace + 1, function.end):
            code = src.code[i]

            while opened and code.strip() and not src.directive(i) \
                    and indent(code) <= opened[-1] \
                    and not re.match(r'\s*(case\b|default:|\{)', code):
                opened.pop()

            if CONTROL.match(code) or re.match(r'\s*(\} else|do) \{', code):
                opened.append(indent(code))
                if len(opened) > NESTING_MAX:
                    report(i + 1, 'nesting', f'{len(opened)} levels')


def check_names(src, report):
    def ours(i, name):
        if not re.match(r'_?(ngx_print(_|$)|NGX_PRINT_)', name):
            report(i + 1, 'prefix', name)

    for function in src.functions:
        ours(function.start, function.name)

    for name, i in src.prototypes:
        ours(i, name)

    states = False

    for i, code in enumerate(src.code):
        if re.search(r'\benum\b.*\{$', code):
            states = True

        elif states:
            states = '}' not in code
            name = re.match(r'\s+(?!sw_)(\w+)(?: =.*)?,?$', code)
            if name:
                ours(i, name.group(1))

    for i, code in enumerate(src.code):
        for pattern in (r'#define (\w+)',
                        r'static (?:const |volatile )?(?:struct |unsigned )?'
                        r'\w+ +\**(\w+)(?:\[.*)?(?: =.*|;)$',
                        r'typedef .*\(\*(\w+)\)\(',
                        r'typedef (?!.*\().*?(\w+);$',
                        r'\} (\w+);$',
                        r'(?:typedef )?(?:struct|union|enum) (\w+)'):
            found = re.match(pattern, src.lines[i] if pattern[0] == '#'
                             else code)
            if not found or code.endswith('{') and '(' in code:
                continue

            if found.group(1) in ('struct', 'union', 'enum'):
                continue

            ours(i, found.group(1))

        tag = re.match(r'(?:typedef )?(?:struct|union) (\w+)', code)
        if tag and not tag.group(1).endswith('_s'):
            report(i + 1, 'suffix', tag.group(1))

        name = re.match(r'\} (\w+);$', code) \
            or re.match(r'typedef (?!.*\().*?(\w+);$', code)
        if name and not re.search(r'_(t|e)$', name.group(1)):
            report(i + 1, 'suffix', name.group(1))

        name = re.match(r'typedef .*\(\*(\w+)\)\(', code)
        if name and not name.group(1).endswith('_pt'):
            report(i + 1, 'suffix', name.group(1))


def check_calls(src, report):
    folder, file = calls.place(src.path) or ('', '')
    allowed = ALLOWED.get(file, '').split()

    for i, code in enumerate(src.code):
        if src.directive(i) and not code.startswith('#define'):
            continue

        for name in re.findall(r'(?<![\w>.])(\w+)\(', code):
            if name in FORBIDDEN and name not in allowed:
                report(i + 1, 'forbidden', f'{name}()')

        call = re.search(r'\bngx_log_(?:error|debug\d)\(', code)
        if not call:
            continue

        end = src.closing(i, call.end() - 1)
        text = '\n'.join(src.uncommented[i:(end[0] if end else i) + 1])
        message = re.search(r'"([^"]*)', text[call.start():])

        story = layers.STORY.split()
        told = folder in story or f'{folder}/{file}' in story

        if message and not LOG_START[told].match(message.group(1)):
            report(i + 1, 'log', f'"{message.group(1)}"')


def check_header(src, report):
    if not src.path.endswith('.h'):
        return

    name = os.path.basename(src.path)
    guard = '_' + re.sub(r'\W', '_', name).upper() + '_INCLUDED_'
    lines = [line for line in src.lines if line.startswith('#')]

    if lines[:2] != [f'#ifndef {guard}', f'#define {guard}'] \
            or lines[-1] != f'#endif /* {guard} */':
        report(1, 'guard', f'not guarded by {guard}')


def check_locked(src, report):
    if (calls.place(src.path) or ' ')[0] != layers.LOCKED_STATIC:
        return

    for function in src.functions:
        if function.name.endswith('_locked') and not function.static \
                and function.name not in layers.LOCKED_PUBLIC.split():
            report(function.start + 1, 'locked', f'{function.name}()')


def check_project(sources, files, report):
    """checks all sources together: {path: Source}, {path: text}"""

    declared = {}
    defined = {}

    for path, src in sources.items():
        for function in src.functions:
            defined[function.name] = (path, function)

        if path.endswith('.h'):
            for name, i in src.prototypes:
                declared[name] = (path, i)

    for name, (path, function) in defined.items():
        if not function.static and name not in declared:
            report(path, function.start + 1, 'static', f'{name}()')

    for name, (path, i) in declared.items():
        if name not in defined:
            report(path, i + 1, 'static', f'{name}() is not defined')

    for path, src in sources.items():
        if path.endswith('.h'):
            continue

        order = [f.name for f in src.functions]
        header = sources.get(path[:-1] + 'h')

        for where, rule in ((src, 'forward'), (header, 'order')):
            last = -1
            for name, i in where.prototypes if where else ():
                if name not in order:
                    continue
                if order.index(name) < last:
                    report(where.path, i + 1, rule, f'{name}()')
                last = order.index(name)

    config = files.get('config', '')

    for path in sources:
        name = os.path.basename(path)
        if not re.search(r'(?<!\w)' + re.escape(name) + r'(?!\w)', config):
            report('config', 1, 'config', f'{path} is missing')


LAYOUT = (check_lines, check_comments, check_directives, check_expressions,
          check_braces, check_switches, check_labels, check_functions,
          check_declarations)

MODULE = (check_sizes, check_names, check_calls, check_header, check_locked)


def check(files, whole=True, build=None):
    """files: {path: text}, build: where nginx builds, or None if includes and
    calls are not to be checked; returns {path: [(line, rule, message)]}"""

    hits = {path: [] for path in files}
    sources = {}

    def report(path, line, rule, message):
        hits.setdefault(path, []).append((line, rule, message))

    for path, text in files.items():
        def here(line, rule, message, path=path):
            report(path, line, rule, message)

        check_text(path, text, here)

        if not path.endswith(('.c', '.h')):
            continue

        src = Source(path, text)

        for rule in LAYOUT:
            rule(src, here)

        if not path.startswith(('t/', 'bench/')):
            sources[path] = src
            for rule in MODULE:
                rule(src, here)

    if whole and sources:
        check_project(sources, files, report)

        if build is not None:
            calls.check(sources, files, build, report)

    return hits


# the tree

def tree():
    """the project's files: git's idea of them, or all but what is built"""

    if os.path.exists('.git'):
        git = subprocess.run(['git', 'ls-files', '-coz', '--exclude-standard'],
                             stdout=subprocess.PIPE, check=False)

        if git.returncode == 0:
            return [name for name in sorted(git.stdout.decode().split('\0'))
                    if os.path.isfile(name)]

    found = []

    for top, folders, names in os.walk('.'):
        folders[:] = [f for f in folders
                      if not re.match(r'build|node_modules|\.git$|servroot', f)]
        found += [os.path.normpath(os.path.join(top, n)) for n in names]

    return sorted(found)


# any bytes: inputs of the fuzz targets

INPUTS = 't/fuzz/corpus/'


def read(paths):
    files = {}

    for path in paths:
        if path.startswith(INPUTS):
            continue

        with open(path, 'rb') as stream:
            data = stream.read()
        if b'\0' not in data:
            files[path] = data.decode('utf-8', 'replace')

    return files


def main(args):
    warn = '-w' in args
    args = [a for a in args if a != '-w']

    if args == ['--rules']:
        for rule, text in RULES.items():
            print(f'{rule:<11} {text}'
                  + (' (warning)' if rule in WARNINGS else ''))
        return 0

    here = os.getcwd()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
    build = os.path.abspath(os.environ.get('BUILD', 'build'))

    if args == ['--figures']:
        files = read(tree())
        sources = {path: Source(path, files[path]) for path in files
                   if path.endswith(('.c', '.h'))
                   and not path.startswith(('t/', 'bench/'))}
        for line in calls.figures(sources, files, build):
            print(line)
        return 0

    if any(a.startswith('-') for a in args):
        print(__doc__.strip())
        return 2

    paths = [os.path.relpath(os.path.join(here, a)) for a in args] or tree()

    files = read(paths)
    hits = check(files, not args, build)
    failed, warnings = 0, 0

    for path in sorted(hits):
        bad = False

        for line, rule, message in sorted(hits[path]):
            warning = rule in WARNINGS
            warnings += warning
            bad = bad or not warning

            if warn or not warning:
                print(f'{path}:{line}: [{rule}] {message}'
                      + (' (warning)' if warning else ''))

        failed += bad

    if warnings and not warn:
        print(f'{warnings} warnings, -w shows them')

    print(f'{len(hits) - failed} passed, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
