
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


/* short pings: page and server soon notice that the other one is gone */

const PINGS = `print_hub_ping_interval ${200 * SLOW}ms;
               print_hub_ping_timeout ${1000 * SLOW}ms;`;

const CLIENT = path.dirname(require.resolve('socket.io-client-2.5/dist/'
                                            + 'socket.io.js'));

const NO_WEBSOCKET = 'if ($http_upgrade) { return 403; }';

const UNICODE = '标签 №1: "½" \\ \u{1f5a8}\u2028<b>&amp;</b>';


/*
 * In the page: the luminance of its ground, and the contrast of each text with
 * what is behind it, by the definitions of WCAG 2.
 */

function contrasts() {
    const parse = (color) => color.match(/[\d.]+/g).map(Number);

    const luminance = (color) => {
        const [r, g, b] = parse(color).map((value) => {
            const c = value / 255;

            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });

        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };

    const ground = (element) => {
        const color = getComputedStyle(element).backgroundColor;

        return parse(color)[3] === 0 ? ground(element.parentElement) : color;
    };

    const texts = [...document.querySelectorAll('body *')]
        .filter((element) => element.checkVisibility()
                && [...element.childNodes].some((node) => {
                    return node.nodeType === 3 && node.data.trim();
                }))
        .map((element) => {
            const pair = [luminance(getComputedStyle(element).color),
                          luminance(ground(element))];

            const [low, high] = pair.sort((a, b) => a - b);

            return { text: element.textContent,
                     contrast: (high + 0.05) / (low + 0.05) };
        });

    return { ground: luminance(ground(document.body)), texts };
}


for (const workers of WORKERS) {
    describe(`browser, ${workers} worker(s)`, { skip: NGINX_ONLY }, () => {
        let chromium;

        before(async () => {
            chromium = await browser.launch();
        });

        after(() => chromium.close());

        /* starts an nginx, and opens its page in a context of its own */

        async function visit(t, server = PINGS, query = '') {
            const nginx = await serve(t, { workers, server, demo: true });
            const context = await chromium.newContext();

            t.after(() => context.close());

            const page = await browser.open(context, `${nginx.url}/${query}`);

            return { nginx, port: nginx.port, context, page };
        }

        it('connects and prints', async (t) => {
            const { port, page } = await visit(t);

            assert.strictEqual(await page.state(), 'disconnected');
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
            await page.page.click('[data-action=printed]');
            await page.shows(['printer-1', 'printed']);

            await hub.deliver(port, 'printer-1', 'second');
            await page.shows(['printer-1', 'received'],
                             ['printer-1', 'printed']);
            await page.page.click('[data-action=paperOut]');
            await page.shows(['printer-1', 'failed'],
                             ['printer-1', 'printed']);
            assert.match(await page.page.locator('#jobs tr').first()
                .textContent(), /paper out/);

            /* a page that is opened later shows it, too */

            await page.page.reload();
            await page.shows(['printer-1', 'failed'],
                             ['printer-1', 'printed']);
            assert.deepStrictEqual(page.errors, []);
        });

        it('shows why a print was refused', async (t) => {
            const { port, page } = await visit(t);
            const notice = page.page.locator('#notice');

            await page.clientId.fill('nobody');
            await page.page.click('#order button');
            await waitFor(async () => await notice.textContent() ===
                          'Not printed: client "nobody" is unknown',
                          async () => notice.textContent());

            /* a message without "error", such as that of startPrint */

            await page.page.route('**/jobs', (route) => route.fulfill({
                status: 404, contentType: 'application/json',
                body: JSON.stringify({ message: hub.OFFLINE })
            }));
            await page.page.click('#order button');
            await waitFor(async () => await notice.textContent() ===
                          `Not printed: ${hub.OFFLINE}`, 'the old answer');

            /* an answer that is not JSON */

            await page.page.unroute('**/jobs');
            await page.page.route('**/jobs', (route) => route.fulfill({
                status: 502, contentType: 'text/html', body: '<h1>502</h1>'
            }));
            await page.page.click('#order button');
            await waitFor(async () => await notice.textContent() ===
                          'Not printed: the server answered with status 502',
                          'the status');

            await page.page.unroute('**/jobs');
            await page.connect('nobody');
            await hub.online(port, 'nobody');
            await page.page.click('#order button');
            await waitFor(async () => {
                return /^Job \w/.test(await notice.textContent());
            }, 'the job');
            assert.deepStrictEqual(page.errors, []);
        });

        it('shows when a job was created', async (t) => {
            const { nginx, port, context, page } = await visit(t);
            const from = Date.now() - 1000;

            await page.connect('printer-1');
            await hub.online(port, 'printer-1');
            await hub.deliver(port, 'printer-1', 'x');
            await page.shows(['printer-1', 'received']);

            const later = await browser.open(context, nginx.url);

            await later.shows(['printer-1', 'received']);

            /* the event tells it, and the list */

            for (const one of [page, later]) {
                const time = one.page.locator('#jobs time');
                const date = new Date(await time.getAttribute('datetime'));

                assert.ok(date >= from && date <= Date.now() + 1000, date);
                assert.match(await time.textContent(), /^\d\d:\d\d:\d\d$/);
            }

            /* a job of another day */

            await page.page.route('**/jobs?*', async (route) => {
                const response = await route.fetch();
                const text = await response.text();

                await route.fulfill({
                    response,
                    body: text.replace(/"created":"[^T]*/,
                                       '"created":"2026-02-03')
                });
            });
            await page.page.reload();
            await page.shows(['printer-1', 'received']);
            assert.match(await page.page.locator('#jobs time').textContent(),
                         /^2026-02-0\d \d\d:\d\d$/);
            assert.deepStrictEqual(page.errors, []);
        });

        it('copies the id of a job, by mouse and keyboard', async (t) => {
            const { port, context, page } = await visit(t);
            const button = page.page.locator('#jobs [data-action=copy]');
            const aloud = page.page.locator('#aloud');

            await context.grantPermissions(['clipboard-read',
                                            'clipboard-write']);
            await page.connect('printer-1');
            await hub.online(port, 'printer-1');
            await hub.deliver(port, 'printer-1', 'x');
            await page.shows(['printer-1', 'received']);

            const id = await page.page.locator('#jobs tr').getAttribute('id');
            const shown = await button.innerText();

            assert.match(shown, new RegExp(`${id.slice(0, 8)}$`));

            const copied = async () => {
                await waitFor(async () => await aloud.textContent()
                              === 'Copied', 'the feedback');
                assert.strictEqual(await page.page.evaluate(
                    'navigator.clipboard.readText()'), id);
                await page.page.evaluate('navigator.clipboard.writeText("")');
                await waitFor(async () => await button.innerText() === shown,
                              'the id again');
            };

            await button.click();
            await copied();

            await page.page.locator('#content').focus();
            await page.page.keyboard.press('Tab');
            await page.page.keyboard.press('Tab');
            assert.ok(await button.evaluate((element) => {
                return element === document.activeElement;
            }));
            await page.page.keyboard.press('Enter');
            await copied();

            /* a page that is not of localhost and has no TLS */

            await page.page.evaluate(() => {
                window.real = navigator.clipboard;
                Object.defineProperty(navigator, 'clipboard',
                                      { value: undefined, writable: true });
            });
            await page.page.keyboard.press('Enter');
            await waitFor(async () => await aloud.textContent() === 'Copied',
                          'the feedback');
            assert.strictEqual(await page.page.evaluate(
                'real.readText()'), id);
            assert.ok(await button.evaluate((element) => {
                return element === document.activeElement;
            }));

            /* a browser that does not allow it */

            await page.page.evaluate(() => {
                navigator.clipboard = { writeText: () => Promise.reject() };
            });
            await page.page.keyboard.press('Enter');
            await waitFor(async () => await page.text('trouble') ===
                          'Not copied: the browser does not allow it',
                          'the message');
            assert.deepStrictEqual(page.errors, []);
        });

        it('shows why jobs cannot be listed, and lists them', async (t) => {
            const { nginx, port, context, page } = await visit(t);

            await page.connect('printer-1');
            await hub.online(port, 'printer-1');
            await hub.deliver(port, 'printer-1', 'x');

            const answers = [
                ['jobs?*', { status: 503, contentType: 'application/json',
                             body: '{"error":{"code":"zone_busy",'
                                   + '"message":"the zone is busy"}}' },
                 'the zone is busy'],
                ['jobs?*', { status: 401, body: '<h1>401</h1>' },
                 'the server answered with status 401'],
                ['jobs?*', { status: 200, body: '<h1>Log in</h1>' },
                 'the answer of the server is not JSON'],
                ['jobs?*', { status: 200, body: '{"data":[]}' },
                 'the answer of the server is not JSON'],
                ['jobs?*', null, 'the server cannot be reached'],
                ['events', { status: 503, body: '' },
                 'the server does not send the changes'],
                ['events', null, 'the server cannot be reached']
            ];

            for (const [path, answer, reason] of answers) {
                const next = new browser.Page(await context.newPage());

                await next.page.route(`**/${path}`, (route) => {
                    return answer ? route.fulfill(answer) : route.abort();
                });
                await next.page.goto(nginx.url);
                await waitFor(async () => await next.text('trouble') ===
                              `This list is not up to date: ${reason}`,
                              reason);

                await next.page.unroute(`**/${path}`);
                await next.shows(['printer-1', 'received']);
                await waitFor(async () => await next.text('trouble') === '',
                              `the end of ${reason}`);
                assert.deepStrictEqual(next.errors, []);
                await next.page.close();
            }
        });

        it('shows that it was connected before', async (t) => {
            const { page } = await visit(t);
            const color = () => page.page.locator('#state').evaluate(
                (element) => getComputedStyle(element).backgroundColor);
            const grey = await color();

            await page.connect('printer-1');
            await page.page.click('#disconnect');
            await page.is('disconnected');
            assert.notStrictEqual(await color(), grey);
        });

        it('has targets that a finger can hit', async (t) => {
            const server = `${PINGS} print_hub_queue 10;`;
            const nginx = await serve(t, { workers, demo: true, server });

            for (const width of [360, 1280]) {
                const context = await chromium.newContext({
                    viewport: { width, height: 640 }
                });
                const page = await browser.open(context, nginx.url);

                await page.page.check('#answers');
                await page.connect(`p${width}`);
                await hub.online(nginx.port, `p${width}`);
                await page.page.click('#order button');
                await page.printed(1);
                await page.page.click('#disconnect');
                await hub.offline(nginx.port, `p${width}`);
                await page.page.click('#order button');
                await page.page.locator('[data-action=cancel]').first()
                    .waitFor();

                const small = await page.page.evaluate(() => {
                    return [...document.querySelectorAll(
                        'a, button, label.option, input:not([type=checkbox])')]
                        .filter((element) => element.checkVisibility())
                        .map((element) => {
                            const { width: x, height: y }
                                = element.getBoundingClientRect();

                            return { text: element.textContent, x, y };
                        })
                        .filter(({ x, y }) => x < 44 || y < 44);
                });

                assert.deepStrictEqual(small, []);
                await context.close();
            }
        });

        it('speaks one language at a time', async (t) => {
            const { nginx, context, page } = await visit(t);
            const text = () => page.page.locator('body').innerText();
            const chinese = /[\u4e00-\u9fff]/;

            /* all texts except the switch itself */

            await page.page.click('#order button');
            await page.page.locator('#log .bad').waitFor();
            assert.doesNotMatch((await text()).replace('中文', ''), chinese);

            await page.page.click('text=中文');
            assert.match(await text(), /未打印：没有这个打印站/);
            assert.match(await text(), /未连接/);
            assert.doesNotMatch(await text(),
                                /\b(Not|Print|Connect|Job|Client)\b/);
            assert.strictEqual(await page.page.getAttribute('html', 'lang'),
                               'zh-CN');

            /* the choice is kept */

            const next = await browser.open(context, nginx.url);

            assert.match(await next.text('connect'), chinese);
            await next.page.click('text=English');
            await next.page.reload();
            assert.strictEqual(await next.text('connect'), 'Connect');
            assert.deepStrictEqual(page.errors, []);
        });

        it('speaks the language of the browser', async (t) => {
            const nginx = await serve(t, { workers, demo: true });

            for (const [locale, connect] of [['zh-TW', '连接'],
                                             ['en-GB', 'Connect'],
                                             ['fr-FR', 'Connect']])
            {
                const context = await chromium.newContext({ locale });
                const page = await browser.open(context, nginx.url);

                assert.strictEqual(await page.text('connect'), connect);
                await context.close();
            }
        });

        it('has dark colors, which can be read', async (t) => {
            const nginx = await serve(t, { workers, demo: true });

            for (const colorScheme of ['light', 'dark']) {
                const context = await chromium.newContext({ colorScheme });
                const page = await browser.open(context, nginx.url);

                await page.page.click('#order button');
                await page.page.locator('#log .bad').waitFor();

                const found = await page.page.evaluate(contrasts);

                assert.strictEqual(found.ground < 0.05,
                                   colorScheme === 'dark');
                assert.ok(found.texts.length > 20);

                for (const { text, contrast } of found.texts) {
                    assert.ok(contrast >= 4.5,
                              `${colorScheme} ${text}: ${contrast}`);
                }

                await context.close();
            }
        });

        it('fits a phone', async (t) => {
            const nginx = await serve(t, { workers, demo: true });

            for (const locale of ['en', 'zh']) {
                const context = await chromium.newContext({
                    locale, viewport: { width: 360, height: 640 }
                });
                const page = await browser.open(context, nginx.url);
                const id = 'a-client-id-without-any-space'.repeat(2);

                await page.page.check('#answers');
                await page.connect(id);
                await hub.online(nginx.port, id);
                await page.page.click('#order button');
                await page.printed(1);
                await page.page.click('[data-action=paperOut]');
                await waitFor(async () => (await page.jobs())[0][1]
                              === 'failed', 'the job');
                await hub.deliver(nginx.port, id, 'x'.repeat(200));
                await page.printed(2);

                assert.strictEqual(await page.page.evaluate(
                    'document.documentElement.scrollWidth'), 360);
                await context.close();
            }
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
            assert.strictEqual(await page.state(), 'connected');
            assert.deepStrictEqual(page.errors, []);
        });

        it('goes on over a reload', async (t) => {
            const { nginx, port, page } = await visit(t);

            await page.connect('printer-1');
            await page.upgraded();

            const socketId = await page.socketId();
            const old = await nginx.reload();

            await nginx.gone(old);
            await hub.deliver(port, 'printer-1', 'x');
            assert.deepStrictEqual(await page.printed(1),
                                   [{ printData: 'x' }]);
            assert.strictEqual(await page.state(), 'connected');
            assert.strictEqual(await page.socketId(), socketId);
            assert.deepStrictEqual(page.errors, []);
        });

        it('comes back after its worker was killed', async (t) => {
            const { nginx, port, page } = await visit(t);

            await page.connect('printer-1');
            await page.upgraded();

            const socketId = await page.socketId();

            for (const pid of nginx.workers()) {
                await nginx.kill(pid);
            }

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

            /* a page without an origin can only load scripts */

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
