
/*
 * Copyright (C) the print hub contributors
 */


/* The servers that are compared: how to start and measure them. */


'use strict';


const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');


const ROOT = path.join(__dirname, '..');
const BUILD = process.env.BUILD || path.join(ROOT, 'build');
const OUT = path.join(BUILD, 'bench');
const MODULE = process.env.MODULE || path.join(BUILD, 'ngx_print_module.so');
const NGINX = process.env.NGX_BIN || '/usr/sbin/nginx';
const NCHAN = '/usr/lib/nginx/modules/ngx_nchan_module.so';

const LAST_CORE = os.cpus().length - 1;

/* nginx closes connections without a request when 15/16 are in use */
const CONNECTIONS = 21000;
const FILES = 20000;


const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));


const hubLocation = (o, more = '') => `
        location / {
            print_hub on;
            print_hub_limit off;
            print_hub_ping_interval ${o.interval}ms;
            print_hub_ping_timeout ${o.timeout}ms;
            ${more}
        }`;

/* an authorizer that answers at once: what is measured is how it is asked */

const askLocation = (o) => `
        ${hubLocation(o, 'print_hub_authorize /ask at=connect;')}
        location = /ask {
            internal;
            return 200;
        }`;

const nchanLocation = (o) => `
        location = /pub {
            nchan_publisher;
            nchan_channel_id $arg_id;
            nchan_store_messages off;
        }
        location = /sub {
            nchan_subscriber websocket;
            nchan_channel_id $arg_id;
            nchan_subscriber_first_message newest;
            nchan_websocket_ping_interval ${Math.ceil(o.interval / 1000)}s;
        }`;

const returnLocation = () => `
        location / {
            default_type "application/json; charset=utf-8";
            add_header Access-Control-Allow-Origin *;
            return 200 '{"message":"参数已接收"}';
        }`;


/*
 * mode: how the load speaks to it; warm: ms of prints until it is as fast as
 * it gets, which a compiler at run time needs
 */

const SERVERS = {
    hub: { title: 'minimal hub', mode: 'hub', polling: false },
    print: { title: 'print hub', mode: 'hub', polling: true, workers: 1,
             module: MODULE, location: hubLocation,
             http: 'print_hub_zone name=bench:64m;' },
    print2: { title: 'print hub, 2 workers', mode: 'hub', polling: true,
              workers: 2, module: MODULE, location: hubLocation, free: true,
              http: 'print_hub_zone name=bench:64m;' },
    print4: { title: 'print hub, 4 workers', mode: 'hub', polling: true,
              workers: 4, module: MODULE, location: hubLocation, free: true,
              http: 'print_hub_zone name=bench:160m;' },
    ask: { title: 'print hub, authorizer', mode: 'hub', polling: true,
           workers: 1, module: MODULE, location: askLocation,
           http: 'print_hub_zone name=bench:64m;' },
    legacy: { title: 'Node, socket.io', mode: 'hub', polling: true,
            warm: 4000 },
    nchan: { title: 'nchan', mode: 'nchan', polling: false, workers: 1,
             module: NCHAN, location: nchanLocation,
             http: 'nchan_shared_memory_size 1g;' },
    nginx: { title: 'nginx return 200', mode: 'none', polling: false,
             workers: 1, location: returnLocation },
};


function configuration(server, port, o) {
    return `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes ${server.workers};
worker_rlimit_nofile ${FILES};
pid nginx.pid;
error_log error.log error;
${server.module ? `load_module ${server.module};` : ''}

events {
    worker_connections ${CONNECTIONS};
}

http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    ${server.http || ''}

    server {
        listen 127.0.0.1:${port}${server.workers > 1 ? ' reuseport' : ''};
${server.location(o)}
    }
}
`;
}


function command(name, port, o) {
    const server = SERVERS[name];
    const folder = path.join(OUT, 'run', name);

    if (name === 'hub') {
        return [path.join(OUT, 'hub'), port, o.interval, o.timeout];
    }

    if (name === 'legacy') {
        return [process.execPath, path.join(__dirname, 'legacy.js'), port,
                o.interval, o.timeout];
    }

    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'nginx.conf'),
                     configuration(server, port, o));

    return [NGINX, '-p', folder, '-e', 'error.log', '-c', 'nginx.conf'];
}


function freePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer().on('error', reject);

        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();

            server.close(() => resolve(port));
        });
    });
}


const listening = (port) => new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');

    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
    setTimeout(() => socket.destroy(), 20);
});


/* a server that runs: its process, and the children of that */

class Running {
    constructor(name, port, child) {
        this.name = name;
        this.server = SERVERS[name];
        this.port = port;
        this.child = child;
        this.dead = false;
        child.on('exit', () => { this.dead = true; });
    }

    pids() {
        const { pid } = this.child;
        const list = fs.readFileSync(`/proc/${pid}/task/${pid}/children`,
                                     'utf8');

        return [pid, ...list.split(' ').filter(Boolean).map(Number)];
    }

    /*
     * Nanoseconds that all threads of all processes had a core; or, with
     * field 1, that they waited for it.
     */

    cpu(field = 0) {
        let ns = 0;

        for (const pid of this.pids()) {
            for (const tid of fs.readdirSync(`/proc/${pid}/task`)) {
                const text = fs.readFileSync(
                    `/proc/${pid}/task/${tid}/schedstat`, 'utf8');

                ns += Number(text.split(' ')[field]);
            }
        }

        return ns;
    }

    /*
     * Bytes, each page of the shared zone once.  Without the pages of files:
     * our share of them changes as others start and stop the same programs.
     */

    memory() {
        return this.pids().reduce((sum, pid) => {
            const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
            const kb = (name) => Number(
                new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)[1]);

            return sum + (kb('Pss_Anon') + kb('Pss_Shmem')) * 1024;
        }, 0);
    }

    stop() {
        if (this.dead) {
            return Promise.resolve();
        }

        return new Promise((resolve) => {
            const late = setTimeout(() => this.child.kill('SIGKILL'), 5000);

            this.child.on('exit', () => { clearTimeout(late); resolve(); });
            this.child.kill('SIGTERM');
        });
    }
}


const pinned = (core, args) => ['taskset', '-c', String(core), ...args];


async function start(name, options) {
    const o = { interval: 10000, timeout: 5000, ...options };
    const port = await freePort();
    let args = command(name, port, o).map(String);

    if (!SERVERS[name].free) {
        args = pinned(0, args);
    }

    const child = spawn(args[0], args.slice(1), {
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    const running = new Running(name, port, child);

    for (let i = 0; i < 500; i++) {
        if (running.dead) {
            break;
        }

        if (await listening(port)) {
            await sleep(200);
            return running;
        }

        await sleep(10);
    }

    await running.stop();
    throw new Error(`${name} does not listen`);
}


/* a process with stations, whose names begin with number base */

let source = Date.now() % 250;

class Load {
    constructor(running, base = 0) {
        const { server, port } = running;
        let args = [path.join(OUT, 'load'), port, server.mode,
                    source++ % 250 + 1, base].map(String);

        if (!server.free) {
            args = pinned(LAST_CORE, args);
        }

        this.child = spawn(args[0], args.slice(1),
                           { stdio: ['pipe', 'pipe', 'inherit'] });
        this.text = '';
        this.waiting = [];
        this.child.stdin.on('error', () => {});
        this.child.stdout.on('data', (data) => this.read(data));
        this.exit = new Promise((resolve) => this.child.on('exit', resolve));
        this.exit.then(() => this.waiting.forEach(([, reject]) => {
            reject(new Error('the load has died'));
        }));
    }

    read(data) {
        const lines = (this.text + data).split('\n');

        this.text = lines.pop();
        lines.forEach((line) => this.waiting.shift()[0](JSON.parse(line)));
    }

    run(...words) {
        return new Promise((resolve, reject) => {
            this.waiting.push([resolve, reject]);
            this.child.stdin.write(`${words.join(' ')}\n`);
        });
    }

    stop() {
        this.child.stdin.end();
        return this.exit;
    }
}


/* warm up: work that is done only once must not be measured */

async function warm(running) {
    const load = new Load(running, 100000);

    if (running.server.mode !== 'none') {
        await load.run('open', 'websocket', 20, 64);
    }

    await load.run('print', 64, 400, 0);
    await load.run('print', 4096, 200, 0);
    await load.stop();
    await sleep(100);
}


module.exports = { OUT, SERVERS, NCHAN, NGINX, start, warm, Load, sleep };
