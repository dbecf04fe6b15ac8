
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the zone outlives: another binary, a stop and a start, and SIGKILL of
 * everything, if its memory is a file.  What nginx refuses then, it leaves as
 * it is.
 */


'use strict';


const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');

const daemon = require('./lib/daemon');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const { isGone } = require('./lib/nginx');
const { NGINX_ONLY } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const WORKERS = [1, 4];

const FILE = 'hub.zone';

const OPTIONS = { drain: 200, queue: '1000 ttl=1h', pingInterval: LONG,
                  pingTimeout: LONG };

const ROOT = process.getuid() === 0;
const NOBODY = 65534;

/* of the head of the file, see src/engineio/ngx_print_memory_head.h */

const AT = { layout: 12, boot: 32, looked: 336, store: 4096 };


async function background(t, options) {
    const nginx = await daemon.start({ ...OPTIONS, ...options });

    t.after(() => nginx.stop());

    return nginx;
}


function filed(t, options) {
    return background(t, { file: FILE, ...options });
}


function file(nginx) {
    return path.join(nginx.folder, FILE);
}


function zone(port) {
    return http.json(port, '/zone');
}


function digest(name) {
    return crypto.createHash('sha256').update(fs.readFileSync(name))
        .digest('hex');
}


/* writes bytes into the file of a zone that nobody uses */

function change(nginx, at, bytes) {
    const fd = fs.openSync(file(nginx), 'r+');

    fs.writeSync(fd, bytes, 0, bytes.length, at);
    fs.closeSync(fd);
}


function reboot(nginx) {
    change(nginx, AT.boot, Buffer.from('another-boot'));
}


/* a station that was there, and n jobs that wait for it */

async function waiting(port, id, n) {
    const one = await station.websocket(port, id);

    one.leave();
    await hub.offline(port, id);

    return jobs.printAll(port, id, 0, n);
}


function numbers(from, to) {
    return Array.from({ length: to - from }, (_, i) => String(from + i));
}


/* prints until workers of all these masters have answered */

async function printAcross(nginx, masters, one) {
    const groups = masters.map((master) => nginx.children(master));
    const seen = new Set();

    while (seen.size < groups.length) {
        const n = one.prints.length;
        const answer = await http.request(nginx.port,
            `/startPrint?clientId=${one.id}&printData=${n}`);

        assert.match(answer.body, /参数已接收/);

        const pid = Number(answer.headers['x-worker']);

        seen.add(groups.findIndex((group) => group.includes(pid)));

        await one.printed(n + 1);
        assert.strictEqual(one.prints[n], String(n));
    }
}


async function ended(nginx, pid) {
    await waitFor(() => isGone(pid), () => `the exit of ${pid}\n${nginx.log()}`);
}


for (const workers of WORKERS) {
    for (const named of [undefined, FILE]) {
        const what = `${workers} worker(s), ${named ? 'a file' : 'no file'}`;

        describe(`another binary, ${what}`, { skip: NGINX_ONLY }, () => {

            it('serves the zone of the old one', async (t) => {
                const nginx = await background(t, { workers, file: named });
                const { port } = nginx;
                const { created } = await zone(port);

                assert.strictEqual((await zone(port)).memory,
                                   named ? 'file' : 'memfd');

                const ids = await waiting(port, 'away', 30);
                const one = await station.websocket(port, 'one');
                const old = await nginx.upgrade();

                /* both masters have workers that ring each other */

                const two = await station.websocket(port, 'two');

                await printAcross(nginx, [old, nginx.master], one);
                await printAcross(nginx, [old, nginx.master], two);

                /* the workers of the old one give their WebSockets away */

                process.kill(old, 'SIGQUIT');
                await ended(nginx, old);

                await printAcross(nginx, [nginx.master], one);
                await printAcross(nginx, [nginx.master], two);

                /* and once more */

                const second = await nginx.upgrade();

                process.kill(second, 'SIGQUIT');
                await ended(nginx, second);

                for (const each of [one, two]) {
                    await printAcross(nginx, [nginx.master], each);
                    assert.ok(!each.closed, each.reason);
                    each.leave();
                }

                const { handed, taken } = await zone(port);

                assert.ok(taken >= 2, `${taken} of ${handed} were taken`);

                const away = await station.websocket(port, 'away');

                await away.printed(30);
                assert.deepStrictEqual(away.prints, numbers(0, 30));

                for (const id of ids) {
                    await jobs.becomes(port, id, 'received');
                }

                assert.strictEqual((await zone(port)).created, created);
                assert.strictEqual(nginx.log().match(
                    /zone "hub": inherited, 64 doorbells/g).length, 2);
                assert.doesNotMatch(nginx.log(), /are forgotten/);

                away.leave();
                await hub.offline(port, 'away');
                await nginx.halt();
                assert.strictEqual(/are forgotten/.test(nginx.log()), !named);
            });

            it('is taken back', async (t) => {
                const nginx = await background(t, { workers, file: named });
                const { port } = nginx;

                await waiting(port, 'away', 10);

                const one = await station.websocket(port, 'one');
                const old = await nginx.upgrade();
                const recent = nginx.master;

                /* the old workers go, and come back */

                const before = nginx.children(old).filter((pid) => {
                    return pid !== recent;
                });

                process.kill(old, 'SIGWINCH');
                await nginx.gone(before);
                await jobs.printAll(port, 'away', 10, 20);
                await printAcross(nginx, [recent], one);

                process.kill(old, 'SIGHUP');
                await waitFor(() => nginx.children(old).length === workers + 1,
                              () => `the old workers\n${nginx.log()}`);
                await printAcross(nginx, [old, recent], one);

                process.kill(recent, 'SIGQUIT');
                await waitFor(() => isGone(recent) && nginx.master === old,
                              'the exit of the new master');

                /* its WebSocket has gone there and back */

                await printAcross(nginx, [old], one);
                assert.ok(!one.closed, one.reason);
                one.leave();

                const away = await station.websocket(port, 'away');

                await away.printed(20);
                assert.deepStrictEqual(away.prints, numbers(0, 20));
                away.leave();
                assert.doesNotMatch(nginx.log(), /are forgotten/);
            });

            it('buries the workers of the old one', async (t) => {
                const nginx = await background(t, { workers, file: named });
                const { port } = nginx;
                const one = await station.websocket(port, 'one');
                const old = await nginx.upgrade();
                const pids = nginx.children(old).filter((pid) => {
                    return pid !== nginx.master;
                });

                nginx.allow(/exited on signal 9/);

                for (const pid of [old, ...pids]) {
                    process.kill(pid, 'SIGKILL');
                }

                await one.end();
                await hub.offline(port, 'one');
                await jobs.printAll(port, 'one', 0, 3);

                const again = await station.websocket(port, 'one');

                await again.printed(3);
                again.leave();
            });
        });
    }


    describe(`a file, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        for (const signal of ['SIGQUIT', 'SIGTERM']) {
            it(`is there after ${signal} and a start`, async (t) => {
                const nginx = await filed(t, { workers });
                const { port } = nginx;

                const key = { 'Idempotency-Key': 'k' };
                const ids = await waiting(port, 'away', 30);
                const one = await station.websocket(port, 'one');
                const session = await eio.polling(port);

                await session.join();

                const first = await jobs.post(
                    port, { clientId: 'one', data: 1 }, '', key
                );

                await one.printed(1);

                const { created } = await zone(port);
                const status = await hub.status(port);

                await nginx.halt(signal);
                await nginx.again();

                assert.match(nginx.log(), /zone "hub" goes on: 3[01] jobs, 2 clients, made at 20\S+Z/);

                await hub.offline(port, 'one');
                assert.deepStrictEqual(
                    (await hub.status(port)).map((each) => each.clientId),
                    status.map((each) => each.clientId)
                );
                assert.strictEqual((await zone(port)).created, created);

                /* a session of polling goes on */

                await session.post('42["register","poll"]');
                await hub.online(port, 'poll');

                const again = await jobs.post(
                    port, { clientId: 'one', data: 1 }, '', key
                );

                assert.strictEqual(again.json.id, first.json.id);

                const away = await station.websocket(port, 'away');

                await away.printed(30);
                assert.deepStrictEqual(away.prints, numbers(0, 30));

                for (const id of ids) {
                    await jobs.becomes(port, id, 'received');
                }

                away.leave();
                assert.doesNotMatch(nginx.log(), /are forgotten/);
            });
        }

        it('is there after SIGKILL of everything', async (t) => {
            const nginx = await filed(t, { workers });
            const { port } = nginx;
            const accepted = [];
            const printed = new Set();

            for (let round = 0; round < 3; round++) {
                const one = await station.websocket(port, 'one');
                let crashed = false;

                const senders = [1, 2, 3].map(async (sender) => {
                    for (let n = 0; !crashed; n++) {
                        const text = `${round} ${sender} ${n}`;

                        try {
                            accepted.push([await jobs.print(port, 'one', text),
                                           text]);

                        } catch (error) {
                            return;
                        }
                    }
                });

                const enough = 100 * (round + 1);

                await waitFor(() => accepted.length >= enough
                                    && one.prints.length > 20,
                              'accepted jobs');
                await nginx.crash();
                crashed = true;

                await Promise.all(senders);
                await one.end();

                one.prints.forEach((text) => printed.add(text));

                nginx.allow(/exited on signal 9/);
                await nginx.again();
            }

            const last = await station.websocket(port, 'one');
            const states = {};

            await waitFor(async () => (await http.json(
                port, '/jobs?state=queued')).jobs.length === 0, 'all jobs');

            for (const [id, text] of accepted) {
                const job = await waitFor(async () => {
                    const { state } = await jobs.get(port, id);

                    return /received|unconfirmed/.test(state) && state;
                }, `the end of ${id}`);

                states[job] = (states[job] || 0) + 1;

                if (job === 'received') {
                    assert.ok(printed.has(text) || last.prints.includes(text),
                              text);
                }
            }

            assert.strictEqual((states.received || 0)
                               + (states.unconfirmed || 0), accepted.length);
            last.leave();
        });

        it('has no descriptors left after reloads', async (t) => {
            const nginx = await filed(t, {
                workers, named: true, http: 'print_hub_zone more:1m;'
            });

            /* without the channels to workers, which end when these do */

            const folder = `/proc/${nginx.master}/fd`;
            const count = () => fs.readdirSync(folder).filter((fd) => {
                return !/^socket/.test(fs.readlinkSync(`${folder}/${fd}`));
            }).length;

            await nginx.reload();

            const before = count();
            let old = [];

            for (let i = 0; i < 50; i++) {
                const more = i % 2 ? 'print_hub_zone more:1m;' : '';

                old = await nginx.reload({ http: more });
            }

            await nginx.gone(old);
            assert.strictEqual(count(), before);

            /* a program that a worker executes would inherit none of them */

            const [worker] = nginx.workers();
            const kept = { zone: 0, workers: 0, bell: 0 };

            for (const fd of fs.readdirSync(`/proc/${worker}/fd`)) {
                const name = fs.readlinkSync(`/proc/${worker}/fd/${fd}`);
                const info = fs.readFileSync(`/proc/${worker}/fdinfo/${fd}`,
                                             'utf8');
                const closed = /flags:\s+0?2\d{6}\n/.test(info);

                if (/hub\.zone|print_hub_zone/.test(name)) {
                    assert.ok(closed, name);
                    kept.zone++;

                } else if (/print_hub_workers/.test(name)) {
                    assert.ok(closed, name);
                    kept.workers++;

                } else if (/eventfd/.test(name) && closed) {
                    kept.bell++;
                }
            }

            assert.deepStrictEqual(kept, { zone: 2, workers: 1, bell: 64 });
        });
    });
}


describe('a file', { skip: NGINX_ONLY }, () => {

    it('is kept by a start of the system', async (t) => {
        const nginx = await filed(t);
        const { port } = nginx;

        await waiting(port, 'away', 5);

        const one = await station.polling(port, 'one');

        assert.ok(one.socketId);
        await nginx.halt();
        reboot(nginx);
        await nginx.again();

        assert.match(nginx.log(), /zone "hub" goes on: 5 jobs, 2 clients/);

        /* the sessions of before are over */

        await hub.offline(port, 'one');

        const away = await station.websocket(port, 'away');

        await away.printed(5);
        away.leave();
    });

    it('is kept by a start that fails', async (t) => {
        const nginx = await filed(t);
        const one = await station.polling(nginx.port, 'one',
                                          { stubborn: true });
        const { options } = nginx;

        nginx.allow(/exited on signal 9|\[emerg\]/);
        await nginx.crash();

        nginx.options = { ...options, port: nginx.port };
        nginx.configure({ http: 'server { listen 192.0.2.1:1; }' });
        assert.notStrictEqual((await nginx.refuse()).code, 0);

        nginx.options = options;
        nginx.configure();
        await nginx.again();

        /* not as one that nobody has used for long */

        await hub.deliver(nginx.port, 'one', 'x');
        await one.printed(1);
        one.leave();
    });

    it('is kept for long', async (t) => {
        const nginx = await filed(t);
        const { port } = nginx;

        await waiting(port, 'away', 5);
        await station.polling(port, 'one');
        await nginx.halt();
        change(nginx, AT.looked, Buffer.alloc(8));
        await nginx.again();

        /* times of before have no meaning any more */

        await hub.offline(port, 'one');

        const away = await station.websocket(port, 'away');

        await away.printed(5);
        away.leave();
    });

    it('that may not be complete is set aside', async (t) => {
        const nginx = await filed(t);
        const { port } = nginx;

        await waiting(port, 'away', 5);

        for (const bad of [`${file(nginx)}.bad`, `${file(nginx)}.1.bad`]) {
            nginx.allow(/exited on signal 9/);
            await nginx.crash();
            reboot(nginx);

            const was = digest(file(nginx));

            await nginx.again();

            assert.strictEqual(digest(bad), was);
            assert.match(nginx.log(), /\[warn\] .*zone "hub" is new: 5 jobs, 1 clients of the old one are lost \(file ".*hub\.zone" was not closed before the system was started anew, so it may not be complete; it is kept as ".*\.bad"\)/);
            assert.deepStrictEqual((await zone(port)).lost,
                                   { jobs: 5, clients: 1 });

            await waiting(port, 'away', 5);
        }
    });

    it('is in use by another nginx', async (t) => {
        const nginx = await filed(t);
        const one = await station.websocket(nginx.port, 'one');
        const other = await background(t, {});

        other.allow(/\[emerg\] .*is in use by another nginx/);
        await other.halt();
        other.configure({ file: file(nginx) });

        const { code, text } = await other.refuse();

        assert.strictEqual(code, 1);
        assert.match(text, /\[emerg\] .*zone "hub": file ".*hub\.zone" is in use by another nginx/);

        await hub.deliver(nginx.port, 'one', 'x');
        await one.printed(1);
        one.leave();
    });

    it('is not touched by nginx -t', async (t) => {
        const nginx = await filed(t);
        const other = path.join(nginx.folder, 'other');
        const [worker] = nginx.workers();

        for (const [changes, said] of [
            [{}, null], [{ zone: '1m' }, /is a zone of 16m, a start would import it into 1m/],
            [{ zoneName: 'x' }, /is that of zone "hub"/], [{ file: other }, null]
        ]) {
            await waiting(nginx.port, 'away', 1);

            /* nobody else writes into it */

            process.kill(worker, 'SIGSTOP');

            const was = digest(file(nginx));
            const { code, text } = await nginx.test(changes);
            const is = digest(file(nginx));

            process.kill(worker, 'SIGCONT');
            assert.strictEqual(code, 0, text);
            assert.strictEqual(is, was);

            if (said) {
                assert.match(text, said);

            } else {
                assert.doesNotMatch(text, /zone "hub": file/);
            }
        }

        assert.ok(!fs.existsSync(other));
    });

    it('survives reloads that fail', async (t) => {
        const nginx = await filed(t, { named: true });
        const { port } = nginx;
        const one = await station.websocket(port, 'one');
        const fds = fs.readdirSync(`/proc/${nginx.master}/fd`).length;

        for (const [changes, said] of [
            [{ zone: '1m' }, /the size of a zone cannot be changed by a reload \(16m, 1m\), restart nginx/],
            [{ file: 'other' }, /the file of a zone cannot be changed by a reload \(.*hub\.zone, .*other\), restart nginx/],
            [{ file: '' }, /the file of a zone cannot be changed by a reload \(.*hub\.zone, none\), restart nginx/],
            [{ zoneName: 'other', named: false }, /zone "other": file ".*hub\.zone" is that of zone "hub"/],
            [{ http: `server { listen 192.0.2.1:${port}; } print_hub_zone a:1m file=a;` }, /bind\(\) to 192\.0\.2\.1/]
        ]) {
            const { options } = nginx;

            nginx.allow(said);
            nginx.options = { ...options };
            nginx.configure(changes);
            process.kill(nginx.master, 'SIGHUP');
            await waitFor(() => said.test(nginx.log()),
                          () => `${said}\n${nginx.log()}`);
            nginx.options = options;
        }

        await hub.deliver(port, 'one', 'x');
        await one.printed(1);
        assert.strictEqual(fs.readdirSync(`/proc/${nginx.master}/fd`).length,
                           fds);

        nginx.configure();
        await nginx.reload();
        await hub.deliver(port, 'one', 'y');
        await one.printed(2);
        assert.ok(!one.closed, one.reason);
    });

    it('cannot change its size with another binary', async (t) => {
        const nginx = await filed(t);
        const one = await station.websocket(nginx.port, 'one');
        const { master } = nginx;

        for (const [changes, said] of [
            [{ zone: '1m' }, /the running nginx uses is a zone of 16m, the configuration says 1m/],
            [{ file: 'other' }, /the running nginx uses is not that of the configuration/],
            [{ file: '' }, /the running nginx uses is not that of the configuration/]
        ]) {
            const { options } = nginx;
            const before = nginx.log().length;

            nginx.allow(said);
            nginx.options = { ...options };
            nginx.configure(changes);
            process.kill(master, 'SIGUSR2');
            await waitFor(() => said.test(nginx.log().slice(before)),
                          () => nginx.log());
            await waitFor(() => !fs.existsSync(
                path.join(nginx.folder, 'nginx.pid.oldbin')), 'the roll-back');
            nginx.options = options;
        }

        nginx.allow(/new binary process \d+ exited with code 1/,
                    /exited with code 1/);
        await hub.deliver(nginx.port, 'one', 'x');
        await one.printed(1);
        one.leave();
    });

    it('of a zone that is left is kept', async (t) => {
        const more = {
            http: 'print_hub_zone more:1m file=more.zone;',
            server: `location /more/ { print_hub on zone=more;
                     print_hub_api on zone=more; print_hub_queue 10; }`
        };
        const less = { http: '', server: '' };
        const nginx = await background(t, { named: true, ...more });

        await nginx.gone(await nginx.reload(less));
        assert.doesNotMatch(nginx.log(), /zone "more" is left/);

        /* it is there again, and with a job */

        await nginx.reload(more);
        assert.match(nginx.log(), /zone "more" goes on: 0 jobs, 0 clients/);

        const one = await eio.polling(nginx.port, '/more/socket.io/?EIO=4');

        await one.join();
        await one.post('42["register","one"]');

        const path = '/more/startPrint?clientId=one&printData=x';

        await waitFor(async () => /参数已接收/.test(
            (await http.request(nginx.port, path)).body), 'a print');

        /* the new binary has another configuration */

        nginx.configure(less);

        const old = await nginx.upgrade();

        assert.match(nginx.log(), /\[warn\] .*zone "more" of the running nginx is left, 1 jobs wait in it, it has 1 stations/);

        process.kill(old, 'SIGQUIT');
        await ended(nginx, old);
        await nginx.reload(more);
        assert.match(nginx.log(), /zone "more" goes on: 1 jobs, 1 clients/);

        await nginx.reload(less);
        assert.match(nginx.log(), /\[warn\] .*zone "more" is left, 1 jobs wait in it, it has 1 stations: the new configuration has no such zone, its file is kept: .*more\.zone/);
    });

    it('that is deleted is missed', async (t) => {
        const nginx = await filed(t);

        nginx.allow(/hub\.zone" was (?:deleted|replaced)/);

        fs.rmSync(file(nginx));
        await nginx.reload();
        await waitFor(() => /\[alert\] .*hub\.zone" was deleted, the next nginx will not find/.test(nginx.log()),
                      () => nginx.log());

        fs.writeFileSync(file(nginx), '');
        await nginx.reload();
        await waitFor(() => /\[alert\] .*hub\.zone" was replaced/.test(nginx.log()),
                      () => nginx.log());
    });

    it('is for the master alone', { skip: !ROOT }, async (t) => {
        const nginx = await filed(t, { user: 'nobody nogroup', workers: 2 });
        const { port } = nginx;

        fs.chmodSync(nginx.folder, 0o755);
        await waiting(port, 'away', 3);

        const old = await nginx.upgrade();

        process.kill(old, 'SIGQUIT');
        await ended(nginx, old);
        await nginx.halt();
        await nginx.again();

        assert.strictEqual(fs.statSync(file(nginx)).mode & 0o777, 0o600);

        const away = await station.websocket(port, 'away');

        await away.printed(3);
        away.leave();
    });
});


describe('nginx refuses a file', { skip: NGINX_ONLY }, () => {

    async function refused(t, spoil, said, options) {
        const nginx = await filed(t, { zone: '1m', ...options });

        await waiting(nginx.port, 'away', 3);
        await nginx.halt();
        await spoil(nginx);

        const stat = fs.lstatSync(file(nginx));
        const was = stat.isFile() && digest(file(nginx));
        const { code, text } = await nginx.refuse();

        nginx.allow(said);
        assert.strictEqual(code, 1, text);
        assert.match(text, said);
        assert.strictEqual(was, stat.isFile() && digest(file(nginx)));
    }

    it('of another layout', (t) => refused(t, (nginx) => {
        change(nginx, AT.layout, Buffer.from([99, 0, 0, 0]));
    }, /\[emerg\] .*has layout 99, this module knows \d+/));

    it('of another zone', (t) => refused(t, (nginx) => {
        nginx.configure({ zoneName: 'other' });
    }, /\[emerg\] .*zone "other": file ".*" is that of zone "hub"/));

    it('that is no zone', (t) => refused(t, (nginx) => {
        fs.writeFileSync(file(nginx), 'what else\n');
    }, /\[emerg\] .*is damaged, or no zone of print hub/));

    it('that is too short', (t) => refused(t, (nginx) => {
        fs.truncateSync(file(nginx), 100000);
    }, /\[emerg\] .*is damaged: it has 100000 bytes, and not \d+/));

    it('whose records are damaged', (t) => refused(t, (nginx) => {
        const size = fs.statSync(file(nginx)).size - AT.store;

        change(nginx, AT.store, Buffer.alloc(size, 0xff));
    }, /\[emerg\] .*is damaged/));

    it('whose head is gone', (t) => refused(t, (nginx) => {
        change(nginx, 0, Buffer.alloc(8));
    }, /\[emerg\] .*is damaged, or no zone of print hub/));

    it('that others may read', (t) => refused(t, (nginx) => {
        fs.chmodSync(file(nginx), 0o640);
    }, /\[emerg\] .*is not ours: its mode lets others open it, it must be 0600/));

    it('of another user', { skip: !ROOT }, (t) => refused(t, (nginx) => {
        fs.chownSync(file(nginx), NOBODY, NOBODY);
    }, /\[emerg\] .*is not ours: another user owns it/));

    it('with two names', (t) => refused(t, (nginx) => {
        fs.linkSync(file(nginx), `${file(nginx)}.2`);
    }, /\[emerg\] .*is not ours: it has several names/));

    it('that is a link', (t) => refused(t, (nginx) => {
        fs.renameSync(file(nginx), `${file(nginx)}.2`);
        fs.symlinkSync(`${file(nginx)}.2`, file(nginx));
    }, /\[emerg\] .*is not ours: it is a symbolic link/));

    it('that is a FIFO', (t) => refused(t, (nginx) => {
        fs.rmSync(file(nginx));
        execFileSync('mkfifo', ['-m', '600', file(nginx)]);
    }, /\[emerg\] .*is not ours: it is no regular file/));

    it('in a folder that is not there', (t) => refused(t, (nginx) => {
        nginx.configure({ file: 'none/hub.zone' });
    }, /\[emerg\] .*none\/hub\.zone" cannot be created \(2: /));

    it('on a full disk', { skip: !ROOT }, async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const disk = path.join(nginx.folder, 'disk');

        await nginx.halt();
        fs.mkdirSync(disk);

        try {
            execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'x',
                                   disk], { stdio: 'ignore' });

        } catch (error) {
            t.skip('no file system can be mounted');
            return;
        }

        try {
            nginx.allow(/has no room/);
            nginx.configure({ file: 'disk/hub.zone' });

            const { code, text } = await nginx.refuse();

            assert.strictEqual(code, 1);
            assert.match(text, /\[emerg\] .*disk\/hub\.zone" has no room \(28: /);
            assert.deepStrictEqual(fs.readdirSync(disk), []);

        } finally {
            execFileSync('umount', [disk]);
        }
    });
});
