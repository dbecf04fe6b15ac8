
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_authorize: how much one client, or one address, can ask. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const address = require('./lib/address');
const authorizers = require('./lib/authorizer');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { LONG, waitFor } = require('./lib/wait');


for (const workers of WORKERS) {
    describe(`authorizer and limits, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        async function start(t, more = {}) {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ...more
            }));

            return { authorizer, nginx, port: nginx.port };
        }

        it('a CONNECT again counts as a handshake', async (t) => {
            const { authorizer, nginx, port } = await start(t, {
                ask: 'at=connect', location: 'print_hub_namespace /a;',
                http: 'print_hub_limit rate=1r/m burst=3;'
            });
            const socket = await eio.websocket(port);

            for (const nsp of ['', '/a,', '', '/a,']) {
                socket.text(`40${nsp}`);
                assert.match(await socket.next(), /^40/);
                socket.text(`41${nsp}`);
            }

            socket.text('40');
            assert.strictEqual(await socket.next(), 'close 1013');
            assert.strictEqual(authorizer.asked.length, 4);
            assert.match(nginx.log(), new RegExp(
                '\\[warn\\].*print hub: connects limited, client: 127.0.0.1$',
                'm'
            ));
        });

        it('a CONNECT again, dry run', async (t) => {
            const { nginx, port } = await start(t, {
                http: 'print_hub_limit rate=1r/m burst=1 dry_run;'
            });
            const socket = await eio.websocket(port);

            for (let i = 0; i < 3; i++) {
                await eio.join(socket);
                socket.text('41');
            }

            await waitFor(() => {
                return /connects limited, client: 127.0.0.1, dry run$/m
                    .test(nginx.log());
            }, 'the line of a dry run');

            socket.destroy();
        });

        it('what has no room costs nothing of the rate', async (t) => {
            const { port } = await start(t, {
                maxClientIds: 1, server: address.SERVER,
                http: 'print_hub_limit rate=1r/m burst=4;'
            });
            const socket = await address.joined(port, '192.0.2.1');

            assert.strictEqual(await address.register(socket, 'a'), '431[]');

            for (let i = 0; i < 9; i++) {
                assert.match(await address.register(socket, `b${i}`),
                             /"code":"too_many_client_ids"/);
            }

            const other = await address.joined(port, '192.0.2.1');

            assert.strictEqual(await address.register(other, 'b'), '431[]');
            await hub.online(port, 'a', 'b');

            socket.destroy();
            other.destroy();
        });

        it('refusals of all rules share ten lines a second', async (t) => {
            const { authorizer, nginx, port } = await start(t, {
                ask: 'at=connect', location: 'print_hub_token good-one;'
            });

            authorizer.decide = () => ({ status: 403, body: 'no' });

            const socket = [];
            const begin = Date.now();

            for (let i = 0; i < 15; i++) {
                socket.push(await eio.websocket(port));

                for (const token of ['bad', 'good-one']) {
                    socket[i].text(`40{"token":"${token}"}`);
                    assert.match(await socket[i].next(), /^44/);
                }
            }

            const lines = nginx.log().match(/: connect refused[ ,]/g).length;
            const seconds = Math.floor((Date.now() - begin) / 1000) + 2;

            assert.ok(lines <= workers * 10 * seconds,
                      `${lines} lines in ${seconds} s`);

            await waitFor(() => {
                const log = nginx.log();
                const more = [...log.matchAll(
                    /(\d+) more "connect refused" lines were left out/g
                )].reduce((n, [, count]) => n + Number(count), 0);

                return log.match(/: connect refused[ ,]/g).length + more
                       === 30;
            }, '30 refusals in the log');

            socket.forEach((one) => one.destroy());
        });

        it('several authorizers that fail: a line a second', async (t) => {
            const { authorizer, nginx, port } = await start(t, {
                server: `location /two/ {
                             print_hub on; print_hub_authorize /none;
                         }
                         location = /none { internal; return 502; }`
            });
            authorizer.decide = () => ({ status: 500 });

            const begin = Date.now();

            for (let i = 0; i < 40; i++) {
                const socket = await eio.websocket(
                    port, i % 2 ? eio.PATH : `/two${eio.PATH}`
                );

                socket.text('40');
                assert.strictEqual(await socket.next(), 'close 1013');
                socket.destroy();
            }

            const failed = () => {
                return [...nginx.log().matchAll(
                    /"\/(\w+)" failed with 50\d, (\d+) connects/g
                )];
            };
            const sum = (name) => failed().reduce((n, line) => {
                return n + (line[1] === name ? Number(line[2]) : 0);
            }, 0);

            await waitFor(() => sum('authorize') === 20 && sum('none') === 20,
                          () => `lines about 40 failures, ${failed()}`);

            const seconds = (Date.now() - begin) / 1000;

            assert.ok(failed().length <= workers * (Math.ceil(seconds) + 1),
                      `${failed().length} lines in ${seconds} s`);
        });
    });
}


it('one address takes a quarter of the places', { skip: NGINX_ONLY },
async (t) => {
    const authorizer = await authorizers.serve(t);

    /* a large zone: sessions that are asked for have not joined, they wait */

    const nginx = await serve(t, authorizers.options(authorizer, {
        workers: 1, ask: 'timeout=1h', server: address.SERVER,
        pingInterval: LONG, zone: '64m'
    }));
    const sockets = [];

    authorizer.decide = () => 'hold';

    async function open(from) {
        const socket = await address.websocket(nginx.port, from);

        await socket.next();
        sockets.push(socket);

        return socket;
    }

    const other = await open('192.0.2.2');

    while (sockets.length < 1 + 128 + 256 + 16) {
        await open('192.0.2.1');
    }

    const many = sockets.slice(1);

    /* a worker that reads all at once would count those it asks as waiting */
    many.slice(0, 128).forEach((socket) => socket.text('40'));
    await authorizer.was(128);

    many.slice(128).forEach((socket) => socket.text('40'));

    const refused = () => many.filter(({ frames }) => {
        return frames[0] === 'close 1013';
    }).length;

    await waitFor(() => refused() >= 16, () => `refusals: ${refused()}`);
    assert.strictEqual(refused(), 16);
    assert.match(nginx.log(), /failed with too many from one address, \d+/);

    other.text('40');
    await hub.status(nginx.port);
    authorizer.release();

    assert.match(await other.next(), /^40/);
    await waitFor(() => many.filter(({ frames }) => {
        return /^40/.test(frames[0]);
    }).length === 128 + 256, 'those that waited');

    sockets.forEach((socket) => socket.destroy());
});
