
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A page of another site, in a real browser: what it can do with a hub that the
 * browser reaches.
 */


'use strict';


const assert = require('node:assert');
const { createServer } = require('node:http');
const { after, before, describe, it } = require('node:test');

const browser = require('./lib/browser');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');


/* in the page: everything that it may try, and what came of it */

async function attack(url) {
    const result = {};

    const status = async (path, options) => {
        try {
            return (await fetch(url + path, options)).status;

        } catch (error) {
            return 'blocked';
        }
    };

    const element = (name, src) => new Promise((resolve) => {
        const one = document.createElement(name);

        one.onload = () => resolve('loaded');
        one.onerror = () => resolve('error');
        one.src = src;
        document.body.append(one);
    });

    await element('img', `${url}/startPrint?clientId=victim&printData=image`);

    await status('/startPrint', {
        method: 'POST', mode: 'no-cors',
        body: new URLSearchParams({ clientId: 'victim', printData: 'form' })
    });

    await status('/jobs?clientId=victim', {
        method: 'POST', mode: 'no-cors',
        body: new Blob(['bytes'], { type: 'text/plain' })
    });

    result.jobs = await status('/jobs');
    result.cancel = await status('/jobs/x', { method: 'DELETE' });
    result.stations = await status('/getStatus');
    result.polling = await status('/socket.io/?EIO=4&transport=polling');
    result.jsonp = await element('script',
                                 `${url}/socket.io/?EIO=3&transport=polling&j=0`);

    result.websocket = await new Promise((resolve) => {
        const socket = new WebSocket(
            `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
        );

        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
    });

    return result;
}


describe('a page of another site', { skip: NGINX_ONLY }, () => {
    let server;
    let chromium;

    before(async () => {
        chromium = await browser.launch();

        server = createServer((request, response) => {
            response.writeHead(200, { 'Content-Type': 'text/html' });
            response.end('<!DOCTYPE html><script>var ___eio = [];</script>'
                         + '<body>another site');
        });

        await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    });

    after(async () => {
        await chromium.close();
        server.close();
    });

    const cases = {
        'can do what it could': {
            location: '', prints: ['image', 'form'],
            result: { jobs: 'blocked', cancel: 'blocked', stations: 200,
                      polling: 200, jsonp: 'loaded', websocket: 'open' }
        },
        'does not print': {
            location: 'print_hub_start_print same_origin;', prints: [],
            result: { jobs: 'blocked', cancel: 'blocked', stations: 200,
                      polling: 200, jsonp: 'loaded', websocket: 'open' }
        },
        'can do nothing': {
            location: `print_hub_start_print post; print_hub_origins self;
                       print_hub_cors_origins off;`, prints: [],
            result: { jobs: 'blocked', cancel: 'blocked', stations: 'blocked',
                      polling: 'blocked', jsonp: 'error', websocket: 'refused' }
        }
    };

    for (const [name, { location, prints, result }] of Object.entries(cases)) {
        it(name, async (t) => {
            const { port } = await serve(t, { location });
            const victim = await station.websocket(port, 'victim');
            const page = await chromium.newPage();

            await page.goto(`http://localhost:${server.address().port}/`);

            assert.deepStrictEqual(
                await page.evaluate(attack, `http://127.0.0.1:${port}`), result
            );

            /* a program prints all the same */

            const { body } = await http.request(port, {
                method: 'POST',
                path: '/startPrint?clientId=victim&printData=program'
            });

            assert.match(body, new RegExp(hub.RECEIVED));
            await victim.printed(prints.length + 1);
            assert.deepStrictEqual(victim.prints, [...prints, 'program']);

            await page.close();
            victim.leave();
        });
    }
});
