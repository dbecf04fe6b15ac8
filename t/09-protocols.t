# Protocol versions, namespaces, cookie, credentials, compression, and what
# lies between a client and the hub.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
run_tests();

__DATA__



=== TEST 1: protocol 3
--- config
    location / { print_hub on; }
--- request eval
["GET /socket.io/?EIO=3&transport=polling", "GET /socket.io/?transport=polling&b64=1", "GET /socket.io/?EIO=5&transport=polling"]
--- response_body_like eval
my $open = '^\d+:0\{"sid":"[\w-]{20}","upgrades":\["websocket"\],"pingInterval":10000,"pingTimeout":5000,"maxPayload":1000000\}$';
[$open, $open, $open]



=== TEST 2: without protocol 3
--- config
    location / { print_hub on; print_hub_eio3 off; }
--- request eval
["GET /socket.io/?EIO=3&transport=polling", "GET /socket.io/?transport=polling", "GET /socket.io/?EIO=4&transport=polling"]
--- error_code eval
[400, 400, 200]
--- response_body_like eval
my $error = '^\{"code":5,"message":"Unsupported protocol version"\}$';
[$error, $error, '^0\{']



=== TEST 3: a cookie, at the handshake only
--- config
    location / { print_hub on; print_hub_cookie io; }
--- request eval
["GET /socket.io/?EIO=4&transport=polling", "GET /getStatus"]
--- raw_response_headers_like eval
["Set-Cookie: io=[\\w-]{20}; Path=/; HttpOnly; SameSite=Lax\r\n", "HTTP/1.1 200 OK"]



=== TEST 4: no cookie
--- http_config
    print_hub_cookie io;
--- config
    location / { print_hub on; print_hub_cookie off; }
--- request
GET /socket.io/?EIO=4&transport=polling
--- response_headers
!Set-Cookie



=== TEST 5: credentials, for origins that are allowed
--- config
    location / { print_hub on; print_hub_cors_origins https://a.example; print_hub_cors_credentials on; }
--- request eval
["GET /getStatus", "GET /getStatus"]
--- more_headers eval
["Origin: https://a.example", "Origin: https://b.example"]
--- raw_response_headers_like eval
["Access-Control-Allow-Credentials: true\r\n", "Vary: Origin\r\n"]
--- raw_response_headers_unlike eval
["Access-Control-Allow-Origin: \\*", "Access-Control-Allow-Credentials"]



=== TEST 6: compression is offered, and agreed on
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; print_hub_deflate on; print_hub_deflate_window 12; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
\r
"
--- abort
--- error_code: 101
--- raw_response_headers_like
Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12\r



=== TEST 7: compression is off by default
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
\r
"
--- abort
--- error_code: 101
--- raw_response_headers_unlike
Sec-WebSocket-Extensions



=== TEST 8: HTTP/1.0
--- config
    location / { print_hub on; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=polling HTTP/1.0\r\n\r\n"
--- response_body_like: ^0\{"sid":



=== TEST 9: HEAD, and the connection goes on
--- config
    location / { print_hub on; }
--- request eval
["HEAD /socket.io/?EIO=4&transport=polling", "PUT /socket.io/?EIO=4&transport=polling", "GET /getStatus"]
--- error_code eval
[400, 400, 200]



=== TEST 10: gzip is nginx's own filter
--- config
    location / { print_hub on; gzip on; gzip_min_length 0; gzip_types application/json; }
--- more_headers
Accept-Encoding: gzip
--- request
GET /getStatus
--- response_headers
Content-Encoding: gzip



=== TEST 11: the lines about stations have the address of realip
--- main_config
    error_log logs/error.log info;
--- config
    location / { print_hub on; set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; }
--- more_headers
X-Forwarded-For: 192.0.2.7
--- request
GET /socket.io/?EIO=3&transport=polling
--- error_code: 200
--- error_log
print hub: client connected
client: 192.0.2.7



=== TEST 12: a subprotocol is accepted
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Protocol: arduino\r
\r
"
--- abort
--- error_code: 101
--- response_headers
Sec-WebSocket-Protocol: arduino



=== TEST 13: the first of several subprotocols in one header, protocol 3
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=3&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Protocol: v1.json, arduino\r
\r
"
--- abort
--- error_code: 101
--- response_headers
Sec-WebSocket-Protocol: v1.json



=== TEST 14: the first of several headers with subprotocols
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Protocol: arduino\r
Sec-WebSocket-Protocol: other\r
\r
"
--- abort
--- error_code: 101
--- response_headers
Sec-WebSocket-Protocol: arduino



=== TEST 15: the first header has no subprotocol
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Protocol: \r
Sec-WebSocket-Protocol: other\r
\r
"
--- abort
--- error_code: 101
--- response_headers
Sec-WebSocket-Protocol: other



=== TEST 16: no subprotocol is offered
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
\r
"
--- abort
--- error_code: 101
--- response_headers
!Sec-WebSocket-Protocol



=== TEST 17: a subprotocol that is not a token
--- config
    location / { print_hub on; print_hub_connect_timeout 50ms; }
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Protocol: a b\r
\r
"
--- abort
--- error_code: 101
--- response_headers
!Sec-WebSocket-Protocol
