
/*
 * Copyright (C) the print hub contributors
 */


/* permessage-deflate between the hub and its stations */


'use strict';


const assert = require('node:assert');
const zlib = require('node:zlib');
const { describe, it } = require('node:test');
const { io } = require('socket.io-client');

const hub = require('./lib/hub');
const ws = require('./lib/raw_ws');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const PATH = '/socket.io/?EIO=4&transport=websocket';

const COMPRESSED = 'bad frame {"fin":true,"rsv":4,"opcode":1,"masked":false}';


function deflate(text) {
    const bytes = zlib.deflateRawSync(Buffer.from(text), {
        finishFlush: zlib.constants.Z_SYNC_FLUSH
    });

    return ws.frame(ws.TEXT, bytes.subarray(0, -4), { rsv: 4 });
}


/* a compressor that is never reset: each message may refer to those before */

class Keeper {

    constructor() {
        this.zlib = zlib.createDeflateRaw();
        this.chunks = [];
        this.zlib.on('data', (data) => this.chunks.push(data));
    }

    /* the frame of a message */

    async deflate(text) {
        this.zlib.write(text);

        await new Promise((resolve) => {
            this.zlib.flush(zlib.constants.Z_SYNC_FLUSH, resolve);
        });

        const bytes = Buffer.concat(this.chunks.splice(0));

        return ws.frame(ws.TEXT, bytes.subarray(0, -4), { rsv: 4 });
    }
}


for (const workers of WORKERS) {
    describe(`compression, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        const connect = async (port) => {
            const socket = await ws.connect(port, {
                path: PATH,
                headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
            });

            assert.match(socket.answer.headers['sec-websocket-extensions'],
                         /^permessage-deflate/);
            assert.match(await socket.next(), /^0\{/);
            socket.raw(deflate('40'));
            assert.match(await socket.next(), /^40\{/);

            return socket;
        };

        it('only what reaches the threshold', async (t) => {
            const { port } = await serve(t, {
                workers,
                location: `print_hub_deflate on;
                           print_hub_deflate_threshold 100;`
            });
            const socket = await connect(port);

            socket.raw(deflate('42["register","small"]'));
            await hub.online(port, 'small');

            const head = '42["print",{"printData":""}]'.length;

            await hub.deliver(port, 'small', 'x'.repeat(99 - head));
            assert.match(await socket.next(), /^42\["print",/);
            assert.strictEqual(await socket.next(), '2');
            await hub.deliver(port, 'small', 'x'.repeat(100 - head));
            assert.strictEqual(await socket.next(), COMPRESSED);
            socket.destroy();
        });

        it('what is too large when it is inflated', async (t) => {
            const { port } = await serve(t, {
                workers, maxPayload: 10000,
                location: 'print_hub_deflate on;'
            });

            for (const [size, end] of [[9000, null], [1e6, 'close 1009']]) {
                const socket = await connect(port);

                socket.raw(deflate(`42["other","${'x'.repeat(size)}"]`));
                socket.send(ws.PING);
                assert.strictEqual(await socket.next(), end || 'pong');
                socket.destroy();
            }
        });

        for (const [offer, answer] of [
            ['', '; server_no_context_takeover'],
            ['; client_no_context_takeover',
             '; server_no_context_takeover; client_no_context_takeover'],
            ['; client_max_window_bits', '; server_no_context_takeover']
        ]) {
            it(`a client that keeps its context, offer "${offer}"`,
               async (t) => {
                const { port } = await serve(t, {
                    workers, maxClientIds: 64, location: 'print_hub_deflate on;'
                });
                const socket = await ws.connect(port, {
                    path: PATH,
                    headers: {
                        'Sec-WebSocket-Extensions': `permessage-deflate${offer}`
                    }
                });
                const keeper = new Keeper();

                assert.strictEqual(
                    socket.answer.headers['sec-websocket-extensions'],
                    `permessage-deflate${answer}`);
                assert.match(await socket.next(), /^0\{/);
                socket.raw(await keeper.deflate('40'));
                assert.match(await socket.next(), /^40\{/);

                const ids = Array.from({ length: 20 }, (_, i) => `kept ${i}`);

                for (const [i, id] of ids.entries()) {
                    socket.raw(await keeper.deflate(
                        `42${i}["register","${id}"]`));
                    assert.strictEqual(await socket.next(), `43${i}[]`);
                }

                await hub.online(port, ...ids);

                /* it may reset its compressor at any time */

                socket.raw(deflate('4220["register","reset"]'));
                assert.strictEqual(await socket.next(), '4320[]');
                socket.destroy();
            });
        }

        it('the client library', async (t) => {
            const { url, port } = await serve(t, {
                workers,
                location: `print_hub_deflate on;
                           print_hub_deflate_takeover on;
                           print_hub_deflate_threshold 0;`
            });
            const socket = io(url, {
                transports: ['websocket'], forceNew: true,
                perMessageDeflate: { threshold: 0 }
            });
            const prints = [];
            const wanted = [];

            t.after(() => socket.disconnect());

            socket.on('print', (data) => prints.push(data.printData));
            socket.emit('register', 'deflated');
            await hub.online(port, 'deflated');

            assert.match(socket.io.engine.transport.ws.extensions,
                         /^permessage-deflate/);

            for (let i = 0; i < 50; i++) {
                wanted.push(`${i} \u4e2d `.repeat(i * 10));
                await hub.deliver(port, 'deflated', wanted[i]);
            }

            await waitFor(() => prints.length === wanted.length, 'the prints');
            assert.deepStrictEqual(prints, wanted);
        });
    });
}


describe('compression, incomplete messages', { skip: NGINX_ONLY }, () => {

    it('have a budget in each worker', async (t) => {
        const nginx = await serve(t, {
            workers: 1, pingInterval: LONG, pingTimeout: LONG,
            connectTimeout: LONG, location: 'print_hub_deflate on;'
        });
        const { port } = nginx;
        const sockets = [];

        /* a megabyte of a worker for each of them, in a thousand bytes */

        const text = `42["other","${'x'.repeat(970000)}"]`;
        const whole = zlib.deflateRawSync(Buffer.from(text), {
            finishFlush: zlib.constants.Z_SYNC_FLUSH
        }).subarray(0, -4);

        for (let i = 0; i < 20; i++) {
            const socket = await ws.connect(port, {
                path: PATH,
                headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
            });

            assert.match(await socket.next(), /^0\{/);
            socket.text('40');
            assert.match(await socket.next(), /^40\{/);
            socket.send(ws.TEXT, whole.subarray(0, -1), { rsv: 4, fin: false });
            socket.send(ws.PING);

            if (i < 16) {
                assert.strictEqual(await socket.next(), 'pong');
            }

            sockets.push(socket);
        }

        /* of connections that hold as much, the oldest is closed */

        for (const socket of sockets.slice(0, 4)) {
            assert.strictEqual(await socket.next(), 'close 1013');
        }

        /* the others are served */

        for (const [i, socket] of sockets.entries()) {
            if (i >= 4) {
                if (i >= 16) {
                    assert.strictEqual(await socket.next(), 'pong');
                }

                socket.send(0, whole.subarray(-1));
                socket.text('420["register","x"]');
                assert.strictEqual(await socket.next(), '430[]');
            }

            socket.destroy();
        }

        assert.match(nginx.log(), /incomplete messages hold 16m, closing the largest, \d+ KB, client: 127\.0\.0\.1$/m);
    });
});
