
/*
 * Copyright (C) the print hub contributors
 */


/* What the hub answers over HTTP. */


'use strict';


const http = require('./raw_http');
const { waitFor } = require('./wait');


const RECEIVED = '参数已接收';
const QUEUED = '已加入打印队列';
const OFFLINE = '打印机离线';
const UNKNOWN = '打印机不存在';


/* the message that a print is answered with */

async function print(port, clientId, printData) {
    const query = new URLSearchParams({ clientId, printData });
    const { message } = await http.json(port, `/startPrint?${query}`);

    return message;
}


/* a print that the hub must accept */

async function deliver(port, clientId, printData) {
    const message = await print(port, clientId, printData);

    if (message !== RECEIVED) {
        throw new Error(`print ${printData} to ${clientId}: ${message}`);
    }
}


/* all entries, in their order */

async function status(port) {
    return (await http.json(port, '/getStatus')).data;
}


async function entry(port, clientId) {
    return (await status(port)).find((one) => one.clientId === clientId);
}


async function isOnline(port, clientId) {
    const one = await entry(port, clientId);

    return one !== undefined && one.connected;
}


async function online(port, ...ids) {
    await waitFor(async () => {
        const all = await status(port);

        return ids.every((id) => all.some((one) => one.clientId === id
                                                   && one.connected));

    }, `${ids} to be online`);
}


async function offline(port, ...ids) {
    await waitFor(async () => {
        const all = await status(port);

        return ids.every((id) => all.some((one) => one.clientId === id
                                                   && !one.connected));

    }, `${ids} to be offline`);
}


/* no station is connected, and the zone holds records only */

async function empty(port) {
    let zone;

    await waitFor(async () => {
        zone = await http.json(port, '/zone');

        return zone.sessions.used === 0 && zone.blocks.used === 0;

    }, () => `the zone to be as empty as before: ${JSON.stringify(zone)}`);
}


module.exports = {
    RECEIVED, QUEUED, OFFLINE, UNKNOWN,
    print, deliver, status, entry, isOnline, online, offline, empty
};
