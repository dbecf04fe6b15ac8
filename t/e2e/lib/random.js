
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Random choices that can be repeated: the environment's SEED, or a new one.
 * Several that are independent of each other have numbers.
 */


'use strict';


const SEED = Number(process.env.SEED || Date.now() % 1e9);


function create(number = 0) {
    const seed = SEED;
    let state = (seed + number * 0x9e3779b9) >>> 0;

    /* mulberry32: 0 <= value < 1 */

    function next() {
        state = (state + 0x6d2b79f5) >>> 0;

        let x = state;

        x = Math.imul(x ^ (x >>> 15), x | 1);
        x ^= x + Math.imul(x ^ (x >>> 7), x | 61);

        return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
    }

    return {
        seed,
        below: (n) => Math.floor(next() * n),
        pick: (list) => list[Math.floor(next() * list.length)]
    };
}


module.exports = { create };
