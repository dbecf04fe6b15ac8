
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reloads that clients with TLS do not notice: their connections stay with the
 * old workers, which pass on all bytes, and their sessions go to the new ones.
 */


'use strict';


const assert = require('node:assert');
const child = require('node:child_process');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const daemon = require('./lib/daemon');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const tls = require('./lib/tls');
const ws = require('./lib/raw_ws');
const { isGone } = require('./lib/nginx');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Pump } = require('./lib/pump');
const { waitFor, LONG } = require('./lib/wait');


const PROTOCOLS = ['TLSv1.2', 'TLSv1.3'];

const OPTIONS = { limit: 'off', pingInterval: LONG, pingTimeout: LONG,
                  drain: 300 };


function configuration(secure, options = {}) {
    return {
        workers: 1, ...OPTIONS, ...options,
        http: `print_hub_handover on tls=${options.time || '1h'};
               ${options.http || ''}`,
        server: `${secure.server} location = /active { stub_status; }`
    };
}


/* nginx with TLS: .secure is its server */

async function serveTls(t, options = {}) {
    const secure = await tls.listen(options.protocol);
    const nginx = await serve(t, configuration(secure, options));

    nginx.secure = secure;

    return nginx;
}


function connectAll(nginx, ids) {
    return Promise.all(ids.map((id) => {
        return tls.websocket(nginx.secure, nginx.port, id);
    }));
}


async function alive(port, all, text) {
    for (const one of all) {
        await hub.deliver(port, one.id, text);
    }

    for (const one of all) {
        await one.printedAll([text]);
        assert.ok(!one.closed, `${one.id}: ${one.reason}`);
    }
}


async function closed(all) {
    for (const one of all) {
        await one.end();
        assert.strictEqual(one.reason, 'close 1012');
    }
}


async function active(port) {
    const { body } = await http.request(port, '/active');

    return Number(/Active connections: (\d+)/.exec(body)[1]);
}


function descriptors(pids) {
    return pids.map((pid) => fs.readdirSync(`/proc/${pid}/fd`).length)
        .reduce((sum, n) => sum + n);
}


/* kB that a process has for itself */

function memory(pid) {
    const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');

    return Number(/^Private_Dirty:\s+(\d+)/m.exec(text)[1]);
}


for (const protocol of PROTOCOLS) {
    for (const workers of WORKERS) {
        it(`real clients, ${protocol}, ${workers} worker(s)`, {
            skip: NGINX_ONLY
        }, async (t) => {
            const nginx = await serveTls(t, { protocol, workers,
                                              pingInterval: 300 });
            const { port, secure } = nginx;
            const all = await Promise.all(
                ['4.8', '4.0', '2.5'].flatMap((version) => {
                    return ['websocket', 'both'].map((transports) => {
                        return clients.connect({ url: secure.url, port },
                                               `${version} ${transports}`,
                                               { version, transports });
                    });
                }));

            t.after(() => all.forEach((one) => one.leave()));

            for (const client of all) {
                await client.upgraded();
            }

            const sids = new Map((await hub.status(port)).map((entry) => {
                return [entry.clientId, entry.socketId];
            }));
            const old = nginx.workers();
            const pump = new Pump(port, all);

            /* the ends of the pairs go on by themselves */

            for (let i = 0; i < 4; i++) {
                await pump.rounds(3);

                const last = await nginx.reload();

                if (i) {
                    await nginx.gone(last);
                }
            }

            await pump.rounds(3);
            await pump.stop();

            for (const client of all) {
                const taken = pump.taken(client.id);

                await waitFor(() => client.prints.length >= taken.length,
                              `the prints of ${client.id}`);
                assert.deepStrictEqual(client.prints, taken, client.id);
                assert.deepStrictEqual(client.reasons, [], client.id);
                assert.strictEqual((await hub.entry(port, client.id)).socketId,
                                   sids.get(client.id));
            }

            const shown = nginx.log().match(/\d+ websockets with TLS pass through this worker, for 3600000 ms at most/g);
            const count = shown.reduce((sum, line) => sum + parseInt(line, 10),
                                       0);

            assert.strictEqual(count, all.length);
            assert.doesNotMatch(nginx.log(), /client: unix/);

            all.forEach((one) => one.leave());
            await nginx.gone(old);
            await hub.empty(port);

            /* the lines of their ends come from the last workers */

            assert.match(nginx.log(), /client disconnected.*client: 127\.0\.0\.1/);
            assert.doesNotMatch(nginx.log(), /client: unix/);
            assert.match(nginx.log(), /the last websocket with TLS has left after \d+ ms, 0 were closed/);
        });
    }


    it(`long messages, and one who does not read, ${protocol}`, {
        skip: NGINX_ONLY
    }, async (t) => {
        const nginx = await serveTls(t, {
            protocol, zone: '256m', maxPayload: 20000000,
            http: 'print_hub_message_buffer 128m;'
        });
        const { port, secure } = nginx;
        const [lazy] = await connectAll(nginx, ['lazy']);
        const talker = await eio.websocket(port, eio.PATH,
                                           tls.connect(secure.port));
        const long = 'y'.repeat(5000000);
        const second = 'z'.repeat(100000);
        const message = ws.frame(1, `42["unknown","${'x'.repeat(3000000)}"]`);
        const print = async (printData) => {
            const { status } = await http.request(port, {
                method: 'POST', path: '/startPrint',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ clientId: 'lazy', printData })
            });

            assert.strictEqual(status, 200);
        };

        talker.text('40');
        assert.match(await talker.next(), /^40/);

        /* both are in the midst when the first old worker begins to pass on */

        talker.raw(message.subarray(0, 90000));
        lazy.socket.socket.pause();
        await print(long);

        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        const before = memory(old[0]);

        await print(second);

        for (let i = 0; i < 3; i++) {
            const last = nginx.workers();

            talker.raw(message.subarray(90000 + i * 100000,
                                        190000 + i * 100000));
            await nginx.reload();
            await nginx.gone(last);
        }

        await print('third');

        /* nothing is kept for one who does not read */

        assert.ok(memory(old[0]) < before + 1000, `${before} kB`);

        talker.raw(message.subarray(390000));
        talker.text('42["register","talker"]');
        await hub.online(port, 'talker');

        lazy.socket.socket.resume();
        await lazy.printed(3);
        assert.ok(!lazy.closed, lazy.reason);
        assert.ok(lazy.prints[0] === long);
        assert.ok(lazy.prints[1] === second);
        assert.strictEqual(lazy.prints[2], 'third');

        lazy.leave();
        talker.destroy();
        await nginx.gone(old);
        await hub.empty(port);
    });
}


describe('the worker that has TLS', { skip: NGINX_ONLY }, () => {

    it('asks its clients to come back when the time is over', async (t) => {
        const nginx = await serveTls(t, { time: '700ms', workers: 2 });
        const { port } = nginx;
        const all = await connectAll(nginx, sequence(10));
        const old = await nginx.reload();

        await closed(all);
        await hub.offline(port, ...all.map(({ id }) => id));
        await nginx.gone(old);
        await hub.empty(port);

        /* that is said by the worker that has the session */

        assert.match(nginx.log(), /pass through this worker, for 700 ms/);
        assert.match(nginx.log(), /closing \d+ websockets with TLS within 300 ms/);
        assert.match(nginx.log(), /client disconnected, server shutting down/);
    });

    it('exits with its last client, and leaves nothing', async (t) => {
        const nginx = await serveTls(t, { workers: 2 });
        const { port } = nginx;
        const [first] = await connectAll(nginx, ['first']);
        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');
        await alive(port, [first], 'x');
        await waitFor(async () => await active(port) === 2, 'one connection');

        const kept = old.filter((pid) => !isGone(pid));
        const before = descriptors(nginx.workers()) + descriptors(kept);

        for (let i = 0; i < 5; i++) {
            const last = await nginx.reload();

            await nginx.gone(last);
        }

        await alive(port, [first], 'y');
        await waitFor(async () => await active(port) === 2, 'one connection');
        await waitFor(() => descriptors(nginx.workers()) + descriptors(kept)
                            <= before,
                      () => `${before} descriptors`);

        first.leave();
        await nginx.gone(old);
        await waitFor(async () => await active(port) === 1,
                      'the connections to end');
        await hub.empty(port);
    });

    it('ends with nginx', async (t) => {
        const nginx = await serveTls(t, { workers: 2 });
        const all = await connectAll(nginx, sequence(10));

        await nginx.reload();
        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');
        await nginx.halt('SIGQUIT');
        await closed(all);
    });

    it('closes with the client, whoever begins', async (t) => {
        const nginx = await serveTls(t);
        const { port } = nginx;
        const all = await connectAll(nginx, ['polite', 'rude', 'quits',
                                             'deleted']);
        const [polite, rude, quits] = all;
        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');
        await alive(port, all, 'x');

        polite.socket.send(ws.CLOSE, Buffer.from([0x03, 0xe8]));
        await polite.end();
        assert.strictEqual(polite.reason, 'close 1000');

        rude.socket.socket.plain.resetAndDestroy();

        /* its last words come first */

        quits.emit('register', 'last words');
        quits.socket.socket.end();
        await quits.end();
        await waitFor(() => nginx.log().includes(
            'client registered, clientId: "last words"'), 'the last words');

        await hub.offline(port, 'polite', 'rude', 'quits');
        assert.deepStrictEqual(old.filter(isGone), []);

        /* the server begins */

        all[3].socket.raw(ws.frame(1, 'an invalid packet'));
        await all[3].end();
        assert.match(nginx.log(), new RegExp(
            'sent an invalid packet, closing session while serving websocket, '
            + `client: 127.0.0.1, server: 127.0.0.1:${nginx.secure.port}`));

        await nginx.gone(old);
        await hub.empty(port);
    });

    it('waits for the answer of its clients to a Close', async (t) => {
        const nginx = await serveTls(t);
        const { port, secure } = nginx;
        const [other] = await connectAll(nginx, ['other']);
        const one = await eio.websocket(port, eio.PATH,
                                        tls.connect(secure.port));
        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        let ended = false;

        one.socket.on('end', () => {
            ended = true;
        });

        const start = Date.now();

        one.text('an invalid packet');
        assert.strictEqual(await one.next(), 'close');

        /* what is sent later on the same way has come */

        await alive(port, [other], 'x');

        /* the server waits for 2 s */

        if (Date.now() - start < 1000) {
            assert.ok(!ended);
        }

        one.send(ws.CLOSE);
        assert.deepStrictEqual(await one.rest(), []);
        assert.ok(ended);

        other.leave();
        await nginx.gone(old);
        await hub.empty(port);
    });

    it('updates its keys', async (t) => {
        const nginx = await serveTls(t);
        const { port, secure } = nginx;
        const client = child.spawn('openssl', [
            's_client', '-connect', `127.0.0.1:${secure.port}`, '-tls1_3'
        ]);
        let text = '';

        t.after(() => client.kill());

        for (const stream of [client.stdout, client.stderr]) {
            stream.on('data', (data) => {
                text += data.toString('latin1');
            });
        }

        client.stdin.write(`GET ${eio.PATH}&transport=websocket HTTP/1.1\r\n`
                           + 'Host: localhost\r\nConnection: Upgrade\r\n'
                           + 'Upgrade: websocket\r\n'
                           + 'Sec-WebSocket-Version: 13\r\n'
                           + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
                           + '\r\n');
        await waitFor(() => /"sid"/.test(text), 'the open packet');
        client.stdin.write(ws.frame(1, '40'));
        await waitFor(() => /40\{"sid"/.test(text), 'CONNECT');
        client.stdin.write(ws.frame(1, '42["register","keys"]'));
        await hub.online(port, 'keys');

        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        for (let i = 0; i < 3; i++) {
            await hub.deliver(port, 'keys', `print ${i}`);
            await waitFor(() => text.includes(`print ${i}`), `print ${i}`);

            const shown = text.split('KEYUPDATE').length;

            client.stdin.write('K\n');
            await waitFor(() => text.split('KEYUPDATE').length > shown,
                          'the request');
            client.stdin.write(ws.frame(1, `42["register","keys-${i}"]`));
            await hub.online(port, `keys-${i}`);
        }

        client.kill();
        await nginx.gone(old);
        await hub.empty(port);
    });

    it('is cut by worker_shutdown_timeout', async (t) => {
        const secure = await tls.listen();
        const nginx = await serve(t, {
            ...configuration(secure), main: 'worker_shutdown_timeout 500ms;'
        });

        nginx.secure = secure;

        const { port } = nginx;
        const all = await connectAll(nginx, sequence(5));
        const old = await nginx.reload();

        for (const one of all) {
            await one.end();
        }

        await nginx.gone(old);
        await hub.offline(port, ...all.map(({ id }) => id));
        await hub.empty(port);
        assert.match(nginx.log(), /"worker_shutdown_timeout" of 500ms ends the "tls=" of "print_hub_handover", which is 3600000ms/);
    });

    it('takes them back from workers that stand still', async (t) => {
        const nginx = await serveTls(t, { workers: 2 });
        const { port } = nginx;
        const all = await connectAll(nginx, sequence(10));
        const old = nginx.workers();

        /* the old ones go on when the new ones are there, and stand still */

        old.forEach((pid) => process.kill(pid, 'SIGSTOP'));
        await nginx.reconfigure();
        await waitFor(() => nginx.children().length === 4, 'new workers');

        const young = nginx.children().filter((pid) => !old.includes(pid));

        young.forEach((pid) => process.kill(pid, 'SIGSTOP'));
        old.forEach((pid) => process.kill(pid, 'SIGCONT'));
        await closed(all);
        await nginx.gone(old);
        young.forEach((pid) => process.kill(pid, 'SIGCONT'));
        await hub.empty(port);
        assert.doesNotMatch(nginx.log(), /pass through/);
    });

    it('takes them back from a location that refuses them', async (t) => {
        const nginx = await serveTls(t, { workers: 2 });
        const { port } = nginx;
        const all = await connectAll(nginx, sequence(10));
        const old = await nginx.reload({ transports: ['polling'] });

        await closed(all);
        await nginx.gone(old);
        await hub.empty(port);
        assert.doesNotMatch(nginx.log(), /pass through/);
    });

    it('ends what a worker that stands still has', async (t) => {
        const nginx = await serveTls(t, { time: '700ms', drain: 100 });
        const { port } = nginx;
        const all = await connectAll(nginx, sequence(3));
        const old = await nginx.reload();

        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        const young = nginx.workers();

        young.forEach((pid) => process.kill(pid, 'SIGSTOP'));

        for (const one of all) {
            await one.end();
        }

        await nginx.gone(old);
        young.forEach((pid) => process.kill(pid, 'SIGCONT'));
        await hub.offline(port, ...all.map(({ id }) => id));
        await hub.empty(port);
    });

    it('passes on compressed messages', async (t) => {
        const nginx = await serveTls(t, {
            workers: 2,
            http: 'print_hub_deflate on; print_hub_deflate_takeover on;'
        });
        const { port, secure } = nginx;
        const client = await clients.connect({ url: secure.url, port }, 'real',
                                             { transports: 'websocket' });

        t.after(() => client.leave());

        const pump = new Pump(port, [client]);
        const old = nginx.workers();

        for (let i = 0; i < 3; i++) {
            await pump.rounds(5);
            await nginx.reload();
            await hub.deliver(port, 'real', 'again and again '.repeat(500));
        }

        await pump.stop();
        await waitFor(() => client.prints.length
                            === pump.taken('real').length + 3, 'the prints');
        assert.deepStrictEqual(client.reasons, []);
        client.leave();
        await nginx.gone(old);
    });

    it('may have no room for it', async (t) => {
        const nginx = await serveTls(t, { connections: 40, drain: 200 });
        const { port } = nginx;
        const all = [];

        for (const id of sequence(22)) {
            all.push(...await connectAll(nginx, [id]));
        }

        const old = await nginx.reload();

        await waitFor(() => all.some((one) => one.closed), 'some to be closed');
        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        const [, n] = /(\d+) websockets with TLS pass/.exec(nginx.log());

        await waitFor(() => all.filter((one) => !one.closed).length
                            === Number(n), 'the closes');

        assert.match(nginx.log(), /a websocket with TLS could not be handed over: it takes two of the worker_connections/);
        await closed(all.filter((one) => one.closed));
        await alive(port, all.filter((one) => !one.closed), 'x');
        all.forEach((one) => one.leave());
        await nginx.gone(old);
        await hub.empty(port);
    });

    for (const which of ['old', 'new']) {
        it(`is there, and the ${which} worker is killed`, async (t) => {
            const nginx = await serveTls(t, { workers: 2, queue: '100 ttl=1h' });
            const { port, secure } = nginx;
            const all = await Promise.all(sequence(8).map((id) => {
                return clients.connect({ url: secure.url, port }, `c-${id}`, {
                    transports: 'websocket'
                });
            }));

            t.after(() => all.forEach((one) => one.leave()));

            const old = await nginx.reload();

            await waitFor(() => old.some((pid) => !isGone(pid))
                                && /pass through/.test(nginx.log()),
                          'the hand-over');
            nginx.allow(/exited on signal 9/,
                        /shared memory zone .* was locked by/);

            const victims = (which === 'old' ? old : nginx.workers())
                .filter((pid) => !isGone(pid));

            victims.forEach((pid) => process.kill(pid, 'SIGKILL'));
            await nginx.gone(victims);
            await nginx.ready();

            for (const client of all) {
                await waitFor(() => client.reasons.length > 0
                                    && client.connects > 1, 'the way back');
                await client.returned(port);
            }

            const ids = await Promise.all(all.map((client) => {
                return jobs.print(port, client.id, 'last');
            }));

            for (const [i, client] of all.entries()) {
                await waitFor(() => client.prints.includes('last'), 'the last');
                assert.deepStrictEqual(client.prints, ['last']);
                await jobs.becomes(port, ids[i], 'received');
                client.leave();
            }

            await nginx.gone(old);
            await hub.empty(port);
        });
    }
});


describe('a new binary, and TLS', { skip: NGINX_ONLY }, () => {

    it('ends with its own master', async (t) => {
        const secure = await tls.listen();
        const nginx = await daemon.start(configuration(secure));

        t.after(() => nginx.stop());

        nginx.secure = secure;

        const { port } = nginx;
        const passed = await connectAll(nginx, ['passed-1', 'passed-2']);

        await nginx.reload();
        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        const own = await connectAll(nginx, ['own-1', 'own-2']);
        const old = await nginx.upgrade();

        await alive(port, [...passed, ...own], 'both masters');

        /* the old master is not kept: it could not be followed by a third */

        process.kill(old, 'SIGQUIT');
        await closed([...passed, ...own]);
        await waitFor(() => isGone(old), 'the old master to exit');
        await hub.empty(port);

        /* its last worker has not begun to pass on its own clients */

        assert.strictEqual(nginx.log().match(/pass through/g).length, 1);

        const again = await connectAll(nginx, ['again']);
        const second = await nginx.upgrade();

        await alive(port, again, 'a third master');
        process.kill(second, 'SIGQUIT');
        await closed(again);
        await waitFor(() => isGone(second), 'the second master to exit');
        await hub.empty(port);
    });

    it('is taken back', async (t) => {
        const secure = await tls.listen();
        const nginx = await daemon.start(configuration(secure, { workers: 2 }));

        t.after(() => nginx.stop());

        nginx.secure = secure;

        const { port } = nginx;
        const passed = await connectAll(nginx, ['passed']);

        await nginx.reload();
        await waitFor(() => /pass through/.test(nginx.log()), 'the hand-over');

        const old = await nginx.upgrade();
        const next = nginx.master;
        const young = await connectAll(nginx, sequence(6));

        await alive(port, [...passed, ...young], 'both masters');

        /* a reload of the old master, which is the only one that goes on */

        process.kill(old, 'SIGHUP');
        await alive(port, [...passed, ...young], 'a reload');
        process.kill(next, 'SIGQUIT');
        await waitFor(() => isGone(next), 'the new master to exit');
        await waitFor(() => nginx.master === old, 'the pid file to be back');

        await alive(port, passed, 'the old one');
        await hub.offline(port, ...young.filter((one) => one.closed)
            .map(({ id }) => id));
        passed.forEach((one) => one.leave());
        young.forEach((one) => one.leave());
        await hub.empty(port);
    });
});
