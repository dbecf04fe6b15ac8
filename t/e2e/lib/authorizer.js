
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The application that print_hub_authorize asks: it keeps what it was asked,
 * and answers as decide() says.
 */


'use strict';


const http = require('node:http');

const { waitFor } = require('./wait');


class Authorizer {

    constructor() {
        this.port = 0;
        this.asked = [];                  /* bodies, with their headers */
        this.held = [];                   /* { asked, answer() } */
        this.decide = () => ({});
    }

    async start() {
        this.server = http.createServer((request, response) => {
            this.handle(request, response);
        });

        this.server.keepAliveTimeout = 0;

        await new Promise((resolve, reject) => {
            this.server.once('error', reject);
            this.server.listen(this.port, '127.0.0.1', resolve);
        });

        this.port = this.server.address().port;
    }

    async handle(request, response) {
        const pieces = [];

        for await (const piece of request) {
            pieces.push(piece);
        }

        const body = JSON.parse(Buffer.concat(pieces).toString());

        this.asked.push(body);

        const decision = this.decide(body, request, response);

        if (decision === 'hold') {
            this.held.push({
                asked: body,
                answer: (late = {}) => send(response, late)
            });

        } else if (decision !== 'done') {
            send(response, decision);
        }
    }

    /* n of these events were asked in all */

    async was(n, event) {
        const count = () => this.asked.filter((one) => {
            return !event || one.event === event;
        }).length;

        await waitFor(() => count() >= n,
                      () => `${n} questions, there are ${count()}`);
    }

    /* answers what it holds, and holds no more */

    release(answer = {}) {
        this.decide = () => answer;
        this.held.splice(0).forEach((one) => one.answer(answer));
    }

    /* closes the server: connections are refused */

    async stop() {
        const closed = new Promise((resolve) => this.server.close(resolve));

        this.server.closeAllConnections();
        await closed;
    }
}


/* { status, headers, body } of an answer */

function send(response, { status = 200, headers = {}, body = '' }) {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
}


/* one for the length of a test */

async function serve(t) {
    const authorizer = new Authorizer();

    await authorizer.start();
    t.after(() => authorizer.stop().catch(() => {}));

    return authorizer;
}


/* options of nginx; more.ask: parameters; more.inside: of the location */

function options(authorizer, more = {}) {
    return {
        ...more,
        location: `print_hub_authorize /authorize ${more.ask || ''};
                   ${more.location || ''}`,
        server: `location = /authorize {
                     internal;
                     proxy_pass http://127.0.0.1:${authorizer.port}/ask;
                     ${more.inside || ''}
                 }
                 ${more.server || ''}`
    };
}


module.exports = { serve, options };
