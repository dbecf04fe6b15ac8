
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Clients do anything: sequences of both protocols and of the API that are
 * nearly right, cut at any byte, while workers are killed and stopped, nginx is
 * reloaded, also with other rules, and the application that lets stations in
 * answers anything.  A bystander's prints arrive all the time, and at the end
 * nothing is left of the clients.
 *
 * SEED=number repeats the choices of each client, FUZZ_SECONDS is for how long.
 * All numbers of workers are tried at the same time, because the end takes long:
 * a session that was closed waits 30 s for a poll that is told so.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const address = require('./lib/address');
const app = require('./lib/fuzz_app');
const fds = require('./lib/fds');
const http = require('./lib/raw_http');
const random = require('./lib/random');
const { bystander } = require('./lib/fuzz_bystander');
const { ADDRESSES, FuzzClient } = require('./lib/fuzz_client');
const { rules } = require('./lib/fuzz_rules');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, SLOW } = require('./lib/wait');


const SECONDS = Number(process.env.FUZZ_SECONDS || 20);
const CLIENTS = 16;

const KILLED = /exited on signal 9/g;

/* steps of the clients between two troubles */

const CALM = 60;

/* numbers of the other choices; the clients have those from 1 */

const APP = 1000;

const OPTIONS = {
    recovery: `${SLOW}s`, queue: `1000 ttl=${SLOW}s`, zone: '4m', drain: 500
};

/* for clients of protocol 3, which give no receipts, "sent" is the end */

const ENDED = ['sent', 'printed', 'received', 'failed', 'expired', 'canceled',
               'unconfirmed'];


describe('any clients', { skip: NGINX_ONLY, concurrency: true }, () => {
    for (const workers of WORKERS) {

        it(`leave nothing behind, ${workers} worker(s)`, async (t) => {
            const trouble = random.create();
            const asked = await app.serve(t, random.create(APP));
            const shared = { sids: [], jobs: [], pids: [] };

            t.diagnostic(`SEED=${trouble.seed}`);

            const { token, ...options } = rules(trouble, asked.port);

            shared.token = token;

            const target = await serve(t, { ...OPTIONS, ...options, workers });
            const one = await bystander(t, target);
            const end = Date.now() + 1000 * SECONDS;
            const clients = [];
            let steps = 0;

            const run = async (number) => {
                const client = new FuzzClient(target, random.create(number),
                                              shared);

                clients.push(client);

                while (Date.now() < end) {
                    await client.step();
                    steps++;
                }
            };

            const running = [];

            for (let i = 1; i <= CLIENTS; i++) {
                running.push(run(i));
            }

            const done = Promise.all(running);
            let over = false;

            done.finally(() => { over = true; }).catch(() => { /* is awaited */ });

            while (!over) {
                const next = steps + CALM;

                await waitFor(() => over || steps >= next,
                              () => `steps of the clients, SEED=${trouble.seed}`);

                if (over) {
                    break;
                }

                await disturb(target, trouble, shared, asked.port);
            }

            await done;
            clients.forEach((client) => client.end());
            await one.end();

            t.diagnostic(`${steps} steps, ${one.sent} prints`);

            assert.deepStrictEqual(one.twice, []);
            assert.deepStrictEqual(asked.wrong, []);

            await baseline(target);
            await streams(target);

            /* all others have ended by themselves */

            const killed = target.log().match(KILLED)?.length || 0;

            assert.ok(killed <= target.kills, `${killed} were killed`);
        });
    }
});


/* one of what may happen to nginx */

async function disturb(target, trouble, shared, port) {
    switch (trouble.below(8)) {

    case 0:
    case 1:
    case 2:
        await kill(target, trouble.pick(target.workers()));
        return;

    case 3:
        await kill(target, trouble.pick(target.children()));
        return;

    case 4:
        await stand(trouble.pick(target.workers()), trouble.below(400 * SLOW));
        return;

    case 5:
        await target.reload();
        return;

    default:
        /* void */
    }

    const { token, ...options } = rules(trouble, port);

    await target.reload(options);
    shared.token = token;
}


/* one that shuts down may be gone in the meantime */

async function kill(target, pid) {
    target.kills = (target.kills || 0) + 1;

    try {
        await target.kill(pid);

    } catch (error) {
        if (error.code !== 'ESRCH') {
            throw error;
        }
    }
}


/* a worker stands still */

async function stand(pid, time) {
    process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, time));
    process.kill(pid, 'SIGCONT');
}


/*
 * First the sessions end and then the jobs.  A station that is offline keeps
 * what it registered with until it is forgotten.
 */

async function baseline(target) {
    const { port } = target;
    let text;

    await waitFor(() => {
        text = JSON.stringify(target.workers().map(fds.left));

        return target.workers().every((pid) => fds.left(pid).length === 0);

    }, () => `all connections to end: ${text}`);

    await waitFor(async () => {
        const zone = await http.json(port, '/zone');

        text = JSON.stringify(zone);

        return zone.sessions.used === 0;

    }, () => `all sessions to end: ${text}`);

    await waitFor(async () => {
        const { jobs } = await http.json(port, '/jobs?limit=1000');
        const left = jobs.filter((job) => !ENDED.includes(job.state));

        text = JSON.stringify(left);

        return left.length === 0;

    }, () => `all jobs to end: ${text}`);

    const { clients } = await http.json(port, '/clients');

    for (const { clientId } of clients) {
        const { status } = await http.request(port, {
            path: `/clients/${encodeURIComponent(clientId)}`, method: 'DELETE'
        });

        assert.strictEqual(status, 204, clientId);
    }

    /* a socket that may be recovered keeps what was sent to it */

    await waitFor(async () => {
        const zone = await http.json(port, '/zone');

        text = JSON.stringify(zone);

        return zone.clients.used === 0 && zone.blocks.used === 0
               && zone.sessions.used === 0 && zone.addresses.used === 0;

    }, () => `the zone to be as empty as before: ${text}`);
}


/* no stream is counted that is not there any more */

async function streams(target) {
    const { port, options } = target;
    const [, most] = /streams=(\d+)/.exec(options.location);

    for (const client of ADDRESSES) {
        const open = Array.from({ length: Number(most) }, () => {
            return http.open(port, { path: '/events',
                                     headers: address.headers(client) });
        });

        await waitFor(() => open.every(({ reader, socket }) => {
            return reader.head || socket.destroyed;
        }), 'streams');

        const statuses = open.map(({ reader }) => reader.head?.status);

        open.forEach(({ abort }) => abort());
        assert.deepStrictEqual(statuses, open.map(() => 200), client);
    }
}
