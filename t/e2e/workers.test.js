
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Four workers: nothing depends on which of them has a request, a session's
 * connection or a print.
 */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const random = require('./lib/random');
const station = require('./lib/station');
const { CALL, ANSWER } = require('./conformance/run');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, start } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { LONG } = require('./lib/wait');


const WORKERS = 4;
const STATIONS = 12;       /* of each transport */
const PRINTS = 20;         /* to each of them */

const MODES = {
    'accept_mutex off': {},
    'accept_mutex on': { acceptMutex: true },
    'reuseport': { reuseport: true }
};


for (const [mode, options] of Object.entries(MODES)) {
    describe(mode, { skip: NGINX_ONLY }, () => {
        let nginx;
        let port;
        let steer;

        before(async () => {
            nginx = await start({ workers: WORKERS, pingInterval: LONG,
                                  pingTimeout: LONG, ...options });
            port = nginx.port;
            steer = new Steer(port, nginx.workers());
        });

        after(async () => {
            steer.end();
            await nginx.stop();
        });

        it('GET, POST, upgrade and print at any of them', async () => {
            const { workers } = steer;

            for (const get of workers) {
                for (const post of workers) {
                    for (const upgrade of workers) {
                        await combination({ get, post, upgrade });
                    }
                }
            }
        });

        it('prints to many', async () => {
            const ids = Array.from({ length: STATIONS }, (_, i) => i);

            const stations = await Promise.all(ids.flatMap((i) => [
                station.websocket(port, `${mode} websocket ${i}`),
                station.polling(port, `${mode} polling ${i}`)
            ]));

            await Promise.all(stations.map(async (one) => {
                for (let i = 0; i < PRINTS; i++) {
                    await hub.deliver(port, one.id, String(i));
                }

                await one.printed(PRINTS);
            }));

            for (const one of stations) {
                assert.deepStrictEqual(one.prints, sequence(PRINTS), one.id);
                one.leave();
            }

            await hub.offline(port, ...stations.map((one) => one.id));
        });

        it('prints at the same time to one', async () => {
            const one = await station.polling(port, `${mode} one`);
            const expected = sequence(200);

            await Promise.all(expected.map((text) => {
                return hub.deliver(port, one.id, text);
            }));

            await one.printed(200);
            assert.deepStrictEqual(one.prints.sort((a, b) => a - b), expected);
            one.leave();
        });

        it('prints while stations upgrade', async (t) => {
            const { pick, seed } = random.create();

            t.diagnostic(`SEED=${seed}`);

            const stations = await Promise.all(
                Array.from({ length: STATIONS }, (_, i) => {
                    return station.polling(port, `${mode} upgrade ${i}`);
                }));

            await Promise.all(stations.map(async (one) => {
                const when = pick([5, 10, 20, 30]);
                let upgrade;

                for (let i = 0; i < 3 * PRINTS; i++) {
                    if (i === when) {
                        upgrade = one.upgrade();
                    }

                    await hub.deliver(port, one.id, String(i));
                }

                await upgrade;
                await one.printed(3 * PRINTS);
            }));

            for (const one of stations) {
                assert.deepStrictEqual(one.prints, sequence(3 * PRINTS),
                                       `SEED=${seed} ${one.id}`);
                one.leave();
            }
        });

        it('prints while clients upgrade', async () => {
            const ids = Array.from({ length: STATIONS },
                                   (_, i) => `${mode} client ${i}`);

            await Promise.all(ids.map(async (id) => {
                const client = await clients.connect(nginx, id);
                let n = 0;

                for (let more = PRINTS; more; more -= settled(client)) {
                    await hub.deliver(port, id, String(n++));
                }

                await client.printed(n);
                assert.deepStrictEqual(client.prints, sequence(n), id);
                assert.deepStrictEqual(client.reasons, []);
                client.leave();
            }));
        });

        /* one session, all of whose requests are steered */

        async function combination({ get, post, upgrade }) {
            const id = `${get} ${post} ${upgrade}`;
            const { body } = await steer.request(post, {
                path: `${eio.PATH}&transport=polling`
            });

            const session = new eio.Polling(port, JSON.parse(body.slice(1)));
            const came = [];

            session.wire = steer.wire(get, post);
            await session.join();
            await session.post(`42["register","${id}"]`);

            for (const worker of steer.workers) {
                const poll = session.poll();

                await printAt(worker, id, came.length);
                came.push((await poll.done).body.split(eio.SEPARATOR)[0]);
            }

            const poll = session.poll();
            const socket = await steer.websocket(upgrade, session.upgrade);

            socket.text('2probe');
            assert.strictEqual(await socket.next(), '3probe', id);
            assert.strictEqual((await poll.done).body, '6', id);

            await printAt(get, id, came.length);
            socket.text('5');

            for (const worker of [post, ...steer.workers]) {
                await printAt(worker, id, came.length + 1);
                came.push(await next(socket));
            }

            came.push(await next(socket));
            socket.text(CALL);
            assert.strictEqual(await next(socket), ANSWER);
            socket.destroy();

            assert.deepStrictEqual(came, sequence(came.length).map((text) => {
                return `42["print",{"printData":"${text}"}]`;
            }), id);
        }

        async function printAt(worker, id, text) {
            const { body } = await steer.request(worker, {
                path: `/startPrint?${new URLSearchParams({
                    clientId: id, printData: text
                })}`
            });

            assert.strictEqual(body, '{"message":"参数已接收"}');
        }
    });
}


/* the packet that is no ping */

async function next(socket) {
    for ( ;; ) {
        const packet = await socket.next();

        if (packet !== '2') {
            return packet;
        }
    }
}


/* 1 if the client is through with its upgrade */

function settled(client) {
    return client.transport === 'websocket' ? 1 : 0;
}
