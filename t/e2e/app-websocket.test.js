
/*
 * Copyright (C) the print hub contributors
 */


/*
 * A bare WebSocket under an application that echoes: the subjects of the
 * Autobahn test suite's server cases, by their numbers, each also with the
 * bytes one by one where that can matter.
 */


'use strict';


const assert = require('node:assert');
const crypto = require('node:crypto');
const zlib = require('node:zlib');
const { after, before, describe, it } = require('node:test');
const WebSocket = require('ws');

const ws = require('./lib/raw_ws');
const { serve } = require('./lib/app');
const { waitFor, within } = require('./lib/wait');


const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const UTF8 = 'Hello-µ@ßöäüàá-UTF-8!!';

const { frame } = ws;


function close(code, reason = '') {
    return frame(CLOSE, Buffer.concat([
        Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)
    ]));
}

function fragments(opcode, ...parts) {
    return parts.map((part, i) => frame(i ? 0 : opcode, part, {
        fin: i === parts.length - 1
    }));
}

function text(bytes) {
    return frame(TEXT, Buffer.from(bytes));
}


/* sends bytes and returns all that arrives until the connection ends */

const END = close(1000);
const ENDED = 'close 1000';

const LENGTHS = [0, 125, 126, 127, 128, 65535, 65536];

const CASES = {

    ...Object.fromEntries(LENGTHS.flatMap((n) => [
        [`1.1 text of ${n}`, [[text('*'.repeat(n)), END],
                              ['*'.repeat(n), ENDED]]],
        [`1.2 binary of ${n}`, [[frame(BINARY, Buffer.alloc(n, 0xfe)), END],
                                [`binary ${'fe'.repeat(n)}`, ENDED]]]
    ])),

    '2.1 ping': [[frame(PING), END], ['pong', ENDED]],
    '2.2 ping, text': [[frame(PING, 'Hello'), END], ['pong Hello', ENDED]],
    '2.4 ping of 125': [[frame(PING, 'x'.repeat(125)), END],
                        [`pong ${'x'.repeat(125)}`, ENDED]],
    '2.5 ping of 126': [[frame(PING, 'x'.repeat(126))], ['close 1002']],
    '2.7 pong unasked': [[frame(PONG), END], [ENDED]],
    '2.8 pong unasked, with a payload': [[frame(PONG, 'x'), END], [ENDED]],
    '2.9 pong, ping': [[frame(PONG, 'x'), frame(PING, 'y'), END],
                       ['pong y', ENDED]],
    '2.10 ten pings': [[...Array.from({ length: 10 },
                                      (_, i) => frame(PING, `p${i}`)), END],
                       [...Array.from({ length: 10 }, (_, i) => `pong p${i}`),
                        ENDED]],

    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((rsv) => [
        `3.${rsv} reserved bits ${rsv}`,
        [[text('before'), frame(TEXT, 'x', { rsv }), frame(PING)],
         ['before', 'close 1002']]
    ])),
    '3.8 reserved bits of a close': [[frame(CLOSE, '', { rsv: 7 })],
                                     ['close 1002']],
    '3.9 reserved bits of a ping': [[frame(PING, '', { rsv: 4 })],
                                    ['close 1002']],

    ...Object.fromEntries([3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [
        `4 opcode ${opcode}`,
        [[text('before'), frame(opcode, 'x'), frame(PING)],
         ['before', 'close 1002']]
    ])),

    '5.1 ping in fragments': [[...fragments(PING, 'a', 'b')], ['close 1002']],
    '5.2 pong in fragments': [[...fragments(PONG, 'a', 'b')], ['close 1002']],
    '5.3 text in fragments': [[...fragments(TEXT, 'ab', 'cd'), END],
                              ['abcd', ENDED]],
    '5.6 a ping between': [[frame(TEXT, 'ab', { fin: false }),
                            frame(PING, 'p'), frame(0, 'cd'), END],
                           ['pong p', 'abcd', ENDED]],
    '5.9 a continuation of nothing': [[frame(0, 'x'), text('y')],
                                      ['close 1002']],
    '5.10 the same, not the last': [[frame(0, 'x', { fin: false })],
                                    ['close 1002']],
    '5.12 a continuation behind a message': [
        [...fragments(TEXT, 'a', 'b'), frame(0, 'c'), text('d')],
        ['ab', 'close 1002']
    ],
    '5.15 the same, not the last': [
        [...fragments(TEXT, 'a', 'b'), frame(0, 'c', { fin: false }),
         text('d')], ['ab', 'close 1002']
    ],
    '5.18 a text in a text': [[frame(TEXT, 'a', { fin: false }), text('b')],
                              ['close 1002']],
    '5.19 pings between five': [[frame(TEXT, '1', { fin: false }),
                                 frame(0, '2', { fin: false }),
                                 frame(PING, 'p1'),
                                 frame(0, '3', { fin: false }),
                                 frame(0, '4', { fin: false }),
                                 frame(PING, 'p2'), frame(0, '5'), END],
                                ['pong p1', 'pong p2', '12345', ENDED]],
    '5 empty fragments': [[...fragments(TEXT, '', '', ''), END], ['', ENDED]],

    '6.1 no text': [[text(''), END], ['', ENDED]],
    '6.2 UTF-8': [[text(UTF8), END], [UTF8, ENDED]],
    '6.2.3 UTF-8, each byte a frame': [
        [...fragments(TEXT, ...Array.from(Buffer.from(UTF8),
                                          (b) => Buffer.from([b]))), END],
        [UTF8, ENDED]
    ],
    '6.3 no UTF-8': [[text([0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xcf, 0x83, 0xce,
                            0xbc, 0xce, 0xb5, 0xed, 0xa0, 0x80, 0x65])],
                     ['close 1007']],
    '6.4 no UTF-8, at the second frame': [
        [...fragments(TEXT, Buffer.from([0xce, 0xba, 0xf4]),
                      Buffer.from([0x90, 0x80, 0x80]))], ['close 1007']
    ],
    ...Object.fromEntries([
        [0xf4, 0x90, 0x80, 0x80], [0xf5], [0xc0, 0xaf], [0xe0, 0x80, 0xaf],
        [0xf0, 0x80, 0x80, 0xaf], [0xf8, 0x80, 0x80, 0x80, 0xaf], [0x80],
        [0xbf], [0xfe], [0xff], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
        [0xc1, 0xbf], [0xe0, 0x9f, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf],
        [0xce], [0xe1, 0xbd], [0xf0, 0x9f, 0x98], [0xc2, 0x41]
    ].map((bytes) => [`6 bytes ${Buffer.from(bytes).toString('hex')}`,
                      [[text(bytes)], ['close 1007']]])),
    ...Object.fromEntries([
        '\0', '\x7f', '\u0080', '\u07ff', '\u0800', '\ufffd', '\uffff',
        '\ud7ff', '\ue000', '\ufdd0', '\u{10000}', '\u{10ffff}', '\u{1fffe}'
    ].map((char) => [`6 character ${char.codePointAt(0).toString(16)}`,
                     [[text(char), END], [char, ENDED]]])),

    '7.1.1 close': [[text('x'), close(1000)], ['x', ENDED]],
    '7.1.2 twice': [[close(1000), close(1000)], [ENDED]],
    '7.1.3 a ping behind it': [[close(1000), frame(PING)], [ENDED]],
    '7.1.4 a text behind it': [[close(1000), text('x')], [ENDED]],
    '7.1.5 in a message': [[frame(TEXT, 'x', { fin: false }), close(1000)],
                           [ENDED]],
    '7.1.6 behind a long message': [[text('*'.repeat(262144)), close(1000),
                                     frame(PING)],
                                    ['*'.repeat(262144), ENDED]],
    '7.3.1 empty': [[frame(CLOSE)], ['close']],
    '7.3.2 one byte': [[frame(CLOSE, 'x')], ['close 1002']],
    '7.3.4 a reason': [[close(1000, 'Hello World!')],
                       ['close 1000 Hello World!']],
    '7.3.5 a reason of 123': [[close(1000, '*'.repeat(123))],
                              [`close 1000 ${'*'.repeat(123)}`]],
    '7.3.6 a reason of 124': [[close(1000, '*'.repeat(124))], ['close 1002']],
    '7.5.1 a reason that is no UTF-8': [
        [frame(CLOSE, Buffer.from([0x03, 0xe8, 0xce, 0xba, 0xed, 0xa0]))],
        ['close 1007']
    ],
    ...Object.fromEntries([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                           1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map((code) => [
        `7.7 code ${code}`, [[close(code)], [`close ${code}`]]
    ])),
    ...Object.fromEntries([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000,
                           2999, 5000, 65535].map((code) => [
        `7.9 code ${code}`, [[close(code)], ['close 1002']]
    ])),

    'a frame without a mask': [[frame(TEXT, 'x', { mask: false })],
                               ['close 1002']],
    'a length of 64 bits': [[frame(BINARY, '', { length: 2 ** 62 })],
                            ['close 1009']],
    'more than 16 MiB': [[frame(BINARY, '', { length: 16777217 })],
                         ['close 1009']],
    'more than 16 MiB in fragments': [
        [frame(BINARY, Buffer.alloc(16777216), { fin: false }),
         frame(0, 'x')], ['close 1009']
    ]
};


async function exchange(port, frames, chop) {
    const socket = await ws.connect(port, { path: '/ws-echo' });
    const bytes = Buffer.concat(frames);

    socket.socket.setNoDelay(true);

    if (chop && bytes.length < 2000) {
        for (const byte of bytes) {
            socket.raw(Buffer.from([byte]));
            await new Promise(setImmediate);
        }

    } else {
        socket.raw(bytes);
    }

    const got = await socket.rest();

    assert.ok(socket.clean, 'the connection is reset');

    return got;
}


for (const workers of [1, 4]) {
    describe(`WebSocket application, ${workers} worker(s)`, () => {
        let port;
        let nginx;
        const hooks = [];

        before(async () => {
            nginx = await serve({ after: (run) => hooks.push(run) },
                                { workers });
            port = nginx.port;
        });

        after(() => Promise.all(hooks.map((run) => run())));

        for (const [name, [sent, wanted]] of Object.entries(CASES)) {
            it(name, async () => {
                assert.deepStrictEqual(await exchange(port, sent, false),
                                       wanted);
                assert.deepStrictEqual(await exchange(port, sent, true),
                                       wanted);
            });
        }

        for (const size of [65536, 262144, 1048576, 4194304, 16777216]) {
            for (const piece of [size, 997, 65536]) {
                it(`9 a message of ${size} in frames of ${piece}`, async () => {
                    const socket = await ws.connect(port, {
                        path: '/ws-echo'
                    });
                    const data = Buffer.alloc(size, '*');

                    for (let at = 0; at < size; at += piece) {
                        socket.send(at ? 0 : TEXT,
                                    data.subarray(at, at + piece),
                                    { fin: at + piece >= size });
                    }

                    assert.strictEqual(await socket.next(), `${data}`);
                    socket.raw(END);
                    assert.deepStrictEqual(await socket.rest(), [ENDED]);
                });
            }
        }

        for (const size of [65536, 1048576, 16777216]) {
            it(`9.2 a binary message of ${size}`, async () => {
                const socket = await ws.connect(port, { path: '/ws-echo' });
                const data = crypto.randomBytes(size);

                socket.send(BINARY, data);
                assert.strictEqual(await socket.next(),
                                   `binary ${data.toString('hex')}`);
                socket.raw(END);
                assert.deepStrictEqual(await socket.rest(), [ENDED]);
            });
        }

        for (const piece of [64, 1024]) {
            it(`9.3, 9.5 1 MiB in frames and writes of ${piece}`, async () => {
                const socket = await ws.connect(port, { path: '/ws-echo' });
                const data = Buffer.alloc(1048576, '*');

                for (let at = 0; at < data.length; at += piece) {
                    socket.send(at ? 0 : TEXT, data.subarray(at, at + piece),
                                { fin: at + piece >= data.length });

                    if (at % 65536 === 0) {
                        await new Promise(setImmediate);
                    }
                }

                assert.strictEqual(await socket.next(), `${data}`);

                const whole = text(data);

                for (let at = 0; at < whole.length; at += piece) {
                    socket.raw(whole.subarray(at, at + piece));

                    if (at % 65536 === 0) {
                        await new Promise(setImmediate);
                    }
                }

                assert.strictEqual(await socket.next(), `${data}`);
                socket.raw(END);
                assert.deepStrictEqual(await socket.rest(), [ENDED]);
            });
        }

        for (const size of [0, 16, 64, 256, 1024, 4096, 16384]) {
            it(`9.7, 9.8 a thousand messages of ${size}`, async () => {
                const socket = await ws.connect(port, { path: '/ws-echo' });

                for (const opcode of [TEXT, BINARY]) {
                    const data = Buffer.alloc(size, '*');
                    const wanted = opcode === TEXT
                                   ? `${data}`
                                   : `binary ${data.toString('hex')}`.trim();

                    for (let i = 0; i < 1000; i++) {
                        socket.send(opcode, data);
                    }

                    for (let i = 0; i < 1000; i++) {
                        assert.strictEqual((await socket.next()).trim(),
                                           wanted);
                    }
                }

                socket.raw(END);
                assert.deepStrictEqual(await socket.rest(), [ENDED]);
            });
        }

        /* the hub refuses the byte before the frame is complete */

        for (const [name, sent] of Object.entries({
            'in a frame': [frame(TEXT, [0xce, 0xba, 0xf4, 0x90],
                                 { length: 100 })],
            'in a second frame': [
                frame(TEXT, [0xce, 0xba, 0xf4], { fin: false }),
                frame(0, [0x90], { length: 100, fin: false })
            ],
            'at the end of a fragment': [
                frame(TEXT, [0xce, 0xba, 0xed, 0xa0], { fin: false })
            ]
        })) {
            it(`6.4 fails fast, ${name}`, async () => {
                const socket = await ws.connect(port, { path: '/ws-echo' });

                for (const bytes of sent) {
                    socket.raw(bytes);
                }

                assert.deepStrictEqual(await socket.rest(), ['close 1007']);
            });
        }

        const offers = {
            'no context takeover': { serverNoContextTakeover: true,
                                     clientNoContextTakeover: true },
            'context takeover': {},
            'a window of 9': { serverMaxWindowBits: 9,
                               clientMaxWindowBits: 9 },
            'windows of 10 and 12': { serverMaxWindowBits: 10,
                                      clientMaxWindowBits: 12 }
        };

        for (let bits = 10; bits <= 15; bits++) {
            for (const no of [true, false]) {
                offers[`windows of ${bits}, ${no ? 'no' : 'with'} takeover`] = {
                    serverMaxWindowBits: bits, clientMaxWindowBits: bits,
                    serverNoContextTakeover: no, clientNoContextTakeover: no
                };
            }
        }

        for (const [name, offer] of Object.entries(offers)) {
            it(`12, 13 compression, ${name}`, async () => {
                const socket = new WebSocket(`ws://127.0.0.1:${port}/ws-echo`, {
                    perMessageDeflate: { threshold: 0, ...offer }
                });
                const got = [];

                socket.on('message', (data, binary) => got.push([data, binary]));
                await within(new Promise((resolve) => {
                    socket.on('open', resolve);
                }), 'a WebSocket');
                assert.strictEqual(socket.extensions, 'permessage-deflate');

                for (let size = 0; size < 300000; size = size * 4 + 1) {
                    for (const data of ['text ä 😀 '.repeat(size / 10),
                                        crypto.randomBytes(size),
                                        Buffer.alloc(size)])
                    {
                        socket.send(data);
                        await waitFor(() => got.length, 'an echo');

                        const [back, binary] = got.pop();

                        assert.ok(Buffer.from(data).equals(back));
                        assert.strictEqual(binary, typeof data !== 'string');
                    }
                }

                socket.send('in two ', { fin: false });
                socket.send('fragments', { fin: true });
                await waitFor(() => got.length, 'an echo');
                assert.strictEqual(`${got.pop()[0]}`, 'in two fragments');

                const closed = within(new Promise((resolve) => {
                    socket.on('close', resolve);
                }), 'the close');

                socket.close(1000);
                assert.strictEqual(await closed, 1000);
            });
        }

        const flush = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
        const compressed = {
            'too large when it is inflated': [
                [frame(BINARY, zlib.deflateRawSync(Buffer.alloc(16777217),
                                                   flush), { rsv: 4 })],
                ['close 1009']
            ],
            'corrupt': [[frame(TEXT, Buffer.from([0xff, 0xff, 0xff]),
                               { rsv: 4 })], ['close 1007']],
            'no UTF-8': [[frame(TEXT, zlib.deflateRawSync(
                Buffer.from([0xc3, 0x28]), flush), { rsv: 4 })],
                         ['close 1007']],
            'the bit in a continuation': [
                [frame(TEXT, 'x', { fin: false }),
                 frame(0, 'y', { rsv: 4 })], ['close 1002']
            ],
            'the bit in a ping': [[frame(PING, 'x', { rsv: 4 })],
                                  ['close 1002']],
            'another bit': [[frame(TEXT, 'x', { rsv: 2 })], ['close 1002']]
        };

        for (const [name, [sent, wanted]] of Object.entries(compressed)) {
            it(`compressed, ${name}`, async () => {
                const socket = await ws.connect(port, {
                    path: '/ws-echo',
                    headers: { 'Sec-WebSocket-Extensions':
                               'permessage-deflate' }
                });

                socket.raw(Buffer.concat(sent));
                assert.deepStrictEqual(await socket.rest(), wanted);
            });
        }
    });
}
