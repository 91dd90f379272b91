#!/usr/bin/env bash
# Breaks a cluster under load in every way that fault.sh knows and prints what became of the calls; status 1 when anything was lost.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

usage() {
  cat <<'USAGE'
usage: deploy/cluster/faults.sh [--faults A,B,...] [--rig NAME] [--markdown]

  --faults A,B,...  some of those of deploy/cluster/suite/cases.py, or all (as without), or short: those that CI runs
  --rig NAME        in a cluster that stands already, and stays; otherwise one of three workers is made and taken down
  --markdown        the table as in docs/reliability.md
USAGE
}

faults=all rig='' more=()
while (($#)); do
  case $1 in
    --faults)
      faults=${2-}
      shift
      ;;
    --rig)
      rig=${2-}
      shift
      ;;
    --markdown) more+=(--markdown) ;;
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

# The faults' functions are Python's, so that is the one runtime whose image the workers need.
own_rig_up() {
  local runtime disk=() settings=()
  for runtime in nodejs java native; do settings+=(--set "runtimes.$runtime=${HEARTH_IMAGES:-hearth}/python3:latest" --set "stems.$runtime=0"); done
  if [[ ,$faults, == *@(,disk,|,all,)* ]]; then disk=(--disk 3g); fi
  "$HERE/down.sh" --name "$rig"
  "$HERE/up.sh" 3 --name "$rig" --policy balanced "${disk[@]}" "${settings[@]}"
}

if [[ -z $rig ]]; then
  rig=faults
  # shellcheck disable=SC2154 # set by the trap itself
  trap 'status=$?; "$HERE/down.sh" --name "$rig"; exit $status' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  own_rig_up
fi
PYTHONDONTWRITEBYTECODE=1 python3 "$HERE/suite/faults.py" --rig "$rig" --faults "$faults" "${more[@]}"
