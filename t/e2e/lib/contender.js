
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A socket of Socket.IO by hand, on a WebSocket or on polling, in protocol 4 or
 * 3, from an address.  What is silent() does not answer any more, as if its
 * network was cut: its connection stays.
 */


'use strict';


const assert = require('node:assert');

const eio = require('./eio');
const http = require('./raw_http');
const ws = require('./raw_ws');
const { waitFor } = require('./wait');


class Socket {

    constructor(session, { protocol = 4, interval = 0 }) {
        this.session = session;
        this.protocol = protocol;
        this.events = [];                 /* [name, value] */
        this.elsewhere = [];              /* packets of other namespaces */
        this.acks = new Map();            /* by id */
        this.ids = 0;
        this.pings = 0;
        this.closed = false;
        this.cut = false;

        if (protocol === 3) {
            this.timer = setInterval(() => this.beat(), interval);
        }
    }

    beat() {
        if (!this.cut && !this.closed) {
            this.send('2');
        }
    }

    take(packet) {
        if (packet === '2') {
            this.pings++;

            if (!this.cut) {
                this.send('3');
            }

        } else if (packet[2] === '/') {
            this.elsewhere.push(packet);

        } else if (packet.startsWith('40')) {
            this.joined = true;

            if (packet.length > 2) {
                Object.assign(this, JSON.parse(packet.slice(2)));
                this.socketId = this.sid;
            }

        } else if (packet.startsWith('42')) {
            this.events.push(JSON.parse(packet.slice(2)));

        } else if (packet.startsWith('43')) {
            const [, id, json] = packet.match(/^43(\d+)(.*)$/);

            this.acks.set(Number(id), JSON.parse(json));
        }
    }

    async listen() {
        for ( ;; ) {
            const frame = await this.session.next(Infinity);

            if (frame === null || /^close/.test(frame)) {
                this.closed = true;
                return;
            }

            this.take(frame);
        }
    }

    send(packet) {
        this.session.text(packet);
    }

    /* the number of the acknowledgement */

    ask(id) {
        const ack = this.ids++;

        this.send(`42${ack}${JSON.stringify(['register', id])}`);

        return ack;
    }

    async register(id) {
        const ack = this.ask(id);

        await waitFor(() => this.acks.has(ack), `${id} to be registered`);

        return this.acks.get(ack);
    }

    async told(event) {
        await waitFor(() => this.events.length > 0, 'an event');
        assert.deepStrictEqual(this.events.shift(), event);
    }

    get prints() {
        return this.events.filter(([name]) => name === 'print')
            .map(([, { printData }]) => printData);
    }

    silent() {
        this.cut = true;
    }

    leave() {
        this.silent();
        clearInterval(this.timer);
        this.session.destroy();
    }
}


class PollingSocket extends Socket {

    async listen() {
        while (!this.cut) {
            const { status, body } = await this.session.poll().done;

            if (status !== 200) {
                this.closed = true;
                return;
            }

            this.packets(body).forEach((packet) => this.take(packet));
        }
    }

    packets(body) {
        if (this.protocol === 4) {
            return body.split(eio.SEPARATOR);
        }

        const packets = [];

        for (let rest = body; rest; ) {
            const colon = rest.indexOf(':');
            const end = colon + 1 + Number(rest.slice(0, colon));

            packets.push(rest.slice(colon + 1, end));
            rest = rest.slice(end);
        }

        return packets;
    }

    send(packet) {
        const body = this.protocol === 4 ? packet
                                         : `${packet.length}:${packet}`;

        this.sending = (this.sending || Promise.resolve()).then(async () => {
            this.posting = this.session.wire.open(this.session.port, {
                method: 'POST', path: this.session.path, body,
                headers: { 'Content-Type': 'text/plain;charset=UTF-8' }
            });

            const { status } = await this.posting.done;

            this.failed = (status !== 200);

        }).catch(() => {
            this.failed = true;
        });
    }

    leave() {
        this.silent();
        clearInterval(this.timer);
        this.send('1');
    }
}


/*
 * Opens one for the length of a test.  options: base, before the path; protocol,
 * 4; interval, of its pings in protocol 3; auth; socket, a connection to use for
 * the WebSocket.
 */

async function open(t, port, transport, address, options = {}) {
    const { base = '', protocol = 4, auth = '' } = options;
    const path = `${base}/socket.io/?EIO=${protocol}`;
    const headers = address ? { 'X-Real-IP': address } : {};
    let one;

    if (transport === 'polling') {
        const { body } = await http.request(port, {
            path: `${path}&transport=polling`, headers
        });
        const text = body.slice(body.indexOf('{'), body.indexOf('}') + 1);

        one = new PollingSocket(new eio.Polling(port, JSON.parse(text), path),
                                options);
    } else {
        one = new Socket(await ws.connect(port, {
            path: `${path}&transport=websocket`, headers,
            socket: options.socket
        }), options);
    }

    one.listen().catch(() => {
        one.closed = true;
    });

    if (protocol === 4) {
        one.send(`40${auth}`);
    }

    await waitFor(() => one.joined, 'CONNECT');
    t.after(() => one.leave());

    return one;
}


module.exports = { open };
