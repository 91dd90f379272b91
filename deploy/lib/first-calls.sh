#!/usr/bin/env bash
# Registers the example functions with a running node, calls each with real input and shows the answers.
# usage: first-calls.sh http://127.0.0.1:8080
set -euo pipefail

url=$1
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")/../examples" && pwd)
answer=$(mktemp "${TMPDIR:-/tmp}/hearth-answer.XXXXXX")
trap 'rm -f "$answer"' EXIT

# One request; its body lands in the file $answer, and any status but 2xx ends the script with that body.
request() { # ARGUMENT...
  local status
  status=$(curl -sS --noproxy '*' -m 60 -o "$answer" -w '%{http_code}' "$@") || {
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

call_hello
