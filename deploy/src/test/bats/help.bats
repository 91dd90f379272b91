#!/usr/bin/env bats

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

@test "the usage comes without a command, with help, -h and --help, and names every command" {
  gives 0
  local usage=$output verb
  gives 0 help
  is "$output" "$usage"
  gives 0 -h
  is "$output" "$usage"
  gives 0 --help
  is "$output" "$usage"
  for verb in deploy invoke wait cancel output list describe revisions invocations delete logs explain dead-letters nodes heads drain containers images pull import registries webhooks top usage completion \
    standalone gateway invoker config keys store certs simulate version; do
    holds "$usage" "  $verb "
  done
}

@test "every client command explains itself with -h, --help and hearth help" {
  local verb text
  for verb in deploy invoke wait cancel output list describe revisions invocations delete logs explain dead-letters nodes heads drain containers images pull import registries webhooks top usage completion; do
    gives 0 help "$verb"
    text=$output
    holds "$text" "usage: hearth $verb" 'Options:' 'Examples:'
    gives 0 "$verb" --help
    is "$output" "$text"
    gives 0 "$verb" -h
    is "$output" "$text"
  done
}

@test "every server command has a help text" {
  for verb in standalone gateway invoker config keys store simulate version; do
    gives 0 help "$verb"
    holds "$output" "usage: hearth $verb"
  done
}

@test "an unknown command is refused with the nearest one" {
  gives 2 lsit
  holds "$stderr" "'lsit': did you mean list?" 'hearth help'
  is "$output" ''
  gives 2 dploy x
  holds "$stderr" 'did you mean deploy?'
  gives 2 'in voke'
  gives 2 qqqqqqqqqq
  lacks "$stderr" 'did you mean'
  gives 2 help lsit
  holds "$stderr" list
  gives 2 help ../main
}

@test "an unknown option is refused with the nearest one and the usage" {
  gives 2 deploy x.py --memroy 1
  holds "$stderr" "'--memroy': did you mean --memory?" 'usage: hearth deploy'
  gives 2 invoke x --typ y
  holds "$stderr" 'did you mean --type?'
  local verb
  for verb in wait cancel output list describe revisions invocations delete logs explain dead-letters nodes heads drain containers images pull import registries webhooks top usage; do
    gives 2 "$verb" --no-such-option
    holds "$stderr" "usage: hearth $verb"
  done
}

@test "missing and superfluous words are refused with the usage" {
  local verb
  for verb in deploy invoke wait cancel output describe revisions delete logs explain pull import webhooks completion; do
    gives 2 "$verb"
    holds "$stderr" "usage: hearth $verb"
  done
  gives 2 describe a b
  holds "$stderr" "'b' is one word too many"
  gives 2 list a
  gives 2 nodes a
  gives 2 top a
  gives 2 deploy --name
  holds "$stderr" 'the option --name needs a value'
  gives 2 top -n 0
  gives 2 top -s x
  gives 2 completion zsh
}

@test "docs/cli.md is what hearth help --markdown prints" {
  gives 0 help --markdown
  diff <(printf '%s\n' "$output") "$REPO/docs/cli.md"
}

@test "an installed copy without jars works, from any folder and through a link" {
  mkdir -p 'an app/lib' elsewhere
  cp "$HEARTH" 'an app/hearth'
  cp -R "$REPO/deploy/lib/client" 'an app/lib/client'
  ln -s "$PWD/an app/hearth" elsewhere/hearth
  cd elsewhere
  run -0 ./hearth list
  holds "$output" 'NAME '
}

@test "nothing is left in the temporary folder" {
  mkdir tmp
  TMPDIR=$PWD/tmp gives 0 list
  TMPDIR=$PWD/tmp gives 1 describe "$(fresh none)"
  is "$(ls -A tmp)" ''
}

# As a newcomer would: one after the other, in one folder, with what deploy/up.sh registers.
@test "every example of the help texts works as it stands" {
  local verb line
  export HEARTH_PORT=${HEARTH_URL##*:}
  hearth deploy "$REPO/deploy/examples/hello/hello.py" >/dev/null 2>&1
  hearth deploy "$REPO/deploy/examples/text/text.js" >/dev/null 2>&1
  hearth invoke hello -d '{"name":"Ada"}' >/dev/null
  # Those of pull, import and registries need a registry of the reader's own.
  for verb in hearth deploy invoke list describe revisions invocations logs explain webhooks nodes heads drain containers images top completion delete; do
    while IFS= read -r line; do
      line=${line//127.0.0.1:8080/127.0.0.1:$HEARTH_PORT}
      try_example "$line"
    done < <(sed -n '/^Examples:$/,$p; /A first function:$/,/^$/p' "$REPO/deploy/lib/client/help/$verb.txt" | sed -n 's/^  //p')
  done
}

try_example() { # LINE
  local code=0
  timeout 6 bash -c "$1" >out 2>&1 </dev/null || code=$?
  # What goes on until Ctrl-C was ended by the clock.
  if ((code == 124)) && [[ $1 == *' -f' ]]; then code=0; fi
  if ((code)); then
    printf '%s: status %d\n%s\n' "$1" "$code" "$(<out)" >&2
    return 1
  fi
}
