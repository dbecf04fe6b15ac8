
/*
 * Copyright (C) the print hub contributors
 */


/* A clientId that a connection registers, while another one has it. */


'use strict';


const assert = require('node:assert');
const { it } = require('node:test');

const { open } = require('./lib/contender');
const hook = require('./lib/hook');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const sse = require('./lib/sse');
const { Steer } = require('./lib/steer');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, LONG, SLOW } = require('./lib/wait');


const LIBRARIES = {
    '4.8': require('socket.io-client').io,
    '3.1.3': require('socket.io-client-3.1').io,
    '2.5': require('socket.io-client-2.5')
};

const REALIP = 'set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;';

/* ms: the holder has so long for its answer */

const ANSWER = 500 * SLOW;

const TAKEN = {
    message: 'register: clientId "x" was taken over', code: 'taken_over',
    clientId: 'x'
};


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


function inUse(id) {
    return ['error', { message: `register: clientId "${id}" is in use`,
                       code: 'client_in_use', clientId: id }];
}


/* serves with a mode; in protocol 4 only the question causes a ping */

function serveMode(t, mode, workers, options = {}) {
    return serve(t, {
        workers, pingInterval: LONG, pingTimeout: ANSWER,
        connectTimeout: LONG, queue: 100, ...options,
        location: `${REALIP} print_hub_takeover ${mode};
                   ${options.location || ''}`
    });
}


function refusals(target) {
    return target.log().split('\n').filter((line) => {
        return line.includes('takeover refused');
    });
}


async function refused(one, id) {
    const ack = one.ask(id);

    await one.told(inUse(id));
    await waitFor(() => one.acks.has(ack), 'the acknowledgement');
    assert.deepStrictEqual(one.acks.get(ack), [{
        error: { code: 'client_in_use',
                 message: `register: clientId "${id}" is in use` }
    }]);
}


/* the holder has the name, and gets what is printed on it */

async function keeps(port, one, id, newcomer) {
    assert.strictEqual((await hub.entry(port, id)).connected, true);
    await hub.deliver(port, id, `for ${id}`);
    await waitFor(() => one.prints.includes(`for ${id}`), 'the print');
    assert.deepStrictEqual(newcomer.prints, []);
}


const NEAR = ['10.0.0.8', '10.0.0.8'];
const FAR = ['10.0.0.8', '10.0.0.9'];
const NET = ['2001:db8::7', '2001:db8::8'];

for (const workers of WORKERS) {
    for (const protocol of [4, 3]) {
        for (const mode of ['replace', 'same_address', 'deny']) {

            it(`${mode}, protocol ${protocol}, ${workers} worker(s)`,
               { skip: NGINX_ONLY }, async (t) => {
                const target = await serveMode(t, mode, workers, protocol === 3
                    ? { pingInterval: ANSWER } : {});

                const cases = [];

                for (const transport of ['websocket', 'polling']) {
                    for (const [from, by] of [NEAR, FAR, NET]) {
                        for (const cut of [false, true]) {
                            cases.push({ mode, protocol, transport, from, by,
                                         cut });
                        }
                    }
                }

                await Promise.all(cases.map((what) => contest(t, target,
                                                              what)));
            });
        }
    }
}


async function contest(t, target, what) {
    const { mode, protocol, transport, from, by, cut } = what;
    const { port } = target;
    const id = JSON.stringify(Object.values(what)).replace(/"/g, '');
    const options = { protocol, interval: ANSWER / 2 };
    const one = await open(t, port, transport, from, options);
    const two = await open(t, port, transport, by, options);

    await one.register(id);

    const asked = mode === 'deny' || (mode === 'same_address'
                                      && [from, by].join() === FAR.join());

    if (cut) {
        one.silent();
    }

    if (asked && !cut) {
        await refused(two, id);
        await keeps(port, one, id, two);

        /* it keeps its connection */

        assert.deepStrictEqual(await two.register(`${id} free`), []);
        assert.strictEqual(one.closed, false);

    } else {
        assert.deepStrictEqual(await two.register(id), []);
        await keeps(port, two, id, one);
    }

    one.leave();
    two.leave();
}


for (const workers of WORKERS) {
    for (const transport of ['websocket', 'polling']) {

        it(`jobs of a holder that is cut, ${transport}, ${workers} worker(s)`,
           { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serveMode(t, 'deny', workers,
                                             { unconfirmed: 'resend' });
            const one = await open(t, port, transport);
            const two = await open(t, port, transport);

            await one.register('x');

            const ids = await jobs.printAll(port, 'x', 0, 3);

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            one.silent();

            const ack = two.ask('x');

            ids.push(...await jobs.printAll(port, 'x', 3, 6));
            await waitFor(() => two.acks.has(ack), 'the registration');

            for (const id of ids) {
                await jobs.becomes(port, id, 'received');
            }

            assert.deepStrictEqual(one.prints.slice(0, 3), ['0', '1', '2']);
            assert.deepStrictEqual(two.prints, ['3', '4', '5']);
            assert.deepStrictEqual(two.events.filter(([name]) => {
                return name === 'error';
            }), []);
        });
    }


    it(`a refused takeover is an event, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const target = await serveMode(t, 'deny', workers);
        const { port } = target;
        const reader = await sse.open(port);

        t.after(() => reader.close());

        const one = await open(t, port, 'websocket', '10.0.0.8');
        const two = await open(t, port, 'polling', '2001:db8::7');

        await one.register('x');
        await refused(two, 'x');
        await two.register('end');
        await reader.until(({ data }) => data.clientId === 'end', 'the end');

        const [, told, end] = reader.events.map(({ data }) => data);

        assert.deepStrictEqual(told, {
            event: 2, time: told.time, type: 'takeover', clientId: 'x',
            result: 'refused', from: { address: '10.0.0.8' },
            by: { address: '2001:db8::7' }
        });
        assert.deepStrictEqual([end.event, end.type], [3, 'client']);

        const [line] = refusals(target);

        assert.ok(line.includes('[warn]') && line.includes(
            'print hub: takeover refused, clientId: "x", '
            + `from: ${one.socketId}, client: 10.0.0.8, `
            + `by: ${two.socketId}, client: 2001:db8::7`), line);
    });


    it(`another one takes the name meanwhile, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serveMode(t, 'deny', workers, {
            server: `location /any/ { print_hub on;
                     print_hub_ping_interval ${LONG}ms;
                     print_hub_ping_timeout ${ANSWER}ms; }`
        });
        const held = await open(t, port, 'websocket');
        const asking = await open(t, port, 'polling');
        const other = await open(t, port, 'websocket');

        await held.register('a');
        await held.register('b');
        held.silent();

        /* the second holder is asked, too, and lives */

        asking.ask('a');
        await waitFor(() => held.pings > 0, 'the question');

        const lives = await open(t, port, 'websocket', '', { base: '/any' });

        await lives.register('a');
        await asking.told(inUse('a'));
        assert.ok(lives.pings > 0);
        await keeps(port, lives, 'a', asking);

        /* the second one is silent; the third one is not asked any more */

        const ack = other.ask('b');
        const second = await open(t, port, 'websocket', '', { base: '/any' });

        await second.register('b');
        second.silent();
        await waitFor(() => second.pings > 0, 'the second question');

        const third = await open(t, port, 'websocket', '', { base: '/any' });

        await third.register('b');
        third.silent();
        await other.told(inUse('b'));
        await waitFor(() => other.acks.has(ack), 'the acknowledgement');
        assert.strictEqual(other.acks.get(ack)[0].error.code, 'client_in_use');
        assert.strictEqual(third.pings, 0);

        /* who asks now waits until it has ended */

        assert.deepStrictEqual(await other.register('b'), []);
        assert.strictEqual((await hub.entry(port, 'b')).socketId,
                           other.socketId);
    });


    it(`a page under deny that is loaded again, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serveMode(t, 'deny', workers);

        for (const transport of ['websocket', 'polling']) {
            const id = `page ${transport}`;

            for (let n = 0; n < 3; n++) {
                const page = await open(t, port, transport);

                assert.deepStrictEqual(await page.register(id), []);
                assert.strictEqual((await hub.entry(port, id)).socketId,
                                   page.socketId);

                /* a browser that leaves a page says nothing by polling */

                page.silent();

                if (transport === 'websocket') {
                    page.leave();
                }
            }
        }
    });


    it(`no way around deny, ${workers} worker(s)`, { skip: NGINX_ONLY },
       async (t) => {
        const { port } = await serveMode(t, 'deny', workers, {
            recovery: '2m', location: 'print_hub_namespace /other;'
        });
        const one = await open(t, port, 'websocket');

        await one.register('x');

        /* another namespace of the same connection */

        one.send('40/other,');
        one.send('42/other,["register","x"]');
        await waitFor(() => one.elsewhere.length > 1, 'the refusal');
        assert.strictEqual(one.elsewhere[1],
                           `42/other,${JSON.stringify(inUse('x'))}`);
        assert.strictEqual(one.pings, 0);
        assert.strictEqual((await hub.entry(port, 'x')).socketId, one.socketId);

        /* a socket that is recovered, after another one has got its name */

        const { pid, socketId } = one;

        one.leave();
        await hub.offline(port, 'x');

        const two = await open(t, port, 'polling');

        await two.register('x');

        const back = await open(t, port, 'websocket', '', {
            auth: JSON.stringify({ pid, offset: '' })
        });

        assert.notStrictEqual(back.socketId, socketId);
        await refused(back, 'x');
        await keeps(port, two, 'x', back);

        /* and one that is recovered while another one asks for its name */

        two.leave();
        await hub.offline(port, 'x');
        await back.register('x');
        back.silent();

        const three = await open(t, port, 'websocket');

        three.ask('x');
        await waitFor(() => back.pings > 0, 'the question');

        const again = await open(t, port, 'websocket', '', {
            auth: JSON.stringify({ pid: back.pid, offset: '' })
        });

        assert.strictEqual(again.socketId, back.socketId);
        await three.told(inUse('x'));
        await keeps(port, again, 'x', three);
    });


    it(`a connection asks for a few names at a time, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serveMode(t, 'deny', workers,
                                         { maxClientIds: 2 });
        const held = await open(t, port, 'websocket');
        const more = await open(t, port, 'websocket');
        const two = await open(t, port, 'websocket');

        await held.register('a');
        await held.register('b');
        await more.register('c');
        held.silent();

        const acks = [two.ask('a'), two.ask('b')];

        two.ask('c');
        await two.told(['error', {
            message: 'register: a connection may have 2 clientIds',
            code: 'too_many_client_ids', clientId: 'c'
        }]);
        await waitFor(() => acks.every((ack) => two.acks.has(ack)),
                      'the registrations');
        await keeps(port, two, 'a', held);
    });


    it(`what waits has a bound in bytes, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const target = await serveMode(t, 'deny', workers, {
            maxPayload: 20000, http: 'print_hub_message_buffer 90000;',
            location: 'print_hub_info 16k;'
        });
        const { port } = target;
        const held = await open(t, port, 'websocket');
        const two = await open(t, port, 'websocket');
        const names = ['a', 'b', 'c', 'd', 'e', 'f'];

        for (const name of names) {
            await held.register(name);
        }

        held.silent();

        for (const name of names) {
            two.send(`42${JSON.stringify(['register', name, {
                info: 'x'.repeat(16000)
            }])}`);
        }

        /* it is closed, so that it comes back: nobody knows the answer */

        await waitFor(() => two.closed, 'the end');
        assert.deepStrictEqual(two.events, []);
        assert.match(target.log(), /incomplete messages hold 90000, .* client: -/);

        const three = await open(t, port, 'websocket');

        assert.deepStrictEqual(await three.register('a'), []);
    });


    for (const transport of ['websocket', 'polling']) {

        it(`who asks leaves, ${transport}, ${workers} worker(s)`,
           { skip: NGINX_ONLY }, async (t) => {
            const { port } = await serveMode(t, 'deny', workers);
            const held = await open(t, port, 'websocket');
            const two = await open(t, port, transport);

            await held.register('x');
            held.silent();
            two.ask('x');
            await waitFor(() => held.pings > 0, 'the question');

            if (transport === 'websocket') {
                two.leave();

            } else {
                two.silent();
                two.posting.abort();
            }

            await hub.offline(port, 'x');
        });


        it(`the worker of who asks dies, ${transport}, ${workers} worker(s)`,
           { skip: NGINX_ONLY || (workers === 1 && 'it has the holder, too') },
           async (t) => {
            const target = await serveMode(t, 'deny', workers);
            const { port } = target;
            const steer = new Steer(port, target.workers());
            const held = await open(t, port, 'websocket');
            const pid = steer.workers.find((one) => {
                return one !== held.session.worker;
            });
            const two = transport === 'polling'
                ? await open(t, port, 'polling')
                : await open(t, port, 'websocket', '', {
                    socket: await steer.take(pid)
                });

            t.after(() => steer.end());

            if (transport === 'polling') {
                two.session.wire = steer.wire(held.session.worker, pid);
            }

            await held.register('x');
            held.silent();

            const ack = two.ask('x');

            await waitFor(() => held.pings > 0, 'the question');
            await target.kill(pid);

            /* its client sees that; nobody is half registered */

            await waitFor(() => two.closed || two.failed, 'the end');
            two.session.wire = http;
            await hub.offline(port, 'x');
            assert.strictEqual(two.acks.has(ack), false);

            const three = await open(t, port, transport);

            assert.deepStrictEqual(await three.register('x'), []);
        });
    }
}


/* real clients wait, longer than their server's heartbeat takes */

for (const workers of WORKERS) {
    it(`client libraries under deny, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const { port } = await serveMode(t, 'deny', workers, {
            pingInterval: ANSWER, pingTimeout: 3 * ANSWER,
            upgradeTimeout: LONG
        });
        const cases = [];

        for (const io of Object.values(LIBRARIES)) {
            for (const transports of [['polling'], ['websocket'],
                                      ['polling', 'websocket']]) {
                cases.push({ io, transports, id: `library ${cases.length}` });
            }
        }

        await Promise.all(cases.map(async ({ io, transports, id }) => {
            const held = await open(t, port, 'websocket');
            const options = { forceNew: true, transports };
            const [one, two] = [0, 1].map(() => {
                const socket = io(`http://127.0.0.1:${port}`,
                                  { ...options, autoConnect: false });

                socket.prints = [];
                socket.drops = 0;
                socket.on('print', ({ printData }) => {
                    socket.prints.push(printData);
                });
                socket.on('disconnect', () => socket.drops++);
                socket.on('error', (error) => {
                    socket.error = error;
                });
                socket.on('connect', () => {
                    socket.emit('register', id, () => {
                        socket.registered = true;
                    });
                });
                t.after(() => socket.close());

                return socket;
            });

            await held.register(id);
            held.silent();

            one.open();
            await waitFor(() => one.registered, `${id} to be registered`);
            two.open();
            await waitFor(() => two.error, `${id} to be refused`);
            assert.strictEqual(two.error.code, 'client_in_use');
            await keeps(port, one, id, two);
            assert.deepStrictEqual([one.drops, two.drops], [0, 0]);
        }));
    });
}


it('a worker asks for a few names at a time', { skip: NGINX_ONLY },
   async (t) => {
    const { port } = await serveMode(t, 'deny', 1, {
        maxClientIds: 64, pingTimeout: LONG
    });
    const held = [];
    const asking = [];

    for (let n = 0; n < 17; n++) {
        held.push(await open(t, port, 'websocket'));
        asking.push(await open(t, port, 'websocket'));

        await Promise.all(Array.from({ length: 64 }, (value, i) => {
            return held[n].register(`${n} ${i}`);
        }));
        held[n].silent();
    }

    for (let n = 0; n < 16; n++) {
        for (let i = 0; i < 64; i++) {
            asking[n].ask(`${n} ${i}`);
        }

        assert.deepStrictEqual(await asking[n].register(`free ${n}`), []);
    }

    /* what has no room any more is asked again by a client that comes back */

    asking[16].ask('16 0');
    await waitFor(() => asking[16].closed, 'the end');
    assert.ok(asking.slice(0, 16).every(({ closed }) => !closed));

    /* those that leave make room */

    asking[0].leave();

    let tries = 0;

    await waitFor(async () => {
        const late = await open(t, port, 'websocket');

        late.ask('16 0');

        const ack = late.ask(`late ${tries++}`);

        await waitFor(() => late.closed || late.acks.has(ack), 'an answer');

        return !late.closed;

    }, 'room');
});
