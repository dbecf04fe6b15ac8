
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Side by side: all servers are up at the same time, with as many stations
 * each, and have their turn in short bursts.  What one operation takes is
 * divided by what it takes the first server in the same turn: a machine that
 * becomes slower or faster changes both.
 */


'use strict';


const { start, warm, Load, sleep } = require('./servers.js');


const WINDOW = 64;
const STEPS = 20;              /* stations are opened in so many steps */


class Pairs {
    constructor(note) {
        this.note = note;      /* (key, name, ratio) */
        this.members = [];
        this.turns = 0;
    }

    async add(name, options) {
        const running = await start(name, options);
        const load = new Load(running);

        this.members.push({ name, running, load, faults: 0 });
        await warm(running);
    }

    /* the server's CPU time for one of the n(result) operations of a command */

    async cost(member, n, ...words) {
        const { running, load } = member;
        const before = running.cpu();
        const result = await load.run(...words);

        const bad = 'lost' in result ? result.refused + result.lost
                                       + result.doubled + result.stray : 0;

        member.faults += bad;

        if (bad) {
            process.stderr.write(`${running.name}, side by side: `
                                 + `${JSON.stringify(result)}\n`);
        }

        return (running.cpu() - before) / n(result);
    }

    /* ratios to the first server and, if it runs, to nginx's own answer */

    compare(key, members, costs) {
        const nginx = members.findIndex(({ name }) => name === 'nginx');

        members.forEach(({ name }, i) => {
            this.note(key, name, costs[i] / costs[0]);

            if (nginx !== -1) {
                this.note(`${key}.nginx`, name, costs[i] / costs[nginx]);
            }
        });
    }

    /* one turn of each server; the server that begins changes every time */

    async turn(key, members, n, ...words) {
        const costs = [];

        this.turns++;

        for (let i = 0; i < members.length; i++) {
            const at = (i + this.turns) % members.length;

            costs[at] = await this.cost(members[at], n, ...words);
        }

        this.compare(key, members, costs);
    }

    /* the servers that have stations */

    hubs() {
        return this.members.filter(({ running }) => (
            running.server.mode !== 'none'));
    }

    async open(key, count) {
        for (let i = 0; i < STEPS; i++) {
            await this.turn(key, this.hubs(), () => count / STEPS, 'open',
                            'websocket', count / STEPS, WINDOW);
        }
    }

    async stop() {
        for (const { running, load } of this.members) {
            await load.stop();
            await running.stop();
        }
    }
}


async function pairs(names, options, note, body) {
    const p = new Pairs((key, name, ratio) => note(name, key, ratio));

    try {
        for (const name of names) {
            await p.add(name, options);
        }

        await sleep(100);
        await body(p);

        for (const { name, faults } of p.members) {
            note(name, 'faults', faults);
        }

    } finally {
        await p.stop();
    }
}


/* measures registrations, then prints in turns of ms milliseconds */

function pairPrints(names, note, count, { turns, ms }) {
    return pairs(names, { interval: 25000 }, note, async (p) => {
        await p.open(`pair.open.${count}`, count);

        for (const { running, load } of p.members) {
            await load.run('print', 64, running.server.warm || 400, 0);
        }

        for (const bytes of [64, 4096]) {
            for (let i = 0; i < turns; i++) {
                await p.turn(`pair.print${bytes}.${count}`, p.members,
                             (r) => r.accepted, 'print', bytes, ms, 0);
            }
        }
    });
}


/* measures a ping each second, on all servers at the same time */

function pairPings(names, note, count, { pings }) {
    return pairs(names, { interval: 1000 }, note, async (p) => {
        await p.open('pair.warm', count);

        for (let i = 0; i < pings; i++) {
            p.compare('pair.ping', p.members,
                      await Promise.all(p.members.map((member) => p.cost(
                          member, (r) => r.pings, 'idle', 1000))));
        }
    });
}


/* measures registrations; one of the servers has each CONNECT authorized */

function pairAsks(names, note, count) {
    return pairs(names, { interval: 25000 }, note, async (p) => {
        await p.open('pair.ask', count);
    });
}


module.exports = { pairPrints, pairPings, pairAsks };
