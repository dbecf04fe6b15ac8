
/*
 * Copyright (C) the print hub contributors
 */


/* Clients of other addresses: nginx takes what they say in a header. */


'use strict';


const eio = require('./eio');
const http = require('./raw_http');
const ws = require('./raw_ws');


/* for the block "server" */

const SERVER = 'set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;';


function headers(address) {
    return address ? { 'X-Real-IP': address } : {};
}


/* a handshake by polling: the answer; options of a request may be added */

function handshake(port, address, options = {}) {
    return http.request(port, {
        path: `${eio.PATH}&transport=polling`, headers: headers(address),
        ...options
    });
}


/* a WebSocket, or the answer that refused it, which has no frames */

function websocket(port, address, options = {}) {
    return ws.connect(port, {
        path: `${eio.PATH}&transport=websocket`, headers: headers(address),
        ...options
    });
}


/* a WebSocket that has joined "/" */

async function joined(port, address) {
    const socket = await websocket(port, address);

    if (!socket.frames) {
        throw new Error(`${address} was answered ${socket.status}`);
    }

    await socket.next();
    await eio.join(socket);

    return socket;
}


/*
 * Registers a clientId: the answer, as text.  What the socket has lost to
 * another one in the meantime is skipped.
 */

async function register(socket, id) {
    let answer;

    socket.text(`421["register",${JSON.stringify(id)}]`);

    do {
        answer = await socket.next();

    } while (/"code":"taken_over"/.test(answer));

    /* one that is refused is acknowledged as well */

    if (/^42\["error"/.test(answer)) {
        const ack = await socket.next();

        if (!/^431\[{"error":/.test(ack)) {
            throw new Error(`${answer} was followed by ${ack}`);
        }
    }

    return answer;
}


module.exports = { SERVER, headers, handshake, websocket, joined, register };
