
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

    constructor(port, { n = 0, last, client } = {}) {
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

        this.socket.write(`GET /events${query} HTTP/1.0\r\n${header}\r\n`);
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
    const all = sequence(n).map((i) => new Reader(port, { n: i, ...more }));

    t.after(() => all.forEach((reader) => reader.close()));

    for (const reader of all) {
        await reader.ready();
        assert.strictEqual(reader.status, 200, reader.text);
    }

    return all;
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
        const some = await openAll(t, port, 5, { client: 'other' });
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
            assert.strictEqual(reader.events.join(''), all.join(''));
        }

        for (const reader of some) {
            await waitFor(() => reader.events.length >= part.length,
                          'the events of a station');
            assert.strictEqual(reader.events.join(''), part.join(''));
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
