
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The recipes of docs/cookbook.md, as they are there: each configuration in an
 * nginx of its own, with real stations, and the answers of the commands.  The
 * Chinese twin has the same blocks, which tools/documents.py compares.
 */


'use strict';


const assert = require('node:assert');
const fs = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const { describe, it } = require('node:test');

const { VERSIONS } = require('./lib/clients');
const daemon = require('./lib/daemon');
const hub = require('./lib/hub');
const { freePort } = require('./lib/nginx');
const recipe = require('./lib/recipe');
const { INSIDE, NAME } = recipe;
const { Shell } = require('./lib/shell');
const { NGINX_ONLY, WORKERS } = require('./lib/target');
const { waitFor, within } = require('./lib/wait');


const ROOT = path.join(__dirname, '../..');
const SNIPPETS = path.join(ROOT, 'conf/snippets');
const DOCUMENT = 'docs/cookbook.md';

/* where the package has its examples, and where they come from */

const EXAMPLES = '/usr/share/doc/libnginx-mod-print/examples';
const CONTRIB = path.join(ROOT, 'contrib');

const PLAIN = 'http://127.0.0.1:3000';
const TLS = `https://${NAME}`;

/* a command that only asks is repeated until its answer is the expected one */

const CHANGES = /startPrint|-X DELETE|\bkill\b|curl .*-d |=\$\(/;


/* a command, which may go on in the next line, and the lines of its answer */

const STEP = new RegExp('^ {4}\\$ ((?:.*\\\\\n)*.*)\n'
                        + '((?: {4}(?!\\$ ).*\n|\n(?= {4}[^ $]))*)', 'gm');


/*
 * What a recipe needs around it:
 *
 *   stations   [id, URL, options of the client]
 *   away       these have left again
 *   app        what the application at port 8080 answers: (request, told)
 *   files      of the shell's folder
 *   site       more files of the folder /var/lib/nginx
 *   edit       the recipe with other times
 */

const SETUPS = {
    'Stations over TLS with HTTP/2': { stations: [['kasse-3', TLS]] },

    'A token for each application': { stations: [['kasse-3', TLS]] },

    'Stations by token or certificate': {
        files() {
            recipe.certificate('kasse-3', '/CN=kasse-3');

            return ['kasse-3.pem', 'kasse-3.key'];
        }
    },

    'Your own login': {
        stations: [['kasse-3', TLS, {
            extraHeaders: { Cookie: 'session=of-erika' }
        }]],
        app({ headers }) {
            return headers.cookie === 'session=of-erika' ? [204] : [401];
        }
    },

    'Limits by station and by caller': {
        stations: [['kasse-3', PLAIN], ['kasse-4', PLAIN]],

        /* the third print comes before a minute is over */

        edit: (text) => text.replace('rate=30r/m', 'rate=1r/m')
    },

    'Behind a proxy': {
        stations: [['kasse-3', TLS, { from: INSIDE,
                                      transports: ['websocket'] }]]
    },

    'Health check of a balancer': {},

    'Large PDF by signed URL': {
        stations: [['kasse-3', TLS]],
        site: { 'print-files/order-7.pdf': '%PDF-1.4\n' }
    },

    'Cancel what waits': { stations: [['kasse-3', PLAIN]], away: true },

    'Webhook': {
        stations: [['kasse-3', PLAIN]],
        app({ method }, told) {
            return method === 'POST' ? [204]
                   : [200, told.map((one) => JSON.stringify(one)).join('\n')];
        }
    },

    'Follow the events': { stations: [['kasse-3', PLAIN]] },

    'Job log': { stations: [['kasse-3', PLAIN]] },

    'Prometheus and Grafana': { stations: [['kasse-3', PLAIN]] },

    'Two shops in one nginx': {
        stations: [['kasse-3', 'http://shop1.example.com:3000']]
    },

    'Upgrade nginx without losing a job': {
        stations: [['kasse-3', PLAIN]], away: true
    },

    'From the Node program to print hub': {
        stations: [['kasse-3', PLAIN]],
        app: () => [200, 'a page of the program']
    }
};


/* the recipes: { title, configuration, steps: [[command, answer]] } */

function recipes(text) {
    return text.split(/^## /m).slice(1).map((section) => {
        const found = /^```nginx\n([^]*?)^```$/m.exec(section);

        const steps = [...section.replace(/```[^]*?```/g, '').matchAll(STEP)]
            .map(([, command, answer]) => {
                return [command, answer.replace(/^ {4}/gm, '')];
            });

        return { title: /^.*/.exec(section)[0],
                 configuration: found && found[1], steps };
    });
}


/* an answer: "..." is anything */

function pattern(answer) {
    const text = answer.trim().split('...').map((part) => {
        return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    }).join('[^]*?');

    return new RegExp(`^\\s*${text}\\s*$`);
}


/* the application at port 8080, if the recipe has one; returns its port */

async function application(t, answer) {
    if (!answer) {
        return undefined;
    }

    const told = [];

    const server = createServer(async (request, response) => {
        let body = '';

        for await (const data of request) {
            body += data;
        }

        if (request.method === 'POST' && body) {
            told.push(...JSON.parse(body));
        }

        const [status, text] = answer(request, told);

        response.writeHead(status);
        response.end(text);
    });

    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

    t.after(() => {
        server.closeAllConnections();
        server.close();
    });

    return server.address().port;
}


class Kitchen {

    constructor(t, ports) {
        this.t = t;
        this.ports = ports;
    }

    async start(workers, text, setup) {
        const { edit = (all) => all, site } = setup;
        const [, first] = /listen (\d+)/.exec(text);

        const snippets = Object.fromEntries(fs.readdirSync(SNIPPETS)
            .map((name) => {
                return [`snippets/${name}`,
                        fs.readFileSync(path.join(SNIPPETS, name))];
            }));

        this.nginx = await daemon.start({
            workers,
            configuration: (values) => {
                this.ports[first] = values.port;

                return recipe.write(edit(text), values, this.ports,
                                    { ...snippets, ...site });
            }
        });

        this.t.after(() => this.nginx.stop());
    }

    /* a station on the real client, which has registered */

    async station([id, url, options = {}]) {
        const { protocol, hostname } = new URL(url);
        const port = this.ports[protocol === 'https:' ? 443 : 3000];

        const { Agent } = require(protocol === 'https:' ? 'node:https'
                                                        : 'node:http');
        const agent = new Agent({
            ca: recipe.read('server.pem'), localAddress: options.from,
            lookup: (name, { all }, done) => {
                const address = '127.0.0.1';

                done(null, all ? [{ address, family: 4 }] : address, 4);
            }
        });

        const socket = VERSIONS['4.8'](`${protocol}//${hostname}:${port}`, {
            agent, ca: recipe.read('server.pem'), forceNew: true,
            reconnectionDelay: 50, ...options
        });

        this.t.after(() => {
            socket.disconnect();
            agent.destroy();
        });

        await within(new Promise((resolve) => {
            socket.on('connect', () => socket.emit('register', id, resolve));
        }), `the registration of ${id}`);

        return socket;
    }

    /* the shell: curl finds all names here, at the ports of the test */

    shell(files = []) {
        const home = path.join(this.nginx.folder, 'home');

        fs.mkdirSync(home);

        for (const file of files) {
            fs.writeFileSync(path.join(home, file), recipe.read(file));
        }

        fs.writeFileSync(path.join(home, 'ca.pem'), recipe.read('server.pem'));
        fs.writeFileSync(path.join(home, '.curlrc'), `silent\ncacert = ca.pem\n`
            + Object.entries(this.ports).map(([from, to]) => {
                return `connect-to = ":${from}:127.0.0.1:${to}"\n`;
            }).join(''));

        const shell = new Shell({
            cwd: home, env: { ...process.env, CURL_HOME: home, LD_PRELOAD: '' }
        });

        this.t.after(() => shell.end());

        return shell;
    }

    adapt(text) {
        return recipe.adapt(text, this.nginx.folder, {
            3000: 3000, 8080: 8080
        }).replaceAll('10.0.0.7', INSIDE).replaceAll(EXAMPLES, CONTRIB);
    }
}


/* runs the commands of a recipe, and compares */

async function follow(kitchen, shell, steps) {
    for (const [command, answer] of steps) {
        const expected = pattern(kitchen.adapt(answer));
        const text = kitchen.adapt(command);

        let said = await shell.run(text);

        if (!CHANGES.test(text)) {
            await waitFor(async () => {
                if (!expected.test(said)) {
                    said = await shell.run(text);
                }

                return expected.test(said);

            }, () => `the answer of ${text}: ${said}`);
        }

        assert.match(said, expected, text);
    }
}


async function cook(t, workers, { title, configuration, steps }) {
    const setup = SETUPS[title];

    const kitchen = new Kitchen(t, {
        80: await freePort(), 443: await freePort(), 3000: await freePort(),
        8080: await application(t, setup.app) || await freePort()
    });

    await kitchen.start(workers, configuration, setup);
    assert.ok(!/\[warn\]/.test(kitchen.nginx.log()), kitchen.nginx.log());

    for (const one of setup.stations || []) {
        const socket = await kitchen.station(one);

        if (setup.away) {
            socket.disconnect();
            await hub.offline(kitchen.ports[3000], one[0]);
        }
    }

    await follow(kitchen, kitchen.shell(setup.files && setup.files()), steps);
}


describe('cookbook', { skip: NGINX_ONLY }, () => {
    const all = recipes(fs.readFileSync(path.join(ROOT, DOCUMENT), 'utf8'));

    it('each recipe has a configuration and commands', () => {
        assert.deepStrictEqual(all.map(({ title }) => title),
                               Object.keys(SETUPS));

        for (const { title, configuration, steps } of all) {
            assert.ok(configuration, title);
            assert.ok(steps.length >= 2, title);
        }
    });

    for (const workers of WORKERS) {
        for (const one of all) {
            it(`${one.title}, ${workers} worker(s)`, (t) => {
                return cook(t, workers, one);
            });
        }
    }
});
