
/*
 * Copyright (C) the print hub contributors
 */


/* The API of jobs and clients, with stations on the real client library. */


'use strict';


const assert = require('node:assert');
const crypto = require('node:crypto');
const { after, before, describe, it } = require('node:test');

const clients = require('./lib/clients');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const http = require('./lib/raw_http');
const jobs = require('./lib/jobs');
const { Steer } = require('./lib/steer');
const { NGINX_ONLY, WORKERS, serve, start } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const LONG = 'wait=20s';
const SHORT = 'wait=50ms';


/*
 * A station that collects the arguments of an event; take() is given the
 * callback and the id of a job, if the station asked for them
 */

async function station(nginx, id, { event = 'print', ack, take } = {}) {
    const one = clients.open(nginx, id);

    one.taken = [];
    one.socket.off('connect').off('print');

    one.socket.on('connect', () => one.socket.emit('register', id, { ack }));

    one.socket.on(event, (data, jobId, callback) => {
        one.taken.push(data);

        if (take) {
            take(callback, jobId);
        }
    });

    await hub.online(nginx.port, id);

    return one;
}


/* a station that answers no ping, so that its jobs become unconfirmed */

async function silent(port, id) {
    const socket = await eio.websocket(port);

    await eio.join(socket);
    socket.text(`42["register","${id}"]`);
    await hub.online(port, id);

    return socket;
}


async function away(nginx, ...ids) {
    for (const id of ids) {
        (await station(nginx, id)).leave();
    }

    await hub.offline(nginx.port, ...ids);
}




for (const workers of WORKERS) {
    describe(`jobs, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let nginx;
        let port;
        let steer;

        before(async () => {
            nginx = await start({ workers, queue: '20 ttl=60s',
                                  drain: 200 });
            port = nginx.port;
            steer = new Steer(port, nginx.workers());
        });

        after(async () => {
            steer.end();
            await nginx.stop();
        });

        async function ask(pid, ...what) {
            return jobs.parsed(await steer.request(pid, jobs.order(...what)));
        }

        it('waits for a receipt, at each worker', async () => {
            const one = await station(nginx, 'near and far');

            for (const pid of steer.workers) {
                const { status, json } = await ask(pid, {
                    clientId: 'near and far', data: pid
                }, LONG);

                assert.strictEqual(status, 201);
                assert.strictEqual(json.state, 'received');
                assert.strictEqual(one.taken.at(-1), pid);
            }

            one.leave();
        });

        it('waits for a result, at each worker', async () => {
            const one = await station(nginx, 'result', {
                ack: true,
                take: (callback) => setTimeout(callback, 20, { ok: true })
            });

            for (const pid of steer.workers) {
                const { json } = await ask(pid, { clientId: 'result' },
                                           `${LONG}&wait_for=result`);

                assert.strictEqual(json.state, 'printed');
                assert.ok(json.created <= json.sent);
                assert.ok(json.sent <= json.finished);
            }

            one.leave();
        });

        it('tells a failure and its reason', async () => {
            const one = await station(nginx, 'fails', {
                ack: true,
                take: (callback) => callback({ error: 'paper out' })
            });
            const { json } = await jobs.post(port, {
                clientId: 'fails', wait: 20, wait_for: 'result'
            });

            assert.strictEqual(json.state, 'failed');
            assert.strictEqual(json.reason, 'paper out');
            one.leave();
        });

        it('waits for a result that comes later', async () => {
            const ids = [];
            const one = await station(nginx, 'later', {
                ack: true,
                take: (callback, jobId) => {
                    callback();
                    ids.push(jobId);
                }
            });
            const { json } = await jobs.post(port, { clientId: 'later' },
                                             LONG);

            assert.strictEqual(json.state, 'received');

            const polls = steer.workers.map((pid) => steer.request(pid, {
                path: `/jobs/${json.id}?${LONG}&wait_for=result`
            }));

            await waitFor(() => ids.length === 1, 'the print');
            one.socket.emit('printResult', { jobId: ids[0], ok: true });

            for (const poll of polls) {
                const { status, body } = await poll;

                assert.strictEqual(status, 200);
                assert.strictEqual(JSON.parse(body).state, 'printed');
            }

            one.leave();
        });

        it('waits no longer than "wait"', async () => {
            const one = await silent(port, 'silent');
            const { status, json } = await jobs.post(port, {
                clientIds: ['silent']
            }, SHORT);

            assert.strictEqual(status, 201);
            assert.match(json.jobs[0].state, /^(queued|sent)$/);
            one.destroy();
        });

        it('waits for all of several', async () => {
            const one = await station(nginx, 'all 1');

            await away(nginx, 'all 2');

            const answer = jobs.post(port, {
                clientIds: ['all 1', 'all 2'], data: 'both'
            }, LONG);

            await waitFor(() => one.taken.length === 1, 'the first one');

            const two = await station(nginx, 'all 2');
            const { json } = await answer;

            assert.deepStrictEqual(
                json.jobs.map(({ clientId, state }) => [clientId, state]),
                [['all 1', 'received'], ['all 2', 'received']]
            );
            assert.deepStrictEqual([one.taken, two.taken],
                                   [['both'], ['both']]);
            one.leave();
            two.leave();
        });

        it('is printed although its request was aborted', async () => {
            await away(nginx, 'nobody');

            const requests = Array.from({ length: 20 }, () => {
                return http.open(port, jobs.order({ clientId: 'nobody' },
                                                  LONG));
            });

            await waitFor(async () => {
                const list = await http.json(port, '/jobs?clientId=nobody');
                return list.jobs.length === 20;
            }, 'the jobs');

            requests.forEach((request) => request.abort());

            const one = await station(nginx, 'nobody');

            await waitFor(() => one.taken.length === 20, 'the prints');
            one.leave();
        });

        it('is not made, if one of several clients is unknown', async () => {
            const one = await station(nginx, 'known');
            const { status, json } = await jobs.post(port, {
                clientIds: ['known', 'who'], data: 1
            });

            assert.strictEqual(status, 404);
            assert.strictEqual(json.error.code, 'client_unknown');

            await jobs.post(port, { clientId: 'known', data: 2 }, LONG);
            assert.deepStrictEqual(one.taken, [2]);
            one.leave();
        });

        it('is made once of 50 requests with one key', async () => {
            const one = await station(nginx, 'once');
            const answers = await Promise.all(
                Array.from({ length: 50 }, (_, i) => {
                    return jobs.post(port, { clientId: 'once', data: 1 },
                                     i % 2 ? LONG : '',
                                     { 'Idempotency-Key': 'once' });
                })
            );

            assert.deepStrictEqual(
                [...new Set(answers.map(({ status }) => status))], [201]
            );
            assert.strictEqual(
                new Set(answers.map(({ json }) => json.id)).size, 1
            );
            assert.strictEqual(answers.filter(({ headers }) => {
                return headers['idempotency-replayed'] === 'true';
            }).length, 49);

            const { status } = await jobs.post(port,
                                               { clientId: 'once', data: 2 },
                                               '',
                                               { 'Idempotency-Key': 'once' });

            assert.strictEqual(status, 422);

            await jobs.post(port, { clientId: 'once', data: 3 }, LONG);
            assert.deepStrictEqual(one.taken, [1, 3]);
            one.leave();
        });

        it('takes bytes', async () => {
            const one = await station(nginx, 'bytes', { event: 'zpl' });

            for (const size of [1, 125, 70000, 900000]) {
                const bytes = crypto.randomBytes(size);
                const { status, body } = await http.request(port, {
                    method: 'POST',
                    path: `/jobs?clientId=bytes&event=zpl&${LONG}`,
                    headers: { 'Content-Type': 'application/octet-stream' },
                    body: bytes
                });

                assert.strictEqual(status, 201);
                assert.strictEqual(JSON.parse(body).state, 'received');
                assert.ok(one.taken.at(-1).equals(bytes));
            }

            one.leave();
        });

        it('expires, which ends a wait', async () => {
            await away(nginx, 'expires');

            const { json } = await jobs.post(port, {
                clientId: 'expires', ttl: '100ms', data: 'old'
            }, LONG);

            assert.strictEqual(json.state, 'expired');

            const one = await station(nginx, 'expires');

            await jobs.post(port, { clientId: 'expires', data: 'new' }, LONG);
            assert.deepStrictEqual(one.taken, ['new']);
            one.leave();
        });

        it('is canceled while its station is away', async () => {
            await away(nginx, 'cancel');

            const ids = [];

            for (const data of [1, 2, 3]) {
                const { json } = await jobs.post(port, {
                    clientId: 'cancel', data
                });

                assert.strictEqual(json.state, 'queued');
                ids.push(json.id);
            }

            const wait = http.json(port, `/jobs/${ids[1]}?${LONG}`);
            const { status } = await http.request(port, {
                method: 'DELETE', path: `/jobs/${ids[1]}`
            });

            assert.strictEqual(status, 200);
            assert.strictEqual((await wait).state, 'canceled');

            const one = await station(nginx, 'cancel');

            await waitFor(() => one.taken.length === 2, 'the others');
            assert.deepStrictEqual(one.taken, [1, 3]);

            const late = await http.request(port, {
                method: 'DELETE', path: `/jobs/${ids[0]}`
            });

            assert.strictEqual(late.status, 409);
            one.leave();
        });

        it('is listed page by page', async () => {
            await away(nginx, 'list', 'other');

            const ids = [];

            for (let i = 0; i < 20; i++) {
                for (const clientId of ['list', 'other']) {
                    const { json } = await jobs.post(port, { clientId });

                    if (clientId === 'list') {
                        ids.unshift(json.id);
                    }
                }
            }

            const seen = [];
            let next = null;

            do {
                const page = await http.json(port, '/jobs?clientId=list'
                    + `&state=queued,sent&limit=6${
                        next === null ? '' : `&after=${next}`}`);

                assert.ok(page.jobs.length <= 6);
                seen.push(...page.jobs.map(({ id }) => id));
                next = page.next;

                /* newer jobs do not move the pages */

                if (seen.length === 6) {
                    const { status } = await http.request(port, {
                        method: 'DELETE', path: `/jobs/${ids[0]}`
                    });

                    assert.strictEqual(status, 200);
                    await jobs.post(port, { clientId: 'list' });
                }
            } while (next !== null);

            assert.deepStrictEqual(seen, ids);
        });

        it('shows stations, and forgets them', async () => {
            const id = '中 文/?&"';
            const one = clients.open(nginx, id, { transports: 'websocket' });

            one.socket.off('connect').on('connect', () => {
                one.socket.emit('register', id, {
                    info: { place: 'hall' }, printers: ['A4', { dpi: 203 }]
                });
            });

            await hub.online(port, id);

            const path = `/clients/${encodeURIComponent(id)}`;
            const shown = await http.json(port, path);

            assert.ok(nginx.workers().includes(shown.worker));
            assert.ok(Math.abs(Date.now() - Date.parse(shown.since)) < 60000);
            assert.deepStrictEqual(shown, {
                clientId: id, connected: true, socketId: one.socket.id,
                namespace: '/', since: shown.since, lastSeen: shown.lastSeen,
                transport: 'websocket', protocol: 4, address: '127.0.0.1',
                worker: shown.worker, ack: false, queue: 0, accepted: 0,
                delivered: 0, undelivered: 0,
                info: { place: 'hall' }, printers: ['A4', { dpi: 203 }]
            });

            const all = (await http.json(port, '/clients')).clients;

            assert.strictEqual(all.filter((c) => c.clientId === id).length, 1);

            const remove = { method: 'DELETE', path };

            assert.strictEqual((await http.request(port, remove)).status, 409);
            one.leave();
            await hub.offline(port, id);
            assert.strictEqual((await http.request(port, remove)).status, 204);
            assert.strictEqual((await http.request(port, path)).status, 404);
        });
    });
}


describe('jobs', { skip: NGINX_ONLY }, () => {
    it('are waited for up to the end of the worker', async (t) => {
        const nginx = await serve(t, { workers: 2, drain: 200, queue: 20 });
        const { port } = nginx;

        await away(nginx, 'quit');

        const requests = Array.from({ length: 10 }, () => {
            return jobs.post(port, { clientId: 'quit' }, 'wait=60s');
        });

        await waitFor(async () => {
            const list = await http.json(port, '/jobs');
            return list.jobs.length === 10;
        }, 'the jobs');

        await nginx.gone(await nginx.reload());

        for (const { status, json } of await Promise.all(requests)) {
            assert.strictEqual(status, 201);
            assert.strictEqual(json.state, 'queued');
        }
    });

    it('are waited for by parts of a page', async (t) => {
        const nginx = await serve(t, {
            workers: 2, queue: 20,
            server: `
                location = /page {
                    ssi on; ssi_types *;
                    add_header Content-Type text/html;
                    return 200 '<!--# include virtual="$arg_a" -->,<!--# include virtual="$arg_b" -->';
                }
            `
        });
        const { port } = nginx;

        await away(nginx, 'page');

        const ids = [];

        for (let i = 0; i < 2; i++) {
            ids.push((await jobs.post(port, { clientId: 'page' })).json.id);
        }

        const [a, b] = ids.map((id) => `/jobs/${id}?${LONG}`);
        const page = http.request(port, `/page?a=${a}&b=${b}`);
        const gone = http.open(port, { path: `/page?a=${a}&b=${b}` });

        /* both subscriptions end while the feed publishes one event */

        gone.abort();

        const one = await station(nginx, 'page');
        const { status, body } = await page;

        assert.strictEqual(status, 200);
        assert.deepStrictEqual(JSON.parse(`[${body}]`).map(({ id, state }) => {
            return [id, state];
        }), ids.map((id) => [id, 'received']));
        one.leave();
    });
});
