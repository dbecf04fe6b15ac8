
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Without print_hub_queue a job does not wait for a station that is offline:
 * one that was accepted and never sent ends when the station goes.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const { back, next, socket } = require('./lib/recovery');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG, SLOW } = require('./lib/wait');


const WENT = 'the station went offline';
const QUIET = { pingInterval: LONG, pingTimeout: LONG };

/* jobs that fill the buffers of a connection, and some more that do not go */

const LARGE = 'x'.repeat(400000);
const NEVER = 5;
const ROOM = { zone: '64m', location: 'print_hub_session_buffer 40m;' };
const NAMESPACE = 'print_hub_namespace /shop;';


/* a session that has no GET open: what is printed on it stays in the zone */

async function quiet(port, ...ids) {
    const session = await eio.polling(port);

    session.socketId = await session.join();

    for (const id of ids) {
        await session.post(`42["register","${id}"]`);
    }

    await hub.online(port, ...ids);

    return session;
}


/* a job on a station that is quiet */

async function unsent(port, clientId) {
    const { status, json } = await jobs.post(port, { clientId, data: 1 });

    assert.strictEqual(status, 201);
    assert.strictEqual(json.state, 'queued');

    return json.id;
}


async function expired(port, id) {
    const job = await jobs.becomes(port, id, 'expired');

    assert.strictEqual(job.reason, WENT);
    assert.strictEqual(job.attempts, 0);
    assert.ok(!job.sent);
    assert.ok(job.finished);
}


/* a station of this id gets nothing but what is printed now */

async function nothingLeft(port, id) {
    const one = await socket(port, id);

    await hub.deliver(port, id, 'new');
    await next(one, '2');
    assert.deepStrictEqual(one.prints, ['new']);
    one.destroy();
}


for (const workers of WORKERS) {
    describe(`unsent, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('ends with its session, and answers who waits', async (t) => {
            const nginx = await serve(t, { workers, ...QUIET });
            const { port } = nginx;
            const steer = new Steer(port, nginx.workers());
            const session = await quiet(port, 'a', 'b');
            const waits = steer.workers.map(async (pid, i) => {
                return jobs.parsed(await steer.request(pid, jobs.order(
                    { clientIds: ['a', 'b'], data: i },
                    `wait=20s${i ? '&wait_for=result' : ''}`)));
            });

            await waitFor(async () => {
                return (await http.json(port, '/jobs?state=queued'))
                    .jobs.length === 2 * steer.workers.length;
            }, 'the jobs');

            await session.post('1');

            for (const { status, json } of await Promise.all(waits)) {
                assert.strictEqual(status, 201);

                for (const job of json.jobs) {
                    assert.strictEqual(job.state, 'expired');
                    assert.strictEqual(job.reason, WENT);
                }
            }

            steer.end();
            await hub.offline(port, 'a', 'b');
            assert.strictEqual((await jobs.post(port, {
                clientId: 'a', data: 1
            })).json.error.code, 'client_offline');
            await nothingLeft(port, 'a');
        });

        it('ends when its namespace is left, others go on', async (t) => {
            const { port } = await serve(t, { workers, ...QUIET,
                                              location: NAMESPACE });
            const session = await quiet(port, 'a');

            await session.post('40/shop,');
            await session.receive();
            await session.post('42/shop,["register","s"]');
            await hub.online(port, 's');

            const ids = [await unsent(port, 'a'), await unsent(port, 's')];

            await session.post('41');
            await expired(port, ids[0]);
            assert.strictEqual((await jobs.get(port, ids[1])).state, 'queued');
            assert.match((await session.receive())[0], /^42\/shop,\["print"/);
        });

        it('ends when the station is silent for too long', async (t) => {
            const { port } = await serve(t, {
                workers, pingInterval: 300 * SLOW, pingTimeout: 300 * SLOW
            });

            await quiet(port, 'silent');
            await expired(port, await unsent(port, 'silent'));
        });

        it('of a WebSocket that reads nothing', async (t) => {
            const { port } = await serve(t, { workers, ...QUIET, ...ROOM });
            const before = (await http.json(port, '/zone')).blocks.used;
            const one = await socket(port, 'slow');

            one.socket.pause();

            const ids = await blocked(port, 'slow');
            const last = await jobs.get(port, ids.at(-1));

            assert.strictEqual(last.state, 'queued');

            one.destroy();
            await expired(port, last.id);
            await hub.offline(port, 'slow');

            /* what was sent may have arrived */

            const states = new Set();

            for (const id of ids) {
                states.add((await jobs.get(port, id)).state);
            }

            assert.deepStrictEqual([...states].sort(),
                                   ['expired', 'unconfirmed']);

            await waitFor(async () => {
                return (await http.json(port, '/zone')).blocks.used === before;
            }, 'the blocks');
        });

        it('of a WebSocket whose worker is killed', async (t) => {
            const nginx = await serve(t, { workers, ...QUIET, ...ROOM });
            const { port } = nginx;
            const one = await socket(port, 'dies');

            one.socket.pause();

            const ids = await blocked(port, 'dies');

            for (const pid of nginx.workers()) {
                await nginx.kill(pid);
            }

            await expired(port, ids.at(-1));
            one.destroy();
            await nothingLeft(port, 'dies');
        });

        it('is sent to the socket that takes the clientId', async (t) => {
            const { port } = await serve(t, { workers, ...QUIET });
            const session = await quiet(port, 'moves');
            const id = await unsent(port, 'moves');
            const one = await socket(port, 'moves');

            await next(one, '2');
            one.text('3');
            await jobs.becomes(port, id, 'received');

            /* and back: the first one still has a claim */

            await session.post('1');
            one.destroy();
            await hub.offline(port, 'moves');
            assert.strictEqual((await jobs.get(port, id)).state, 'received');
        });

        it('is sent to the socket that gets the clientId back', async (t) => {
            const { port } = await serve(t, { workers, ...QUIET });
            const one = await socket(port, 'returns');
            const session = await quiet(port, 'returns');
            const id = await unsent(port, 'returns');

            await session.post('1');
            await next(one, '2');
            one.text('3');
            await jobs.becomes(port, id, 'received');
            one.destroy();
        });

        it('waits while its socket may be recovered', async (t) => {
            const { port } = await serve(t, {
                workers, ...QUIET, recovery: `${LONG}ms`
            });
            const session = await eio.polling(port);

            await session.post('40');

            const { pid } = JSON.parse((await session.receive())[0].slice(2));

            await session.post('42["register","back"]');
            await hub.online(port, 'back');

            const id = await unsent(port, 'back');

            await session.post('1');
            await hub.offline(port, 'back');
            assert.strictEqual((await jobs.get(port, id)).state, 'queued');

            const one = await back(port, pid, '');

            one.text('3');
            await jobs.becomes(port, id, 'received');
            one.destroy();
        });

        it('ends when the time for a recovery is over', async (t) => {
            const { port } = await serve(t, {
                workers, ...QUIET, recovery: `${500 * SLOW}ms`
            });
            const session = await quiet(port, 'late');
            const id = await unsent(port, 'late');

            await session.post('1');
            await expired(port, id);
            await nothingLeft(port, 'late');
        });

        it('waits where print_hub_queue lets it', async (t) => {
            const { port } = await serve(t, { workers, ...QUIET, queue: 1 });
            const session = await quiet(port, 'waits');
            const id = await unsent(port, 'waits');

            await session.post('1');
            await hub.offline(port, 'waits');

            const one = await socket(port, 'waits');

            await next(one, '2');
            one.text('3');
            await jobs.becomes(port, id, 'received');
            one.destroy();
        });
    });
}


/* prints on a station until several jobs stay in the zone: the ids of all */

async function blocked(port, clientId) {
    const ids = [];

    await waitFor(async () => {
        const { status, json } = await jobs.post(port, {
            clientId, data: LARGE
        });

        assert.strictEqual(status, 201);
        ids.push(json.id);

        return ids.length > NEVER
               && (await jobs.get(port, ids.at(-NEVER))).state === 'queued';
    }, 'jobs that are not sent');

    return ids;
}
