#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""Tests the checker of documents: a clean tree is clean, and each planted
fault is found, in the file where it is.  Ends with "N passed, N failed"."""

import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True

import documents     # pylint: disable=wrong-import-position


README = '''# print hub

[中文](README.zh-CN.md)

The current version is 0.1.0. ![the page](docs/images/a.png)

## Directives

| directive | default | what it does |
|---|---|---|
| [print_hub](docs/directives.md#print_hub) | `off` | serves the hub |
| [print_hub_drain](docs/directives.md#print_hub_drain) | `2s` | spreads |

Up to 1,000 stations, `GET` and [style][style].

```nginx
print_hub on;    # serves
```

    make run     # or not

    make

[style]: docs/api.md#get-jobsid
'''

README_ZH = '''# print hub

[English](README.md)

当前版本为 0.1.0。![页面](docs/images/a.png)

## 指令

| 指令 | 默认值 | 作用 |
|---|---|---|
| [print_hub](docs/zh-CN/directives.md#print_hub) | `off` | 启用 |
| [print_hub_drain](docs/zh-CN/directives.md#print_hub_drain) | `2s` | 分摊 |

最多 1000 个打印站，`GET`、[风格][style]。

```nginx
print_hub on;    # 启用
```

    make run     # 或者不

    make

[style]: docs/zh-CN/api.md#get-jobsid
'''

DIRECTIVES = '''# Directives

## print_hub

**Syntax:** **`print_hub`** `on` | `off`\\
**Default:** `off`\\
**Context:** location

Serves.

**Reload:** at once.

## print_hub_drain

**Syntax:** **`print_hub_drain`** _`time`_\\
**Default:** `2s`\\
**Context:** http, server

Spreads, see [print_hub](#print_hub).

**Reload:** at once.
'''

DIRECTIVES_ZH = '''# 指令

## print_hub

**语法：** **`print_hub`** `on` | `off`\\
**默认值：** `off`\\
**上下文：** location

启用。

**重新加载：** 立即。

## print_hub_drain

**语法：** **`print_hub_drain`** _`时间`_\\
**默认值：** `2s`\\
**上下文：** http, server

分摊，见 [print_hub](#print_hub)。

**重新加载：** 立即。
'''

API = '''# API

## GET jobs/ID

    {"version":"0.1.0"}
'''

ARCHITECTURE = '''# Architecture

`ngx_print_store_lock()` is in `src/zone/ngx_print_zone_lock.c`, and sets
`NGX_PRINT_LOCKED`. A new file is `ngx_print_NAME.c`.

| file | functions | what happens |
|---|---|---|
| `module` | `ngx_print_init()` | starts |
| `zone/zone_lock` | `ngx_print_store_lock()` | after `ngx_print_init()` |
'''

LOCK = '''
/* ngx_print_store_rob() */

void
ngx_print_store_lock(void)
{
    ngx_print_init(NGX_PRINT_LOCKED);
}
'''

MODULE = '''
static ngx_command_t  ngx_print_commands[] = {

    { ngx_string("print_hub"),
      NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_print_hub },

    { ngx_string("print_hub_drain"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF
      |NGX_CONF_TAKE1,
      ngx_conf_set_msec_slot },

      ngx_null_command
};


void
ngx_print_init(int n)
{
}
'''

COUNTS = '''
static ngx_print_count_label_t  ngx_print_count_kind =
    ngx_print_count_label("kind", ngx_print_count_kinds);

static ngx_print_count_family_t  ngx_print_count_list[] = {

    { ngx_print_count_gauge("zone_slots",
          "Records.",
          NGX_PRINT_COUNT_SLOTS),
      1, { &ngx_print_count_kind, NULL },
      NULL, 0, 1 },

    { ngx_print_count_counter("events_total",
          "Events.",
          NGX_PRINT_COUNT_EVENTS),
      0, { NULL, NULL },
      NULL, 0, 1 }
};
'''

TALLIES = '''
    { ngx_print_tally_counter("webhook_requests_total",
          "Requests.",
          NGX_PRINT_TALLY_WEBHOOK),
      0, { NULL, NULL },
      NULL, 0, 1 }
};
'''

CLIENTS = '''
static ngx_print_count_label_t  ngx_print_metrics_state = {
    ngx_string("state"), ngx_print_metrics_states, 3
};

    ngx_print_metrics_gauge("client_online",
        "Online.",
        NGX_PRINT_METRICS_ONLINE),

    { ngx_string("client_jobs_total"),
      ngx_string("Jobs."),
      NGX_PRINT_COUNT_COUNTER, NGX_PRINT_METRICS_JOBS,
      1, { &ngx_print_metrics_state, NULL }, NULL, 0, 1 }
};
'''

METRICS = '''# Metrics

## Families

| name | type | labels | meaning |
|---|---|---|---|
| `zone_slots` | gauge | `kind`: `a`, `b` | records |
| `events_total` | counter | | events |
| `webhook_requests_total` | counter | `webhook` | requests |
| `client_online` | gauge | `client` | online |
| `client_jobs_total` | counter | `client`; `state`: `c` | jobs |
'''

SECURITY = '''# S

| version |
|---|
| 0.1.0 | yes |

## Promises

| who | tests |
|---|---|
| a client | `t/e2e/a.test.js` |
| a page | `t/e2e/a.test.js`, see `t/e2e` |
'''

CHANGES = '''
Changes with print hub 0.1.0           28 Nov 2026

    *) Feature: this is new,
       and so is that.

    *) Bugfix: this was wrong.


Changes with print hub 0.0.9           01 Nov 2026

    *) Security: nobody.
'''

CLEAN = {
    'README.md': README,
    'README.zh-CN.md': README_ZH,
    'SECURITY.md': SECURITY,
    'SECURITY.zh-CN.md': SECURITY.replace('Promises', '保证')
                                  .replace('who', '谁'),
    't/e2e/a.test.js': '',
    'CHANGES': CHANGES,
    'docs/images/a.png': '',
    'docs/directives.md': DIRECTIVES,
    'docs/zh-CN/directives.md': DIRECTIVES_ZH,
    'docs/api.md': API,
    'docs/zh-CN/api.md': API.replace('API', '接口'),
    'docs/jobs.md': '# Jobs\n',
    'docs/zh-CN/jobs.md': '# 任务\n',
    'docs/protocol.md': '# Protocols\n',
    'docs/zh-CN/protocol.md': '# 协议\n',
    'docs/cookbook.md': '# Cookbook\n',
    'docs/zh-CN/cookbook.md': '# 示例\n',
    'docs/operations.md': '# Operations\n\n## Reload\n\n## Reload\n\n'
                          '[one](#reload), [two](#reload-1)\n',
    'docs/zh-CN/operations.md': '# 运维\n\n## 重新加载\n\n## 重新加载：（二）\n\n'
                                '[一](#重新加载)、[二](#重新加载二)\n',
    'docs/architecture.md': ARCHITECTURE,
    'docs/metrics.md': METRICS,
    'docs/zh-CN/metrics.md': METRICS.replace('Families', '指标列表')
                                    .replace(': ', '：').replace('; ', '；'),
    'src/store/ngx_print_count_family.c': COUNTS,
    'src/store/ngx_print_tally_family.c': TALLIES,
    'src/api/ngx_print_metrics_table.c': CLIENTS,
    'ngx_print_module.c': MODULE,
    'src/zone/ngx_print_zone_lock.c': LOCK,
    'debian/changelog': 'print-hub (0.1.0-2) unstable; urgency=medium\n'
                        '\nprint-hub (0.0.9-1) unstable; urgency=medium\n',
    'package.json': '{\n  "name": "print-hub",\n  "version": "0.1.0",\n}\n',
    'src/ngx_print.h': '#define NGX_PRINT_VERSION              "0.1.0"\n'
                       '#define NGX_PRINT_VERSION_NUMBER       1000\n',
}

EN, ZH = 'README.md', 'README.zh-CN.md'
SEC, SEC_ZH = 'SECURITY.md', 'SECURITY.zh-CN.md'
REF, REF_ZH = 'docs/directives.md', 'docs/zh-CN/directives.md'
MAP = 'docs/architecture.md'
MET, MET_ZH = 'docs/metrics.md', 'docs/zh-CN/metrics.md'

# the file, what is replaced once (None: the file is removed), by what, where the
# fault is found, and its text

FAULTS = [
    # links
    (EN, 'images/a.png', 'images/b.png', EN, 'leads nowhere'),
    (EN, 'directives.md#print_hub)', 'directives.md#print_hop)', EN,
     'no heading'),
    (EN, '#get-jobsid', '#get-jobs-id', EN, 'no heading'),
    (EN, '(README.zh-CN.md)', '(../README.zh-CN.md)', EN, 'out of the project'),
    (REF, '(#print_hub)', '(#print-hub)', REF, 'no heading'),
    ('docs/operations.md', '#reload-1', '#reload-2', 'docs/operations.md',
     'no heading'),
    ('docs/zh-CN/operations.md', '#重新加载二', '#重新加载三',
     'docs/zh-CN/operations.md', 'no heading'),
    ('docs/images/a.png', None, None, EN, 'leads nowhere'),

    # pairs
    (ZH, '## 指令', '### 指令', ZH, 'headings are not those'),
    (ZH, '## 指令', '指令', ZH, 'headings are not those'),
    (REF_ZH, '## print_hub_drain', '## print_hub_drains', REF_ZH,
     'the directive is "print_hub_drain"'),
    (ZH, 'print_hub on;', 'print_hub off;', ZH, 'the code "print_hub off;"'),
    (ZH, '    make\n', '    make all\n', ZH, 'the code "make all"'),
    (ZH, '    make\n', '    make\n    make\n', ZH, 'not that in English'),
    (ZH, '```nginx', '```js', ZH, 'not that in English'),
    (ZH, '```nginx\nprint_hub on;    # 启用\n```\n', '', ZH,
     'has 1 code blocks instead of 2'),
    (ZH, '最多 1000', '最多 100', ZH, 'numbers of'),
    (EN, 'Up to 1,000', 'Up to 1,000 or 2', ZH, 'numbers of "指令": missing: 2'),
    (ZH, '分摊 |', '分摊，见 print_hub_zone |', ZH, 'names of directives'),
    (ZH, '`GET`', '`PUT`', ZH, 'pieces of code'),
    ('docs/zh-CN/jobs.md', None, None, 'docs/zh-CN/jobs.md',
     'no such document'),
    ('docs/protocol.md', None, None, 'docs/protocol.md', 'no such document'),

    # readme
    (EN, '    make\n', '    make\n' * 290, EN, 'at most 300'),
    (ZH, '    make\n', '    make\n' * 290, ZH, 'at most 300'),

    # tests
    (SEC, '| `t/e2e/a.test.js`', '| `t/e2e/b.test.js`', SEC,
     'there is no t/e2e/b.test.js'),
    ('docs/jobs.md', '# Jobs', '# Jobs\n\nsee `t/01-none.t`', 'docs/jobs.md',
     'there is no t/01-none.t'),
    (SEC, '| a client | `t/e2e/a.test.js` |', '| a client | t/e2e/a.test.js |',
     SEC, 'names no test'),
    (SEC_ZH, '| a client | `t/e2e/a.test.js` |', '| a client | all |', SEC_ZH,
     'names no test'),
    (SEC, '## Promises', '## Promise', SEC, 'no table below "Promises"'),
    (SEC, '| a client | `t/e2e/a.test.js` |\n'
          '| a page | `t/e2e/a.test.js`, see `t/e2e` |\n', '', SEC,
     'no table below'),

    # directives
    ('ngx_print_module.c', 'print_hub_drain', 'print_hub_zone', EN,
     'the directive print_hub_zone is missing'),
    ('ngx_print_module.c', 'print_hub_drain', 'print_hub_zone', REF_ZH,
     'the directive print_hub_zone is missing'),
    ('ngx_print_module.c', 'print_hub_drain', 'print_hub_zone', REF,
     'the module has no directive print_hub_drain'),
    ('ngx_print_module.c', 'ngx_print_commands', 'commands',
     'ngx_print_module.c', 'no table'),
    ('ngx_print_module.c', 'NGX_HTTP_SRV_CONF', 'NGX_HTTP_LOC_CONF', REF,
     'the context of print_hub_drain is "http, location"'),
    (EN, '| [print_hub_drain](docs/directives.md#print_hub_drain) | `2s` |',
     '| [print_hub](docs/directives.md#print_hub) | `off` |', EN,
     'print_hub is there 2 times'),
    (EN, '| `2s` |', '| `3s` |', EN, 'the default of print_hub_drain'),
    (EN, '.md#print_hub_drain', '.md#print_hub', EN, 'the link of'),
    (REF, '**`print_hub_drain`**', '**`print_hub_drains`**', REF,
     'the syntax of print_hub_drain'),
    (REF, '**Reload:** at once.', '', REF, 'has not the four fields'),
    (REF, '## print_hub\n', '## print_hub_z\n', REF, 'are not sorted'),

    # names
    (MAP, None, None, MAP, 'no such document'),
    (MAP, '`ngx_print_store_lock()` is', '`ngx_print_store_lick()` is', MAP,
     'the sources have no ngx_print_store_lick'),
    (MAP, '`ngx_print_store_lock()` is', '`ngx_print_store_rob()` is', MAP,
     'the sources have no ngx_print_store_rob'),
    (MAP, 'NGX_PRINT_LOCKED', 'NGX_PRINT_LOCKS', MAP,
     'the sources have no NGX_PRINT_LOCKS'),
    (MAP, 'zone_lock.c', 'zone_lick.c', MAP,
     'the sources have no ngx_print_zone_lick.c'),
    (MAP, '| `zone/zone_lock` |', '| `zone/zone_lick` |', MAP,
     'there is no file zone/zone_lick'),
    (MAP, '| `module` |', '| `modules` |', MAP, 'there is no file modules'),
    (MAP, '| `ngx_print_store_lock()` | after', '| `ngx_print_init()` | after',
     MAP, 'zone_lock.c does not define ngx_print_init()'),
    (MAP, '| `module` | `ngx_print_init()` |',
     '| `module` | `ngx_print_store_lock()` |', MAP,
     'ngx_print_module.c does not define ngx_print_store_lock()'),

    # changes
    ('CHANGES', 'Feature:', 'Features:', 'CHANGES', 'neither a version'),
    ('CHANGES', '       and', '    and', 'CHANGES', 'neither a version'),
    ('CHANGES', '28 Nov 2026', '2026-11-28', 'CHANGES', 'neither a version'),
    ('CHANGES', 'nobody', 'n' * 80, 'CHANGES', 'at most 80'),
    ('CHANGES', '0.0.9', '0.1.0', 'CHANGES', 'does not come first'),
    ('CHANGES', '0.0.9', '0.10.0', 'CHANGES', 'does not come first'),
    # metrics
    ('src/store/ngx_print_count_family.c', 'events_total', 'event_total', MET,
     'the module has no metric events_total'),
    ('src/store/ngx_print_count_family.c', 'events_total', 'event_total',
     MET_ZH, 'there is no metric event_total'),
    ('src/store/ngx_print_count_family.c', '"kind"', '"sort"', MET,
     'zone_slots is a gauge with the labels sort'),
    ('src/store/ngx_print_count_family.c', '1, { &ngx_print_count_kind',
     '0, { NULL', MET_ZH, 'zone_slots is a gauge with the labels'),
    ('src/store/ngx_print_count_family.c', 'ngx_print_count_counter(',
     'ngx_print_count_histogram(', MET, 'events_total is a histogram'),
    ('src/store/ngx_print_tally_family.c', 'webhook_requests_total',
     'requests_total', MET, 'there is no metric requests_total'),
    ('src/api/ngx_print_metrics_table.c', 'client_jobs_total',
     'client_prints_total', MET, 'there is no metric client_prints_total'),
    (MET, '`client_online`', '`client_away`', MET,
     'the module has no metric client_away'),
    (MET, '| counter | | events', '| counter | `kind` | events', MET,
     'events_total is a counter'),
    (MET, '## Families', '## Others', MET, 'there is no metric zone_slots'),
    (MET_ZH, None, None, MET_ZH, 'no such document'),

    # version
    ('src/ngx_print.h', 'NGX_PRINT_VERSION  ', 'NGX_PRINT_VERS  ',
     'src/ngx_print.h', 'there is no NGX_PRINT_VERSION'),
    ('src/ngx_print.h', '1000', '100', 'src/ngx_print.h',
     'NGX_PRINT_VERSION_NUMBER of 0.1.0 is 1000'),
    ('src/ngx_print.h', '"0.1.0"', '"0.2.0"', 'CHANGES', 'not 0.2.0'),
    ('CHANGES', '0.1.0', '0.1.1', 'CHANGES', 'the version is 0.1.1'),
    ('CHANGES', 'Changes with', 'Changes of', 'CHANGES', 'there is no version'),
    (EN, 'version is 0.1.0', 'version is 0.1.1', EN, 'the version is 0.1.1'),
    (ZH, '版本为 0.1.0', '版本为 0.1.1', ZH, 'the version is 0.1.1'),
    (SEC, '0.1.0', '0.1.1', SEC, 'the version is 0.1.1'),
    (SEC_ZH, '0.1.0', '0.1.1', SEC_ZH, 'the version is 0.1.1'),
    ('docs/api.md', '0.1.0', '0.1.1', 'docs/api.md', 'the version is 0.1.1'),
    ('debian/changelog', '0.1.0-2', '0.1.1-2', 'debian/changelog',
     'the version is 0.1.1'),
    ('debian/changelog', '(0.1.0-2)', '(0.1.0)', 'debian/changelog',
     'there is no version'),
    ('package.json', '0.1.0', '0.1.1', 'package.json', 'the version is 0.1.1'),
]


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)

            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)

        return documents.Checker(root).check()


def main():
    passed, failed = 0, 0

    def verdict(ok, message):
        nonlocal passed, failed
        passed += ok
        failed += not ok
        if not ok:
            print(f'not ok: {message}')

    faults = check(CLEAN)
    verdict(not faults, f'what is clean is reported: {faults}')

    for path, old, new, place, text in FAULTS:
        files = dict(CLEAN)

        if old is None:
            del files[path]

        elif old in files[path]:
            files[path] = files[path].replace(old, new, 1)

        else:
            verdict(False, f'no {old!r} in {path}')
            continue

        found = check(files)

        verdict(any(at == place and re.search(re.escape(text), message)
                    for at, _, message in found),
                f'{path}: {old!r} -> {str(new)[:40]!r} gives {found}')

    print(f'{passed} passed, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
