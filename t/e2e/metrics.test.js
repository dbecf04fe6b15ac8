
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What workers count by themselves: the sums do not depend on which of them had
 * the work, and nothing is lost when they are replaced or killed.  An answer
 * takes the same memory, however many stations there are.
 */


'use strict';


const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const zlib = require('node:zlib');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const metrics = require('./lib/metrics');
const sse = require('./lib/sse');
const station = require('./lib/station');
const ws = require('./lib/raw_ws');
const { Steer } = require('./lib/steer');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');


const CLIENTS = 10000;
const IDS = 64;                /* of one connection, at most */
const READERS = 10;            /* slow ones */
const FLAT = 16 << 20;         /* bytes that a worker may grow by meanwhile */


function start(t, options) {
    return serve(t, { pingInterval: LONG, pingTimeout: LONG,
                      server: metrics.LOCATIONS, limit: 'off', ...options });
}


for (const workers of WORKERS) {
    describe(`metrics, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('sums are over all workers', async (t) => {
            const nginx = await start(t, { workers });
            const steer = new Steer(nginx.port, nginx.workers());
            const requests = 3;

            t.after(() => steer.end());

            for (const pid of steer.workers) {
                for (let i = 0; i < requests; i++) {
                    await steer.request(pid, { path: '/getStatus',
                                               keep: true });
                    await steer.request(pid, { path: '/startPrint?clientId=no',
                                               keep: true });
                }
            }

            /* each of them tells the same */

            for (const pid of steer.workers) {
                const { body } = await steer.request(pid, {
                    path: metrics.ALL, keep: true
                });
                const all = new metrics.Metrics(body);

                assert.strictEqual(all.of('requests_total',
                                          'endpoint="getStatus",code="2xx"'),
                                   requests * workers);
                assert.strictEqual(all.of('jobs_refused_total',
                                          'reason="client_unknown"'),
                                   requests * workers);
                assert.strictEqual(all.of('workers', 'state="running"'),
                                   workers);
            }
        });

        it('messages and their bytes, in and out', async (t) => {
            const nginx = await start(t, { workers });
            const prints = 10;

            const one = await station.websocket(nginx.port, 'a');
            const before = await metrics.read(nginx.port);

            for (let i = 0; i < prints; i++) {
                await hub.deliver(nginx.port, 'a', `x${i}`);
            }

            await one.printed(prints);

            one.emit('something', 1);

            /* ["something",1] and the type of its packet, "2" */

            const after = await metrics.until(nginx.port, (now) => {
                return now.of('messages_total', 'direction="in"')
                       > before.of('messages_total', 'direction="in"');
            }, 'a message');

            const more = (name, labels) => after.of(name, labels)
                                           - before.of(name, labels);

            assert.strictEqual(more('messages_total', 'direction="out"'),
                               prints);
            assert.strictEqual(more('messages_total', 'direction="in"'), 1);
            assert.strictEqual(more('message_bytes_total', 'direction="in"'),
                               '2["something",1]'.length);
            assert.strictEqual(more('message_bytes_total', 'direction="out"'),
                               prints
                               * '2["print",{"printData":"x0"}]'.length);

            /* each print has a ping behind it, which the station answers */

            await metrics.until(nginx.port, (now) => {
                return now.of('ping_rtt_seconds_count') > 0;
            }, 'the round trip of a ping');
        });

        it('requests that wait, until they are answered', async (t) => {
            const nginx = await start(t, { workers, queue: '10' });
            const { port } = nginx;
            const waiting = (now, ...n) => {
                return ['poll', 'wait', 'events'].every((kind, i) => {
                    return now.of('waiting_requests', `kind="${kind}"`)
                           === n[i];
                });
            };

            const session = await eio.polling(port);

            await session.join();

            const poll = session.poll();
            const reader = await sse.open(port);

            await metrics.until(port, (now) => waiting(now, 1, 0, 1),
                                'a poll and a stream');

            const one = await station.websocket(port, 'a', { silent: true });
            const job = http.open(port, jobs.order({ clientId: 'a', data: 1,
                                                     wait: '60s' }));

            await metrics.until(port, (now) => waiting(now, 1, 1, 1),
                                'a job that is waited for');

            job.socket.destroy();
            reader.request.destroy();
            poll.socket.destroy();

            await metrics.until(port, (now) => waiting(now, 0, 0, 0),
                                'nothing to wait');

            one.leave();
        });

        it('compression', async (t) => {
            const nginx = await start(t, {
                workers, location: 'print_hub_deflate on; '
                                   + 'print_hub_deflate_threshold 0;'
            });
            const { port } = nginx;
            const socket = await ws.connect(port, {
                path: '/socket.io/?EIO=4&transport=websocket',
                headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
            });
            const text = `42["x","${'y'.repeat(2000)}"]`;

            for (const packet of ['40', text]) {
                const bytes = zlib.deflateRawSync(Buffer.from(packet), {
                    finishFlush: zlib.constants.Z_SYNC_FLUSH
                });

                socket.raw(ws.frame(ws.TEXT, bytes.subarray(0, -4),
                                    { rsv: 4 }));
            }

            const plain = 2 + text.length;

            const after = await metrics.until(port, (now) => {
                return now.of('deflate_bytes_total',
                              'direction="in",stage="plain"') === plain
                       && now.of('deflate_bytes_total',
                                 'direction="out",stage="plain"') > 0;
            }, `${plain} bytes`);

            const packed = after.of('deflate_bytes_total',
                                    'direction="in",stage="compressed"');

            assert(packed > 0 && packed < plain / 2, `${packed} bytes`);

            socket.destroy();
        });

        it('counters go on over reloads and kills', async (t) => {
            const nginx = await start(t, { workers, drain: 200 });
            const { port } = nginx;

            await station.websocket(port, 'a');

            const refuse = async () => {
                for (let i = 0; i < 20; i++) {
                    await hub.print(port, 'nobody', i);
                }
            };

            await refuse();

            let last = await metrics.read(port);

            for (const change of ['reload', 'kill', 'reload', 'kill']) {

                if (change === 'reload') {
                    await nginx.gone(await nginx.reload());

                } else {
                    await nginx.kill(nginx.workers()[0]);
                }

                const now = await metrics.until(port, (all) => {
                    return all.of('workers', 'state="running"') === workers;
                }, `${workers} workers after a ${change}`);

                now.notBelow(last);
                assert.strictEqual(now.of('workers', 'state="exiting"'), 0);

                await refuse();
                last = await metrics.read(port);
            }

            assert.strictEqual(last.of('jobs_refused_total',
                                       'reason="client_unknown"'), 100);
        });

        it('what a killed worker had is not there any more', async (t) => {
            const nginx = await start(t, { workers });
            const { port } = nginx;
            const steer = new Steer(port, nginx.workers());

            const session = await eio.polling(port);

            await session.join();
            await steer.park(steer.workers[0], session);

            await metrics.until(port, (now) => {
                return now.of('waiting_requests', 'kind="poll"') === 1;
            }, 'a poll');

            await nginx.kill(steer.workers[0]);

            await metrics.until(port, (now) => {
                return now.of('waiting_requests', 'kind="poll"') === 0;
            }, 'no poll');

            steer.end();
        });

        it('a WebSocket is an answer, too', async (t) => {
            const nginx = await start(t, { workers });

            await station.websocket(nginx.port, 'a');

            const all = await metrics.read(nginx.port);

            assert.strictEqual(all.of('requests_total',
                                      'endpoint="socket_io",code="101"'), 1);
        });

        it('promtool has nothing against it', async (t) => {
            const nginx = await start(t, { workers, queue: '10' });
            const { port } = nginx;

            await station.websocket(port, '前台 "1"');
            await station.polling(port, 'back\\slash');
            await hub.deliver(port, '前台 "1"', 'x');
            await hub.print(port, 'nobody', 'x');

            for (const path of [metrics.ALL, metrics.CLIENTS]) {
                metrics.check((await metrics.read(port, path)).text);
            }
        });
    });
}


describe('metrics of one worker', { skip: NGINX_ONLY }, () => {

    it('a worker that is to exit is told apart', async (t) => {
        const nginx = await start(t, { workers: 1, handover: false,
                                       drain: LONG });

        await station.websocket(nginx.port, 'a');

        const old = await nginx.reload();

        await metrics.until(nginx.port, (now) => {
            return now.of('workers', 'state="exiting"') === 1
                   && now.of('workers', 'state="running"') === 1;
        }, 'one that exits');

        process.kill(old[0], 'SIGSTOP');

        await metrics.until(nginx.port, (now) => {
            return now.of('workers', 'state="hung"') === 1
                   && now.of('workers', 'state="exiting"') === 0;
        }, 'one that hangs');

        process.kill(old[0], 'SIGCONT');

        await metrics.until(nginx.port, (now) => {
            return now.of('workers', 'state="exiting"') === 1;
        }, 'one that goes on');

        nginx.allow(/exited on signal 9/);
        process.kill(old[0], 'SIGKILL');
        await nginx.gone(old);
    });

    it('one without a slot answers, and counts', async (t) => {
        const nginx = await start(t, { workers: 1 });
        const { port } = nginx;

        await station.websocket(port, 'a');
        await hub.print(port, 'nobody', 1);

        const before = await metrics.read(port);
        const keeper = await takeSlots(nginx);

        t.after(() => keeper.kill());

        nginx.allow(/no slot of 254 is free/);
        await nginx.gone(await nginx.reload());

        const { status, body } = await http.request(port,
                                                    '/startPrint?clientId=a');

        assert.strictEqual(status, 503, body);

        const after = await metrics.read(port);

        after.notBelow(before, true);

        assert.strictEqual(after.of('jobs_refused_total', 'reason="no_slot"'),
                           1);
        assert.strictEqual(after.of('requests_total',
                                    'endpoint="startPrint",code="5xx"'), 1);

        /* without the lock it says nothing of what changes under it */

        assert(!after.text.includes('print_hub_jobs{'));

        const all = await metrics.read(port, metrics.CLIENTS);

        assert(!all.text.includes('client="'));
    });

    it('slow readers take no memory', async (t) => {
        const nginx = await start(t, { workers: 1, zone: '64m',
                                       maxClientIds: IDS });
        const { port } = nginx;
        const [pid] = nginx.workers();

        await register(port);

        const before = memory(pid);
        const readers = [];

        for (let i = 0; i < READERS; i++) {
            readers.push(await slow(t, port));
        }

        /* they have got as much as the kernel takes, and others are served */

        for (let i = 0; i < 3; i++) {
            const all = await metrics.read(port);

            assert.strictEqual(all.of('workers', 'state="running"'), 1);
        }

        const more = memory(pid) - before;

        assert(more < FLAT, `${more} bytes more`);

        /* who goes on gets the rest */

        const text = await rest(readers[0]);
        const all = new metrics.Metrics(text);

        for (const name of ['client_online', 'client_queue_jobs']) {
            assert.strictEqual([...all.values.keys()].filter((key) => {
                return key.startsWith(`print_hub_${name}{`);
            }).length, CLIENTS);
        }

        assert.strictEqual(all.sum('client_online'), CLIENTS);
        assert(text.endsWith('\n'));
    });
});


/* many stations, each connection has several */

async function register(port) {
    for (let n = 0; n < CLIENTS; n += IDS) {
        const socket = await eio.websocket(port);

        await eio.join(socket);

        for (let i = n; i < Math.min(n + IDS, CLIENTS); i++) {
            socket.text(`42["register","${String(i).padEnd(96, 'x')}"]`);
        }
    }

    await waitFor(async () => {
        const { clients } = await http.json(port, '/zone');

        return clients.used === CLIENTS;
    }, `${CLIENTS} stations`);
}


/* a reader that has asked, and has read nothing but the first bytes */

async function slow(t, port) {
    const socket = net.connect(port, '127.0.0.1');

    t.after(() => socket.destroy());

    socket.on('error', () => { /* nginx ends first */ });
    socket.write(`GET ${metrics.CLIENTS} HTTP/1.0\r\n\r\n`);

    await within(new Promise((resolve) => {
        socket.once('readable', resolve);
    }), 'the first bytes');

    return socket;
}


async function rest(socket) {
    const pieces = [];

    await within(new Promise((resolve) => {
        socket.on('data', (data) => pieces.push(data));
        socket.on('end', resolve);
    }), 'the end of the answer');

    const text = Buffer.concat(pieces).toString();

    return text.slice(text.indexOf('\r\n\r\n') + 4);
}


function memory(pid) {
    const text = fs.readFileSync(`/proc/${pid}/status`, 'latin1');

    return 1024 * Number(text.match(/RssAnon:\s+(\d+)/)[1]);
}


/* takes all slots that are free, so that a new worker gets none */

async function takeSlots(nginx) {
    const folder = `/proc/${nginx.master}/fd`;
    const fd = fs.readdirSync(folder).find((name) => {
        return fs.readlinkSync(`${folder}/${name}`)
            .startsWith('/memfd:print_hub_workers');
    });

    const keeper = spawn('python3', ['-c', `
import fcntl, sys
file = open('${folder}/${fd}', 'r+b')
for slot in range(254):
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
    except OSError:
        pass
print('taken', flush=True)
sys.stdin.read()
`], { stdio: ['pipe', 'pipe', 'inherit'] });

    await within(new Promise((resolve) => {
        keeper.stdout.once('data', resolve);
    }), 'the slots');

    return keeper;
}
