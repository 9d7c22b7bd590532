# nginx.conf -> the same for Debian's own nginx on a machine with systemd, which starts as root:
#   sed -f deploy/nginx.debian.sed deploy/nginx.conf > /etc/nginx/nginx.conf
# Under systemd stdout and stderr are sockets, which nginx cannot open by name; /tmp is everybody's.
1s/^.*$/# TLS and limits in front of the app./
s/^worker_processes .*/user www-data;\n&/
s|/tmp/nginx\.pid|/run/nginx.pid|
s|/dev/stderr|/var/log/nginx/error.log|
s|/dev/stdout|/var/log/nginx/access.log|
s|/tmp/|/var/lib/nginx/|
s|server app:7860;|server 127.0.0.1:7860;|
s|listen 8080 |listen 80 |
s|listen 8443 |listen 443 |
