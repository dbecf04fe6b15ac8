# The paths of the API: each of them with each method, with a slash at the end
# and without, with an argument that it does not know, and with a body that it
# does not take.  Each answer is JSON, and each error has a code.

use lib 't/lib';
use JSON::PP qw(decode_json);
use Test::Nginx::Socket 'no_plan';
use PrintHub;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; print_hub_api_cors_origins *; }');
    $block->set_value(request => 'GET /getStatus') unless defined $block->request;
});

# --- table: the status of each method at each path, with a slash at the end and
#            without; "." is not asked: a stream of events has no end
# --- query: the arguments, none by default
# --- type: of a body, none by default

add_response_body_check(sub {
    my ($block) = @_;

    return unless defined $block->table;

    my ($head, @rows) = map { [split] } split /\n/, $block->table;
    my ($query, $type) = map { chomp(my $text = $_ // ''); $text } scalar $block->query, scalar $block->type;
    my (@wanted, @got);

    for my $row (@rows) {
        my ($path, @statuses) = @$row;

        for my $i (0 .. $#statuses) {
            my ($method, $status) = ($head->[$i], $statuses[$i]);

            for my $uri ($status eq '.' ? () : ("/$path", "/$path/")) {
                push @wanted, "$method $uri: $status " . wanted($path, $method, $status);
                push @got, "$method $uri: " . got($method, $query ? "$uri?$query" : $uri, $type);
            }
        }
    }

    is_deeply(\@got, \@wanted, $block->name . ' - table');
});


# what the body of an answer should be

sub wanted {
    my ($path, $method, $status) = @_;

    return 'empty' if $method eq 'HEAD' || $status == 204;
    return 'JSON' if $status < 400;
    return 'a message without a code' if $path =~ /^(?:getStatus|startPrint)$/;

    my %codes = (
        400 => 'invalid_request', 404 => $path =~ /^jobs/ ? 'job_unknown' : 'client_unknown',
        405 => 'method_not_allowed', 415 => 'unsupported_type'
    );

    return $codes{$status};
}


# the status of an answer, and what its body is

sub got {
    my ($method, $uri, $type) = @_;
    my @body = $type ? ('{"clientId":"y","printData":1}', 'Content-Type' => $type) : ();
    my ($status, $head, $body) = PrintHub::http($method, $uri, @body);

    return "$status " . ($body eq '' ? 'empty' : $body) if $method eq 'HEAD' || $status == 204;

    return "$status of another type: $head"
        unless $head =~ m{^Content-Type: application/json; charset=utf-8\r?$}m;

    my $json = eval { decode_json($body) } or return "$status no JSON: $body";

    return "$status JSON" if $status < 400;
    return "$status a message without a code" if $json->{message};

    return "$status " . ($json->{error}{message} ? $json->{error}{code} : $body);
}

run_tests();

__DATA__

=== TEST 1: each method
--- init
PrintHub->new('/', '"x"')->close;
--- table
            GET HEAD POST PUT PATCH OPTIONS BREW
jobs        200  200  415 405   405     204  405
jobs/x      404  404  405 405   405     204  405
clients     200  200  405 405   405     204  405
clients/y   404  404  405 405   405     204  405
zone        200  200  405 405   405     204  405
health      200  200  405 405   405     204  405
events        .  200  405 405   405     204  405
getStatus   200  200  405 405   405     204  405
startPrint  200  405  200 405   405     204  405



=== TEST 2: DELETE
--- table
           DELETE
jobs          405
jobs/x        404
clients       400
clients/y     404
zone          405
health        405
events        405
getStatus     405
startPrint    405



=== TEST 3: an argument that is unknown; the legacy paths print it, or have always ignored it
--- query
clientid=y
--- table
            GET HEAD POST PUT DELETE OPTIONS
jobs        400  400  415 405    405     204
jobs/x      400  400  405 405    400     204
clients     400  400  405 405    400     204
clients/y   400  400  405 405    400     204
zone        400  400  405 405    405     204
health      400  400  405 405    405     204
events      400  400  405 405    405     204
getStatus   200  200  405 405    405     204
startPrint  200  405  200 405    405     204



=== TEST 4: an argument without a value
--- query
clientId
--- table
            GET DELETE
jobs        400    405
jobs/x      400    400
clients     400    400
clients/y   400    400
zone        400    405
health      400    405
events      400    405



=== TEST 5: a body of another type
--- type
text/plain
--- table
            GET HEAD POST PUT DELETE OPTIONS
jobs        200  200  415 405    405     204
jobs/x      404  404  405 405    404     204
clients     200  200  405 405    400     204
clients/y   404  404  405 405    404     204
zone        200  200  405 405    405     204
health      200  200  405 405    405     204
events        .  200  405 405    405     204
getStatus   200  200  405 405    405     204
startPrint  200  405  415 405    405     204



=== TEST 6: a body of JSON with members that are unknown to jobs
--- type
application/json
--- table
            GET HEAD POST PUT DELETE OPTIONS
jobs        200  200  400 405    405     204
jobs/x      404  404  405 405    404     204
clients     200  200  405 405    400     204
clients/y   404  404  405 405    404     204
zone        200  200  405 405    405     204
health      200  200  405 405    405     204
events        .  200  405 405    405     204
getStatus   200  200  405 405    405     204
startPrint  200  405  200 405    405     204



=== TEST 7: the text of the error; "_" is known everywhere
--- request eval
["GET /jobs?status=failed", "GET /jobs?_=1&limit=1", "GET /jobs?_", "GET /clients?conected=true",
 "GET /jobs?limit=1&&st%61te=failed", "GET /jobs?=1", "GET /zone?" . 'z' x 200, "GET /clients?clientId",
 "GET /jobs?limit=1&State=failed", "DELETE /clients/x?_=1", "GET /events?clientID=x", "GET /jobs/x?wait_four=result"]
--- error_code eval
[400, 200, 200, 400, 400, 400, 400, 400, 400, 404, 400, 400]
--- response_body_like eval
my $error = sub {
    my $text = quotemeta shift;
    return qr/\A\{"error":\{"code":"invalid_request","message":"the argument \\"$text\\" $_[0]"\}\}\z/;
};
my $unknown = sub { $error->(shift, 'is unknown') };
[$unknown->('status'), '"jobs"', '"jobs"', $unknown->('conected'), $unknown->('st%61te'), $unknown->(''),
 $unknown->('z' x 128), $error->('clientId', 'has no value'), $unknown->('State'), 'client_unknown',
 $unknown->('clientID'), $unknown->('wait_four')]



=== TEST 8: the arguments of POST jobs depend on the type of its body
--- init
$::s = PrintHub->new('/', '"x"');
--- request eval
["POST /jobs?clientId=x\n" . '{"clientId":"x"}', "POST /jobs?wait=0&wait_for=result&ttl=1&_=5\n" . '{"clientId":"x"}',
 "POST /jobs?clientId=x&event=e&wait=0&ttl=1&_\nabc", "POST /jobs?clientId=x&evnt=e\nabc"]
--- more_headers eval
[map { "Content-Type: application/$_" } 'json', 'json', 'octet-stream', 'octet-stream']
--- error_code eval
[400, 201, 201, 400]
--- response_body_like eval
['the argument ..clientId.. is unknown', 'queued', 'queued', 'the argument ..evnt.. is unknown']
