
/*
 * Copyright (C) the print hub contributors
 */


/* Random choices that can be repeated: the environment's SEED, or a new one. */


'use strict';


function create() {
    const seed = Number(process.env.SEED || Date.now() % 1e9);
    let state = seed >>> 0;

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
        pick: (list) => list[Math.floor(next() * list.length)]
    };
}


module.exports = { create };
