
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Engine.IO 4 without a client library: a session is a thing of single
 * requests, each on a connection of its own.
 */


'use strict';


const http = require('./raw_http');
const ws = require('./raw_ws');
const { within } = require('./wait');


const PATH = '/socket.io/?EIO=4';
const SEPARATOR = '\x1e';


class Polling {

    constructor(port, open, path = PATH) {
        this.port = port;
        this.open = open;                 /* the content of the open packet */
        this.sid = open.sid;
        this.path = `${path}&transport=polling&sid=${open.sid}`;
        this.upgrade = `${path}&transport=websocket&sid=${open.sid}`;
        this.wire = http;                 /* opens and makes requests */
    }

    /* a GET that waits: { done, abort() }, as raw_http's open() */

    poll() {
        return this.wire.open(this.port, { path: this.path });
    }

    /* the answer to a GET */

    get() {
        return within(this.poll().done, 'the answer to a poll');
    }

    post(body, headers = {}) {
        return this.wire.request(this.port, {
            method: 'POST',
            path: this.path,
            headers: { 'Content-Type': 'text/plain;charset=UTF-8',
                       ...headers },
            body
        });
    }

    /* the packets that a GET brings */

    async receive() {
        const { status, body } = await this.get();

        if (status !== 200) {
            throw new Error(`a poll was answered ${status} ${body}`);
        }

        return body.split(SEPARATOR);
    }

    /* the Socket.IO sid that CONNECT to "/" brings */

    async join(auth = '') {
        await this.post(`40${auth}`);

        const [packet] = await this.receive();

        return JSON.parse(packet.slice(2)).sid;
    }

    /* a WebSocket for the upgrade, or for the attempt */

    websocket() {
        return ws.connect(this.port, { path: this.upgrade });
    }
}


/* a handshake by long-polling; path may bring arguments of its own */

async function polling(port, path = PATH) {
    const { status, body } = await http.request(port,
                                                `${path}&transport=polling`);

    if (status !== 200) {
        throw new Error(`a handshake was answered ${status} ${body}`);
    }

    return new Polling(port, JSON.parse(body.slice(1)), path);
}


/*
 * A WebSocket whose open packet was taken: .open, .sid.  It may get a socket
 * that is another one than a plain one to the port.
 */

async function websocket(port, path = PATH, wire = undefined) {
    const socket = await ws.connect(port, {
        path: `${path}&transport=websocket`, socket: wire
    });

    if (!socket.frames) {
        throw new Error(`a WebSocket was answered ${socket.status}`);
    }

    socket.open = JSON.parse((await socket.next()).slice(1));
    socket.sid = socket.open.sid;

    return socket;
}


/* joins "/" over a WebSocket: the Socket.IO sid */

async function join(socket, auth = '') {
    socket.text(`40${auth}`);

    return JSON.parse((await socket.next()).slice(2)).sid;
}


module.exports = { PATH, SEPARATOR, Polling, polling, websocket, join };
