
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Clients do anything: sequences of both protocols and of the API that are
 * nearly right, cut at any byte, while workers are killed and nginx is reloaded.
 * At the end nothing is left of them, and the hub prints.
 *
 * SEED=number repeats the choices of each client, FUZZ_SECONDS (60 for all
 * numbers of workers together) is for how long.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const random = require('./lib/random');
const station = require('./lib/station');
const { FuzzClient } = require('./lib/fuzz_client');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, SLOW } = require('./lib/wait');


const SECONDS = Number(process.env.FUZZ_SECONDS || 60) / WORKERS.length;
const CLIENTS = 12;

/* steps of the clients between two troubles */

const CALM = 150;

const OPTIONS = {
    connectTimeout: 500 * SLOW, upgradeTimeout: 500 * SLOW,
    pingInterval: 500 * SLOW, pingTimeout: 500 * SLOW,
    recovery: `${SLOW}s`, queue: `1000 ttl=${SLOW}s`, zone: '4m',
    maxPayload: '64k', drain: 500,
    location: 'print_hub_namespace /shop; print_hub_deflate on;'
};

/* for clients of protocol 3, which give no receipts, "sent" is the end */

const ENDED = ['sent', 'printed', 'received', 'failed', 'expired', 'canceled',
               'unconfirmed'];


for (const workers of WORKERS) {
    describe(`any clients, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {

        it('leave nothing behind', async (t) => {
            const target = await serve(t, { ...OPTIONS, workers });
            const shared = { sids: [], jobs: [] };
            const end = Date.now() + 1000 * SECONDS;
            const trouble = random.create();
            const clients = [];
            let steps = 0;

            t.diagnostic(`SEED=${trouble.seed}`);

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

                if (trouble.below(2)) {
                    await target.kill(trouble.pick(target.workers()));

                } else {
                    target.allow(/open socket #\d+ left/);
                    await target.reload();
                }
            }

            await done;
            clients.forEach((client) => client.end());

            t.diagnostic(`${steps} steps`);

            await baseline(target.port);
            await prints(target.port);
        });
    });
}


/*
 * First the sessions end and then the jobs.  A station that is offline keeps
 * what it registered with until it is forgotten.
 */

async function baseline(port) {
    let text;

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
               && zone.sessions.used === 0;

    }, () => `the zone to be as empty as before: ${text}`);
}


async function prints(port) {
    const one = await station.websocket(port, 'bystander');

    await hub.deliver(port, 'bystander', 'after all');
    await one.printed(1);
    one.leave();
}
