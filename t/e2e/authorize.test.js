
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_authorize: the application says who may connect and register. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const authorizers = require('./lib/authorizer');
const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const station = require('./lib/station');
const { read } = require('./lib/nginx');
const { waitFor } = require('./lib/wait');


const V3 = '/socket.io/?EIO=3';


/*
 * A socket of a protocol on a transport, without a client library: what it is
 * sent after the open packet, without pings, until it is closed.
 */

class WebSocketPeer {

    constructor(session) {
        this.session = session;
        this.packets = [];
        this.listen();
    }

    static async open(port, path) {
        return new WebSocketPeer(await eio.websocket(port, path));
    }

    async listen() {
        for ( ;; ) {
            const frame = await this.session.next(Infinity);

            if (frame === '2') {
                this.send('3');
                continue;
            }

            this.packets.push(frame === null ? 'gone' : frame);

            if (frame === null || frame.startsWith('close')) {
                return;
            }
        }
    }

    send(...packets) {
        packets.forEach((packet) => this.session.text(packet));
    }

    async next() {
        await waitFor(() => this.packets.length,
                      'a packet of a WebSocket');

        return this.packets.shift();
    }

    leave() {
        this.session.destroy();
    }

    get refusedForNow() {
        return 'close 1013';
    }

    get ended() {
        return 'close 1008';
    }
}


class PollingPeer {

    constructor(session, rest) {
        this.session = session;
        this.three = session.path.includes('EIO=3');
        this.packets = rest;
        this.listen();
    }

    static async open(port, path = eio.PATH) {
        const { body } = await http.request(
            port, `${path}&transport=polling`
        );
        const packets = split(body, path.includes('EIO=3'));
        const open = JSON.parse(packets.shift().slice(1));

        return new PollingPeer(new eio.Polling(port, open, path), packets);
    }

    async listen() {
        while (!this.left) {
            this.get = this.session.poll();

            const { status, body } = await this.get.done;

            if (status !== 200) {
                this.packets.push(`status ${status}`);
                return;
            }

            for (const packet of split(body, this.three)) {

                if (packet === '2') {
                    this.send('3');

                } else if (packet !== '6') {
                    this.packets.push(packet);
                }

                if (packet === '1') {
                    return;
                }
            }
        }
    }

    /* one POST; resolves when it was answered */

    send(...packets) {
        const body = this.three
            ? packets.map((packet) => `${packet.length}:${packet}`).join('')
            : packets.join(eio.SEPARATOR);

        this.sending = (this.sending || Promise.resolve()).then(() => {
            return this.session.post(body);
        });

        return this.sending;
    }

    async next() {
        await waitFor(() => this.packets.length, 'a packet of a poll');

        return this.packets.shift();
    }

    leave() {
        this.left = true;
        this.get.abort();
    }

    get refusedForNow() {
        return '1';
    }

    get ended() {
        return '1';
    }
}


/* the next packet that is another one */

async function nextNot(peer, skipped) {
    for ( ;; ) {
        const packet = await peer.next();

        if (packet !== skipped) {
            return packet;
        }
    }
}


function split(body, three) {
    if (!three) {
        return body.split(eio.SEPARATOR);
    }

    const packets = [];

    for (let at = 0; at < body.length; /* void */ ) {
        const colon = body.indexOf(':', at);
        const end = colon + 1 + Number(body.slice(at, colon));

        packets.push(body.slice(colon + 1, end));
        at = end;
    }

    return packets;
}


const PEERS = { websocket: WebSocketPeer, polling: PollingPeer };


for (const workers of WORKERS) {
    for (const [transport, Peer] of Object.entries(PEERS)) {
        describe(`authorizer, ${transport}, ${workers} worker(s)`,
                 { skip: NGINX_ONLY }, () => {

            async function start(t, more = {}) {
                const authorizer = await authorizers.serve(t);
                const nginx = await serve(t, authorizers.options(authorizer, {
                    workers, ...more
                }));

                return { authorizer, nginx, port: nginx.port };
            }

            it('CONNECT of protocol 4: what is asked and answered',
            async (t) => {
                const { authorizer, nginx, port } = await start(t);
                const peer = await Peer.open(port);

                peer.send('40{"token":"a b","n":[1]}');

                const { sid } = JSON.parse((await peer.next()).slice(2));

                assert.deepStrictEqual(authorizer.asked, [{
                    event: 'connect', zone: 'hub', socketId: sid,
                    namespace: '/', address: '127.0.0.1', protocol: 4,
                    transport, recovered: false, auth: { token: 'a b', n: [1] }
                }]);

                peer.leave();

                for (const [answer, packet] of [
                    [{ status: 403, body: { message: 'no "x"',
                                            data: { a: 1 } } },
                     '44{"message":"no \\"x\\"","data":{"a":1}}'],
                    [{ status: 401, body: { message: 'no' } },
                     '44{"message":"no"}'],
                    [{ status: 403, body: 'no such shop\nat all' },
                     '44{"message":"no such shop"}'],
                    [{ status: 403 }, '44{"message":"Not authorized"}']
                ]) {
                    const one = await Peer.open(port);

                    authorizer.decide = () => answer;
                    one.send('40');
                    assert.strictEqual(await one.next(), packet);

                    authorizer.decide = () => ({});
                    one.send('40');
                    assert.match(await one.next(), /^40{"sid"/);
                    one.leave();
                }

                assert.match(nginx.log(), new RegExp(
                    '\\[warn\\].*print hub: connect refused by "/authorize" '
                    + 'with 403, client: 127.0.0.1'
                ));
            });

            it('all else is refused for now', async (t) => {
                const { authorizer, nginx, port } = await start(t, {
                    ask: 'timeout=300ms'
                });

                for (const decision of [
                    { status: 500 }, { status: 302 }, { status: 404 },
                    { headers: { 'X-Print-Client-Id': 'a,b,c,d' } },
                    { headers: { 'X-Print-Expires': 'soon' } },
                    { status: 403, body: 'x'.repeat(200000) },
                    'hold'
                ]) {
                    const peer = await Peer.open(port);

                    authorizer.decide = () => decision;
                    peer.send('40');
                    assert.strictEqual(await peer.next(), peer.refusedForNow,
                                       JSON.stringify(decision).slice(0, 99));
                    peer.leave();
                }

                authorizer.decide = (body, request, response) => {
                    response.socket.destroy();
                    return 'done';
                };

                const cut = await Peer.open(port);

                cut.send('40');
                assert.strictEqual(await cut.next(), cut.refusedForNow);
                cut.leave();

                await authorizer.stop();

                const down = await Peer.open(port);

                down.send('40');
                assert.strictEqual(await down.next(), down.refusedForNow);
                down.leave();

                await waitFor(() => {
                    return /"\/authorize" failed with 502, \d+ connects/
                        .test(nginx.log());
                }, 'the line of 502');

                await hub.empty(port);
            });

            it('a second CONNECT, and an event, before the answer close',
            async (t) => {
                const { authorizer, port } = await start(t);

                authorizer.decide = () => 'hold';

                for (const packet of ['40', '42["register","x"]', '41']) {
                    const peer = await Peer.open(port);

                    peer.send('40', packet);
                    assert.match(await peer.next(), /^(close.*|gone|1)$/);
                    peer.leave();
                }

                authorizer.release();
                await hub.empty(port);
            });

            it('register: what is asked and answered', async (t) => {
                const { authorizer, nginx, port } = await start(t);
                const peer = await Peer.open(port);

                peer.send('40{"token":"t"}');

                const { sid } = JSON.parse((await peer.next()).slice(2));

                peer.send('421["register","x",{"info":{"a":1}}]');
                assert.strictEqual(await peer.next(), '431[]');

                assert.deepStrictEqual(authorizer.asked[1], {
                    event: 'register', zone: 'hub', clientId: 'x',
                    socketId: sid, namespace: '/', address: '127.0.0.1',
                    protocol: 4, transport, recovered: false,
                    auth: { token: 't' }
                });

                const { info } = await http.json(port, '/clients/x');

                assert.deepStrictEqual(info, { a: 1 });

                authorizer.decide = () => ({
                    status: 403, body: { message: 'no "y"', data: {} }
                });

                peer.send('422["register","y"]');
                assert.strictEqual(await peer.next(),
                    '42["error",{"message":"register: no \\"y\\"",'
                    + '"code":"forbidden","clientId":"y"}]');
                assert.strictEqual(await peer.next(),
                    '432[{"error":{"code":"forbidden",'
                    + '"message":"register: no \\"y\\""}}]');

                assert.strictEqual(await hub.entry(port, 'y'), undefined);

                assert.match(nginx.log(), new RegExp(
                    '\\[warn\\].*print hub: register refused by "/authorize" '
                    + 'with 403, clientId: "y", socketId: ' + sid
                    + ', client: 127.0.0.1'
                ));

                await hub.deliver(port, 'x', 'p');
                assert.match(await peer.next(), /^42\["print",{/);

                authorizer.decide = () => ({ status: 500 });

                peer.send('42["register","z"]');

                await waitFor(() => peer.packets.includes(peer.refusedForNow),
                              'the end of a session');
                peer.leave();
            });

            it('a register is asked, and other events go on', async (t) => {
                const { authorizer, port } = await start(t);
                const peer = await Peer.open(port);

                peer.send('40');
                await peer.next();
                peer.send('421["register","x"]');
                assert.strictEqual(await peer.next(), '431[]');

                authorizer.decide = () => 'hold';

                const posted = peer.send('422["register","y"]',
                                         '423["register","x"]');

                await authorizer.was(3, 'register');
                await hub.deliver(port, 'x', 'p');
                assert.match(await peer.next(), /^42\["print",{/);

                authorizer.release();

                const answers = [await nextNot(peer, '2'),
                                 await nextNot(peer, '2')];

                assert.deepStrictEqual(answers.sort(), ['432[]', '433[]']);
                await posted;
                peer.leave();
            });

            it('no more is asked than a connection may have', async (t) => {
                const { authorizer, port } = await start(t, {
                    maxClientIds: 2
                });
                const peer = await Peer.open(port);

                peer.send('40');
                await peer.next();

                authorizer.decide = () => 'hold';

                peer.send('421["register","a"]', '422["register","b"]',
                          '423["register","c"]');

                assert.match(await peer.next(), /"too_many_client_ids"/);
                assert.match(await peer.next(),
                             /^433\[{"error":{"code":"too_many_client_ids"/);
                await authorizer.was(2, 'register');

                authorizer.release();
                await hub.online(port, 'a', 'b');
                peer.send('41');
                await hub.offline(port, 'a', 'b');
                peer.leave();

                /* the same one again and again, without an answer */

                const other = await Peer.open(port);

                other.send('40');
                await other.next();
                authorizer.decide = () => 'hold';

                other.send('42["register","a"]', '42["register","a"]',
                           '42["register","a"]');

                assert.strictEqual(await other.next(), other.refusedForNow);
                other.leave();
                authorizer.release();
                await hub.empty(port);
            });

            it('X-Print-Client-Id limits the clientIds of the session',
            async (t) => {
                const { authorizer, port } = await start(t, {
                    location: 'print_hub_client_id a* b1 b2 c;'
                });
                const peer = await Peer.open(port);

                authorizer.decide = ({ event }) => {
                    return event === 'connect'
                        ? { headers: { 'X-Print-Client-Id': 'b*,c , d' } }
                        : {};
                };

                peer.send('40');
                await peer.next();

                for (const [id, allowed] of [
                    ['a1', 0], ['b1', 1], ['b2', 1], ['b3', 0], ['c', 1],
                    ['cc', 0], ['d', 0]
                ]) {
                    peer.send(`421["register","${id}"]`);

                    let packet = await peer.next();

                    if (packet.startsWith('42')) {
                        assert.match(packet, /"client_id_not_allowed"/);
                        packet = await peer.next();
                    }

                    assert.strictEqual(packet === '431[]', Boolean(allowed),
                                       `${id}: ${packet}`);
                }

                peer.leave();

                authorizer.decide = () => {
                    return { headers: { 'X-Print-Client-Id': '' } };
                };

                const none = await Peer.open(port);

                none.send('40');
                await none.next();
                none.send('42["register","b1"]');
                assert.match(await none.next(), /"client_id_not_allowed"/);
                none.leave();
            });

            it('X-Print-Expires ends the session', async (t) => {
                const { authorizer, port } = await start(t);
                const peer = await Peer.open(port);

                authorizer.decide = () => {
                    return { headers: { 'X-Print-Expires': '1' } };
                };

                peer.send('40');
                assert.match(await peer.next(), /^40/);
                assert.strictEqual(await peer.next(), peer.ended);
                peer.leave();

                authorizer.decide = ({ event }) => {
                    return { headers: { 'X-Print-Expires':
                                        event === 'connect' ? '3600' : '1' } };
                };

                const other = await Peer.open(port);

                other.send('40');
                await other.next();
                other.send('421["register","x"]');
                assert.strictEqual(await other.next(), '431[]');
                assert.strictEqual(await other.next(), other.ended);
                other.leave();
                await hub.empty(port);
            });

            it('protocol 3 is asked as it joins "/" unasked', async (t) => {
                const { authorizer, port } = await start(t);
                const peer = await Peer.open(port, V3);

                assert.strictEqual(await peer.next(), '40');
                assert.strictEqual(authorizer.asked[0].protocol, 3);
                assert.deepStrictEqual(authorizer.asked[0].auth, {});
                peer.leave();

                authorizer.decide = () => ({ status: 403, body: 'no' });

                const refused = await Peer.open(port, V3);

                assert.strictEqual(await refused.next(), '44"no"');
                refused.leave();

                authorizer.decide = () => ({ status: 503 });

                const later = await Peer.open(port, V3);

                assert.strictEqual(await later.next(), later.refusedForNow);
                later.leave();
            });

            it('a station that is gone when the answer comes', async (t) => {
                const { authorizer, port } = await start(t);

                authorizer.decide = () => 'hold';

                const peer = await Peer.open(port);

                peer.send('40');
                await authorizer.was(1);
                peer.leave();

                if (transport === 'polling') {
                    peer.session.wire.request(port, {
                        method: 'POST', path: peer.session.path, body: '1'
                    });
                }

                await waitFor(async () => {
                    return (await http.json(port, '/zone')).sessions.used === 0;
                }, 'the end of the session');

                authorizer.release();
                await hub.empty(port);

                const other = await Peer.open(port);

                other.send('40');
                assert.match(await other.next(), /^40/);

                authorizer.decide = () => 'hold';

                other.send('42["register","x"]');
                await authorizer.was(1, 'register');
                other.leave();

                if (transport === 'websocket') {
                    await waitFor(async () => {
                        const { sessions } = await http.json(port, '/zone');

                        return sessions.used === 0;
                    }, 'the end of the session');

                    authorizer.release();
                    await hub.empty(port);
                    assert.strictEqual(await hub.entry(port, 'x'), undefined);
                }
            });

            it('a worker is killed while its question is asked', async (t) => {
                const { authorizer, nginx, port } = await start(t);
                const peer = await Peer.open(port);

                peer.send('40');
                await peer.next();

                authorizer.decide = () => 'hold';

                const posted = peer.send('421["register","x"]');

                await authorizer.was(1, 'register');

                for (const pid of nginx.workers()) {
                    await nginx.kill(pid);
                }

                if (transport === 'polling') {
                    assert.strictEqual((await posted).status, 0);

                } else {
                    assert.strictEqual(await peer.next(), 'gone');
                }

                authorizer.release();
                assert.strictEqual(await hub.entry(port, 'x'), undefined);

                const other = await Peer.open(port);

                other.send('40');
                await nextNot(other, '6');
                other.send('421["register","x"]');
                assert.strictEqual(await other.next(), '431[]');
                other.leave();
                peer.leave();
            });

            it('a reload: answered until the drain ends', async (t) => {
                const { authorizer, nginx, port } = await start(t, {
                    drain: 3000
                });
                const peers = [];

                authorizer.decide = () => 'hold';

                for (let i = 0; i < 2; i++) {
                    peers.push(await Peer.open(port));
                    peers[i].posted = peers[i].send(`40{"n":${i}}`);
                }

                await authorizer.was(2);

                const old = await nginx.reload();

                authorizer.held.find(({ asked }) => asked.auth.n === 0)
                    .answer();

                assert.match(await peers[0].next(), /^(40|close 1012)/);

                await nginx.gone(old);

                if (transport === 'polling') {
                    assert.strictEqual((await peers[1].posted).body, 'ok');
                    assert.strictEqual(await peers[1].next(), '1');

                } else {
                    assert.match(await peers[1].next(), /^close 101[23]/);
                }

                peers.forEach((peer) => peer.leave());
            });
        });
    }
}


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

        it(`a thousand at once, ${workers} worker(s)`, async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ask: 'timeout=60s'
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

        it(`10,000 CONNECTs and an authorizer that hangs, ${workers} `
           + 'worker(s)', async (t) => {
            const authorizer = await authorizers.serve(t);
            const nginx = await serve(t, authorizers.options(authorizer, {
                workers, ask: 'timeout=2s', zone: '32m',
                http: 'print_hub_message_buffer 2m;', drain: 100
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

            nginx.workers().forEach((pid, i) => {
                assert.ok(memory(pid) - before[i] < 48 * 1024 * 1024,
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
