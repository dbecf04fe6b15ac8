
/*
 * Copyright (C) the print hub contributors
 */


/* How the rows of the tables beside this file are run. */


'use strict';


const assert = require('node:assert');

const eio = require('../lib/eio');
const http = require('../lib/raw_http');
const ws = require('../lib/raw_ws');


/* an attempt to join this answers for a session that is alive */

const CALL = '40/call,';
const ANSWER = '44/call,{"message":"Invalid namespace"}';

const UNKNOWN = '{"code":1,"message":"Session ID unknown"}';


/* why a row is not for this target, else false */

function skip(row, target) {
    if (target.kind === 'nginx') {
        return false;
    }

    if (row.nginxOnly) {
        return row.nginxOnly;
    }

    return row.since !== undefined && older(target.version, row.since)
           && `the reference does so since ${row.since}`;
}


function older(a, b) {
    return a.localeCompare(b, 'en', { numeric: true }) < 0;
}


/* the row as this target is to have it */

function fit(row, target) {
    return target.kind === 'nginx' ? { ...row, ...row.ours } : row;
}


function compare(value, expected, what) {
    if (expected instanceof RegExp) {
        assert.match(value, expected, what);

    } else {
        assert.strictEqual(value, expected, what);
    }
}


function compareAll(values, expected) {
    assert.strictEqual(values.length, expected.length,
                       `came ${JSON.stringify(values)}, `
                       + `expected ${expected.map(String)}`);

    values.forEach((value, i) => compare(value, expected[i]));
}


function compareAnswer(answer, { status, answer: body, expect = {} }) {
    assert.strictEqual(answer.status, status, answer.body);

    if (body !== undefined) {
        compare(answer.body, body);
    }

    for (const [name, value] of Object.entries(expect)) {
        assert.strictEqual(normal(name, answer.headers[name]), value, name);
    }
}


/* the order of a list of names means nothing */

function normal(name, value) {
    return name === 'vary' && value !== undefined
           ? value.split(', ').sort().join(', ') : value;
}


/* the path with {sid} and {ws} replaced, and what is to be closed again */

async function prepare(port, path) {
    if (path.includes('{ws}')) {
        const socket = await eio.websocket(port);

        return { path: path.replace('{ws}', socket.sid), socket };
    }

    if (path.includes('{sid}')) {
        const session = await eio.polling(port);

        return { path: path.replace('{sid}', session.sid), session };
    }

    return { path };
}


async function runRequest(row, target) {
    const { path, socket, session } = await prepare(target.port, row.path);
    const answer = await http.request(target.port, { ...row, path });

    compareAnswer(answer, row);

    if (session && answer.status !== 400 && answer.status !== 200) {
        await session.post('40');
        assert.match((await session.receive())[0], /^40/, 'still there');
    }

    if (session) {
        await session.post('1');
    }

    if (socket) {
        socket.destroy();
    }
}


async function runUpgrade(row, target) {
    const answer = await ws.connect(target.port, row);

    if (row.status !== 101) {
        compareAnswer(answer, row);
        return;
    }

    assert.ok(answer.frames, `${answer.status} ${answer.body}`);
    compareAnswer(answer.answer, row);

    const { headers, key } = answer.answer;

    assert.strictEqual(headers['sec-websocket-accept'], ws.accept(key));
    assert.strictEqual(headers.upgrade.toLowerCase(), 'websocket');
    assert.strictEqual(headers.connection.toLowerCase(), 'upgrade');
    assert.match(await answer.next(), new RegExp('^0\\{"sid":"[\\w-]{20}",'
        + '"upgrades":\\[\\],"pingInterval":25000,"pingTimeout":20000,'
        + '"maxPayload":1000000\\}$'));

    answer.destroy();
}


/* frames until the expected ones came, or the end */

async function frames(socket, expected, closing) {
    const came = [];

    while (came.length < expected.length) {
        const frame = await socket.next();

        if (frame === null) {
            break;
        }

        came.push(frame);
    }

    compareAll(came, expected);

    if (closing) {
        socket.socket.end();
        assert.deepStrictEqual(await socket.rest(), [], 'behind the close');
        assert.ok(socket.clean, 'the connection was reset');
    }
}


async function runFrames(row, target) {
    const { expect } = row;
    const closing = /^close/.test(expect[expect.length - 1]);
    const socket = await eio.websocket(target.port);

    if (row.joined) {
        await eio.join(socket);
    }

    for (const bytes of row.send) {
        socket.raw(bytes);
        await new Promise((resolve) => setImmediate(resolve));
    }

    if (closing) {
        await frames(socket, expect, true);
        return;
    }

    socket.text(CALL);
    await frames(socket, [...expect, ANSWER]);
    socket.destroy();
}


async function runWebsocket(row, target) {
    const { packets, answers = [], end } = { ...row, ...row.websocket };
    const socket = await eio.websocket(target.port);

    if (row.joined) {
        await eio.join(socket);
    }

    if (row.parted) {
        socket.text('41');
        socket.text(CALL);
        await frames(socket, [ANSWER]);
    }

    for (const packet of packets) {
        socket.send(typeof packet === 'string' ? ws.TEXT : ws.BINARY, packet);
    }

    if (end) {
        await frames(socket, [...answers, 'close'], true);

        assert.strictEqual((await new eio.Polling(target.port, socket.open)
                            .get()).body, UNKNOWN);
        return;
    }

    await frames(socket, answers);
    socket.text(CALL);
    await frames(socket, [ANSWER]);
    socket.destroy();
}


function payload(packets) {
    return packets.map((packet) => {
        return typeof packet === 'string' ? packet
                                          : `b${packet.toString('base64')}`;

    }).join(eio.SEPARATOR);
}


/* by long-polling while a GET waits (waiting), or while none does */

async function runPolling(row, target, waiting) {
    const { packets, answers: some = [], end } = { ...row, ...row.polling };
    const answers = [...some];
    const session = await eio.polling(target.port);

    if (row.joined) {
        await session.join();
    }

    if (row.parted) {
        await post(session, ['41']);
        await post(session, [CALL]);
        compareAll(await session.receive(), [ANSWER]);
    }

    const poll = waiting ? await target.park(session) : null;

    await post(session, packets);

    if (end) {
        await compareEnd(session, poll, end, answers);
        return;
    }

    if (answers.length === 0) {
        await post(session, [CALL]);
        answers.push(ANSWER);
    }

    const came = poll ? packetsOf(await poll.done) : [];

    while (came.length < answers.length) {
        came.push(...await session.receive());
    }

    compareAll(came, answers);
    await session.post('1');
}


async function post(session, packets) {
    const { status, body } = await session.post(payload(packets));

    assert.strictEqual(status, 200);
    assert.strictEqual(body, 'ok');
}


function packetsOf({ status, body }) {
    assert.strictEqual(status, 200, body);

    return body.split(eio.SEPARATOR);
}


async function compareEnd(session, poll, end, answers) {
    if (poll) {
        const came = packetsOf(await poll.done);

        if (answers.length && came.length === answers.length) {

            /* the worker of the GET has sent the answers before the end */

            assert.deepStrictEqual(came, answers);
            assert.deepStrictEqual(await session.receive(), ['6', '1']);

        } else {
            assert.deepStrictEqual(came,
                                   [...answers, end === 'client' ? '6' : '1']);
        }

    } else if (end === 'forced') {
        if (answers.length) {
            assert.deepStrictEqual(await session.receive(), answers);
        }

        assert.deepStrictEqual(await session.receive(), ['6', '1']);
    }

    const { status, body } = await session.get();

    assert.strictEqual(status, 400);
    assert.strictEqual(body, UNKNOWN);
}


module.exports = {
    skip, fit, runRequest, runUpgrade, runFrames, runWebsocket, runPolling,
    frames, UNKNOWN, CALL, ANSWER
};
