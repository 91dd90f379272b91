# `hearth top`: nodes, busy containers, rates and the last calls, drawn again and again.
# shellcheck shell=bash

# Rates are taken over the calls of the last so many seconds; over fewer where more calls came than are looked at.
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
  local rows row now since span=$((WINDOW_SECONDS * 1000))
  now=$(date +%s%3N)
  mapfile -t rows <"$ANSWER"
  if ((${#rows[@]} > WINDOW_CALLS)); then
    top_row "${rows[0]}" "${rows[-1]}"
    span=$(top_span "$now" "$ROW_AT")
  fi
  since=$(date -u -d "@$(((now - span) / 1000)).$(printf %03d $(((now - span) % 1000)))" +%Y-%m-%dT%H:%M:%S.%3N)
  declare -gA CALLS=() ENDED=() FAILED=() RUN_MS=() RUNNING=()
  for row in "${rows[@]:1}"; do
    top_row "${rows[0]}" "$row"
    top_count "$since"
  done
  printf '\nCALLS OF THE LAST %d.%d SECONDS\n' $((span / 1000)) $((span % 1000 / 100))
  top_rate_table "$span"
}

# Where more calls came than are looked at, the time that those took.
top_span() { # NOW_MS OLDEST
  local span
  span=$(($1 - $(date -u -d "$2" +%s%3N)))
  if ((span < 1)); then span=1; fi
  if ((span > WINDOW_SECONDS * 1000)); then span=$((WINDOW_SECONDS * 1000)); fi
  printf '%d' "$span"
}

top_count() { # SINCE
  local name=$ROW_FUNCTION
  if [[ $ROW_STATE != DONE ]]; then RUNNING[$name]=$((${RUNNING[$name]:-0} + 1)); fi
  [[ ! $ROW_AT < $1 ]] || return 0
  CALLS[$name]=$((${CALLS[$name]:-0} + 1))
  [[ $ROW_STATE == DONE ]] || return 0
  ENDED[$name]=$((${ENDED[$name]:-0} + 1))
  RUN_MS[$name]=$((${RUN_MS[$name]:-0} + ROW_RUN))
  if [[ $ROW_OUTCOME != "$SUCCESS" ]]; then FAILED[$name]=$((${FAILED[$name]:-0} + 1)); fi
}

top_rate_table() { # SPAN_MS
  local name tenths
  printf '%-32s %8s %8s %8s %12s\n' FUNCTION CALLS/S FAILED RUNNING 'MEAN RUN MS'
  for name in "${!CALLS[@]}" "${!RUNNING[@]}"; do printf '%s\n' "$name"; done | sort -u >"$WORK/names"
  while IFS= read -r name; do
    tenths=$((${CALLS[$name]:-0} * 10000 / $1))
    printf '%-32s %6d.%d %8d %8d %12d\n' "$name" $((tenths / 10)) $((tenths % 10)) "${FAILED[$name]:-0}" \
      "${RUNNING[$name]:-0}" $((${RUN_MS[$name]:-0} / ${ENDED[$name]:-1}))
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
