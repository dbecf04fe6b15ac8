
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A station of the fuzzer, which is well-behaved for longer than its other
 * clients: it joins, registers, answers pings and prints, upgrades, and comes
 * back with what a recovery needs.  It may also fall silent, as one whose network
 * is gone, and leave its connection behind.
 */


'use strict';


const http = require('./raw_http');
const ws = require('./raw_ws');


const SEPARATOR = '\x1e';
const EVENT = /^42(\/[^,]*,)?(\d*)(\[.*)$/s;
const PIDS = 16;                      /* that are remembered */
const POLL = 3000;                    /* ms that a GET may wait */


class Life {

    constructor(client, path) {
        this.client = client;
        this.path = path;
        this.silent = false;
        this.closed = false;
        this.pid = null;
        this.offset = null;
    }

    take(packet) {
        const { client } = this;

        if (packet === '2' && !this.silent) {
            this.send('3');

        } else if (packet.startsWith('40{')) {
            const { pid } = JSON.parse(packet.slice(2));

            this.pid = pid || null;

        } else if (packet.startsWith('42')) {
            const [, nsp = '', ack, json] = EVENT.exec(packet);
            const more = JSON.parse(json).at(-1);

            if (typeof more === 'string') {
                this.offset = more;
            }

            if (ack && !this.silent && client.chance(80)) {
                this.send(`43${nsp}${ack}["done"]`);
            }
        }
    }
}


class Socket extends Life {

    async open() {
        const { client } = this;

        this.wire = await ws.connect(client.target.port, {
            path: this.path('websocket'), headers: client.origin(),
            socket: client.connect()
        });

        return this.wire.status === undefined;
    }

    look() {
        for (const frame of this.wire.frames.splice(0)) {
            if (!/^(?:close|ping|pong|binary|bad) ?/.test(frame)) {
                this.take(frame);
            }
        }

        this.closed = this.wire.closed;
    }

    send(packet) {
        this.wire.text(packet);
    }

    end(how) {
        this.wire.socket[how]();
    }
}


class Polling extends Life {

    async open() {
        const { body } = await this.ask({ path: this.path('polling') });
        const [, sid] = /^0\{"sid":"([^"]+)"/.exec(body) || [];

        this.sid = sid;
        this.posting = Promise.resolve();

        return sid !== undefined;
    }

    ask(options) {
        const { client } = this;
        const socket = client.connect();

        socket.setTimeout(POLL, () => socket.destroy());

        return http.open(client.target.port, {
            ...options, headers: { ...options.headers, ...client.origin() },
            socket
        }).done;
    }

    look() {
        if (this.getting || this.closed || this.silent) {
            return;
        }

        this.getting = true;

        this.ask({ path: this.path('polling', this.sid) }).then((answer) => {
            this.getting = false;
            this.closed = answer.status !== 200;

            if (!this.closed) {
                answer.body.split(SEPARATOR).forEach((one) => this.take(one));
            }
        });
    }

    send(packet) {
        this.posting = this.posting.then(() => this.ask({
            path: this.path('polling', this.sid), method: 'POST', body: packet,
            headers: { 'Content-Type': 'text/plain;charset=UTF-8' }
        }));
    }

    /* a session that nobody asks for ends by itself */

    end() {
        this.silent = true;
    }
}


/* one life of a station; returns it, or null if it could not connect */

async function live(client, auth) {
    const { random } = client;
    const Type = random.pick([Socket, Socket, Polling]);
    const query = `&token=${client.token}&station=${client.name}`;
    const path = (transport, sid) => {
        return `${client.base}/socket.io/?EIO=4&transport=${transport}${query}`
               + (sid ? `&sid=${sid}` : '');
    };
    const one = new Type(client, path);

    if (!await one.open()) {
        return null;
    }

    one.send(`40${JSON.stringify(auth)}`);

    for (let left = 1 + random.below(6); left && !one.closed; left--) {
        const ack = client.chance(70) ? random.below(10) : '';

        switch (random.below(8)) {

        case 0:
            one.silent = client.chance(50);
            break;

        case 1:
            one.send('42["print-result",{"ok":true}]');
            break;

        case 2:
            one.send('40/shop,');
            one.send(`42/shop,${ack}["register","${client.name}"]`);
            break;

        case 3:
            one.send(random.pick(['41', '41/shop,', '1', '40{}']));
            break;

        default:
            one.send(`42${ack}["register","${client.name}"`
                     + `${client.chance(20) ? ',{"ack":true}' : ''}]`);
        }

        for (let turns = random.below(20); turns && !one.closed; turns--) {
            one.look();
            await new Promise((resolve) => setTimeout(resolve, 15));
        }
    }

    return one;
}


async function station(client) {
    let auth = { token: client.token };

    for ( ;; ) {
        const one = await live(client, auth);

        if (one === null) {
            return;
        }

        if (client.chance(80)) {
            one.end(client.random.pick(['destroy', 'end']));
        }

        if (!one.pid) {
            return;
        }

        const recovery = { pid: one.pid, offset: one.offset || '' };

        client.remember(client.shared.pids, recovery, PIDS);

        if (client.chance(50)) {
            return;
        }

        auth = { token: client.token, ...recovery };
    }
}


module.exports = { station };
