
/*
 * Copyright (C) the print hub contributors
 */


/* Stations and prints, with the legacy events and answers. */


'use strict';


const assert = require('node:assert');
const { after, before, describe, it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { NGINX_ONLY, WORKERS, serve, start } = require('./lib/target');


const ANSWERS = {
    taken: '{"message":"参数已接收"}',
    offline: '{"message":"打印机离线"}',
    unknown: '{"message":"打印机不存在"}'
};

const TYPE = 'application/json; charset=utf-8';


/* one answer, byte for byte */

async function answers(port, options, body) {
    const answer = await http.request(port, options);

    assert.strictEqual(answer.body, body);
    assert.strictEqual(answer.status, 200);
    assert.strictEqual(answer.headers['content-type'], TYPE);
    assert.strictEqual(answer.headers['access-control-allow-origin'], '*');
}


for (const workers of WORKERS) {
    describe(`the story, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers });
            port = target.port;
        });

        after(() => target.stop());

        const stations = {};

        it('nobody is there', async () => {
            await answers(port, '/getStatus', '{"data":[]}');
            await answers(port, '/startPrint?clientId=123&printData=a',
                          ANSWERS.unknown);
        });

        it('three stations come', async () => {
            for (const id of ['station 1', 'station 2', '3']) {
                stations[id] = await station.websocket(port, id);
            }

            await answers(port, '/getStatus', statusOf([
                ['station 1', true], ['station 2', true], ['3', true]
            ]));
        });

        it('one of them leaves', async () => {
            stations['station 2'].leave();
            await hub.offline(port, 'station 2');

            await answers(port, '/getStatus', statusOf([
                ['station 1', true], ['station 2', false], ['3', true]
            ]));
        });

        it('prints', async () => {
            await answers(port, '/startPrint?clientId=3&printData=hello',
                          ANSWERS.taken);
            await answers(port, '/startPrint?clientId=station+2&printData=x',
                          ANSWERS.offline);
            await answers(port, '/startPrint?clientId=33&printData=x',
                          ANSWERS.unknown);

            await stations[3].printed(1);
            assert.deepStrictEqual(stations[3].prints, ['hello']);
            assert.deepStrictEqual(stations['station 1'].prints, []);
        });

        it('it comes back under another socket id', async () => {
            const before = await hub.entry(port, 'station 2');

            stations['station 2'] = await station.polling(port, 'station 2');

            const now = await hub.entry(port, 'station 2');

            assert.notStrictEqual(now.socketId, before.socketId);
            await answers(port, '/startPrint?clientId=station%202&printData=b',
                          ANSWERS.taken);
            await stations['station 2'].printed(1);

            await answers(port, '/getStatus', statusOf([
                ['station 1', true], ['station 2', true], ['3', true]
            ]));
        });

        it('all of them leave', async () => {
            for (const one of Object.values(stations)) {
                one.leave();
            }

            await hub.offline(port, 'station 1', 'station 2', '3');
        });

        function statusOf(list) {
            return JSON.stringify({
                data: list.map(([clientId, connected]) => ({
                    clientId, connected, socketId: stations[clientId].socketId
                }))
            });
        }
    });

    describe(`registration, ${workers} worker(s)`, () => {
        let target;
        let port;

        before(async () => {
            target = await start({ workers, maxClientIds: 64 });
            port = target.port;
        });

        after(() => target.stop());

        it('the newest one wins', async () => {
            const old = await station.websocket(port, 'A');
            const recent = await station.polling(port, 'A');

            await hub.deliver(port, 'A', 'for the newest');
            await recent.printed(1);

            old.leave();
            assert.ok(await hub.isOnline(port, 'A'));
            await hub.deliver(port, 'A', 'still');
            await recent.printed(2);

            assert.deepStrictEqual(old.prints, []);
            recent.leave();
            await hub.offline(port, 'A');
        });

        it('the old one stays connected and may come back', async () => {
            const old = await station.websocket(port, 'B');
            const recent = await station.websocket(port, 'B');

            await old.register('B');
            await hub.deliver(port, 'B', 'back');
            await old.printed(1);

            recent.leave();
            assert.ok(await hub.isOnline(port, 'B'));
            old.leave();
            await hub.offline(port, 'B');
        });

        it('twice by one socket', async () => {
            const one = await station.websocket(port, 'C');

            await one.register('C');
            await hub.deliver(port, 'C', 'once');
            await one.printed(1);

            one.leave();
            await hub.offline(port, 'C');

            const all = await hub.status(port);

            assert.strictEqual(all.filter((e) => e.clientId === 'C').length,
                               1);
        });

        for (const transport of ['websocket', 'polling']) {
            it(`several by one socket, ${transport}`, async () => {
                const ids = [1, 2, 3, 4, 5].map((n) => `${transport} ${n}`);
                const one = await station[transport](port, ids[0]);

                await one.register(...ids.slice(1));

                for (const id of ids) {
                    await hub.deliver(port, id, id);
                }

                await one.printed(5);
                assert.deepStrictEqual(one.prints, ids);

                one.leave();
                await hub.offline(port, ...ids);
            });
        }

        it('DISCONNECT, and CONNECT again', async () => {
            const one = await station.websocket(port, 'D');
            const { socketId } = one;

            one.send('41');
            await hub.offline(port, 'D');
            assert.strictEqual(await hub.print(port, 'D', 'x'), hub.OFFLINE);

            one.socketId = undefined;
            await one.start();
            assert.notStrictEqual(one.socketId, socketId);
            await hub.deliver(port, 'D', 'again');
            await one.printed(1);
            assert.deepStrictEqual(one.prints, ['again']);
            one.leave();
        });

        it('a number', async () => {
            const one = await station.websocket(port, 'E');

            for (const [value, id] of [[42, '42'], [-1, '-1'], [0, '0'],
                                       [1.5, '1.5'], [1e21, '1e+21']])
            {
                await one.register(value);
                await hub.deliver(port, id, id);
            }

            one.emit('register', 1.0);
            one.send('42["register",2.50]');
            await hub.online(port, '1', '2.5');
            one.leave();
        });

        it('arguments behind the clientId', async () => {
            const one = await station.websocket(port, 'F');

            one.emit('register', 'G', { more: true }, 1);
            await hub.online(port, 'G');
            one.leave();
        });

        it('what no clientId is', async () => {
            const one = await station.websocket(port, 'H');
            const before = await hub.status(port);

            for (const args of [[], [null], [{}], [{ a: 1 }], [[]], [['a']]]) {
                one.emit('register', ...args);
            }

            /* when the print behind them arrives, all have been read */

            await one.register('I');
            await hub.deliver(port, 'H', 'last');
            await one.printed(1);

            assert.strictEqual(one.events.length, 6);

            for (const [name, value] of one.events) {
                assert.strictEqual(name, 'error');
                assert.deepStrictEqual(Object.keys(value), ['message']);
                assert.strictEqual(typeof value.message, 'string');
            }

            const now = await hub.status(port);

            assert.strictEqual(now.length, before.length + 1);
            one.leave();
        });

        it('a clientId that is too long', { skip: NGINX_ONLY }, async () => {
            const one = await station.websocket(port, 'J');

            one.emit('register', 'j'.repeat(5000));
            await one.register('K');
            await hub.deliver(port, 'J', 'last');
            await one.printed(1);

            assert.strictEqual(one.events.length, 1);
            assert.strictEqual(one.events[0][0], 'error');
            one.leave();
        });

        it('names that JavaScript knows', async () => {
            const ids = ['__proto__', 'constructor', 'toString', 'undefined',
                         'null', 'hasOwnProperty'];
            const one = await station.websocket(port, 'L');

            for (const id of ids) {
                assert.strictEqual(await hub.print(port, id, id), hub.UNKNOWN);
                await one.register(id);
                await hub.deliver(port, id, id);
            }

            await one.printed(ids.length);
            assert.deepStrictEqual(one.prints, ids);
            one.leave();
            await hub.offline(port, ...ids);
        });

        it('any text', async () => {
            const ids = ['打印机 1', '😀', 'a"b\\c/d', 'line\nfeed\ttab',
                         '\u0001\u001f\u007f', 'a&b=c#d?e', '%41', '<b>',
                         '\u2028\u00e9', ' '];
            const one = await station.websocket(port, 'M');

            for (const id of ids) {
                await one.register(id);
                await hub.deliver(port, id, id);
            }

            await one.printed(ids.length);
            assert.deepStrictEqual(one.prints, ids);

            const { body } = await http.request(port, '/getStatus');

            for (const id of ids) {
                assert.ok(body.includes(`{"clientId":${JSON.stringify(id)},`
                                        + '"connected":true,"socketId":'),
                          JSON.stringify(id));
            }

            one.leave();
        });

        it('other events', async () => {
            const one = await station.websocket(port, 'N');

            one.emit('unheard of', 1, 2);
            one.emit('print', { printData: 'x' });
            one.emit('Register', 'O');
            await one.register('P');

            assert.strictEqual(await hub.entry(port, 'O'), undefined);
            one.leave();
        });
    });
}


it('the order is that of first registration', async (t) => {
    const { port } = await serve(t, {});
    const ids = ['b', '10', 'a', '9', '__proto__', '1', 'c'];
    const one = await station.websocket(port, ids[0]);

    for (const id of ids.slice(1)) {
        await one.register(id);
    }

    one.leave();
    await hub.offline(port, ...ids);
    await station.websocket(port, '9');
    await station.websocket(port, 'd');

    assert.deepStrictEqual((await hub.status(port)).map((e) => e.clientId),
                           [...ids, 'd']);
});


it('socketId is the sid of CONNECT', async (t) => {
    const { port } = await serve(t, {});
    const session = await eio.polling(port);
    const sid = await session.join();

    await session.post('42["register","x"]');
    await hub.online(port, 'x');

    assert.match(sid, /^[\w-]{20}$/);
    assert.notStrictEqual(sid, session.sid);
    assert.strictEqual((await hub.entry(port, 'x')).socketId, sid);
});


describe('paths', () => {
    let target;

    before(async () => {
        target = await start({});
    });

    after(() => target.stop());

    for (const path of ['/getStatus', '/getstatus', '/GETSTATUS',
                        '/getStatus/', '/getStatus?a=b', '/getstatus/?'])
    {
        it(path, () => answers(target.port, path, '{"data":[]}'));
    }

    for (const path of ['/startPrint', '/startprint/', '/STARTPRINT?a=1',
                        '/startPrint/?clientId=1', '/startPrint?clientId',
                        '/startPrint?clientId=', '/startPrint?',
                        '/startPrint?clientId=1&clientId=2',
                        '/startPrint?clientId[]=1',
                        '/startPrint?clientId[a]=1'])
    {
        it(path, () => answers(target.port, path, ANSWERS.unknown));
    }

    for (const path of ['/', '/getStatus/x', '/getStatusx', '/x/getStatus',
                        '/startPrintx', '/socket.io'])
    {
        it(`${path}: 404`, async () => {
            const { status } = await http.request(target.port, path);

            assert.strictEqual(status, 404);
        });
    }

    it('HEAD', async () => {
        const answer = await http.request(target.port, {
            method: 'HEAD', path: '/getStatus'
        });

        assert.strictEqual(answer.status, 200);
        assert.strictEqual(answer.headers['content-type'], TYPE);
        assert.strictEqual(answer.body, '');
    });
});
