
/*
 * Copyright (C) the print hub contributors
 */


/* GET events: the stream of events. */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const sse = require('./lib/sse');
const station = require('./lib/station');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor } = require('./lib/wait');


/* the process that reads events from the zone, and their numbers */

const READ = / (\d+)#.* events (\d+) to (\d+) were read/g;


/* checks that every number comes once and in order, from first on */

function gapless(events) {
    events.forEach(({ id, data }, i) => {
        assert.strictEqual(id, events[0].id + i);
        assert.strictEqual(data.event, id);
    });
}


/* the states of a job, in order */

function states(reader, id) {
    return reader.events.filter(({ data }) => data.id === id)
        .map(({ data }) => data.state);
}


for (const workers of WORKERS) {
    describe(`events, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('of stations and jobs', async (t) => {
            const nginx = await serve(t, { workers });
            const { port } = nginx;
            const readers = await Promise.all([1, 2, 3, 4].map(() => {
                return sse.open(port);
            }));

            const { headers } = readers[0].response;

            assert.strictEqual(headers['access-control-allow-origin'],
                               undefined);
            assert.strictEqual(headers['x-content-type-options'], 'nosniff');

            const client = await clients.connect(nginx, 'one');
            const ids = await jobs.printAll(port, 'one', 0, 20);

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            client.leave();

            for (const reader of readers) {
                await reader.until(({ data }) => data.connected === false,
                                   'the end of a station');
                gapless(reader.events);

                for (const id of ids) {
                    assert.deepStrictEqual(states(reader, id),
                                           ['queued', 'sent', 'received']);
                }

                const [{ event, data }] = reader.events;

                assert.strictEqual(event, 'client');
                assert.strictEqual(data.clientId, 'one');
                assert.strictEqual(data.connected, true);
                reader.close();
            }
        });

        it('are read once for all readers of a worker', async (t) => {
            const nginx = await serve(t, {
                workers, server: 'error_log logs/debug.log debug;'
            });
            const { port } = nginx;
            const one = await station.websocket(port, 'busy');
            const readers = await Promise.all(sequence(30).map(() => {
                return sse.open(port);
            }));
            const ids = await jobs.printAll(port, 'busy', 0, 50);

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            one.leave();

            for (const reader of readers) {
                await reader.until(({ data }) => data.connected === false,
                                   'the end of a station');
                gapless(reader.events);
                reader.close();
            }

            const log = fs.readFileSync(
                path.join(nginx.folder, 'logs/debug.log'), 'utf8');
            const read = new Set();

            for (const [, pid, from, to] of log.matchAll(READ)) {
                for (let id = Number(from); id <= Number(to); id++) {
                    assert.ok(!read.has(`${pid} ${id}`), `${pid} ${id}`);
                    read.add(`${pid} ${id}`);
                }
            }

            assert.ok(read.size >= 3 * ids.length);
        });

        it('from where a reader has left off', async (t) => {
            const { port } = await serve(t, { workers });
            const one = await station.websocket(port, 'again');
            const first = await sse.open(port);

            await hub.deliver(port, 'again', 'x');
            await first.until(({ data }) => data.state === 'received', 'it');
            first.close();

            const { id } = first.events.at(-1);

            const missed = await jobs.print(port, 'again', 'y');

            await jobs.becomes(port, missed, 'received');

            for (const options of [{ last: id },
                                   { path: `/events?lastEventId=${id}` }])
            {
                const second = await sse.open(port, options);

                await second.until(({ data }) => data.state === 'received',
                                   'what was missed');
                assert.strictEqual(second.events[0].id, id + 1);
                gapless(second.events);
                assert.deepStrictEqual(states(second, missed),
                                       ['queued', 'sent', 'received']);
                second.close();
            }

            one.leave();
        });

        it('of one station', async (t) => {
            const { port } = await serve(t, { workers });
            const reader = await sse.open(port, {
                path: '/events?clientId=%E4%B8%AD%202'
            });
            const one = await station.websocket(port, '中 1');
            const two = await station.websocket(port, '中 2');

            await hub.deliver(port, '中 1', 'x');
            await one.printed(1);
            await hub.deliver(port, '中 2', 'x');
            await reader.until(({ data }) => data.state === 'received', 'it');

            for (const { data } of reader.events) {
                assert.strictEqual(data.clientId, '中 2');
            }

            reader.close();
            one.leave();
            two.leave();
        });

        it('events that were overwritten are reported as lost', async (t) => {
            const { port } = await serve(t, { workers, zone: '256k' });
            const one = await station.websocket(port, 'many');

            /* the hub keeps no events before the first reader */

            (await sse.open(port)).close();

            for (let n = 0; n < 100; n++) {
                await hub.deliver(port, 'many', n);
                await one.printed(n + 1);
            }

            const reader = await sse.open(port, { last: 2 });

            await reader.until(({ data }) => data.state === 'received', 'it');

            const [lost, next] = reader.events;

            assert.strictEqual(lost.event, 'lost');
            assert.strictEqual(lost.data.from, 3);
            assert.strictEqual(lost.data.to, lost.id);
            assert.strictEqual(next.id, lost.id + 1);
            gapless(reader.events.slice(1));
            reader.close();
            one.leave();
        });

        it('to one that reads nothing', async (t) => {
            const nginx = await serve(t, {
                workers, maxClientIds: 64,
                listen: 'sndbuf=16k', server: 'send_timeout 1s;'
            });
            const { port } = nginx;
            const reader = await sse.open(port);
            const one = await station.websocket(port, 'pause');
            const ids = Array.from({ length: 60 },
                                   (_, n) => `${'-'.repeat(90)}${n}`);

            const late = () => {
                return /timed out, it reads no events/.test(nginx.log());
            };

            await one.register(...ids);
            reader.response.pause();

            /* slowly: a reader for which much waits is closed at once */

            for ( ;; ) {
                try {
                    await waitFor(late, 'the end of the reader', 1500);
                    break;

                } catch {
                    /* the connection still takes what is sent */
                }

                const { status } = await http.request(port, {
                    method: 'POST', path: '/jobs?wait=1s',
                    headers: { 'Content-Type': 'application/json' },
                    body: JSON.stringify({ clientIds: ids,
                                           data: { printData: 1 } })
                });

                assert.strictEqual(status, 201);
            }

            one.leave();
        });

        it('until the worker exits', async (t) => {
            const nginx = await serve(t, { workers });
            const reader = await sse.open(nginx.port);
            const old = await nginx.reload();

            await reader.end();
            await nginx.gone(old);
        });

        it('to readers that leave', async (t) => {
            const nginx = await serve(t, { workers });
            const { port } = nginx;

            for (let n = 0; n < 50; n++) {
                const reader = await sse.open(port);

                reader.close();
            }

            const one = await station.websocket(port, 'left');

            await hub.deliver(port, 'left', 'x');
            await one.printed(1);
            one.leave();
        });

        it('a wait that sees what another worker does', async (t) => {
            const { port } = await serve(t, { workers });
            const one = await station.websocket(port, 'wait',
                                                { silent: true });
            const answers = Array.from({ length: 8 }, (_, n) => {
                return http.request(port, {
                    method: 'POST', path: '/jobs?wait=10s',
                    headers: { 'Content-Type': 'application/json' },
                    body: JSON.stringify({ clientId: 'wait', data: n })
                });
            });

            await waitFor(() => one.pings >= 1 && one.log.filter((packet) => {
                return packet.startsWith('42');
            }).length === 8, 'the prints');

            for (let n = one.pings; n; n--) {
                one.send('3');
            }

            for (const { status, body } of await Promise.all(answers)) {
                assert.strictEqual(status, 201);
                assert.strictEqual(JSON.parse(body).state, 'received');
            }

            one.leave();
        });
    });
}
