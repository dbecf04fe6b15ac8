# The bodies of POST /startPrint and POST jobs: compressed, with a charset, with
# a byte order mark, in several parts.  The text that was meant is printed, or
# nothing.

use lib 't/lib';
use Compress::Zlib qw(compress memGzip);
use Test::Nginx::Socket 'no_plan';
use PrintHub;

our $s;

no_root_location();
no_long_string();

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value(config => 'location / { print_hub on; print_hub_api on; ' . ($block->hub // '') . ' }');
    $block->set_value(request => 'GET /getStatus') unless defined $block->request;
    $block->set_value(init => '$::s = PrintHub->new("/", q("x"));');
});

# --- posts: a list of requests, [path, type, encoding, body]
# --- answers: the status and the text of the error, of each of them
# --- packets: what the station gets, one packet a line; the last one is of a
#              job that the test adds, so that there is nothing behind the others

add_response_body_check(sub {
    my ($block) = @_;

    return unless defined $block->posts;

    my @answers = map { post(@$_) } @{eval $block->posts or die $@};

    push @answers, post('/startPrint', 'application/json', '', '{"clientId":"x","printData":"end"}');

    is_deeply(\@answers, [(split /\n/, $block->answers), '200 参数已接收'],
              $block->name . ' - answers');

    my @wanted = (split(/\n/, $block->packets // ''), '42["print",{"printData":"end"}]');

    is_deeply([eval { $s->packets(scalar @wanted) }], \@wanted, $block->name . ' - packets')
        or diag $@;
});


# sends a body; returns the status, with the text of an error

sub post {
    my ($path, $type, $encoding, $body) = @_;

    my ($status, $head, $answer) = PrintHub::http('POST', $path, $body,
        $type ne '' ? ('Content-Type' => $type) : (),
        $encoding ne '' ? ('Content-Encoding' => $encoding) : ());

    my ($code) = $answer =~ /"code":"([^"]*)"/;
    my ($text) = $answer =~ /"message":"((?:[^"\\]|\\.)*)"/;
    my ($accept) = $head =~ /^(Accept-Encoding: [^\r]*)/m;

    $text =~ s/\\"/"/g if defined $text;

    return CORE::join ' ', grep { defined } $status, $code, $text, $accept;
}


# a body of several parts, with the boundary "b c"; [more of the header, value]

sub parts {
    return CORE::join('', map { "--b c\r\nContent-Disposition: form-data; $_->[0]\r\n\r\n$_->[1]\r\n" } @_)
           . "--b c--\r\n";
}

our $json = 'application/json';
our $form = 'application/x-www-form-urlencoded';
our $bytes = 'application/octet-stream';
our $multi = 'multipart/form-data; boundary="b c"';

run_tests();

__DATA__

=== TEST 1: compressed bodies
--- posts
my $text = '{"clientId":"x","printData":"' . 'label ' x 3 . '中"}';
[['/startPrint', $::json, 'gzip', memGzip($text)],
 ['/startPrint', $::json, 'X-GZip', memGzip($text)],
 ['/startPrint', $::json, 'Deflate', compress($text)],
 ['/startPrint', $::json, 'identity', $text],
 ['/startPrint', $::json, 'IDENTITY', $text],
 ['/startPrint', $::form, 'gzip', memGzip('clientId=x&printData=a+b')],
 ['/startPrint', '', 'gzip', memGzip('clientId=x&') . memGzip('printData=two')],
 ['/startPrint', $::multi, 'gzip', memGzip(main::parts(['name=clientId', 'x'], ['name=printData', 'm']))],
 ['/startPrint?clientId=x&printData=query', '', 'gzip', memGzip('')],
 ['/jobs', $::json, 'gzip', memGzip('{"clientId":"x","data":1}')],
 ['/jobs?clientId=x', $::bytes, 'gzip', memGzip("\xef\xbb\xbf^XA")]]
--- answers
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
201
201
--- packets
42["print",{"printData":"label label label 中"}]
42["print",{"printData":"label label label 中"}]
42["print",{"printData":"label label label 中"}]
42["print",{"printData":"label label label 中"}]
42["print",{"printData":"label label label 中"}]
42["print",{"printData":"a b"}]
42["print",{"printData":"two"}]
42["print",{"printData":"m"}]
42["print",{"printData":"query"}]
42["print",1]
451-["print",{"_placeholder":true,"num":0}]
b77u/XlhB
--- no_error_log
[alert]



=== TEST 2: bodies that cannot be inflated
--- posts
my $text = '{"clientId":"x","printData":"1"}';
my $gzip = memGzip($text);
[['/startPrint', $::json, 'gzip', $text],
 ['/startPrint', $::json, 'gzip', substr($gzip, 0, -1)],
 ['/startPrint', $::json, 'x-gzip', $gzip . "\0"],
 ['/startPrint', $::json, 'deflate', $gzip],
 ['/startPrint', $::json, 'deflate', substr(compress($text), 2, -4)],
 ['/startPrint?clientId=x', '', 'gzip', ''],
 ['/jobs', $::json, 'gzip', substr($gzip, 0, 20)],
 ['/jobs?clientId=x', $::bytes, 'deflate', $gzip]]
--- answers
400 the body is damaged or incomplete: it cannot be decoded as "gzip"
400 the body is damaged or incomplete: it cannot be decoded as "gzip"
400 the body is damaged or incomplete: it cannot be decoded as "x-gzip"
400 the body is damaged or incomplete: it cannot be decoded as "deflate"
400 the body is damaged or incomplete: it cannot be decoded as "deflate"
400 the body is damaged or incomplete: it cannot be decoded as "gzip"
400 invalid_request the body is damaged or incomplete: it cannot be decoded as "gzip"
400 invalid_request the body is damaged or incomplete: it cannot be decoded as "deflate"



=== TEST 3: encodings that are not supported
--- posts
my $text = '{"clientId":"x","printData":"1"}';
[['/startPrint', $::json, 'br', $text], ['/startPrint', $::json, 'zstd', $text],
 ['/startPrint', $::json, 'gzip, deflate', $text], ['/startPrint', $::json, 'gzip, gzip', memGzip(memGzip($text))],
 ['/startPrint', $::json, "gzip\r\nContent-Encoding: br\r\nContent-Encoding: br", $text],
 ['/startPrint', '', 'gzip2', 'clientId=x&printData=1'], ['/startPrint', $::json, 'e' x 200, $text],
 ['/jobs', $::json, 'br', $text], ['/jobs?clientId=x', $::bytes, 'compress', $text],
 ['/jobs', 'text/plain', 'br', $text]]
--- answers eval
my @encodings = ('br', 'zstd', 'gzip, deflate', 'gzip, gzip', 'gzip, br', 'gzip2', 'e' x 128, 'br', 'compress');
my $n = 0;
CORE::join '', map({ '415 ' . ($n++ < 7 ? '' : 'unsupported_type ')
                     . qq(the encoding "$_" is neither gzip nor deflate Accept-Encoding: gzip, deflate\n) } @encodings),
    qq(415 unsupported_type invalid "Content-Type" value "text/plain", expected "application/json" or "application/octet-stream"\n)



=== TEST 4: bodies that are larger than the limit when they are inflated
--- hub
print_hub_max_payload 1000;
--- posts
my $text = sub { my $head = '{"clientId":"x","printData":"'; $head . 'a' x ($_[0] - length($head) - 2) . '"}' };
[['/startPrint', $::json, 'gzip', memGzip($text->(1000))], ['/startPrint', $::json, 'gzip', memGzip($text->(1001))],
 ['/startPrint', $::json, 'deflate', compress($text->(900000))],
 ['/startPrint', $::json, 'gzip', memGzip('') x 50],
 ['/jobs', $::json, 'gzip', memGzip($text->(1001))],
 ['/jobs?clientId=x', $::bytes, 'gzip', memGzip('z' x 500) x 3]]
--- answers
200 参数已接收
413 the inflated body is larger than "print_hub_max_payload" of 1000
413 the inflated body is larger than "print_hub_max_payload" of 1000
400 the body is not a JSON object
413 too_large the inflated body is larger than "print_hub_max_payload" of 1000
413 too_large the inflated body is larger than "print_hub_max_payload" of 1000
--- packets eval
'42["print",{"printData":"' . 'a' x (1000 - 31) . '"}]'



=== TEST 5: charsets
--- posts
my $text = '{"clientId":"x","printData":"1"}';
[(map { ["/startPrint", "$::json$_", '', $text] }
      '; charset=utf-8', ';charset=UTF8', '; Charset="Utf-8"; x=y', ' charset=utf-8', ''),
 ['/startPrint', "$::form; charset=utf-8", '', 'clientId=x&printData=2'],
 ['/startPrint', "$::form; charset=GBK", '', 'clientId=x&printData=%B4%F2'],
 (map { ["/startPrint", "$::json$_", '', $text] }
      '; charset=GBK', '; charset="utf-16"', '; x=y; charset=latin1', ' charset=GBK', '; charset=utf-8; charset=GBK',
      '; charset=', '; charset="utf-8'),
 ['/startPrint', "$::multi; charset=GBK", '', main::parts(['name=clientId', 'x'])],
 ['/jobs', "$::json; charset=gb18030", '', '{"clientId":"x","data":1}'],
 ['/jobs?clientId=x', "$::bytes; charset=GBK", '', "\xb4\xf2"]]
--- answers eval
CORE::join '', map({ "200 参数已接收\n" } 1 .. 6),
    map({ qq(415 the charset "$_" is not utf-8\n) }
        'GBK', 'GBK', 'utf-16', 'latin1', 'GBK', 'GBK', '', '"utf-8', 'GBK'),
    qq(415 unsupported_type the charset "gb18030" is not utf-8\n201\n)
--- packets
42["print",{"printData":"1"}]
42["print",{"printData":"1"}]
42["print",{"printData":"1"}]
42["print",{"printData":"1"}]
42["print",{"printData":"1"}]
42["print",{"printData":"2"}]
451-["print",{"_placeholder":true,"num":0}]
btPI=



=== TEST 6: a byte order mark
--- posts
my $bom = "\xef\xbb\xbf";
[['/startPrint', $::json, '', $bom . '{"clientId":"x","printData":"json"}'],
 ['/startPrint', $::form, '', $bom . 'clientId=x&printData=form'],
 ['/startPrint', $::multi, '', $bom . main::parts(['name=clientId', 'x'], ['name=printData', $bom . 'part'])],
 ['/startPrint', $::json, 'gzip', memGzip($bom . '{"clientId":"x","printData":"gzip"}')],
 ['/startPrint', $::json, '', $bom . qq({"clientId":"x","printData":"$bom"})],
 ['/startPrint?clientId=x&printData=query', $::form, '', $bom],
 ['/startPrint', $::json, '', $bom . $bom . '{"clientId":"x","printData":"2"}'],
 ['/startPrint', $::json, '', substr($bom, 0, 2) . '{"clientId":"x","printData":"2"}'],
 ['/jobs', $::json, '', $bom . '{"clientId":"x","data":1}'],
 ['/jobs?clientId=x', $::bytes, '', $bom]]
--- answers
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
200 参数已接收
400 the body is not a JSON object
400 the body is not a JSON object
201
201
--- packets eval
my $bom = "\xef\xbb\xbf";
CORE::join "\n", map({ qq(42["print",{"printData":"$_"}]) } 'json', 'form', $bom . 'part', 'gzip', $bom, 'query'),
     '42["print",1]', '451-["print",{"_placeholder":true,"num":0}]', 'b77u/'



=== TEST 7: multipart, as a form
--- posts
my @id = ('name="clientId"', 'x');
[['/startPrint', $::multi, '', main::parts([@id], ['name="printData"', "a%41+b&c=d\r\n\r\n--b \"\xe4\xb8\xad"])],
 ['/startPrint', $::multi, '', main::parts(['name="printData[a]"', '1'], [@id], ['name="printData[b][c]"', ']=2'])],
 ['/startPrint', $::multi, '', main::parts(['name=printData', '1'], ['name=printData', '2'], [@id])],
 ['/startPrint', $::multi, '', main::parts(['name="na=me]&+"', 'v'], [@id], ["name=copies\r\nContent-Type: text/plain", '2'])],
 ['/startPrint', 'Multipart/Form-Data;boundary=----WebKitFormBoundaryAbc', '',
  "a preamble\r\n------WebKitFormBoundaryAbc\r\nContent-Disposition: form-data; name=\"clientId\"\r\n\r\nx\r\n"
  . "------WebKitFormBoundaryAbc\r\nContent-Disposition: form-data; name=\"printData\"\r\n\r\n\r\n"
  . "------WebKitFormBoundaryAbc--\r\nthe end"],
 ['/startPrint', $::multi, '', main::parts([@id], ['name=printData', 'z' x 100000])],
 ['/startPrint', $::multi, '', main::parts([@id], map { ["name=f$_", ''] } 1 .. 999)],
 ['/startPrint', $::multi, '', main::parts(['name=printData', '1'])],
 ['/startPrint', $::multi, '', main::parts()]]
--- answers eval
"200 参数已接收\n" x 7 . "200 打印机不存在\n" x 2
--- packets eval
CORE::join "\n", '42["print",{"printData":"a%41+b&c=d\r\n\r\n--b \"' . "\xe4\xb8\xad" . '"}]',
    '42["print",{"printData":{"a":"1","b":{"c":"]=2"}}}]', '42["print",{"printData":["1","2"]}]',
    '42["print",{"na=me]&+":"v","copies":"2"}]', '42["print",{"printData":""}]',
    '42["print",{"printData":"' . 'z' x 100000 . '"}]',
    '42["print",{' . CORE::join(',', map { qq("f$_":"") } 1 .. 999) . '}]'



=== TEST 8: multipart that is refused
--- posts
my @id = ('name="clientId"', 'x');
my $good = main::parts([@id], ['name=printData', '1']);
[['/startPrint', $::multi, '', main::parts([@id], ['name=printData; filename="l.zpl"', '1'])],
 ['/startPrint', $::multi, '', main::parts([@id], ['name=printData; filename=""', '1'])],
 ['/startPrint', $::multi, '', main::parts([@id], ["name=printData\r\nContent-Type: text/plain; charset=GBK", '1'])],
 ['/startPrint', $::multi, '', main::parts([@id], ["name=printData\r\nContent-Transfer-Encoding: base64", 'MQ=='])],
 ['/startPrint', $::multi, '', main::parts([@id], ['name=printData', "\xb4\xf2"])],
 ['/startPrint', $::multi, '', main::parts([@id], ['x=y', '1'])],
 ['/startPrint', $::multi, '', substr($good, 0, -4)],
 ['/startPrint', $::multi, '', $good =~ s/\r//gr],
 ['/startPrint', $::multi, '', $good =~ s/--b c\r\n/--b cc\r\n/r],
 ['/startPrint?clientId=x&printData=1', $::multi, '', ''],
 ['/startPrint', 'multipart/form-data', '', $good],
 ['/startPrint', 'multipart/form-data; boundary=' . 'b' x 71, '', $good],
 ['/startPrint', 'multipart/mixed; boundary="b c"', '', $good],
 ['/startPrint', $::multi, '', main::parts([@id], map { ["name=f$_", ''] } 1 .. 1000)],
 ['/jobs', $::multi, '', $good]]
--- answers eval
CORE::join("\n", map({ "400 $_" } 'a part of the multipart body is a file, "l.zpl"; only fields are allowed',
    'a part of the multipart body is a file, ""; only fields are allowed'),
    '415 the charset "GBK" is not utf-8',
    map({ "400 $_" } 'a part of the multipart body has the transfer encoding "base64"',
    'the field "printData" of the multipart body is not UTF-8', 'a part of the multipart body has no name',
    'the multipart body ends before its last boundary', 'the multipart body is malformed',
    'the multipart body is malformed', 'the multipart body ends before its last boundary',
    'invalid boundary "" of the multipart body, expected 1 to 70 characters',
    'invalid boundary "' . 'b' x 71 . '" of the multipart body, expected 1 to 70 characters'),
    '415 the type "multipart/mixed; boundary="b c"" is neither application/json nor application/x-www-form-urlencoded nor multipart/form-data',
    '400 the multipart body has more than 1000 fields',
    '415 unsupported_type invalid "Content-Type" value "multipart/form-data; boundary="b c"", expected "application/json" or "application/octet-stream"')
    . "\n"



=== TEST 9: forms and types that cannot be read as they were meant
--- posts
my $good = main::parts(['name=clientId', 'x'], ['name=printData', '1']);
[['/startPrint', $::form, '', "clientId=x&printData=\xb4\xf2"],
 ['/startPrint', "$::form; charset=utf-8", 'gzip', memGzip("clientId=x&printData=\xe4\xb8")],
 ['/startPrint', $::form, '', CORE::join('&', 'clientId=x', map { "f$_=1" } 1 .. 1000)],
 ['/startPrint', 'multipart/form-data; boundary="b c', '', $good],
 ['/startPrint', "$::json; x=\"y", '', '{"clientId":"x","printData":"1"}'],
 ['/startPrint', $::form, '', CORE::join('&', 'clientId=x', 'printData=1', map { "f$_=1" } 1 .. 998)]]
--- answers
400 the form is not UTF-8
400 the form is not UTF-8
400 the form has 1001 fields, at most 1000 are allowed
400 the type "multipart/form-data; boundary="b c" has a parameter that cannot be read
400 the type "application/json; x="y" has a parameter that cannot be read
200 参数已接收
--- packets
42["print",{"printData":"1"}]



=== TEST 10: the query string of a GET is read as ever, whatever the headers say
--- request
GET /startPrint?clientId=x&printData=%B4%F2
--- more_headers
Content-Type: application/json; charset=GBK
Content-Encoding: br
--- response_body chomp
{"message":"参数已接收"}



=== TEST 11: polling takes no compressed body, and reads text whatever the charset
--- config
    location / { print_hub on; print_hub_api on; }
--- posts
my $url = $::s->{url};
[[$url, 'text/plain;charset=UTF-8', 'gzip', memGzip('42["register","y"]')],
 [$url, 'text/plain;charset=UTF-8', 'br', '42["register","y"]'],
 [$url, '', 'gzip, identity', '42["register","y"]'],
 [$url, 'text/plain; charset=GBK', 'identity', '42["register","z"]'],
 [$url, 'application/octet-stream; charset=UTF-8', '', '42["register","w"]'],
 ['/startPrint', $::json, '', '{"clientId":"y"}'],
 ['/startPrint', $::json, '', '{"clientId":"z","printData":1}'],
 ['/startPrint', $::json, '', '{"clientId":"w","printData":2}']]
--- answers
415 Accept-Encoding: identity
415 Accept-Encoding: identity
415 Accept-Encoding: identity
200
200
200 打印机不存在
200 参数已接收
200 参数已接收
--- packets
42["print",{"printData":1}]
42["print",{"printData":2}]
