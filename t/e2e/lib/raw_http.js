
/*
 * Copyright (C) the print hub contributors
 */


/*
 * HTTP/1.1 as bytes: what is sent is what was asked for, and an answer is seen
 * with everything that was in it.
 */


'use strict';


const net = require('node:net');

const { within } = require('./wait');


/* takes answers out of a stream of bytes */

class Reader {

    constructor(method) {
        this.method = method;
        this.input = Buffer.alloc(0);
        this.head = null;
        this.continued = false;           /* 100 was seen */
    }

    /* the answer if it is complete, with the bytes behind it as rest */

    push(data) {
        this.input = Buffer.concat([this.input, data]);

        while (this.head === null) {
            const end = this.input.indexOf('\r\n\r\n');

            if (end < 0) {
                return null;
            }

            const head = parseHead(this.input.subarray(0, end).toString());

            this.input = this.input.subarray(end + 4);

            if (head.status === 100) {
                this.continued = true;

            } else {
                this.head = head;
            }
        }

        const { status, headers } = this.head;

        if (this.method === 'HEAD' || status === 101 || status === 204
            || status === 304)
        {
            return this.answer(Buffer.alloc(0), this.input);
        }

        if (headers['transfer-encoding'] === 'chunked') {
            return this.chunked();
        }

        if (headers['content-length'] === undefined) {
            return null;
        }

        const length = Number(headers['content-length']);

        if (this.input.length < length) {
            return null;
        }

        return this.answer(this.input.subarray(0, length),
                           this.input.subarray(length));
    }

    /* the connection was closed: what came, { status: 0 } if nothing did */

    end() {
        if (this.head === null) {
            return { status: 0, headers: {}, body: '' };
        }

        return this.answer(this.input, Buffer.alloc(0));
    }

    chunked() {
        const pieces = [];
        let at = 0;

        for ( ;; ) {
            const line = this.input.indexOf('\r\n', at);

            if (line < 0) {
                return null;
            }

            const size = parseInt(this.input.subarray(at, line).toString(),
                                  16);
            const end = line + 2 + size;

            if (this.input.length < end + 2) {
                return null;
            }

            if (size === 0) {
                return this.answer(Buffer.concat(pieces),
                                   this.input.subarray(end + 2));
            }

            pieces.push(this.input.subarray(line + 2, end));
            at = end + 2;
        }
    }

    answer(body, rest) {
        return { ...this.head, body: body.toString(), bytes: body, rest };
    }
}


/* headers by lower case names; those of one name are joined by ", " */

function parseHead(text) {
    const [line, ...lines] = text.split('\r\n');
    const [, status, reason] = line.match(/^HTTP\/1\.1 (\d{3}) ?(.*)$/);
    const headers = {};

    for (const field of lines) {
        const colon = field.indexOf(':');
        const name = field.slice(0, colon).toLowerCase();
        const value = field.slice(colon + 1).trim();

        headers[name] = name in headers ? `${headers[name]}, ${value}`
                                        : value;
    }

    return {
        status: Number(status),
        reason,
        headers,
        worker: Number(headers['x-worker'])
    };
}


/* the bytes of a request; a body brings its Content-Length */

function format(options) {
    const { method = 'GET', path, headers = {}, body } = options;
    const lines = [`${method} ${path} HTTP/1.1`];
    const all = { Host: '127.0.0.1', ...headers };

    if (body !== undefined && !('Transfer-Encoding' in all)) {
        all['Content-Length'] = all['Content-Length']
                                || Buffer.byteLength(body);
    }

    for (const [name, value] of Object.entries(all)) {
        lines.push(`${name}: ${value}`);
    }

    return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`),
                          Buffer.from(body === undefined ? '' : body)]);
}


/*
 * Opens a connection and sends one request on it, { path, method, headers,
 * body }, or sends it on that which is given as socket.  The promise done is
 * the answer: { status, headers, body, worker }, with status 0 if the
 * connection was closed without one.  With keep it stays open, and what has
 * come behind the answer is rest.  reader.continued tells whether 100 was seen.
 */

function open(port, options) {
    const reader = new Reader(options.method || 'GET');
    const socket = options.socket || connect(port);

    const done = new Promise((resolve) => {
        const finish = (answer) => {
            socket.off('data', onData);
            socket.off('close', onClose);

            if (options.keep) {
                socket.pause();

            } else {
                socket.destroy();
            }

            resolve(answer);
        };

        const onData = (data) => {
            const answer = reader.push(data);

            if (answer) {
                finish(answer);
            }
        };

        const onClose = () => finish(reader.end());

        socket.on('data', onData);
        socket.on('close', onClose);
        socket.resume();
    });

    socket.write(format(options));

    return { socket, reader, done, abort: () => socket.destroy() };
}


function connect(port) {
    const socket = net.connect(port, '127.0.0.1');

    socket.setNoDelay(true);
    socket.on('error', () => { /* a close follows */ });

    return socket;
}


/* the answer to one request on a connection of its own */

function request(port, options) {
    const { done } = open(port, typeof options === 'string'
                                ? { path: options } : options);

    return within(done, () => `an answer to ${brief(options)}`);
}


/* a request, for messages */

function brief(options) {
    return JSON.stringify(options).slice(0, 300);
}


/* the parsed body of an answer that must be 200 */

async function json(port, options) {
    const { status, body } = await request(port, options);

    if (status !== 200) {
        throw new Error(`${brief(options)}: ${status} ${body}`);
    }

    return JSON.parse(body);
}


module.exports = { Reader, format, open, request, json };
