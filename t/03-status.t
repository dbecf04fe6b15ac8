# GET /getStatus

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our %s;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; }')
        unless defined $block->config;
});

add_response_body_check(sub {
    my ($block, $body) = @_;

    $body =~ s/"socketId":"\K([^"]{20})(?=")/$_ = $1;
        (grep { $::s{$a = $_}{socket_id} eq $1 } keys %::s)[0] || $1/ge;

    is($body, $block->status, $block->name . ' - status')
        if defined $block->status;
    %::s = ();
});

run_tests();

__DATA__

=== TEST 1: nobody
--- request
GET /getStatus
--- response_headers
Content-Type: application/json; charset=utf-8
Access-Control-Allow-Origin: *
Cache-Control: no-store
--- response_body chomp
{"data":[]}



=== TEST 2: in the order of first registration, online and offline
--- init
$::s{A} = PrintHub->new('/', '"b"', '123', '"a"');
$::s{B} = PrintHub->new('/', '"中文 \"q\" \\\\ \u0001"');
$::s{A}->close;
$::s{C} = PrintHub->new('/', '"123"');
--- request
GET /getStatus
--- status chomp
{"data":[{"clientId":"b","connected":false,"socketId":"A"},{"clientId":"123","connected":true,"socketId":"C"},{"clientId":"a","connected":false,"socketId":"A"},{"clientId":"中文 \"q\" \\ \u0001","connected":true,"socketId":"B"}]}



=== TEST 3: the newest registration wins, the older one's end changes nothing
--- init
$::s{A} = PrintHub->new('/', '"x"');
$::s{B} = PrintHub->new('/', '"x"');
$::s{A}->close;
--- request
GET /getStatus
--- status chomp
{"data":[{"clientId":"x","connected":true,"socketId":"B"}]}



=== TEST 4: every string is an ordinary clientId
--- init
$::s{A} = PrintHub->new('/', '"__proto__"', '"constructor"', '""', '1.0', '1e21', 'true');
--- request
GET /getStatus
--- status chomp
{"data":[{"clientId":"__proto__","connected":true,"socketId":"A"},{"clientId":"constructor","connected":true,"socketId":"A"},{"clientId":"","connected":true,"socketId":"A"},{"clientId":"1","connected":true,"socketId":"A"},{"clientId":"1e+21","connected":true,"socketId":"A"},{"clientId":"true","connected":true,"socketId":"A"}]}



=== TEST 5: HEAD
--- request
HEAD /getStatus
--- response_headers
Content-Length: 11
--- response_body



=== TEST 6: other methods
--- request
PUT /getStatus
x
--- error_code: 405
--- response_headers
Allow: GET, HEAD
--- response_body chomp
{"message":"the method PUT is not allowed"}



=== TEST 7: preflight
--- request
OPTIONS /getStatus
--- more_headers
Origin: https://x.example
Access-Control-Request-Headers: X-A, X-B
--- error_code: 204
--- response_headers
Access-Control-Allow-Origin: *
Access-Control-Allow-Methods: GET,POST
Access-Control-Allow-Headers: X-A, X-B
Vary: Access-Control-Request-Headers
