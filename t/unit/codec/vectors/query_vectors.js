/*
 * Copyright (C) the print hub contributors
 */


/*
 * Writes query_vectors.h: queries, and what qs as express 4.19 has it makes of
 * each.  In a folder of its own:
 *
 *   npm install qs@6.11.0
 *   NODE_PATH=node_modules node .../query_vectors.js > .../query_vectors.h
 */

'use strict';

const qs = require('qs');


const NAMES = ['a', 'b', 'clientId', 'printData', '0', '1', '19', '20', '21',
    '00', '-1', '4294967294', '4294967295', 'toString', 'constructor',
    'hasOwnProperty', '__proto__', 'length', 'é', '%C3%A9', 'x.y', '%5B', '%',
    ''];

const VALUES = ['', 'x', 'y', '1', 'b', '0', '20', '__proto__', 'toString',
    'a+b', '%20', '%E4%BD%A0', 'é', '%C3', '100%', 'a=b', ']=', '[]=', '%22',
    '\u2028', '%00'];

const QUERIES = [

    /* fields */

    '', '&', '=', '&&=&', '=x', 'a', 'a=', 'a=b', 'a=b&', '&a=b', 'a=b=c',
    'a&b', 'a=1&b=2', 'b=1&a=2', 'clientId=abc&printData=hello',
    'clientId=123&printData=%E4%BD%A0%E5%A5%BD', 'a==', 'a=%3D',
    'a]=b', 'a[=b', 'a[=]=b', 'a[x=]=b', 'a=b]=c', 'a%5B%5D=1', 'a%5bx%5d=1',
    'a[]', 'a[x]', 'a?b=c', '?a=b', 'a;b=c', 'a.b=c', 'a,b=c,d', 'a=1,2',

    /* decoding */

    'a+b=c+d', 'a%20b=c%20d', 'a%2Bb=%2b', '%61=%62', 'a=%', 'a=%4', 'a=%zz',
    'a=%4g', 'a=+%', '%=+', 'a=%u0041', 'a=%C3%A9', 'a=%c3%a9', 'a=é',
    'é=1&%C3%A9=2', 'a=%C3', 'a=%A9', 'a=%C3x', 'a=%C3é', 'a=é%A9',
    'a=%41%C3', 'a=%C0%80', 'a=%E0%80%80', 'a=%ED%9F%BF', 'a=%ED%A0%80',
    'a=%ED%A0%BD%ED%B8%80', 'a=%EF%BF%BD', 'a=%EF%BB%BF', 'a=%F0%9F%98%80',
    'a=%F0%9F%98', 'a=%F0%80%80%80', 'a=%F4%8F%BF%BF', 'a=%F4%90%80%80',
    'a=%FF', 'a=😀', 'a=%00', '%00=a', 'a=%0A%09%22%5C%1F%7F', 'a="\\',
    '%5B%5D=1', '%5Ba%5D=1', 'a[%5D]=1', 'a[%5B]=1', 'a[%31]=1',

    /* arrays */

    'a=1&a=2', 'a=1&a=2&a=3', 'a=&a=', 'a&a', 'a=1&a=', 'a=&a=1', 'a[]=1',
    'a[]=', 'a[]', 'a[]=1&a[]=2', 'a[]=&a[]=', 'a=1&a[]=2', 'a[]=1&a=2',
    'a[]=1&a=', 'a=&a[]=1', 'a[0]=1', 'a[1]=1', 'a[0]=1&a[1]=2',
    'a[1]=1&a[0]=2', 'a[0]=1&a[0]=2', 'a[0]=1&a=2&a[0]=3', 'a[2]=1&a[]=2',
    'a[]=1&a[0]=2', 'a[]=1&a[5]=2', 'a[5]=1&a=2', 'a=1&a[5]=2',
    'a=1&a[0]=2&a[1]=3', 'a[20]=1', 'a[21]=1', 'a[20]=1&a[21]=2',
    'a[21]=1&a[20]=2', 'a[1]=1&a[100]=2', 'a[00]=1', 'a[-1]=1', 'a[ 1]=1',
    'a[1 ]=1', 'a[+1]=1', 'a[1.0]=1', 'a[1e1]=1', 'a[0]', 'a[][]=1',
    'a[][]=1&a[][]=2', 'a[][0]=1', 'a[0][]=1', 'a[0][0]=1', 'a[][2]=1',
    'a[2][]=1', 'a[1][1]=1', 'a[0][]=1&a[0][]=2', 'a[0]=1&a[0][]=2',
    'a[0][]=1&a[0]=2', 'a[][x]=1', 'a[][x]=1&a[][x]=2', 'a[][x]=1&a[][y]=2',
    'a[0][x]=1&a[0][y]=2', 'a[0][x]=1&a[1][x]=2', 'a[1][x]=1&a[0]=2',
    'a[0]=1&a[0][x]=2', 'a[0][x]=1&a[0]=2', '[]=1', '[]=1&[]=2', '[0]=1',
    '[1]=1&[0]=2', '[21]=1', '[x]=1', '[x]=1&x=2', '[]', '[x]', '[][x]=1',
    '[0]=1&0=2', '0=1&[0]=2', '0=1&0[a]=2',

    /* objects */

    'a[b]=1', 'a[b]=1&a[c]=2', 'a[b]=1&a[b]=2', 'a[b]=&a[b]=', 'a[b][c]=1',
    'a[b]=1&a[b][c]=2', 'a[b][c]=1&a[b]=2', 'a=1&a[b]=2', 'a[b]=1&a=2',
    'a[b]=1&a=b', 'a[b]=1&a=', 'a=&a[b]=1', 'a[b]=1&a=2&a=3', 'a=1&a=2&a[b]=3',
    'a[b]=1&a[]=2', 'a[]=1&a[b]=2', 'a[0]=1&a[b]=2', 'a[3]=1&a[b]=2',
    'a[b]=1&a[0]=2', 'a[b]=1&a=0&a[0]=2', 'a[b]=1&a=b&a[b]=2',
    'a[b]=1&a=b&a[b][c]=2', 'a[b]=1&a=b&a=b', 'a[b]=1&a=__proto__',
    'a[b]=1&a=toString', 'a[b][]=1&a[b][x]=2', 'a[ ]=1', 'a[b=c]=1',
    'printData[x]=1', 'printData[]=a&printData[]=b',

    /* the order of properties */

    'b=1&a=2&1=3&0=4', '10=a&9=b', '01=a&1=b', 'a[b]=1&a[2000]=2&a[30]=3',
    '4294967295=a&4294967294=b&x=c&4294967296=d', '-1=a&1.5=b&1=c',
    'b=x&a[1]=y&b[k]=z', 'a[b]=1&a=5&a=30&a=4', '2[a]=1&2=3&1[b]=4',

    /* depth */

    'a[b][c][d][e][f]=1', 'a[b][c][d][e][f][g]=1',
    'a[b][c][d][e][f][g][h]=1', 'a[b][c][d][e][f][g]=1&a[b][c][d][e][f]=2',
    '[b][c][d][e][f]=1', '[b][c][d][e][f][g]=1', 'a[][][][][][]=1',
    'a[0][0][0][0][0][0]=1', 'a[b][c][d][e][f][=1', 'a[b][c][d][e][f]x=1',
    'a[b][c][d][e][f][]=1', 'a[b][c][d][e][f][]=1&a[b][c][d][e][f][]=2',
    'a[b][c][d][e][f][__proto__]=1', 'a[b][c][d][e][f]x[g]y=1',

    /* brackets */

    'a[b', 'a[b=1', 'a]b=1', 'a]b[c]=1', 'a[b[c]=1', 'a[b[c]d]=1', 'a[[b]]=1',
    'a[b]]=1', 'a[[]=1', 'a[]]=1', 'a[b]c=1', 'a[b]c[d]=1', 'a[b]c[d]e=1',
    'a[b]c=1&a[b]d=2', 'a[]x=1&a[]y=2', 'a[0]x=1&a[0]y=2', '[=1', ']=1',
    '][=1', '[[=1', '[[]]=1', 'x[]y=1&x[]y=2&x[]=3',

    /* what an object of JavaScript has anyway */

    'toString=1', 'toString=1&toString=2', 'toString[a]=1', 'a[toString]=1',
    'hasOwnProperty=1', 'a[hasOwnProperty]=b&a[c]=d', 'constructor[a]=1',
    '__proto__=1', '__proto__=1&a=2', '__proto__[a]=1', '__proto__[]=1',
    'a[__proto__]=1', 'a[__proto__][b]=1', 'a[__proto__]=1&a=2',
    'a[]=1&a[__proto__]=2', 'a=1&a[__proto__]=2', 'a[0][__proto__]=1',
    '[__proto__]=1', '__proto__', 'length=1', 'a[length]=1', 'a[]=1&a[length]=2',
    'toJSON=1', 'a[toJSON]=1',

    /* parameters */

    '&'.repeat(999) + 'a=1', '&'.repeat(1000) + 'a=1',
    'a=1' + '&'.repeat(999) + 'b=2', 'a=1' + '&'.repeat(1000) + 'b=2',

    /* not UTF-8 */

    Buffer.from('a=\xff', 'latin1'),
    Buffer.from('a=\xe4\xbd&b=\xe4\xbd\xa0', 'latin1'),
    Buffer.from('\xff=1&\xfe=2&\xef\xbf\xbd=3', 'latin1'),
    Buffer.from('a=\xc3%A9', 'latin1'),
    Buffer.from('a=%C3\xa9', 'latin1'),
    Buffer.from('a[\xed\xa0\x80]=\xf0\x9f\x98&a[\xf0\x9f\x98\x80]=', 'latin1'),
];


let state = 1;

function random(n) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
}

function pick(list) {
    return list[random(list.length)];
}

function bracket() {
    switch (random(4)) {
    case 0:
        return '[]';
    case 1:
        return `[${pick(['0', '1', '2', '20', '21'])}]`;
    case 2:
        return `[${pick(NAMES)}]`;
    default:
        return pick(['[a]', '[b]', '[b]', '[', ']', 'x']);
    }
}

function query() {
    const fields = [];
    const name = pick(NAMES) + (random(2) ? bracket() : '');

    for (let n = 2 + random(4); n; n--) {
        let key = random(4) ? name : pick(NAMES);

        while (random(2)) {
            key += bracket();
        }

        fields.push(random(10) ? `${key}=${pick(VALUES)}` : key);
    }

    return fields.join('&');
}


/* literals of up to 60 columns, with octal escapes, which cannot run on */

function literal(bytes) {
    const lines = [];
    let line = '';

    for (const byte of bytes) {
        const c = String.fromCharCode(byte);

        if (line.length > 56) {
            lines.push(line);
            line = '';
        }

        line += (c === '"' || c === '\\') ? '\\' + c
            : (byte < 32 || byte > 126 || c === '?')
                ? '\\' + byte.toString(8).padStart(3, '0')
                : c;
    }

    return [...lines, line].map((text) => `"${text}"`).join('\n        ');
}

function vector(input) {
    const bytes = Buffer.from(input);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const json = JSON.stringify(qs.parse(text, { allowPrototypes: true }));

    return `    { unit_str(${literal(bytes)}),\n`
           + `      unit_str(${literal(Buffer.from(json))}) }`;
}


for (let n = 0; n < 250; n++) {
    QUERIES.push(query());
}

process.stdout.write(`
/*
 * Copyright (C) the print hub contributors
 */


/* made by query_vectors.js with qs 6.11.0 */


static query_vector_t  query_vectors[] = {

${QUERIES.map(vector).join(',\n\n')}
};
`);
