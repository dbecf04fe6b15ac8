package PrintHub;

# A station on long-polling, one TCP connection per request; core Perl only.
# Each call waits for its answer.  After TEST_PATIENCE seconds it hangs: that is
# a guard, no judgement of speed.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time);

use Test::Nginx::Util qw(server_port);

our $Timeout = $ENV{TEST_PATIENCE} || 180;

sub open_socket {
    my ($s, $end) = (undef, time + $Timeout);

    until ($s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                      PeerPort => server_port()))
    {
        die "connect: $!\n" if time > $end;
        select undef, undef, undef, 0.05;     # valgrind is slow to listen
    }

    return $s;
}


# reads events and leaves: from now on the hub keeps events

sub watch {
    my ($s, $answer) = (open_socket(), '');

    syswrite $s, "GET /events HTTP/1.0\r\n\r\n";

    until ($answer =~ /retry/) {
        sysread $s, $answer, 65536, length $answer or die "no events\n";
    }
}


# http("GET", "/x") -> (status, head, body); body and more headers optional

sub http {
    my ($method, $uri, $body, %headers) = @_;

    my ($s, $end) = (open_socket(), time + $Timeout);

    my $head = "$method $uri HTTP/1.1\r\nHost: localhost\r\n";

    $headers{Connection} //= 'close';
    $head .= "$_: $headers{$_}\r\n" for sort keys %headers;
    $head .= 'Content-Length: ' . length($body) . "\r\n" if defined $body;

    syswrite $s, "$head\r\n" . ($body // '');

    my $answer = '';

    while (1) {
        IO::Select->new($s)->can_read($end - time) or die "$uri: timeout\n";
        sysread $s, $answer, 65536, length $answer or last;
    }

    $answer =~ /\AHTTP\/1\.1 (\d+)[^\r]*\r\n(.*?)\r\n\r\n(.*)\z/s
        or die "$uri: no answer: $answer\n";

    my ($status, $fields, $rest) = ($1, $2, $3);

    if ($fields =~ /^Transfer-Encoding: chunked/mi) {
        my $chunks = $rest;
        $rest = '';

        while ($chunks =~ s/\A([0-9a-f]+)\r\n//i && hex $1) {
            $rest .= substr $chunks, 0, hex $1, '';
            $chunks =~ s/\A\r\n//;
        }
    }

    return ($status, $fields, $rest);
}


# opens a session below the location $base; registers the ids, if any

sub new {
    my ($class, $base, @ids) = @_;

    my $self = bless {
        url => $base . 'socket.io/?EIO=4&transport=polling'
    }, $class;

    my ($status, undef, $body) = http('GET', $self->{url});

    $status == 200 && $body =~ /"sid":"([^"]{20})"/
        or die "handshake: $status $body\n";

    $self->{sid} = $1;
    $self->{url} .= "&sid=$1";

    $self->post('40');

    my ($packet) = $self->poll;

    $packet =~ /\A40\{"sid":"([^"]{20})"\}\z/ or die "connect: $packet\n";

    $self->{socket_id} = $1;

    $self->post(qq(42["register",$_])) for @ids;

    return $self;
}


sub post {
    my ($self, @packets) = @_;

    my ($status, undef, $body) = http('POST', $self->{url},
                                      join "\x1e", @packets);

    $status == 200 && $body eq 'ok' or die "post: $status $body\n";
}


# the packets of one poll; answers pings and polls again

sub poll {
    my ($self) = @_;

    while (1) {
        my ($status, undef, $body) = http('GET', $self->{url});
        die "poll: $status $body\n" unless $status == 200;

        my @packets = split /\x1e/, $body;

        if (grep { $_ eq '2' } @packets) {
            $self->post('3');
            @packets = grep { $_ ne '2' } @packets;
        }

        return @packets if @packets;
    }
}


# the next n packets

sub packets {
    my ($self, $n) = @_;
    my @packets;

    push @packets, $self->poll while @packets < $n;

    return @packets;
}


sub close { $_[0]->post('1') }

1;
