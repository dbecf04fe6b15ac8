
/*
 * Copyright (C) the print hub contributors
 */


/*
 * What the fuzzer's nginx is configured with: several locations of one zone with
 * rules of their own, which another reload changes.  BASES are their paths; ""
 * is the location "/".
 */


'use strict';


const { SERVER } = require('./address');
const { SLOW } = require('./wait');


const BASES = ['', '', '/deny', '/same', '/ask', '/connect', '/dead'];

/* where the bystander is, whom nothing of all this may disturb */

const STAY = '/stay';

const TOKENS = ['first-token-0123456789', 'other-token-0123456789'];

const MODES = ['replace', 'same_address', 'deny'];

const PATTERNS = [
    'off', 'off', 'fuzz-*', 'fuzz-1* *-2 fuzz-3', '$arg_station $arg_station-*',
    'fuzz-* $arg_station'
];

/* of an address; most of the time the clients do not reach them */

const LIMITS = [
    'sessions=200 clients=100 rate=1000r/s streams=8',
    'sessions=30 clients=8 rate=1000r/s streams=8',
    'sessions=4 clients=3 rate=20r/s burst=5 streams=2',
    'sessions=200 rate=30r/s burst=3 streams=1 dry_run'
];

const TIMES = `
    print_hub_connect_timeout ${500 * SLOW}ms;
    print_hub_upgrade_timeout ${500 * SLOW}ms;
    print_hub_ping_interval ${500 * SLOW}ms;
    print_hub_ping_timeout ${500 * SLOW}ms;
    print_hub_max_payload 64k;
    print_hub_message_buffer 192k;
    print_hub_idempotency_scope $http_x_app;
    print_hub_deflate on;`;


/*
 * Returns options of nginx and the token of today; app is the port of the
 * application.
 */

function rules(random, app) {
    const { pick } = random;
    const token = pick(TOKENS);
    const several = pick([token, TOKENS.join(' ')]);

    const common = () => `
        print_hub on;
        print_hub_api on;
        print_hub_limit ${pick(LIMITS)};
        print_hub_queue ${pick(['off', '5', '100'])} ttl=${SLOW}s;
        print_hub_unconfirmed ${pick(['report', 'resend'])};
        print_hub_recovery ${pick(['off', `${SLOW}s`, `${SLOW}s`])};
        print_hub_max_client_ids ${pick([2, 16])};
        print_hub_client_id ${pick(PATTERNS)};
        print_hub_takeover ${pick(MODES)};`;

    const timeout = `timeout=${300 * SLOW}ms`;

    return {
        token,
        http: TIMES,
        location: `print_hub_namespace /shop;
            print_hub_limit ${pick(LIMITS)};
            print_hub_takeover ${pick(MODES)};`,
        server: `${SERVER}
            print_hub_events /told retry=50ms max_retry=200ms;

            location = /told {
                internal;
                proxy_pass http://127.0.0.1:${app}/told;
                proxy_read_timeout 1s;
            }

            location = /authorize {
                internal;
                proxy_pass http://127.0.0.1:${app}/authorize;
            }

            location = /refused {
                internal;
                proxy_pass http://127.0.0.1:1;
            }

            location ${STAY}/ {
                print_hub on;
                print_hub_api on;
                print_hub_limit off;
                print_hub_ping_timeout ${3 * SLOW}s;
                print_hub_queue 1000 ttl=1h;
                print_hub_unconfirmed resend;
                print_hub_recovery ${20 * SLOW}s;
                print_hub_client_id bystander;
            }

            location /deny/ {
                ${common()}
                print_hub_token ${several};
            }

            location /same/ {
                ${common()}
                print_hub_namespace /shop;
            }

            location /ask/ {
                ${common()}
                print_hub_namespace /shop;
                print_hub_authorize /authorize ${timeout};
            }

            location /connect/ {
                ${common()}
                print_hub_token ${token};
                print_hub_authorize /authorize ${timeout} at=connect;
            }

            location /dead/ {
                ${common()}
                print_hub_authorize ${pick(['/refused', '/missing'])}
                    ${timeout} at=${pick(['connect', 'register'])};
            }`
    };
}


module.exports = { rules, BASES, STAY, TOKENS };
