
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Queries made at random are read as npm "qs" reads them, which the legacy
 * program uses.  SEED=n repeats a run, QUERIES is their number.
 */


'use strict';


const assert = require('node:assert');
const path = require('node:path');
const { it } = require('node:test');

const http = require('./lib/raw_http');
const random = require('./lib/random');
const station = require('./lib/station');
const { serve } = require('./lib/target');
const { waitFor } = require('./lib/wait');


/* the "qs" that express brings */

const express = path.dirname(require.resolve('express'));
const qs = require(require.resolve('qs', { paths: [express] }));

const QUERIES = Number(process.env.QUERIES || 500);

const KEYS = ['printData', 'printData', 'name', 'a', '1', '__proto__', ''];
const INNER = ['', '', '0', '1', '2', '19', '20', '21', '007', '-1', '1.5',
               'a', 'b', 'x y', '__proto__', 'constructor', 'length', '中'];
const VALUES = ['', 'a', 'b', '1', '%', '%zz', '%e4%b8%ad', '%E4%B8', '+', '&',
                '=', '%00', '%26', '%5B', '%5d', '[', ']', 'a,b', '"', '.'];


function argument(pick) {
    let text = pick(KEYS);

    for (let depth = pick([0, 0, 1, 1, 1, 2, 2, 3, 6, 7]); depth; depth--) {
        const inner = pick(INNER);

        text += pick([`[${inner}]`, `[${inner}]`, `[${inner}]`,
                      `%5B${inner}%5D`, `[${inner}`, `${inner}]`]);
    }

    text = text.replaceAll(' ', '+').replaceAll('中', '%E4%B8%AD');

    return pick([true, true, true, false])
           ? `${text}=${pick(VALUES)}${pick(VALUES)}` : text;
}


function payload(query) {
    const { clientId, ...fields } = qs.parse(query, {
        allowPrototypes: true
    });

    return 'printData' in fields ? { printData: fields.printData } : fields;
}


it('queries', async (t) => {
    const { pick, seed } = random.create();
    const { port } = await serve(t, { workers: 2 });
    const one = await station.websocket(port, 'q');

    t.diagnostic(`SEED=${seed}`);

    for (let n = 0; n < QUERIES; n++) {
        const query = Array.from({ length: pick([1, 1, 2, 2, 3, 4]) },
                                 () => argument(pick)).join('&');
        const at = one.log.length;
        const url = `/startPrint?clientId=q&${query}`;
        const answer = await http.json(port, url);

        assert.deepStrictEqual(answer, { message: '参数已接收' }, url);

        await waitFor(() => one.log.length > at,
                      `a print: SEED=${seed} ${url}`);

        assert.deepStrictEqual(one.log.slice(at).filter((p) => p !== '2'), [
            `42${JSON.stringify(['print', payload(`clientId=q&${query}`)])}`
        ], `SEED=${seed} ${url}`);
    }
});
