#!/usr/bin/env bash
# Takes a cluster of deploy/cluster/up.sh down with all that belongs to it, whatever state it is in.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
for part in log system; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
for part in engine rig fault; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/cluster/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: deploy/cluster/down.sh [--name NAME] [--all]

  --name NAME   which cluster (default rig)
  --all         every cluster of this machine
USAGE
}

# What was started from the rig's folder, by the paths in its command line: only root's, and only programs that a rig starts, since
# somebody may be reading a log there.
rig_processes() {
  local file pid
  while IFS= read -r file; do
    pid=${file//[!0-9]/}
    [[ $(stat -c %u "/proc/$pid" 2>/dev/null) == 0 ]] || continue
    case $(readlink "/proc/$pid/exe") in
      */java | */dockerd | */containerd* | */runc | */docker-proxy | */docker-registry | */python3*) printf '%s\n' "$pid" ;;
    esac
  done < <(grep -lasF "$RIG/" /proc/[0-9]*/cmdline)
}

# The engines go by themselves, after their containers.
kill_nodes() {
  local process
  for process in "$RIG"/proc/*; do
    if [[ -f $process ]]; then rig_kill "${process##*/}" || true; fi
  done
}

kill_the_rest() {
  local pids=()
  mapfile -t pids < <(rig_processes)
  if ((${#pids[@]})); then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
}

# By what is there, not by what was asked for: a rig that broke off while it was made has no file that says so.
engines() {
  {
    compgen -G "/run/netns/hearth-$RIG_NAME-w*" | sed "s|.*/hearth-||; s|-mid$||"
    compgen -G "$RIG/$RIG_NAME-w*" | sed 's|.*/||'
  } | sort -u
}

down() { # NAME
  local engine pids=()
  rig_select "$1"
  if [[ ! -d $RIG && ! -d /sys/class/net/$CLUSTER_BRIDGE ]]; then
    printf 'There is no cluster %s.\n' "$1"
    return 0
  fi
  kill_nodes
  for engine in $(engines); do
    (
      delay_remove "$engine"
      cluster_engine_down "$engine"
    ) &
    pids+=("$!")
  done
  for engine in "${pids[@]}"; do wait "$engine" || true; done
  kill_the_rest
  cluster_bridge_down
  rm -rf "$RIG"
  printf 'The cluster %s is gone.\n' "$1"
}

name=rig all=false
while (($#)); do
  case $1 in
    --name)
      name=${2-}
      shift
      ;;
    --all) all=true ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done
((EUID == 0)) || rig_misused 'only root takes a cluster down.'
if $all; then
  for name in "$HEARTH_RIGS"/*/; do
    if [[ -d $name ]]; then down "$(basename "$name")"; fi
  done
else
  down "$name"
fi
