
/*
 * Copyright (C) the print hub contributors
 */


/* A server with TLS beside the plain one, and stations that connect to it. */


'use strict';


const child = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const tls = require('node:tls');

const station = require('./station');
const { freePort } = require('./nginx');


const NAME = 'localhost';

let folder = null;                /* of the key and its certificate */


function certificate() {
    if (folder === null) {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), 'print-tls-'));

        process.on('exit', () => {
            fs.rmSync(folder, { recursive: true, force: true });
        });

        child.execFileSync('openssl', [
            'req', '-x509', '-newkey', 'ec', '-pkeyopt',
            'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
            '-subj', `/CN=${NAME}`, '-addext',
            'subjectAltName=DNS:localhost,IP:127.0.0.1',
            '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`
        ], { stdio: 'ignore' });
    }

    return folder;
}


/* a port, and the text that makes a server listen there with TLS */

async function listen(protocol = 'TLSv1.3') {
    const port = await freePort();
    const files = certificate();

    return {
        port,
        url: `https://127.0.0.1:${port}`,
        server: `listen 127.0.0.1:${port} ssl sndbuf=32k;
                 ssl_protocols ${protocol};
                 ssl_certificate ${files}/cert.pem;
                 ssl_certificate_key ${files}/key.pem;`
    };
}


function connect(port) {
    const plain = net.connect(port, '127.0.0.1');
    const socket = tls.connect({
        socket: plain, servername: NAME, rejectUnauthorized: false
    });

    plain.setNoDelay(true);
    plain.on('error', () => { /* a close follows */ });
    socket.on('error', () => { /* a close follows */ });

    socket.plain = plain;

    return socket;
}


/* as station.websocket(), over TLS; the plain port is for requests */

function websocket(secure, port, id, options = {}) {
    return station.websocket(port, id, {
        ...options, socket: connect(secure.port)
    });
}


module.exports = { listen, connect, websocket };
