
/*
 * Copyright (C) the print hub contributors
 */


/* The demo page in a browser: CHROMIUM, or chromium in PATH. */


'use strict';


const fs = require('node:fs');
const path = require('node:path');

const { chromium } = require('playwright-core');

const { waitFor, PATIENCE } = require('./wait');


function executable() {
    if (process.env.CHROMIUM) {
        return process.env.CHROMIUM;
    }

    return process.env.PATH.split(path.delimiter)
        .map((folder) => path.join(folder, 'chromium'))
        .find((file) => fs.existsSync(file));
}


function launch() {
    return chromium.launch({ executablePath: executable(),
                             args: ['--no-sandbox'] });
}


class Page {

    constructor(page) {
        this.page = page;
        this.errors = [];             /* of its script */
        this.refused = 0;             /* WebSockets */

        page.setDefaultTimeout(PATIENCE);
        page.on('pageerror', (error) => this.errors.push(error.message));

        page.on('websocket', (socket) => {
            socket.on('socketerror', () => this.refused++);
        });
    }

    text(id) {
        return this.page.locator(`#${id}`).textContent();
    }

    get clientId() {
        return this.page.locator('#clientId');
    }

    async connect(id) {
        await this.clientId.fill(id);
        await this.page.click('#connect');
        await this.is('connected');
    }

    /* the state that the user sees, in any language */

    state() {
        return this.page.locator('#station').getAttribute('data-state');
    }

    async is(state) {
        await waitFor(async () => await this.state() === state,
                      `the page to be ${state}`);
    }

    /* connected, and not for the first time */

    async returned() {
        await waitFor(async () => {
            const connects = this.page.locator('#log [data-kind=connected]');

            return await this.state() === 'connected'
                   && await connects.count() > 1;

        }, 'the page to be back');
    }

    /* the jobs that it shows, the newest one first: [clientId, state] */

    async jobs() {
        const rows = await this.page.locator('#jobs tr').all();

        return Promise.all(rows.map(async (row) => [
            await row.locator('.client').textContent(),
            await row.getAttribute('data-state')
        ]));
    }

    async shows(...jobs) {
        await waitFor(async () => {
            return JSON.stringify(await this.jobs()) === JSON.stringify(jobs);
        }, `${JSON.stringify(jobs)} on the page`);
    }

    socketId() {
        return this.text('socketId');
    }

    transport() {
        return this.page.evaluate('socket.io.engine.transport.name');
    }

    async upgraded() {
        await waitFor(async () => await this.transport() === 'websocket',
                      'the upgrade of the page');
    }

    /* what it shows as printed, in the order in which it came */

    async prints() {
        const texts = await this.page.locator('#prints pre')
            .allTextContents();

        return texts.reverse().map((text) => JSON.parse(text));
    }

    async printed(n) {
        await waitFor(async () => (await this.prints()).length >= n,
                      `${n} prints on the page`);

        return this.prints();
    }
}


/* a page of its own context, at the URL */

async function open(context, url) {
    const page = new Page(await context.newPage());

    await page.page.goto(url);

    return page;
}


module.exports = { Page, launch, open };
