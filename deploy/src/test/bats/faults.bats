#!/usr/bin/env bats
# No node, another server, a node that hangs; who asks.

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

@test "where no node answers the status is 3 and a sentence says what to do" {
  local verb
  # shellcheck disable=SC2030
  export HEARTH_URL=http://127.0.0.1:1
  for verb in list 'describe a' 'revisions a' 'delete a' 'logs a' 'logs a -f' 'explain a' nodes containers images usage 'top -n 1' 'invoke a -d x'; do
    # shellcheck disable=SC2086 # words of a command line
    gives 3 $verb
    holds "$stderr" 'no node answers at http://127.0.0.1:1' deploy/up.sh HEARTH_URL
    is "$output" ''
  done
  printf 'x\n' >a.py
  gives 3 deploy a.py
  export HEARTH_URL=http://no-such-host.invalid:8080
  gives 3 list
}

@test "HEARTH_PORT leads to a node on this machine" {
  unset HEARTH_URL
  HEARTH_PORT=1 gives 3 list
  holds "$stderr" 'no node answers at http://127.0.0.1:1 '
}

@test "an address that is none has status 2" {
  local url
  for url in 127.0.0.1:8080 ftp://127.0.0.1 'http://a b' http:// 'http://127.0.0.1?a=b' http://127.0.0.1:99999999; do
    HEARTH_URL=$url gives 2 list
    holds "$stderr" HEARTH_URL
  done
}

@test "a slash at the end of the address does no harm" {
  # shellcheck disable=SC2031 # each test is a process of its own
  HEARTH_URL=$HEARTH_URL/ gives 0 list
}

@test "another server than a node is told from one" {
  stand_in stranger
  gives 1 list
  holds "$stderr" 'HTTP status 404' 'is HEARTH_URL right?'
}

@test "a connection that breaks off has status 3" {
  stand_in broken
  gives 3 list
  holds "$stderr" 'broke off'
  is "$output" ''
}

@test "a node that does not answer in time has status 4" {
  stand_in silent
  gives 4 invoke a --wait 1
  holds "$stderr" 'has not answered in time'
}

@test "HEARTH_KEY is sent and is not among any process's arguments" {
  stand_in key
  HEARTH_KEY='hk_secret "quoted" \ key' gives 0 list
  holds "$(asked)" 'Authorization: Bearer hk_secret "quoted" \ key' 'process curl -q'
  lacks "$(grep ^process "$BATS_TEST_TMPDIR/asked")" hk_secret
}

@test "without HEARTH_KEY no key is sent, and the user's curlrc and proxies do not count" {
  stand_in key
  printf -- '--header "Authorization: Basic eA=="\n--verbose\n' >"$HOME/.curlrc"
  http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 gives 0 nodes
  lacks "$(asked)" Authorization
  holds "$(asked)" 'Accept: text/plain'
  is "$stderr" ''
}

@test "a key with a line break is refused before anything is sent" {
  stand_in key
  HEARTH_KEY=$'a\nX-Other: b' gives 2 list
  holds "$stderr" HEARTH_KEY
  [[ ! -e $BATS_TEST_TMPDIR/asked ]]
}

@test "a node that asks for a key has the last word" {
  stand_in unauthenticated
  gives 1 list
  holds "$stderr" UNAUTHENTICATED
}
