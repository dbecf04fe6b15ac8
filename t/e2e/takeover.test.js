
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A station comes back before the hub has noticed that it was gone: it has its
 * socket at once, and its old connection no longer matters.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const { back, connect, next, register, socket } = require('./lib/recovery');
const { sequence } = require('./lib/sequence');
const { Steer } = require('./lib/steer');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');
const { wire } = require('./lib/wire');


const RECOVERY = {
    recovery: `${LONG}ms`, pingInterval: LONG, pingTimeout: LONG
};
const PRINTS = 6;


/* a socket that is registered and has printed one job, which it confirmed */

async function printed(port, clientId, open) {
    const one = await socket(port, clientId, open);

    await jobs.print(port, clientId, '0');
    await next(one, '2');
    one.text('3');

    return one;
}


/* the clientId belongs to this socket, and what is printed arrives there */

async function serves(port, one, clientId) {
    const { connected, socketId } = await hub.entry(port, clientId);

    assert.ok(connected);
    assert.strictEqual(socketId, one.sid);

    one.prints.length = 0;

    const id = await jobs.print(port, clientId, 'more');

    /* there may be a ping behind what was missed, too */

    while (one.prints.length === 0) {
        await next(one, '2');
        one.text('3');
    }

    assert.deepStrictEqual(one.prints, ['more']);
    await jobs.becomes(port, id, 'received');
}


for (const workers of WORKERS) {
    describe(`takeover, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        const options = { ...RECOVERY, workers };

        it('of a WebSocket whose client has gone deaf', async (t) => {
            const { port } = await serve(t, options);
            const one = await printed(port, 'deaf');

            one.socket.pause();

            const ids = await jobs.printAll(port, 'deaf', 1, PRINTS);
            const two = await back(port, one.pid, one.offset);

            assert.strictEqual(two.sid, one.sid);
            assert.strictEqual(two.pid, one.pid);
            assert.deepStrictEqual(two.prints, sequence(PRINTS).slice(1));

            await next(two, '2');
            two.text('3');

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            /* the old one gets a Close, whatever it had been sent before */

            one.socket.resume();
            assert.strictEqual((await one.rest()).pop(), 'close');
            await serves(port, two, 'deaf');
            two.destroy();
        });

        it('of a session on long-polling, by a WebSocket', async (t) => {
            const { port } = await serve(t, options);
            const one = await eio.polling(port);

            await one.post('40');
            Object.assign(one, JSON.parse((await one.receive())[0].slice(2)));
            await one.post('42["register","polls"]');
            await hub.online(port, 'polls');

            /* a GET that waits */

            const poll = one.poll();
            const two = await back(port, one.pid, undefined);
            const { body } = await within(poll.done, 'the end of a GET');

            assert.strictEqual(body, '1');
            await serves(port, two, 'polls');
            assert.strictEqual((await one.post('41')).status, 400);
            assert.strictEqual((await one.get()).status, 400);
            await serves(port, two, 'polls');
            two.destroy();
        });

        it('of a session on long-polling between two GETs', async (t) => {
            const { port } = await serve(t, options);
            const one = await eio.polling(port);

            await one.post('40');
            Object.assign(one, JSON.parse((await one.receive())[0].slice(2)));
            await one.post('42["register","polls"]');
            await hub.online(port, 'polls');
            await jobs.print(port, 'polls', 'x');

            const two = await back(port, one.pid, undefined);

            assert.deepStrictEqual(two.prints, ['x']);
            assert.strictEqual((await one.post('41')).status, 400);
            assert.deepStrictEqual(await one.receive(), ['6', '1']);
            await serves(port, two, 'polls');
            two.destroy();
        });

        it('of a WebSocket, by long-polling', async (t) => {
            const { port } = await serve(t, options);
            const one = await printed(port, 'back');

            await jobs.print(port, 'back', '1');

            const two = await eio.polling(port);
            const { pid, offset } = one;

            await two.post(`40${JSON.stringify({ pid, offset })}`);

            const packets = await two.receive();

            assert.match(packets[0], /"printData":"1"/);
            assert.deepStrictEqual(JSON.parse(packets[1].slice(2)),
                                   { sid: one.sid, pid });
            assert.strictEqual((await one.rest()).pop(), 'close');
            assert.ok(await hub.isOnline(port, 'back'));
        });

        it('in the midst of an upgrade', async (t) => {
            const { port } = await serve(t, options);
            const one = await eio.polling(port);

            await one.post('40');
            Object.assign(one, JSON.parse((await one.receive())[0].slice(2)));
            await one.post('42["register","up"]');
            await hub.online(port, 'up');

            const upgrade = await one.websocket();

            upgrade.text('2probe');
            assert.strictEqual(await upgrade.next(), '3probe');

            const two = await back(port, one.pid, undefined);

            await serves(port, two, 'up');
            upgrade.text('5');
            upgrade.text('41');
            assert.deepStrictEqual(await upgrade.rest(), ['close']);
            await serves(port, two, 'up');
            two.destroy();
        });

        it('by several at the same time', async (t) => {
            const { port } = await serve(t, options);
            const one = await printed(port, 'race');
            const { pid, sid, offset } = one;

            one.socket.pause();

            const ids = await jobs.printAll(port, 'race', 1, PRINTS);

            const all = await Promise.all(
                Array.from({ length: 4 }, () => eio.websocket(port)));

            for (const two of all) {
                two.prints = [];
                two.text(`40${JSON.stringify({ pid, offset })}`);
            }

            await waitFor(() => all.filter((two) => two.closed
                                    || two.frames.includes('close'))
                                    .length === all.length - 1,
                          () => `one is left of ${all.map((two) => {
                              return two.frames;
                          })}`);

            const last = all.find((two) => !two.frames.includes('close'));

            const packet = await next(last, '40');

            assert.strictEqual(JSON.parse(packet.slice(2)).sid, sid);
            assert.deepStrictEqual(last.prints, sequence(PRINTS).slice(1));
            await next(last, '2');
            last.text('3');

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            last.sid = sid;
            await serves(port, last, 'race');

            for (const two of [one, ...all]) {
                two.destroy();
            }
        });

        it('by nobody who does not know the pid', async (t) => {
            const { port } = await serve(t, options);
            const one = await printed(port, 'mine');
            const pid = one.pid.slice(0, -1)
                        + (one.pid.endsWith('A') ? 'B' : 'A');
            const two = await back(port, pid, one.offset);

            assert.notStrictEqual(two.sid, one.sid);
            await serves(port, one, 'mine');
            one.destroy();
            two.destroy();
        });

        for (const transports of Object.keys(clients.TRANSPORTS)) {
            it(`by a real client, ${transports}`, async (t) => {
                const nginx = await serve(t, options);
                const line = await wire(t, nginx.port);
                const client = await clients.connect({ url: line.url,
                                                       port: nginx.port },
                                                     transports,
                                                     { transports });

                t.after(() => client.leave());

                if (transports === 'both') {
                    await client.upgraded();
                }

                for (let n = 1; n <= 3; n++) {
                    const { id } = client.socket;

                    await jobs.printAll(nginx.port, client.id, 0, 3);
                    await client.printed(3);

                    line.freeze();
                    await jobs.printAll(nginx.port, client.id, 3, PRINTS);
                    await line.lose();

                    await waitFor(() => client.connects === n + 1,
                                  () => `${client.id} to be back`);

                    assert.ok(client.socket.recovered);
                    assert.strictEqual(client.socket.id, id);
                    await client.printed(PRINTS);
                    assert.deepStrictEqual(client.prints, sequence(PRINTS));

                    await line.ended();
                    assert.ok(await hub.isOnline(nginx.port, client.id));
                    client.prints.length = 0;
                }
            });
        }
    });
}


describe('takeover of a worker that stands still', { skip: NGINX_ONLY }, () => {

    /* two workers, one of which is stopped by stop() */

    async function stoppable(t) {
        const nginx = await serve(t, { ...RECOVERY, workers: 2 });
        const steer = new Steer(nginx.port, nginx.workers());
        const [still, runs] = steer.workers;

        const open = (pid) => async () => {
            const one = await steer.websocket(pid, `${eio.PATH}`
                                                   + '&transport=websocket');

            one.open = JSON.parse((await one.next()).slice(1));
            return one;
        };

        t.after(() => steer.end());

        /* connections for what is asked while one of them stands still */

        await steer.request(still, { path: '/worker' });
        await steer.request(runs, { path: '/worker' });

        return {
            steer, still, runs, port: nginx.port,
            atStill: open(still), atRuns: open(runs),
            get: async (path) => {
                return JSON.parse((await steer.request(runs, { path })).body);
            },
            stop: () => process.kill(still, 'SIGSTOP'),
            go: async () => {
                process.kill(still, 'SIGCONT');
                await steer.request(still, { path: '/worker' });
            }
        };
    }

    it('a WebSocket, which then says all that it can', async (t) => {
        const pair = await stoppable(t);
        const one = await printed(pair.port, 'still', pair.atStill);
        const two = await pair.atRuns();

        pair.stop();

        const job = await pair.steer.request(pair.runs, {
            path: '/startPrint?clientId=still&printData=1'
        });

        one.text('3');
        one.text('42["register","still"]');
        one.text('42["register","other"]');
        one.text(`42["printResult",{"jobId":"${job.headers['x-print-job']}",`
                 + '"status":"failed"}]');
        one.text('41');
        one.text('40');
        one.text('42["register","still"]');

        two.prints = [];
        await connect(two, { pid: one.pid, offset: one.offset });

        assert.strictEqual(two.sid, one.sid);
        assert.deepStrictEqual(two.prints, ['1']);

        let [entry] = (await pair.get('/getStatus')).data;

        assert.ok(entry.connected);
        assert.strictEqual(entry.socketId, two.sid);

        await next(two, '2');
        await pair.go();

        const frames = await one.rest();

        assert.strictEqual(frames.pop(), 'close');
        assert.ok(!frames.some((frame) => frame.includes('print')), frames);

        assert.strictEqual((await jobs.get(pair.port,
                                           job.headers['x-print-job'])).state,
                           'sent');
        two.text('3');
        await jobs.becomes(pair.port, job.headers['x-print-job'], 'received');

        [entry] = await hub.status(pair.port);
        assert.strictEqual((await hub.status(pair.port)).length, 1);
        await serves(pair.port, two, 'still');
        two.destroy();
    });

    it('a GET that waits', async (t) => {
        const pair = await stoppable(t);
        const one = await eio.polling(pair.port);

        await one.post('40');
        Object.assign(one, JSON.parse((await one.receive())[0].slice(2)));
        await one.post('42["register","still"]');
        await hub.online(pair.port, 'still');

        const poll = await pair.steer.park(pair.still, one);
        const two = await pair.atRuns();

        pair.stop();

        await pair.steer.request(pair.runs, {
            path: '/startPrint?clientId=still&printData=1'
        });

        two.prints = [];
        await connect(two, { pid: one.pid });
        assert.deepStrictEqual(two.prints, ['1']);
        await pair.go();
        assert.strictEqual((await poll.done).body, '1');
        await serves(pair.port, two, 'still');
        two.destroy();
    });

    it('one whose new connection has registered more', async (t) => {
        const pair = await stoppable(t);
        const one = await printed(pair.port, 'still', pair.atStill);
        const two = await pair.atRuns();

        pair.stop();
        one.destroy();

        two.prints = [];
        await connect(two, { pid: one.pid, offset: one.offset });
        await register(two, 'more');
        await pair.go();
        await serves(pair.port, two, 'still');
        await serves(pair.port, two, 'more');
        two.destroy();
    });
});
