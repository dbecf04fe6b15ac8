
/*
 * Copyright (C) the print hub contributors
 */


/* A client of either protocol on either transport that shows its packets. */


'use strict';


const eio = require('./eio');
const http = require('./raw_http');
const { waitFor } = require('./wait');


/*
 * A socket of a protocol on a transport, without a client library: what it is
 * sent after the open packet, without pings, until it is closed.
 */

class WebSocketPeer {

    constructor(session) {
        this.session = session;
        this.packets = [];
        this.listen();
    }

    static async open(port, path) {
        return new WebSocketPeer(await eio.websocket(port, path));
    }

    async listen() {
        for ( ;; ) {
            const frame = await this.session.next(Infinity);

            if (frame === '2') {
                this.send('3');
                continue;
            }

            this.packets.push(frame === null ? 'gone' : frame);

            if (frame === null || frame.startsWith('close')) {
                return;
            }
        }
    }

    send(...packets) {
        packets.forEach((packet) => this.session.text(packet));
    }

    async next() {
        await waitFor(() => this.packets.length,
                      'a packet of a WebSocket');

        return this.packets.shift();
    }

    leave() {
        this.session.destroy();
    }

    get refusedForNow() {
        return 'close 1013';
    }

    get ended() {
        return 'close 1008';
    }
}


class PollingPeer {

    constructor(session, rest) {
        this.session = session;
        this.three = session.path.includes('EIO=3');
        this.packets = rest;
        this.listen();
    }

    static async open(port, path = eio.PATH) {
        const { body } = await http.request(
            port, `${path}&transport=polling`
        );
        const packets = split(body, path.includes('EIO=3'));
        const open = JSON.parse(packets.shift().slice(1));

        return new PollingPeer(new eio.Polling(port, open, path), packets);
    }

    async listen() {
        while (!this.left) {
            this.get = this.session.poll();

            const { status, body } = await this.get.done;

            if (status !== 200) {
                this.packets.push(`status ${status}`);
                return;
            }

            for (const packet of split(body, this.three)) {

                if (packet === '2') {
                    this.send('3');

                } else if (packet !== '6') {
                    this.packets.push(packet);
                }

                if (packet === '1') {
                    return;
                }
            }
        }
    }

    /* one POST; resolves when it was answered */

    send(...packets) {
        const body = this.three
            ? packets.map((packet) => `${packet.length}:${packet}`).join('')
            : packets.join(eio.SEPARATOR);

        this.sending = (this.sending || Promise.resolve()).then(() => {
            return this.session.post(body);
        });

        return this.sending;
    }

    async next() {
        await waitFor(() => this.packets.length, 'a packet of a poll');

        return this.packets.shift();
    }

    leave() {
        this.left = true;
        this.get.abort();
    }

    get refusedForNow() {
        return '1';
    }

    get ended() {
        return '1';
    }
}


/* the next packet that is another one */

async function nextNot(peer, skipped) {
    for ( ;; ) {
        const packet = await peer.next();

        if (packet !== skipped) {
            return packet;
        }
    }
}


function split(body, three) {
    if (!three) {
        return body.split(eio.SEPARATOR);
    }

    const packets = [];

    for (let at = 0; at < body.length; /* void */ ) {
        const colon = body.indexOf(':', at);
        const end = colon + 1 + Number(body.slice(at, colon));

        packets.push(body.slice(colon + 1, end));
        at = end;
    }

    return packets;
}


const PEERS = { websocket: WebSocketPeer, polling: PollingPeer };


module.exports = { PEERS, nextNot };
