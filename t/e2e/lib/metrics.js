
/*
 * Copyright (C) the print hub contributors
 */


/* Reads metrics as Prometheus would: the location that serves them is ALL. */


'use strict';


const assert = require('node:assert');
const { spawnSync } = require('node:child_process');

const http = require('./raw_http');
const { waitFor } = require('./wait');


const ALL = '/metrics';
const CLIENTS = '/metrics/clients';

/* the text of the server block */

const LOCATIONS = `
        location = ${ALL} { print_hub_metrics; }
        location = ${CLIENTS} { print_hub_metrics clients; }`;

const OPEN = { Accept: 'application/openmetrics-text' };


class Metrics {

    constructor(text) {
        this.text = text;
        this.values = new Map();

        for (const line of text.split('\n')) {
            const at = line.lastIndexOf(' ');

            if (line && !line.startsWith('#')) {
                assert(!this.values.has(line.slice(0, at)),
                       `twice: ${line}`);
                this.values.set(line.slice(0, at), Number(line.slice(at + 1)));
            }
        }
    }

    /* "name" with labels as they are written, behind that of the zone */

    of(name, labels = '', zone = 'hub') {
        const key = `print_hub_${name}{zone="${zone}"${labels && `,${labels}`}}`;
        const value = this.values.get(key);

        assert(value !== undefined, `no ${key} in\n${this.text}`);

        return value;
    }

    /* the sum of all series of a family */

    sum(name) {
        let sum = 0;

        for (const [key, value] of this.values) {
            if (key.startsWith(`print_hub_${name}{`)) {
                sum += value;
            }
        }

        return sum;
    }

    /* names of families, without the prefix */

    names() {
        return [...this.text.matchAll(/^# TYPE print_hub_(\w+) /mg)]
            .map(([, name]) => name);
    }

    /* no counter is less than it was, or, unless some may be left out, gone */

    notBelow(before, some = false) {
        for (const [key, value] of before.values) {
            if (/_total\{|_bucket\{|_count\{|_sum\{/.test(key)
                && !key.startsWith('print_hub_client_')
                && !(some && !this.values.has(key)))
            {
                assert(this.values.get(key) >= value,
                       `${key} fell from ${value} to ${this.values.get(key)}`);
            }
        }
    }
}


async function read(port, path = ALL, headers = {}) {
    const { status, body } = await http.request(port, { path, headers });

    assert.strictEqual(status, 200, body);

    return new Metrics(body);
}


/* the metrics for which condition(metrics) holds */

async function until(port, condition, what) {
    let last;

    await waitFor(async () => {
        last = await read(port);

        return condition(last);

    }, () => `${what}, there is\n${last.text}`);

    return last;
}


/* what promtool has against a text: nothing */

function check(text) {
    const tool = spawnSync('promtool', ['check', 'metrics'], { input: text });

    assert(!tool.error, `promtool: ${tool.error}`);
    assert.strictEqual(`${tool.stdout}${tool.stderr}`, '');
    assert.strictEqual(tool.status, 0);
}


module.exports = { ALL, CLIENTS, LOCATIONS, OPEN, Metrics, read, until,
                   check };
