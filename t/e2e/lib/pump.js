
/*
 * Copyright (C) the print hub contributors
 */


/* Prints to stations, without a pause, each on a connection of its own. */


'use strict';


const http = require('./raw_http');
const hub = require('./hub');
const { waitFor } = require('./wait');


/* so many requests in a row without an answer end a pump */

const REFUSED = 20000;


class Pump {

    /* request: what sends a request, as raw_http's request(port, path) */

    constructor(port, stations, request = http.request) {
        this.port = port;
        this.request = request;
        this.accepted = new Map();     /* by id: prints that were accepted */
        this.sent = new Map();         /* by id: number of prints sent */
        this.error = null;
        this.stopped = false;

        this.running = Promise.all(stations.map((one) => this.run(one.id)))
            .catch((error) => {
                this.error = error;
            });
    }

    async run(id) {
        const accepted = [];
        let refused = 0;

        this.accepted.set(id, accepted);

        for (let n = 0; !this.stopped; n++) {
            this.sent.set(id, n);

            const { status, body } = await this.request(
                this.port, `/startPrint?${new URLSearchParams({
                    clientId: id, printData: n
                })}`);

            if (status === 0) {

                /* a test that fails leaves a pump whose nginx has ended */

                if (++refused === REFUSED) {
                    throw new Error(`nobody answers on port ${this.port}`);
                }

                await new Promise((resolve) => setTimeout(resolve, 1));
                continue;
            }

            refused = 0;

            if (status !== 200) {
                throw new Error(`print ${n} to ${id}: ${status} ${body}`);
            }

            if (JSON.parse(body).message === hub.RECEIVED) {
                accepted.push(String(n));
            }
        }
    }

    /* waits until every station was sent n more prints */

    async rounds(n) {
        const goal = new Map([...this.sent].map(([id, sent]) => {
            return [id, sent + n];
        }));

        await waitFor(() => this.error || [...goal].every(([id, count]) => {
            return this.sent.get(id) >= count;
        }), 'prints');

        if (this.error) {
            throw this.error;
        }
    }

    async stop() {
        this.stopped = true;
        await this.running;

        if (this.error) {
            throw this.error;
        }
    }

    /* the prints accepted for a station, in the order of sending */

    taken(id) {
        return this.accepted.get(id);
    }
}


module.exports = { Pump };
