
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A wire between clients and a server: a TCP proxy that can lose the clients'
 * connections without a word to the server, as a router does.
 */


'use strict';


const net = require('node:net');

const { waitFor } = require('./wait');


class Wire {

    constructor(port) {
        this.pairs = new Set();
        this.lost = [];               /* connections that the server has */
        this.frozen = false;

        this.server = net.createServer((client) => {
            const pair = [client, net.connect(port, '127.0.0.1')];

            this.pairs.add(pair);

            for (const [i, socket] of pair.entries()) {
                socket.on('error', () => { /* the other end tells it */ });
                socket.on('close', () => {
                    if (this.pairs.delete(pair)) {
                        pair[1 - i].destroy();
                    }
                });

            }

            client.pipe(pair[1]);

            if (!this.frozen) {
                pair[1].pipe(client);
            }
        });
    }

    async listen() {
        await new Promise((resolve) => {
            this.server.listen(0, '127.0.0.1', resolve);
        });

        this.port = this.server.address().port;
        this.url = `http://127.0.0.1:${this.port}`;
    }

    /* what the server sends from now on is lost */

    freeze() {
        this.frozen = true;

        for (const [client, server] of this.pairs) {
            server.unpipe(client);
            server.pause();
        }
    }

    /* the clients see the end of their connections, the server does not */

    async lose() {
        await waitFor(() => this.pairs.size, 'a connection to lose');

        this.frozen = false;

        for (const [client, server] of this.pairs) {
            server.unpipe(client);
            client.unpipe(server);
            server.pause();
            client.destroy();

            this.lost.push(server);
        }

        this.pairs.clear();
    }

    /* reads what the server has sent to connections that were lost: its end */

    async ended() {
        await Promise.all(this.lost.splice(0).map((socket) => {
            return new Promise((resolve) => {
                socket.on('close', resolve);
                socket.resume();
            });
        }));
    }

    close() {
        for (const socket of [...this.pairs].flat().concat(this.lost)) {
            socket.destroy();
        }

        this.server.close();
    }
}


async function wire(t, port) {
    const one = new Wire(port);

    await one.listen();
    t.after(() => one.close());

    return one;
}


module.exports = { wire };
