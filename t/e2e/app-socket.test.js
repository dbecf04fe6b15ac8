
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The Socket.IO layer under an application that is not the hub, with the
 * published clients of all protocols, text and binary, and by hand.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');
const WebSocket = require('ws');

const eio = require('./lib/eio');
const { serve } = require('./lib/app');
const { waitFor, within } = require('./lib/wait');


const CLIENTS = {
    '4.8': require('socket.io-client').io,
    '4.0': require('socket.io-client-4.0').io,
    '3.1': require('socket.io-client-3.1').io,
    '2.5': require('socket.io-client-2.5')
};

const TRANSPORTS = [['polling'], ['websocket'], ['polling', 'websocket']];

const UNICODE = '中文 😀 "\\\n\u2028\ud83d';


function once(socket, event) {
    return within(new Promise((resolve) => {
        socket.once(event, (...args) => resolve(args));
    }), event);
}


function ack(socket, ...args) {
    return within(new Promise((resolve) => {
        socket.emit(...args, (...back) => resolve(back));
    }), 'an acknowledgement');
}


/* sends a message and has it back */

async function echo(socket, ...args) {
    const back = once(socket, 'message-back');

    socket.emit('message', ...args);
    assert.deepStrictEqual(await back, args);
}


async function conversation(version, io, url, transports) {
    const socket = io(url, {
        transports, auth: { token: 'abc' }, forceNew: true,
        reconnection: false
    });

    const auth = once(socket, 'auth');

    await once(socket, 'connect');
    assert.deepStrictEqual(await auth, [version === '2.5' ? {}
                                                          : { token: 'abc' }]);

    const unicode = Buffer.from(UNICODE).toString();      /* no lone half */

    await echo(socket);
    await echo(socket, 1, 'a', null, { b: [true, unicode] });
    await echo(socket, 'x'.repeat(300000));
    await echo(socket, Buffer.from([1, 2, 3]));
    await echo(socket, { a: Buffer.from([1]), b: [Buffer.alloc(0)] }, unicode,
               Buffer.alloc(100000, 5));

    assert.deepStrictEqual(await ack(socket, 'message-with-ack', 1, unicode),
                           [1, unicode]);
    assert.deepStrictEqual(await ack(socket, 'message-with-ack',
                                     Buffer.from([9]), { x: 1 }),
                           [Buffer.from([9]), { x: 1 }]);

    /* another namespace on the same connection, and an unknown one */

    const custom = socket.io.socket('/custom', { auth: { n: 2 } });
    const greeted = once(custom, 'auth');

    await greeted;
    await echo(custom, 'there', Buffer.from([3]));
    await echo(socket, 'here');

    const nowhere = socket.io.socket('/nowhere');
    const refused = once(nowhere, version === '2.5' ? 'error'
                                                    : 'connect_error');

    assert.strictEqual((await refused)[0].message, 'Invalid namespace');

    await echo(socket, 'still here');

    socket.disconnect();
    custom.disconnect();
    socket.io.engine.close();
}


for (const workers of [1, 4]) {
    describe(`Socket.IO application, ${workers} worker(s)`, () => {

        for (const [version, io] of Object.entries(CLIENTS)) {
            for (const transports of TRANSPORTS) {
                it(`client ${version}, ${transports}`, async (t) => {
                    const { port } = await serve(t, { workers, eio3: true });

                    await conversation(version, io, `http://127.0.0.1:${port}`,
                                       transports);
                });
            }
        }

        it('each CONNECT hands its own payload to the application',
           async (t) => {
            const { port } = await serve(t, { workers });
            const session = await eio.polling(port);

            await session.post('40{"token":"\\u4e2d"}');

            const [connected, greeting] = await session.receive();

            assert.match(connected, /^40\{"sid":"[\w-]{20}"\}$/);
            assert.strictEqual(greeting, '42["auth",{"token":"\\u4e2d"}]');

            /* another namespace has its own, a later CONNECT a new one */

            await session.post('40/custom,\x1e41\x1e40{"n":1}\x1e41\x1e40');

            const packets = [];

            await waitFor(async () => {
                packets.push(...await session.receive());
                return packets.length >= 6;
            }, 'six packets');

            assert.deepStrictEqual(packets.filter((packet) => {
                return packet.includes('auth');
            }), [
                '42/custom,["auth",{}]', '42["auth",{"n":1}]', '42["auth",{}]'
            ]);
        });

        it('the query of a namespace is what protocol 3 has for auth',
           async (t) => {
            const { port } = await serve(t, { workers, eio3: true });
            const query = { token: 'a&=+ \u4e2d', n: 1, 'k[]': '', '': 'x' };
            const { io } = CLIENTS['2.5'](`http://127.0.0.1:${port}`, {
                transports: ['websocket'], forceNew: true,
                reconnection: false
            });
            const custom = io.socket('/custom', { query });

            assert.deepStrictEqual(await once(custom, 'auth'),
                                   [{ ...query, n: '1' }]);

            io.engine.close();

            for (const [text, auth] of [
                ['/custom', {}], ['/custom?', {}], ['/custom?a', { a: '' }],
                ['/custom,{"a":1}', {}],
                ['/custom?a=1&b=2&a=3#c,{"b":1}', { a: '3', b: '2' }],
                ['/custom?a=%zz&b=%ff', { a: '%zz', b: '\ufffd' }]
            ]) {
                const socket = await eio.websocket(port, '/socket.io/?EIO=3');

                assert.strictEqual(await socket.next(), '40');
                assert.strictEqual(await socket.next(), '42["auth",{}]');
                socket.text(`40${text}`);
                assert.strictEqual(await socket.next(), '40/custom,');

                const [, json] = (await socket.next()).match(
                    /^42\/custom,\["auth",(.*)\]$/);

                assert.deepStrictEqual(JSON.parse(json), auth);
                socket.destroy();
            }

            const socket = await eio.websocket(port, '/socket.io/?EIO=3');

            assert.strictEqual(await socket.next(), '40');
            assert.strictEqual(await socket.next(), '42["auth",{}]');
            socket.text(`40/custom?a=${'%01'.repeat(3000)}`);
            assert.strictEqual(
                await socket.next(),
                '44/custom,{"message":"query is larger than 16384 bytes"}');
            socket.destroy();
        });

        it('a message at a time', async (t) => {
            const { port } = await serve(t, { workers });

            /* the suite of the protocol listens anew for each message */

            for (let i = 0; i < 20; i++) {
                const socket = new WebSocket(
                    `ws://127.0.0.1:${port}/socket.io/`
                    + '?EIO=4&transport=websocket');
                const listen = () => within(new Promise((resolve) => {
                    socket.addEventListener('message', resolve,
                                            { once: true });
                }), 'a message');
                const next = async () => {
                    const event = await listen();

                    return event.data === '2' ? listen() : event;
                };

                assert.match((await next()).data, /^0\{/);
                socket.send('40{"i":1}');
                assert.match((await next()).data, /^40\{/);
                assert.strictEqual((await next()).data, '42["auth",{"i":1}]');
                socket.terminate();
            }
        });

        it('placeholders that name no attachment', async (t) => {
            const { port } = await serve(t, { workers });

            for (const json of ['{"_placeholder":true,"num":1}',
                                '{"_placeholder":true,"num":"0"}',
                                '{"_placeholder":true}',
                                '{"\\u005fplaceholder":true,"num":1}',
                                '{"_placeholder":true,"num":0,"n\\u0075m":1}',
                                '{"num":-1,"_placeholder":true}'])
            {
                const socket = await eio.websocket(port);

                await eio.join(socket);
                assert.match(await socket.next(), /^42\["auth"/);
                socket.text(`451-["message",${json}]`);
                socket.send(2, 'x');
                assert.deepStrictEqual(await socket.rest(), ['close']);
            }
        });

        it('an answer to what was not asked', async (t) => {
            const { port } = await serve(t, { workers });
            const socket = await eio.websocket(port);

            await eio.join(socket);
            assert.match(await socket.next(), /^42\["auth"/);

            /* no job has such an id, here or in another namespace */

            socket.text('430["wrong"]');
            socket.text(`43${2 ** 52 + 2 ** 24 + 1}["wrong"]`);
            socket.text('40/custom,');
            assert.match(await socket.next(), /^40\/custom,/);
            assert.match(await socket.next(), /^42\/custom,\["auth"/);
            socket.text('43/custom,1["wrong"]');

            socket.text('42["message","end"]');
            assert.strictEqual(await socket.next(),
                               '42["message-back","end"]');
            socket.destroy();
        });
    });
}
