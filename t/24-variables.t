# The variables of a request, in the log_format of docs/operations.md, for each
# path of the hub; and as keys of map and limit_req_zone.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use Test::More;
use Time::HiRes qw(sleep time);
use PrintHub;

our ($s, $seen);

# what the documents say, once for both languages

our $format = do {
    local (@ARGV, $/) = 'docs/operations.md';
    <> =~ /^ {4}(log_format print .*?;)$/ms or die 'no log_format';
    $1;
};

no_root_location();
no_long_string();
no_shuffle();

add_block_preprocessor(sub {
    my ($block) = @_;

    unlink "$Test::Nginx::Util::ServRoot/logs/print.log";
    $::seen = 0;

    $block->set_value(http_config => <<"_END_");
        print_hub_zone stations:1m;
        $::format
        access_log $Test::Nginx::Util::ServRoot/logs/print.log print;
        limit_req_zone \$print_hub_client_id zone=each:1m rate=1r/m;
        map \$print_hub_client_id \$mapped { default no; label-1 yes; }
_END_

    $block->set_value(config => <<'_END_') unless $block->config;
        location / {
            print_hub on;
            print_hub_api on;
            print_hub_max_client_ids 64;
        }
        location /away/ {
            print_hub on;
            print_hub_api on;
            print_hub_queue 10;
        }
        location /read/ { print_hub_api read; }
        location /limited/ {
            print_hub on;
            limit_req zone=each;
            limit_req_status 429;
        }
        location = /mapped { return 200 "$mapped"; }
        location /site/ { return 200 "$print_hub_clients_online"; }
_END_
});


# the next line of the log: what follows the URI, without the ids

sub line {
    my $end = time + $PrintHub::Timeout;

    while (1) {
        my @lines = do {
            open my $file, '<', "$Test::Nginx::Util::ServRoot/logs/print.log";
            $file ? <$file> : ();
        };

        if (@lines > $::seen && $lines[$::seen] =~ /\n\z/) {
            chomp(my $line = $lines[$::seen++]);
            $line =~ s/^\S+ 127\.0\.0\.1 //;
            return $line;
        }

        die "no line $::seen\n" if time > $end;
        sleep 0.02;
    }
}


# leaves n lines out

sub leave_out {
    my ($n) = @_;
    line() for 1 .. $n;
}


# the names with a value, in the order of the format

sub fields {
    my ($line) = @_;
    my %fields = $line =~ /(\w+)="?([^" ]+)/g;

    return join ' ', map { "$_=$fields{$_}" }
                     grep { exists $fields{$_} }
                     qw(endpoint client state result bytes source transport
                        protocol online live);
}


# a request, and its line

sub told {
    my ($expected, @request) = @_;

    http(@request);

    my $line = line();

    is(fields($line), $expected, "$request[0] $request[1]");

    return $line;
}

sub http { PrintHub::http(@_) }

our $json = 'application/json';
our $none = 'online=0 live=0';
our $one = 'online=1 live=0';

run_tests();

__DATA__

=== TEST 1: the paths that read
--- init
main::told("endpoint=getStatus result=ok $main::none", 'GET', '/getStatus');
main::told("endpoint=clients result=ok $main::none", 'GET', '/clients');
main::told("endpoint=clients client=x result=client_unknown $main::none", 'GET', '/clients/x');
main::told("endpoint=jobs result=ok $main::none", 'GET', '/jobs');
main::told("endpoint=jobs result=job_unknown $main::none", 'GET', '/jobs/AAAAAAAAAAAAAAAAAAAA');
main::told("endpoint=jobs result=invalid_request $main::none", 'GET', '/jobs?status=x');
main::told("endpoint=zone result=ok $main::none", 'GET', '/zone');
main::told("endpoint=health result=ok $main::none", 'GET', '/health');
main::told("endpoint=zone result=method_not_allowed $main::none", 'PUT', '/read/zone');
main::told($main::none, 'GET', '/site/x');
main::like(main::told("endpoint=health result=ok $main::none", 'GET', '/health'), qr/ zone=stations /, 'the zone');
PrintHub::watch();
main::is(main::fields(main::line()), "endpoint=events result=ok $main::none", 'events');
--- request
GET /site/
--- response_body chomp
0



=== TEST 2: the classic path
--- init
main::told("endpoint=startPrint client=x result=client_unknown bytes=17 source=startprint $main::none", 'GET', '/startPrint?clientId=x&printData=1');
main::told("endpoint=startPrint result=client_unknown $main::none", 'GET', '/startPrint');
main::told("endpoint=startPrint result=method_not_allowed $main::none", 'PUT', '/startPrint');
main::told("endpoint=startPrint result=invalid_request $main::none", 'POST', '/startPrint', '[]', 'Content-Type' => $main::json);
main::told("endpoint=startPrint result=unsupported_type $main::none", 'POST', '/startPrint', 'x', 'Content-Type' => 'text/x');
$main::s = PrintHub->new('/', '"label-1"'); main::leave_out(4);
my $line = main::told('endpoint=startPrint client=label-1 state=queued result=accepted bytes=15 source=startprint online=1 live=1', 'POST', '/startPrint', '{"clientId":"label-1","printData":1}', 'Content-Type' => $main::json);
main::like($line, qr/ job=[\w-]{20} /, 'the id');
$main::s->close; main::leave_out(1);
main::told('endpoint=startPrint client=label-1 result=client_offline bytes=17 source=startprint online=0 live=0', 'GET', '/startPrint?clientId=label-1&printData=1');
main::told('endpoint=startPrint client=label-1 state=queued result=queued bytes=17 source=startprint online=0 live=1', 'GET', '/away/startPrint?clientId=label-1&printData=1');
--- request
GET /mapped?clientId=label-1
--- response_body chomp
no



=== TEST 3: jobs
--- init
$main::s = PrintHub->new('/', '"a"', '"b"'); $main::s->close; main::leave_out(6);
my $print = sub { ('POST', '/away/jobs', shift, 'Content-Type' => $main::json, @_) };
main::told('endpoint=jobs client=a state=queued result=queued bytes=9 source=jobs online=0 live=1', $print->('{"clientId":"a","data":{"x":"1"}}'));
my $line = main::told('endpoint=jobs client=a,+1 state=queued result=queued bytes=1 source=jobs online=0 live=3', $print->('{"clientIds":["a","b"],"data":1}'));
main::like($line, qr/ job=[\w-]{20},[\w-]{20} /, 'two ids');
main::told('endpoint=jobs client=x result=client_unknown bytes=1 source=jobs online=0 live=3', $print->('{"clientId":"x","data":1}'));
main::told('endpoint=jobs result=invalid_request online=0 live=3', $print->('{'));
main::told('endpoint=jobs client=a state=queued result=queued bytes=1 source=jobs online=0 live=4', $print->('{"clientId":"a","data":1}', 'Idempotency-Key' => 'k'));
$line = main::told('endpoint=jobs client=a state=queued result=replayed bytes=1 source=jobs online=0 live=4', $print->('{"clientId":"a","data":1}', 'Idempotency-Key' => 'k'));
my ($id) = $line =~ / job=([\w-]{20}) /;
main::told('endpoint=jobs client=a result=idempotency_mismatch bytes=1 source=jobs online=0 live=4', $print->('{"clientId":"a","data":2}', 'Idempotency-Key' => 'k'));
main::like(main::told('endpoint=jobs state=queued result=ok online=0 live=4', 'GET', "/jobs/$id"), qr/ job=$id /, 'that id');
main::told('endpoint=jobs state=canceled result=ok online=0 live=3', 'DELETE', "/jobs/$id");
main::told('endpoint=jobs client=a result=client_offline bytes=1 source=jobs online=0 live=3', 'POST', '/jobs', '{"clientId":"a","data":1}', 'Content-Type' => $main::json);
main::told('endpoint=clients client=a result=ok online=0 live=3', 'GET', '/clients/a');
--- request
GET /getStatus
--- response_body_like: "a"



=== TEST 4: many ids take 512 bytes at most
--- init
$main::s = PrintHub->new('/', map { "\"c$_\"" } 1 .. 30); $main::s->close; main::leave_out(34);
PrintHub::http('POST', '/away/jobs', '{"clientIds":[' . join(',', map { "\"c$_\"" } 1 .. 30) . '],"data":1}', 'Content-Type' => $main::json);
main::like(main::line(), qr/client="c1,\+29" job=(?:[\w-]{20},){24}\+6 state=queued/, 'ids');
--- request
GET /health
--- response_body chomp
{"status":"ok"}



=== TEST 5: a station, and what is wrong with it
--- init
$main::s = PrintHub->new('/', '"label-1"');
my ($open, $post, $poll, $register) = map { main::line() } 1 .. 4;
my $sid = $main::s->{socket_id};
main::is(main::fields($open), "endpoint=socket_io result=ok transport=polling protocol=4 $main::none", 'open');
main::like($_, qr/ socket=$sid /, 'the id') for $poll, $register;
main::like($open, qr/ socket= /, 'it has not joined yet');
$main::s->close;
main::is(main::fields(main::line()), "endpoint=socket_io client=label-1 result=ok transport=polling protocol=4 $main::none", 'close');
main::told("endpoint=socket_io result=invalid_request protocol=3 $main::none", 'GET', '/socket.io/');
main::told("endpoint=socket_io result=invalid_request transport=polling protocol=4 $main::none", 'GET', '/socket.io/?EIO=4&transport=polling&sid=x');
--- request
GET /health
--- response_body chomp
{"status":"ok"}



=== TEST 6: a key of limit_req_zone, and what nginx refuses
--- init
main::told("endpoint=startPrint client=x result=client_unknown bytes=17 source=startprint $main::none", 'GET', '/limited/startPrint?clientId=x&printData=1');
main::told("endpoint=startPrint client=x result=rate_limited $main::none", 'GET', '/limited/startPrint?clientId=x&printData=1');
main::told("endpoint=startPrint client=y result=client_unknown bytes=17 source=startprint $main::none", 'GET', '/limited/startPrint?clientId=y&printData=1');
--- request
GET /health
--- response_body chomp
{"status":"ok"}
