
/*
 * Copyright (C) the print hub contributors
 */


/* Many readers of GET events, and slow ones. */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { it } = require('node:test');

const http = require('./lib/raw_http');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const { bystander } = require('./lib/bystander');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const OPTIONS = { workers: 1, zone: '16m', pingInterval: LONG,
                  pingTimeout: LONG, connectTimeout: LONG };

/* readers of one address, and of a worker */

const ADDRESS = 32;
const WORKER = 1024;

const KB = 1024;


/*
 * A reader that keeps the bytes of its events, which come without chunks.  n
 * is the number of its address: there are fewer than ADDRESS of each.
 */

class Reader {

    constructor(port, { n = 0, last, client, path = '/events' } = {}) {
        this.text = '';
        this.closed = false;

        this.socket = net.connect({
            port, host: '127.0.0.1',
            localAddress: `127.0.1.${1 + Math.floor(n / (ADDRESS - 2))}`
        });

        this.socket.setEncoding('latin1');
        this.socket.on('data', (text) => {
            this.text += text;
        });
        this.socket.on('error', () => { /* a close follows */ });
        this.socket.on('close', () => {
            this.closed = true;
        });

        const query = client ? `?clientId=${client}` : '';
        const header = last === undefined ? '' : `Last-Event-ID: ${last}\r\n`;

        this.socket.write(`GET ${path}${query} HTTP/1.0\r\n${header}\r\n`);
    }

    get status() {
        return Number((this.text.match(/^HTTP\/1\.1 (\d+)/) || [])[1]);
    }

    /* the bytes of all events that are complete */

    get events() {
        return this.text.match(/id: \d+\nevent: .*\n.*\n\n/g) || [];
    }

    get ids() {
        return this.events.map((event) => Number(event.match(/\d+/)[0]));
    }

    async ready() {
        await waitFor(() => /retry: /.test(this.text) || this.closed,
                      'a stream');
    }

    async until(id) {
        await waitFor(() => this.closed
                            || this.text.includes(`\n\nid: ${id}\nevent: `),
                      () => `event ${id}: ${this.text.slice(-300)}`);
    }

    close() {
        this.socket.destroy();
    }
}


async function open(port, options) {
    const reader = new Reader(port, options);

    await reader.ready();

    return reader;
}


async function openAll(t, port, n, more = {}) {
    const all = sequence(n).map((i) => new Reader(port, {
        ...more, n: Number(i) + (more.n || 0)
    }));

    t.after(() => all.forEach((reader) => reader.close()));

    for (const reader of all) {
        await reader.ready();
        assert.strictEqual(reader.status, 200, reader.text);
    }

    return all;
}


/* bytes of a process, without those of the zone */

function resident(pid) {
    const [, kb] = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
        .match(/^RssAnon:\s*(\d+) kB$/m);

    return Number(kb) * KB;
}


/* seconds of the processor that a process has used */

function used(pid) {
    const [, fields] = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
        .match(/\) (.*)/);
    const [utime, stime] = fields.split(' ').slice(11, 13).map(Number);

    return (utime + stime) / 100;
}


/* prints n times on a station; the number of the last event */

async function print(port, one, n) {
    const before = one.prints.length;

    await jobs.printAll(port, one.id, before, before + n);
    await one.printed(before + n);

    const last = await jobs.print(port, one.id, 'last');

    await jobs.becomes(port, last, 'received');

    return newest(port);
}


/* one print for each of many clientIds */

async function printMany(port, ids) {
    const { status, body } = await http.request(port, {
        method: 'POST', path: '/jobs?wait=10s',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ clientIds: ids, data: { printData: 1 } })
    });

    assert.strictEqual(status, 201, body);
}


/* prints until a slow reader is closed; each time are 60 KB of events */

async function flood(port, ids, closed) {
    for (let n = 0; !closed(); n++) {
        assert.ok(n < 500, 'a slow reader was not closed');
        await printMany(port, ids);
    }
}


/* a station with 60 long names: { one, ids } */

async function many(port) {
    const one = await station.websocket(port, 'many');
    const ids = sequence(60).map((n) => `${'-'.repeat(90)}${n}`);

    await one.register(...ids);

    return { one, ids };
}


/* two texts are the same; a message with all of them would help nobody */

function same(text, wanted) {
    if (text === wanted) {
        return;
    }

    const at = [...wanted].findIndex((c, i) => c !== text[i]);
    const parts = [text, wanted].map((all) => {
        return all.slice(Math.max(0, at - 200), at + 200);
    });

    assert.fail(`${text.length} and ${wanted.length} bytes, at ${at}: `
                + JSON.stringify(parts));
}


/* the events of two streams, the second of which continues the first one */

function joined(first, second) {
    assert.strictEqual(second.ids[0], first.ids.at(-1) + 1);

    return first.events.join('') + second.events.join('');
}


/* the number of the newest event */

async function newest(port) {
    const reader = await open(port);

    reader.close();

    return Number(reader.text.match(/\nid: (\d+)\n/)[1]);
}


it('300 readers cost little more than one', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, OPTIONS);
    const { port } = nginx;
    const [pid] = nginx.workers();
    const one = await station.websocket(port, 'busy');
    const two = await station.websocket(port, 'other');
    const cost = [];

    for (const n of [1, 300]) {
        const readers = await openAll(t, port, n);
        const some = await openAll(t, port, 5, { n: 300, client: 'other' });
        const start = used(pid);

        await print(port, one, 150);
        await print(port, two, 3);

        const last = await print(port, one, 150);

        for (const reader of readers) {
            await reader.until(last);
        }

        cost.push(used(pid) - start);

        /* all get the same, and some of them a part of it */

        const all = readers[0].events;
        const part = all.filter((event) => {
            return event.includes('"clientId":"other"');
        });

        assert.ok(all.length >= 3 * 300);
        assert.ok(part.length >= 3 * 3);

        readers[0].ids.forEach((id, i, ids) => {
            assert.strictEqual(id, ids[0] + i);
        });

        for (const reader of readers) {
            same(reader.events.join(''), all.join(''));
        }

        for (const reader of some) {
            await waitFor(() => reader.events.length >= part.length,
                          'the events of a station');
            same(reader.events.join(''), part.join(''));
        }

        [...readers, ...some].forEach((reader) => reader.close());
    }

    t.diagnostic(`seconds: ${cost.join(', ')}`);

    /* the processor is slower if the module is checked */

    if (!process.env.E2E_SANITIZER) {
        assert.ok(cost[1] - cost[0] <= 0.3, `seconds: ${cost.join(', ')}`);
    }

    one.leave();
    two.leave();
});


it('readers that come later get the same', { skip: NGINX_ONLY }, async (t) => {
    const { port } = await serve(t, OPTIONS);
    const one = await station.websocket(port, 'busy');
    const [first] = await openAll(t, port, 1);
    const start = await newest(port);
    const later = [];

    let over = false;

    const prints = print(port, one, 300).finally(() => {
        over = true;
    });

    for (let n = 0; n < 25 && !over; n++) {
        const last = first.ids.at(-1 - n) || start;

        later.push({ last, reader: await open(port, { n: 40, last }) });
    }

    const end = await prints;

    assert.ok(later.length > 5);
    await first.until(end);

    const { events, ids } = first;

    for (const { last, reader } of later) {
        await reader.until(end);

        same(reader.events.join(''),
             events.slice(ids.findIndex((id) => id > last)).join(''));
        reader.close();
    }

    one.leave();
});


it('a slow reader is closed, and resumes', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, maxClientIds: 64, listen: 'sndbuf=16k'
    });
    const { port } = nginx;
    const { one, ids } = await many(port);
    const [fast] = await openAll(t, port, 1);
    const slow = [
        await open(port, { n: 40 }),
        await open(port, { n: 40, client: ids[7] }),
        await open(port, { n: 40, client: 'nobody' })
    ];

    slow.forEach(({ socket }) => socket.pause());

    await flood(port, ids, () => /api: client reads events too slowly/
        .test(nginx.log()));

    assert.match(nginx.log(), /\[info\] .*print hub: api: client reads events too slowly, 2\d\d KB wait for it, closing connection/);

    slow.forEach(({ socket }) => socket.resume());
    await waitFor(() => slow[0].closed, 'the end of a slow reader');
    await printMany(port, ids);

    const second = await open(port, { n: 40, last: slow[0].ids.at(-1) });
    const last = await newest(port);

    await fast.until(last);
    await second.until(last);

    same(joined(slow[0], second), fast.events.join(''));

    /* those for whom little waits stay */

    const of = fast.events.filter((event) => {
        return event.includes(`"clientId":"${ids[7]}"`);
    });

    await waitFor(() => slow[1].events.length >= of.length,
                  'the events of a station');
    same(slow[1].events.join(''), of.join(''));
    assert.ok(!fast.closed && !slow[1].closed && !slow[2].closed);

    [fast, second, ...slow].forEach((reader) => reader.close());
    one.leave();
});


it('unread events count in the budget', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, maxClientIds: 64, maxPayload: 64 * KB,
        listen: 'sndbuf=16k', http: 'print_hub_message_buffer 128k;'
    });
    const { port } = nginx;
    const { one, ids } = await many(port);
    const [fast] = await openAll(t, port, 1);
    const slow = await open(port, { n: 40 });

    slow.socket.pause();

    await flood(port, ids, () => /incomplete messages hold/
        .test(nginx.log()));

    assert.match(nginx.log(), /print hub: incomplete messages hold 128k, closing the largest, 1\d\d KB, client: 127\.0\.1\.2$/m);
    assert.doesNotMatch(nginx.log(), /too slowly/);

    slow.socket.resume();
    await waitFor(() => slow.closed, 'the end of a slow reader');

    const second = await open(port, { n: 40, last: slow.ids.at(-1) });
    const last = await newest(port);

    await fast.until(last);
    await second.until(last);

    same(joined(slow, second), fast.events.join(''));
    assert.ok(!fast.closed);

    [fast, second].forEach((reader) => reader.close());
    one.leave();
});


it('an address has a limit', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, OPTIONS);
    const { port } = nginx;
    const all = await Promise.all(sequence(ADDRESS).map(() => open(port)));
    const more = await open(port);
    const answer = more.text.replace(/\r/g, '');

    assert.strictEqual(more.status, 429);
    assert.match(answer, /^Retry-After: 5$/m);
    assert.doesNotMatch(answer, /^Retry-After: 1$/m);
    assert.match(answer, /\n\n\{"error":\{"code":"too_many_streams","message":"this address has 32 streams of events, the limit"\}\}$/);
    assert.match(nginx.log(), /\[warn\] .*print hub: api: address 127\.0\.1\.1 has 32 streams of events, the limit; if it is a proxy, see set_real_ip_from$/m);

    /* others have theirs, and HEAD needs none */

    const other = await open(port, { n: 40 });

    assert.strictEqual(other.status, 200);

    const { status } = await http.request(port, { method: 'HEAD',
                                                  path: '/events' });

    assert.strictEqual(status, 200);

    /* one that leaves makes room */

    all[0].close();

    await waitFor(async () => {
        const reader = await open(port);
        const right = reader.status === 200;

        reader.close();

        return right;

    }, 'room for a stream');

    [...all, other].forEach((reader) => reader.close());
});


it('the limit of an address is that of its location', { skip: NGINX_ONLY },
   async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, location: 'print_hub_limit streams=3;',
        server: `
            location /dry/ { print_hub_api on;
                             print_hub_limit streams=3 dry_run; }
            location /off/ { print_hub_api on; print_hub_limit off; }`
    });
    const { port } = nginx;
    const all = await openAll(t, port, 3);
    const count = (path) => open(port, { path }).then((reader) => {
        all.push(reader);

        return reader.status;
    });

    assert.strictEqual(await count('/events'), 429);
    assert.doesNotMatch(nginx.log(), /dry run/);
    assert.strictEqual(await count('/dry/events'), 200);
    assert.match(nginx.log(), /has 3 streams of events, the limit; if it is a proxy, see set_real_ip_from, dry run$/m);
    assert.strictEqual(await count('/off/events'), 200);
    assert.strictEqual(await count('/events'), 429);

    all.forEach((reader) => reader.close());
});


it('a worker has a limit', { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        ...OPTIONS, zone: '64m', main: 'worker_rlimit_nofile 8192;'
    });
    const { port } = nginx;
    const [pid] = nginx.workers();
    const one = await bystander(t, port);
    const sizes = [];

    for (let round = 0; round < 2; round++) {
        const all = await openAll(t, port, WORKER);
        const more = await open(port, { n: WORKER });

        assert.strictEqual(more.status, 503);
        assert.match(more.text, /\r\nRetry-After: 5\r\n/);
        assert.match(more.text, /\{"error":\{"code":"too_many_streams","message":"this worker has 1024 streams of events, the limit"\}\}$/);
        assert.match(nginx.log(), /\[warn\] .*print hub: api: this worker has 1024 streams of events, the limit, client: 127\.0\.1\.35$/m);

        await one.served();

        const last = await newest(port).catch(() => 0);

        assert.strictEqual(last, 0);

        all.forEach((reader) => reader.close());

        await waitFor(async () => {
            const reader = await open(port);

            reader.close();

            return reader.status === 200;

        }, 'room for a stream');

        await one.served();

        sizes.push(resident(pid));
    }

    t.diagnostic(`bytes of the worker: ${sizes.join(', ')}`);

    if (!process.env.E2E_SANITIZER) {
        assert.ok(sizes[1] - sizes[0] < 512 * KB, sizes.join(', '));
    }

    await one.end();
});


it('readers go on after a reload and the death of a worker',
   { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, OPTIONS);
    const { port } = nginx;
    const one = await station.websocket(port, 'busy');
    const first = await openAll(t, port, 60);
    const text = [];

    await print(port, one, 20);

    const old = await nginx.reload();

    await waitFor(() => first.every(({ closed }) => closed),
                  'the end of the streams');
    one.leave();
    await nginx.gone(old);

    const two = await station.websocket(port, 'again');
    const second = first.map((reader, n) => {
        return new Reader(port, { n, last: reader.ids.at(-1) });
    });

    await second[0].ready();

    const seen = await print(port, two, 20);

    for (const reader of second) {
        await reader.until(seen);
    }

    await nginx.kill(nginx.workers()[0]);
    await waitFor(() => second.every(({ closed }) => closed),
                  'the end of the streams');

    const three = await station.websocket(port, 'third');
    const third = second.map((reader, n) => {
        return new Reader(port, { n, last: reader.ids.at(-1) });
    });

    await third[0].ready();

    const last = await print(port, three, 20);

    for (const [n, reader] of third.entries()) {
        await reader.until(last);

        text.push(joined(first[n], second[n]) + reader.events.join(''));
        assert.strictEqual(reader.ids[0], second[n].ids.at(-1) + 1);
        same(text[n], text[0]);
        reader.close();
    }

    three.leave();
});
