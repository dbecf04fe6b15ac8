
/*
 * Copyright (C) the print hub contributors
 */


/* A station that keeps a ledger of what it prints, whatever connection it has. */


'use strict';


const clients = require('./clients');


class Station {

    constructor(nginx, id, kind) {
        this.nginx = nginx;
        this.id = id;
        this.kind = kind;
        this.clients = [];                /* that have not left, oldest first */
        this.move();
    }

    get client() {
        return this.clients.at(-1);
    }

    /*
     * Another client takes the clientId over.  Those before it leave when it
     * has connected; one of them may never have connected itself.
     */

    move() {
        const client = clients.open(this.nginx, this.id, this.kind);
        const { socket } = client;

        this.clients.push(client);

        socket.off('connect').off('print');

        socket.on('connect', () => {
            socket.emit('register', this.id, { ack: Boolean(this.kind.ack) });
            this.release(this.clients.indexOf(client));
        });

        socket.on('print', (data, ...more) => {
            this.ledger.arrived(this.id, data.printData, socket.id,
                                Boolean(more[0] && more[0].repetition));

            if (typeof more.at(-1) === 'function') {
                more.at(-1)({ ok: true });
            }
        });
    }

    /* the n oldest clients leave */

    release(n) {
        this.clients.splice(0, n).forEach((client) => client.leave());
    }

    leave() {
        this.release(this.clients.length);
    }

    cut() {
        const { ws } = this.client.socket.io.engine.transport;

        if (ws) {
            ws.terminate();
        }
    }
}


module.exports = { Station };
