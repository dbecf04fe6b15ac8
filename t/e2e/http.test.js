
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What HTTP has besides: Expect, HTTP/1.0, HEAD, keep-alive behind an error,
 * nginx's gzip filter, a peer that does not finish the close of its WebSocket.
 */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const zlib = require('node:zlib');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, FENCE, serve } = require('./lib/target');
const { waitFor, within } = require('./lib/wait');


const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

const GZIP = `gzip on; gzip_min_length 20; gzip_http_version 1.0;
              gzip_types text/plain application/json
                         application/octet-stream;`;


/* sends bytes and returns all that comes, up to the end */

function plain(port, text) {
    return within(new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () => {
            socket.write(text);
        });
        let got = '';

        socket.setEncoding('utf8');
        socket.on('data', (data) => {
            got += data;
        });
        socket.on('end', () => {
            socket.destroy();
            resolve(got);
        });
        socket.on('error', reject);
    }), 'the end of an answer');
}


for (const workers of WORKERS) {
    describe(`HTTP, ${workers} worker(s)`, () => {

        it('a connection goes on behind an error', async (t) => {
            const { port } = await serve(t, { workers, maxPayload: 100 });
            const { path } = await eio.polling(port);

            const first = http.open(port, { path: '/getStatus', keep: true });

            await within(first.done, 'the first answer');

            for (const [status, options] of [
                [400, { path: '/socket.io/?EIO=4' }],
                [400, { path: '/socket.io/?EIO=4&transport=websocket' }],
                [400, { path: `${HANDSHAKE}&sid=none` }],
                [400, { path: `${HANDSHAKE}&sid=none`, method: 'POST',
                        body: 'x'.repeat(5000) }],
                [400, { path: HANDSHAKE, method: 'POST', body: '40' }],
                [400, { path: HANDSHAKE, method: 'HEAD' }],
                [500, { path, method: 'PUT', body: 'x' }],
                [500, { path, method: 'HEAD' }],
                [200, { path: '/startPrint?clientId=x' }],
                [200, { path, method: 'POST', body: '40' }],
                [200, { path }],
                [200, { path: '/getStatus' }]
            ]) {
                const { done } = http.open(port, {
                    ...options, socket: first.socket, keep: true
                });
                const answer = await within(done, 'an answer');

                assert.strictEqual(answer.status, status,
                                   JSON.stringify(options));
                assert.strictEqual(answer.rest.length, 0);
            }

            first.socket.destroy();
        });

        it('a body that is too large', async (t) => {
            const { port } = await serve(t, { workers, maxPayload: 100 });
            const session = await eio.polling(port);

            for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
                const body = headers['Transfer-Encoding']
                             ? `c8\r\n${'x'.repeat(200)}\r\n0\r\n\r\n`
                             : 'x'.repeat(200);
                const { status } = await session.post(body, headers);

                assert.strictEqual(status, 413);
            }

            /* the session is still there */

            assert.strictEqual((await session.post('40')).body, 'ok');
            assert.match((await session.get()).body, /^40\{/);
        });

        it('Expect: 100-continue', async (t) => {
            const { port } = await serve(t, { workers });
            const session = await eio.polling(port);
            const body = '42["register","expected"]';

            await session.post('40');

            const post = http.open(port, {
                method: 'POST', path: session.path, body: '',
                headers: { Expect: '100-continue',
                           'Content-Length': body.length }
            });

            await waitFor(() => post.reader.continued, '100');
            post.socket.write(body);

            const { status, body: ok } = await within(post.done, 'an answer');

            assert.strictEqual(status, 200);
            assert.strictEqual(ok, 'ok');
            await hub.online(port, 'expected');
        });

        it('HEAD has no body, and ends nothing', async (t) => {
            const { port } = await serve(t, { workers });
            const session = await eio.polling(port);
            const head = (path) => plain(port, `HEAD ${path} HTTP/1.1\r\n`
                                               + 'Host: x\r\n'
                                               + 'Connection: close\r\n\r\n');

            for (const path of [HANDSHAKE, session.path]) {
                assert.match(await head(path),
                             /^HTTP\/1\.1 [45]00 [^]*?\r\n\r\n$/);
            }

            assert.match(await head('/getStatus'),
                         /^HTTP\/1\.1 200 [^]*?\r\n\r\n$/);

            assert.strictEqual((await session.post('40')).body, 'ok');
        });

        it('HTTP/1.0', async (t) => {
            const { port } = await serve(t, { workers });
            const get = (path) => plain(port, `GET ${path} HTTP/1.0\r\n\r\n`);
            const post = (path, body) => {
                return plain(port, `POST ${path} HTTP/1.0\r\n`
                             + `Content-Length: ${body.length}\r\n\r\n${body}`);
            };

            const open = await get(HANDSHAKE);
            const [, sid] = open.match(/\r\n\r\n0\{"sid":"([\w-]{20})"/);
            const path = `${HANDSHAKE}&sid=${sid}`;

            assert.match(open, /^HTTP\/1\.1 200 OK\r\n/);
            assert.match(open, /\r\nConnection: close\r\n/i);

            assert.match(await post(path, '40'), /\r\n\r\nok$/);
            assert.match(await get(path), /\r\n\r\n40\{/);

            const poll = get(path);

            assert.match(await post(path, '42["register","old"]'),
                         /\r\n\r\nok$/);
            await hub.online(port, 'old');
            await hub.deliver(port, 'old', 'x');
            assert.ok((await poll).endsWith(['\r\n\r\n42["print",{"printData":"x"}]',
                                             ...FENCE].join('\x1e')));
        });

        it('HTTP/1.0 has no WebSocket', { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serve(t, { workers });

            assert.match(await plain(
                port, 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.0\r\n'
                      + 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
                      + 'Sec-WebSocket-Version: 13\r\n'
                      + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'),
                         /^HTTP\/1\.1 400 [^]*\r\n\r\nBad request$/);
        });

        it('gzip', { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serve(t, { workers, server: GZIP });
            const headers = { 'Accept-Encoding': 'gzip' };

            const get = async (request) => {
                const { status, headers: got, bytes } = await within(
                    request, 'an answer');

                assert.strictEqual(status, 200);
                assert.strictEqual(got['content-encoding'], 'gzip');
                assert.strictEqual(got['content-length'], undefined);

                return zlib.gunzipSync(bytes).toString();
            };

            const open = await get(http.request(port, { path: HANDSHAKE,
                                                        headers }));
            const path = `${HANDSHAKE}&sid=${JSON.parse(open.slice(1)).sid}`;
            const post = (body) => http.request(port, {
                method: 'POST', path, body
            });

            await post('40\x1e42["register","zip"]');
            await hub.online(port, 'zip');
            assert.match(await get(http.request(port, { path, headers })),
                         /^40\{/);

            const data = '\u4e2d'.repeat(3000);
            const wanted = [`42["print",{"printData":"${data}"}]`,
                            ...FENCE].join('\x1e');

            /* answered at once, and by a GET that waits */

            await hub.deliver(port, 'zip', data);
            assert.strictEqual(
                await get(http.request(port, { path, headers })), wanted);

            const poll = http.open(port, { path, headers });

            await hub.deliver(port, 'zip', data);
            assert.strictEqual(await get(poll.done), wanted);

            const status = await get(http.request(port, {
                path: '/getStatus', headers
            }));

            assert.strictEqual(JSON.parse(status).data[0].clientId, 'zip');
        });

        it('a Close that is not answered', { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serve(t, { workers });

            /* the peer neither closes nor reads on */

            const socket = await eio.websocket(port);
            const ended = new Promise((resolve) => {
                socket.socket.on('close', resolve);
            });

            socket.text('4abc');
            assert.strictEqual(await socket.next(), 'close');
            await within(ended, 'the end of the connection');
        });
    });
}
