
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Requests to a worker of one's choice: connections are opened until each
 * worker has some, and are kept.
 */


'use strict';


const http = require('./raw_http');
const ws = require('./raw_ws');
const { within, PATIENCE } = require('./wait');


const BURST = 32;
const SPARE = 256;      /* connections that a worker may have, idle */


class Steer {

    constructor(port, workers) {
        this.port = port;
        this.workers = workers;
        this.idle = new Map(workers.map((pid) => [pid, []]));
    }

    /* an idle connection of a worker */

    async take(pid) {
        const end = Date.now() + PATIENCE;
        const idle = this.idle.get(pid);

        for ( ;; ) {
            const socket = idle.pop();

            if (socket === undefined) {
                await this.more(end);

            } else if (!socket.destroyed) {
                return socket;
            }
        }
    }

    /* many at once, so that several workers accept them */

    async more(end) {
        if (Date.now() > end) {
            throw new Error(`one of ${this.workers} accepts nothing`);
        }

        await Promise.all(Array.from({ length: BURST }, async () => {
            const { socket, done } = http.open(this.port, {
                path: '/worker', keep: true
            });

            this.give(socket, await within(done, 'a worker'));
        }));
    }

    give(socket, { status, worker }) {
        const idle = this.idle.get(worker);

        if (status === 0 || !idle || idle.length === SPARE) {
            socket.destroy();
            return;
        }

        idle.push(socket);
    }

    /* the answer of this worker to a request */

    async request(pid, options) {
        return within(this.open(pid, options).done, 'an answer');
    }

    /* the same, { sent, done, abort() } */

    open(pid, options) {
        const sent = this.take(pid).then((socket) => {
            return http.open(this.port, { ...options, socket, keep: true });
        });

        const done = sent.then(async (request) => {
            const answer = await request.done;

            if (answer.status !== 0 && answer.worker !== pid) {
                throw new Error(`${answer.worker} answered for ${pid}`);
            }

            this.give(request.socket, answer);

            return answer;
        });

        return {
            sent, done, abort: async () => (await sent).abort()
        };
    }

    /*
     * A GET of a session that waits at this worker: it is there when a later
     * request was answered, for a worker reads in the order of arrival.
     */

    async park(pid, session) {
        const poll = this.open(pid, { path: session.path });

        await poll.sent;
        await this.request(pid, { path: '/worker' });

        return poll;
    }

    async websocket(pid, path) {
        const socket = await this.take(pid);

        return ws.connect(this.port, { path, socket });
    }

    /* opens the requests of a session: GETs at one worker, others elsewhere */

    wire(get, post) {
        const choose = (options) => (options.method === 'POST' ? post : get);

        return {
            open: (port, options) => this.open(choose(options), options),
            request: (port, options) => this.request(choose(options), options)
        };
    }

    end() {
        for (const socket of [...this.idle.values()].flat()) {
            socket.destroy();
        }
    }
}


module.exports = { Steer };
