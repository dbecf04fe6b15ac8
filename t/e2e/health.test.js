
/*
 * Copyright (C) the print hub contributors
 */


/*
 * GET health: what a balancer learns of a worker that has no slot, cannot have
 * the lock of the zone, finds no room in it, or leaves.
 */


'use strict';


const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const stalls = require('./lib/stall');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, within, LONG } = require('./lib/wait');


const SLOTS = 254;
const PATH = '/health';

const SMALL = {
    zone: '256k', limit: 'off', pingInterval: LONG, pingTimeout: LONG
};

/* takes these bytes of a file as a worker takes its slot, until it ends */

const HOLD = `
import fcntl, sys
file = open(sys.argv[1], 'r+b', 0)
fcntl.lockf(file, fcntl.LOCK_EX, int(sys.argv[3]), int(sys.argv[2]))
print('held', flush=True)
sys.stdin.read()
`;


function assertSick(answer, status) {
    assert.strictEqual(answer.status, 503);
    assert.strictEqual(answer.headers['retry-after'], '1');
    assert.strictEqual(answer.headers['cache-control'], 'no-store');
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.strictEqual(answer.body, `{"status":"${status}"}`);
}


async function well(port) {
    const { status, body } = await http.request(port, PATH);

    return status === 200 && body === '{"status":"ok"}';
}


/* all slots but the first one belong to another process */

async function holdSlots(t, nginx) {
    const folder = `/proc/${nginx.master}/fd`;
    const file = fs.readdirSync(folder).find((name) => {
        return /memfd:print_hub_workers/.test(
            fs.readlinkSync(`${folder}/${name}`));
    });

    const child = spawn('python3', ['-c', HOLD, `${folder}/${file}`, '1',
                                    String(SLOTS - 1)]);

    t.after(() => child.kill());

    await within(new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
        child.stderr.once('data', (data) => reject(new Error(data)));
    }), 'the slots');
}


describe('GET health', { skip: NGINX_ONLY }, () => {

    it('says that a worker can serve, and answers HEAD', async (t) => {
        const { port } = await serve(t, { workers: 4 });

        assert.ok(await well(port));

        const head = await http.request(port, { method: 'HEAD', path: PATH });

        assert.strictEqual(head.status, 200);
        assert.strictEqual(head.headers['content-length'], '15');
    });

    it('no_slot: there are more workers than slots', async (t) => {
        const nginx = await serve(t, { workers: 1 });

        nginx.allow(/worker: no slot of 254 is free/);
        await holdSlots(t, nginx);

        await nginx.reload();
        assertSick(await http.request(nginx.port, PATH), 'no_slot');

        const zone = await http.request(nginx.port, '/zone');

        assert.strictEqual(zone.status, 503);
        assert.match(zone.body, /"code":"no_slot"/);
    });

    it('locked: another worker stands still in the zone', async (t) => {
        const nginx = await stalls.serve(t, { workers: 2 });

        if (nginx === null) {
            return;
        }

        const { port } = nginx;
        const steer = new Steer(port, nginx.workers());

        t.after(() => steer.end());

        const [victim, other] = steer.workers;
        const one = await station.websocket(port, 'x');
        const held = await stalls.stall(t, steer, victim, 'x');
        let answer;

        await waitFor(async () => {
            answer = await steer.request(other, { path: PATH });

            return answer.status !== 200;
        }, 'a worker that waits for the lock');

        assertSick(answer, 'locked');

        /* it waits for nothing: a request of the zone that came before waits */

        const zone = steer.open(other, { path: '/zone' });

        await zone.sent;
        assertSick(await steer.request(other, { path: PATH }), 'locked');

        held.go();
        await held.answer;
        await zone.done;

        await waitFor(async () => {
            return (await steer.request(other, { path: PATH })).status === 200;
        }, 'the worker to be well again');

        one.leave();
    });

    it('full: no session is free, and sessions that wait give way',
       async (t) => {
        const { port } = await serve(t, SMALL);
        const { max } = (await http.json(port, '/zone')).sessions;
        const sessions = [];

        while (sessions.length < max) {
            const one = await eio.polling(port);

            sessions.push(one);

            if (sessions.length === max) {
                assert.ok(await well(port));
            }

            await one.join();
            await one.post(`42["register","x-${sessions.length}"]`);
        }

        assertSick(await http.request(port, PATH), 'full');

        await sessions[0].post('1');
        await waitFor(() => well(port), 'a free session');

        await Promise.all(sessions.slice(1).map((one) => one.post('1')));
        await hub.empty(port);
    });

    it('full: no block is free', async (t) => {
        const { port } = await serve(t, {
            ...SMALL, location: 'print_hub_session_buffer 200k;'
        });

        const one = await eio.polling(port);

        await one.join();
        await one.post('42["register","x"]');
        assert.ok(await well(port));

        for (const size of [4000, 900, 1]) {
            const data = '.'.repeat(size);
            const path = `/startPrint?clientId=x&printData=${data}`;

            while ((await http.request(port, path)).status === 200) {
                /* until it is refused */
            }
        }

        assertSick(await http.request(port, PATH), 'full');

        await one.post('1');
        await waitFor(() => well(port), 'free blocks');
    });

    it('draining: a request came before the worker was to exit', async (t) => {
        const nginx = await serve(t, { workers: 1 });
        const { port } = nginx;
        const [old] = nginx.workers();
        const socket = net.connect(port, '127.0.0.1');
        let text = '';

        t.after(() => socket.destroy());

        socket.on('data', (data) => {
            text += data;
        });

        /* one answer proves that the worker reads this connection */

        socket.write(`GET ${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`
                     + `GET ${PATH} HTTP/1.1\r\nHost: x\r\n`);

        await waitFor(() => /"ok"/.test(text), 'the first answer');

        await nginx.reload();

        await waitFor(() => new RegExp(`${old}#\\d+: gracefully shutting down`)
                      .test(nginx.log()), 'the old worker to leave');

        text = '';
        socket.write('\r\n');
        await waitFor(() => /\}$/.test(text), 'the second answer');

        assert.match(text, /^HTTP\/1.1 503 /);
        assert.match(text, /\r\nRetry-After: 1\r\n/);
        assert.match(text, /\{"status":"draining"\}$/);

        assert.ok(await well(port));
    });
});
