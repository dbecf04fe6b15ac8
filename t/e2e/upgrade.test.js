
/*
 * Copyright (C) the print hub contributors
 */


/* PROTOCOL b6: from long-polling to a WebSocket, and what can go wrong. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const eio = require('./lib/eio');
const hub = require('./lib/hub');
const { CALL, ANSWER, UNKNOWN } = require('./conformance/run');
const { REFERENCE, WORKERS, start } = require('./lib/target');
const { waitFor, LONG, SLOW } = require('./lib/wait');


const BAD_REQUEST = '{"code":3,"message":"Bad request"}';


/* the ping behind it is not */

function isPrint(packet) {
    return packet.startsWith('42');
}


async function probe(session) {
    const socket = await session.websocket();

    socket.text('2probe');
    assert.strictEqual(await socket.next(), '3probe');

    return socket;
}


async function upgrade(session) {
    const socket = await probe(session);

    socket.text('5');
    await alive(socket);

    return socket;
}


async function alive(socket) {
    socket.text(CALL);
    assert.strictEqual(await socket.next(), ANSWER);
}


async function polls(session) {
    await session.post(CALL);
    assert.deepStrictEqual(await session.receive(), [ANSWER]);
}


/* a WebSocket is refused, the session polls on and can still be upgraded */

async function refused(session, socket) {
    assert.deepStrictEqual(await closing(socket), ['close']);
    await polls(session);
    (await upgrade(session)).destroy();
}


async function closing(socket) {
    await waitFor(() => socket.frames.length || socket.closed, 'a close');
    socket.socket.end();

    return socket.rest();
}


for (const workers of WORKERS) {
    describe(`upgrade, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: LONG,
                                   pingTimeout: LONG });
            port = target.port;
        });

        after(() => target.stop());

        it('with a GET that waits', async () => {
            const session = await eio.polling(port);
            const poll = await target.park(session);
            const socket = await probe(session);

            assert.strictEqual((await poll.done).body, '6');

            socket.text('5');
            await alive(socket);
            socket.destroy();
        });

        it('without a GET', async () => {
            (await upgrade(await eio.polling(port))).destroy();
        });

        it('a GET behind the probe is answered', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);

            assert.deepStrictEqual(await session.receive(), ['6']);
            socket.text('5');
            await alive(socket);
            socket.destroy();
        });

        it('"5" together with the probe', async () => {
            const session = await eio.polling(port);
            const socket = await session.websocket();

            socket.text('2probe');
            socket.text('5');
            assert.strictEqual(await socket.next(), '3probe');
            await alive(socket);
            socket.destroy();
        });

        it('POST goes on between the probe and "5"', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);

            await session.post(CALL);
            assert.deepStrictEqual(await session.receive(), [ANSWER]);
            socket.text('5');
            await alive(socket);
            socket.destroy();
        });

        it('long-polling is over behind it', async () => {
            const session = await eio.polling(port);
            const socket = await upgrade(session);

            for (const answer of [await session.get(),
                                  await session.post('40')])
            {
                assert.strictEqual(answer.status, 400);
                assert.strictEqual(answer.body, BAD_REQUEST);
            }

            await alive(socket);
            socket.destroy();
        });

        it('a second WebSocket behind it is closed', async () => {
            const session = await eio.polling(port);
            const socket = await upgrade(session);

            assert.deepStrictEqual(await closing(await session.websocket()),
                                   ['close']);
            await alive(socket);
            socket.destroy();
        });

        it('a second WebSocket beside it is closed', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);
            const second = await session.websocket();

            second.text('2probe');
            assert.deepStrictEqual(await closing(second), ['close']);

            socket.text('5');
            await alive(socket);
            socket.destroy();
        });

        it('a WebSocket for a session that began as one', {
            skip: REFERENCE && 'engine.io lets it wait for a probe'
        }, async () => {
            const socket = await eio.websocket(port);
            const session = new eio.Polling(port, socket.open);

            assert.deepStrictEqual(await closing(await session.websocket()),
                                   ['close']);
            await alive(socket);
            socket.destroy();
        });

        for (const packet of ['2', '2foo', '40', '3probe', 'x', '']) {
            it(`"${packet}" in place of the probe`, async () => {
                const session = await eio.polling(port);
                const socket = await session.websocket();

                socket.text(packet);
                await refused(session, socket);
            });
        }

        for (const packet of ['40', '3', '6', 'x']) {
            it(`"${packet}" in place of "5"`, async () => {
                const session = await eio.polling(port);
                const socket = await probe(session);

                socket.text(packet);
                await refused(session, socket);
            });
        }

        it('a frame that is wrong in place of "5"', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);

            socket.send(3, '');
            await closing(socket);
            await polls(session);
        });

        it('a WebSocket that is dropped', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);

            socket.destroy();
            await polls(session);

            /* the next attempt may come before the server has noticed */

            const next = await waitFor(async () => {
                const attempt = await session.websocket();

                attempt.text('2probe');

                return await attempt.next() === '3probe' && attempt;
            }, 'another probe');

            next.text('5');
            await alive(next);
            next.destroy();
        });

        it('a session that is closed meanwhile', async () => {
            const session = await eio.polling(port);
            const socket = await probe(session);

            await session.post('1');
            assert.deepStrictEqual(await closing(socket), ['close']);
            assert.strictEqual((await session.get()).body, UNKNOWN);
        });

        it('prints keep their order', async () => {
            const id = 'in order';
            const session = await eio.polling(port);
            const poll = await target.park(session);

            await session.post('40');
            assert.match((await poll.done).body, /^40/);
            await session.post(`42["register","${id}"]`);
            await hub.online(port, id);
            await hub.deliver(port, id, '1');

            const socket = await probe(session);

            await hub.deliver(port, id, '2');
            await hub.deliver(port, id, '3');

            const came = (await session.receive()).filter(isPrint);

            await hub.deliver(port, id, '4');
            socket.text('5');
            await hub.deliver(port, id, '5');

            while (came.length < 5) {
                came.push(...[await socket.next()].filter(isPrint));
            }

            assert.deepStrictEqual(came, ['1', '2', '3', '4', '5'].map((n) => {
                return `42["print",{"printData":"${n}"}]`;
            }));

            socket.destroy();
            await hub.offline(port, id);
        });
    });

    describe(`upgrade timeout, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, upgradeTimeout: 300 * SLOW,
                                   pingInterval: LONG });
            port = target.port;
        });

        after(() => target.stop());

        it('without "5"', async () => {
            const session = await eio.polling(port);

            await refused(session, await probe(session));
        });

        it('without a probe', async () => {
            const session = await eio.polling(port);

            await refused(session, await session.websocket());
        });

        it('does not close sessions that have upgraded', async () => {
            const session = await eio.polling(port);
            const socket = await upgrade(session);
            const late = await eio.polling(port);

            await closing(await probe(late));
            await alive(socket);
            socket.destroy();
        });
    });
}
