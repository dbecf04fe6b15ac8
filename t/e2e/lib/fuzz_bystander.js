
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A station of the library among the clients that do anything.  Workers are
 * killed under it, so that it comes back all the time, but each print reaches it,
 * and once: what comes again says that it is a repetition.
 */


'use strict';


const { io } = require('socket.io-client');

const http = require('./raw_http');
const { STAY } = require('./fuzz_rules');
const { waitFor } = require('./wait');


const EVERY = 50;             /* ms between two prints */


class Bystander {

    constructor(target) {
        this.target = target;
        this.sent = 0;
        this.came = new Map();            /* prints, and how often they came */
        this.twice = [];                  /* that were not to come again */
        this.answers = new Map();         /* statuses of what was refused */
        this.over = false;

        this.socket = io(target.url, {
            path: `${STAY}/socket.io/`, reconnectionDelay: 20,
            reconnectionDelayMax: 200
        });

        this.socket.on('connect', () => {
            this.socket.emit('register', 'bystander');
        });

        this.socket.on('print', (data, more) => this.take(data, more));
        this.running = this.run();
    }

    take({ n }, more) {
        const times = (this.came.get(n) || 0) + 1;

        this.came.set(n, times);

        if (times > 1 && !more?.repetition) {
            this.twice.push(n);
        }
    }

    /* the same key again: if the first one was taken, it is not another print */

    async run() {
        while (!this.over) {
            const n = this.sent;
            const { status } = await http.request(this.target.port, {
                path: `${STAY}/jobs`, method: 'POST',
                headers: { 'Content-Type': 'application/json',
                           'Idempotency-Key': `print-${n}`,
                           'X-App': 'bystander' },
                body: JSON.stringify({ clientId: 'bystander', data: { n } })
            });

            if (status === 200 || status === 201 || status === 202) {
                this.sent++;

            } else {
                this.answers.set(status, (this.answers.get(status) || 0) + 1);
            }

            await new Promise((resolve) => setTimeout(resolve, EVERY));
        }
    }

    /* it is served: some more prints have come */

    async served(more = 5) {
        const next = this.came.size + more;

        await waitFor(() => this.came.size >= next,
                      () => `the bystander to be served: ${this}`);
    }

    /* all prints have come */

    async end() {
        this.over = true;
        await this.running;

        await waitFor(() => this.came.size >= this.sent,
                      () => `the last prints of the bystander: ${this}`);

        this.socket.disconnect();
    }

    stop() {
        this.over = true;
        this.socket.disconnect();
    }

    toString() {
        const missing = [];

        for (let n = 0; n < this.sent; n++) {
            if (!this.came.has(n)) {
                missing.push(n);
            }
        }

        return `${this.came.size} of ${this.sent}, missing ${missing}, `
               + `refused ${JSON.stringify([...this.answers])}, `
               + `connected ${this.socket.connected}`;
    }
}


async function bystander(t, target) {
    const one = new Bystander(target);

    t.after(() => one.stop());
    await one.served();

    return one;
}


module.exports = { bystander };
