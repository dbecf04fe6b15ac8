
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Two zones in one nginx, each at a port of its own: what a tenant knows, and
 * what happens to it, is nothing to the other one.
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hooks = require('./lib/hook');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const inside = require('./lib/inside');
const jobs = require('./lib/jobs');
const recovery = require('./lib/recovery');
const sse = require('./lib/sse');
const station = require('./lib/station');
const { freePort } = require('./lib/nginx');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG } = require('./lib/wait');


const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };
const UNKNOWN = '{"code":1,"message":"Session ID unknown"}';
/* NGX_PRINT_STORE_MAGIC */
const MAGIC = Buffer.from('printhub').reverse();
const FULL = '{"message":"the zone is full"}';
const LIMITLESS = 'print_hub_limit off;';


/* a zone, and a server on this port that is its hub */

function tenant(port, name, { size = '4m', more = '', server = '' } = {}) {
    return `
    print_hub_zone ${name}:${size};

    server {
        listen 127.0.0.1:${port};
        add_header X-Worker $pid always;
        ${server}

        location / {
            print_hub on zone=${name};
            print_hub_api on zone=${name};
            print_hub_ping_interval ${LONG}ms;
            print_hub_ping_timeout ${LONG}ms;
            print_hub_queue 100;
            ${more}
        }

        location = /worker {
            return 204;
        }
    }`;
}


/* an nginx with the zones "hub" and "shop": the ports of both */

async function pair(t, options = {}, shop = {}) {
    const other = await freePort();
    const nginx = await serve(t, {
        named: true, queue: 100, http: tenant(other, 'shop', shop),
        ...SLOW_PINGS, ...options
    });

    return { nginx, port: nginx.port, other };
}


async function counts(port) {
    const { sessions, clients: names, jobs: all } = await http.json(port,
                                                                    '/zone');

    return [sessions.used, names.used, all.used];
}


for (const workers of WORKERS) {
    describe(`tenants, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('have the same clientIds', async (t) => {
            const { nginx, port, other } = await pair(t, { workers });
            const client = await clients.connect(nginx, 'real');

            t.after(() => client.leave());

            const mine = [await station.websocket(port, 'a'),
                          await station.polling(port, 'b')];
            const theirs = [await station.websocket(other, 'a'),
                            await station.polling(other, 'b'),
                            await station.polling(other, 'real')];

            assert.strictEqual((await hub.status(port)).length, 3);
            assert.deepStrictEqual(
                (await hub.status(other)).map(({ clientId, socketId }) => {
                    return [clientId, socketId];
                }), theirs.map(({ id, socketId }) => [id, socketId])
            );

            for (const one of mine) {
                await hub.deliver(port, one.id, 'mine');
            }

            for (const one of theirs) {
                await hub.deliver(other, one.id, 'theirs');
            }

            for (const one of mine) {
                await one.printed(1);
                assert.deepStrictEqual(one.prints, ['mine']);
            }

            for (const one of theirs) {
                await one.printed(1);
                assert.deepStrictEqual(one.prints, ['theirs']);
            }

            /* whoever leaves is offline there, and not here */

            theirs[0].leave();
            await hub.offline(other, 'a');
            assert.ok(await hub.isOnline(port, 'a'));
            assert.ok(!nginx.log().includes('client taken over'));
        });

        it('do not know the ids of each other', async (t) => {
            const { port, other } = await pair(
                t, { workers, recovery: '1m' },
                { more: 'print_hub_recovery 1m;' }
            );

            /* a sid, by polling and by an upgrade */

            const poll = await eio.polling(port);
            const { path } = poll;

            for (const request of [path, { method: 'POST', path, body: '1' }]) {
                const answer = await http.request(other, request);

                assert.strictEqual(answer.status, 400);
                assert.strictEqual(answer.body, UNKNOWN);
            }

            const upgrade = await http.request(other, {
                path: path.replace('polling', 'websocket'),
                headers: {
                    Connection: 'Upgrade', Upgrade: 'websocket',
                    'Sec-WebSocket-Version': 13,
                    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='
                }
            });

            assert.strictEqual(upgrade.status, 400);
            await poll.join();
            await poll.post('1');

            /* a pid and an offset */

            const lost = await recovery.socket(port, 'a');

            await jobs.print(port, 'a', 'x');
            await recovery.next(lost, '2');
            lost.socket.destroy();
            await hub.offline(port, 'a');

            const stranger = await recovery.back(other, lost.pid, lost.offset);

            assert.notStrictEqual(stranger.sid, lost.sid);
            assert.notStrictEqual(stranger.pid, lost.pid);
            assert.deepStrictEqual(stranger.prints, []);
            stranger.socket.destroy();

            const again = await recovery.back(port, lost.pid, lost.offset);

            assert.strictEqual(again.sid, lost.sid);
            again.socket.destroy();

            /* a job, and its key */

            const key = { 'Idempotency-Key': 'order-1001' };
            const order = { clientId: 'q', data: 1 };

            for (const one of [port, other]) {
                const { leave } = await station.websocket(one, 'q');

                assert.ok(leave);
            }

            const made = await jobs.post(port, order, '', key);
            const there = await jobs.post(other, order, '', key);

            assert.strictEqual(made.status, 201);
            assert.strictEqual(there.status, 201);
            assert.notStrictEqual(made.json.id, there.json.id);
            assert.strictEqual((await jobs.post(port, order, '', key)).json.id,
                               made.json.id);

            for (const method of ['GET', 'DELETE']) {
                const answer = await http.request(other, {
                    method, path: `/jobs/${made.json.id}`
                });

                assert.strictEqual(answer.status, 404);
                assert.match(answer.body, /"job_unknown"/);
            }

            assert.strictEqual((await jobs.get(port, made.json.id)).id,
                               made.json.id);
        });

        it('are told their own events', async (t) => {
            const mine = await hooks.serve(t);
            const theirs = await hooks.serve(t);
            const told = (zone, hook) => `
                print_hub_events /tell zone=${zone} retry=20ms;
                location = /tell {
                    internal;
                    proxy_pass http://127.0.0.1:${hook.port}/told;
                }`;

            const { port, other } = await pair(
                t, { workers, drain: 300, server: told('hub', mine) },
                { server: told('shop', theirs) }
            );

            const reader = await sse.open(port);
            const stranger = await sse.open(other);

            await station.websocket(port, 'a');
            await station.websocket(other, 'b');

            const id = await jobs.print(port, 'a', '1');
            const their = await jobs.print(other, 'b', '2');
            const last = (job) => ({ state, id: one }) => {
                return one === job && state === 'received';
            };

            await mine.until(last(id), 'the job');
            await theirs.until(last(their), 'the job of the other');
            await reader.until(({ data }) => last(id)(data), 'the job');
            await stranger.until(({ data }) => last(their)(data), 'the job');

            for (const events of [mine.events,
                                  reader.events.map(({ data }) => data)])
            {
                assert.deepStrictEqual([...new Set(events.map(
                    ({ clientId }) => clientId
                ))], ['a']);
            }

            for (const events of [theirs.events,
                                  stranger.events.map(({ data }) => data)])
            {
                assert.deepStrictEqual([...new Set(events.map(
                    ({ clientId }) => clientId
                ))], ['b']);
            }

            mine.check();
            theirs.check();
            reader.close();
            stranger.close();
        });

        it('serve while another one is full', async (t) => {
            const { nginx, port, other } = await pair(t, { workers },
                                                      { size: '256k',
                                                        more: LIMITLESS });
            const one = await station.websocket(port, 'a');
            const all = [];

            for ( ;; ) {
                const answer = await http.request(
                    other, `${eio.PATH}&transport=polling`);

                if (answer.status !== 200) {
                    assert.strictEqual(answer.status, 503);
                    assert.strictEqual(answer.body, FULL);
                    break;
                }

                const session = new eio.Polling(other,
                                                JSON.parse(answer.body.slice(1)));

                /* one without a clientId would give way */

                await session.join();
                await session.post(`42["register","o-${all.length}"]`);
                all.push(session);
            }

            assert.ok(all.length > 100);

            const two = await station.polling(port, 'b');

            for (const { id } of [one, two]) {
                await hub.deliver(port, id, 'x');
            }

            await one.printed(1);
            await two.printed(1);

            assert.match(nginx.log(), /zone "shop" is full: no room for/);
            assert.doesNotMatch(nginx.log(), /the zone "hub" is full/);

            await Promise.all(all.map((session) => session.post('1')));
            await station.websocket(other, 'a');
        });

        it('are added, kept and removed by a reload', async (t) => {
            const { nginx, port, other } = await pair(t, { workers,
                                                           drain: 200 });
            const third = await freePort();
            const kept = await station.polling(port, 'a');
            const gone = await station.websocket(other, 'a');

            (await station.websocket(other, 'away')).leave();
            await hub.offline(other, 'away');

            const waiting = await jobs.printAll(other, 'away', 0, 3);
            const done = await jobs.print(port, 'a', 'x');

            await jobs.becomes(port, done, 'received');
            await gone.register('b');

            /* one more */

            let old = await nginx.reload({
                http: tenant(other, 'shop') + tenant(third, 'new')
            });

            await nginx.gone(old);
            assert.ok(!gone.closed);

            const fresh = await station.websocket(third, 'a');

            await hub.deliver(third, 'a', 'new');
            await fresh.printed(1);

            for (const id of waiting) {
                assert.strictEqual((await jobs.get(other, id)).state,
                                   'queued');
            }

            assert.strictEqual((await jobs.get(port, done)).state, 'received');
            assert.doesNotMatch(nginx.log(), /are forgotten/);

            /* one less: its port is closed, and what waited is told */

            old = await nginx.reload({ http: tenant(third, 'new') });

            assert.match(nginx.log(), new RegExp(
                '\\[warn\\] .*print hub: zone "shop" is left, 3 jobs wait in '
                + 'it, it has 3 stations: the new configuration has no such '
                + 'zone, so they are forgotten'
            ));
            assert.strictEqual(nginx.log().match(/are forgotten/g).length, 1);

            await gone.end();
            assert.strictEqual(gone.reason, 'close 1012');
            await nginx.gone(old);
            await hub.deliver(third, 'a', 'on');
            await fresh.printed(2);
            assert.ok(!fresh.closed);
            await hub.deliver(port, 'a', 'still');
            await kept.printed(2);
            assert.deepStrictEqual(kept.prints, ['x', 'still']);
            assert.ok(!kept.closed);

            /* there again, it is empty */

            old = await nginx.reload({
                http: tenant(other, 'shop') + tenant(third, 'new')
            });

            await waitFor(async () => {
                return (await http.request(other, '/getStatus')).status === 200;
            }, 'the port of the zone');

            assert.deepStrictEqual(await counts(other), [0, 0, 0]);
        });
    });
}


/*
 * The word of a zone of this size that tells its layout, in the memory of a
 * process: { get(), set(value) }, or null if the system does not show it.
 */

function layout(pid, size) {
    const maps = fs.readFileSync(`/proc/${pid}/maps`, 'latin1');

    /* nginx keeps a small part of a zone for itself */

    const [, from] = [
        ...maps.matchAll(/^(\w+)-(\w+) rw-s .*print_hub_zone/gm)
    ].find(([, start, end]) => {
        const rest = size - (parseInt(end, 16) - parseInt(start, 16));

        return rest > 0 && rest < size / 16;
    });

    let fd;

    try {
        fd = fs.openSync(`/proc/${pid}/mem`, 'r+');

    } catch (error) {
        return null;
    }

    const memory = Buffer.alloc(size);
    const start = parseInt(from, 16);

    fs.readSync(fd, memory, 0, size, start);

    const at = memory.indexOf(MAGIC) + MAGIC.length;

    return {
        get: () => memory.readUInt32LE(at),
        set: (value) => {
            const word = Buffer.alloc(4);

            word.writeUInt32LE(value);
            fs.writeSync(fd, word, 0, 4, start + at);
        },
        close: () => fs.closeSync(fd)
    };
}


describe('a zone that a worker cannot join', { skip: NGINX_ONLY }, () => {

    it('is answered 503, and the other one is served', async (t) => {
        const { nginx, port, other } = await pair(t, {}, { size: '3m' });
        const word = layout(nginx.master, 3 * 1024 * 1024);

        if (word === null) {
            t.skip('the memory of another process cannot be written');
            return;
        }

        t.after(() => word.close());

        const right = word.get();

        nginx.allow(/zone "shop" has another layout, this worker answers 503/);

        word.set(right + 1);
        await nginx.kill(nginx.workers()[0]);

        for (const path of ['/getStatus', '/zone',
                            `${eio.PATH}&transport=polling`])
        {
            assert.strictEqual((await http.request(other, path)).status, 503);
            assert.strictEqual((await http.request(port, path)).status, 200);
        }

        const one = await station.websocket(port, 'a');

        await hub.deliver(port, 'a', 'x');
        await one.printed(1);

        word.set(right);
        await nginx.kill(nginx.workers()[0]);

        await station.websocket(other, 'a');
    });
});


describe('the crash of a worker', { skip: NGINX_ONLY }, () => {

    it('inside of one zone is nothing to the other', async (t) => {
        const { nginx, port, other } = await pair(t, {
            workers: 2, main: inside.MAIN
        });
        const reason = await inside.forbidden(nginx.workers()[0]);

        if (reason) {
            t.skip(reason);
            return;
        }

        const [victim, heir] = nginx.workers();
        const steer = new Steer(port, [victim, heir]);
        const theirs = new Steer(other, [victim, heir]);

        t.after(() => {
            steer.end();
            theirs.end();
        });

        const one = await station.polling(port, 'x', {
            wire: steer.wire(heir, heir)
        });
        const two = await station.polling(other, 'x', {
            wire: theirs.wire(heir, heir)
        });

        const print = (from, n) => from.request(victim, {
            path: `/startPrint?clientId=x&printData=${n}`
        });

        assert.strictEqual((await print(theirs, 1)).status, 200);
        await two.printed(1);

        const point = await inside.kill(victim, 'ngx_print_job_enqueue_locked',
                                        { call: 1, steps: 10 });

        nginx.allow(/exited on signal 9/,
                    /shared memory zone .* was locked by/);

        assert.strictEqual((await print(steer, 1)).status, 0);
        assert.ok(await point.reached());
        await nginx.gone([victim]);

        await hub.deliver(port, 'x', '2');
        await hub.deliver(other, 'x', '2');
        await one.printed(1);
        await two.printed(2);

        assert.deepStrictEqual(two.prints, ['1', '2']);
        assert.strictEqual((await http.json(port, '/zone')).repairs, 1);
        assert.strictEqual((await http.json(other, '/zone')).repairs, 0);
    });
});
