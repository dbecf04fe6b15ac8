
/*
 * Copyright (C) the print hub contributors
 */


/* What print_hub_log has written. */


'use strict';


const path = require('node:path');

const { read } = require('./nginx');
const { waitFor } = require('./wait');


class JobLog {

    /* files: their names, the oldest first */

    constructor(nginx, ...files) {
        this.nginx = nginx;
        this.files = files.map((file) => path.resolve(nginx.folder, file));
    }

    text() {
        return this.files.map(read).join('');
    }

    /* whole lines, as they are */

    raw() {
        return this.text().split('\n').slice(0, -1);
    }

    /* those in JSON */

    lines() {
        return this.raw().map((line) => JSON.parse(line));
    }

    of(id) {
        return this.lines().filter((line) => line.id === id);
    }

    /* the lines of a job, once there is one of this state */

    async has(id, state) {
        await waitFor(() => this.of(id).some((line) => line.state === state),
                      () => `a line of ${id}, ${state}, there is `
                            + `${this.text()}${this.nginx.log()}`);

        return this.of(id);
    }

    async hasAll(ids, state) {
        await waitFor(() => {
            const seen = new Set(this.lines().filter((line) => {
                return line.state === state;
            }).map(({ id }) => id));

            return ids.every((id) => seen.has(id));

        }, () => `${ids.length} lines, ${state}, there are `
                 + `${this.raw().length}\n${this.nginx.log()}`);
    }
}


/* the pid of the worker that writes, other than these */

function writer(nginx, ...not) {
    return waitFor(() => {
        const lines = nginx.log().match(
            /\d+(?=#\d+: print hub: log: this worker writes)/g) || [];
        const pid = Number(lines.at(-1));

        return lines.length && !not.includes(pid) && pid;

    }, () => `a worker that writes the log\n${nginx.log()}`);
}


module.exports = { JobLog, writer };
