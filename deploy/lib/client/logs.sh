# `hearth logs`: what a call has printed, once or as it comes.
# shellcheck shell=bash

# While a function is followed, this many of its newest calls are looked at each second.
FOLLOWED=100

client_logs() {
  local follow=false words=()
  while (($#)); do
    case $1 in
      -f | --follow) follow=true ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  only_names 1 1 'the name of a function, or the id of an invocation' "${words[@]}"
  if ! $follow; then
    find_call "${NAMES[0]}"
    fetch "/v1/invocations/$CALL/logs"
    cat "$ANSWER"
  elif is_id "${NAMES[0]}"; then
    follow_call "${NAMES[0]}"
  else
    follow_function "${NAMES[0]}"
  fi
}

# The node sends lines until the call has ended. curl with -f prints no error's text, so that it is asked for again.
follow_call() { # ID
  local fault=0
  fetch "/v1/invocations/$1"
  node_curl "/v1/invocations/$1/logs?follow=true" -N -f -w '' 2>"$WORK/fault" || fault=$?
  case $fault in
    0) ;;
    22)
      fetch "/v1/invocations/$1/logs?follow=true"
      cat "$ANSWER"
      ;;
    *) request_failed "$fault" ;;
  esac
}

# PRINTED holds for each call that is looked at how many of its lines are out, or `ended`.
follow_function() { # NAME
  local first=true
  declare -gA PRINTED=()
  LAST_HEADER=''
  must_exist "$1"
  printf "Following the calls of %s; Ctrl-C ends this.\n" "$1" >&2
  while :; do
    fetch "/v1/invocations?function=$(encoded "$1")&limit=$FOLLOWED"
    follow_calls "$first"
    first=false
    sleep 1
  done
}

# The calls on the page, oldest first. Those that had ended before this began are passed over.
follow_calls() { # FIRST
  local rows heads row id state i known=false
  local -A still=()
  mapfile -t rows <"$ANSWER"
  heads=${rows[0]}
  for ((i = ${#rows[@]} - 1; i > 0; i--)); do
    row=${rows[i]}
    id=${row%% *}
    column "$heads" STATE
    cell "$row"
    state=$CELL
    if [[ -n ${PRINTED[$id]:-} ]]; then known=true; fi
    if $1 && [[ $state == DONE ]]; then PRINTED[$id]=ended; fi
    if [[ ${PRINTED[$id]:-} != ended ]]; then follow_lines "$id" "$state" "$heads" "$row"; fi
    still[$id]=${PRINTED[$id]}
  done
  if ! $1 && ! $known && ((${#rows[@]} > FOLLOWED)) && ((${#PRINTED[@]})); then
    printf '(more than %d calls came within a second: those between are not shown)\n' "$FOLLOWED" >&2
  fi
  PRINTED=()
  for id in "${!still[@]}"; do PRINTED[$id]=${still[$id]}; done
}

follow_lines() { # ID STATE HEADS ROW
  local lines count out=${PRINTED[$1]:-0}
  request GET "/v1/invocations/$1/logs"
  # A record may make room for newer ones at any time.
  if succeeded; then
    mapfile -t lines <"$ANSWER"
    count=${#lines[@]}
    if ((count > out)) || [[ $2 == DONE && $LAST_HEADER != "$1" ]]; then
      follow_header "$@"
      if ((count > out)); then printf '%s\n' "${lines[@]:out}"; fi
    fi
    PRINTED[$1]=$count
  else
    PRINTED[$1]=ended
  fi
  if [[ $2 == DONE ]]; then
    PRINTED[$1]=ended
    follow_end "$@"
  fi
}

# `==> ID hello@1, submitted at 12:00:00`, where the lines of another call came before.
follow_header() { # ID STATE HEADS ROW
  local function at
  [[ $LAST_HEADER != "$1" ]] || return 0
  LAST_HEADER=$1
  column "$3" FUNCTION
  cell "$4"
  function=$CELL
  column "$3" SUBMITTED
  cell "$4"
  at=$CELL
  printf '==> %s %s %s\n' "$1" "$function" "$at"
}

follow_end() { # ID STATE HEADS ROW
  local outcome
  column "$3" OUTCOME
  cell "$4"
  outcome=$CELL
  column "$3" 'RUN MS'
  cell "$4"
  printf '<== %s %s, ran %s ms\n' "$1" "${outcome:-$2}" "$CELL"
}
