
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What stations see when all of nginx exits, is replaced by another binary, or
 * has a single process; and what other users of the machine see of it.
 */


'use strict';


const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const daemon = require('./lib/daemon');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { CALL, ANSWER } = require('./conformance/run');
const { isGone } = require('./lib/nginx');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');


const PINGS = { pingInterval: LONG, pingTimeout: LONG };

const MODES = {
    '1 worker': { workers: 1 },
    '4 workers': { workers: 4 },
    '4 workers, accept_mutex': { workers: 4, acceptMutex: true },
    '4 workers, reuseport': { workers: 4, reuseport: true }
};


/* opens clients of each transport; those with WebSocket have upgraded */

async function connectAll(t, nginx) {
    const all = await Promise.all(
        Object.keys(clients.TRANSPORTS).map((transports) => {
            return clients.connect(nginx, transports, { transports });
        }));

    t.after(() => all.forEach((client) => client.leave()));

    for (const client of all) {
        if (client.transports !== 'polling') {
            await client.upgraded();
        }
    }

    return all;
}


/* waits until they are registered again, and prints to them */

async function backAgain(port, all) {
    for (const client of all) {
        await client.returned(port);
        await hub.deliver(port, client.id, 'again');
        await client.printed(1);
        assert.deepStrictEqual(client.prints, ['again'], client.id);
    }
}


async function alive(one) {
    one.send(CALL);
    await waitFor(() => one.log.includes(ANSWER) || one.closed,
                  `${one.id} to be served`);
    assert.ok(!one.closed, one.reason);
}


for (const [mode, options] of Object.entries(MODES)) {
    describe(`exit, ${mode}`, { skip: NGINX_ONLY }, () => {

        it('SIGQUIT, and a new start', async (t) => {
            const nginx = await serve(t, { drain: 200, ...PINGS, ...options });
            const { port } = nginx;
            const sockets = await Promise.all(sequence(10).map((id) => {
                return station.websocket(port, id);
            }));

            const session = await eio.polling(port);

            await session.join();

            const poll = await nginx.park(session);
            const all = await connectAll(t, nginx);

            nginx.signal('SIGQUIT');
            assert.strictEqual((await within(poll.done, 'the answer')).body,
                               '6');
            nginx.steer.end();

            for (const one of sockets) {
                await one.end();
                assert.strictEqual(one.reason, 'close 1012');
                assert.ok(!one.log.includes('41'));
            }

            await waitFor(() => nginx.over, 'the exit');
            assert.deepStrictEqual(nginx.exit, { code: 0, signal: null });

            nginx.options.port = port;
            await nginx.start();
            await backAgain(port, all);
            assert.deepStrictEqual((await hub.status(port)).map((entry) => {
                return entry.clientId;
            }).sort(), Object.keys(clients.TRANSPORTS).sort());

            for (const client of all) {
                assert.strictEqual(client.reasons.length, 1);
                assert.match(client.reasons[0], /^transport (close|error)$/);
            }
        });

        it('worker_shutdown_timeout cuts a drain', async (t) => {
            const nginx = await serve(t, {
                drain: 600000, main: 'worker_shutdown_timeout 100ms;',
                handover: false,
                ...PINGS, ...options
            });

            const { port } = nginx;
            const ids = sequence(10);
            const sockets = await Promise.all(ids.map((id) => {
                return station.websocket(port, id);
            }));

            const poll = await station.polling(port, 'poll');
            const old = await nginx.reload();

            await nginx.gone(old);

            for (const one of sockets) {
                await one.end();
            }

            await hub.offline(port, ...ids);
            await hub.deliver(port, 'poll', 'x');
            await poll.printed(1);
            assert.ok(!poll.closed);
            poll.leave();
        });
    });
}


for (const workers of WORKERS) {
    describe(`another binary, ${workers} worker(s)`, {
        skip: NGINX_ONLY
    }, () => {

        async function background(t, options = {}) {
            const nginx = await daemon.start({ workers, drain: 200, ...PINGS,
                                               ...options });

            t.after(() => nginx.stop());

            return nginx;
        }

        it('takes over', async (t) => {
            const nginx = await background(t);
            const { port } = nginx;
            const one = await station.websocket(port, 'raw');
            const all = await connectAll(t, nginx);
            const old = await nginx.upgrade();

            process.kill(old, 'SIGQUIT');
            await waitFor(() => isGone(old), 'the exit of the old master');

            for (const client of [one, ...all]) {
                await hub.deliver(port, client.id, 'again');
                await waitFor(() => client.prints.includes('again'),
                              `a print for ${client.id}`);
            }

            assert.ok(!one.closed, one.reason);
            all.forEach((client) => {
                assert.deepStrictEqual(client.reasons, [], client.id);
            });
            one.leave();
        });

        it('takes over without a hand-over', async (t) => {
            const nginx = await background(t, { handover: false });
            const { port } = nginx;
            const one = await station.websocket(port, 'raw');
            const all = await connectAll(t, nginx);
            const old = await nginx.upgrade();

            await alive(one);

            process.kill(old, 'SIGQUIT');
            await one.end();
            assert.strictEqual(one.reason, 'close 1012');
            await waitFor(() => isGone(old), 'the exit of the old master');

            await backAgain(port, all);
            assert.strictEqual(await hub.print(port, 'raw', 'x'),
                               hub.OFFLINE);
        });

        it('is taken back', async (t) => {
            const nginx = await background(t);
            const { port } = nginx;
            const one = await station.websocket(port, 'raw');
            const old = await nginx.upgrade();
            const recent = nginx.master;

            process.kill(recent, 'SIGQUIT');
            await waitFor(() => isGone(recent) && nginx.master === old,
                          'the exit of the new master');

            await alive(one);
            await hub.deliver(port, 'raw', 'x');
            await one.printed(1);
            assert.strictEqual((await hub.entry(port, 'raw')).socketId,
                               one.socketId);

            /* and continues as before */

            await nginx.reload();
            await hub.deliver(port, 'raw', 'y');
            await one.printed(2);
            assert.ok(!one.closed);
            one.leave();
            await connectAll(t, nginx);
        });
    });
}


describe('a single process', { skip: NGINX_ONLY }, () => {

    it('cannot be reloaded', async (t) => {
        const nginx = await serve(t, { masterProcess: false, ...PINGS });
        const one = await station.websocket(nginx.port, 'one');

        nginx.allow(/\[emerg\].*"master_process off".*restart nginx/);

        for (const zone of ['16m', '20m']) {
            const said = nginx.log().length;

            nginx.configure({ zone });
            process.kill(nginx.master, 'SIGHUP');
            await waitFor(() => {
                return /master_process off.* restart nginx/.test(
                    nginx.log().slice(said));
            }, 'a line in the log');
        }

        await alive(one);
        one.leave();
    });

    for (const signal of ['SIGTERM', 'SIGQUIT']) {
        it(`serves, and ends by ${signal}`, async (t) => {
            const nginx = await serve(t, { masterProcess: false, ...PINGS });
            const { port } = nginx;
            const stations = [await station.websocket(port, 'socket'),
                              await station.polling(port, 'poll')];
            const all = await connectAll(t, nginx);

            for (const one of [...stations, ...all]) {
                await hub.deliver(port, one.id, 'x');
                await one.printed(1);
            }

            await stations[1].upgrade();
            await alive(stations[1]);

            all.forEach((client) => client.leave());
            await hub.offline(port, ...all.map((client) => client.id));

            await nginx.halt(signal);
            assert.deepStrictEqual(nginx.exit, { code: 0, signal: null });

            for (const one of stations) {
                await one.end();
            }
        });
    }
});


describe('another user of the machine', {
    skip: NGINX_ONLY || (process.platform !== 'linux' && 'needs /proc')
}, () => {

    const BELL = 'anon_inode:[eventfd]';
    const ALIVE = '/memfd:print_hub_workers (deleted)';
    const ZONE = '/memfd:print_hub_zone (deleted)';
    const EPOLL = 'anon_inode:[eventpoll]';

    /* what a process has open: by descriptor; it may close one meanwhile */

    function descriptors(pid) {
        return fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
            try {
                return [[fd, fs.readlinkSync(`/proc/${pid}/fd/${fd}`)]];

            } catch (e) {
                assert.strictEqual(e.code, 'ENOENT');
                return [];
            }
        });
    }

    function mode(pid, fd) {
        return fs.statSync(`/proc/${pid}/fd/${fd}`).mode & 0o777;
    }

    /* a child would inherit it */

    function inherited(pid, fd) {
        const [, flags] = fs.readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')
            .match(/^flags:\s+(\d+)$/m);

        return !(parseInt(flags, 8) & 0o2000000);
    }

    /* the sockets of this machine's processes that have a name: by inode */

    function names() {
        return new Map(fs.readFileSync('/proc/net/unix', 'latin1').split('\n')
            .map((line) => line.trim().split(/\s+/))
            .filter((fields) => fields.length > 7)
            .map((fields) => [`socket:[${fields[6]}]`, fields[7]]));
    }

    async function processes(t) {
        const nginx = await serve(t, { workers: 4, ...PINGS });

        const one = await station.websocket(nginx.port, 'one');

        t.after(() => one.leave());

        /* a worker that begins still reads files of the system */

        await waitFor(() => nginx.workers().every((pid) => {
            return descriptors(pid).some(([, what]) => what === EPOLL);
        }), 'all workers to serve');

        return [nginx, [nginx.master, ...nginx.workers()]];
    }

    it('finds no shared memory that has a name', async (t) => {
        const [, pids] = await processes(t);

        for (const pid of pids) {
            const shared = fs.readFileSync(`/proc/${pid}/maps`, 'latin1')
                .split('\n')
                .filter((line) => /^\S+ ...s /.test(line))
                .map((line) => line.split(/\s+/).slice(5).join(' '));

            assert.ok(shared.length > 0);

            /* memory without a name, which the kernel calls so */

            assert.deepStrictEqual([...new Set(shared)].sort(),
                                   ['/dev/zero (deleted)', ZONE]);
        }

        const creators = fs.readFileSync('/proc/sysvipc/shm', 'latin1')
            .split('\n').slice(1)
            .map((line) => Number(line.trim().split(/\s+/)[4]));

        assert.ok(!creators.some((pid) => pids.includes(pid)));
    });

    it('finds no descriptor that has a name, but logs', async (t) => {
        const [nginx, pids] = await processes(t);
        const named = names();

        for (const pid of pids) {
            let bells = 0;
            let others = 0;
            let files = 0;

            for (const [fd, what] of descriptors(pid)) {

                /* a new binary inherits them from the master */

                const passed = pid !== nginx.master && inherited(pid, fd);

                if (what === BELL) {
                    assert.strictEqual(mode(pid, fd) & 0o077, 0, what);

                    if (passed) {
                        others++;

                    } else {
                        bells++;
                    }

                    continue;
                }

                if (what === ALIVE || what === ZONE) {
                    files++;
                    assert.strictEqual(mode(pid, fd), 0o600, what);
                    assert.ok(!passed, what);
                    continue;
                }

                if (what.startsWith('socket:')) {
                    assert.ok(!named.has(what), named.get(what));
                    continue;
                }

                assert.ok(what.startsWith('pipe:')
                          || what === EPOLL
                          || what === '/dev/null'
                          || what.startsWith(nginx.folder), what);
            }

            assert.ok(bells >= 64);
            assert.strictEqual(files, 2);

            /* nginx has one of its own, for the threads of a worker */

            assert.ok(others <= 1, `${others} are inherited`);
        }
    });

    it('opens none of them', {
        skip: process.getuid() !== 0 && 'needs root'
    }, async (t) => {
        const [, pids] = await processes(t);

        for (const pid of pids) {
            const all = descriptors(pid)
                .filter(([, what]) => [ALIVE, ZONE, BELL].includes(what))
                .map(([fd]) => `/proc/${pid}/fd/${fd}`);

            for (const path of [...all.slice(-3), `/proc/${pid}/mem`,
                                `/proc/${pid}/maps`]) {

                const { status, stderr } = spawnSync('head', ['-c1', path], {
                    uid: 65532, gid: 65532, encoding: 'latin1', timeout: LONG,
                    env: { ...process.env, LC_ALL: 'C' }
                });

                assert.strictEqual(status, 1, path);
                assert.match(stderr, /Permission denied/, path);
            }
        }
    });
});
