
/*
 * Copyright (C) the print hub contributors
 */


/* A real Prometheus scrapes the metrics, and has nothing against them. */


'use strict';


const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const metrics = require('./lib/metrics');
const station = require('./lib/station');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');


const SCRAPES = path.join('logs', 'scrapes.log');


class Prometheus {

    constructor(folder, port) {
        this.folder = folder;
        this.port = port;
        this.log = '';
    }

    async start(target) {
        fs.writeFileSync(path.join(this.folder, 'prometheus.yml'), `
global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - job_name: print-hub
    metrics_path: ${metrics.CLIENTS}
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
`);

        this.child = spawn('prometheus', [
            `--config.file=${this.folder}/prometheus.yml`,
            `--storage.tsdb.path=${this.folder}/data`,
            `--web.listen-address=127.0.0.1:${this.port}`
        ]);

        this.child.on('error', (error) => {
            this.log += error;
        });

        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream.on('data', (data) => {
                this.log += data;
            });
        }

        await waitFor(async () => {
            return this.child.exitCode !== null
                   || (await this.ask('/-/ready')).status === 200;
        }, () => `prometheus\n${this.log}`);
    }

    async ask(target) {
        try {
            return await http.request(this.port, target);

        } catch (error) {
            return { status: 0, body: `${error}` };
        }
    }

    async api(target) {
        const { status, body } = await this.ask(`/api/v1/${target}`);

        assert.strictEqual(status, 200, `${body}\n${this.log}`);

        return JSON.parse(body).data;
    }

    /* the value of an expression, or undefined */

    async value(query) {
        const { result } = await this.api('query?'
                                         + new URLSearchParams({ query }));

        return result.length ? Number(result[0].value[1]) : undefined;
    }

    async stop() {
        if (this.child.exitCode === null) {
            const gone = new Promise((resolve) => {
                this.child.on('exit', resolve);
            });

            this.child.kill('SIGKILL');
            await within(gone, 'the end of prometheus');
        }

        fs.rmSync(this.folder, { recursive: true, maxRetries: 5 });
    }
}


async function prometheus(t, target) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-e2e-'));
    const one = new Prometheus(folder, await freePort());

    t.after(() => one.stop());
    await one.start(target);

    return one;
}


function freePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer();

        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();

            server.close(() => resolve(port));
        });
    });
}


for (const workers of WORKERS) {
    describe(`prometheus, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('scrapes without an error', async (t) => {
            const nginx = await serve(t, {
                workers, pingInterval: LONG, pingTimeout: LONG,
                http: 'log_format scrape "$http_accept|'
                      + '$sent_http_content_type";',
                server: `access_log ${SCRAPES} scrape if=$http_accept;`
                        + metrics.LOCATIONS.replace(/;/g, '; access_log '
                                                    + `${SCRAPES} scrape;`)
            });
            const { port } = nginx;

            await station.websocket(port, '前台 "1"');
            await station.polling(port, 'back\\slash\nline');
            await hub.deliver(port, '前台 "1"', 'x');
            await hub.print(port, 'nobody', 'x');

            const one = await prometheus(t, port);

            await waitFor(async () => {
                return await one.value('sum_over_time(up[1h])') >= 3;
            }, () => `three scrapes\n${one.log}`);

            const { activeTargets: [target] } = await one.api('targets');

            assert.strictEqual(target.lastError, '');
            assert.strictEqual(target.health, 'up');
            assert.strictEqual(await one.value('min_over_time(up[1h])'), 1);

            /* it asks for OpenMetrics and gets it */

            const scrapes = fs.readFileSync(path.join(nginx.folder, SCRAPES),
                                            'utf8').trim().split('\n');

            for (const scrape of scrapes) {
                assert.match(scrape, /^application\/openmetrics-text.*\|application\/openmetrics-text; version=1\.0\.0; charset=utf-8$/);
            }

            /* the values are those that were sent, and so are the labels */

            const client = (id) => one.value('print_hub_client_online'
                + `{zone="hub",client=${JSON.stringify(id)}}`);

            assert.strictEqual(await client('前台 "1"'), 1);
            assert.strictEqual(await client('back\\slash\nline'), 1);
            assert.strictEqual(await one.value(
                'print_hub_jobs_refused_total{reason="client_unknown"}'), 1);
            assert.strictEqual(await one.value('print_hub_build_info'), 1);

            /* each family has a type, and what it is in */

            const known = await one.api('metadata');
            const all = await metrics.read(port, metrics.CLIENTS,
                                           metrics.OPEN);

            for (const name of all.names()) {
                const [meta] = known[`print_hub_${name}`] || [];

                assert(meta, name);
                assert.notStrictEqual(meta.type, 'unknown', name);
                assert.notStrictEqual(meta.help, '', name);
                assert.strictEqual(meta.unit,
                                   (name.match(/_(seconds|bytes)$/)
                                    || ['', ''])[1], name);
            }

            assert.doesNotMatch(one.log, /level=(?:warn|error)/);
        });
    });
}
