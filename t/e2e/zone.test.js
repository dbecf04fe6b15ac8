
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The life of the zone: full and free again, kept by what does not concern it,
 * replaced by one of another name, used by more workers than there are bells.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const ws = require('./lib/raw_ws');
const { CALL, ANSWER, UNKNOWN } = require('./conformance/run');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG } = require('./lib/wait');


const FULL = '{"message":"the zone is full"}';
const SMALLEST = '256k';

/* as much as the smallest zone has */
const WHOLE_BUFFER = 'print_hub_session_buffer 80k;';

const SLOW_PINGS = { pingInterval: LONG, pingTimeout: LONG };

const MODES = {
    '1 worker': { workers: 1 },
    '4 workers': { workers: 4 },
    '4 workers, accept_mutex': { workers: 4, acceptMutex: true },
    '4 workers, reuseport': { workers: 4, reuseport: true }
};


function assertFull(answer) {
    assert.strictEqual(answer.status, 503);
    assert.strictEqual(answer.body, FULL);
    assert.match(answer.headers['content-type'], /^application\/json/);
}


/* opens sessions with a clientId each, until one is refused */

async function fill(port) {
    const sessions = [];

    for ( ;; ) {
        const answer = await http.request(port,
                                          `${eio.PATH}&transport=polling`);

        if (answer.status !== 200) {
            assertFull(answer);
            return sessions;
        }

        const session = new eio.Polling(port, JSON.parse(answer.body.slice(1)));

        await session.join();
        await session.post(`42["register","fill-${sessions.length}"]`);
        sessions.push(session);
    }
}


async function leave(sessions) {
    await Promise.all(sessions.map((session) => session.post('1')));
}


/*
 * Prints up to the one that is refused, large ones and then small ones, so that
 * there is no room for a message any more: the numbers of those taken
 */

async function stuff(port, id) {
    const taken = [];
    let size = 4000;

    for ( ;; ) {
        const text = `${taken.length}${'.'.repeat(size)}`;
        const answer = await http.request(port, {
            method: 'POST',
            path: '/startPrint',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ clientId: id, printData: text })
        });

        if (answer.status !== 200) {
            assertFull(answer);

            if (size === 900) {
                return taken;
            }

            size = 900;
            continue;
        }

        taken.push(taken.length);
    }
}


/* n prints that wait for a session */

async function collect(session, n) {
    const prints = [];

    while (prints.length < n) {
        for (const packet of await session.receive()) {
            if (packet !== '2') {
                prints.push(JSON.parse(packet.slice(2))[1].printData);
            }
        }
    }

    return prints.map((text) => parseInt(text, 10));
}


async function printable(port, ...stations) {
    for (const one of stations) {
        const n = one.prints.length;

        await hub.deliver(port, one.id, `print ${n}`);
        await one.printed(n + 1);
        assert.strictEqual(one.prints[n], `print ${n}`);
        assert.ok(!one.closed, one.reason);
    }
}


/* the hub logs it once a second at most */

function assertLogged(nginx, what) {
    const lines = nginx.log().match(/^.*print hub: zone "hub" is full: .*$/gm);
    const seconds = lines.map((line) => line.match(/^\S+ \S+/)[0]);

    assert.ok(lines.some((line) => line.includes(`no room for ${what} (`)));
    assert.strictEqual(new Set(seconds).size, seconds.length,
                       lines.join('\n'));
}


for (const [mode, options] of Object.entries(MODES)) {
    describe(`full zone, ${mode}`, { skip: NGINX_ONLY }, () => {

        it('of sessions', async (t) => {
            const nginx = await serve(t, { zone: SMALLEST, limit: 'off',
                                           ...options,
                                           ...SLOW_PINGS });
            const { port } = nginx;

            const client = await clients.connect(nginx, 'real');

            t.after(() => client.leave());
            await client.upgraded();

            const inside = [client, await station.websocket(port, 'socket'),
                            await station.polling(port, 'poll')];
            const sessions = await fill(port);

            assert.ok(sessions.length > 100);

            for (let i = 0; i < 100; i++) {
                assertFull(await http.request(
                    port, `${eio.PATH}&transport=polling`));
                assertFull(await ws.connect(port, {
                    path: `${eio.PATH}&transport=websocket`
                }));
            }

            assertLogged(nginx, 'a session');
            await printable(port, ...inside);

            const late = clients.open(nginx, 'late');

            t.after(() => late.leave());
            await waitFor(() => late.attempts > 1, 'attempts of a client');
            assert.strictEqual(await hub.entry(port, 'late'), undefined);

            await leave(sessions.splice(0, 10));
            await hub.online(port, 'late');
            await printable(port, ...inside, late);
            assert.deepStrictEqual(client.reasons, []);

            /* all room is free again */

            const n = sessions.length + 10;

            late.leave();
            await hub.offline(port, 'late');
            await leave(sessions);
            assert.strictEqual((await fill(port)).length, n);

            inside[2].leave();
        });

        it('of messages', async (t) => {
            const nginx = await serve(t, { zone: SMALLEST, limit: 'off',
                                           ...options,
                                           pingInterval: 200,
                                           pingTimeout: LONG,
                                           location: WHOLE_BUFFER });
            const { port } = nginx;

            const client = await clients.connect(nginx, 'real', {
                transports: 'websocket'
            });

            t.after(() => client.leave());

            const socket = await station.websocket(port, 'socket');
            const deaf = await eio.polling(port);

            await deaf.join();
            await deaf.post('42["register","deaf"]');
            await hub.online(port, 'deaf');

            const taken = await stuff(port, 'deaf');

            assert.ok(taken.length > 10);

            /* nor is there room for other sessions, which stay connected */

            assertFull(await http.request(
                port, '/startPrint?clientId=socket&printData=x'));
            assertLogged(nginx, 'a print');

            const pings = socket.pings + client.pings;

            await waitFor(() => socket.pings + client.pings > pings + 6,
                          'pings');
            await socket.register('another');
            await hub.online(port, 'real', 'socket', 'deaf', 'another');

            /* room is kept for the answer to a new client's CONNECT */

            const fresh = await station.websocket(port, 'fresh');
            const late = await clients.connect(nginx, 'late');

            t.after(() => late.leave());
            await late.upgraded();
            assertFull(await http.request(
                port, '/startPrint?clientId=late&printData=x'));

            assert.deepStrictEqual(await collect(deaf, taken.length), taken);

            /* the answer to the ping confirms the prints, which frees them */

            await deaf.post('3');
            await printable(port, fresh);
            await printable(port, client, socket, late);
            assert.deepStrictEqual(socket.log.filter((packet) => {
                return packet === '1' || packet === '41';
            }), []);
            assert.deepStrictEqual(client.reasons, []);
        });
    });
}


describe('the zone is kept', { skip: NGINX_ONLY }, () => {

    /* stations of both transports, which must not be disturbed */

    async function inhabited(t) {
        const nginx = await serve(t, { workers: 2, ...SLOW_PINGS });
        const stations = [await station.websocket(nginx.port, 'socket'),
                          await station.polling(nginx.port, 'poll')];

        t.after(() => stations[1].leave());

        return { nginx, port: nginx.port, stations,
                 status: await hub.status(nginx.port) };
    }

    it('by nginx -t', async (t) => {
        const { nginx, port, stations, status } = await inhabited(t);
        const workers = nginx.workers();

        for (const changes of [{}, { zone: '24m' }, { zone: SMALLEST },
                               { workers: 5 }])
        {
            const { code, text } = await nginx.test(changes);

            assert.strictEqual(code, 0, text);
            await printable(port, ...stations);
        }

        nginx.allow(/\[emerg\].*unknown directive "nonsense"/);
        assert.strictEqual((await nginx.test({ http: 'nonsense;' })).code, 1);

        await printable(port, ...stations);
        assert.deepStrictEqual(nginx.workers(), workers);
        assert.deepStrictEqual(await hub.status(port), status);
    });

    it('by a reload that fails when the new one was made', async (t) => {
        const { nginx, port, stations, status } = await inhabited(t);
        const workers = nginx.workers();

        nginx.allow(/\[emerg\].*bind\(\) to 192\.0\.2\.1/);
        nginx.configure({ zoneName: 'other',
                          http: `server { listen 192.0.2.1:${port}; }` });
        nginx.signal('SIGHUP');
        await waitFor(() => /\[emerg\].*bind\(\)/.test(nginx.log()),
                      'the refusal');

        await printable(port, ...stations);
        assert.deepStrictEqual(nginx.workers(), workers);

        /* a new worker and a reload find it */

        await nginx.kill(workers.find((pid) => pid !== stations[0].worker));
        assert.deepStrictEqual(await hub.status(port), status);
        await printable(port, stations[0]);

        await nginx.reload({ zoneName: undefined, http: '',
                             drain: 100 });
        assert.strictEqual((await hub.entry(port, 'poll')).socketId,
                           stations[1].socketId);
    });
});


for (const zone of ['16m', SMALLEST]) {
    it(`the zone is replaced by another one of ${zone}`, { skip: NGINX_ONLY },
       async (t) => {
        const nginx = await serve(t, { workers: 4, drain: 600000,
                                       pingInterval: 200,
                                       pingTimeout: LONG });
        const { port } = nginx;
        const before = [];

        while (new Set(before.map((one) => one.worker)).size < 2) {
            before.push(await station.websocket(port, `id ${before.length}`));
        }

        const ids = before.map((one) => one.id);
        const session = await eio.polling(port);

        await session.join();

        const old = await nginx.reload({ zone, zoneName: 'other' });

        assert.deepStrictEqual(await hub.status(port), []);
        assert.strictEqual((await session.get()).body, UNKNOWN);

        for (const id of ids) {
            assert.strictEqual(await hub.print(port, id, 'x'), hub.UNKNOWN);
        }

        await served(before);

        /* workers of the old zone that died matter neither there nor here */

        const now = [];

        for (const id of ids) {
            now.push(await station.websocket(port, id));
        }

        const status = await hub.status(port);
        const victim = before[0].worker;
        const [lost, kept] = [true, false].map((is) => {
            return before.filter((one) => (one.worker === victim) === is);
        });

        await nginx.kill(victim);
        await Promise.all(lost.map((one) => one.end()));
        await served(kept);

        for (const pid of new Set(kept.map((one) => one.worker))) {
            await nginx.kill(pid);
        }

        await Promise.all(kept.map((one) => one.end()));
        await nginx.gone(old);
        assert.deepStrictEqual(await hub.status(port), status);
        await printable(port, ...now);
    });
}


/* the hub answers their packets and pings them */

async function served(stations) {
    await Promise.all(stations.map(async (one) => {
        const { pings, log } = one;
        const n = log.length;

        one.send(CALL);
        await waitFor(() => log.includes(ANSWER, n) && one.pings > pings + 1,
                      () => `${one.id} to be served: ${one.reason}`);
    }));
}


it('more workers than bells', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, { workers: 1, reuseport: true, drain: 100,
                                   ...SLOW_PINGS });
    const { port } = nginx;

    await nginx.reload({ workers: 70 });

    const deaf = await waitFor(() => {
        const pids = [...nginx.log().matchAll(
            /\[warn\] (\d+)#.*print hub: worker: no doorbell of 64 is free/g)];

        return pids.length >= 6 && pids.map((match) => Number(match[1]));
    }, 'workers without a bell');

    const steer = new Steer(port, nginx.workers());
    const session = await eio.polling(port);

    await session.join();
    await session.post('42["register","poll"]');
    await hub.online(port, 'poll');

    for (const pid of deaf) {
        const poll = await steer.park(pid, session);

        await hub.deliver(port, 'poll', 'x');
        assert.strictEqual((await poll.done).body,
                           '42["print",{"printData":"x"}]\x1e2');
    }

    const socket = await steer.websocket(deaf[0],
                                         `${eio.PATH}&transport=websocket`);

    assert.match(await socket.next(), /^0/);
    socket.text('40');
    assert.match(await socket.next(), /^40/);
    socket.text('42["register","socket"]');
    await hub.online(port, 'socket');
    await hub.deliver(port, 'socket', 'x');
    assert.strictEqual(await socket.next(), '42["print",{"printData":"x"}]');

    socket.destroy();
    steer.end();
});
