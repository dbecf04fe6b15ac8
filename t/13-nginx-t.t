# What "nginx -t" says of each directive: a row of %directives has the values
# that it takes, those that it refuses, and settings that make it void.  All
# other tests of a directive follow from its row: twice, without a value, with a
# variable, at a level where it does not belong.  There is a row for each
# directive of the module.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Test::More 'no_plan';
use NginxT;


my $time = 'a time from 1ms to 7d';
my $size = 'a size from 1 to 2147483647 bytes';
my $flag = '"on" or "off"';
my $zone = '"name=<name>:<size>" with a size from 256k to 16384m';
my $namespace = '"/<name>" of up to 63 bytes without ",", "?" and "$"';
my $cookie = '"off" or a token (RFC 6265, section 4.1.1) without "$"';
my $origin = '"*", "off", "null" or "<scheme>://<host>[:<port>]"';
my $page = '"any", "self", "null" or "<scheme>://<host>[:<port>]"';
my $pattern = 'a whole origin, or "<scheme>://*.<domain>[:<port>]"';
my $default = 'without the default port, as browsers send it';
my $queue = '"off" or a number of jobs from 1 to 100000';
my $ttl = qq("ttl=<time>", as in "ttl=60s", with $time);
my $uri = 'a URI of this server that begins with "/", without "$"';
my $retry = qq("zone=<name>", "retry=<time>" or "max_retry=<time>" with $time);
my $star = 'without "*", but for the last character, beside a variable';
my $ask = qq("timeout=<time>" with $time, or "at=connect", "at=register" or )
          . '"at=connect,register"';
my $named = '"zone=<name>"';

# the values that no list of origins takes

sub origins {
    my ($expected, @words) = @_;

    return { (map { $_ => $pattern } ('http://*', 'https://a.b:*',
                                      'https://*.*.b', 'https://a.*.b')),
             (map { $_ => $expected }
              ('a.example', '0', 'https://', 'https://a.example/',
               'https://a.example/x', 'https://a.example:0',
               'https://a.example:70000', 'https://a.example:x',
               'https://a <b.example>', 'https://u@a.example', '://a.example',
               'https://[::1', 'https://a.example:', 'https://*.', @words)),
             'https://A.example' => 'in lower case, as browsers send it',
             'HTTPS://a.example' => 'in lower case, as browsers send it',
             'http://a.example:80' => $default,
             'https://a.example:443' => $default };
}

# directive => what it takes, at which levels, what it needs to have an effect;
# good: values; bad: values => what the message says that it must be, where <>
# mark the wrong one of several; void: other settings of the location => the
# warning; voids: values => the warning; unknown: it takes variables, and this
# is the message for one that does not exist

my %directives = (
    print_hub => {
        at => [qw(location)],
        good => ['on', 'off', 'on zone=print_hub', 'off zone=other'],
        bad => { maybe => $flag, 1 => $flag, 0 => $flag,
                 (map { ("on <$_>" => $named) } 'zone=', 'zone=$x', 'print_hub',
                                                'zone=a:1m', 'name=print_hub') },
    },
    print_hub_api => {
        at => [qw(location)],
        good => ['on', 'read', 'off', 'read zone=print_hub'],
        bad => { (map { $_ => '"off", "read" or "on"' } qw(maybe write 1)),
                 'on <zone=>' => $named, 'read <zone=$x>' => $named },
    },
    print_hub_zone => {
        variable => 's$x:1m',
        at => [qw(http)],
        good => ['name=s:4m', 'zone=s:16m', 's:16m', 'name=s:4m file=s.zone',
                 's:4m file=/nowhere/s.zone'],
        bad => { '1m' => $zone, 'name=s' => $zone, 'name=:1m' => $zone,
                 'name=s:big' => $zone, 's:0' => $zone, 's:255k' => $zone,
                 'name=s:64g' => $zone, 's:16385m' => $zone,
                 'size=1m' => $zone, 's=a:1m' => $zone,
                 (map { ("s:4m <$_>" => '"file=<path>"') }
                  'file=', 'file=$x', 's.zone', 'path=s.zone', '1m') },
    },
    print_hub_drain => {
        at => [qw(http)],
        good => ['0', '500ms', '7d'],
        bad => { abc => 'a time from 0 to 7d', '8d' => 'a time from 0 to 7d' },
    },
    print_hub_handover => {
        at => [qw(http)],
        good => ['on', 'off', 'on tls=close', 'off tls=close', 'on tls=1ms',
                 'on tls=8h', 'off tls=7d'],
        bad => { (map { $_ => '"on" or "off"' } qw(yes 1 tls=close)),
                 (map { ("on <$_>" => '"tls=close" or "tls=" and a time from '
                                      . '1ms to 7d') }
                  'tls=', 'tls=0', 'tls=8d', 'tls=pump', 'tls', '60s',
                  'close') },
    },
    print_hub_message_buffer => {
        at => [qw(http)],
        good => ['16m', '1065536', '2047m'],
        bad => { '5mb' => $size, 0 => $size, '2048m' => $size, off => $size },
    },
    print_hub_log => {
        at => [qw(http)],
        good => ['jobs.log', 'off', 'jobs.log json', 'jobs.log logfmt',
                 'syslog:server=127.0.0.1:5140,tag=prints json',
                 'jobs.log if=$arg_log by=$remote_user states=failed,expired',
                 'jobs.log by=app-$http_x_app zone=print_hub',
                 'jobs.log states=sent,received,printed,failed,expired,'
                 . 'canceled,unconfirmed if=1'],
        bad => { (map { $_ => 'a path without variables, "syslog:..." or "off"' }
                  '""', 'a/$host.log'),
                 'off <json>' => 'none behind "off"',
                 (map { ("jobs.log <$_>" => '"json", "logfmt", "if=') }
                  'states=failed,', 'states=,failed', 'states=failed,failed',
                  qw(xml JSON if= by= states= states=queued states=done
                     states=failed|expired zone= zone=$x off)),
                 'jobs.log json <logfmt>' => '"json", "logfmt", "if=',
                 'jobs.log if=$a <if=$host>' => '"json", "logfmt", "if=',
                 'jobs.log by=$host <by=$host>' => '"json", "logfmt", "if=' },
    },
    print_hub_events => {
        variable => '/$x',
        at => [qw(server)],
        good => ['/told', '/told?a=b', '/told retry=1ms max_retry=7d',
                 '/told retry=1m', '/told zone=print_hub retry=1m'],
        bad => { 'http://127.0.0.1/' => $uri, told => $uri, 0 => $uri,
                 '""' => $uri, '/told?x=$host' => $uri,
                 '/told <tries=3>' => $retry, '/told <retry=0>' => $retry,
                 '/told <max_retry=8d>' => $retry, '/told <zone=>' => $retry,
                 '/told <zone=$x>' => $retry },
    },
    (map { $_ => {
        good => ['1ms', '10s', '7d'],
        bad => { ten => $time, 0 => $time, '8d' => $time, -1 => $time },
    } } qw(print_hub_ping_interval print_hub_ping_timeout
           print_hub_connect_timeout)),
    print_hub_upgrade_timeout => {
        good => ['1ms', '10s', '7d'],
        bad => { ten => $time, 0 => $time, '8d' => $time },
        void => { 'print_hub_transports polling;' =>
                  'with one transport in "print_hub_transports"' },
    },
    print_hub_recovery => {
        good => ['off', '1ms', '2m', '7d'],
        bad => { map { $_ => qq("off" or $time) } qw(on 0 8d never) },
        void => { 'location = /ask { internal; } print_hub_authorize /ask;' =>
                  'where "print_hub_authorize" asks at register',
                  'location = /ask { internal; } '
                  . 'print_hub_authorize /ask at=register;' =>
                  'where "print_hub_authorize" asks at register' },
    },
    print_hub_queue => {
        good => ['off', '1', '100 ttl=5s', '5000 ttl=7d'],
        bad => { 0 => $queue, on => $queue, 100001 => $queue, -1 => $queue,
                 '100 <60s>' => $ttl, '100 <ttl=0>' => $ttl,
                 '100 <ttl=>' => $ttl, '100 <ttl=8d>' => $ttl },
        voids => { 'off ttl=5s' =>
                   'for stations that are offline, because the queue is "off"' },
    },
    print_hub_unconfirmed => {
        good => ['report', 'resend'],
        bad => { map { $_ => '"report" or "resend"' } qw(retry 0 on) },
    },
    print_hub_info => {
        good => ['1', '2k', '16k'],
        bad => { map { $_ => 'a size from 1 to 16384 bytes' }
                 qw(0 16385 1m off 2kb) },
    },
    print_hub_max_client_ids => {
        good => ['1', '8', '64'],
        bad => { map { $_ => 'a number of clientIds from 1 to 64' }
                 qw(0 65 -1 off 8k) },
    },
    print_hub_takeover => {
        good => ['replace', 'same_address', 'deny'],
        bad => { map { $_ => '"replace", "same_address" or "deny"' }
                 qw(on off 1 same-address) },
    },
    print_hub_limit => {
        good => ['off', 'sessions=1', 'sessions=50% clients=100%', 'dry_run',
                 'clients=1000000', 'rate=1r/m', 'rate=1000000r/s burst=1',
                 'streams=1 rate=30r/m dry_run burst=1000000'],
        bad => { (map { $_ => '"sessions=<n>[%]"' }
                  qw(on 100 sessions= sessions=0 sessions=-1 sessions=101%
                     sessions=0% sessions=% sessions=1000001 clients=a
                     clients=1k clients=50%% rate=10 rate=10r/h rate=r/s
                     rate=0r/s rate=-1r/s rate=1.5r/s streams=0 streams=
                     streams=10% dry_run=1 limit=5),
                  'sessions=5 <size=5>', 'rate=1r/s <burst=0>',
                  'rate=1r/s <burst=5%>'),
                 'off <sessions=5>' => 'alone' },
    },
    print_hub_max_payload => {
        good => ['1', '5m'],
        bad => { '5mb' => $size, 0 => $size, '2048m' => $size },
    },
    print_hub_session_buffer => {
        good => ['1', '512k', '4m'],
        bad => { '5mb' => $size, 0 => $size, '4g' => $size },
    },
    print_hub_transports => {
        good => ['polling', 'websocket', 'websocket polling'],
        bad => { map { $_ => '"polling" or "websocket"' }
                 ('sse', '0', 'polling <webtransport>') },
    },
    print_hub_eio3 => {
        good => ['on', 'off'], bad => { yes => $flag, 0 => $flag },
    },
    print_hub_deflate => {
        good => ['on', 'off'], bad => { yes => $flag, 0 => $flag },
        void => { 'print_hub_transports polling;' =>
                  'without "websocket" in "print_hub_transports"' },
    },
    print_hub_deflate_takeover => {
        with => 'print_hub_deflate on;',
        good => ['on', 'off'], bad => { yes => $flag, 0 => $flag },
        void => { '' => 'without "print_hub_deflate on"' },
    },
    print_hub_deflate_window => {
        with => 'print_hub_deflate on;',
        good => [9, 15],
        bad => { map { $_ => 'a number of bits from 9 to 15' } qw(0 8 16 on) },
        void => { 'print_hub_deflate off;' => 'without "print_hub_deflate on"' },
    },
    print_hub_deflate_threshold => {
        with => 'print_hub_deflate on;',
        good => ['0', '1k', '1m'],
        bad => { map { $_ => 'a size from 0 to 2147483647 bytes' }
                 qw(1kb 2048m -1) },
        void => { '' => 'without "print_hub_deflate on"' },
    },
    print_hub_namespace => {
        variable => '/$x',
        good => ['/a', '/a /b', '/' . 'a' x 62],
        bad => { map { $_ => $namespace }
                 ('admin', '/', '0', '/a,b', '/a?b', '/a <b>', '/' . 'a' x 63) },
    },
    print_hub_cookie => {
        good => ['off', 'io', '0'],
        bad => { map { $_ => $cookie } ('"a b"', 'a=b', '""') },
        void => { 'print_hub_transports websocket;' =>
                  'without "polling" in "print_hub_transports"' },
    },
    print_hub_cors_credentials => {
        with => 'print_hub_cors_origins https://a.example;',
        good => ['on', 'off'], bad => { yes => $flag, 0 => $flag },
        void => { 'print_hub_cors_origins off;' =>
                  'without CORS' },
    },
    print_hub_cors_private_network => {
        good => ['on', 'off'], bad => { yes => $flag, 0 => $flag },
        void => { 'print_hub_cors_origins off;' =>
                  'without CORS' },
    },
    print_hub_cors_origins => {
        variable => 'https://$x',
        good => ['*', 'off', 'https://a.example http://b.example:8080',
                 'http://[::1]:3000', 'http://localhost', 'http://a_b.example',
                 'capacitor://localhost', 'https://xn--bcher-kva.example',
                 'safari-web-extension://AB3F2D-1', 'null',
                 'https://*.example.com', 'https://*.example.com:8443'],
        bad => origins($origin, 'any', 'self'),
        voids => { '*; print_hub_start_print post' =>
                   'for "startPrint", because of "print_hub_start_print"' },
    },
    print_hub_api_cors_origins => {
        variable => 'https://$x',
        with => 'print_hub_api on;',
        good => ['https://a.example', '*', 'off', 'https://*.a.example', 'null'],
        bad => origins($origin, 'any', 'self'),
        voids => { 'https://a.example; print_hub_api off' =>
                   'without "print_hub_api"' },
    },
    print_hub_origins => {
        variable => 'https://$x',
        good => ['any', 'self', 'self https://a.example', 'null',
                 'https://*.a.example'],
        bad => origins($page, '*', 'off'),
    },
    print_hub_idempotency_scope => {
        good => ['$remote_user', '$host-$http_x_app', 'shop', '""'],
        bad => {},
        unknown => 'unknown "x" variable',
    },
    print_hub_token => {
        good => ['a-token-of-17-bytes', 'a-token-of-17-bytes another-token-of-it',
                 'off', '$arg_x', 'a-token-of-17-bytes x$arg_x$arg_y',
                 't' x 1024],
        bad => { '""' => 'not empty' },
        unknown => 'unknown "x" variable',
    },
    print_hub_client_id => {
        good => ['till-1', '*', 'a* *b c*d*', 'off', '$arg_a', '$remote_user-*',
                 '$arg_a* ${arg_b}x* $arg_c$arg_d x'],
        bad => { '""' => 'not empty',
                 (map { $_ => $star } ('*$arg_a', 'a*$arg_a*', 'a$arg_a**',
                                       'x <$arg_a*x>')) },
        unknown => 'unknown "x" variable',
    },
    print_hub_authorize => {
        with => 'location = /ask { internal; }',
        variable => '/$x',
        good => ['off', '/ask', '/ask?a=b', '/ask timeout=1ms', '/ask timeout=7d',
                 '/ask at=connect', '/ask at=register timeout=1m',
                 '/ask at=connect,register', '/ask at=register,connect'],
        bad => { 'http://127.0.0.1/' => $uri, ask => $uri, 0 => $uri,
                 '""' => $uri, '/ask?x=$host' => $uri,
                 'off <at=connect>' => 'none behind "off"',
                 (map { ("/ask <$_>" => $ask) } 'timeout=0', 'timeout=8d',
                  'timeout=x', 'at=', 'at=all', 'at=connect,', 'at=,connect',
                  'at=connect|register', 'at=Connect', 'retry=1s', 'off') },
    },
    print_hub_start_print => {
        good => ['any', 'same_origin', 'post'],
        bad => { map { $_ => '"any", "same_origin" or "post"' } qw(get on) },
    },
);

my %levels = (
    http     => sub { (http => $_[0]) },
    server   => sub { (server => $_[0]) },
    location => sub { (server => "location /x/ { $_[0] }") },
    if       => sub { (server => "location /x/ { if (\$arg_a) { $_[0] } }") },
    main     => sub { (main => $_[0]) },
);

my $hub = 'location / { print_hub on; print_hub_api on; }';


# a configuration with the text at a level, and a hub that inherits it

sub at {
    my ($level, $text) = @_;

    my %text = $levels{$level}->($text);
    $text{server} = ($text{server} || '') . $hub;

    return NginxT::run(%text);
}

# in the location of a hub

sub hub { NginxT::run(server => "location / { print_hub on; $_[0] }", @_[1..$#_]) }

sub accepted {
    my ($output, $name) = @_;

    like($output, qr/test is successful/, $name)
        && unlike($output, qr/\[\w+\] /, "$name, without a warning");
}

sub refused {
    my ($output, $text, $name) = @_;

    like($output, qr/\[emerg\] .*\Q$text\E.* in DIR\/nginx\.conf:\d+\n/, $name);
    unlike($output, qr/test is successful/, "$name, refused");
}

# exactly one warning, which has these texts

sub warned {
    my ($output, $name, @texts) = @_;

    my @warnings = $output =~ /\[warn\] (.*)/g;

    like($output, qr/test is successful/, $name);
    is(scalar @warnings, 1, "$name, one warning") or diag($output);
    like($warnings[0] || '', qr/\Q$_\E/, "$name: $_") for @texts;
}


open my $source, '<', "$FindBin::Bin/../ngx_print_module.c" or die $!;
my @names = join('', <$source>) =~ /\{ ngx_string\("(print_hub\w*)"\)/g;
close $source;

# t/22-metrics.t has the one that needs no value, and no hub in its location

is_deeply([sort keys %directives],
          [sort grep { $_ ne 'print_hub_metrics' } @names],
          'there is a row for each directive');

for my $name (sort keys %directives) {
    my $row = $directives{$name};
    my @at = @{$row->{at} || [qw(http server location)]};
    my $with = $row->{with} || '';
    my %allowed = map { $_ => 1 } @at;
    my $level = $at[-1];
    my $value = $row->{good}[0];

    for my $good (@{$row->{good}}) {
        my $text = "$with $name $good;";

        accepted($level eq 'location' && $name ne 'print_hub' ? hub($text)
                                                              : at($level, $text),
                 "$name $good");
    }

    for my $bad (sort keys %{$row->{bad}}) {
        my ($shown) = $bad =~ /<(.*)>/ ? $1 : $bad =~ /^"?(.*?)"?$/;
        my $text = $bad =~ s/[<>]//gr;

        refused(at($level, "$name $text;"),
                qq("$shown" in "$name" directive, it must be $row->{bad}{$bad}),
                "$name $text");
    }

    my $variable = $row->{variable} || '$x';

    like(at($level, "$name $variable;"), qr/\Q$row->{unknown}\E/,
         "$name with an unknown variable") if $row->{unknown};

    refused(at($level, "$name $variable;"),
            qq(invalid value "$variable" in "$name" directive, it must be ),
            "$name with a variable") if !$row->{unknown};

    refused(at($level, "$name $value; $name $value;"),
            qq("$name" directive is duplicate), "$name twice");

    refused(at($level, "$name;"),
            qq(invalid number of arguments in "$name" directive),
            "$name without a value");

    for my $other (grep { !$allowed{$_} } sort keys %levels) {
        refused(at($other, "$name $value;"),
                qq("$name" directive is not allowed here),
                "$name at the level $other");
    }

    for my $text (sort keys %{$row->{void} || {}}) {
        my $on = $value eq 'off' ? $row->{good}[1] : $value;

        warned(hub("$text $name $on;"), "$name $on with $text", "\"$name\"",
               "has no effect $row->{void}{$text} in DIR/nginx.conf:");
    }

    for my $void (sort keys %{$row->{voids} || {}}) {
        warned(hub("$name $void;"), "$name $void", "\"$name\"",
               "has no effect $row->{voids}{$void} in DIR/nginx.conf:");
    }

    # no hub inherits it

    if ($name !~ /^print_hub(_api|_zone)?$/) {
        warned(NginxT::run($levels{$level}->("$name $value;")),
               "$name without a hub", "\"$name\" has no effect",
               'no location has "print_hub on" in DIR/nginx.conf:');
    }
}


# settings of the whole configuration

sub server { NginxT::run(server => join("\n", @_)) }

refused(server('location = /foo { print_hub on; }'),
        'invalid location "= /foo" with "print_hub", it must be',
        'an exact location without a path of the hub');

for my $exact ('/', '/socket.io', '/foo/startPrint/x') {
    refused(server("location = $exact { print_hub on; }"),
            qq(invalid location "= $exact" with "print_hub"), "= $exact");
}

refused(server('location = /foo { print_hub_api read; }'),
        'invalid location "= /foo" with "print_hub_api", it must be',
        'an exact location without a path of the API');

refused(server('location = /startprint { print_hub on; }'),
        'invalid spelling of location "/startprint" with "print_hub", it must '
        . 'be "/startPrint"', 'another spelling of a path');

for my $location ('= /startPrint', '= /socket.io/', '/foo', '~ ^/foo$',
                  '^~ /socket.io')
{
    accepted(server("location $location { print_hub on; }"), $location);
}

for my $location ('= /a/jobs', '= /jobs/x', '/jobs', '/foo', '~ ^/foo$') {
    accepted(server("location $location { print_hub_api on; }"),
             "$location, print_hub_api");
}

# the directive does not serve the path that the location is named after

for my $row (['print_hub', 'print_hub_api', '/jobs', '/a/clients/', '/zone'],
             ['print_hub_api', 'print_hub', '/getStatus', '/a/socket.io/'])
{
    my ($one, $other, @paths) = @$row;

    for my $path (@paths) {
        my $text = qq("$one" in location "$path" does not serve it, "$other" )
                   . 'does in DIR/nginx.conf:';

        warned(server("location $path { $one on; }"), "$path, $one", $text);
        refused(server("location = $path { $one on; }"),
                $text =~ s{ in DIR.*}{}r, "= $path, $one")
            if $path ne '/a/clients/';
        accepted(server("location $path { $one on; $other on; }"),
                 "$path, both");
    }
}

accepted(server('location = /foo { print_hub off; }'), '= /foo without a hub');

refused(server('location / { print_hub on; print_hub_cors_credentials on; }'),
        '"print_hub_cors_credentials" needs a list of origins in '
        . '"print_hub_cors_origins", browsers refuse "*"', 'credentials for *');

refused(NginxT::run(http => "print_hub_cors_credentials on;\n"
                    . 'print_hub_cors_origins *;', server => $hub),
        '"print_hub_cors_credentials" needs a list of origins',
        'credentials for *, inherited');

for my $row (['print_hub_cors_origins', '*'], ['print_hub_cors_origins', 'off'],
             ['print_hub_api_cors_origins', '*'],
             ['print_hub_api_cors_origins', 'off'], ['print_hub_origins', 'any'])
{
    my ($name, $alone) = @$row;

    for my $values ("https://a.example $alone", "$alone https://a.example") {
        refused(hub("$name $values;"),
                qq(invalid value "$alone" in "$name" directive, )
                . qq("$alone" stands alone), "$name $values");
    }
}

for my $text ('print_hub_origins self;', 'print_hub_start_print post;',
              'print_hub_cors_origins off;', 'print_hub_recovery 2m;',
              'print_hub_takeover deny;', 'print_hub_namespace /a;',
              'print_hub_authorize /ask;')
{
    my ($name) = split ' ', $text;

    warned(server("location / { print_hub_api on; $text }"),
           "$text beside the API alone",
           qq("$name" has no effect without "print_hub on" in DIR/nginx.conf:));
}

accepted(server('print_hub_origins self; print_hub_start_print post;',
                'location /a/ { print_hub_api on; } location /b/ { print_hub on; }'),
         'settings of stations and prints, inherited by the API, too');

# recovery, and an authorizer that is asked at "register"

my $authorizer = 'location = /ask { internal; }';

for my $text ("$authorizer print_hub_authorize /ask at=connect; "
              . "print_hub_recovery 2m;",
              "$authorizer print_hub_authorize /ask; print_hub_recovery off;",
              'print_hub_recovery 2m;')
{
    accepted(hub($text), "recovery: $text");
}

accepted(server("print_hub_recovery 2m; $authorizer",
                'location /a/ { print_hub on; print_hub_authorize /ask; }',
                'location /b/ { print_hub on; print_hub_recovery off; '
                . 'print_hub_authorize /ask at=connect; }',
                'location /c/ { print_hub on; '
                . 'print_hub_authorize /ask at=connect; }'),
         'recovery that one of several locations has');

for my $order (0, 1) {
    my @locations = ('location /a/ { print_hub on; print_hub_authorize /ask; }',
                     'location /b/ { print_hub_api on; }');

    warned(NginxT::run(http => 'print_hub_recovery 2m;',
                       server => join("\n", $authorizer, $order ? reverse @locations
                                                         : @locations)),
           "recovery that no location has, $order",
           '"print_hub_recovery" has no effect where "print_hub_authorize" asks '
           . 'at register in DIR/nginx.conf:');
}

warned(hub('print_hub_cors_origins *; print_hub_start_print same_origin;'),
       'same_origin with *', '"print_hub_cors_origins" has no effect for '
       . '"startPrint", because of "print_hub_start_print" in DIR/nginx.conf:');

accepted(hub('print_hub_start_print same_origin;'), 'same_origin by default');

refused(hub('print_hub_namespace ' . join(' ', map { "/$_" } 1 .. 32) . ';'),
        '32 values in "print_hub_namespace" directive, it must be at most 31',
        'too many namespaces');

refused(server('print_hub_events /told retry=2s max_retry=1s;', $hub),
        '"max_retry" in "print_hub_events" directive must not be shorter than '
        . '"retry"', 'max_retry is shorter than retry');

refused(server($hub, 'location @x { print_hub on; }'),
        '"print_hub" directive is not allowed in the named location "@x"',
        'a named location');

for my $path ('/jobs', '/jobs/AAAA', '/GETSTATUS', '/socket.io/x') {
    warned(server("print_hub_events $path;", $hub), "events to $path",
           qq("print_hub_events" cannot send events to "$path", it is a path )
           . 'of the hub itself');
}

for my $locations ('location /hub/ { print_hub on; }',
                   'location /hub/ { print_hub on; } location = /to { }',
                   'location /hub/ { print_hub on; } location /told/ { }',
                   'location /hub/ { print_hub on; } location ~ \.php$ { }')
{
    warned(server('print_hub_events /told;', $locations),
           "events to no location, $locations",
           '"print_hub_events" cannot send events to "/told", no location of '
           . 'this server matches it');
}

for my $locations ('location = /told { }', 'location /to { }', 'location / { }',
                   'location ~* ^/TOLD$ { }',
                   'location / { location = /told { } }',
                   'location /told { location = /told { } }',
                   'location /a { } location /b { } location = /told { }')
{
    accepted(server('print_hub_events /told;',
                    'location /hub/ { print_hub on; }', $locations),
             "events to a location, $locations");
}

accepted(server('print_hub_events /jobs;', $hub, 'location = /jobs { }'),
         'events to a path that another location has');

# nginx prefers a regular expression outside to a prefix inside, and redirects
# to a location whose name has one more slash

accepted(server('print_hub_events /jobs;',
                'location / { location /jobs { print_hub_api on; } }',
                'location ~ ^/jobs { }'),
         'events to a regular expression');

warned(server('print_hub_events /jobs;', 'location / { location /jobs { } }',
              'location ~ ^/jobs { print_hub_api on; }'),
       'events to a regular expression with the hub',
       '"print_hub_events" cannot send events to "/jobs", it is a path of the '
       . 'hub itself');

warned(server('print_hub_events /told;', 'location / { print_hub on; }',
              'location /told/ { proxy_pass http://127.0.0.1:1; }'),
       'events to a path that is redirected',
       '"print_hub_events" cannot send events to "/told", no location of this '
       . 'server matches it');

warned(NginxT::run(main => 'worker_shutdown_timeout 1s;',
                   http => 'print_hub_drain 10s;', server => $hub),
       'a shutdown that is shorter than the drain',
       '"worker_shutdown_timeout" of 1000ms', '"print_hub_drain" of 10000ms');

accepted(NginxT::run(main => 'worker_shutdown_timeout 12s;',
                     http => 'print_hub_drain 10s;', server => $hub),
         'a shutdown that is longer than the drain');

# the budget has room for one message of any location

my $budget = '"print_hub_message_buffer" must be at least %d bytes, the largest '
             . '"print_hub_max_payload" and 64k';

refused(NginxT::run(http => 'print_hub_message_buffer 1065535;',
                    server => $hub),
        sprintf($budget, 1065536), 'a budget that is too small');

refused(NginxT::run(http => 'print_hub_message_buffer 8m;',
                    server => "$hub location /x/ { print_hub on; "
                              . 'print_hub_max_payload 8m; }'),
        sprintf($budget, 8 * 1024 * 1024 + 65536),
        'a budget that is too small for one location');

accepted(NginxT::run(http => 'print_hub_zone name=s:256m;',
                     server => 'location / { print_hub on; '
                               . 'print_hub_max_payload 64m; }'),
         'the default grows with the largest message');

accepted(NginxT::run(http => 'print_hub_max_payload 64m; '
                             . 'print_hub_message_buffer 4m;',
                     server => 'location / { print_hub on; '
                               . 'print_hub_max_payload 1m; }'),
         'a location without the hub does not count');

warned(NginxT::run(main => 'worker_processes 300;', server => $hub),
       'too many workers', '"worker_processes" is 300, only 254 workers');

accepted(NginxT::run(main => 'worker_processes 254;', server => $hub),
         'as many workers as there are slots');

my $small = 'print_hub_zone s:1m; print_hub_limit off;';

sub zone { NginxT::run(http => $small, server => "location / { print_hub on; $_[0] }") }

for my $row (['print_hub_max_payload 100m', '104857600 bytes'],
             ['print_hub_session_buffer 4m', '4194304 bytes'],
             ['print_hub_queue 100000', '100000 jobs'])
{
    my ($text, $number) = @$row;
    my ($name) = split ' ', $text;

    warned(zone("$text;"), $text, qq("$name" of $number is more than the ),
           'that zone "s" has room for in DIR/nginx.conf:');
}

accepted(zone(''), 'the defaults in a small zone');

# several zones

my $zones = join "\n", map { "print_hub_zone $_:4m;" } qw(a b c);

# with these zones; [abc] stands for locations that use all of them

sub zones {
    my ($server, %more) = @_;

    $server =~ s{\[(\w+)\]}{join '', map { "location /in-$_/ { print_hub on zone=$_; }\n" }
                                     split //, $1}e;

    return NginxT::run(http => $zones . ($more{http} || ''), server => $server);
}

accepted(zones('[abc]'), 'several zones');

accepted(zones('[bc] location / { print_hub on zone=a; print_hub_api on zone=a; }'),
         'both directives with one zone');

accepted(zones('[abc] location / { print_hub off; }'), 'a zone for no hub');

for my $row (['print_hub', 'print_hub on;'], ['print_hub_api', 'print_hub_api read;'],
             ['print_hub_api', 'print_hub on zone=a; print_hub_api on;'])
{
    my ($name, $text) = @$row;

    refused(zones("[abc] location / { $text }"),
            qq(3 zones, "$name" in location "/" must name one: zone=<name>),
            "$text without a zone");
}

refused(zones('[abc] print_hub_events /told; location /told { }'),
        '3 zones, "print_hub_events" must name one: zone=<name>',
        'print_hub_events without a zone');

for my $text ('print_hub on zone=x;', 'print_hub_api on zone=x;') {
    my ($name) = split ' ', $text;

    refused(zones("[abc] location / { $text }"),
            qq(unknown zone "x" of "$name" in location "/"), $text);
    refused(NginxT::run(server => "location / { $text }"),
            qq(unknown zone "x" of "$name" in location "/"),
            "$text without a directive");
}

refused(zones('[abc] print_hub_events /told zone=x; location /told { }'),
        'unknown zone "x" of "print_hub_events"', 'print_hub_events zone=x');

refused(zones('[abc] location / { print_hub on zone=a; print_hub_api on zone=b; }'),
        'location "/" has zone "a" of "print_hub" and zone "b" of '
        . '"print_hub_api", it must be one', 'two zones in a location');

accepted(zones('[abc] print_hub_events /told zone=a; print_hub_events /told zone=b;'
               . 'location /told { }'), 'events of two zones');

refused(zones('[abc] print_hub_events /a zone=a; print_hub_events /b zone=a;'),
        '"print_hub_events" directive is duplicate for zone "a"',
        'events of a zone twice');

refused(zones('[abc]', http => 'print_hub_zone name=b:2m;'),
        '"print_hub_zone" directive is duplicate', 'a zone twice');

warned(zones('[ac]'), 'a zone that no location uses',
       'zone "b" is never used in DIR/nginx.conf:');

warned(zones('[ac] print_hub_events /told zone=b; location /told { }'),
       'a zone for events alone', 'zone "b" is never used in DIR/nginx.conf:');

warned(NginxT::run(http => 'print_hub_zone a:1m;'), 'a zone without a hub',
       'zone "a" is never used in DIR/nginx.conf:');

# a location without rules undoes those of its neighbours

my $token = 'print_hub_token 0123456789abcdef;';
my $open = 'takes any station: no print_hub_token, print_hub_client_id or '
           . 'print_hub_authorize in location';

for my $rules ($token, 'print_hub_client_id $remote_user;') {
    warned(server("location /a/ { print_hub on; $rules }",
                  'location /b/ { print_hub on; } location /c/ { print_hub on; }'),
           "an open door beside $rules",
           qq(zone "print_hub" $open "/b/" of DIR/nginx.conf:));

    accepted(server($rules, $hub), "$rules for all locations");

    accepted(server("location /a/ { print_hub on; $rules }",
                    'location ~ ^/(getStatus|startPrint)$ { print_hub on; }',
                    'location /jobs { print_hub_api on; }'),
             "$rules, and locations that take no stations");
}

accepted(server($hub), 'no rules at all, without a line');

warned(server($token, 'location /a/ { print_hub on; }',
              'location /b/ { print_hub on; print_hub_token off; }'),
       'a door that "off" opens', qq(zone "print_hub" $open "/b/" of ));

accepted(zones("[bc] location / { print_hub on zone=a; $token }"),
         'rules in one of several zones');

# what several zones inherit has to fit into the smallest one

for my $order ('abc', 'cba') {
    warned(NginxT::run(http => 'print_hub_zone a:4m; print_hub_zone b:64m;'
                               . 'print_hub_max_payload 20m;',
                       server => join '', map { "location /$_/ { print_hub on zone=$_; }" }
                                          $order eq 'abc' ? qw(a b) : qw(b a)),
           "max_payload in zones of two sizes, $order",
           '"print_hub_max_payload" of 20971520 bytes is more than the ',
           'that zone "a" has room for');
}

# what is overridden, or has an effect in another location, is no fault

accepted(NginxT::run(http => 'print_hub_queue 100; print_hub_deflate_window 12;'
                             . 'print_hub_cors_credentials on;'
                             . 'print_hub_cookie io;',
                     server => 'location /a/ { print_hub on;'
                               . ' print_hub_queue off; print_hub_deflate on;'
                               . ' print_hub_cors_origins https://a.example; }'
                               . 'location /b/ { print_hub on;'
                               . ' print_hub_transports websocket;'
                               . ' print_hub_cors_origins off; }'),
         'settings that are overridden in one location');

warned(NginxT::run(http => 'print_hub_deflate_window 12;',
                   server => join '', map { "location /$_/ { print_hub on; }" }
                                      1 .. 9),
       'a setting that has no effect in nine locations',
       '"print_hub_deflate_window" has no effect');

accepted(NginxT::run(http => $small . 'print_hub_queue 100000;',
                     server => 'location / { print_hub on; print_hub_queue off; }'),
         'a queue that no location has');
