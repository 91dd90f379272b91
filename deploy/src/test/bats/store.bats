#!/usr/bin/env bats
# The database of the suite's node, which runs, and of a folder that no node uses.

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

@test "the database of a running node is checked and copied, and the copy serves another folder" {
  HEARTH_HOME=$SUITE/data gives 0 store check
  holds "$output" "nothing is wrong with the database $SUITE/data/hearth.db"
  HEARTH_HOME=$SUITE/data gives 0 store backup copy.db
  holds "$output" "$PWD/copy.db"
  is "$(stat -c %a copy.db)" 600
  HEARTH_HOME=$SUITE/data gives 1 store backup copy.db
  holds "$stderr" 'give another name'
  mkdir other
  HEARTH_HOME=$PWD/other gives 0 store restore copy.db
  HEARTH_HOME=$PWD/other gives 0 store check
}

@test "nothing is restored below a running node, and nothing that is no database" {
  printf 'text' >text
  HEARTH_HOME=$SUITE/data gives 1 store restore text
  holds "$stderr" 'stop it first'
  mkdir other
  HEARTH_HOME=$PWD/other gives 1 store restore text
  holds "$stderr" 'damaged or no database of Hearth'
  HEARTH_HOME=$PWD/other gives 1 store check
  holds "$stderr" 'there is no database'
}

@test "a damaged database is told of with what to do" {
  mkdir other
  head -c 8192 /dev/zero >other/hearth.db
  HEARTH_HOME=$PWD/other gives 1 store check
  holds "$output" 'hearth store restore'
}
