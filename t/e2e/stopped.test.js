
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A worker that stands still (a debugger, a frozen cgroup, swap): the others
 * end the sessions of its stations, and do what only it has done so far.  When
 * it goes on it closes its connections, and changes nothing else.
 */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const hooks = require('./lib/hook');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, SLOW, LONG } = require('./lib/wait');


const INTERVAL = 300 * SLOW;
const TIMEOUT = 300 * SLOW;

const OPTIONS = { workers: 3, pingInterval: INTERVAL, pingTimeout: TIMEOUT };


/*
 * Stops a worker for the length of a test, or until go().  The kernel may have
 * told this worker alone of a new connection: the others find it when the next
 * one comes.
 */

function stop(t, nginx, pid) {
    const next = setInterval(() => {
        const socket = net.connect(nginx.port, '127.0.0.1');

        socket.on('connect', () => socket.destroy());
        socket.on('error', () => { /* nginx has ended */ });
    }, 200);

    const go = () => {
        clearInterval(next);

        try {
            process.kill(pid, 'SIGCONT');

        } catch (error) {
            /* it is gone */
        }
    };

    process.kill(pid, 'SIGSTOP');
    t.after(go);

    return go;
}


/* a station whose WebSocket is at this worker, or at another one */

async function at(port, id, choose) {
    for ( ;; ) {
        const one = await station.websocket(port, id);

        if (choose(one.worker)) {
            return one;
        }

        one.leave();
        await hub.offline(port, id);
    }
}


describe('a worker that stands still', { skip: NGINX_ONLY }, () => {

    for (const pinged of [false, true]) {
        it(`its WebSockets are ended${pinged ? ', pinged before' : ''}`,
           async (t) => {
            const nginx = await serve(t, OPTIONS);
            const { port } = nginx;
            const [victim] = nginx.workers();
            const lost = await at(port, 'lost', (pid) => pid === victim);
            const moved = await at(port, 'moved', (pid) => pid === victim);
            const kept = await at(port, 'kept', (pid) => pid !== victim);

            if (pinged) {
                moved.silent = true;
                await waitFor(() => moved.pings > 0, 'a ping');
            }

            const go = stop(t, nginx, victim);

            lost.leave();
            await hub.offline(port, 'lost', 'moved');

            assert.strictEqual(await hub.print(port, 'lost', 'x'), hub.OFFLINE);
            assert.match(nginx.log(), new RegExp('client disconnected, '
                         + 'ping timeout, after \\d+ s, clientId: "lost"'));

            const back = await station.websocket(port, 'moved');

            assert.notStrictEqual(back.worker, victim);
            await hub.deliver(port, 'moved', 'x');
            await back.printed(1);
            assert.ok(!moved.closed);

            go();
            await moved.end();

            const { socketId } = await hub.entry(port, 'moved');

            assert.strictEqual(socketId, back.socketId);
            await hub.deliver(port, 'moved', 'y');
            await back.printed(2);
            await hub.deliver(port, 'kept', 'z');
            await kept.printed(1);
            assert.deepStrictEqual(moved.prints, []);
            assert.ok(await hub.isOnline(port, 'moved'));
        });
    }

    it('what it reads late changes nothing', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const [victim] = nginx.workers();
        const late = await at(port, 'late', (pid) => pid === victim);
        const go = stop(t, nginx, victim);

        late.emit('register', 'later');
        late.send('41');
        await hub.offline(port, 'late');

        const back = await station.websocket(port, 'late');

        go();
        await late.end();

        assert.strictEqual(await hub.entry(port, 'later'), undefined);
        assert.strictEqual((await hub.entry(port, 'late')).socketId,
                           back.socketId);
        assert.ok(await hub.isOnline(port, 'late'));
    });

    it('its GETs are ended', async (t) => {
        const nginx = await serve(t, OPTIONS);
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim] = steer.workers;
        const session = await eio.polling(port);

        await session.join();
        await session.post('42["register","polls"]');

        const poll = await steer.park(victim, session);
        const go = stop(t, nginx, victim);

        await hub.offline(port, 'polls');
        assert.strictEqual((await session.get()).status, 400);

        go();

        const { status, body } = await poll.done;

        assert.strictEqual(status, 200);
        assert.match(body, /^[12]$/);
        steer.end();
    });

    it('a session that it should have closed', async (t) => {
        const nginx = await serve(t, { ...OPTIONS, pingInterval: LONG });
        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());
        const [victim, other] = steer.workers;
        const session = await eio.polling(port);

        await session.join();
        await session.post('42["register","twice"]');

        const poll = await steer.park(victim, session);

        const go = stop(t, nginx, victim);

        /* a second GET closes the session, the first one's worker is to do it */

        const { status } = await steer.request(other, { path: session.path });

        assert.strictEqual(status, 400);
        await waitFor(() => /client disconnected, .*, clientId: "twice"/.test(nginx.log()),
                      'the end of the session');
        go();
        assert.strictEqual((await poll.done).status, 200);
        steer.end();
    });

    it('it has sent the events', async (t) => {
        const hook = await hooks.serve(t);
        const nginx = await serve(t, {
            ...OPTIONS, pingInterval: LONG, pingTimeout: LONG,
            server: `print_hub_events /tell retry=20ms;
                     location = /tell {
                         internal;
                         proxy_pass http://127.0.0.1:${hook.port}/told;
                     }`
        });
        const { port } = nginx;
        const tellers = () => (nginx.log().match(
            /\d+(?=#\d+: print hub: webhook: this worker sends)/g) || [])
            .map(Number);

        await waitFor(() => tellers().length === 1, 'a worker that tells');

        const [victim] = tellers();

        hook.status = 0;

        const one = await at(port, 'x', (pid) => pid !== victim);

        await waitFor(() => hook.held.length > 0, 'a request');

        const go = stop(t, nginx, victim);

        hook.status = 204;
        hook.held.forEach((response) => response.writeHead(204).end());

        await waitFor(() => tellers().length === 2, 'another that tells');
        await hub.deliver(port, 'x', 1);
        await hook.until(({ state }) => state === 'received', 'the print');

        const n = hook.events.length;

        go();
        await waitFor(() => /webhook: another worker sends/.test(nginx.log()),
                      'the first one to find out');
        await hub.deliver(port, 'x', 2);
        await waitFor(() => hook.events.filter(({ state }) => {
            return state === 'received';
        }).length === 2, 'the second print');

        hook.check();
        assert.ok(hook.events.length > n);
        one.leave();
    });
});
