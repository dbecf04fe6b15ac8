#!/usr/bin/env node

/*
 * Copyright (C) the print hub contributors
 */


/*
 * Makes docs/images/station.png: the demo page in Chromium, with some jobs.
 * "make run" serves the page, on an address where nothing was printed yet.
 *
 * usage: NODE_PATH=node_modules tools/screenshot.js [URL] [FILE]
 */


'use strict';


const path = require('node:path');

const { launch } = require('../t/e2e/lib/browser');


const url = process.argv[2] || 'http://127.0.0.1:3000';
const file = process.argv[3]
             || path.join(__dirname, '../docs/images/station.png');

const PRINTS = ['hello', 'Order 20045', { title: 'Label 4711', copies: 2 }];


async function print(clientId, printData) {
    const response = await fetch(`${url}/jobs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ clientId, data: { printData }, wait: '5s' })
    });

    if (!response.ok) {
        throw new Error(`${response.status} ${await response.text()}`);
    }
}


async function main() {
    const browser = await launch();

    try {
        const page = await browser.newPage({
            colorScheme: 'light',
            locale: 'en-US',
            viewport: { width: 1100, height: 720 }
        });

        await page.goto(`${url}/?clientId=printer-1`);
        await page.locator('#answers').check();
        await page.locator('#connect').click();
        await page.locator('#station.connected').waitFor();
        await page.waitForTimeout(500);

        for (const printData of PRINTS) {
            await print('printer-1', printData);
        }

        /* the newest print is on top: it stays unanswered */

        await page.locator('#prints li:last-child button').first().click();
        await page.locator('#prints li:nth-child(2) button').last().click();
        await page.locator('#jobs .printed').first().waitFor();
        await page.locator('#jobs .failed').first().waitFor();

        /* no cursor and no frame of the focus in the picture */

        await page.evaluate(() => {
            document.activeElement.blur();
            window.scrollTo(0, 0);
        });

        await page.mouse.move(0, 0);

        const { y, height } = await page.locator('main').boundingBox();

        await page.screenshot({
            path: file,
            fullPage: true,
            clip: { x: 0, y: 0, width: 1100, height: Math.ceil(y + height) }
        });

    } finally {
        await browser.close();
    }
}


main().catch((error) => {
    console.error(`screenshot: ${error.message}`);
    process.exit(1);
});
