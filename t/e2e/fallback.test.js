
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Several connections register one clientId: which of them has it, when one of
 * them ends, registers again, or is read late.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const sse = require('./lib/sse');
const { connect, next, register, socket } = require('./lib/recovery');
const { Steer } = require('./lib/steer');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const OPTIONS = { pingInterval: LONG, pingTimeout: LONG };


/* a print arrives at this connection, which has the clientId */

async function serves(port, one, clientId) {
    const { connected, socketId } = await hub.entry(port, clientId);

    assert.ok(connected);
    assert.strictEqual(socketId, one.sid);

    one.prints.length = 0;

    const id = await jobs.print(port, clientId, 'more');

    await takes(one, 'more');
    await jobs.becomes(port, id, 'received');
}


/* it receives these prints, and confirms them */

async function takes(one, ...texts) {
    while (one.prints.length < texts.length) {
        await next(one, '2');
        one.text('3');
    }

    assert.deepStrictEqual(one.prints, texts);
}


/* the clientId belongs to this connection now */

async function falls(port, clientId, one) {
    await waitFor(async () => {
        const { connected, socketId } = await hub.entry(port, clientId);

        return connected && socketId === one.sid;
    }, `${clientId} to be at ${one.sid}`);
}


async function describes(one, clientId, options) {
    one.text(`420${JSON.stringify(['register', clientId, options])}`);
    await next(one, '430');
}


for (const workers of WORKERS) {
    describe(`fallback, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        const options = { ...OPTIONS, workers };

        it('to the tab that is still open', async (t) => {
            const target = await serve(t, options);
            const { port } = target;
            const tabs = [];

            for (let i = 0; i < 3; i++) {
                tabs.push(await socket(port, 'x'));
            }

            const [one, two, three] = tabs;

            await serves(port, three, 'x');
            three.destroy();
            await falls(port, 'x', two);
            await serves(port, two, 'x');

            /* it leaves, and its connection stays */

            two.text('41');
            await falls(port, 'x', one);
            await serves(port, one, 'x');

            const text = target.log();

            for (const [left, has] of [[three, two], [two, one]]) {
                assert.match(text, new RegExp('client disconnected, .*, '
                    + `clientId: "x", socketId: ${left.sid}, .*online `
                    + `elsewhere, socketId: ${has.sid}`));
            }

            one.destroy();
            await hub.offline(port, 'x');
            assert.strictEqual(await hub.print(port, 'x', 'y'), hub.OFFLINE);
            two.destroy();
        });

        it('from long-polling to a WebSocket and back', async (t) => {
            const { port } = await serve(t, options);
            const one = await eio.polling(port);

            await one.post('40');
            Object.assign(one, JSON.parse((await one.receive())[0].slice(2)));
            await one.post('42["register","x"]');
            await hub.online(port, 'x');

            const two = await socket(port, 'x');

            assert.match((await one.receive())[0], /"code":"taken_over"/);

            const three = await socket(port, 'x');

            await serves(port, three, 'x');
            three.destroy();
            await falls(port, 'x', two);
            two.destroy();
            await falls(port, 'x', one);

            await hub.deliver(port, 'x', 'polled');
            assert.match((await one.receive())[0], /"printData":"polled"/);
            await one.post('1');
            await hub.offline(port, 'x');
        });

        it('not to one that has left', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port, 'x');
            const two = await socket(port, 'x');

            one.text('41');
            one.text('40');
            await next(one, '40');

            two.destroy();
            await hub.offline(port, 'x');
            one.destroy();
        });

        it('registers again', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port, 'x');
            const two = await socket(port, 'x');

            await serves(port, two, 'x');
            await register(one, 'x');
            await serves(port, one, 'x');
            await register(two, 'x');
            await serves(port, two, 'x');
            await register(one, 'x');
            one.destroy();
            await falls(port, 'x', two);
            await serves(port, two, 'x');
            two.destroy();
        });

        it('an older connection registers for the first time', async (t) => {
            const { port } = await serve(t, options);
            const one = await socket(port);
            const two = await socket(port, 'x');

            await register(one, 'x');
            await serves(port, two, 'x');
            await register(one, 'x');
            await serves(port, two, 'x');
            two.destroy();
            await falls(port, 'x', one);
            await serves(port, one, 'x');
            one.destroy();
        });

        it('with what each of them has told', async (t) => {
            const { port } = await serve(t, options);
            const told = async () => {
                const { info, printers, ack } = await http.json(port,
                                                                '/clients/x');

                return { info, printers, ack };
            };

            const first = { info: { at: 'hall 1' }, printers: ['A'],
                            ack: true };
            const second = { info: 'x'.repeat(1000), printers: ['B', 'C'],
                             ack: false };
            const third = { info: 3, printers: [], ack: true };

            const tabs = [];

            for (const what of [first, second]) {
                const one = await socket(port);

                await describes(one, 'x', what);
                tabs.push(one);
                assert.deepStrictEqual(await told(), what);
            }

            const [one, two] = tabs;

            assert.match(await next(one, '42'), /"code":"taken_over"/);
            two.destroy();
            await falls(port, 'x', one);
            assert.deepStrictEqual(await told(), first);

            /* its station acknowledges, as it said */

            const id = await jobs.print(port, 'x', 'y');

            assert.match(await one.next(), /^42\d+\["print"/);

            /* an older one, which does not have it, describes it anew */

            const three = await socket(port);

            await describes(three, 'x', second);
            await describes(one, 'x', third);
            assert.deepStrictEqual(await told(), third);
            three.destroy();
            assert.deepStrictEqual(await told(), third);
            one.destroy();
            await hub.offline(port, 'x');
            assert.notStrictEqual((await jobs.get(port, id)).state, 'received');
        });

        it('with the jobs that wait', async (t) => {
            const { port } = await serve(t, { ...options,
                                              unconfirmed: 'resend' });
            const one = await socket(port, 'x');
            const two = await socket(port, 'x');
            const ids = await jobs.printAll(port, 'x', 0, 3);

            /* the newer connection takes the jobs and confirms none */

            await next(two, '2');
            two.destroy();
            await takes(one, '0', '1', '2');

            for (const id of ids) {
                const job = await jobs.becomes(port, id, 'received');

                assert.strictEqual(job.attempts, 2);
            }

            one.destroy();
        });

        it('is told as an event', async (t) => {
            const { port } = await serve(t, options);
            const reader = await sse.open(port);

            t.after(() => reader.close());

            const one = await socket(port, 'x');
            const two = await socket(port, 'x');

            two.destroy();
            await falls(port, 'x', one);
            one.destroy();
            await reader.until(({ data }) => data.connected === false,
                               'the end');

            assert.deepStrictEqual(
                reader.events.map(({ event, data }) => {
                    return [event, data.clientId, data.connected];
                }),
                [['client', 'x', true], ['takeover', 'x', undefined],
                 ['client', 'x', true], ['client', 'x', true],
                 ['client', 'x', false]]);
        });

        it('of several clientIds of one connection', async (t) => {
            const { port } = await serve(t, { ...options,
                                                maxClientIds: 64 });
            const ids = Array.from({ length: 64 }, (_, i) => `n${i}`);
            const one = await socket(port, 'own');
            const two = await socket(port);

            for (const id of ids.slice(1)) {
                await register(one, id);
            }

            for (const id of ids) {
                await register(two, id);
            }

            /* what it may get back counts, too */

            one.text('42["register","more"]');

            for (const id of ids.slice(1)) {
                assert.match(await next(one, '42'), new RegExp(
                    `"code":"taken_over","clientId":"${id}"`));
            }

            assert.match(await next(one, '42'), /"error".*64 clientIds/);

            two.destroy();
            await hub.offline(port, ids[0]);

            for (const id of ids.slice(1)) {
                await falls(port, id, one);
            }

            one.destroy();
            await hub.offline(port, 'own', ...ids);
        });

        it('when the worker of the owner is killed', async (t) => {
            const target = await serve(t, options);
            const { port } = target;
            const one = await socket(port, 'x');
            const steer = new Steer(port, target.workers());

            t.after(() => steer.end());

            if (workers === 1) {
                /* both of them are lost */

                await target.kill(target.workers()[0]);
                await hub.offline(port, 'x');
                one.destroy();
                return;
            }

            const { worker } = await http.json(port, '/clients/x');
            const other = target.workers().find((pid) => pid !== worker);
            const two = await steer.websocket(other, `${eio.PATH}`
                                                     + '&transport=websocket');

            await two.next();
            two.prints = [];
            await connect(two, '');
            await register(two, 'x');
            await falls(port, 'x', two);
            await target.kill(other);
            await falls(port, 'x', one);
            await serves(port, one, 'x');
            one.destroy();
        });
    });
}


describe('fallback, a worker that stands still', { skip: NGINX_ONLY }, () => {

    for (const order of ['older', 'newer']) {
        it(`what the ${order} connection said is read late`, async (t) => {
            const target = await serve(t, { ...OPTIONS, workers: 2 });
            const { port } = target;
            const steer = new Steer(port, target.workers());
            const [still, runs] = steer.workers;

            t.after(() => steer.end());

            const open = async (pid) => {
                const one = await steer.websocket(pid, `${eio.PATH}`
                                                     + '&transport=websocket');

                one.prints = [];
                await one.next();
                await connect(one, '');

                return one;
            };

            const first = await open(order === 'older' ? still : runs);
            const second = await open(order === 'older' ? runs : still);
            const [late, has] = order === 'older' ? [first, second]
                                                  : [second, first];

            await steer.request(still, { path: '/worker' });
            await steer.request(runs, { path: '/worker' });

            process.kill(still, 'SIGSTOP');

            try {
                late.text('42["register","x"]');
                late.socket.end();
                await register(has, 'x');

            } finally {
                process.kill(still, 'SIGCONT');
            }

            await waitFor(() => target.log().includes(late.sid)
                                && new RegExp('client disconnected, .*'
                                    + `socketId: ${late.sid}`)
                                    .test(target.log()),
                          'the end of the late connection');
            await falls(port, 'x', has);
            await serves(port, has, 'x');
            has.destroy();
            await hub.offline(port, 'x');
        });
    }
});
