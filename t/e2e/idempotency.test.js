
/*
 * Copyright (C) the print hub contributors
 */


/* The header Idempotency-Key: a print that is asked for twice is printed once. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const stations = require('./lib/station');
const { NGINX_ONLY, WORKERS, start } = require('./lib/target');


const MISMATCH = 'the Idempotency-Key was used for another request';

const FORM = 'application/x-www-form-urlencoded';


/* the ways to print printData, as options of a request */

const WAYS = {

    'GET': (clientId, printData) => ({
        path: `/startPrint?clientId=${clientId}&printData=${printData}`
    }),

    'POST of a form': (clientId, printData) => ({
        method: 'POST', path: '/startPrint',
        headers: { 'Content-Type': FORM },
        body: `clientId=${clientId}&printData=${printData}`
    }),

    'POST of JSON': (clientId, printData) => ({
        method: 'POST', path: '/startPrint',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ clientId, printData })
    }),

    'POST with a query': (clientId, printData) => ({
        method: 'POST',
        path: `/startPrint?clientId=${clientId}&printData=${printData}`
    })
};


async function ask(port, options, key) {
    const { status, body, headers } = await http.request(port, {
        ...options,
        headers: { ...options.headers, 'Idempotency-Key': key }
    });

    return {
        status,
        message: JSON.parse(body).message,
        job: headers['x-print-job'],
        replayed: headers['idempotency-replayed'] === 'true'
    };
}


for (const workers of WORKERS) {
    describe(`Idempotency-Key, ${workers} worker(s)`, { skip: NGINX_ONLY },
             () => {
        let target;
        let port;

        before(async () => {
            target = await start({
                workers, queue: 3,
                server: ['/a/', '/b/'].map((path) => `location ${path} {
                    print_hub on; print_hub_api on; print_hub_queue 3;
                }`).join('\n')
            });
            port = target.port;
        });

        after(() => target.stop());

        for (const [name, way] of Object.entries(WAYS)) {
            it(`${name}: prints once`, async () => {
                const one = await stations.websocket(port, `s ${name}`);
                const id = encodeURIComponent(one.id);
                const clientId = /JSON/.test(name) ? one.id : id;
                const first = await ask(port, way(clientId, 'i'), name);

                assert.deepStrictEqual(first, {
                    status: 200, message: hub.RECEIVED, job: first.job,
                    replayed: false
                });

                assert.deepStrictEqual(await ask(port, way(clientId, 'i'), name),
                                       { ...first, replayed: true });

                assert.deepStrictEqual(await ask(port, way(clientId, 'j'), name),
                                       { status: 422, message: MISMATCH,
                                         job: undefined, replayed: false });

                /* the same in another way is the same request */

                assert.deepStrictEqual(
                    await ask(port, WAYS.GET(id, 'i'), name),
                    { ...first, replayed: true });

                await hub.deliver(port, one.id, 'last');
                await one.printed(2);
                assert.deepStrictEqual(one.prints, ['i', 'last']);
                one.leave();
            });
        }

        it('eight at once: one job', async () => {
            const one = await stations.websocket(port, 'eight');
            const answers = await Promise.all(Array.from({ length: 8 }, () => {
                return ask(port, WAYS.GET('eight', 'i'), 'eight');
            }));

            assert.strictEqual(new Set(answers.map((a) => a.job)).size, 1);
            assert.strictEqual(answers.filter((a) => a.replayed).length, 7);
            assert.ok(answers.every((a) => a.message === hub.RECEIVED));

            await hub.deliver(port, 'eight', 'last');
            await one.printed(2);
            assert.deepStrictEqual(one.prints, ['i', 'last']);
            one.leave();
        });

        it('the answer stays the same when the station comes or goes',
           async () => {
            const here = await stations.websocket(port, 'here');
            const first = await ask(port, WAYS.GET('here', 'i'), 'h1');

            here.leave();
            await hub.offline(port, 'here');

            const queued = await ask(port, WAYS.GET('here', 'i'), 'h2');

            assert.strictEqual(first.message, hub.RECEIVED);
            assert.strictEqual(queued.message, hub.QUEUED);

            assert.deepStrictEqual(await ask(port, WAYS.GET('here', 'i'), 'h1'),
                                   { ...first, replayed: true });

            const back = await stations.websocket(port, 'here');

            await jobs.becomes(port, queued.job, 'received');
            assert.deepStrictEqual(await ask(port, WAYS.GET('here', 'i'), 'h2'),
                                   { ...queued, replayed: true });
            back.leave();
        });

        it('a refusal is not remembered', async () => {
            const unknown = await ask(port, WAYS.GET('later', 'i'), 'later');

            assert.strictEqual(unknown.message, hub.UNKNOWN);

            const one = await stations.websocket(port, 'later');
            const answer = await ask(port, WAYS.GET('later', 'i'), 'later');

            assert.strictEqual(answer.message, hub.RECEIVED);
            assert.ok(!answer.replayed);
            one.leave();
            await hub.offline(port, 'later');

            for (const key of ['l1', 'l2', 'l3']) {
                assert.strictEqual(
                    (await ask(port, WAYS.GET('later', key), key)).message,
                    hub.QUEUED);
            }

            const full = await ask(port, WAYS.GET('later', 'l4'), 'l4');

            assert.strictEqual(full.status, 503);

            const back = await stations.websocket(port, 'later');

            await back.printed(3);

            const again = await ask(port, WAYS.GET('later', 'l4'), 'l4');

            assert.strictEqual(again.status, 200);
            assert.ok(!again.replayed);
            back.leave();
        });

        it('keys of one location are not those of another', async () => {
            const one = await stations.websocket(port, 'places');
            const order = jobs.order({ clientId: 'places', data: 'i' });

            for (const place of ['', '/a', '/b']) {
                const print = WAYS.GET('places', 'i');
                const first = await ask(port, { path: place + print.path },
                                        'place');

                assert.strictEqual(first.status, 200);
                assert.ok(!first.replayed);

                /* another path of the location is another request */

                const { status } = await ask(port, {
                    ...order, path: place + order.path
                }, 'place');

                assert.strictEqual(status, 422);
            }

            await hub.deliver(port, 'places', 'last');
            await one.printed(4);
            assert.deepStrictEqual(one.prints, ['i', 'i', 'i', 'last']);
            one.leave();
        });
    });
}
