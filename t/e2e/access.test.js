
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The recipes of docs/access.md that need nginx alone: who gets in, and what is
 * said to those who do not.  access-stations.test.js has the others.
 */


'use strict';


const assert = require('node:assert');
const { createServer } = require('node:http');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const hooks = require('./lib/hook');
const recipe = require('./lib/recipe');
const { INSIDE, OUTSIDE, NAME, TRANSPORTS } = recipe;
const { NGINX_ONLY } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const NEWER = ['/jobs', '/clients', '/events', '/zone'];

function job(clientId, data) {
    return {
        method: 'POST', body: JSON.stringify({ clientId, data }),
        headers: { 'Content-Type': 'application/json' }
    };
}


/* an application that answers; the requests that it got */

async function application(t, answer) {
    const requests = [];

    const server = createServer((request, response) => {
        requests.push(request);
        response.writeHead(answer(request));
        response.end();
    });

    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
        server.closeAllConnections();
        server.close();
    });

    return { port: server.address().port, requests };
}


describe('recipes', { skip: NGINX_ONLY }, () => {

    for (const workers of [1, 4]) {
        it(`addresses and passwords, ${workers} worker(s)`, async (t) => {
            const password = recipe.password('erp', 'secret');
            const hub = await recipe.start(t, 'Addresses and passwords', {
                workers, files: { 'print.htpasswd': password }
            });
            const headers = recipe.basic('erp', 'secret');
            const wrong = recipe.basic('erp', 'guess');

            for (const transports of TRANSPORTS) {
                const stranger = hub.station({ transports });
                const id = `of ${transports}`;
                const one = hub.station({ from: INSIDE, transports });

                await stranger.refused();
                await one.join(id);

                const url = `/startPrint?clientId=${id.replace(' ', '+')}`
                            + '&printData=';

                assert.strictEqual(await hub.status(`${url}stranger`), 401);
                assert.strictEqual(
                    await hub.status(`${url}guess`, { headers: wrong }), 401
                );

                await hub.ask(`${url}inside`, { from: INSIDE });
                await hub.ask(`${url}password`, { headers });
                await one.printed('inside', 'password');
            }

            /* other spellings do not get around it */

            for (const url of ['/startprint', '/STARTPRINT/', '/jobs/']) {
                assert.strictEqual(await hub.status(`${url}?clientId=x`),
                                   url === '/jobs/' ? 401 : 404);
            }

            /* an address alone is not enough for these */

            for (const url of NEWER) {
                assert.strictEqual(await hub.status(url, { from: INSIDE }),
                                   401);
            }

            for (const url of ['/jobs', '/clients', '/zone']) {
                assert.strictEqual(await hub.status(url, { headers }), 200);
            }

            assert.strictEqual(
                await hub.status('/socket.io/?EIO=4&transport=polling'), 403
            );
        });

        it(`an application is asked, ${workers} worker(s)`, async (t) => {
            const who = ({ headers }) => headers.cookie;
            const app = await application(t, (request) => {
                const kind = request.url.split('-')[1];

                return who(request) === 'session=down' ? 500
                       : who(request) === `session=${kind}` ? 204
                       : who(request) ? 403 : 401;
            });
            const hub = await recipe.start(t, 'Ask an application',
                                    { workers, app: app.port });

            for (const transports of TRANSPORTS) {
                const stranger = hub.station({ transports });
                const printer = hub.station({
                    transports, headers: { Cookie: 'session=print' }
                });
                const one = hub.station({
                    transports, headers: { Cookie: 'session=connect' }
                });
                const id = transports.join('+');

                await stranger.refused();
                await printer.refused();
                await one.join(id);

                await hub.ask(`/startPrint?clientId=${encodeURIComponent(id)}`
                              + '&printData=x',
                              { headers: { Cookie: 'session=print' } });
                await one.printed('x');
            }

            for (const [cookie, status] of [[null, 401], ['connect', 403],
                                            ['down', 500], ['print', 200]])
            {
                const headers = cookie ? { Cookie: `session=${cookie}` } : {};

                assert.strictEqual(await hub.status('/getStatus', { headers }),
                                   status, cookie);
            }

            /* one question for a WebSocket; no question from outside */

            const websocket = hub.station({
                headers: { Cookie: 'session=connect', 'X-Name': 'last' }
            });

            await websocket.join('last');
            assert.strictEqual(app.requests.filter(({ headers }) => {
                return headers['x-name'] === 'last';
            }).length, 1);

            for (const kind of ['connect', 'print']) {
                assert.strictEqual(await hub.status(`/may-${kind}`), 404);
            }

            for (const { url, headers } of app.requests) {
                assert.match(url, /^\/print\/may-(connect|print)$/);
                assert.ok(!headers['x-original-uri'].includes('?'));
                assert.strictEqual(headers['content-length'], undefined);
            }
        });
    }

    it('keys for applications', async (t) => {
        const title = 'Keys for applications';
        const [, keys] = recipe.section(title);
        const hub = await recipe.start(t, title, {
            files: { 'print-keys.conf': keys }
        });
        const [erp, shop] = [...keys.matchAll(/"(.*)"/g)].map(([, key]) => key);
        const one = hub.station({ from: INSIDE });

        await one.join('printer');

        /* of no key, a wrong one, a shorter one, and another scheme */

        for (const Authorization of ['', 'Bearer x', erp.slice(0, -1),
                                     `${erp}0`,
                                     erp.replace('Bearer', 'Basic')])
        {
            const headers = Authorization ? { Authorization } : {};

            for (const url of ['/getStatus', ...NEWER,
                               '/startPrint?clientId=printer&printData=no'])
            {
                assert.strictEqual(await hub.status(url, { headers }), 401,
                                   url);
            }

            const { headers: type, ...request } = job('printer', 'no');

            assert.strictEqual(await hub.status('/jobs', {
                ...request, headers: { ...type, ...headers }
            }), 401);
        }

        /* each has its own keys of Idempotency-Key */

        for (const [Authorization, name] of [[erp, 'erp'], [shop, 'shop'],
                                             [erp, 'again']])
        {
            const { headers, ...request } = job('printer', { printData: 'x' });

            const answer = await hub.ask('/jobs', {
                ...request,
                headers: { ...headers, Authorization, 'Idempotency-Key': '1' }
            });

            assert.strictEqual(answer.headers['idempotency-replayed'],
                               name === 'again' ? 'true' : undefined);
        }

        await one.printed('x', 'x');

        /* a key is changed: both work, then the new one alone */

        const line = '"Bearer 00112233445566778899aabbccddeeff" erp;\n';
        const file = `${hub.nginx.folder}/print-keys.conf`;
        const fresh = line.match(/"(.*)"/)[1];

        for (const [text, statuses] of [
            [keys + line, [200, 200]],
            [keys.split('\n')[1] + line, [401, 200]]
        ]) {
            fs.writeFileSync(file, text);
            await hub.change();

            for (const Authorization of [erp, fresh]) {
                assert.strictEqual(
                    await hub.status('/zone', { headers: { Authorization } }),
                    statuses.shift()
                );
            }
        }
    });

    it('two keys, two rights', async (t) => {
        const title = 'Two keys, two rights';
        const hub = await recipe.start(t, title);
        const [writer, reader] = [...recipe.section(title)[0]
            .matchAll(/"(Bearer .*?)"/g)]
            .map(([, Authorization]) => ({ Authorization }));
        const one = hub.station({ from: INSIDE });

        await one.join('printer');

        const posts = async (url, key) => {
            const { headers, ...request } = job('printer', { printData: url });

            return hub.status(url, { ...request,
                                     headers: { ...headers, ...key } });
        };

        assert.strictEqual(await posts('/print/jobs', writer), 201);
        assert.strictEqual(await posts('/print/jobs', reader), 401);
        assert.strictEqual(await posts('/print/jobs', {}), 401);
        assert.strictEqual(await posts('/look/jobs', writer), 405);
        assert.strictEqual(await posts('/look/jobs', reader), 405);
        assert.strictEqual(await posts('/look/jobs', {}), 401);

        for (const headers of [writer, reader]) {
            const { body } = await hub.ask('/look/jobs', { headers });

            assert.strictEqual(JSON.parse(body).jobs.length, 1);

            assert.strictEqual(await hub.status('/look/clients/printer',
                                                { method: 'DELETE', headers }),
                               405);
        }

        assert.strictEqual(await hub.status('/look/jobs'), 401);
        await one.printed('/print/jobs');
    });

    it('pages of other sites', async (t) => {
        const hub = await recipe.start(t, 'Pages of other sites');
        const own = `https://${hub.host}`;
        const open = '/socket.io/?EIO=4&transport=polling';

        for (const [Origin, allowed] of [[undefined, true], [own, true],
                                         ['https://shop.example.com', true],
                                         ['https://evil.example', false],
                                         ['null', false]])
        {
            const headers = Origin ? { Origin } : {};
            const from = INSIDE;

            assert.strictEqual(await hub.status(open, { from, headers }),
                               allowed ? 200 : 403, Origin);

            const one = hub.station({ from, headers });

            if (allowed) {
                await one.join(`${Origin}`);

            } else {
                await one.refused();
            }

            /* CORS is off, and so it lists no other page that may print */

            assert.strictEqual(await hub.status('/startPrint', {
                from, headers: { ...headers,
                                 'Content-Type':
                                 'application/x-www-form-urlencoded' },
                method: 'POST', body: 'clientId=x&printData=1'
            }), Origin && Origin !== own ? 403 : 200, Origin);

            assert.strictEqual(
                await hub.status('/startPrint?clientId=x', { from, headers }),
                405, Origin
            );
        }
    });

    it('names of the server', async (t) => {
        const hub = await recipe.start(t, 'Names of the server');
        const from = INSIDE;

        assert.strictEqual(await hub.status('/getStatus', { from }), 200);

        for (const Host of ['evil.example', '127.0.0.1', `x.${NAME}`]) {
            const headers = { Host };

            for (const plain of [true, false]) {
                assert.strictEqual(
                    await hub.status('/getStatus', { from, headers, plain }), 0
                );
            }
        }
    });

    it('rates', async (t) => {
        const from = INSIDE;

        /*
         * The time that the test takes must not matter.  limit_conn there would
         * refuse a WebSocket if it counted it.
         */

        const hub = await recipe.start(t, 'Rates', {
            edit: (text) => text.replace('rate=20r/s', 'rate=1r/m')
                .replace('location /socket.io/ {', '$& limit_conn readers 4;')
        });

        /* the first one fills the burst for the other, too */

        for (const [url, n] of [['/startPrint?clientId=x', 41], ['/jobs', 0]]) {
            const all = await Promise.all(Array.from({ length: 60 }, () => {
                return hub.status(url, { from });
            }));

            const passed = all.filter((status) => status === 200).length;

            assert.ok(all.every((status) => [200, 429].includes(status)));
            assert.ok(passed >= n && passed <= n + 5, `${passed}`);
        }

        for (let n = 0; n < 10; n++) {
            await hub.station({ from }).join(`printer-${n}`);
        }

        for (let n = 0; n < 4; n++) {
            assert.strictEqual(await hub.stream('/events', { from }), 200);
        }

        assert.strictEqual(await hub.status('/events', { from }), 429);
        assert.strictEqual(await hub.status('/jobs'), 403);
    });

    it('webhook and authorizer', async (t) => {
        const hook = await hooks.serve(t);
        const hub = await recipe.start(t, 'Webhook and authorizer',
                                { app: hook.port });
        const one = hub.station({ from: INSIDE });

        await one.join('printer');
        await hook.until(({ clientId, connected }) => {
            return clientId === 'printer' && connected;
        }, 'the event');

        assert.ok(hook.requests.every(({ url }) => url === '/print/told'));

        for (const from of [INSIDE, OUTSIDE]) {
            assert.strictEqual(await hub.status('/told', {
                from, method: 'POST', body: '[]'
            }), 404);
        }
    });

    it('logs', async (t) => {
        const hub = await recipe.start(t, 'Logs');
        const one = hub.station({
            from: INSIDE, transports: ['polling'],
            query: { token: 'hunter2' }
        });

        await one.join('printer');

        const { headers } = await hub.ask(
            '/startPrint?clientId=printer&printData=hunter2', { from: INSIDE }
        );

        await one.printed('hunter2');
        await hub.status('/socket.io/?EIO=4&transport=polling&sid=hunter2');

        const line = `"GET /startPrint" 200 .* job=${headers['x-print-job']}\n`;
        const refused = /"GET \/socket\.io\/" 403 /;

        await waitFor(() => {
            const text = hub.file('logs/print.access.log');

            return text.match(line) && refused.test(text);
        }, 'the lines');

        assert.ok(!/hunter2|sid/.test(hub.file('logs/print.access.log')));
        assert.ok(!hub.log().includes('sid=hunter2'));
    });

    it('refusals in JSON', async (t) => {
        const hub = await recipe.start(t, 'Refusals in JSON', {
            files: { 'print.htpasswd': recipe.password('erp', 'secret') },
            edit: (text) => text
                .replace('auth_basic "', 'deny 127.0.1.0/24; $&')
                .replace('rate=20r/s', 'rate=1r/m')
        });
        const headers = recipe.basic('erp', 'secret');
        const large = 'x'.repeat(2000000);

        const json = (answer) => {
            assert.match(answer.headers['content-type'], /^application\/json/);

            return [answer.status, JSON.parse(answer.body).error.code];
        };

        assert.deepStrictEqual(json(await hub.ask('/jobs')),
                               [401, 'unauthorized']);
        assert.deepStrictEqual(json(await hub.ask('/jobs', { from: INSIDE })),
                               [403, 'forbidden']);
        assert.deepStrictEqual(json(await hub.ask('/jobs', {
            method: 'POST', headers, body: large
        })), [413, 'too_large']);

        /* those of the hub are as they were */

        assert.deepStrictEqual(json(await hub.ask('/jobs/x', { headers })),
                               [404, 'job_unknown']);
        assert.deepStrictEqual(json(await hub.ask('/jobs', {
            headers, method: 'PUT'
        })), [405, 'method_not_allowed']);

        const all = await Promise.all(Array.from({ length: 50 }, () => {
            return hub.ask('/zone', { headers });
        }));
        const limited = all.find(({ status }) => status === 429);

        assert.deepStrictEqual(json(limited), [429, 'too_many_requests']);
        assert.strictEqual(await hub.status('/refused'), 404);
    });

    it('core dumps', async (t) => {
        const hub = await recipe.start(t, 'Logs');
        const [worker] = hub.nginx.workers();

        assert.match(fs.readFileSync(`/proc/${worker}/limits`, 'utf8'),
                     /^Max core file size +0 +0 /m);
    });

    it('each one has a test', () => {
        const tests = ['access', 'access-stations'].map((name) => {
            return fs.readFileSync(`${__dirname}/${name}.test.js`, 'utf8');
        }).join('');

        const titles = Object.entries(recipe.blocks())
            .filter(([, [first]]) => first && first[0] === 'nginx')
            .map(([title]) => title);

        assert.ok(titles.length > 10);

        for (const title of titles.filter((one) => one !== recipe.FRAME)) {
            assert.ok(tests.includes(`'${title}'`), title);
        }
    });
});
