# The directives at work; 13-nginx-t.t has the values that they take.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: all directives, in milliseconds too
--- http_config
    print_hub_zone name=stations:1m;
    print_hub_drain 500ms;
    print_hub_ping_interval 10s;
--- config
    print_hub_ping_timeout 5s;

    location / {
        print_hub on;
        print_hub_ping_interval 300ms;
        print_hub_ping_timeout 200ms;
        print_hub_connect_timeout 45s;
        print_hub_upgrade_timeout 10s;
        print_hub_max_payload 2m;
        print_hub_session_buffer 512k;
        print_hub_transports polling;
        print_hub_cors_origins https://a.example https://b.example;
    }
--- request
GET /socket.io/?EIO=4&transport=polling
--- response_body_like: "upgrades":\[\],"pingInterval":300,"pingTimeout":200,"maxPayload":2097152\}$
--- no_error_log
[error]
[alert]



=== TEST 2: the defaults are the legacy ones
--- config
    location / { print_hub on; }
--- request
GET /socket.io/?EIO=4&transport=polling
--- response_body_like: ^0\{"sid":"[\w-]{20}","upgrades":\["websocket"\],"pingInterval":10000,"pingTimeout":5000,"maxPayload":1000000\}$
--- response_headers
Access-Control-Allow-Origin: *
--- no_error_log
[error]



=== TEST 3: nothing is served without "print_hub on"
--- config
    location / { print_hub off; }
--- request
GET /getStatus
--- error_code: 404



=== TEST 4: a location inside another has its own content
--- config
    location / {
        print_hub on;
        location /inner/ { return 204; }
    }
--- request
GET /inner/getStatus
--- error_code: 204



=== TEST 5: the block of an "if" belongs to its location
--- config
    location / {
        if ($arg_x) { set $y 1; }
        print_hub on;
    }
--- request
GET /getStatus?x=1
--- response_body chomp
{"data":[]}



=== TEST 6: a zone that no location uses is created, too
--- http_config
    print_hub_zone name=stations:1m;
--- config
    location / { return 204; }
--- request
GET /
--- error_code: 204
--- no_error_log
[error]
[alert]
