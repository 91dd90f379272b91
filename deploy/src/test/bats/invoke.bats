#!/usr/bin/env bats

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

# One set of functions for all tests of this file.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  cat >seen.py <<'PYTHON'
def handle(event, context):
    kind = {dict: "JSON", list: "JSON", str: "text", bytes: "bytes"}.get(type(event), "JSON")
    return kind + " " + repr(event)
PYTHON
  printf 'def handle(event, context):\n    return event.encode() if isinstance(event, str) else event\n' >echo.py
  printf 'def handle(event, context):\n    print("before")\n    raise ValueError("on purpose")\n' >raises.py
  printf 'def handle(event, context)\n    return 1\n' >broken.py
  printf 'import time\ndef handle(event, context):\n    time.sleep(30)\n' >sleeper.py
  printf 'import os\ndef handle(event, context):\n    return bytes(range(256)) * 3\n' >bytes.py
  local name
  for name in seen echo raises broken bytes; do "$HEARTH" deploy "$name.py" >/dev/null 2>&1; done
  "$HEARTH" deploy sleeper.py --timeout 1s >/dev/null 2>&1
  "$HEARTH" deploy sleeper.py --name dozer --timeout 10s >/dev/null 2>&1
}

@test "the kind of an event given as text is guessed" {
  gives 0 invoke seen -d 'plain words'
  is "$output" "text 'plain words'"
  gives 0 invoke seen -d '{"a": 1}'
  is "$output" "JSON {'a': 1}"
  gives 0 invoke seen -d $' \n[1, 2]\n '
  is "$output" 'JSON [1, 2]'
  gives 0 invoke seen -d '[note] call me'
  is "$output" "text '[note] call me'"
  gives 0 invoke seen -d '"quoted"'
  is "$output" "text 'quoted'"
  gives 0 invoke seen -d '-12.5e3'
  is "$output" 'JSON -12500.0'
  gives 0 invoke seen -d '12 monkeys'
  is "$output" "text '12 monkeys'"
  gives 0 invoke seen -d true
  is "$output" 'JSON True'
}

@test "headers reach the function, and what is none is refused" {
  printf 'def handle(event, context):\n    return [context.headers.get("x-a"), context.headers.get("x-b")]\n' >headers.py
  "$HEARTH" deploy headers.py >/dev/null 2>&1
  gives 0 invoke headers -H 'X-A: one: two' --header 'x-b:three'
  is "$output" '["one: two","three"]'
  gives 2 invoke headers -H 'X-A'
  gives 2 invoke headers -H '@/etc/passwd'
  gives 2 invoke headers -H $'X-A: one\r\nX-B: two'
  gives 2 invoke headers -H 'X-A:'
  gives 2 invoke headers -H 'X A: b'
}

@test "the kind of an event in a file goes by its ending, then by its bytes" {
  printf '{"a":1}' | tee a.json b.data >c.txt
  printf 'x,y\n' >d.csv
  printf '\000\001' >e
  printf 'caf\351 au lait' >latin1
  printf 'café au lait' >utf8
  gives 0 invoke seen -f a.json
  is "$output" "JSON {'a': 1}"
  gives 0 invoke seen -f b.data
  is "$output" "JSON {'a': 1}"
  gives 0 invoke seen -f c.txt
  is "$output" "text '{\"a\":1}'"
  gives 0 invoke seen -f d.csv
  is "$output" "text 'x,y\\n'"
  gives 0 invoke seen -f e
  is "$output" "bytes b'\\x00\\x01'"
  gives 0 invoke seen -f latin1
  holds "$output" 'bytes '
  gives 0 invoke seen -f utf8
  is "$output" "text 'café au lait'"
}

@test "text that is longer than what is looked at is still text" {
  # A letter of three bytes lies across the border.
  { printf 'xx'; for ((i = 0; i < 3000; i++)); do printf '世'; done; } >long
  gives 0 invoke seen -f long
  holds "$output" "text 'xx世"
}

@test "--type has the last word" {
  gives 0 invoke seen -d '{"a":1}' --type text/plain
  is "$output" "text '{\"a\":1}'"
  gives 0 invoke seen -d 'a' -t application/octet-stream
  is "$output" "bytes b'a'"
  gives 1 invoke seen -d 'a' --type=application/json
  holds "$stderr" INVALID_REQUEST
}

@test "standard input is the event" {
  printf 'from a pipe' >in
  hearth invoke seen - <in >out
  is "$(<out)" "text 'from a pipe'"
  printf '%s' '{"a":1}' | hearth invoke - seen --type text/plain >out
  is "$(<out)" "text '{\"a\":1}'"
}

@test "bytes go in and come out as they are" {
  head -c 300000 /dev/urandom >random
  hearth invoke echo -f random --type application/octet-stream | cmp - random
  cp random again
  hearth invoke echo - --type application/octet-stream <again | cmp - random
  hearth invoke echo -f <(cat random) --type application/octet-stream | cmp - random
  hearth invoke bytes >out
  is "$(stat -c %s out)" 768
  for ((i = 0; i < 256; i++)); do printf '%b' "\\0$(printf %o "$i")"; done >wanted
  cat wanted wanted wanted | cmp - out
}

@test "no event is none for the function, and input that nobody asked for is not read" {
  gives 0 invoke seen
  is "$output" 'JSON None'
  printf 'not this' | hearth invoke seen >out
  is "$(<out)" 'JSON None'
  gives 0 invoke seen -d ''
  is "$output" 'JSON None'
}

@test "events with blanks, quotes and leading dashes or at signs arrive as they are" {
  gives 0 invoke echo -d '--no "such" option'
  is "$output" '--no "such" option'
  gives 0 invoke echo -d '@/etc/passwd'
  is "$output" '@/etc/passwd'
  printf 'in a file' >'-a [b] {c,d} file'
  gives 0 invoke echo -f '-a [b] {c,d} file'
  is "$output" 'in a file'
  gives 0 invoke echo -d 'a\nb %41 &x=y'
  is "$output" 'a\nb %41 &x=y'
}

@test "-i says on stderr what happened" {
  gives 0 invoke echo -i -d 'x'
  is "$output" x
  [[ $stderr =~ invocation\ +[0-9a-z]{26} ]]
  [[ $stderr =~ start\ +(cold|prewarmed|warm) ]]
  holds "$stderr" "node        $NODE_ID" 'run ' ' ms' 'status      200'
  plain "$stderr"
}

@test "an exception is told on stderr with status 1" {
  gives 1 invoke raises -d x
  is "$output" ''
  holds "$stderr" 'FUNCTION_ERROR: raises@1 raised ValueError: on purpose' 'Traceback' 'log: before' 'invocation: '
  plain "$stderr"
  gives 1 invoke raises -i
  holds "$stderr" 'status      502' 'FUNCTION_ERROR'
}

@test "a syntax error is told on stderr with status 1" {
  gives 1 invoke broken
  is "$output" ''
  holds "$stderr" INIT_FAILED SyntaxError
}

@test "a function that runs too long is told on stderr with status 1" {
  gives 1 invoke sleeper
  holds "$stderr" 'TIMEOUT: sleeper@1 ran longer than limits.timeout = 1s'
}

@test "--wait gives up with status 4, and the call goes on" {
  gives 4 invoke dozer --wait 1
  holds "$stderr" 'has not answered in time' 'hearth top'
}

@test "--queue reaches the node" {
  gives 0 invoke echo -d x --queue 5s
  gives 1 invoke echo -d x --queue soon
  holds "$stderr" 'INVALID_REQUEST: queue:'
}

@test "a function that is not there, or no name of one, is told" {
  gives 1 invoke "$(fresh none)"
  holds "$stderr" FUNCTION_NOT_FOUND
  gives 1 invoke 'a name/with "all"?'
  holds "$stderr" INVALID_REQUEST
}

@test "wrong usage has status 2" {
  gives 2 invoke seen -d a -f b
  holds "$stderr" 'given twice'
  gives 2 invoke seen -d
  gives 2 invoke seen extra
  gives 2 invoke ''
  gives 2 invoke seen --wait soon
  gives 1 invoke seen -f 'no such file'
  holds "$stderr" "there is no file 'no such file'"
}

@test "a status that the function's own server gave is told, and its body is the result" {
  stand_in teapot
  gives 1 invoke web
  is "$output" 'short and stout'
  holds "$stderr" 'web answered with HTTP status 418 of its own'
  lacks "$stderr" HEARTH_URL
}
