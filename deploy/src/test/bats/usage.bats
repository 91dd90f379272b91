#!/usr/bin/env bats
# `hearth usage` against the node of the suite.

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

@test "the usage of a function is told as a table and as CSV" {
  printf 'def handle(event, context):\n    return "ok"\n' >used.py
  gives 0 deploy used.py --memory 64MiB
  gives 0 invoke used
  gives 0 invoke used
  gives 0 usage used
  holds "$output" FUNCTION GB-S 'IDLE GB-S' 'not billed'
  [[ $output =~ used\ +2\ +0\  ]]
  gives 0 usage used --by day --csv
  is "${lines[0]}" day,invocations,failures,cold,prewarmed,warm,gb_seconds,cpu_seconds,bytes_in,bytes_out,network_in,network_out,idle_gb_seconds
  [[ ${lines[1]} == "$(date -u +%F),2,0,"* ]]
  gives 0 usage --from 2020-01 --to 2020-12 --by month --csv
  is "${#lines[@]}" 1
  gives 0 delete used
}

@test "what cannot be meant is refused" {
  gives 2 usage a b
  holds "$stderr" "'b' is one word too many" 'usage: hearth usage'
  gives 2 usage --by
  holds "$stderr" 'the option --by needs a value'
  gives 1 usage --by week
  holds "$stderr" "by is 'week'"
  gives 1 usage --from yesterday
  holds "$stderr" 'from is no day like 2026-11-22'
}
