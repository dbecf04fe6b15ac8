
/*
 * Copyright (C) the print hub contributors
 */


/* Receipts and results of jobs that were sent, or the lack of them. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const http = require('./lib/raw_http');
const jobs = require('./lib/jobs');
const { NGINX_ONLY, WORKERS, serve, start } = require('./lib/target');
const { waitFor, SLOW } = require('./lib/wait');


const SOON = { pingInterval: 300 * SLOW, pingTimeout: 300 * SLOW };


/* packets of a connection up to the one that starts so, which is the last */

async function until(socket, start) {
    const packets = [];

    do {
        packets.push(await socket.next());
    } while (!packets.at(-1).startsWith(start));

    return packets;
}


/* a WebSocket of "/" that has registered, and answers pings when told to */

async function station(port, ...args) {
    const socket = await eio.websocket(port);

    await eio.join(socket);
    socket.text(`420${JSON.stringify(['register', ...args])}`);
    await until(socket, '430');

    return socket;
}


/* a client that registers with options, and handles prints by a function */

async function answering(nginx, id, take, options = { ack: true }) {
    const client = clients.open(nginx, id);

    client.jobs = [];
    client.socket.off('connect').off('print');

    client.socket.on('connect', () => {
        client.connects++;
        client.socket.emit('register', id, options);
    });

    client.socket.on('print', (data, jobId, callback) => {
        client.prints.push(data.printData);
        client.jobs.push(jobId);
        take.call(client, callback, jobId);
    });

    await hub.online(nginx.port, id);

    return client;
}


for (const workers of WORKERS) {
    describe(`receipts, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let nginx;
        let port;

        before(async () => {
            nginx = await start({ workers });
            port = nginx.port;
        });

        after(() => nginx.stop());

        for (const version of Object.keys(clients.VERSIONS)) {
            for (const transports of Object.keys(clients.TRANSPORTS)) {
                const state = version === '2.5' ? 'sent' : 'received';

                it(`${state}: ${version}, ${transports}`, async () => {
                    const id = `${version} ${transports}`;
                    const client = await clients.connect(nginx, id, {
                        version, transports
                    });
                    const ids = await jobs.printAll(port, id, 0, 5);

                    for (const one of ids) {
                        await jobs.becomes(port, one, state);
                    }

                    assert.deepStrictEqual(client.reasons, []);
                    client.leave();
                });
            }
        }

        it('of jobs that share a fence', async () => {
            const one = await eio.polling(port);

            await one.join();
            await one.post('42["register","share"]');
            await hub.online(port, 'share');

            const ids = await jobs.printAll(port, 'share', 0, 5);

            assert.deepStrictEqual(await one.receive(), [
                ...['0', '1', '2', '3', '4'].map((n) => {
                    return `42["print",{"printData":"${n}"}]`;
                }), '2'
            ]);

            for (const id of ids) {
                assert.strictEqual((await jobs.get(port, id)).state, 'sent');
            }

            await one.post('3');

            for (const id of ids) {
                assert.strictEqual((await jobs.get(port, id)).state,
                                   'received');
            }
        });

        it('by counting', async () => {
            const one = await station(port, 'count');

            one.text('3');                    /* without a ping */

            const first = await jobs.print(port, 'count', 'x');

            await until(one, '2');

            const second = await jobs.print(port, 'count', 'y');

            await until(one, '2');
            one.text('421["register","count"]');
            await until(one, '431');
            assert.strictEqual((await jobs.get(port, first)).state, 'sent');

            one.text('3');
            await jobs.becomes(port, first, 'received');
            assert.strictEqual((await jobs.get(port, second)).state, 'sent');

            one.text('3');
            await jobs.becomes(port, second, 'received');
            one.destroy();
        });
    });
}


describe('the heartbeat', { skip: NGINX_ONLY }, () => {

    it('a receipt that does not come ends a session', async (t) => {
        const { port } = await serve(t, { ...SOON, workers: 2 });
        const one = await station(port, 'silent');
        const id = await jobs.print(port, 'silent', 'x');

        await jobs.becomes(port, id, 'unconfirmed');
        assert.ok(!await hub.isOnline(port, 'silent'));
        one.destroy();
    });

    it('goes on between prints', async (t) => {
        const nginx = await serve(t, { ...SOON, workers: 2 });
        const client = await clients.connect(nginx, 'busy');

        t.after(() => client.leave());

        for (let n = 0; n < 100; n++) {
            const id = await jobs.print(nginx.port, 'busy', n);

            await jobs.becomes(nginx.port, id, 'received');

            if (n % 25 === 0) {
                const { pings } = client;

                await waitFor(() => client.pings === pings + 2, 'pings');
            }
        }

        assert.deepStrictEqual(client.reasons, []);
        assert.strictEqual(client.connects, 1);
    });
});


for (const workers of WORKERS) {
    describe(`results, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let nginx;
        let port;

        before(async () => {
            nginx = await start({ workers });
            port = nginx.port;
        });

        after(() => nginx.stop());

        /* the answer of a station, and the job's state and reason */

        const answers = [
            ['ok', [{ ok: true }], 'printed', undefined],
            ['error', [{ error: 'paper out' }], 'failed', 'paper out'],
            ['not ok', [{ ok: false }], 'failed', undefined],
            ['an object', [{ error: { code: 7 } }], 'failed', '{"code":7}'],
            ['Unicode', [{ error: '缺纸' }], 'failed', '缺纸'],
            ['nothing', [], 'received', undefined],
            ['something else', ['done', 1], 'received', undefined],
            ['a long reason', [{ error: '纸'.repeat(100) }], 'failed',
             '纸'.repeat(21)]
        ];

        for (const [name, args, state, reason] of answers) {
            it(name, async () => {
                const client = await answering(nginx, name, (callback) => {
                    callback(...args);
                });
                const id = await jobs.print(port, name, 'x');
                const job = await jobs.becomes(port, id, state);

                assert.strictEqual(job.reason || undefined, reason);
                assert.deepStrictEqual(client.jobs, [id]);
                client.leave();
            });
        }

        for (const order of ['before', 'behind']) {
            it(`a failure ${order} the pong counts as delivered`, async () => {
                const id = `counts ${order}`;
                const one = await station(port, id, { ack: true });
                const job = await jobs.print(port, id, 'x');
                const [print] = (await until(one, '2')).filter((packet) => {
                    return /^42\d+\["print"/.test(packet);
                });
                const number = print.match(/^42(\d+)/)[1];

                if (order === 'behind') {
                    one.text('3');
                    await jobs.becomes(port, job, 'received');
                }

                one.text(`43${number}[{"error":"paper out"}]`);
                one.text('3');
                await jobs.becomes(port, job, 'failed');

                const { accepted, delivered, undelivered } = await http.json(
                    port, `/clients/${encodeURIComponent(id)}`
                );

                assert.deepStrictEqual([accepted, delivered, undelivered],
                                       [1, 1, 0]);
                one.destroy();
            });
        }

        it('`sent` ends the wait for a client of protocol 3', async () => {
            const id = 'mute, protocol 3';
            const client = clients.open(nginx, id, { version: '2.5' });

            client.socket.off('connect').on('connect', () => {
                client.socket.emit('register', id, { ack: true });
            });
            await hub.online(port, id);

            /* it is not asked for a receipt, and nothing else comes */

            const { body } = await http.request(port, {
                method: 'POST', path: '/jobs?wait=60s',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ clientId: id, data: 1 })
            });

            assert.strictEqual(JSON.parse(body).state, 'sent');
            client.leave();
        });

        it('no answer', async () => {
            const client = await answering(nginx, 'mute', () => {});
            const id = await jobs.print(port, 'mute', 'x');

            await jobs.becomes(port, id, 'received');
            client.leave();
        });

        it('printResult, later', async () => {
            const client = await answering(nginx, 'later', () => {});
            const id = await jobs.print(port, 'later', 'x');

            await jobs.becomes(port, id, 'received');
            client.socket.emit('printResult', { jobId: id, ok: true });
            await jobs.becomes(port, id, 'printed');

            /* a job is printed once */

            const errors = [];

            client.socket.on('error', (error) => errors.push(error));
            client.socket.emit('printResult', { jobId: id, error: 'no' });
            await waitFor(() => errors.length, 'a refusal');
            assert.match(JSON.stringify(errors), new RegExp(id));
            assert.strictEqual((await jobs.get(port, id)).state, 'printed');
            client.leave();
        });

        it('printResult, after a reconnect', async () => {
            const client = await answering(nginx, 'again', () => {});
            const id = await jobs.print(port, 'again', 'x');

            await jobs.becomes(port, id, 'received');
            client.socket.io.engine.close();
            await client.returned(port);
            client.socket.emit('printResult', { jobId: id, error: 'jam' });
            assert.strictEqual((await jobs.becomes(port, id, 'failed')).reason,
                               'jam');
            client.leave();
        });

        it('not by another station', async () => {
            const one = await answering(nginx, 'one', () => {});
            const two = await answering(nginx, 'two', () => {});
            const id = await jobs.print(port, 'one', 'x');
            let refused = false;

            await jobs.becomes(port, id, 'received');
            two.socket.on('error', () => {
                refused = true;
            });
            two.socket.emit('printResult', { jobId: id, ok: true });
            await waitFor(() => refused, 'a refusal');
            assert.strictEqual((await jobs.get(port, id)).state, 'received');
            one.leave();
            two.leave();
        });

        it('on the wire', async () => {
            const plain = await station(port, 'plain', { info: { a: 1 } });
            const asked = await station(port, 'asked', { ack: true });

            await jobs.print(port, 'plain', 'x');
            assert.deepStrictEqual(await until(plain, '2'), [
                '42["print",{"printData":"x"}]', '2'
            ]);

            const id = await jobs.print(port, 'asked', 'x');
            const [packet] = await until(asked, '42');

            assert.match(packet, /^42\d+\[/);
            assert.deepStrictEqual(JSON.parse(packet.replace(/^\d+/, '')),
                                   ['print', { printData: 'x' }, id]);
            plain.destroy();
            asked.destroy();
        });
    });
}


for (const workers of WORKERS) {
    describe(`fate unknown, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        /* a job that was sent before the connection broke */

        async function breaks(t, options) {
            const nginx = await serve(t, { workers, ...options });
            const { port } = nginx;
            const one = await station(port, 'breaks');
            const id = await jobs.print(port, 'breaks', 'x');

            await until(one, '42');
            one.destroy();
            await hub.offline(port, 'breaks');

            return { nginx, port, id };
        }

        it('is reported', async (t) => {
            const { port, id } = await breaks(t, {});
            const job = await jobs.becomes(port, id, 'unconfirmed');

            assert.match(job.reason, /lost/);

            const again = await station(port, 'breaks');

            await jobs.print(port, 'breaks', 'y');
            assert.strictEqual((await until(again, '42'))[0],
                               '42["print",{"printData":"y"}]');
            again.destroy();
        });

        it('is sent again, as a repetition', async (t) => {
            const { port, id } = await breaks(t, { unconfirmed: 'resend' });

            await jobs.becomes(port, id, 'queued');

            const again = await station(port, 'breaks');
            const packet = (await until(again, '42')).at(-1);

            assert.deepStrictEqual(JSON.parse(packet.slice(2)), [
                'print', { printData: 'x' }, { jobId: id, repetition: true }
            ]);

            await until(again, '2');
            again.text('3');

            const job = await jobs.becomes(port, id, 'received');

            assert.strictEqual(job.attempts, 2);
            again.destroy();
        });

        it('is sent again after the death of all workers', async (t) => {
            const nginx = await serve(t, {
                workers, unconfirmed: 'resend'
            });
            const { port } = nginx;
            const one = await station(port, 'dies');
            const id = await jobs.print(port, 'dies', 'x');

            await until(one, '42');

            for (const pid of nginx.workers()) {
                await nginx.kill(pid);
            }

            const again = await station(port, 'dies');
            const packet = (await until(again, '42')).at(-1);

            assert.strictEqual(JSON.parse(packet.slice(2))[2].jobId, id);
            one.destroy();
            again.destroy();
        });
    });
}


for (const workers of WORKERS) {
    describe(`stations away, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        /* a station that was there once, and then left */

        async function away(t, options) {
            const nginx = await serve(t, { workers, ...options });
            const { port } = nginx;
            const one = await station(port, 'away');

            one.destroy();
            await hub.offline(port, 'away');

            return nginx;
        }

        it('are refused', async (t) => {
            const { port } = await away(t, {});

            assert.strictEqual(await hub.print(port, 'away', 'x'),
                               hub.OFFLINE);
        });

        it('get what waits, in order', async (t) => {
            const nginx = await away(t, { queue: '20 ttl=60s' });
            const { port } = nginx;

            assert.strictEqual(await hub.print(port, 'away', 'x'), hub.QUEUED);
            assert.strictEqual(await hub.print(port, 'nobody', 'x'),
                               hub.UNKNOWN);

            const ids = await jobs.printAll(port, 'away', 0, 10);

            for (const pid of nginx.workers()) {
                await nginx.kill(pid);
            }

            ids.push(...await jobs.printAll(port, 'away', 10, 19));
            await nginx.reload();

            assert.strictEqual((await jobs.get(port, ids[0])).state, 'queued');

            const client = await clients.connect(nginx, 'away');

            t.after(() => client.leave());
            await client.printed(20);
            assert.deepStrictEqual(client.prints, [
                'x', ...Array.from({ length: 19 }, (_, n) => String(n))
            ]);

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }
        });

        it('as many as may wait', async (t) => {
            const { port } = await away(t, { queue: 2 });

            await jobs.printAll(port, 'away', 0, 2);

            const { status, body } = await http.request(
                port, '/startPrint?clientId=away&printData=2');

            assert.ok(status >= 400, `${status}`);
            assert.match(body, /away/);
        });

        it('nothing that is too old', async (t) => {
            const nginx = await away(t, { queue: '10 ttl=100ms' });
            const { port } = nginx;
            const id = await jobs.print(port, 'away', 'x');
            const job = await jobs.becomes(port, id, 'expired');

            assert.strictEqual(job.attempts, 0);

            const one = await station(port, 'away');

            await jobs.print(port, 'away', 'y');
            assert.strictEqual((await until(one, '42')).at(-1),
                               '42["print",{"printData":"y"}]');
            one.destroy();
        });
    });
}
