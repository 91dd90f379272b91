# `hearth top`: nodes, busy containers, rates and the last calls, drawn again and again.
# shellcheck shell=bash

# Rates are taken over the calls of the last so many seconds, of at most so many calls.
WINDOW_SECONDS=10
WINDOW_CALLS=1000
LAST_CALLS=10
SUCCESS=SUCCESS

client_top() {
  local times=0 pause=2 round=0
  while (($#)); do
    case $1 in
      -h | --help) help_exit top ;;
      --*=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      -n | --times)
        needs_value "$@"
        [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || misused "$1 $(shown "$2"): give how many times, at least 1"
        times=$2
        shift
        ;;
      -s | --seconds)
        needs_value "$@"
        [[ $2 =~ ^([0-9]{1,5}(\.[0-9]{1,3})?)$ ]] || misused "$1 $(shown "$2"): give a number of seconds"
        pause=$2
        shift
        ;;
      -?*) unknown_option "$1" ;;
      *) misused "$(shown "$1") is one word too many" ;;
    esac
    shift
  done
  while :; do
    top_collect
    top_draw
    round=$((round + 1))
    if ((times && round >= times)); then break; fi
    sleep "$pause"
  done
}

# Everything is asked for before anything is drawn.
top_collect() {
  local node
  {
    fetch /v1/nodes
    cat "$ANSWER"
    node_names
    for node in "${NODE_NAMES[@]}"; do
      request GET "/v1/nodes/$(encoded "$node")/containers"
      if succeeded; then top_busy; fi
    done
    fetch "/v1/invocations?limit=$WINDOW_CALLS"
    top_rates
    printf '\nLAST CALLS\n'
    head -n $((LAST_CALLS + 1)) "$ANSWER"
  } >"$WORK/screen"
}

# The rows of containers that are not at rest.
top_busy() {
  local rows row busy=()
  mapfile -t rows <"$ANSWER"
  column "${rows[0]}" STATE
  for row in "${rows[@]:1}"; do
    cell "$row"
    case ${CELL,,} in
      idle | stem) ;;
      *) busy+=("$row") ;;
    esac
  done
  printf '\nBUSY CONTAINERS: %d of %d\n' "${#busy[@]}" $((${#rows[@]} - 1))
  if ((${#busy[@]})); then printf '%s\n' "${rows[0]}" "${busy[@]}"; fi
}

# Times in UTC of one form sort as texts do.
top_rates() {
  local rows row since line more=''
  local -A calls=() ended=() failed=() run=() now=()
  since=$(date -u -d "-$WINDOW_SECONDS seconds" +%Y-%m-%dT%H:%M:%S)
  mapfile -t rows <"$ANSWER"
  for row in "${rows[@]:1}"; do
    top_row "${rows[0]}" "$row"
    if [[ $ROW_STATE != DONE ]]; then now[$ROW_FUNCTION]=$((${now[$ROW_FUNCTION]:-0} + 1)); fi
    [[ $ROW_AT > $since ]] || continue
    calls[$ROW_FUNCTION]=$((${calls[$ROW_FUNCTION]:-0} + 1))
    [[ $ROW_STATE == DONE ]] || continue
    ended[$ROW_FUNCTION]=$((${ended[$ROW_FUNCTION]:-0} + 1))
    run[$ROW_FUNCTION]=$((${run[$ROW_FUNCTION]:-0} + ROW_RUN))
    if [[ $ROW_OUTCOME != "$SUCCESS" ]]; then failed[$ROW_FUNCTION]=$((${failed[$ROW_FUNCTION]:-0} + 1)); fi
  done
  if ((${#rows[@]} > WINDOW_CALLS)) && [[ $ROW_AT > $since ]]; then more=" (of the last $WINDOW_CALLS calls alone: there are more)"; fi
  printf '\nCALLS OF THE LAST %d SECONDS%s\n' "$WINDOW_SECONDS" "$more"
  printf '%-32s %8s %8s %8s %12s\n' FUNCTION CALLS/S FAILED RUNNING 'MEAN RUN MS'
  for row in "${!calls[@]}" "${!now[@]}"; do printf '%s\n' "$row"; done | sort -u >"$WORK/names"
  while IFS= read -r row; do
    line=$((${calls[$row]:-0} * 10 / WINDOW_SECONDS))
    printf '%-32s %6d.%d %8d %8d %12d\n' "$row" $((line / 10)) $((line % 10)) "${failed[$row]:-0}" "${now[$row]:-0}" \
      $((${run[$row]:-0} / ${ended[$row]:-1}))
  done <"$WORK/names"
}

# Sets ROW_FUNCTION, ROW_STATE, ROW_OUTCOME, ROW_AT and ROW_RUN.
top_row() { # HEADS ROW
  column "$1" FUNCTION && cell "$2"
  ROW_FUNCTION=${CELL%@*}
  column "$1" STATE && cell "$2"
  ROW_STATE=$CELL
  column "$1" OUTCOME && cell "$2"
  ROW_OUTCOME=$CELL
  column "$1" SUBMITTED && cell "$2"
  ROW_AT=$CELL
  column "$1" 'RUN MS' && cell "$2"
  ROW_RUN=${CELL:-0}
}

# A terminal is redrawn in place, line by line and as far as it reaches, so that nothing flickers.
top_draw() {
  local size height=1000 width=1000 line left
  if [[ ! -t 1 ]]; then
    cat "$WORK/screen"
    printf '\n'
    return
  fi
  size=$(stty size </dev/tty 2>/dev/null) && read -r height width <<<"$size"
  left=$((height - 1))
  printf '\033[H%.*s\033[K\n' "$width" "$HEARTH_URL  $(date +%H:%M:%S)"
  while IFS= read -r line && ((--left > 0)); do printf '%.*s\033[K\n' "$width" "$line"; done <"$WORK/screen"
  printf '\033[J'
}
