
/*
 * Copyright (C) the print hub contributors
 */


/*
 * print_hub_authorize with nginx's cache, with real clients, and with many
 * questions at once.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const address = require('./lib/address');
const authorizers = require('./lib/authorizer');
const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { read } = require('./lib/nginx');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { LONG, waitFor } = require('./lib/wait');


describe('authorizer', { skip: NGINX_ONLY }, () => {

    const CACHE = `proxy_cache answers;
                   proxy_cache_methods POST;
                   proxy_cache_key $print_hub_auth_key;
                   proxy_cache_valid 200 403 60s;
                   proxy_cache_lock on;
                   proxy_cache_use_stale error timeout http_500 http_502
                                         http_503 http_504;
                   proxy_set_header X-Event $print_hub_event;
                   proxy_set_header X-Id $print_hub_client_id;
                   proxy_set_header X-Key $print_hub_auth_key;`;

    for (const workers of WORKERS) {
        it(`the recipe of a cache, ${workers} worker(s)`, async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, recovery: '10s', inside: CACHE,
                http: 'proxy_cache_path temp/cache keys_zone=answers:1m;'
            }));
            const { port } = nginx;
            const keys = new Set();

            authorizer.decide = (body, { headers }) => {
                keys.add(headers['x-key']);
                assert.match(headers['x-key'], /^[0-9a-f]{32}$/);
                assert.strictEqual(headers['x-event'], body.event);
                assert.strictEqual(headers['x-id'], body.clientId);

                return body.auth.token === 'bad'
                    ? { status: 403, body: { message: 'bad' } }
                    : { headers: { 'X-Print-Client-Id': 'x, y',
                                   'Cache-Control': 'max-age=60' } };
            };

            async function visit(auth, id) {
                const socket = await eio.websocket(port);

                socket.text(`40${auth}`);

                const first = await socket.next();

                if (id) {
                    socket.text(`421["register","${id}"]`);
                    assert.match(await socket.next(), /^431\[\]/);
                }

                socket.destroy();

                return first;
            }

            for (let i = 0; i < 3; i++) {
                const { pid } = JSON.parse((await visit('{"token":"a"}', 'x'))
                    .slice(2));

                await visit(`{"token":"a","pid":"${pid}","offset":"o"}`, 'x');
                await visit('{"token":"a"}', 'y');
                assert.strictEqual(await visit('{"token":"bad"}'),
                                   '44{"message":"bad"}');
            }

            /* connect with "a", two registers, connect with "bad" */

            assert.strictEqual(authorizer.asked.length, 4);
            assert.strictEqual(keys.size, 4);

            /* who is known is served when the authorizer is down */

            await authorizer.stop();
            await nginx.reload();
            await visit('{"token":"a"}', 'x');
            assert.strictEqual(await visit('{"token":"new"}'), 'close 1013');
        });

        it(`the recipe of a cache: addresses and namespaces, ${workers} `
           + 'worker(s)', async (t) => {
            const authorizer = await authorizers.serve(t);
            const { port } = await serve(t, authorizers.options(authorizer, {
                workers, inside: CACHE, server: address.SERVER,
                location: 'print_hub_namespace /a /b;',
                http: 'proxy_cache_path temp/cache keys_zone=answers:1m;'
            }));

            authorizer.decide = (body) => {
                return body.address === '192.0.2.1' && body.namespace !== '/b'
                    ? {} : { status: 403, body: 'no' };
            };

            for (let i = 0; i < 3; i++) {
                for (const [from, nsp, allowed] of [
                    ['192.0.2.1', '', true], ['192.0.2.2', '', false],
                    ['192.0.2.1', '/a,', true], ['192.0.2.1', '/b,', false],
                    ['192.0.2.2', '/a,', false]
                ]) {
                    const socket = await address.websocket(port, from);

                    await socket.next();
                    socket.text(`40${nsp}{"token":"t"}`);

                    const answer = await socket.next();

                    assert.ok(answer.startsWith(allowed ? '40' : '44'),
                              `${from} ${nsp}: ${answer}`);

                    if (allowed) {
                        socket.text(`42${nsp}1["register","x"]`);
                        assert.match(await socket.next(), /^43(.a,)?1\[\]/);
                    }

                    socket.destroy();
                    await hub.empty(port);
                }
            }

            /* five connects, and two registers */

            assert.strictEqual(authorizer.asked.length, 7);
        });

        it(`a thousand at once, ${workers} worker(s)`, async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ask: 'timeout=60s', http: 'print_hub_limit off;'
            }));
            const { port } = nginx;
            const sockets = [];

            for (let i = 0; i < 1000; i++) {
                sockets.push(eio.websocket(port));

                if (i % 50 === 49) {
                    await Promise.all(sockets);
                }
            }

            const all = await Promise.all(sockets);

            all.forEach((socket) => socket.text('40'));

            for (const socket of all) {
                assert.match(await socket.next(), /^40{"sid"/);
            }

            all.forEach((socket, i) => socket.text(`42["register","s${i}"]`));

            await waitFor(async () => {
                return (await hub.status(port)).filter((one) => {
                    return one.connected;
                }).length === 1000;
            }, '1000 stations');

            all.forEach((socket) => socket.destroy());
        });

        it(`128 are asked, 1,024 wait, ${workers} worker(s)`, async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ask: 'timeout=1h', drain: 100, pingInterval: LONG,
                connectTimeout: 10 * LONG, http: 'print_hub_limit off;',
                zone: '96m'               /* all of them may wait to join */
            }));
            const { port } = nginx;
            const count = 1200 * workers;
            const all = [];
            let refused = 0;

            authorizer.decide = () => 'hold';

            while (all.length < count) {
                all.push(...await Promise.all(Array(300).fill(0).map(() => {
                    return eio.websocket(port);
                })));
            }

            const loads = {};

            for (const socket of all) {
                loads[socket.worker] = (loads[socket.worker] || 0) + 1;
                socket.text('40');
            }

            const sent = Object.values(loads).reduce((sum, n) => {
                return sum + Math.min(n, 128);
            }, 0);

            /* the others are refused at once, or after 10 s */

            await waitFor(() => {
                refused = all.filter(({ frames }) => {
                    return frames[0] === 'close 1013';
                }).length;

                return refused >= count - sent;
            }, () => `${count - sent} refusals, there are ${refused}`);

            assert.strictEqual(authorizer.held.length, sent);

            authorizer.release();

            await waitFor(() => all.filter(({ frames }) => {
                return /^40/.test(frames[0]);
            }).length === sent, 'those that were asked');

            all.forEach((socket) => socket.destroy());

            assert.match(nginx.log(), /failed with too many at once, \d+/);

            if (Object.values(loads).some((n) => n > 128 + 1024 + 32)) {
                assert.match(nginx.log(), /failed with no room to ask, \d+/);
            }
        });

        it(`10,000 CONNECTs and an authorizer that hangs, ${workers} `
           + 'worker(s)', async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ask: 'timeout=2s', zone: '32m',
                pingInterval: LONG,
                http: 'print_hub_message_buffer 2m; print_hub_limit off;',
                drain: 100
            }));
            const { port } = nginx;
            const one = await station.websocket(port, 'one');
            const before = nginx.workers().map(memory);
            const auth = JSON.stringify({ a: 'x'.repeat(10000) });
            let refused = 0;

            authorizer.decide = () => 'hold';

            for (let round = 0; round < 10; round++) {
                const some = await Promise.all(Array(1000).fill(0).map(() => {
                    return eio.websocket(port);
                }));

                some.forEach((socket) => socket.text(`40${auth}`));

                if (round % 3 === 0) {
                    await hub.deliver(port, 'one', `p${round}`);
                    await one.printed(round / 3 + 1);
                }

                for (const socket of some) {
                    const frame = round % 2 ? null : await socket.next();

                    if (frame !== null) {
                        assert.strictEqual(frame, 'close 1013');
                        refused++;
                    }

                    socket.destroy();
                }
            }

            assert.strictEqual(refused, 5000);

            /* a sanitizer keeps what was freed */

            nginx.workers().forEach((pid, i) => {
                assert.ok(process.env.E2E_SANITIZER
                          || memory(pid) - before[i] < 48 * 1024 * 1024,
                          `${memory(pid) - before[i]} bytes more`);
            });

            authorizer.release();
            await hub.deliver(port, 'one', 'last');
            await one.printed(5);

            assert.match(nginx.log(), new RegExp(
                'print hub: "/authorize" failed with [a-z ]+, \\d+ connects and '
                + 'registers refused for now'
            ));
        });
    }

    for (const version of ['4.8', '4.0', '3.1.3', '2.5']) {
        for (const transports of ['websocket', 'polling', 'both']) {
            it(`client ${version}, ${transports}`, async (t) => {
                const authorizer = await authorizers.serve(t);
                const nginx = await serve(t, authorizers.options(authorizer, {
                    workers: 4
                }));
                let failures = 0;

                authorizer.decide = () => {
                    return failures++ < 2 ? { status: 503 } : {};
                };

                /* it comes back by itself until it is let in */

                const client = await clients.connect(nginx, 'x', {
                    version, transports
                });

                assert.ok(failures >= 4);
                await hub.deliver(nginx.port, 'x', 'p');
                await client.printed(1);
                client.leave();
            });
        }
    }
});


/* bytes of a process in memory */

function memory(pid) {
    const [, kilobytes] = read(`/proc/${pid}/status`)
        .match(/VmRSS:\s+(\d+)/) || [0, 0];

    return 1024 * kilobytes;
}
