
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSockets that are closed between their 101 and the moment when the hub
 * takes the connection over from nginx's HTTP.  Their clients never close them.
 */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const { describe, it } = require('node:test');

const app = require('./lib/app');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const ws = require('./lib/raw_ws');
const { read } = require('./lib/nginx');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const PATH = `${eio.PATH}&transport=websocket`;

const REQUEST = `GET ${PATH} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n`
    + 'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
    + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';


/* a connection whose client side stays open behind the server's FIN */

function connect(t, port) {
    const socket = net.connect({ port, host: '127.0.0.1',
                                 allowHalfOpen: true });

    t.after(() => socket.destroy());
    socket.on('error', () => {});

    return socket;
}


/* a request without its last line, which a worker has accepted */

async function begin(t, port) {
    const socket = connect(t, port);

    socket.answer = '';

    socket.on('data', (data) => {
        socket.answer += data.toString('latin1');
    });

    socket.on('end', () => {
        socket.over = true;
    });

    socket.write(REQUEST);
    await http.request(port, '/worker');

    return socket;
}


/* a server that answers when it is told to */

async function upstream(t) {
    const held = [];
    const server = net.createServer((socket) => {
        socket.on('error', () => {});
        held.push(socket);
    });

    t.after(() => server.close());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

    return {
        held, port: server.address().port,
        release: (answer) => held.forEach((socket) => socket.end(answer))
    };
}


/* a WebSocket whose request a mirror subrequest uses */

async function mirrored(t) {
    const mirror = await upstream(t);
    const nginx = await app.serve(t, {
        drain: 0, http: 'mirror /mirror;',
        extra: `location = /mirror {
                    internal;
                    proxy_pass http://127.0.0.1:${mirror.port};
                }`
    });
    const socket = await ws.connect(nginx.port, {
        path: PATH, socket: connect(t, nginx.port)
    });

    assert.match(await socket.next(), /^0\{/);
    await waitFor(() => mirror.held.length, 'the subrequest');

    return { nginx, mirror, socket };
}


describe('takeover', { skip: NGINX_ONLY }, () => {

    it('closed by a drain in the turn of its 101', async (t) => {
        const nginx = await serve(t, { workers: 1, drain: 0,
                                       pingInterval: LONG, pingTimeout: LONG });
        const { port } = nginx;
        const [pid] = nginx.workers();
        const other = await eio.websocket(port);
        const sockets = [];

        for (let i = 0; i < 10; i++) {
            sockets.push(await begin(t, port));
        }

        /* the worker finds the signal first, and then all of the requests */

        process.kill(pid, 'SIGSTOP');
        await waitFor(() => /\) T /.test(read(`/proc/${pid}/stat`)),
                      'the worker to be stopped');
        sockets.forEach((socket) => socket.write('\r\n'));
        process.kill(pid, 'SIGQUIT');
        process.kill(pid, 'SIGCONT');

        await nginx.gone([pid]);
        assert.deepStrictEqual(await other.rest(), ['close 1012']);

        for (const socket of sockets) {
            await waitFor(() => socket.over, 'the end of a connection');
            assert.match(socket.answer, /^HTTP\/1\.1 101 .*0\{.*\x88\x02/s);
        }
    });

    for (const [end, answer] of Object.entries({
        'is answered': 'HTTP/1.0 200 OK\r\n\r\n', fails: ''
    })) {
        it(`closed during a mirror subrequest that ${end}`, async (t) => {
            const { nginx, mirror, socket } = await mirrored(t);
            const old = await nginx.reload();

            assert.strictEqual(await socket.next(), 'close 1012');
            mirror.release(answer);
            await nginx.gone(old);
        });

        it(`taken over behind a mirror subrequest that ${end}`, async (t) => {
            const { mirror, socket } = await mirrored(t);

            socket.text('40');
            mirror.release(answer);
            assert.match(await socket.next(), /^40\{/);
        });
    }
});
