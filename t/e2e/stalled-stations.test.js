
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a station wants while the zone cannot be used: it is not told anything
 * that is not true, and it loses nothing that it could have had later.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const inside = require('./lib/inside');
const recovery = require('./lib/recovery');
const stalls = require('./lib/stall');
const station = require('./lib/station');
const { NGINX_ONLY } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, SLOW, LONG } = require('./lib/wait');


const OPTIONS = {
    workers: 2, pingInterval: LONG, pingTimeout: LONG, recovery: '2m',
    location: 'print_hub_namespace /custom;'
};

const WINDOW = 3000 * SLOW;


/* two workers, and a station for the print in which one of them stands still */

async function begin(t, options) {
    const nginx = await stalls.serve(t, { ...OPTIONS, ...options });

    if (nginx === null) {
        return {};
    }

    const { port } = nginx;
    const steer = new Steer(port, nginx.workers());

    /* connections for all that is to come: none is accepted by chance then */

    await Promise.all(steer.workers.flatMap((pid) => Array.from(
        { length: 8 }, () => steer.request(pid, { path: '/worker' }))));

    return {
        nginx, port, steer,
        bystander: await station.websocket(port, 'bystander')
    };
}


/* a WebSocket at this worker, whose open packet was taken */

async function open(steer, pid) {
    const one = await steer.websocket(
        pid, `${eio.PATH}&transport=websocket`
    );

    await one.next();

    return one;
}


/* all that comes until the hub closes it */

async function rest(socket) {
    return (await socket.rest()).filter((frame) => !/^close/.test(frame));
}


describe('a station meanwhile', { skip: NGINX_ONLY }, () => {

    it('a namespace is not called invalid', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const one = await open(steer, pid);

        await stalls.between(t, nginx, steer, pid, 'bystander', {
            act: () => one.text('40/custom,'),
            first: 'ngx_print_store_nsp', second: 'ngx_print_sio_send'
        });

        assert.deepStrictEqual(await rest(one), []);

        const back = await eio.websocket(port);

        back.text('40/custom,');
        assert.match(await back.next(), /^40\/custom,/);
        back.destroy();
        bystander.leave();
        steer.end();
    });

    it('a recovery is not lost', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const lost = await recovery.socket(port, 'x');
        const { sid, pid: key } = lost;

        lost.destroy();
        await hub.offline(port, 'x');

        const one = await open(steer, pid);

        await stalls.between(t, nginx, steer, pid, 'bystander', {
            act: () => one.text(`40${JSON.stringify({ pid: key,
                                                      offset: '' })}`),
            first: 'ngx_print_sio_resume', second: 'ngx_print_session_connect'
        });

        assert.deepStrictEqual(await rest(one), []);

        const back = await recovery.back(port, key, '');

        assert.strictEqual(back.sid, sid);
        await hub.deliver(port, 'x', 'after');
        back.destroy();
        bystander.leave();
        steer.end();
    });

    it('no socket is connected without its pid', async (t) => {
        const { nginx, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const one = await open(steer, pid);

        await stalls.between(t, nginx, steer, pid, 'bystander', {
            act: () => one.text('40'),
            first: 'ngx_print_sio_pid', second: 'ngx_print_sio_send'
        });

        assert.deepStrictEqual(await rest(one), []);
        bystander.leave();
        steer.end();
    });

    it('the time for a recovery begins again', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t, {
            pingInterval: 300 * SLOW, recovery: `${WINDOW}ms`
        });

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const lost = await recovery.socket(port, 'x');

        lost.destroy();
        await hub.offline(port, 'x');

        const held = await stalls.stall(t, steer, pid, 'bystander');

        await waitFor(() => stalls.alerts(nginx).some(([, , ms]) => {
            return ms > WINDOW + 500;
        }), 'a stall that is longer');
        held.go();
        await held.answer;

        /* ticks have found what was due */

        const { pings } = bystander;

        await waitFor(() => bystander.pings > pings + 1, 'the next pings');

        const back = await recovery.back(port, lost.pid, '');

        assert.strictEqual(back.sid, lost.sid);
        back.destroy();
        bystander.leave();
        steer.end();
    });

    for (const version of Object.keys(clients.VERSIONS)) {
        it(`a probe is given up, client ${version}`, async (t) => {
            const { nginx, port, steer, bystander } = await begin(t);

            if (!nginx) {
                return;
            }

            const points = await Promise.all(steer.workers.map((pid) => {
                return inside.stop(pid, 'ngx_print_session_probe');
            }));

            const client = clients.open(nginx, 'x', { version });

            t.after(() => client.leave());

            await waitFor(() => points.some(({ code }) => code !== null),
                          'the probe');

            const i = points.findIndex(({ code }) => code !== null);
            const [pid, other] = i ? [...steer.workers].reverse()
                                   : steer.workers;

            t.after(() => stalls.go(pid));
            assert.strictEqual(await points[1 - i].cancel(), false);

            const held = await stalls.stall(t, steer, other, 'bystander');

            stalls.go(pid);
            await waitFor(() => stalls.alerts(nginx).length > 0, 'an alert');
            held.go();
            await held.answer;

            await hub.online(port, 'x');
            await hub.deliver(port, 'x', 1);
            await hub.deliver(port, 'x', 2);
            await client.printed(2);
            assert.strictEqual(client.transport, 'polling');
            assert.strictEqual(client.connects, 1);
            assert.deepStrictEqual(client.reasons, []);
            bystander.leave();
            steer.end();
        });
    }

    it('a POST is answered when another one may come', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const session = await eio.polling(port);
        const post = (body) => steer.request(pid, {
            method: 'POST', path: session.path, body
        });

        await session.join();
        await post('42["register","x"]');

        let answers;

        await stalls.between(t, nginx, steer, pid, 'bystander', {
            act: () => {
                answers = post('3').then(async (first) => {
                    return [first, await post('3')];
                });
            },
            first: 'ngx_print_session_post_done',
            second: 'ngx_print_session_post'
        });

        for (const { status, body } of await answers) {
            assert.strictEqual(status, 200);
            assert.strictEqual(body, 'ok');
        }

        assert.ok(await hub.isOnline(port, 'x'));
        bystander.leave();
        steer.end();
    });

    it('a request that waits for its job is told of it', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid] = steer.workers;
        const one = await station.websocket(port, 'x');
        let answer;

        await stalls.between(t, nginx, steer, pid, 'bystander', {
            act: () => {
                answer = steer.request(pid, {
                    method: 'POST', path: '/jobs?wait=60s',
                    headers: { 'Content-Type': 'application/json' },
                    body: '{"clientId":"x","data":1}'
                });
            },
            first: 'ngx_print_event_watch', second: 'ngx_print_http_send'
        });

        const start = Date.now();
        const { status, body } = await answer;

        assert.strictEqual(status, 201);
        assert.strictEqual(JSON.parse(body).state, 'received');
        assert.ok(Date.now() - start < 30000);
        one.leave();
        bystander.leave();
        steer.end();
    });

    it('the end of an upgrade: the client comes back', async (t) => {
        const { nginx, port, steer, bystander } = await begin(t);

        if (!nginx) {
            return;
        }

        const [pid, other] = steer.workers;
        const one = await station.polling(port, 'x');
        const socket = await steer.websocket(pid, one.session.upgrade);

        const point = await inside.stop(pid, 'ngx_print_session_upgrade');

        t.after(() => stalls.go(pid));

        socket.text('2probe');
        assert.strictEqual(await socket.next(), '3probe');
        one.socket = socket;

        /* the GET is answered because of the probe, and then comes "5" */

        assert.ok(await point.reached());

        const held = await stalls.stall(t, steer, other, 'bystander');

        stalls.go(pid);
        await waitFor(() => stalls.alerts(nginx).length > 0, 'an alert');
        held.go();
        await held.answer;
        await one.end();

        /* its session is closed, and does not wait for a heartbeat to end */

        await hub.offline(port, 'x');
        bystander.leave();
        steer.end();
    });
});
