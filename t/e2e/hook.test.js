
/*
 * Copyright (C) the print hub contributors
 */


/* print_hub_events: the webhook sends events to the application. */


'use strict';


const assert = require('node:assert');
const { describe, it } = require('node:test');

const clients = require('./lib/clients');
const hooks = require('./lib/hook');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const jobs = require('./lib/jobs');
const sse = require('./lib/sse');
const station = require('./lib/station');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { isGone } = require('./lib/nginx');
const { Steer } = require('./lib/steer');
const { waitFor } = require('./lib/wait');


function options(hook, more = {}) {
    return {
        drain: 300, ...more,
        server: `print_hub_events /tell?key=1 retry=20ms max_retry=200ms;
                 location = /tell {
                     internal;
                     proxy_pass http://127.0.0.1:${hook.port}/told;
                     ${more.tell || ''}
                 }`
    };
}


/* the pid of the worker that sends events, other than these */

function teller(nginx, ...not) {
    return waitFor(() => {
        const lines = nginx.log().match(
            /\d+(?=#\d+: print hub: webhook: this worker sends)/g) || [];
        const pid = Number(lines.at(-1));

        return lines.length && !not.includes(pid) && pid;

    }, () => `a worker that tells\n${nginx.log()}`);
}


/* prints until the station receives one: that job */

function received(port, clientId) {
    return waitFor(async () => {
        const id = await jobs.print(port, clientId, 'z').catch(() => null);

        return id && waitFor(async () => {
            const { state } = await jobs.get(port, id);

            return !/queued|sent/.test(state) && { id, state };

        }, `the end of ${id}`).then((job) => job.state === 'received' && id);
    }, `a job that ${clientId} receives`);
}


/* waits until the hook took the end of each job, and checks all events */

async function took(hook, ids, from) {
    for (const id of ids) {
        await hook.until((one) => one.id === id && one.state === 'received',
                         `the end of job ${id}`);
    }

    hook.check(from);
}


for (const workers of WORKERS) {
    for (const acceptMutex of [false, true]) {
        describe(`webhook, ${workers} worker(s)`
                 + (acceptMutex ? ', accept_mutex' : ''),
        { skip: NGINX_ONLY || (acceptMutex && workers === 1
                               && 'it is not used then') }, () => {

            it('sends what the readers of GET events get', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook,
                                                     { workers, acceptMutex }));
                const { port } = nginx;
                const reader = await sse.open(port);
                const all = await Promise.all(['a', 'b', '"ä\n'].map((id) => {
                    return clients.connect(nginx, id);
                }));
                const ids = (await Promise.all(all.map(({ id }) => {
                    return jobs.printAll(port, id, 0, 40);
                }))).flat();

                await took(hook, ids);

                for (const client of all) {
                    client.leave();
                }

                await waitFor(() => hook.events.filter((one) => {
                    return one.connected === false;
                }).length === 3, 'the end of all');

                hook.check();

                const { id } = hook.events.at(-1);

                await reader.until((one) => one.id === id
                                            || one.id === hook.events.length,
                                   'all events');

                assert.deepStrictEqual(reader.events.map(({ data }) => data),
                                       hook.events);

                for (const { method, url, headers } of hook.requests) {
                    assert.strictEqual(method, 'POST');
                    assert.strictEqual(url, '/told?key=1');
                    assert.strictEqual(headers['content-type'],
                                       'application/json');
                }

                reader.close();
            });

            it('an application that fails, or is down', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook,
                                                     { workers, acceptMutex }));
                const { port } = nginx;
                const one = await station.websocket(port, 'x');
                const ids = await jobs.printAll(port, 'x', 0, 10);

                hook.status = 500;
                ids.push(...await jobs.printAll(port, 'x', 10, 60));
                await hook.asked(3);

                const again = hook.requests.slice(-2);

                assert.deepStrictEqual(again[0].events[0], again[1].events[0]);

                hook.status = 204;
                await took(hook, ids);

                await hook.stop();
                ids.push(...await jobs.printAll(port, 'x', 60, 100));
                await waitFor(() => /refused\) while connecting to upstream/
                    .test(nginx.log()), 'a failure');
                await hook.start();
                await took(hook, ids);
                assert.match(nginx.log(), /webhook "\/tell": works again, after \d+ failures/);

                assert.strictEqual(
                    nginx.log().match(/failed with 50\d, trying again/g).length,
                    2);
                one.leave();
            });

            it('an application that does not answer', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook, {
                    workers, acceptMutex, tell: 'proxy_read_timeout 100ms;'
                }));
                const { port } = nginx;

                hook.status = 0;

                const one = await station.websocket(port, 'x');
                const ids = await jobs.printAll(port, 'x', 0, 5);

                await hook.asked(3);
                hook.status = 204;
                await took(hook, ids);
                one.leave();
            });

            it('over a reload', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook,
                                                     { workers, acceptMutex }));
                const { port } = nginx;
                const first = await teller(nginx);
                const steer = new Steer(port, nginx.workers());
                const busy = http.open(port, {
                    method: 'POST', path: '/startPrint', body: '{',
                    headers: { 'Content-Length': 100 },
                    socket: await steer.take(first)
                });
                const one = await station.polling(port, 'x',
                                                  { stubborn: true });
                const ids = await jobs.printAll(port, 'x', 0, 20);
                const old = await nginx.reload();

                ids.push(...await jobs.printAll(port, 'x', 20, 40));
                await teller(nginx, first);
                await took(hook, ids);
                assert.ok(!isGone(first));
                busy.abort();
                steer.end();
                await nginx.gone(old);
                await one.leave();
            });

            it('from a reload on', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, { workers, acceptMutex });
                const { port } = nginx;
                const one = await station.websocket(port, 'before');

                await hub.deliver(port, 'before', 0);
                await one.printed(1);
                await nginx.reload(options(hook));
                await teller(nginx);

                const two = await station.websocket(port, 'after');

                await hook.until((event) => event.clientId === 'after', 'it');

                const lost = hook.events.shift();

                assert.strictEqual(lost.type, 'lost');
                assert.strictEqual(lost.from, 1);
                hook.check(lost.to + 1);
                one.leave();
                two.leave();
            });

            it('a worker that is killed as it tells', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook,
                                                     { workers, acceptMutex }));
                const { port } = nginx;
                const victim = await teller(nginx);

                await jobs.print(port, 'none', 0).catch(() => { /* unknown */ });
                hook.status = 0;

                let one = await station.polling(port, 'x', { stubborn: true });

                await waitFor(() => hook.held.length > 0, 'a request');
                hook.status = 204;
                await nginx.kill(victim);
                await teller(nginx, victim);

                if (one.closed) {
                    one = await station.websocket(port, 'x');
                }

                await took(hook, await jobs.printAll(port, 'x', 0, 20));
                one.leave();
            });

            it('workers that are killed whatever they do', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook,
                                                     { workers, acceptMutex }));
                const { port } = nginx;
                const client = await clients.connect(nginx, 'x', {
                    transports: 'polling'
                });
                let pid = 0;
                let stopped = false;

                t.after(() => client.leave());

                const printing = (async () => {
                    while (!stopped) {
                        await jobs.print(port, 'x', 'y').catch(() => {
                            /* of a worker that is killed, or of one whose
                               death has closed the station's session */
                        });
                    }
                })();

                for (let n = 0; n < 5; n++) {
                    pid = await teller(nginx, pid);
                    await hook.asked(10);
                    await nginx.kill(pid);
                }

                await teller(nginx, pid);
                stopped = true;
                await printing;

                /* events that were taken as the worker died are sent again */

                const last = await received(port, 'x');

                await hook.until(({ id, state }) => id === last
                                                    && state === 'received',
                                 'the last one');

                const numbers = hook.events.map(({ event }) => event);
                const news = numbers.filter((number, i) => {
                    return number > Math.max(0, ...numbers.slice(0, i));
                });

                assert.deepStrictEqual(news, news.map((_, i) => i + 1));
                assert.ok(numbers.length - news.length <= 5 * 32);
            });

            it('what is too old is lost', async (t) => {
                const hook = await hooks.serve(t);
                const nginx = await serve(t, options(hook, {
                    workers, acceptMutex, zone: '256k'
                }));
                const { port } = nginx;

                hook.status = 500;

                const one = await station.websocket(port, 'x');

                for (let n = 0; n < 100; n++) {
                    await jobs.print(port, 'x', n);
                    await one.printed(n + 1);
                }

                hook.status = 204;

                const last = await jobs.print(port, 'x', 'last');

                await hook.until((event) => event.id === last
                                            && event.state === 'received',
                                 'the last one');

                const lost = hook.events.shift();

                assert.strictEqual(lost.type, 'lost');
                assert.strictEqual(lost.from, 1);
                hook.check(lost.to + 1);
                assert.ok(hook.requests.some(({ events }) => {
                    return events.length === 32 && events[0].type === 'lost';
                }), 'a full request that begins with what was lost');
                await waitFor(() => nginx.log().includes(
                    `webhook "/tell": events 1 to ${lost.to} are lost`),
                              'a line of the log');
                one.leave();
            });

            for (const [what, more] of [
                ['one that does not answer', {}],
                ['one that does not answer, worker_shutdown_timeout',
                 { drain: 60000, main: 'worker_shutdown_timeout 300ms;' }]])
            {
                it(`the end: ${what}`, async (t) => {
                    const hook = await hooks.serve(t);
                    const nginx = await serve(t, options(hook, {
                        workers, acceptMutex, ...more
                    }));

                    hook.status = 0;

                    const one = await station.polling(nginx.port, 'x');

                    await waitFor(() => hook.held.length > 0, 'a request');
                    await nginx.halt('SIGQUIT');
                    assert.doesNotMatch(nginx.log(), /open socket|http request/);
                    one.left = true;
                });
            }
        });
    }
}
