# GET events: the beginning of a stream.  print_hub_events: valid and invalid
# parameters, and the answers of a location.

use lib 't/lib';
use IO::Select;
use IO::Socket::INET;
use Test::Nginx::Socket 'no_plan';
use Test::Nginx::Util qw(server_port);
use Time::HiRes qw(time);
use PrintHub;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }')
        unless defined $block->config;

    $block->set_value(request => 'GET /getStatus')
        unless defined $block->request;
});

# --- stream: a request line, and more lines of its head
# --- stream_like: what comes, up to its last event

add_response_body_check(sub {
    my ($block) = @_;

    return unless defined $block->stream;

    my $got = read_stream($block->stream, qr/${\ $block->stream_like}/s);

    like($got, qr/${\ $block->stream_like}/s, $block->name . ' - stream');
});


# reads an answer until it is as expected, or until the time is over

sub read_stream {
    my ($head, $wanted) = @_;

    my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                  PeerPort => server_port())
        or die "connect: $!\n";
    my $end = time + $PrintHub::Timeout;
    my $answer = '';

    $head =~ s/\n*\z//;
    $head =~ s/\n/\r\n/g;

    syswrite $s, "$head\r\nHost: localhost\r\n\r\n";

    until ($answer =~ $wanted) {
        IO::Select->new($s)->can_read($end - time) or last;
        sysread $s, $answer, 65536, length $answer or last;
        $answer =~ s/\r\n/\n/g;
    }

    return $answer;
}

run_tests();

__DATA__

=== TEST 1: the stream begins with the next event
--- init
PrintHub->new('/', '"x"');
--- stream
GET /events HTTP/1.1
--- stream_like chop
\AHTTP/1.1 200 OK\n.*Content-Type: text/event-stream\nTransfer-Encoding: chunked\n.*Cache-Control: no-(?:store|cache)\nX-Accel-Buffering: no\n.*Access-Control-Allow-Origin: \*\n[^\n]*\n?\n[0-9a-f]+\n: print hub\nretry: 1000\nid: 1\n\n\n\z
--- no_error_log
[error]



=== TEST 2: HTTP/1.0
--- init
PrintHub::watch();
PrintHub->new('/', '"x"');
--- stream
GET /events?lastEventId=0 HTTP/1.0
--- stream_like chop
\AHTTP/1.1 200 OK\n(?!.*chunked).*Connection: close\n.*\n\n: print hub\nretry: 1000\nid: 0\n\nid: 1\nevent: client\ndata: \{"event":1,"time":"[^"]*","type":"client","clientId":"x","connected":true\}\n\n\z
--- no_error_log
[error]



=== TEST 3: the header comes before the argument
--- init
PrintHub::watch();
PrintHub->new('/', '"x"', '"y"');
--- stream
GET /events?lastEventId=0 HTTP/1.0
Last-Event-ID: 1
--- stream_like chop
\n\n: print hub\nretry: 1000\nid: 1\n\nid: 2\nevent: client\ndata: [^\n]*\n\n\z
--- no_error_log
[error]



=== TEST 4: a number that does not exist yet belongs to an earlier zone
--- init
PrintHub::watch();
PrintHub->new('/', '"x"');
--- stream
GET /events HTTP/1.0
Last-Event-ID: 100
--- stream_like chop
\n\n: print hub\nretry: 1000\nid: 0\n\nid: 1\nevent: client\ndata: [^\n]*\n\n\z
--- no_error_log
[error]



=== TEST 5: the events of one client
--- init
PrintHub::watch();
PrintHub->new('/', '"x"', '"a b"', '"z"');
--- stream
GET /events?clientId=a%20b&lastEventId=0 HTTP/1.0
--- stream_like chop
\n\n: print hub\nretry: 1000\nid: 0\n\nid: 2\nevent: client\ndata: [^\n]*"clientId":"a b"[^\n]*\n\n\z
--- no_error_log
[error]



=== TEST 6: not a number, in the argument
--- request
GET /events?lastEventId=x
--- error_code: 400
--- response_body chomp
{"error":{"code":"invalid_request","message":"invalid \"lastEventId\" value \"x\", expected the number of an event"}}
--- no_error_log
[error]
[alert]



=== TEST 7: not a number, in the header
--- request
GET /events
--- more_headers
Last-Event-ID: -1
--- error_code: 400
--- response_body chomp
{"error":{"code":"invalid_request","message":"invalid \"Last-Event-ID\" value \"-1\", expected the number of an event"}}
--- no_error_log
[error]
[alert]



=== TEST 8: HEAD
--- request
HEAD /events
--- response_headers
Content-Type: text/event-stream
! Content-Length
--- no_error_log
[error]



=== TEST 9: a conditional request gets the stream
--- stream
GET /events HTTP/1.0
If-Match: "x"
If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT
--- stream_like chop
\AHTTP/1.1 200 OK\n
--- no_error_log
[error]



=== TEST 10: other methods
--- request eval
["POST /events", "PUT /events", "DELETE /events"]
--- error_code eval
[405, 405, 405]
--- response_headers eval
["Allow: GET, HEAD", "Allow: GET, HEAD", "Allow: GET, HEAD"]
--- no_error_log
[error]



=== TEST 11: a preflight
--- request
OPTIONS /events
--- error_code: 204
--- response_headers
Access-Control-Allow-Methods: GET
--- no_error_log
[error]



=== TEST 12: the webhook's location answers by itself
--- config
    location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }
    print_hub_events /told;
    location = /told { internal; return 204; }
--- init
PrintHub->new('/', '"x"');
--- wait: 0.5
--- error_log
print hub: webhook: this worker sends events to "/told"
http subrequest "/told?"
--- log_level: debug
--- no_error_log
[error]
[alert]



=== TEST 13: the webhook's location does not exist
--- config
    location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }
    print_hub_events /told retry=50ms;
    location = /told { return 404; }
--- init
PrintHub->new('/', '"x"');
--- wait: 0.5
--- error_log eval
qr/print hub: webhook "\/told": failed with 404, trying again in \d+ m?s, 1 events wait/
--- no_error_log
[alert]



=== TEST 14: an internal redirect keeps the status of the answer
--- config
    location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }
    print_hub_events /told?a=b retry=50ms;
    error_page 500 /page;
    location = /told { return 500; }
    location = /page { return 200 "sorry"; }
--- init
PrintHub->new('/', '"x"');
--- wait: 0.5
--- error_log eval
qr/print hub: webhook "\/told": failed with 500, trying again/
--- no_error_log
[alert]



=== TEST 15: an answer that is a closed connection
--- config
    location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }
    print_hub_events /told retry=50ms;
    location = /told { return 444; }
--- init
PrintHub->new('/', '"x"');
--- wait: 0.5
--- error_log eval
qr/print hub: webhook "\/told": failed(?: with \d+|, no answer), trying again/
--- no_error_log
[alert]
