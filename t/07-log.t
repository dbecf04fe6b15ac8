# The lines about stations in error_log, in the words of the legacy program; the version.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;

no_root_location();
no_long_string();
log_level('notice');

add_block_preprocessor(sub {
    my ($block) = @_;
    $block->set_value(config => 'location / { print_hub on; print_hub_api on; }');
});

run_tests();

__DATA__

=== TEST 1: connects, registers, leaves
--- init
$::s = PrintHub->new('/', '"label-1"'); $::s->close;
--- request
GET /getStatus
--- response_body_like: label-1
--- error_log eval
[qr/\[notice\] .*print hub: client connected, socketId: [\w-]{20}, transport: polling, protocol: 4, client: 127\.0\.0\.1$/m,
 qr/\[notice\] .*print hub: client registered, clientId: "label-1", socketId: [\w-]{20}, client: 127\.0\.0\.1$/m,
 qr/\[notice\] .*print hub: client disconnected, transport close, after \d s, clientId: "label-1", socketId: [\w-]{20}, client: 127\.0\.0\.1$/m]



=== TEST 2: disconnects by itself without having registered
--- init
$::s = PrintHub->new('/'); $::s->post('41');
--- request
GET /getStatus
--- response_body chomp
{"data":[]}
--- error_log eval
qr/print hub: client disconnected, client namespace disconnect, after \d s, socketId: [\w-]{20}, client: 127\.0\.0\.1$/m



=== TEST 3: a control character of a clientId does not break a line
--- init
$::s = PrintHub->new('/', '"a\nb"');
--- request
GET /getStatus
--- response_body_like: "a\\nb"
--- no_error_log eval
qr/^b"/m



=== TEST 4: the version, and what the zone has room for, at the start of nginx
--- http_config
    print_hub_zone name=stations:1m;
--- request
GET /zone
--- response_body_like: ^\{"zone":"stations","version":"0\.9\.0",.*"sessions":\{"used":0,"max":485,
--- error_log eval
qr/\[notice\] .*print hub: 0\.9\.0, zone "stations" 1m, 1 worker: 485 sessions, 728 clients, 329 jobs$/m
