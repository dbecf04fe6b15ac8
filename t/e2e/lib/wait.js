
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Waiting for something to become true: the only clock of these tests.
 *
 * No test fails because the machine is busy.  PATIENCE guards against what
 * never comes true, and is minutes; timers of the server that a test lets run
 * out are short, and those that must not run out meanwhile are LONG.
 */


'use strict';


const fs = require('node:fs');
const os = require('node:os');


/* ms without progress that count as a hang; tools/test.sh has it in s */

const PATIENCE = 1000 * Number(process.env.TEST_PATIENCE || 180);

/* ms of a timer of the server that must not expire during a test */

const LONG = 2 * PATIENCE;

/*
 * How many times slower than usual the server and the test may be: E2E_SLOW as
 * under a sanitizer, and the load of the machine when the test starts.  A timer
 * that is to run out only after a client has done something is multiplied by it.
 */

const SLOW = Number(process.env.E2E_SLOW || 1) * busy();

/* ms between two checks: short at first, then longer */

const STEP = 1;
const MAX_STEP = 20;


/* processes for each processor, of the last minute or just now */

function busy() {
    let running = 0;

    try {
        const text = fs.readFileSync('/proc/loadavg', 'latin1');

        running = Number(text.split(' ')[3].split('/')[0]);

    } catch {
        /* not on Linux */
    }

    const load = Math.max(os.loadavg()[0], running);

    return Math.max(1, Math.ceil(load / os.availableParallelism()));
}


function sleep(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}


/*
 * Calls condition, which may be asynchronous, until it returns a true value,
 * and returns that; throws with what was awaited if it takes too long.
 */

async function waitFor(condition, what, timeout = PATIENCE) {
    const end = Date.now() + timeout;

    for (let step = STEP; ; step = Math.min(2 * step, MAX_STEP)) {
        const value = await condition();

        if (value) {
            return value;
        }

        if (Date.now() > end) {
            throw late(what, timeout);
        }

        await sleep(step);
    }
}


/* the promise's value; throws with what was awaited if it takes too long */

async function within(promise, what, timeout = PATIENCE) {
    let timer;

    const alarm = new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(late(what, timeout)), timeout);
    });

    try {
        return await Promise.race([promise, alarm]);

    } finally {
        clearTimeout(timer);
    }
}


function late(what, timeout) {
    const text = typeof what === 'function' ? what() : what;

    return new Error(`in vain for ${timeout} ms: ${text}`);
}


module.exports = { waitFor, within, PATIENCE, LONG, SLOW };
