
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The file of a zone at a start with another size: all that it has is copied
 * into a new file, or nginx refuses to start and says which size would do.  The
 * old file is what it was until the new one takes its place.
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
const sse = require('./lib/sse');
const station = require('./lib/station');
const { NGINX_ONLY } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const FILE = 'hub.zone';

const OPTIONS = { drain: 200, queue: '10000 ttl=1h', pingInterval: LONG,
                  pingTimeout: LONG, limit: 'off' };

const EACH = 40;

const ROOT = process.getuid() === 0;

const DIE = path.resolve(process.env.MODULE
                         || path.join(__dirname, '../../build/x'),
                         '../die_at.so');

/* of the head of the file, see src/engineio/ngx_print_memory_head.h */

const AT = { layout: 12, zone: 24, boot: 32, store: 4096 };


async function filed(t, options) {
    const nginx = await daemon.start({ ...OPTIONS, file: FILE, ...options });

    t.after(() => nginx.stop());

    return nginx;
}


function file(nginx) {
    return path.join(nginx.folder, FILE);
}


function digest(name) {
    return crypto.createHash('sha256').update(fs.readFileSync(name))
        .digest('hex');
}


function change(nginx, at, bytes) {
    const fd = fs.openSync(file(nginx), 'r+');

    fs.writeSync(fd, bytes, 0, bytes.length, at);
    fs.closeSync(fd);
}


async function waiting(port, id, n) {
    const one = await station.websocket(port, id);

    one.leave();
    await hub.offline(port, id);

    return jobs.printAll(port, id, 0, n);
}


/* many jobs, which are those of several stations */

async function many(port, n) {
    const list = names(n);

    for (const id of list) {
        await waiting(port, id, EACH);
    }

    return list;
}


function names(n) {
    return Array.from({ length: n / EACH }, (_, i) => `away${i}`);
}


/* all of them are printed */

async function printed(port, list) {
    for (const id of list) {
        const away = await station.websocket(port, id);

        await away.printed(EACH);
        assert.deepStrictEqual(away.prints, numbers(0, EACH));
        away.leave();
    }
}


function numbers(from, to) {
    return Array.from({ length: to - from }, (_, i) => String(from + i));
}


/* stations, jobs that wait, and the history, as applications see them */

async function contents(port) {
    const list = await http.json(port, '/jobs?limit=100');
    const { clients } = await http.json(port, '/clients');

    return { jobs: list.jobs, clients: clients.map((each) => each.clientId) };
}


/* what a reader gets who has seen the first of these events */

async function missed(port, seen) {
    const { id: last } = seen.at(-1);
    const reader = await sse.open(port, { last: seen[0].id });

    await reader.until(({ id }) => id === last, 'what was missed');
    reader.close();

    return reader.events.filter(({ id }) => id <= last);
}


/*
 * Lets "nginx" die at the n-th call of an import.  Returns whether it did;
 * otherwise it has started.
 */

async function dies(nginx, n) {
    const { NGX_PRELOAD } = process.env;

    process.env.NGX_PRELOAD = [NGX_PRELOAD, DIE].filter(Boolean).join(' ');
    process.env.DIE_AT = n;

    try {
        const { code } = await nginx.refuse();

        assert.ok(code === 0 || code === null, nginx.log());

        return code === null;

    } finally {
        delete process.env.DIE_AT;

        if (NGX_PRELOAD === undefined) {
            delete process.env.NGX_PRELOAD;

        } else {
            process.env.NGX_PRELOAD = NGX_PRELOAD;
        }
    }
}


for (const workers of [1, 4]) {
    describe(`another size, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('has all that the old one had', async (t) => {
            const nginx = await filed(t, { workers });
            const { port } = nginx;
            const key = { 'Idempotency-Key': 'k' };
            const reader = await sse.open(port);
            const ids = await waiting(port, 'away', 30);
            const one = await station.websocket(port, 'one');
            const first = await jobs.post(
                port, { clientId: 'one', data: 1 }, '', key
            );

            await one.printed(1);
            await jobs.becomes(port, first.json.id, 'received');
            one.leave();
            await hub.offline(port, 'one');

            await reader.until(({ data }) => data.state === 'received', 'it');

            const seen = reader.events.slice();
            const session = await eio.polling(port);

            reader.close();
            await session.join();

            const old = await http.json(port, '/zone');
            const was = await contents(port);

            let from = '16m';

            for (const size of ['33m', '7m', '16m']) {
                await nginx.halt();
                await nginx.again({ zone: size });

                assert.ok(nginx.log().includes(
                    `zone "hub" of ${from} imported into ${size}: `
                    + '2 stations, 30 jobs'
                ), nginx.log());
                assert.ok(!fs.existsSync(`${file(nginx)}.new`));
                assert.deepStrictEqual(await contents(port), was);
                assert.deepStrictEqual(await missed(port, seen), seen.slice(1));

                from = size;
            }

            await session.post('42["register","poll"]');
            await hub.online(port, 'poll');

            const now = await http.json(port, '/zone');

            assert.strictEqual(now.created, old.created);
            assert.deepStrictEqual(now.lost, { jobs: 0, clients: 0 });
            assert.strictEqual(now.jobs.max, old.jobs.max);

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
        });

        it('has what SIGKILL of everything has left', async (t) => {
            const nginx = await filed(t, { workers });
            const { port } = nginx;
            const one = await station.websocket(port, 'one');

            await waiting(port, 'away', 10);

            await nginx.crash();
            await one.end();
            await nginx.again({ zone: '20m' });

            assert.match(nginx.log(),
                         /imported into 20m: 2 stations, 10 jobs/);

            await hub.offline(port, 'one');

            const away = await station.websocket(port, 'away');

            await away.printed(10);
            assert.deepStrictEqual(away.prints, numbers(0, 10));
            away.leave();
        });
    });
}


describe('another size', { skip: NGINX_ONLY }, () => {

    it('must have room: the line says which one has', async (t) => {
        const nginx = await filed(t, { zone: '4m' });
        const { port } = nginx;

        const list = await many(port, 480);

        await nginx.halt();

        const was = digest(file(nginx));

        nginx.configure({ zone: '1m' });

        const { code, text } = await nginx.refuse();
        const said = /\[emerg\] .*file ".*hub.zone" is a zone of 4m: 480 jobs do not fit into 1m, (\d+)m are needed/;
        const [, needed] = said.exec(text);

        nginx.allow(/are needed/);
        assert.strictEqual(code, 1);
        assert.strictEqual(digest(file(nginx)), was);
        assert.ok(needed > 1 && needed < 4);

        /* 1k less than that may do, 1m less does not */

        nginx.configure({ zone: `${needed - 1}m` });
        assert.strictEqual((await nginx.refuse()).code, 1);
        assert.strictEqual(digest(file(nginx)), was);
        assert.ok(!fs.existsSync(`${file(nginx)}.new`));

        await nginx.again({ zone: `${needed}m` });

        await printed(port, list);
    });

    it('in k, if no m is less than the old one', async (t) => {
        const nginx = await filed(t, { zone: '1000k' });

        const list = await many(nginx.port, 200);

        await nginx.halt();
        nginx.configure({ zone: '256k' });

        const { text } = await nginx.refuse();
        const [, needed] = /256k, (\d+)k are needed/.exec(text);

        nginx.allow(/are needed/);
        assert.ok(needed > 256 && needed <= 1000);

        await nginx.again({ zone: `${needed}k` });

        await printed(nginx.port, list);
    });

    it('is foreseen by nginx -t, which writes nothing', async (t) => {
        const nginx = await filed(t, { zone: '4m' });

        await many(nginx.port, 480);

        for (const running of [true, false]) {

            if (!running) {
                await nginx.halt();
            }

            /* nginx itself makes sure that it can write its pid */

            const list = [...new Set([...fs.readdirSync(nginx.folder),
                                      'nginx.pid'])].sort();
            const was = !running && digest(file(nginx));

            for (const [size, said] of [
                ['8m', /\[warn\] .*file ".*" is a zone of 4m, a start would import it into 8m/],
                ['1m', /\[warn\] .*file ".*" is a zone of 4m: 480 jobs do not fit into 1m, \dm are needed/]
            ]) {
                const { code, text } = await nginx.test({ zone: size });

                assert.strictEqual(code, 0);
                assert.match(text, said);
            }

            fs.rmSync(path.join(nginx.folder, 'test.conf'));
            assert.deepStrictEqual(
                fs.readdirSync(nginx.folder).sort(),
                list.filter((name) => name !== 'test.conf')
            );
            assert.strictEqual(was, !running && digest(file(nginx)));
        }
    });

    it('survives SIGKILL at each of its calls', async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const { port } = nginx;

        await waiting(port, 'away', 20);

        const contained = await contents(port);

        await nginx.halt();

        const saved = `${file(nginx)}.saved`;
        const was = digest(file(nginx));
        let replaced = 0;
        let kept = 0;

        fs.copyFileSync(file(nginx), saved);

        for (let n = 1; ; n++) {
            nginx.configure({ zone: '2m' });

            if (!await dies(nginx, n)) {
                break;
            }

            if (digest(file(nginx)) === was) {
                kept++;

            } else {
                assert.ok(!fs.existsSync(`${file(nginx)}.new`));
                replaced++;
            }

            /* the next start finds one of both, and what else was left */

            await nginx.again();
            assert.deepStrictEqual(await contents(port), contained);
            await nginx.halt();

            fs.copyFileSync(saved, file(nginx));
        }

        await waitFor(() => nginx.master, () => nginx.log());
        await nginx.ready();
        assert.ok(kept > 5, `${kept} kept`);
        assert.ok(replaced > 1, `${replaced} replaced`);
    });

    it('needs the name of the new file', async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const fresh = `${file(nginx)}.new`;
        const other = path.join(nginx.folder, 'else');

        await waiting(nginx.port, 'away', 3);
        await nginx.halt();

        const was = digest(file(nginx));

        nginx.configure({ zone: '2m' });
        nginx.allow(/cannot be imported/);

        async function refused(said) {
            const { code, text } = await nginx.refuse();

            assert.strictEqual(code, 1);
            assert.match(text, said);
            assert.match(text, /file ".*" is a zone of 1m, and cannot be imported: ".*\.new" /);
            assert.strictEqual(digest(file(nginx)), was);
        }

        fs.writeFileSync(fresh, 'what else\n', { mode: 0o600 });
        await refused(/is there, and was not left by a start that had failed/);
        assert.strictEqual(fs.readFileSync(fresh, 'utf8'), 'what else\n');

        fs.renameSync(fresh, other);
        fs.symlinkSync(other, fresh);
        await refused(/is not ours: it is a symbolic link/);
        assert.strictEqual(fs.readFileSync(other, 'utf8'), 'what else\n');

        /* the zone of another name */

        fs.unlinkSync(fresh);

        const zone = fs.readFileSync(file(nginx));

        zone.write('gub', zone.indexOf('hub'));
        fs.writeFileSync(fresh, zone, { mode: 0o600 });
        await refused(/is there, and was not left by a start that had failed/);

        /* one that was left */

        fs.copyFileSync(file(nginx), fresh);
        await nginx.again();
        assert.match(nginx.log(), /of 1m imported into 2m: 1 stations, 3 jobs/);
        assert.ok(!fs.existsSync(fresh));
    });

    it('needs room on the disk', { skip: !ROOT }, async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const disk = path.join(nginx.folder, 'disk');

        await waiting(nginx.port, 'away', 3);
        await nginx.halt();
        fs.mkdirSync(disk);

        try {
            execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'x', disk],
                         { stdio: 'ignore' });

        } catch (error) {
            t.skip('no file system can be mounted');
            return;
        }

        try {
            fs.copyFileSync(file(nginx), path.join(disk, FILE));
            fs.chmodSync(path.join(disk, FILE), 0o600);

            nginx.allow(/has no room/);
            nginx.configure({ file: `disk/${FILE}`, zone: '3m' });

            const { code, text } = await nginx.refuse();

            assert.strictEqual(code, 1);
            assert.match(text, /is a zone of 1m, and cannot be imported: ".*\.new" has no room/);
            assert.deepStrictEqual(fs.readdirSync(disk), [FILE]);
            assert.strictEqual(digest(path.join(disk, FILE)),
                               digest(file(nginx)));

        } finally {
            execFileSync('umount', [disk]);
        }
    });

    it('after a start of the system', async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const { port } = nginx;

        await waiting(port, 'away', 3);
        await nginx.halt();
        change(nginx, AT.boot, Buffer.from('another-boot'));
        await nginx.again({ zone: '2m' });

        assert.match(nginx.log(), /of 1m imported into 2m: 1 stations, 3 jobs/);

        /* one that may not be complete is not imported */

        await nginx.crash();
        change(nginx, AT.boot, Buffer.from('another-boot'));
        await nginx.again({ zone: '1m' });

        assert.match(nginx.log(), /is new: 3 jobs, 1 clients of the old one are lost \(.*was not closed before the system was started anew/);
        assert.deepStrictEqual((await http.json(port, '/zone')).lost,
                               { jobs: 3, clients: 1 });
    });

    it('is what a file has that is too large for it', async (t) => {
        const nginx = await filed(t, { zone: '2m' });

        await waiting(nginx.port, 'away', 3);
        await nginx.halt();

        /* it says that it is a zone of 1m: another nginx has written it */

        change(nginx, AT.zone, Buffer.from([0, 0, 16, 0]));
        await nginx.again({ zone: '1m' });

        assert.match(nginx.log(), /of 1m imported into 1m: 1 stations, 3 jobs/);
    });

    it('is no way to open a damaged file', async (t) => {
        const nginx = await filed(t, { zone: '1m' });

        await nginx.halt();
        nginx.allow(/is damaged/);

        const size = fs.statSync(file(nginx)).size - AT.store;

        change(nginx, AT.store, Buffer.alloc(size, 0xff));

        const was = digest(file(nginx));

        nginx.configure({ zone: '2m' });

        const { code, text } = await nginx.refuse();

        assert.strictEqual(code, 1);
        assert.match(text, /\[emerg\] .* is damaged/);
        assert.strictEqual(digest(file(nginx)), was);
        assert.ok(!fs.existsSync(`${file(nginx)}.new`));
    });

    it('another binary of another layout is refused', async (t) => {
        const nginx = await filed(t, { zone: '1m' });
        const one = await station.websocket(nginx.port, 'one');
        const said = /the file that the running nginx uses has layout 99, this module knows \d+, restart nginx/;

        nginx.allow(said, /exited with code 1/);
        change(nginx, AT.layout, Buffer.from([99, 0, 0, 0]));
        process.kill(nginx.master, 'SIGUSR2');

        await waitFor(() => said.test(nginx.log()), () => nginx.log());
        await waitFor(() => !fs.existsSync(
            path.join(nginx.folder, 'nginx.pid.oldbin')), 'the roll-back');

        await hub.deliver(nginx.port, 'one', 'x');
        await one.printed(1);
        one.leave();
    });
});
