
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A picture of the table.
 *
 * usage: svg.js < bench.json > bench.svg
 */


'use strict';


const fs = require('fs');

const { cells } = require('./rows.js');


const LINE = 19;
const LABEL = 300;
const UNIT = 34;
const COLUMN = 146;
const MARGIN = 14;


const escape = (text) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);

const at = (x, y, text, attributes = '') => (
    `<text x="${x}" y="${y}" xml:space="preserve"${attributes}>`
    + `${escape(text)}</text>`);


function svg(result) {
    const lines = cells(result);
    const { cpu, cores, nginx, node } = result.environment;
    const width = MARGIN * 2 + LABEL + UNIT + COLUMN * result.columns.length;
    const height = MARGIN * 2 + LINE * (lines.length + 2);
    const out = [];
    let y = MARGIN;

    lines.forEach((line, i) => {
        if (i % 2 === 0) {
            out.push(`<rect x="0" y="${y}" width="${width}" height="${LINE}"`
                     + ` fill="${i ? '#f5f7f9' : '#dfe6ec'}"/>`);
        }

        const base = y + LINE - 6;
        const bold = i ? '' : ' font-weight="bold"';

        out.push(at(MARGIN, base, line[0], bold));
        out.push(at(MARGIN + LABEL, base, line[1], ' fill="#666"'));

        line.slice(2).forEach((cell, n) => {
            const name = result.columns[n].name;
            const ours = i && name.startsWith('print') ? ' fill="#0b5394"' : '';

            out.push(at(MARGIN + LABEL + UNIT + COLUMN * (n + 1), base, cell,
                        ` text-anchor="end"${bold}${ours}`));
        });

        y += LINE;
    });

    out.push(at(MARGIN, y + LINE,
                `${cpu}, ${cores} cores: a server has one, the load another.`
                + ` ${nginx}, node ${node}.`
                + ` Rounds: ${result.rounds}.`, ' fill="#666"'));

    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}"`
           + ` height="${height}" viewBox="0 0 ${width} ${height}"`
           + ` font-family="sans-serif" font-size="12" fill="#222">\n`
           + `<rect width="100%" height="100%" fill="#fff"/>\n`
           + `${out.join('\n')}\n</svg>\n`;
}


if (require.main === module) {
    const json = fs.readFileSync(0, 'utf8');

    process.stdout.write(svg(JSON.parse(json)));
}


module.exports = { svg };
