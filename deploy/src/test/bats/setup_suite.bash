# One node for the whole suite: a free port, a data folder and an id of its own, nothing left behind.
# shellcheck shell=bash

setup_suite() {
  REPO=$(cd "$BATS_TEST_DIRNAME/../../../.." && pwd)
  # Nothing that is set for a node or a client of this machine may reach a test.
  local name
  for name in $(compgen -e | grep '^HEARTH_' | grep -v '^HEARTH_JDK'); do unset "$name"; done
  export REPO HEARTH=$REPO/deploy/hearth LC_ALL=C.UTF-8
  SUITE=$(mktemp -d "${TMPDIR:-/tmp}/hearth-bats.XXXXXX")
  NODE_ID=bats-$RANDOM$RANDOM
  export SUITE NODE_ID
  # Ends by itself where the suite is killed before it can end it.
  HEARTH_HOME=$SUITE/data timeout 1800 "$HEARTH" standalone --set gateway.port=0 --set "invoker.id=$NODE_ID" \
    --set invoker.memory=3GiB --set invoker.scratch=1GiB >"$SUITE/node.log" 2>&1 </dev/null 3>&- 4>&- &
  NODE_PID=$!
  node_await || {
    tail -n 40 "$SUITE/node.log" >&2
    return 1
  }
  HEARTH_URL=http://127.0.0.1:$(node_port)
  export HEARTH_URL
  mkdir "$SUITE/bin"
  ln -s "$HEARTH" "$SUITE/bin/hearth"
}

node_port() {
  sed -n 's/.*event=listening .*port=\([0-9]*\).*/\1/p' "$SUITE/node.log" | head -n 1
}

node_await() {
  local deadline=$((SECONDS + 120))
  while ((SECONDS < deadline)) && kill -0 "$NODE_PID" 2>/dev/null; do
    if grep -q 'node_condition ready=true' "$SUITE/node.log" && [[ -n $(node_port) ]]; then return 0; fi
    sleep 0.2
  done
  return 1
}

teardown_suite() {
  local ids=()
  kill -TERM "$NODE_PID" 2>/dev/null || true
  wait "$NODE_PID" || true
  mapfile -t ids < <(docker ps -aq --filter "label=hearth.node=$NODE_ID")
  if ((${#ids[@]})); then docker rm -f "${ids[@]}" >/dev/null; fi
  rm -rf "$SUITE"
}
