#!/usr/bin/env bats
# logs, explain, nodes, containers, images, top

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  printf 'import sys\ndef handle(event, context):\n    print("out", event)\n    print("err", event, file=sys.stderr)\n' >talker.py
  printf 'import time\ndef handle(event, context):\n    for i in range(4):\n        print("line", i, flush=True)\n        time.sleep(1)\n' >slowly.py
  "$HEARTH" deploy talker.py >/dev/null 2>&1
  "$HEARTH" deploy slowly.py >/dev/null 2>&1
}

call_id() { # FUNCTION EVENT
  hearth invoke "$1" -i -d "$2" 2>&1 >/dev/null | sed -n 's/^invocation *//p'
}

@test "logs prints the lines of a call by its id, and of the last call by the function's name" {
  local first
  first=$(call_id talker one)
  call_id talker two
  gives 0 logs "$first"
  is "$output" $'out one\nerr one'
  gives 0 logs talker
  is "$output" $'out two\nerr two'
}

@test "logs says when there is no such function or call" {
  gives 1 logs "$(fresh none)"
  holds "$stderr" FUNCTION_NOT_FOUND
  gives 1 logs 01m7ytttx5br357fp07bgszgxw
  holds "$stderr" 'no record of invocation'
  gives 1 logs 01m7ytttx5br357fp07bgszgxw -f
  holds "$stderr" 'no record of invocation'
  local name
  name=$(fresh never)
  python "$name" 'def handle(event, context): return 1'
  gives 1 logs "$name"
  holds "$stderr" "no call of the function $name is on record"
}

@test "logs -f with a name prints the calls that come, each under its own header" {
  call_id talker before
  hearth logs -f talker >out 2>err 3>&- &
  local follower=$! id
  until grep -q Following err; do sleep 0.1; done
  sleep 1.5
  id=$(call_id talker after)
  for ((i = 0; i < 100; i++)); do
    if grep -q '<== ' out; then break; fi
    sleep 0.1
  done
  kill "$follower"
  wait "$follower" || true
  lacks "$(<out)" before
  holds "$(<out)" "==> $id talker@1 " $'out after\nerr after' "<== $id SUCCESS, ran "
  plain "$(<out)$(<err)"
}

@test "logs -f with a name prints the lines of a running call as they come" {
  hearth logs --follow slowly >out 2>err 3>&- &
  local follower=$!
  until grep -q Following err; do sleep 0.1; done
  hearth invoke slowly >/dev/null 3>&- &
  local call=$!
  for ((i = 0; i < 60; i++)); do
    if grep -q 'line 0' out; then break; fi
    sleep 0.1
  done
  lacks "$(<out)" '<=='
  wait "$call"
  for ((i = 0; i < 60; i++)); do
    if grep -q '<== ' out; then break; fi
    sleep 0.1
  done
  kill "$follower"
  wait "$follower" || true
  is "$(grep -c '==> ' out)" 1
  is "$(grep '^line' out)" $'line 0\nline 1\nline 2\nline 3'
}

@test "logs -f with an id passes on each line when it comes" {
  stand_in follow
  hearth logs -f 01m7ytttx5br357fp07bgszgxw >out 3>&- &
  local follower=$!
  for ((i = 0; i < 50; i++)); do
    if grep -q one out; then break; fi
    sleep 0.1
  done
  is "$(<out)" one
  wait "$follower"
  is "$(<out)" $'one\ntwo'
  holds "$(asked)" 'GET /v1/invocations/01m7ytttx5br357fp07bgszgxw/logs?follow=true'
}

@test "logs -f with an id ends with the call" {
  hearth invoke slowly >/dev/null 3>&- &
  local id=''
  until [[ -n $id ]]; do
    id=$(curl -s --noproxy '*' -H 'Accept: text/plain' "$HEARTH_URL/v1/invocations?function=slowly&state=RUNNING" | sed -n '2s/ .*//p')
    sleep 0.1
  done
  gives 0 logs -f "$id"
  is "$output" $'line 0\nline 1\nline 2\nline 3'
  wait
  # Of a call that has ended the lines are there at once.
  gives 0 logs -f "$id"
  is "${#lines[@]}" 4
}

@test "explain tells about a call by its id or by the function's name" {
  local id
  id=$(call_id talker x)
  gives 0 explain "$id"
  holds "$output" "invocation  $id" 'function    talker@1' 'state       DONE SUCCESS' 'timeline '
  gives 0 explain talker
  holds "$output" 'function    talker@1'
  gives 1 explain 01m7ytttx5br357fp07bgszgxw
  gives 1 explain "$(fresh none)"
}

@test "a key that may only call functions is enough for logs and explain" {
  stand_in caller
  gives 0 logs f
  is "$output" line
  gives 0 explain f
  run -124 --separate-stderr timeout 3 hearth logs -f f
  holds "$stderr" Following
}

@test "nodes and containers are shown as tables" {
  call_id talker x
  gives 0 nodes
  holds "$output" NODE "$NODE_ID"
  gives 0 containers
  local table=$output
  holds "$table" CONTAINER STATE 'talker@1'
  gives 0 containers "$NODE_ID"
  holds "$output" 'talker@1'
  gives 1 containers no-such-node
  holds "$stderr" 'no node no-such-node'
}

@test "the heads are shown as a table" {
  gives 0 heads
  holds "$output" ID LEADS yes
  plain "$output"
}

@test "calls are listed by how they ended" {
  call_id talker x
  gives 0 invocations --outcome SUCCESS
  holds "$output" talker
  gives 0 invocations --outcome TIMEOUT
  holds "$output" ID
  [[ $output != *talker* ]]
  gives 1 invocations --outcome sunshine
  holds "$stderr" 'no such outcome'
}

@test "images are shown as a table" {
  gives 0 images
  holds "$output" hearth/python3
  plain "$output"
}

@test "top draws so many times, without control codes into a pipe" {
  call_id talker x
  gives 0 top -n 2 -s 0.2
  is "$(grep -c '^NODE ' <<<"$output")" 2
  holds "$output" 'BUSY CONTAINERS: ' 'CALLS OF THE LAST 10.0 SECONDS' 'talker ' 'LAST CALLS'
  plain "$output"
}

@test "top counts calls, failures and what runs now" {
  local name
  name=$(fresh counted)
  python "$name" 'def handle(event, context):
    return 1 / int(event)'
  for event in 1 1 0; do hearth invoke "$name" -d "$event" --type text/plain >/dev/null 2>&1 || true; done
  hearth invoke slowly >/dev/null 3>&- &
  sleep 1
  gives 0 top --times=1
  [[ $output =~ $name\ +0\.[1-3]\ +1\ +0\  ]]
  [[ $output =~ slowly\ +0\.[0-9]\ +0\ +1\  ]]
  [[ $output =~ 'BUSY CONTAINERS: '[1-9] ]]
  wait
}

@test "top on a terminal draws in place" {
  run -0 script -qec 'stty rows 12 cols 40; hearth top -n 2 -s 0.1' /dev/null
  holds "$output" $'\033[H' $'\033[J'
  local line
  while IFS= read -r line; do
    line=${line//$'\033['[HJK]/}
    line=${line%$'\r'}
    ((${#line} <= 40))
  done <<<"$output"
}
