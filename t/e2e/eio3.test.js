
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO 3 and Socket.IO 2 on the wire, by hand: the module and socket.io
 * (TARGET=reference) must answer the same.
 */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const ws = require('./lib/raw_ws');
const { NGINX_ONLY, REFERENCE, WORKERS, start } = require('./lib/target');
const { SLOW } = require('./lib/wait');


const PATH = '/socket.io/?EIO=3';


/* ms: a client that does not answer is gone after twice as many */

const PING = 400 * SLOW;


for (const workers of WORKERS) {
    describe(`protocol 3, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: PING,
                                   pingTimeout: PING });
            port = target.port;
        });

        after(() => target.stop());

        async function polling(query = '') {
            const { status, body, headers } = await http.request(
                port, `${PATH}&transport=polling${query}`);
            const [, length, open] = body.match(/^(\d+):(0\{.*\})$/);

            assert.strictEqual(status, 200);
            assert.strictEqual(Number(length), open.length);

            const { sid, ...fields } = JSON.parse(open.slice(1));
            const path = `${PATH}&transport=polling&sid=${sid}${query}`;

            /* the server connects "/" without a CONNECT packet */

            assert.strictEqual((await http.request(port, path)).body, '2:40');

            return {
                sid, fields, headers,

                get: () => http.request(port, path),

                post: (text, type = 'text/plain;charset=UTF-8') => {
                    return http.request(port, {
                        method: 'POST', path, body: text,
                        headers: { 'Content-Type': type }
                    });
                },

                upgrade: () => ws.connect(port, {
                    path: `${PATH}&transport=websocket&sid=${sid}`
                })
            };
        }

        async function socket(query = '') {
            const one = await ws.connect(port, {
                path: `${PATH}&transport=websocket${query}`
            });

            one.open = JSON.parse((await one.next()).slice(1));

            return one;
        }

        it('handshake by long-polling', async () => {
            const { fields, headers } = await polling();

            assert.deepStrictEqual(fields, {
                upgrades: ['websocket'], pingInterval: PING, pingTimeout: PING,
                maxPayload: 1000000
            });
            assert.strictEqual(headers['content-type'],
                               'text/plain; charset=UTF-8');
        });

        it('handshake by WebSocket', async () => {
            const one = await socket();

            assert.deepStrictEqual(one.open.upgrades, []);
            assert.strictEqual(await one.next(), '40');
            one.destroy();
        });

        it('lengths are of UTF-16', async () => {
            const session = await polling();
            const id = '\u4e2d\u{1f600}';
            const packet = `42["register","${id}"]`;

            assert.strictEqual(
                (await session.post(`${packet.length}:${packet}1:2`)).body,
                'ok');
            assert.strictEqual((await session.get()).body, '1:3');
            await hub.online(port, id);

            await hub.deliver(port, id, `${id}"`);

            const { body } = await session.get();
            const [, length, text] = body.match(/^(\d+):42(.*)$/);

            assert.strictEqual(Number(length), text.length + 2);
            assert.deepStrictEqual(JSON.parse(text), [
                'print', { printData: `${id}"` }
            ]);

            /* clients of Socket.IO 1 would read anything else differently */

            assert.ok(REFERENCE || /^[ -~]*$/.test(body), body);
        });

        it('a payload of bytes', async () => {
            const session = await polling();
            const packet = Buffer.from('42["register","\u4e2d bytes"]');
            const head = [0, ...[...`${packet.length}`].map(Number), 255];

            assert.strictEqual((await session.post(
                Buffer.concat([Buffer.from(head), packet]),
                'application/octet-stream')).body, 'ok');
            await hub.online(port, '\u4e2d bytes');
        });

        it('the client pings', async () => {
            const session = await polling();

            for (let i = 0; i < 3; i++) {
                const answer = session.get();

                await session.post('1:2');
                assert.strictEqual((await answer).body, '1:3');
            }

            const one = await socket();

            assert.strictEqual(await one.next(), '40');
            one.text('2');
            assert.strictEqual(await one.next(), '3');
            one.text('2hello');
            assert.strictEqual(await one.next(), '3');

            /* without a pong the session ends */

            assert.strictEqual(await one.next(), 'close');
            one.destroy();
        });

        it('upgrade', async () => {
            const session = await polling();
            const one = await session.upgrade();
            const poll = session.get();

            one.text('2probe');
            assert.strictEqual(await one.next(), '3probe');
            assert.strictEqual((await poll).body, '1:6');
            one.text('5');
            one.text('42["register","upgraded 3"]');
            await hub.online(port, 'upgraded 3');
            await hub.deliver(port, 'upgraded 3', 'x');
            assert.strictEqual(await one.next(),
                               '42["print",{"printData":"x"}]');
            one.destroy();
        });

        it('an unknown namespace, with a query', async () => {
            const one = await socket();

            assert.strictEqual(await one.next(), '40');
            one.text('40/none?token=abc,');
            assert.match(await one.next(),
                         /^44\/none,\{"message":"Invalid namespace"\}$/);
            one.destroy();
        });

        it('a pong, which is the server\'s', async () => {
            const one = await socket();

            assert.strictEqual(await one.next(), '40');
            one.text('3');
            assert.strictEqual(await one.next(), 'close');
            one.destroy();
        });

        it('a second connect', async () => {
            const one = await socket();

            assert.strictEqual(await one.next(), '40');
            one.text('40');
            assert.strictEqual(await one.next(), 'close');
            one.destroy();
        });

        for (const [name, body] of Object.entries({
            'no length': '42["x"]', 'too long': '9:2', 'no packet': '1:x',
            'no digits': 'a:2', 'nothing behind it': '1:24'
        })) {
            it(`an invalid payload, ${name}`, async () => {
                const session = await polling();

                await session.post(body);
                assert.strictEqual((await session.get()).status, 400);
            });
        }

        it('the protocols are not mixed', { skip: NGINX_ONLY }, async () => {
            const session = await polling();
            const { status, body } = await http.request(
                port, `/socket.io/?EIO=4&transport=polling`
                      + `&sid=${session.sid}`);

            assert.strictEqual(status, 400);
            assert.strictEqual(body, '{"code":3,"message":"Bad request"}');
        });
    });
}
