
/*
 * Copyright (C) the print hub contributors
 */


/* The rows of the table, and the goals. */


'use strict';


const thousands = (n) => String(n).replace(/(?=(?:\d{3})+$)(?!^)/g, ',');


/* the rows of one kind of figures, [key, label, unit, factor] */

function rows({ stations, steps, many, pairs }) {
    const list = [];
    const row = (...r) => list.push(r);
    const ends = [];

    for (const transport of ['websocket', 'polling']) {
        for (const n of stations[transport]) {
            ends.push([`${transport}.${n}`, `${transport}, ${thousands(n)}`]);
        }
    }

    for (const n of pairs.stations) {
        row(`pair.open.${n}`,
            `side by side, ${thousands(n)} stations: CPU to register`, '×');
        row(`pair.print64.${n}`, '    CPU for a print, 64 B', '×');
        row(`pair.print4096.${n}`, '    4 KB', '×');
    }

    row('pair.ping', 'side by side: CPU for a ping', '×');
    row('pair.ask', 'side by side: CPU to register, CONNECT authorized or not',
        '×');

    for (const [end, label] of ends) {
        row(`open.${end}.rate`, `registered: ${label}`, '1/s');
        row(`open.${end}.cpu`, '    CPU of the server for one', 'µs');
    }

    for (const bytes of [64, 4096]) {
        for (const [end, label] of ends) {
            const key = `print${bytes}.${end}`;

            row(`${key}.rate`,
                `print ${bytes === 64 ? '64 B' : '4 KB'}: ${label}`, '1/s');
            row(`${key}.cpu`, '    CPU of the server for one', 'µs');
            row(`${key}.busy`, '    of its core', '%', 100);
            row(`${key}.p50`, '    to the station at 2,000/s, p50', 'µs');
            row(`${key}.p99`, '    p99', 'µs');
            row(`${key}.p999`, '    p99.9', 'µs');
        }
    }

    for (const n of stations.websocket) {
        row(`status.${n}.cpu`, `getStatus: ${thousands(n)}, CPU`, 'µs');
        row(`status.${n}.other`, '    slowest other answer meanwhile', 'ms');
    }

    for (const [end, label] of ends) {
        row(`open.${end}.memory`, `memory of a station: ${label}`, 'B');
    }

    row('ping.cpu', 'heartbeat: CPU for a ping', 'µs');
    row('idle.cpu', '    10,000 idle stations, a minute', 's');

    for (const n of stations.websocket) {
        row(`drop.${n}.seconds`, `loss of all ${thousands(n)}: known after`,
            's');
        row(`drop.${n}.other`, '    slowest other answer meanwhile', 'ms');
    }

    for (const n of steps) {
        row(`growth.${n}.open.cpu`, `growth to ${thousands(n)}: CPU to open`,
            'µs');
        row(`growth.${n}.print.cpu`, '    CPU for a print', 'µs');
        row(`growth.${n}.open.memory`, '    memory of a new station', 'B');
    }

    row('many.open.rate', `${thousands(many)} stations: registered`, '1/s');
    row('many.print.rate', '    print 64 B', '1/s');
    row('many.memory', '    memory of a station', 'B');
    row('many.dropped', '    dropped', '');

    row('faults', 'prints lost, doubled, gone astray', '');

    return list;
}


/*
 * [text, value, limit, "<=" or ">="]; v(key, server) is a median.  Ratios are
 * those of the turns side by side.
 */

function goals(v) {
    const pair = (key, server = 'print') => v(`pair.${key}`, server);
    const slowest = v('drop.10000.other', 'print');

    return [
        ['print 64 B, CPU, to the minimal hub', pair('print64.1000'), 1.25,
         '<='],
        ['    with 10,000 stations', pair('print64.10000'), 1.25, '<='],
        ['print 4 KB, CPU, to the minimal hub', pair('print4096.1000'), 1.4,
         '<='],
        ['    with 10,000 stations', pair('print4096.10000'), 1.4, '<='],
        ['open, CONNECT, register, CPU, to the minimal hub',
         pair('open.1000'), 1.3, '<='],
        ['    with 10,000 stations', pair('open.10000'), 1.3, '<='],
        ['a ping, CPU, to the minimal hub', pair('ping'), 1.2, '<='],
        ['print 64 B, CPU, to nginx "return 200"', pair('print64.1000.nginx'),
         2.5, '<='],
        ['legacy to print hub, CPU for a print, 64 B',
         pair('print64.1000', 'legacy') / pair('print64.1000'), 5, '>='],
        ['nchan to print hub, the same',
         pair('print64.1000', 'nchan') / pair('print64.1000'), 1, '>='],
        ['memory of an idle station, B',
         v('open.websocket.10000.memory', 'print'), 1024, '<='],
        ['getStatus of 10,000, ms', v('status.10000.cpu', 'print') / 1000,
         0.5, '<='],
        ['loss of 10,000, known after, s', v('drop.10000.seconds', 'print'),
         0.5, '<='],
        ['    slowest other answer meanwhile, ms', slowest, 50, '<='],
        ['49,500 stations on 4 workers, dropped', v('many.dropped', 'print4'),
         0, '<='],
        ['two workers to one, by CPU for a print',
         2 * pair('print64.1000') / pair('print64.1000', 'print2'), 1.7,
         '>='],
        ['prints lost, doubled, gone astray',
         v('faults', 'print') + v('faults', 'print2') + v('faults', 'print4'),
         0, '<='],
    ];
}


function figure(value) {
    if (value === undefined || Number.isNaN(value)) {
        return '-';
    }

    /* the limit of time has passed; JSON has no infinity */

    if (!Number.isFinite(value)) {
        return 'never';
    }

    if (Math.abs(value) >= 100 || Number.isInteger(value)) {
        return thousands(Math.round(value));
    }

    return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}


/* returns an array of lines, each an array of cells */

function cells(result) {
    const head = ['', '', ...result.columns.map((c) => c.title)];
    const lines = [head];

    for (const { label, unit, values } of result.rows) {
        lines.push([label, unit,
                    ...result.columns.map((c) => figure(values[c.name]))]);
    }

    return lines;
}


function text(result) {
    const lines = cells(result);
    const widths = lines[0].map((_, i) => Math.max(
        ...lines.map((line) => line[i].length)));
    const out = lines.map((line) => line.map((cell, i) => (
        i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));

    out.splice(1, 0, '-'.repeat(out[0].length));
    out.push('', `A server waited for its core ${figure(result.waited * 100)} %`
                 + ' of the time.');

    if (result.quick || result.waited > 0.02) {
        out.push('Not to be relied on: the form is the short one, or others ran'
                 + ' at the same time.');
    }

    out.push('');

    for (const goal of result.goals) {
        const value = figure(goal.value);

        out.push(`${goal.ok ? 'reached' : 'missed '}  ${goal.text}: ${value}`
                 + ` (goal ${goal.sign} ${goal.limit})`);
    }

    return out.join('\n');
}


module.exports = { rows, goals, cells, text };
