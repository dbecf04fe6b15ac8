# The limits of one address: what their directive accepts, which location they
# are of, and the answers to a handshake that is over them.

use lib 't/lib';
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::Nginx::Socket 'no_plan';
use PrintHub;
use NginxT;

our (@s, $s, $status, $headers, $body);

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; '
                                . $block->limit . ' }')
        unless defined $block->config;

    $block->set_value(http_config => '
        set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;'
        . ($block->http_config || ''));
});

# --- after: code that runs when the answer is here and nginx still runs

add_response_body_check(sub {
    my ($block) = @_;

    eval $block->after . '; 1' or fail($block->name . " - after: $@")
        if defined $block->after;

    @::s = ();
    $::s = undef;
});


# -> the warnings of a configuration

sub warnings_of {
    my $output = NginxT::run(@_);

    like($output, qr/test is successful/, "it is accepted") or diag($output);

    return join "\n", $output =~ /\[warn\] (.*)/g;
}

sub refused {
    my ($text, $expected) = @_;

    like(NginxT::run(server => "location / { print_hub on; $text }"),
         qr/\[emerg\] .*\Q$expected\E.* in DIR\/nginx\.conf:\d+\n/, $text);
}

refused('print_hub_limit sessions=5 sessions=6;',
        'duplicate parameter "sessions=6" in "print_hub_limit" directive');
refused('print_hub_limit dry_run dry_run;', 'duplicate parameter "dry_run"');
refused('print_hub_limit rate=1r/s rate=1r/m;', 'duplicate parameter "rate=1r/m"');
refused('print_hub_limit burst=5;', '"burst" in "print_hub_limit" directive needs "rate"');
refused('print_hub_limit rate=5;',
        'invalid value "rate=5" in "print_hub_limit" directive, it must be '
        . '"sessions=<n>[%]", "clients=<n>[%]", "rate=<n>r/s" or "rate=<n>r/m"');

my $warning = qr/\A[\d#: ]+print hub: conf: zone "s" lets one address have (\d+) sessions by default, fewer than 512, see "print_hub_limit" in DIR\/nginx\.conf:\d+\z/;

for my $row (['256k', 58], ['1m', 266], ['1900k', 500]) {
    my ($size, $sessions) = @$row;

    like(warnings_of(http => "print_hub_zone s:$size;",
                     server => 'location / { print_hub on; }'),
         $warning, "a zone of $size");
}

for my $text ('print_hub_limit off;', 'print_hub_limit sessions=10;',
              'print_hub_limit sessions=100%;')
{
    is(warnings_of(http => 'print_hub_zone s:256k;',
                   server => "location / { print_hub on; $text }"), '', $text);
}

is(warnings_of(http => 'print_hub_zone s:3m;',
               server => 'location / { print_hub on; }'), '', 'a zone of 3m');

is(warnings_of(http => 'print_hub_zone s:256k;',
               server => 'location / { print_hub_api on; }'), '',
   'a location without stations');

like(warnings_of(http => 'print_hub_zone s:256k; print_hub_limit rate=5r/s;',
                 server => 'location / { print_hub on; }'),
     $warning, 'a limit that does not name sessions');


# opens n sessions, which join unasked: the status of the last one

sub ::sessions {
    my ($n, @headers) = @_;

    for (1 .. $n) {
        ($::status, $::headers, $::body) =
            PrintHub::http('GET', '/socket.io/?EIO=3&transport=polling', undef,
                           @headers);
    }

    return $::status;
}

run_tests();

__DATA__

=== TEST 1: sessions
--- limit: print_hub_limit sessions=3;
--- init
::sessions(3);
--- request
GET /socket.io/?EIO=4&transport=polling
--- error_code: 429
--- response_headers
Retry-After: 5
Content-Type: application/json
Cache-Control: no-store
--- response_body chomp
{"code":3,"message":"Too many sessions from this address"}
--- after
is(::sessions(1, 'X-Real-IP' => '192.0.2.1'), 200, 'another address');
is(::sessions(3, 'X-Real-IP' => '192.0.2.1'), 429, 'has a limit of its own');

($::status, undef, $::body) = PrintHub::http('GET', '/socket.io/?EIO=4&transport=websocket', undef,
    Connection => 'Upgrade', Upgrade => 'websocket', 'Sec-WebSocket-Version' => 13,
    'Sec-WebSocket-Key' => 'dGhlIHNhbXBsZSBub25jZQ==');
is("$::status $::body", '429 Too many sessions from this address', 'a websocket');
--- error_log
print hub: address 127.0.0.1 has 3 sessions, the limit; if it is a proxy, see set_real_ip_from
print hub: address 192.0.2.1 has 3 sessions, the limit; if it is a proxy, see set_real_ip_from
--- no_error_log
dry run
[error]



=== TEST 2: a share of the zone
--- http_config
    print_hub_zone s:256k;
--- limit: print_hub_limit sessions=10%;
--- init
::sessions(11);
--- request
GET /socket.io/?EIO=4&transport=polling
--- error_code: 429
--- response_body chomp
{"code":3,"message":"Too many sessions from this address"}
--- error_log eval
qr/print hub: address 127\.0\.0\.1 has 1[01] sessions, the limit/



=== TEST 3: handshakes in a minute
--- limit: print_hub_limit rate=1r/m burst=4;
--- init
::sessions(5);
--- request
GET /socket.io/?EIO=3&transport=polling
--- error_code: 429
--- response_headers
Retry-After: 1
--- response_body chomp
{"code":3,"message":"Too many requests"}
--- after
is(::sessions(5, 'X-Real-IP' => '2001:db8::1'), 200, 'another address');
is(::sessions(1, 'X-Real-IP' => '2001:db8::2:1'), 429, 'of the same network of 64 bits');
is(::sessions(1, 'X-Real-IP' => '2001:db8:0:1::1'), 200, 'of another one');

($::status, undef, $::body) = PrintHub::http('GET', '/socket.io/?EIO=4&transport=websocket', undef,
    Connection => 'Upgrade', Upgrade => 'websocket', 'Sec-WebSocket-Version' => 13,
    'Sec-WebSocket-Key' => 'dGhlIHNhbXBsZSBub25jZQ==');
is("$::status $::body", '429 Too many requests', 'a websocket');
--- error_log
print hub: handshakes limited, client: 127.0.0.1
print hub: handshakes limited, client: 2001:db8::2:1
--- no_error_log
[error]



=== TEST 4: dry run
--- limit: print_hub_limit sessions=3 clients=2 rate=1r/m burst=3 dry_run;
--- init
::sessions(8, 'X-Real-IP' => '192.0.2.1');
--- request
GET /socket.io/?EIO=4&transport=polling
--- error_code: 200
--- response_body_like: ^0\{"sid":
--- error_log
print hub: handshakes limited, client: 192.0.2.1, dry run
--- no_error_log
[error]



=== TEST 5: dry run of sessions and clients
--- limit: print_hub_limit sessions=2 clients=2 rate=100r/s burst=100 dry_run;
--- init
$::s = PrintHub->new('/', '"a"', '"b"', '"c"');
::sessions(2);
--- request
GET /getStatus
--- response_body_like: "clientId":"c","connected":true
--- error_log eval
[qr/print hub: address 127\.0\.0\.1 has 2 sessions, the limit; if it is a proxy, see set_real_ip_from, dry run/,
 qr/print hub: register: this address has 2 clientIds, the limit, socketId: [\w-]{20}, client: 127\.0\.0\.1, dry run/]
--- no_error_log
[error]



=== TEST 6: clients
--- limit: print_hub_limit clients=2;
--- init
$::s = PrintHub->new('/', '"a"', '"b"');
$::s->post('42["register","c"]');
($::body) = $::s->poll;
--- request
GET /getStatus
--- response_body_like: ^(?!.*"clientId":"c")
--- after
is($::body, '42["error",{"message":"register: this address has 2 clientIds, the limit","code":"address_limit","clientId":"c"}]', 'a third one');

$::s->post('42["register","a"]');
@::s = PrintHub->new('/');
$::s[0]->post('421["register","b"]');
($::body) = $::s[0]->poll;
is($::body, '431[]', 'one of them at another connection');

$::s->close;
$::s[0]->post('422["register","c"]');
($::body) = $::s[0]->poll;
is($::body, '432[]', 'one that is offline gives way');

(undef, undef, $::body) = PrintHub::http('GET', '/getStatus');
unlike($::body, qr/"a"/, 'it is forgotten');
like($::body, qr/"b","connected":true.*"c","connected":true/, 'the others are not');
--- error_log eval
qr/\[warn\] .*print hub: register: this address has 2 clientIds, the limit, socketId: [\w-]{20}, client: 127\.0\.0\.1$/m
--- no_error_log
[error]



=== TEST 7: the location of the handshake counts, the table is the zone's
--- config
location /a/ { print_hub on; print_hub_limit sessions=2; }
location /b/ { print_hub on; print_hub_limit off; }
--- init
PrintHub::http('GET', '/b/socket.io/?EIO=4&transport=polling') for 1 .. 2;
--- request
GET /a/socket.io/?EIO=4&transport=polling
--- error_code: 429
--- after
($::status) = PrintHub::http('GET', '/b/socket.io/?EIO=4&transport=polling');
is($::status, 200, 'the other one has no limit');
--- no_error_log
[error]



=== TEST 8: an upgrade is no second session
--- limit: print_hub_limit sessions=1;
--- init
$::s = PrintHub->new('/', '"a"');
--- request
GET /zone
--- response_body_like: "sessions":\{"used":1,.*"waiting":\{"used":0,.*"addresses":\{"used":1,
--- after
$::s->close;
is(::sessions(1), 200, 'a closed one does not count');
--- no_error_log
[error]
