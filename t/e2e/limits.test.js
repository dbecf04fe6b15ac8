
/*
 * Copyright (C) the print hub contributors
 */


/* What a client is told when it exceeds a limit of a packet. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, start } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const LARGE = { token: 'x'.repeat(20000) };
const TOO_LARGE = 'auth is larger than 16384 bytes';


for (const workers of WORKERS) {
    describe(`limits, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let target;
        let port;

        before(async () => {
            target = await start({
                workers, pingInterval: LONG, pingTimeout: LONG,
                connectTimeout: LONG, maxPayload: 100000,
                location: 'print_hub_namespace /custom;'
            });
            port = target.port;
        });

        after(() => target.stop());

        for (const nsp of ['/', '/custom']) {
            for (const transports of [['polling'], ['websocket']]) {
                it(`auth, ${transports}, ${nsp}`, async (t) => {
                    const socket = clients.VERSIONS['4.8'](
                        target.url + nsp, { forceNew: true, transports,
                                            auth: LARGE });
                    const errors = [];
                    let connected = false;

                    t.after(() => socket.disconnect());

                    socket.on('connect', () => {
                        connected = true;
                    });

                    socket.on('connect_error', ({ message }) => {
                        errors.push(message);
                    });

                    await waitFor(() => errors.length, 'an error');

                    socket.auth = { token: 'small' };
                    socket.connect();

                    await waitFor(() => connected, 'the connection');
                    assert.deepStrictEqual(errors, [TOO_LARGE]);
                });
            }
        }

        it('auth of the longest length that is accepted', async () => {
            const socket = await eio.websocket(port);
            const auth = (n) => `40{"a":"${'x'.repeat(n - 8)}"}`;

            socket.text(auth(16385));
            assert.strictEqual(await socket.next(),
                               `44{"message":"${TOO_LARGE}"}`);
            socket.text(auth(16384));
            assert.match(await socket.next(), /^40\{/);
            socket.destroy();
        });

        it('auth of an unknown namespace', async () => {
            const socket = await eio.websocket(port);

            socket.text(`40/none,${JSON.stringify(LARGE)}`);
            assert.strictEqual(await socket.next(),
                               '44/none,{"message":"Invalid namespace"}');
            socket.destroy();
        });

        it('the query of a namespace in protocol 3', async () => {
            const socket = await eio.websocket(port, '/socket.io/?EIO=3');

            assert.strictEqual(await socket.next(), '40');
            socket.text(`40/custom?token=${'x'.repeat(17000)},`);
            assert.strictEqual(
                await socket.next(),
                '44/custom,{"message":"query is larger than 16384 bytes"}');
            socket.text('40/custom?token=small,');
            assert.match(await socket.next(), /^40\/custom/);
            socket.destroy();
        });

        it('clientIds of a connection', async () => {
            const socket = await eio.websocket(port);

            await eio.join(socket);

            for (let i = 0; i < 8; i++) {
                socket.text(`42${i}["register","id ${i}"]`);
                assert.strictEqual(await socket.next(), `43${i}[]`);
            }

            const error = JSON.stringify(['error', {
                message: 'register: a connection may have 8 clientIds',
                code: 'too_many_client_ids',
                clientId: '"\n\u4e2d'
            }]);

            socket.text(`42${JSON.stringify(['register', '"\n\u4e2d'])}`);
            assert.strictEqual(await socket.next(), `42${error}`);

            /* those that it has do not count again; it goes on */

            socket.text('428["register","id 3"]');
            assert.strictEqual(await socket.next(), '438[]');
            socket.destroy();
        });

        it('attachments, in each namespace', async () => {
            for (const [message, ...frames] of [
                ['a packet has more than 10 attachments', '4511-["x"]'],
                ['a packet with its attachments is larger than 100000 bytes',
                 '452-["x",{"_placeholder":true,"num":0},'
                 + '{"_placeholder":true,"num":1}]',
                 Buffer.alloc(60000), Buffer.alloc(60000)]
            ]) {
                const socket = await eio.websocket(port);
                const error = JSON.stringify(['error', { message }]);

                await eio.join(socket);
                socket.text('40/custom');
                assert.match(await socket.next(), /^40\/custom,/);

                for (const frame of frames) {
                    socket.send(typeof frame === 'string' ? 1 : 2, frame);
                }

                assert.deepStrictEqual((await socket.rest()).sort(), [
                    `42${error}`, `42/custom,${error}`, 'close'
                ].sort());
            }
        });

        for (const transports of ['polling', 'websocket']) {
            it(`attachments of a client, ${transports}`, async (t) => {
                const client = await clients.connect(target, t.name, {
                    transports
                });
                const errors = [];

                t.after(() => client.leave());

                client.socket.on('error', ({ message }) => {
                    errors.push(message);
                });

                client.socket.emit('x', ...Array(11).fill(Buffer.from('y')));
                await waitFor(() => errors.length && client.reasons.length,
                              'the error and the end');
                assert.deepStrictEqual(errors, [
                    'a packet has more than 10 attachments'
                ]);

                await client.returned(port);
                await hub.deliver(port, client.id, 'again');
                await client.printed(1);
            });
        }
    });
}
