
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers that are killed: their WebSockets are offline at once and come back,
 * sessions on long-polling go on, and what was taken for a session that lives
 * is not lost.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const random = require('./lib/random');
const station = require('./lib/station');
const { increasing, sequence } = require('./lib/sequence');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Pump } = require('./lib/pump');
const { Steer } = require('./lib/steer');
const { waitFor, SLOW, LONG } = require('./lib/wait');


const OPTIONS = { workers: 4, pingInterval: LONG, pingTimeout: LONG };


/* stations whose WebSockets are at these workers */

async function stationsAt(nginx, workers) {
    const all = [];

    for (let n = 0; workers.some((pid) => !at(pid)); n++) {
        all.push(await station.websocket(nginx.port, `socket ${n}`));
    }

    return workers.map(at);

    function at(pid) {
        return all.find((one) => one.worker === pid);
    }
}


async function registered(port, id) {
    const session = await eio.polling(port);

    session.socketId = await session.join();
    await session.post(`42["register","${id}"]`);
    await hub.online(port, id);

    return session;
}


describe('crash', { skip: NGINX_ONLY }, () => {

    it('WebSockets of a worker that is killed', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const [victim, other] = nginx.workers();
        const [lost, kept] = await stationsAt(nginx, [victim, other]);

        await nginx.kill(victim);
        await lost.end();
        assert.strictEqual(lost.reason, 'end of the connection');
        await hub.offline(port, lost.id);

        await hub.deliver(port, kept.id, 'x');
        await kept.printed(1);
        assert.ok(!kept.closed);

        const back = await station.websocket(port, lost.id);

        await hub.deliver(port, lost.id, 'y');
        await back.printed(1);
    });

    it('a GET at a worker that is killed', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const session = await registered(port, 'waits');
        const poll = await steer.park(steer.workers[0], session);

        await nginx.kill(steer.workers[0]);
        assert.strictEqual((await poll.done).status, 0);
        await hub.deliver(port, 'waits', 'x');

        const entry = await hub.entry(port, 'waits');

        assert.ok(entry.connected);
        assert.strictEqual(entry.socketId, session.socketId);
        assert.deepStrictEqual(await session.receive(),
                               ['42["print",{"printData":"x"}]', '2']);
        steer.end();
    });

    it('a GET at another worker', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const session = await registered(port, 'waits');
        const poll = await steer.park(steer.workers[1], session);

        await nginx.kill(steer.workers[0]);
        await hub.deliver(port, 'waits', 'x');
        assert.strictEqual((await poll.done).body,
                           '42["print",{"printData":"x"}]\x1e2');
        steer.end();
    });

    /* no new worker starts here: the next one has to notice the death */

    it('a GET and a POST right after the death of their worker', async (t) => {
        const nginx = await serve(t, { ...OPTIONS, workers: 2 });
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [dead, other] = steer.workers;
        const session = await registered(port, 'at once');

        const get = await steer.park(dead, session);
        const post = http.open(port, {
            method: 'POST', path: session.path, body: '4',
            headers: { Expect: '100-continue', 'Content-Length': 100 },
            socket: await steer.take(dead)
        });

        await waitFor(() => post.reader.continued, '100');

        const again = await steer.take(other);
        const after = await steer.take(other);

        nginx.signal('SIGSTOP');

        try {
            nginx.allow(/signal 9/);
            process.kill(dead, 'SIGKILL');
            await get.done;
            await post.done;

            const next = http.open(port, { path: session.path,
                                           socket: again });

            assert.strictEqual((await http.request(port, {
                method: 'POST', path: session.path, socket: after,
                body: '420["register","again"]'
            })).status, 200);
            assert.strictEqual((await next.done).body, '430[]');

        } finally {
            nginx.signal('SIGCONT');
        }

        steer.end();
    });

    it('an upgrade at a worker that is killed', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const session = await registered(port, 'upgrades');
        const socket = await steer.websocket(steer.workers[0],
                                             session.upgrade);

        socket.text('2probe');
        assert.strictEqual(await socket.next(), '3probe');

        await nginx.kill(steer.workers[0]);
        assert.deepStrictEqual(await socket.rest(), []);
        steer.end();

        /* it continues to poll, and can be upgraded */

        const next = await waitFor(async () => {
            const attempt = await session.websocket();

            attempt.text('2probe');

            return await attempt.next() === '3probe' && attempt;
        }, 'another probe');

        next.text('5');
        await hub.deliver(port, 'upgrades', 'x');
        assert.strictEqual(await next.next(), '42["print",{"printData":"x"}]');
        next.destroy();
    });

    it('loses no print for stations of workers that live', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const [, ...safe] = nginx.workers();
        const steer = new Steer(port, nginx.workers());
        const sockets = await stationsAt(nginx, safe);

        const polls = await Promise.all(safe.map((pid) => {
            return station.polling(port, `poll ${pid}`, {
                wire: steer.wire(pid, pid)
            });
        }));

        const all = [...sockets, ...polls];
        const pump = new Pump(port, all);

        for (let i = 0; i < 10; i++) {
            const victim = nginx.workers().find((pid) => !safe.includes(pid));

            await pump.rounds(3);
            await nginx.kill(victim);
        }

        await pump.rounds(3);
        await pump.stop();

        for (const one of all) {
            const taken = pump.taken(one.id);

            await one.printedAll(taken);
            arrived(one.prints, taken, one.id);
            assert.ok(!one.closed, one.id);
            await one.leave();
        }

        steer.end();
    });

    it('a storm', async (t) => {
        const { pick, seed } = random.create();
        const nginx = await serve(t, { ...OPTIONS, pingInterval: 500,
                                       pingTimeout: 4000 * SLOW });
        const { port } = nginx;

        t.diagnostic(`SEED=${seed}`);

        const real = await Promise.all(sequence(12).map((i) => {
            return clients.connect(nginx, `real ${i}`, {
                transports: Object.keys(clients.TRANSPORTS)[i % 3]
            });
        }));

        t.after(() => real.forEach((client) => client.leave()));

        const raw = await Promise.all(sequence(6).map((i) => {
            return station.polling(port, `raw ${i}`, { stubborn: true });
        }));

        t.after(() => raw.forEach((one) => one.leave()));

        const sids = raw.map((one) => one.socketId);
        const all = [...real, ...raw];
        const pump = new Pump(port, all);

        for (let i = 0; i < 30; i++) {
            await pump.rounds(pick([1, 2, 5]));

            const pids = nginx.workers();

            await Promise.all(pick([[pick(pids)], [pick(pids)], pids])
                .map((pid) => nginx.kill(pid)));
        }

        await pump.stop();

        /* every client has reconnected, every raw session is unchanged */

        await waitFor(async () => {
            const entries = new Map((await hub.status(port)).map((entry) => {
                return [entry.clientId, entry];
            }));

            return real.every(({ id, socket }) => {
                return entries.get(id).connected
                       && entries.get(id).socketId === socket.id;
            });
        }, `all clients to be back, SEED=${seed}`);

        for (const [i, one] of raw.entries()) {
            assert.ok(!one.closed, `${one.id}: ${one.reason} SEED=${seed}\n${
                nginx.log().split('\n').filter((line) => {
                    return line.includes(sids[i]) || /refused/.test(line);
                }).join('\n')}`);
            assert.strictEqual((await hub.entry(port, one.id)).socketId,
                               sids[i]);
        }

        /*
         * Prints come again.  A client whose probe was killed is deaf until
         * its ping timeout: it has paused its polls and does not resume them.
         * Its prints are lost then, so that there is another one each second.
         */

        for (const one of all) {
            let n = 1e6;
            let last = 0;

            await waitFor(async () => {
                if (Date.now() - last > 1000) {
                    last = Date.now();
                    await hub.print(port, one.id, String(n++));
                }

                return Number(one.prints[one.prints.length - 1]) >= 1e6;
            }, `a print for ${one.id}, SEED=${seed}`);

            increasing(one.prints, `${one.id} SEED=${seed}`);
        }
    });
});


/*
 * All that was taken, in order and once.  Between them may be what was sent
 * through a worker that was killed before it could answer.
 */

function arrived(prints, taken, id) {
    increasing(prints, id);

    const missing = taken.filter((text) => !prints.includes(text));

    assert.deepStrictEqual(missing, [], id);
}
