
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The recipes of docs/access.md that say who is a station, and which clientIds
 * it may have; and the closed hub, which the READMEs show.
 */


'use strict';


const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { describe, it } = require('node:test');

const authorizer = require('./lib/authorizer');
const recipe = require('./lib/recipe');
const { INSIDE, OUTSIDE, TRANSPORTS } = recipe;
const { NGINX_ONLY } = require('./lib/target');
const { waitFor } = require('./lib/wait');


const APPLICATION = ['/getStatus', '/jobs', '/clients', '/events', '/zone'];


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


describe('recipes of stations', { skip: NGINX_ONLY }, () => {

    it('the closed hub', async (t) => {
        const title = 'The closed hub';
        const [, keys] = recipe.section('Keys for applications');
        const hub = await recipe.start(t, title, {
            files: { 'print-keys.conf': keys }
        });
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

        for (const url of APPLICATION) {
            assert.strictEqual(await hub.status(url), 401);
        }

        for (const url of ['/getStatus', '/jobs', '/clients', '/zone']) {
            assert.strictEqual(await hub.status(url, { headers }), 200);
        }
    });

    it('each clientId is asked for', async (t) => {
        const app = await authorizer.serve(t);
        const hub = await recipe.start(t, 'Ask for each clientId',
                                       { app: app.port });
        let down = false;

        app.decide = ({ event, clientId, auth }) => {
            return { status: down ? 503
                             : auth?.token !== 'good' ? 403
                             : event === 'connect' || clientId !== 'other' ? 200
                             : 403,
                     headers: { 'Content-Type': 'application/json' },
                     body: '{"message":"who is that?"}' };
        };

        const auth = { token: 'good' };

        for (const transports of TRANSPORTS) {
            const stranger = hub.station({ transports, auth: { token: 'x' } });
            const one = hub.station({ transports, auth });
            const id = `of-${transports.join('-')}`;

            assert.strictEqual((await stranger.refused()).message,
                               'who is that?');

            await one.join(id);
            assert.deepStrictEqual(await one.mayNot('other'), {
                message: 'register: who is that?', code: 'forbidden',
                clientId: 'other'
            });

            await hub.ask(`/startPrint?clientId=${id}&printData=x`,
                          { from: INSIDE });
            await one.printed('x');
        }

        /* answers are remembered, and a stranger's outage is no refusal */

        const asked = app.asked.length;

        down = true;
        await hub.station({ auth }).join('of-websocket');
        assert.strictEqual(app.asked.length, asked);

        const fresh = hub.station({ auth: { token: 'good', n: 1 } });

        await waitFor(() => app.asked.length > asked + 2,
                      'it to try again and again');
        assert.ok(!fresh.socket.connected);
        down = false;
        await fresh.join('fresh');

        assert.strictEqual(await hub.status('/authorize'), 404);
    });

    it('client certificates', async (t) => {
        const hub = await recipe.start(t, 'Client certificates');
        const certificate = recipe.certificate('kasse-3', '/O=shop/CN=kasse-3');

        for (const transports of TRANSPORTS) {
            const none = hub.station({ from: INSIDE, transports });
            const stranger = hub.station({ certificate: 'stranger',
                                           transports });
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

        const path = '/getStatus';

        assert.strictEqual(await hub.status(path, { certificate }), 403);
        assert.strictEqual(await hub.status(path, { from: INSIDE }), 200);
    });

    it('a token for stations', async (t) => {
        const title = 'A token for stations';
        const token = secret(title);
        const hub = await recipe.start(t, title);

        for (const transports of TRANSPORTS) {
            for (const auth of [undefined, { token: 'x' },
                                { token: `${token}0` }, { token: [token] },
                                { token: '' }])
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
        const hub = await recipe.start(t, title);
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
        const hub = await recipe.start(t, title);
        const auth = { token: secret(title) };

        for (const transports of TRANSPORTS) {
            const id = transports.join('-');
            const url = `/startPrint?clientId=${id}&printData=`;
            const one = hub.station({ transports, auth });

            await one.join(id);

            const inside = hub.station({ transports, auth, from: INSIDE });

            assert.deepStrictEqual(
                await inside.mayNot(id),
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
        const hub = await recipe.start(t, 'Names for users', {
            files: { 'print.htpasswd': recipe.password('erika', 'secret') }
        });
        const headers = recipe.basic('erika', 'secret');

        for (const transports of TRANSPORTS) {
            const one = hub.station({ transports, headers });

            for (const id of ['erika', 'erika-2', 'erika-office']) {
                await one.join(id);
            }

            for (const id of ['max', 'erika2', 'xerika', 'Erika', 'erik']) {
                assert.deepStrictEqual(await one.mayNot(id), notAllowed(id));
            }

            await hub.station({ transports, from: INSIDE }).refused();
            await hub.station({
                transports, headers: recipe.basic('erika', 'x')
            }).refused();
            one.socket.disconnect();
        }

        const url = '/getStatus';

        assert.strictEqual(await hub.status(url, { from: INSIDE }), 200);
        assert.strictEqual(await hub.status(url, { headers }), 403);

        /* a user who is not there any more stays until a reload */

        const one = hub.station({ headers });

        await one.join('erika');
        fs.writeFileSync(`${hub.nginx.folder}/print.htpasswd`, '');
        await hub.station({ headers }).refused();
        await hub.ask('/startPrint?clientId=erika&printData=x',
                      { from: INSIDE });
        await one.printed('x');

        await hub.change();
        await one.refused();
    });

    it('signed links', async (t) => {
        const title = 'Signed links';
        const [, command] = recipe.section(title);
        const hub = await recipe.start(t, title);

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
        const hub = await recipe.start(t, 'A token for stations', {
            edit: (text) => text.replace(
                'print_hub on;', '$& print_hub_limit rate=1r/m burst=9;'
            )
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

        await hub.station({
            auth: { token: secret('A token for stations') }
        }).join(id);
        await hub.ask(`/getStatus?${encodeURIComponent(id)}`);

        /* fail2ban cuts off the date */

        const hosts = hub.log().split('\n')
            .map((text) => text.slice(19).match(line)).filter(Boolean)
            .map(([, token, limit]) => {
                return limit ? `limit ${limit}` : token;
            });

        assert.deepStrictEqual([...new Set(hosts)],
                               [`limit ${third}`, INSIDE, OUTSIDE]);
        assert.ok(jail.includes('filter   = print-hub\n'));
    });
});
