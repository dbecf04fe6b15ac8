
/*
 * Copyright (C) the print hub contributors
 */


/* The descriptors of a process that others have made it open. */


'use strict';


const fs = require('node:fs');

const { read } = require('./nginx');


const LISTEN = '0A';


/*
 * Returns what a worker has open besides what it has from its start: connections
 * over TCP, and files.  Sockets that listen, those to other workers, eventfds
 * and the like are not among them.
 */

function left(pid) {
    const connections = inodes(pid);

    return links(pid).filter((link) => {
        const [, inode] = /^socket:\[(\d+)\]$/.exec(link) || [];

        return inode ? connections.has(inode) : /\/temp\//.test(link);
    });
}


function inodes(pid) {
    const found = new Map();

    for (const line of read(`/proc/${pid}/net/tcp`).split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);

        if (fields.length > 9 && fields[3] !== LISTEN) {
            found.set(fields[9], fields);
        }
    }

    return found;
}


function links(pid) {
    let names;

    try {
        names = fs.readdirSync(`/proc/${pid}/fd`);

    } catch {
        return [];
    }

    return names.map((name) => {
        try {
            return fs.readlinkSync(`/proc/${pid}/fd/${name}`);

        } catch {
            return '';
        }
    });
}


module.exports = { left };
