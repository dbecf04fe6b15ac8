# print_hub_api: the newer paths are served where it says so, and read only
# where it says that.

use Test::Nginx::Socket 'no_plan';

our @paths = qw(/jobs /jobs/ /jobs/AAAAAAAAAAAAAAAAAAAA /clients /clients/x /events /zone /health);
our @writes = qw(POST PUT PATCH DELETE);

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: without it, the newer paths are the site's own
--- config
    location / { print_hub on; }
--- request eval
[map({ ("GET $_", "HEAD $_") } @::paths), "DELETE /jobs", "POST /jobs\n{}"]
--- error_code eval
[(404) x (2 * @::paths), 405, 404]
--- response_headers eval
[("!Access-Control-Allow-Origin\n!X-Content-Type-Options\n!Cache-Control") x (2 * @::paths + 2)]



=== TEST 2: off is the default, and files have these names
--- config
    location / { print_hub on; print_hub_api off; default_type text/plain; }
--- user_files
>>> jobs
the site's jobs
>>> clients/x
the site's client
--- request eval
["GET /jobs", "GET /clients/x", "GET /getStatus"]
--- response_body eval
["the site's jobs\n", "the site's client\n", '{"data":[]}']
--- response_headers eval
["!Access-Control-Allow-Origin", "!Access-Control-Allow-Origin", "Access-Control-Allow-Origin: *"]



=== TEST 3: the API alone
--- config
    location / { print_hub_api on; }
--- request eval
["GET /jobs", "GET /clients", "GET /zone", "GET /health", "GET /getStatus", "GET /startPrint?clientId=1", "GET /socket.io/?EIO=4&transport=polling"]
--- error_code eval
[200, 200, 200, 200, 404, 404, 404]
--- response_headers eval
[("X-Content-Type-Options: nosniff") x 4, ("!X-Content-Type-Options") x 3]



=== TEST 4: read: GET and HEAD
--- config
    location / { print_hub on; print_hub_api read; }
--- request eval
[map { ("GET $_", "HEAD $_") } qw(/jobs /clients /zone /health /jobs/AAAAAAAAAAAAAAAAAAAA /clients/x)]
--- error_code eval
[(200) x 8, (404) x 4]



=== TEST 5: read: nothing else
--- config
    location / { print_hub on; print_hub_api read; }
--- request eval
[map { my $path = $_; map { "$_ $path" } @::writes } @::paths]
--- error_code eval
[(405) x (@::paths * @::writes)]
--- response_headers eval
[("Allow: GET, HEAD\nContent-Type: application/json; charset=utf-8") x (@::paths * @::writes)]
--- response_body eval
[map { my $path = $_; map { qq({"error":{"code":"method_not_allowed","message":"the method $_ is not allowed"}}) } @::writes } @::paths]



=== TEST 6: read: startPrint prints all the same
--- config
    location / { print_hub on; print_hub_api read; }
--- request
POST /startPrint?clientId=1
--- response_body chomp
{"message":"打印机不存在"}



=== TEST 7: a location for reading, and one for an application
--- config
    location / { print_hub on; }
    location ~ ^/(jobs|clients|events|zone) { print_hub_api read; }
    location /app/ { print_hub_api on; }
--- request eval
["GET /jobs", "DELETE /jobs/AAAAAAAAAAAAAAAAAAAA", "DELETE /app/jobs/AAAAAAAAAAAAAAAAAAAA", "GET /app/clients", "GET /getStatus", "GET /app/getStatus"]
--- error_code eval
[200, 405, 404, 200, 200, 404]



=== TEST 8: a location inside does not inherit it, the block of an "if" does
--- config
    location / {
        print_hub_api on;

        if ($arg_x) {
            add_header X-If yes;
        }

        location /inside/ { }
    }
--- request eval
["GET /jobs?x=1", "GET /inside/jobs"]
--- error_code eval
[400, 404]
--- response_body_like eval
['invalid_request', '404']
