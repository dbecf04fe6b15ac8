
/*
 * Copyright (C) the print hub contributors
 */


/*
 * PROTOCOL b1, b2, b9: one request, one answer.
 *
 *   method, path, headers, body   the request; {sid} in a path is that of a
 *                                 session on long-polling, {ws} of one that
 *                                 is a WebSocket
 *   status, answer                what is expected; a string is the whole
 *                                 body, "type" its Content-Type
 *   expect                        headers, undefined for one that must not be
 *   since                         version of the reference that does this
 *   ours                          { why, ... } where print hub differs on
 *                                 purpose
 */


'use strict';


const EIO = '/socket.io/?EIO=4';
const POLLING = `${EIO}&transport=polling`;
const WEBSOCKET = `${EIO}&transport=websocket`;

const HANDSHAKE = new RegExp('^0\\{"sid":"[\\w-]{20}",'
                             + '"upgrades":\\["websocket"\\],'
                             + '"pingInterval":25000,"pingTimeout":20000,'
                             + '"maxPayload":1000000\\}$');


function error(code, message) {
    return {
        status: 400,
        answer: JSON.stringify({ code, message }),
        expect: { 'content-type': 'application/json' }
    };
}


const UNKNOWN_TRANSPORT = error(0, 'Transport unknown');
const UNKNOWN_SID = error(1, 'Session ID unknown');
const BAD_METHOD = error(2, 'Bad handshake method');
const BAD_REQUEST = error(3, 'Bad request');
const UNSUPPORTED = error(5, 'Unsupported protocol version');
const OPEN = { status: 200, answer: HANDSHAKE };


exports.seed = [

    /* b1: path and query */

    { name: 'handshake', path: POLLING, ...OPEN, expect: {
        'content-type': 'text/plain; charset=UTF-8',
        'cache-control': 'no-store',
        'content-length': '118',
        'access-control-allow-origin': '*',
        'set-cookie': undefined
    } },
    { name: 'anything below the path',
      path: '/socket.io/foo/bar?EIO=4&transport=polling', ...OPEN },
    { name: 'no slash behind the path',
      path: '/socket.io?EIO=4&transport=polling', status: 404 },
    { name: 'another path', path: '/socket.iox/?EIO=4&transport=polling',
      status: 404 },
    { name: 'arguments of an application',
      path: '/socket.io/?client=a%20b&EIO=4&transport=polling', ...OPEN },
    { name: 'cache buster', path: `${POLLING}&t=hwm8egkw`, ...OPEN },
    { name: 'b64', path: `${POLLING}&b64=1`, ...OPEN },
    { name: 'an empty sid counts as no sid', path: `${POLLING}&sid=`, ...OPEN },
    { name: 'the last transport counts', since: '4.8.4',
      path: `${EIO}&transport=foo&transport=polling`, ...OPEN },
    { name: 'the last transport counts, wrong', since: '4.8.4',
      path: `${POLLING}&transport=foo`, ...UNKNOWN_TRANSPORT },
    { name: 'the last sid counts', since: '4.8.4',
      path: `${POLLING}&sid=foo&sid=`, ...OPEN },
    { name: 'the last EIO counts', since: '4.8.4',
      path: `/socket.io/?EIO=3&EIO=4&transport=polling`, ...OPEN },
    { name: 'no EIO', path: '/socket.io/?transport=polling', ...UNSUPPORTED },
    { name: 'EIO 3', path: '/socket.io/?EIO=3&transport=polling',
      ...UNSUPPORTED },
    { name: 'EIO 5', path: '/socket.io/?EIO=5&transport=polling',
      ...UNSUPPORTED },
    { name: 'EIO 04', path: '/socket.io/?EIO=04&transport=polling',
      ...UNSUPPORTED },

    /* b2: errors */

    { name: 'no transport', path: EIO, ...UNKNOWN_TRANSPORT },
    { name: 'empty transport', path: `${EIO}&transport=`,
      ...UNKNOWN_TRANSPORT },
    { name: 'unknown transport', path: `${EIO}&transport=tobi`,
      ...UNKNOWN_TRANSPORT },
    { name: 'transport of an object', path: `${EIO}&transport=constructor`,
      ...UNKNOWN_TRANSPORT },
    { name: 'webtransport', path: `${EIO}&transport=webtransport`,
      ...UNKNOWN_TRANSPORT },
    { name: 'unknown sid, GET', path: `${POLLING}&sid=AAAAAAAAAAAAAAAAAAAA`,
      ...UNKNOWN_SID },
    { name: 'unknown sid, short', path: `${POLLING}&sid=a`, ...UNKNOWN_SID },
    { name: 'unknown sid, not base64url',
      path: `${POLLING}&sid=%00%ff+/==`, ...UNKNOWN_SID },
    { name: 'unknown sid, long', path: `${POLLING}&sid=${'A'.repeat(2000)}`,
      ...UNKNOWN_SID },
    { name: 'a sid and more', path: `${POLLING}&sid={sid}A`,
      ...UNKNOWN_SID },
    { name: 'unknown sid, POST', method: 'POST', body: '40',
      path: `${POLLING}&sid=AAAAAAAAAAAAAAAAAAAA`, ...UNKNOWN_SID },
    { name: 'handshake by POST', method: 'POST', body: '40', path: POLLING,
      ...BAD_METHOD },
    { name: 'handshake by PUT', method: 'PUT', body: '40', path: POLLING,
      ...BAD_METHOD },
    { name: 'handshake by DELETE', method: 'DELETE', path: POLLING,
      ...BAD_METHOD },
    { name: 'handshake by HEAD', method: 'HEAD', path: POLLING,
      ...BAD_METHOD, answer: '' },
    { name: 'websocket without an upgrade', path: WEBSOCKET, ...BAD_REQUEST },
    { name: 'the same with a sid', path: `${WEBSOCKET}&sid={sid}`,
      ...BAD_REQUEST },
    { name: 'poll of a WebSocket', path: `${POLLING}&sid={ws}`,
      ...BAD_REQUEST },
    { name: 'POST to a WebSocket', method: 'POST', body: '40',
      path: `${POLLING}&sid={ws}`, ...BAD_REQUEST },
    { name: 'EIO differs from that of the session', since: '4.8.4',
      path: '/socket.io/?EIO=3&transport=polling&sid={sid}', ...BAD_REQUEST },
    { name: 'Origin with a control character', path: POLLING,
      headers: { Origin: 'http://a\x01b' }, status: 400 },
    { name: 'PUT to a session', method: 'PUT', body: '40',
      path: `${POLLING}&sid={sid}`, status: 500, answer: '',
      expect: { 'content-type': undefined } },
    { name: 'DELETE of a session', method: 'DELETE',
      path: `${POLLING}&sid={sid}`, status: 500, answer: '' },
    { name: 'octets', since: '4.8.4', method: 'POST', body: '40',
      headers: { 'Content-Type': 'application/octet-stream' },
      path: `${POLLING}&sid={sid}`, status: 400, answer: '',
      expect: { 'content-type': undefined } },

    /* b2: the order of the checks */

    { name: 'transport before sid', path: `${EIO}&transport=foo&sid=bar`,
      ...UNKNOWN_TRANSPORT },
    { name: 'transport before method', method: 'POST', body: '40',
      path: `${EIO}&transport=foo`, ...UNKNOWN_TRANSPORT },
    { name: 'transport before protocol',
      path: '/socket.io/?EIO=3&transport=foo', ...UNKNOWN_TRANSPORT },
    { name: 'sid before method', method: 'PUT', body: '40',
      path: `${POLLING}&sid=foo`, ...UNKNOWN_SID },
    { name: 'sid before protocol',
      path: '/socket.io/?EIO=3&transport=polling&sid=foo', ...UNKNOWN_SID },
    { name: 'transport of the session before its protocol',
      path: '/socket.io/?EIO=3&transport=websocket&sid={sid}',
      ...BAD_REQUEST },
    { name: 'method before protocol', method: 'POST', body: '40',
      path: '/socket.io/?EIO=3&transport=polling', ...BAD_METHOD },
    { name: 'method before websocket without an upgrade', method: 'POST',
      body: '40', path: WEBSOCKET, ...BAD_METHOD },
    { name: 'websocket without an upgrade before protocol',
      path: '/socket.io/?EIO=3&transport=websocket', ...BAD_REQUEST },

    /* POST */

    { name: 'POST', method: 'POST', body: '40', path: `${POLLING}&sid={sid}`,
      status: 200, answer: 'ok', expect: {
        'content-type': 'text/html',
        'content-length': '2',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*'
    } },
    { name: 'POST in chunks', method: 'POST',
      headers: { 'Transfer-Encoding': 'chunked' },
      body: '1\r\n4\r\n1\r\n0\r\n0\r\n\r\n', path: `${POLLING}&sid={sid}`,
      status: 200, answer: 'ok' },
    { name: 'POST of the greatest size', method: 'POST',
      body: `42["x","${'a'.repeat(1e6 - 10)}"]`, path: `${POLLING}&sid={sid}`,
      status: 200, answer: 'ok' },
    { name: 'POST too large', method: 'POST', body: 'a'.repeat(1e6 + 1),
      path: `${POLLING}&sid={sid}`, status: 413, answer: '',
      expect: { 'content-type': undefined } },
    { name: 'POST in chunks, too large', method: 'POST',
      headers: { 'Transfer-Encoding': 'chunked' },
      body: `f4241\r\n${'a'.repeat(1e6 + 1)}\r\n0\r\n\r\n`,
      path: `${POLLING}&sid={sid}`, status: 413, answer: '' },

    /* b9: CORS as the seed has it */

    { name: 'CORS on an error', path: EIO, ...UNKNOWN_TRANSPORT, expect: {
        'content-type': 'application/json',
        'access-control-allow-origin': '*'
    } },
    { name: 'CORS for an origin', path: POLLING,
      headers: { Origin: 'http://a.example' }, ...OPEN,
      expect: { 'access-control-allow-origin': '*', vary: undefined } },
    { name: 'preflight', method: 'OPTIONS', path: POLLING, headers: {
        Origin: 'http://a.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'X-A, X-B'
    }, status: 204, answer: '', expect: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'X-A, X-B',
        vary: 'Access-Control-Request-Headers',
        'content-type': undefined,
        'content-length': '0'
    }, ours: {
        why: 'nginx sends no Content-Length with 204, as RFC 9110 has it',
        expect: {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': 'GET,POST',
            'access-control-allow-headers': 'X-A, X-B',
            vary: 'Access-Control-Request-Headers',
            'content-type': undefined,
            'content-length': undefined
        }
    } },
    { name: 'preflight without headers', method: 'OPTIONS', path: POLLING,
      headers: { Origin: 'http://a.example' }, status: 204, expect: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': undefined
    } },
    { name: 'preflight of an unknown sid', method: 'OPTIONS',
      path: `${POLLING}&sid=foo`, status: 204 },
    { name: 'preflight of /startPrint', method: 'OPTIONS',
      path: '/startPrint', headers: {
        Origin: 'http://a.example',
        'Access-Control-Request-Headers': 'content-type'
    }, status: 204, expect: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type'
    } }
];


/* with cors off */

exports.noCors = [
    { name: 'no CORS', path: POLLING, headers: { Origin: 'http://a.example' },
      ...OPEN,
      expect: { 'access-control-allow-origin': undefined, vary: undefined } },
    { name: 'OPTIONS is a bad method', method: 'OPTIONS', path: POLLING,
      headers: { Origin: 'http://a.example' }, ...BAD_METHOD }
];


/* with two origins allowed */

exports.origins = ['http://a.example', 'http://b.example:8080'];

exports.someCors = [
    { name: 'an origin', path: POLLING,
      headers: { Origin: 'http://b.example:8080' }, ...OPEN, expect: {
        'access-control-allow-origin': 'http://b.example:8080',
        vary: 'Origin'
    } },
    { name: 'another origin', path: POLLING,
      headers: { Origin: 'http://b.example' }, ...OPEN,
      expect: { 'access-control-allow-origin': undefined, vary: 'Origin' } },
    { name: 'no origin', path: POLLING, ...OPEN,
      expect: { 'access-control-allow-origin': undefined, vary: 'Origin' } },
    { name: 'preflight of an origin', method: 'OPTIONS', path: POLLING,
      headers: { Origin: 'http://a.example' }, status: 204, expect: {
        'access-control-allow-origin': 'http://a.example',
        'access-control-allow-methods': 'GET,POST',
        vary: 'Access-Control-Request-Headers, Origin'
    } }
];


/* with one transport */

exports.pollingOnly = [
    { name: 'no upgrades', path: POLLING, status: 200,
      answer: /"upgrades":\[\],/ },
    { name: 'websocket is unknown', path: WEBSOCKET, ...UNKNOWN_TRANSPORT }
];

exports.websocketOnly = [
    { name: 'polling is unknown', path: POLLING, ...UNKNOWN_TRANSPORT },
    { name: 'websocket without an upgrade', path: WEBSOCKET, ...BAD_REQUEST }
];


/* with a payload of 100 bytes */

exports.small = [
    { name: 'maxPayload', path: POLLING, status: 200,
      answer: /"maxPayload":100\}$/ },
    { name: 'POST of the greatest size', method: 'POST',
      body: `42["x","${'a'.repeat(90)}"]`, path: `${POLLING}&sid={sid}`,
      status: 200, answer: 'ok' },
    { name: 'POST too large', method: 'POST',
      body: `42["x","${'a'.repeat(91)}"]`, path: `${POLLING}&sid={sid}`,
      status: 413, answer: '' }
];
