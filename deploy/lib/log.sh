# Numbered steps on the terminal, their details in a log file, and one clear sentence when something fails.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

STEP_TOTAL=0
STEP_NUMBER=0
STEP_RESULT=''
STEP_OPEN=false
STEP_FIRST_LINE=1
STEP_SUMMARY=()
FAIL_REPORTED=false
LOG_FILE=/dev/null

now_ms() {
  local now=${EPOCHREALTIME/[.,]/}
  printf '%s' "$((now / 1000))"
}

seconds_since() { # START_MS
  local ms=$(($(now_ms) - $1))
  printf '%d.%d s' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

log_open() { # FILE STEPS: starts a fresh log and reports every unforeseen end
  LOG_FILE=$1
  STEP_TOTAL=$2
  mkdir -p "$(dirname "$LOG_FILE")"
  : >"$LOG_FILE"
  printf 'Details: %s\n' "$LOG_FILE"
  trap log_on_exit EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

log_on_exit() {
  local status=$?
  if ((status != 0)) && ! $FAIL_REPORTED; then
    if $STEP_OPEN; then printf 'failed\n'; fi
    log_report "Step ${STEP_NUMBER} (${STEP_TITLE:-start}) ended with status ${status}. The last lines below, or the whole log, say why; then run the same command again."
  fi
  if declare -F at_exit >/dev/null; then at_exit; fi
}

# Runs COMMAND as the next step; the command may set STEP_RESULT to the word that closes the line.
step() { # TITLE COMMAND...
  local started
  STEP_TITLE=$1
  shift
  STEP_NUMBER=$((STEP_NUMBER + 1))
  STEP_RESULT='done'
  STEP_OPEN=true
  printf '[%d/%d] %s ... ' "$STEP_NUMBER" "$STEP_TOTAL" "$STEP_TITLE"
  printf '\n== [%d/%d] %s\n' "$STEP_NUMBER" "$STEP_TOTAL" "$STEP_TITLE" >>"$LOG_FILE"
  STEP_FIRST_LINE=$(wc -l <"$LOG_FILE")
  started=$(now_ms)
  "$@"
  STEP_OPEN=false
  STEP_SUMMARY+=("$(printf '%9s  %s: %s' "$(seconds_since "$started")" "$STEP_TITLE" "$STEP_RESULT")")
  printf '%s (%s)\n' "$STEP_RESULT" "$(seconds_since "$started")"
}

note() { # TEXT: a word on the line of a step that takes long
  printf '%s ... ' "$1"
  printf '%s\n' "$1" >>"$LOG_FILE"
}

logged() { # COMMAND...: runs it with all output in the log
  printf '+ %s\n' "$*" >>"$LOG_FILE"
  "$@" >>"$LOG_FILE" 2>&1
}

log_report() { # SENTENCE: the sentence, then what the open step wrote last
  local tail_lines
  tail_lines=$(tail -n "+$((STEP_FIRST_LINE + 1))" "$LOG_FILE" | tail -n 15 || true)
  printf '\nERROR: %s\n' "$1" >&2
  printf '\nERROR: %s\n' "$1" >>"$LOG_FILE"
  if [[ -n $tail_lines ]]; then
    printf 'Last lines of %s:\n' "$LOG_FILE" >&2
    printf '%s\n' "$tail_lines" | sed 's/\x1b\[[0-9;]*m//g; s/^/  | /' >&2
  fi
}

# Ends the script. Never call it in a command substitution: the sentence would be followed by a second one.
fail() { # SENTENCE
  if $STEP_OPEN; then printf 'failed\n'; fi
  FAIL_REPORTED=true
  log_report "$1"
  exit 1
}
