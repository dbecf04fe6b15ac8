
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Stops or kills a worker inside a function of the module, at a chosen
 * instruction: see stop_inside.c, which "make app" builds beside the module.
 *
 * A function whose name ends in _locked, and ngx_print_store_unlock(), begin
 * while the worker holds the zone's lock.
 */


'use strict';


const { once } = require('node:events');
const { spawn } = require('node:child_process');
const path = require('node:path');

const { waitFor } = require('./wait');


const MODULE = path.resolve(process.env.MODULE
                            || path.join(__dirname, '../../../build',
                                         'ngx_print_module.so'));
const BUILD = path.dirname(MODULE);
const TOOL = path.join(BUILD, 'stop_inside');

/* exit codes of the tool */

const FORBIDDEN = 2;
const ENDED = 3;

/* the option "main" of an nginx, whose workers let any process trace them */

const MAIN = `load_module "${path.join(BUILD, 'app',
                                       'ngx_print_test_module.so')}";`;


/* a point in the worker's program that it has not reached yet */

class Point {

    constructor(pid, name, { call, steps, what }) {
        this.text = '';
        this.code = null;
        this.child = spawn(TOOL, [pid, MODULE, name, call, steps, what].map(
            String
        ), { stdio: ['ignore', 'pipe', 'pipe'] });

        this.closed = once(this.child, 'close').then(([code]) => {
            this.code = code;
        });

        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream.on('data', (data) => {
                this.text += data;
            });
        }
    }

    /* the tool has the worker */

    async ready() {
        await waitFor(() => this.code !== null || /waiting/.test(this.text),
                      'stop_inside to attach');

        return this;
    }

    /*
     * The worker is there: it is stopped, or dead.  Returns false if it ended
     * before, or if the point was canceled.
     */

    async reached() {
        await waitFor(() => this.code !== null,
                      () => `the worker to be there: ${this.text}`);

        if (this.code !== 0 && this.code !== ENDED && !this.child.killed) {
            throw new Error(this.text);
        }

        return this.code === 0;
    }

    /* the worker continues as if there had never been a point */

    async cancel() {
        this.child.kill('SIGTERM');

        return this.reached();
    }
}


/*
 * When the worker calls this function for the call-th time from now, and has
 * executed so many instructions more, it is stopped (SIGCONT lets it continue)
 * or killed.  Returns when the worker is watched.
 */

function stop(pid, name, { call = 1, steps = 0 } = {}) {
    return new Point(pid, name, { call, steps, what: 'stop' }).ready();
}


function kill(pid, name, { call = 1, steps = 0 } = {}) {
    return new Point(pid, name, { call, steps, what: 'kill' }).ready();
}


/* why this system does not let one process stop another; null: it does */

async function forbidden(pid) {
    const point = await stop(pid, 'ngx_print_store_unlock',
                             { call: 1000000 });

    if (point.code === FORBIDDEN) {
        return point.text;
    }

    await point.cancel();

    return null;
}


module.exports = { stop, kill, forbidden, MAIN };
