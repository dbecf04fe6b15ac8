
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The application that the fuzzer's nginx asks whom to let in, and that it tells
 * events: it answers anything, late, or nothing at all.  What it is sent must be
 * JSON.
 */


'use strict';


const http = require('node:http');

const { SLOW } = require('./wait');


const IDS = [
    'fuzz-*', 'fuzz-1, fuzz-2, fuzz-3*', '', '*', 'fuzz-1,,fuzz-2', 'a,b,c,d',
    'x'.repeat(300)
];

const EXPIRES = ['3600', '1', '0', '', '-1', '99999999999', '1s'];

const REFUSALS = [
    '{"message":"not you","data":{"why":"x"}}', '{"message":1}', '{"message":',
    'a line\nand another', '', 'x'.repeat(5000), '\xff\xfe', '[]', 'null'
];

/* bytes that are no answer, or only a part of one */

const GARBAGE = [
    '', '\r\n\r\n', 'HTTP/1.1 200', 'nothing of HTTP\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort',
    'HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
    'HTTP/1.1 200 OK\r\nX-Print-Expires: 5\r\nX-Print-Expires: 6\r\n\r\n',
    `HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(100000)}`,
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
];


class App {

    constructor(random) {
        this.random = random;
        this.wrong = [];                  /* what was sent and is no JSON */
    }

    async start() {
        this.server = http.createServer((request, response) => {
            this.handle(request, response).catch(() => {
                /* the worker that has asked was killed */
            });
        });

        await new Promise((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(0, '127.0.0.1', resolve);
        });

        this.port = this.server.address().port;
    }

    async handle(request, response) {
        const pieces = [];

        for await (const piece of request) {
            pieces.push(piece);
        }

        const text = Buffer.concat(pieces).toString();

        try {
            JSON.parse(text);

        } catch {
            this.wrong.push(text);
        }

        this.answer(response);
    }

    answer(response) {
        const { below, pick } = this.random;
        const headers = {};

        switch (below(16)) {

        case 0:
        case 1:
            response.writeHead(pick([401, 403]));
            response.end(pick(REFUSALS));
            return;

        case 2:
            response.writeHead(pick([204, 302, 400, 404, 429, 500, 503]));
            response.end();
            return;

        case 3:
            response.socket.end(Buffer.from(pick(GARBAGE), 'latin1'));
            return;

        case 4:
            response.socket.destroy();
            return;

        case 5:
            /* nginx gives up */
            return;

        case 6:
        case 7:
        case 8:
            setTimeout(() => response.end(), below(400 * SLOW));
            return;

        case 9:
        case 10:
            headers['X-Print-Client-Id'] = pick(IDS);
            break;

        case 11:
            headers['X-Print-Expires'] = pick(EXPIRES);
            break;
        }

        response.writeHead(200, headers);
        response.end(pick(['', '{}', 'welcome']));
    }

    async stop() {
        const closed = new Promise((resolve) => this.server.close(resolve));

        this.server.closeAllConnections();
        await closed;
    }
}


/* one for the length of a test */

async function serve(t, random) {
    const app = new App(random);

    await app.start();
    t.after(() => app.stop());

    return app;
}


module.exports = { serve };
