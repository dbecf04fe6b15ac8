
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A private nginx: its own folder, its own port, in the foreground as a child
 * of the test.  NGX_BIN and MODULE choose the binaries, NGX_PRELOAD is what
 * LD_PRELOAD is to be, LOG_LEVEL the level of its log; KEEP=1 keeps the folder.
 */


'use strict';


const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const demo = require('./demo');
const hub = require('./nginx_conf');
const { Steer } = require('./steer');
const { waitFor, within } = require('./wait');


const NGINX = process.env.NGX_BIN || 'nginx';
const MODULE = path.resolve(process.env.MODULE
                            || path.join(__dirname, '../../../build',
                                         'ngx_print_module.so'));

/* what must not be in a log: faults, and processes that ended badly */

const FAULT = /\[(?:emerg|alert|crit)\]|exited with (?:fatal )?code [^0]/;

/* what the death of a worker by SIGKILL may leave there */

const KILLED = [
    /exited on signal 9/,
    /shared memory zone .* was locked by/
];


/*
 * Another test has had the port for a moment, to find a free one: nginx tries
 * again, several times
 */

const BUSY = /bind\(\) to \S+ failed \(98: /;


class Nginx {

    constructor(options) {
        this.kind = 'nginx';
        this.options = { workers: 1, ...options };
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-e2e-'));
        this.child = null;            /* the master, as it was started */
        this.exit = null;             /* of the child */
        this.masters = [];            /* pids */
        this.steer = null;
        this.allowed = [];

        fs.mkdirSync(path.join(this.folder, 'logs'));
        fs.mkdirSync(path.join(this.folder, 'temp'));

        if (this.options.demo) {
            demo.provide(this.folder);
        }

        this.onExit = () => this.killAll();
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    get master() {
        return this.child.pid;
    }

    get over() {
        return this.exit !== null;
    }

    async start() {
        const fixed = this.options.port;

        for (let attempt = 0; ; attempt++) {
            this.port = fixed || await freePort();
            this.configure();
            this.spawn();

            await waitFor(async () => this.over || (this.serves()
                                                    && accepts(this.port)),
                          () => `nginx to listen: ${this.log()}`);

            if (!this.over) {
                break;
            }

            if (fixed || attempt === 3 || !/bind\(\)/.test(this.log())) {
                throw new Error(`nginx did not start:\n${this.log()}`);
            }

            fs.rmSync(this.logFile);
        }

        if (BUSY.test(this.log())) {
            this.allow(BUSY);
        }

        await this.ready();
    }

    /* it listens: only then it starts workers */

    serves() {
        return this.options.masterProcess === false
               || this.children().length > 0;
    }

    spawn() {
        this.exit = null;
        this.stderr = '';
        this.child = this.command();
        this.masters = [this.child.pid];

        this.child.stderr.on('data', (data) => {
            this.stderr += data;
        });

        this.child.on('error', (error) => {
            this.exit = { error };
        });

        this.child.on('exit', (code, signal) => {
            this.exit = { code, signal };
        });

        process.off('exit', this.onExit);
        process.on('exit', this.onExit);
    }

    /* nginx with its configuration and more arguments */

    command(...more) {
        const env = { ...process.env };

        if (process.env.NGX_PRELOAD) {
            env.LD_PRELOAD = process.env.NGX_PRELOAD;
        }

        return spawn(NGINX, ['-p', this.folder, '-c', 'nginx.conf',
                             '-e', this.logFile, ...more],
                     { env, stdio: ['ignore', 'ignore', 'pipe'] });
    }

    /* what "nginx -t" says of a configuration with other options */

    async test(changes) {
        this.write('test.conf', { ...this.options, ...changes });

        const child = this.command('-t', '-c', 'test.conf');
        let text = '';

        child.stderr.on('data', (data) => {
            text += data;
        });

        const code = await within(new Promise((resolve) => {
            child.on('close', resolve);
        }), 'the end of nginx -t');

        return { code, text };
    }

    configure(changes = {}) {
        Object.assign(this.options, changes);
        this.write('nginx.conf', this.options);
    }

    write(file, options) {
        const { configuration } = options.configuration ? options
                                  : options.demo ? demo : hub;

        fs.writeFileSync(path.join(this.folder, file), configuration({
            ...options,
            module: MODULE,
            folder: this.folder,
            port: this.port,
            level: process.env.LOG_LEVEL || 'info'
        }));
    }

    /* all workers have begun to run */

    async ready() {
        if (this.options.masterProcess === false) {
            return;
        }

        await waitFor(() => this.workers().length === this.options.workers,
                      () => `${this.options.workers} workers, there are `
                            + `${this.workers().length}\n${this.log()}`);
    }

    /* pids; a master that another binary is to replace has its master too */

    children(master = this.master) {
        return read(`/proc/${master}/task/${master}/children`).split(' ')
            .filter(Boolean).map(Number);
    }

    /* pids of the workers that accept connections */

    workers() {
        return this.children().filter((pid) => {
            return /^nginx: worker process(?! is)/.test(title(pid));
        });
    }

    /*
     * Reloads, with other options if they are given.  Returns when the new
     * workers run and the old ones accept no more: their pids.
     */

    async reload(changes) {
        const old = this.workers();

        this.configure(changes);
        await this.reconfigure();

        await waitFor(() => {
            const now = this.workers();
            const started = this.started();

            return now.length === this.options.workers
                   && now.every((pid) => started.includes(pid));

        }, () => `the workers of a reload\n${this.log()}`);

        return old;
    }

    /*
     * Begins to reload.  Returns when the master has begun: it would take two
     * signals for one if the second came before.
     */

    async reconfigure() {
        const begun = this.reloads().length;

        this.signal('SIGHUP');

        await waitFor(() => this.reloads().length > begun,
                      () => `a reload\n${this.log()}`);
    }

    /* what the log has of each life of the configuration */

    reloads() {
        return this.log().split(/: reconfiguring$/m);
    }

    /* pids of the workers that were started since the last reload began */

    started() {
        const lines = this.reloads().at(-1).matchAll(
            /: start worker process (\d+)$/gm
        );

        return [...lines].map(([, pid]) => Number(pid));
    }

    /* those processes have exited */

    async gone(pids) {
        await waitFor(() => pids.every(isGone),
                      () => `the exit of ${pids}\n${this.log()}`);
    }

    /* a GET of a session that waits, at one of the workers of the start */

    park(session) {
        if (this.steer === null) {
            this.steer = new Steer(this.port, this.workers());
        }

        return this.steer.park(this.steer.workers[0], session);
    }

    /* kills a worker and waits for the one that takes its place */

    async kill(pid) {
        this.allow(...KILLED);
        process.kill(pid, 'SIGKILL');

        await this.gone([pid]);
        await this.ready();
    }

    get logFile() {
        return path.join(this.folder, 'logs/error.log');
    }

    log() {
        return read(this.logFile) + this.stderr;
    }

    /* lines of the log that match one of these are no fault */

    allow(...patterns) {
        this.allowed.push(...patterns);
    }

    faults() {
        return this.log().split('\n').filter((line) => {
            return FAULT.test(line)
                   && !this.allowed.some((pattern) => pattern.test(line));
        });
    }

    signal(name) {
        process.kill(this.master, name);
    }

    /* stops it, at once or (SIGQUIT) gracefully; the folder stays */

    async halt(name = 'SIGTERM') {
        if (!this.over) {
            this.signal(name);
        }

        await waitFor(() => this.over, () => `nginx to end\n${this.log()}`);
    }

    /*
     * The end: throws if there are faults in the log.  An old worker that is
     * stopped while it shuts down would complain of its connections.
     */

    async stop() {
        let faults;

        try {
            await waitFor(() => this.over || !this.children().some((pid) => {
                return /is shutting down/.test(title(pid));
            }), () => `old workers to exit\n${this.log()}`);

            if (this.steer) {
                this.steer.end();
            }

            await this.halt();
            faults = this.faults();

        } finally {
            this.killAll();
            this.clear();
        }

        if (faults.length) {
            throw new Error(`in the log of nginx:\n${faults.join('\n')}`);
        }
    }

    clear() {
        if (!process.env.KEEP) {
            fs.rmSync(this.folder, { recursive: true, maxRetries: 5 });
        }
    }

    /* without their master the children would continue to run */

    killAll() {
        process.off('exit', this.onExit);

        const pids = this.masters.filter((pid) => !isGone(pid))
            .flatMap((pid) => [pid, ...this.children(pid)]);

        for (const pid of pids) {
            try {
                process.kill(pid, 'SIGKILL');

            } catch (error) {
                /* it is gone already */
            }
        }
    }
}


function read(file) {
    try {
        return fs.readFileSync(file, 'utf8');

    } catch (error) {
        return '';
    }
}


/* a process that is over; its parent may not have asked for it yet */

function isGone(pid) {
    return /^$|\) [ZX] /.test(read(`/proc/${pid}/stat`));
}


function title(pid) {
    return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}


function freePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer();

        server.once('error', reject);

        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();

            server.close(() => resolve(port));
        });
    });
}


function accepts(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1');

        socket.on('connect', () => {
            socket.destroy();
            resolve(true);
        });

        socket.on('error', () => resolve(false));
    });
}


/* a test that is ended from outside must not leave an nginx behind */

for (const name of ['SIGINT', 'SIGTERM']) {
    process.once(name, () => process.exit(1));
}


async function start(options, Type = Nginx) {
    const nginx = new Type(options);

    try {
        await nginx.start();

    } catch (error) {
        nginx.killAll();
        nginx.clear();
        throw error;
    }

    return nginx;
}


module.exports = { Nginx, start, read, isGone, freePort };
