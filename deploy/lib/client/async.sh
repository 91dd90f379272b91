# Commands for calls that nobody waited for when they were made: `hearth wait`, `hearth cancel`, `hearth output`.
# shellcheck shell=bash disable=SC2034 # ACCEPT is read where requests are made

# So long the node holds one question; then it is asked again.
POLL_SECONDS=20
MOST_IDS=100

client_wait() {
  local deadline='' pending=() words=()
  FOR=all FAILED=0
  while (($#)); do
    case $1 in
      --any) FOR=any ;;
      --all) FOR=all ;;
      --timeout=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --timeout)
        needs_value "$@"
        span_of "$2"
        deadline=$((SECONDS + SPAN))
        shift
        ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  only_ids "${words[@]}"
  pending=("${NAMES[@]}")
  while ((${#pending[@]})); do
    wait_once "$deadline" "${pending[@]}"
    pending=("${PENDING[@]}")
    if [[ $FOR == any ]] && ((${#pending[@]} < ${#NAMES[@]})); then break; fi
    if [[ -n $deadline ]] && ((SECONDS >= deadline && ${#pending[@]})); then
      die 4 "the time to wait was over; not done: ${pending[*]}"
    fi
  done
  ((FAILED == 0)) || die 1 "$FAILED of them failed; 'hearth explain ID' says why."
}

only_ids() { # ARGUMENT...
  local id
  only_names 1 "$MOST_IDS" 'the id of an invocation' "$@"
  for id in "${NAMES[@]}"; do is_id "$id" || misused "$(shown "$id") is not the id of an invocation, which has 26 letters and digits"; done
}

span_of() { # TIME: sets SPAN to its seconds
  [[ $1 =~ ^([0-9]{1,6})(s|m|h)?$ ]] || misused "--timeout $(shown "$1"): give a time, for example 30s, 5m or 2h"
  SPAN=$((10#${BASH_REMATCH[1]}))
  case ${BASH_REMATCH[2]} in
    m) SPAN=$((SPAN * 60)) ;;
    h) SPAN=$((SPAN * 3600)) ;;
  esac
}

# Prints those that are done and leaves the others in PENDING.
wait_once() { # DEADLINE ID...
  local hold=$POLL_SECONDS ids id rest
  if [[ -n $1 ]] && (($1 - SECONDS < hold)); then hold=$(($1 > SECONDS ? $1 - SECONDS : 0)); fi
  shift
  printf -v ids '"%s",' "$@"
  wait_ask "{\"ids\":[${ids%,}],\"for\":\"$FOR\",\"timeout\":\"${hold}s\"}" $((hold + ANSWER_SECONDS))
  # No string within JSON holds this text: its quotes would have backslashes.
  [[ $(<"$ANSWER") =~ \"pending\":\[([^]]*)\] ]] || die 1 'the answer of the node does not say which invocations are pending.'
  rest=${BASH_REMATCH[1]//[\",]/ }
  PENDING=()
  for id in "$@"; do
    if [[ " $rest " == *" $id "* ]]; then PENDING+=("$id"); else wait_done "$id"; fi
  done
}

wait_ask() { # QUESTION SECONDS
  local question=(-m "$2" -H 'Content-Type: application/json' --data-binary "$1")
  ACCEPT=application/json
  request POST /v1/invocations/wait "${question[@]}"
  ACCEPT=text/plain
  if ! succeeded; then
    # Once more, for the words that are written for people.
    request POST /v1/invocations/wait "${question[@]}"
    refused
  fi
}

wait_done() { # ID
  local outcome
  fetch "/v1/invocations/$1"
  outcome=$(field "$ANSWER" state)
  outcome=${outcome#DONE }
  if [[ $outcome != SUCCESS ]]; then FAILED=$((FAILED + 1)); fi
  printf '%s  %s\n' "$1" "$outcome"
}

client_cancel() {
  local id
  only_ids "$@"
  for id in "${NAMES[@]}"; do
    request DELETE "/v1/invocations/$id"
    succeeded || refused
    cat "$ANSWER"
  done
}

client_output() {
  only_names 1 1 'the id of an invocation, or the name of a function' "$@"
  find_call "${NAMES[0]}"
  # However long it is: the node bounds it.
  request GET "/v1/invocations/$CALL/output" -m 0
  succeeded || refused
  cat "$ANSWER"
  # For the eye alone: what a pipe or file gets is the output and nothing else.
  if [[ -t 1 && -n $(tail -c 1 "$ANSWER" | tr -d '\n\000') ]]; then printf '\n'; fi
}
