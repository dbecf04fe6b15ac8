
/*
 * Copyright (C) the print hub contributors
 */


/* Requests that only a careless or a hostile client sends. */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { describe, it } = require('node:test');
const zlib = require('node:zlib');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const ws = require('./lib/raw_ws');
const { start } = require('./lib/nginx');
const { waitFor, within, LONG } = require('./lib/wait');


async function serve(t, options = {}) {
    const nginx = await start({ workers: 1, pingInterval: LONG,
                                pingTimeout: LONG, ...options });

    t.after(() => nginx.stop());

    return nginx;
}


/* returns all bytes of a connection, up to its end */

function exchange(port, bytes, { half = false } = {}) {
    const socket = net.connect(port, '127.0.0.1');
    const chunks = [];

    socket.on('error', () => {});
    socket.on('data', (data) => chunks.push(data));

    if (half) {
        socket.end(bytes);

    } else {
        socket.write(bytes);
    }

    return within(new Promise((resolve) => {
        socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    }), 'the end of the connection');
}


function descriptors(pid) {
    return fs.readdirSync(`/proc/${pid}/fd`).length;
}


describe('hostile', () => {

    it('the body of a preflight is not the next request', async (t) => {
        const { port } = await serve(t);
        const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n';

        const answers = await exchange(port,
            'OPTIONS /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n'
            + `Host: x\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`
            + 'GET /getStatus HTTP/1.1\r\nHost: x\r\n'
            + 'Connection: close\r\n\r\n');

        assert.deepStrictEqual(answers.match(/HTTP\/1\.1 \d+/g),
                               ['HTTP/1.1 204', 'HTTP/1.1 200']);
    });

    it('small bodies that become large keep no memory while they wait',
       { skip: process.env.E2E_SANITIZER && 'a sanitizer' },
       async (t) => {
        const nginx = await serve(t, { queue: '1000' });
        const { port } = nginx;
        const [worker] = nginx.workers();
        const one = await eio.polling(port);

        await one.join();
        await one.post('42["register","x"]');

        const body = zlib.gzipSync(`{"clientId":"x","data":1${
            ' '.repeat(900000)}}`);
        const resident = () => Number(fs.readFileSync(
            `/proc/${worker}/status`, 'latin1').match(/VmRSS:\s*(\d+)/)[1]);

        const before = resident();
        const waiting = Array.from({ length: 100 }, () => http.open(port, {
            method: 'POST', path: '/jobs?wait=60s&wait_for=result', body,
            headers: { 'Content-Type': 'application/json',
                       'Content-Encoding': 'gzip' }
        }));

        await waitFor(async () => (await http.json(port, '/zone')).jobs.used
                                  === waiting.length, 'the jobs');

        assert.ok(resident() - before < 30 * 1024,
                  `${before} to ${resident()} KB`);
        waiting.forEach(({ abort }) => abort());
    });

    it('a GET that waits and whose body is still to come', async (t) => {
        const { port } = await serve(t, {
            server: 'lingering_timeout 100ms;'
        });
        const session = await eio.polling(port);

        await session.join();

        const answer = await exchange(port,
            `GET ${session.path} HTTP/1.1\r\nHost: x\r\n`
            + 'Content-Length: 5\r\nConnection: close\r\n\r\nab');

        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.match(answer, /\{"code":3,"message":"Bad request"\}$/);

        /* the session continues without harm */

        await session.post('42["register","after"]');
        await hub.online(port, 'after');
    });

    it('a GET that comes with the end of its connection', async (t) => {
        const { port } = await serve(t);
        const session = await eio.polling(port);

        await session.join();
        await session.post('42["register","gone"]');
        await hub.online(port, 'gone');

        await exchange(port, `GET ${session.path} HTTP/1.1\r\nHost: x\r\n\r\n`,
                       { half: true });
        await hub.offline(port, 'gone');
    });

    it('more behind a handshake than is taken', async (t) => {
        const nginx = await serve(t);
        const [pid] = nginx.workers();
        const before = descriptors(pid);

        for (let i = 0; i < 20; i++) {
            const answer = await exchange(nginx.port,
                'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n'
                + 'Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
                + `Sec-WebSocket-Version: 13\r\nX: ${'x'.repeat(2000)}\r\n\r\n`
                + '\x8a\x80\0\0\0\0'.repeat(3400));

            assert.match(answer, /^HTTP\/1\.1 101 /);
        }

        await waitFor(() => descriptors(pid) <= before,
                      'the connections to be closed');
    });

    it('hundreds go at the same time', async (t) => {
        const nginx = await serve(t, { limit: 'off' });
        const [pid] = nginx.workers();
        const before = descriptors(pid);

        for (const signal of ['', 'SIGQUIT']) {
            const sockets = await Promise.all(Array.from({ length: 500 },
                async (_, i) => {
                    const socket = await eio.websocket(nginx.port);

                    await eio.join(socket);
                    socket.text(`42["register","${i}"]`);

                    return socket;
                }));

            await hub.online(nginx.port, ...sockets.map((_, i) => String(i)));

            sockets.forEach((socket, i) => {
                if (i % 2) {
                    socket.socket.resetAndDestroy();

                } else {
                    socket.destroy();
                }
            });

            /* all are closed, also if the worker is about to exit */

            if (signal) {
                await nginx.halt(signal);
                break;
            }

            await hub.offline(nginx.port, ...sockets.map((_, i) => String(i)));
            await waitFor(() => descriptors(pid) <= before,
                          'the connections to be closed');
        }
    });

    it('answers that nobody fetches leave room for prints', async (t) => {
        const { port } = await serve(t, { zone: '256k' });
        const station = await eio.websocket(port);

        await eio.join(station);
        station.text('42["register","printer"]');
        await hub.online(port, 'printer');

        const sessions = [];

        for (let i = 0; i < 5; i++) {
            sessions.push(await eio.polling(port));
            await sessions[i].join();
        }

        for (const session of sessions) {
            await session.post(Array(200).fill('420["register"]')
                               .join(eio.SEPARATOR));
        }

        await hub.deliver(port, 'printer', 'x'.repeat(10000));
        assert.strictEqual((await station.next()).length,
                           '42["print",{"printData":""}]'.length + 10000);
        station.destroy();
    });

    it('a registration that changes nothing is not logged', async (t) => {
        const nginx = await serve(t);
        const station = await eio.websocket(nginx.port);

        await eio.join(station);

        for (let i = 0; i < 100; i++) {
            station.text(`42${i}["register","printer"]`);
            assert.strictEqual(await station.next(), `43${i}[]`);
        }

        assert.strictEqual(nginx.log().match(/client registered/g).length, 1);
        station.destroy();
    });

    it('a flood of pings is answered, every one', async (t) => {
        const { port } = await serve(t);
        const station = await eio.websocket(port);
        const pings = [];

        for (let i = 0; i < 5000; i++) {
            pings.push(ws.frame(9, `${i}`));
        }

        station.raw(Buffer.concat(pings));

        for (let i = 0; i < 5000; i++) {
            assert.strictEqual(await station.next(), `pong ${i}`);
        }

        station.destroy();
    });

    it('a GET that waits when its worker exits, with a message', async (t) => {
        const nginx = await serve(t, { workers: 2 });
        const [pid] = nginx.workers();
        const sessions = [];

        for (let i = 0; i < 20; i++) {
            const session = await eio.polling(nginx.port);

            await session.join();
            await session.post(`42["register","${i}"]`);
            await hub.online(nginx.port, `${i}`);
            sessions.push(session);
        }

        const polls = sessions.map((session) => session.get());

        for (const [i] of sessions.entries()) {
            await hub.deliver(nginx.port, `${i}`, 'x');
        }

        process.kill(pid, 'SIGQUIT');

        for (const { status, body } of await Promise.all(polls)) {
            assert.strictEqual(status, 200);
            assert.strictEqual(body, '42["print",{"printData":"x"}]\x1e2');
        }
    });
});
