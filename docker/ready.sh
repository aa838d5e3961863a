#!/bin/bash
# Succeeds when the server in this container is ready. Bash speaks TCP by itself, so the image needs no curl.
exec 3<>"/dev/tcp/127.0.0.1/${SERVER_PORT:-8080}" || exit 1
printf 'GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 status <&3
[[ $status == HTTP/1.1\ 200* ]]
