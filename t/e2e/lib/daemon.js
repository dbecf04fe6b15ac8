
/*
 * Copyright (C) the print hub contributors
 */


/*
 * An nginx in the background, which a new binary can replace: the master is
 * that of the pid file.
 */


'use strict';


const fs = require('node:fs');
const path = require('node:path');

const { Nginx, isGone, read, start: startNginx } = require('./nginx');
const { waitFor, within } = require('./wait');


class Daemon extends Nginx {

    constructor(options) {
        super({ ...options, daemon: true });
    }

    spawn() {
        super.spawn();
        this.pid = 0;                 /* known with the pid file */
        this.masters = [];
    }

    get master() {
        const pid = Number(read(path.join(this.folder, 'nginx.pid')));

        if (pid) {
            this.pid = pid;
            this.masters = [...new Set([...this.masters, pid])];
        }

        return this.pid;
    }

    get over() {
        if (this.exit === null) {
            return false;
        }

        const { master } = this;

        return this.exit.code !== 0 || (master !== 0 && isGone(master));
    }

    /* starts it again after its end, at the same port */

    async again(changes = {}) {
        Object.assign(this.options, { port: this.port, ...changes });
        await this.start();
    }

    /* what a start says that nginx refuses */

    async refuse() {
        const child = this.command();
        let text = '';

        child.stderr.on('data', (data) => {
            text += data;
        });

        const code = await within(new Promise((resolve) => {
            child.on('close', resolve);
        }), 'the end of nginx');

        return { code, text };
    }

    /* the end of the master and of all workers by SIGKILL, at once */

    async crash() {
        const { master } = this;
        const pids = [master, ...this.children(master)];

        for (const pid of pids) {
            process.kill(pid, 'SIGKILL');
        }

        await this.gone(pids);
        fs.rmSync(path.join(this.folder, 'nginx.pid'));
    }

    /* starts a second master beside the first one, whose pid it returns */

    async upgrade() {
        const old = this.master;

        process.kill(old, 'SIGUSR2');

        await waitFor(() => this.master !== old,
                      () => `a new master\n${this.log()}`);
        await this.ready();

        return old;
    }
}


function start(options) {
    return startNginx(options, Daemon);
}


module.exports = { start };
