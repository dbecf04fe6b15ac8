#
# Copyright (C) the print hub contributors

"""Reads a C file: its lines, functions and prototypes."""

import re


class Function:
    """a function: the lines of its name, { and }, counted from 0"""

    def __init__(self, name, start, brace, end, static, parameters):
        self.name = name
        self.start = start
        self.brace = brace
        self.end = end
        self.static = static
        self.parameters = parameters


class Source:
    """a C file: its lines, with and without comments and strings"""

    def __init__(self, path, text):
        self.path = path
        self.lines = text.split('\n')
        if self.lines[-1] == '':
            self.lines.pop()

        self.code = []          # comments and what is in strings blanked
        self.uncommented = []   # comments blanked
        self.inside = []        # whether a line starts in a comment
        self.strip()

        self.functions = self.find_functions()
        self.prototypes = self.find_prototypes()

    def strip(self):
        comment = False

        for line in self.lines:
            self.inside.append(comment)
            code, text = [], []
            i = 0

            while i < len(line):
                if comment:
                    end = line.find('*/', i)
                    comment = end < 0
                    end = len(line) if comment else end + 2
                    code.append(' ' * (end - i))
                    text.append(' ' * (end - i))

                elif line.startswith('/*', i):
                    comment = True
                    end = i + 2
                    code.append('  ')
                    text.append('  ')

                elif line[i] in '"\'':
                    end = i + 1
                    while end < len(line) and line[end] != line[i]:
                        end += 2 if line[end] == '\\' else 1
                    end = min(end + 1, len(line))
                    code.append(line[i] + 'z' * (end - i - 2) + line[i])
                    text.append(line[i:end])

                else:
                    end = i + 1
                    code.append(line[i])
                    text.append(line[i])

                i = end

            self.code.append(''.join(code).rstrip())
            self.uncommented.append(''.join(text).rstrip())

    def find_functions(self):
        found = []

        for i, line in enumerate(self.code):
            if line != '{':
                continue

            start = i - 1
            while start > 0 and self.code[start].startswith(' '):
                start -= 1

            name = re.match(r'(\w+)\(', self.code[start])
            end = i
            while end < len(self.code) - 1 and not self.code[end][:1] == '}':
                end += 1

            if not name:
                continue

            head = self.code[start - 1]
            text = ' '.join(s.strip() for s in self.code[start:i])
            found.append(Function(name.group(1), start, i, end,
                                  head.startswith('static'),
                                  text.count(',') + 1))

        return found

    def find_prototypes(self):
        """[(name, line)] of what is declared at column 0"""

        found = []
        i = 0

        while i < len(self.code):
            line = self.code[i]
            first = i

            if re.match(r'(?!typedef\b)[a-z_]\w+ .*\(', line):
                while not line.endswith((';', '{', '}')) \
                        and i + 1 < len(self.code):
                    i += 1
                    line += ' ' + self.code[i].strip()

                name = re.match(r'[\w ]+?[ *](\w+)\(.*\);$', line)
                if name and '=' not in line:
                    found.append((name.group(1), first))

            i += 1

        return found

    def closing(self, i, column):
        """where the parenthesis at line i, column is closed"""

        depth = 0

        for j in range(i, len(self.code)):
            line = self.code[j]
            for k in range(column if j == i else 0, len(line)):
                depth += (line[k] == '(') - (line[k] == ')')
                if line[k] == ')' and depth == 0:
                    return j, k

        return None

    def directive(self, i):
        """whether line i belongs to a preprocessor directive"""

        while i and self.lines[i - 1].endswith('\\'):
            i -= 1

        return self.lines[i].startswith('#')


def indent(line):
    return len(line) - len(line.lstrip())
