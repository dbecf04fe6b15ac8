
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What is in contrib for Prometheus and Grafana: promtool accepts the rules and
 * each expression of the dashboard, each alert fires where it should and
 * nowhere else, and all of them name metrics and labels that the hub has.
 */


'use strict';


const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { promisify } = require('node:util');

const { families, selectors } = require('./lib/promql');
const http = require('./lib/raw_http');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');


const run = promisify(execFile);

const PROMTOOL = process.env.PROMTOOL || 'promtool';

const ROOT = path.join(__dirname, '../..');
const PROMETHEUS = path.join(ROOT, 'contrib/prometheus');

const RULES = read('contrib/prometheus/print-hub.rules.yml');
const TESTS = read('contrib/prometheus/print-hub.rules.test.yml');

const DASHBOARD = JSON.parse(read('contrib/grafana/print-hub.json'));

/* what Grafana puts in place of its variables */

const VARIABLES = { $__rate_interval: '1m', $instance: '.*', $zone: '.*' };

/* of each station: the hub has them with "clients" alone */

const OF_CLIENTS = /^print_hub_client_/;

/* a label in a legend or in the text of an alert */

const SHOWN = /\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g;

const ROWS = ['Now', 'Jobs', 'Latency', 'Stations', 'Zone and workers',
              'HTTP and events'];


function read(name) {
    return fs.readFileSync(path.join(ROOT, name), 'utf8');
}


async function promtool(...args) {
    const { stdout, stderr } = await run(PROMTOOL, args, { cwd: PROMETHEUS });

    return stdout + stderr;
}


/* a folder of the test */

function folder(t) {
    const name = fs.mkdtempSync(path.join(os.tmpdir(), 'print-rules-'));

    t.after(() => fs.rmSync(name, { recursive: true }));

    return name;
}


/* the alerts: { name, expr, severity, summary, description } */

function alerts() {
    return RULES.split(/^ {6}- alert: /m).slice(1).map((text) => {
        const block = /^ {8}expr: \|\n((?: {10}.*\n)+)/m.exec(text);
        const field = (name) => {
            const found = new RegExp(`^ +${name}: (.+)$`, 'm').exec(text);

            return found && found[1];
        };

        const prose = /^ {10}description: >-\n((?: {12}.*\n)+)/m.exec(text);

        return {
            name: /^\w+/.exec(text)[0], expr: block ? block[1] : field('expr'),
            severity: field('severity'), summary: field('summary'),
            description: prose && prose[1]
        };
    });
}


/* all panels of the dashboard but its rows */

function panels() {
    return DASHBOARD.panels.filter(({ type }) => type !== 'row');
}


/* the expressions of the dashboard, with values for its variables */

function expressions() {
    const { annotations, templating } = DASHBOARD;

    const texts = [
        ...panels().flatMap(({ targets }) => targets.map(({ expr }) => expr)),
        ...annotations.list.map(({ expr }) => expr),
        ...templating.list.map(({ definition }) => {
            return definition && /^label_values\((.*), \w+\)$/.exec(
                definition
            )[1];
        })
    ];

    return texts.filter(Boolean).map((text) => {
        return text.replace(/\$\w+/g, (name) => {
            assert.ok(VARIABLES[name], `the variable ${name}`);

            return VARIABLES[name];
        });
    });
}


/* what a hub with a station answers */

async function answer(t) {
    const nginx = await serve(t, {
        server: `print_hub_events /told;
                 location = /told { return 204; }
                 location = /metrics { print_hub_metrics clients; }`
    });

    await station.websocket(nginx.port, 'kasse-3');

    const { body } = await http.request(nginx.port, '/metrics');

    return body;
}


/* the lines of an answer as series of two machines that rise, for promtool */

function series(text) {
    return ['print-1:80', 'print-2:80'].flatMap((instance) => {
        return [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)]
            .map(([, name, labels]) => {
                const all = [`instance="${instance}"`, labels].filter(Boolean);

                return { series: `${name}{${all}}`, values: '1+1x20' };
            });
    });
}


describe('Prometheus and Grafana', { skip: NGINX_ONLY }, () => {

    it('promtool accepts the scrape job and the rules', async () => {
        await promtool('check', 'config', 'prometheus.yml');

        assert.match(await promtool('check', 'rules', 'print-hub.rules.yml'),
                     new RegExp(`SUCCESS: ${alerts().length} rules found`));
    });

    it('each alert says how bad it is, and what to do', () => {
        assert.ok(alerts().length >= 15);

        for (const { name, expr, severity, summary, description } of alerts()) {
            assert.match(name, /^PrintHub[A-Z]/);
            assert.ok(expr, name);
            assert.match(`${severity}`, /^(page|warning|info)$/, name);
            assert.ok(summary, name);
            assert.ok(description && description.split('. ').length > 1, name);
        }
    });

    it('the documents have each alert', () => {
        const all = alerts().map(({ name, severity }) => [name, severity]);

        for (const document of ['docs/operations.md',
                                'docs/zh-CN/operations.md'])
        {
            const rows = [...read(document)
                .matchAll(/^\| `(PrintHub\w+)` \| (\w+) \|/gm)]
                .map(([, name, severity]) => [name, severity]);

            assert.deepStrictEqual(rows, all, document);
        }
    });

    it('each alert fires where it should, and nowhere else', async () => {
        await promtool('test', 'rules', 'print-hub.rules.test.yml');

        for (const { name } of alerts()) {
            const looks = TESTS.split(/^ {6}- eval_time: /m).filter((text) => {
                return text.includes(`alertname: ${name}\n`);
            });

            assert.ok(looks.some((text) => text.includes('exp_alerts')),
                      `no test in which ${name} fires`);
            assert.ok(looks.some((text) => !text.includes('exp_alerts')),
                      `no test in which ${name} does not fire`);
        }
    });

    it('each expression of the dashboard can be evaluated', async (t) => {
        const dir = folder(t);
        const rules = path.join(dir, 'dashboard.yml');
        const tests = path.join(dir, 'dashboard.test.yml');

        const all = expressions().map((expr, i) => {
            return { record: `dashboard:${i}`, expr };
        });

        /* JSON is YAML */

        fs.writeFileSync(rules, JSON.stringify({
            groups: [{ name: 'dashboard', rules: all }]
        }));

        fs.writeFileSync(tests, JSON.stringify({
            rule_files: [rules],
            tests: [{
                interval: '1m',
                input_series: series(await answer(t)),
                promql_expr_test: [{
                    expr: 'vector(1)', eval_time: '20m',
                    exp_samples: [{ labels: '{}', value: 1 }]
                }]
            }]
        }));

        assert.match(await promtool('check', 'rules', rules),
                     new RegExp(`SUCCESS: ${all.length} rules found`));

        await promtool('test', 'rules', tests);
    });

    it('each metric, label and value of both is one of the hub', async (t) => {
        const all = families(await answer(t));
        const used = [...alerts().map(({ expr }) => expr), ...expressions()]
            .flatMap(selectors);

        assert.ok(used.length > 60);

        for (const [name, labels] of used) {
            const family = name.replace(/_bucket$/, '');

            assert.ok(all.has(family), `there is no ${name}`);

            for (const [label, values] of all.get(family) ? labels : []) {
                const has = label === 'instance' || all.get(family).get(label);

                assert.ok(has, `${name} has no label ${label}`);
                assert.ok(has === true || values[0] === '.*'
                          || values.every((one) => has.has(one)),
                          `${name} has no ${label} of ${values}`);
            }
        }
    });

    it('what is grouped by a label has it, and is shown with it', async (t) => {
        const all = families(await answer(t));
        const shown = panels().flatMap(({ targets }) => targets);

        const texts = [
            ...alerts().map(({ expr, summary, description }) => {
                return [expr, `${summary}${description}`];
            }),
            ...shown.map(({ expr, legendFormat }) => [expr, legendFormat])
        ];

        for (const [expr, text] of texts) {
            const groups = [...expr.matchAll(/ by \(([^)]*)\)/g)]
                .flatMap(([, names]) => names.split(', '));
            const labels = ['instance', ...selectors(expr).flatMap(([name]) => {
                const family = all.get(name.replace(/_bucket$/, ''));

                return family ? [...family.keys()] : groups;
            })];

            for (const name of groups) {
                assert.ok(labels.includes(name), `${name} in ${expr}`);
            }

            for (const [, name] of text.matchAll(SHOWN)) {
                assert.ok(name === 'instance' || groups.includes(name),
                          `${name} of ${expr} is in "${text}"`);
            }
        }
    });

    it('the dashboard can be read', () => {
        const rows = DASHBOARD.panels.filter(({ type }) => type === 'row');
        const ids = new Set(DASHBOARD.panels.map(({ id }) => id));

        assert.strictEqual(DASHBOARD.uid, 'print-hub');
        assert.ok(DASHBOARD.schemaVersion >= 36);    /* Grafana 9 */

        assert.deepStrictEqual(
            DASHBOARD.templating.list.map(({ name }) => name),
            ['datasource', 'instance', 'zone']
        );

        assert.deepStrictEqual(rows.map(({ title }) => title), ROWS);
        assert.strictEqual(ids.size, DASHBOARD.panels.length);

        assert.ok(panels().filter(({ type }) => type === 'heatmap')
            .length >= 3);

        for (const one of panels()) {
            const { title, description, datasource, fieldConfig } = one;

            assert.ok(title);
            assert.ok(description, `${title} has no description`);
            assert.ok(fieldConfig.defaults.unit, `${title} has no unit`);
            assert.strictEqual(datasource.uid, '${datasource}', title);

            for (const { expr } of one.targets) {
                assert.match(expr, /instance=~"\$instance",zone=~"\$zone"/,
                             title);
            }
        }
    });

    it('only alerts and panels for stations need their series', () => {
        const some = alerts().filter(({ expr }) => {
            return selectors(expr).some(([name]) => OF_CLIENTS.test(name));
        });

        const shown = panels().filter(({ targets }) => {
            return targets.some(({ expr }) => {
                return selectors(expr).some(([name]) => OF_CLIENTS.test(name));
            });
        });

        assert.deepStrictEqual(some.map(({ name }) => name),
                               ['PrintHubStationOffline']);

        for (const { title, description } of shown) {
            assert.match(description, /print_hub_metrics clients/, title);
        }
    });
});
