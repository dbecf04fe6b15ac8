
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A station that others must not disturb: something is printed on it all the
 * time, and now and then a large document.
 */


'use strict';


const assert = require('node:assert');

const http = require('./raw_http');
const station = require('./station');
const { waitFor } = require('./wait');


const EVERY = 100;            /* ms between two prints */
const LARGE = 950000;         /* bytes, of each tenth one */
const TENTH = 10;


class Bystander {

    constructor(port, one, large) {
        this.port = port;
        this.station = one;
        this.large = large;
        this.sent = 0;
        this.wrong = [];                  /* answers */
        this.timer = setInterval(() => this.print(), EVERY);
    }

    async print() {
        const n = this.sent++;
        const text = n % TENTH ? `${n}` : `${n}`.padEnd(this.large, 'x');

        const { status, body } = await http.request(this.port, {
            method: 'POST', path: '/startPrint',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ clientId: this.station.id, printData: text })
        });

        if (status !== 200) {
            this.wrong.push(`${status} ${body}`);
        }
    }

    /* n more prints have come, one of them a large one */

    async served(n = 2 * TENTH) {
        const { prints } = this.station;
        const start = prints.length;

        await waitFor(() => prints.length >= start + n || this.station.closed
                            || this.wrong.length,
                      'prints for the bystander');

        assert.deepStrictEqual(this.wrong, []);
        assert.ok(!this.station.closed, this.station.reason);
        assert.ok(prints.slice(start).some((text) => text.length === this.large));
    }

    /* all that was printed has come, once */

    async end() {
        clearInterval(this.timer);

        const { prints } = this.station;

        await waitFor(() => prints.length >= this.sent || this.station.closed
                            || this.wrong.length,
                      'the last prints for the bystander');

        assert.deepStrictEqual(this.wrong, []);
        assert.deepStrictEqual(
            prints.map((text) => Number(text.replace(/x/g, '')))
                .sort((a, b) => a - b),
            Array.from({ length: this.sent }, (_, n) => n));

        this.station.leave();
    }

    stop() {
        clearInterval(this.timer);
        this.station.leave();
    }
}


/* large: the bytes of its large documents; options: of its station */

async function bystander(t, port, large = LARGE, options = {}) {
    const one = new Bystander(port,
                              await station.websocket(port, 'bystander',
                                                      options),
                              large);

    t.after(() => one.stop());

    return one;
}


module.exports = { bystander };
