
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
const { waitFor } = require('./lib/wait');


const PATH = '/socket.io/?EIO=4&transport=websocket';

const COMPRESSED = 'bad frame {"fin":true,"rsv":4,"opcode":1,"masked":false}';


function deflate(text) {
    const bytes = zlib.deflateRawSync(Buffer.from(text), {
        finishFlush: zlib.constants.Z_SYNC_FLUSH
    });

    return ws.frame(ws.TEXT, bytes.subarray(0, -4), { rsv: 4 });
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
