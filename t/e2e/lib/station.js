
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A station without a client library: joins, registers, answers pings and
 * collects what it gets.  It does not reconnect.
 */


'use strict';


const eio = require('./eio');
const hub = require('./hub');
const { waitFor } = require('./wait');


class Station {

    constructor(port, id, options) {
        this.port = port;
        this.id = id;
        this.silent = options.silent;     /* does not answer pings */
        this.prints = [];                 /* values of printData */
        this.events = [];                 /* other events */
        this.log = [];                    /* every packet */
        this.pings = 0;
        this.closed = false;
        this.reason = '';
    }

    take(packet) {
        this.log.push(packet);

        if (packet === '2') {
            this.pings++;

            if (!this.silent) {
                this.send('3');
            }

        } else if (packet.startsWith('40')) {
            this.socketId = JSON.parse(packet.slice(2)).sid;

        } else if (packet.startsWith('42')) {
            const [name, value] = JSON.parse(packet.slice(2));

            if (name === 'print') {
                this.prints.push(value.printData);

            } else {
                this.events.push([name, value]);
            }
        }
    }

    close(reason) {
        this.closed = true;
        this.reason = reason;
    }

    async start() {
        this.run().catch((error) => this.close(error.message));
        this.send('40');

        await waitFor(() => this.socketId || this.closed,
                      `CONNECT of ${this.id}`);

        if (this.closed) {
            throw new Error(`${this.id} was closed: ${this.reason}`);
        }

        await this.register(this.id);
    }

    async register(...ids) {
        for (const id of ids) {
            this.emit('register', id);
        }

        await waitFor(async () => {
            const all = await hub.status(this.port);

            return ids.every((id) => all.some((one) => {
                return one.clientId === String(id) && one.connected
                       && one.socketId === this.socketId;
            }));

        }, () => `${ids} of ${this.socketId} to be online`);
    }

    emit(...event) {
        this.send(`42${JSON.stringify(event)}`);
    }

    /* n prints have come */

    async printed(n) {
        await waitFor(() => this.prints.length >= n || this.closed,
                      () => `${n} prints for ${this.id}, there are `
                            + `${this.prints.length}`);
    }

    /* all these have come, and perhaps others */

    async printedAll(texts) {
        await waitFor(() => texts.every((text) => this.prints.includes(text))
                            || this.closed,
                      () => `prints for ${this.id}`);
    }

    async end() {
        await waitFor(() => this.closed, `${this.id} to be closed`);
    }
}


class WebSocketStation extends Station {

    run() {
        return this.listen();
    }

    /* takes frames up to the end */

    async listen() {
        for ( ;; ) {
            const frame = await this.socket.next(Infinity);

            if (frame === null || /^close/.test(frame)) {
                this.close(frame || 'end of the connection');
                this.socket.destroy();
                return;
            }

            this.take(frame);
        }
    }

    send(packet) {
        this.socket.text(packet);
    }

    get worker() {
        return this.socket.worker;
    }

    leave() {
        this.socket.destroy();
    }
}


class PollingStation extends WebSocketStation {

    constructor(port, id, options) {
        super(port, id, options);

        this.stubborn = options.stubborn;
        this.workers = new Set();
        this.sending = Promise.resolve();
        this.socket = null;               /* since the upgrade */
        this.left = false;
    }

    async run() {
        await this.polls();

        if (this.socket && !this.closed) {
            await this.sending;
            this.socket.text('5');
            this.upgraded = true;
            await this.listen();
        }
    }

    /* reads the answers of GETs, up to the end or the upgrade */

    async polls() {
        while (!this.left && !this.socket) {
            this.poll = this.session.poll();

            const { status, body, worker } = await this.poll.done;

            this.workers.add(worker);

            if (status === 0 && this.stubborn && !this.left) {
                continue;
            }

            if (status !== 200) {
                this.close(`${status} ${body}`);
                return;
            }

            for (const packet of body.split(eio.SEPARATOR)) {
                if (packet === '1') {
                    this.close('close packet');
                    return;
                }

                this.take(packet);
            }
        }
    }

    /* packets go one after the other, as those of a client do */

    send(packet) {
        if (this.upgraded) {
            super.send(packet);
            return;
        }

        this.sending = this.sending.then(async () => {
            let answer;

            do {
                answer = await this.session.post(packet);

            } while (answer.status === 0 && this.stubborn && !this.left);

            this.workers.add(answer.worker);
        });
    }

    /* stops polling once the probe is answered, as clients do */

    async upgrade() {
        const socket = await this.session.websocket();

        socket.text('2probe');

        if (await socket.next() !== '3probe') {
            throw new Error(`the probe of ${this.id} was refused`);
        }

        this.socket = socket;
        await waitFor(() => this.upgraded, `the upgrade of ${this.id}`);
    }

    /* resolves when the session is closed */

    leave() {
        this.left = true;
        this.send('1');

        if (this.upgraded) {
            this.socket.destroy();
        }

        return this.sending;
    }
}


/*
 * A station over a WebSocket, registered as id.  options: silent, see above;
 * path: of the handshake; socket: what it is to use.
 */

async function websocket(port, id, options = {}) {
    const station = new WebSocketStation(port, id, options);

    station.socket = await eio.websocket(port, options.path, options.socket);
    await station.start();

    return station;
}


/*
 * The same by long-polling.  stubborn: it repeats a request whose connection
 * was closed without an answer, which a worker that is killed does; wire: what
 * opens its requests.
 */

async function polling(port, id, options = {}) {
    const station = new PollingStation(port, id, options);

    station.session = await eio.polling(port);
    station.session.wire = options.wire || station.session.wire;
    await station.start();

    return station;
}


module.exports = { websocket, polling };
