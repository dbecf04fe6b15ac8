
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The signals that Debian's scripts and systemd's unit send to nginx, in their
 * order.  tools/check-deb.sh runs the scripts themselves.
 */


'use strict';


const assert = require('node:assert');
const net = require('node:net');
const path = require('node:path');
const { describe, it } = require('node:test');

const daemon = require('./lib/daemon');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const { read, isGone } = require('./lib/nginx');
const { NGINX_ONLY } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const WORKERS = [1, 4];

const OPTIONS = { queue: '1000 ttl=1h', pingInterval: LONG, pingTimeout: LONG };


async function background(t, options) {
    const nginx = await daemon.start({ ...OPTIONS, ...options });

    t.after(() => nginx.stop());

    return nginx;
}


/* a station that was there, for which n jobs wait */

async function waiting(port, id, n) {
    const one = await station.websocket(port, id);

    one.leave();
    await hub.offline(port, id);
    await jobs.printAll(port, id, 0, n);
}


function numbers(n) {
    return Array.from({ length: n }, (_, i) => String(i));
}


/* "upgrade" of the script: QUIT when both masters have their pid files */

async function upgrade(nginx) {
    const old = nginx.master;
    const file = path.join(nginx.folder, 'nginx.pid');

    process.kill(old, 'SIGUSR2');

    await waitFor(() => read(`${file}.oldbin`) && read(file),
                  () => `both pid files\n${nginx.log()}`);

    process.kill(Number(read(`${file}.oldbin`)), 'SIGQUIT');
    await waitFor(() => isGone(old), () => `the exit of ${old}`);
    await nginx.ready();

    assert.notStrictEqual(nginx.master, old);
}


/* a request that is under way, and keeps its worker from exiting */

async function hold(port) {
    const socket = net.connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => {
        socket.on('close', resolve);
    });
    let answer = '';

    socket.on('data', (data) => {
        answer += data;
    });

    socket.on('error', () => {});
    socket.write('POST /startPrint HTTP/1.1\r\nHost: x\r\n'
                 + 'Expect: 100-continue\r\nContent-Length: 10\r\n\r\n');

    await waitFor(() => answer.includes(' 100 '), '100 Continue');

    return { closed };
}


/* "stop" of the unit: TERM if nginx has not ended for 5 s after QUIT */

async function stop(nginx, signal) {
    const { master, port } = nginx;
    const held = signal === 'SIGTERM' && await hold(port);

    process.kill(master, 'SIGQUIT');

    if (held) {
        await waitFor(() => /gracefully shutting down/.test(nginx.log()),
                      () => nginx.log());
        assert.ok(!isGone(master));

        /* nginx's own, about what TERM cuts off */

        nginx.allow(/open socket #\d+ left in connection/, /: aborting$/);
        process.kill(master, signal);
        await held.closed;
    }

    await waitFor(() => isGone(master), () => `the end\n${nginx.log()}`);
}


for (const workers of WORKERS) {
    for (const file of [undefined, 'hub.zone']) {
        const what = `${workers} worker(s), ${file ? 'a file' : 'no file'}`;

        describe(`Debian, ${what}`, { skip: NGINX_ONLY }, () => {

            it('reloads and upgrades', async (t) => {
                const nginx = await background(t, { workers, file });
                const { port } = nginx;

                await waiting(port, 'away', 10);

                const one = await station.websocket(port, 'one');

                for (let n = 0; n < 6; n += 2) {
                    await nginx.reload();
                    await jobs.print(port, 'one', n);
                    await upgrade(nginx);
                    await jobs.print(port, 'one', n + 1);
                }

                await one.printed(6);
                assert.deepStrictEqual(one.prints, numbers(6));
                assert.ok(!one.closed, one.reason);

                const away = await station.websocket(port, 'away');

                await away.printed(10);
                assert.deepStrictEqual(away.prints, numbers(10));
                assert.doesNotMatch(nginx.log(), /are forgotten/);

                one.leave();
                away.leave();
            });

            for (const signal of ['SIGQUIT', 'SIGTERM']) {
                it(`stops by ${signal}, and starts`, async (t) => {
                    const nginx = await background(t, { workers, file });
                    const { port } = nginx;

                    await waiting(port, 'away', 10);

                    const one = await station.websocket(port, 'one');

                    await stop(nginx, signal);
                    await one.end();

                    assert.strictEqual(nginx.log().match(/10 jobs that waited and 2 stations of zone "hub" are forgotten, because nginx stops/g)?.length,
                                       file ? undefined : 1);

                    await nginx.again();

                    const away = await station.websocket(port, 'away');

                    if (file) {
                        await away.printed(10);
                        assert.deepStrictEqual(away.prints, numbers(10));

                    } else {
                        assert.deepStrictEqual(
                            (await hub.status(port)).map((each) => {
                                return each.clientId;
                            }), ['away']
                        );
                    }

                    away.leave();
                });
            }
        });
    }
}
