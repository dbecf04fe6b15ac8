
/*
 * Copyright (C) the print hub contributors
 */


/*
 * PROTOCOL b3: the answer to a request for a WebSocket.
 *
 *   path, key, version, headers   the request
 *   status, answer, expect        as in requests.js; 101 without an answer
 */


'use strict';


const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket';


function error(message) {
    return {
        status: 400,
        answer: message,
        expect: {
            connection: 'close',
            'content-type': 'text/html',
            'content-length': String(message.length)
        }
    };
}


const NO_KEY = 'Missing or invalid Sec-WebSocket-Key header';
const NO_VERSION = 'Missing or invalid Sec-WebSocket-Version header';


exports.seed = [
    { name: 'upgrade', path: WEBSOCKET, status: 101, expect: {
        'access-control-allow-origin': '*',
        'sec-websocket-extensions': undefined,
        'sec-websocket-protocol': undefined,
        'content-length': undefined,
        'transfer-encoding': undefined
    } },
    { name: 'no extension is taken', path: WEBSOCKET, headers: {
        'Sec-WebSocket-Extensions':
                             'permessage-deflate; client_max_window_bits'
    }, status: 101, expect: { 'sec-websocket-extensions': undefined } },
    { name: 'names of headers and tokens in any case', path: WEBSOCKET,
      headers: { Upgrade: 'WebSocket', Connection: 'keep-alive, upgrade' },
      status: 101 },
    { name: 'unknown transport', path: '/socket.io/?EIO=4&transport=foo',
      ...error('Transport unknown') },
    { name: 'no transport', path: '/socket.io/?EIO=4',
      ...error('Transport unknown') },
    { name: 'unknown sid', path: `${WEBSOCKET}&sid=foo`,
      ...error('Session ID unknown') },
    { name: 'no key', path: WEBSOCKET, key: null, ...error(NO_KEY) },
    { name: 'short key', path: WEBSOCKET, key: 'AAAA', ...error(NO_KEY) },
    { name: 'key that is not base64', path: WEBSOCKET,
      key: '!!!!!!!!!!!!!!!!!!!!!!==', ...error(NO_KEY) },
    { name: 'version 12', since: '4.8.4', path: WEBSOCKET, version: 12,
      ...error(NO_VERSION), expect: { 'sec-websocket-version': '13, 8' } },
    { name: 'by POST', path: WEBSOCKET, method: 'POST',
      ...error('Bad handshake method') },
    { name: 'another path', path: '/other/?EIO=4&transport=websocket',
      nginxOnly: 'the reference says nothing for a second', status: 404 },
    { name: 'EIO 3', path: '/socket.io/?EIO=3&transport=websocket',
      nginxOnly: 'the reference answers 101 and then 400 inside the stream',
      ...error('Unsupported protocol version') },
    { name: 'polling', path: '/socket.io/?EIO=4&transport=polling',
      nginxOnly: 'the reference answers 101 and closes', status: 400,
      answer: 'Bad request' }
];


exports.pollingOnly = [
    { name: 'websocket is unknown', path: WEBSOCKET, status: 400,
      answer: /Transport unknown/ }
];
