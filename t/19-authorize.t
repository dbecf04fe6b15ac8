# What "nginx -t" says of print_hub_authorize and the location that it asks,
# and what that location's variables are elsewhere.  The rows of 13-nginx-t.t
# have its values.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Test::More 'no_plan';
use NginxT;


my $hub = 'location / { print_hub on; }';
my $ask = 'location = /ask { internal; }';

sub accepted {
    my ($name, %text) = @_;

    my $output = NginxT::run(%text);

    like($output, qr/test is successful/, $name) or diag($output);
    unlike($output, qr/\[\w+\] /, "$name, without a warning");
}

sub warned {
    my ($name, $says, %text) = @_;

    my $output = NginxT::run(%text);
    my @warnings = $output =~ /\[warn\] (.*)/g;

    like($output, qr/test is successful/, $name);
    is(scalar @warnings, 1, "$name, one warning") or diag($output);
    like($warnings[0] || '',
         qr/print hub: conf: "print_hub_authorize" asks \Q$says\E in DIR\/nginx\.conf:\d+$/,
         "$name, the text");
}


# where the directive stands, and where it finds its location

for my $inside (0, 1) {
    my $directive = 'print_hub_authorize /ask;';
    my $location = "location / { print_hub on; @{[$inside ? $directive : '']} }";
    my $server = $inside ? '' : $directive;

    accepted('a location of its own, ' . ($inside ? 'inside' : 'outside'),
             server => "$server $location $ask");
}

accepted('from http, in two servers', http => 'print_hub_authorize /ask;',
         server => "$hub $ask } server { listen 127.0.0.1:1; $hub $ask");

accepted('a prefix', server => "print_hub_authorize /ask/x?y; $hub
                                location /ask/ { internal; }");
accepted('a regular expression', server => "print_hub_authorize /ask; $hub
                                            location ~ /as { internal; }");
accepted('off', server => "print_hub_authorize /nowhere;
                           location / { print_hub on; print_hub_authorize off; }");
accepted('a named location behind it',
         server => "print_hub_authorize /ask; $hub
                    location = /ask { internal; error_page 404 = \@x; }
                    location \@x { return 204; }");

warned('no location', '"/ask", which no location of this server matches',
       server => 'print_hub_authorize /ask; location /hub/ { print_hub on; }');

warned('no location in the second server',
       '"/ask", which no location of this server matches',
       http => 'print_hub_authorize /ask;',
       server => "$hub $ask } server { listen 127.0.0.1:1;
                  location /hub/ { print_hub on; }");

warned('clients can request it',
       '"/ask", which clients can request, too: its location is not "internal"',
       server => "print_hub_authorize /ask; $hub location = /ask { }");

for my $path (qw(startPrint getStatus socket.io/)) {
    warned("the hub's $path", "\"/$path\", a path of the hub itself",
           server => "print_hub_authorize /$path; $hub");
}


# the policy of a session changes with it, so a duplicate is refused

like(NginxT::run(server => "print_hub_authorize /ask; print_hub_authorize off;
                            $hub"),
     qr/"print_hub_authorize" directive is duplicate/, 'twice');

for my $variable (qw(event client_id auth_key)) {
    accepted("\$print_hub_$variable elsewhere",
             server => "location = /x { return 200 \"\$print_hub_$variable\"; }
                        $hub");
}
