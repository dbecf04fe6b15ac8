
/*
 * Copyright (C) the print hub contributors
 */


/* PROTOCOL b5: pings, pongs, and the end of a session without them. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const eio = require('./lib/eio');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { CALL, ANSWER, UNKNOWN } = require('./conformance/run');
const { REFERENCE, WORKERS, serve, start } = require('./lib/target');
const { LONG, SLOW } = require('./lib/wait');


const PARALLEL = { concurrency: true };

/* ms until a client that does not answer is gone: it does something before */

const INTERVAL = 300 * SLOW;
const TIMEOUT = 200 * SLOW;


for (const workers of WORKERS) {
    describe(`heartbeat, ${workers} worker(s)`, PARALLEL, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: INTERVAL,
                                   pingTimeout: TIMEOUT });
            port = target.port;
        });

        after(() => target.stop());

        it('the intervals are announced', async () => {
            const { open } = await eio.polling(port);

            assert.strictEqual(open.pingInterval, INTERVAL);
            assert.strictEqual(open.pingTimeout, TIMEOUT);
        });

        it('a WebSocket without a pong is closed', async () => {
            const socket = await eio.websocket(port);

            assert.strictEqual(await socket.next(), '2');
            assert.strictEqual(await socket.next(), 'close');
        });

        it('a GET without a pong is closed', async () => {
            const session = await eio.polling(port);

            assert.deepStrictEqual(await session.receive(), ['2']);
            assert.deepStrictEqual(await session.receive(), ['1']);

            const { status, body } = await session.get();

            assert.strictEqual(status, 400);
            assert.strictEqual(body, UNKNOWN);
        });

        it('a silent WebSocket goes offline', async () => {
            const one = await station.websocket(port, 'silent socket',
                                                { silent: true });

            await one.end();
            assert.strictEqual(one.reason, 'close');
            await hub.offline(port, 'silent socket');
        });

        it('a silent poll goes offline', async () => {
            const one = await station.polling(port, 'silent poll',
                                              { silent: true });

            await one.end();
            assert.strictEqual(one.reason, 'close packet');
            await hub.offline(port, 'silent poll');
        });

        it('a session that polls no more goes offline', async () => {
            const session = await eio.polling(port);

            await session.join();
            await session.post('42["register","no poll"]');
            await hub.online(port, 'no poll');
            await hub.offline(port, 'no poll');
        });
    });

    describe(`answered heartbeat, ${workers} worker(s)`, PARALLEL, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: 150,
                                   pingTimeout: LONG });
            port = target.port;
        });

        after(() => target.stop());

        it('by a WebSocket', async () => {
            const socket = await eio.websocket(port);

            for (let i = 0; i < 5; i++) {
                assert.strictEqual(await socket.next(), '2');
                socket.text('3');
            }

            socket.destroy();
        });

        it('by POST', async () => {
            const session = await eio.polling(port);

            for (let i = 0; i < 5; i++) {
                assert.deepStrictEqual(await session.receive(), ['2']);
                assert.strictEqual((await session.post('3')).body, 'ok');
            }
        });

        it('there is no ping before the pong', async () => {
            const socket = await eio.websocket(port);

            assert.strictEqual(await socket.next(), '2');

            /* long enough for the hub to ping others several times */

            const other = await eio.websocket(port);

            for (let i = 0; i < 4; i++) {
                assert.strictEqual(await other.next(), '2');
                other.text('3');
            }

            assert.deepStrictEqual(socket.frames, []);
            other.destroy();
            socket.destroy();
        });

        it('goes on behind the upgrade', async () => {
            const session = await eio.polling(port);
            const socket = await session.websocket();

            assert.deepStrictEqual(await session.receive(), ['2']);
            await session.post('3');

            socket.text('2probe');
            assert.strictEqual(await socket.next(), '3probe');
            socket.text('5');

            for (let i = 0; i < 3; i++) {
                assert.strictEqual(await socket.next(), '2');
                socket.text('3');
            }

            socket.destroy();
        });
    });
}


it('a client that dies in its upgrade is found out', {
    skip: REFERENCE && 'engine.io never does'
}, async (t) => {
    const { port } = await serve(t, { pingInterval: INTERVAL,
                                      pingTimeout: TIMEOUT });
    const session = await eio.polling(port);
    const socket = await session.websocket();

    assert.deepStrictEqual(await session.receive(), ['2']);

    socket.text('2probe');
    assert.strictEqual(await socket.next(), '3probe');
    socket.text('5');

    assert.deepStrictEqual(await socket.rest(), ['close']);
});


describe('connect timeout', PARALLEL, () => {
    let target;
    let port;

    before(async () => {
        target = await start({ connectTimeout: INTERVAL });
        port = target.port;
    });

    after(() => target.stop());

    it('of a WebSocket', async () => {
        const socket = await eio.websocket(port);

        assert.strictEqual(await socket.next(), 'close');
    });

    it('of a poll', async () => {
        const session = await eio.polling(port);

        assert.deepStrictEqual(await session.receive(), ['1']);
        assert.strictEqual((await session.get()).body, UNKNOWN);
    });

    it('an unknown namespace does not count', async () => {
        const socket = await eio.websocket(port);

        socket.text(CALL);
        assert.strictEqual(await socket.next(), ANSWER);
        assert.strictEqual(await socket.next(), 'close');
    });

    it('does not close sessions that are connected', async () => {
        const socket = await eio.websocket(port);
        const late = await eio.websocket(port);

        await eio.join(socket);
        assert.strictEqual(await late.next(), 'close');

        socket.text(CALL);
        assert.strictEqual(await socket.next(), ANSWER);
        socket.destroy();
    });
});
