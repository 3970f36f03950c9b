#!/bin/sh
# exporter.sh CONFIGURATION URLS: starts prometheus-blackbox-exporter, asks it every URL at once, prints its answers.
set -eu
said=$(mktemp -u)
mkfifo "$said"
exec 3<>"$said"
prometheus-blackbox-exporter --config.file="$1" --web.listen-address=127.0.0.1:9115 2>&3 &
exporter=$!
grep --max-count=1 --quiet 'Listening on' <&3
curl --silent --show-error --parallel --parallel-immediate --config "$2"
kill "$exporter"
rm "$said"
