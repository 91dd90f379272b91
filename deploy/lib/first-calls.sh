#!/usr/bin/env bash
# Registers the example functions with a running node, calls each with real input and shows the answers.
# usage: first-calls.sh http://127.0.0.1:8080
# Where the node has API keys, one of the role admin is taken from HEARTH_KEY; HEARTH_CACERT names a certificate to trust.
set -euo pipefail

url=$1
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")/../examples" && pwd)
answer=$(mktemp "${TMPDIR:-/tmp}/hearth-answer.XXXXXX")
input=$(mktemp "${TMPDIR:-/tmp}/hearth-input.XXXXXX")
trap 'rm -f "$answer" "$input"' EXIT

trust=()
if [[ -n ${HEARTH_CACERT:-} ]]; then trust=(--cacert "$HEARTH_CACERT"); fi

# One request; its body lands in the file $answer, and any status but 2xx ends the script with that body.
request() { # ARGUMENT...
  local status
  # The key goes in by a file descriptor: arguments can be read by every user of the machine.
  status=$(curl -q -sS --noproxy '*' -m 60 "${trust[@]}" -o "$answer" -w '%{http_code}' \
    -H @<(printf '%s' "${HEARTH_KEY:+Authorization: Bearer $HEARTH_KEY}") "$@") || {
    printf 'no answer from %s\n' "$url" >&2
    exit 1
  }
  if [[ $status != 2* ]]; then
    printf 'HTTP %s: %s\n' "$status" "$(head -c 2000 "$answer")" >&2
    exit 1
  fi
}

register() { # NAME FILE RUNTIME
  request -T "$2" "$url/v1/functions/$1?runtime=$3&wait=30s"
}

call_hello() {
  local event='{"name":"Ada"}'
  register hello "$examples/hello/hello.py" python3
  request -H 'Content-Type: application/json' --data "$event" "$url/v1/functions/hello/invoke"
  printf '  hello(%s) -> %s\n' "$event" "$(head -c 500 "$answer")"
}

# A real job: a table of some MB through an ETL function. The input is made where it is read, in a runtime image.
call_etl() {
  register etl "$examples/etl/etl.py" python3
  make_input etl/make_orders.py >"$input"
  request -H 'Content-Type: text/csv' --data-binary "@$input" "$url/v1/functions/etl/invoke"
  printf '  etl(%s bytes of orders) -> %s...\n' "$(stat -c %s "$input")" "$(head -c 100 "$answer")"
}

call_text() {
  register text "$examples/text/text.js" nodejs
  make_input text/make_book.py >"$input"
  request -H 'Content-Type: text/plain; charset=utf-8' --data-binary "@$input" "$url/v1/functions/text/invoke"
  printf '  text(%s bytes of a book) -> %s...\n' "$(stat -c %s "$input")" "$(head -c 100 "$answer")"
}

make_input() { # SCRIPT
  docker run --rm -i --network none "${HEARTH_IMAGES:-hearth}/python3:latest" python3 - <"$examples/$1"
}

call_hello
call_etl
call_text
