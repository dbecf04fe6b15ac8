
/*
 * Copyright (C) the print hub contributors
 */


/* Connections through TLS, HTTP/2, a unix socket or the PROXY protocol. */


'use strict';


const assert = require('node:assert');
const child = require('node:child_process');
const fs = require('node:fs');
const http2 = require('node:http2');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const zlib = require('node:zlib');
const { io } = require('socket.io-client');
const WebSocket = require('ws');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, within } = require('./lib/wait');


/* a folder with a key, its certificate, and for sockets, for all tests */

const name = fs.mkdtempSync(path.join(os.tmpdir(), 'print-listen-'));

process.on('exit', () => fs.rmSync(name, { recursive: true, force: true }));


function certificate() {
    child.execFileSync('openssl', [
        'req', '-x509', '-newkey', 'ec', '-pkeyopt',
        'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
        '-subj', '/CN=localhost', '-keyout', `${name}/key.pem`,
        '-out', `${name}/cert.pem`
    ], { stdio: 'ignore' });
}


async function free() {
    const server = net.createServer().listen(0, '127.0.0.1');

    await new Promise((resolve) => {
        server.on('listening', resolve);
    });

    const { port } = server.address();

    await new Promise((resolve) => {
        server.close(resolve);
    });

    return port;
}


/* the address that the log has for a client */

async function logged(nginx, id, address) {
    await waitFor(() => nginx.log().includes(
        `client registered, clientId: "${id}"`), 'the line');

    assert.match(nginx.log(), new RegExp(
        `client registered, clientId: "${id}", .*, client: ${address}\\n`));
}


for (const workers of [1, 4]) {
    describe(`listen, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        for (const transports of [['polling'], ['websocket'],
                                  ['polling', 'websocket']])
        {
            it(`TLS, ${transports}`, async (t) => {
                const port = await free();

                certificate();

                const nginx = await serve(t, {
                    workers, pingInterval: 300,
                    server: `listen 127.0.0.1:${port} ssl http2;
                             ssl_certificate ${name}/cert.pem;
                             ssl_certificate_key ${name}/key.pem;`
                });

                const socket = io(`https://127.0.0.1:${port}`, {
                    transports, rejectUnauthorized: false, forceNew: true
                });
                const prints = [];

                t.after(() => socket.disconnect());

                socket.on('print', (data) => prints.push(data.printData));
                socket.emit('register', 'tls');
                await hub.online(nginx.port, 'tls');

                for (let i = 0; i < 20; i++) {
                    await hub.deliver(nginx.port, 'tls', `${i} ä`);
                }

                await waitFor(() => prints.length === 20, '20 prints');
                assert.strictEqual(prints[19], '19 ä');

                socket.disconnect();
                await hub.offline(nginx.port, 'tls');
            });
        }

        for (const encoding of ['identity', 'gzip']) {
            it(`events over TLS to one that is slow, ${encoding}`, async (t) => {
                const port = await free();

                certificate();

                const nginx = await serve(t, {
                    workers, maxClientIds: 64,
                    location: 'gzip on; gzip_types *;',
                    server: `listen 127.0.0.1:${port} ssl sndbuf=16k;
                             ssl_certificate ${name}/cert.pem;
                             ssl_certificate_key ${name}/key.pem;`
                });
                const ids = Array.from({ length: 60 }, (_, n) => `many ${n}`);
                const one = await station.websocket(nginx.port, 'slow');

                await one.register(...ids);

                const pause = 20;              /* ms, after each piece */
                let came = '';
                let slow = true;
                let over = false;

                t.after(() => {
                    over = true;
                });

                /* one for which too much waits is closed, and comes again */

                const connect = (last) => new Promise((resolve) => {
                    const request = https.get({
                        port, path: '/events', rejectUnauthorized: false,
                        headers: { 'Accept-Encoding': encoding,
                                   ...(last && { 'Last-Event-ID': last }) }
                    }, (response) => {
                        const text = encoding === 'gzip'
                                     ? response.pipe(zlib.createGunzip({
                                         flush: zlib.constants.Z_SYNC_FLUSH
                                     }))
                                     : response;

                        text.setEncoding('utf8');
                        text.on('error', () => { /* it is cut at the end */ });
                        text.on('data', (data) => {
                            came += data;

                            if (slow) {
                                text.pause();
                                setTimeout(() => text.resume(), pause);
                            }
                        });

                        response.on('error', () => { /* a close follows */ });
                        response.on('close', () => {
                            if (over) {
                                return;
                            }

                            text.removeAllListeners('data');
                            came = came.slice(0, came.lastIndexOf('\n\n') + 2);

                            connect(came.match(/(?<=^id: )\d+/gm).at(-1));
                        });

                        resolve();
                    });

                    request.on('error', () => { /* at the end of the test */ });
                    t.after(() => request.destroy());
                });

                await connect();

                for (let n = 0; n < 40; n++) {
                    const { status } = await http.request(nginx.port, {
                        method: 'POST', path: '/jobs?wait=1s',
                        headers: { 'Content-Type': 'application/json' },
                        body: JSON.stringify({ clientIds: ids, data: n })
                    });

                    assert.strictEqual(status, 201);
                }

                const last = await jobs.print(nginx.port, 'slow', 0);

                slow = false;

                await waitFor(() => came.includes(`"id":"${last}",`
                                                  + '"clientId":"slow",'
                                                  + '"state":"received"'),
                              () => `the end, there is ${came.slice(-300)}`);

                const numbers = came.match(/(?<=^data: \{"event":)\d+/gm);

                numbers.forEach((number, i) => {
                    assert.strictEqual(number - numbers[0], i);
                });
                one.leave();
            });
        }

        it('polling over HTTP/2', async (t) => {
            const port = await free();

            certificate();

            const nginx = await serve(t, {
                workers,
                server: `listen 127.0.0.1:${port} ssl http2;
                         ssl_certificate ${name}/cert.pem;
                         ssl_certificate_key ${name}/key.pem;`
            });

            const session = http2.connect(`https://127.0.0.1:${port}`,
                                          { rejectUnauthorized: false });

            t.after(() => session.destroy());

            const request = (url, body) => within(new Promise((resolve) => {
                const stream = session.request({
                    ':path': url, ':method': body ? 'POST' : 'GET'
                });
                let text = '';

                stream.setEncoding('utf8');
                stream.on('data', (data) => {
                    text += data;
                });
                stream.on('end', () => resolve(text));
                stream.end(body);
            }), 'an answer');

            const base = '/socket.io/?EIO=4&transport=polling';
            const { sid } = JSON.parse((await request(base)).slice(1));
            const url = `${base}&sid=${sid}`;

            /* the GET that waits and the POST are streams of one connection */

            const poll = request(url);

            assert.strictEqual(await request(url, '40'), 'ok');
            assert.match(await poll, /^40\{/);
            assert.strictEqual(await request(url, '420["register","h2"]'),
                               'ok');
            assert.strictEqual(await request(url), '430[]');
            await hub.deliver(nginx.port, 'h2', 'x');
            assert.strictEqual(await request(url),
                               '42["print",{"printData":"x"}]\x1e2');

            /* resetting a stream counts as a client that went away */

            const stream = session.request({ ':path': url });

            await within(new Promise((resolve) => {
                session.ping(resolve);
            }), 'a ping of HTTP/2');
            stream.close(http2.constants.NGHTTP2_CANCEL);
            await hub.offline(nginx.port, 'h2');
        });

        it('events over HTTP/2', async (t) => {
            const port = await free();

            certificate();

            const nginx = await serve(t, {
                workers,
                server: `listen 127.0.0.1:${port} ssl http2;
                         ssl_certificate ${name}/cert.pem;
                         ssl_certificate_key ${name}/key.pem;`
            });
            const one = await station.websocket(nginx.port, 'one');
            const two = await station.websocket(nginx.port, 'two');

            const session = http2.connect(`https://127.0.0.1:${port}`,
                                          { rejectUnauthorized: false });

            t.after(() => session.destroy());

            const open = async (path) => {
                const stream = session.request({ ':path': path });

                stream.text = '';
                stream.setEncoding('utf8');
                stream.on('data', (data) => {
                    stream.text += data;
                });

                await waitFor(() => /retry: /.test(stream.text), 'a stream');

                return stream;
            };

            const streams = [await open('/events'), await open('/events'),
                             await open('/events?clientId=two')];
            const [all, same, some] = streams;
            const both = [];

            for (let n = 0; n < 50; n++) {
                for (const { id } of [one, two]) {
                    both.push(await jobs.print(nginx.port, id, n));
                }
            }

            const received = (stream, id) => new RegExp(
                `"id":"${id}",.*"state":"received"`).test(stream.text);

            for (const stream of streams) {
                const mine = stream === some
                             ? both.filter((id, i) => i % 2) : both;

                await waitFor(() => mine.every((id) => {
                    return received(stream, id);
                }), () => `the events: ${stream.text.slice(-300)}`);
            }

            const ids = (stream) => stream.text.match(
                /(?<=^id: )\d+(?=\nevent)/gm);

            assert.deepStrictEqual(ids(same), ids(all));
            ids(all).forEach((id, i) => {
                assert.strictEqual(id - ids(all)[0], i);
            });
            assert.doesNotMatch(some.text, /"clientId":"one"/);

            /* the others go on when one is reset */

            all.close(http2.constants.NGHTTP2_CANCEL);

            const last = await jobs.print(nginx.port, 'two', 'last');

            for (const stream of [same, some]) {
                await waitFor(() => received(stream, last), 'the last event');
            }

            one.leave();
            two.leave();
        });

        it('a unix socket', async (t) => {
            const nginx = await serve(t, {
                workers, server: `listen unix:${name}/hub;`
            });

            const socket = new WebSocket(
                `ws+unix://${name}/hub:/socket.io/?EIO=4&transport=websocket`);
            const got = [];

            t.after(() => socket.terminate());

            socket.on('message', (data) => got.push(`${data}`));
            await waitFor(() => got.length, 'the open packet');
            socket.send('40');
            socket.send('42["register","unix"]');
            await hub.online(nginx.port, 'unix');
            await hub.deliver(nginx.port, 'unix', 'x');
            await waitFor(() => got.includes(
                '42["print",{"printData":"x"}]'), 'the print');
            await logged(nginx, 'unix', 'unix:');
        });

        it('PROXY protocol', async (t) => {
            const port = await free();
            const nginx = await serve(t, {
                workers,
                server: `listen 127.0.0.1:${port} proxy_protocol;
                         set_real_ip_from 127.0.0.1;
                         real_ip_header proxy_protocol;`
            });

            const socket = new WebSocket(
                'ws://127.0.0.1/socket.io/?EIO=4&transport=websocket', {
                    createConnection: () => {
                        const one = net.connect(port, '127.0.0.1');

                        one.write('PROXY TCP4 192.0.2.7 127.0.0.1 1234 80\r\n');

                        return one;
                    }
                });

            t.after(() => socket.terminate());

            await within(new Promise((resolve) => {
                socket.on('open', resolve);
            }), 'the WebSocket');
            socket.send('40');
            socket.send('42["register","proxied"]');
            await hub.online(nginx.port, 'proxied');
            await logged(nginx, 'proxied', '192\\.0\\.2\\.7');
        });

        it('X-Forwarded-For', async (t) => {
            const nginx = await serve(t, {
                workers,
                server: `set_real_ip_from 127.0.0.1;
                         real_ip_header X-Forwarded-For;`
            });

            const socket = io(nginx.url, {
                transports: ['websocket'], forceNew: true,
                extraHeaders: { 'X-Forwarded-For': '2001:db8::7' }
            });

            t.after(() => socket.disconnect());

            socket.emit('register', 'forwarded');
            await hub.online(nginx.port, 'forwarded');
            await logged(nginx, 'forwarded', '2001:db8::7');
        });
    });
}
