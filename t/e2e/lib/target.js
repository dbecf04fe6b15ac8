
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What is tested: nginx with the module, or, with TARGET=reference, a server
 * on the real libraries.
 */


'use strict';


const REFERENCE = process.env.TARGET === 'reference';

const { start } = REFERENCE ? require('./reference') : require('./nginx');

/* numbers of workers to run a test with; socket.io has no workers */

const WORKERS = REFERENCE ? [1] : [1, 4];

/* the reason to skip a test with socket.io */

const NGINX_ONLY = REFERENCE && 'a thing of nginx';


/* the packet behind a print: the ping that asks for a receipt */

const FENCE = REFERENCE ? [] : ['2'];


/* a target for the length of a test */

async function serve(t, options) {
    const target = await start(options);

    t.after(() => target.stop());

    return target;
}


module.exports = { REFERENCE, NGINX_ONLY, WORKERS, FENCE, start, serve };
