
/*
 * Copyright (C) the print hub contributors
 */


/* The page of the demo and its configuration, as tools/run.sh has them. */


'use strict';


const fs = require('node:fs');
const path = require('node:path');


const DEMO = path.join(__dirname, '../../../demo');


/* options: those of nginx_conf.js that are used here, and folder */

function configuration(options) {
    const values = {
        BUILD: path.dirname(options.module),
        RUN: options.folder,
        USER: process.getuid() === 0 ? 'user root;' : '',
        WORKERS: options.workers,
        LISTEN: `listen 127.0.0.1:${options.port};\n${options.server || ''}`
    };

    return fs.readFileSync(path.join(DEMO, 'nginx.conf.in'), 'utf8')
        .replace(/@(\w+)@/g, (all, name) => {
            return name in values ? values[name] : all;
        });
}


/* what the configuration serves */

function provide(folder) {
    const www = path.join(folder, 'www');
    const client = path.join(path.dirname(require.resolve('socket.io-client')),
                             '../../dist/socket.io.min.js');

    fs.mkdirSync(path.join(folder, 'tmp'));
    fs.mkdirSync(www);
    fs.copyFileSync(path.join(DEMO, 'station.html'),
                    path.join(www, 'station.html'));
    fs.copyFileSync(client, path.join(www, 'socket.io.min.js'));
}


module.exports = { configuration, provide };
