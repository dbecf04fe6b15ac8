# "file=" of print_hub_zone: what nginx says of two zones, and of a file that it
# finds; t/e2e/outlive.test.js has what it does with the file.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use PrintHub;
use File::Temp;

our $dir = File::Temp->newdir();

chmod 0755, $dir;

$ENV{TEST_NGINX_ZONES} = "$dir";

no_root_location();
no_long_string();
no_shuffle();

# --- named: text of a file of that name, and --- mode: its mode

add_block_preprocessor(sub {
    my ($block) = @_;

    if (defined $block->named) {
        my $name = "$dir/" . $block->named;

        unlink $name;
        open my $file, '>', $name or die "$name: $!";
        print $file 'x' x 100;
        close $file;
        chmod oct($block->mode // '0600'), $name;
    }
});

sub ::mode { sprintf('%04o', (stat "$dir/$_[0]")[2] & 07777) }

add_response_body_check(sub {
    my ($block) = @_;

    eval $block->after . '; 1' or fail($block->name . " - after: $@")
        if defined $block->after;
});

run_tests();

__DATA__

=== TEST 1: nginx creates the file
--- http_config
print_hub_zone name=one:1m file=$TEST_NGINX_ZONES/one.zone;
--- config
location / { print_hub on; print_hub_api on; }
--- request
GET /zone
--- response_body_like: "created":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ","memory":"file","lost":\{"jobs":0,"clients":0\},"workers":
--- after
is(::mode('one.zone'), '0600', 'the mode');
cmp_ok(-s "$::dir/one.zone", '>', 900_000, 'the size');
--- no_error_log
[error]
reopened



=== TEST 2: and finds it again
--- http_config
print_hub_zone name=one:1m file=$TEST_NGINX_ZONES/one.zone;
--- config
location / { print_hub on; print_hub_api on; }
--- request
GET /zone
--- response_body_like: "memory":"file"
--- error_log
print hub: zone "one" goes on: 0 jobs, 0 clients, made at 20
--- no_error_log
[error]



=== TEST 3: without a file
--- http_config
print_hub_zone name=one:1m;
--- config
location / { print_hub on; print_hub_api on; }
--- request
GET /zone
--- response_body_like: "memory":"memfd"
--- no_error_log
[error]



=== TEST 4: one file for two zones
--- http_config
print_hub_zone one:1m file=$TEST_NGINX_ZONES/one.zone;
print_hub_zone two:1m file=$TEST_NGINX_ZONES/one.zone;
--- config
location / { print_hub on zone=one; }
--- must_die
--- error_log eval
qr/\[emerg\] .*file "\S+one\.zone" in "print_hub_zone" directive is that of zone "one" in /



=== TEST 5: the same, by another path
--- http_config
print_hub_zone one:1m file=$TEST_NGINX_ZONES/one.zone;
print_hub_zone two:1m file=$TEST_NGINX_ZONES/./one.zone;
--- config
location / { print_hub on zone=one; }
--- must_die
--- error_log eval
qr/\[emerg\] .*print hub: zone "two": file "\S+one\.zone" is that of zone "one"/



=== TEST 6: another size
--- http_config
print_hub_zone one:2m file=$TEST_NGINX_ZONES/one.zone;
--- config
location / { print_hub on; print_hub_api on; }
--- request
GET /zone
--- response_body_like: "memory":"file"
--- error_log
print hub: zone "one" of 1m imported into 2m: 0 stations, 0 jobs
print hub: zone "one" goes on: 0 jobs, 0 clients, made at 20
--- after
ok(! -e "$::dir/one.zone.new", 'no other file is left');
cmp_ok(-s "$::dir/one.zone", '>', 1_900_000, 'the size');
--- no_error_log
[error]



=== TEST 7: no zone
--- named: text
--- http_config
print_hub_zone one:1m file=$TEST_NGINX_ZONES/text;
--- config
location / { print_hub on; }
--- must_die
--- error_log eval
qr/\[emerg\] .*print hub: zone "one": file "\S+text" is damaged, or no zone of print hub/



=== TEST 8: others may open it
--- named: open
--- mode: 0644
--- http_config
print_hub_zone one:1m file=$TEST_NGINX_ZONES/open;
--- config
location / { print_hub on; }
--- must_die
--- error_log eval
qr/\[emerg\] .*file "\S+open" is not ours: its mode lets others open it, it must be 0600/



=== TEST 9: a folder
--- http_config
print_hub_zone one:1m file=$TEST_NGINX_ZONES;
--- config
location / { print_hub on; }
--- must_die
--- error_log eval
qr/\[emerg\] .*print hub: zone "one": file "\S+" cannot be opened \(21: /



=== TEST 10: a name that has no room in the head
--- http_config eval
"print_hub_zone " . "n" x 256 . ":1m file=$::dir/long.zone;"
--- config
location / { print_hub on; }
--- must_die
--- error_log eval
qr/\[emerg\] .*print hub: zone "n+": the name has more than 255 bytes/



=== TEST 11: another size, and a file that is in the way
--- named: one.zone.new
--- http_config
print_hub_zone one:3m file=$TEST_NGINX_ZONES/one.zone;
--- config
location / { print_hub on; }
--- must_die
--- error_log eval
qr/\[emerg\] .*print hub: zone "one": file "\S+one\.zone" is a zone of 2m, and cannot be imported: "\S+one\.zone\.new" is there, and was not left by a start that had failed/
