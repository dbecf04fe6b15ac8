# Metrics: where the directive may stand, methods and formats, the families and
# their order, several zones, and the names of clients.

use lib 't/lib';
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::Nginx::Socket 'no_plan';
use PrintHub;
use NginxT;

our ($s, $r, $body);

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(http_config => 'print_hub_zone a:1m; print_hub_zone name=b:256k; print_hub_limit off;
                                    print_hub_ping_timeout 1h;')
        unless defined $block->http_config;

    $block->set_value(config => '
        location /a/ { print_hub on zone=a; print_hub_api on zone=a; print_hub_queue 5; }
        location /b/ { print_hub on zone=b; print_hub_api on zone=b; }
        location = /metrics { print_hub_metrics; }
        location = /clients { print_hub_metrics clients; }')
        unless defined $block->config;

    $block->set_value(request => 'GET /metrics') unless defined $block->request;
});

# --- after: code that runs when the answer is here and nginx still runs

add_response_body_check(sub {
    my ($block, $body) = @_;

    $::body = $body;

    eval $block->after . '; 1' or fail($block->name . " - after: $@")
        if defined $block->after;

    ($::s, $::r) = ();
});


# the status, the head and the body of a request for metrics

sub ::metrics {
    my ($path, $accept) = @_;

    return PrintHub::http('GET', $path, undef,
                          defined $accept ? (Accept => $accept) : ());
}

# the value of one series

sub ::value {
    my ($body, $series) = @_;

    return $body =~ /^print_hub_\Q$series\E (\S+)$/m ? $1 : undef;
}

# the names of the families in their order

sub ::families {
    return join ' ', $_[0] =~ /^# TYPE print_hub_(\w+) /mg;
}

sub refused {
    my ($server, $expected, %more) = @_;

    like(NginxT::run(server => $server, %more),
         qr/\[emerg\] .*$expected in DIR\/nginx\.conf:\d+\n/, $server);
}

refused('location / { print_hub on; } location /m { print_hub_metrics all; }',
        'invalid parameter "all" in "print_hub_metrics" directive, it must be "clients"');
refused('location / { print_hub on; } location /m { print_hub_metrics; print_hub_metrics clients; }',
        '"print_hub_metrics" directive is duplicate');
refused('location / { print_hub on; } location /m { print_hub_metrics a b; }',
        'invalid number of arguments in "print_hub_metrics" directive');
refused('print_hub_metrics; location / { print_hub on; }',
        '"print_hub_metrics" directive is not allowed here');
refused('location / { print_hub on; print_hub_metrics; }',
        'print hub: conf: location "/" has "print_hub" and "print_hub_metrics", it must be one of them');
refused('location /x { print_hub_metrics clients; print_hub_api read; }',
        'print hub: conf: location "/x" has "print_hub_api" and "print_hub_metrics", it must be one of them');
refused('location /m { print_hub_metrics; }',
        'print hub: conf: "print_hub_metrics" has nothing to tell of: no location has "print_hub on" or '
        . '"print_hub_api"');

for my $server ('location / { print_hub on; } location = /m { print_hub_metrics; }',
                'location / { print_hub on; location = /m { print_hub_metrics clients; } }')
{
    like(NginxT::run(server => $server), qr/test is successful/, $server);
}

# a zone that no location uses has figures, too

like(NginxT::run(http => 'print_hub_zone z:256k;',
                 server => 'location /m { print_hub_metrics; }'),
     qr/test is successful/, 'a zone without a location');

run_tests();

__DATA__

=== the text format is the default
--- response_headers
Content-Type: text/plain; version=0.0.4; charset=utf-8
Cache-Control: no-store
--- after
unlike($body, qr/# (?:EOF|UNIT)/, 'no OpenMetrics');
like($body, qr/^# HELP print_hub_build_info .+\n# TYPE print_hub_build_info gauge\nprint_hub_build_info\{version="[\d.]+",nginx_version="[\d.]+"\} 1\n/, 'it begins with the version');
unlike($body, qr/NaN|_created\b/, 'neither NaN nor times of creation');
is_deeply([main::families($body) =~ /\b(\w+_(?:info|count|sum|bucket))\b/g], ['build_info'], 'no other reserved suffix');
ok(abs(main::value($body, 'start_time_seconds') - time) < 600, 'the start of nginx');
ok(main::value($body, 'config_load_time_seconds') >= main::value($body, 'start_time_seconds'), 'the load of the configuration');
cmp_ok(scalar(() = $body =~ /^print_hub_\w+\{zone="a"/mg), '<', 500, 'series of a zone');


=== families are in their order, each once, and have help
--- after
is(main::families($body), join(' ', qw(build_info start_time_seconds config_load_time_seconds
   zone_created_time_seconds zone_size_bytes zone_slots zone_slots_used zone_slots_reclaimable zone_slots_used_peak
   zone_refused_total zone_evicted_total zone_repairs_total zone_robs_total zone_lock_waits_total
   zone_lock_wait_seconds_total lost_total clients sessions connects_total upgrades_total disconnects_total
   handovers_total registrations_total recoveries_total refusals_total jobs jobs_accepted_total jobs_settled_total
   job_states_total jobs_history jobs_history_oldest_time_seconds jobs_refused_total idempotent_replays_total
   job_queue_seconds job_receipt_seconds job_result_seconds job_payload_bytes requests_total waiting_requests
   messages_total message_bytes_total deflate_bytes_total ping_rtt_seconds doorbell_rings_total doorbell_late_total
   workers worker_deaths_total events_total events_lost_total log_lines_total)), 'the order');
my ($family, $base, %seen);
for (split /\n/, $body) {
    if (/^# HELP (\S+) \S/) { $family = $1; ok(!$seen{$1}++, "$1 comes once"); next; }
    if (/^# TYPE (\S+) (\w+)/) { is($1, $family, "the type of $family"); $base = $2 eq 'histogram' ? qr/^\Q$family\E_(?:bucket|sum|count)[{ ]/ : qr/^\Q$family\E[{ ]/; next; }
    like($_, $base, "a line of $family") unless $_ =~ $base;
}


=== a histogram rises, and its last bucket is the count
--- after
for my $name (qw(job_queue job_receipt ping_rtt)) {
    my @n = $body =~ /^print_hub_${name}_seconds_bucket\{zone="a",le="[^"]+"\} (\d+)$/mg;
    my @sorted = sort { $a <=> $b } @n;
    is("@n", "@sorted", "$name rises");
    is(main::value($body, "${name}_seconds_count{zone=\"a\"}"), $n[-1], "the count of $name");
    ok(defined main::value($body, "${name}_seconds_sum{zone=\"a\"}"), "the sum of $name");
}
like($body, qr/^print_hub_ping_rtt_seconds_bucket\{zone="a",le="0\.001"\} 0\n(?:.*\n){7}print_hub_ping_rtt_seconds_bucket\{zone="a",le="1"\} 0\n/m, 'bounds');


=== OpenMetrics, if the client names it and does not like text better
--- after
my $text = 'text/plain; version=0.0.4; charset=utf-8';
my $open = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
for (['', $text], ['*/*', $text], ['application/*', $text], ['text/plain', $text],
     ['application/openmetrics-text', $open],
     ['Application/OpenMetrics-Text; version=1.0.0', $open],
     ['application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', $open],
     ['application/openmetrics-text;q=0.5, text/plain;q=0.5', $open],
     ['application/openmetrics-text;q=0.4, text/plain;q=0.5', $text],
     ['application/openmetrics-text;q=0.4, */*;q=0.5', $text],
     ['application/openmetrics-text;q=0', $text],
     ['text/html', $text])
{
    my (undef, $head) = main::metrics('/metrics', $_->[0]);
    like($head, qr/^Content-Type: \Q$_->[1]\E\r$/m, "Accept: $_->[0]");
}


=== what OpenMetrics has otherwise
--- more_headers
Accept: application/openmetrics-text
--- response_headers
Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8
--- after
like($body, qr/\n# EOF\n\z/, 'the end');
is(scalar(() = $body =~ /# EOF/g), 1, 'it is there once');
like($body, qr/^# TYPE print_hub_build info\nprint_hub_build_info\{/m, 'the type info');
like($body, qr/^# TYPE print_hub_requests counter\nprint_hub_requests_total\{/m, 'a counter');
like($body, qr/^# HELP print_hub_zone_lock_wait_seconds .*\n# TYPE print_hub_zone_lock_wait_seconds counter\n# UNIT print_hub_zone_lock_wait_seconds seconds\nprint_hub_zone_lock_wait_seconds_total\{/m, 'a unit');
like($body, qr/^# UNIT print_hub_message_bytes bytes$/m, 'bytes');
like($body, qr/^print_hub_ping_rtt_seconds_bucket\{zone="a",le="1\.0"\} 0$/m, 'bounds have a point');
is($_, undef, $_) for $body =~ /^# TYPE (\S+_total) /mg;


=== HEAD has the head alone
--- request
HEAD /metrics
--- response_headers
Content-Type: text/plain; version=0.0.4; charset=utf-8
--- after
is($body, '', 'no body');


=== other methods are refused
--- request
POST /metrics
x
--- error_code: 405
--- response_headers
Allow: GET, HEAD
Content-Type: application/json; charset=utf-8
--- response_body chomp
{"error":{"code":"method_not_allowed","message":"the method POST is not allowed"}}


=== a location inside does not inherit it, a block does
--- config
location / { print_hub on zone=a; }
location /m { print_hub_metrics; if ($arg_x) { set $y 1; } limit_except GET { allow all; } location /m/sub { return 204; } }
--- after
my ($status, undef, $text) = main::metrics('/m?x=1');
is($status, 200, 'an "if"');
like($text, qr/print_hub_build_info/, 'its metrics');
is((main::metrics('/m/sub'))[0], 204, 'a location inside');
is((PrintHub::http('POST', '/m', ''))[0], 405, 'limit_except');


=== each zone has its own figures
--- after
PrintHub::http('GET', '/a/startPrint?clientId=nobody') for 1 .. 3;
PrintHub::http('GET', '/b/getStatus');
PrintHub::http('POST', '/a/jobs', '{"clientIds":["x","y"],"data":1}', 'Content-Type' => 'application/json');
PrintHub::http('POST', '/a/jobs', '{', 'Content-Type' => 'application/json');
PrintHub::http('GET', '/a/jobs?x=1');
PrintHub::http('GET', '/a/nothing');
my $text = (main::metrics('/metrics'))[2];
is(main::value($text, 'requests_total{zone="a",endpoint="startPrint",code="2xx"}'), 3, 'prints of a');
is(main::value($text, 'requests_total{zone="b",endpoint="startPrint",code="2xx"}'), 0, 'prints of b');
is(main::value($text, 'requests_total{zone="b",endpoint="getStatus",code="2xx"}'), 1, 'getStatus of b');
is(main::value($text, 'requests_total{zone="a",endpoint="jobs",code="4xx"}'), 3, 'refused requests');
is(main::value($text, 'jobs_refused_total{zone="a",reason="client_unknown"}'), 5, 'one for each clientId');
is(main::value($text, 'jobs_refused_total{zone="a",reason="invalid_request"}'), 1, 'a body that is no JSON');
is(main::value($text, 'jobs_refused_total{zone="b",reason="client_unknown"}'), 0, 'none of b');
is(main::value($text, 'workers{zone="a",state="running"}'), 1, 'workers of a');


=== what nginx answers itself is counted
--- config
location /a/ { print_hub on zone=a; print_hub_api on zone=a; print_hub_max_payload 100;
    auth_basic x; auth_basic_user_file /nothing; }
location = /metrics { print_hub_metrics; }
--- after
PrintHub::http('POST', '/a/jobs', '{}', 'Content-Type' => 'application/json') for 1 .. 2;
PrintHub::http('GET', '/a/startPrint');
PrintHub::http('GET', '/a/getStatus');
my $text = (main::metrics('/metrics'))[2];
is(main::value($text, 'requests_total{zone="a",endpoint="jobs",code="4xx"}'), 2, '401 of jobs');
is(main::value($text, 'requests_total{zone="a",endpoint="startPrint",code="4xx"}'), 1, '401 of startPrint');
is(main::value($text, 'jobs_refused_total{zone="a",reason="unauthorized"}'), 3, 'prints that it refuses');


=== repetitions, sites of others, methods
--- config
location /a/ { print_hub on zone=a; print_hub_api on zone=a; print_hub_queue 5; print_hub_start_print same_origin; }
location /read/ { print_hub_api read zone=a; }
location = /metrics { print_hub_metrics; }
--- after
$s = PrintHub->new('/a/', '"p"');
my @json = ('Content-Type' => 'application/json');
PrintHub::http('POST', '/a/jobs', '{"clientId":"p","data":1}', @json, 'Idempotency-Key' => 'k') for 1 .. 3;
PrintHub::http('POST', '/a/jobs', '{"clientId":"p","data":2}', @json, 'Idempotency-Key' => 'k');
PrintHub::http('POST', '/a/jobs', '{"clientId":"p","data":2}', @json, 'Origin' => 'http://evil.example');
PrintHub::http('GET', '/a/startPrint?clientId=p', undef, 'Origin' => 'http://evil.example');
PrintHub::http('POST', '/read/jobs', '{}', @json);
PrintHub::http('POST', '/a/jobs', 'x', 'Content-Type' => 'text/html');
my $text = (main::metrics('/metrics'))[2];
is(main::value($text, 'idempotent_replays_total{zone="a"}'), 2, 'repetitions');
is(main::value($text, 'jobs_refused_total{zone="a",reason="idempotency_mismatch"}'), 1, 'another print with that key');
is(main::value($text, 'jobs_refused_total{zone="a",reason="origin_not_allowed"}'), 2, 'prints of another site');
is(main::value($text, 'refusals_total{zone="a",cause="origin"}'), 2, 'requests of another site');
is(main::value($text, 'jobs_refused_total{zone="a",reason="method_not_allowed"}'), 1, 'print_hub_api read');
is(main::value($text, 'jobs_refused_total{zone="a",reason="unsupported_type"}'), 1, 'a type');
cmp_ok(main::value($text, 'messages_total{zone="a",direction="in"}'), '>=', 2, 'messages of the station');


=== clients have their own families, if that is asked for
--- request
GET /clients
--- after
unlike($body, qr/client="/, 'nobody is known');
like(main::families($body), qr/ log_lines_total client_online client_queue_jobs client_last_seen_time_seconds client_jobs_total\z/, 'the families');
$s = PrintHub->new('/a/', '"前台打印机"', '"b"');
$r = PrintHub->new('/b/', '"前台打印机"');
PrintHub::http('POST', '/a/jobs', '{"clientIds":["b","前台打印机"],"data":1}', 'Content-Type' => 'application/json');
my $text = (main::metrics('/clients'))[2];
is(main::value($text, 'client_online{zone="a",client="前台打印机"}'), 1, 'online in a');
is(main::value($text, 'client_online{zone="b",client="前台打印机"}'), 1, 'online in b');
is(main::value($text, 'client_jobs_total{zone="a",client="b",state="accepted"}'), 1, 'its job');
is(main::value($text, 'client_jobs_total{zone="b",client="前台打印机",state="accepted"}'), 0, 'that of b');
ok(abs(main::value($text, 'client_last_seen_time_seconds{zone="a",client="b"}') - time) < 600, 'last seen');
unlike((main::metrics('/metrics'))[2], qr/client="/, 'not without the parameter');
$s->close;
$text = (main::metrics('/clients'))[2];
is(main::value($text, 'client_online{zone="a",client="b"}'), 0, 'offline');
is(main::value($text, 'client_queue_jobs{zone="a",client="b"}'), 1, 'its queue');


=== a clientId may have any characters
--- after
$s = PrintHub->new('/a/', '"\u005c\u0022"', '"a\u005c"', '"\u000a"', '"{}"');
my $text = (main::metrics('/clients'))[2];
for ('\\\\\\"', 'a\\\\', '\\n', '{}') {
    is(main::value($text, "client_online{zone=\"a\",client=\"$_\"}"), 1, "clientId $_");
}


=== the name of a zone is escaped, too
--- http_config
print_hub_zone 'q"\\uote:256k';
--- config
location / { print_hub on; }
location = /metrics { print_hub_metrics; }
--- after
like($body, qr/^print_hub_clients\{zone="q\\"\\\\uote",/m, 'its label');


=== the webhook has a name and its own families
--- config
location /a/ { print_hub on zone=a; print_hub_api on zone=a; }
location /b/ { print_hub on zone=b; }
location = /metrics { print_hub_metrics; }
location = /hook { internal; return 204; }
print_hub_events /hook zone=a retry=1ms;
--- after
$s = PrintHub->new('/a/', '"p"');
my $text;
for (1 .. 600) {
    $text = (main::metrics('/metrics'))[2];
    last if main::value($text, 'webhook_requests_total{zone="a",webhook="/hook",code="2xx"}');
    select undef, undef, undef, .05;
}
cmp_ok(main::value($text, 'webhook_requests_total{zone="a",webhook="/hook",code="2xx"}'), '>', 0, 'delivered');
is(main::value($text, 'webhook_requests_total{zone="a",webhook="/hook",code="none"}'), 0, 'no failures');
ok(abs(main::value($text, 'webhook_last_success_time_seconds{zone="a",webhook="/hook"}') - time) < 600, 'when');
is(main::value($text, 'webhook_pending_events{zone="a",webhook="/hook"}'), 0, 'nothing waits');
unlike($text, qr/\{zone="b",webhook/, 'b has none');


=== HTTP/1.0 gets it without chunks
--- raw_request eval
"GET /metrics HTTP/1.0\r\n\r\n"
--- response_headers
! Transfer-Encoding
--- after
like($body, qr/^# HELP print_hub_build_info/, 'the beginning');
like($body, qr/print_hub_log_lines_total\{zone="b",result="failed"\} 0\n\z/, 'the end');
