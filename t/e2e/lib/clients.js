
/*
 * Copyright (C) the print hub contributors
 */


/* Stations on the real client libraries. */


'use strict';


const hub = require('./hub');
const { waitFor } = require('./wait');


const VERSIONS = {
    '4.8': require('socket.io-client').io,
    '4.7.5': require('socket.io-client-4.7').io,
    '4.0': require('socket.io-client-4.0').io,
    '3.1.3': require('socket.io-client-3.1').io,
    '2.5': require('socket.io-client-2.5')       /* of protocol 3 */
};

const OLD = {                                    /* of protocol 3, too */
    '1.7': require('socket.io-client-1.7')
};

const TRANSPORTS = {
    both: undefined,
    websocket: ['websocket'],
    polling: ['polling']
};


class Client {

    constructor(url, id, { version = '4.8', transports = 'both', protocols }) {
        this.id = id;
        this.version = version;
        this.transports = transports;
        this.prints = [];
        this.connects = 0;
        this.attempts = 0;            /* to connect again */
        this.pings = 0;
        this.reasons = [];            /* of disconnects */

        const options = {
            forceNew: true,
            rejectUnauthorized: false,       /* with TLS */
            reconnectionDelay: 50,
            reconnectionDelayMax: 500
        };

        if (protocols) {
            options.protocols = protocols;
            options.transportOptions = { websocket: { protocols } };
        }

        if (TRANSPORTS[transports]) {
            options.transports = TRANSPORTS[transports];
        }

        this.socket = (VERSIONS[version] || OLD[version])(url, options);

        this.socket.on('connect', () => {
            this.connects++;
            this.socket.emit('register', id);

            this.socket.io.engine.on('packet', ({ type }) => {
                this.pings += (type === (version < '3' ? 'pong' : 'ping'));
            });
        });

        this.socket.io.on('reconnect_attempt', () => this.attempts++);

        this.socket.on('disconnect', (reason) => this.reasons.push(reason));

        this.socket.on('print', (data) => this.prints.push(data.printData));
    }

    get transport() {
        return this.socket.io.engine.transport.name;
    }

    async printed(n) {
        await waitFor(() => this.prints.length >= n,
                      () => `${n} prints for ${this.id}, there are `
                            + `${this.prints.length}`);
    }

    /* with a WebSocket: stops reading, then breaks the connection */

    freeze() {
        this.socket.io.engine.transport.ws.pause();
    }

    cut() {
        this.socket.io.engine.transport.ws.terminate();
    }

    /* it is at the end of an upgrade */

    async upgraded() {
        await waitFor(() => this.transport === 'websocket',
                      `the upgrade of ${this.id}`);
    }

    /*
     * It is registered by the connection that it has.  The id that the hub
     * shows of a socket of protocol 3 is another one than its client's.
     */

    async returned(port) {
        await waitFor(async () => {
            const { connected, socketId } = await hub.entry(port, this.id)
                                            || {};

            return connected && (this.version < '3'
                                 ? this.socket.connected
                                 : socketId === this.socket.id);

        }, () => `${this.id} to be back, its reasons: ${this.reasons}`);
    }

    leave() {
        this.socket.disconnect();
    }
}


/*
 * A client that reconnects and registers as id, as soon as it can.  options:
 * version, transports, keys of the above; protocols, the subprotocols of the
 * WebSocket that it offers
 */

function open(target, id, options = {}) {
    return new Client(target.url, id, options);
}


/* the same, and it is online */

async function connect(target, id, options) {
    const client = open(target, id, options);

    try {
        await hub.online(target.port, id);

    } catch (error) {
        client.leave();
        throw error;
    }

    return client;
}


module.exports = { VERSIONS, OLD, TRANSPORTS, open, connect };
