package NginxT;

# Runs "nginx -t" with a configuration; core Perl only.

use strict;
use warnings;

use File::Temp qw(tempdir);

my $dir = tempdir(CLEANUP => 1);

mkdir "$dir/logs";
mkdir "$dir/temp";


# (main => ..., http => ..., server => ...) -> the configuration's text

sub text {
    my (%text) = (main => '', http => '', server => '', @_);

    my $paths = join '', map { "    ${_}_temp_path temp/$_;\n" }
        qw(client_body proxy fastcgi uwsgi scgi);

    return join "\n",
        (map { "load_module $_;" }
             split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || ''),
        'pid logs/nginx.pid;', 'error_log logs/error.log;',
        $text{main}, 'events { }', 'http {', $paths, $text{http},
        'server {', "listen unix:$dir/socket;", $text{server}, '}', '}', '';
}


# -> what nginx says; the last line tells whether the test is successful

sub run {
    my $name = "$dir/nginx.conf";

    open my $file, '>', $name or die "$name: $!\n";
    print $file text(@_);
    close $file;

    my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
    my $output = `"$nginx" -t -p "$dir" -c "$name" -e stderr 2>&1`;

    $output =~ s/\Q$dir\E/DIR/g;

    return $output;
}

1;
