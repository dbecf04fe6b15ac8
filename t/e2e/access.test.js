
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The recipes of docs/access.md: who gets in, and what is said to those who do
 * not.
 */


'use strict';


const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const { createServer } = require('node:http');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const hooks = require('./lib/hook');
const recipe = require('./lib/recipe');
const { INSIDE, OUTSIDE, NAME } = recipe;
const { NGINX_ONLY } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const TRANSPORTS = [['polling'], ['websocket'], ['polling', 'websocket']];
const NEWER = ['/jobs', '/clients', '/events', '/zone'];

/* sections of the document with a recipe, and those that a test has used */

const FRAME = 'The frame';
const used = new Set([FRAME]);


function start(t, title, options) {
    used.add(title);

    return recipe.start(t, title, options);
}


function basic(user, secret) {
    const text = Buffer.from(`${user}:${secret}`).toString('base64');

    return { Authorization: `Basic ${text}` };
}


function job(clientId, data) {
    return {
        method: 'POST', body: JSON.stringify({ clientId, data }),
        headers: { 'Content-Type': 'application/json' }
    };
}


/* the token in a recipe */

function secret(title) {
    return recipe.section(title)[0].match(/print_hub_token (\w+);/)[1];
}


/* what a station is told that may not register this */

function notAllowed(clientId) {
    return {
        message: `register: clientId "${clientId}" is not allowed`,
        code: 'client_id_not_allowed', clientId
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
            const hub = await start(t, 'Addresses and passwords', {
                workers, files: { 'print.htpasswd': password }
            });
            const headers = basic('erp', 'secret');
            const wrong = basic('erp', 'guess');

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
                assert.strictEqual(await hub.status(url, { from: INSIDE }), 401);
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
            const hub = await start(t, 'Ask an application',
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

    it('the closed hub', async (t) => {
        const title = 'The closed hub';
        const [, keys] = recipe.section('Keys for applications');
        const hub = await start(t, title, { files: { 'print-keys.conf': keys } });
        const [, Authorization] = keys.match(/"(.*?)"/);
        const headers = { Authorization };
        const token = secret(title);

        /* it is what the README shows, without comments */

        const code = (text) => text.replace(/ +# .*/g, '');

        for (const name of ['README.md', 'README.zh-CN.md']) {
            const [, second] = recipe.codes(name);

            assert.strictEqual(code(second), code(recipe.section(title)[0]));
        }

        for (const transports of TRANSPORTS) {
            const id = transports.join('-');
            const url = '/startPrint';
            const stranger = hub.station({ transports, headers });
            const page = hub.station({
                transports, auth: { token },
                headers: { Origin: 'https://evil.example' }
            });
            const one = hub.station({ transports, auth: { token } });
            const print = {
                method: 'POST', body: `clientId=${id}&printData=x`,
                headers: {
                    'Content-Type': 'application/x-www-form-urlencoded'
                }
            };

            await stranger.refused();
            await page.refused();
            await one.join(id);

            assert.strictEqual(await hub.status(url, print), 401);

            Object.assign(print.headers, headers);
            assert.strictEqual(await hub.status(url, print), 200);

            print.headers.Origin = 'https://evil.example';
            assert.strictEqual(await hub.status(url, print), 403);

            await one.printed('x');
        }

        for (const url of ['/getStatus', ...NEWER]) {
            assert.strictEqual(await hub.status(url), 401);
        }

        for (const url of ['/getStatus', '/jobs', '/clients', '/zone']) {
            assert.strictEqual(await hub.status(url, { headers }), 200);
        }
    });

    it('client certificates', async (t) => {
        const hub = await start(t, 'Client certificates');
        const certificate = recipe.certificate('kasse-3', '/O=shop/CN=kasse-3');

        for (const transports of TRANSPORTS) {
            const none = hub.station({ from: INSIDE, transports });
            const stranger = hub.station({ certificate: 'stranger', transports });
            const one = hub.station({ certificate, transports });

            await none.refused();
            await stranger.refused();
            await one.join('kasse-3');
            await hub.ask('/startPrint?clientId=kasse-3&printData=x',
                          { from: INSIDE });
            await one.printed('x');

            assert.deepStrictEqual(await one.mayNot('kasse-4'),
                                   notAllowed('kasse-4'));
            one.socket.disconnect();
        }

        /* what is no name in the end of a subject, and what looks like it */

        for (const [n, subject] of ['/CN=kasse-3/O=shop', '/CN=kasse 3',
                                    '/O=a,CN=kasse-3', '/O=shop',
                                    '/CN=kasse-3\\+OU=x'].entries())
        {
            const one = hub.station({
                certificate: recipe.certificate(`odd-${n}`, subject)
            });

            assert.deepStrictEqual(await one.mayNot('kasse-3'),
                                   notAllowed('kasse-3'));
            one.socket.disconnect();
        }

        const url = '/socket.io/?EIO=4&transport=polling';

        assert.strictEqual(await hub.status(url, { from: INSIDE }), 403);

        for (const wrong of ['stranger',
                             recipe.certificate('expired', '/CN=kasse-3', -1)])
        {
            for (const path of [url, '/getStatus']) {
                assert.strictEqual(await hub.status(path, {
                    from: INSIDE, certificate: wrong
                }), 400);
            }
        }

        assert.strictEqual(await hub.status('/getStatus', { certificate }), 403);
        assert.strictEqual(await hub.status('/getStatus', { from: INSIDE }), 200);
    });

    it('a token for stations', async (t) => {
        const title = 'A token for stations';
        const token = secret(title);
        const hub = await start(t, title);

        for (const transports of TRANSPORTS) {
            for (const auth of [undefined, { token: 'x' }, { token: `${token}0` },
                                { token: [token] }, { token: '' }])
            {
                const { message, data } = await hub.station({
                    transports, auth, from: INSIDE
                }).refused();

                assert.strictEqual(message, 'Authentication failed');
                assert.deepStrictEqual(data, { code: 'unauthorized' });
            }

            const one = hub.station({ transports, auth: { token } });
            const old = hub.station({ transports, query: { token },
                                      version: '2.5' });

            await one.join(`one of ${transports}`);
            await old.join(`old of ${transports}`);

            for (const station of ['one', 'old']) {
                await hub.ask(`/startPrint?clientId=${station}+of+${transports}`
                              + '&printData=x', { from: INSIDE });
            }

            await one.printed('x');
            await old.printed('x');
        }

        /* a client of Socket.IO 2 has another event for it */

        const wrong = hub.station({ query: { token: 'x' }, version: '2.5' });

        await waitFor(() => wrong.errors.length, 'the refusal');
        assert.strictEqual(wrong.errors[0], 'Authentication failed');

        assert.match(hub.log(), /\[warn\].* connect refused, .*127\.0\.1\.5\n/);
        assert.ok(!hub.log().includes(token));
    });

    it('a token is rotated', async (t) => {
        const title = 'A token for stations';
        const token = secret(title);
        const fresh = '00112233445566778899aabbccddeeff';
        const hub = await start(t, title);
        const old = hub.station({ auth: { token } });

        await old.join('old');
        await hub.change((text) => text.replace(token, `${fresh} ${token}`));

        const one = hub.station({ auth: { token: fresh } });

        await one.join('new');
        await waitFor(() => old.connects === 2 && old.socket.connected,
                      'it to come back');

        await hub.change((text) => text.replace(` ${token}`, ''));
        await waitFor(() => one.connects === 2 && one.socket.connected,
                      'it to come back');
        assert.strictEqual((await old.refused()).message,
                           'Authentication failed');
    });

    it('clientIds in use', async (t) => {
        const title = 'ClientIds in use';
        const hub = await start(t, title);
        const auth = { token: secret(title) };

        for (const transports of TRANSPORTS) {
            const id = transports.join('-');
            const url = `/startPrint?clientId=${id}&printData=`;
            const one = hub.station({ transports, auth });

            await one.join(id);

            assert.deepStrictEqual(
                await hub.station({ transports, auth, from: INSIDE }).mayNot(id),
                { message: `register: clientId "${id}" is in use`,
                  code: 'client_in_use', clientId: id }
            );

            await hub.ask(`${url}x`, { from: INSIDE });
            await one.printed('x');

            /* from the same address: it is told */

            const other = hub.station({ transports, auth });

            await other.join(id);
            await waitFor(() => one.errors.length, 'an error');
            assert.strictEqual(one.errors[0].code, 'taken_over');

            await hub.ask(`${url}y`, { from: INSIDE });
            await other.printed('y');
        }

        assert.match(hub.log(), /\[warn\].* takeover refused, /);
    });

    it('names for users', async (t) => {
        const hub = await start(t, 'Names for users', {
            files: { 'print.htpasswd': recipe.password('erika', 'secret') }
        });
        const headers = basic('erika', 'secret');

        for (const transports of TRANSPORTS) {
            const one = hub.station({ transports, headers });

            for (const id of ['erika', 'erika-2', 'erika-office']) {
                await one.join(id);
            }

            for (const id of ['max', 'erika2', 'xerika', 'Erika', 'erik']) {
                assert.deepStrictEqual(await one.mayNot(id), notAllowed(id));
            }

            await hub.station({ transports, from: INSIDE }).refused();
            await hub.station({ transports,
                                headers: basic('erika', 'x') }).refused();
            one.socket.disconnect();
        }

        assert.strictEqual(await hub.status('/getStatus', { from: INSIDE }), 200);
        assert.strictEqual(await hub.status('/getStatus', { headers }), 403);

        /* a user who is not there any more stays until a reload */

        const one = hub.station({ headers });

        await one.join('erika');
        fs.writeFileSync(`${hub.nginx.folder}/print.htpasswd`, '');
        await hub.station({ headers }).refused();
        await hub.ask('/startPrint?clientId=erika&printData=x', { from: INSIDE });
        await one.printed('x');

        await hub.change();
        await one.refused();
    });

    it('signed links', async (t) => {
        const title = 'Signed links';
        const [, command] = recipe.section(title);
        const hub = await start(t, title);

        const sign = (id, exp) => execFileSync('sh', [
            '-c', command.replace('1893456000', exp).replace('kasse-3', id)
        ], { encoding: 'utf8' }).trim();

        const future = Math.floor(Date.now() / 1000) + 3600;
        const past = future - 7200;
        const link = (station, exp, sig = sign(station, exp)) => {
            return { station, exp, sig };
        };

        for (const transports of TRANSPORTS) {
            const one = hub.station({ transports,
                                      query: link('kasse-3', future) });

            await one.join('kasse-3');
            assert.deepStrictEqual(await one.mayNot('kasse-4'),
                                   notAllowed('kasse-4'));

            for (const query of [{}, link('kasse-3', past),
                                 link('kasse-3', future, 'x'),
                                 link('kasse-3', future,
                                      sign('kasse-4', future)),
                                 link('kasse-3', future + 1,
                                      sign('kasse-3', future)),
                                 { station: 'kasse-3' }])
            {
                const other = hub.station({ transports, query });

                assert.deepStrictEqual(await other.mayNot('kasse-3'),
                                       notAllowed('kasse-3'));
                other.socket.disconnect();
            }

            await hub.ask('/startPrint?clientId=kasse-3&printData=x',
                          { from: INSIDE });
            await one.printed('x');
            one.socket.disconnect();
        }
    });

    it('bans', async (t) => {
        const [filter, jail] = recipe.section('Bans');
        const line = new RegExp([...filter.matchAll(/\^.*\$$/gm)].join('|')
            .replaceAll('<HOST>', '([\\d.]+)'));
        const hub = await start(t, 'A token for stations', {
            edit: (text) => text.replace('print_hub on;',
                                         '$& print_hub_limit rate=1r/m burst=9;')
        });
        const third = '127.0.1.6';

        for (let n = 0; n < 20; n++) {
            await hub.ask('/socket.io/?EIO=4&transport=polling',
                          { from: third });
        }

        /* it reads its own line, and no text of a client is taken for one */

        const id = ' [warn] 1#1: print hub: connect refused, wrong token, '
                   + 'client: 192.0.2.1';

        await hub.station({ from: INSIDE, auth: { token: 'x' } }).refused();
        await hub.station({
            auth: { token: 'x' }, headers: { 'User-Agent': id }
        }).refused();

        const one = hub.station({ auth: { token: secret('A token for stations') } });

        await one.join(id);
        await hub.ask(`/getStatus?${encodeURIComponent(id)}`);

        /* fail2ban cuts off the date */

        const hosts = hub.log().split('\n').map((text) => text.slice(19).match(line))
            .filter(Boolean).map(([, token, limit]) => {
                return limit ? `limit ${limit}` : token;
            });

        assert.deepStrictEqual([...new Set(hosts)],
                               [`limit ${third}`, INSIDE, OUTSIDE]);
        assert.ok(jail.includes('filter   = print-hub\n'));
    });

    it('keys for applications', async (t) => {
        const title = 'Keys for applications';
        const [, keys] = recipe.section(title);
        const hub = await start(t, title, { files: { 'print-keys.conf': keys } });
        const [erp, shop] = [...keys.matchAll(/"(.*)"/g)].map(([, key]) => key);
        const one = hub.station({ from: INSIDE });

        await one.join('printer');

        /* of no key, a wrong one, a shorter one, and another scheme */

        for (const Authorization of ['', 'Bearer x', erp.slice(0, -1), `${erp}0`,
                                     erp.replace('Bearer', 'Basic')])
        {
            const headers = Authorization ? { Authorization } : {};

            for (const url of ['/getStatus', ...NEWER,
                               '/startPrint?clientId=printer&printData=no'])
            {
                assert.strictEqual(await hub.status(url, { headers }), 401, url);
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
        const hub = await start(t, title);
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
        const hub = await start(t, 'Pages of other sites');
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
        const hub = await start(t, 'Names of the server');
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

        const hub = await start(t, 'Rates', {
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
        const hub = await start(t, 'Webhook and authorizer',
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
        const hub = await start(t, 'Logs');
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
        const hub = await start(t, 'Refusals in JSON', {
            files: { 'print.htpasswd': recipe.password('erp', 'secret') },
            edit: (text) => text.replace('auth_basic "', 'deny 127.0.1.0/24; $&')
                .replace('rate=20r/s', 'rate=1r/m')
        });
        const headers = basic('erp', 'secret');
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
        const hub = await start(t, 'Logs');
        const [worker] = hub.nginx.workers();

        assert.match(fs.readFileSync(`/proc/${worker}/limits`, 'utf8'),
                     /^Max core file size +0 +0 /m);
    });

    it('each one has a test', () => {
        const titles = Object.entries(recipe.blocks())
            .filter(([, [first]]) => first && first[0] === 'nginx')
            .map(([title]) => title);

        assert.deepStrictEqual([...used].sort(), titles.sort());
    });
});
