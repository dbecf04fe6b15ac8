
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Accounts of many jobs: what was accepted for each station, and what came
 * there, whatever connection it had.
 */


'use strict';


const assert = require('node:assert');

const http = require('./raw_http');
const { waitFor, within } = require('./wait');


/* states that never change again */

const FINAL = ['received', 'printed', 'failed', 'unconfirmed', 'expired'];


class Ledger {

    /* pick: chooses at random whether a request is sent twice */

    constructor(port, ids, pick) {
        this.port = port;
        this.ids = ids;
        this.pick = pick;
        this.jobs = [];                   /* { id, station, n } */
        this.came = new Map(ids.map((id) => [id, []]));
        this.stopped = false;
        this.running = Promise.all(ids.map((id) => this.run(id)));
        this.running.catch(() => { /* stop() tells */ });
    }

    /* a print has come: by which connection, and whether as a repetition */

    arrived(station, n, connection, repetition) {
        this.came.get(station).push({ n, connection, repetition });
    }

    async run(station) {
        for (let n = 0; !this.stopped; n++) {
            const id = await this.post(station, n);

            if (this.pick()) {
                assert.strictEqual(await this.post(station, n), id);
            }

            this.jobs.push({ id, station, n });
        }
    }

    /* repeats it until it is answered: a killed worker sends no answer */

    async post(station, n) {
        for ( ;; ) {
            const { status, body } = await http.request(this.port, {
                method: 'POST', path: '/jobs',
                headers: { 'Content-Type': 'application/json',
                           'Idempotency-Key': `${station} ${n}` },
                body: JSON.stringify({
                    clientId: station, data: { printData: n }
                })
            });

            if (status === 201) {
                return JSON.parse(body).id;
            }

            assert.ok([0, 429, 503].includes(status), `${status} ${body}`);
        }
    }

    async stop() {
        this.stopped = true;
        await within(this.running, 'the last answers');
    }

    /* n jobs more were accepted */

    async grows(n) {
        const goal = this.jobs.length + n;

        await waitFor(() => this.jobs.length >= goal, 'more jobs');
    }

    /* the state of every job, once all are final */

    async settle() {
        for (const job of this.jobs) {
            await waitFor(async () => {
                const answer = await http.json(this.port, `/jobs/${job.id}`);

                Object.assign(job, answer);
                return FINAL.includes(job.state);

            }, () => `the end of ${JSON.stringify(job)}`);
        }
    }

    /* throws if one is lost, or came twice, or in another order */

    check() {
        const ids = new Set(this.jobs.map(({ id }) => id));

        assert.strictEqual(ids.size, this.jobs.length, 'an id of two jobs');

        for (const job of this.jobs) {
            this.account(job);
        }

        for (const [station, all] of this.came) {
            this.order(station, all);
        }
    }

    account({ id, station, n, state }) {
        const all = this.came.get(station).filter((one) => one.n === n);
        const first = all.filter(({ repetition }) => !repetition);
        const text = `${state} job ${id}, ${n} of ${station}, came `
                     + JSON.stringify(all);

        assert.ok(first.length <= 1, text);

        if (['received', 'printed', 'failed'].includes(state)) {
            assert.ok(all.length >= 1, text);
        }

        if (state === 'expired') {
            assert.strictEqual(all.length, 0, text);
        }
    }

    /* on each connection what came for the first time is in order */

    order(station, all) {
        const last = new Map();
        const seen = new Set();

        all.forEach(({ n, connection }, i) => {
            if (seen.has(n)) {
                return;
            }

            const previous = last.has(connection) ? last.get(connection) : -1;

            assert.ok(n > previous, `${station} got ${n} after ${previous}: `
                                    + this.story(station, all, i));
            seen.add(n);
            last.set(connection, n);
        });
    }

    /* what came before and after the i-th print, and its job */

    story(station, all, i) {
        const job = this.jobs.find((one) => one.station === station
                                            && one.n === all[i].n);

        return JSON.stringify([all.slice(Math.max(0, i - 5), i + 5), job]);
    }

    /* how many there are of each state */

    get states() {
        const counts = {};

        for (const { state } of this.jobs) {
            counts[state] = (counts[state] || 0) + 1;
        }

        return counts;
    }
}


module.exports = { Ledger };
