
/*
 * Copyright (C) the print hub contributors
 */


/*
 * n handshakes of one connection, each sent without waiting for an answer: how
 * many were answered with each status.  They come from the address that nginx
 * takes from a header.
 */


'use strict';


const net = require('node:net');

const http = require('./raw_http');


const STATUS = /HTTP\/1\.1 (\d{3}) .*\r\n/g;


function pipelined(port, n, { protocol = 4, from, path = '' }) {
    const request = http.format({
        path: `${path}/socket.io/?EIO=${protocol}&transport=polling`,
        headers: { 'X-Real-IP': from }
    });

    return new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1');
        const seen = {};
        let rest = '';
        let all = 0;

        socket.on('data', (data) => {
            rest += data.toString('latin1');

            for (const [, status] of rest.matchAll(STATUS)) {
                seen[status] = (seen[status] || 0) + 1;
                all++;
            }

            rest = rest.slice(rest.lastIndexOf('\n') + 1);

            if (all === n) {
                socket.destroy();
                resolve(seen);
            }
        });

        socket.on('error', reject);
        socket.on('close', () => reject(new Error(JSON.stringify(seen))));

        for (let i = 0; i < n; i++) {
            socket.write(request);
        }
    });
}


module.exports = { pipelined };
