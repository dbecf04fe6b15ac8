
/*
 * Copyright (C) the print hub contributors
 */


/* The real clients, of several versions, by each transport. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const hub = require('./lib/hub');
const { REFERENCE, WORKERS, start } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const PRINTS = 20;


for (const workers of WORKERS) {
    describe(`clients, ${workers} worker(s)`, { concurrency: true }, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: 300,
                                   pingTimeout: LONG });
            port = target.port;
        });

        after(() => target.stop());

        for (const version of Object.keys(clients.VERSIONS)) {
            for (const transports of Object.keys(clients.TRANSPORTS)) {
                it(`${version}, ${transports}`, async (t) => {
                    const client = await clients.connect(target, t.name, {
                        version, transports
                    });

                    t.after(() => client.leave());

                    await prints(client);

                    if (transports === 'both') {
                        await client.upgraded();
                    }

                    await keepsAlive(client);
                    await comesBack(client);
                    await survives(client);
                });

                it(`${version}, ${transports}: subprotocol`, async (t) => {
                    const client = await clients.connect(target, t.name, {
                        version, transports, protocols: ['arduino', 'other']
                    });

                    t.after(() => client.leave());

                    if (transports === 'polling') {
                        return;
                    }

                    await client.upgraded();
                    assert.strictEqual(
                        client.socket.io.engine.transport.ws.protocol,
                        'arduino');
                });

                it(`${version}, ${transports}: namespace`, async (t) => {
                    const socket = clients.VERSIONS[version](
                        `${target.url}/other`,
                        { forceNew: true,
                          transports: clients.TRANSPORTS[transports]
                                      || ['polling', 'websocket'] });
                    let error;

                    t.after(() => socket.disconnect());

                    socket.on(version === '2.5' ? 'error' : 'connect_error',
                              (e) => {
                                  error = e;
                              });

                    await waitFor(() => error, 'an error');
                    assert.strictEqual(error.message, 'Invalid namespace');
                });
            }
        }

        /* prints arrive in order and exactly once, whatever they contain */

        async function prints(client) {
            const texts = Array.from({ length: PRINTS },
                                     (_, i) => `${i} 打印 😀 "\\\n`);

            for (const text of texts) {
                await hub.deliver(port, client.id, text);
            }

            await client.printed(PRINTS);
            assert.deepStrictEqual(client.prints, texts);
        }

        async function keepsAlive(client) {
            const { pings } = client;

            await waitFor(() => client.pings >= pings + 4, 'pings');

            assert.deepStrictEqual(client.reasons, []);
            assert.ok(await hub.isOnline(port, client.id));
        }

        /* the client disconnects by itself */

        async function comesBack(client) {
            const { id } = client.socket;

            client.leave();
            await hub.offline(port, client.id);
            assert.strictEqual(await hub.print(port, client.id, 'lost'),
                               hub.OFFLINE);

            client.socket.connect();
            await hub.online(port, client.id);
            assert.notStrictEqual(client.socket.id, id);
            await published(client);

            await hub.deliver(port, client.id, 'back');
            await client.printed(PRINTS + 1);
            assert.strictEqual(client.prints[PRINTS], 'back');

            /* 4.0 may report the end of its old connection only now */

            assert.deepStrictEqual(
                client.reasons.filter((reason) => reason !== 'forced close'),
                ['io client disconnect']);
        }

        /* a client of protocol 3 has the sid, a secret, as its socket.id */

        async function published(client) {
            const { socketId } = await hub.entry(port, client.id);

            if (client.version === '2.5' && !REFERENCE) {
                assert.notStrictEqual(socketId, client.socket.id);

            } else {
                assert.strictEqual(socketId, client.socket.id);
            }
        }

        /* a lost connection */

        async function survives(client) {
            const { connects } = client;
            const before = await hub.entry(port, client.id);

            client.socket.io.engine.close();
            await waitFor(() => client.connects > connects, 'a reconnect');
            await hub.online(port, client.id);

            /* the entry may still name the lost connection */

            await waitFor(async () => {
                const { socketId } = await hub.entry(port, client.id);

                return socketId !== before.socketId;
            }, 'the new registration');

            await published(client);

            await hub.deliver(port, client.id, 'again');
            await client.printed(PRINTS + 2);
            assert.strictEqual(client.prints[PRINTS + 1], 'again');
        }
    });
}
