
/*
 * Copyright (C) the print hub contributors
 */


/*
 * One stranger who tries to take all sessions or clientIds of the zone, with
 * one address or with those of one network.  In each test, a bystander gets
 * everything that is printed on it meanwhile, and others still connect.
 */


'use strict';


const assert = require('node:assert');
const { it } = require('node:test');

const address = require('./lib/address');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { pipelined } = require('./lib/pipelined');
const { bystander } = require('./lib/bystander');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const OPTIONS = { workers: 1, server: address.SERVER, pingInterval: LONG,
                  pingTimeout: LONG, connectTimeout: LONG };

const ATTACKER = '192.0.2.66';

/* a zone that is soon full, and has room for the bystander's documents */

const ZONE = '8m';
const ROOM = 'print_hub_session_buffer 2500k;';


function zone(port) {
    return http.json(port, '/zone');
}


/* somebody else connects, registers and prints */

async function others(port) {
    const one = await address.joined(port, '198.51.100.7');

    assert.strictEqual(await address.register(one, 'another'), '431[]');
    await hub.deliver(port, 'another', 'hello');
    assert.match(await one.next(), /"printData":"hello"/);

    one.destroy();
    await hub.offline(port, 'another');
}


/* sessions of protocol 3 join unasked; attacks-waiting has those that wait */

it('pipelined handshakes of protocol 3', { skip: NGINX_ONLY }, async (t) => {
    const { port } = await serve(t, { ...OPTIONS, zone: ZONE,
                                      location: ROOM });
    const one = await bystander(t, port);
    const { sessions } = await zone(port);

    /* 4096 connections: a quarter of those is less than of the zone */

    const most = Math.min(Math.floor(sessions.max / 4), 1024);
    const seen = await pipelined(port, sessions.max,
                                 { protocol: 3, from: ATTACKER });

    assert.deepStrictEqual(seen, { 200: most, 429: sessions.max - most });

    const now = await zone(port);

    assert.strictEqual(now.sessions.used, most + 1);
    assert.strictEqual(now.waiting.used, 0);

    await others(port);
    await one.served();
    await one.end();
});


it('WebSockets with 64 clientIds each', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, zone: ZONE, location: ROOM, maxClientIds: 64,
        limit: 'rate=1000000r/s'
    });
    const { port } = nginx;
    const one = await bystander(t, port);
    const { clients } = await zone(port);
    const most = Math.max(Math.floor(clients.max / 4), 512);

    /* a station of somebody else that is away */

    const away = await address.joined(port, '198.51.100.9');

    await address.register(away, 'away');
    away.destroy();
    await hub.offline(port, 'away');

    const all = [];
    let registered = 0;

    for (let i = 0; i * 64 < clients.max; i++) {
        const socket = await address.joined(port, ATTACKER);

        for (let k = 0; k < 64; k++) {
            socket.text(`421["register","w${i}-${k}"]`);
        }

        for (let k = 0; k < 64; k++) {
            const answer = await socket.next();

            if (answer === '431[]') {
                registered++;

            } else {
                assert.match(answer, /"code":"address_limit"/);
                assert.ok(answer.includes(`has ${most} clientIds, the limit`));
            }
        }

        all.push(socket);
    }

    assert.strictEqual(registered, most);
    assert.strictEqual((await hub.entry(port, 'away')).connected, false);

    await others(port);

    /* a part of them come and go: only their own are forgotten */

    all.splice(0, 4).forEach((socket) => socket.destroy());
    await hub.offline(port, 'w0-0', 'w3-63');

    for (let i = 0; i < 8; i++) {
        const socket = await address.joined(port, ATTACKER);

        for (let k = 0; k < 64; k++) {
            await address.register(socket, `v${i}-${k}`);
        }

        all.push(socket);
    }

    assert.strictEqual(await hub.entry(port, 'w0-0'), undefined);
    assert.ok(await hub.entry(port, 'away'));
    assert.ok(await hub.entry(port, 'another'));
    assert.strictEqual((await zone(port)).clients.used, most + 3);

    all.forEach((socket) => socket.destroy());
    await one.served();
    await one.end();
});


it('500 WebSockets, with a limit of 5', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, { ...OPTIONS, zone: ZONE, location: ROOM,
                                   limit: 'sessions=5' });
    const { port } = nginx;
    const one = await bystander(t, port);
    const all = await Promise.all(Array.from({ length: 500 }, () => {
        return address.websocket(port, ATTACKER);
    }));

    assert.strictEqual(all.filter(({ frames }) => frames).length, 5);
    assert.strictEqual(all.filter(({ status }) => status === 429).length, 495);

    /* ten lines in a second, and one that tells of the others */

    const told = () => {
        const log = nginx.log();
        const lines = log.match(/ has 5 sessions, the limit; /g) || [];
        const more = [...log.matchAll(
            /print hub: (\d+) more "sessions, the limit" lines were left out/g
        )];

        return more.reduce((sum, [, n]) => sum + Number(n), lines.length);
    };

    await waitFor(() => told() === 495, () => `495 refusals, ${told()}`);

    await others(port);
    all.forEach((socket) => socket.destroy && socket.destroy());
    await one.served();
    await one.end();
});


it('who guesses a token', { skip: NGINX_ONLY }, async (t) => {
    const token = 'a'.repeat(32);
    const { port } = await serve(t, {
        ...OPTIONS, zone: ZONE, limit: 'rate=100r/s burst=20',
        location: `${ROOM} print_hub_token ${token};`
    });
    const path = `${eio.PATH}&token=${token}`;
    const one = await bystander(t, port, undefined, { path });

    const begin = Date.now();
    let guesses = 0;
    let limited = 0;
    let done = false;

    /* sixteen at a time: three guesses each, and once more from the start */

    async function guess() {
        while (!done) {
            const socket = await address.websocket(port, ATTACKER);

            if (!socket.frames) {
                assert.strictEqual(socket.status, 429);
                limited++;
                continue;
            }

            await socket.next();

            for (let i = 0; i < 3; i++) {
                socket.text(`40{"token":"${guesses++}"}`);
                assert.match(await socket.next(), /^44/);
            }

            assert.strictEqual(await socket.next(), 'close 1008');
        }
    }

    const all = Array.from({ length: 16 }, guess);

    await waitFor(() => guesses > 3 * 50 && limited > 100,
                  () => `${guesses} guesses, ${limited} refusals`);

    const next = await address.websocket(port, '198.51.100.7');

    await next.next();
    next.text(`40{"token":"${token}"}`);
    assert.match(await next.next(), /^40/);
    next.destroy();

    await one.served();
    done = true;
    await Promise.all(all);

    /* each handshake that the rate allows is good for three */

    const seconds = (Date.now() - begin) / 1000;

    assert.ok(guesses <= 3 * (20 + 2 + Math.ceil(100 * seconds)),
              `${guesses} guesses in ${seconds} s`);

    await one.end();
});


it('200 networks of 64 bits in one of 48', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, zone: '2m', location: 'print_hub_session_buffer 400k;',
        limit: 'sessions=100% clients=100% rate=1000000r/s'
    });
    const { port } = nginx;
    const one = await bystander(t, port, 50000);
    const { sessions, clients } = await zone(port);
    const prefix = (i) => `2001:db8:66:${i.toString(16)}::1`;
    const all = [];

    for (let i = 1; i <= 200; i++) {

        for (let k = 0; k < 6; k++) {
            const socket = await address.websocket(port, prefix(i));

            if (socket.frames) {
                await socket.next();
                await eio.join(socket);
                all.push(socket);

            } else {
                assert.strictEqual(socket.status, 429);
            }
        }
    }

    assert.strictEqual(all.length, Math.floor(sessions.max / 2));
    assert.match(nginx.log(), /print hub: network of 48 bits has half of all sessions, the limit, client: 2001:db8:66:/);

    /* the same of clientIds */

    let registered = 0;
    let answer;

    for (let i = 0; registered <= clients.max; i++) {
        answer = await address.register(all[i % all.length], `n${i}`);

        if (answer !== '431[]') {
            break;
        }

        registered++;
    }

    assert.match(answer, /"code":"address_limit"/);
    assert.strictEqual(registered, Math.floor(clients.max / 2));

    /* another network of the same provider */

    const neighbour = await address.joined(port, '2001:db8:67::1');

    assert.strictEqual(await address.register(neighbour, 'neighbour'),
                       '431[]');
    neighbour.destroy();

    await others(port);
    all.forEach((socket) => socket.destroy());
    await one.served();
    await one.end();
});


it('handshakes without an end', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, { ...OPTIONS, zone: ZONE, location: ROOM,
                                   limit: 'rate=1r/m burst=50' });
    const { port } = nginx;
    const one = await bystander(t, port);
    const start = Date.now();
    const seen = await pipelined(port, 2000, { from: ATTACKER });
    const minutes = Math.ceil((Date.now() - start) / 60000);

    assert.ok(seen[200] >= 51 && seen[200] <= 51 + minutes,
              JSON.stringify(seen));
    assert.strictEqual(seen[429], 2000 - seen[200]);

    await others(port);
    await one.served();
    await one.end();
});


/*
 * One address connects, registers and loses its connection, again and again.
 * Somebody's connection was lost before all of that, and its time ends first.
 */

it('sockets that come and go', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, zone: '2m', recovery: '1h',
        location: 'print_hub_session_buffer 400k;',
        limit: 'rate=1000000r/s'
    });
    const { port } = nginx;
    const one = await bystander(t, port, 50000);
    const { sessions } = await zone(port);

    const connect = async (from, auth = '') => {
        const socket = await address.websocket(port, from);

        await socket.next();
        socket.text(`40${auth && JSON.stringify(auth)}`);

        return { socket, me: JSON.parse((await socket.next()).slice(2)) };
    };

    const lose = async (from, id) => {
        const { socket, me } = await connect(from);

        assert.ok(me.pid, `${id} has no pid`);
        assert.strictEqual(await address.register(socket, id), '431[]');
        socket.destroy();
        await hub.offline(port, id);

        return me;
    };

    const lost = await lose('198.51.100.9', 'lost');
    let last;

    for (let n = 0; n < sessions.max; n += 25) {
        [last] = await Promise.all(Array.from({ length: 25 }, (_, i) => {
            return lose(ATTACKER, `a${i}`);
        }));
    }

    /* somebody else who comes now has a pid, is lost, and comes back */

    const later = await lose('198.51.100.10', 'later');

    for (const { sid, pid, from } of [
        { ...lost, from: '198.51.100.9' },
        { ...later, from: '198.51.100.10' },
        { ...last, from: ATTACKER }
    ]) {
        const { socket, me } = await connect(from, { pid });

        assert.deepStrictEqual(me, { sid, pid });
        socket.destroy();
    }

    await others(port);
    await one.served();
    await one.end();
});
