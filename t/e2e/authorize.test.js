
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_authorize: the application says who may connect and register. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const authorizers = require('./lib/authorizer');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { PEERS, nextNot } = require('./lib/peer');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { SLOW, waitFor } = require('./lib/wait');


const V3 = '/socket.io/?EIO=3';


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

            it('the third refusal closes the session', async (t) => {
                const { authorizer, port } = await start(t);
                const peer = await Peer.open(port);

                authorizer.decide = () => ({ status: 403, body: 'no' });

                for (let i = 0; i < 3; i++) {
                    peer.send('40');
                    assert.strictEqual(await peer.next(),
                                       '44{"message":"no"}');
                }

                assert.strictEqual(await peer.next(), peer.ended);
                peer.leave();
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

            it('no ping times out while the answer is awaited', async (t) => {
                const { authorizer, port } = await start(t, {
                    pingInterval: 200 * SLOW, pingTimeout: 1000 * SLOW,
                    ask: 'timeout=60s'
                });

                const bystander = await station.websocket(port, 'bystander');

                for (const path of [eio.PATH, V3]) {
                    authorizer.decide = () => 'hold';

                    const peer = await Peer.open(port, path);

                    if (path === eio.PATH) {
                        peer.send('40');
                    }

                    await waitFor(() => authorizer.held.length,
                                  'a question');

                    if (path === V3) {
                        peer.beat = setInterval(() => peer.send('2'),
                                                100 * SLOW);
                    }

                    /* longer than a client has for a pong */

                    const goal = bystander.pings + 10;

                    await waitFor(() => bystander.pings >= goal
                                        || bystander.closed,
                                  'pings of another station');
                    assert.strictEqual(bystander.reason, '');

                    authorizer.release();

                    assert.match(await nextNot(peer, '3'), /^40/);
                    peer.send('42["register","x"]');
                    await hub.online(port, 'x');
                    clearInterval(peer.beat);
                    peer.leave();
                }
            });

            it('each namespace is asked', async (t) => {
                const { authorizer, port } = await start(t, {
                    recovery: '60s', location: 'print_hub_namespace /a /b;'
                });
                const peer = await Peer.open(port);

                authorizer.decide = ({ namespace }) => {
                    return namespace === '/b' ? { status: 403, body: 'no' } : {};
                };

                peer.send('40', '40/a,{"x":1}', '40/b,');

                const answers = [await peer.next(), await peer.next(),
                                 await peer.next()].sort();

                assert.match(answers[0], /^40\/a,{"sid"/);
                assert.strictEqual(answers[2], '44/b,{"message":"no"}');

                const { sid, pid } = JSON.parse(answers[1].slice(2));

                peer.send('421["register","x"]', '42/a,2["register","y"]');

                assert.deepStrictEqual([await peer.next(),
                                        await peer.next()].sort(),
                                       ['43/a,2[]', '431[]']);

                const y = authorizer.asked.find(({ clientId }) => {
                    return clientId === 'y';
                });

                assert.strictEqual(y.namespace, '/a');
                assert.deepStrictEqual(y.auth, { x: 1 });

                /* a clientId is asked again, so nothing is recovered */

                assert.strictEqual(pid, undefined);
                assert.strictEqual(sid.length, 20);

                peer.leave();
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


/* what is allowed may have to wait again, and so does the POST */

for (const workers of WORKERS) {
    it('a registration that is allowed, and then contested, '
       + `${workers} worker(s)`, { skip: NGINX_ONLY }, async (t) => {
        const authorizer = await authorizers.serve(t);
        const { port } = await serve(t, authorizers.options(authorizer, {
            workers, ask: 'at=register', location: 'print_hub_takeover deny;'
        }));
        const holder = await eio.websocket(port);
        const newcomer = await eio.polling(port);
        let answered = false;

        await eio.join(holder);
        holder.text('420["register","x"]');
        assert.strictEqual(await nextNot(holder, '2'), '430[]');

        await newcomer.join();
        authorizer.decide = () => 'hold';

        const posted = newcomer.post('421["register","x"]').then((answer) => {
            answered = true;
            return answer;
        });

        await authorizer.was(2);
        assert.ok(!answered);

        /* the holder is asked, and has not answered yet */

        authorizer.release();
        assert.strictEqual(await holder.next(), '2');
        await hub.status(port);
        assert.ok(!answered);

        holder.text('3');
        assert.strictEqual((await posted).body, 'ok');

        const packets = await newcomer.receive();

        assert.match(packets[0], /^42\["error",\{.*"code":"client_in_use"/);
        assert.match(packets[1], /^431\[\{"error":\{"code":"client_in_use"/);

        holder.destroy();
    });
}


/* an answer that comes while a clientId is contested counts for that one */

for (const workers of WORKERS) {
    it(`a contested clientId that is not allowed any more, ${workers} `
       + 'worker(s)', { skip: NGINX_ONLY }, async (t) => {
        const authorizer = await authorizers.serve(t);
        const { port } = await serve(t, authorizers.options(authorizer, {
            workers, ask: 'at=connect',
            location: 'print_hub_takeover deny; print_hub_namespace /a;'
        }));
        const holder = await eio.websocket(port);
        const newcomer = await eio.websocket(port);

        await eio.join(holder);
        holder.text('420["register","x"]');
        assert.strictEqual(await nextNot(holder, '2'), '430[]');

        await eio.join(newcomer);
        newcomer.text('421["register","x"]');
        assert.strictEqual(await holder.next(), '2');

        authorizer.decide = () => {
            return { headers: { 'X-Print-Client-Id': 'y' } };
        };

        newcomer.text('40/a,');
        assert.match(await nextNot(newcomer, '2'), /^40\/a,/);

        holder.destroy();
        assert.match(await nextNot(newcomer, '2'),
                     /^42\["error",.*"code":"client_id_not_allowed"/);
        assert.match(await nextNot(newcomer, '2'),
                     /^431\[{"error":{"code":"client_id_not_allowed"/);

        newcomer.destroy();
        await hub.offline(port, 'x');
    });
}
