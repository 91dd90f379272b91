#!/usr/bin/env bats

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

WORDS='def handle(event, context):
    return {"words": len(event.split())}'

@test "a file becomes a function of its name and runtime, and the same again changes nothing" {
  local name
  name=$(fresh words)
  printf '%s\n' "$WORDS" >"$name.py"
  gives 0 deploy "$name.py"
  is "$output" "$name READY revision 1 (created)"
  gives 0 deploy "$name.py"
  is "$output" "$name READY revision 1 (same)"
  gives 0 deploy "$name.py" --timeout 5s
  is "$output" "$name READY revision 2 (changed)"
  gives 0 list
  holds "$output" "$name "
  gives 0 revisions "$name"
  holds "$output" $'\n1 ' $'\n2 '
  gives 0 describe "$name"
  holds "$output" 'state       READY' 'timeout     5s' 'runtime     python3'
  gives 0 delete "$name"
  is "$output" "$name deleted"
  gives 1 describe "$name"
  holds "$stderr" "FUNCTION_NOT_FOUND: there is no function $name"
  is "$output" ''
}

@test "JavaScript goes by its ending, and a name from a file is made fit" {
  printf 'exports.handle = async event => event.length\n' >'My File.js'
  gives 0 deploy 'My File.js'
  holds "$output" 'my-file READY'
  gives 0 invoke my-file -d abc
  is "$output" 3
}

@test "what a compiler made is told by its ending or its first bytes" {
  local name
  name=$(fresh compiled)
  cp /bin/true "$name"
  gives 0 deploy "$name"
  gives 0 describe "$name"
  holds "$output" 'runtime     native'
  mv "$name" "$name.so"
  gives 0 deploy "$name.so"
  is "$output" "$name READY revision 1 (same)"
}

@test "a folder is packed with its libraries and without what belongs to the machine" {
  local name
  name=$(fresh folder)
  mkdir -p "a folder/lib" "a folder/.git" "a folder/__pycache__" "a folder/node_modules/.bin"
  printf 'import os\nfrom lib.dep import answer\ndef handle(event, context):\n    here = os.path.dirname(__file__)\n    return [answer(), sorted(os.listdir(here))]\n' >'a folder/main.py'
  printf 'def answer():\n    return 42\n' >'a folder/lib/dep.py'
  printf x | tee 'a folder/.git/x' 'a folder/__pycache__/x' 'a folder/old.pyc' >'a folder/keep.txt'
  ln -s ../dep 'a folder/node_modules/.bin/dep'
  gives 0 deploy 'a folder' --name "$name"
  gives 0 invoke "$name"
  holds "$output" '[42,' '"keep.txt"' '"node_modules"'
  lacks "$output" old.pyc
  lacks "$output" .git
  # The clock and the order of files do not count.
  touch 'a folder/main.py'
  gives 0 deploy 'a folder' --name "$name"
  holds "$output" '(same)'
}

@test "the folder in which one stands gives its name" {
  mkdir here
  printf '%s\n' "$WORDS" >here/main.py
  cd here
  gives 0 deploy .
  holds "$output" 'here READY'
}

@test "index.js at the top of a folder is the handler's file" {
  mkdir -p indexed/node_modules/dep
  printf 'exports.handle = async () => require("dep").answer\n' >indexed/index.js
  printf 'exports.answer = 42\n' >indexed/node_modules/dep/index.js
  gives 0 deploy indexed
  gives 0 invoke indexed
  is "$output" 42
}

@test "an archive is sent as it is" {
  mkdir src
  printf '%s\n' "$WORDS" >src/main.py
  tar -C src -czf packed.tar.gz .
  gives 0 deploy packed.tar.gz
  holds "$output" 'packed READY'
  gives 0 invoke packed -d 'a b c'
  is "$output" '{"words":3}'
}

@test "every field of the spec reaches the node" {
  local name
  name=$(fresh fields)
  printf '%s\n' "$WORDS" >f.py
  gives 0 deploy f.py --name "$name" --memory=64MiB --disk 16MiB --timeout 4s --init 3s --ingress 1MiB --egress 2MiB \
    --cpus 0.5 --pids 32 --max-containers 2 --keep-alive 1m --min-warm 0 --network none --handler handle \
    --concurrency 1 --init-value '{"a": 1}' --env A=b --label team=x
  gives 0 describe "$name"
  holds "$output" 'memory      64MiB' 'disk        16MiB' 'timeout     4s' 'init        3s' 'ingress     1MiB' \
    'egress      2MiB' 'cpus        0.5' 'pids        32' 'containers  at most 2' 'keep-alive  1m' 'network     none' \
    'handler     handle' 'concurrency 1' 'init-value  {"a":1}' 'env         A=b' 'label       team=x'
}

@test "values with blanks, quotes, line ends and letters of all kinds arrive as they are" {
  local name value
  name=$(fresh values)
  value=$' two  blanks "double" \'single\' a=b&c=d%20 +\\ \n\tGrüße 世界 🌍 $HOME `x`'
  python "$name" 'import os
def handle(event, context):
    return os.environ["VALUE"].encode()' --env "VALUE=$value" --env 'EMPTY='
  hearth invoke "$name" >got
  printf '%s' "$value" | cmp - got
}

@test "the node says what is wrong with a field" {
  printf '%s\n' "$WORDS" >f.py
  gives 1 deploy f.py --memory 3
  holds "$stderr" "INVALID_REQUEST: memory is '3', must be a size"
  is "$output" ''
  gives 1 deploy f.py --name 'A b/c'
  holds "$stderr" INVALID_REQUEST
  gives 1 deploy f.py --memory 1TiB
  holds "$stderr" NOT_ALLOWED
  gives 1 deploy f.py --name "$(fresh rt)" --runtime cobol
  holds "$stderr" cobol
}

@test "where nothing can be guessed a sentence says what to give" {
  mkdir empty odd both
  printf 'x\n' | tee odd/other.py both/main.py >both/main.js
  printf 'x\n' >file.txt
  gives 2 deploy empty
  holds "$stderr" "'empty' has no main.py, main.js or index.js"
  gives 2 deploy odd
  holds "$stderr" other.py --handler
  gives 2 deploy both
  holds "$stderr" 'main.py and main.js' --runtime
  gives 2 deploy file.txt
  holds "$stderr" --runtime
  gives 1 deploy 'no such.py'
  holds "$stderr" "there is no file or folder 'no such.py'"
  gives 2 deploy file.txt --image x
  gives 2 deploy file.txt --env novalue
  gives 2 deploy file.txt odd
  gives 2 deploy ''
  printf '%s\n' "$WORDS" >'ö.py'
  gives 2 deploy ö.py
  holds "$stderr" --name
}

@test "a handler in another file names the runtime" {
  mkdir odd
  printf '%s\n' "$WORDS" >odd/other.py
  gives 0 deploy odd --name "$(fresh odd)" --handler other.handle
}

@test "a file whose name begins with a dash is deployed after --" {
  printf '%s\n' "$WORDS" >-dash.py
  gives 0 deploy --name "$(fresh dash)" -- -dash.py
}

@test "an image that is not there leaves the function FAILED, with the cause" {
  local name
  name=$(fresh image)
  gives 1 deploy --image "127.0.0.1:1/no/such:latest" --contract hearth --name "$name"
  is "$output" ''
  # Refused at once, or FAILED after a pull.
  [[ $stderr == *FAILED* || $stderr == *INVALID_REQUEST* || $stderr == *FORBIDDEN* ]]
  gives 1 deploy --image hearth/no-such-image:none --contract hearth --name "$name"
  holds "$stderr" FAILED
}

@test "an image with code is deployed" {
  local name
  name=$(fresh own)
  gives 0 deploy --image hearth/python3:latest --contract hearth --name "$name"
  gives 0 describe "$name"
  holds "$output" 'contract    hearth' 'code        in the image'
}

@test "progress goes to stderr without control codes, and the result alone to stdout" {
  stand_in pending
  printf '%s\n' "$WORDS" >slow.py
  gives 0 deploy slow.py
  is "$output" 'slow READY revision 1 (created)'
  holds "$stderr" 'slow: sending 69 bytes' 'slow: PENDING'
  plain "$stderr"
  is "$(grep -c PENDING <<<"$stderr")" 1
}

@test "on a terminal one line of progress is rewritten" {
  stand_in pending
  printf '%s\n' "$WORDS" >slow.py
  run -0 script -qec 'hearth deploy slow.py' /dev/null
  holds "$output" $'\r' $'\033[K' 'PENDING'
  is "$(grep -c PENDING <<<"$output")" 1
}

@test "a function that fails while it is made ready ends the wait with status 1" {
  stand_in failing
  printf '%s\n' "$WORDS" >slow.py
  gives 1 deploy slow.py
  holds "$stderr" 'IMAGE_PULL_FAILED: no such image'
  is "$output" ''
}

@test "the wait for a function that never gets ready ends with status 4" {
  stand_in forever
  printf '%s\n' "$WORDS" >slow.py
  gives 4 deploy slow.py --wait 1
  holds "$stderr" 'still PENDING after 1 s' 'hearth describe slow'
}

@test "several functions are deleted in one go, up to the first that is not there" {
  local name
  name=$(fresh del)
  python "$name-a" "$WORDS"
  python "$name-b" "$WORDS"
  gives 1 delete "$name-a" "$name-none" "$name-b"
  holds "$output" "$name-a deleted"
  gives 0 describe "$name-b"
  gives 2 delete ''
  gives 2 describe ''
  # The address of what lies above.
  gives 2 delete ..
  gives 2 describe .
}

@test "more functions than a page holds come out as one table" {
  stand_in pages
  gives 0 list
  is "${#lines[@]}" 1502
  is "$(grep -c NAME <<<"$output")" 1
  is "${lines[1501]%% *}" f1501
}
