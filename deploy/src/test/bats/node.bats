#!/usr/bin/env bats
# What deploy/up.sh does to start a node and to find out how it fares, by the functions of deploy/lib/node.sh.

# shellcheck disable=SC2034,SC2154,SC2030,SC2031 # what is set is read by the functions, and each test is a process of its own
load rig

# The functions with a data folder of this test and a stand-in for the program.
start_up() { # SCRIPT_OF_THE_NODE
  export HEARTH_HOME=$BATS_TEST_TMPDIR/home HEARTH_PORT=1
  mkdir -p "$HEARTH_HOME/app/lib"
  load_parts
  LOG_FILE=$HEARTH_HOME/up.log
  STEP_OPEN=true
  printf '#!/bin/bash\n%s\n' "$1" >"$HEARTH_HOME/app/hearth"
  chmod +x "$HEARTH_HOME/app/hearth"
  : >"$LOG_FILE"
}

load_parts() {
  local part
  for part in log system jdk engine images build node; do
    # shellcheck source=/dev/null
    source "$REPO/deploy/lib/$part.sh"
  done
  unset HEARTH_URL
  JDK_HOME=''
}

wait_for_it() {
  node_launch
  node_wait_ready "$(<"$NODE_PID_FILE")"
}

@test "a node that ends while it starts is told of at once, with its last words" {
  start_up 'echo "hearth: the bridge is missing"; exit 1'
  local started=$SECONDS
  run wait_for_it
  ((status == 1))
  ((SECONDS - started <= 5))
  holds "$output" 'the node ended while it started' '| hearth: the bridge is missing'
}

@test "a node that is not ready in time is told of with its last words" {
  start_up 'echo "waits for something"; exec sleep 60'
  HEARTH_READY_WAIT=1
  run wait_for_it
  kill "$(<"$NODE_PID_FILE")"
  ((status == 1))
  holds "$output" 'is not ready after 1 s' '| waits for something' deploy/down.sh
}

@test "whether a node is ready and where it is are asked over its control socket" {
  local url=$HEARTH_URL
  export HEARTH_HOME=$SUITE/data HEARTH_PORT=1
  load_parts
  node_ready
  is "$NODE_URL" http://127.0.0.1:1
  node_find
  is "$NODE_URL" "$url"
  run ! node_asks_for_key
  HEARTH_URL=http://other.example:80/ node_find
  is "$NODE_URL" http://other.example:80
}

@test "a socket that a killed node has left is no node" {
  start_up 'exit'
  mkdir -p "$HEARTH_HOME/control"
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$NODE_SOCKET"
  run ! node_ready
}
