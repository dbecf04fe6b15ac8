
/*
 * Copyright (C) the print hub contributors
 */


/* What is on the wire, row by row: the tables are in conformance/. */


'use strict';


const { after, before, describe, it } = require('node:test');

const frames = require('./conformance/frames');
const packets = require('./conformance/packets');
const requests = require('./conformance/requests');
const run = require('./conformance/run');
const upgrades = require('./conformance/upgrades');
const { WORKERS, start } = require('./lib/target');


/* runs the rows of a table against a target with these options */

function table(name, options, rows, runner) {
    for (const workers of WORKERS) {
        describe(`${name}, ${workers} worker(s)`, () => {
            let target;

            before(async () => {
                target = await start({
                    eio3: false,
                    pingInterval: 25000, pingTimeout: 20000, workers,
                    ...options
                });
            });

            after(() => target.stop());

            for (const row of rows) {
                it(row.name, (t) => {
                    const reason = run.skip(row, target);

                    if (reason) {
                        t.skip(reason);
                        return undefined;
                    }

                    return runner(run.fit(row, target), target);
                });
            }
        });
    }
}


table('requests', {}, requests.seed, run.runRequest);
table('requests without CORS', { cors: false }, requests.noCors,
      run.runRequest);
table('requests with origins', { cors: requests.origins }, requests.someCors,
      run.runRequest);
table('requests of long-polling alone', { transports: ['polling'] },
      requests.pollingOnly, run.runRequest);
table('requests of WebSocket alone', { transports: ['websocket'] },
      requests.websocketOnly, run.runRequest);
table('requests of a small payload', { maxPayload: 100 }, requests.small,
      run.runRequest);

table('upgrades', {}, upgrades.seed, run.runUpgrade);
table('upgrades where long-polling is alone', { transports: ['polling'] },
      upgrades.pollingOnly, run.runUpgrade);

table('frames', {}, frames.seed, run.runFrames);
table('frames of a small payload', { maxPayload: 100 }, frames.small,
      run.runFrames);

table('packets by WebSocket', {},
      packets.seed.filter((row) => row.websocket !== false),
      run.runWebsocket);
table('packets by a waiting GET', {},
      packets.seed.filter((row) => row.polling !== false),
      (row, target) => run.runPolling(row, target, true));
table('packets by a later GET', {},
      packets.seed.filter((row) => row.polling !== false),
      (row, target) => run.runPolling(row, target, false));
