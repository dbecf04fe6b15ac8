# Requests that nginx itself handles in a special way.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; }') unless defined $block->config;
});

run_tests();

__DATA__

=== TEST 1: a conditional request gets the whole answer
--- request eval
["GET /getStatus", "GET /startPrint?clientId=1", "GET /socket.io/?EIO=4&transport=polling"]
--- more_headers
If-Match: "x"
If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT
--- error_code eval
[200, 200, 200]



=== TEST 2: "Connection" in two headers
--- raw_request eval
"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: x\r
Upgrade: websocket\r
Connection: keep-alive\r
Connection: Upgrade\r
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
Sec-WebSocket-Version: 13\r
\r
"
--- ignore_response
--- error_code: 101
--- abort
