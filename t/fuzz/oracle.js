/*
 * Copyright (C) the print hub contributors
 */


/*
 * Compares what codecs make of the corpus with what JavaScript makes of it:
 * JSON.parse(), npm "qs" as express 4 uses it, and rules for a POST of jobs that
 * are written here once more.
 *
 *   node oracle.js FOLDER_OF_PROGRAMS CORPUS     ends with "N passed, N failed"
 */

'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const qs = require('qs');


const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting',
    'newListener', 'removeListener'];

const MEMBERS = ['clientId', 'clientIds', 'event', 'data', 'ttl', 'wait',
    'wait_for'];

const UNITS = { y: 31536000000, M: 2592000000, w: 604800000, d: 86400000,
    h: 3600000, m: 60000, s: 1000, ms: 1 };


/* The text of bytes; undefined if they are not UTF-8. */

function textOf(bytes) {
    try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
            .decode(bytes);
    } catch {
        return undefined;
    }
}


function parse(bytes) {
    const text = textOf(bytes);

    try {
        return text === undefined ? undefined : { value: JSON.parse(text) };
    } catch {
        return undefined;
    }
}


/*
 * 1, and of an array's elements the numbers and strings; 0 if it is no JSON.
 * The program says nothing of a text that is nested too deeply for its oracle.
 */

function json(bytes) {
    const parsed = parse(bytes);

    if (!parsed) {
        return '0';
    }

    if (!Array.isArray(parsed.value)) {
        return '1';
    }

    const texts = parsed.value.slice(0, 8).map((value) => {
        if (typeof value === 'number') {
            return ',' + value;
        }

        return typeof value === 'string'
            ? ',' + JSON.stringify(wellFormed(value)) : ',';
    });

    return '1' + texts.join('');
}


/* String.toWellFormed() of later versions of JavaScript */

function wellFormed(text) {
    return text
        .replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd')
        .replace(/(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}


/* node decodes a body, and the hub treats a query string alike */

function query(bytes) {
    return JSON.stringify(qs.parse(bytes.toString('utf8'),
        { allowPrototypes: true }));
}


/* "1h 30m", as nginx reads it; undefined if it is malformed */

function time(text) {
    const match = /^(?:\d+(?:y|M|w|d|h|ms|m|s)? *)+$/.test(text);
    let total = 0, last = Infinity;

    if (!match) {
        return undefined;
    }

    for (const [, number, unit] of text.matchAll(/(\d+)(ms|[yMwdhms])?/g)) {
        const ms = UNITS[unit ?? 's'];

        if (unit && ms >= last) {
            return undefined;
        }

        last = unit ? ms : last;
        total += Number(number) * ms;
    }

    return total;
}


/* [clients, event, data, ttl, wait, result]; "0" if the request is refused */

function jobs(bytes) {
    const parsed = parse(bytes);
    const body = parsed?.value;

    if (body === null || typeof body !== 'object' || Array.isArray(body)) {
        return '0';
    }

    if (Object.keys(body).some((name) => !MEMBERS.includes(name))) {
        return '0';
    }

    const given = (name) => Object.hasOwn(body, name);
    const isId = (id) => typeof id === 'string' || typeof id === 'number';

    if (given('clientId') === given('clientIds')) {
        return '0';
    }

    const ids = given('clientIds') ? body.clientIds : [body.clientId];

    if (!Array.isArray(ids) || ids.length < 1 || ids.length > 64
        || !ids.every(isId))
    {
        return '0';
    }

    const clients = ids.map((id) => wellFormed(String(id)));

    if (new Set(clients).size !== clients.length) {
        return '0';
    }

    const event = given('event') ? body.event : 'print';

    if (typeof event !== 'string' || event === '' || RESERVED.includes(event)) {
        return '0';
    }

    const times = {};

    for (const [name, min, max] of [['ttl', 1, 7 * 86400000],
        ['wait', 0, 60000]])
    {
        const value = body[name];

        times[name] = given(name)
            ? time(typeof value === 'string' ? value : JSON.stringify(value))
            : 0;

        if (times[name] === undefined || times[name] > max
            || (given(name) && times[name] < min))
        {
            return '0';
        }
    }

    if (given('wait_for')
        && !['result', 'received'].includes(body.wait_for))
    {
        return '0';
    }

    return JSON.stringify([clients, event, given('data') ? body.data : null,
        times.ttl, times.wait, body.wait_for === 'result' ? 1 : 0]);
}


const ORACLES = { json, query, jobs };

let passed = 0, failed = 0;

for (const [target, oracle] of Object.entries(ORACLES)) {
    const [programs, corpus] = process.argv.slice(2);

    const output = execFileSync(path.join(programs, target),
        ['-a', path.join(corpus, target)],
        { encoding: 'latin1', maxBuffer: 1 << 30 });

    for (const line of output.trimEnd().split('\n')) {
        const [file, hex] = line.split(' ');
        const bytes = fs.readFileSync(file);
        const answer = Buffer.from(hex, 'hex').toString();

        /* data of a job is what the application wrote, its spaces included */

        const got = target === 'jobs' ? JSON.stringify(JSON.parse(answer))
            : answer;
        const want = oracle(bytes);

        if (got === want || got === '') {
            passed++;
            continue;
        }

        console.log(`not ok ${file}: ${JSON.stringify(bytes.toString())}\n`
            + `    ${got}\n    instead of\n    ${want}`);
        failed++;
    }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
