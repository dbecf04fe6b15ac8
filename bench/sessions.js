
/*
 * Copyright (C) the print hub contributors
 */


/* The measurements: each session starts a server and its load. */


'use strict';


const { start, warm, Load, sleep } = require('./servers.js');


const WINDOW = 64;
const PACE = 2000;


/*
 * note(key, value) is called for each figure.  CPU is that of the server, in
 * microseconds an operation.
 */

class Session {
    constructor(running, load, note) {
        this.running = running;
        this.load = load;
        this.note = note;
        this.faults = 0;
    }

    /* notes the cost of a command with n(result) operations */

    async cost(key, n, ...words) {
        const before = this.running.cpu();
        const waited = this.running.cpu(1);
        const result = await this.load.run(...words);
        const ns = this.running.cpu() - before;
        const count = n(result);

        this.note('waited', (this.running.cpu(1) - waited) / 1e9
                            / result.seconds);

        if (count > 0) {
            this.note(`${key}.cpu`, ns / count / 1000);
        }

        this.note(`${key}.busy`, ns / 1e9 / result.seconds);

        return result;
    }

    async open(key, transport, count) {
        const before = this.running.memory();
        const result = await this.cost(key, () => count, 'open', transport,
                                       count, WINDOW);

        if (result.dropped) {
            throw new Error(`${this.running.name}: ${result.dropped} stations`
                            + ' were dropped');
        }

        this.note(`${key}.rate`, count / result.seconds);

        await sleep(200);
        this.note(`${key}.memory`, (this.running.memory() - before) / count);

        if (this.running.server.mode === 'hub') {
            const { connected } = await this.load.run('verify',
                                                      result.stations);

            if (connected !== result.stations) {
                throw new Error(`${this.running.name}: ${connected} of`
                                + ` ${result.stations} are registered`);
            }
        }

        return result;
    }

    /* lets a compiler at run time do its work, after memory is measured */

    async warm() {
        const { warm: ms } = this.running.server;

        if (ms) {
            await this.load.run('print', 64, ms, 0);
        }
    }

    check(key, result) {
        const bad = result.refused + result.lost + result.doubled
                    + result.stray;

        this.faults += bad;

        if (bad) {
            process.stderr.write(`${this.running.name} ${key}: `
                                 + `${JSON.stringify(result)}\n`);
        }
    }

    async print(key, bytes, ms) {
        const result = await this.cost(key, (r) => r.accepted, 'print', bytes,
                                       ms, 0);

        this.check(key, result);
        this.note(`${key}.rate`, result.rate);

        return result;
    }

    async pace(key, bytes, ms) {
        const result = await this.load.run('print', bytes, ms, PACE);

        this.check(key, result);

        for (const part of ['p50', 'p99', 'p999']) {
            this.note(`${key}.${part}`, result[part]);
        }
    }

    async status(key, ms) {
        await this.cost(key, (r) => r.answers, 'status', ms, 0);

        const result = await this.load.run('status', ms, 1);

        this.note(`${key}.p50`, result.p50);
        this.note(`${key}.other`, result.otherMax / 1000);
    }

    async drop(key) {
        const result = await this.load.run('drop');

        this.note(`${key}.seconds`,
                  result.connected === 0 ? result.seconds : Infinity);
        this.note(`${key}.other`, result.otherMax / 1000);
    }
}


async function session(name, note, options, body) {
    const running = await start(name, options);

    try {
        await warm(running);

        const load = new Load(running);
        const s = new Session(running, load, note);

        await body(s);
        await load.stop();

        note('faults', s.faults);

    } finally {
        await running.stop();
    }
}


/* all measurements with this number of stations */

function work(name, note, transport, count, ms) {
    const end = `${transport}.${count}`;

    return session(name, note, {}, async (s) => {
        const { mode } = s.running.server;

        if (mode !== 'none') {
            await s.open(`open.${end}`, transport, count);
            await s.warm();
        }

        for (const bytes of [64, 4096]) {
            await s.print(`print${bytes}.${end}`, bytes, ms);

            if (mode !== 'none') {
                await s.pace(`print${bytes}.${end}`, bytes, ms);
            }
        }

        if (mode === 'hub' && transport === 'websocket') {
            await s.status(`status.${count}`, ms);
            await s.drop(`drop.${count}`);
        }
    });
}


/* measures the cost of one ping, with a ping each second */

function heartbeat(name, note, count, ms) {
    return session(name, note, { interval: 1000 }, async (s) => {
        await s.load.run('open', 'websocket', count, WINDOW);
        await s.load.run('idle', 1500);
        await s.cost('ping', (r) => r.pings, 'idle', ms);
    });
}


/* measures the CPU seconds a minute with a ping every ten seconds */

function idle(name, note, count) {
    return session(name, note, {}, async (s) => {
        await s.load.run('open', 'websocket', count, WINDOW);
        await s.load.run('idle', 10000);

        const before = s.running.cpu();
        const { seconds } = await s.load.run('idle', 10000);

        note('idle.cpu', (s.running.cpu() - before) / 1e9 / seconds * 60
                         * 10000 / count);
    });
}


function growth(name, note, steps, ms) {
    return session(name, note, {}, async (s) => {
        let stations = 0;

        for (const count of steps) {
            const key = `growth.${count}`;

            await s.open(`${key}.open`, 'websocket', count - stations);
            await s.print(`${key}.print`, 64, ms);
            stations = count;
        }
    });
}


/* opens more stations than one process can have, and checks that all stay */

async function many(name, note, count, idleMs, ms) {
    const running = await start(name, {});
    const parts = Math.ceil(count / 16500);
    const each = count / parts;
    const loads = [];

    for (let i = 0; i < parts; i++) {
        loads.push(new Load(running, i * each));
    }

    const all = (...words) => Promise.all(loads.map((l) => l.run(...words)));
    const sum = (results, name) => results.reduce((n, r) => n + r[name], 0);

    try {
        const before = running.memory();
        const opened = await all('open', 'websocket', each, WINDOW);

        note('many.open.rate',
             count / Math.max(...opened.map((r) => r.seconds)));

        await sleep(200);
        note('many.memory', (running.memory() - before) / count);

        const stayed = await all('idle', idleMs);
        const printed = await all('print', 64, ms, 0);
        const { connected } = await loads[0].run('verify', count);

        note('many.print.rate', sum(printed, 'rate'));
        note('many.dropped', sum(stayed, 'dropped') + count - connected);
        note('faults', sum(printed, 'lost') + sum(printed, 'refused')
                       + sum(printed, 'doubled') + sum(printed, 'stray'));

    } finally {
        await Promise.all(loads.map((l) => l.stop()));
        await running.stop();
    }
}


module.exports = { work, heartbeat, idle, growth, many };
