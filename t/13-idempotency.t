# The header Idempotency-Key of startPrint: invalid keys, and CORS.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(config => 'location / { print_hub on; print_hub_api on; }')
        unless defined $block->config;
});

run_tests();

__DATA__

=== TEST 1: invalid keys
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers eval
[map { "Idempotency-Key: $_" } '', 'k' x 256, 'schlüssel', 'k' x 255, 'k']
--- request eval
[("GET /startPrint?clientId=x&printData=1") x 4,
 "GET /startPrint?clientId=y&printData=1"]
--- error_code eval
[400, 400, 400, 200, 200]
--- response_body_like eval
[(qr/\A\{"message":"invalid \\"Idempotency-Key\\" value \\"[^"]*\\", expected 1 to 255 printable characters"\}\z/) x 3,
 qr/参数已接收/, qr/打印机不存在/]



=== TEST 2: two keys
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers
Idempotency-Key: a
Idempotency-Key: b
Content-Type: application/json
--- request eval
["GET /startPrint?clientId=x&printData=1", "POST /jobs\n" . '{"clientId":"x"}', "GET /jobs"]
--- error_code eval
[400, 400, 200]
--- response_body eval
['{"message":"a second \"Idempotency-Key\" value \"b\", expected one"}',
 '{"error":{"code":"invalid_request","message":"a second \"Idempotency-Key\" value \"b\", expected one"}}',
 '{"jobs":[],"next":null}']



=== TEST 3: the key of POST jobs for startPrint, and of another server
--- http_config
    server {
        listen $TEST_NGINX_SERVER_PORT;
        server_name other;
        location / { print_hub on; print_hub_api on; }
    }
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers eval
[map { "Host: $_\nIdempotency-Key: a\nContent-Type: application/json" }
     'localhost', 'localhost', 'other', 'other']
--- request eval
["POST /jobs\n" . '{"clientId":"x","data":{"printData":1}}',
 ("POST /startPrint\n" . '{"clientId":"x","printData":1}') x 3]
--- error_code eval
[201, 422, 200, 200]
--- response_headers eval
[("!Idempotency-Replayed") x 3, "Idempotency-Replayed: true"]
--- response_body_like eval
[qr/"state":"\w+"/, qr/\A\{"message":"the Idempotency-Key was used for another request"\}\z/,
 (qr/\A\{"message":"参数已接收"\}\z/) x 2]



=== TEST 4: a page of another origin may read the answer
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers
Origin: https://a.example
Idempotency-Key: a
--- request
GET /startPrint?clientId=x&printData=1
--- response_headers
Access-Control-Expose-Headers: location, retry-after, x-print-job, idempotency-replayed
--- response_body chomp
{"message":"参数已接收"}



=== TEST 4: users have keys of their own
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers eval
[map { "Idempotency-Key: a\nAuthorization: Basic " . $_ } 'YTpi', 'YzpkCg==', 'YTpi']
--- request eval
["GET /startPrint?clientId=x&printData=1", "GET /startPrint?clientId=x&printData=2", "GET /startPrint?clientId=x&printData=3"]
--- error_code eval
[200, 200, 422]



=== TEST 5: a scope of the configuration
--- config
    location / { print_hub on; print_hub_api on; print_hub_idempotency_scope $http_x_app; }
--- init
$::s = PrintHub->new('/', '"x"');
--- more_headers eval
[map { "Idempotency-Key: a\nX-App: $_" } 'one', 'two', 'one', '']
--- request eval
["GET /startPrint?clientId=x&printData=1", "GET /startPrint?clientId=x&printData=2", "GET /startPrint?clientId=x&printData=1", "GET /startPrint?clientId=x&printData=4"]
--- error_code eval
[(200) x 4]
--- response_headers eval
["!Idempotency-Replayed", "!Idempotency-Replayed", "Idempotency-Replayed: true", "!Idempotency-Replayed"]
