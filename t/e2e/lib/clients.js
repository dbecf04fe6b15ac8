
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
    '3.1.3': require('socket.io-client-3.1').io
};

const TRANSPORTS = {
    both: undefined,
    websocket: ['websocket'],
    polling: ['polling']
};


class Client {

    constructor(url, id, { version = '4.8', transports = 'both' }) {
        this.id = id;
        this.transports = transports;
        this.prints = [];
        this.connects = 0;
        this.pings = 0;
        this.reasons = [];            /* of disconnects */

        const options = {
            forceNew: true,
            reconnectionDelay: 50,
            reconnectionDelayMax: 500
        };

        if (TRANSPORTS[transports]) {
            options.transports = TRANSPORTS[transports];
        }

        this.socket = VERSIONS[version](url, options);

        this.socket.on('connect', () => {
            this.connects++;
            this.socket.emit('register', id);

            this.socket.io.engine.on('packet', ({ type }) => {
                this.pings += (type === 'ping');
            });
        });

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

    /* it is at the end of an upgrade */

    async upgraded() {
        await waitFor(() => this.transport === 'websocket',
                      `the upgrade of ${this.id}`);
    }

    leave() {
        this.socket.disconnect();
    }
}


/*
 * A client that reconnects, connected to url and registered as id.  options:
 * version, transports, keys of the above
 */

async function connect(target, id, options = {}) {
    const client = new Client(target.url, id, options);

    try {
        await hub.online(target.port, id);

    } catch (error) {
        client.leave();
        throw error;
    }

    return client;
}


module.exports = { VERSIONS, TRANSPORTS, connect };
