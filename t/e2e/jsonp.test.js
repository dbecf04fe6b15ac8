
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Long-polling by scripts and forms (JSONP), by hand: the module and engine.io
 * (TARGET=reference) must answer the same.
 */


'use strict';


const assert = require('node:assert');
const vm = require('node:vm');
const { after, before, describe, it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { WORKERS, FENCE, start } = require('./lib/target');


const LINES = 'a\u2028b\u2029c "\\\n\\n \u4e2d\u{1f600}';


/* the argument with which a script calls function n, and nothing else */

function run(script, n) {
    const calls = [];

    assert.ok(!/[\u2028\u2029\n]/.test(script));
    vm.runInNewContext(script, { ___eio: { [n]: (...args) => {
        calls.push(args);
    } } });
    assert.strictEqual(calls.length, 1);
    assert.strictEqual(calls[0].length, 1);

    return calls[0][0];
}


/* encodes a payload as a client does: a text area of a form */

function form(payload) {
    return `d=${encodeURIComponent(payload.replace(/\\n/g, '\\\\n')
                                          .replace(/\n/g, '\\n'))}`;
}


class Session {

    constructor(port, protocol) {
        this.port = port;
        this.protocol = protocol;
        this.path = `/socket.io/?EIO=${protocol}&transport=polling`;
    }

    async open(n = 3, b64 = '&b64=1') {
        this.n = n;

        const payload = await this.get(`${b64}&j=${n}`);
        const open = this.packets(payload)[0];

        this.sid = JSON.parse(open.slice(1)).sid;
        this.path += `&sid=${this.sid}`;

        if (this.protocol === 3) {
            assert.deepStrictEqual(this.packets(await this.get()), ['40']);

        } else {
            await this.post('40');
            assert.match(await this.get(), /^40\{/);
        }

        return this;
    }

    async get(query = `&j=${this.n}`) {
        const { status, headers, body } = await http.request(
            this.port, this.path + query);

        assert.strictEqual(status, 200);
        assert.strictEqual(headers['content-type'],
                           'text/javascript; charset=UTF-8');
        assert.strictEqual(headers['x-content-type-options'], 'nosniff');
        assert.strictEqual(Number(headers['content-length']),
                           Buffer.byteLength(body));

        return run(body, this.n);
    }

    async raw(body) {
        const answer = await http.request(this.port, {
            method: 'POST', path: `${this.path}&j=${this.n}`, body,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' }
        });

        assert.strictEqual(answer.status, 200);
        assert.strictEqual(answer.body, 'ok');
    }

    post(...packets) {
        return this.raw(form(this.protocol === 4
                             ? packets.join('\x1e')
                             : packets.map((packet) => {
                                 return `${packet.length}:${packet}`;
                             }).join('')));
    }

    packets(payload) {
        const packets = [];

        if (this.protocol === 4) {
            return payload.split('\x1e');
        }

        while (payload) {
            const [head, length] = payload.match(/^(\d+):/);

            packets.push(payload.substr(head.length, Number(length)));
            payload = payload.slice(head.length + Number(length));
        }

        return packets;
    }
}


for (const workers of WORKERS) {
    describe(`JSONP, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers });
            port = target.port;
        });

        after(() => target.stop());

        for (const protocol of [3, 4]) {

            it(`a conversation, protocol ${protocol}`, async () => {
                const session = await new Session(port, protocol).open();
                const fence = protocol === 3 ? [] : FENCE;
                const id = `jsonp ${protocol} ${LINES}`;

                await session.post(`42["register",${JSON.stringify(id)}]`);
                await hub.online(port, id);

                await hub.deliver(port, id, LINES);

                /* protocol 3 has escapes for what is not ASCII */

                const [print, ...rest] = session.packets(await session.get());

                assert.match(print, /^42\[/);
                assert.deepStrictEqual(JSON.parse(print.slice(2)),
                                       ['print', { printData: LINES }]);
                assert.deepStrictEqual(rest, fence);

                /* a GET that waits */

                const poll = session.get();

                await hub.deliver(port, id, 'x');
                assert.deepStrictEqual(
                    session.packets(await poll),
                    ['42["print",{"printData":"x"}]', ...fence]);
            });

            it(`a form that has no payload, protocol ${protocol}`,
               async () => {
                const session = await new Session(port, protocol).open();

                for (const body of ['x=1', '42["x"]', 'd=1&d=2', '&']) {
                    await session.raw(body);
                }

                const id = `still here ${protocol}`;

                await session.post(`42["register","${id}"]`);
                await hub.online(port, id);
            });

            it(`a form with an invalid payload, protocol ${protocol}`,
               async () => {
                const session = await new Session(port, protocol).open();

                await session.raw('d=x');

                const { status } = await http.request(
                    port, `${session.path}&j=${session.n}`);

                assert.strictEqual(status, 400);
            });

            it(`an invalid number, protocol ${protocol}`, async () => {
                const { body } = await http.request(
                    port, `/socket.io/?EIO=${protocol}&transport=polling`
                          + '&b64=1&j=1](alert)//2');

                assert.match(body, /^___eio\[12\]\("(\d+:)?0\{.*\}"\);$/);
            });
        }
    });
}
