
/*
 * Copyright (C) the print hub contributors
 */


/*
 * PROTOCOL b4, b7: Engine.IO packets and what they carry, by both transports.
 *
 *   joined    the session has joined "/" before
 *   parted    and has left it
 *   packets   what is sent, a Buffer for binary; by long-polling all in one
 *             POST, which is always answered "ok"
 *   answers   the packets that come
 *   end       undefined  the session goes on
 *             "client"   closed by the client: a waiting GET gets "6"
 *             "broken"   closed at once: a waiting GET gets "1"
 *             "forced"   closed by the server: a waiting GET gets "1", else
 *                        the next one gets "6" and "1"
 *             A WebSocket is closed by an empty frame in each case.
 *   polling, websocket   what is different by that transport; false: not to
 *             be run
 *   since, ours   as in requests.js
 */


'use strict';


const SID = /^40\{"sid":"[\w-]{20}"\}$/;
const ONE = '{"_placeholder":true,"num":0}';
const TWO = `${ONE},{"_placeholder":true,"num":1}`;
const BYTES = Buffer.from('000102ff', 'hex');


/* "invalid namespace", the answer to an attempt to join one */

function unknown(name) {
    return `44${name},{"message":"Invalid namespace"}`;
}


/* the event before the end, with which the hub names the reason */

function told(message) {
    return `42["error",{"message":"${message}"}]`;
}


function forced(names) {
    return Object.entries(names).map(([name, packets]) => {
        return { name, joined: true, packets: [packets].flat(),
                 end: 'forced' };
    });
}


function tolerated(names) {
    return Object.entries(names).map(([name, packets]) => {
        return { name, joined: true, packets: [packets].flat() };
    });
}


const engine = [
    { name: 'open', packets: ['0'] },
    { name: 'open with content', packets: ['0{"sid":"a"}'] },
    { name: 'upgrade', packets: ['5'] },
    { name: 'noop', packets: ['6'] },
    { name: 'noop with content', packets: ['6abc'] },
    { name: 'pong', packets: ['3'] },
    { name: 'pong with content', packets: ['3probe'] },
    { name: 'pongs', packets: ['3', '3', '3'] },
    { name: 'close', packets: ['1'], end: 'client',
      websocket: { end: undefined } },
    { name: 'ping of a client', packets: ['2'], end: 'broken' },
    { name: 'probe outside of an upgrade', packets: ['2probe'],
      end: 'broken' },
    { name: 'unknown type 7', packets: ['7'], end: 'broken' },
    { name: 'unknown type x', packets: ['x'], end: 'broken' },
    { name: 'unknown type, not ASCII', packets: ['中'], end: 'broken' },
    { name: 'empty', packets: [''], end: 'broken' },
    { name: 'empty behind another one', packets: ['3', ''], end: 'broken' },
    { name: 'nothing is read behind a close', packets: ['1', '40'],
      end: 'client', websocket: false },
    { name: 'nothing is read behind an error', packets: ['x', '40'],
      end: 'broken' }
];


const connect = [
    { name: 'CONNECT', packets: ['40'], answers: [SID] },
    { name: 'CONNECT with a namespace', packets: ['40/,'], answers: [SID] },
    { name: 'CONNECT with a token', packets: ['40{"token":"x"}'],
      answers: [SID] },
    { name: 'CONNECT with an empty object', packets: ['40{}'],
      answers: [SID] },
    { name: 'CONNECT with an array', packets: ['40[]'], end: 'forced' },
    { name: 'CONNECT with a string', packets: ['40"x"'], end: 'forced' },
    { name: 'CONNECT with an ack id', packets: ['401'], answers: [SID] },
    { name: 'CONNECT with null', packets: ['40null'], end: 'forced' },
    { name: 'CONNECT with bad JSON', packets: ['40{'], end: 'forced' },
    { name: 'CONNECT to an unknown namespace', packets: ['40/admin,'],
      answers: [unknown('/admin')] },
    { name: 'CONNECT to an unknown namespace without a comma',
      packets: ['40/admin'], answers: [unknown('/admin')] },
    { name: 'CONNECT to an unknown namespace with a token',
      packets: ['40/admin,{"token":"x"}'], answers: [unknown('/admin')] },
    { name: 'CONNECT behind a refused one', packets: ['40/admin,', '40'],
      answers: [unknown('/admin'), SID] },
    { name: 'EVENT before CONNECT', packets: ['42["x"]'], end: 'forced' },
    { name: 'DISCONNECT before CONNECT', packets: ['41'], end: 'forced' },
    { name: 'ACK before CONNECT', packets: ['430[]'], end: 'forced' },
    { name: 'binary before CONNECT', packets: [BYTES], end: 'forced' },
    { name: 'DISCONNECT', joined: true, packets: ['41'] },
    { name: 'CONNECT behind DISCONNECT', joined: true, parted: true,
      packets: ['40'], answers: [SID] },
    { name: 'EVENT behind DISCONNECT', joined: true, parted: true,
      packets: ['42["x"]'], end: 'forced' },
    { name: 'second DISCONNECT', joined: true, parted: true,
      packets: ['41'], end: 'forced' }
];


const violations = forced({
    'second CONNECT': '40',
    'EVENT in a namespace not joined': '42/none,["x"]',
    'DISCONNECT from a namespace not joined': '41/none,',
    'DISCONNECT with content': '41{"a":1}',
    'CONNECT_ERROR of a client': '44{"message":"x"}',
    'no Socket.IO packet': '4',
    'unknown type 7': '47',
    'unknown type x': '4x',
    'bad JSON': '42["x"',
    'bad JSON, single quotes': "42['x']",
    'bad JSON, more behind it': '42["x"]]',
    'EVENT with an object': '42{}',
    'EVENT with an empty array': '42[]',
    'EVENT with a string': '42"x"',
    'EVENT with null': '42null',
    'EVENT whose name is null': '42[null]',
    'EVENT whose name is an object': '42[{}]',
    'EVENT "connect"': '42["connect"]',
    'EVENT "connect_error"': '42["connect_error"]',
    'EVENT "disconnect"': '42["disconnect","x"]',
    'EVENT "disconnecting"': '42["disconnecting"]',
    'EVENT "newListener"': '42["newListener"]',
    'EVENT "removeListener"': '42["removeListener"]',
    'EVENT "connect" in other words': '42["\\u0063onnect"]',
    'ACK with an object': '430{}',
    'binary that nobody awaits': [BYTES],
    'text while binary is awaited': [`451-["x",${ONE}]`, '42["x"]'],
    'BINARY_EVENT without a number': `45["x",${ONE}]`,
    'BINARY_EVENT without a dash': `451["x",${ONE}]`,
    'BINARY_EVENT with 0 attachments and a dash': '450-["x"]',
    'BINARY_EVENT with a wrong number': `45a-["x",${ONE}]`,
    'BINARY_EVENT "connect"': [`451-["connect",${ONE}]`, BYTES],
    'more binary than announced': [`451-["x",${ONE}]`, BYTES, BYTES]
});


const harmless = tolerated({
    'EVENT': '42["x"]',
    'EVENT with arguments': '42["x",1,null,{"a":[true,"中\\u0000😀"]}]',
    'EVENT with white space': '42 [ "x" , 1 ] ',
    'EVENT with an ack id': '4217["x"]',
    'EVENT without data': '42',
    'EVENT whose name is a number': '42[1]',
    'EVENT in "/"': '42/,["x"]',
    'ACK nobody waits for': '430["x"]',
    'ACK without an id': '43["x"]',
    'BINARY_EVENT': [`451-["x",${ONE}]`, BYTES],
    'BINARY_EVENT with two attachments':
                                 [`452-["x",${TWO}]`, BYTES, Buffer.alloc(0)],
    'BINARY_EVENT with an ack id': [`451-7["x",${ONE}]`, BYTES],
    'BINARY_ACK nobody waits for': [`461-0[${ONE}]`, BYTES]
});


const newer = [
    { name: 'eleven attachments', since: '4.7.5', joined: true,
      packets: [`4511-["x",${ONE}]`], end: 'forced',
      ours: { answers: [told('a packet has more than 10 attachments')] } },
    { name: 'ten attachments', joined: true,
      packets: [`4510-["x",${ONE}]`, ...Array(10).fill(BYTES)] }
];


exports.seed = [
    ...engine, ...connect, ...violations, ...harmless, ...newer
];
