#!/usr/bin/env bash
# Measures asynchronous calls; `async.sh --help` lists the options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
for part in log system jdk; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
need python3 python3
need wrk wrk
if jdk_find java; then export JAVA_HOME=$JDK_HOME; fi
unset HEARTH_HOME HEARTH_PORT
PYTHONDONTWRITEBYTECODE=1 exec python3 "$HERE/async.py" "$@"
