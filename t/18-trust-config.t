# What "nginx -t" says of the rules for stations, where more than one value
# decides.  The rows of 13-nginx-t.t have the single values.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Test::More 'no_plan';
use NginxT;


my $token = 'a-token-of-17-bytes';

sub hub { NginxT::run(server => "location / { print_hub on; $_[0] }") }

sub accepted {
    my ($text, $name) = @_;

    my $output = hub($text);

    like($output, qr/test is successful/, $name) or diag($output);
    unlike($output, qr/\[\w+\] /, "$name, without a warning");
}

sub refused {
    my ($text, $says, $name) = @_;

    my $output = hub($text);

    like($output, qr/\[emerg\] .*\Q$says\E in DIR\/nginx\.conf:\d+\n/, $name);
    unlike($output, qr/test is successful/, "$name, refused");
    unlike($output, qr/\Q$token\E/, "$name, no token is told");
}

sub warned {
    my ($text, $says, $name) = @_;

    my $output = hub($text);
    my @warnings = $output =~ /\[warn\] (.*)/g;

    like($output, qr/test is successful/, $name);
    is(scalar @warnings, 1, "$name, one warning") or diag($output);
    like($warnings[0] || '', qr/\Q$says\E (?:in|of) DIR\/nginx\.conf:\d+$/,
         "$name, the text");
}


for my $name (qw(print_hub_token print_hub_client_id)) {

    for my $values ("off $token", "$token off", "off off", '$arg_a off') {
        refused("$name $values;",
                qq(invalid value "off" in "$name" directive, "off" stands alone),
                "$name $values");
    }

    my @many = map { "$token-$_" } 1 .. 17;

    accepted("$name @many[0 .. 15];", "$name, 16 values");
    refused("$name @many;",
            qq(17 values in "$name" directive, it must be at most 16),
            "$name, 17 values");

    refused("$name $token \"\";",
            qq(invalid value "" in "$name" directive, it must be not empty),
            "$name, an empty one of two");

    warned(qq($name "x\$arg_a"; location /a/ { print_hub on; $name off; }),
           'zone "print_hub" takes any station: no print_hub_token, '
           . 'print_hub_client_id or print_hub_authorize in location "/a/"',
           "$name, off in a location inside");

    for my $bad ('$', 'x${arg_a', '$$') {
        my $output = hub("$name $token '$bad';");

        like($output, qr/\[emerg\]/, "$name $bad");
        unlike($output, qr/test is successful/, "$name $bad, refused");
    }

    # what a regular expression has captured

    my $output = NginxT::run(server => "location ~ ^/(x)(y)/ {
                                 print_hub on; $name 'a\$1b';
                             }");

    like($output, qr/test is successful/, "$name with a capture")
        or diag($output);
}


refused("print_hub_token $token \$arg_a x\$arg_b;",
        '2 values with variables in "print_hub_token" directive, it must be '
        . 'at most 1', 'two tokens with variables');

refused("print_hub_client_id $token \$arg_a a\$arg_a-* b\${arg_a} \$arg_b;",
        '4 values with variables in "print_hub_client_id" directive, it must '
        . 'be at most 3', 'four names with variables');

refused('print_hub_token ' . 'x' x 1025 . ';',
        'a value of 1025 bytes in "print_hub_token" directive, it must be at '
        . 'most 1024 bytes', 'a token that is too long');

refused('print_hub_client_id ' . 'x' x 257 . ';',
        'a value of 257 bytes in "print_hub_client_id" directive, it must be '
        . 'at most 256 bytes', 'a name that is too long');

warned('print_hub_token fifteen-bytes-x;',
       'a value of 15 bytes in "print_hub_token" directive is easy to guess, '
       . 'it should be at least 16 bytes', 'a short token');

warned("print_hub_token $token x;",
       'a value of 1 bytes in "print_hub_token" directive is easy to guess, '
       . 'it should be at least 16 bytes', 'a short token of two');

for my $name (qw(print_hub_token print_hub_client_id)) {
    my $output = NginxT::run(server => "location / {
                                 print_hub_api on; $name $token;
                             }");

    like($output, qr/\[warn\] .*"$name" has no effect without "print_hub on"/,
         "$name without a hub for stations");
}

accepted('print_hub_token sixteen-bytes-xx;', 'a token of 16 bytes');
accepted('print_hub_client_id x;', 'a short name');
accepted('print_hub_client_id a*b*c *x* *;', 'stars anywhere in constants');
