
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_log: lines about the jobs that are settled. */


'use strict';


const assert = require('node:assert');
const childProcess = require('node:child_process');
const dgram = require('node:dgram');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const station = require('./lib/station');
const { JobLog, writer } = require('./lib/joblog');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const FILE = 'logs/jobs.log';
const LOG = `print_hub_log ${FILE}`;
const ID = /^[\w-]{20}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;


async function open(t, options) {
    const nginx = await serve(t, { http: `${LOG};`, ...options });

    return { nginx, port: nginx.port, log: new JobLog(nginx, FILE) };
}


/* a job for a station that may be away, posted with more headers */

async function post(port, body, headers = {}) {
    const { json } = await jobs.post(port, body, '', headers);

    return json.id;
}


function cancel(port, id, base = '') {
    return http.request(port, {
        method: 'DELETE', path: `${base}/jobs/${id}`
    });
}


/* it leaves, and the hub knows that */

async function away(port, one) {
    one.leave();
    await hub.offline(port, one.id);
}


/* each job has one line of this state, in the order of events */

function checkOnce(log, ids, state) {
    const lines = log.lines();

    assert.deepStrictEqual(lines.filter((line) => line.state === state)
                               .map(({ id }) => id).sort(),
                           [...ids].sort());

    checkOrder(lines);
}


function checkOrder(lines) {
    assert.deepStrictEqual(lines.map(({ event }) => event),
                           lines.map(({ event }) => event)
                               .sort((a, b) => a - b));
}


/* a folder whose disk has so much room; null if this user cannot have one */

function smallDisk(t, size) {
    const folder = fs.mkdtempSync('/tmp/print-joblog-');
    const { status } = childProcess.spawnSync('mount', [
        '-t', 'tmpfs', '-o', `size=${size}`, 'none', folder
    ]);

    t.after(() => {
        childProcess.spawnSync('umount', ['-l', folder]);
        fs.rmdirSync(folder);
    });

    if (status !== 0) {
        return null;
    }

    return folder;
}


/* what comes by datagrams, and how to send them there */

async function syslog(t, type, file) {
    if (type === 'unix') {
        const child = childProcess.spawn('python3', ['-uc', `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('ready')
while 1:
    print(s.recv(65536).decode())
`, file]);
        const server = { lines: [], to: `unix:${file}`, child };
        let text = '';

        child.stdout.on('data', (data) => {
            text += data;
            server.lines = text.split('\n').slice(1, -1);
        });

        t.after(() => child.kill());
        await waitFor(() => /ready/.test(text), 'the syslog server');

        return server;
    }

    const socket = dgram.createSocket('udp4');
    const server = { lines: [], socket };

    socket.on('message', (message) => server.lines.push(String(message)));
    await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
    t.after(() => socket.close());

    server.to = `127.0.0.1:${socket.address().port}`;

    return server;
}


for (const workers of WORKERS) {
    describe(`log of jobs, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('has a line for each end of a job', async (t) => {
            const { nginx, port, log } = await open(t, {
                workers, queue: '5 ttl=1h',
                http: `${LOG} by=$http_x_app;`
            });
            const one = await station.websocket(port, 'x');

            const { headers } = await http.request(
                port, { path: '/startPrint?clientId=x&printData=abc',
                        headers: { 'X-App': 'erp' } });
            const printed = headers['x-print-job'];

            await log.has(printed, 'received');
            one.emit('printResult', { jobId: printed, ok: true });

            const failed = await post(port, { clientId: 'x', data: [1, 2] });

            await log.has(failed, 'received');
            one.emit('printResult', { jobId: failed, error: 'paper\nout' });

            await log.has(printed, 'printed');
            await log.has(failed, 'failed');
            await away(port, one);

            const expired = (await jobs.post(
                port, { clientId: 'x', data: 1 }, 'ttl=1ms')).json.id;
            const canceled = await post(port, { clientId: 'x', data: 1 });

            await cancel(port, canceled);
            await log.has(expired, 'expired');
            await log.has(canceled, 'canceled');

            for (const id of [printed, failed, expired, canceled]) {
                const lines = log.of(id);
                const { time, event, zone, source, by, bytes, ...rest }
                    = lines.at(-1);

                assert.deepStrictEqual(rest, await jobs.get(port, id));
                assert.match(id, ID);
                assert.match(time, TIME);
                assert.strictEqual(time, rest.finished);
                assert.strictEqual(typeof event, 'number');
                assert.strictEqual(zone, 'hub');
                assert.strictEqual(source, id === printed ? 'startprint'
                                                          : 'jobs');
                assert.strictEqual(by, id === printed ? 'erp' : undefined);
                assert.strictEqual(bytes, id === printed ? 19
                                          : id === failed ? 5 : 1);
                assert.strictEqual(lines.length, rest.received ? 2 : 1);
            }

            const [received] = log.of(printed);

            assert.strictEqual(received.state, 'received');
            assert.strictEqual(received.time, received.received);
            assert.strictEqual(received.finished, undefined);
            assert.strictEqual(log.of(failed)[1].reason, 'paper\nout');

            checkOrder(log.lines());
            assert.strictEqual(log.lines().length, 6);
            assert.doesNotMatch(nginx.log(), /print hub: log ".*failed/);
        });

        it('has them all after kills and reloads', async (t) => {
            const { nginx, port, log } = await open(t, {
                workers, queue: '1000 ttl=1h', unconfirmed: 'resend',
                limit: 'off'
            });
            const all = await Promise.all(['a', 'b', 'c'].map((id) => {
                return clients.connect(nginx, id, { transports: 'websocket' });
            }));
            const ids = [];
            let over = false;

            const printing = all.map(async ({ id }) => {
                while (!over) {
                    const job = await jobs.print(port, id, 'z')
                        .catch(() => null);

                    if (job) {
                        ids.push(job);
                    }
                }
            });

            for (let i = 0; i < 6; i++) {
                const before = ids.length;

                await waitFor(() => ids.length > before + 20, 'prints');

                if (i % 3 === 2) {
                    await nginx.reload();

                } else {
                    await nginx.kill(i % 3 ? nginx.workers()[0]
                                     : await writer(nginx).then((pid) => {
                                         return nginx.workers().includes(pid)
                                                ? pid : nginx.workers()[0];
                                     }));
                }
            }

            over = true;
            await Promise.all(printing);
            await log.hasAll(ids, 'received');

            /* what comes again has the same event, and is the same line */

            const events = new Map();

            for (const line of log.raw()) {
                const { event, id, state } = JSON.parse(line);
                const key = `${id} ${state}`;

                assert.strictEqual(events.get(event) || key, key);
                events.set(event, key);
            }

            for (const client of all) {
                client.leave();
            }
        });

        it('moves to another file by USR1, and loses none', async (t) => {
            const { nginx, port } = await open(t, { workers });
            const log = new JobLog(nginx, `${FILE}.2`, `${FILE}.1`, FILE);
            const one = await station.websocket(port, 'x');
            const ids = [];

            for (const next of log.files.slice(0, 2)) {
                const printing = jobs.printAll(port, 'x', 0, 30);

                ids.push(...await jobs.printAll(port, 'x', 0, 10));
                fs.renameSync(log.files[2], next);
                nginx.signal('SIGUSR1');
                ids.push(...await printing);
                await waitFor(() => fs.existsSync(log.files[2]),
                              'the new file');
            }

            ids.push(...await jobs.printAll(port, 'x', 0, 10));

            /* a worker may not have the last signal yet */

            await log.hasAll(ids, 'received');
            checkOnce(log, ids, 'received');
            one.leave();
        });

        for (const type of ['udp', 'unix']) {
            it(`goes to syslog over ${type}`, async (t) => {
                const folder = fs.mkdtempSync('/tmp/print-syslog-');
                const file = path.join(folder, 'socket');

                t.after(() => fs.rmSync(folder, { recursive: true }));

                const server = await syslog(t, type, file);
                const nginx = await serve(t, {
                    workers, queue: '1000 ttl=1h',
                    http: `print_hub_log
                             syslog:server=${server.to},tag=prints logfmt;`
                });
                const { port } = nginx;
                const one = await station.websocket(port, 'x');
                const ids = await jobs.printAll(port, 'x', 0, 40);

                const check = (lines, count) => {
                    assert.deepStrictEqual(lines.map((line) => {
                        const [, rest] = line.split(' prints: ');

                        return / id=(\S+) clientId="x" state=received /
                            .exec(rest)[1];
                    }).sort(), [...count].sort());
                };

                await waitFor(() => server.lines.length >= 40, 'messages');
                check(server.lines, ids);
                assert.match(server.lines[0], /^<190>[A-Z][a-z]{2} [ \d]\d /);

                if (type === 'unix') {

                    /* it has no room for so many, and that is no failure */

                    server.child.kill('SIGSTOP');
                    ids.push(...await jobs.printAll(port, 'x', 0, 600));
                    await Promise.all(ids.slice(-20).map((id) => {
                        return jobs.becomes(port, id, 'received');
                    }));
                    server.child.kill('SIGCONT');
                    await waitFor(() => server.lines.length >= ids.length,
                                  'messages');
                    check(server.lines, ids);
                    assert.doesNotMatch(nginx.log(), /write failed/);

                    /* without its socket they wait */

                    server.child.kill('SIGKILL');
                    fs.rmSync(file);
                    nginx.allow(/\[(?:alert|crit)\].*(?:syslog|unix:)/);

                    const more = await jobs.printAll(port, 'x', 0, 10);

                    await waitFor(() => /write failed/.test(nginx.log()),
                                  'a failure');

                    const again = await syslog(t, type, file);

                    await waitFor(() => again.lines.length >= 10, 'messages');
                    check(again.lines, more);
                }

                one.leave();
            });
        }

        it('waits for a file that cannot be written', async (t) => {
            const { nginx, port } = await open(t, { workers });
            const log = new JobLog(nginx, `${FILE}.1`, FILE);
            const one = await station.websocket(port, 'x');
            const ids = await jobs.printAll(port, 'x', 0, 10);

            await log.hasAll(ids, 'received');
            fs.renameSync(log.files[1], log.files[0]);
            fs.symlinkSync('/dev/full', log.files[1]);
            nginx.signal('SIGUSR1');

            await waitFor(async () => {
                ids.push(await jobs.print(port, 'x', 'z'));

                return /write failed/.test(nginx.log());
            }, 'a failure');

            ids.push(...await jobs.printAll(port, 'x', 0, 40));

            const lines = nginx.log().match(/.*print hub: log ".*/g);

            assert.strictEqual(lines.length, 1);
            assert.match(lines[0], new RegExp(
                `\\[error\\] .*: print hub: log "${log.files[1]}": write `
                + 'failed \\(28: No space left on device\\), \\d+ lines wait$'
            ));

            fs.rmSync(log.files[1]);
            nginx.signal('SIGUSR1');

            await waitFor(() => /works again, after \d+/.test(nginx.log()),
                          'the end of it');
            await log.hasAll(ids, 'received');
            checkOnce(log, ids, 'received');
            one.leave();
        });
    });
}


describe('log of jobs', { skip: NGINX_ONLY }, () => {

    it('waits while the disk is full, and goes on in the line', async (t) => {
        const disk = smallDisk(t, '64k');

        if (disk === null) {
            t.skip('only root may mount');
            return;
        }

        const file = path.join(disk, 'jobs.log');
        const full = path.join(disk, 'full');

        fs.writeFileSync(full, Buffer.alloc(60 * 1024 - 4096));

        const nginx = await serve(t, {
            workers: 2, http: `print_hub_log ${file};`
        });
        const log = new JobLog(nginx, file);
        const { port } = nginx;
        const one = await station.websocket(port, 'x');
        const ids = [];

        await waitFor(async () => {
            ids.push(...await jobs.printAll(port, 'x', 0, 10));

            return /write failed \(28: /.test(nginx.log());
        }, 'a full disk');

        assert.notStrictEqual(log.text().at(-1), '\n');
        ids.push(...await jobs.printAll(port, 'x', 0, 10));
        fs.rmSync(full);

        await log.hasAll(ids, 'received');
        checkOnce(log, ids, 'received');

        /* the worker is killed in the midst of a line: it has no end then */

        fs.writeFileSync(full, Buffer.alloc(56 * 1024
                                            - fs.statSync(file).size));

        const pid = await writer(nginx);
        const before = nginx.log().match(/write failed/g).length;

        await waitFor(async () => {
            ids.push(...await jobs.printAll(port, 'x', 0, 10));

            return nginx.log().match(/write failed/g).length > before;
        }, 'a full disk');

        await nginx.kill(pid);
        fs.rmSync(full);
        one.leave();
        await writer(nginx, pid);

        const broken = [];

        await waitFor(() => {
            const seen = new Set();

            broken.length = 0;

            for (const line of log.raw()) {
                try {
                    seen.add(JSON.parse(line).id);

                } catch {
                    broken.push(line);
                }
            }

            return ids.slice(0, -10).every((id) => seen.has(id));
        }, () => `the lines\n${log.text()}`);

        assert.ok(broken.length <= 1, broken.join('\n'));
    });

    it('tells of events that were overwritten', async (t) => {
        const { nginx, port, log } = await open(t, {
            workers: 2, zone: '512k',
            http: `${LOG}; print_hub_log logs/b.log logfmt;`
        });
        const other = new JobLog(nginx, 'logs/b.log');
        const one = await station.websocket(port, 'x');
        const [first] = await jobs.printAll(port, 'x', 0, 1);

        await log.has(first, 'received');

        for (const file of [log.files[0], other.files[0]]) {
            fs.rmSync(file);
            fs.symlinkSync('/dev/full', file);
        }

        nginx.signal('SIGUSR1');

        await waitFor(async () => {
            await jobs.becomes(port, await jobs.print(port, 'x', 'z'),
                               'received');

            return nginx.log().match(/write failed/g)?.length === 2;
        }, 'a failure');

        const { max } = (await http.json(port, '/zone')).jobs;
        const ids = [];

        /* a job has three events, and there is room for two of each */

        while (ids.length < max) {
            ids.push(...await jobs.printAll(port, 'x', 0, 10));
            await jobs.becomes(port, ids.at(-1), 'received');
        }

        for (const file of [log.files[0], other.files[0]]) {
            fs.rmSync(file);
        }

        nginx.signal('SIGUSR1');
        await log.has(ids.at(-1), 'received');

        const [{ lost: { from, to } }, next] = log.lines();

        assert.ok(from > 1 && to > from);
        assert.ok(next.event > to);
        await waitFor(() => other.raw().length > 1, 'the other log');
        assert.strictEqual(other.raw()[0].replace(/\d+/g, 'N'),
                           'lost_from=N lost_to=N');
        one.leave();
    });

    it('asks "if", tells "by", has its states and its zone', async (t) => {
        const nginx = await serve(t, {
            workers: 2, queue: '100 ttl=1h', named: true,
            http: `print_hub_zone name=other:1m;
                   print_hub_log logs/a.log zone=hub by=$http_x_app;
                   print_hub_log logs/b.log zone=hub if=$arg_b
                                 states=failed,canceled;
                   print_hub_log logs/c.log zone=hub if=$arg_c
                                 by=$http_x_app;
                   print_hub_log logs/d.log zone=other;
                   print_hub_log off;`,
            server: `location /other/ {
                         print_hub on zone=other; print_hub_queue 5 ttl=1h;
                         print_hub_api on zone=other;
                     }`
        });
        const { port } = nginx;
        const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => {
            return new JobLog(nginx, `logs/${name}.log`);
        });
        const one = await station.websocket(port, 'x');
        const long = `${'ä'.repeat(31)}xy`;
        const more = [
            ['', 'erp'], ['&b=1', ''], ['&b=0&c=yes', long],
            ['&b=1&c=1', `${'ä'.repeat(31)}xäz`]
        ];
        const ids = [];

        for (const [query, app] of more) {
            const { headers } = await http.request(port, {
                path: `/startPrint?clientId=x&printData=z${query}`,
                headers: { 'X-App': app }
            });

            ids.push(headers['x-print-job']);
        }

        await a.hasAll(ids, 'received');
        await c.hasAll(ids.slice(2), 'received');

        for (const id of ids) {
            one.emit('printResult', { jobId: id, error: 'no paper' });
        }

        await a.hasAll(ids, 'failed');
        await c.hasAll(ids.slice(2), 'failed');
        await b.hasAll([ids[1], ids[3]], 'failed');
        checkOnce(b, [ids[1], ids[3]], 'failed');
        checkOnce(c, ids.slice(2), 'failed');
        assert.strictEqual(b.lines().length, 2);
        assert.strictEqual(a.lines().length, 8);
        assert.deepStrictEqual(ids.map((id) => a.of(id)[0].by), [
            'erp', undefined, long.slice(0, 33), `${'ä'.repeat(31)}x`
        ]);
        assert.strictEqual(b.lines()[0].by, undefined);
        assert.strictEqual(c.of(ids[2])[0].by, long);
        assert.strictEqual(d.text(), '');

        one.leave();

        /* the other zone */

        const two = await eio.websocket(port, '/other/socket.io/?EIO=4');

        two.text('40');
        two.text('42["register","y"]');

        const id = await waitFor(async () => {
            const { headers } = await http.request(port, {
                path: '/other/startPrint?clientId=y&printData=z'
            });

            return headers['x-print-job'];
        }, 'a job of the other zone');

        await cancel(port, id, '/other');
        two.destroy();
        await waitFor(() => d.of(id).length, 'its end');
        assert.strictEqual(d.of(id)[0].zone, 'other');
        assert.strictEqual(a.lines().length, 8);
    });

    it('finds a job again after a reload', async (t) => {
        const { nginx, port } = await open(t, {
            workers: 2, queue: '100 ttl=1h',
            http: `print_hub_log logs/a.log; print_hub_log logs/b.log if=$arg_b;
                   print_hub_log logs/gone.log;`
        });
        const [a, b, c] = ['a', 'b', 'c'].map((name) => {
            return new JobLog(nginx, `logs/${name}.log`);
        });
        const one = await station.websocket(port, 'x');

        await away(port, one);

        const first = await post(port, { clientId: 'x', data: 1 });

        await nginx.reload({
            http: `print_hub_log logs/c.log; print_hub_log logs/b.log if=$arg_b;
                   print_hub_log logs/a.log;`
        });

        const second = await post(port, { clientId: 'x', data: 1 });

        await cancel(port, first);
        await cancel(port, second);
        await a.hasAll([first, second], 'canceled');
        await c.has(second, 'canceled');
        checkOnce(a, [first, second], 'canceled');
        checkOnce(c, [second], 'canceled');
        assert.strictEqual(b.text(), '');

        /* eight other ones need the places of all */

        const third = await post(port, { clientId: 'x', data: 1 });
        const names = Array.from({ length: 8 }, (_, n) => `logs/n${n}.log`);

        await nginx.reload({
            http: names.map((name) => `print_hub_log ${name};`).join('\n')
        });

        const fourth = await post(port, { clientId: 'x', data: 1 });

        await cancel(port, third);
        await cancel(port, fourth);

        for (const name of names) {
            const log = new JobLog(nginx, name);

            await log.has(fourth, 'canceled');
            checkOnce(log, [fourth], 'canceled');
        }
    });

    it('goes on where it was, with a zone in a file', async (t) => {
        const folder = fs.mkdtempSync('/tmp/print-joblog-');

        t.after(() => fs.rmSync(folder, { recursive: true }));

        const { nginx, port, log } = await open(t, {
            workers: 2, queue: '100 ttl=1h', file: path.join(folder, 'zone')
        });
        const one = await station.websocket(port, 'x');
        const ids = await jobs.printAll(port, 'x', 0, 20);

        await Promise.all(ids.map((id) => jobs.becomes(port, id, 'received')));
        await away(port, one);

        const waiting = await post(port, { clientId: 'x', data: 1 });

        for (const signal of ['SIGQUIT', 'SIGTERM']) {
            await nginx.halt(signal);
            await nginx.start();
        }

        await cancel(nginx.port, waiting);
        await log.has(waiting, 'canceled');
        checkOnce(log, ids, 'received');
        assert.strictEqual(log.of(waiting).length, 1);
        assert.ok(!log.text().includes('lost'));
    });

    it('is written to the end when nginx stops', async (t) => {
        const { nginx, port, log } = await open(t, {
            workers: 2, drain: 100
        });
        const one = await station.websocket(port, 'x');
        const ids = await jobs.printAll(port, 'x', 0, 20);

        await one.printed(20);
        await Promise.all(ids.map((id) => jobs.becomes(port, id, 'received')));
        await nginx.halt('SIGQUIT');
        checkOnce(log, ids, 'received');
    });

    it('escapes what comes from outside', async (t) => {
        const { nginx, port, log } = await open(t, {
            workers: 1, queue: '100 ttl=1h',
            http: `${LOG} by=$http_x_app; print_hub_log logs/b.log logfmt
                                                     by=$http_x_app;`
        });
        const other = new JobLog(nginx, 'logs/b.log');
        const name = 'a "b"\\\n\u0001\u2028 c=d';
        const one = await station.websocket(port, name);
        const { headers } = await http.request(port, {
            path: `/startPrint?clientId=${encodeURIComponent(name)}`
                  + '&printData=z',
            headers: { 'X-App': '"\\' }
        });
        const id = headers['x-print-job'];

        one.emit('printResult', { jobId: id, error: '"}\r\n{"id":"no"}' });

        const lines = await log.has(id, 'failed');
        const line = lines.at(-1);

        assert.strictEqual(line.clientId, name);
        assert.strictEqual(line.reason, '"}\r\n{"id":"no"}');
        assert.strictEqual(line.by, '"\\');

        await waitFor(() => other.raw().length === lines.length, 'the other');

        const text = other.raw().at(-1);

        assert.match(text, new RegExp(
            '^time=\\S+Z event=\\d+ zone="hub" id=\\S{20} clientId=".*" '
            + 'state=failed reason=".*" source=startprint by=".*" attempts=1 '
            + 'bytes=\\d+ '
            + 'created=\\S+Z sent=\\S+Z received=\\S+Z finished=\\S+Z$', 's'
        ));
        assert.strictEqual(JSON.parse(/clientId=("(?:[^"\\]|\\.)*")/
            .exec(text)[1]), name);
        one.leave();

        /* the longest */

        const long = '\u0001'.repeat(96);
        const two = await station.websocket(port, long);
        const last = await jobs.print(port, long, 'z');

        two.emit('printResult', { jobId: last, error: '\u0002'.repeat(99) });

        const longest = (await log.has(last, 'failed')).at(-1);

        assert.strictEqual(longest.clientId, long);
        assert.match(longest.reason, /^\u0002{60,64}$/);
        two.leave();
    });
});
