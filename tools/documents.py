#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""Checks the documents of this project.

usage: tools/documents.py [ROOT]

links       relative links and anchors of all .md files lead somewhere
pairs       an English document and its Chinese twin have the same headings
            (number and levels), code blocks (byte for byte, except comments),
            names of directives, pieces of code, and numbers in each section
readme      README.md and README.zh-CN.md have at most 300 lines
tests       each file that a document names as `t/...` exists, and each promise
            in the table of SECURITY.md and its twin names one
directives  the command table of ngx_print_module.c, the table of the READMEs,
            and the references have the same directives, contexts and defaults
names       each ngx_print_* and NGX_PRINT_* in docs/architecture.md is in the
            sources; if a row of a table begins with a file, the functions in
            its second cell are defined in that file
variables   each variable of the sources is in the page about operations or
            about directives, in both languages
lines       each line of the error log at level notice or above that the
            sources write, but for those of the configuration, is in both
            pages about operations
changes     CHANGES has nginx's form: versions, the newest first, and below each
            "*) Feature: ...", Bugfix, Change, Security or Workaround
metrics     the families of metrics in the sources and those in docs/metrics.md
            and its twin are the same, with the same types and labels
version     NGX_PRINT_VERSION and NGX_PRINT_VERSION_NUMBER in src/ngx_print.h,
            the first heading of CHANGES, README, SECURITY.md, docs/api.md,
            debian/changelog (without the revision) and package.json have the
            same version

Prints each fault with its file and line, and ends with "N passed, N failed", of
files and other subjects; the exit code is 1 if any failed.
"""

import collections
import os
import re
import sys


README_LINES = 300

CHANGES_COLUMNS = 80
CHANGES_LINES = (r'Changes with print hub \d+\.\d+\.\d+ +\d\d [A-Z][a-z]{2} \d{4}',
                 r'    \*\) (?:Security|Change|Feature|Bugfix|Workaround): \S.*',
                 r'       \S.*', r'')

CHINESE = 'docs/zh-CN'
ARCHITECTURE = 'docs/architecture.md'
METRICS = {'docs/metrics.md': 'Families', f'{CHINESE}/metrics.md': '指标列表'}
FAMILIES = ('src/store/ngx_print_count_family.c',
            'src/store/ngx_print_tally_family.c',
            'src/api/ngx_print_metrics_table.c')
OWN_LABELS = {'build_info': {'version', 'nginx_version'},
              'webhook_': {'webhook'}, 'client_': {'client'}}
MODULE = 'ngx_print_module.c'
PROMISES = {'SECURITY.md': 'Promises', 'SECURITY.zh-CN.md': '保证'}
TWINS = ('directives', 'api', 'jobs', 'protocol', 'operations', 'cookbook')

OPERATIONS = ('docs/operations.md', f'{CHINESE}/operations.md')

# levels of lines that an operator sees, and has to know
TOLD = 'NOTICE|WARN|ERR|CRIT|ALERT|EMERG'

SKIPPED = {'.git', 'node_modules', 'build', 'build-asan', '__pycache__'}


# A section begins with a heading; the first one of a file has none (level 0).

Section = collections.namedtuple('Section', 'level title line text blocks')


class Document:

    def __init__(self, root, path):
        self.root = root
        self.path = path
        self.sections = [Section(0, '', 1, [], [])]

        with open(os.path.join(root, path), encoding='utf-8') as file:
            self.lines = file.read().split('\n')

        self.read()
        self.anchors = self.list_anchors()

    def read(self):
        block = None            # lines of the code block that is being read
        fence = None
        blank = True            # the line before

        for number, line in enumerate(self.lines, 1):
            section = self.sections[-1]

            if fence:
                if line.strip() == fence:
                    fence = None
                else:
                    block.append(line)

            elif line.startswith('```'):
                fence = '```'
                block = []
                section.blocks.append((number, line[3:], block))

            elif line.startswith('    ') and (blank or block is not None):
                if block is None:
                    block = []
                    section.blocks.append((number, '', block))

                block.append(line)

            elif not line and block is not None:
                block.append(line)
                continue

            else:
                block = None
                heading = re.match(r'(#+) (.*)', line)

                if heading:
                    self.sections.append(Section(len(heading[1]), heading[2],
                                                 number, [], []))
                else:
                    section.text.append((number, line))

            blank = not line

            if not fence and line.startswith('```'):
                block = None

    def list_anchors(self):
        anchors = set()
        seen = collections.Counter()

        for section in self.sections[1:]:
            slug = re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', section.title)
            slug = re.sub(r'[^\w\- ]', '', slug.lower()).replace(' ', '-')

            anchors.add(slug if not seen[slug] else f'{slug}-{seen[slug]}')
            seen[slug] += 1

        return anchors

    # yields the line and target of each link

    def links(self):
        for section in self.sections:
            texts = section.text + [(section.line, section.title)]

            for number, line in texts:
                line = re.sub(r'`[^`]*`', '', line)

                for match in re.finditer(r'\]\(([^)\s]*)[^)]*\)', line):
                    yield number, match[1]

                match = re.match(r'\[[^]]+\]:\s+(\S+)', line)

                if match:
                    yield number, match[1]


class Checker:

    def __init__(self, root):
        self.root = root
        self.documents = {}
        self.faults = []
        self.subjects = set()

    def fault(self, path, line, text):
        self.faults.append((path, line, text))

    def find(self):
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED
                                and not f.startswith('servroot'))

            for name in sorted(files):
                if name.endswith('.md'):
                    path = os.path.relpath(os.path.join(folder, name), self.root)
                    self.documents[path] = Document(self.root, path)

    def read(self, path):
        self.subjects.add(path)

        try:
            with open(os.path.join(self.root, path), encoding='utf-8') as file:
                return file.read()

        except OSError as error:
            self.fault(path, 0, error.strerror)
            return ''

    def document(self, path):
        self.subjects.add(path)

        if path not in self.documents:
            self.fault(path, 0, 'there is no such document')
            return None

        return self.documents[path]

    def check(self):
        self.find()
        self.subjects.update(self.documents)

        self.check_links()
        self.check_pairs()
        self.check_readme()
        self.check_tests()
        self.check_directives()
        self.check_names_of_code()
        self.check_variables()
        self.check_lines()
        self.check_changes()
        self.check_metrics()
        self.check_version()

        return self.faults


    # links

    def check_links(self):
        for path, document in self.documents.items():
            for line, target in document.links():
                if not re.match(r'[a-z]+:', target):
                    self.check_link(document, line, target)

    def check_link(self, document, line, target):
        name, _, anchor = target.partition('#')
        path = document.path

        if name:
            path = os.path.normpath(os.path.join(os.path.dirname(path), name))

        if path.startswith('..') or os.path.isabs(path):
            self.fault(document.path, line,
                       f'the link "{target}" leads out of the project')

        elif not os.path.exists(os.path.join(self.root, path)):
            self.fault(document.path, line,
                       f'the link "{target}" leads nowhere')

        elif anchor and (path not in self.documents
                         or anchor not in self.documents[path].anchors):
            self.fault(document.path, line,
                       f'there is no heading for the link "{target}"')


    # pairs

    def check_pairs(self):
        pairs = [('README.md', 'README.zh-CN.md'),
                 tuple(PROMISES)]
        names = {f'{name}.md' for name in TWINS}

        names.update(os.path.basename(path) for path in self.documents
                     if os.path.dirname(path) == CHINESE)

        pairs += [(f'docs/{name}', f'{CHINESE}/{name}') for name in sorted(names)]

        for english, chinese in pairs:
            english = self.document(english)
            chinese = self.document(chinese)

            if english and chinese:
                self.check_pair(english, chinese)

    def check_pair(self, english, chinese):
        levels = [[s.level for s in d.sections] for d in (english, chinese)]

        if levels[0] != levels[1]:
            at = next((i for i, (a, b) in enumerate(zip(*levels)) if a != b),
                      min(len(levels[0]), len(levels[1])))
            line = chinese.sections[min(at, len(levels[1]) - 1)].line

            self.fault(chinese.path, line,
                       f'the headings are not those of {english.path}: '
                       f'{len(levels[1]) - 1} instead of {len(levels[0]) - 1}, '
                       'or of another level')
            return

        for a, b in zip(english.sections, chinese.sections):
            self.check_section(chinese.path, a, b)

    def check_section(self, path, english, chinese):
        if (english.title.startswith('print_hub')
                or chinese.title.startswith('print_hub')) \
                and english.title != chinese.title:
            self.fault(path, chinese.line,
                       f'the directive is "{english.title}" in English')

        self.check_blocks(path, english, chinese)

        for what, words in (('names of directives', directives),
                            ('pieces of code', spans),
                            ('numbers', numbers)):
            a, b = words(english), words(chinese)

            if a != b:
                self.fault(path, chinese.line,
                           f'{what} of "{chinese.title}": '
                           f'missing: {listed(a - b)}; more: {listed(b - a)}')

    def check_blocks(self, path, english, chinese):
        if len(english.blocks) != len(chinese.blocks):
            self.fault(path, chinese.line,
                       f'"{chinese.title}" has {len(chinese.blocks)} code '
                       f'blocks instead of {len(english.blocks)}')
            return

        for (_, kind, a), (line, other, b) in zip(english.blocks,
                                                  chinese.blocks):
            a, b = stripped(a), stripped(b)

            if kind != other or len(a) != len(b):
                self.fault(path, line, 'the code block is not that in English')

            for i, (left, right) in enumerate(zip(a, b)):
                if left != right:
                    self.fault(path, line + i,
                               f'the code "{right.strip()}" is '
                               f'"{left.strip()}" in English')
                    break


    # README

    def check_readme(self):
        for path in ('README.md', 'README.zh-CN.md'):
            count = self.read(path).count('\n')

            if count > README_LINES:
                self.fault(path, README_LINES + 1,
                           f'{count} lines, at most {README_LINES} are allowed')


    # tests

    def check_tests(self):
        for path, document in self.documents.items():
            for section in document.sections:
                for line, text in section.text:
                    for name in tests(text):
                        if not os.path.exists(os.path.join(self.root, name)):
                            self.fault(path, line, f'there is no {name}')

        for path, title in PROMISES.items():
            document = self.document(path)

            if document:
                self.check_promises(document, title)

    def check_promises(self, document, title):
        rows = [(line, text) for section in document.sections
                if section.title == title
                for line, text in section.text if text.startswith('| ')]

        if len(rows) < 2:
            self.fault(document.path, 0, f'there is no table below "{title}"')

        for line, text in rows[1:]:
            if not tests(text):
                self.fault(document.path, line, 'this promise names no test')


    # directives

    def check_directives(self):
        commands = self.commands()

        for readme, reference in (
                ('README.md', 'docs/directives.md'),
                ('README.zh-CN.md', f'{CHINESE}/directives.md')):
            readme = self.document(readme)
            reference = self.document(reference)

            if readme is None or reference is None:
                continue

            defaults = self.check_reference(reference, commands)
            self.check_table(readme, reference, commands, defaults)

    # the command table: contexts of each directive

    def commands(self):
        path = MODULE
        text = self.read(path)
        match = re.search(r'ngx_print_commands\[\] = \{(.*?)ngx_null_command',
                          text, re.S)

        if not match:
            self.fault(path, 0, 'there is no table ngx_print_commands')
            return {}

        commands = {}

        for name, flags in re.findall(
                r'\{ ngx_string\("(\w+)"\),\s*([A-Z0-9_|\s]+),', match[1]):
            commands[name] = ', '.join(
                context for flag, context in (('MAIN', 'http'),
                                              ('SRV', 'server'),
                                              ('LOC', 'location'))
                if f'NGX_HTTP_{flag}_CONF' in flags)

        return commands

    # the defaults that the reference names

    def check_reference(self, document, commands):
        defaults = {}
        sections = [s for s in document.sections if s.level > 1]
        names = [s.title for s in sections]

        self.check_names(document, commands, names)

        if names != sorted(names):
            self.fault(document.path, 0, 'the directives are not sorted')

        for section in sections:
            fields = [line for _, line in section.text
                      if line.startswith('**')][:4]

            if len(fields) != 4:
                self.fault(document.path, section.line,
                           f'{section.title} has not the four fields syntax, '
                           'default, context and reload')
                continue

            syntax, default, context = [
                field.split('** ', 1)[-1].rstrip('\\') for field in fields[:3]]

            if not syntax.startswith(f'**`{section.title}`** '):
                self.fault(document.path, section.line,
                           f'the syntax of {section.title} does not begin '
                           'with its name')

            if context != commands.get(section.title, context):
                self.fault(document.path, section.line,
                           f'the context of {section.title} is '
                           f'"{commands[section.title]}" in the module, '
                           f'not "{context}"')

            defaults[section.title] = default

        return defaults

    def check_table(self, document, reference, commands, defaults):
        names = []

        for section in document.sections:
            for line, text in section.text:
                match = re.match(r'\| \[(print_hub\w*)\]\(([^)]*)\) \| (.*?) \|',
                                 text)

                if not match:
                    continue

                name, target, default = match.groups()
                names.append(name)

                if target != f'{reference.path}#{name}':
                    self.fault(document.path, line,
                               f'the link of {name} is "{target}"')

                if default != defaults.get(name, default):
                    self.fault(document.path, line,
                               f'the default of {name} is {defaults[name]} '
                               f'in {reference.path}, not {default}')

        self.check_names(document, commands, names)

    def check_names(self, document, commands, names):
        for name in sorted(commands.keys() - set(names)):
            self.fault(document.path, 0, f'the directive {name} is missing')

        for name in sorted(set(names) - commands.keys()):
            self.fault(document.path, 0, f'the module has no directive {name}')

        for name, count in collections.Counter(names).items():
            if count > 1:
                self.fault(document.path, 0, f'{name} is there {count} times')


    # names

    def check_names_of_code(self):
        document = self.document(ARCHITECTURE)

        if document is None:
            return

        sources = self.sources()
        names = {os.path.basename(path) for path in sources}

        for text in sources.values():
            names.update(re.findall(r'\b(?:ngx|NGX)_\w+', text))

        for number, line in enumerate(document.lines, 1):

            for name in re.findall(r'\b(?:ngx_print|NGX_PRINT)\w*(?:\.[ch]\b)?',
                                   line):
                if name not in names and not re.search(r'_[A-Z]+\.', name):
                    self.fault(document.path, number,
                               f'the sources have no {name}')

            match = re.match(r'\| `(\w+(?:/\w+)?)` \| (`ngx_print[^|]*) \|', line)

            if match:
                self.check_walk(document, number, sources, *match.groups())

    # a row of a walk: the file, as tools/layers.py names it, and its functions

    def check_walk(self, document, line, sources, file, cell):
        folder, _, name = file.rpartition('/')
        path = f'src/{folder}/ngx_print_{name}.c' if folder else MODULE

        if path not in sources or not (folder or name == 'module'):
            self.fault(document.path, line, f'there is no file {file}')
            return

        for function in re.findall(r'ngx_print\w*', cell):
            if not re.search(rf'^{function}\(', sources[path], re.M):
                self.fault(document.path, line,
                           f'{path} does not define {function}()')

    # the sources of the module without their comments

    def sources(self):
        sources = {}

        for folder, _, files in os.walk(os.path.join(self.root, 'src')):
            for name in files:
                if name.endswith(('.c', '.h')):
                    path = os.path.join(folder, name)

                    with open(path, encoding='utf-8') as file:
                        sources[os.path.relpath(path, self.root)] = file.read()

        sources[MODULE] = self.read(MODULE)

        return {path: re.sub(r'/\*.*?\*/', '', text, flags=re.S)
                for path, text in sources.items()}


    # variables

    def check_variables(self):
        for path, text in sorted(self.sources().items()):
            for name in re.findall(r'\{ ngx_string\("(print_hub_\w+)"\), NULL,',
                                   text):
                for folder in ('docs', CHINESE):
                    if not any(f'`${name}`' in self.read(f'{folder}/{page}.md')
                               for page in ('operations', 'directives')):
                        self.fault(path, 0, f'the variable ${name} is not in '
                                            f'the documents in {folder}')


    # lines: the longest piece of a format that is the same in all lines

    def check_lines(self):
        pages = [self.read(path) for path in OPERATIONS]

        for path, text in sorted(self.sources().items()):
            for line, piece in log_pieces(text):
                for page, content in zip(OPERATIONS, pages):
                    if content and piece not in content:
                        self.fault(path, line,
                                   f'the line "{piece}" is not in {page}')
    # changes

    def check_changes(self):
        path = 'CHANGES'
        newer = None

        for number, line in enumerate(self.read(path).split('\n'), 1):
            if len(line) > CHANGES_COLUMNS:
                self.fault(path, number, f'{len(line)} columns, at most '
                           f'{CHANGES_COLUMNS} are allowed')

            if not any(re.fullmatch(form, line) for form in CHANGES_LINES):
                self.fault(path, number, 'this is neither a version, nor a '
                           'change, nor a part of one')

            match = re.match(r'Changes with print hub (\d+)\.(\d+)\.(\d+) ', line)

            if match:
                version = tuple(map(int, match.groups()))

                if newer and version >= newer:
                    self.fault(path, number,
                               'the newest version does not come first')

                newer = version


    # metrics

    def check_metrics(self):
        families = self.families()

        for path, title in METRICS.items():
            document = self.document(path)

            if document:
                self.check_families(document, title, families)

    # the families in the sources: their types and labels

    def families(self):
        families = {}

        for path in FAMILIES:
            text = self.read(path)
            labels = dict(re.findall(
                r'ngx_print_count_label_t\s+(\w+)\s*=[^"]*"(\w+)"', text))

            for kind, name, rest in re.findall(
                    r'ngx_print_\w+_(gauge|counter|histogram)\("(\w+)",'
                    r'(.*?)(?=ngx_print_\w+_(?:gauge|counter|histogram)'
                    r'\("|\{ ngx_string|^};)', text, re.S | re.M):
                families[name] = (kind, {labels[label] for label in
                                         re.findall(r'&(\w+)', rest)})

            for name, rest in re.findall(
                    r'\{ ngx_string\("(\w+_total)"\),(.*?)\}', text, re.S):
                families[name] = ('counter', {labels[label] for label in
                                              re.findall(r'&(\w+)', rest)})

        if not families:
            self.fault(FAMILIES[0], 0, 'there are no families of metrics')

        for name, (_, labels) in families.items():
            for prefix, own in OWN_LABELS.items():
                if name.startswith(prefix):
                    labels.update(own)

        return families

    def check_families(self, document, title, families):
        known = set()

        for section in document.sections:
            if section.title != title:
                continue

            for line, text in section.text:
                match = re.match(r'\| `(\w+)` \| (\w+) \| *(.*?) *\|', text)

                if not match:
                    continue

                name, kind, cell = match.groups()
                known.add(name)

                if name not in families:
                    self.fault(document.path, line,
                               f'the module has no metric {name}')
                    continue

                # the values of a label may follow it

                cell = re.sub(r'[:：].*?(?=[;；]|$)', '', cell)
                labels = set(re.findall(r'`(\w+)`', cell))

                if (kind, labels) != families[name]:
                    self.fault(document.path, line,
                               f'{name} is a {families[name][0]} with the '
                               f'labels {listed(families[name][1])}')

        for name in families.keys() - known:
            self.fault(document.path, 0, f'there is no metric {name}')


    # version

    def check_version(self):
        path = 'src/ngx_print.h'
        text = self.read(path)
        version = re.search(r'#define NGX_PRINT_VERSION\s+"(\d+\.\d+\.\d+)"', text)
        number = re.search(r'#define NGX_PRINT_VERSION_NUMBER\s+(\d+)\n', text)

        if not version or not number:
            self.fault(path, 0, 'there is no NGX_PRINT_VERSION "N.N.N", or no '
                       'NGX_PRINT_VERSION_NUMBER')
            return

        version = version[1]
        major, minor, patch = map(int, version.split('.'))
        expected = major * 1000000 + minor * 1000 + patch

        if int(number[1]) != expected:
            self.fault(path, 0, f'NGX_PRINT_VERSION_NUMBER of {version} is '
                       f'{expected}, not {number[1]}')

        for path, pattern in (
                ('CHANGES', r'\AChanges with print hub (\S+) +\d+ \w+ \d+\n'),
                ('README.md', r'current version is (\d+\.\d+\.\d+)'),
                ('README.zh-CN.md', r'当前版本为 (\d+\.\d+\.\d+)'),
                ('SECURITY.md', r'^\| (\d+\.\d+\.\d+) \|'),
                ('SECURITY.zh-CN.md', r'^\| (\d+\.\d+\.\d+) \|'),
                ('docs/api.md', r'"version":"(\d+\.\d+\.\d+)"'),
                ('debian/changelog', r'\Aprint-hub \((.+)-[^-)]+\) '),
                ('package.json', r'^  "version": "(.+)",$')):

            match = re.search(pattern, self.read(path).lstrip('\n'), re.M)

            if not match:
                self.fault(path, 0, 'there is no version')

            elif match[1] != version:
                self.fault(path, 0, f'the version is {match[1]}, not {version}')


# what a section has, beside its code blocks

def prose(section):
    text = '\n'.join([section.title] + [line for _, line in section.text])

    return re.sub(r'\]\([^)]*\)', ']', text)


def directives(section):
    return set(re.findall(r'print_hub\w*', prose(section)))


# pieces of code; those with Chinese words and names of parameters may differ

def spans(section):
    text = re.sub(r'_`[^`]*`_', '', prose(section))

    return {span for span in re.findall(r'`([^`]+)`', text)
            if not re.search('[\u4e00-\u9fff]', span)}


# files of tests that a line names; "t/NN-name.t" and "t/NAME.t" are patterns

def tests(line):
    return [name for name in re.findall(r'`(t/[\w./-]+)`', line)
            if not re.search(r'\b(?:NN|NAME)\b', name)]


def numbers(section):
    found = re.findall(r'\d[\d,]*\d|\d', prose(section))

    return collections.Counter(number.replace(',', '') for number in found)


def listed(words):
    if isinstance(words, collections.Counter):
        words = words.elements()

    return ', '.join(sorted(words)) or '-'


# a code block without comments, and without empty lines at its end

def stripped(block):
    lines = [re.sub(r'(^|\s+)(#|//) .*', '', line) for line in block]

    while lines and not lines[-1]:
        lines.pop()

    return lines


# yields the line and the longest piece without conversions of each message of
# the error log, but for "print hub: conf: ", whose texts vary

def log_pieces(text):
    call = re.compile(rf'ngx_log_error\((?:NGX_LOG_(?:{TOLD})|kind->level),'
                      r'[^"]*?((?:"(?:[^"\\]|\\.)*"\s*)+)', re.S)

    for match in call.finditer(text):
        message = ''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[1]))
        message = message.replace('\\"', '"')

        if not message.startswith('print hub: ') \
                or message.startswith('print hub: conf: '):
            continue

        message = message[len('print hub: '):]
        pieces = re.split(r'%[-0-9]*\*?[a-zA-Z]{1,2}', message)
        piece = max((p.strip(' ,:;"()') for p in pieces), key=len)

        if len(piece) > 5:
            yield text.count('\n', 0, match.start()) + 1, piece


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (['-h'], ['--help']):
        sys.exit(__doc__.strip())

    root = sys.argv[1] if len(sys.argv) == 2 \
        else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')

    checker = Checker(root)
    faults = checker.check()

    for path, line, text in faults:
        print(f'{path}:{line}: {text}')

    failed = len({path for path, _, _ in faults})

    print(f'{len(checker.subjects) - failed} passed, {failed} failed')

    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
