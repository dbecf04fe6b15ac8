
/*
 * Copyright (C) the print hub contributors
 */


/* Reads the text that Prometheus scrapes, and the names in its expressions. */


'use strict';


/*
 * The families of an answer: a Map of their names to the labels that their
 * lines have, a Map to Sets of values; it is null if there are no lines yet
 */

function families(text) {
    const found = new Map();

    for (const [, name] of text.matchAll(/^# TYPE (\w+) /gm)) {
        found.set(name, null);
    }

    for (const [, name, labels = ''] of
         text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm))
    {
        const family = found.has(name)
                       ? name : name.replace(/_(bucket|sum|count)$/, '');

        if (!found.has(family)) {
            throw new Error(`${name} is of no family`);
        }

        const all = found.get(family) || new Map();

        for (const [, label, value] of
             labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
        {
            all.set(label, (all.get(label) || new Set()).add(value));
        }

        found.set(family, all);
    }

    return found;
}


/* the metrics of the hub in an expression: [name, [label, its values]...] */

function selectors(expression) {
    return [...expression.matchAll(/\b(print_hub_\w+)(?:\{(.*?)\})?/g)]
        .map(([, name, labels = '']) => {
            return [name, [...labels.matchAll(/(\w+)(?:=~|!~|!=|=)"(.*?)"/g)]
                .map(([, label, values]) => [label, values.split('|')])];
        });
}


module.exports = { families, selectors };
