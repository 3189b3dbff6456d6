#!/bin/sh
# Restarts the processes of the site one after the other, so that there is always one: deploy/restart.sh 8001 8002
# Run as root, after new code is in place and `manage.py migrate` was run (docs/operations.md says in which order).
# Browsers whose socket ends connect to another one within a second or two; what they were sending they send again.
set -eu
[ $# -gt 0 ] || { echo "usage: $0 PORT…" >&2; exit 2; }
for port; do
	systemctl restart "paperplane-web@$port"
	tries=0
	until curl --silent --fail --max-time 2 --output /dev/null "http://127.0.0.1:$port/healthz"; do
		tries=$((tries + 1))
		[ "$tries" -lt 120 ] || { echo "port $port doesn't come back; the others were left alone" >&2; exit 1; }
		sleep 0.5
	done
	echo "port $port is back"
done
systemctl restart paperplane-worker
