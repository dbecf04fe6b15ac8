# What "nginx -t" says of several "print_hub_log" directives; what they write is
# in t/e2e/joblog.test.js.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Test::More 'no_plan';
use NginxT;


my $hub = 'location / { print_hub on; print_hub_api on; }';
my $two = 'print_hub_zone name=a:1m; print_hub_zone name=b:1m;';
my $both = 'location /a/ { print_hub on zone=a; } '
           . 'location /b/ { print_hub on zone=b; }';

sub http { NginxT::run(http => join("\n", @_[1 .. $#_]), server => $_[0]) }

sub accepted {
    my ($output, $name) = @_;

    like($output, qr/test is successful/, $name);
    unlike($output, qr/\[(?:emerg|alert)\] /, "$name, no error");
}

sub refused {
    my ($output, $text, $name) = @_;

    like($output, qr/\[emerg\] .*$text in DIR\/nginx\.conf:\d+\n/, $name);
    unlike($output, qr/test is successful/, "$name, refused");
}

my @eight = map { "print_hub_log $_.log;" } 1 .. 8;

accepted(http($hub, @eight), 'eight logs');

refused(http($hub, @eight, 'print_hub_log 9.log;'),
        'print hub: conf: more than 8 "print_hub_log" directives for zone '
        . '"print_hub"', 'nine logs');

accepted(http($both, $two, (map { s/;/ zone=a;/r } @eight),
              (map { s/;/ zone=b;/r } @eight)),
         'eight logs of each zone, in the same files');

refused(http($hub, 'print_hub_log a.log by=$remote_user;',
             'print_hub_log b.log;', 'print_hub_log c.log by=$host;'),
        'print hub: conf: "by=\$remote_user" and "by=\$host" for zone '
        . '"print_hub", all logs of a zone must have the same', 'two texts of by');

accepted(http($both, $two, 'print_hub_log a.log by=$remote_user zone=a;',
              'print_hub_log c.log zone=a by=$remote_user;',
              'print_hub_log b.log by=$host zone=b;'),
         'another by for another zone');

refused(http($hub, 'print_hub_log ./a.log;', 'print_hub_log ./a.log logfmt;'),
        'print hub: conf: "print_hub_log" directive is duplicate for '
        . '"[^"]+a\.log" and zone "print_hub"', 'the same file twice');

refused(http($hub, 'print_hub_log syslog:server=127.0.0.1;',
             'print_hub_log syslog:server=127.0.0.1 if=$host;'),
        'print hub: conf: "print_hub_log" directive is duplicate for '
        . '"syslog:server=127\.0\.0\.1" and zone "print_hub"',
        'the same syslog twice');

refused(http($hub, 'print_hub_log a.log zone=other;'),
        'print hub: conf: unknown zone "other" of "print_hub_log"',
        'a zone that is unknown');

refused(http($both, $two, 'print_hub_log a.log;'),
        'print hub: conf: 2 zones, "print_hub_log" must name one: zone=<name>',
        'one of two zones must be named');

like(http($hub, 'print_hub_log a.log if=$nothing;'),
     qr/\[emerg\] .*unknown "nothing" variable/, 'if= with an unknown variable');

like(http($hub, 'print_hub_log syslog:server=;'), qr/\[emerg\] /,
     'what nginx refuses of syslog');

like(http($hub, 'print_hub_log /nowhere/at/all/a.log;'),
     qr/\[emerg\] .*"\/nowhere\/at\/all\/a\.log" failed/,
     'a file that cannot be opened');

accepted(http($hub, 'print_hub_log off;', 'print_hub_log off;',
              'print_hub_log a.log;'), 'off is no log');
