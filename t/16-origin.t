# Pages of other sites: what they may do with Socket.IO, startPrint and the API.

use Test::Nginx::Socket 'no_plan';

# a request as a browser or a program sends it: method, path, headers

sub row { return [@_] }

my $eio = '/socket.io/?EIO=4&transport=polling';
my $print = '/startPrint?clientId=1&printData=1';

# the requests of each test

our %rows = (
    1 => [row('GET', $eio, 'Origin: https://evil.example'), row('GET', "$eio&j=0", 'Sec-Fetch-Site: cross-site')],
    2 => [map { row('GET', $eio, @$_) }
 ['Origin: https://a.example'], ['Origin: https://x.b.example:8443'], ['Origin: https://x.y.b.example:8443'],
 ['Origin: null'], [], ['Sec-Fetch-Site: same-origin'], ['Sec-Fetch-Site: none'],
 ['Origin: http://a.example'], ['Origin: https://a.example:444'], ['Origin: https://b.example:8443'],
 ['Origin: https://.b.example:8443'], ['Origin: https://x.b.example'], ['Origin: https://evil.example/.b.example:8443'],
 ['Origin: https://evil.example:1.b.example:8443'], ['Origin: http://localhost'], ['Sec-Fetch-Site: cross-site'],
 ['Sec-Fetch-Site: same-site'], ['Origin: https://A.example'], ['Origin: ']],
    3 => [row('GET', $eio, 'Origin: https://evil.example'), row('POST', $eio, 'Origin: https://evil.example'),
 row('OPTIONS', $eio, 'Origin: https://evil.example'), row('GET', "$eio&j=0"),
 row('GET', '/socket.io/?EIO=4&transport=websocket', 'Upgrade: websocket', 'Connection: upgrade', 'Sec-WebSocket-Version: 13',
       'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Origin: https://evil.example')],
    4 => [map { row('GET', $eio, @$_) }
 ['Origin: http://localhost'], ['Origin: https://localhost'], ['Origin: https://localhost', 'Host: LOCALHOST:443'],
 ['Origin: http://localhost:3000', 'Host: localhost:3000'], ['Origin: http://[::1]:3000', 'Host: [::1]:3000'],
 ['Origin: http://localhost:80'],
 ['Origin: http://localhost:3001', 'Host: localhost:3000'], ['Origin: https://x.localhost'], ['Origin: null'],
 ['Origin: localhost']],
    5 => [row('GET', '/getStatus', 'Origin: https://evil.example'), row('GET', $print, 'Origin: https://evil.example')],
    6 => [(map { row('GET', $print, @$_) }
 [], ['Origin: http://localhost'], ['Sec-Fetch-Site: same-origin'], ['Referer: http://localhost/page?x=1'], ['Referer: '],
 ['Referer: about:blank'],
 ['Origin: https://evil.example'], ['Origin: null'], ['Sec-Fetch-Site: cross-site'], ['Sec-Fetch-Site: same-site'],
 ['Referer: https://evil.example/localhost'], ['Referer: https://localhost@evil.example/'],
 ['Sec-Fetch-Site: cross-site', 'Referer: http://localhost/']),
 row('POST', $print, 'Origin: https://evil.example'), row('POST', $print)],
    7 => [row('GET', $print, "Origin: https://evil\"\x{e2}\x{80}\x{ae}.example")],
    8 => [row('POST', $print, 'Origin: https://a.example'), row('POST', $print, 'Origin: https://b.example')],
    9 => [row('GET', $print), row('HEAD', $print), row('PUT', $print), row('OPTIONS', $print), row('POST', $print), row('POST', $print, 'Sec-Fetch-Site: cross-site')],
    11 => [row('GET', '/jobs', 'Origin: https://evil.example'), row('OPTIONS', '/jobs', 'Origin: https://evil.example'), row('OPTIONS', '/jobs/x')],
    12 => [(map { row('DELETE', '/jobs/x', @$_) }
  ['Origin: https://evil.example'], ['Sec-Fetch-Site: cross-site'], ['Sec-Fetch-Site: same-site'], ['Origin: null'],
  [], ['Origin: http://localhost'], ['Referer: https://evil.example/'], ['Sec-Fetch-Site: same-origin']),
 row('POST', '/jobs?clientId=1', 'Origin: https://evil.example'), row('DELETE', '/clients/x', 'Origin: https://evil.example')],
    13 => [row('GET', '/jobs', 'Origin: https://a.example'), row('DELETE', '/jobs/x', 'Origin: https://a.example'),
 row('GET', '/jobs', 'Origin: https://b.example'), row('DELETE', '/jobs/x', 'Origin: https://b.example'),
 row('GET', '/getStatus', 'Origin: https://b.example')],
    14 => [map { row('OPTIONS', $_, 'Origin: https://a.example', 'Access-Control-Request-Headers: x-anything') } '/jobs', '/jobs/x', '/events', '/read/jobs/x'],
    16 => [row('GET', '/jobs', 'Origin: https://evil.example'), row('DELETE', '/jobs/x', 'Origin: https://evil.example'),
 row('DELETE', '/jobs/x', 'Sec-Fetch-Site: cross-site'), row('DELETE', '/jobs/x', 'Origin: http://localhost'),
 row('OPTIONS', '/jobs/x', 'Origin: https://evil.example'), row('PUT', '/jobs', 'Origin: https://evil.example')],
    15 => [row('GET', $eio, 'Origin: https://*.a.example'), row('GET', $eio, 'Origin: https://x.a.example')],
);

sub requests { return [map { "$_->[0] $_->[1]" } @{$rows{$_[0]}}] }

sub headers { return [map { CORE::join("\n", @$_[2 .. $#$_]) } @{$rows{$_[0]}}] }

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: by default, any page may speak Socket.IO, by JSONP too
--- config
    location / { print_hub on; }
--- request eval
::requests(1)
--- more_headers eval
::headers(1)
--- error_code eval
[200, 200]



=== TEST 2: a list of origins: who is in it, and who is not
--- config
    location / { print_hub on; print_hub_origins https://a.example https://*.b.example:8443 null; }
--- request eval
::requests(2)
--- more_headers eval
::headers(2)
--- error_code eval
[(200) x 7, (403) x 7, 200, 403, 403, 403, 403]



=== TEST 3: the answers
--- config
    location / { print_hub on; print_hub_origins self; }
--- request eval
::requests(3)
--- more_headers eval
::headers(3)
--- error_code eval
[(403) x 5]
--- response_body eval
[('{"code":4,"message":"Forbidden"}') x 4, 'Forbidden']



=== TEST 4: self is the host of the request, whatever the scheme and a default port
--- config
    location / { print_hub on; print_hub_origins self; }
--- request eval
::requests(4)
--- more_headers eval
::headers(4)
--- error_code eval
[(200) x 6, (403) x 4]



=== TEST 5: getStatus and startPrint are not Socket.IO
--- config
    location / { print_hub on; print_hub_origins self; }
--- request eval
::requests(5)
--- more_headers eval
::headers(5)
--- error_code eval
[200, 200]



=== TEST 6: startPrint of the same origin
--- config
    location / { print_hub on; print_hub_start_print same_origin; }
--- request eval
::requests(6)
--- more_headers eval
::headers(6)
--- error_code eval
[(200) x 5, (403) x 9, 200]
--- response_headers eval
[("!Access-Control-Allow-Origin") x 15]



=== TEST 7: its answer, and its line
--- config
    location / { print_hub on; print_hub_start_print same_origin; }
--- request eval
::requests(7)
--- more_headers eval
::headers(7)
--- error_code: 403
--- response_body chomp
{"message":"print from another site refused"}
--- error_log
cross-site request refused, origin: "https://evil\"?.example", "startPrint"



=== TEST 8: origins that CORS allows may print
--- config
    location / { print_hub on; print_hub_start_print same_origin; print_hub_cors_origins https://a.example; }
--- request eval
::requests(8)
--- more_headers eval
::headers(8)
--- error_code eval
[200, 403]
--- response_headers eval
["Access-Control-Allow-Origin: https://a.example", "!Access-Control-Allow-Origin"]



=== TEST 9: only POST
--- config
    location / { print_hub on; print_hub_start_print post; }
--- request eval
::requests(9)
--- more_headers eval
::headers(9)
--- error_code eval
[405, 405, 405, 204, 200, 403]
--- response_body eval
['{"message":"only POST may print"}', '', '{"message":"only POST may print"}', '', '{"message":"打印机不存在"}', '{"message":"print from another site refused"}']
--- response_headers eval
[("Allow: POST, OPTIONS") x 3, "Access-Control-Allow-Methods: POST", "!Allow", "!Allow"]



=== TEST 10: getStatus keeps its CORS
--- config
    location / { print_hub on; print_hub_start_print post; }
--- request
GET /getStatus
--- response_headers
Access-Control-Allow-Origin: *



=== TEST 11: the API without CORS
--- config
    location / { print_hub_api on; }
--- request eval
::requests(11)
--- more_headers eval
::headers(11)
--- error_code eval
[200, 405, 405]
--- response_headers eval
["!Access-Control-Allow-Origin\nCross-Origin-Resource-Policy: same-origin", "Allow: GET, HEAD, POST", "Allow: GET, HEAD, DELETE"]



=== TEST 12: a page of another site changes nothing with the API
--- config
    location / { print_hub_api on; }
--- request eval
::requests(12)
--- more_headers eval
::headers(12)
--- error_code eval
[(403) x 4, (404) x 4, 403, 403]
--- response_body_like eval
[('"origin_not_allowed"') x 4, ('"job_unknown"') x 4, ('"origin_not_allowed"') x 2]



=== TEST 13: a list of origins for the API
--- config
    location / { print_hub on; print_hub_api on; print_hub_api_cors_origins https://a.example; }
--- request eval
::requests(13)
--- more_headers eval
::headers(13)
--- error_code eval
[200, 404, 200, 403, 200]
--- response_headers eval
["Access-Control-Allow-Origin: https://a.example\nVary: Origin\nAccess-Control-Expose-Headers: location, retry-after, x-print-job, idempotency-replayed\n!Cross-Origin-Resource-Policy",
 "Access-Control-Allow-Origin: https://a.example",
 "!Access-Control-Allow-Origin\nVary: Origin\nCross-Origin-Resource-Policy: same-origin", "!Access-Control-Allow-Origin",
 "Access-Control-Allow-Origin: *\n!Cross-Origin-Resource-Policy"]



=== TEST 14: preflights of the API
--- config
    location / { print_hub_api on; print_hub_api_cors_origins https://a.example; }
    location /read/ { print_hub_api read; print_hub_api_cors_origins https://a.example; }
--- request eval
::requests(14)
--- more_headers eval
::headers(14)
--- error_code eval
[(204) x 4]
--- response_headers eval
[map { "Access-Control-Allow-Origin: https://a.example\nAccess-Control-Allow-Methods: $_\nAccess-Control-Max-Age: 600\nAccess-Control-Allow-Headers: authorization, content-type, idempotency-key, last-event-id, x-api-key\nVary: Origin" }
 'GET,POST', 'GET,DELETE', 'GET', 'GET']



=== TEST 15: a star is a pattern of the configuration alone
--- config
    location / { print_hub on; print_hub_origins https://*.a.example; print_hub_cors_origins https://*.a.example; }
--- request eval
::requests(15)
--- more_headers eval
::headers(15)
--- error_code eval
[403, 200]
--- response_headers eval
["!Access-Control-Allow-Origin", "Access-Control-Allow-Origin: https://x.a.example"]



=== TEST 16: all origins: pages of other sites read, and change nothing
--- config
    location / { print_hub_api on; print_hub_api_cors_origins *; }
--- request eval
::requests(16)
--- more_headers eval
::headers(16)
--- error_code eval
[200, 403, 403, 404, 204, 405]
--- response_headers eval
["Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: *",
 "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: GET", "Allow: GET, HEAD, POST"]
