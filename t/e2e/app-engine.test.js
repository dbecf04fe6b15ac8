
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The Engine.IO layer under an application that is not the hub: what the
 * protocol's own suite asks of a server, with plain requests and sockets.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');
const WebSocket = require('ws');

const { serve, INTERVAL, TIMEOUT } = require('./lib/app');
const { waitFor, within } = require('./lib/wait');


class Client {

    constructor(port) {
        this.http = `http://127.0.0.1:${port}/engine.io/`;
        this.ws = `ws://127.0.0.1:${port}/engine.io/`;
    }

    get(query) {
        return fetch(`${this.http}?${query}`);
    }

    post(sid, body) {
        return fetch(`${this.http}?EIO=4&transport=polling&sid=${sid}`, {
            method: 'POST', body
        });
    }

    async poll(sid) {
        const answer = await this.get(`EIO=4&transport=polling&sid=${sid}`);

        assert.strictEqual(answer.status, 200);

        return answer.text();
    }

    async open() {
        const answer = await this.get('EIO=4&transport=polling');

        return JSON.parse((await answer.text()).slice(1)).sid;
    }

    /* a socket with what comes through it, up to its close */

    socket(query, protocol) {
        const socket = new WebSocket(`${this.ws}?${query}`, protocol);

        socket.got = [];
        socket.binaryType = 'nodebuffer';
        socket.on('error', () => {});
        socket.on('message', (data, binary) => {
            socket.got.push(binary ? data : data.toString());
        });

        socket.take = async () => {
            await waitFor(() => socket.got.length, 'a message');
            return socket.got.shift();
        };

        socket.ended = within(new Promise((resolve) => {
            socket.on('close', resolve);
        }), 'the close');

        return socket;
    }
}


for (const workers of [1, 4]) {
    describe(`Engine.IO application, ${workers} worker(s)`, () => {

        const test = (name, run) => it(name, async (t) => {
            const nginx = await serve(t, { workers });

            await run(new Client(nginx.port));
        });

        test('handshake by long-polling', async (client) => {
            const answer = await client.get('EIO=4&transport=polling');
            const text = await answer.text();
            const { sid, ...rest } = JSON.parse(text.slice(1));

            assert.strictEqual(answer.status, 200);
            assert.strictEqual(text[0], '0');
            assert.match(sid, /^[\w-]{20}$/);
            assert.deepStrictEqual(rest, {
                upgrades: ['websocket'], pingInterval: INTERVAL,
                pingTimeout: TIMEOUT, maxPayload: 1000000
            });
        });

        test('handshakes that are refused', async (client) => {
            for (const query of ['transport=polling', 'EIO=abc&transport=polling',
                                 'EIO=4', 'EIO=4&transport=abc'])
            {
                assert.strictEqual((await client.get(query)).status, 400,
                                   query);
                await client.socket(query.replace('polling', 'websocket'))
                    .ended;
            }

            for (const method of ['POST', 'PUT']) {
                const answer = await fetch(
                    `${client.http}?EIO=4&transport=polling`, { method });

                assert.strictEqual(answer.status, 400, method);
            }
        });

        test('handshake by WebSocket', async (client) => {
            const socket = client.socket('EIO=4&transport=websocket');
            const { upgrades } = JSON.parse((await socket.take()).slice(1));

            assert.deepStrictEqual(upgrades, []);
            socket.close();
            await socket.ended;
        });

        test('messages by long-polling', async (client) => {
            const sid = await client.open();

            assert.strictEqual(await (await client.post(sid, '4hello')).text(),
                               'ok');
            assert.strictEqual(await client.poll(sid), '4hello');

            await client.post(sid, '4test1\x1e4test2\x1e4test3');
            assert.strictEqual(await client.poll(sid),
                               '4test1\x1e4test2\x1e4test3');

            await client.post(sid, 'bAQIDBA==');
            assert.strictEqual(await client.poll(sid), 'bAQIDBA==');

            const bad = await client.post(sid, 'abc');

            assert.strictEqual(await bad.text(), 'ok');
            assert.strictEqual((await client.get(
                `EIO=4&transport=polling&sid=${sid}`)).status, 400);
        });

        test('two polls at a time', async (client) => {
            const sid = await client.open();
            const query = `EIO=4&transport=polling&sid=${sid}`;
            const answers = await Promise.all([client.get(query),
                                               client.get(query)]);
            const statuses = answers.map(({ status }) => status).sort();

            assert.deepStrictEqual(statuses, [200, 400]);
            assert.strictEqual((await client.get(query)).status, 400);
        });

        test('messages by WebSocket', async (client) => {
            const socket = client.socket('EIO=4&transport=websocket');

            await socket.take();
            socket.send('4hello');
            assert.strictEqual(await socket.take(), '4hello');
            socket.send(Buffer.from([1, 2, 3, 4]));
            assert.deepStrictEqual(await socket.take(),
                                   Buffer.from([1, 2, 3, 4]));
            socket.send('bAQIDBA==');
            assert.deepStrictEqual(await socket.take(),
                                   Buffer.from([1, 2, 3, 4]));
            socket.send('abc');
            await socket.ended;
        });

        test('a client that takes no binary', async (client) => {
            const socket = client.socket('EIO=4&transport=websocket&b64=1');

            await socket.take();
            socket.send(Buffer.from([1, 2, 3, 4]));
            assert.strictEqual(await socket.take(), 'bAQIDBA==');
            socket.send(Buffer.alloc(100000, 7));
            assert.strictEqual(await socket.take(),
                               `b${Buffer.alloc(100000, 7)
                                   .toString('base64')}`);
            socket.close();
            await socket.ended;
        });

        test('heartbeat by long-polling', async (client) => {
            const sid = await client.open();

            for (let i = 0; i < 3; i++) {
                assert.strictEqual(await client.poll(sid), '2');
                assert.strictEqual((await client.post(sid, '3')).status, 200);
            }

            /* from now on it sends no pong */

            assert.strictEqual(await client.poll(sid), '2');
            assert.strictEqual(await client.poll(sid), '1');
            assert.strictEqual((await client.post(sid, '3')).status, 400);
        });

        it('a session whose time is over', async (t) => {
            const nginx = await serve(t, { workers, eio3: true });
            const client = new Client(nginx.port);

            /* refused as soon as its time is over, even before the next tick */

            const outlive = async (protocol, i) => {
                const query = `EIO=${protocol}&transport=polling`;

                await new Promise((resolve) => {
                    setTimeout(resolve, i * 7);
                });

                const text = await (await client.get(query)).text();
                const [, sid] = text.match(/"sid":"([\w-]+)"/);

                await new Promise((resolve) => {
                    setTimeout(resolve, INTERVAL);
                });
                await client.get('EIO=4&transport=polling');
                await new Promise((resolve) => {
                    setTimeout(resolve, TIMEOUT);
                });

                return (await client.get(`${query}&sid=${sid}`)).status;
            };

            const statuses = await Promise.all(
                Array.from({ length: 20 }, (_, i) => outlive(3 + i % 2, i)));

            assert.deepStrictEqual(statuses, Array(20).fill(400));
        });

        test('heartbeat by WebSocket', async (client) => {
            const socket = client.socket('EIO=4&transport=websocket');

            await socket.take();

            for (let i = 0; i < 3; i++) {
                assert.strictEqual(await socket.take(), '2');
                socket.send('3');
            }

            await socket.ended;
        });

        test('close by long-polling', async (client) => {
            const sid = await client.open();

            /* the GET may come after the POST, to another worker */

            const [answer] = await Promise.all([client.poll(sid),
                                                client.post(sid, '1')]);

            assert.strictEqual(answer, '6');
            assert.strictEqual((await client.get(
                `EIO=4&transport=polling&sid=${sid}`)).status, 400);
        });

        test('close by WebSocket', async (client) => {
            const socket = client.socket('EIO=4&transport=websocket');

            await socket.take();
            socket.send('1');
            await socket.ended;
        });

        test('upgrade', async (client) => {
            const sid = await client.open();
            const socket = client.socket(`EIO=4&transport=websocket&sid=${sid}`);

            await new Promise((resolve) => {
                socket.on('open', resolve);
            });

            const poll = client.poll(sid);

            socket.send('2probe');
            assert.strictEqual(await socket.take(), '3probe');
            assert.strictEqual(await poll, '6');
            socket.send('5');
            socket.send('4hello');
            assert.strictEqual(await socket.take(), '4hello');

            for (const attempt of ['GET', 'POST']) {
                const answer = await fetch(
                    `${client.http}?EIO=4&transport=polling&sid=${sid}`, {
                        method: attempt
                    });

                assert.strictEqual(answer.status, 400);
            }

            await client.socket(`EIO=4&transport=websocket&sid=${sid}`).ended;
            socket.send('4still');
            assert.strictEqual(await socket.take(), '4still');
            socket.close();
            await socket.ended;
        });
    });
}
