
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Strangers who try to use up what all share.  In each test, a bystander gets
 * everything that is printed on it meanwhile.
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const { it } = require('node:test');
const zlib = require('node:zlib');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const ws = require('./lib/raw_ws');
const { bystander } = require('./lib/bystander');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


/* a zone of which one station may have a large document and more */

const OPTIONS = { workers: 1, zone: '64m', pingInterval: LONG,
                  pingTimeout: LONG, connectTimeout: LONG };

const PATH = `${eio.PATH}&transport=websocket`;

const MB = 1024 * 1024;


/* bytes of a process, at most since it was started */

function peak(pid) {
    const [, kb] = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
        .match(/^VmHWM:\s*(\d+) kB$/m);

    return Number(kb) * 1024;
}


/* the lines about connections that were closed, and how many they stand for */

function closed(nginx) {
    const log = nginx.log();
    const lines = [...log.matchAll(/print hub: (incomplete messages hold .*)/g)]
        .map(([, line]) => line);
    const more = [...log.matchAll(
        /print hub: (\d+) more "incomplete messages" lines were left out/g)];

    return {
        lines,
        n: more.reduce((sum, [, n]) => sum + Number(n), lines.length)
    };
}


it('200 messages that begin, a megabyte each after inflating',
   { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, { ...OPTIONS,
                                   location: 'print_hub_deflate on;' });
    const { port } = nginx;
    const [pid] = nginx.workers();
    const one = await bystander(t, port);

    await one.served();

    const before = peak(pid);
    const text = `42["other","${'x'.repeat(970000)}"]`;
    const whole = zlib.deflateRawSync(Buffer.from(text), {
        finishFlush: zlib.constants.Z_SYNC_FLUSH
    }).subarray(0, -4);
    const all = [];

    assert.ok(whole.length < 1000);

    for (let i = 0; i < 200; i++) {
        const socket = await ws.connect(port, {
            path: PATH,
            headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' }
        });

        socket.send(ws.TEXT, whole.subarray(0, -1), { rsv: 4, fin: false });
        all.push(socket);
    }

    const gone = () => all.filter(({ frames }) => {
        return frames.includes('close 1013');
    });

    await waitFor(() => gone().length >= 200 - 16, 'those over the budget');
    await one.served();

    assert.ok(gone().length <= 200 - 12, `${gone().length} were closed`);

    /*
     * the budget, a message more, what 200 connections and their inflaters
     * take, and the bystander's own documents; a sanitizer keeps memory that
     * is free
     */

    const grown = peak(pid) - before;

    assert.ok(process.env.E2E_SANITIZER
              || grown < 16 * MB + MB + 200 * 64 * 1024 + 8 * MB, `${grown}`);

    await waitFor(() => closed(nginx).n === gone().length,
                  () => `the closed ones in the log\n${nginx.log()}`);

    for (const line of closed(nginx).lines) {
        assert.match(line, /^incomplete messages hold 16m, closing the largest, \d{3} KB, client: 127\.0\.0\.1$/);
    }

    all.forEach((socket) => socket.destroy());
    await one.end();
});


it('messages that begin without compression, in fragments and in one frame',
   { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, http: 'print_hub_message_buffer 4m;'
    });
    const { port } = nginx;
    const one = await bystander(t, port);
    const all = [];

    /* each holds a kilobyte more than the one before */

    for (let i = 0; i < 40; i++) {
        const socket = await ws.connect(port, { path: PATH });
        const bytes = 'x'.repeat(400000 + 1024 * i);

        if (i % 2) {
            socket.send(ws.TEXT, bytes, { fin: false });

        } else {
            socket.send(ws.TEXT, bytes, { length: 900000 });
        }

        all.push(socket);
    }

    await waitFor(() => all.filter(({ frames }) => {
        return frames.includes('close 1013');
    }).length >= 30, 'those over the budget');

    await one.served();

    await waitFor(() => closed(nginx).n >= 30,
                  () => `the closed ones in the log\n${nginx.log()}`);

    for (const line of closed(nginx).lines) {
        assert.match(line, /^incomplete messages hold 4m, closing the largest, \d{3} KB, client: 127\.0\.0\.1$/);
    }

    /* those that are left may go on */

    const left = all.filter(({ closed: over, frames }) => {
        return !over && !frames.includes('close 1013');
    });

    assert.ok(left.length >= 2);

    all.forEach((socket) => socket.destroy());
    await one.end();
});


it('the largest is closed, and the smaller ones stay', { skip: NGINX_ONLY },
   async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, http: 'print_hub_message_buffer 1100k;'
    });
    const { port } = nginx;
    const all = [];

    for (const kb of [200, 600, 100, 250]) {
        const socket = await ws.connect(port, { path: PATH });

        assert.match(await socket.next(), /^0\{/);
        socket.text('40');
        assert.match(await socket.next(), /^40\{/);

        socket.send(ws.TEXT, `42["x","${'x'.repeat(kb * 1024)}`,
                    { fin: false });
        socket.send(ws.PING, 'read');
        all.push(socket);

        const answer = await socket.next();

        assert.match(answer, /^pong read$|^close 1013$/);
    }

    const large = all.splice(1, 1)[0];

    if (!large.closed && !large.frames.includes('close 1013')) {
        assert.strictEqual(await large.next(), 'close 1013');
    }

    /* the messages of the others are complete now */

    for (const socket of all) {
        socket.send(0, '"]');
        socket.send(ws.PING, 'still here');
        assert.strictEqual(await socket.next(), 'pong still here');
        socket.destroy();
    }

    large.destroy();
});


/* a queue takes an eighth of the zone without print_hub_session_buffer */

it('three stations that do not read', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, { ...OPTIONS, zone: '16m' });
    const { port } = nginx;
    const one = await bystander(t, port);
    const all = [];
    const full = new Set();

    for (const id of ['slow-1', 'slow-2', 'slow-3']) {
        const socket = await ws.connect(port, { path: PATH });

        assert.match(await socket.next(), /^0\{/);
        socket.text('40');
        assert.match(await socket.next(), /^40\{/);
        socket.text(`420["register","${id}"]`);
        assert.strictEqual(await socket.next(), '430[]');
        socket.socket.pause();
        all.push({ id, socket });
    }

    const body = (id) => JSON.stringify({ clientId: id,
                                          printData: 'x'.repeat(200000) });

    await waitFor(async () => {
        for (const { id } of all) {
            const { status, body: text } = await http.request(port, {
                method: 'POST', path: '/startPrint', body: body(id),
                headers: { 'Content-Type': 'application/json' }
            });

            if (status === 503) {
                assert.strictEqual(JSON.parse(text).message,
                                   `the queue of client "${id}" is full`);
                full.add(id);
            }
        }

        return full.size === 3;

    }, 'their queues to be full');

    await one.served();

    all.forEach(({ socket }) => socket.destroy());

    await waitFor(async () => {
        const { sessions } = await http.json(port, '/zone');

        return sessions.used === 1;

    }, 'their sessions to end');

    await one.served();
    await one.end();
});


/*
 * Nobody can choose keys that share a bucket, because a secret of the zone is
 * part of the hash: see t/unit/store/buckets.c for how many do.
 */

it('6,000 keys', { skip: NGINX_ONLY }, async (t) => {
    const { port } = await serve(t, OPTIONS);
    const one = await bystander(t, port);
    const other = await station.websocket(port, 'other');
    const ids = new Map();
    let next = 0;

    async function post(key) {
        return jobs.post(port, { clientId: 'other', data: key }, '',
                         { 'Idempotency-Key': key });
    }

    const served = one.served(50);

    await Promise.all(Array.from({ length: 8 }, async () => {
        while (next < 6000) {
            const key = `order-${next++}`;
            const { status, json } = await post(key);

            assert.strictEqual(status, 201, key);
            ids.set(key, json.id);
        }
    }));

    await served;
    await one.served();

    /* each of them is known, and prints once */

    for (let i = 0; i < 6000; i += 100) {
        const { headers, json } = await post(`order-${i}`);

        assert.strictEqual(headers['idempotency-replayed'], 'true');
        assert.strictEqual(json.id, ids.get(`order-${i}`));
    }

    await other.printed(6000);
    await one.end();
    assert.strictEqual(other.prints.length, 6000);
    other.leave();
});
