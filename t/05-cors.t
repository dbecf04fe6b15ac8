# CORS: any origin, none, a list.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: any origin is the default, on errors too
--- config
    location / { print_hub on; print_hub_api on; }
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
    location / { print_hub on; print_hub_api on; print_hub_cors_origins off; }
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
    location / { print_hub on; print_hub_api on; print_hub_cors_origins https://a.example http://b.example:8080; }
--- more_headers
Origin: http://b.example:8080
--- request
GET /socket.io/?EIO=4&transport=polling
--- response_headers
Access-Control-Allow-Origin: http://b.example:8080
Vary: Origin



=== TEST 4: an origin that is not on the list
--- config
    location / { print_hub on; print_hub_api on; print_hub_cors_origins https://a.example http://b.example:8080; }
--- more_headers
Origin: http://b.example
--- request
GET /getStatus
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 5: no origin
--- config
    location / { print_hub on; print_hub_api on; print_hub_cors_origins https://a.example; }
--- request
GET /getStatus
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 6: the list is inherited
--- http_config
    print_hub_cors_origins https://a.example;
--- config
    location / { print_hub on; print_hub_api on; }
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
    location / { print_hub on; print_hub_api on; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: http://a\x01b\r\n\r\n"
--- error_code: 400
--- response_body chomp
{"code":3,"message":"Bad request"}



=== TEST 8: nginx's own refusals at a path of the hub
--- http_config
    limit_req_zone $server_name zone=one:1m rate=1r/m;
--- config
    limit_req_status 429;

    location = /a/startPrint { print_hub on; print_hub_api on; print_hub_max_payload 10; client_max_body_size 10; }
    location /b/ { print_hub on; print_hub_api on; auth_basic hub; auth_basic_user_file users; }
    location /c/ { print_hub on; print_hub_api on; deny all; }
    location /d/ { print_hub on; print_hub_api on; limit_req zone=one; }
--- request eval
["POST /a/startPrint\n" . "x" x 20, "GET /b/getStatus", "GET /c/socket.io/?EIO=4&transport=polling", "GET /c/STARTPRINT", "GET /d/getStatus", "GET /d/getStatus"]
--- error_code eval
[413, 401, 403, 403, 200, 429]
--- response_headers eval
[("Access-Control-Allow-Origin: *\nX-Content-Type-Options: nosniff") x 6]



=== TEST 9: only at a path of the hub, and only in its locations
--- config
    location /hub/ { print_hub on; print_hub_api on; }
    location /closed/ { deny all; }
    location /off/ { print_hub off; deny all; }
--- request eval
["GET /hub/other", "GET /hub/", "GET /closed/jobs", "GET /off/jobs"]
--- error_code eval
[404, 404, 403, 403]
--- response_headers eval
[("!Access-Control-Allow-Origin\n!X-Content-Type-Options") x 4]



=== TEST 10: the headers of a list, once, on a refusal and on an answer
--- config
    print_hub_cors_origins https://a.example;
    print_hub_api_cors_origins https://a.example;
    print_hub_cors_credentials on;
    location /c/ { print_hub on; print_hub_api on; deny all; }
    location / { print_hub on; print_hub_api on; }
--- more_headers
Origin: https://a.example
--- request eval
["GET /c/jobs", "GET /getStatus", "GET /events?x=1", "GET /socket.io/?EIO=4&transport=polling", "GET /jobs?clientId=x"]
--- error_code eval
[403, 200, 400, 200, 200]
--- response_headers eval
[("Access-Control-Allow-Origin: https://a.example\nAccess-Control-Allow-Credentials: true\nVary: Origin") x 5]



=== TEST 11: another origin, on a refusal
--- config
    print_hub_api_cors_origins https://a.example;
    location / { print_hub on; print_hub_api on; deny all; }
--- more_headers
Origin: https://b.example
--- request
GET /jobs
--- error_code: 403
--- response_headers
!Access-Control-Allow-Origin
Vary: Origin



=== TEST 12: a precondition that nginx checks
--- config
    location / { print_hub on; print_hub_api on; }
--- more_headers
If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT
If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT
If-Match: "x"
--- request
GET /getStatus
--- error_code: 200
--- response_headers
Access-Control-Allow-Origin: *
X-Content-Type-Options: nosniff



=== TEST 13: a preflight is valid for a day
--- config
    location / { print_hub on; print_hub_api on; }
--- request eval
[map { "OPTIONS $_" } qw(/startPrint /getStatus /socket.io/?EIO=4&transport=polling)]
--- error_code eval
[(204) x 3]
--- response_headers eval
[("Access-Control-Max-Age: 86400\nAccess-Control-Allow-Origin: *\n!Access-Control-Allow-Private-Network\n!X-Content-Type-Options") x 3]



=== TEST 14: private networks, on every path
--- config
    location / { print_hub on; print_hub_api on; print_hub_cors_private_network on; print_hub_api_cors_origins https://a.example; }
--- more_headers
Origin: https://a.example
Access-Control-Request-Private-Network: true
--- request eval
[map { "OPTIONS $_" } qw(/startPrint /getStatus /jobs /jobs/x /clients /clients/x /events /zone /socket.io/?EIO=4&transport=polling)]
--- error_code eval
[(204) x 9]
--- response_headers eval
[("Access-Control-Allow-Private-Network: true") x 9]



=== TEST 15: private networks, in no other answer
--- config
    location / { print_hub on; print_hub_api on; print_hub_cors_private_network on; }
--- more_headers
Access-Control-Request-Private-Network: true
--- request eval
["GET /getStatus", "GET /socket.io/?EIO=4&transport=polling", "POST /jobs?clientId=x\nx"]
--- error_code eval
[200, 200, 415]
--- response_headers eval
[("!Access-Control-Allow-Private-Network") x 3]



=== TEST 16: private networks, if the preflight asks
--- config
    location / { print_hub on; print_hub_api on; print_hub_cors_private_network on; }
--- more_headers
Access-Control-Request-Private-Network: false
--- request
OPTIONS /getStatus
--- error_code: 204
--- response_headers
!Access-Control-Allow-Private-Network



=== TEST 17: private networks, for an origin that is allowed
--- config
    print_hub_cors_private_network on;
    location /list/ { print_hub on; print_hub_api on; print_hub_cors_origins https://a.example; }
    location /other/ { print_hub on; print_hub_api on; print_hub_cors_origins https://b.example; }
    location /off/ { print_hub on; print_hub_api on; print_hub_cors_origins off; }
    location /api/ { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }
    location /no/ { print_hub on; print_hub_api on; print_hub_cors_private_network off; }
--- more_headers
Origin: https://a.example
Access-Control-Request-Private-Network: true
--- request eval
[map({ "OPTIONS /$_/getStatus" } qw(list other off no)), "OPTIONS /api/jobs"]
--- error_code eval
[(204) x 5]
--- response_headers eval
["Access-Control-Allow-Private-Network: true", ("!Access-Control-Allow-Private-Network") x 4]



=== TEST 18: no guessing of types, on every answer with a body
--- config
    location / { print_hub on; print_hub_api on; }
--- request eval
["GET /getStatus", "HEAD /getStatus", "GET /jobs?clientId=x", "GET /zone", "GET /startPrint", "GET /socket.io/?EIO=4&transport=polling", "GET /socket.io/?EIO=4&transport=polling&sid=x"]
--- error_code eval
[200, 200, 200, 200, 200, 200, 400]
--- response_headers eval
[("X-Content-Type-Options: nosniff") x 7]
