
/*
 * Copyright (C) the print hub contributors
 */


/* A station whose connection broke comes back, and gets what it missed. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const { back, next, register, socket } = require('./lib/recovery');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Steer } = require('./lib/steer');
const { waitFor, LONG, SLOW } = require('./lib/wait');


const RECOVERY = {
    recovery: `${LONG}ms`, pingInterval: 500 * SLOW, pingTimeout: 500 * SLOW
};
const WEBSOCKET = { transports: 'websocket' };


/* prints 0 to 2, and then those to n - 1 that it does not read */

async function misses(nginx, client, n) {
    await jobs.printAll(nginx.port, client.id, 0, 3);
    await client.printed(3);

    client.freeze();
    await jobs.printAll(nginx.port, client.id, 3, n);
}


/* checks that the socket is the same and got n prints once and in order */

async function recovered(client, socketId, connects, n) {
    await waitFor(() => client.connects === connects,
                  () => `${client.id} to be back, ${client.reasons}`);

    assert.ok(client.socket.recovered);
    assert.strictEqual(client.socket.id, socketId);

    await client.printed(n);
    assert.deepStrictEqual(client.prints, sequence(n));
}


/* reads n prints without giving a receipt */

async function takes(port, one, clientId, n) {
    await jobs.printAll(port, clientId, 0, n);

    while (one.prints.length < n) {
        await next(one, '2');
    }
}


/* breaks the connection and waits until the session is lost */

async function lost(port, one, ...ids) {
    one.destroy();
    await hub.offline(port, ...ids);
}


for (const workers of WORKERS) {
    describe(`recovery, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        const options = { ...RECOVERY, workers };

        it('costs nothing after a break', async (t) => {
            const nginx = await serve(t, options);
            const client = await clients.connect(nginx, 'break', WEBSOCKET);
            const { id } = client.socket;

            t.after(() => client.leave());

            for (let n = 1; n <= 3; n++) {
                await misses(nginx, client, 8);
                client.cut();
                await recovered(client, id, n + 1, 8);

                client.prints.length = 0;
            }

            await jobs.print(nginx.port, 'break', 'x');
            await client.printed(1);
        });

        it('when its worker was killed', async (t) => {
            const nginx = await serve(t, options);
            const client = await clients.connect(nginx, 'killed', WEBSOCKET);
            const { id } = client.socket;

            t.after(() => client.leave());
            await misses(nginx, client, 8);

            for (const pid of nginx.workers()) {
                await nginx.kill(pid);
            }

            client.cut();
            await recovered(client, id, 2, 8);
        });

        it('after a reload', async (t) => {
            const nginx = await serve(t, { ...options, drain: 0 });
            const client = await clients.connect(nginx, 'reload', WEBSOCKET);
            const { id } = client.socket;

            t.after(() => client.leave());
            await misses(nginx, client, 8);

            const old = await nginx.reload();

            client.cut();
            await recovered(client, id, 2, 8);
            await nginx.gone(old);
        });

        it('by long-polling, when its worker was killed', async (t) => {
            const nginx = await serve(t, options);
            const { port } = nginx;
            const steer = new Steer(port, nginx.workers());
            const first = await eio.polling(port);

            await first.post('40');

            const { sid, pid } = JSON.parse((await first.receive())[0]
                                            .slice(2));

            await first.post('42["register","polls"]');
            await hub.online(port, 'polls');
            await jobs.print(port, 'polls', 0);

            const [print] = await first.receive();
            const [, , offset] = JSON.parse(print.slice(2));

            await first.post('3');
            await jobs.printAll(port, 'polls', 1, 4);
            await first.receive();

            await steer.park(steer.workers[0], first);
            await nginx.kill(steer.workers[0]);
            steer.end();

            const second = await eio.polling(port);

            await second.post(`40${JSON.stringify({ pid, offset })}`);

            const packets = await second.receive();

            assert.deepStrictEqual(packets.slice(0, 3).map((packet) => {
                return JSON.parse(packet.slice(2))[1].printData;
            }), ['1', '2', '3']);

            assert.deepStrictEqual(JSON.parse(packets[3].slice(2)),
                                   { sid, pid });
            assert.deepStrictEqual(packets.slice(4), ['2']);
        });

        /*
         * The library holds back what comes before the answer to CONNECT, and
         * forgets neither it nor the old offset if the connection breaks there:
         * it would print twice.
         */

        it('is complete with the first answer to a poll', async (t) => {
            const { port } = await serve(t, { ...options, queue: '100' });
            const first = await socket(port, 'many');

            await jobs.print(port, 'many', 0);
            await next(first, '2');
            first.text('3');
            first.destroy();
            await hub.offline(port, 'many');
            await jobs.printAll(port, 'many', 1, 41);

            const { pid, offset } = first;
            const second = await eio.polling(port);

            await second.post(`40${JSON.stringify({ pid, offset })}`);

            const packets = await second.receive();
            const answer = packets.findIndex((one) => one.startsWith('40'));

            assert.ok(answer > 0, packets.at(-1));
            assert.strictEqual(packets.at(-1), '2');

            const prints = () => packets.filter((one) => /^42/.test(one));

            while (prints().length < 40) {
                await second.post('3');
                packets.push(...await second.receive());
            }

            assert.deepStrictEqual(prints().map((one) => {
                return JSON.parse(one.slice(2))[1].printData;
            }), Array.from({ length: 40 }, (_, n) => `${n + 1}`));
        });

        it('of more than one batch, by a WebSocket', async (t) => {
            const { port } = await serve(t, { ...options, queue: '100' });
            const first = await socket(port, 'many');

            await takes(port, first, 'many', 1);
            first.destroy();
            await hub.offline(port, 'many');
            await jobs.printAll(port, 'many', 1, 41);

            const { pid, offset } = first;
            const second = await eio.websocket(port);
            const prints = [];

            second.text(`40${JSON.stringify({ pid, offset })}`);

            while (prints.length < 40) {
                const packet = await second.next();

                if (/^42/.test(packet)) {
                    prints.push(JSON.parse(packet.slice(2))[1].printData);
                }
            }

            assert.deepStrictEqual(
                prints, Array.from({ length: 40 }, (_, n) => `${n + 1}`)
            );
            second.destroy();
        });

        it('when nothing was received yet', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port, 'fresh');

            await takes(port, one, 'fresh', 2);
            await lost(port, one, 'fresh');

            const two = await back(port, one.pid, undefined);

            assert.strictEqual(two.pid, one.pid);
            assert.strictEqual(two.sid, one.sid);
            assert.deepStrictEqual(two.prints, ['0', '1']);
            assert.ok(await hub.isOnline(port, 'fresh'));
            two.destroy();
        });

        it('of nothing, if all was received', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port, 'all');

            await takes(port, one, 'all', 3);
            await lost(port, one, 'all');

            const two = await back(port, one.pid, one.offset);

            assert.strictEqual(two.sid, one.sid);
            assert.deepStrictEqual(two.prints, []);
            two.destroy();
        });

        it('with two clientIds and without a print', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port, null);
            const info = { site: 'hall 3' };

            one.text(`420${JSON.stringify(['register', 'x', { info }])}`);
            await next(one, '430');
            await register(one, 'y');
            await lost(port, one, 'x', 'y');

            const two = await back(port, one.pid, undefined);

            assert.strictEqual(two.sid, one.sid);
            assert.strictEqual(two.pid, one.pid);
            await hub.online(port, 'x', 'y');

            const client = await http.json(port, '/clients/x');

            assert.deepStrictEqual(client.info, info);
            two.destroy();
        });
    });
}


describe('no recovery', { skip: NGINX_ONLY }, () => {

    /* it is another socket, with a pid of its own */

    function isNew(one, two) {
        assert.notStrictEqual(two.sid, one.sid);
        assert.notStrictEqual(two.pid, one.pid);
        assert.deepStrictEqual(two.prints, []);
        two.destroy();
    }

    function changed(text) {
        const last = text.endsWith('A') ? 'B' : 'A';

        return text.slice(0, -1) + last;
    }

    const cases = {
        'with a wrong pid': (one) => [changed(one.pid), one.offset],
        'with a pid of another form': (one) => [`${one.pid}A`, one.offset],
        'with a pid that is no text': (one) => [1, one.offset],
        'with a wrong offset': (one) => [one.pid, changed(one.offset)],
        "with a user's string": (one) => [one.pid, 'the last line'],
        'with an offset of nobody': (one) => [one.pid, 'A'.repeat(20)]
    };

    for (const [name, present] of Object.entries(cases)) {
        it(name, async (t) => {
            const { port } = await serve(t, { ...RECOVERY, workers: 2 });
            const one = await socket(port, 'a');

            await takes(port, one, 'a', 1);
            await lost(port, one, 'a');
            isNew(one, await back(port, ...present(one)));
        });
    }

    it('of a socket that has registered nothing', async (t) => {
        const { port } = await serve(t, { ...RECOVERY, workers: 2 });
        const one = await socket(port, null);

        /* its connection is still there, or is not */

        isNew(one, await back(port, one.pid, undefined));
        assert.deepStrictEqual(await one.rest(), ['close']);

        const other = await socket(port, null);

        other.destroy();
        isNew(other, await back(port, other.pid, undefined));
    });

    it('without a clientId that was deleted', async (t) => {
        const { port } = await serve(t, { ...RECOVERY, workers: 2 });
        const one = await socket(port, 'x');

        await register(one, 'y');

        const id = await jobs.print(port, 'y', 'print');

        await lost(port, one, 'x', 'y');

        const { status } = await http.request(port, {
            method: 'DELETE', path: '/clients/x'
        });

        assert.strictEqual(status, 204);
        assert.strictEqual((await jobs.get(port, id)).state, 'sent');

        isNew(one, await back(port, one.pid, undefined));
        await jobs.becomes(port, id, 'unconfirmed');
        assert.ok(!await hub.isOnline(port, 'y'));

        /* and the pid is forgotten */

        isNew(one, await back(port, one.pid, undefined));
    });

    it('without a clientId that another connection has', async (t) => {
        const { port } = await serve(t, {
            ...RECOVERY, queue: 4, workers: 2
        });
        const one = await socket(port, 'x');

        await register(one, 'y');
        await lost(port, one, 'x', 'y');

        const other = await socket(port, 'x');

        isNew(one, await back(port, one.pid, undefined));
        await jobs.print(port, 'x', 'print');
        await next(other, '2');
        assert.deepStrictEqual(other.prints, ['print']);
        assert.ok(!await hub.isOnline(port, 'y'));
        other.destroy();
    });

    it('without one that was taken while it was connected', async (t) => {
        const { port } = await serve(t, { ...RECOVERY, workers: 2 });
        const one = await socket(port, 'x');

        await register(one, 'y');

        const other = await socket(port, 'x');

        isNew(one, await back(port, one.pid, undefined));
        assert.match(await one.next(), /"code":"taken_over"/);
        assert.deepStrictEqual(await one.rest(), ['close']);
        await hub.offline(port, 'y');
        assert.strictEqual((await hub.entry(port, 'x')).socketId, other.sid);
        other.destroy();
    });

    it('after the client has left', async (t) => {
        const { port } = await serve(t, { ...RECOVERY, workers: 2 });
        const one = await socket(port, 'a');

        one.text('41');
        await lost(port, one, 'a');
        isNew(one, await back(port, one.pid, undefined));
    });

    it('when the records are used up: the nearest one gives way', async (t) => {
        const { port } = await serve(t, {
            zone: '256k', limit: 'off', recovery: '1h'
        });

        for (let i = 0; i < 150; i++) {
            const one = await socket(port, `gone ${i}`);

            assert.ok(one.pid, `number ${i}`);
            one.destroy();
            await hub.offline(port, `gone ${i}`);
        }

        const last = await socket(port, 'last');
        const { sid, pid } = last;

        last.destroy();
        await hub.offline(port, 'last');

        const again = await back(port, pid, '');

        assert.strictEqual(again.sid, sid);
        again.destroy();
    });

    it('when the time is over', async (t) => {
        const { port } = await serve(t, {
            ...RECOVERY, recovery: '100ms', workers: 2
        });
        const one = await socket(port, 'a');
        const id = await jobs.print(port, 'a', 'x');

        await lost(port, one, 'a');
        await jobs.becomes(port, id, 'unconfirmed');
        isNew(one, await back(port, one.pid, undefined));
    });

    it('if it is off', async (t) => {
        const nginx = await serve(t, { workers: 2 });
        const client = await clients.connect(nginx, 'off', WEBSOCKET);

        t.after(() => client.leave());
        assert.strictEqual(client.socket._pid, undefined);
        client.cut();
        await waitFor(() => client.connects === 2, 'a reconnect');
        assert.ok(!client.socket.recovered);
    });
});
