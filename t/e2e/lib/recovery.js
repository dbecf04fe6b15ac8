
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Sockets of "/" that can be recovered, over WebSockets as bytes: each has
 * .sid, .pid, .offset and .prints.
 */


'use strict';


const eio = require('./eio');


/* registered as clientId, if there is one; open() opens the WebSocket */

async function socket(port, clientId, open = eio.websocket) {
    const one = await open(port);

    one.prints = [];
    await connect(one, '');

    if (clientId) {
        await register(one, clientId);
    }

    return one;
}


async function register(one, clientId) {
    one.text(`420${JSON.stringify(['register', clientId])}`);
    await next(one, '430');
}


/* the answer to CONNECT; the packets that were missed come before it */

async function connect(one, auth) {
    one.text(`40${auth && JSON.stringify(auth)}`);

    const packet = await next(one, '40');

    Object.assign(one, JSON.parse(packet.slice(2)));
}


/* the packet that starts so; prints in front of it are kept */

async function next(one, start) {
    for ( ;; ) {
        const packet = await one.next();

        if (packet === null) {
            throw new Error(`the end of a WebSocket instead of ${start}`);
        }

        if (packet.startsWith(start)) {
            return packet;
        }

        if (packet.startsWith('42["print"')) {
            const [, { printData }, offset] = JSON.parse(packet.slice(2));

            one.prints.push(printData);
            one.offset = offset;
        }
    }
}


/* the connection of a new session that presents a pid */

async function back(port, pid, offset, open = eio.websocket) {
    const one = await open(port);

    one.prints = [];
    await connect(one, { pid, offset });

    return one;
}


module.exports = { socket, register, connect, next, back };
