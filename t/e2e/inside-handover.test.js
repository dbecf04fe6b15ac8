
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A worker is killed in the midst of a hand-over, at chosen instructions: the
 * connections that it owned are closed, and all others go on.
 */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const hub = require('./lib/hub');
const http = require('./lib/raw_http');
const inside = require('./lib/inside');
const station = require('./lib/station');
const tls = require('./lib/tls');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY, serve } = require('./lib/target');
const { waitFor, LONG } = require('./lib/wait');


const NUMBER = 24;

const OPTIONS = {
    main: inside.MAIN, limit: 'off',
    pingInterval: LONG, pingTimeout: LONG
};

/*
 * The worker that is killed, where, and how many connections go on at least.
 * What a new worker has not adopted goes to the one that nginx starts in its
 * place.
 */

const POINTS = [
    ...[1, 9].map((call) => {
        return { who: 'old', name: 'ngx_print_session_hand', call, alive: 0 };
    }),
    ...[1, 5].map((call) => {
        return { who: 'new', name: 'ngx_print_eio_adopt', call,
                 alive: NUMBER - call + 1 };
    }),
    ...[0, 20, 40, 50, 60, 70, 80, 90, 100, 120, 140].map((steps) => {
        return { who: 'new', name: 'ngx_print_session_adopt', call: 4, steps,
                 alive: NUMBER - 4 };
    }),

    /* with TLS, all connections end with the old worker */

    ...['ngx_print_eio_pump_open', 'ngx_print_eio_pump_begin'].map((name) => {
        return { who: 'old', name, call: 5, alive: 0, secure: true };
    }),
    { who: 'new', name: 'ngx_print_eio_adopt', call: 5, alive: NUMBER - 4,
      secure: true },
    ...[0, 70].map((steps) => {
        return { who: 'new', name: 'ngx_print_session_adopt', call: 4, steps,
                 alive: NUMBER - 4, secure: true };
    })
];


describe('inside a hand-over', { skip: NGINX_ONLY }, () => {

    for (const point of POINTS) {
        const { who, name, call, steps = 0, secure = false } = point;

        it(`the ${who} worker dies in ${name}, call ${call}, step ${steps}`
           + `${secure ? ', TLS' : ''}`, async (t) => {
            const server = secure ? await tls.listen() : {};
            const nginx = await serve(t, {
                workers: 1, ...OPTIONS, server: server.server,
                http: secure ? 'print_hub_handover on tls=1h;' : ''
            });
            const { port } = nginx;
            const old = nginx.workers();
            const reason = await inside.forbidden(old[0]);

            if (reason) {
                t.skip(reason);
                return;
            }

            nginx.allow(/exited on signal 9/,
                        /shared memory zone .* was locked by/);

            const all = await Promise.all(sequence(NUMBER).map((id) => {
                return secure ? tls.websocket(server, port, id)
                              : station.websocket(port, id);
            }));

            /* the old one goes on when the new one is there, and watched */

            process.kill(old[0], 'SIGSTOP');
            await nginx.reconfigure();

            let young;

            await waitFor(() => {
                young = nginx.workers().filter((pid) => !old.includes(pid));
                return young.length === 1;
            }, 'a new worker');

            const victim = who === 'old' ? old[0] : young[0];
            const death = await inside.kill(victim, name, { call, steps });

            process.kill(old[0], 'SIGCONT');

            if (!secure) {
                await nginx.gone(old);
            }

            assert.ok(await death.reached());
            await nginx.ready();

            /* what the dead one owned is closed, and nothing else is */

            let open = 0;

            for (const one of all) {
                const message = await hub.print(port, one.id, 'x');

                await waitFor(() => one.closed || one.prints.length,
                              () => `${one.id}: ${message}`);

                if (!one.closed) {
                    open++;
                    assert.deepStrictEqual(one.prints, ['x']);
                    one.leave();
                }
            }

            t.diagnostic(`${open} of ${NUMBER} go on`);

            assert.ok(open >= point.alive, open);

            await waitFor(async () => {
                return (await http.json(port, '/zone')).sessions.used === 0;
            }, 'all sessions to end');

            await nginx.gone(old);
        });
    }
});
