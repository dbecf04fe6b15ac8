
/*
 * Copyright (C) the print hub contributors
 */


/*
 * PROTOCOL b3, b11: WebSocket frames.
 *
 *   joined   the session has joined "/" before
 *   send     bytes, in pieces that are sent one after the other
 *   expect   the frames that come, described as raw_ws has it.  If the last
 *            one is a close that is the end, otherwise the session must be
 *            alive behind them.
 *   ours     as in requests.js
 */


'use strict';


const { frame, TEXT, BINARY, CLOSE, PING, PONG } = require('../lib/raw_ws');


const PROTOCOL_ERROR = ['close 1002'];
const NOT_UTF8 = ['close 1007'];
const TOO_LARGE = ['close 1009'];
const CONTINUATION = 0;

/* an event that nobody listens to, of n bytes in all */

function event(n) {
    return `42["x","${'a'.repeat(n - 10)}"]`;
}


function closed(code, reason = '') {
    return Buffer.concat([Buffer.from([code >> 8, code & 0xff]),
                          Buffer.from(reason)]);
}


const SID = /^40\{"sid":"[\w-]{20}"\}$/;


const broken = [
    ['not masked', frame(TEXT, '40', { mask: false })],
    ['not masked, empty', frame(TEXT, '', { mask: false })],
    ['RSV1', frame(TEXT, '40', { rsv: 4 })],
    ['RSV2', frame(TEXT, '40', { rsv: 2 })],
    ['RSV3', frame(TEXT, '40', { rsv: 1 })],
    ['RSV1 of a ping', frame(PING, '', { rsv: 4 })],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => {
        return [`opcode ${opcode}`, frame(opcode, '')];
    }),
    ['continuation of nothing', frame(CONTINUATION, '40')],
    ['continuation of what was finished',
     [frame(TEXT, '6'), frame(CONTINUATION, '6')]],
    ['text within a text',
     [frame(TEXT, '4', { fin: false }), frame(TEXT, '0')]],
    ['binary within a text',
     [frame(TEXT, '4', { fin: false }), frame(BINARY, '0')]],
    ['ping of 126 bytes', frame(PING, 'a'.repeat(126))],
    ['pong of 126 bytes', frame(PONG, 'a'.repeat(126))],
    ['close of 126 bytes', frame(CLOSE, closed(1000, 'a'.repeat(124)))],
    ['ping in fragments', frame(PING, 'a', { fin: false })],
    ['close in fragments', frame(CLOSE, closed(1000), { fin: false })],
    ['close of 1 byte', frame(CLOSE, 'a')],
    ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535].map((code) => {
        return [`close code ${code}`, frame(CLOSE, closed(code))];
    })
];


/* "a" and the bytes, in one text frame of type 4 */

const utf8 = [
    ['continuation byte', [0x80]],
    ['overlong', [0xc0, 0xaf]],
    ['overlong of three bytes', [0xe0, 0x80, 0xaf]],
    ['surrogate', [0xed, 0xa0, 0x80]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['byte ff', [0xff]],
    ['cut character', [0xe4, 0xb8]]
];


exports.seed = [
    ...broken.map(([name, bytes]) => {
        return { name, send: [bytes].flat(), expect: PROTOCOL_ERROR };
    }),

    { name: 'length of 64 bits with the highest bit',
      send: [Buffer.from('81ffffffffffffffffff00000000', 'hex')],
      expect: TOO_LARGE, ours: {
        why: 'RFC 6455, section 5.2: that bit must be 0',
        expect: PROTOCOL_ERROR
    } },

    ...utf8.map(([name, bytes]) => {
        return { name: `not UTF-8: ${name}`, expect: NOT_UTF8,
                 send: [frame(TEXT, Buffer.from([0x34, 0x61, ...bytes]))] };
    }),
    { name: 'not UTF-8: at the end of fragments', expect: NOT_UTF8,
      send: [frame(TEXT, Buffer.from([0x34, 0xe4]), { fin: false }),
             frame(CONTINUATION, Buffer.from([0xb8]))] },
    { name: 'not UTF-8: reason of a close', expect: NOT_UTF8,
      send: [frame(CLOSE, Buffer.from([0x03, 0xe8, 0xff]))] },

    { name: 'message of the greatest size', joined: true,
      send: [frame(TEXT, event(1e6))], expect: [] },
    { name: 'message too large', joined: true,
      send: [frame(TEXT, event(1e6 + 1))], expect: TOO_LARGE },
    { name: 'announced too large', expect: TOO_LARGE,
      send: [frame(TEXT, '', { length: 2 ** 32 })] },
    { name: 'fragments too large', expect: TOO_LARGE,
      send: [frame(TEXT, `4${'a'.repeat(6e5)}`, { fin: false }),
             frame(CONTINUATION, 'a'.repeat(6e5))] },
    ...[125, 126, 127, 65535, 65536, 65537].map((n) => {
        return { name: `message of ${n} bytes`, joined: true, expect: [],
                 send: [frame(TEXT, event(n))] };
    }),

    ...[1000, 1001, 1003, 1011, 1012, 1014, 3000, 4999].map((code) => {
        return { name: `close code ${code} is echoed`,
                 send: [frame(CLOSE, closed(code))],
                 expect: [`close ${code}`] };
    }),
    { name: 'a close without a code is echoed', send: [frame(CLOSE)],
      expect: ['close'] },
    { name: 'the reason of a close is echoed', expect: ['close 1000 再见'],
      send: [frame(CLOSE, closed(1000, '再见'))] },
    { name: 'nothing is read behind a close', expect: ['close 1000'],
      send: [Buffer.concat([frame(CLOSE, closed(1000)),
                            frame(PING, 'late')])] },

    { name: 'ping', send: [frame(PING, 'abc')], expect: ['pong abc'] },
    { name: 'empty ping', send: [frame(PING)], expect: ['pong'] },
    { name: 'ping of 125 bytes', send: [frame(PING, 'b'.repeat(125))],
      expect: [`pong ${'b'.repeat(125)}`] },
    { name: 'pong that nobody asked for', send: [frame(PONG, 'abc')],
      expect: [] },
    { name: 'pings in a row', expect: ['pong 1', 'pong 2', 'pong 3'],
      send: [Buffer.concat(['1', '2', '3'].map((n) => frame(PING, n)))] },

    { name: 'fragments', expect: [SID],
      send: [frame(TEXT, '4', { fin: false }), frame(CONTINUATION, '0')] },
    { name: 'fragments, the first one and the last one empty', expect: [SID],
      send: [frame(TEXT, '', { fin: false }),
             frame(CONTINUATION, '4', { fin: false }),
             frame(CONTINUATION, '0', { fin: false }),
             frame(CONTINUATION, '')] },
    { name: 'ping between fragments', expect: ['pong abc', SID],
      send: [frame(TEXT, '4', { fin: false }), frame(PING, 'abc'),
             frame(CONTINUATION, '0')] },
    { name: 'character cut by fragments', joined: true, expect: [],
      send: [frame(TEXT, Buffer.from('34325b22e4', 'hex'), { fin: false }),
             frame(CONTINUATION, Buffer.from('b8ad225d', 'hex'))] },
    { name: 'byte by byte', expect: ['pong abc', SID],
      send: [...Buffer.concat([frame(PING, 'abc'), frame(TEXT, '40')])]
          .map((byte) => Buffer.from([byte])) },
    { name: 'many frames at once', joined: true, expect: [],
      send: [Buffer.concat(Array(1000).fill(frame(TEXT, event(100))))] }
];


exports.small = [
    { name: 'message of the greatest size', joined: true,
      send: [frame(TEXT, event(100))], expect: [] },
    { name: 'message too large', joined: true,
      send: [frame(TEXT, event(101))], expect: TOO_LARGE },
    { name: 'binary too large', send: [frame(BINARY, 'a'.repeat(101))],
      expect: TOO_LARGE },
    { name: 'fragments too large', expect: TOO_LARGE,
      send: [frame(TEXT, 'a'.repeat(60), { fin: false }),
             frame(CONTINUATION, 'a'.repeat(41))] }
];
