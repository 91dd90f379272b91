#!/usr/bin/env bats

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

# What bash would offer behind these words; the last one is that at the cursor.
offers() { # WORD...
  COMP_WORDS=(hearth "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _hearth
  printf '%s\n' "${COMPREPLY[@]}"
}

complete_here() {
  hearth completion bash >script
  # shellcheck source=/dev/null
  source ./script
}

@test "the script is for bash to read and registers itself" {
  complete_here
  [[ $(complete -p hearth) == 'complete -F _hearth hearth' ]]
  shellcheck -s bash script
}

@test "commands, options and fixed values are offered" {
  complete_here
  is "$(offers de)" $'deploy\ndescribe\ndead-letters\ndelete'
  holds "$(offers '')" invoke top help keys
  is "$(offers deploy --max)" --max-containers
  is "$(offers top -)" $'-n\n--times\n-s\n--seconds\n-h\n--help'
  is "$(offers deploy x --runtime no)" nodejs
  is "$(offers help rev)" revisions
  is "$(offers keys c)" create
  is "$(offers store b)" backup
  is "$(offers keys create prometheus --r)" --role
  is "$(offers keys create prometheus --role m)" metrics
  is "$(offers completion '')" bash
  is "$(offers usage --by m)" month
}

@test "files are offered where a file is meant" {
  complete_here
  touch 'one file.py' other.txt
  is "$(offers deploy one)" 'one file.py'
  is "$(offers invoke x -f oth)" other.txt
}

@test "functions and calls of the running node are offered" {
  complete_here
  local name
  name=$(fresh complete)
  python "$name" 'def handle(event, context): return 1'
  hearth invoke "$name" >/dev/null
  is "$(offers invoke "${name:0:9}")" "$name"
  is "$(offers describe "${name:0:9}")" "$name"
  holds "$(offers logs '')" "$name"
  [[ $(offers explain 0) =~ ^[0-9a-z]{26} ]]
}

@test "without a node there is nothing to offer, at once and without a word" {
  complete_here
  export HEARTH_URL=http://127.0.0.1:1
  local started=$SECONDS
  is "$(offers invoke '' 2>&1)" ''
  ((SECONDS - started <= 2))
  # A node that hangs is not waited for.
  stand_in silent
  started=$SECONDS
  is "$(offers invoke '' 2>&1)" ''
  ((SECONDS - started <= 3))
}
