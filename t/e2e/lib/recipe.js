
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The recipes of docs/access.md as they are there, each in an nginx of its own.
 * Only what belongs to the machine is another: ports, folders, certificates,
 * and the network 10.0.0.0/8, which is 127.0.1.0/24 here.
 */


'use strict';


const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const httpModule = require('node:http');
const https = require('node:https');
const os = require('node:os');
const path = require('node:path');

const { VERSIONS } = require('./clients');
const { freePort } = require('./nginx');
const { serve } = require('./target');
const { waitFor, within } = require('./wait');


const ROOT = path.join(__dirname, '../../..');
const DOCUMENT = 'docs/access.md';
const FRAME = 'The frame';

const NAME = 'print.example.com';

const TRANSPORTS = [['polling'], ['websocket'], ['polling', 'websocket']];

/* addresses of clients: in the network of the recipes, and not */

const INSIDE = '127.0.1.5';
const OUTSIDE = '127.0.0.1';

/* what the folders of the recipes are, in that of a test */

const FOLDERS = { '/etc/nginx/': '', '/var/log/nginx/': 'logs/',
                  '/var/cache/nginx/': '', '/var/lib/nginx/': '',
                  '/run/': '' };


/* heading => the code blocks below it, [language, text]; '' before the first */

function blocks(name = DOCUMENT) {
    const found = { '': [] };
    let heading = '';

    const pattern = /^## (.*)$|^```(\w+)\n([^]*?)^```$/gm;

    for (const [, title, language, text] of
         fs.readFileSync(path.join(ROOT, name), 'utf8').matchAll(pattern))
    {
        if (title) {
            heading = title;
            found[heading] = [];

        } else {
            found[heading].push([language, text]);
        }
    }

    return found;
}


/* the code blocks of a section, which has some */

function section(title) {
    const found = blocks()[title];

    assert.ok(found && found.length, `no code in "${title}"`);

    return found.map(([, text]) => text);
}


/* the code blocks of another document, before its first section */

function codes(name) {
    return blocks(name)[''].map(([, text]) => text);
}


/*
 * Keys and certificates, made once for all tests: "server", and for clients
 * "NAME", signed by our CA, and "stranger", signed by itself.
 */

let keys = null;

function certificates() {
    if (keys) {
        return keys;
    }

    keys = fs.mkdtempSync(path.join(os.tmpdir(), 'print-keys-'));

    process.on('exit', () => fs.rmSync(keys, { recursive: true }));

    selfSigned('server', NAME, '-addext', `subjectAltName=DNS:${NAME}`);
    selfSigned('ca', 'print CA');
    selfSigned('stranger', 'kasse-3');

    return keys;
}


function openssl(...args) {
    return execFileSync('openssl', args, {
        cwd: keys, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8'
    });
}


const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
             '-nodes'];


function selfSigned(file, name, ...more) {
    openssl('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`,
            '-keyout', `${file}.key`, '-out', `${file}.pem`, ...more);
}


/* a certificate with this subject, as openssl writes it: "/O=shop/CN=x" */

function certificate(file, subject, days = 2) {
    certificates();

    openssl('req', ...KEY, '-subj', subject, '-keyout', `${file}.key`,
            '-out', `${file}.csr`);
    openssl('x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.pem', '-CAkey',
            'ca.key', '-CAcreateserial', '-days', `${days}`, '-out',
            `${file}.pem`);

    return file;
}


function read(file) {
    return fs.readFileSync(path.join(certificates(), file));
}


/* the header of a user */

function basic(user, secret) {
    const text = Buffer.from(`${user}:${secret}`).toString('base64');

    return { Authorization: `Basic ${text}` };
}


/* a line of a file of passwords */

function password(user, secret) {
    certificates();

    return `${user}:${openssl('passwd', '-6', secret)}`;
}


/* a recipe with the folders, ports and addresses of a test */

function adapt(text, folder, ports) {
    for (const [from, to] of Object.entries(FOLDERS)) {
        text = text.replaceAll(from, `${folder}/${to}`);
    }

    return text.replace(/\b127\.0\.0\.1:(3000|8080)\b/g, (all, port) => {
        return `127.0.0.1:${ports[port]}`;
    }).replace(/listen (\d+)/g, (all, port) => {
        return `listen 127.0.0.1:${ports[port]}`;
    }).replaceAll('10.0.0.0/8', '127.0.1.0/24');
}


function adaptFrame(text, { workers, module, level, daemon }) {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path temp/${name};`).join('\n');

    return text
        .replace('modules/ngx_print_module.so', module)
        .replace(/^user .*;/m, process.getuid() === 0 ? 'user root;' : '')
        .replace('worker_processes auto', `worker_processes ${workers}`)
        .replace('error.log notice', `error.log ${level}`)
        .replace('http {', `http {\n${temp}`)
        .replace(/^/, `daemon ${daemon ? 'on' : 'off'};
                       env LD_PRELOAD; env ASAN_OPTIONS;\n`);
}


/*
 * Writes a recipe and all that the frame needs into the folder of an nginx,
 * whose options are values, and returns the frame
 */

function write(recipe, values, ports, files) {
    const { folder } = values;
    const [frame] = section(FRAME);

    const all = {
        'mime.types': 'types { text/html html; }',
        'print.example.com.pem': read('server.pem'),
        'print.example.com.key': read('server.key'),
        'print-ca.pem': read('ca.pem'),
        'conf.d/print.conf': adapt(recipe, folder, ports),
        ...files
    };

    for (const [name, text] of Object.entries(all)) {
        const file = path.join(folder, name);

        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }

    return adapt(adaptFrame(frame, values), folder, ports);
}


/*
 * Starts nginx with the recipe of a section.  options: workers; files, more of
 * them in /etc/nginx; app, the port of the application; edit, a function that
 * changes the recipe's text
 */

async function start(t, title, options = {}) {
    const [recipe] = section(title);
    const { edit = (text) => text, files = {} } = options;
    const ports = { 80: await freePort(), 8080: options.app };

    const nginx = await serve(t, {
        workers: options.workers || 1,
        configuration(values) {
            ports[443] = values.port;

            return write(edit(recipe), values, ports, files);
        }
    });

    assert.ok(!/\[warn\]/.test(nginx.log()), nginx.log());

    return new Recipe(t, nginx, ports);
}


class Recipe {

    constructor(t, nginx, ports) {
        this.t = t;
        this.nginx = nginx;
        this.ports = ports;
        this.host = `${NAME}:${ports[443]}`;
    }

    /* options: from, an address; certificate, its name */

    agent({ from = OUTSIDE, certificate: file } = {}) {
        const agent = new https.Agent({
            ca: read('server.pem'),
            localAddress: from,
            lookup: (name, { all }, done) => {
                if (all) {
                    done(null, [{ address: '127.0.0.1', family: 4 }]);

                } else {
                    done(null, '127.0.0.1', 4);
                }
            },
            ...(file ? { cert: read(`${file}.pem`), key: read(`${file}.key`) }
                     : {})
        });

        this.t.after(() => agent.destroy());

        return agent;
    }

    /*
     * An answer: { status, headers, body }; the status is 0 if there is none.
     * options: those of agent(), method, headers, body; plain, without TLS
     */

    ask(url, options = {}) {
        const { method = 'GET', headers = {}, body, plain } = options;
        const request = {
            method, path: url, headers: { Host: this.host, ...headers },
            ...(plain ? { port: this.ports[80], host: '127.0.0.1' }
                      : { port: this.ports[443], host: NAME,
                          agent: this.agent(options) })
        };

        return within(new Promise((resolve) => {
            const one = (plain ? httpModule : https).request(request);

            one.on('error', () => {
                resolve({ status: 0, headers: {}, body: '' });
            });

            one.on('response', (response) => {
                const { statusCode: status, headers: got } = response;

                resolve(collect(response).then((text) => {
                    return { status, headers: got, body: text };
                }));
            });

            one.end(body);
        }), `an answer to ${method} ${url}`);
    }

    async status(url, options) {
        return (await this.ask(url, options)).status;
    }

    /* the status of a stream that goes on until the end of the test */

    stream(url, options) {
        return within(new Promise((resolve, reject) => {
            const one = https.request({
                host: NAME, port: this.ports[443], path: url,
                agent: this.agent(options),
                headers: { Host: this.host, ...options.headers }
            }, (response) => {
                response.on('error', () => { /* it is cut at the end */ });
                response.resume();
                resolve(response.statusCode);
            });

            this.t.after(() => one.destroy());
            one.on('error', reject);
            one.end();
        }), `an answer to ${url}`);
    }

    /*
     * A station on a real client.  options: those of agent(), version,
     * transports, headers, auth, query
     */

    station(options = {}) {
        const { version = '4.8', transports = ['websocket'], headers, auth,
                query } = options;

        return new Station(this.t, VERSIONS[version](
            `https://${NAME}:${this.ports[443]}`, {
                agent: this.agent(options), ca: read('server.pem'), transports,
                forceNew: true, reconnectionDelay: 50, extraHeaders: headers,
                auth, query
            }
        ));
    }

    /* reloads, with the text that edit() makes of the recipe */

    async change(edit = (text) => text) {
        const name = path.join(this.nginx.folder, 'conf.d/print.conf');

        fs.writeFileSync(name, edit(fs.readFileSync(name, 'utf8')));

        await this.nginx.reload({
            configuration: () => this.file('nginx.conf')
        });
    }

    log() {
        return this.nginx.log();
    }

    file(name) {
        return fs.readFileSync(path.join(this.nginx.folder, name), 'utf8');
    }
}


class Station {

    constructor(t, socket) {
        this.socket = socket;
        this.prints = [];
        this.errors = [];             /* of the event "error" */
        this.refusals = [];           /* of connections */
        this.connects = 0;

        socket.on('connect', () => this.connects++);
        socket.on('print', (data) => this.prints.push(data.printData));
        socket.on('error', (error) => this.errors.push(error));
        socket.on('connect_error', (error) => this.refusals.push(error));

        t.after(() => socket.disconnect());
    }

    /* it is connected and has registered */

    async join(id) {
        await waitFor(() => this.socket.connected,
                      () => `a connection: ${this.refusals[0]}`);

        await within(new Promise((resolve) => {
            this.socket.emit('register', id, resolve);
        }), `the registration of ${id}`);
    }

    /* it may not register this: what the event "error" says */

    async mayNot(id) {
        await waitFor(() => this.socket.connected,
                      () => `a connection: ${this.refusals[0]}`);

        const n = this.errors.length;

        this.socket.emit('register', id);
        await waitFor(() => this.errors.length > n, 'an error');

        return this.errors[n];
    }

    async refused() {
        await waitFor(() => this.refusals.length, 'a refusal');
        assert.ok(!this.socket.connected);
        this.socket.disconnect();

        return this.refusals[0];
    }

    async printed(...texts) {
        await waitFor(() => this.prints.length >= texts.length,
                      () => `prints, there are ${this.prints}`);
        assert.deepStrictEqual(this.prints, texts);
    }
}


function collect(stream) {
    return new Promise((resolve, reject) => {
        let text = '';

        stream.setEncoding('utf8');
        stream.on('data', (data) => {
            text += data;
        });
        stream.on('error', reject);
        stream.on('end', () => resolve(text));
    });
}


module.exports = { FRAME, INSIDE, OUTSIDE, NAME, TRANSPORTS, blocks, section,
                   codes, start, certificate, basic, password, adapt, read,
                   write };
