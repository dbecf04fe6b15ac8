
/*
 * Copyright (C) the print hub contributors
 */


/* A clientId that a connection registers, while another one has it. */


'use strict';


const assert = require('node:assert');
const { it } = require('node:test');

const eio = require('./lib/eio');
const hook = require('./lib/hook');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const sse = require('./lib/sse');
const ws = require('./lib/raw_ws');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const REALIP = 'set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;';

const TAKEN = {
    message: 'register: clientId "x" was taken over', code: 'taken_over',
    clientId: 'x'
};


/* a socket of Socket.IO on a WebSocket or on polling, from an address */

class Socket {

    constructor(session) {
        this.session = session;
        this.events = [];                 /* [name, value] */
        this.acks = new Map();            /* by id */
        this.ids = 0;
        this.closed = false;
    }

    take(packet) {
        if (packet === '2') {
            this.send('3');

        } else if (packet.startsWith('40')) {
            this.socketId = JSON.parse(packet.slice(2)).sid;

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

    async register(id) {
        const ack = this.ids++;

        this.send(`42${ack}${JSON.stringify(['register', id])}`);
        await waitFor(() => this.acks.has(ack), `${id} to be registered`);

        return this.acks.get(ack);
    }

    async told(event) {
        await waitFor(() => this.events.length > 0, 'an event');
        assert.deepStrictEqual(this.events.shift(), event);
    }

    leave() {
        this.session.destroy();
    }
}


class PollingSocket extends Socket {

    async listen() {
        while (!this.left) {
            const { status, body } = await this.session.poll().done;

            if (status !== 200) {
                this.closed = true;
                return;
            }

            body.split(eio.SEPARATOR).forEach((packet) => this.take(packet));
        }
    }

    send(packet) {
        this.sending = (this.sending || Promise.resolve()).then(() => {
            return this.session.post(packet);
        });
    }

    leave() {
        this.left = true;
        this.send('1');
    }
}


async function open(t, port, transport, address) {
    const one = transport === 'polling'
        ? new PollingSocket(await eio.polling(port))
        : new Socket(await ws.connect(port, {
            path: `${eio.PATH}&transport=websocket`,
            headers: address ? { 'X-Real-IP': address } : {}
        }));

    one.listen();
    one.send('40');
    await waitFor(() => one.socketId, 'CONNECT');
    t.after(() => one.leave());

    return one;
}


for (const workers of WORKERS) {
    for (const transport of ['websocket', 'polling']) {

        it(`who loses a clientId is told, ${transport}, ${workers} worker(s)`,
           { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serve(t, { workers });
            const one = await open(t, port, transport);
            const two = await open(t, port, 'websocket');

            await one.register('x');
            await one.register('other');
            assert.deepStrictEqual(await two.register('x'), []);
            await one.told(['error', TAKEN]);

            /* it keeps its connection and its other names */

            assert.strictEqual(await hub.print(port, 'other', '1'),
                               hub.RECEIVED);
            await one.told(['print', { printData: '1' }]);
            assert.strictEqual(await hub.print(port, 'x', '2'), hub.RECEIVED);
            await two.told(['print', { printData: '2' }]);

            /* the name falls back to it, which is no takeover */

            two.leave();
            await waitFor(async () => {
                return (await hub.entry(port, 'x')).socketId === one.socketId;
            }, 'the name to fall back');
            assert.strictEqual(await hub.print(port, 'x', '3'), hub.RECEIVED);
            await one.told(['print', { printData: '3' }]);
            assert.deepStrictEqual(one.events, []);
        });
    }


    it(`an older connection takes nothing from a newer one, ${
        workers} worker(s)`, { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serve(t, { workers });
        const reader = await sse.open(port);

        t.after(() => reader.close());

        const one = await open(t, port, 'websocket');
        const two = await open(t, port, 'websocket');

        await two.register('x');
        await one.register('x');
        await two.register('end');
        await reader.until(({ data }) => data.clientId === 'end', 'the end');

        assert.deepStrictEqual(reader.events.map(({ event }) => event),
                               ['client', 'client']);
        assert.deepStrictEqual([one.events, two.events], [[], []]);
    });


    it(`a takeover is an event of streams and of the webhook, ${
        workers} worker(s)`, { skip: NGINX_ONLY }, async (t) => {
        const app = await hook.serve(t);
        const { port } = await serve(t, {
            workers, location: REALIP,
            server: `print_hub_events /told; location = /told { internal;
                     proxy_pass http://127.0.0.1:${app.port}; }`
        });
        const reader = await sse.open(port);

        t.after(() => reader.close());

        const one = await open(t, port, 'websocket', '10.0.0.8');
        const two = await open(t, port, 'websocket', '2001:db8::7');

        await one.register('x');
        await two.register('x');
        await reader.until(({ event, id }) => {
            return event === 'client' && id >= 3;
        }, 'the change');
        assert.deepStrictEqual(reader.events.map(({ event }) => event),
                               ['client', 'takeover', 'client']);

        const [, taken, change] = reader.events.map(({ data }) => data);

        assert.ok(Date.parse(taken.time));
        assert.deepStrictEqual(
            JSON.stringify(taken),
            `{"event":2,"time":"${taken.time}","type":"takeover",`
            + '"clientId":"x","result":"replaced",'
            + '"from":{"address":"10.0.0.8"},"by":{"address":"2001:db8::7"}}');
        assert.deepStrictEqual([change.event, change.type, change.connected],
                               [3, 'client', true]);

        await waitFor(() => app.events.some(({ event }) => event === 3),
                      'the webhook');
        assert.deepStrictEqual(
            app.events.find(({ type }) => type === 'takeover'), taken);
    });


    it(`jobs of a clientId that is taken over, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serve(t, { workers, queue: 100 });
        const one = await open(t, port, 'websocket');

        await one.register('x');

        const ids = await jobs.printAll(port, 'x', 0, 3);

        for (const id of ids) {
            await jobs.becomes(port, id, 'received');
        }

        const two = await open(t, port, 'websocket');

        await two.register('x');
        ids.push(...await jobs.printAll(port, 'x', 3, 6));

        for (const id of ids) {
            await jobs.becomes(port, id, 'received');
        }

        const prints = [one, two].map(({ events }) => {
            return events.filter(([name]) => name === 'print')
                .map(([, { printData }]) => printData);
        });

        assert.deepStrictEqual(prints, [['0', '1', '2'], ['3', '4', '5']]);
    });
}
