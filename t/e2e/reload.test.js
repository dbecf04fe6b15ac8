
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reloads: a session on long-polling goes on at the new workers as if nothing
 * had happened; a WebSocket that is not handed over is asked to come back
 * (1012).  handover.test.js has those that are.
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { increasing, sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Pump } = require('./lib/pump');
const { Steer } = require('./lib/steer');
const { waitFor, LONG } = require('./lib/wait');


const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };


/* a registered session on long-polling whose requests are made by hand */

async function registered(port, id) {
    const session = await eio.polling(port);

    session.socketId = await session.join();
    await session.post(`42["register","${id}"]`);
    await hub.online(port, id);

    return session;
}


for (const workers of WORKERS) {
    describe(`reload, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('a WebSocket is closed by 1012', async (t) => {
            const nginx = await serve(t, { workers, drain: 200,
                                           handover: false, ...SLOW_PINGS });
            const { port } = nginx;
            const ids = sequence(20);
            const all = await Promise.all(ids.map((id) => {
                return station.websocket(port, id);
            }));

            const old = await nginx.reload();

            for (const one of all) {
                await one.end();
                assert.strictEqual(one.reason, 'close 1012');
                assert.ok(!one.log.includes('41'));
            }

            await hub.offline(port, ...ids);
            await nginx.gone(old);

            /* the version is logged at start, and at each reload */

            assert.strictEqual(
                nginx.log().match(new RegExp('print hub: \\d+\\.\\d+\\.\\d+, '
                    + `zone "hub" 16m, ${workers} workers?: `, 'g')).length, 2
            );
        });

        it('a warning about the configuration is logged once', async (t) => {
            const warning = /\[warn\] \d+#.*"print_hub_deflate_window" has no/g;
            const nginx = await serve(t, {
                workers, http: 'print_hub_deflate_window 12;',
                server: 'location /b/ { print_hub on; }', ...SLOW_PINGS
            });

            assert.strictEqual(nginx.log().match(warning).length, 1);

            const old = await nginx.reload();

            await nginx.gone(old);

            assert.strictEqual(nginx.log().match(warning).length, 2);
        });

        it('a GET that waits is answered, and all goes on', async (t) => {
            const nginx = await serve(t, { workers, ...SLOW_PINGS });
            const { port } = nginx;
            const steer = new Steer(port, nginx.workers());
            const session = await registered(port, 'waits');
            const poll = await steer.park(steer.workers[0], session);
            const old = await nginx.reload();

            steer.end();

            assert.strictEqual((await poll.done).body, '6');
            await nginx.gone(old);

            const entry = await hub.entry(port, 'waits');

            assert.ok(entry.connected);
            assert.strictEqual(entry.socketId, session.socketId);

            const next = session.get();

            await hub.deliver(port, 'waits', 'x');
            assert.strictEqual((await next).body,
                               '42["print",{"printData":"x"}]\x1e2');
            assert.ok(nginx.workers().includes((await next).worker));
        });

        it('what is queued is kept', async (t) => {
            const nginx = await serve(t, { workers, ...SLOW_PINGS });
            const { port } = nginx;
            const session = await registered(port, 'queued');

            await hub.deliver(port, 'queued', 'before');

            const old = await nginx.reload();

            await nginx.gone(old);
            await hub.deliver(port, 'queued', 'after');
            assert.deepStrictEqual(await session.receive(), [
                '42["print",{"printData":"before"}]',
                '42["print",{"printData":"after"}]', '2'
            ]);
        });

        it('the order of registration is kept', async (t) => {
            const nginx = await serve(t, { workers });
            const one = await station.polling(nginx.port, 'b');

            await one.register('c');
            await one.register('a');
            await nginx.reload();
            await one.register('0');

            assert.deepStrictEqual(
                (await hub.status(nginx.port)).map((e) => e.clientId),
                ['b', 'c', 'a', '0']);
            one.leave();
        });

        it('traffic', async (t) => {
            const nginx = await serve(t, { workers, drain: 200,
                                           handover: false,
                                           pingInterval: 300,
                                           pingTimeout: LONG });
            const { port } = nginx;

            const polling = await Promise.all(sequence(4).map((i) => {
                return station.polling(port, `raw ${i}`);
            }));

            const real = await Promise.all(
                Object.keys(clients.VERSIONS).flatMap((version) => {
                    return Object.keys(clients.TRANSPORTS)
                        .map((transports) => {
                            return clients.connect(
                                nginx, `${version} ${transports}`,
                                { version, transports });
                        });
                }));

            const all = [...polling, ...real];

            t.after(() => all.forEach((one) => one.leave()));

            const sids = new Map((await hub.status(port)).map((entry) => {
                return [entry.clientId, entry.socketId];
            }));

            const pump = new Pump(port, all);

            for (let i = 0; i < 3; i++) {
                await pump.rounds(5);
                await Promise.all(real.map((client) => returned(client, i)));
                await nginx.reload();
            }

            await pump.rounds(5);
            await pump.stop();

            for (const client of real) {
                await returned(client, 3);
                await hub.deliver(port, client.id, 'last');
                await waitFor(() => client.prints.includes('last'),
                              `the last print for ${client.id}`);
                assert.strictEqual(client.prints.pop(), 'last');
                increasing(client.prints, client.id);
            }

            const kept = [...polling, ...real.filter((client) => {
                return client.transports === 'polling';
            })];

            for (const one of kept) {
                await one.printed(pump.taken(one.id).length);
                assert.deepStrictEqual(one.prints, pump.taken(one.id), one.id);

                const entry = await hub.entry(port, one.id);

                assert.strictEqual(entry.socketId, sids.get(one.id), one.id);
            }

            for (const client of real) {
                assert.deepStrictEqual(
                    client.reasons,
                    Array(client.transports === 'polling' ? 0 : 3)
                        .fill('transport close'), client.id);
            }

            /*
             * A client is there after n reloads, and through with its upgrade:
             * one whose probe is closed is deaf until its ping timeout.
             */

            async function returned(client, n) {
                if (client.transports === 'polling') {
                    await client.returned(port);
                    return;
                }

                await waitFor(() => client.reasons.length >= n,
                              `the close of ${client.id}`);
                await client.returned(port);
                await client.upgraded();
            }
        });

        it('reloads in a row', async (t) => {
            const nginx = await serve(t, { workers, drain: 100,
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const one = await station.polling(port, 'raw');
            const client = await clients.connect(nginx, 'real', {
                transports: 'websocket'
            });

            t.after(() => client.leave());

            const pump = new Pump(port, [one]);

            for (let i = 0; i < 5; i++) {
                await pump.rounds(2);
                await nginx.reconfigure();
            }

            await nginx.reload();
            await pump.rounds(5);
            await pump.stop();
            await hub.online(port, 'raw', 'real');

            await one.printed(pump.taken('raw').length);
            assert.deepStrictEqual(one.prints, pump.taken('raw'));
            one.leave();
        });
    });
}


describe('what a reload changes', { skip: NGINX_ONLY }, () => {

    it('the number of workers', async (t) => {
        const nginx = await serve(t, { workers: 2, ...SLOW_PINGS });
        const { port } = nginx;
        const one = await station.polling(port, 'raw');
        const client = await clients.connect(nginx, 'real');
        const pump = new Pump(port, [one]);

        t.after(() => client.leave());

        for (const workers of [5, 1, 8, 2]) {
            const old = await nginx.reload({ workers, drain: 100 });

            await pump.rounds(2);
            await nginx.gone(old);
        }

        await pump.stop();
        await hub.online(port, 'raw', 'real');
        await one.printed(pump.taken('raw').length);
        assert.deepStrictEqual(one.prints, pump.taken('raw'));
        one.leave();
    });

    it('the heartbeat of new sessions', async (t) => {
        const nginx = await serve(t, { pingInterval: 25000 });
        const one = await station.polling(nginx.port, 'old');

        await nginx.reload({ pingInterval: 200 });

        const { open } = await eio.polling(nginx.port);

        assert.strictEqual(open.pingInterval, 200);

        /* its pings follow its own interval */

        const recent = await station.polling(nginx.port, 'new');

        await waitFor(() => recent.pings > 3, 'pings');
        assert.strictEqual(one.pings, 0);
        assert.ok(!one.closed);
        one.leave();
        recent.leave();
    });

    it('nothing, if it fails', async (t) => {
        const nginx = await serve(t, { workers: 2, ...SLOW_PINGS });
        const { port } = nginx;
        const stations = [await station.websocket(port, 'socket'),
                          await station.polling(port, 'poll')];
        const workers = nginx.workers();

        nginx.allow(/\[emerg\].*unknown directive "nonsense"/);
        fs.appendFileSync(path.join(nginx.folder, 'nginx.conf'), 'nonsense;');
        nginx.signal('SIGHUP');
        await waitFor(() => /\[emerg\]/.test(nginx.log()), 'the refusal');

        for (const one of stations) {
            await hub.deliver(port, one.id, 'x');
            await one.printed(1);
            assert.ok(!one.closed);
        }

        assert.deepStrictEqual(nginx.workers(), workers);

        await nginx.reload({ drain: 100 });
        await hub.deliver(port, 'poll', 'y');
        await stations[1].printed(2);
        stations[1].leave();
    });

    it('the name of the zone', async (t) => {
        const nginx = await serve(t, { workers: 2, drain: 200,
                                       ...SLOW_PINGS });
        const { port } = nginx;
        const real = [await clients.connect(nginx, 'real'),
                      await clients.connect(nginx, 'real, polling',
                                            { transports: 'polling' })];

        t.after(() => real.forEach((client) => client.leave()));

        const one = await station.websocket(port, 'raw');
        const old = await nginx.reload({ zoneName: 'other' });

        /* the hub forgets stations that are gone, the others reconnect */

        await one.end();
        await hub.online(port, 'real', 'real, polling');
        assert.strictEqual(await hub.entry(port, 'raw'), undefined);

        for (const client of real) {
            await hub.deliver(port, client.id, 'x');
            await client.printed(1);
        }

        await nginx.gone(old);
    });
});
