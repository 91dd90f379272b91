# Progress of something that takes a while, on stderr: one line that is rewritten, or a line a change where that is no terminal.
# shellcheck shell=bash disable=SC2034 # PROGRESS_SINCE is read by the scripts that source this

PROGRESS_LAST=''
TICKER=''
PROGRESS_SINCE=$SECONDS

progress_start() {
  PROGRESS_SINCE=$SECONDS
}

progress() { # TEXT
  if [[ -t 2 ]]; then
    printf '\r%s, %d s\033[K' "$1" $((SECONDS - PROGRESS_SINCE)) >&2
  elif [[ $1 != "$PROGRESS_LAST" ]]; then
    printf '%s\n' "$1" >&2
  fi
  PROGRESS_LAST=$1
}

# While a command has to be waited for, the line is rewritten each second by a process of its own.
progress_during() { # TEXT COMMAND...
  local text=$1
  shift
  progress "$text"
  if [[ -t 2 ]]; then
    while sleep 1; do progress "$text"; done &
    TICKER=$!
  fi
  "$@"
  progress_still
}

progress_still() {
  if [[ -n $TICKER ]]; then
    kill "$TICKER" 2>/dev/null || true
    wait "$TICKER" 2>/dev/null || true
    TICKER=''
  fi
}

progress_end() {
  if [[ -t 2 && -n $PROGRESS_LAST ]]; then printf '\r\033[K' >&2; fi
  PROGRESS_LAST=''
}
