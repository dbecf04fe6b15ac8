# The directives: which values are accepted, and the errors of the others.

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



=== TEST 6: print_hub takes on and off
--- config
    location / { print_hub maybe; }
--- must_die
--- error_log
invalid value "maybe" in "print_hub" directive



=== TEST 7: print_hub belongs to a location
--- http_config
    print_hub on;
--- config
--- must_die
--- error_log
"print_hub" directive is not allowed here



=== TEST 8: print_hub in a named location
--- config
    location @x { print_hub on; }
--- must_die
--- error_log
"print_hub" directive is not allowed in the named location "@x"



=== TEST 9: a zone without a name
--- http_config
    print_hub_zone 1m;
--- config
--- must_die
--- error_log
invalid parameter "1m", expected "name=<name>:<size>"



=== TEST 10: a zone without a size
--- http_config
    print_hub_zone name=stations;
--- config
--- must_die
--- error_log
invalid zone "name=stations", expected "name=<name>:<size>"



=== TEST 11: a zone with an empty name
--- http_config
    print_hub_zone name=:1m;
--- config
--- must_die
--- error_log
invalid zone "name=:1m", expected "name=<name>:<size>"



=== TEST 12: a zone with an invalid size
--- http_config
    print_hub_zone name=stations:big;
--- config
--- must_die
--- error_log
invalid zone size "name=stations:big", expected "name=<name>:<size>"



=== TEST 13: a zone that is too small
--- http_config
    print_hub_zone name=stations:64k;
--- config
--- must_die
--- error_log
zone "name=stations:64k" is too small, expected at least 256k



=== TEST 14: two zones
--- http_config
    print_hub_zone name=a:1m;
    print_hub_zone name=b:1m;
--- config
--- must_die
--- error_log
"print_hub_zone" directive is duplicate



=== TEST 15: an invalid time
--- config
    location / { print_hub_ping_interval soon; }
--- must_die
--- error_log
"print_hub_ping_interval" directive invalid value



=== TEST 16: a time of zero
--- config
    location / { print_hub_ping_timeout 0; }
--- must_die
--- error_log
invalid value "0" in "print_hub_ping_timeout" directive, expected a time from 1ms to 7d



=== TEST 17: a time that does not fit
--- config
    location / { print_hub_connect_timeout 30d; }
--- must_die
--- error_log
invalid value "30d" in "print_hub_connect_timeout" directive



=== TEST 18: a payload of zero
--- config
    location / { print_hub_max_payload 0; }
--- must_die
--- error_log
invalid value "0" in "print_hub_max_payload" directive, expected a size from 1 to 2147483647 bytes



=== TEST 19: a buffer that does not fit
--- config
    location / { print_hub_session_buffer 4g; }
--- must_die
--- error_log
"print_hub_session_buffer" directive



=== TEST 20: an unknown transport
--- config
    location / { print_hub_transports polling webtransport; }
--- must_die
--- error_log
invalid value "webtransport"



=== TEST 21: an invalid origin
--- config
    location / { print_hub_cors_origins a.example; }
--- must_die
--- error_log
invalid origin "a.example", expected "*", "off" or "<scheme>://<host>"



=== TEST 22: origins twice
--- config
    location / {
        print_hub_cors_origins off;
        print_hub_cors_origins *;
    }
--- must_die
--- error_log
"print_hub_cors_origins" directive is duplicate



=== TEST 23: a zone that no location uses is created, too
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
