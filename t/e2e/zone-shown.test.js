
/*
 * Copyright (C) the print hub contributors
 */


/* GET zone: what it says of the zone, its workers and its webhook. */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG } = require('./lib/wait');


const OPTIONS = { pingInterval: LONG, pingTimeout: LONG };


async function zone(port) {
    return http.json(port, '/zone');
}


/* the worker with this pid, once it is as it should be */

async function becomes(port, pid, expected, path = '/zone') {
    let one;

    await waitFor(async () => {
        one = (await http.json(port, path)).workers
            .find((worker) => worker.pid === pid);

        return one && Object.entries(expected).every(([name, value]) => {
            return one[name] === value;
        });

    }, () => `${JSON.stringify(expected)} of ${JSON.stringify(one)}`);
}


for (const workers of WORKERS) {
    describe(`GET zone, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('names the zone, the versions and what is allowed', async (t) => {
            const { port } = await serve(t, {
                ...OPTIONS, workers,
                server: 'location /read/ { print_hub_api read; }'
            });

            const full = await zone(port);
            const read = await http.json(port, '/read/zone');

            assert.strictEqual(full.zone, 'hub');
            assert.match(full.version, /^\d+\.\d+\.\d+$/);
            assert.match(full.nginx, /^1\.\d+\.\d+$/);
            assert.strictEqual(full.api, 'on');
            assert.strictEqual(read.api, 'read');
            assert.deepStrictEqual(full.webhooks, []);
        });

        it('shows peaks, totals and minutes', async (t) => {
            const { port } = await serve(t, { ...OPTIONS, workers });
            const shown = await zone(port);

            for (const kind of ['sessions', 'clients', 'jobs', 'blocks']) {
                assert.deepStrictEqual(Object.keys(shown[kind]),
                                       ['used', 'max', 'peak', 'reclaimable']);
            }

            assert.strictEqual(shown.totals.jobs_settled, 0);
            assert.deepStrictEqual(shown.totals.upgrades,
                                   { ok: 0, failed: 0 });
            assert.deepStrictEqual(Object.keys(shown.totals.connects),
                                   ['polling', 'websocket']);
            assert.ok('transport_close' in shown.totals.disconnects);

            for (const kind of ['created', 'ok', 'failed', 'unconfirmed',
                                'expired']) {
                assert.strictEqual(shown.minutes[kind].length, 60);
            }
        });

        it('shows the stations at each worker', async (t) => {
            const nginx = await serve(t, { ...OPTIONS, workers });
            const { port } = nginx;
            const one = await station.websocket(port, 'x');
            const shown = await zone(port);

            assert.deepStrictEqual(
                shown.workers.map(({ pid }) => pid).sort((a, b) => a - b),
                nginx.workers().sort((a, b) => a - b)
            );

            assert.deepStrictEqual(
                shown.workers.map(({ slot }) => slot),
                [...Array(workers).keys()]
            );

            await becomes(port, one.worker,
                          { state: 'running', websockets: 1, waiting: 0 });

            const steer = new Steer(port, nginx.workers());

            t.after(() => steer.end());

            const session = await eio.polling(port);
            const get = await steer.park(one.worker, session);

            await becomes(port, one.worker, { websockets: 1, waiting: 1 });

            await session.post('1');
            await get.done.catch(() => { /* the session is over */ });
            one.leave();
            await hub.offline(port, 'x');
            await becomes(port, one.worker, { websockets: 0, waiting: 0 });
        });
    });
}


describe('GET zone, the state of workers', { skip: NGINX_ONLY }, () => {

    it('exiting: an old worker has a request that goes on', async (t) => {
        const nginx = await serve(t, { ...OPTIONS, workers: 1 });
        const { port } = nginx;
        const [old] = nginx.workers();
        const socket = net.connect(port, '127.0.0.1');
        let answered = false;

        socket.on('data', () => {
            answered = true;
        });

        /* the second request is not complete */

        socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'
                     + 'GET /health HTTP/1.1\r\nHost: x\r\n');
        await waitFor(() => answered, 'the first answer');

        await nginx.reload();
        await becomes(port, old, { state: 'exiting' });
        socket.destroy();
    });

    it('hung: a worker stands still', async (t) => {
        const nginx = await serve(t, { ...OPTIONS, workers: 2 });
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim, other] = steer.workers;

        t.after(() => steer.end());

        process.kill(victim, 'SIGSTOP');

        let one;

        await waitFor(async () => {
            const { body } = await steer.request(other, { path: '/zone' });

            one = JSON.parse(body).workers.find(({ pid }) => pid === victim);

            return one.state === 'hung';
        }, 'a worker that hangs');

        process.kill(victim, 'SIGCONT');
        await becomes(port, victim, { state: 'running' });
    });
});


describe('GET zone, the webhook', { skip: NGINX_ONLY }, () => {

    it('shows what is pending, failures and the last success', async (t) => {
        const { port } = await serve(t, {
            ...OPTIONS, workers: 2,
            server: 'print_hub_events /told?secret=1 retry=10ms max_retry=10ms;'
                    + ' location = /told { internal; return 503; }'
        });

        let [webhook] = (await zone(port)).webhooks;

        assert.strictEqual(webhook.name, '/told');
        assert.strictEqual(webhook.pending, 0);
        assert.strictEqual(webhook.failures, 0);
        assert.strictEqual(webhook.state, 'ok');
        assert.ok(!('lastSuccess' in webhook));

        const one = await station.websocket(port, 'x');

        await waitFor(async () => {
            [webhook] = (await zone(port)).webhooks;

            return webhook.failures > 1;
        }, 'failures');

        assert.strictEqual(webhook.state, 'failing');
        assert.strictEqual(webhook.pending, 1);

        one.leave();
    });

    it('has the time of the last success', async (t) => {
        const { port } = await serve(t, {
            ...OPTIONS, workers: 2,
            server: 'print_hub_events /told;'
                    + ' location = /told { internal; return 204; }'
        });
        const begun = Date.now();

        const one = await station.websocket(port, 'x');
        let webhook;

        await waitFor(async () => {
            [webhook] = (await zone(port)).webhooks;

            return webhook.lastSuccess && webhook.pending === 0;
        }, 'a success');

        assert.ok(Math.abs(Date.parse(webhook.lastSuccess) - begun) < LONG);
        assert.strictEqual(webhook.failures, 0);

        one.leave();
    });
});
