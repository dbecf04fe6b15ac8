
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Clients of other projects than socket.io: Debian's python3-socketio and
 * python3-autobahn.
 */


'use strict';


const assert = require('node:assert');
const child = require('node:child_process');
const path = require('node:path');
const { describe, it } = require('node:test');

const app = require('./lib/app');
const hub = require('./lib/hub');
const { serve } = require('./lib/target');
const { waitFor, within } = require('./lib/wait');


const PYTHON = process.env.PYTHON || '/usr/bin/python3';


/* a script of lib, with its lines and its end */

function run(t, script, ...args) {
    const one = child.spawn(PYTHON, [path.join(__dirname, 'lib', script),
                                     ...args]);
    let output = '';
    let errors = '';

    t.after(() => one.kill('SIGKILL'));

    one.stdout.on('data', (data) => {
        output += data;
    });

    one.stderr.on('data', (data) => {
        errors += data;
    });

    return {
        lines: () => output.split('\n').slice(0, -1).map(JSON.parse),

        end: within(new Promise((resolve, reject) => {
            one.on('close', (code) => {
                if (code) {
                    reject(new Error(errors));
                }

                resolve();
            });
        }), 'the end of a script')
    };
}


for (const workers of [1, 4]) {
    describe(`python3-socketio, ${workers} worker(s)`, () => {

        for (const transport of ['polling', 'websocket']) {
            it(`a station, ${transport}`, async (t) => {
                const { port } = await serve(t, { workers,
                                                  pingInterval: 300 });
                const station = run(t, 'station.py',
                                    `http://127.0.0.1:${port}`, transport,
                                    'python');

                await waitFor(() => station.lines().length, 'it to register');

                /* one by one: its handlers run in threads of their own */

                const wanted = ['ready'];

                for (const text of ['打印 😀 "\\\n', 'x'.repeat(20000),
                                    'end'])
                {
                    await hub.deliver(port, 'python', text);
                    wanted.push(text);
                    await waitFor(() => station.lines().length
                                        === wanted.length, 'the print');
                }

                await station.end;
                assert.deepStrictEqual(station.lines(), wanted);
                await hub.offline(port, 'python');
            });

            it(`text, bytes and acknowledgements, ${transport}`, async (t) => {
                const { port } = await app.serve(t, { workers });

                await run(t, 'echo.py', `http://127.0.0.1:${port}`,
                          transport).end;
            });
        }
    });
}


for (const workers of [1, 4]) {
    describe(`python3-autobahn, ${workers} worker(s)`, () => {

        it('messages, by each offer of compression', async (t) => {
            const { port } = await app.serve(t, { workers });
            const echo = run(t, 'echo_autobahn.py',
                             `ws://127.0.0.1:${port}/ws-echo`);

            await echo.end;
            assert.deepStrictEqual(echo.lines(), [32]);
        });
    });
}
