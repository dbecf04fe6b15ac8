
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the documents show: the commands with curl work, and the numbers of
 * records are those of a zone of that size.
 */


'use strict';


const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { promisify } = require('node:util');

const http = require('./lib/raw_http');
const station = require('./lib/station');
const { NGINX_ONLY, serve } = require('./lib/target');


const run = promisify(execFile);

const ROOT = path.join(__dirname, '../..');

const WITH_COMMANDS = ['README.md', 'README.zh-CN.md', 'docs/api.md',
                       'docs/zh-CN/api.md'];

const WITH_SIZES = ['docs/operations.md', 'docs/zh-CN/operations.md'];

/* the addresses of the examples */

const ADDRESS = /http:\/\/(?:localhost|127\.0\.0\.1):3000/g;

const ID = /\bAAA[\w-]{17}\b/g;


function read(name) {
    return fs.readFileSync(path.join(ROOT, name), 'utf8');
}


/* the commands with curl in indented lines that begin with "$" */

function commands(text) {
    const joined = text.replace(/\\\n\s+/g, ' ');

    return [...joined.matchAll(/^ {4}\$ (.*\bcurl .*3000.*)$/gm)]
        .map(([, command]) => command);
}


/* the rows of the table of sizes: [size, sessions, clientIds, jobs, blocks] */

function sizes(text) {
    const number = ' \\| ([\\d,]+)';
    const row = new RegExp('^\\| [\\d,]+ \\| `(\\d+m)`.*?' + number.repeat(4)
                           + ' KB \\|$', 'gm');

    return [...text.matchAll(row)].map(([, size, ...numbers]) => {
        return [size, ...numbers.map((n) => Number(n.replace(/,/g, '')))];
    });
}


async function records(t, zone) {
    const nginx = await serve(t, { zone });
    const { sessions, clients, jobs, blocks } = await http.json(nginx.port,
                                                                '/zone');

    return [sessions, clients, jobs, blocks].map(({ max }) => max);
}


describe('the documents', { skip: NGINX_ONLY }, () => {

    for (const name of WITH_COMMANDS) {
        it(`the commands of ${name}`, async (t) => {
            const nginx = await serve(t);
            const { port } = nginx;
            const one = await station.websocket(port, 'printer-1');
            const list = commands(read(name));

            assert.ok(list.length > 2);

            fs.writeFileSync(path.join(nginx.folder, 'label.zpl'), '^XA^XZ');

            const { headers } = await http.request(
                port, '/startPrint?clientId=printer-1&printData=1'
            );

            for (const command of list) {
                const real = command
                    .replace(ADDRESS, `http://127.0.0.1:${port}`)
                    .replace(ID, headers['x-print-job'])
                    .replace('wait=20s', 'wait=1s')
                    .replace('curl ', 'curl -s --fail-with-body '
                                      + '-w "\\n%{http_code}" ')
                    .replace('curl -s --fail-with-body -w "\\n%{http_code}" -N',
                             'curl -s -N -w "\\n%{http_code}" --max-time 1');

                const { stdout } = await run('sh', ['-c', real], {
                    cwd: nginx.folder
                }).catch((error) => {

                    /* the stream of events does not end */

                    if (error.code !== 28 || !/\/events/.test(real)) {
                        throw new Error(`${command}\n${error.stdout}`);
                    }

                    return error;
                });

                assert.match(stdout, /\n20[01]$/, command);
            }

            one.leave();
        });
    }

    it('the numbers of records', async (t) => {
        const [tables, twin] = WITH_SIZES.map((name) => sizes(read(name)));

        assert.ok(tables.length > 3);
        assert.deepStrictEqual(tables, twin);

        for (const [size, ...numbers] of tables) {
            assert.deepStrictEqual(await records(t, size), numbers, size);
        }

        const [sessions, clients, jobs, blocks] = await records(t, '16m');
        const max = (n) => `"max":${n},"peak"`;

        for (const name of WITH_COMMANDS.slice(2)) {
            assert.ok(read(name).includes(max(sessions))
                      && read(name).includes(max(clients))
                      && read(name).includes(max(jobs))
                      && read(name).includes(max(blocks)), name);
        }
    });
});
