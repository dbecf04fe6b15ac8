
/*
 * Copyright (C) the print hub contributors
 */


/* A shell that runs one command after the other, and keeps its variables. */


'use strict';


const { spawn } = require('node:child_process');

const { within } = require('./wait');


const END = '\x1e';


class Shell {

    /* options of spawn() */

    constructor(options) {
        this.output = '';
        this.child = spawn('bash', [], options);

        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream.setEncoding('utf8');
            stream.on('data', (data) => {
                this.output += data;

                if (this.output.endsWith(END) && this.done) {
                    this.done();
                }
            });
        }
    }

    /* what a command writes, errors included */

    async run(command) {
        this.output = '';

        const done = new Promise((resolve) => {
            this.done = resolve;
        });

        this.child.stdin.write(`{ ${command}\n} 2>&1; printf '${END}'\n`);
        await within(done, `the end of ${command}`);

        return this.output.slice(0, -1);
    }

    end() {
        this.child.kill('SIGKILL');
    }
}


module.exports = { Shell };
