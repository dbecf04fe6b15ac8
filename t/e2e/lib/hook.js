
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The application of the webhook: the events that it was sent, and those that
 * it took, because it answered with 204.
 */


'use strict';


const assert = require('node:assert');
const http = require('node:http');

const { waitFor } = require('./wait');


class Hook {

    constructor() {
        this.status = 204;                /* of its answers, 0: no answer */
        this.requests = [];               /* { method, url, headers, events } */
        this.events = [];                 /* that it took */
        this.held = [];                   /* requests without an answer yet */
        this.port = 0;
    }

    async start() {
        this.server = http.createServer((request, response) => {
            this.handle(request, response);
        });

        await new Promise((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(this.port, '127.0.0.1', resolve);
        });

        this.port = this.server.address().port;
    }

    async handle(request, response) {
        const pieces = [];

        for await (const piece of request) {
            pieces.push(piece);
        }

        const { method, url, headers } = request;
        const events = JSON.parse(Buffer.concat(pieces).toString());

        this.requests.push({ method, url, headers, events });

        if (this.status === 0) {
            this.held.push(response);
            return;
        }

        if (this.status === 204) {
            this.events.push(...events);
        }

        response.writeHead(this.status);
        response.end();
    }

    /* closes the server: connections are refused */

    async stop() {
        const closed = new Promise((resolve) => this.server.close(resolve));

        this.server.closeAllConnections();
        await closed;
    }

    async until(condition, what) {
        await waitFor(() => this.events.some(condition),
                      () => `${what}, there are `
                            + JSON.stringify(this.events.slice(-5)));
    }

    /* n requests more have come */

    async asked(n) {
        const goal = this.requests.length + n;

        await waitFor(() => this.requests.length >= goal,
                      () => `${n} requests more`);
    }

    /*
     * each number once, in order, from the first one on, and no more elements
     * in a request than documented
     */

    check(from = 1) {
        for (const { events } of this.requests) {
            assert.ok(events.length >= 1 && events.length <= 32,
                      `a request of ${events.length} elements`);
        }

        assert.deepStrictEqual(this.events.map(({ event }) => event),
                               this.events.map((_, i) => from + i));
    }
}


/* one for the length of a test */

async function serve(t) {
    const hook = new Hook();

    await hook.start();
    t.after(() => hook.stop());

    return hook;
}


module.exports = { serve };
