
/*
 * Copyright (C) the print hub contributors
 */


/* Prints with a number in them. */


'use strict';


const assert = require('node:assert');


function sequence(n) {
    return Array.from({ length: n }, (_, i) => String(i));
}


/* in order and none twice; some may be missing */

function increasing(prints, id) {
    prints.forEach((text, i) => {
        assert.ok(i === 0 || Number(text) > Number(prints[i - 1]),
                  `${id} got ${text} after ${prints[i - 1]}`);
    });
}


module.exports = { sequence, increasing };
