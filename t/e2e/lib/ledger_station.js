
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
        this.open();
    }

    /* another client takes the clientId over */

    open() {
        const { socket } = this.client = clients.open(this.nginx, this.id,
                                                      this.kind);
        socket.off('connect').off('print');

        socket.on('connect', () => {
            socket.emit('register', this.id, { ack: Boolean(this.kind.ack) });
        });

        socket.on('print', (data, ...more) => {
            this.ledger.arrived(this.id, data.printData, socket.id,
                                Boolean(more[0] && more[0].repetition));

            if (typeof more.at(-1) === 'function') {
                more.at(-1)({ ok: true });
            }
        });
    }

    move() {
        const old = this.client;

        this.open();
        this.client.socket.once('connect', () => old.leave());
    }

    cut() {
        const { ws } = this.client.socket.io.engine.transport;

        if (ws) {
            ws.terminate();
        }
    }
}


module.exports = { Station };
