# The clients: listed, shown, removed; and the zone.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; '
                                . ($block->hub // '') . ' }')
        unless defined $block->config;
});


# registers a clientId with options

sub station {
    my ($id, $options, $nsp) = @_;

    my $s = PrintHub->new('/');

    $s->post("40$nsp,"), $s->poll if $nsp;
    $s->post('42' . ($nsp ? "$nsp," : '') . qq(["register","$id",$options]));

    return $s;
}


# a client that has disconnected

sub away {
    my $s = PrintHub->new('/', map { qq("$_") } @_);
    $s->close;
}


run_tests();

__DATA__

=== TEST 1: nobody
--- request eval
["GET /clients", "HEAD /clients", "GET /clients/x", "HEAD /clients/x",
 "DELETE /clients/x"]
--- error_code eval
[200, 200, 404, 404, 404]
--- response_headers eval
[("Content-Type: application/json; charset=utf-8\nCache-Control: no-store\nAccess-Control-Allow-Origin: *") x 5]
--- response_body eval
my $unknown = '{"error":{"code":"client_unknown","message":"client \"x\" is unknown"}}';
['{"clients":[]}', '', $unknown, '', $unknown]



=== TEST 2: a client that is connected
--- init
$::s = main::station('x', '{"ack":true,"info":{"place": "hall 2"},"printers":["a", {"b":1}]}');
--- request
GET /clients/x
--- response_body_like chomp
\A\{"clientId":"x","connected":true,"socketId":"[\w-]{20}","namespace":"/","since":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","lastSeen":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","transport":"polling","protocol":4,"address":"127\.0\.0\.1","ack":true,"queue":0,"accepted":0,"delivered":0,"undelivered":0,"info":\{"place": "hall 2"\},"printers":\["a", \{"b":1\}\]\}\z
--- no_error_log
[alert]



=== TEST 3: a client that is offline, with its queue
--- init
main::away('x');
PrintHub::http('POST', '/jobs', '{"clientId":"x"}',
               'Content-Type' => 'application/json') for 1 .. 2;
--- hub
print_hub_queue 2;
--- request
GET /clients/x
--- response_body_like chomp
\A\{"clientId":"x","connected":false,"socketId":"[\w-]{20}","namespace":"/","since":"[^"]*","ack":false,"queue":2,"accepted":2,"delivered":0,"undelivered":0\}\z



=== TEST 4: another namespace
--- init
$::s = main::station('x', '{}', '/shop');
--- hub
print_hub_namespace /shop;
--- request
GET /clients/x
--- response_body_like: "clientId":"x","connected":true,.*"namespace":"/shop"



=== TEST 5: all of them, in the order of first registration
--- init
main::away('b', 'a');
$::s = main::station('c', '{"info":1}');
--- request
GET /clients
--- response_body_like chomp
\A\{"clients":\[\{"clientId":"b","connected":false,[^}]*\},\{"clientId":"a","connected":false,[^}]*\},\{"clientId":"c","connected":true,[^}]*"undelivered":0\}\]\}\z



=== TEST 6: ids of any bytes
--- init
main::away('中文', 'a/b', 'a b', '..', '%41', '\u0001\"', '?#&+', '');
--- request eval
["GET /clients/%E4%B8%AD%E6%96%87", "GET /clients/a/b", "GET /clients/a%2Fb",
 "GET /clients/a%20b", "GET /clients?clientId=a+b", "GET /clients?clientId=..",
 "GET /clients/%2541", "GET /clients/%01%22", "GET /clients/%3F%23%26+",
 "GET /clients?clientId="]
--- error_code eval
[(200) x 10]
--- response_body_like eval
[map { '"clientId":"' . quotemeta($_) . '"' }
     '中文', 'a/b', 'a/b', 'a b', 'a b', '..', '%41', '\u0001\"', '?#&+', '']



=== TEST 7: a client that is removed, and its jobs
--- init
main::away('x');
PrintHub::http('POST', '/jobs', '{"clientId":"x"}',
               'Content-Type' => 'application/json');
--- hub
print_hub_queue 2;
--- request eval
["DELETE /clients/x", "GET /clients/x", "GET /clients", "DELETE /clients/x",
 "GET /jobs"]
--- error_code eval
[204, 404, 200, 404, 200]
--- response_body_like eval
['\A\z', 'client_unknown', '\A\{"clients":\[\]\}\z', 'client_unknown',
 '"state":"canceled","reason":"the client was removed"']



=== TEST 8: a connected client cannot be removed
--- init
$::s = PrintHub->new('/', '"x"');
--- request eval
["DELETE /clients/x", "GET /clients/x"]
--- error_code eval
[409, 200]
--- response_body_like eval
[qr/\A\{"error":\{"code":"client_connected","message":"client \\"x\\" is connected"\}\}\z/,
 '"connected":true']



=== TEST 9: other methods
--- request eval
["POST /clients", "PUT /clients/x", "DELETE /zone"]
--- error_code eval
[405, 405, 405]
--- response_headers eval
["Allow: GET, HEAD, DELETE", "Allow: GET, HEAD, DELETE", "Allow: GET, HEAD"]
--- response_body_like eval
[map { qr/\A\{"error":\{"code":"method_not_allowed","message":"the method $_ is not allowed"\}\}\z/ } qw(POST PUT DELETE)]



=== TEST 10: a preflight
--- request eval
["OPTIONS /clients", "OPTIONS /clients/x", "OPTIONS /zone"]
--- error_code eval
[204, 204, 204]
--- response_headers eval
[map { "Access-Control-Allow-Methods: $_" } 'GET', 'GET', 'GET']



=== TEST 11: the zone
--- init
main::away('x', 'y');
--- request eval
["GET /zone", "HEAD /zone"]
--- response_body_like eval
[qr/\A\{"zone":"print_hub","version":"0\.9\.0","nginx":"1\.\d+\.\d+","api":"on","sessions":\{"used":0,"max":\d+,"peak":\d+,"reclaimable":\d+\},"waiting":\{"used":0,"max":\d+\},"clients":\{"used":2,"max":\d+,"peak":\d+,"reclaimable":\d+\},"jobs":\{"used":0,"max":\d+,"peak":\d+,"reclaimable":\d+\},"blocks":\{"used":\d+,"max":\d+,"peak":\d+,"reclaimable":\d+\},"addresses":\{"used":1,"max":\d+\},"repairs":0,"handed":0,"taken":0,"refused":0,"takenBack":0,"created":"[-0-9]+T[:0-9]+Z","memory":"memfd","lost":\{"jobs":0,"clients":0\},"workers":\[\{"slot":0,"pid":\d+,"state":"running","websockets":0,"waiting":0\}\],"webhooks":\[\],"totals":\{.*\},"minutes":\{.*\}\}\z/,
 '\A\z']



=== TEST 12: a client is removed whose id cannot be part of a path
--- init
main::away('..', '.', 'x');
$::s = PrintHub->new('/', '"on"');
--- request eval
["DELETE /clients?clientId=..", "DELETE /clients/?clientId=%2e", "DELETE /clients?clientId=..",
 "DELETE /clients?clientId=on", "DELETE /clients", "DELETE /clients?id=x", "DELETE /clients/x?clientId=..",
 "GET /clients"]
--- error_code eval
[204, 204, 404, 409, 400, 400, 400, 200]
--- response_body_like eval
['\A\z', '\A\z', '\{"error":\{"code":"client_unknown","message":"client \\\\"\.\.\\\\" is unknown"',
 '\{"error":\{"code":"client_connected","message":"client \\\\"on\\\\" is connected"',
 '\{"error":\{"code":"invalid_request","message":"\\\\"clientId\\\\" is missing"',
 '\{"error":\{"code":"invalid_request","message":"the argument \\\\"id\\\\" is unknown"',
 '\{"error":\{"code":"invalid_request","message":"the argument \\\\"clientId\\\\" is unknown"',
 '\A\{"clients":\[\{"clientId":"x",[^}]*\},\{"clientId":"on",[^}]*\}\]\}\z']



=== TEST 15: a connection may have 8 clientIds
--- init
$::s = PrintHub->new('/', map { qq("$_") } 1 .. 8, 8, 9, 1);
--- request eval
["GET /clients/8", "GET /clients/9", "GET /zone"]
--- error_code eval
[200, 404, 200]
--- response_body_like eval
['"connected":true', 'client_unknown', '"clients":\{"used":8,']



=== TEST 16: the limit of a location
--- config
location / { print_hub on; print_hub_api on; print_hub_max_client_ids 2; }
--- init
$::s = PrintHub->new('/', map { qq("$_") } 1 .. 3);
--- request eval
["GET /clients/2", "GET /clients/3"]
--- error_code eval
[200, 404]
--- response_body_like eval
['"connected":true', 'client_unknown']
