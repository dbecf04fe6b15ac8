# The line that names the location in which any client can become a station: one
# for each zone, when nginx starts.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
log_level('notice');

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(request => 'GET /worker');
    $block->set_value(error_code => 204);
    $block->set_value(config => $block->config . 'location = /worker { return 204; }');
});

# --- open: the doors, as "zone location"; the log names these and no others

add_response_body_check(sub {
    my ($block) = @_;

    open my $log, '<', "$Test::Nginx::Util::ServRoot/logs/error.log" or die "error.log: $!\n";
    my @lines = map { / \[notice\] .* print hub: (zone .* takes any station.*)/ ? $1 : () } <$log>;

    my @expected = map {
        my ($zone, $location) = split ' ', $_, 2;

        qr/^zone "$zone" takes any station: no print_hub_token, print_hub_client_id or print_hub_authorize in location "\Q$location\E" of \S+nginx\.conf:\d+$/
    } grep { length } split "\n", $block->open;

    is(scalar @lines, scalar @expected, $block->name . ' - number of doors')
        or diag(@lines);
    like(shift @lines || '', $_, $block->name . ' - door') for @expected;
});

run_tests();

__DATA__

=== TEST 1: a whole hub
--- config
    location / { print_hub on; }
--- open
print_hub /



=== TEST 2: the first of several locations, which has the paths of stations
--- config
    location = /getStatus { print_hub on; }
    location /startPrint { print_hub on; }
    location /jobs { print_hub_api on; }
    location /socket.io/ { print_hub on; }
    location /hub/ { print_hub on; }
--- open
print_hub /socket.io/



=== TEST 3: no location takes stations
--- config
    location = /getStatus { print_hub on; }
    location ~ ^/(getStatus|startPrint)$ { print_hub on; }
    location ~* ^/(a|b)/startprint$ { print_hub on; }
    location / { print_hub_api on; print_hub off; }
--- open



=== TEST 4: a regular expression that lets a path of stations follow
--- config
    location ~ ^/(getStatus|startPrint) { print_hub on; }
--- open
print_hub ^/(getStatus|startPrint)



=== TEST 5: a regular expression with the path of stations
--- config
    location ~ ^/(getStatus|startPrint|socket\.io/)$ { print_hub on; }
--- open
print_hub ^/(getStatus|startPrint|socket\.io/)$



=== TEST 6: a regular expression that ends with anything
--- config
    location ~ ^/.*$ { print_hub on; }
--- open
print_hub ^/.*$



=== TEST 7: each zone has one
--- http_config
    print_hub_zone a:1m;
    print_hub_zone b:1m;
    print_hub_zone c:1m;
--- config
    location /a/ { print_hub on zone=a; }
    location /b/ { print_hub on zone=b; }
    location /b2/ { print_hub on zone=b; }
    location = /c/getStatus { print_hub on zone=c; }
--- open
a /a/
b /b/



=== TEST 8: an "if" is no location of its own
--- config
    location /hub/ {
        print_hub on;
        if ($arg_x) { set $y 1; }
    }
--- open
print_hub /hub/



=== TEST 9: rules for stations
--- config
    print_hub_token 0123456789abcdef;
    location /a/ { print_hub on; }
    location /b/ { print_hub on; print_hub_token off; print_hub_client_id $remote_addr; }
    location /c/ { print_hub on; }
--- open



=== TEST 10: rules in one zone, and none in the other
--- http_config
    print_hub_zone a:1m;
    print_hub_zone b:1m;
--- config
    location /a/ { print_hub on zone=a; print_hub_token 0123456789abcdef; }
    location /b/ { print_hub on zone=b; }
--- open
b /b/



=== TEST 11: an application decides
--- config
    print_hub_authorize /authorize;
    location /a/ { print_hub on; }
    location = /authorize { internal; return 204; }
--- open
