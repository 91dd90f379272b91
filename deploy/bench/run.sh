#!/usr/bin/env bash
# Measures Hearth against floors in the same run on this machine; `run.sh --help` lists parts and options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
: "${HEARTH_HOME:=${XDG_DATA_HOME:-$HOME/.local/share}/hearth}"
for part in log system jdk images; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
# shellcheck source-path=SCRIPTDIR source=programs.sh
source "$HERE/programs.sh"

distribution_check() {
  if ! compgen -G "$REPO/deploy/target/hearth/lib/*.jar" >/dev/null || [[ ! -x $REPO/deploy/target/hearth/bridge ]]; then
    fail 'there is nothing to measure yet: run deploy/up.sh once, it builds Hearth, the bridge and the runtime images.'
  fi
}

help=false url=false
for argument in "$@"; do
  case $argument in
    -h | --help) help=true ;;
    --url | --url=*) url=true ;;
  esac
done
if ! $help; then
  tools_ensure
  programs_ensure
  if ! $url; then distribution_check; fi
fi
if jdk_find java; then export JAVA_HOME=$JDK_HOME; fi
unset HEARTH_HOME HEARTH_PORT
PYTHONDONTWRITEBYTECODE=1 exec python3 "$HERE/bench.py" --floor "$FLOOR" "$@"
