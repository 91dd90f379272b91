#!/usr/bin/env bash
# Calls a node of this source tree and one of another in turns; `compare.sh --help` lists the options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
for part in log system jdk images; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
# shellcheck source-path=SCRIPTDIR source=programs.sh
source "$HERE/programs.sh"
tools_ensure
programs_ensure
if jdk_find java; then export JAVA_HOME=$JDK_HOME; fi
unset HEARTH_HOME HEARTH_PORT
PYTHONDONTWRITEBYTECODE=1 exec python3 "$HERE/compare.py" "$@"
