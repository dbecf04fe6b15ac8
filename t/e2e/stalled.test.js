
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A worker that stands still while it holds the zone's lock.  The other workers
 * serve everything that does not need the zone, answer 503 to what does, and
 * forget nothing: when the lock is free again, all goes on.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const stalls = require('./lib/stall');
const station = require('./lib/station');
const { NGINX_ONLY } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, SLOW } = require('./lib/wait');


const INTERVAL = 400 * SLOW;
const TIMEOUT = 600 * SLOW;

/* ms of a stall in which each heartbeat is missed */

const LONG_STALL = INTERVAL + 3 * TIMEOUT + 500;

const OPTIONS = {
    workers: 3, pingInterval: INTERVAL, pingTimeout: TIMEOUT,
    recovery: '2m'
};

const KILLED = [/exited on signal 9/, /shared memory zone .* was locked by/];


/* requests to a worker until stop() is called: the ms that each one took */

function watch(steer, pid, path, status) {
    const times = [];
    let stopped = false;

    const done = (async () => {
        while (!stopped) {
            const start = Date.now();
            const answer = await steer.request(pid, { path });

            assert.strictEqual(answer.status, status);
            times.push(Date.now() - start);
        }
    })();

    return {
        stop: async () => {
            stopped = true;
            await done;

            return times.sort((a, b) => a - b);
        }
    };
}


/* a request to the hub at this worker is answered 503 after about a second */

async function refused(steer, pid, options, body) {
    const start = Date.now();
    const answer = await steer.request(pid, options);

    assert.strictEqual(answer.status, 503, options.path);
    assert.deepStrictEqual(JSON.parse(answer.body), body);
    assert.strictEqual(answer.headers['retry-after'], '1');
    assert.ok(Date.now() - start > 900, options.path);
}


async function allRefused(steer, pid) {
    const busy = { message: 'the zone is busy' };
    const coded = { error: { code: 'zone_busy', ...busy } };
    const job = JSON.stringify({ clientId: 'at-1', data: 1 });
    const form = 'clientId=at-1&printData=1';

    await Promise.all([
        refused(steer, pid, { path: '/getStatus' }, busy),
        refused(steer, pid, { path: '/startPrint?clientId=at-1&printData=1' },
                busy),
        refused(steer, pid, { method: 'POST', path: '/startPrint', body: form },
                busy),
        refused(steer, pid, { path: '/jobs' }, coded),
        refused(steer, pid, { path: '/clients' }, coded),
        refused(steer, pid, { path: '/zone' }, coded),
        refused(steer, pid, { method: 'POST', path: '/jobs', body: job },
                coded),
        refused(steer, pid, { path: '/socket.io/?EIO=4&transport=polling' },
                busy)
    ]);
}


/* a station at each worker, and one that polls */

async function stationsAt(nginx, steer) {
    const { port } = nginx;
    const all = [];

    for (const pid of steer.workers) {
        let one;

        do {
            one = await station.websocket(port, `at-${all.length}`);

            if (one.worker !== pid) {
                one.leave();
                await hub.offline(port, one.id);
            }
        } while (one.worker !== pid);

        all.push(one);
    }

    const [, get, post] = steer.workers;

    all.push(await station.polling(port, 'polls', {
        wire: steer.wire(get, post)
    }));

    return all;
}


async function leave(stations) {
    for (const each of stations) {
        if (!each.closed) {
            await each.leave();
        }
    }
}


async function zone(port) {
    return http.json(port, '/zone');
}


describe('a worker that stands still inside the lock', { skip: NGINX_ONLY },
         () => {

    it('the others go on, and forget nothing', async (t) => {
        const nginx = await stalls.serve(t, OPTIONS);

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim, one, two] = steer.workers;
        const stations = await stationsAt(nginx, steer);
        const sockets = stations.map(({ socketId }) => socketId);

        /* enough connections: each of them is to be at its worker */

        await Promise.all([one, two].flatMap((pid) => Array.from(
            { length: 24 }, () => steer.request(pid, { path: '/worker' }))));

        const { answer, go } = await stalls.stall(t, steer, victim, 'at-0');
        const start = Date.now();
        const watched = [watch(steer, one, '/worker', 204),
                         watch(steer, two, '/worker', 204)];

        await allRefused(steer, one);
        await allRefused(steer, two);

        await waitFor(() => Date.now() - start > LONG_STALL
                            && stalls.alerts(nginx).length > 2, 'a long stall');

        const times = (await Promise.all(watched.map((each) => each.stop())))
            .flat().sort((a, b) => a - b);

        assert.ok(times[Math.floor(times.length * 0.95)] < 1000 * SLOW,
                  `${times.slice(-20)}`);

        go();

        assert.strictEqual((await answer).body,
                           `{"message":"${hub.RECEIVED}"}`);

        const seconds = stalls.alerts(nginx).map(([second]) => second);

        assert.ok(stalls.alerts(nginx).every(([, pid, ms]) => pid === victim
                                                       && ms >= 1000));
        assert.strictEqual(new Set(seconds).size, seconds.length);

        await waitFor(async () => (await http.request(port, '/zone')).status
                                  === 200, 'the zone');

        await Promise.all(stations.map(async (each) => {
            await hub.deliver(port, each.id, 'after');
        }));

        for (const [i, each] of stations.entries()) {
            await each.printed(i === 0 ? 2 : 1);
            assert.deepStrictEqual(each.prints, i === 0 ? ['held', 'after']
                                                        : ['after'], each.id);
            assert.ok(!each.closed, each.id);

            const entry = await hub.entry(port, each.id);

            assert.ok(entry.connected);
            assert.strictEqual(entry.socketId, sockets[i], each.id);
        }

        /* they are still there after the next heartbeats */

        for (const each of stations) {
            const { pings } = each;

            await waitFor(() => each.pings > pings + 1 || each.closed,
                          'the next pings');
            assert.ok(!each.closed, each.id);
        }

        const { repairs } = await zone(port);

        assert.strictEqual(repairs, 0);
        assert.strictEqual((await http.json(port, '/jobs')).jobs.length,
                           stations.length + 1);
        await leave(stations);
        steer.end();
    });

    it('under load', async (t) => {
        const nginx = await stalls.serve(t, OPTIONS);

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim, one, two] = steer.workers;
        const stations = await stationsAt(nginx, steer);
        const load = [];
        let stopped = false;

        /* prints at each worker: those that were accepted, by station */

        const accepted = new Map(stations.map(({ id }) => [id, []]));

        for (const [i, pid] of [one, two, one, two].entries()) {
            load.push((async () => {
                for (let n = 0; !stopped; n++) {
                    const { id } = stations[1 + (i + n) % 3];
                    const data = `${i} ${n}`;
                    const { body } = await steer.request(pid, {
                        path: `/startPrint?clientId=${id}&printData=${i}%20${n}`
                    });

                    if (body.includes(hub.RECEIVED)) {
                        accepted.get(id).push(data);
                    }
                }
            })());
        }

        const watched = [watch(steer, one, '/worker', 204),
                         watch(steer, two, '/worker', 204)];

        const { answer, go } = await stalls.stall(t, steer, victim, 'at-0');

        await waitFor(() => stalls.alerts(nginx).some(([, , ms]) => ms > LONG_STALL),
                      'a long stall');
        go();
        assert.strictEqual((await answer).status, 200);

        const times = (await Promise.all(watched.map((each) => each.stop())))
            .flat().sort((a, b) => a - b);

        assert.ok(times[Math.floor(times.length * 0.95)] < 1000 * SLOW,
                  `${times.slice(-20)}`);

        stopped = true;
        await Promise.all(load);

        /* one that was handled just then may have been closed */

        for (const each of stations.slice(1)) {
            const wanted = accepted.get(each.id);

            if (each.closed) {
                continue;
            }

            await waitFor(() => each.prints.length >= wanted.length
                                || each.closed, 'the prints');
            assert.strictEqual(new Set(each.prints).size, each.prints.length);

            if (!each.closed) {
                assert.deepStrictEqual(
                    wanted.filter((data) => !each.prints.includes(data)), []);
            }
        }

        t.diagnostic(`closed: ${stations.filter(({ closed }) => closed).length}`);

        const { repairs } = await zone(port);

        assert.strictEqual(repairs, 0);
        await leave(stations);
        steer.end();
    });

    it('it is killed', async (t) => {
        const nginx = await stalls.serve(t, OPTIONS);

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim, one] = steer.workers;
        const stations = await stationsAt(nginx, steer);

        nginx.allow(...KILLED);
        await stalls.stall(t, steer, victim, 'at-1');
        await waitFor(() => stalls.alerts(nginx).length > 0, 'an alert');

        const waiting = steer.request(one, {
            path: '/startPrint?clientId=at-1&printData=waited'
        });

        await nginx.kill(victim);
        assert.strictEqual((await waiting).status, 200);
        await hub.deliver(port, 'at-2', 'after');
        await stations[1].printed(1);
        await stations[2].printed(1);
        assert.ok(stations.slice(1).every(({ closed }) => !closed));
        assert.strictEqual((await zone(port)).repairs, 1);
        await leave(stations);
        steer.end();
    });

    it('a reload meanwhile', async (t) => {
        const nginx = await stalls.serve(t, OPTIONS);

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim] = steer.workers;

        await station.websocket(port, 'x');

        const { answer, go } = await stalls.stall(t, steer, victim, 'x');
        const old = nginx.workers();

        nginx.signal('SIGHUP');

        await waitFor(async () => {
            const { status, worker } = await http.request(port, '/worker');

            return status === 204 && !old.includes(worker);
        }, 'a new worker');

        assert.strictEqual((await http.request(port, '/getStatus')).status,
                           503);
        go();
        await answer;
        await nginx.gone(old);

        await waitFor(async () => (await http.request(port, '/getStatus'))
            .status === 200, 'the zone');

        const back = await station.websocket(port, 'x');

        await hub.deliver(port, 'x', 'after');
        await waitFor(() => back.prints.includes('after'), 'the print');
        assert.strictEqual((await zone(port)).repairs, 0);
        steer.end();
    });

    it('the end of nginx meanwhile', async (t) => {
        const nginx = await stalls.serve(t, OPTIONS);

        if (nginx === null) {
            return;
        }

        const steer = new Steer(nginx.port, nginx.workers());
        const [victim, ...others] = steer.workers;

        await station.websocket(nginx.port, 'x');
        await stalls.stall(t, steer, victim, 'x');
        nginx.allow(...KILLED);
        nginx.signal('SIGTERM');

        /* its master kills the one that stands still */

        await nginx.gone(others);
        await waitFor(() => nginx.over, 'the end of the master');
        steer.end();
    });
});
