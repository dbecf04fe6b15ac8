# jobs: every answer of POST, GET and DELETE, and what the station gets.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;
our $id;
our $calls = '';

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    my $cors = ($block->cors // '*') =~ s/\s+//r;

    $block->set_value(config => "location / { print_hub on; print_hub_api on; print_hub_api_cors_origins $cors; "
                                . ($block->hub // '') . ' }')
        unless defined $block->config;

    $block->set_value(init => '$::s = PrintHub->new("/", q("x"), q("y"));')
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

    if (defined $block->calls) {
        is($calls, $block->calls, $block->name . ' - calls');
        ($id, $calls) = ('', '');
    }
});


# the id of a job for a client

sub job {
    my ($client, %headers) = @_;

    my (undef, $head) = PrintHub::http('POST', '/jobs',
                                       qq({"clientId":"$client","data":0}),
                                       'Content-Type' => 'application/json',
                                       %headers);

    $head =~ /^X-Print-Job: (\S{20})\r?$/m or die "no job: $head\n";

    return $1;
}


# adds the answer of a request to those that "--- calls" checks

sub call {
    my ($status, undef, $body) = PrintHub::http(@_);

    $body =~ s/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/TIME/g;
    $body =~ s/$id/ID/g if $id;

    $calls .= $status . ($body eq '' ? '' : " $body") . "\n";
}


# a station that has disconnected

sub away {
    my $s = PrintHub->new('/', map { qq("$_") } @_);
    $s->close;
}


run_tests();

__DATA__

=== TEST 1: one client
--- request
POST /jobs
{"clientId":"x","data":{"a":[1, 2]}}
--- more_headers
Content-Type: application/json
--- error_code: 201
--- response_headers_like
Content-Type: application/json; charset=utf-8
Location: jobs/[\w-]{20}
X-Print-Job: [\w-]{20}
Cache-Control: no-store
Access-Control-Allow-Origin: \*
Access-Control-Expose-Headers: location, retry-after, x-print-job, idempotency-replayed
--- response_body_like chomp
\A\{"id":"[\w-]{20}","clientId":"x","state":"queued","attempts":0,"created":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}\z
--- packets
42["print",{"a":[1, 2]}]



=== TEST 2: several clients, and another event
--- request
POST /jobs
{"clientIds":["y","x"],"event":"l\u0061bel","data":null}
--- more_headers
Content-Type: application/json; charset=utf-8
--- error_code: 201
--- response_headers
!Location
!X-Print-Job
--- response_body_like chomp
\A\{"jobs":\[\{"id":"[\w-]{20}","clientId":"y",[^}]*\},\{"id":"[\w-]{20}","clientId":"x",[^}]*\}\]\}\z
--- packets
42["l\u0061bel",null]
42["l\u0061bel",null]



=== TEST 3: no data is null; a number names a client
--- init
$::s = PrintHub->new('/', '7');
--- request
POST /jobs
{"clientId":7.0}
--- more_headers
Content-Type: application/json
--- error_code: 201
--- packets
42["print",null]



=== TEST 4: bytes
--- request
POST /jobs?clientId=x&event=raw+%22&ttl=5s
abc
--- more_headers
Content-Type: application/octet-stream
--- error_code: 201
--- packets
451-["raw \"",{"_placeholder":true,"num":0}]
bYWJj



=== TEST 5: an error names what is invalid, and nothing is printed
--- more_headers
Content-Type: application/json
--- request eval
[map { "POST /jobs\n$_" }
    '', '[]', '{', '{}',
    '{"clientId":[]}', '{"clientId":"x","clientIds":["y"]}',
    '{"clientIds":[]}', '{"clientIds":"x"}', '{"clientIds":["x",true]}',
    '{"clientIds":["x","y","x"]}',
    '{"clientIds":[' . CORE::join(',', 1 .. 65) . ']}',
    '{"clientId":"x","event":1}', '{"clientId":"x","event":""}',
    '{"clientId":"x","event":"connect"}',
    '{"clientId":"x","event":"disc\u006fnnect"}',
    '{"clientId":"x","event":"connect_error"}',
    '{"clientId":"x","event":"disconnecting"}',
    '{"clientId":"x","event":"newListener"}',
    '{"clientId":"x","event":"removeListener"}',
    '{"clientId":"x","event":"' . 'e' x 255 . '"}',
    '{"clientId":"x","ttl":0}', '{"clientId":"x","ttl":"soon"}',
    '{"clientId":"x","ttl":"8d"}', '{"clientId":"x","ttl":[]}',
    '{"clientId":"x","wait":"61s"}', '{"clientId":"x","wait":true}',
    '{"clientId":"x","wait_for":"paper"}',
    '{"clientId":"x","copies":2}',
    '{"clientId":"x","data":1',
    '{' . CORE::join(',', map { qq("data":$_) } 1 .. 17) . '}',
    '{"clientId":"x","data":"last"}']
--- error_code eval
[(400) x 30, 201]
--- response_body_like eval
my $q = sub {
    my $text = shift;
    $text =~ s/(["\\])/\\$1/g;
    return quotemeta $text;
};
[map({ qr/\A\{"error":\{"code":"invalid_request","message":"$_"\}\}\z/ }
    'the body is not a JSON object',
    'the body is not a JSON object',
    'the body is not a JSON object',
    $q->('"clientId" is missing'),
    $q->('invalid "clientId" value [], expected a string or a number'),
    $q->('"clientId" and "clientIds" exclude each other'),
    $q->('invalid "clientIds" value [], expected an array of 1 to 64 clientIds'),
    $q->('invalid "clientIds" value "x", expected an array of 1 to 64 clientIds'),
    $q->('invalid "clientId" value true, expected a string or a number'),
    $q->('invalid "clientIds" value ["x","y","x"], expected each clientId once'),
    $q->('invalid "clientIds" value [' . substr(CORE::join(',', 1 .. 65), 0, 127) . ', expected an array of 1 to 64 clientIds'),
    $q->('invalid "event" value 1, expected a string'),
    map({ $q->("invalid \"event\" value $_, expected a name that is not reserved, up to 256 bytes as JSON") }
        '""', '"connect"', '"disc\u006fnnect"', '"connect_error"', '"disconnecting"',
        '"newListener"', '"removeListener"', '"' . 'e' x 127),
    map({ $q->("invalid \"ttl\" value \"$_\", expected a time from 1ms to 7d") } 0, 'soon', '8d', '[]'),
    map({ $q->("invalid \"wait\" value \"$_\", expected a time up to 60s") } '61s', 'true'),
    $q->('wait_for "paper" is neither "received" nor "result"'),
    $q->('unknown member "copies", expected "clientId", "clientIds", "event", "data", "ttl", "wait" or "wait_for"'),
    $q->('the body is not a JSON object'),
    $q->('the body has 17 members, at most 16 are allowed')), qr/"state":"queued"/]
--- packets
42["print","last"]
--- no_error_log
[alert]



=== TEST 6: invalid arguments
--- more_headers
Content-Type: application/octet-stream
--- request eval
["POST /jobs\nabc", "POST /jobs?clientId=x\n",
 map({ "POST /jobs?clientId=x&$_\nabc" }
     'event=', 'event=connect', 'ttl=0', 'ttl=x', 'wait=x', 'wait=61',
     'wait_for=x'),
 "POST /jobs?clientId=x\nlast"]
--- error_code eval
[(400) x 9, 201]
--- response_body_like eval
[map({ qr/"invalid_request","message":"$_/ }
     '\\\\"clientId\\\\" is missing', 'the body is empty',
     map({ qq(invalid \\\\"event\\\\" value $_, expected a name) }
         '\\\\"\\\\"', '\\\\"connect\\\\"'),
     map({ qq(invalid \\\\"ttl\\\\" value \\\\"$_\\\\", expected a time) } '0', 'x'),
     map({ qq(invalid \\\\"wait\\\\" value \\\\"$_\\\\", expected a time) } 'x', '61'),
     'wait_for \\\\"x\\\\" is neither \\\\"received\\\\" nor \\\\"result\\\\""'),
 qr/queued/]
--- packets
451-["print",{"_placeholder":true,"num":0}]
bbGFzdA==



=== TEST 7: an unsupported type
--- request
POST /jobs?clientId=x
abc
--- more_headers
Content-Type: text/plain
--- error_code: 415
--- response_body chomp
{"error":{"code":"unsupported_type","message":"invalid \"Content-Type\" value \"text/plain\", expected \"application/json\" or \"application/octet-stream\""}}



=== TEST 8: a body that is too large
--- hub
print_hub_max_payload 1000;
--- request eval
"POST /jobs\n" . 'a' x 1001
--- more_headers
Content-Type: application/json
--- error_code: 413
--- response_body chomp
{"error":{"code":"too_large","message":"the body of 1001 bytes is larger than \"print_hub_max_payload\" of 1000"}}



=== TEST 9: a client that is unknown: all or none
--- more_headers
Content-Type: application/json
--- request eval
["POST /jobs\n" . '{"clientIds":["x","z","y"],"data":1}',
 "POST /jobs\n" . '{"clientId":"x","data":2}']
--- error_code eval
[404, 201]
--- response_body_like eval
[qr/\A\{"error":\{"code":"client_unknown","message":"client \\"z\\" is unknown"\}\}\z/, '']
--- packets
42["print",2]



=== TEST 10: a client that is offline
--- init
main::away('x');
--- request
POST /jobs
{"clientId":"x"}
--- more_headers
Content-Type: application/json
--- error_code: 409
--- response_body chomp
{"error":{"code":"client_offline","message":"client \"x\" is not connected"}}



=== TEST 11: a client whose queue is full
--- init
main::away('x');
--- hub
print_hub_queue 1;
--- more_headers
Content-Type: application/json
--- request eval
[("POST /jobs\n" . '{"clientId":"x"}') x 2]
--- error_code eval
[201, 429]
--- response_headers eval
["!Retry-After", "Retry-After: 1"]
--- response_body_like eval
['"queued"', qr/\A\{"error":\{"code":"client_busy","message":"the queue of client \\"x\\" is full"\}\}\z/]



=== TEST 12: a zone that is full
--- http_config
    print_hub_zone name=hub:256k;
--- request eval
"POST /jobs?clientId=x\n" . 'a' x 900000
--- more_headers
Content-Type: application/octet-stream
--- error_code: 503
--- response_headers
Retry-After: 1
Access-Control-Expose-Headers: location, retry-after, x-print-job, idempotency-replayed
--- response_body chomp
{"error":{"code":"zone_full","message":"the zone is full"}}



=== TEST 13: an Idempotency-Key
--- more_headers
Content-Type: application/json
Idempotency-Key: a key
--- request eval
["POST /jobs\n" . '{"clientId":"x","data":1}',
 "POST /jobs?wait=0\n" . '{"data":1,"clientId":"x"}',
 "POST /jobs\n" . '{"clientId":"x","data":2}',
 "POST /jobs\n" . '{"clientIds":["x","y"],"data":1}',
 "POST /jobs\n" . '{"clientId":"x","data":1,"event":"e"}',
 "POST /jobs?ttl=9\n" . '{"clientId":"x","data":1}',
 "POST /startPrint\n" . '{"clientId":"x","printData":3}']
--- error_code eval
[201, 201, 422, 422, 422, 422, 422]
--- response_headers eval
["!Idempotency-Replayed", "Idempotency-Replayed: true",
 ("!Idempotency-Replayed") x 5]
--- response_body_like eval
['"x"', '"x"', (qr/\A\{"error":\{"code":"idempotency_mismatch","message":"the Idempotency-Key was used for another request"\}\}\z/) x 4,
 qr/\A\{"message":"the Idempotency-Key was used for another request"\}\z/]
--- packets
42["print",1]



=== TEST 14: invalid keys
--- more_headers eval
my $n = 0;
[map { "Content-Type: application/json\nIdempotency-Key: $_" }
     '', 'k' x 256, 'schlüssel', 'k' x 255]
--- request eval
[("POST /jobs\n" . '{"clientId":"x"}') x 4]
--- error_code eval
[400, 400, 400, 201]
--- response_body_like eval
[(qr/"code":"invalid_request","message":"invalid \\"Idempotency-Key\\" value \\"[^"]*\\", expected 1 to 255 printable characters"/) x 3, '']



=== TEST 15: one job
--- init
$::s = PrintHub->new('/', '"x"'); $::id = main::job('x'); $::s->packets(1);
main::call('GET', $_) for "/jobs/$::id", "/jobs/$::id?wait=0&wait_for=result",
                          "/jobs/$::id?wait=x", "/jobs/" . 'A' x 20, '/jobs/x',
                          "/jobs/$::id/x";
main::call($_, "/jobs/$::id") for 'HEAD', 'DELETE';
--- request
GET /jobs/x
--- error_code: 404
--- calls
200 {"id":"ID","clientId":"x","state":"received","attempts":1,"created":"TIME","sent":"TIME","received":"TIME"}
200 {"id":"ID","clientId":"x","state":"received","attempts":1,"created":"TIME","sent":"TIME","received":"TIME"}
400 {"error":{"code":"invalid_request","message":"invalid \"wait\" value \"x\", expected a time up to 60s"}}
404 {"error":{"code":"job_unknown","message":"job \"AAAAAAAAAAAAAAAAAAAA\" is unknown"}}
404 {"error":{"code":"job_unknown","message":"job \"x\" is unknown"}}
404 {"error":{"code":"job_unknown","message":"job \"ID/x\" is unknown"}}
200
409 {"error":{"code":"job_not_cancelable","message":"the job is received"}}



=== TEST 16: canceled
--- init
main::away('x'); $::id = main::job('x');
main::call(@$_) for ['DELETE', "/jobs/$::id"], ['DELETE', "/jobs/$::id"],
                    ['GET', "/jobs/$::id?wait=9s&wait_for=result"];
--- hub
print_hub_queue 1;
--- request
DELETE /jobs/AAAAAAAAAAAAAAAAAAAA
--- error_code: 404
--- calls
200 {"id":"ID","clientId":"x","state":"canceled","attempts":0,"created":"TIME","finished":"TIME"}
409 {"error":{"code":"job_not_cancelable","message":"the job is canceled"}}
200 {"id":"ID","clientId":"x","state":"canceled","attempts":0,"created":"TIME","finished":"TIME"}



=== TEST 17: a job that expires while a request waits for it
--- init
main::away('x');
main::call('POST', '/jobs?wait=9s', '{"clientId":"x","ttl":"1ms"}',
           'Content-Type' => 'application/json');
main::call('POST', '/jobs?wait=1ms', '{"clientIds":["x"],"wait_for":"result"}',
           'Content-Type' => 'application/json');
$::calls =~ s/"id":"[^"]*"/"id":"ID"/g;
--- hub
print_hub_queue 2;
--- request
GET /jobs?state=expired
--- response_body_like: "expired"
--- calls
201 {"id":"ID","clientId":"x","state":"expired","reason":"the station was away for too long","attempts":0,"created":"TIME","finished":"TIME"}
201 {"jobs":[{"id":"ID","clientId":"x","state":"queued","attempts":0,"created":"TIME"}]}



=== TEST 18: a list, the newest ones first
--- init
main::away('x', 'a b'); main::job($_) for 'x', 'a b', 'x', 'x';
--- hub
print_hub_queue 9;
--- request eval
["GET /jobs", "HEAD /jobs", "GET /jobs?clientId=a+b", "GET /jobs?clientId=%78",
 "GET /jobs?clientId=", "GET /jobs?state=queued,sent&limit=1",
 "GET /jobs?state=failed", "GET /jobs?limit=2", "GET /jobs?limit=2&after=3",
 "GET /jobs?limit=2&after=1"]
--- response_body_like eval
my $job = '\{[^}]*"clientId":"%s"[^}]*\}';
my $list = sub {
    my $next = shift;
    my $jobs = CORE::join ',', map { sprintf $job, $_ } @_;
    return qr/\A\{"jobs":\[$jobs\],"next":$next\}\z/;
};
[$list->('null', 'x', 'x', 'a b', 'x'), '\A\z', $list->('null', 'a b'),
 $list->('null', 'x', 'x', 'x'), $list->('null'), $list->('"4"', 'x'),
 $list->('null'), $list->('"3"', 'x', 'x'), $list->('null', 'a b', 'x'),
 $list->('null')]



=== TEST 19: a list with an invalid argument
--- request eval
[map { "GET /jobs?$_" } 'limit=0', 'limit=1001', 'limit=x', 'after=x',
                        'after=-1', 'state=lost', 'state=', 'state=sent,']
--- error_code eval
[(400) x 8]
--- response_body eval
my %expected = (limit => 'a number from 1 to 1000', after => 'the \"next\" of another page',
                state => 'names of states, separated by commas');
[map { my ($name, $value) = split /=/, $_, 2;
       qq({"error":{"code":"invalid_request","message":"invalid \\"$name\\" value \\"$value\\", expected $expected{$name}"}}) }
     'limit=0', 'limit=1001', 'limit=x', 'after=x', 'after=-1', 'state=lost',
     'state=', 'state=sent,']
--- no_error_log
[alert]



=== TEST 20: other methods
--- request eval
["PUT /jobs", "DELETE /jobs", "POST /jobs/x"]
--- error_code eval
[405, 405, 405]
--- response_headers eval
["Allow: GET, HEAD, POST", "Allow: GET, HEAD, POST",
 "Allow: GET, HEAD, DELETE"]
--- response_body eval
[map { qq({"error":{"code":"method_not_allowed","message":"the method $_ is not allowed"}}) } qw(PUT DELETE POST)]



=== TEST 21: a preflight
--- more_headers
Origin: http://a.example
Access-Control-Request-Headers: idempotency-key
--- request eval
["OPTIONS /jobs", "OPTIONS /jobs/x", "OPTIONS /startPrint"]
--- error_code eval
[204, 204, 204]
--- response_headers eval
[map({ "Access-Control-Allow-Methods: $_\nAccess-Control-Allow-Headers: authorization, content-type, idempotency-key, last-event-id, x-api-key" } 'GET', 'GET'),
 "Access-Control-Allow-Methods: GET,POST\nAccess-Control-Allow-Headers: idempotency-key"]



=== TEST 22: without CORS nothing is exposed
--- cors
off
--- request
POST /jobs
{"clientId":"x"}
--- more_headers
Content-Type: application/json
--- error_code: 201
--- response_headers
!Access-Control-Expose-Headers
!Access-Control-Allow-Origin



=== TEST 23: one spelling, with a slash at the end or not, and what is below it
--- config
    location / { print_hub on; print_hub_api on; error_page 404 =418 @own; }
    location @own { return 418 "own"; }
    location = /jobs { deny all; print_hub on; print_hub_api on; }
    location /clients/ { deny all; print_hub on; print_hub_api on; }
--- request eval
["GET /jobs", "GET //jobs", "GET /%6aobs", "GET /./jobs", "GET /jobs?limit=1",
 "GET /jobs/", "GET /jobs//", "GET /Jobs", "GET /Jobs/", "GET /jobs.html",
 "GET /jobsx", "GET /x/jobs", "GET /clients/x", "GET //clients/x",
 "GET /Clients/x", "GET /ZONE"]
--- error_code eval
[(403) x 7, (418) x 5, 403, 403, 418, 418]



=== TEST 24: a location of the endpoint's own, and a hub's folder of that name
--- init
1;
--- config
    location = /jobs { print_hub on; print_hub_api on; }
    location /a/jobs/ { print_hub on; print_hub_api on; }
    location /jobs/hub/ { print_hub on; print_hub_api on; }
    location = /clients/x { print_hub on; print_hub_api on; }
--- request eval
["GET /jobs", "GET /a/jobs/x", "GET /jobs/hub/getStatus", "GET /jobs/hub/jobs",
 "GET /jobs/hub/jobs/x", "GET /clients/x", "GET /a/jobs"]
--- error_code eval
[200, 404, 200, 200, 404, 404, 404]
--- response_body_like eval
['"jobs"', 'job_unknown', '"data"', '"jobs"', 'job_unknown', 'client_unknown',
 'nginx']



=== TEST 25: an error quotes at most 128 bytes, and no half character
--- request eval
["GET /jobs/a" . '%C3%A9' x 500, 'GET /jobs?state=' . '%22' x 500,
 'DELETE /jobs/' . '%01' x 500, 'GET /jobs?limit=' . '%FF' x 129]
--- error_code eval
[404, 400, 404, 400]
--- response_body eval
my $error = '{"error":{"code":"%s","message":"%s"}}';
[sprintf($error, 'job_unknown', 'job \"a' . "\xc3\xa9" x 63 . '\" is unknown'),
 sprintf($error, 'invalid_request', 'invalid \"state\" value \"' . '\"' x 128
                 . '\", expected names of states, separated by commas'),
 sprintf($error, 'job_unknown', 'job \"' . '\u0001' x 128 . '\" is unknown'),
 sprintf($error, 'invalid_request', 'invalid \"limit\" value \"' . "\xef\xbf\xbd" x 128
                 . '\", expected a number from 1 to 1000')]
--- no_error_log
[alert]
