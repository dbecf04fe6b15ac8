# A full zone: clear errors, no harm to other stations, and recovery.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our ($s, @s, $status, $body);

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(http_config => 'print_hub_zone name=small:256k;');
    $block->set_value(config => 'location / { print_hub on; print_hub_api on;
                                print_hub_max_client_ids 64; print_hub_limit off;
                                print_hub_ping_interval 10m; }');
});

# --- after: code that runs when the answer is here and nginx still runs

add_response_body_check(sub {
    my ($block) = @_;

    eval $block->after . '; 1' or fail($block->name . " - after: $@")
        if defined $block->after;

    @::s = ();
});

# opens sessions until one is refused

sub ::fill {
    @::s = ();

    while (@::s < 5000) {
        my $s = eval { PrintHub->new('/') };
        last unless $s;
        push @::s, $s;
    }
}

run_tests();

__DATA__

=== TEST 1: no room for a session
--- init
::fill();
--- request
GET /socket.io/?EIO=4&transport=polling
--- error_code: 503
--- response_headers
Retry-After: 1
--- response_body chomp
{"message":"the zone is full"}
--- after
cmp_ok(scalar @::s, '>', 100, 'sessions that had room');

($::status) = PrintHub::http('GET', '/socket.io/?EIO=4&transport=websocket', undef,
    Connection => 'Upgrade', Upgrade => 'websocket', 'Sec-WebSocket-Version' => 13,
    'Sec-WebSocket-Key' => 'dGhlIHNhbXBsZSBub25jZQ==');
is($::status, 503, 'a websocket is refused before the 101');

$::s[0]->post('42["register","first"]');
(undef, undef, $::body) = PrintHub::http('GET', '/startPrint?clientId=first&printData=1');
like($::body, qr/参数已接收/, 'those inside are served');
is(($::s[0]->poll)[0], '42["print",{"printData":"1"}]', 'and print');

$_->close for @::s;
$::s = PrintHub->new('/', '"again"');
(undef, undef, $::body) = PrintHub::http('GET', '/getStatus');
like($::body, qr/"again","connected":true/, 'it recovers when space is freed');
--- error_log
print hub: zone "small" is full: no room for a session
see "print_hub_zone"
--- no_error_log
[alert]



=== TEST 2: no room for a message
--- init
$::s = PrintHub->new('/', '"x"');
--- request eval
"POST /startPrint\nclientId=x&printData=" . "x" x 300000
--- error_code: 503
--- response_headers
Retry-After: 1
--- response_body chomp
{"message":"the zone is full"}
--- after
(undef, undef, $::body) = PrintHub::http('GET', '/startPrint?clientId=x&printData=1');
like($::body, qr/参数已接收/, 'a small one has room');
is(($::s->poll)[0], '42["print",{"printData":"1"}]', 'nothing of the large one was left');
--- error_log
print hub: zone "small" is full: no room for a print



=== TEST 3: the client that has been offline longest is evicted first
--- init
$::s = PrintHub->new('/', '"keep"');
for my $i (0 .. 15) {
    my $s = PrintHub->new('/', map { '"' . ($i * 64 + $_) . '"' } 0 .. 63);
    $s->close;
}
--- request
GET /getStatus
--- response_body_like: "clientId":"1023","connected":false
--- after
(undef, undef, $::body) = PrintHub::http('GET', '/getStatus');
my @ids = $::body =~ /"clientId":"(\w+)"/g;
is($ids[0], 'keep', 'the client that is online stays');
is(scalar(grep { /\d/ && $_ >= 960 } @ids), 64, 'those that left last stay');
is(scalar(grep { /\d/ && $_ < 64 } @ids), 0, 'those that left first are gone');
shift @ids;
is_deeply(\@ids, [sort { $a <=> $b } @ids], 'in the order of registration');
--- no_error_log
[error]



=== TEST 4: all records are online
--- init
@::s = map { my $i = $_; PrintHub->new('/', map { '"' . ($i * 64 + $_) . '"' } 0 .. 63) } 0 .. 5;
$::s = PrintHub->new('/');

# one by one, until one is refused; each gets an answer, by its ack id
for my $i (0 .. 63) {
    $::s->post(qq(42${i}["register","more$i"]));
    ($::body) = $::s->poll;
    last if $::body ne "43${i}[]";
}
--- request
GET /getStatus
--- response_body_like: "clientId":"0","connected":true
--- after
is($::body, '42["error",{"message":"register: the zone is full"}]', 'the registration is refused');

$::s[0]->close;
$::s->post('421["register","late"]');
is(($::s->poll)[0], '431[]', 'the record of an offline client is evicted');
--- error_log
print hub: zone "small" is full: no room for a client
