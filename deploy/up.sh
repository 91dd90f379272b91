#!/usr/bin/env bash
# Takes a fresh Debian-like machine to a running node with a first function called; safe to run again at any time.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# Maven hangs in a folder that this user cannot read.
cd "$REPO"
for part in log system jdk engine images build node setup; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: deploy/up.sh

Sets up Docker Engine, JDK, Maven and the images, builds Hearth, starts one node in the background and calls a function.
Environment:
  HEARTH_HOME         data, log and pid file of the node (default: $XDG_DATA_HOME/hearth or ~/.local/share/hearth)
  HEARTH_PORT         HTTP port on 127.0.0.1 (default 8080)
  HEARTH_URL          where clients reach the node, if that is not where it listens (its certificate's name)
  HEARTH_CACERT       certificate to trust in the first calls (default HEARTH_GATEWAY_TLS_CERT, if that is set)
  HEARTH_KEY          a key of the role admin, for the first calls, if the node has keys
  HEARTH_IMAGES       prefix of the images made here (default hearth)
  HEARTH_BASE_IMAGE   the Debian image below the runtimes (default hearth/base, made here)
  HEARTH_JDK_IMAGE    the image to build and run in where no JDK 25 is installed (default eclipse-temurin:25-jdk)
  HEARTH_JDK          `container`: use that image although a JDK is installed
USAGE
}

first_calls() {
  local output
  if ! node_is_trusted; then
    FIRST_CALLS="  none: curl does not reach $NODE_URL with trust (why: $LOG_FILE); name its certificate as HEARTH_CACERT and its address as HEARTH_URL"
    return 0
  fi
  if [[ -z ${HEARTH_KEY:-} ]] && node_asks_for_key; then
    FIRST_CALLS='  none: the node asks for an API key; give one of the role admin as HEARTH_KEY'
    return 0
  fi
  output=$(HEARTH_CACERT=${NODE_TRUST[1]:-} "$REPO/deploy/lib/first-calls.sh" "$NODE_URL" 2>>"$LOG_FILE") || {
    node_log_tail
    fail "the node runs but the first function did not answer; the log of the node is $NODE_LOG."
  }
  FIRST_CALLS=$output
}

closing_words() {
  local curl=curl client=$PORT_SETTING
  if ((${#NODE_TRUST[@]})); then curl="curl --cacert ${NODE_TRUST[1]}"; fi
  if [[ $NODE_URL != "http://127.0.0.1:$HEARTH_PORT" ]]; then
    client="HEARTH_URL=$NODE_URL ${NODE_TRUST[1]:+HEARTH_CACERT=${NODE_TRUST[1]} }"
  fi
  cat <<WORDS

Hearth answers on $NODE_URL. The first calls were:
$FIRST_CALLS

Call it again:
  $curl -H 'Content-Type: application/json' --data '{"name":"Ada"}' '$NODE_URL/v1/functions/hello/invoke'
Write your own, register it and call it:
  printf 'def handle(event, context):\n    return {"words": len(event.split())}\n' > words.py
  $curl -T words.py '$NODE_URL/v1/functions/words?runtime=python3&wait=30s'
  $curl -H 'Content-Type: text/plain' --data 'how many words are these' '$NODE_URL/v1/functions/words/invoke'
Or with the command line, which is explained by deploy/hearth help:
  ${client}deploy/hearth deploy words.py
  ${client}deploy/hearth invoke words -d 'how many words are these'

Data   $HEARTH_HOME
Log    $NODE_LOG
Pid    $NODE_PID_FILE
Stop   ${SETTINGS}deploy/down.sh
WORDS
}

case ${1:-} in
  '') ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

SETTINGS=''
if [[ $HEARTH_HOME != "${XDG_DATA_HOME:-$HOME/.local/share}/hearth" ]]; then SETTINGS="HEARTH_HOME=$HEARTH_HOME "; fi
PORT_SETTING=''
if [[ $HEARTH_PORT != 8080 ]]; then PORT_SETTING="HEARTH_PORT=$HEARTH_PORT "; fi
node_check_home
log_open "$HEARTH_HOME/up.log" $((SETUP_STEPS + 4))
setup_steps
step 'build' build_ensure
step 'start-up cache' train_ensure
step "node on port $HEARTH_PORT" node_ensure
step 'first calls' first_calls
closing_words
