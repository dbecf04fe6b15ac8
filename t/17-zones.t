# Several zones: each one is a hub of its own, with its stations, jobs, keys,
# events and counters; what one of them knows is unknown to the others.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our ($a, $b, $id);

no_root_location();
no_long_string();

my $paths = 'print_hub_queue 10; print_hub_ping_timeout 1h;'
            . join '', map { "location /$_/ { print_hub on zone=$_; print_hub_api on zone=$_; }" }
                       qw(a b);

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(http_config => 'print_hub_zone a:1m; print_hub_zone name=b:256k;
                                    print_hub_limit off;')
        unless defined $block->http_config;

    $block->set_value(config => $paths) unless defined $block->config;

    $block->set_value(request => 'GET /a/getStatus') unless defined $block->request;
});

# --- after: code that runs when the answer is here and nginx still runs

add_response_body_check(sub {
    my ($block) = @_;

    eval $block->after . '; 1' or fail($block->name . " - after: $@")
        if defined $block->after;

    ($::a, $::b) = ();
});


# the status and the body of a request

sub ::ask {
    my ($status, undef, $body) = PrintHub::http(@_);

    return "$status $body";
}

# posts a job: its id

sub ::job {
    my ($base, $client, %headers) = @_;

    my ($status, undef, $body) =
        PrintHub::http('POST', "$base/jobs", qq({"clientId":"$client","data":1}),
                       'Content-Type' => 'application/json', %headers);

    return $body =~ /"id":"([^"]+)"/ ? $1 : "$status $body";
}

run_tests();

__DATA__

=== TEST 1: a station of one zone
--- init
$::a = PrintHub->new('/a/', '"one"');
--- response_body_like: ^\{"data":\[\{"clientId":"one","connected":true,"socketId":"[^"]{20}"\}\]\}$
--- after
is(::ask('GET', '/b/getStatus'), '200 {"data":[]}', 'the other zone has none');
is(::ask('GET', '/b/clients'), '200 {"clients":[]}', 'not for the API either');
like(::ask('GET', '/b/clients/one'), qr/^404 .*"client_unknown"/, 'it is unknown there');
like(::ask('DELETE', '/b/clients/one'), qr/^404 .*"client_unknown"/, 'and not forgotten from there');
like(::ask('GET', '/a/zone'), qr/"sessions":\{"used":1,/, 'counters of the one');
like(::ask('GET', '/b/zone'), qr/"sessions":\{"used":0,/, 'counters of the other');
like(::ask('GET', '/b/startPrint?clientId=one&printData=1'), qr/^200 (?!.*已接收)/, 'no print from there');
--- no_error_log
[error]
[alert]



=== TEST 2: the same clientId in both zones
--- init
$::a = PrintHub->new('/a/', '"one"');
$::b = PrintHub->new('/b/', '"one"');
--- response_body_like: "one"
--- after
::ask('GET', '/a/startPrint?clientId=one&printData=for-a');
::ask('GET', '/b/startPrint?clientId=one&printData=for-b');

is(($::a->poll)[0], '42["print",{"printData":"for-a"}]', 'the print of the one');
is(($::b->poll)[0], '42["print",{"printData":"for-b"}]', 'the print of the other');

for my $base ('/a', '/b', '/a', '/b') {
    my $own = $base eq '/a' ? $::a : $::b;

    like(::ask('GET', "$base/getStatus"),
         qr/^200 \{"data":\[\{"clientId":"one","connected":true,"socketId":"$own->{socket_id}"\}\]\}$/,
         "getStatus of $base shows its own");
}
--- no_error_log
[error]
[alert]



=== TEST 3: a sid of the other zone is unknown
--- init
$::a = PrintHub->new('/a/', '"one"');
--- response_body_like: "one"
--- after
my $unknown = '400 {"code":1,"message":"Session ID unknown"}';
my $query = "EIO=4&transport=polling&sid=$::a->{sid}";

is(::ask('GET', "/b/socket.io/?$query"), $unknown, 'GET');
is(::ask('POST', "/b/socket.io/?$query", '1'), $unknown, 'POST');

$::b = PrintHub->new('/b/', '"two"');
is(::ask('GET', "/b/socket.io/?$query"), $unknown, 'GET, the zone has a session at this place');

$::a->post('42["register","still"]');
like(::ask('GET', '/a/getStatus'), qr/"still"/, 'the session goes on');
--- no_error_log
[error]
[alert]



=== TEST 4: a job of the other zone is unknown
--- init
$::a = PrintHub->new('/a/', '"one"');
$::b = PrintHub->new('/b/', '"one"');
--- response_body_like: "one"
--- after
$::id = ::job('/a', 'one');
like($::id, qr/^[^ ]{20}$/, 'a job');

for my $method ('GET', 'DELETE') {
    like(::ask($method, "/b/jobs/$::id"), qr/^404 .*"job_unknown"/, "$method");
}

is(::ask('GET', '/b/jobs'), '200 {"jobs":[],"next":null}', 'it is not in the list');
::job('/b', 'one');
like(::ask('GET', "/b/jobs/$::id"), qr/^404 .*"job_unknown"/, 'nor if there is one at its place');
like(::ask('GET', "/a/jobs/$::id"), qr/^200 .*"$::id"/, 'its own zone knows it');
--- no_error_log
[error]
[alert]



=== TEST 5: an Idempotency-Key of the other zone is another one
--- init
$::a = PrintHub->new('/a/', '"one"');
$::b = PrintHub->new('/b/', '"one"');
--- response_body_like: "one"
--- after
my @key = ('Idempotency-Key' => 'order-1');
my $first = ::job('/a', 'one', @key);

isnt(::job('/b', 'one', @key), $first, 'another job');
is(::job('/a', 'one', @key), $first, 'the same key in the same zone is the same job');
--- no_error_log
[error]
[alert]



=== TEST 6: one zone is full
--- init
::fill();

sub ::fill {
    my @all;

    while (@all < 5000) {
        my $s = eval { PrintHub->new('/b/') } or last;
        push @all, $s;
    }

    $::b = \@all;
}
--- request
GET /b/socket.io/?EIO=4&transport=polling
--- error_code: 503
--- response_body chomp
{"message":"the zone is full"}
--- after
$::a = PrintHub->new('/a/', '"one"');
::ask('GET', '/a/startPrint?clientId=one&printData=1');
is(($::a->poll)[0], '42["print",{"printData":"1"}]', 'the other zone serves');
$_->close for @$::b;
--- error_log
print hub: zone "b" is full: no room for a session
--- no_error_log
zone "a" is full
[alert]



=== TEST 7: one zone is the default, and may be named
--- http_config
    print_hub_zone only:1m;
--- config
    location /a/ { print_hub on; print_hub_api read zone=only; }
    location /b/ { print_hub on zone=only; }
--- init
$::a = PrintHub->new('/a/', '"one"');
--- request eval
["GET /b/getStatus", "GET /a/clients"]
--- response_body_like eval
[qr/"one"/, qr/"one"/]
--- no_error_log
[alert]



=== TEST 8: the zone without a directive has a name
--- http_config
--- config
    location /a/ { print_hub on; }
    location /b/ { print_hub on zone=print_hub; }
--- init
$::a = PrintHub->new('/a/', '"one"');
--- request
GET /b/getStatus
--- response_body_like: "one"
--- no_error_log
[alert]



=== TEST 9: the block of an "if" has the zone of its location
--- config
    location /a/ {
        print_hub on zone=a;

        if ($arg_x) {
            add_header X-If yes always;
        }
    }

    location /b/ { print_hub_api on zone=b; }
--- init
$::a = PrintHub->new('/a/', '"one"');
--- request
GET /a/getStatus?x=1
--- response_headers
X-If: yes
--- response_body_like: "one"
--- no_error_log
[alert]



=== TEST 10: the version is logged for each zone
--- response_body chomp
{"data":[]}
--- error_log eval
[qr/print hub: [\d.]+, zone "a" 1m, 1 worker: /, qr/print hub: [\d.]+, zone "b" 256k, 1 worker: /]
--- log_level: notice
