
/*
 * Copyright (C) the print hub contributors
 */


/*
 * WebSocket as bytes: any frame can be sent, a wrong one too, and each frame
 * that comes is seen as it is.
 */


'use strict';


const crypto = require('node:crypto');

const http = require('./raw_http');
const { waitFor, within } = require('./wait');


const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';


/*
 * The bytes of a client's frame.  options: fin, rsv (0 to 7), mask, and length
 * to announce another one than that of the payload.
 */

function frame(opcode, payload = '', options = {}) {
    const { fin = true, rsv = 0, mask = true } = options;
    const data = Buffer.from(payload);
    const length = options.length === undefined ? data.length
                                                : options.length;
    const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
    const bit = mask ? 0x80 : 0;

    if (length < 126) {
        head.push(bit | length);

    } else if (length < 65536) {
        head.push(bit | 126, length >> 8, length & 0xff);

    } else {
        const wide = Buffer.alloc(8);

        wide.writeBigUInt64BE(BigInt(length));
        head.push(bit | 127, ...wide);
    }

    if (!mask) {
        return Buffer.concat([Buffer.from(head), data]);
    }

    const key = crypto.randomBytes(4);

    for (let i = 0; i < data.length; i++) {
        data[i] ^= key[i & 3];
    }

    return Buffer.concat([Buffer.from(head), key, data]);
}


/* takes the first frame out of the bytes of a server, null if it is not all */

function parse(input) {
    if (input.length < 2) {
        return null;
    }

    let length = input[1] & 0x7f;
    let at = 2;

    if (length === 126) {
        if (input.length < 4) {
            return null;
        }

        length = input.readUInt16BE(2);
        at = 4;

    } else if (length === 127) {
        if (input.length < 10) {
            return null;
        }

        length = Number(input.readBigUInt64BE(2));
        at = 10;
    }

    if (input.length < at + length) {
        return null;
    }

    return {
        fin: Boolean(input[0] & 0x80),
        rsv: (input[0] >> 4) & 7,
        opcode: input[0] & 15,
        masked: Boolean(input[1] & 0x80),
        payload: input.subarray(at, at + length),
        size: at + length
    };
}


/* describes a frame for comparison: its text, "close 1002" or "pong ab" */

function describe({ fin, rsv, opcode, masked, payload }) {
    if (!fin || rsv || masked) {
        return `bad frame ${JSON.stringify({ fin, rsv, opcode, masked })}`;
    }

    switch (opcode) {

    case TEXT:
        return payload.toString();

    case BINARY:
        return `binary ${payload.toString('hex')}`;

    case CLOSE:
        return ['close', payload.length > 1 ? payload.readUInt16BE(0) : '',
                payload.subarray(2).toString()].join(' ').trim();

    case PING:
        return `ping ${payload}`.trim();

    case PONG:
        return `pong ${payload}`.trim();

    default:
        return `opcode ${opcode}`;
    }
}


class WebSocket {

    constructor(socket, answer) {
        this.socket = socket;
        this.answer = answer;
        this.worker = answer.worker;
        this.input = answer.rest;
        this.frames = [];             /* described, not yet taken by next() */
        this.closed = false;          /* the TCP connection */
        this.clean = false;           /* by FIN, not by RST */

        socket.on('data', (data) => {
            this.input = Buffer.concat([this.input, data]);
            this.take();
        });

        socket.on('end', () => {
            this.clean = true;
        });

        socket.on('close', () => {
            this.closed = true;
        });

        this.take();
        socket.resume();
    }

    take() {
        for ( ;; ) {
            const one = parse(this.input);

            if (one === null) {
                return;
            }

            this.input = this.input.subarray(one.size);
            this.frames.push(describe(one));
        }
    }

    send(opcode, payload, options) {
        this.raw(frame(opcode, payload, options));
    }

    text(payload) {
        this.send(TEXT, payload);
    }

    raw(bytes) {
        this.socket.write(bytes);
    }

    /* the next frame, described; null when the connection is closed */

    async next(timeout) {
        await waitFor(() => this.frames.length || this.closed,
                      'a WebSocket frame', timeout);

        return this.frames.length ? this.frames.shift() : null;
    }

    /* all frames up to the end of the connection */

    async rest() {
        await waitFor(() => this.closed,
                      () => `the end of a WebSocket, came ${this.frames}`);

        return this.frames.splice(0);
    }

    destroy() {
        this.socket.destroy();
    }
}


/*
 * Asks for a WebSocket; options are those of a request, with its socket, and
 * key and version.
 * Resolves to a WebSocket, or to the answer (without "frames") if that is not
 * 101.
 */

async function connect(port, options) {
    const { path, key = crypto.randomBytes(16).toString('base64') } = options;
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };

    if (key !== null) {
        headers['Sec-WebSocket-Key'] = key;
    }

    headers['Sec-WebSocket-Version'] = options.version || 13;

    const { socket, done } = http.open(port, {
        path,
        headers: { ...headers, ...options.headers },
        method: options.method,
        socket: options.socket,
        keep: true
    });

    const answer = await within(done, `an answer to the upgrade of ${path}`);

    if (answer.status !== 101) {
        socket.destroy();
        return answer;
    }

    answer.key = key;

    return new WebSocket(socket, answer);
}


/* the Sec-WebSocket-Accept that a key calls for */

function accept(key) {
    return crypto.createHash('sha1').update(key + GUID).digest('base64');
}


module.exports = {
    TEXT, BINARY, CLOSE, PING, PONG, frame, connect, accept
};
