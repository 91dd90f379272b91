#!/usr/bin/env bash
# Measures a cluster on this machine against floors in the same run; `cluster.sh --help` lists the options. Needs root.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
for part in log system jdk images; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
# shellcheck source-path=SCRIPTDIR source=programs.sh
source "$HERE/programs.sh"
NAME=bench

usage() {
  cat <<'USAGE'
usage: deploy/bench/cluster.sh [--quick] [--markdown]

Brings up a head and three workers as deploy/cluster/up.sh does, measures, and takes them down:
  calls     through head and one worker, two processes, beside the floor; three workers beside one
  joining   from the start of a worker's process to its first answer
  --quick     fewer and shorter samples
  --markdown  the tables as in docs/performance.md
USAGE
}

for argument in "$@"; do
  case $argument in
    --quick | --markdown) ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done
((EUID == 0)) || fail 'a cluster on one machine needs root.'
tools_ensure
programs_ensure
# shellcheck disable=SC2154 # set by the trap itself
trap 'status=$?; "$REPO/deploy/cluster/down.sh" --name "$NAME" >&2; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# No function here is Java's, so its image need not come to the workers.
settings=(--set "runtimes.java=$HEARTH_IMAGES/python3:latest" --set "stems.java=0")
"$REPO/deploy/cluster/down.sh" --name "$NAME" >&2
"$REPO/deploy/cluster/up.sh" 3 --name "$NAME" --policy balanced "${settings[@]}" >&2
PYTHONDONTWRITEBYTECODE=1 python3 "$HERE/cluster.py" --floor "$FLOOR" --rig "$NAME" "$@"
