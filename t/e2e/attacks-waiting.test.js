
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sessions that join nothing: they give way to others, in the order of their
 * age, and so do those that have no clientId when the zone is full.  Whoever
 * has earned a place notices nothing, and who is displaced comes back.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const { Manager } = require('socket.io-client');

const address = require('./lib/address');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { bystander } = require('./lib/bystander');
const { pipelined } = require('./lib/pipelined');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const TOKEN = '0123456789abcdef';

const SERVER = `${address.SERVER}
                location /token/ {
                    print_hub on;
                    print_hub_token ${TOKEN};
                    print_hub_limit rate=1000000r/s;
                }`;

const OPTIONS = { server: SERVER, pingInterval: LONG, pingTimeout: LONG,
                  connectTimeout: LONG, limit: 'rate=1000000r/s' };

/* a zone that is soon full, and has room for the bystander's documents */

const ZONE = '8m';
const ROOM = 'print_hub_session_buffer 2500k;';

/* one of a few dozens of sessions */

const TINY = '256k';

const ATTACKER = '192.0.2.66';
const OTHER = '198.51.100.7';


function zone(port) {
    return http.json(port, '/zone');
}


/* somebody connects, registers and prints, at the first attempt or a later */

async function prints(port, from, id) {
    let one;

    await waitFor(async () => {
        try {
            one = await address.joined(port, from);

        } catch (error) {
            return false;
        }

        return one;
    }, `a connection from ${from}`);

    assert.strictEqual(await address.register(one, id), '431[]');
    await hub.deliver(port, id, 'hello');
    assert.match(await one.next(), /"printData":"hello"/);

    one.destroy();
    await hub.offline(port, id);
}


for (const workers of WORKERS) {
    describe(`sessions that wait, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        for (const [name, how] of [
            ['protocol 4', { protocol: 4 }],
            ['protocol 4, with a token', { protocol: 4, path: '/token' }],
            ['protocol 3, with a token', { protocol: 3, path: '/token' }]
        ]) {
            it(`pipelined handshakes, ${name}`, async (t) => {
                const nginx = await serve(t, { ...OPTIONS, workers,
                                               zone: ZONE, location: ROOM });
                const { port } = nginx;
                const one = await bystander(t, port);
                const { sessions, waiting } = await zone(port);

                assert.strictEqual(waiting.max, Math.floor(sessions.max / 8));

                const share = Math.floor(waiting.max / 4);
                let over = false;

                const attack = pipelined(port, sessions.max,
                                         { from: ATTACKER, ...how })
                    .finally(() => {
                        over = true;
                    });

                for (let i = 0; !over || i === 0; i++) {
                    await prints(port, OTHER, `other-${i}`);
                    await prints(port, ATTACKER, `same-${i}`);
                }

                assert.deepStrictEqual(await attack, { 200: sessions.max });

                await waitFor(async () => {
                    const now = await zone(port);

                    /* the neighbour has taken the place of one of them */

                    return now.waiting.used <= share
                           && now.waiting.used > 0
                           && now.sessions.used === now.waiting.used + 1;
                }, 'those that have given way to be gone');

                await one.served();
                await one.end();
            });
        }

        it('of many addresses', async (t) => {
            const { port } = await serve(t, { ...OPTIONS, workers, zone: TINY });
            const { waiting, sessions } = await zone(port);
            const all = [];

            assert.strictEqual(waiting.max, Math.min(32, sessions.max));

            for (let i = 0; i < waiting.max + 3; i++) {
                all.push(await address.websocket(port, `192.0.2.${i}`));
                await all[i].next();
            }

            for (const socket of all.splice(0, 3)) {
                assert.deepStrictEqual(await socket.rest(), ['close 1013']);
            }

            await waitFor(async () => {
                const now = await zone(port);

                return now.waiting.used === waiting.max
                       && now.sessions.used === waiting.max;
            }, 'those that have given way to be gone');

            for (const socket of all) {
                await eio.join(socket);
            }

            assert.strictEqual((await zone(port)).waiting.used, 0);

            all.forEach((socket) => socket.destroy());
        });

        it('WebSockets of one address: the oldest is closed', async (t) => {
            const nginx = await serve(t, { ...OPTIONS, workers, zone: TINY });
            const { port } = nginx;
            const share = 8;
            const all = [];

            for (let i = 0; i < share + 5; i++) {
                all.push(await address.websocket(port, ATTACKER));
                await all[i].next();
            }

            for (const socket of all.splice(0, 5)) {
                assert.deepStrictEqual(await socket.rest(), ['close 1013']);
            }

            assert.ok(all.every((socket) => !socket.closed));
            assert.strictEqual((await zone(port)).waiting.used, share);

            const line = 'print hub: waiting session gives way, 8 of its '
                         + `address wait, client: ${ATTACKER}\n`;

            assert.strictEqual(nginx.log().split(line).length - 1, 5);

            /* one that joins makes room */

            await eio.join(all[0]);
            all.push(await address.websocket(port, ATTACKER));
            await all.at(-1).next();
            await Promise.all(all.slice(1).map((socket) => eio.join(socket)));

            assert.strictEqual((await zone(port)).waiting.used, 0);

            all.forEach((socket) => socket.destroy());
        });

        it('polls: the close, and then an unknown sid', async (t) => {
            const { port } = await serve(t, { ...OPTIONS, workers,
                                              zone: TINY, limit: 'off' });
            const first = await eio.polling(port);
            const second = await eio.polling(port);
            const waits = first.poll();

            for (let i = 0; i < 32; i++) {
                await eio.polling(port);
            }

            assert.strictEqual((await waits.done).body, '1');

            for (const session of [first, second]) {
                const { status, body } = await session.get();

                assert.strictEqual(status, 400);
                assert.match(body, /"code":1,/);
            }

            await waitFor(async () => {
                return (await zone(port)).sessions.used === 32;
            }, 'those that have given way to be gone');
        });

        it('limits are off, or a dry run', async (t) => {
            for (const limit of ['off', 'rate=1000000r/s dry_run']) {
                const nginx = await serve(t, { ...OPTIONS, workers,
                                               zone: TINY, limit });
                const { port } = nginx;
                const { waiting } = await zone(port);

                for (let i = 0; i < waiting.max + 4; i++) {
                    await address.handshake(port, ATTACKER);
                }

                await waitFor(async () => {
                    return (await zone(port)).sessions.used === waiting.max;
                }, 'those that have given way to be gone');

                const log = nginx.log();

                assert.strictEqual(log.split('gives way, 32 wait,').length, 5);
                assert.strictEqual(/8 of its address wait, client: 192.0.2.66, dry run\n/.test(log),
                                   limit !== 'off');
                assert.doesNotMatch(log, /of its address wait, client: [^,]*\n/);
            }
        });

        it('a client of socket.io comes back', async (t) => {
            const { port } = await serve(t, { ...OPTIONS, workers,
                                              zone: TINY });

            for (const transports of [['websocket'], ['polling']]) {
                const manager = new Manager(`http://127.0.0.1:${port}`, {
                    transports, reconnectionDelay: 50,
                    reconnectionDelayMax: 500, autoConnect: false,
                    extraHeaders: { 'X-Real-IP': ATTACKER }
                });

                let opens = 0;
                const reasons = [];

                manager.on('open', () => opens++);
                manager.on('close', (reason) => reasons.push(reason));
                manager.open();

                await waitFor(() => opens === 1, 'the connection');

                for (let i = 0; i < 8; i++) {
                    await address.handshake(port, ATTACKER);
                }

                await waitFor(() => reasons.length === 1 && opens === 2,
                              () => `the client to come back: ${reasons}`);

                /* and it joins */

                const socket = manager.socket('/');

                socket.connect();
                await waitFor(() => socket.connected, 'CONNECT');
                manager._close ? manager._close() : socket.disconnect();
            }
        });
    });


    describe(`a zone that is full, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        it('a session that waits gives way', async (t) => {
            const nginx = await serve(t, { ...OPTIONS, workers, zone: TINY,
                                           limit: 'off' });
            const { port } = nginx;
            const { sessions } = await zone(port);
            const all = [];

            for (let i = 0; i < sessions.max; i++) {
                const socket = await address.websocket(port, OTHER);

                await socket.next();
                all.push(socket);

                if (i >= 4) {
                    await eio.join(socket);
                    assert.strictEqual(await address.register(socket, `c${i}`),
                                       '431[]');
                }
            }

            /* each newcomer gets in at once, whoever has the connection */

            for (let i = 0; i < 4; i++) {
                const socket = await address.joined(port, ATTACKER);

                assert.strictEqual(await address.register(socket, `n${i}`),
                                   '431[]');

                assert.deepStrictEqual(await all[i].rest(), ['close 1013']);
                all.push(socket);
            }

            const { status } = await address.websocket(port, ATTACKER);

            assert.strictEqual(status, 503);
            assert.ok(all.slice(4).every((socket) => !socket.closed));

            all.forEach((socket) => socket.destroy());
        });

        it('one without a clientId gives way after 10 s', async (t) => {
            const nginx = await serve(t, { ...OPTIONS, workers, zone: TINY,
                                           limit: 'off' });
            const { port } = nginx;
            const { sessions } = await zone(port);
            const all = [];
            const start = Date.now();

            for (let i = 0; i < sessions.max; i++) {
                const socket = await address.joined(port, OTHER);

                if (i % 2) {
                    assert.strictEqual(await address.register(socket, `c${i}`),
                                       '431[]');
                }

                all.push(socket);
            }

            const opened = [];

            await waitFor(async () => {
                const socket = await address.websocket(port, ATTACKER);

                if (socket.frames) {
                    await socket.next();
                    await eio.join(socket);
                    opened.push(socket);
                }

                return opened.length >= 3;
            }, 'the end of the 10 s');

            assert.ok(Date.now() - start > 10000);

            const closed = all.filter((socket, i) => i % 2 === 0)
                .slice(0, 3);

            for (const socket of closed) {
                assert.deepStrictEqual(await socket.rest(), ['close 1013']);
            }

            assert.ok(all.every((socket, i) => i % 2 === 0 || !socket.closed));
            assert.match(nginx.log(), /print hub: session without clientId gives way, all \d+ sessions are in use, client: 198\.51\.100\.7\n/);

            all.concat(opened).forEach((socket) => socket.destroy());
        });
    });
}
