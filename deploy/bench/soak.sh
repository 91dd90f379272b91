#!/usr/bin/env bash
# Calls a node in every way for minutes on end and fails when containers, file handles, threads or memory keep growing.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
: "${HEARTH_HOME:=${XDG_DATA_HOME:-$HOME/.local/share}/hearth}"
for part in log system jdk images; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done

need python3 python3
if ! compgen -G "$REPO/deploy/target/hearth/lib/*.jar" >/dev/null || [[ ! -x $REPO/deploy/target/hearth/bridge ]]; then
  fail 'there is nothing to call yet: run deploy/up.sh once, it builds Hearth, the bridge and the runtime images.'
fi
if jdk_find java; then export JAVA_HOME=$JDK_HOME; fi
unset HEARTH_HOME HEARTH_PORT
PYTHONDONTWRITEBYTECODE=1 exec python3 "$HERE/soak.py" "$@"
