
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reloads that nobody notices: WebSockets go to the new workers as they are, in
 * whatever state they are, while prints are sent.
 */


'use strict';


const assert = require('node:assert');
const child = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const ws = require('./lib/raw_ws');
const { freePort } = require('./lib/nginx');
const { increasing, sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Pump } = require('./lib/pump');
const { waitFor, LONG } = require('./lib/wait');


const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };


function connectAll(port, ids) {
    return Promise.all(ids.map((id) => station.websocket(port, id)));
}


/* one more print for each of them, none of which is closed */

async function alive(port, all, text) {
    for (const one of all) {
        assert.ok(!one.closed, `${one.id}: ${one.reason}`);
        await hub.deliver(port, one.id, text);
    }

    for (const one of all) {
        await one.printedAll([text]);
        assert.ok(!one.closed, `${one.id}: ${one.reason}`);
    }
}


/* a handshake without its last bytes */

async function begin(port) {
    const socket = net.connect(port, '127.0.0.1');

    socket.answer = '';
    socket.over = false;

    socket.on('error', () => {});
    socket.on('data', (data) => {
        socket.answer += data.toString('latin1');
    });
    socket.on('close', () => {
        socket.over = true;
    });

    socket.write(`GET ${eio.PATH}&transport=websocket HTTP/1.1\r\n`
                 + 'Host: localhost\r\nConnection: Upgrade\r\n'
                 + 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
                 + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n');
    await http.request(port, '/worker');

    return socket;
}


async function zone(port) {
    return http.json(port, '/zone');
}


/* the workers of a reload that has just begun, as soon as they are there */

async function starting(nginx, old) {
    let young;

    await nginx.reconfigure();

    await waitFor(() => {
        young = nginx.children().filter((pid) => !old.includes(pid));
        return young.length >= nginx.options.workers;
    }, 'new workers');

    return young;
}


for (const workers of WORKERS) {
    describe(`hand-over, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('WebSockets go on at the new workers', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off',
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = await connectAll(port, sequence(40));
            const old = await nginx.reload();

            await nginx.gone(old);
            await alive(port, all, 'x');

            assert.match(nginx.log(), /\[notice\] .*: print hub: worker: \d+ websockets handed over in \d+ ms, 0 closed/);

            const stat = await zone(port);

            assert.strictEqual(stat.taken, 40);
            assert.ok(stat.handed >= 40);
            all.forEach((one) => one.leave());
        });

        it('of real clients, in a row of reloads with prints', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off',
                                           pingInterval: 300,
                                           pingTimeout: LONG });
            const { port } = nginx;
            const all = await Promise.all(
                ['4.8', '4.0', '3.1.3', '2.5'].flatMap((version) => {
                    return ['websocket', 'both'].map((transports) => {
                        return clients.connect(nginx,
                                               `${version} ${transports}`,
                                               { version, transports });
                    });
                }));

            t.after(() => all.forEach((one) => one.leave()));

            for (const client of all) {
                await client.upgraded();
            }

            const sids = new Map((await hub.status(port)).map((entry) => {
                return [entry.clientId, entry.socketId];
            }));
            const pump = new Pump(port, all);

            for (let i = 0; i < 6; i++) {
                await pump.rounds(3);
                await nginx.reload();
            }

            await pump.rounds(3);
            await pump.stop();

            for (const client of all) {
                const taken = pump.taken(client.id);

                await waitFor(() => client.prints.length >= taken.length,
                              `the prints of ${client.id}`);
                assert.deepStrictEqual(client.prints, taken, client.id);
                assert.deepStrictEqual(client.reasons, [], client.id);
                assert.strictEqual((await hub.entry(port, client.id)).socketId,
                                   sids.get(client.id));
            }
        });

        it('reloads without a pause', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off',
                                           pingInterval: 300,
                                           pingTimeout: LONG });
            const { port } = nginx;
            const all = await connectAll(port, sequence(60));
            const pump = new Pump(port, all.slice(0, 10));
            const first = nginx.workers();

            for (let i = 0; i < 20; i++) {
                nginx.signal('SIGHUP');
                await new Promise((resolve) => {
                    setTimeout(resolve, 20 + 15 * (i % 5));
                });
            }

            await pump.rounds(5);
            await pump.stop();
            await nginx.gone(first);
            await waitFor(() => nginx.children().length === workers,
                          'the last old worker to exit');

            for (const one of all.slice(0, 10)) {
                await one.printed(pump.taken(one.id).length);
                assert.deepStrictEqual(one.prints, pump.taken(one.id));
            }

            await alive(port, all, 'last');
            all.forEach((one) => one.leave());
            await hub.empty(port);
        });

        it('cut at every byte of a frame', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off',
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const cuts = [];

            /* two fragments with a ping in between, and a second message */

            function bytes(id) {
                return Buffer.concat([
                    ws.frame(1, '42["regi', { fin: false }),
                    ws.frame(9, 'pp'),
                    ws.frame(0, `ster","${id}"]`),
                    ws.frame(1, `42["register","${id}-2"]`)
                ]);
            }

            const length = bytes('cut-100').length;

            for (let at = 0; at <= length; at++) {
                const socket = await eio.websocket(port);

                socket.text('40');
                assert.match(await socket.next(), /^40/);
                cuts.push({ socket, at, id: `cut-${100 + at}` });
            }

            for (const cut of cuts) {
                cut.bytes = bytes(cut.id);
                cut.socket.raw(cut.bytes.subarray(0, cut.at));
            }

            for (let i = 0; i < 2; i++) {
                await nginx.gone(await nginx.reload());
            }

            for (const cut of cuts) {
                cut.socket.raw(cut.bytes.subarray(cut.at));
            }

            await hub.online(port, ...cuts.map(({ id }) => `${id}-2`));
            await hub.online(port, ...cuts.map(({ id }) => id));

            for (const { socket, at } of cuts) {
                const frames = socket.frames.splice(0);

                assert.ok(!socket.closed, at);
                assert.ok(frames.includes('pong pp'), `${at}: ${frames}`);
                socket.destroy();
            }
        });

        it('in a long message, and with output that waits', async (t) => {
            const nginx = await serve(t, {
                workers, limit: 'off', zone: '256m', maxPayload: 20000000,
                http: 'print_hub_message_buffer 128m;', ...SLOW_PINGS
            });
            const { port } = nginx;
            const [lazy] = await connectAll(port, ['lazy']);
            const talker = await eio.websocket(port);
            const large = 'y'.repeat(12000000);
            const message = ws.frame(1, `42["unknown","${'x'.repeat(150000)}"]`);

            talker.text('40');
            assert.match(await talker.next(), /^40/);
            talker.raw(message.subarray(0, 90000));

            lazy.socket.socket.pause();

            for (const printData of [large, 'second', 'third']) {
                const { status } = await http.request(port, {
                    method: 'POST', path: '/startPrint',
                    headers: { 'Content-Type': 'application/json' },
                    body: JSON.stringify({ clientId: 'lazy', printData })
                });

                assert.strictEqual(status, 200);
            }

            for (let i = 0; i < 3; i++) {
                await nginx.gone(await nginx.reload());
            }

            talker.raw(message.subarray(90000));
            talker.text('42["register","talker"]');
            await hub.online(port, 'talker');

            lazy.socket.socket.resume();
            await lazy.printed(3);
            assert.ok(!lazy.closed, lazy.reason);
            assert.ok(lazy.prints[0] === large);
            assert.deepStrictEqual(lazy.prints.slice(1), ['second', 'third']);

            lazy.leave();
            talker.destroy();
        });

        it('workers that start late are waited for', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off', drain: 6000,
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = await connectAll(port, sequence(10));
            const old = nginx.workers();
            const young = await starting(nginx, old);

            young.forEach((pid) => process.kill(pid, 'SIGSTOP'));
            await waitFor(() => nginx.workers().every((pid) => {
                return !old.includes(pid);
            }), 'the old workers to be told');
            await new Promise((resolve) => setTimeout(resolve, 300));
            young.forEach((pid) => process.kill(pid, 'SIGCONT'));

            await nginx.gone(old);
            await alive(port, all, 'x');
            all.forEach((one) => one.leave());
        });

        it('workers that stand still take nothing', async (t) => {
            const nginx = await serve(t, { workers, limit: 'off', drain: 300,
                                           ...SLOW_PINGS });
            const { port } = nginx;
            const all = await connectAll(port, sequence(10));
            const old = nginx.workers();
            const young = await starting(nginx, old);

            young.forEach((pid) => process.kill(pid, 'SIGSTOP'));

            for (const one of all) {
                await one.end();
                assert.strictEqual(one.reason, 'close 1012');
            }

            await nginx.gone(old);
            young.forEach((pid) => process.kill(pid, 'SIGCONT'));
            await hub.empty(port);
        });

        for (const which of ['old', 'new']) {
            it(`a kill of the ${which} workers in the midst`, async (t) => {
                const nginx = await serve(t, { workers, limit: 'off',
                                               ...SLOW_PINGS });
                const { port } = nginx;
                const all = await Promise.all(sequence(12).map((i) => {
                    return clients.connect(nginx, `real-${i}`, {
                        transports: 'websocket'
                    });
                }));

                t.after(() => all.forEach((one) => one.leave()));

                const pump = new Pump(port, all);

                nginx.allow(/exited on signal 9/,
                            /shared memory zone .* was locked by/);

                for (let i = 0; i < 4; i++) {
                    const old = nginx.workers();
                    const young = await starting(nginx, old);
                    const victims = which === 'old' ? old : young;

                    /* at some moment of the hand-over */

                    await waitFor(() => nginx.workers().every((pid) => {
                        return !old.includes(pid);
                    }), 'the old workers to be told');
                    await new Promise((resolve) => {
                        setTimeout(resolve, 4 * i);
                    });

                    for (const pid of victims) {
                        try {
                            process.kill(pid, 'SIGKILL');

                        } catch (error) {
                            assert.strictEqual(error.code, 'ESRCH');
                        }
                    }

                    await nginx.gone(old);
                    await nginx.ready();
                    await pump.rounds(2);
                }

                await pump.stop();

                for (const client of all) {
                    await client.returned(port);
                    await hub.deliver(port, client.id, 'last');
                    await waitFor(() => client.prints.includes('last'),
                                  `the last print for ${client.id}`);
                    assert.strictEqual(client.prints.pop(), 'last');
                    increasing(client.prints, client.id);
                    client.leave();
                }

                await hub.empty(port);
            });
        }
    });
}


describe('what a hand-over does not change', { skip: NGINX_ONLY }, () => {

    it('the number of workers does not matter', async (t) => {
        const nginx = await serve(t, { workers: 2, limit: 'off',
                                       ...SLOW_PINGS });
        const { port } = nginx;
        const all = await connectAll(port, sequence(60));

        for (const workers of [3, 1, 4, 2]) {
            await nginx.gone(await nginx.reload({ workers }));
            await alive(port, all, `with ${workers}`);
        }

        all.forEach((one) => one.leave());
        await hub.empty(port);
    });

    it('connections are counted, and no descriptor is left', async (t) => {
        const nginx = await serve(t, {
            workers: 2, limit: 'off', ...SLOW_PINGS,
            server: 'location = /active { stub_status; }'
        });
        const { port } = nginx;
        const all = await connectAll(port, sequence(50));

        const active = async () => {
            const { body } = await http.request(port, '/active');

            return Number(/Active connections: (\d+)/.exec(body)[1]);
        };

        const files = () => {
            return nginx.workers().map((pid) => {
                return fs.readdirSync(`/proc/${pid}/fd`).length;
            }).reduce((sum, n) => sum + n);
        };

        const counted = async () => {
            let n;

            await waitFor(async () => (n = await active()) === 51,
                          () => `${n} connections, there are 51`);
        };

        await counted();
        await nginx.gone(await nginx.reload());

        const before = files();

        for (let i = 0; i < 8; i++) {
            await nginx.gone(await nginx.reload());
        }

        await alive(port, all, 'x');
        await counted();
        await waitFor(() => files() <= before,
                      () => `${before} descriptors, there are ${files()}`);

        all.forEach((one) => one.leave());
        await waitFor(async () => await active() === 1,
                      'the connections to end');
        await hub.empty(port);
    });

    it('worker_shutdown_timeout ends a hand-over', async (t) => {
        const nginx = await serve(t, {
            workers: 1, drain: 600000, main: 'worker_shutdown_timeout 300ms;',
            ...SLOW_PINGS
        });
        const { port } = nginx;
        const all = await connectAll(port, sequence(20));
        const old = nginx.workers();
        const young = await starting(nginx, old);

        /* it takes, and stands still before it has seen anything */

        await waitFor(() => nginx.workers().length === 1
                            || fs.readFileSync(`/proc/${young[0]}/stat`,
                                               'latin1').includes(') S '),
                      'the new worker to wait for events');
        young.forEach((pid) => process.kill(pid, 'SIGSTOP'));

        await nginx.gone(old);

        for (const one of all) {
            await one.end();
        }

        young.forEach((pid) => process.kill(pid, 'SIGCONT'));
        await hub.offline(port, ...all.map(({ id }) => id));
        await hub.empty(port);
        assert.deepStrictEqual(nginx.faults(), []);
    });

    it('WebSockets over TLS are asked to come back', async (t) => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-e2e-'));

        t.after(() => fs.rmSync(folder, { recursive: true }));

        child.execFileSync('openssl', [
            'req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
            '-subj', '/CN=localhost', '-keyout', `${folder}/key.pem`,
            '-out', `${folder}/cert.pem`
        ], { stdio: 'ignore' });

        const tls = await freePort();
        const nginx = await serve(t, {
            workers: 2, drain: 300, ...SLOW_PINGS,
            server: `listen 127.0.0.1:${tls} ssl;
                     ssl_certificate ${folder}/cert.pem;
                     ssl_certificate_key ${folder}/key.pem;`
        });
        const { port } = nginx;
        const plain = await connectAll(port, ['plain']);
        const WebSocket = require('ws');
        const socket = new WebSocket(`wss://127.0.0.1:${tls}/socket.io/`
                                     + '?EIO=4&transport=websocket',
                                     { rejectUnauthorized: false });
        let code;

        socket.on('error', () => {});
        socket.on('close', (number) => {
            code = number;
        });
        socket.on('message', (data) => {
            if (String(data).startsWith('0')) {
                socket.send('40');
                socket.send('42["register","secret"]');
            }
        });

        await hub.online(port, 'secret');

        const old = await nginx.reload();

        await waitFor(() => code !== undefined, 'the close');
        assert.strictEqual(code, 1012);
        await nginx.gone(old);
        await alive(port, plain, 'x');
        plain.forEach((one) => one.leave());
    });

    it('who has no room refuses', async (t) => {
        const nginx = await serve(t, { workers: 2, limit: 'off', drain: 400,
                                       ...SLOW_PINGS });
        const { port } = nginx;
        const all = await connectAll(port, sequence(100));
        const old = await nginx.reload({
            workers: 1, main: 'worker_rlimit_nofile 180;'
        });

        await nginx.gone(old);
        await waitFor(() => nginx.log().includes('no room for connections of'),
                      'the line about that');

        await waitFor(async () => {
            const { sessions } = await zone(port);

            return sessions.used === all.filter((one) => !one.closed).length;
        }, 'the closes to come');

        const closed = all.filter((one) => one.closed);

        assert.ok(closed.length > 0 && closed.length < 100, closed.length);
        closed.forEach((one) => assert.strictEqual(one.reason, 'close 1012'));

        await alive(port, all.filter((one) => !one.closed), 'x');
        all.forEach((one) => one.leave());
        await hub.empty(port);
    });

    it('a location without WebSockets takes none', async (t) => {
        const nginx = await serve(t, { workers: 2, drain: 300,
                                       ...SLOW_PINGS });
        const { port } = nginx;
        const all = await connectAll(port, sequence(10));
        const old = await nginx.reload({ transports: ['polling'] });

        for (const one of all) {
            await one.end();
            assert.strictEqual(one.reason, 'close 1012');
        }

        await nginx.gone(old);
        await hub.empty(port);
    });

    it('other rules for stations: they connect again', async (t) => {
        const nginx = await serve(t, {
            workers: 2, drain: 300, ...SLOW_PINGS,
            location: 'print_hub_client_id a-* b-*;'
        });
        const { port } = nginx;
        const all = await connectAll(port, ['a-1', 'b-1']);

        /* the same words are the same rules */

        await nginx.gone(await nginx.reload());
        await alive(port, all, 'x');

        const old = await nginx.reload({
            location: 'print_hub_client_id a-*;'
        });

        for (const one of all) {
            await one.end();
            assert.strictEqual(one.reason, 'close 1012');
        }

        await nginx.gone(old);
        await hub.empty(port);
    });

    it('off ends it at once, and on begins with the next reload', async (t) => {
        const nginx = await serve(t, { workers: 2, drain: 300,
                                       ...SLOW_PINGS });
        const { port } = nginx;

        for (const handover of [false, undefined]) {
            const all = await connectAll(port, sequence(5));
            const old = await nginx.reload({ handover });

            for (const one of all) {
                await one.end();
                assert.strictEqual(one.reason, 'close 1012');
            }

            await nginx.gone(old);
        }

        const all = await connectAll(port, sequence(5));

        await nginx.gone(await nginx.reload());
        await alive(port, all, 'x');
        all.forEach((one) => one.leave());
    });

    it('a session that opens late is handed over', async (t) => {
        const nginx = await serve(t, { workers: 1, ...SLOW_PINGS });
        const { port } = nginx;
        const keep = await connectAll(port, ['keep']);
        const sockets = [];

        for (let i = 0; i < 5; i++) {
            sockets.push(await begin(port));
        }

        const old = await nginx.reload();

        for (const socket of sockets) {
            socket.write('\r\n');
        }

        await nginx.gone(old);

        for (const socket of sockets) {
            await waitFor(() => /\r\n\r\n.*0\{/s.test(socket.answer)
                                || socket.over, 'the open packet');
            assert.match(socket.answer, /^HTTP\/1\.1 101 .*0\{/s);
            assert.ok(!socket.over);
            socket.destroy();
        }

        await alive(port, keep, 'x');
        keep.forEach((one) => one.leave());
    });

    for (const takeover of ['off', 'on']) {
        it(`compression, context takeover ${takeover}`, async (t) => {
            const nginx = await serve(t, {
                workers: 2, limit: 'off', ...SLOW_PINGS,
                location: `print_hub_deflate on;
                           print_hub_deflate_threshold 0;
                           print_hub_deflate_takeover ${takeover};`
            });
            const { port } = nginx;
            const WebSocket = require('ws');
            const all = [];

            for (let i = 0; i < 10; i++) {
                const prints = [];
                const socket = new WebSocket(
                    `ws://127.0.0.1:${port}/socket.io/`
                    + '?EIO=4&transport=websocket',
                    { perMessageDeflate: { threshold: 0 } });
                const one = { id: `c-${i}`, socket, prints, closed: false };

                socket.on('close', (code) => {
                    one.closed = code;
                });
                socket.on('error', () => {});
                socket.on('message', (data) => {
                    const text = String(data);

                    if (text.startsWith('0')) {
                        socket.send('40');

                    } else if (text.startsWith('40')) {
                        socket.send(`42["register","${one.id}"]`);

                    } else if (text.startsWith('42["print"')) {
                        prints.push(JSON.parse(text.slice(2))[1].printData);

                    } else if (text === '2') {
                        socket.send('3');
                    }
                });
                all.push(one);
            }

            await hub.online(port, ...all.map(({ id }) => id));
            assert.match(all[0].socket.extensions, /permessage-deflate/);

            for (let round = 0; round < 4; round++) {

                for (const one of all) {
                    const text = `a text that is repeated ${round}`;

                    await hub.deliver(port, one.id, text);
                    await waitFor(() => one.prints.length > round
                                        || one.closed, 'a print');
                    assert.ok(!one.closed, one.closed);
                    assert.strictEqual(one.prints[round], text);

                    one.socket.send(`42["register","${one.id}-${round}"]`);
                }

                await hub.online(port,
                                 ...all.map(({ id }) => `${id}-${round}`));
                await nginx.gone(await nginx.reload());
            }

            all.forEach(({ socket }) => socket.terminate());
            await hub.empty(port);
        });
    }
});
