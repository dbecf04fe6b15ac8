#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""Tests the style checker: clean files are clean, and each rule finds what it
is for.  The rules of who uses whom have a test of their own, calls_test.py,
which runs too.  Ends with "N passed, N failed"."""

import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import calls
import calls_test
import style


# a clean pair of files, and what else the checker looks at

CLEAN = {
    'config': 'ngx_print_wake.c ngx_print_wake.h\n',

    'package-lock.json': '{}\n',

    'src/store/ngx_print_wake.h': '''
/*
 * Copyright (C) the print hub contributors
 */


#ifndef _NGX_PRINT_WAKE_H_INCLUDED_
#define _NGX_PRINT_WAKE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_WAKE_MAX  0x0f


typedef struct ngx_print_wake_s  ngx_print_wake_t;

typedef void (*ngx_print_wake_pt)(ngx_print_wake_t *wake);


typedef enum {
    NGX_PRINT_WAKE_ON = 0,
    NGX_PRINT_WAKE_OFF
} ngx_print_wake_e;


struct ngx_print_wake_s {
    ngx_uint_t          n;
    ngx_print_wake_pt   handler;
    ngx_print_wake_t   *next;
};


/* the first */
ngx_int_t ngx_print_wake_one(ngx_print_wake_t *wake, ngx_uint_t a,
    ngx_log_t *log);
void ngx_print_wake_two(ngx_print_wake_t *wake);


#endif /* _NGX_PRINT_WAKE_H_INCLUDED_ */
''',

    'src/store/ngx_print_wake.c': r'''
/*
 * Copyright (C) the print hub contributors
 */


#include "ngx_print_wake.h"


static u_char *ngx_print_wake_three(ngx_print_wake_t *wake);
static void ngx_print_wake_four(ngx_print_wake_t *wake);


static ngx_uint_t  ngx_print_wake_count;


ngx_int_t
ngx_print_wake_one(ngx_print_wake_t *wake, ngx_uint_t a,
    ngx_log_t *log)
{
    u_char            *p;
    ngx_int_t          n, m;
    ngx_print_wake_t  *next;

    /*
     * In two
     * lines.
     */

    p = (u_char *) wake;

    if (wake == NULL
        && a == 1)
    {
        goto failed;
    }

    for (n = 0; n < 2; n++) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "print hub: zone: no \"%ui\"", n);
    }

    for ( ;; ) {
        break;
    }

    switch (a) {

    case 1:
        m = 0x1f;
        break;

    default:
        m = -1;
    }

    if (m) {
        next = wake->next;

    } else {
        next = NULL;
    }

    return (p == NULL && next != NULL) ? NGX_OK : NGX_DECLINED;

failed:

    return NGX_ERROR;
}


void
ngx_print_wake_two(ngx_print_wake_t *wake)
{
    ngx_print_wake_four(wake);
}


static u_char *
ngx_print_wake_three(ngx_print_wake_t *wake)
{
    return (u_char *) "printf(//";
}


static void
ngx_print_wake_four(ngx_print_wake_t *wake)
{
    (void) ngx_print_wake_three(wake);
}
'''}

C, H = 'src/store/ngx_print_wake.c', 'src/store/ngx_print_wake.h'

# (rule, file, what is replaced, by what)
FAULTS = [
    ('space', C, 'u_char *) wake;', 'u_char *) wake; '),
    ('tab', C, '    p = (u', '\tp = (u'),
    ('eol', C, 'wake->next;', 'wake->next;\r'),
    ('eol', 'config', '\n', ''),
    ('eol', 'config', '\n', '\n\n'),
    ('lock', 'package-lock.json', '{}', '{"resolved": "x"}'),
    ('columns', C, 'n, m;', 'n, m, ' + 'o' * 60 + ';'),
    ('head', H, ' (C)', ''),
    ('blank', C, '}\n\n\nvoid', '}\n\nvoid'),
    ('blank', C, '}\n\n\nvoid', '}\n\n\n\nvoid'),
    ('comment', C, 'goto failed;', 'goto failed;  // why'),
    ('comment', C, '    /*\n     * In two', '    /* In two'),
    ('comment', C, '     * lines', '       lines'),
    ('function', C, 'void\nngx_print_wake_two', 'void ngx_print_wake_two'),
    ('function', C, 'two(ngx_print_wake_t *wake)\n{',
     'two(ngx_print_wake_t *wake) {'),
    ('signature', C, '    ngx_log_t *log)\n{', '      ngx_log_t *log)\n{'),
    ('signature', H, '    ngx_log_t *log', '        ngx_log_t *log'),
    ('declare', C, '  *next;\n\n', '  *next;\n    p = NULL;\n\n'),
    ('declare', C, '    if (m) {', '    u_char  *q;\n\n    if (m) {'),
    ('align', C, '    ngx_int_t          n', '    ngx_int_t         n'),
    ('align', C, 'u_char            *p;\n    ngx_int_t          n, m;\n'
     '    ngx_print_wake_t  *next',
     'u_char           *p;\n    ngx_int_t         n, m;\n'
     '    ngx_print_wake_t *next'),
    ('gap', C, 'u_char            *p;\n    ngx_int_t          n, m;\n'
     '    ngx_print_wake_t  *next',
     'u_char             *p;\n    ngx_int_t           n, m;\n'
     '    ngx_print_wake_t   *next'),
    ('align', H, 'wake_pt   handler', 'wake_pt  handler'),
    ('keyword', C, 'if (m)', 'if(m)'),
    ('keyword', C, 'wake_four(wake);', 'wake_four (wake);'),
    ('braces', C, 'if (m) {', 'if (m){'),
    ('braces', C, 'n++) {', 'n++)'),
    ('braces', C, 'if (m) {', 'if (m)\n    {'),
    ('braces', C, '== 1)\n    {', '== 1) {'),
    ('braces', C, 'else {', 'else'),
    ('else', C, 'next;\n\n    } else', 'next;\n    } else'),
    ('else', C, '    } else {', '    }\n    else {'),
    ('forever', C, 'for ( ;; )', 'while (1)'),
    ('case', C, '    case 1:', '        case 1:'),
    ('case', C, 'break;\n\n    default', 'break;\n    default'),
    ('case', C, 'm = -1;', 'break;\n\n    case 2:\n        m = -1;'),
    ('label', C, '\nfailed:\n', '\n    failed:\n'),
    ('label', C, 'failed:\n\n', 'failed:\n'),
    ('operator', C, 'NULL\n        && a', 'NULL &&\n        a'),
    ('operator', C, 'n = 0', 'n=0'),
    ('operator', C, 'a == 1', 'a ==1'),
    ('paren', C, '(n = 0', '( n = 0'),
    ('comma', C, 'log, 0', 'log,0'),
    ('yoda', C, 'wake == NULL', 'NULL == wake'),
    ('cast', C, '(u_char *) wake', '(u_char*) wake'),
    ('cast', C, '(u_char *) wake', '(u_char *)wake'),
    ('hex', C, '0x1f', '0x1F'),
    ('inline', C, 'static void\n', 'static inline void\n'),
    ('macro', H, 'MAX  0', 'MAX 0'),
    ('macro', H, '#define NGX_PRINT_WAKE_MAX', '#if NGX_X\n#endif\n#define Q'),
    ('macro', H, '#include <ngx_core.h>',
     '#if (NGX_X)' + '\n' * 2 + 'int  ngx_print_a;\n' * 40 + '#endif'),
    ('length', C, '    (void)', '    a();\n' * 100 + '    (void)'),
    ('length', C, 'static u_char *n', 'int  ngx_print_a;\n' * 900 + 'static'
     ' u_char *n'),
    ('nesting', C, '        break;\n    }',
     ''.join(' ' * (4 * k) + 'if (m) {\n' for k in range(2, 6))
     + ' ' * 24 + 'm = 1;\n'
     + ''.join(' ' * (4 * k) + '}\n' for k in range(5, 1, -1)) + '    }'),
    ('forbidden', C, '(void) ngx_print_wake_three(', 'free('),
    ('prefix', C, 'ngx_print_wake_count', 'count'),
    ('prefix', H, 'NGX_PRINT_WAKE_MAX', 'WAKE_MAX'),
    ('prefix', H, 'typedef struct ngx_print_wake_s  ngx_print_wake_t',
     'typedef struct wake_s  ngx_print_wake_t'),
    ('prefix', H, 'NGX_PRINT_WAKE_ON', 'WAKE_ON'),
    ('suffix', H, 'ngx_print_wake_pt)', 'ngx_print_wake_f)'),
    ('suffix', H, '_wake_e;', '_wake;'),
    ('suffix', H, 'struct ngx_print_wake_s {', 'struct ngx_print_wake {'),
    ('suffix', H, 'ngx_print_wake_s  ngx_print_wake_t;',
     'ngx_print_wake_s  ngx_print_wake;'),
    ('static', H, 'void ngx_print_wake_two(ngx_print_wake_t *wake);\n', ''),
    ('static', H, 'void ngx_print_wake_two', 'void ngx_print_wake_five'),
    ('order', H, 'void ngx_print_wake_two(ngx_print_wake_t *wake);\n',
     ''),
    ('forward', C, 'static void ngx_print_wake_four(ngx_print_wake_t *wake);\n',
     ''),
    ('guard', H, '#ifndef _NGX_PRINT_WAKE', '#ifndef _NGX_PRINT_WEKE'),
    ('log', C, '"print hub: ', '"print '),
    ('log', C, '"print hub: zone: ', '"print hub: '),
    ('log', C, '"print hub: zone: ', '"print hub: store: '),
    ('locked', C, '\nngx_print_wake_two', '\nngx_print_wake_two_locked'),
    ('config', 'config', 'ngx_print_wake.c ', ''),
    ('long', C, '    (void)', '    a();\n' * 60 + '    (void)'),
    ('sort', C, 'u_char            *p', 'ngx_event_t       *p'),
    ('parameters', C, ' ngx_uint_t a,\n', ' int a, int b, int c, int d, int e,'
     '\n'),
    ('name', C, '\nngx_print_wake_two', '\nngx_print_wake_two' + 'o' * 19),
]

# (path, whether that many lines are too many)
LENGTHS = [
    ('README.md', 300, False),
    ('README.md', 301, True),
    ('README.zh-CN.md', 301, True),
    ('docs/api.md', 301, False),
    ('t/01-name.t', 900, False),
    ('t/01-name.t', 901, True),
    ('t/e2e/name.test.js', 901, True),
    ('tools/name.py', 901, True),
    ('tools/name.sh', 901, True),
    ('t/e2e/data.txt', 901, False),
    ('t/unit/codec/vectors/name.h', 901, False),
    ('t/unit/codec/vectors/name.js', 901, True),
    ('t/unit/codec/name.h', 901, True),
]

# the order of two prototypes is turned round by adding one again further up
MOVED = {
    H: ('/* the first */\n',
        'void ngx_print_wake_two(ngx_print_wake_t *wake);\n'),
    C: ('static u_char *ngx_print_wake_three',
        'static void ngx_print_wake_four(ngx_print_wake_t *wake);\n'),
}


def main():
    passed, failed = 0, 0

    def verdict(ok, message):
        nonlocal passed, failed
        passed += ok
        failed += not ok
        if not ok:
            print(f'not ok: {message}')

    clean = [hit for hits in style.check(CLEAN).values() for hit in hits]
    verdict(not clean, f'what is clean is reported: {clean}')

    story = {path.replace('store/', 'hub/'):
             text.replace('hub: zone: ', 'hub: ')
             for path, text in CLEAN.items()}
    hits = [hit for hits in style.check(story).values() for hit in hits]
    verdict(not hits, f'the story of stations is reported: {hits}')

    for path, lines, bad in LENGTHS:
        hits = style.check({path: 'x\n' * lines})[path]
        verdict(bad == ('length' in {hit[1] for hit in hits}),
                f'{path} of {lines} lines: {hits}')

    untested = set(style.RULES) - {rule for rule, *_ in FAULTS} \
        - set(calls.RULES)
    verdict(not untested, f'rules without a test: {untested}')

    for rule, path, old, new in FAULTS:
        text = CLEAN[path]

        if old not in text:
            verdict(False, f'{rule}: no {old!r} in {path}')
            continue

        text = text.replace(old, new, 1)

        if rule in ('order', 'forward'):
            before, line = MOVED[path]
            text = text.replace(before, line + before, 1)

        hits = style.check({**CLEAN, path: text})
        found = {hit[1] for of_file in hits.values() for hit in of_file}
        verdict(rule in found, f'{rule}: {old!r} -> {new[:60]!r} gives {found}')

    calls_test.run(verdict)

    print(f'{passed} passed, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
