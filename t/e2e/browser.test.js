
/*
 * Copyright (C) the print hub contributors
 */


/* The demo page in a real browser, with nginx as the demo configures it. */


'use strict';


const assert = require('node:assert');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');

const browser = require('./lib/browser');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, WORKERS, serve } = require('./lib/target');
const { waitFor, SLOW } = require('./lib/wait');


/* a page that lost its server is soon missed, and soon misses it */

const PINGS = `print_hub_ping_interval ${200 * SLOW}ms;
               print_hub_ping_timeout ${1000 * SLOW}ms;`;

const CLIENT = path.dirname(require.resolve('socket.io-client-2.5/dist/'
                                            + 'socket.io.js'));

const NO_WEBSOCKET = 'if ($http_upgrade) { return 403; }';

const UNICODE = '标签 №1: "½" \\ \u{1f5a8}\u2028<b>&amp;</b>';


for (const workers of WORKERS) {
    describe(`browser, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let chromium;

        before(async () => {
            chromium = await browser.launch();
        });

        after(() => chromium.close());

        /* an nginx, and a page of it in a context of its own */

        async function visit(t, server = PINGS, query = '') {
            const nginx = await serve(t, { workers, server, demo: true });
            const context = await chromium.newContext();

            t.after(() => context.close());

            const page = await browser.open(context, `${nginx.url}/${query}`);

            return { nginx, port: nginx.port, context, page };
        }

        it('connects and prints', async (t) => {
            const { port, page } = await visit(t);

            assert.strictEqual(await page.text('state'), 'disconnected');
            await page.connect('printer-1');
            await hub.online(port, 'printer-1');

            assert.strictEqual((await hub.entry(port, 'printer-1')).socketId,
                               await page.socketId());

            await page.upgraded();
            await hub.deliver(port, 'printer-1', 'hello');
            await hub.deliver(port, 'printer-1', UNICODE);

            const label = { title: UNICODE, copies: 2, items: [1.5, null] };

            for (const body of [{ clientId: 'printer-1', printData: label },
                                { clientId: 'printer-1', ...label }])
            {
                await http.json(port, {
                    method: 'POST',
                    path: '/startPrint',
                    headers: { 'Content-Type': 'application/json' },
                    body: JSON.stringify(body)
                });
            }

            assert.deepStrictEqual(await page.printed(4), [
                { printData: 'hello' }, { printData: UNICODE },
                { printData: label }, label
            ]);

            assert.deepStrictEqual(page.errors, []);
        });

        it('a clientId that is not ASCII, from the URL', async (t) => {
            const id = '打印机 1&2';
            const { port, page } = await visit(
                t, PINGS, `?clientId=${encodeURIComponent(id)}`);

            assert.strictEqual(await page.clientId.inputValue(), id);
            await page.page.click('#connect');
            await hub.online(port, id);

            /* the page's own link to print */

            const [answer] = await Promise.all([
                page.page.waitForEvent('popup'),
                page.page.click('#print')
            ]);

            assert.deepStrictEqual(JSON.parse(
                await answer.locator('body').textContent()),
                { message: hub.RECEIVED });
            assert.deepStrictEqual(await page.printed(1),
                                   [{ printData: 'hello' }]);
        });

        it('disconnects and connects', async (t) => {
            const { port, page } = await visit(t);

            await page.connect('printer-1');
            await page.page.click('#disconnect');
            await page.is('disconnected');
            await hub.offline(port, 'printer-1');
            assert.strictEqual(await hub.print(port, 'printer-1', 'x'),
                               hub.OFFLINE);

            await page.connect('printer-1');
            await hub.online(port, 'printer-1');
            await hub.deliver(port, 'printer-1', 'y');
            assert.deepStrictEqual(await page.printed(1),
                                   [{ printData: 'y' }]);
        });

        it('shows what becomes of jobs', async (t) => {
            const { port, page } = await visit(t);

            await page.page.check('#answers');
            await page.connect('printer-1');
            await hub.online(port, 'printer-1');

            await page.page.click('#order button');
            await page.shows(['printer-1', 'received']);
            await page.page.click('text=Printed');
            await page.shows(['printer-1', 'printed']);

            await hub.deliver(port, 'printer-1', 'second');
            await page.shows(['printer-1', 'received'],
                             ['printer-1', 'printed']);
            await page.page.click('text=Paper out');
            await page.shows(['printer-1', 'failed'],
                             ['printer-1', 'printed']);
            assert.match(await page.page.locator('#jobs tr').first()
                .textContent(), /paper out/);

            /* it is there for a page that comes later */

            await page.page.reload();
            await page.shows(['printer-1', 'failed'],
                             ['printer-1', 'printed']);
            assert.deepStrictEqual(page.errors, []);
        });

        it('is closed and opened', async (t) => {
            const { nginx, port, context, page } = await visit(t);

            await page.connect('printer-1');
            await page.page.close();
            await hub.offline(port, 'printer-1');

            const next = await browser.open(context, nginx.url);

            assert.strictEqual(await next.clientId.inputValue(), 'printer-1');
            await next.connect('printer-1');
            await hub.online(port, 'printer-1');
            await hub.deliver(port, 'printer-1', 'x');
            assert.deepStrictEqual(await next.printed(1),
                                   [{ printData: 'x' }]);
        });

        for (const [name, server] of Object.entries({
            'the WebSocket': PINGS,
            'long-polling': PINGS + NO_WEBSOCKET
        })) {
            it(`loses the network and finds it, ${name}`, async (t) => {
                const { port, context, page } = await visit(t, server);

                await page.connect('printer-1');

                if (server === PINGS) {
                    await page.upgraded();
                }

                const socketId = await page.socketId();

                await context.setOffline(true);
                await page.is('connecting');
                await hub.offline(port, 'printer-1');
                assert.strictEqual(await hub.print(port, 'printer-1', 'x'),
                                   hub.OFFLINE);

                await context.setOffline(false);
                await page.returned();
                await hub.online(port, 'printer-1');
                assert.strictEqual(await page.socketId(), socketId);
                await hub.deliver(port, 'printer-1', 'y');
                assert.deepStrictEqual(await page.printed(1),
                                       [{ printData: 'y' }]);
            });
        }

        it('polls where there is no WebSocket', async (t) => {
            const { port, page } = await visit(t, PINGS + NO_WEBSOCKET);

            await page.connect('printer-1');
            await hub.online(port, 'printer-1');
            await waitFor(() => page.refused, 'the attempt to upgrade');

            for (const text of ['a', 'b', 'c']) {
                await hub.deliver(port, 'printer-1', text);
            }

            assert.deepStrictEqual(await page.printed(3),
                                   ['a', 'b', 'c'].map((text) => {
                                       return { printData: text };
                                   }));

            assert.strictEqual(await page.transport(), 'polling');
            assert.strictEqual(await page.text('state'), 'connected');
            assert.deepStrictEqual(page.errors, []);
        });

        it('comes back after a reload', async (t) => {
            const { nginx, port, page } = await visit(t);

            await page.connect('printer-1');
            await page.upgraded();

            const socketId = await page.socketId();

            await nginx.reload();
            await page.returned();
            await hub.online(port, 'printer-1');
            assert.strictEqual(await page.socketId(), socketId);
            await hub.deliver(port, 'printer-1', 'x');
            assert.deepStrictEqual(await page.printed(1),
                                   [{ printData: 'x' }]);
        });

        it('polls on over a reload', async (t) => {
            const { nginx, port, page } = await visit(t, PINGS + NO_WEBSOCKET);

            await page.connect('printer-1');
            await hub.online(port, 'printer-1');

            const socketId = await page.socketId();
            const old = await nginx.reload();

            await nginx.gone(old);
            await hub.deliver(port, 'printer-1', 'x');
            assert.deepStrictEqual(await page.printed(1),
                                   [{ printData: 'x' }]);
            assert.strictEqual(await page.socketId(), socketId);
            assert.strictEqual((await hub.entry(port, 'printer-1')).socketId,
                               socketId);
        });

        it('Socket.IO 2 by scripts and forms', async (t) => {
            const { url, port } = await serve(t, {
                workers, cors: false, pingInterval: 300, files: { '/c': CLIENT }
            });
            const context = await chromium.newContext();

            t.after(() => context.close());

            /* of no origin: what it gets, it gets by scripts */

            const page = await context.newPage();

            await page.addScriptTag({ url: `${url}/c/socket.io.js` });
            await page.evaluate((at) => {
                window.prints = [];
                window.socket = window.io(at, {
                    transports: ['polling'], forceJSONP: true
                });
                window.socket.on('print', (data) => {
                    window.prints.push(data.printData);
                });
                window.socket.emit('register', 'script \n \\n \u2028');
            }, url);

            const id = 'script \n \\n \u2028';

            await hub.online(port, id);

            for (let i = 0; i < 10; i++) {
                await hub.deliver(port, id, `${i} ${UNICODE}`);
            }

            await waitFor(async () => {
                return await page.evaluate('prints.length') === 10;
            }, 'ten prints');
            assert.strictEqual(await page.evaluate('prints[9]'),
                               `9 ${UNICODE}`);
            assert.strictEqual(await page.evaluate(
                'typeof socket.io.engine.transport.script'), 'object');
        });
    });
}
