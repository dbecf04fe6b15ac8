
/*
 * Copyright (C) the print hub contributors
 */


/* What others must not see: the sid of a session, with which they could act. */


'use strict';


const assert = require('node:assert');
const { it } = require('node:test');

const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const PATH = '/socket.io/?EIO=3&transport=polling';


/* a session of protocol 3 that has joined "/" */

async function polling(port, first = PATH) {
    const { body } = await http.request(port, first);
    const { sid } = JSON.parse(body.slice(body.indexOf('{')));
    const path = `${PATH}&sid=${sid}`;

    assert.strictEqual((await http.request(port, path)).body, '2:40');

    return { sid, path };
}


async function post(port, path, packet) {
    return await http.request(port, {
        method: 'POST', path, body: `${packet.length}:${packet}`,
        headers: { 'Content-Type': 'text/plain;charset=UTF-8' }
    });
}


async function unknown(port, answer) {
    const { status, body } = await answer;

    assert.strictEqual(status, 400);
    assert.strictEqual(body, '{"code":1,"message":"Session ID unknown"}');
}


/* all that the API and the log have of a clientId's socket */

async function seen(target, clientId) {
    const { port } = target;
    const { data } = await http.json(port, '/getStatus');
    const { clients } = await http.json(port, '/clients');
    const one = await http.json(port, `/clients/${clientId}`);
    const all = [data.find((e) => e.clientId === clientId).socketId,
                 clients.find((e) => e.clientId === clientId).socketId,
                 one.socketId];

    await waitFor(() => line(target, clientId), 'its line of the log');

    all.push(line(target, clientId));

    assert.deepStrictEqual(all, Array(4).fill(all[0]));
    assert.match(all[0], /^[\w-]{20}$/);

    return all[0];
}


function line(target, clientId) {
    const [, socketId] = target.log().match(new RegExp(
        `registered, clientId: "${clientId}", socketId: ([\\w-]+)`)) || [];

    return socketId;
}


for (const workers of WORKERS) {
    it(`the socketId of protocol 3 is not the sid, ${workers} worker(s)`,
       { skip: NGINX_ONLY }, async (t) => {
        const target = await serve(t, {
            workers, level: 'info', location: 'print_hub_namespace /other;'
        });
        const { port } = target;
        const { sid, path } = await polling(port);

        await post(port, path, '42["register","root"]');
        await hub.online(port, 'root');
        await post(port, path, '40/other');
        await post(port, path, '42/other,["register","other"]');
        await hub.online(port, 'other');

        const root = await seen(target, 'root');
        const other = await seen(target, 'other');

        assert.strictEqual(new Set([root, other, sid]).size, 3);

        /* nobody can read or close the session by what is published */

        for (const id of [root, other]) {
            await unknown(port, http.request(port, `${PATH}&sid=${id}`));
            await unknown(port, post(port, `${PATH}&sid=${id}`, '1'));
        }

        await hub.deliver(port, 'root', 'x');

        /* the same socket keeps its id, also after the end */

        await post(port, path, '41');
        await hub.offline(port, 'root');
        assert.strictEqual((await hub.entry(port, 'root')).socketId, root);

        await post(port, path, '40');
        await post(port, path, '42["register","again"]');
        await hub.online(port, 'again');
        assert.strictEqual(await seen(target, 'again'), root);

        await post(port, path, '1');
        await hub.offline(port, 'again', 'other');
        assert.strictEqual(await seen(target, 'other'), other);
        assert.strictEqual(await seen(target, 'root'), root);

        assert.ok(!target.log().includes(sid));
    });
}


it('a sid is in no line about its requests', { skip: NGINX_ONLY }, async (t) => {
    const target = await serve(t, {
        level: 'info',
        location: 'limit_except GET POST { deny all; }'
    });
    const { port } = target;
    const { sid, path } = await polling(port);

    function refused() {
        return target.log().split('\n').filter((text) => {
            return /request refused|forbidden by rule/.test(text);
        });
    }

    /* refused by the hub, and by a rule of nginx in front of it */

    await http.request(port, path.replace('polling', 'pigeons'));
    await waitFor(() => refused().length === 1, 'the first line');

    await http.request(port, { method: 'DELETE', path });
    await waitFor(() => refused().length === 2, 'the second line');

    for (const text of refused()) {
        assert.match(text, /request: "[A-Z]+ \/socket\.io\/\?[^"]*sid="/);
        assert.ok(!text.includes(sid));
    }
});


it('a token is in no line about its requests', { skip: NGINX_ONLY },
   async (t) => {
    const token = 'a-token-that-nobody-may-read';
    const target = await serve(t, {
        level: 'info',
        location: `print_hub_token ${token};
                   limit_except GET POST { deny all; }`
    });
    const { port } = target;
    const handshake = `${PATH}&token=${token}`;
    const { sid } = await polling(port, handshake);

    function refused() {
        return target.log().split('\n').filter((text) => {
            return /request refused|forbidden by rule/.test(text);
        });
    }

    await http.request(port, handshake.replace('polling', 'pigeons'));
    await http.request(port, { method: 'DELETE', path: handshake });
    await http.request(port, { method: 'DELETE',
                               path: `${PATH}&sid=${sid}&token=${token}` });
    await waitFor(() => refused().length === 3, 'three lines');

    for (const text of refused()) {
        assert.match(text, /request: "[A-Z]+ \/[^"]*(token|sid)="/);
    }

    assert.ok(!target.log().includes(token));
    assert.ok(!target.log().includes(sid));
});
