
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Workers that stand still while they have the lock of the zone, see inside.js.
 */


'use strict';


const assert = require('node:assert');

const inside = require('./inside');
const target = require('./target');
const { waitFor } = require('./wait');


const HELD = /worker: pid (\d+) has held the lock of zone "\S+" for (\d+) ms/;


/* an nginx whose workers can be traced; null: this system forbids it */

async function serve(t, options) {
    const nginx = await target.serve(t, { main: inside.MAIN, ...options });
    const reason = await inside.forbidden(nginx.workers()[0]);

    if (reason) {
        t.skip(reason);
        return null;
    }

    nginx.allow(HELD);
    await nginx.ready();

    return nginx;
}


/* what the alerts say: [second, process, ms] */

function alerts(nginx) {
    return nginx.log().split('\n').filter((line) => HELD.test(line))
        .map((line) => {
            const [, pid, ms] = line.match(HELD);

            return [line.slice(0, 19), Number(pid), Number(ms)];
        });
}


/* lets a worker continue, if there still is one */

function go(pid) {
    try {
        process.kill(pid, 'SIGCONT');

    } catch (error) {
        /* it was killed */
    }
}


/*
 * Stops a worker in the midst of a print for this clientId: { go, answer }.
 * go() lets it continue, answer is that of the print.
 */

async function stall(t, steer, pid, id) {
    const point = await inside.stop(pid, 'ngx_print_event_jobs_locked');
    const answer = steer.request(pid, {
        path: `/startPrint?clientId=${id}&printData=held`
    });

    answer.catch(() => { /* it may be killed */ });

    t.after(() => go(pid));

    assert.ok(await point.reached());

    return { answer, go: () => process.kill(pid, 'SIGCONT') };
}


/*
 * A worker, one of two, calls "first" because of act(), and cannot have the
 * lock from then on, because the other one stands still in a print for this
 * clientId. It can have it again when it calls "second". If it does not call
 * that, it waits until an alert tells of the stall.
 */

async function between(t, nginx, steer, pid, id, { act, first, second }) {
    const other = steer.workers.find((one) => one !== pid);
    let point = await inside.stop(pid, first);

    t.after(() => go(pid));
    act();
    assert.ok(await point.reached());

    const held = await stall(t, steer, other, id);

    point = await inside.stop(pid, second);
    go(pid);

    await waitFor(() => point.code !== null || alerts(nginx).length > 0,
                  'the worker that cannot have the lock');
    held.go();
    await held.answer;

    if (point.code === null) {
        await point.cancel();

    } else {
        go(pid);
    }
}


module.exports = { serve, alerts, go, stall, between };
