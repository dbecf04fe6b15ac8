
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What a reload takes with many WebSockets: its time, the CPU of old and new
 * workers, and how long another request waits.  The figures are printed, not
 * checked.  "make outlive-test" takes them with 10,000.
 */


'use strict';


const fs = require('node:fs');
const assert = require('node:assert');
const { it } = require('node:test');

const eio = require('./lib/eio');
const http = require('./lib/raw_http');
const hub = require('./lib/hub');
const { NGINX_ONLY, serve } = require('./lib/target');
const { LONG } = require('./lib/wait');


const CLIENTS = Number(process.env.LOAD_CLIENTS || 400);
const RELOADS = 3;
const AT_ONCE = 200;
const TICK = 10;               /* ms of CPU time that the kernel counts in */


async function connect(port, n) {
    const socket = await eio.websocket(port);

    socket.text('40');
    socket.text(`42["register","s${n}"]`);

    return socket;
}


/* ms of CPU time; 0 if the process is gone */

function used(pid) {
    try {
        const fields = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
            .split(') ')[1].split(' ');

        return (Number(fields[11]) + Number(fields[12])) * TICK;

    } catch {
        return 0;
    }
}


function sum(pids) {
    return pids.map(used).reduce((all, one) => all + one, 0);
}


/* asks for something else all the time: the longest answer, in ms */

class Prober {

    constructor(port) {
        this.longest = 0;
        this.over = false;
        this.running = this.run(port);
    }

    async run(port) {
        while (!this.over) {
            const start = performance.now();

            await http.request(port, '/worker');

            this.longest = Math.max(this.longest, performance.now() - start);
        }
    }

    async stop() {
        this.over = true;
        await this.running;
    }
}


it(`a reload with ${CLIENTS} WebSockets`, { skip: NGINX_ONLY }, async (t) => {
    const nginx = await serve(t, {
        workers: 2, limit: 'off', zone: '64m', pingInterval: LONG,
        pingTimeout: LONG, drain: 5000,
        connections: Math.max(2 * CLIENTS, 1024)
    });
    const { port } = nginx;
    const all = [];

    while (all.length < CLIENTS) {
        all.push(...await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => {
            return connect(port, all.length + i);
        })));
    }

    await hub.online(port, 's0', `s${CLIENTS - 1}`);

    for (let i = 0; i < RELOADS; i++) {
        const prober = new Prober(port);
        const old = nginx.workers();
        const before = sum(old);
        const start = Date.now();
        let after = before;

        const timer = setInterval(() => {
            after = Math.max(after, sum(old));
        }, 1);

        nginx.signal('SIGHUP');
        await nginx.gone(old);

        const ms = Date.now() - start;

        clearInterval(timer);
        await prober.stop();

        t.diagnostic(`${ms} ms, ${after - before} ms of CPU in old and `
                     + `${sum(nginx.workers())} in new workers, the longest `
                     + `other request took ${prober.longest.toFixed(0)} ms`);
    }

    assert.ok((await http.json(port, '/zone')).taken >= RELOADS * CLIENTS);

    for (const one of all) {
        assert.ok(!one.frames.some((frame) => /^close/.test(frame)));
        one.destroy();
    }
});
