
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Jobs while all goes wrong that may.  The choices are random: SEED=number
 * repeats those of a run, JOBS=number is how many there are to be.
 */


'use strict';


const { describe, it } = require('node:test');

const hub = require('./lib/hub');
const random = require('./lib/random');
const { Ledger } = require('./lib/ledger');
const { NGINX_ONLY, serve } = require('./lib/target');
const { Station } = require('./lib/ledger_station');
const { SLOW, LONG } = require('./lib/wait');

const assert = require('node:assert');


const JOBS = Number(process.env.JOBS || 2000);

/* what is done to the hub in the meantime */

const STEPS = 40;

const OPTIONS = {
    workers: 4, drain: 100, pingInterval: 500 * SLOW, pingTimeout: 500 * SLOW,
    recovery: `${2 * SLOW}s`, queue: `100000 ttl=${LONG}ms`, zone: '64m'
};

const KINDS = [
    { version: '4.8', transports: 'websocket' },
    { version: '4.8', transports: 'polling' },
    { version: '4.8', transports: 'both' },
    { version: '4.8', transports: 'websocket', ack: true },
    { version: '4.8', transports: 'polling', ack: true },
    { version: '4.0', transports: 'both' },
    { version: '3.1.3', transports: 'websocket' }
];


/* possible failures; one that is named twice happens twice as often */

const FAULTS = {
    cut: (nginx, station) => station.cut(),
    cutAgain: (nginx, station) => station.cut(),
    move: (nginx, station) => station.move(),
    kill: (nginx, station, choose) => nginx.kill(choose(nginx.workers())),
    reload: (nginx) => nginx.reload()
};


for (const unconfirmed of ['report', 'resend']) {
    describe(`a storm, ${unconfirmed}`, { skip: NGINX_ONLY }, () => {

        it('loses no job and doubles none', async (t) => {
            const { seed, pick } = random.create();
            const nginx = await serve(t, { ...OPTIONS, unconfirmed });
            const { port } = nginx;

            t.diagnostic(`SEED=${seed}`);

            const stations = [...KINDS, ...KINDS].map((kind, i) => {
                return new Station(nginx, `station-${i}`, kind);
            });

            const leave = () => stations.forEach((one) => one.leave());

            t.after(leave);

            const ids = stations.map(({ id }) => id);

            await hub.online(port, ...ids);

            const ledger = new Ledger(port, ids, () => pick([0, 0, 1]));

            stations.forEach((station) => {
                station.ledger = ledger;
            });

            for (let step = 0; step < STEPS; step++) {
                const fault = FAULTS[pick(Object.keys(FAULTS))];

                await ledger.grows(Math.ceil(JOBS / STEPS));
                await fault(nginx, pick(stations), pick);
            }

            await ledger.stop();
            await ledger.settle();
            ledger.check();
            t.diagnostic(JSON.stringify(ledger.states));

            leave();
            await hub.empty(port);
            assert.ok(ledger.states.received + ledger.states.printed > 0);
        });
    });
}
