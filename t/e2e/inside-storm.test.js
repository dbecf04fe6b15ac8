
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers die while they hold the zone's lock, at instructions of random
 * numbers, and so do those that repair the zone then.  Meanwhile stations
 * print; at the end all jobs and all numbers are right.  SEED=number repeats
 * the choices of a run, KILLS=number is how many points there are at least.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const inside = require('./lib/inside');
const jobs = require('./lib/jobs');
const random = require('./lib/random');
const station = require('./lib/station');
const { Ledger } = require('./lib/ledger');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { Station } = require('./lib/ledger_station');
const { sequence, increasing } = require('./lib/sequence');
const { waitFor, within, SLOW, LONG } = require('./lib/wait');


const KILLS = Number(process.env.KILLS || 8);

const OPTIONS = {
    main: inside.MAIN,
    pingInterval: 1000 * SLOW, pingTimeout: 1000 * SLOW,
    connectTimeout: 2000 * SLOW,
    recovery: `${4 * SLOW}s`, queue: `100000 ttl=${LONG}ms`, zone: '64m'
};

/* a worker that runs step by step has the lock for long */

const ALLOWED = [
    /exited on signal 9/,
    /shared memory zone .* was locked by/,
    /has held the lock of zone/
];

/* functions that begin with the lock held, on the way of a print */

const PRINTING = [
    'ngx_print_event_jobs_locked',
    'ngx_print_event_job_locked',
    'ngx_print_job_enqueue_locked',
    'ngx_print_job_commit_locked',
    'ngx_print_job_take_locked',
    'ngx_print_job_received_locked',
    'ngx_print_queue_small_locked',
    'ngx_print_store_unlock'
];

/* and of a registration */

const REGISTERING = [
    'ngx_print_event_client_locked',
    'ngx_print_client_attach_locked'
];

const REPAIR = 'ngx_print_store_repair_locked';

/* instructions after the beginning of a function, and of a repair */

const STEPS = 300;
const REPAIR_STEPS = 1000;

const KINDS = [
    { version: '4.8', transports: 'websocket' },
    { version: '4.8', transports: 'polling' },
    { version: '4.8', transports: 'websocket', ack: true }
];

/* stations that are away, for which a request makes jobs at once */

const GROUP = sequence(5).map((i) => `away-${i}`);

/* jobs that are accepted while a point is not reached */

const PATIENT = 300;

const DELIVERED = ['received', 'printed', 'failed'];


/* posts to the group, some with a key, until it is stopped */

class Groups {

    constructor(port, pick) {
        this.port = port;
        this.pick = pick;
        this.accepted = 0;
        this.unanswered = 0;              /* without a key: made or not */
        this.stopped = false;
        this.running = this.run();
        this.running.catch(() => { /* stop() tells */ });
    }

    async run() {
        for (let n = 0; !this.stopped; n++) {
            const headers = this.pick([{}, { 'Idempotency-Key': `group ${n}` }]);
            const answer = await this.post(n, headers);

            if (answer.status === 0) {
                this.unanswered++;
                continue;
            }

            assert.strictEqual(answer.json.jobs.length, GROUP.length);
            this.accepted++;
        }
    }

    /* repeats it as long as that makes no second job, or the zone is full */

    async post(n, headers) {
        for ( ;; ) {
            const answer = await jobs.post(this.port, {
                clientIds: GROUP, data: { printData: n }
            }, '', headers);

            const { status, body } = answer;

            assert.ok([0, 201, 429, 503].includes(status), `${status} ${body}`);

            if (status === 201
                || (status === 0 && !headers['Idempotency-Key']))
            {
                return answer;
            }

            if (this.stopped && status !== 0) {
                return { status: 0 };
            }
        }
    }

    async stop() {
        this.stopped = true;
        await within(this.running, 'the last answer to a group');
    }
}


/* kills workers at points, and counts what that has done */

class Killer {

    constructor(nginx, pick, ledger, stations) {
        Object.assign(this, { nginx, pick, ledger, stations });

        this.points = 0;
        this.kills = 0;                   /* of workers that had the lock */
        this.missed = 0;                  /* the lock was free again */
        this.repairers = 0;               /* were killed as well */
        this.repairs = 0;
    }

    async kill() {
        const { nginx, pick } = this;
        const before = await repairs(nginx.port);
        const victim = pick(nginx.workers());
        const steps = pick([0, pick(sequence(STEPS)), pick(sequence(STEPS))]);
        const guards = pick([true, false]) ? await this.guard(victim) : [];

        this.points++;

        const dead = await this.reach(victim, steps) ? [victim] : [];

        await works(nginx.port);

        for (const { pid, point } of guards) {
            if (await point.cancel()) {
                dead.push(pid);
                this.repairers++;
            }
        }

        await nginx.gone(dead);
        await nginx.ready();
        await works(nginx.port);

        this.count(dead, steps, await repairs(nginx.port) - before);
    }

    /* the others die as soon as they repair the zone */

    async guard(victim) {
        const guards = [];

        for (const pid of this.nginx.workers()) {
            if (pid !== victim) {
                guards.push({ pid, point: await inside.kill(pid, REPAIR, {
                    steps: this.pick(sequence(REPAIR_STEPS))
                }) });
            }
        }

        return guards;
    }

    /* kills the worker unless it gets there too seldom: whether it did */

    async reach(victim, steps) {
        const { ledger, pick } = this;
        const name = pick([...PRINTING, ...REGISTERING]);
        const point = await inside.kill(victim, name, {
            call: pick([1, 1, 2, 3]), steps
        });
        const goal = ledger.jobs.length + PATIENT;

        if (REGISTERING.includes(name)) {
            this.stations.forEach((one) => one.move());
        }

        await waitFor(() => point.code !== null || ledger.jobs.length > goal,
                      `${name} to be called`);

        return point.code === null ? point.cancel() : point.reached();
    }

    /* a function that has just begun has the lock, and so the zone's repaired */

    count(dead, steps, repaired) {
        const text = `${dead.length} dead, ${steps} steps, ${repaired} repairs`;

        assert.ok(repaired <= dead.length, text);
        assert.ok(dead.length === 0 || steps > 0 || repaired > 0, text);

        if (dead.length) {
            this[repaired ? 'kills' : 'missed']++;
        }

        this.repairs += repaired;
    }
}


/* the zone can be used: who died with the lock has been found */

async function works(port) {
    await waitFor(async () => {
        return (await http.request(port, `/clients/${GROUP[0]}`)).status === 200;

    }, 'the zone to be unlocked');
}


async function repairs(port) {
    return (await http.json(port, '/zone')).repairs;
}


function numbers(port, id) {
    return http.json(port, `/clients/${id}`);
}


/* a station's numbers are the sums of its jobs, and none came too often */

async function assertCounts(port, ledger) {
    for (const { id, station: name, n, attempts } of ledger.jobs) {
        const came = ledger.came.get(name).filter((one) => one.n === n);

        assert.ok(came.length <= attempts, `${id} came more often`);
    }

    for (const id of ledger.ids) {
        const made = ledger.jobs.filter((job) => job.station === id);
        const delivered = made.filter(({ state }) => DELIVERED.includes(state));
        const got = await numbers(port, id);

        assert.deepStrictEqual([got.queue, got.accepted, got.delivered,
                                got.undelivered],
                               [0, made.length, delivered.length,
                                made.length - delivered.length], id);
    }
}


/* a request made all jobs of the group or none, and they come once, in order */

async function assertGroups(port, { accepted, unanswered }) {
    const first = await numbers(port, GROUP[0]);
    const stations = [];

    assert.ok(first.accepted >= accepted
              && first.accepted <= accepted + unanswered,
              `${first.accepted} of ${accepted}, ${unanswered} unanswered`);

    for (const id of GROUP) {
        const got = await numbers(port, id);

        assert.deepStrictEqual([got.accepted, got.queue],
                               [first.accepted, first.accepted], id);

        const one = await station.websocket(port, id);

        await one.printed(first.accepted);
        stations.push(one);
    }

    for (const { id, prints } of stations) {
        await waitFor(async () => {
            return (await numbers(port, id)).delivered === first.accepted;

        }, `the receipts of ${id}`);

        assert.deepStrictEqual(prints, stations[0].prints);
        assert.strictEqual(prints.length, first.accepted);
        increasing(prints, id);
    }

    await Promise.all(stations.map((one) => one.leave()));
}


async function prepare(port) {
    for (const id of GROUP) {
        await (await station.websocket(port, id)).leave();
    }

    await hub.offline(port, ...GROUP);
}


for (const unconfirmed of ['report', 'resend']) {
    for (const workers of WORKERS) {
        const name = `a storm inside the lock, ${unconfirmed}, workers: `
                     + workers;

        describe(name, { skip: NGINX_ONLY }, () => {

            it('loses no job, doubles none, and counts right', async (t) => {
                const { seed, pick } = random.create();
                const nginx = await serve(t, {
                    ...OPTIONS, workers, unconfirmed
                });
                const { port } = nginx;
                const reason = await inside.forbidden(nginx.workers()[0]);

                if (reason) {
                    t.skip(reason);
                    return;
                }

                t.diagnostic(`SEED=${seed}`);
                nginx.allow(...ALLOWED);
                await prepare(port);

                const stations = KINDS.map((kind, i) => {
                    return new Station(nginx, `station-${i}`, kind);
                });
                const leave = () => stations.forEach((one) => one.leave());

                t.after(leave);

                const ids = stations.map(({ id }) => id);

                await hub.online(port, ...ids);

                const ledger = new Ledger(port, ids, () => pick([0, 0, 1]));

                stations.forEach((one) => {
                    one.ledger = ledger;
                });

                const groups = new Groups(port, pick);
                const killer = new Killer(nginx, pick, ledger, stations);

                while (killer.points < KILLS || killer.repairs === 0) {
                    await killer.kill();
                    await ledger.grows(10);
                }

                await groups.stop();
                await ledger.stop();
                await ledger.settle();

                t.diagnostic(`${killer.points} points, ${killer.kills} kills `
                             + `inside the lock, ${killer.missed} behind it, `
                             + `${killer.repairers} repairers killed, `
                             + `${killer.repairs} repairs, `
                             + `${groups.accepted} groups, `
                             + JSON.stringify(ledger.states));

                ledger.check();
                await assertCounts(port, ledger);
                await assertGroups(port, groups);

                leave();
                await hub.empty(port);
            });
        });
    }
}
