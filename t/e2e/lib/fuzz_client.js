
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A client that does anything: what it sends is nearly right, may be cut at any
 * byte, and comes in any parts.  ACTIONS has what it can do; each entry is a
 * function of the client, and may be repeated in the list to be chosen more
 * often.
 */


'use strict';


const net = require('node:net');

const address = require('./address');
const http = require('./raw_http');
const ws = require('./raw_ws');
const { BASES, TOKENS } = require('./fuzz_rules');
const { station } = require('./fuzz_station');
const { within } = require('./wait');


const SEPARATOR = '\x1e';
const NAMES = 12;
const SIDS = 64;                      /* that are remembered */
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '2001:db8::1',
                   '2001:db8::2', '2001:db8:0:1::1'];

/* packets of Socket.IO behind the "4", and what is no packet */

const PACKETS = [
    '0', '0{"token":"t"}', '0{"pid":"x","offset":"y"}', '0/shop,',
    '0/shop,{"a":1}', '0/none,', '1', '1/shop,', '2["received"]',
    '2["print-result",{"ok":true}]', '20["x"]', '2[', '2["connect"]', '3[]',
    '30[]', '31["done"]', '399[]', '4{"message":"m"}', '2/shop,["a"]',
    '51-["file",{"_placeholder":true,"num":0}]', '60-[]',
    '511-["a",{"_placeholder":true,"num":12}]', '7', '', 'x', '2["é","😀"]'
];

const OPTIONS = [
    '', ',{"ack":true}', ',{"ack":false,"info":{"os":"x"}}',
    ',{"printers":[{"name":"p"}],"ack":true}', ',{"info":', ',null', ',1'
];

const QUERIES = [
    'printData=hello', 'printData[a]=1&printData[b][]=2', 'printData=%zz', ''
];


class FuzzClient {

    /*
     * shared: sids, jobs, pids: what all clients have seen of each other; token:
     * that of the present rules
     */

    constructor(target, random, shared) {
        this.target = target;
        this.random = random;
        this.shared = shared;
        this.sockets = new Set();
        this.home = random.pick(ADDRESSES);
        this.base = '';
    }

    get address() {
        return this.chance(80) ? this.home : this.random.pick(ADDRESSES);
    }

    /* the token of now, any, or none */

    get token() {
        return this.chance(70) ? this.shared.token
                               : this.random.pick([...TOKENS, 'wrong', '']);
    }

    /* headers that tell an address, and an application */

    origin() {
        return {
            ...address.headers(this.address),
            ...(this.chance(50) ? { 'X-App': 'a' } : {})
        };
    }

    format(options) {
        return http.format({ ...options,
                             headers: { ...this.origin(), ...options.headers } });
    }

    get name() {
        return `fuzz-${this.random.below(NAMES)}`;
    }

    chance(percent) {
        return this.random.below(100) < percent;
    }

    /* at one of the locations */

    async step() {
        this.base = this.random.pick(BASES);
        await this.random.pick(ACTIONS)(this);
    }

    /* closes what is left open */

    end() {
        for (const socket of this.sockets) {
            socket.destroy();
        }
    }

    remember(list, value, most = SIDS) {
        list.push(value);

        if (list.length > most) {
            list.shift();
        }
    }

    /* some bytes are others now, or missing */

    damage(bytes) {
        const data = Buffer.from(bytes);

        if (data.length === 0 || !this.chance(8)) {
            return data;
        }

        const at = this.random.below(data.length);

        if (this.chance(50)) {
            data[at] = this.random.below(256);
            return data;
        }

        return Buffer.concat([data.subarray(0, at), data.subarray(at + 1)]);
    }

    connect() {
        const socket = net.connect(this.target.port, '127.0.0.1');

        socket.setNoDelay(true);
        socket.on('error', () => { /* a close follows */ });
        socket.on('close', () => this.sockets.delete(socket));
        this.sockets.add(socket);

        return socket;
    }

    /* sends bytes in parts; returns 0 if it has closed the connection instead */

    async send(socket, bytes) {
        const whole = !this.chance(10);
        const end = whole ? bytes.length : this.random.below(bytes.length + 1);

        for (let at = 0; at < end; /* void */ ) {
            const next = this.chance(70) ? end
                                         : at + 1 + this.random.below(end - at);

            await new Promise((resolve) => {
                socket.write(bytes.subarray(at, next), resolve);
            });

            at = next;
        }

        if (!whole) {
            socket[this.random.pick(['destroy', 'end'])]();
        }

        return whole;
    }

    /* the answer to a request; status 0 if there is none */

    async request(options) {
        const bytes = this.damage(this.format(options));
        const socket = this.connect();
        const reader = new http.Reader(options.method || 'GET');

        const done = new Promise((resolve) => {
            socket.on('close', () => resolve(reader.end()));
            socket.on('data', (data) => {
                const answer = answerOf(reader, data);

                if (answer) {
                    resolve(answer);
                }
            });
        });

        if (!await this.send(socket, bytes) || this.chance(5)) {
            socket.destroy();
        }

        /* it is not patient: a damaged request may be one that has no end */

        socket.setTimeout(this.chance(90) ? 100 : 2000,
                          () => socket.destroy());

        const answer = await within(done, () => `an answer to ${bytes}`);

        socket.destroy();

        return answer;
    }

    /* headers that may have a key */

    key() {
        return this.chance(30)
               ? { 'Idempotency-Key': `key-${this.random.below(8)}` } : {};
    }

    /* a CONNECT that may be let in */

    join() {
        const auth = {};

        if (this.chance(80)) {
            auth.token = this.token;
        }

        if (this.shared.pids.length && this.chance(20)) {
            Object.assign(auth, this.random.pick(this.shared.pids));
        }

        return `40${this.chance(20) ? '/shop,' : ''}${JSON.stringify(auth)}`;
    }

    /* a packet of Engine.IO; binary: bytes that follow it */

    packet() {
        if (this.chance(30)) {
            const ack = this.chance(30) ? this.random.below(100) : '';
            const nsp = this.chance(15) ? '/shop,' : '';

            return `42${nsp}${ack}["register","${this.name}"`
                   + `${this.random.pick(OPTIONS)}]`;
        }

        if (this.chance(60)) {
            return `4${this.random.pick(PACKETS)}`;
        }

        return this.random.pick(['2', '3', '1', '5', '6', '2probe', 'bAAEC',
                                 '40', this.join(), this.join(), '']);
    }

    /* frames of a WebSocket: a packet, or what else there is */

    frame() {
        const { random } = this;

        switch (random.below(12)) {

        case 0:
            return ws.frame(ws.BINARY, Buffer.from([4, 1, 2, 3]));

        case 1:
            return Buffer.concat([
                ws.frame(ws.TEXT, '42["reg', { fin: false }),
                ws.frame(ws.PING, 'between'),
                ws.frame(0, `ister","${this.name}"]`)
            ]);

        case 2:
            return ws.frame(random.pick([ws.PING, ws.PONG]), 'ping');

        case 3:
            return random.pick([
                ws.frame(ws.CLOSE, Buffer.from([3, 232])),
                ws.frame(ws.TEXT, '40', { rsv: 4 }),
                ws.frame(ws.TEXT, '40', { mask: false }),
                ws.frame(ws.TEXT, '40', { length: 100000 }),
                ws.frame(ws.TEXT, Buffer.from([0x34, 0xff]))
            ]);

        default:
            return ws.frame(ws.TEXT, this.packet());
        }
    }

    path(eio, transport, sid) {
        return `${this.base}/socket.io/?EIO=${eio}&transport=${transport}`
               + (this.chance(50) ? `&token=${this.token}` : '')
               + (this.chance(50) ? `&station=${this.name}` : '')
               + (sid ? `&sid=${sid}` : '');
    }

    /* the sid of a new session by polling, or one that was seen */

    async session(eio) {
        if (this.chance(30) && this.shared.sids.length) {
            return this.random.pick(this.shared.sids);
        }

        const { body } = await this.request({ path: this.path(eio, 'polling') });
        const [, sid] = /"sid":"([^"]+)"/.exec(body) || [];

        if (sid) {
            this.remember(this.shared.sids, sid);
        }

        return sid || 'unknown';
    }

    /* a payload of polling */

    payload(eio) {
        const packets = [];

        do {
            packets.push(this.packet());
        } while (this.chance(50));

        return eio === 4 ? packets.join(SEPARATOR)
                         : packets.map((one) => `${one.length}:${one}`)
                             .join('');
    }
}


/* what nginx answers to damaged requests need not be HTTP/1.1 */

function answerOf(reader, data) {
    try {
        return reader.push(data);
    } catch {
        return { status: 0, headers: {}, body: '' };
    }
}


/* a WebSocket, of its own session or of one that has polled */

async function websocket(client) {
    const eio = client.random.pick([4, 4, 3]);
    const sid = client.chance(40) ? await client.session(eio) : '';
    const socket = client.connect();
    const frames = [];

    if (sid && client.chance(80)) {
        frames.push(ws.frame(ws.TEXT, '2probe'), ws.frame(ws.TEXT, '5'));
    }

    if (eio === 4 && client.chance(80)) {
        frames.push(ws.frame(ws.TEXT, client.join()));
    }

    do {
        frames.push(client.frame());
    } while (client.chance(75));

    const head = client.format({ path: client.path(eio, 'websocket', sid),
                               headers: {
        'Connection': 'Upgrade', 'Upgrade': 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...(client.chance(30) ? { 'Sec-WebSocket-Extensions':
                                      'permessage-deflate' } : {})
    } });

    /* frames may come with the request, before its answer */

    socket.on('data', () => { /* is not looked at */ });

    if (!await client.send(socket, client.damage(head))) {
        return;
    }

    for (const bytes of frames) {
        if (socket.destroyed || !await client.send(socket,
                                                   client.damage(bytes)))
        {
            return;
        }
    }

    /* it may also stay, silent, until the hub closes it */

    if (client.chance(70)) {
        socket[client.random.pick(['destroy', 'end'])]();
    }
}


/* GETs and POSTs of a session, also at once */

async function polling(client) {
    const eio = client.random.pick([4, 4, 3]);
    const sid = await client.session(eio);
    const path = client.path(eio, 'polling', sid);
    const requests = [];

    do {
        const request = client.request(client.chance(60)
            ? { path, method: 'POST', body: client.payload(eio),
                headers: { 'Content-Type': 'text/plain;charset=UTF-8' } }
            : { path });

        requests.push(request);

        if (client.chance(70)) {
            await request;
        }

    } while (client.chance(75));

    await Promise.all(requests);
}


async function jsonp(client) {
    const path = `${client.path(3, 'polling', await client.session(3))}&j=1`;

    await client.request(client.chance(50)
        ? { path }
        : { path, method: 'POST',
            body: `d=${encodeURIComponent(client.payload(3))}`,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
}


async function print(client) {
    const query = client.random.pick(QUERIES);

    await client.request({
        path: `${client.base}/startPrint?clientId=${client.name}&${query}`,
        headers: client.key()
    });
}


async function job(client) {
    const body = client.random.pick([
        { clientId: client.name, data: { a: 1 } },
        { clientIds: [client.name, 'other'], ttl: '500ms' },
        { clientId: client.name, event: 'x', data: 'y'.repeat(20000) },
        { clientId: client.name, wait: '50ms', wait_for: 'result' },
        { clientId: client.name, unknown: 1 },
        []
    ]);

    const answer = await client.request({
        path: `${client.base}/jobs`, method: 'POST', body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', ...client.key() }
    });

    const [, id] = /"id":"([^"]+)"/.exec(answer.body) || [];

    if (id) {
        client.remember(client.shared.jobs, id);
    }
}


async function api(client) {
    const id = client.random.pick([...client.shared.jobs, 'unknown']);

    const { base } = client;

    await client.request(client.random.pick([
        { path: `${base}/getStatus` },
        { path: `${base}/zone` },
        { path: `${base}/jobs?limit=5&state=queued,sent` },
        { path: `${base}/jobs?after=x` },
        { path: `${base}/jobs/${id}` },
        { path: `${base}/jobs/${id}`, method: 'DELETE' },
        { path: `${base}/clients` },
        { path: `${base}/clients/${client.name}` },
        { path: `${base}/clients/${client.name}`, method: 'DELETE' },
        { path: `${base}/jobs`, method: 'OPTIONS' },
        { path: `${base}/clients`, method: 'POST', body: 'x' }
    ]));
}


/* a stream stays for as long as it takes to send the request */

async function stream(client) {
    const socket = client.connect();

    socket.on('data', () => { /* is not looked at */ });

    await client.send(socket, client.damage(client.format({
        path: client.base + client.random.pick([
            '/events', '/events?lastEventId=1',
            `/events?clientId=${client.name}`
        ]),
        headers: client.chance(30)
            ? { 'Last-Event-ID': `${client.random.below(100)}` } : {}
    })));

    if (client.chance(60)) {
        socket.destroy();
    }
}


const ACTIONS = [
    websocket, websocket, websocket, polling, polling, polling, jsonp,
    print, print, job, job, api, api, stream, stream, station, station, station
];


module.exports = { FuzzClient, ACTIONS, ADDRESSES };
