# The paths of the endpoints; all other requests are left to nginx.

use Test::Nginx::Socket 'no_plan';

no_root_location();
no_long_string();
run_tests();

__DATA__

=== TEST 1: relative to a prefix
--- config
    location /hub/ { print_hub on; }
--- request eval
["GET /hub/getStatus", "GET /getStatus", "GET /hub/socket.io/?EIO=4&transport=polling"]
--- error_code eval
[200, 404, 200]



=== TEST 2: relative to a prefix without a slash
--- config
    location /hub { print_hub on; }
--- request eval
["GET /hub/getStatus", "GET /hubgetStatus", "GET /hub"]
--- error_code eval
[200, 404, 404]



=== TEST 3: an exact location of an endpoint
--- config
    location = /startPrint { deny all; print_hub on; }
    location = /getStatus { allow all; print_hub on; }
    location / { print_hub on; }
--- request eval
["GET /startPrint?clientId=1", "GET /getStatus", "GET /StartPrint?clientId=1", "GET /startPrint/?clientId=1"]
--- error_code eval
[403, 200, 403, 403]



=== TEST 4: a location of an endpoint alone
--- config
    location /socket.io/ { print_hub on; }
    location = /api/getStatus { print_hub on; }
--- request eval
["GET /socket.io/?EIO=4&transport=polling", "GET /api/getStatus", "GET /getStatus"]
--- error_code eval
[200, 200, 404]



=== TEST 5: a regular expression
--- config
    location ~ ^/(a|b)/ { print_hub on; }
--- request eval
["GET /a/getStatus", "GET /b/x/getStatus", "GET /b/socket.io/?EIO=4&transport=polling", "GET /c/getStatus", "GET /a/getStatusx"]
--- error_code eval
[200, 200, 200, 404, 404]



=== TEST 6: paths are case-insensitive, with one slash at most
--- config
    location / { print_hub on; }
--- request eval
["GET /GETSTATUS", "GET /getstatus/", "GET /getStatus//", "GET /getStatus/x", "GET /startprint/?clientId=1"]
--- error_code eval
[200, 200, 200, 404, 200]



=== TEST 7: the path of Engine.IO is case-sensitive and includes all paths below
--- config
    location / { print_hub on; }
--- request eval
["GET /socket.io/foo/bar?EIO=4&transport=polling", "GET /socket.io?EIO=4&transport=polling", "GET /Socket.io/?EIO=4&transport=polling"]
--- error_code eval
[200, 404, 404]



=== TEST 8: files beside it
--- config
    location / { print_hub on; }
--- user_files
>>> page.html
a page
--- request
GET /page.html
--- response_body
a page



=== TEST 9: before try_files, and before a proxy
--- config
    location / {
        try_files $uri /page.html;
        print_hub on;
    }
    location /app/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/backend/;
        print_hub on;
    }
    location /backend/ { return 202; }
--- user_files
>>> page.html
a page
--- request eval
["GET /getStatus", "GET /nothing", "GET /app/getStatus", "GET /app/other"]
--- error_code eval
[200, 200, 200, 202]
--- response_body_like eval
['^\{"data":\[\]\}$', 'a page', '^\{"data":\[\]\}$', '']



=== TEST 10: nginx's own modules apply
--- http_config
    limit_req_zone $uri zone=one:1m rate=1r/m;
--- config
    location / { print_hub on; add_header X-Mine yes always; limit_req zone=one; }
--- request eval
["GET /getStatus", "GET /getStatus"]
--- error_code eval
[200, 503]
--- raw_response_headers_like eval
["X-Mine: yes", "X-Mine: yes"]



=== TEST 11: authentication
--- config
    location / { print_hub on; auth_basic hub; auth_basic_user_file users; }
--- request
GET /getStatus
--- error_code: 401



=== TEST 12: the location of an endpoint applies to all its spellings
--- http_config
    limit_req_zone $server_name zone=lax:1m rate=1000r/s;
    limit_req_zone $server_name zone=strict:1m rate=1r/m;
--- config
    location / { limit_req zone=lax burst=99 nodelay; print_hub on; }
    location = /startPrint { limit_req zone=strict; print_hub on; }
--- request eval
["GET /startprint?clientId=1", "GET /STARTPRINT?clientId=1", "GET /startPrint/?clientId=1", "GET /getStatus"]
--- error_code eval
[200, 503, 503, 200]



=== TEST 13: an internal location is internal for other spellings, too
--- config
    location / { print_hub on; }
    location = /startPrint { internal; print_hub on; }
--- request eval
["GET /startPrint?clientId=1", "GET /startprint?clientId=1"]
--- error_code eval
[404, 404]



=== TEST 14: another spelling goes to the canonical location, even without a hub there
--- config
    location / { print_hub on; }
    location = /getStatus { return 410; }
--- request
GET /GETSTATUS
--- error_code: 410



=== TEST 15: the path of Engine.IO as the name of a location, without its slash
--- config
    location /socket.io { print_hub on; }
    location /deep/socket.io { print_hub on; }
--- request eval
["GET /socket.io/?EIO=4&transport=polling", "GET /deep/socket.io/?EIO=4&transport=polling", "GET /socket.io?EIO=4&transport=polling", "GET /socket.iox"]
--- error_code eval
[200, 200, 404, 404]



=== TEST 16: rewrites of the server are done once
--- config
    rewrite ^/(.*)$ /p/$1;
    location /p/p/ { return 500; }
    location /p/ { print_hub on; }
--- request eval
["GET /getStatus", "GET /GETSTATUS", "GET /other"]
--- error_code eval
[200, 200, 404]



=== TEST 17: a subrequest cannot use Engine.IO
--- config
    ssi on;
    ssi_types *;
    location /socket.io/ { print_hub on; }
    location / { }
--- user_files
>>> page.html
<!--# include virtual="/socket.io/?EIO=4&transport=polling" --> end
--- request
GET /page.html
--- response_body_unlike: sid



=== TEST 19: a path of the job API with a slash at the end
--- config
    location / { print_hub on; print_hub_api on; }
    location = /zone { deny all; print_hub on; print_hub_api on; }
--- request eval
["GET /jobs/", "GET /clients/", "GET /clients/?clientId=x", "GET /zone/", "GET /Jobs/", "GET /jobs/?limit=0"]
--- error_code eval
[200, 200, 404, 403, 404, 400]
--- response_body_like eval
['^\{"jobs":\[\],"next":null\}$', '^\{"clients":\[\]\}$', 'client_unknown', 'nginx', 'nginx', 'invalid_request']



=== TEST 20: a folder with the name of an endpoint may be the base of a hub
--- config
    location /events/ { print_hub on; print_hub_api on; }
    location /zone { print_hub on; print_hub_api on; }
--- request eval
["GET /events/getStatus", "GET /events/zone/", "GET /events/", "GET /zone/"]
--- error_code eval
[200, 200, 404, 200]
--- response_body_like eval
['"data"', '"version"', 'nginx', '"version"']



=== TEST 21: the path of a client with addTrailingSlash: false
--- config
    location / { print_hub on; }
    location = /socket.io { rewrite ^ /socket.io/ last; }
--- request eval
["GET /socket.io?EIO=4&transport=polling", "GET /socket.io/?EIO=4&transport=polling"]
--- response_body_like eval
['^0\{"sid":', '^0\{"sid":']



=== TEST 22: requests for the hub are not mirrored, and expires adds a header
--- config
    location / { print_hub on; mirror /mirror; expires 1h; }
    location = /mirror { internal; return 204; }
--- request
GET /getStatus
--- response_headers_like
Cache-Control: (no-store, max-age=3600|max-age=3600, no-store)
--- log_level: debug
--- no_error_log
http subrequest "/mirror
[alert]



=== TEST 23: another spelling needs a location of the hub
--- config
    location = /startPrint { print_hub on; }
    location / { }
--- request eval
["GET /startPrint?clientId=1", "GET /startprint?clientId=1"]
--- error_code eval
[200, 404]
