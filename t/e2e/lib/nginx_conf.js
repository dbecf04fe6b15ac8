
/*
 * Copyright (C) the print hub contributors
 */


/* The text of a configuration. */


'use strict';


/*
 * Everything but workers, module, port and level may be left out:
 *
 *   acceptMutex, reuseport   booleans
 *   masterProcess            false: a single process
 *   daemon                   true: not in the foreground
 *   user                     of the workers, if the master is root
 *   zone                     the size of the zone
 *   zoneName                 its name, if it is not "hub"
 *   file                     the file that is its memory
 *   named                    true: the location says that it is of that zone
 *   pingInterval, pingTimeout, connectTimeout, upgradeTimeout, drain   in ms
 *   handover                 false: a reload closes WebSockets
 *   maxPayload               in bytes
 *   maxClientIds             of a connection
 *   limit                    of an address, as in the configuration
 *   recovery, queue, unconfirmed     as in the configuration
 *   eio3                     false: without protocol 3
 *   transports               an array of names
 *   cors                     false, an origin, or an array of origins
 *   files                    { "/path": "folder" } to serve
 *   listen                   more parameters of it
 *   main, http, server, location   more text for these blocks
 */

function configuration(options) {
    const state = (options.hub === false ? 'off' : 'on')
                  + (options.named ? ' zone=hub' : '');

    return `
${process.getuid() === 0 ? `user ${options.user || 'root'};` : ''}
daemon ${options.daemon ? 'on' : 'off'};
master_process ${options.masterProcess === false ? 'off' : 'on'};
worker_processes ${options.workers};
pid nginx.pid;
error_log logs/error.log ${options.level};

load_module ${options.module};

# another binary needs what a sanitized module needs
env LD_PRELOAD;
env ASAN_OPTIONS;

${options.main || ''}

events {
    worker_connections ${options.connections || 4096};
    accept_mutex ${options.acceptMutex ? 'on' : 'off'};
    accept_mutex_delay 10ms;
}

http {
    access_log off;
    default_type application/octet-stream;
    types { text/html html; text/javascript js; text/css css; }

    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;

    keepalive_requests 1000000;
    large_client_header_buffers 4 32k;
    client_max_body_size 8m;

    print_hub_zone name=${options.zoneName || 'hub'}:${options.zone || '16m'}
                   ${options.file ? `file=${options.file}` : ''};
    ${directive('print_hub_drain', options.drain, 'ms')}
    ${options.handover === false ? 'print_hub_handover off;' : ''}
    ${options.http || ''}

    server {
        listen 127.0.0.1:${options.port}${options.reuseport ? ' reuseport'
                                                            : ''}
               ${options.listen || ''};
        add_header X-Worker $pid always;
        ${options.server || ''}

        location / {
            print_hub ${state};
            print_hub_api ${state};
            ${hub(options)}
            ${options.location || ''}
        }

        location = /worker {
            return 204;
        }

        ${Object.entries(options.files || {}).map(files).join('\n')}
    }
}
`;
}


function hub(options) {
    return [
        directive('print_hub_ping_interval', options.pingInterval, 'ms'),
        directive('print_hub_ping_timeout', options.pingTimeout, 'ms'),
        directive('print_hub_connect_timeout', options.connectTimeout, 'ms'),
        directive('print_hub_upgrade_timeout', options.upgradeTimeout, 'ms'),
        directive('print_hub_max_payload', options.maxPayload),
        directive('print_hub_max_client_ids', options.maxClientIds),
        directive('print_hub_limit', options.limit),
        directive('print_hub_recovery', options.recovery),
        directive('print_hub_queue', options.queue),
        directive('print_hub_unconfirmed', options.unconfirmed),
        directive('print_hub_transports', options.transports),
        directive('print_hub_eio3', options.eio3 === false ? 'off'
                                                           : undefined),
        directive('print_hub_cors_origins',
                  options.cors === false ? 'off' : options.cors)
    ].filter(Boolean).join('\n            ');
}


function directive(name, value, unit = '') {
    return value === undefined ? ''
                               : `${name} ${[value].flat().join(' ')}${unit};`;
}


function files([path, folder]) {
    return `location ${path}/ { alias ${folder}/; }`;
}


module.exports = { configuration };
