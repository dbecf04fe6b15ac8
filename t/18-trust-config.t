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

    like($output, qr/\[warn\] .*"$name" has no effect without "print_hub on" in DIR\/nginx\.conf:\d+\n/,
         "$name without a hub for stations");
}

accepted('print_hub_token sixteen-bytes-xx;', 'a token of 16 bytes');
accepted('print_hub_client_id x;', 'a short name');
accepted('print_hub_client_id a*b*c *x* *;', 'stars anywhere in constants');


# each line names the file, and the line of the directive, which is that of
# "HERE"

my $three = join "\n", map { "print_hub_zone $_:4m;" } qw(a b c);
my $in = join "\n", map { "location /in-$_/ { print_hub on zone=$_; }" }
                         qw(a b c);
my $ask = 'location = /ask { internal; }';
my $of = 'directive, it must be ';
my $idle = 'has no effect ';

for my $row (
    [emerg => '', 'print_hub_token "";',
     'invalid value "" in "print_hub_token" ' . $of . 'not empty'],
    [emerg => '', "print_hub_token $token off;",
     'invalid value "off" in "print_hub_token" directive, "off" stands alone'],
    [emerg => '', 'print_hub_token ' . "$token " x 17 . ';',
     '17 values in "print_hub_token" ' . $of . 'at most 16'],
    [emerg => '', 'print_hub_client_id ' . 'x ' x 17 . ';',
     '17 values in "print_hub_client_id" ' . $of . 'at most 16'],
    [emerg => '', 'print_hub_client_id x $arg_a*x;',
     'invalid value "$arg_a*x" in "print_hub_client_id" ' . $of
     . 'without "*", but for the last character, beside a variable'],
    [emerg => '', 'print_hub_authorize ask;',
     'invalid value "ask" in "print_hub_authorize" ' . $of
     . 'a URI of this server that begins with "/", without "$"'],
    [emerg => '', 'print_hub_authorize /ask at=open;',
     'invalid parameter "at=open" in "print_hub_authorize" ' . $of],
    [emerg => '', 'print_hub_limit rate=5;',
     'invalid value "rate=5" in "print_hub_limit" ' . $of],
    [emerg => '', 'print_hub_cors_credentials on;',
     '"print_hub_cors_credentials" needs a list of origins in '
     . '"print_hub_cors_origins", browsers refuse "*"'],
    (map { [emerg => '', "$_->[0] https://a.example $_->[1];",
            qq(invalid value "$_->[1]" in "$_->[0]" directive, )
            . qq("$_->[1]" stands alone)] }
     ['print_hub_cors_origins', '*'], ['print_hub_cors_origins', 'off'],
     ['print_hub_api_cors_origins', '*'],
     ['print_hub_api_cors_origins', 'off'], ['print_hub_origins', 'any']),

    [warn => '', 'print_hub_token x;',
     'a value of 1 bytes in "print_hub_token" directive is easy to guess'],
    [warn => 'location = /ask { }', 'print_hub_authorize /ask;',
     '"print_hub_authorize" asks "/ask", which clients can request, too'],
    [warn => '', 'print_hub_authorize /getStatus;',
     '"print_hub_authorize" asks "/getStatus", a path of the hub itself'],
    [warn => '', 'print_hub_start_print same_origin; print_hub_cors_origins *;',
     "\"print_hub_cors_origins\" ${idle}for \"startPrint\", because of "
     . '"print_hub_start_print"'],
    [warn => "$ask print_hub_authorize /ask;", 'print_hub_recovery 2m;',
     "\"print_hub_recovery\" ${idle}where \"print_hub_authorize\" asks at "
     . 'register'],
) {
    my ($level, $server, $text, $says) = @$row;

    told($level, $text, $says, server => "location / { print_hub on;\n$server\n"
                                         . "$text # HERE\n}");
}

for my $row (
    ['print_hub_authorize /ask;', 'print_hub_authorize'],
    ['print_hub_origins self;', 'print_hub_origins'],
    ['print_hub_start_print post;', 'print_hub_start_print'],
    ['print_hub_takeover deny;', 'print_hub_takeover'],
    ['print_hub_namespace /a;', 'print_hub_namespace'],
    ["print_hub_token $token;", 'print_hub_token'],
    ['print_hub_client_id x;', 'print_hub_client_id'],
) {
    my ($text, $name) = @$row;

    told('warn', "$text for the API alone",
         "\"$name\" ${idle}without \"print_hub on\"",
         server => "location / { print_hub_api on;\n$text # HERE\n}");
    told('warn', "$text without a hub",
         "\"$name\" ${idle}" =~ s/ $//r . ', no location has "print_hub on"',
         server => "\n$text # HERE\n");
}

told('warn', 'an authorizer without a location',
     '"print_hub_authorize" asks "/ask", which no location of this server '
     . 'matches',
     server => "location /a/ { print_hub on;\nprint_hub_authorize /ask; # HERE\n}");

told('warn', 'an open door',
     'zone "print_hub" takes any station: no print_hub_token, '
     . 'print_hub_client_id or print_hub_authorize in location "/b/"',
     server => "location /a/ { print_hub on; print_hub_token $token; }\n"
               . "location /b/ {\nprint_hub on; # HERE\n}");

told('warn', 'a zone with a small limit',
     ' sessions by default, fewer than 512, see "print_hub_limit"',
     http => "\nprint_hub_zone s:256k; # HERE\n",
     server => 'location / { print_hub on; }');

told('emerg', 'no zone is named',
     '3 zones, "print_hub" in location "/" must name one: zone=<name>',
     http => $three, server => "$in\nlocation / {\nprint_hub on; # HERE\n}");

told('emerg', 'no zone is named, the API',
     '3 zones, "print_hub_api" in location "/" must name one: zone=<name>',
     http => $three,
     server => "$in\nlocation / {\nprint_hub_api on; # HERE\n}");

told('emerg', 'no zone is named, events',
     '3 zones, "print_hub_events" must name one: zone=<name>',
     http => $three, server => "$in\nprint_hub_events /told; # HERE\n"
                               . 'location /told { }');

told('emerg', 'an unknown zone', 'unknown zone "x" of "print_hub" in location "/"',
     http => $three,
     server => "$in\nlocation / {\nprint_hub on zone=x; # HERE\n}");

told('emerg', 'a zone twice', '"print_hub_zone" directive is duplicate',
     http => "$three\nprint_hub_zone b:2m; # HERE\n", server => $in);

told('warn', 'a zone that nobody uses', 'zone "b" is never used',
     http => "print_hub_zone a:4m;\nprint_hub_zone b:4m; # HERE\n",
     server => 'location / { print_hub on zone=a; }');

told('emerg', 'two zones in a location',
     'location "/" has zone "a" of "print_hub" and zone "b" of "print_hub_api", '
     . 'it must be one', http => $three,
     server => "$in\nlocation / {\nprint_hub on zone=a;\n"
               . "print_hub_api on zone=b; # HERE\n}");

told('emerg', 'a budget that is too small',
     '"print_hub_message_buffer" must be at least 1065536 bytes',
     http => "\nprint_hub_message_buffer 64k; # HERE\n",
     server => 'location / { print_hub on; }');


# exactly one line, of this level

sub told {
    my ($level, $name, $says, %text) = @_;

    my $output = NginxT::run(%text);
    my @lines = $output =~ /^.*\[(?:warn|emerg)\].*$/mg;
    my ($before) = NginxT::text(%text) =~ /\A(.*?)# HERE/s;
    my $line = 1 + ($before =~ tr/\n//);

    is(scalar @lines, 1, "$name, one line") or diag($output);
    like($lines[0] || '',
         qr/\[$level\] .*\Q$says\E.* (?:in|of) DIR\/nginx\.conf:$line$/,
         "$name, the line of the directive");
}
