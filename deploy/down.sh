#!/usr/bin/env bash
# Stops the node that deploy/up.sh started and removes its containers and firewall; data stay unless --purge is given.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
for part in log system jdk engine images network node; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: deploy/down.sh [--purge [--yes]] [--engine]

  --purge    also remove the data folder, after asking; --yes: without asking
  --engine   also stop the Docker Engine, if deploy/up.sh started it
USAGE
}

remove_containers() {
  local id
  [[ -r $HEARTH_HOME/node.id ]] || return 0
  id=$(tr -d '[:space:]' <"$HEARTH_HOME/node.id")
  [[ -n $id ]] || return 0
  if has docker; then remove_containers_of "$id"; fi
  if can_be_root; then network_remove "$id"; fi
}

remove_containers_of() { # NODE_ID
  local ids=()
  mapfile -t ids < <(docker ps -aq --filter "label=hearth.node=$1")
  if ((${#ids[@]} == 0)); then return 0; fi
  docker rm -f "${ids[@]}" >/dev/null
  printf '%d containers of node %s removed.\n' "${#ids[@]}" "$1"
}

# Only a folder that a node has used is removed.
purge() {
  local answer=''
  if [[ ! -e $HEARTH_HOME ]]; then
    printf 'There is no data folder %s.\n' "$HEARTH_HOME"
    return 0
  fi
  if [[ $HEARTH_HOME == / || $HEARTH_HOME == "$HOME" || ! -f $HEARTH_HOME/up.log ]]; then
    fail "$HEARTH_HOME does not look like a data folder of Hearth: nothing was removed."
  fi
  if ! $yes; then
    [[ -t 0 ]] || fail '--purge asks before it removes data and nobody can answer here: add --yes.'
    read -r -p "Remove all functions, records and logs in $HEARTH_HOME? [y/N] " answer
    if [[ $answer != [yY]* ]]; then
      printf 'Kept.\n'
      return 0
    fi
  fi
  rm -rf --one-file-system "$HEARTH_HOME" 2>/dev/null || as_root rm -rf --one-file-system "$HEARTH_HOME"
  printf '%s removed.\n' "$HEARTH_HOME"
}

purge=false yes=false engine=false
for option in "$@"; do
  case $option in
    --purge) purge=true ;;
    --yes) yes=true ;;
    --engine) engine=true ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done

node_stop
remove_containers
if $engine; then engine_stop; fi
if $purge; then purge; fi
