
/*
 * Copyright (C) the print hub contributors
 */


/* An nginx with the applications of t/app, set up as make conformance does. */


'use strict';


const fs = require('node:fs');
const path = require('node:path');

const { start } = require('./nginx');
const { SLOW } = require('./wait');


const ROOT = path.join(__dirname, '..', '..', '..');
const MODULE = path.resolve(process.env.MODULE
                            || path.join(ROOT, 'build/ngx_print_module.so'));
const TEST = path.join(path.dirname(MODULE), 'app/ngx_print_test_module.so');

const TEXT = fs.readFileSync(path.join(ROOT, 't/app/nginx.conf.in'), 'utf8');


/* ms, in place of what the suites have */

const INTERVAL = 300 * SLOW;
const TIMEOUT = 200 * SLOW;


/* what is between two lines of the configuration, the first one included */

function between(first, last) {
    const from = TEXT.indexOf(first);

    return TEXT.slice(from, TEXT.indexOf(last, from));
}


/*
 * eio3: with what the suites have switched off; extra: more text for the server
 */

async function serve(t, { eio3, extra = '', ...options } = {}) {
    const http = between('print_hub_ping_interval', '    server {')
        .replace('ping_interval 300ms', `ping_interval ${INTERVAL}ms`)
        .replace('ping_timeout 200ms', `ping_timeout ${TIMEOUT}ms`);
    const server = between('location = /ws-echo', '    }\n}');

    const nginx = await start({
        workers: 1, hub: false,
        main: `load_module "${TEST}";`,
        server: (eio3 ? http.replace('eio3 off', 'eio3 on') : http) + server
                + extra,
        ...options
    });

    t.after(() => nginx.stop());

    return nginx;
}


module.exports = { serve, INTERVAL, TIMEOUT };
