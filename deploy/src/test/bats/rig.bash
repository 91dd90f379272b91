# What the tests have in common: a folder of its own for each, checks that show what was there instead, a stand-in node.
# shellcheck shell=bash disable=SC2154 # status, output and stderr are what `run` leaves

bats_require_minimum_version 1.5.0

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  PATH=$SUITE/bin:$PATH
  export HOME=$BATS_TEST_TMPDIR
}

teardown() {
  stand_in_end
}

stand_in_end() {
  if [[ -n ${STAND_IN_PID:-} ]]; then
    kill "$STAND_IN_PID" 2>/dev/null || true
    wait "$STAND_IN_PID" 2>/dev/null || true
  fi
}

# Runs the command with stdout in $output, stderr in $stderr and the status that is expected.
gives() { # STATUS ARGUMENT...
  local expected=$1
  shift
  run --separate-stderr hearth "$@"
  if ((status != expected)); then
    printf 'hearth %s: status %s instead of %s\nstdout: %s\nstderr: %s\n' "$*" "$status" "$expected" "$output" "${stderr:-}" >&2
    return 1
  fi
}

holds() { # TEXT PART...
  local text=$1 part
  shift
  for part in "$@"; do
    if [[ $text != *"$part"* ]]; then
      printf 'not found: %s\nin: %s\n' "$part" "$text" >&2
      return 1
    fi
  done
}

lacks() { # TEXT PART
  if [[ $1 == *"$2"* ]]; then
    printf 'found: %s\nin: %s\n' "$2" "$1" >&2
    return 1
  fi
}

is() { # TEXT EXPECTED
  if [[ $1 != "$2" ]]; then
    printf 'expected: %s\nbut was: %s\n' "$2" "$1" >&2
    return 1
  fi
}

plain() { # TEXT: it has no control characters but line ends
  [[ $1 != *[$'\001'-$'\010\013'-$'\037']* ]] || {
    printf 'control characters in: %q\n' "$1" >&2
    return 1
  }
}

# A name that no other test has.
fresh() { # PREFIX
  printf '%s-%s-%s' "$1" "$BATS_TEST_NUMBER" "$RANDOM"
}

python() { # NAME SOURCE [OPTION...]: deploys a function
  local name=$1
  printf '%s\n' "$2" >"$BATS_TEST_TMPDIR/$name.py"
  shift 2
  hearth deploy "$BATS_TEST_TMPDIR/$name.py" "$@" >/dev/null 2>&1
}

# A server that answers as `stand_in.py MODE` says and writes down what it was asked; points HEARTH_URL at it.
stand_in() { # MODE
  stand_in_end
  rm -f "$BATS_TEST_TMPDIR/port"
  python3 "$BATS_TEST_DIRNAME/stand_in.py" "$1" "$BATS_TEST_TMPDIR/asked" >"$BATS_TEST_TMPDIR/port" 2>&1 3>&- 4>&- &
  STAND_IN_PID=$!
  until [[ -s $BATS_TEST_TMPDIR/port ]]; do sleep 0.05; done
  HEARTH_URL=http://127.0.0.1:$(head -n 1 "$BATS_TEST_TMPDIR/port")
  export HEARTH_URL
}

asked() {
  cat "$BATS_TEST_TMPDIR/asked"
}
