
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A zone that some clients fill as far as they can.  Meanwhile, after they have
 * left, and after a reload, others connect, register and are printed to.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { NGINX_ONLY, serve: serveTarget } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const WORKERS = [1, 4];

const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };

/* of all blocks */
const EIGHTH = 1 / 8;
const THREE_QUARTERS = 3 / 4;


function serve(t, options) {
    return serveTarget(t, { maxClientIds: 64, ...options });
}


async function blocks(port) {
    return (await http.json(port, '/zone')).blocks;
}


function post(port, path, body) {
    return http.request(port, {
        method: 'POST', path,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body)
    });
}


async function detail(port, id) {
    return http.json(port, `/clients/${id}`);
}


/* others are served: over both transports, by GET, by POST and as jobs */

async function assertServed(port, name) {
    const stations = [await station.websocket(port, `${name} socket`),
                      await station.polling(port, `${name} poll`)];

    for (const one of stations) {
        await one.socket?.text(`42${JSON.stringify(['register', one.id])}`);
        await hub.deliver(port, one.id, 'by GET');

        for (const [path, body, status] of [
            ['/startPrint', { clientId: one.id, printData: 'by POST' }, 200],
            ['/jobs', { clientId: one.id, data: { printData: 'a job' } }, 201]
        ]) {
            const answer = await post(port, path, body);

            assert.strictEqual(answer.status, status, answer.body);
        }

        await one.printed(3);
        assert.deepStrictEqual(one.prints, ['by GET', 'by POST', 'a job']);
    }

    await stations[1].leave();
    stations[0].leave();
    await hub.offline(port, ...stations.map((one) => one.id));
}


/* a connection that registers, and takes all that it gets */

async function open(port) {
    const socket = await eio.websocket(port);
    const one = { socket, log: [], closed: false };

    (async () => {
        for ( ;; ) {
            const frame = await socket.next(Infinity);

            if (frame === null || /^close/.test(frame)) {
                one.closed = true;
                return;
            }

            one.log.push(frame);

            if (frame === '2') {
                socket.text('3');
            }
        }
    })();

    socket.text('40');
    await waitFor(() => one.log.some((frame) => frame.startsWith('40')),
                  'CONNECT');

    return one;
}


/* registers ids, and waits until all of them were answered */

async function register(one, ids, info) {
    for (const id of ids) {
        one.socket.text(`42${JSON.stringify(['register', id, { info }])}`);
    }

    one.socket.text('421["register","the last one"]');
    await waitFor(() => one.closed || one.log.some((frame) => {
        return frame.startsWith('431[')
               || frame.includes('may have 64 clientIds');
    }), 'the last answer');
}


/* 13 connections with 64 clientIds each */

async function attack(port, length) {
    const all = [];

    for (let c = 0; c < 13; c++) {
        const one = await open(port);
        const ids = Array.from({ length: 64 }, (_, i) => `e${c}-${i}`);

        all.push(one);
        await register(one, ids, 'x'.repeat(c < 12 ? length : 900));
    }

    return all;
}


async function throughout(nginx, leave, attackers) {
    const { port } = nginx;

    await assertServed(port, 'meanwhile');
    assert.ok(attackers.every((one) => !one.closed));

    await leave();
    await assertServed(port, 'afterwards');

    await nginx.reload({ drain: 100 });
    await assertServed(port, 'after a reload');
}


for (const workers of WORKERS) {
    describe(`clients that fill the zone, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        it('by info, with its default length', async (t) => {
            const nginx = await serve(t, {
                workers, zone: '32m', maxClientIds: 64
            });
            const { port } = nginx;
            const all = await attack(port, 16300);
            const errors = all[0].log.filter((frame) => {
                return /are longer than/.test(frame);
            });

            assert.strictEqual(errors.length, 64);
            assert.strictEqual(errors[0], '42["error",{"message":"register: '
                + 'info and printers are longer than 2048 bytes"}]');
            assert.strictEqual(await hub.entry(port, 'e0-0'), undefined);
            assert.ok(await hub.isOnline(port, 'e12-63'));

            await throughout(nginx, async () => {
                all.forEach((one) => one.socket.destroy());
                await hub.offline(port, 'e12-0', 'e12-63');
            }, all);
        });

        it('by info of 16 KB, where that is allowed', async (t) => {
            const nginx = await serve(t, {
                workers, zone: '32m', maxClientIds: 64,
                location: 'print_hub_info 16k;'
            });
            const { port } = nginx;
            const all = await attack(port, 16300);
            const { used, max } = await blocks(port);

            assert.ok(used <= max * EIGHTH + 20, `${used} of ${max}`);
            assert.ok(used > max * EIGHTH - 40, `${used} of ${max}`);
            assert.match(nginx.log(), new RegExp(
                '\\[warn\\].*print hub: client registered without its info, '
                + 'for which the zone has no room, clientId: "e\\d+-\\d+", '
                + 'socketId: \\S+, client: 127\\.0\\.0\\.1, '
                + 'see "print_hub_zone"'));

            assert.strictEqual((await detail(port, 'e0-0')).info.length,
                               16300);
            assert.strictEqual((await detail(port, 'e11-0')).info, undefined);

            await throughout(nginx, async () => {
                all.forEach((one) => one.socket.destroy());
                await hub.offline(port, 'e0-0', 'e11-63');
            }, all);

            /* what the first ones have said gives way, they are still known */

            const late = await open(port);

            await register(late, ['late'], 'y'.repeat(16300));
            assert.strictEqual((await detail(port, 'late')).info.length,
                               16300);

            const kept = await Promise.all(
                Array.from({ length: 64 }, async (_, i) => {
                    const { connected, info } = await detail(port, `e0-${i}`);

                    assert.strictEqual(connected, false);
                    return info !== undefined;
                }));

            assert.ok(kept.filter(Boolean).length < 64
                      || (await detail(port, 'e1-0')).info === undefined
                      || (await detail(port, 'e2-0')).info === undefined);
            late.socket.destroy();
        });

        it('by answers that they do not read', async (t) => {
            const nginx = await serve(t, { workers, zone: '1m',
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = [];

            for (let i = 0; i < 20; i++) {
                const session = await eio.polling(port);

                await session.join();
                all.push(session);

                await session.post(Array.from({ length: 40 }, (_, k) => {
                    return `42${k}["register","r${i}"]`;
                }).join('\x1e'));
            }

            const { used, max } = await blocks(port);

            assert.ok(used <= max * THREE_QUARTERS + 12, `${used} of ${max}`);
            assert.ok(used > max * THREE_QUARTERS - 12, `${used} of ${max}`);

            await throughout(nginx, async () => {
                await Promise.all(all.map((session) => session.post('1')));
                await waitFor(async () => (await blocks(port)).used === 0,
                              'all blocks to be free');
            }, all);
        });

        it('by packets that they do not complete', async (t) => {
            const nginx = await serve(t, { workers, zone: '1m',
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = [];

            for (let i = 0; i < 8; i++) {
                const one = await open(port);

                one.socket.text('452-["x",{"_placeholder":true,"num":0},'
                                + '{"_placeholder":true,"num":1}]');
                one.socket.send(2, Buffer.alloc(100000));
                all.push(one);
            }

            await waitFor(() => all.filter((one) => one.closed).length >= 6,
                          'those for which there is no room to be closed');

            const { used, max } = await blocks(port);

            assert.ok(used <= max * THREE_QUARTERS, `${used} of ${max}`);
            assert.ok(used >= 100, `${used} of ${max}`);

            await throughout(nginx, async () => {
                all.forEach((one) => one.socket.destroy());
                await waitFor(async () => (await blocks(port)).used === 0,
                              'all blocks to be free');
            }, []);
        });

        it('by prints that they do not read', async (t) => {
            const nginx = await serve(t, { workers, zone: '32m',
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = [];

            for (let i = 0; i < 5; i++) {
                const session = await eio.polling(port);
                let status;

                await session.join();
                await session.post(`42["register","deaf ${i}"]`);
                await hub.online(port, `deaf ${i}`);
                all.push(session);

                do {
                    ({ status } = await post(port, '/startPrint', {
                        clientId: `deaf ${i}`, printData: 'x'.repeat(100000)
                    }));
                } while (status === 200);

                const { used, max } = await blocks(port);

                assert.strictEqual(status, 503);
                assert.ok(used <= max * EIGHTH * (i + 1),
                          `${used} of ${max}`);
                assert.ok(used > max * EIGHTH * (i + 1) - 100 * (i + 1),
                          `${used} of ${max}`);
            }

            /* an empty queue takes a print of any size */

            await assertServed(port, 'meanwhile');

            const big = await station.websocket(port, 'big');

            assert.strictEqual((await post(port, '/startPrint', {
                clientId: 'big', printData: 'y'.repeat(900000)
            })).status, 200);
            await big.printed(1);
            big.leave();
        });

        it('by lost sockets', async (t) => {
            const nginx = await serve(t, { workers, zone: '1m', limit: 'off',
                                           recovery: '1h' });
            const { port } = nginx;

            async function joined(id) {
                const one = await open(port);
                const connect = one.log.find((frame) => /^40/.test(frame));

                assert.ok(JSON.parse(connect.slice(2)).pid, `pid of ${id}`);

                if (id) {
                    one.socket.text(`42["register","${id}"]`);
                    await hub.online(port, id);
                }

                one.socket.destroy();

                return JSON.parse(connect.slice(2));
            }

            const most = (await http.json(port, '/zone')).sessions.max;

            /* without clientIds they are not kept */

            const kept = await joined('kept');

            await hub.offline(port, 'kept');

            for (let i = 0; i < most + 50; i++) {
                await joined();
            }

            const back = await eio.websocket(port);

            back.text(`40${JSON.stringify({ pid: kept.pid, offset: '' })}`);
            assert.strictEqual(JSON.parse((await back.next()).slice(2)).sid,
                               kept.sid);
            back.destroy();
        });
    });
}
