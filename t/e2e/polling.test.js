
/*
 * Copyright (C) the print hub contributors
 */


/* Long-polling: GETs and POSTs that meet, end early or bring several packets. */


'use strict';


const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { after, before, describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const { UNKNOWN } = require('./conformance/run');
const { NGINX_ONLY, WORKERS, FENCE, serve, start } = require('./lib/target');
const { waitFor, within, LONG } = require('./lib/wait');


/* bytes of a print, and those that a worker may allocate beyond what it has */

const LARGE = 4 * 1024 * 1024;
const SMALL = 1024 * 1024;

const FAILED = /malloc\(\d+\) failed/;


/* bytes of address space that a process uses */

function used(pid) {
    const [, kb] = fs.readFileSync(`/proc/${pid}/status`, 'latin1')
        .match(/^VmSize:\s*(\d+) kB/m);

    return kb * 1024;
}


/* limits them: a number, or 'unlimited' */

function limit(pid, bytes) {
    execFileSync('prlimit', [`--pid=${pid}`, `--as=${bytes}:unlimited`]);
}


/* a POST of which only a part was sent; the server reads it */

async function half(session) {
    const post = http.open(session.port, {
        method: 'POST',
        path: session.path,
        headers: { Expect: '100-continue', 'Content-Length': 100 },
        body: '4'
    });

    await waitFor(() => post.reader.continued, '100');

    return post;
}


/* checks that it ends without an answer, at the latest when all was sent */

async function unanswered(post) {
    post.socket.write('x'.repeat(99));

    assert.strictEqual((await within(post.done, 'the end')).status, 0);
}


async function gone(session) {
    const { status, body } = await session.get();

    assert.strictEqual(status, 400);
    assert.strictEqual(body, UNKNOWN);
}


/* a registered station whose requests are made by hand */

async function registered(port, id) {
    const session = await eio.polling(port);

    await session.join();
    await session.post(`42["register","${id}"]`);
    await hub.online(port, id);

    return session;
}


for (const workers of WORKERS) {
    describe(`polling, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, pingInterval: LONG,
                                   pingTimeout: LONG });
            port = target.port;
        });

        after(() => target.stop());

        it('a second GET closes the session', async () => {
            const session = await eio.polling(port);
            const first = await target.park(session);
            const second = await session.get();

            /* only the server knows which of them was first */

            const answers = [await first.done, second];
            const [good, bad] = answers.sort((a, b) => a.status - b.status);

            assert.strictEqual(good.status, 200);
            assert.strictEqual(good.body, '1');
            assert.strictEqual(bad.status, 400);
            assert.strictEqual(bad.body, '');
            assert.strictEqual(bad.headers['content-type'], undefined);

            await gone(session);
        });

        it('a second POST closes the session', async () => {
            const session = await eio.polling(port);
            const first = await half(session);
            const second = await session.post('40');

            assert.strictEqual(second.status, 400);
            assert.strictEqual(second.body, '');
            assert.strictEqual(second.headers['content-type'], undefined);

            await unanswered(first);
            await gone(session);
        });

        it('a second POST frees a waiting GET', async () => {
            const session = await eio.polling(port);
            const poll = await target.park(session);
            const first = await half(session);

            assert.strictEqual((await session.post('40')).status, 400);
            assert.strictEqual((await poll.done).body, '1');

            await unanswered(first);

            await gone(session);
        });

        it('a GET that the client drops closes the session', async () => {
            const session = await registered(port, 'get dropped');
            const poll = await target.park(session);

            await poll.abort();

            await hub.offline(port, 'get dropped');
            await gone(session);
        });

        it('a POST that the client drops closes the session', async () => {
            const session = await registered(port, 'post dropped');
            const post = await half(session);

            post.abort();

            await hub.offline(port, 'post dropped');
            await gone(session);
        });

        it('a POST in pieces', async () => {
            const session = await eio.polling(port);
            const post = http.open(port, {
                method: 'POST',
                path: session.path,
                headers: { Expect: '100-continue', 'Content-Length': 2 },
                body: '4'
            });

            await waitFor(() => post.reader.continued, '100');
            post.socket.write('0');

            assert.strictEqual((await post.done).body, 'ok');
            assert.match((await session.receive())[0], /^40/);
        });

        it('what came while no GET waited comes at once', async () => {
            const session = await registered(port, 'several');

            for (const text of ['a', '中', 'c']) {
                await hub.deliver(port, 'several', text);
            }

            assert.deepStrictEqual(await session.receive(), [
                '42["print",{"printData":"a"}]',
                '42["print",{"printData":"中"}]',
                '42["print",{"printData":"c"}]', ...FENCE
            ]);
        });

        it('what comes while a GET waits comes by it', async () => {
            const session = await registered(port, 'one by one');

            for (const text of ['a', 'b', 'c']) {
                const poll = await target.park(session);

                await hub.deliver(port, 'one by one', text);

                assert.deepStrictEqual(
                    (await poll.done).body.split(eio.SEPARATOR),
                    [`42["print",{"printData":"${text}"}]`, ...FENCE]);
            }
        });

        it('a POST of several packets', async () => {
            const session = await eio.polling(port);

            await session.join();
            await session.post(['42["register","p1"]', '3', '42["x"]',
                                '42["register","p2"]', '6']
                               .join(eio.SEPARATOR));

            await hub.online(port, 'p1', 'p2');
        });

        it('a session that the client closes is offline', async () => {
            const session = await registered(port, 'closed');

            await session.post('1');
            await hub.offline(port, 'closed');
            await gone(session);
        });

        it('a session that is closed for an error is offline', async () => {
            const session = await registered(port, 'at fault');

            await session.post('4x');

            assert.deepStrictEqual(await session.receive(), ['6', '1']);
            await gone(session);
            await hub.offline(port, 'at fault');
        });
    });
}


/* a sanitizer needs more address space than any limit leaves */

const UNLIMITED = NGINX_ONLY || (process.env.E2E_SANITIZER && 'a sanitizer');


describe('polling, without memory', { skip: UNLIMITED }, () => {
    it('a GET that cannot bring its messages closes the session', async (t) => {
        /* without it, the worker would use memory again that it has freed */

        process.env.MALLOC_MMAP_THRESHOLD_ = 65536;

        const nginx = await serve(t, { workers: 1, maxPayload: 2 * LARGE,
                                       pingInterval: LONG,
                                       pingTimeout: LONG });
        const { port } = nginx;
        const session = await registered(port, 'no memory');

        nginx.allow(FAILED);

        const [worker] = nginx.workers();
        const before = used(worker);

        const { headers } = await http.request(port, {
            method: 'POST', path: '/startPrint',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ clientId: 'no memory',
                                   printData: 'x'.repeat(LARGE) })
        });

        limit(worker, before + SMALL);

        assert.strictEqual((await session.poll().done).status, 0);

        limit(worker, 'unlimited');

        await gone(session);
        await hub.offline(port, 'no memory');

        const { state } = await jobs.get(port, headers['x-print-job']);

        assert.strictEqual(state, 'unconfirmed');
        assert.match(nginx.log(), FAILED);
    });
});
