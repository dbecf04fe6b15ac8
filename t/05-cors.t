# CORS: any origin, none, a list.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: any origin is the default, on errors too
--- config
    location / { print_hub on; }
--- request
GET /socket.io/?EIO=4&transport=x
--- error_code: 400
--- response_headers
Access-Control-Allow-Origin: *
!Vary
--- response_body chomp
{"code":0,"message":"Transport unknown"}



=== TEST 2: off
--- config
    location / { print_hub on; print_hub_cors_origins off; }
--- more_headers
Origin: https://a.example
--- request eval
["GET /getStatus", "OPTIONS /socket.io/?EIO=4&transport=polling"]
--- error_code eval
[200, 400]
--- response_headers eval
["!Access-Control-Allow-Origin", "!Access-Control-Allow-Origin"]
--- response_body eval
['{"data":[]}', '{"code":2,"message":"Bad handshake method"}']



=== TEST 3: an origin of the list
--- config
    location / { print_hub on; print_hub_cors_origins https://a.example http://b.example:8080; }
--- more_headers
Origin: http://b.example:8080
--- request
GET /socket.io/?EIO=4&transport=polling
--- response_headers
Access-Control-Allow-Origin: http://b.example:8080
Vary: Origin



=== TEST 4: an origin that is not on the list
--- config
    location / { print_hub on; print_hub_cors_origins https://a.example http://b.example:8080; }
--- more_headers
Origin: http://b.example
--- request
GET /getStatus
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 5: no origin
--- config
    location / { print_hub on; print_hub_cors_origins https://a.example; }
--- request
GET /getStatus
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 6: the list is inherited
--- http_config
    print_hub_cors_origins https://a.example;
--- config
    location / { print_hub on; }
--- more_headers
Origin: https://a.example
--- request
OPTIONS /startPrint
--- error_code: 204
--- raw_response_headers_like
Vary: Access-Control-Request-Headers\r
(?s).*Access-Control-Allow-Origin: https://a.example\r



=== TEST 7: an origin with a control character
--- config
    location / { print_hub on; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: http://a\x01b\r\n\r\n"
--- error_code: 400
--- response_body chomp
{"code":3,"message":"Bad request"}
