
/*
 * Copyright (C) the print hub contributors
 */


/*
 * GET events over HTTP/2, to a client whose connection takes no more.  nginx
 * keeps the frame that is partly sent when its stream ends, and sends the rest
 * of it later.
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const http2 = require('node:http2');
const net = require('node:net');
const { describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { freePort } = require('./lib/nginx');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');


/* what HTTP/2 and its client allow, so that only TCP stops nginx */

const WINDOW = 16 * 1024 * 1024;

const FRAME = 9;                      /* bytes of the header of a frame */
const DATA = 0;                       /* a type of frames */


/* a connection of HTTP/2 whose bytes from nginx can be stopped */

class Connection {

    constructor(port) {
        this.chunks = [];

        this.relay = net.createServer((socket) => {
            this.client = socket;
            this.nginx = net.connect(port, '127.0.0.1');

            this.nginx.on('data', (chunk) => this.chunks.push(chunk));
            this.nginx.pipe(socket).pipe(this.nginx);

            for (const one of [this.nginx, socket]) {
                one.on('error', () => { /* at the end of the test */ });
            }
        });
    }

    async open(t) {
        await within(new Promise((resolve) => {
            this.relay.listen(0, '127.0.0.1', resolve);
        }), 'a relay');

        const { port } = this.relay.address();

        this.session = http2.connect(`http://127.0.0.1:${port}`, {
            settings: { initialWindowSize: WINDOW }
        });

        t.after(() => {
            this.session.destroy();
            this.relay.close();
        });

        await within(new Promise((resolve) => {
            this.session.once('connect', resolve);
        }), 'a connection');

        this.session.setLocalWindowSize(WINDOW);
    }

    get(path) {
        const stream = this.session.request({ ':path': path });

        stream.text = '';
        stream.setEncoding('latin1');
        stream.on('data', (text) => {
            stream.text += text;
        });
        stream.on('error', () => { /* it was reset */ });

        return stream;
    }

    async events(path) {
        const stream = this.get(path);

        await waitFor(() => /retry: /.test(stream.text), 'a stream');

        return stream;
    }

    stop() {
        this.nginx.unpipe();
        this.nginx.pause();
    }

    start() {
        this.nginx.pipe(this.client);
    }

    /* bytes that nginx has sent and the system of this client not taken */

    get queued() {
        const hex = (port) => port.toString(16).toUpperCase().padStart(4, '0');
        const line = fs.readFileSync('/proc/net/tcp', 'latin1').match(
            new RegExp(`:${hex(this.nginx.remotePort)} `
                       + `\\w+:${hex(this.nginx.localPort)} `
                       + '\\w+ (\\w+):')
        );

        return parseInt(line[1], 16);
    }

    /* the bytes of a stream's frames, as they came from nginx */

    data(id) {
        const all = Buffer.concat(this.chunks);
        const parts = [];

        for (let at = 0; at + FRAME <= all.length; ) {
            const end = at + FRAME + all.readUIntBE(at, 3);

            if (all[at + 3] === DATA && all.readUInt32BE(at + 5) === id) {
                parts.push(all.subarray(at + FRAME, end));
            }

            at = end;
        }

        return Buffer.concat(parts).toString('latin1');
    }
}


async function open(t, port) {
    const connection = new Connection(port);

    await connection.open(t);

    return connection;
}


/* the events of a stream, without comments */

function events(text) {
    return text.replace(/^:.*\n(?:retry: .*\n)?(?:id: \d+\n)?\n?/gm, '');
}


/* one print for each of many clientIds */

async function print(port, ids) {
    const { status, body } = await http.request(port, {
        method: 'POST', path: '/jobs?wait=10s',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ clientIds: ids, data: { printData: 1 } })
    });

    assert.strictEqual(status, 201, body);
}


/* several times, what nginx has written has stayed as it is: it cannot write */

async function blocked(port, ids, connection) {
    for (let before = 0, same = 0, n = 0; same < 3; n++) {
        assert.ok(n < 100, 'nginx can still write');
        await print(port, ids.slice(0, 20));

        const { queued } = connection;

        same = queued && queued === before ? same + 1 : 0;
        before = queued;
    }
}


const ENDS = {

    async reset(nginx, ids, stream) {
        stream.close(http2.constants.NGHTTP2_CANCEL);

        await waitFor(() => /client canceled stream 1\b/.test(nginx.log()),
                      'the end of a stream');
    },

    async slow(nginx, ids) {
        for (let n = 0; !/reads events too slowly/.test(nginx.log()); n++) {
            assert.ok(n < 500, 'a slow reader was not closed');
            await print(nginx.port, ids);
        }
    }
};


describe('events over HTTP/2', { skip: NGINX_ONLY }, () => {

    for (const [end, act] of Object.entries(ENDS)) {
        it(`a frame is sent after the end of its stream: ${end}`, async (t) => {
            const h2 = await freePort();
            const nginx = await serve(t, {
                workers: 1, pingInterval: LONG, pingTimeout: LONG,
                connectTimeout: LONG, maxClientIds: 64,
                http: 'send_timeout 1h;',
                server: `listen 127.0.0.1:${h2} http2 sndbuf=16k;`
            });
            const { port } = nginx;
            const ids = sequence(60).map((n) => `${'-'.repeat(90)}${n}`);
            const one = await station.websocket(port, 'many');
            const two = await station.websocket(port, 'other');

            await one.register(...ids);

            const connection = await open(t, h2);
            const fast = await (await open(t, h2)).events('/events');
            const stream = await connection.events('/events');
            const other = await connection.events('/events?clientId=other');

            assert.strictEqual(stream.id, 1);

            connection.stop();
            await blocked(port, ids, connection);
            assert.doesNotMatch(nginx.log(), /reads events too slowly/);
            await act(nginx, ids, stream);

            /* all that was read before is freed, and its memory used again */

            for (let n = 0; n < 5; n++) {
                await print(port, ids);
            }

            connection.start();

            /* the connection goes on, and so does a stream without events */

            const zone = connection.get('/zone');

            await waitFor(() => zone.closed, () => `an answer: ${zone.text}`);
            assert.match(zone.text, /"version"/);

            const last = await connection.events('/events');

            await hub.deliver(port, 'other', 'x');

            for (const reader of end === 'slow' ? [last] : [other, last]) {
                await waitFor(() => /"clientId":"other"/.test(reader.text),
                              'an event');
            }

            /* the bytes are those that another client got */

            await waitFor(() => /"clientId":"other"/.test(fast.text),
                          'an event');

            const all = events(fast.text);
            const some = events(connection.data(stream.id));

            assert.ok(some.length > 10000, `${some.length} bytes`);

            const at = [...some].findIndex((c, i) => c !== all[i]);

            assert.strictEqual(some.slice(at < 0 ? some.length : at).slice(0, 200),
                               at < 0 ? '' : all.slice(at, at + 200));

            one.leave();
            two.leave();
        });
    }
});
