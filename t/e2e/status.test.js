
/*
 * Copyright (C) the print hub contributors
 */


/*
 * getStatus of many: its text is kept page by page, by each worker.  Whatever
 * happens, any worker's next answer is what is.
 */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const { describe, it } = require('node:test');

const hub = require('./lib/hub');
const http = require('./lib/raw_http');
const station = require('./lib/station');
const { NGINX_ONLY, start } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG } = require('./lib/wait');


const STATIONS = 12;
const EACH = 60;           /* clientIds of a station: three pages in all */


async function serve(t, options) {
    const nginx = await start({ pingInterval: LONG, pingTimeout: LONG,
                                maxClientIds: EACH + 4, ...options });

    t.after(() => nginx.stop());

    return nginx;
}


/* stations, and the expected answer of getStatus */

async function many(port, name = (i) => `station ${i}`) {
    const stations = [];
    const expected = [];

    for (let i = 0; i < STATIONS; i++) {
        const ids = Array.from({ length: EACH }, (_, k) => name(i * EACH + k));
        const one = await station.websocket(port, ids[0]);

        await one.register(...ids.slice(1));

        stations.push(one);
        expected.push(...ids.map((clientId) => {
            return { clientId, connected: true, socketId: one.socketId };
        }));
    }

    return { stations, expected };
}


for (const workers of [1, 4]) {
    describe(`${workers} workers`, { skip: NGINX_ONLY }, () => {

        it('all of them, whichever worker is asked', async (t) => {
            const nginx = await serve(t, { workers });
            const { port } = nginx;
            const steer = new Steer(port, nginx.workers());

            t.after(() => steer.end());

            const { stations, expected } = await many(port);

            const same = async (what) => {
                for (const pid of [...steer.workers, ...steer.workers]) {
                    const { body } = await steer.request(pid, {
                        path: '/getStatus'
                    });

                    assert.deepStrictEqual(JSON.parse(body).data, expected,
                                           what);
                }
            };

            await same('at first');

            /* a station in the middle disconnects */

            const goes = stations[STATIONS / 2];

            goes.leave();
            await hub.offline(port, goes.id);

            for (const entry of expected) {
                entry.connected = entry.socketId !== goes.socketId;
            }

            await same('after one went');

            /* another station takes one of its clientIds */

            await stations[0].register(goes.id);

            Object.assign(expected.find((entry) => entry.clientId === goes.id),
                          { connected: true,
                            socketId: stations[0].socketId });

            await same('after one moved');

            /* a new station registers */

            const last = await station.polling(port, 'new');

            t.after(() => last.leave());
            expected.push({ clientId: 'new', connected: true,
                            socketId: last.socketId });

            await same('after one came');

            /* it leaves the namespace and keeps its connection */

            last.send('41');
            await hub.offline(port, 'new');
            expected.at(-1).connected = false;

            await same('after one parted');
        });

        it('lists a client that replaces another last', async (t) => {
            const nginx = await serve(t, { workers });
            const { port } = nginx;
            const { stations, expected } = await many(port);
            const gone = stations[1];

            gone.leave();
            await hub.offline(port, gone.id);

            const { status } = await http.request(port, {
                method: 'DELETE',
                path: `/clients/${encodeURIComponent(gone.id)}`
            });

            assert.strictEqual(status, 204);

            await stations[0].register('new');

            const ids = expected.map((entry) => entry.clientId);

            assert.deepStrictEqual(
                (await hub.status(port)).map((entry) => entry.clientId),
                [...ids.filter((id) => id !== gone.id), 'new']);
        });

        it('an answer that is read slowly is what was', async (t) => {
            const nginx = await serve(t, { workers, listen: 'sndbuf=16k' });
            const { port } = nginx;

            /* the longest text that a name can have */
            const { stations, expected } = await many(port, (i) => {
                return String(i).padStart(96, '\u0001');
            });

            const socket = net.connect(port, '127.0.0.1');
            const chunks = [];

            socket.once('data', (data) => {
                chunks.push(data);
                socket.pause();
            });

            socket.write('GET /getStatus HTTP/1.1\r\nHost: x\r\n'
                         + 'Connection: close\r\n\r\n');
            await waitFor(() => chunks.length > 0, 'an answer');

            /* the answer is on its way, and everything in it has changed */

            for (const one of stations) {
                one.leave();
            }

            await hub.offline(port, ...expected.map((e) => e.clientId));

            assert.strictEqual(chunks.length, 1);

            socket.on('data', (data) => chunks.push(data));
            socket.resume();
            await waitFor(() => socket.closed, 'its end');

            const text = Buffer.concat(chunks).toString();
            const body = text.slice(text.indexOf('\r\n\r\n') + 4);

            assert.deepStrictEqual(JSON.parse(body).data, expected);
        });
    });
}
