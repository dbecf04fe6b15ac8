
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What an operator finds in error_log: stations that take a clientId from each
 * other, jobs that went wrong, and what a reload or a stop forgets.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const stations = require('./lib/station');
const ws = require('./lib/raw_ws');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const REALIP = 'set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;';


/* the lines that match, from "print hub:" on, with their level */

function lines(target, pattern) {
    return target.log().split('\n').filter((line) => pattern.test(line))
        .map((line) => {
            const [, level, text] = line.match(/\[(\w+)\].*?(print hub: .*)$/);

            return `${level} ${text}`;
        });
}


async function logged(target, pattern, n = 1) {
    await waitFor(() => lines(target, pattern).length >= n,
                  () => `${n} lines ${pattern}\n${target.log()}`);

    return lines(target, pattern);
}


/* the next packet that is no ping */

async function packet(one) {
    let text;

    do {
        text = await one.next();

    } while (text === '2');

    return text;
}


/* nothing was heard of a station for that long, by the hub's clock */

async function quiet(port, id, ms) {
    await waitFor(async () => {
        const { headers, body } = await http.request(port, `/clients/${id}`);

        return Date.parse(headers.date) - Date.parse(JSON.parse(body).lastSeen)
               >= ms;

    }, `${id} to be silent`);
}


/* a WebSocket from an address that has registered an id: its socketId */

async function register(port, address, id, options = {}) {
    const one = await ws.connect(port, {
        path: `${eio.PATH}&transport=websocket`,
        headers: { 'X-Real-IP': address }
    });

    await one.next();
    one.text('40');
    one.socketId = JSON.parse((await packet(one)).slice(2)).sid;
    one.text(`420${JSON.stringify(['register', id, options])}`);
    assert.strictEqual(await packet(one), '430[]');

    return one;
}


it('many stations that come back do not hide that one is taken over',
   { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, {
        location: REALIP, pingInterval: 1000, pingTimeout: LONG
    });
    const { port } = target;
    const all = [await register(port, '10.0.0.8', 'x')];

    for (let i = 0; i < 100; i++) {
        all.push(await register(port, '10.0.0.9', `y${i}`));
    }

    await quiet(port, 'y99', 2000);

    for (let i = 0; i < 100; i++) {
        all.push(await register(port, '10.0.0.9', `y${i}`));
    }

    all.push(await register(port, '10.0.0.7', 'x'));

    const [taken] = await logged(target, /\[warn\].* taken over/);

    assert.match(taken, /^warn print hub: client taken over, clientId: "x", /);

    const [more] = await logged(target, /more "client taken over" lines/);

    assert.match(more, /^notice print hub: \d+ more "client taken over" lines were left out$/);
    assert.strictEqual(lines(target, /\[warn\].* taken over/).length, 1);

    all.forEach((one) => one.destroy());
});


for (const workers of WORKERS) {
    it(`a clientId is taken from a living connection, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const target = await serve(t, { workers, location: REALIP });
        const { port } = target;

        const a = await register(port, '10.0.0.8', 'x');
        const b = await register(port, '10.0.0.7', 'x');
        const c = await register(port, '10.0.0.7', 'x');

        const taken = await logged(target, /taken over/, 2);

        assert.deepStrictEqual(taken, [
            `warn print hub: client taken over, clientId: "x", from: ${
                a.socketId}, client: 10.0.0.8, by: ${
                b.socketId}, client: 10.0.0.7`,
            `warn print hub: client taken over, clientId: "x", from: ${
                b.socketId}, client: 10.0.0.7, by: ${
                c.socketId}, client: 10.0.0.7`
        ]);

        /* not from one that is gone */

        c.destroy();
        await hub.offline(port, 'x');

        const d = await register(port, '10.0.0.9', 'x');

        await logged(target, new RegExp(`registered.*${d.socketId}`));
        assert.strictEqual(lines(target, /taken over/).length, 2);

        for (const one of [a, b, d]) {
            one.destroy();
        }
    });


    it(`a station comes back after its old connection has been silent, ${
        workers} worker(s)`, { skip: NGINX_ONLY }, async (t) => {
        const target = await serve(t, {
            workers, location: REALIP, pingInterval: 1000, pingTimeout: LONG
        });
        const { port } = target;
        const all = [];

        for (const [last, id] of [['10.0.0.7', 'same'],
                                  ['10.0.0.8', 'another'],
                                  ['2001:db8:0:1::8', 'network'],
                                  ['2001:db8:0:2::7', 'foreign']])
        {
            all.push(await register(port, last, id));
        }

        await quiet(port, 'foreign', 2000);

        for (const [next, id] of [['10.0.0.7', 'same'],
                                  ['10.0.0.7', 'another'],
                                  ['2001:db8:0:1::7', 'network'],
                                  ['2001:db8:0:1::7', 'foreign']])
        {
            all.push(await register(port, next, id));
        }

        const taken = await logged(target, /taken over/, 4);

        assert.deepStrictEqual(taken.map((line) => {
            return line.match(/^(\w+) .*clientId: "(\w+)"/).slice(1);
        }), [['notice', 'same'], ['warn', 'another'], ['notice', 'network'],
             ['warn', 'foreign']]);

        all.forEach((one) => one.destroy());
    });


    it(`jobs that ended, ${workers} worker(s)`, { skip: NGINX_ONLY },
       async (t) => {
        const target = await serve(t, { workers, queue: 100 });
        const { port } = target;
        const one = await register(port, '10.0.0.8', 'x', { ack: true });

        async function print(answer) {
            const id = await jobs.print(port, 'x', 'i');
            const [, ack] = (await one.next()).match(/^42(\d+)\[/);

            one.text(`43${ack}[${answer}]`);

            const fence = await one.next();

            assert.strictEqual(fence, '2');
            one.text('3');

            return id;
        }

        const failed = await print('{"error":"paper out"}');
        const printed = await print('{"ok":true}');
        const received = await print('');

        one.destroy();
        await hub.offline(port, 'x');

        const canceled = await jobs.print(port, 'x', 'i');

        await http.request(port, { method: 'DELETE',
                                   path: `/jobs/${canceled}` });

        const { json } = await jobs.post(port, { clientId: 'x', ttl: '1ms' });
        const all = await logged(target, /print hub: job /, 3);

        assert.deepStrictEqual(all.sort(), [
            `notice print hub: job failed, "paper out", id: ${failed}, `
            + 'clientId: "x", attempts: 1',
            `notice print hub: job expired, waited 0 s, id: ${json.id}, `
            + 'clientId: "x", attempts: 0',
            `info print hub: job canceled, id: ${canceled}, clientId: "x", `
            + 'attempts: 0'
        ].sort());

        /* a line for each job that went right would be too many */

        for (const id of [printed, received]) {
            assert.ok(!target.log().includes(`id: ${id}`));
        }
    });
}


it('a job that was sent to a station that went away', { skip: NGINX_ONLY },
   async (t) => {
    const target = await serve(t, {});
    const { port } = target;
    const one = await register(port, '10.0.0.8', 'x');
    const id = await jobs.print(port, 'x', 'i');

    assert.match(await one.next(), /^42\["print"/);
    one.destroy();

    const [line] = await logged(target, /job unconfirmed/);

    assert.strictEqual(line, 'notice print hub: job unconfirmed, transport '
                             + `close, id: ${id}, clientId: "x", attempts: 1`);
});


it('many jobs that end at once: a bounded number of lines',
   { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, { queue: 300 });
    const { port } = target;
    const one = await register(port, '10.0.0.8', 'x');

    one.destroy();
    await hub.offline(port, 'x');

    for (let i = 0; i < 200; i++) {
        await jobs.print(port, 'x', 'i');
    }

    await http.request(port, { method: 'DELETE', path: '/clients/x' });

    function more() {
        return lines(target, /more like the last one/).map((line) => {
            const [, n] = line.match(/^info print hub: (\d+) more like the last one, canceled: \1$/);

            return Number(n);
        });
    }

    function single() {
        return lines(target, /print hub: job canceled/).length;
    }

    await waitFor(() => single() + more().reduce((a, n) => a + n, 0) === 200,
                  () => `200 jobs in the log\n${target.log()}`);

    /* they end in one call, so in two seconds at most */

    assert.ok(single() <= 20);
    assert.ok(more().length >= 1);
});


it('a flood of connections: ten lines of each kind in a second',
   { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, {});
    const { port } = target;
    const N = 200;
    const all = [];

    for (let i = 0; i < N; i++) {
        all.push(await register(port, '10.0.0.8', `x${i}`));
    }

    all.forEach((one) => one.destroy());

    /* each line is in the log, or is counted in a line of a later second */

    for (const kind of ['connected', 'registered', 'disconnected']) {
        const written = new RegExp(`print hub: client ${kind}, `);
        const more = new RegExp(`^notice print hub: (\\d+) more "client ${
            kind}" lines were left out$`);

        const left = () => lines(target, /lines were left out/)
            .map((line) => line.match(more)).filter((found) => found)
            .map((found) => Number(found[1]));

        const single = () => lines(target, written).length;

        await waitFor(() => single() + left().reduce((a, n) => a + n, 0) === N,
                      () => `${N} lines "${kind}"\n${target.log()}`);

        /* a line about those left out ends a second */

        assert.ok(single() <= 10 * (left().length + 1));
        assert.ok(left().length >= 1);
    }

    /* the seconds after it are complete again */

    const one = await register(port, '10.0.0.8', 'last');

    await logged(target, /client registered, clientId: "last"/);
    one.destroy();
    await logged(target, /client disconnected, .* clientId: "last"/);
});


it('lines that were left out are counted when the worker ends',
   { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, {});
    const { port } = target;
    const all = [];

    for (let i = 0; i < 200; i++) {
        all.push(await register(port, '10.0.0.8', `x${i}`));
    }

    await target.reload();
    all.forEach((one) => one.destroy());

    const [line] = await logged(target, /more "client disconnected" lines/);

    assert.match(line, /^notice print hub: \d+ more /);
});


it('no direction of text is changed', { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, {});
    const { port } = target;

    const one = await register(port, '10.0.0.8',
                               '\u202ea\u2066b\u200fc\u061cd\u2028\u4e2d\u007f');

    await logged(target, /registered/);
    assert.match(lines(target, /registered/)[0],
                 /clientId: "\?a\?b\?c\?d\?\u4e2d\?"/);

    const id = await jobs.print(port, '\u202ea\u2066b\u200fc\u061cd\u2028\u4e2d\u007f',
                                'i');

    one.text(`42${JSON.stringify(['printResult',
                                  { jobId: id, error: '\u2067\u200e' }])}`);
    await logged(target, /job failed, "\?\?"/);

    one.text(`42${JSON.stringify(['register', ['\u202d']])}`);
    await logged(target, /must be a string or a number, got \[\\"\?\\"\]/);

    /* the station itself gets the text as it is */

    for ( ;; ) {
        const packet = await one.next();

        if (packet.startsWith('42["error"')) {
            assert.ok(packet.includes('\u202d'));
            break;
        }
    }

    one.destroy();
});


it('that any station may come, when nginx starts and not at a reload',
   { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t);
    const open = [
        'notice print hub: zone "hub" takes any station: no print_hub_token, '
        + 'print_hub_client_id or print_hub_authorize in location "/" of '
        + `${target.folder}/nginx.conf:N`
    ];
    const doors = () => lines(target, /takes any station/)
        .map((line) => line.replace(/\d+$/, 'N'));

    assert.deepStrictEqual(doors(), open);

    await target.reload({});
    assert.deepStrictEqual(doors(), open);

    const { text } = await target.test({});

    assert.ok(!text.includes('takes any station'), text);
});


it('what a stop forgets', { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, { queue: 10, zone: '1m' });
    const { port } = target;
    const forgotten = /are forgotten/;

    const one = await stations.websocket(port, 'a');
    const two = await stations.websocket(port, 'b');

    one.leave();
    two.leave();
    await hub.offline(port, 'a', 'b');

    for (let i = 0; i < 3; i++) {
        await jobs.print(port, 'a', 'i');
    }

    /* nothing, because the zone is kept */

    await target.reload({});
    assert.deepStrictEqual(lines(target, forgotten), []);

    await target.halt();
    assert.deepStrictEqual(lines(target, forgotten), [
        'warn print hub: zone: 3 jobs that waited and 2 stations of zone '
        + '"hub" are forgotten, because nginx stops'
    ]);
});


describe('a worker that dies', { skip: NGINX_ONLY }, () => {

    it('is named once, with the websockets that were at it', async (t) => {
        const nginx = await serve(t, { workers: 2 });
        const { port } = nginx;
        const all = [];

        for (let i = 0; i < 3; i++) {
            all.push(await stations.websocket(port, `x-${i}`));
        }

        const [{ worker }] = all;
        const n = all.filter((one) => one.worker === worker).length;

        await nginx.kill(worker);
        await hub.offline(port, 'x-0');

        assert.deepStrictEqual(lines(nginx, /worker: pid/), [
            `warn print hub: worker: pid ${worker} died, ${n} websockets `
            + 'were at it'
        ]);
    });

    it('the one that takes its slot names it, too', async (t) => {
        const nginx = await serve(t, { workers: 1 });
        const { port } = nginx;
        const one = await stations.websocket(port, 'x');

        await nginx.kill(one.worker);
        await hub.offline(port, 'x');

        assert.deepStrictEqual(lines(nginx, /worker: pid/), [
            `warn print hub: worker: pid ${one.worker} died, 1 websockets `
            + 'were at it'
        ]);
    });
});
