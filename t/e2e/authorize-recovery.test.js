
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_authorize: a station that comes back is asked all the same. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const authorizers = require('./lib/authorizer');
const eio = require('./lib/eio');
const hub = require('./lib/hub');
const recovery = require('./lib/recovery');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { LONG } = require('./lib/wait');


const OPEN = '/open/socket.io/?EIO=4';


/* n members of a JSON object */

function members(n) {
    return Array(n).fill(0).map((zero, i) => `"m${i}":${i}`).join(',');
}


for (const workers of WORKERS) {
    describe(`authorizer and recovery, ${workers} worker(s)`,
             { skip: NGINX_ONLY }, () => {

        async function start(t, ask, more = {}) {
            const authorizer = await authorizers.serve(t);
            const { port } = await serve(t, authorizers.options(authorizer, {
                workers, ask, recovery: `${LONG}ms`, ...more
            }));

            return { authorizer, port };
        }

        /* a socket whose session is lost, registered as "x" */

        async function lost(port, open) {
            const one = await recovery.socket(port, 'x', open);

            one.destroy();
            await hub.offline(port, 'x');

            return one;
        }

        for (const at of ['register', 'connect,register']) {
            it(`at=${at}: a clientId is asked again`, async (t) => {
                const { authorizer, port } = await start(t, `at=${at}`, {
                    server: `print_hub_recovery ${LONG}ms;
                             location /open/ { print_hub on; }`
                });

                const one = await recovery.socket(port, 'y');

                assert.strictEqual(one.pid, undefined);
                one.destroy();

                /* it has a pid, from a location where nobody is asked */

                const old = await lost(port,
                                       (to) => eio.websocket(to, OPEN));

                assert.strictEqual(typeof old.pid, 'string');

                authorizer.decide = ({ event }) => {
                    return event === 'register' ? { status: 403, body: 'no' }
                                                : {};
                };

                const again = await recovery.back(port, old.pid, '');

                assert.strictEqual(again.pid, undefined);
                assert.notStrictEqual(again.sid, old.sid);
                assert.ok(!(await hub.entry(port, 'x')).connected);

                again.text('42["register","x"]');
                assert.match(await recovery.next(again, '42'),
                             /"code":"forbidden"/);
                assert.ok(!(await hub.entry(port, 'x')).connected);

                const { auth, recovered } = authorizer.asked.at(-1);

                assert.deepStrictEqual(auth, {});
                assert.strictEqual(recovered, false);
                assert.ok(authorizer.asked.every((one) => !one.recovered));

                again.destroy();
            });
        }

        it('at=connect: a recovery is asked', async (t) => {
            const { authorizer, port } = await start(t, 'at=connect');
            const old = await lost(port);
            const back = JSON.stringify({ k: 1, pid: old.pid, offset: '' });
            const again = await eio.websocket(port);

            authorizer.decide = () => ({ status: 403, body: 'not again' });
            again.text(`40${back}`);
            assert.strictEqual(await recovery.next(again, '44'),
                               '44{"message":"not again"}');
            assert.ok(!(await hub.entry(port, 'x')).connected);

            authorizer.decide = () => ({});
            again.text(`40${back}`);

            const { sid, pid } = JSON.parse(
                (await recovery.next(again, '40')).slice(2)
            );

            assert.strictEqual(sid, old.sid);
            assert.strictEqual(pid, old.pid);

            for (const { recovered, auth } of authorizer.asked.slice(-2)) {
                assert.strictEqual(recovered, true);
                assert.deepStrictEqual(auth, { k: 1 });
            }

            again.destroy();
        });

        for (const [what, auth, recovered] of [
            ['escapes in the names', (pid) => {
                return `{"\\u0070id":"${pid}","k":1,"off\\u0073et":""}`;
            }, true],
            ['64 members', (pid) => `{"pid":"${pid}",${members(63)}}`, true],
            ['65 members', (pid) => `{"pid":"${pid}",${members(64)}}`, false],
            ['65 members and pid at the end',
             (pid) => `{${members(64)},"pid":"${pid}"}`, false]
        ]) {
            it(`what is asked is what is done: ${what}`, async (t) => {
                const { authorizer, port } = await start(t, 'at=connect');
                const old = await lost(port);
                const again = await eio.websocket(port);

                again.text(`40${auth(old.pid)}`);

                const { sid, pid } = JSON.parse(
                    (await recovery.next(again, '40')).slice(2)
                );
                const asked = authorizer.asked.at(-1);

                assert.strictEqual(asked.recovered, recovered);
                assert.strictEqual(sid === old.sid, recovered);
                assert.strictEqual(pid === old.pid, recovered);

                if (recovered) {
                    assert.ok(!('pid' in asked.auth));
                    assert.ok(!('offset' in asked.auth));
                }

                again.destroy();
            });
        }

        it('X-Print-Expires ends the recovery as well', async (t) => {
            const { authorizer, port } = await start(t, 'at=connect');

            authorizer.decide = () => {
                return { headers: { 'X-Print-Expires': '1' } };
            };

            const old = await recovery.socket(port, 'x');

            assert.strictEqual(await recovery.next(old, 'close'),
                               'close 1008');
            await hub.offline(port, 'x');

            authorizer.decide = () => ({});

            const again = await recovery.back(port, old.pid, '');

            assert.notStrictEqual(again.sid, old.sid);
            assert.notStrictEqual(again.pid, old.pid);
            assert.ok(!(await hub.entry(port, 'x')).connected);

            again.destroy();
        });
    });
}
