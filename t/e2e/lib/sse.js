
/*
 * Copyright (C) the print hub contributors
 */


/* A reader of Server-Sent Events. */


'use strict';


const http = require('node:http');

const { waitFor } = require('./wait');


class Reader {

    constructor(port, { path = '/events', last } = {}) {
        this.events = [];                 /* { id, event, data } */
        this.comments = 0;
        this.closed = false;
        this.text = '';

        const headers = last === undefined ? {} : { 'Last-Event-ID': last };

        this.request = http.get({ port, path, headers, agent: false },
                                (response) => this.start(response));
        this.request.on('error', () => {
            this.closed = true;
        });
    }

    start(response) {
        this.response = response;
        response.setEncoding('utf8');
        response.on('data', (text) => this.take(text));
        response.on('error', () => { /* a close follows */ });
        response.on('close', () => {
            this.closed = true;
        });
    }

    take(text) {
        const parts = (this.text + text).split('\n\n');

        this.text = parts.pop();

        for (const part of parts) {
            const fields = {};

            for (const line of part.split('\n')) {
                const colon = line.indexOf(':');

                fields[line.slice(0, colon)] = line.slice(colon + 2);
            }

            if (fields.event) {
                this.events.push({
                    id: Number(fields.id), event: fields.event,
                    data: JSON.parse(fields.data)
                });

            } else {
                this.comments++;
            }
        }
    }

    /* the stream has begun */

    async ready() {
        await waitFor(() => this.comments > 0 || this.closed, 'a stream');
    }

    async until(condition, what) {
        await waitFor(() => this.events.some(condition) || this.closed,
                      () => `${what}, there are `
                            + JSON.stringify(this.events.slice(-5)));
    }

    async end() {
        await waitFor(() => this.closed, 'the end of a stream');
    }

    close() {
        this.request.destroy();
    }
}


/* a reader whose stream has begun */

async function open(port, options) {
    const reader = new Reader(port, options);

    await reader.ready();

    return reader;
}


module.exports = { open };
