# Progress of something that takes a while, on stderr: one line that is rewritten, or a line a change where that is no terminal.
# shellcheck shell=bash disable=SC2034 # PROGRESS_SINCE is read by the scripts that source this

PROGRESS_LAST=''
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

progress_end() {
  if [[ -t 2 && -n $PROGRESS_LAST ]]; then printf '\r\033[K' >&2; fi
}
