
/*
 * Copyright (C) the print hub contributors
 */


/* What one address may have, as all workers count it. */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');

const address = require('./lib/address');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const TOO_MANY = '{"code":3,"message":"Too many sessions from this address"}';
const TOO_OFTEN = '{"code":3,"message":"Too many requests"}';

const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG,
                     connectTimeout: LONG };

const REGISTERED = '431[]';


function refused(id, n) {
    return `42["error",{"message":"register: this address has ${n} clientIds, `
           + `the limit","code":"address_limit","clientId":"${id}"}]`;
}


async function limited(t, workers, limit, more = {}) {
    return serve(t, { workers, limit, server: address.SERVER, ...SLOW_PINGS,
                      ...more });
}


/* n handshakes of an address that must be accepted */

async function opened(port, from, n) {
    for (let i = 0; i < n; i++) {
        const { status, body } = await address.handshake(port, from);

        assert.strictEqual(status, 200, body);
    }
}


async function full(port, from) {
    const { status, body, headers } = await address.handshake(port, from);

    assert.strictEqual(status, 429);
    assert.strictEqual(body, TOO_MANY);
    assert.strictEqual(headers['retry-after'], '5');

    const answer = await address.websocket(port, from);

    assert.strictEqual(answer.status, 429);
    assert.strictEqual(answer.headers['retry-after'], '5');
}


for (const workers of WORKERS) {
    describe(`limits of an address, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        it('sessions, of IPv4', async (t) => {
            const { port } = await limited(t, workers, 'sessions=20');

            await opened(port, '192.0.2.1', 20);
            await full(port, '192.0.2.1');
            await opened(port, '192.0.2.2', 20);
            await full(port, '192.0.2.2');
            await full(port, '192.0.2.1');

            const { addresses } = await http.json(port, '/zone');

            assert.strictEqual(addresses.used, 2);
        });

        it('sessions, of IPv6: 64 bits are one address', async (t) => {
            const { port } = await limited(t, workers, 'sessions=6');

            for (let i = 1; i <= 3; i++) {
                await opened(port, `2001:db8::${i}`, 1);
                await opened(port, `2001:db8::${i}:0:0:0`, 1);
            }

            await full(port, '2001:db8::ffff:ffff');
            await opened(port, '2001:db8:0:1::1', 6);
            await full(port, '2001:db8:0:1::2');
            await opened(port, '2001:db9::', 6);
        });

        it('sessions that end make room', async (t) => {
            const nginx = await limited(t, workers, 'sessions=8');
            const { port } = nginx;
            const all = [];

            for (let i = 0; i < 8; i++) {
                all.push(await address.joined(port, '192.0.2.1'));
            }

            await full(port, '192.0.2.1');
            all.splice(0, 4).forEach((socket) => socket.destroy());

            await waitFor(async () => {
                return (await http.json(port, '/zone')).sessions.used === 4;
            }, 'the end of the sessions');

            await opened(port, '192.0.2.1', 4);
            await full(port, '192.0.2.1');

            /* those of a worker that was killed do not count */

            const { worker } = all[0];
            const lost = all.filter((socket) => socket.worker === worker);

            await nginx.kill(worker);

            await waitFor(async () => {
                return (await http.json(port, '/zone')).sessions.used
                       === 8 - lost.length;
            }, 'the end of the sessions of the dead');

            await opened(port, '192.0.2.1', lost.length);
            await full(port, '192.0.2.1');

            all.forEach((socket) => socket.destroy());
        });

        it('an upgrade is no second session', async (t) => {
            const { port } = await limited(t, workers, 'sessions=1');
            const session = await eio.polling(port);
            const socket = await session.websocket();

            socket.text('2probe');
            assert.strictEqual(await socket.next(), '3probe');
            socket.text('5');
            await full(port);
            socket.destroy();
        });

        it('clientIds, online or not', async (t) => {
            const { port } = await limited(t, workers, 'clients=4');
            const one = await address.joined(port, '192.0.2.1');
            const two = await address.joined(port, '192.0.2.1');
            const other = await address.joined(port, '192.0.2.2');

            for (const id of ['a', 'b', 'c']) {
                assert.strictEqual(await address.register(one, id), REGISTERED);
            }

            assert.strictEqual(await address.register(two, 'd'), REGISTERED);
            assert.strictEqual(await address.register(two, 'e'),
                               refused('e', 4));

            /* its own clientId again, and that of its neighbour */

            assert.strictEqual(await address.register(two, 'd'), REGISTERED);
            assert.strictEqual(await address.register(two, 'a'), REGISTERED);

            /* another address has its own; it may take one away */

            for (const id of ['e', 'f', 'b', 'a']) {
                assert.strictEqual(await address.register(other, id),
                                   REGISTERED);
            }

            assert.strictEqual(await address.register(other, 'g'),
                               refused('g', 4));

            /* c, d are left, and two more may come */

            assert.strictEqual(await address.register(two, 'g'), REGISTERED);
            assert.strictEqual(await address.register(two, 'h'), REGISTERED);
            assert.strictEqual(await address.register(two, 'i'),
                               refused('i', 4));

            [one, two, other].forEach((socket) => socket.destroy());
        });

        it('a clientId that is offline gives way to a neighbour', async (t) => {
            const { port } = await limited(t, workers, 'clients=3',
                                           { queue: '5 ttl=1h' });
            const known = async () => {
                return (await hub.status(port)).map(({ clientId }) => clientId)
                    .sort().join('');
            };

            const stranger = await address.joined(port, '192.0.2.9');

            await address.register(stranger, 'z');
            stranger.destroy();
            await hub.offline(port, 'z');

            for (const id of ['a', 'b', 'c']) {
                const one = await address.joined(port, '192.0.2.1');

                await address.register(one, id);
                one.destroy();
                await hub.offline(port, id);
            }

            /* a has been offline for longest, but has a job */

            assert.strictEqual(await hub.print(port, 'a', '1'), hub.QUEUED);

            const two = await address.joined(port, '192.0.2.1');

            assert.strictEqual(await address.register(two, 'd'), REGISTERED);
            assert.strictEqual(await known(), 'acdz');
            assert.strictEqual(await address.register(two, 'e'), REGISTERED);
            assert.strictEqual(await known(), 'adez');

            /* at last that with the job; then nobody is offline */

            const { headers } = await http.request(
                port, '/startPrint?clientId=a&printData=2');
            const job = headers['x-print-job'];

            assert.strictEqual(await address.register(two, 'f'), REGISTERED);
            assert.strictEqual(await known(), 'defz');
            assert.strictEqual((await http.json(port, `/jobs/${job}`)).state,
                               'canceled');
            assert.strictEqual(await address.register(two, 'g'),
                               refused('g', 3));
            assert.strictEqual(await known(), 'defz');

            two.destroy();
        });

        it('registrations that come too often', async (t) => {
            const nginx = await limited(t, workers, 'rate=1r/m burst=10');
            const { port } = nginx;
            const one = await address.joined(port, '192.0.2.1');
            const answers = [];

            for (let i = 0; i < 8; i++) {
                answers.push(await address.register(one, `${i}`));
            }

            assert.ok(answers.every((text) => text === REGISTERED));

            /* what changes nothing is not counted */

            for (let i = 0; i < 20; i++) {
                assert.strictEqual(await address.register(one, '3'),
                                   REGISTERED);
            }

            const two = await address.joined(port, '192.0.2.1');

            assert.strictEqual(await address.register(two, '1'), REGISTERED);

            do {
                answers.push(await address.register(two, `x${answers.length}`));

            } while (answers.at(-1) === REGISTERED);

            assert.strictEqual(answers.at(-1), 'close 1013');
            assert.strictEqual((await address.handshake(port, '192.0.2.1'))
                .body, TOO_OFTEN);

            assert.match(nginx.log(), /\[warn\] .*print hub: registrations limited, socketId: [\w-]{20}, client: 192\.0\.2\.1$/m);

            one.destroy();
        });

        it('a UNIX socket has no limits', async (t) => {
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-'));
            const file = path.join(folder, 'hub.sock');

            const nginx = await limited(
                t, workers, 'sessions=1 clients=1 rate=1r/m burst=1',
                { server: `listen unix:${file};` });
            const unix = () => net.connect(file);

            t.after(() => fs.rmSync(folder, { recursive: true }));

            for (let i = 0; i < 10; i++) {
                const { status } = await address.handshake(
                    nginx.port, null, { socket: unix() });

                assert.strictEqual(status, 200);
            }

            const one = await address.websocket(nginx.port, null,
                                                { socket: unix() });

            await one.next();
            await eio.join(one);

            for (const id of ['a', 'b', 'c']) {
                assert.strictEqual(await address.register(one, id), REGISTERED);
            }

            const { addresses } = await http.json(nginx.port, '/zone');

            assert.strictEqual(addresses.used, 0);
            one.destroy();
        });

        it('dry run', async (t) => {
            const nginx = await limited(t, workers,
                                        'sessions=3 clients=2 dry_run');
            const { port } = nginx;

            await opened(port, '192.0.2.1', 3);
            assert.doesNotMatch(nginx.log(), /the limit/);

            const one = await address.joined(port, '192.0.2.1');

            assert.match(nginx.log(), /print hub: address 192\.0\.2\.1 has 3 sessions, the limit; if it is a proxy, see set_real_ip_from, dry run$/m);

            for (const id of ['a', 'b', 'c']) {
                assert.strictEqual(await address.register(one, id), REGISTERED);
            }

            assert.match(nginx.log(), /print hub: register: this address has 2 clientIds, the limit, socketId: [\w-]{20}, client: 192\.0\.2\.1, dry run$/m);

            /* nobody has to give way */

            one.destroy();
            await hub.offline(port, 'a', 'b', 'c');

            const two = await address.joined(port, '192.0.2.1');

            assert.strictEqual(await address.register(two, 'd'), REGISTERED);
            assert.strictEqual((await hub.status(port)).length, 4);
            two.destroy();
        });

        it('a reload with lower limits closes nobody', async (t) => {
            const nginx = await limited(t, workers, 'sessions=10');
            const { port } = nginx;
            const session = await eio.polling(port);

            await opened(port, '192.0.2.1', 9);
            await opened(port, '127.0.0.1', 8);
            await nginx.reload({ limit: 'sessions=5' });

            await full(port, '192.0.2.1');
            await full(port);
            assert.match(await session.join(), /^[\w-]{20}$/);

            await nginx.reload({ limit: 'off' });
            await opened(port, '192.0.2.1', 5);
        });

        it('a table that is full', async (t) => {
            const { port } = await limited(t, workers, 'sessions=2 clients=2',
                                           { zone: '256k' });
            const keeper = await address.joined(port, '198.51.100.1');

            await address.register(keeper, 'keeper');

            const { addresses } = await http.json(port, '/zone');

            /* each leaves a clientId */

            for (let i = 0; i < 2 * addresses.max; i++) {
                const one = await address.joined(port,
                                                 `10.0.${i >> 8}.${i & 255}`);

                assert.strictEqual(await address.register(one, `c${i}`),
                                   REGISTERED);
                one.destroy();

                await waitFor(async () => {
                    const zone = await http.json(port, '/zone');

                    assert.ok(zone.addresses.used <= addresses.max);
                    return zone.sessions.used === 1;
                }, 'the end of a session');
            }

            const zone = await http.json(port, '/zone');

            assert.strictEqual(zone.addresses.used, addresses.max);
            assert.ok(await hub.isOnline(port, 'keeper'));

            /* who is there still counts, and whoever comes is counted */

            await opened(port, '198.51.100.1', 1);
            await full(port, '198.51.100.1');
            await opened(port, '203.0.113.1', 2);
            await full(port, '203.0.113.1');

            keeper.destroy();
        });
    });
}
