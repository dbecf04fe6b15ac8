
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Reloads and new binaries, one after the other, under prints: real clients
 * notice nothing.  The long form is "make outlive-test".
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const { it } = require('node:test');

const clients = require('./lib/clients');
const daemon = require('./lib/daemon');
const hub = require('./lib/hub');
const http = require('./lib/raw_http');
const { isGone } = require('./lib/nginx');
const { sequence } = require('./lib/sequence');
const { NGINX_ONLY } = require('./lib/target');
const { Pump } = require('./lib/pump');
const { waitFor, LONG } = require('./lib/wait');


const CLIENTS = Number(process.env.STORM_CLIENTS || 40);
const RELOADS = Number(process.env.STORM_RELOADS || 6);
const UPGRADES = Number(process.env.STORM_UPGRADES || 3);

const BUSY = 10;               /* clients that are printed on all the time */
const AT_ONCE = 100;           /* clients that connect */
const WORKERS = 2;


async function connectAll(nginx) {
    const all = [];

    while (all.length < CLIENTS) {
        const n = Math.min(AT_ONCE, CLIENTS - all.length);

        all.push(...await Promise.all(sequence(n).map((i) => {
            return clients.connect(nginx, `c${all.length + Number(i)}`,
                                   { transports: 'websocket' });
        })));
    }

    return all;
}


/* memory of all processes that is theirs alone, in KB, and descriptors */

function size(nginx) {
    let memory = 0;
    let files = 0;

    for (const pid of [nginx.master, ...nginx.children(nginx.master)]) {
        const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');

        memory += Number(/^Private_Dirty:\s+(\d+)/m.exec(text)[1]);
        files += fs.readdirSync(`/proc/${pid}/fd`).length;
    }

    return { memory, files };
}


async function reload(nginx) {
    const old = nginx.children(nginx.master);

    process.kill(nginx.master, 'SIGHUP');
    await nginx.gone(old);
}


async function upgrade(nginx) {
    const old = await nginx.upgrade();

    process.kill(old, 'SIGQUIT');
    await waitFor(() => isGone(old), () => `the old master\n${nginx.log()}`);
}


it(`${RELOADS} reloads and ${UPGRADES} new binaries, ${CLIENTS} clients`,
   { skip: NGINX_ONLY }, async (t) => {
    const nginx = await daemon.start({
        workers: WORKERS, limit: 'off', file: 'hub.zone', pingInterval: 2000,
        pingTimeout: LONG, drain: 5000, zone: '32m'
    });

    t.after(() => nginx.stop());

    const { port } = nginx;
    const all = await connectAll(nginx);

    t.after(() => all.forEach((one) => one.leave()));

    const pump = new Pump(port, all.slice(0, BUSY));
    const steps = RELOADS + UPGRADES;
    let first;

    for (let i = 0, done = 0; i < steps; i++) {
        await pump.rounds(2);

        /* the new binaries are spread over the reloads */

        if ((i + 1) * UPGRADES / steps >= done + 1) {
            done++;
            await upgrade(nginx);

        } else {
            await reload(nginx);
        }

        first = first || size(nginx);
    }

    await pump.rounds(2);
    await pump.stop();

    for (const one of all.slice(BUSY)) {
        await hub.deliver(port, one.id, 'last');
    }

    for (const one of all) {
        const taken = pump.taken(one.id) || ['last'];

        await waitFor(() => one.prints.length >= taken.length,
                      `the prints of ${one.id}`);
        assert.deepStrictEqual(one.prints, taken, one.id);
        assert.deepStrictEqual(one.reasons, [], one.id);
    }

    const last = size(nginx);
    const { handed, taken, refused, takenBack } = await http.json(port,
                                                                  '/zone');

    assert.ok(taken >= CLIENTS * steps, `${taken} were taken`);
    assert.ok(last.files <= first.files, `${first.files} descriptors, then `
              + `${last.files}`);
    assert.ok(process.env.E2E_SANITIZER || last.memory < first.memory * 1.5,
              `${first.memory} KB, then ${last.memory} KB`);

    t.diagnostic(`${handed} handed, ${taken} taken, ${refused} refused, `
                 + `${takenBack} taken back; ${first.memory} KB and `
                 + `${first.files} descriptors, then ${last.memory} KB and `
                 + `${last.files}`);
});
