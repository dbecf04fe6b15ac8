
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Who may be a station: print_hub_token and print_hub_client_id, and that no
 * way around them exists.
 */


'use strict';


const assert = require('node:assert');
const child = require('node:child_process');
const path = require('node:path');
const nodeHttp = require('node:http');
const { describe, it } = require('node:test');

const { Server } = require('socket.io');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const recovery = require('./lib/recovery');
const ws = require('./lib/raw_ws');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, within, LONG, SLOW } = require('./lib/wait');


const TOKEN = '5b1e0c7f9a2d4e6b8c0d1f2a3b4c5d6e';
const OTHER = 'another-token-of-this-location';
const BAD = 'b'.repeat(32);

const EIO3 = '/socket.io/?EIO=3';
const PYTHON = process.env.PYTHON || '/usr/bin/python3';

const REFUSED = '44{"message":"Authentication failed",'
                + '"data":{"code":"unauthorized"}}';
const REFUSED_3 = '44"Authentication failed"';
const UNKNOWN = '{"code":1,"message":"Session ID unknown"}';

const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };


/* a hub that asks for a token, and whose options are those of nginx_conf */

function closed(t, options = {}) {
    return serve(t, {
        ...SLOW_PINGS, ...options,
        location: `print_hub_token ${TOKEN} ${OTHER}; ${options.location || ''}`
    });
}


function open(t, location, options = {}) {
    return serve(t, { ...SLOW_PINGS, ...options, location });
}


/* what CONNECT to "/" is answered by a WebSocket */

async function connect(socket, auth, nsp = '') {
    socket.text(`40${nsp}${auth === undefined ? '' : JSON.stringify(auth)}`);

    return socket.next();
}


function joined(packet) {
    assert.match(packet, /^40\{"sid":"[-\w]{20}"/);
}


/* a Socket.IO server that refuses everybody by a middleware */

async function reference(t, data) {
    const server = nodeHttp.createServer();
    const io = new Server(server, { allowEIO3: true });

    io.use((socket, next) => {
        const error = new Error('Authentication failed');

        if (data) {
            error.data = data;
        }

        next(error);
    });

    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

    t.after(() => {
        io.close();
        server.closeAllConnections();
    });

    return server.address().port;
}


/* registers by a WebSocket: the events until the acknowledgement, and it */

async function register(socket, id, ...more) {
    const events = [];

    socket.text(`427${JSON.stringify(['register', id, ...more])}`);

    for ( ;; ) {
        const packet = await socket.next();

        if (packet.startsWith('437')) {
            return [JSON.parse(packet.slice(3)), ...events];
        }

        if (packet.startsWith('42')) {
            events.push(JSON.parse(packet.slice(2)));
        }
    }
}


function notAllowed(id) {
    const message = `register: clientId "${id}" is not allowed`;
    const code = 'client_id_not_allowed';

    return [[{ error: { code, message } }],
            ['error', { message, code, clientId: id }]];
}


async function allows(socket, ...ids) {
    for (const id of ids) {
        assert.deepStrictEqual(await register(socket, id), [[]], id);
    }
}


async function refuses(socket, ...ids) {
    for (const id of ids) {
        assert.deepStrictEqual(await register(socket, id), notAllowed(id));
    }
}


async function joins(port, query = '') {
    const socket = await eio.websocket(port, `${eio.PATH}${query}`);

    joined(await connect(socket));

    return socket;
}


for (const workers of WORKERS) {
    describe(`token, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('at CONNECT', async (t) => {
            const { port } = await closed(t, { workers });

            for (const token of [TOKEN, OTHER, '\\u0035' + TOKEN.slice(1)]) {
                const socket = await eio.websocket(port);

                socket.text(`40{"token":"${token}"}`);
                joined(await socket.next());
                await allows(socket, 'x');
                socket.destroy();
            }

            for (const auth of [
                undefined, {}, { token: BAD }, { token: '' },
                { token: `${TOKEN}x` }, { token: TOKEN.slice(1) },
                { token: TOKEN.toUpperCase() }, { token: [TOKEN] },
                { token: { token: TOKEN } }, { Token: TOKEN },
                { token: null }, { a: { token: TOKEN } },
                { token: 'x'.repeat(1025) }, { token: '\n'.repeat(1024) },
                { token: 'x'.repeat(16000) }
            ]) {
                const socket = await eio.websocket(port);

                assert.strictEqual(await connect(socket, auth), REFUSED);
                socket.destroy();
            }
        });

        it('in the query of the handshake', async (t) => {
            const { port } = await closed(t, { workers });
            const good = [
                `token=${TOKEN}`, `token=%35${TOKEN.slice(1)}`, `a&token=${OTHER}`
            ];
            const bad = [
                `token=${BAD}`, 'token=', 'token', `token=${TOKEN}&token=${TOKEN}`,
                `token=${BAD}&token=${TOKEN}`, `Token=${TOKEN}`,
                `token=%2535${TOKEN.slice(1)}`, `xtoken=${TOKEN}`,
                `t%6fken=${TOKEN}&token=${TOKEN}`
            ];

            for (const query of good) {
                const socket = await eio.websocket(port,
                                                   `${eio.PATH}&${query}`);

                joined(await connect(socket));

                /* what is sent at CONNECT comes first */

                const next = await eio.websocket(port, `${eio.PATH}&${query}`);

                assert.strictEqual(await connect(next, { token: BAD }),
                                   REFUSED);
                joined(await connect(next, { token: 1 }));

                socket.destroy();
                next.destroy();
            }

            for (const query of bad) {
                const socket = await eio.websocket(port,
                                                   `${eio.PATH}&${query}`);

                assert.strictEqual(await connect(socket), REFUSED);
                joined(await connect(socket, { token: TOKEN }));
                socket.destroy();
            }
        });

        it('in each namespace, and again after it was left', async (t) => {
            const { port } = await closed(t, {
                workers, location: 'print_hub_namespace /a;'
            });
            const socket = await eio.websocket(port);
            const refused = REFUSED.replace('44', '44/a,');

            joined(await connect(socket, { token: TOKEN }));
            assert.strictEqual(await connect(socket, {}, '/a,'), refused);

            socket.text('41');
            assert.strictEqual(await connect(socket, {}), REFUSED);
            socket.text(`40/a,{"token":"${TOKEN}"}`);
            assert.match(await socket.next(), /^40\/a,\{"sid"/);
            socket.destroy();
        });

        it('of protocol 3', async (t) => {
            const { port } = await closed(t, {
                workers, location: 'print_hub_namespace /a;'
            });

            const good = await eio.websocket(port, `${EIO3}&token=${TOKEN}`);

            assert.strictEqual(await good.next(), '40');
            await allows(good, 'x');

            good.text('40/a');
            assert.strictEqual(await good.next(), '40/a,');
            good.text('41/a');
            good.text(`40/a?token=${BAD}`);
            assert.strictEqual(await good.next(), `44/a,${REFUSED_3.slice(2)}`);
            good.text(`40/a?token=${TOKEN}&token=${TOKEN}`);
            assert.strictEqual(await good.next(), `44/a,${REFUSED_3.slice(2)}`);
            good.destroy();

            const bad = await eio.websocket(port, EIO3);

            assert.strictEqual(await bad.next(), REFUSED_3);

            /* it is in no namespace */

            bad.text(`40/a?token=${TOKEN}`);
            assert.match(await bad.next(), /^40\/a/);
            bad.text('42["register","y"]');
            assert.match(String(await bad.next()), /^(close|null)/);
            assert.strictEqual(await hub.isOnline(port, 'y'), false);
            bad.destroy();
        });

        it('refusals have the bytes of a middleware', async (t) => {
            const { port } = await closed(t, { workers });
            const data = { code: 'unauthorized' };
            const theirs = await reference(t, data);
            const plain = await reference(t);

            for (const auth of [undefined, { token: BAD }]) {
                const socket = await eio.websocket(port);
                const other = await eio.websocket(theirs);

                assert.strictEqual(await connect(socket, auth),
                                   await connect(other, auth));
                socket.destroy();
                other.destroy();
            }

            const socket = await eio.websocket(port, EIO3);
            const other = await eio.websocket(plain, EIO3);

            assert.strictEqual(await socket.next(), await other.next());
            socket.destroy();
            other.destroy();
        });

        it('the third refusal closes a WebSocket', async (t) => {
            const { port } = await closed(t, { workers });
            const socket = await eio.websocket(port);

            for (let i = 0; i < 3; i++) {
                assert.strictEqual(await connect(socket, {}), REFUSED);
            }

            assert.strictEqual(await socket.next(), 'close 1008');
            socket.destroy();

            /* a right one in between does not help */

            const next = await eio.websocket(port);

            assert.strictEqual(await connect(next, {}), REFUSED);
            joined(await connect(next, { token: TOKEN }));
            next.text('41');
            assert.strictEqual(await connect(next, {}), REFUSED);
            assert.strictEqual(await connect(next, {}), REFUSED);
            assert.strictEqual(await next.next(), 'close 1008');
            next.destroy();
        });

        it('the third refusal closes a session of polling', async (t) => {
            const { port } = await closed(t, { workers });
            const session = await eio.polling(port);

            for (let i = 0; i < 2; i++) {
                await session.post('40{}');
                assert.deepStrictEqual(await session.receive(), [REFUSED]);
            }

            await session.post('40{}');
            assert.deepStrictEqual(await session.receive(), [REFUSED]);
            assert.deepStrictEqual(await session.receive(), ['6', '1']);
            assert.strictEqual((await session.get()).body, UNKNOWN);
        });

        for (const path of [eio.PATH, EIO3]) {
            it(`who has none is closed in time: ${path}`, async (t) => {
                const { port } = await closed(t, {
                    workers, connectTimeout: 300 * SLOW
                });
                const socket = await eio.websocket(port, path);

                if (path === EIO3) {
                    assert.strictEqual(await socket.next(), REFUSED_3);
                }

                assert.match(String(await socket.next()), /^(close|null)/);
                socket.destroy();
            });
        }

        it('over an upgrade', async (t) => {
            const { port } = await closed(t, { workers });
            const session = await eio.polling(port,
                                              `${eio.PATH}&token=${TOKEN}`);

            session.upgrade = session.upgrade.replace(`&token=${TOKEN}`, '');

            const socket = await session.websocket();

            socket.text('2probe');
            assert.strictEqual(await socket.next(), '3probe');
            socket.text('5');
            joined(await connect(socket));
            socket.destroy();

            const other = await eio.polling(port);

            other.upgrade += `&token=${TOKEN}`;

            const probe = await other.websocket();

            probe.text('2probe');
            assert.strictEqual(await probe.next(), '3probe');
            probe.text('5');
            assert.strictEqual(await connect(probe), REFUSED);
            probe.destroy();
        });

        it('at recovery', async (t) => {
            const { port } = await closed(t, { workers,
                                               recovery: `${LONG}ms` });
            const first = await eio.websocket(port);

            first.prints = [];
            await recovery.connect(first, { token: TOKEN });
            await recovery.register(first, 'x');
            await hub.deliver(port, 'x', '0');
            await recovery.next(first, '2');
            first.destroy();
            await hub.offline(port, 'x');

            const { pid, offset, sid } = first;

            for (const auth of [{ pid, offset }, { pid, offset, token: BAD }]) {
                const socket = await eio.websocket(port);

                assert.strictEqual(await connect(socket, auth), REFUSED);
                assert.strictEqual(await hub.isOnline(port, 'x'), false);
                socket.destroy();
            }

            const back = await eio.websocket(port);

            back.prints = [];
            await recovery.connect(back, { pid, offset, token: TOKEN });
            assert.strictEqual(back.sid, sid);
            assert.strictEqual(back.pid, pid);
            back.destroy();
        });

        it('with variables', async (t) => {
            const { port } = await open(t, `
                print_hub_token ${TOKEN} "$tenant_token";
            `, {
                workers, http: `map $arg_tenant $tenant_token {
                    shop ${OTHER}; void "";
                }`
            });

            for (const [tenant, token, good] of [
                ['shop', OTHER, true], ['shop', TOKEN, true],
                ['shop', BAD, false], ['void', OTHER, false],
                ['void', '', false], ['', '', false], ['none', TOKEN, true]
            ]) {
                const socket = await eio.websocket(
                    port, `${eio.PATH}&tenant=${tenant}`);
                const packet = await connect(socket, { token });

                assert.strictEqual(packet.startsWith('40'), good,
                                   `${tenant} ${token}`);
                socket.destroy();
            }

            const query = await eio.websocket(
                port, `${eio.PATH}&tenant=shop&token=${OTHER}`);

            joined(await connect(query));
            query.destroy();
        });

        it('nobody passes if all values are void', async (t) => {
            const { port } = await open(t, 'print_hub_token "x$arg_none";',
                                        { workers });

            for (const token of ['', 'x']) {
                const socket = await eio.websocket(port,
                                                   `${eio.PATH}&token=${token}`);

                assert.strictEqual(await connect(socket, { token }), REFUSED);
                socket.destroy();
            }
        });

        it('the log tells it, and no secret', async (t) => {
            const nginx = await closed(t, { workers });
            const { port } = nginx;
            const socket = await eio.websocket(port);

            await connect(socket, {});
            await connect(socket, { token: BAD });
            socket.destroy();

            const query = await eio.websocket(port, `${eio.PATH}&token=${BAD}`);

            await connect(query);
            query.destroy();

            await waitFor(() => nginx.log().split('connect refused').length > 3,
                          'three lines');

            assert.match(nginx.log(), new RegExp(
                '\\[warn\\] .*: print hub: connect refused, no token, '
                + 'client: 127.0.0.1$', 'm'));
            assert.strictEqual(nginx.log().match(new RegExp(
                '\\[warn\\] .*: print hub: connect refused, wrong token, '
                + 'client: 127.0.0.1$', 'gm')).length, 2);
            assert.ok(!nginx.log().includes(BAD));
            assert.ok(!nginx.log().includes(TOKEN));
        });
    });


    describe(`names, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('constants and patterns', async (t) => {
            const { port } = await open(t, `
                print_hub_client_id bar kasse-* *-shop a*b*c;
                print_hub_max_client_ids 64;
            `, { workers });
            const socket = await joins(port);

            await allows(socket, 'bar', 'kasse-', 'kasse-1', 'x-shop', '-shop',
                         'abc', 'a*b*c', 'aXbYcbZc', 'kasse-\u{1F600}');
            await refuses(socket, 'bar1', 'Bar', 'kasse', 'Kasse-1', 'shop',
                          'ab', 'abcd', '', '*', 'xkasse-1');

            /* numbers are compared as text */

            assert.deepStrictEqual((await register(socket, 5))[0][0].error.code,
                                   'client_id_not_allowed');
            socket.destroy();
        });

        it('variables', async (t) => {
            const { port } = await open(t, `
                print_hub_client_id $arg_a shop-\${arg_b}-* $arg_c$arg_d fixed;
                print_hub_max_client_ids 64;
            `, { workers });

            const socket = await joins(port, '&a=one&b=7&c=x&d=y');

            await allows(socket, 'one', 'shop-7-', 'shop-7-a', 'xy', 'fixed');
            await refuses(socket, 'one2', 'on', 'shop-7', 'shop-8-a', 'x', 'y',
                          'xyz', '', 'fixed-');
            socket.destroy();

            /* a star that a variable gave is a star */

            const star = await joins(port, '&a=*&b=*');

            await allows(star, '*', 'shop-*-', 'shop-*-x');
            await refuses(star, 'a', 'shop-a-x', 'shop--x');
            star.destroy();

            /* an empty variable makes its value void */

            const none = await joins(port, '&a=&c=x');

            await allows(none, 'fixed');
            await refuses(none, '', 'shop--x', 'shop--', 'x', '*');
            none.destroy();

            /* a name that no clientId can have */

            const long = await joins(port, `&a=${'x'.repeat(97)}`);

            await refuses(long, 'x'.repeat(96));
            await allows(long, 'fixed');
            long.destroy();
        });

        it('of protocol 3, by polling, in a namespace', async (t) => {
            const { port } = await open(t, `
                print_hub_client_id $arg_a; print_hub_namespace /n;
            `, { workers });
            const socket = await eio.websocket(port, `${EIO3}&a=x`);

            assert.strictEqual(await socket.next(), '40');
            await allows(socket, 'x');
            await refuses(socket, 'y');
            socket.destroy();

            const session = await eio.polling(port, `${eio.PATH}&a=y`);

            await session.post('40/n,');
            await session.receive();
            await session.post('42/n,1["register","y"]');
            assert.deepStrictEqual(await session.receive(), ['43/n,1[]']);
            await session.post('42/n,2["register","x"]');

            const [error, ack] = await session.receive();

            assert.match(error, /^42\/n,\["error",.*client_id_not_allowed/);
            assert.match(ack, /^43\/n,2\[\{"error":\{"code":"client_id_not_al/);
        });

        it('other refusals are acknowledged, too', async (t) => {
            const { port } = await open(t, `
                print_hub_max_client_ids 1; print_hub_info 64;
            `, { workers });
            const socket = await joins(port);

            for (const [args, code] of [
                [[], 'client_id_missing'],
                [[null], 'client_id_invalid'],
                [['x'.repeat(97)], 'client_id_too_long'],
                [['x', { info: 'y'.repeat(65) }], 'info_too_long']
            ]) {
                socket.text(`421${JSON.stringify(['register', ...args])}`);

                const [, event] = JSON.parse((await socket.next()).slice(2));
                const [ack] = JSON.parse((await socket.next()).slice(3));

                assert.deepStrictEqual(ack, {
                    error: { code, message: event.message }
                });

                /* without a wish for an acknowledgement there is none */

                socket.text(`42${JSON.stringify(['register', ...args])}`);
                assert.match(await socket.next(), /^42\["error"/);
            }

            await allows(socket, 'x');

            const [[ack], [, event]] = await register(socket, 'y');

            assert.strictEqual(ack.error.code, 'too_many_client_ids');
            assert.strictEqual(ack.error.message, event.message);
            assert.strictEqual(event.code, ack.error.code);
            socket.destroy();
        });

        it('the log tells it', async (t) => {
            const nginx = await open(t, 'print_hub_client_id a;', { workers });
            const socket = await joins(nginx.port);

            await refuses(socket, 'x');
            await waitFor(() => nginx.log().includes('register refused'),
                          'the line');
            assert.match(nginx.log(), new RegExp(
                '\\[warn\\] .*: print hub: register refused, clientId: "x" is '
                + 'not allowed, socketId: [-\\w]{20}, client: 127.0.0.1$',
                'm'));
            socket.destroy();
        });

        it('a socket whose name is not allowed any more', async (t) => {
            const { port } = await open(t, 'print_hub_client_id $arg_a;', {
                workers, recovery: `${LONG}ms`, queue: '10 ttl=1h'
            });
            const first = await recovery.socket(port, 'x', (to) => {
                return eio.websocket(to, `${eio.PATH}&a=x`);
            });

            await hub.deliver(port, 'x', '0');
            await recovery.next(first, '2');
            first.destroy();
            await hub.offline(port, 'x');

            const { pid, offset, sid } = first;
            const other = await recovery.back(port, pid, offset, (to) => {
                return eio.websocket(to, `${eio.PATH}&a=y`);
            });

            assert.notStrictEqual(other.sid, sid);
            assert.notStrictEqual(other.pid, pid);
            assert.deepStrictEqual(other.prints, []);
            assert.strictEqual(await hub.isOnline(port, 'x'), false);
            await allows(other, 'y');

            /* the pid has ended, for the right one too */

            const again = await recovery.back(port, pid, offset, (to) => {
                return eio.websocket(to, `${eio.PATH}&a=x`);
            });

            assert.notStrictEqual(again.sid, sid);
            await allows(again, 'x');
            other.destroy();
            again.destroy();
        });

        it('a socket whose names are allowed recovers', async (t) => {
            const { port } = await open(t, 'print_hub_client_id $arg_a-*;', {
                workers, recovery: `${LONG}ms`
            });
            const to = (port) => eio.websocket(port, `${eio.PATH}&a=x`);
            const first = await recovery.socket(port, 'x-1', to);

            await recovery.register(first, 'x-2');
            first.destroy();
            await hub.offline(port, 'x-1', 'x-2');

            const back = await recovery.back(port, first.pid, undefined, to);

            assert.strictEqual(back.sid, first.sid);
            await hub.online(port, 'x-1', 'x-2');
            back.destroy();
        });
    });


    describe(`policy, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        const server = `
            location /open/ { print_hub on; }
            location /same/ { print_hub on; print_hub_token ${TOKEN}; }
            location /other/ { print_hub on; print_hub_client_id x; }
        `;
        const rules = `print_hub_token ${TOKEN};`;

        it('a session is unknown to other rules', async (t) => {
            const { port } = await open(t, rules, { workers, server });

            for (const [from, to, known] of [
                ['/open', '', false], ['', '/open', false],
                ['/same', '', true], ['', '/same', true],
                ['/other', '/open', false], ['/open', '/open', true]
            ]) {
                const session = await eio.polling(port, `${from}${eio.PATH}`);
                const path = `${to}${eio.PATH}&transport=polling`
                             + `&sid=${session.sid}`;

                const post = await http.request(port, {
                    method: 'POST', path, body: '40{}',
                    headers: { 'Content-Type': 'text/plain;charset=UTF-8' }
                });

                assert.strictEqual(post.body, known ? 'ok' : UNKNOWN,
                                   `${from} ${to}`);

                if (known) {
                    continue;
                }

                assert.strictEqual(post.status, 400);
                assert.strictEqual((await http.request(port, path)).body,
                                   UNKNOWN);

                const probe = await ws.connect(port, {
                    path: path.replace('polling', 'websocket')
                });

                assert.strictEqual(probe.status, 400);
                assert.strictEqual(probe.body, 'Session ID unknown');

                /* where it came from, it is not touched */

                await session.post('40{}');
            }
        });

        it('a reload with other rules', async (t) => {
            const nginx = await open(t, rules, { workers, server, drain: 200 });
            const { port } = nginx;
            const session = await eio.polling(port,
                                              `${eio.PATH}&token=${TOKEN}`);
            const untouched = await eio.polling(port, `/open${eio.PATH}`);

            await session.join();
            await untouched.join();
            await session.post('42["register","x"]');
            await hub.online(port, 'x');

            const socket = await eio.websocket(port,
                                               `${eio.PATH}&token=${TOKEN}`);

            joined(await connect(socket));

            /* the same rules, said with more words */

            let old = await nginx.reload({
                location: `${rules} print_hub_client_id off;
                           print_hub_origins any;`
            });

            await nginx.gone(old);
            socket.text('42["register","y"]');
            await hub.online(port, 'y');

            const poll = session.get();

            await hub.deliver(port, 'x', '1');
            assert.match((await poll).body, /^42\["print"/);

            /* other ones */

            old = await nginx.reload({ location: `print_hub_token ${OTHER};` });
            assert.strictEqual(await socket.next(), 'close 1012');
            socket.destroy();
            await nginx.gone(old);

            assert.strictEqual((await session.get()).body, UNKNOWN);
            assert.strictEqual((await session.post('42["x"]')).body, UNKNOWN);
            assert.strictEqual((await untouched.post('42["x"]')).body, 'ok');

            const next = await eio.websocket(port);

            assert.strictEqual(await connect(next, { token: TOKEN }), REFUSED);
            joined(await connect(next, { token: OTHER }));
            next.destroy();
        });
    });
}


describe('clients', { skip: NGINX_ONLY }, () => {

    /* the error that a client without a token sees, and what it does then */

    for (const [version, io] of Object.entries(clients.VERSIONS)) {
        for (const transport of ['polling', 'websocket']) {
            it(`socket.io-client ${version}, ${transport}`, async (t) => {
                const { url } = await closed(t);
                const old = version < '3';
                const options = { forceNew: true, transports: [transport],
                                  reconnectionDelay: 20 };

                const bad = io(url, { ...options, auth: { token: BAD },
                                      query: {} });
                let attempts = 0;

                t.after(() => bad.disconnect());
                bad.io.on('reconnect_attempt', () => attempts++);

                const error = await within(new Promise((resolve) => {
                    bad.on(old ? 'error' : 'connect_error', resolve);
                }), 'the refusal');

                if (old) {
                    assert.strictEqual(error, 'Authentication failed');

                } else {
                    assert.strictEqual(error.message, 'Authentication failed');
                    assert.deepStrictEqual(error.data,
                                           { code: 'unauthorized' });
                }

                const good = io(url, { ...options, auth: { token: TOKEN },
                                       query: { token: TOKEN } });

                t.after(() => good.disconnect());
                await waitFor(() => good.connected, 'the right token');

                assert.ok(!bad.connected);
                assert.strictEqual(attempts, 0);
            });
        }
    }

    for (const transport of ['polling', 'websocket']) {
        it(`python3-socketio, ${transport}`, async (t) => {
            const { url } = await closed(t);

            for (const token of [BAD, TOKEN]) {
                const one = child.spawn(PYTHON, [
                    path.join(__dirname, 'lib', 'present.py'), url, transport,
                    token
                ]);
                let output = '';

                t.after(() => one.kill('SIGKILL'));
                one.stdout.on('data', (data) => {
                    output += data;
                });

                const code = await within(new Promise((resolve) => {
                    one.on('close', resolve);
                }), 'the end of a script');

                assert.strictEqual(code, 0);
                assert.deepStrictEqual(JSON.parse(output), token === TOKEN
                                       ? 'connected'
                                       : JSON.parse(REFUSED.slice(2)));
            }
        });
    }
});
