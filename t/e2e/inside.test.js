
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers that are stopped or killed at an instruction of their own choice:
 * while they hold the zone's lock.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const inside = require('./lib/inside');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { LONG, within } = require('./lib/wait');


const OPTIONS = {
    workers: 2, main: inside.MAIN, pingInterval: LONG, pingTimeout: LONG
};

const KILLED = [/exited on signal 9/, /shared memory zone .* was locked by/];


/* an nginx whose workers can be traced; null: this system forbids it */

async function traced(t, options) {
    const nginx = await serve(t, { ...OPTIONS, ...options });
    const reason = await inside.forbidden(nginx.workers()[0]);

    if (reason) {
        t.skip(reason);
        return null;
    }

    return nginx;
}


async function repairs(port) {
    return (await http.json(port, '/zone')).repairs;
}


describe('inside the lock', { skip: NGINX_ONLY }, () => {

    it('a worker is stopped there, and goes on', async (t) => {
        const nginx = await traced(t, { workers: 1 });

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const [pid] = nginx.workers();
        const one = await station.websocket(port, 'x');
        const point = await inside.stop(pid, 'ngx_print_event_job_locked');
        const answer = hub.print(port, 'x', '1');

        assert.ok(await point.reached());
        assert.strictEqual(one.prints.length, 0);
        process.kill(pid, 'SIGCONT');

        assert.strictEqual(await answer, hub.RECEIVED);
        await one.printed(1);
        assert.strictEqual(await repairs(port), 0);
    });

    it('a worker dies there, and the next one repairs the zone', async (t) => {
        const nginx = await traced(t);

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const [victim, other] = nginx.workers();
        const steer = new Steer(port, [victim, other]);
        const one = await station.polling(port, 'x', {
            wire: steer.wire(other, other)
        });

        const point = await inside.kill(victim, 'ngx_print_job_enqueue_locked',
                                        { call: 2, steps: 10 });

        nginx.allow(...KILLED);

        const print = (n) => steer.request(victim, {
            path: `/startPrint?clientId=x&printData=${n}`
        });

        assert.strictEqual((await print(1)).status, 200);
        assert.strictEqual((await print(2)).status, 0);
        assert.ok(await point.reached());

        await nginx.gone([victim]);
        await hub.deliver(port, 'x', '3');
        await one.printed(2);
        assert.deepStrictEqual(one.prints, ['1', '3']);
        assert.strictEqual(await repairs(port), 1);
        steer.end();
    });

    it('a point that is not reached changes nothing', async (t) => {
        const nginx = await traced(t, { workers: 1 });

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const [pid] = nginx.workers();
        const one = await station.websocket(port, 'x');
        const point = await inside.kill(pid, 'ngx_print_event_job_locked',
                                        { call: 100 });

        await hub.deliver(port, 'x', '1');
        await one.printed(1);
        assert.ok(!await point.cancel());

        await hub.deliver(port, 'x', '2');
        await one.printed(2);
        assert.deepStrictEqual(nginx.workers(), [pid]);
    });
});


it('a GET that was looked up before its session was closed is answered',
   { skip: NGINX_ONLY }, async (t) => {
    const nginx = await traced(t, {
        location: 'print_hub_authorize /later;',
        server: 'location = /later { internal; return 503; }'
    });

    if (nginx === null) {
        return;
    }

    const { port } = nginx;
    const [late, other] = nginx.workers();
    const steer = new Steer(port, [late, other]);
    const session = await eio.polling(port);
    const point = await inside.stop(late, 'ngx_print_session_poll');
    const get = steer.open(late, { path: session.path });

    assert.ok(await point.reached());

    /* it is refused for now, and its next GET is to be told */

    const { status } = await steer.request(other, {
        method: 'POST', path: session.path, body: '40'
    });

    assert.strictEqual(status, 200);
    process.kill(late, 'SIGCONT');

    const answer = await within(get.done, 'the answer to the GET');

    assert.strictEqual(answer.status, 200);
    assert.strictEqual(answer.body, '6\x1e1');
    steer.end();
});
