# /startPrint: every answer, and what the station gets.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; }')
        unless defined $block->config;

    $block->set_value(init => '$::s = PrintHub->new("/", q("x"));')
        unless defined $block->init;
});

# --- packets: what the station gets, one packet a line

add_response_body_check(sub {
    my ($block, undef, $i) = @_;

    my $last = ref $block->request eq 'ARRAY' ? $#{$block->request} : 0;

    if (defined $block->packets && $i == $last) {
        my @wanted = split /\n/, $block->packets;
        my @got = eval { $::s->packets(scalar @wanted) };

        is_deeply(\@got, \@wanted, $block->name . ' - packets') or diag $@;
    }
});

run_tests();

__DATA__

=== TEST 1: a station that is online
--- request
GET /startPrint?clientId=x&printData=hello
--- response_headers
Content-Type: application/json; charset=utf-8
Access-Control-Allow-Origin: *
--- response_body chomp
{"message":"参数已接收"}
--- packets
42["print",{"printData":"hello"}]



=== TEST 2: a station that is offline
--- init
$::s = PrintHub->new('/', '"x"'); $::s->close;
--- request
GET /startPrint?clientId=x&printData=hello
--- response_body chomp
{"message":"打印机离线"}



=== TEST 3: unknown, missing, empty, nested or repeated clientId
--- request eval
["GET /startPrint?clientId=y&printData=1", "GET /startPrint?printData=1", "GET /startPrint",
 "GET /startPrint?clientId=&printData=1", "GET /startPrint?clientId=x&clientId=x&printData=1",
 "GET /startPrint?clientId[a]=x&printData=1"]
--- response_body eval
[map { "{\"message\":\"打印机不存在\"}" } 1 .. 6]



=== TEST 4: decoding
--- request
GET /startPrint?clientId=x&printData=a+b%20c%2Bd%E4%B8%AD%22%5C%0A%01%F0%9F%98%80
--- response_body chomp
{"message":"参数已接收"}
--- packets
42["print",{"printData":"a b c+d中\"\\\n\u0001😀"}]



=== TEST 5: escapes that are not UTF-8 stay as they were written
--- request
GET /startPrint?clientId=x&printData=%ff+%zz
--- packets
42["print",{"printData":"%ff %zz"}]



=== TEST 6: nested and repeated fields
--- request eval
["GET /startPrint?clientId=x&printData[x]=1", "GET /startPrint?clientId=x&printData[]=a&printData[]=b",
 "GET /startPrint?clientId=x&printData=a&printData=b", "GET /startPrint?clientId=x&printData=",
 "GET /startPrint?clientId=x"]
--- packets
42["print",{"printData":{"x":"1"}}]
42["print",{"printData":["a","b"]}]
42["print",{"printData":["a","b"]}]
42["print",{"printData":""}]
42["print",{}]



=== TEST 7: a field of another name
--- request
GET /startPrint?name=Label&clientId=x&copies=2
--- packets
42["print",{"name":"Label","copies":"2"}]



=== TEST 8: POST of JSON, any value
--- request eval
["POST /startPrint\n{\"clientId\":\"x\",\"printData\":{\"a\":[1,2.50,null,\"\\u4e2d\"]}}",
 "POST /startPrint\n{ \"printData\" : \"p\" , \"clientId\" : \"x\" }",
 "POST /startPrint\n{\"clientId\":\"x\",\"name\":\"n\",\"n\":1}",
 "POST /startPrint\n{\"clientId\":\"x\"}"]
--- more_headers
Content-Type: application/json
--- response_body eval
[map { "{\"message\":\"参数已接收\"}" } 1 .. 4]
--- packets
42["print",{"printData":{"a":[1,2.50,null,"\u4e2d"]}}]
42["print",{"printData":"p"}]
42["print",{"name":"n","n":1}]
42["print",{}]



=== TEST 9: POST of a form
--- request
POST /startPrint
clientId=x&printData=a+b%26c
--- more_headers
Content-Type: application/x-www-form-urlencoded; charset=utf-8
--- response_body chomp
{"message":"参数已接收"}
--- packets
42["print",{"printData":"a b&c"}]



=== TEST 10: POST with everything in the query string
--- request
POST /startPrint?clientId=x&printData=u
--- packets
42["print",{"printData":"u"}]



=== TEST 11: a clientId that is a number
--- init
$::s = PrintHub->new('/', '7');
--- request
POST /startPrint
{"clientId":7.0,"printData":1}
--- more_headers
Content-Type: application/json
--- packets
42["print",{"printData":1}]



=== TEST 12: bodies that are not JSON objects
--- request eval
["POST /startPrint\n{\"clientId\":", "POST /startPrint\n[1]", "POST /startPrint\n{} x"]
--- more_headers
Content-Type: application/json
--- error_code eval
[400, 400, 400]
--- response_body eval
[map { '{"message":"the body is not a JSON object"}' } 1 .. 3]



=== TEST 13: a body of another type
--- request
POST /startPrint
x
--- more_headers
Content-Type: text/plain
--- error_code: 415
--- response_body chomp
{"message":"the type \"text/plain\" is neither application/json nor application/x-www-form-urlencoded nor multipart/form-data"}



=== TEST 14: a body over the limit
--- config
    location / { print_hub on; print_hub_max_payload 100; }
--- request eval
"POST /startPrint\n" . "x" x 101
--- error_code: 413
--- response_body chomp
{"message":"the body of 101 bytes is larger than \"print_hub_max_payload\" of 100"}



=== TEST 15: a chunked body over the limit
--- config
    location / { print_hub on; print_hub_max_payload 100; }
--- request eval
"POST /startPrint\n" . "x" x 101
--- more_headers
Transfer-Encoding: chunked
--- raw_request eval
"POST /startPrint HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" . "x" x 101 . "\r\n0\r\n\r\n"
--- error_code: 413
--- response_body_like: the body of 101 bytes



=== TEST 16: a large label, larger than nginx's own default limit
--- http_config
    print_hub_max_payload 3m;
--- request eval
"POST /startPrint\nclientId=x&printData=" . "x" x 2000000
--- response_body chomp
{"message":"参数已接收"}
--- packets eval
'42["print",{"printData":"' . "x" x 2000000 . '"}]'



=== TEST 17: a full queue of a station that reads nothing
--- config
    location / { print_hub on; print_hub_session_buffer 4k; }
--- request eval
[map { "GET /startPrint?clientId=x&printData=" . "x" x 1000 } 1 .. 4]
--- error_code eval
[200, 200, 503, 503]
--- response_headers eval
["!Retry-After", "!Retry-After", ("Retry-After: 1\nAccess-Control-Expose-Headers: location, retry-after, x-print-job, idempotency-replayed") x 2]
--- response_body_like eval
["参数已接收", "参数已接收", "the queue of client", '^\{"message":"the queue of client \\\\"x\\\\" is full"\}$']



=== TEST 18: other methods
--- request
DELETE /startPrint?clientId=x
--- error_code: 405
--- response_headers
Allow: GET, POST
--- response_body chomp
{"message":"the method DELETE is not allowed"}



=== TEST 19: a registration that is refused
--- init
$::s = PrintHub->new('/');
$::s->post('42["register"]', '42["register",null]', '42["register",{"a":1}]', '42["register",[]]',
           '42["register","' . 'x' x 97 . '"]', '42["register","' . 'y' x 96 . '"]');
--- request
GET /getStatus
--- response_body_like eval
'^\{"data":\[\{"clientId":"' . 'y' x 96 . '"'
--- packets
42["error",{"message":"register: clientId is missing"}]
42["error",{"message":"register: clientId must be a string or a number, got null"}]
42["error",{"message":"register: clientId must be a string or a number, got {\"a\":1}"}]
42["error",{"message":"register: clientId must be a string or a number, got []"}]
42["error",{"message":"register: clientId is longer than 96 bytes"}]
--- error_log
print hub: register: clientId is missing
