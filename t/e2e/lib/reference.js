
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The legacy server again, on the libraries that it used, without its faults:
 * what most of the tests can be run against to prove the tests themselves.
 */


'use strict';


const http = require('node:http');
const path = require('node:path');

const cors = require('cors');
const express = require('express');

const { request } = require('./raw_http');
const { waitFor } = require('./wait');

/* REFERENCE=socket.io-4.8 proves the rows that need a newer one */

const NAME = process.env.REFERENCE || 'socket.io';

const { Server } = require(NAME);
const { version } = require(path.join(path.dirname(require.resolve(NAME)),
                                      '../package.json'));


class Hub {

    constructor() {
        this.clients = new Map();      /* clientId -> { socket, connected } */
    }

    attach(socket) {
        socket.on('register', (id) => this.register(socket, id));

        socket.on('disconnect', () => {
            for (const client of this.clients.values()) {
                if (client.socket === socket) {
                    client.connected = false;
                }
            }
        });
    }

    register(socket, id) {
        if (typeof id !== 'string' && typeof id !== 'number') {
            socket.emit('error', { message: 'clientId must be a string' });
            return;
        }

        const client = this.clients.get(String(id));

        if (client) {
            Object.assign(client, { socket, connected: true });
            return;
        }

        this.clients.set(String(id), { socket, connected: true });
    }

    status() {
        return [...this.clients].map(([clientId, client]) => ({
            clientId,
            connected: client.connected,
            socketId: client.socket.id
        }));
    }

    print({ clientId, ...fields }) {
        const client = this.clients.get(clientId);

        if (client === undefined) {
            return '打印机不存在';
        }

        if (!client.connected) {
            return '打印机离线';
        }

        client.socket.emit('print', 'printData' in fields
                                    ? { printData: fields.printData }
                                    : fields);
        return '参数已接收';
    }
}


function application(hub, origin, files) {
    const app = express();

    if (origin !== false) {
        app.use(cors({ origin, methods: ['GET', 'POST'] }));
    }

    app.use(express.json({ limit: '2mb' }));
    app.use(express.urlencoded({ limit: '2mb', extended: true }));

    app.get('/getStatus', (req, res) => res.json({ data: hub.status() }));

    app.get('/startPrint', (req, res) => {
        res.json({ message: hub.print(req.query) });
    });

    app.post('/startPrint', (req, res) => {
        res.json({ message: hub.print(req.body) });
    });

    for (const [path, folder] of Object.entries(files)) {
        app.use(path, express.static(folder));
    }

    return app;
}


/* the options' names and defaults are those of nginx.js */

async function start(options = {}) {
    const origin = options.cors === undefined ? '*' : options.cors;
    const hub = new Hub();
    const server = http.createServer(application(hub, origin,
                                                 options.files || {}));

    const io = new Server(server, {
        allowEIO3: options.eio3 !== false,
        cors: origin === false ? undefined
                               : { origin, methods: ['GET', 'POST'] },
        pingInterval: options.pingInterval || 10000,
        pingTimeout: options.pingTimeout || 5000,
        connectTimeout: options.connectTimeout || 45000,
        upgradeTimeout: options.upgradeTimeout || 10000,
        maxHttpBufferSize: options.maxPayload || 1e6,
        transports: options.transports || ['polling', 'websocket']
    });

    io.on('connection', (socket) => hub.attach(socket));

    /* it would wait for the clients of its WebSockets */

    const sockets = new Set();

    server.on('connection', (socket) => sockets.add(socket));

    await listen(server, options.port || 0);

    const { port } = server.address();

    return {
        kind: 'reference',
        version,
        port,
        url: `http://127.0.0.1:${port}`,
        workers: () => [],
        park,

        stop: () => new Promise((resolve) => {
            io.close(() => resolve());
            sockets.forEach((socket) => socket.destroy());
        })
    };
}


/*
 * A GET of a session that waits: it does when a request that was sent later is
 * answered, for there is one process.
 */

async function park(session) {
    const poll = session.poll();

    await waitFor(() => poll.socket.bytesWritten > 0, 'a GET to be sent');
    await request(session.port, '/getStatus');

    return poll;
}


function listen(server, port) {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
    });
}


module.exports = { start, version };
