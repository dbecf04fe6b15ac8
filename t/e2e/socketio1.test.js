
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A client of Socket.IO 1: it speaks protocol 3, but over polling its text is
 * in UTF-8 twice.
 */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, start } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const TEXTS = ['打印', 'é', 'Ã©', '😀 "\\\n', '\u0080\u07ff\u0800\uffff',
               'ASCII'];


for (const workers of WORKERS) {
    describe(`Socket.IO 1, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: LONG,
                                   pingTimeout: LONG });
            port = target.port;
        });

        after(() => target.stop());

        for (const transports of Object.keys(clients.TRANSPORTS)) {
            it(`prints the very text, ${transports}`, async (t) => {
                const client = await clients.connect(target, t.name, {
                    version: '1.7', transports
                });

                t.after(() => client.leave());

                for (const text of TEXTS) {
                    await hub.deliver(port, client.id, text);
                }

                await client.printed(TEXTS.length);
                assert.deepStrictEqual(client.prints, TEXTS);
            });
        }

        it('a clientId that is not ASCII, by polling', async (t) => {
            const client = clients.open(target, '打印', {
                version: '1.7', transports: 'polling'
            });
            let error;

            t.after(() => client.leave());

            client.socket.on('error', ({ message }) => {
                error = message;
            });

            await waitFor(() => error, 'the error');
            assert.strictEqual(
                error, 'register: clientId is in UTF-8 twice, as clients of '
                       + 'Socket.IO 1 send it by polling');

            /* it is connected, and can register another one */

            client.socket.emit('register', 'polls');
            await hub.online(port, 'polls');
            assert.deepStrictEqual(
                (await hub.status(port)).filter(({ clientId }) => {
                    return /[^ -~]/.test(clientId);
                }), []);
        });

        it('a clientId that is not ASCII, by WebSocket', async (t) => {
            const client = await clients.connect(target, '打印机', {
                version: '1.7', transports: 'websocket'
            });

            t.after(() => client.leave());

            await hub.deliver(port, client.id, 'x');
            await client.printed(1);
        });

        it('the same clientId of Socket.IO 2, by polling', async (t) => {
            const client = await clients.connect(target, '轮询 é', {
                version: '2.5', transports: 'polling'
            });

            t.after(() => client.leave());

            for (const text of TEXTS) {
                await hub.deliver(port, client.id, text);
            }

            await client.printed(TEXTS.length);
            assert.deepStrictEqual(client.prints, TEXTS);
        });
    });
}
