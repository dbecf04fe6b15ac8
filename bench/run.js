
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Compares print hub with others, on this machine: prints one table, and
 * writes it to build/bench/bench.json, a picture of it to bench.svg.
 *
 * usage: run.js [quick] [SERVER...]
 *
 * Of the sessions with several servers, SERVER is "side by side" or
 * "authorizer".
 */


'use strict';


const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');

const { OUT, SERVERS, NGINX } = require('./servers.js');
const { work, heartbeat, idle, growth, many } = require('./sessions.js');
const { pairPrints, pairPings, pairAsks } = require('./pairs.js');
const { rows, goals, text } = require('./rows.js');
const { svg } = require('./svg.js');


const FULL = {
    rounds: 3,
    ms: 1500,
    stations: { websocket: [1000, 10000], polling: [1000, 10000] },
    pings: { stations: 10000, ms: 4000 },
    steps: [1000, 5000, 10000, 19000],
    idle: true,
    many: 49500,
    stay: 20000,
    pairs: { stations: [1000, 10000], turns: 40, ms: 200, pings: 10,
             asks: 10000 },
};

const QUICK = {
    rounds: 1,
    ms: 300,
    stations: { websocket: [1000, 10000], polling: [1000] },
    pings: { stations: 2000, ms: 2000 },
    steps: [],
    idle: false,
    many: 49500,
    stay: 1000,
    pairs: { stations: [1000], turns: 15, ms: 200, pings: 6, asks: 1000 },
};


const args = process.argv.slice(2);
const quick = args.includes('quick');
const plan = quick ? QUICK : FULL;
const only = args.filter((arg) => arg !== 'quick');

const figures = {};


/* [server, what, session(note)] in the order in which they run */

function sessions(last) {
    const list = [];
    const websocket = ['hub', 'print', 'legacy', 'nchan'];
    const add = (name, what, ...rest) => list.push([name, what, ...rest]);

    for (const n of plan.stations.websocket) {
        for (const name of websocket) {
            add(name, `${n} websockets`, (note) => (
                work(name, note, 'websocket', n, plan.ms)));
        }
    }

    for (const n of plan.stations.polling) {
        for (const name of ['print', 'legacy']) {
            add(name, `${n} polling`, (note) => (
                work(name, note, 'polling', n, plan.ms)));
        }
    }

    for (const name of ['nginx', 'print2']) {
        add(name, 'print', (note) => (
            work(name, note, 'websocket', 1000, plan.ms)));
    }

    for (const name of websocket) {
        add(name, 'heartbeat', (note) => (
            heartbeat(name, note, plan.pings.stations, plan.pings.ms)));
    }

    if (!last) {
        return list;
    }

    for (const name of plan.idle ? websocket : []) {
        add(name, 'idle', (note) => idle(name, note, 10000));
    }

    for (const name of plan.steps.length ? websocket : []) {
        add(name, 'growth', (note) => (
            growth(name, note, plan.steps, plan.ms)));
    }

    for (const n of plan.pairs.stations) {
        add('side by side', `${n} websockets`, (_, note) => (
            pairPrints(n === 1000 ? [...websocket, 'nginx', 'print2']
                                  : websocket, note, n, plan.pairs)));
    }

    add('side by side', 'heartbeat', (_, note) => (
        pairPings(websocket, note, 2000, plan.pairs)));

    add('authorizer', 'side by side', (_, note) => (
        pairAsks(['hub', 'print', 'ask'], note, plan.pairs.asks)));

    add('print4', `${plan.many} websockets`, (note) => (
        many('print4', note, plan.many, plan.stay, plan.ms)));

    return list;
}


function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;

    return sorted.length & 1 ? sorted[middle]
                             : (sorted[middle - 1] + sorted[middle]) / 2;
}


function value(key, name) {
    const values = (figures[key] || {})[name];

    if (values === undefined) {
        return undefined;
    }

    return key === 'faults' ? values.reduce((a, b) => a + b) : median(values);
}


function keep(name, key, figure) {
    figures[key] = figures[key] || {};
    (figures[key][name] = figures[key][name] || []).push(figure);
}


function environment() {
    const { stderr } = spawnSync(NGINX, ['-v'], { encoding: 'utf8' });

    return {
        cpu: os.cpus()[0].model.trim(),
        cores: os.cpus().length,
        kernel: os.release(),
        nginx: stderr.replace(/^.*: /, '').trim(),
        node: process.version,
    };
}


function result() {
    const columns = Object.keys(SERVERS)
        .filter((name) => figures.faults && figures.faults[name])
        .map((name) => ({ name, title: SERVERS[name].title }));

    const list = rows(plan).map(([key, label, unit, factor = 1]) => {
        const values = {};

        for (const { name } of columns) {
            const median = value(key, name);

            if (median !== undefined) {
                values[name] = median * factor;
            }
        }

        return { key, label, unit, values };
    }).filter((row) => Object.keys(row.values).length);

    return {
        environment: environment(),
        quick,
        rounds: plan.rounds,
        waited: median(columns.filter(({ name }) => !SERVERS[name].free)
            .flatMap(({ name }) => (figures.waited || {})[name] || [])),
        columns,
        rows: list,
        goals: goals((key, name) => value(key, name) ?? NaN)
            .filter(([, figure]) => !Number.isNaN(figure))
            .map(([label, figure, limit, sign]) => ({
                text: label, value: figure, limit, sign,
                ok: sign === '<=' ? figure <= limit : figure >= limit,
            })),
        figures,
    };
}


async function main() {
    const started = Date.now();

    for (let round = 0; round < plan.rounds; round++) {
        const list = sessions(round === plan.rounds - 1);

        for (const [name, what, body] of list) {
            if (only.length && !only.includes(name)) {
                continue;
            }

            const seconds = Math.round((Date.now() - started) / 1000);

            process.stderr.write(`bench: ${seconds} s, round ${round + 1} of`
                                 + ` ${plan.rounds}: ${name}, ${what}\n`);

            try {
                await body((key, figure) => keep(name, key, figure), keep);

            } catch (error) {
                process.stderr.write(`bench: ${error.message}\n`);
                process.exitCode = 1;
            }
        }
    }

    const all = result();

    fs.writeFileSync(path.join(OUT, 'bench.json'),
                     `${JSON.stringify(all, null, 1)}\n`);
    fs.writeFileSync(path.join(OUT, 'bench.svg'), svg(all));

    process.stdout.write(`\n${text(all)}\n`);
}


main();
