# `hearth invoke`: one call; its result goes to stdout byte for byte, or with --async its id.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=type.sh
source "$CLIENT/type.sh"

client_invoke() {
  NAME='' EVENT='' GIVEN='' TYPE='' QUEUE='' WAIT=0 SHOW_HEAD=false HEADERS=() ASYNC=false LATER='' LATER_OPTION=''
  invoke_options "$@"
  [[ -n $NAME ]] || misused 'the name of a function is missing'
  if $ASYNC && [[ -n $QUEUE ]]; then misused '--queue is for calls that are waited for: use --expires-after'; fi
  if ! $ASYNC && [[ -n $LATER_OPTION ]]; then misused "$LATER_OPTION is for calls that are not waited for: add --async"; fi
  invoke_event
  if $ASYNC; then
    invoke_later
    return
  fi
  invoke_send
  if $SHOW_HEAD; then invoke_head >&2; fi
  succeeded || answered_itself || refused
  cat "$ANSWER"
  # For the eye alone: what a pipe or file gets is the result and nothing else.
  if [[ -t 1 && -n $(tail -c 1 "$ANSWER" | tr -d '\n\000') ]]; then printf '\n'; fi
  succeeded || die 1 "$NAME answered with HTTP status $STATUS of its own; its body went to standard output."
}

# Whether the status is the function's own: images with the contract http may give any.
answered_itself() {
  grep -qi '^Hearth-Invocation-Id:' "$HEAD" && ! grep -qi '^Hearth-Error:' "$HEAD"
}

invoke_options() { # ARGUMENT...
  while (($#)); do
    case $1 in
      -h | --help) help_exit invoke ;;
      -i | --info) SHOW_HEAD=true ;;
      --async) ASYNC=true ;;
      -) invoke_from stdin - ;;
      --*=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      -?*)
        needs_value "$@"
        invoke_option "$1" "$2"
        shift
        ;;
      *)
        [[ -z $NAME ]] || misused "$(shown "$1") is one word too many: give the event with -d TEXT, -f FILE or -"
        check_name "$1"
        NAME=$1
        ;;
    esac
    shift
  done
}

invoke_option() { # OPTION VALUE
  case $1 in
    -d | --data) invoke_from text "$2" ;;
    -f | --file) invoke_from file "$2" ;;
    -t | --type) TYPE=$2 ;;
    -H | --header) invoke_header "$2" ;;
    --queue) QUEUE=$2 ;;
    --timeout | --retries | --backoff | --delay | --not-before | --expires-after | --on-success | --on-failure)
      LATER_OPTION=$1
      LATER+="&$(camel "${1#--}")=$(encoded "$2")"
      ;;
    --idempotency-key)
      LATER_OPTION=$1
      invoke_header "Idempotency-Key: $2"
      ;;
    --wait)
      [[ $2 =~ ^([0-9]{1,6})s?$ ]] || misused "--wait $(shown "$2"): give a number of seconds"
      WAIT=$((10#${BASH_REMATCH[1]}))
      ;;
    *) unknown_option "$1" ;;
  esac
}

invoke_header() { # TEXT
  [[ $1 =~ ^[A-Za-z0-9_.-]+:\ *[^[:cntrl:][:space:]][^[:cntrl:]]*$ ]] || misused "--header $(shown "$1"): give 'NAME: VALUE'"
  HEADERS+=(-H "$1")
}

invoke_from() { # KIND VALUE
  [[ -z $GIVEN ]] || misused 'the event is given twice: use one of -d TEXT, -f FILE and -'
  GIVEN=$1 EVENT=$2
}

# Leaves the event in the file that EVENT names, and its type in TYPE.
invoke_event() {
  local guessed=''
  case $GIVEN in
    text)
      printf '%s' "$EVENT" >"$WORK/event"
      EVENT=$WORK/event
      guessed=$(type_of_text "$EVENT")
      ;;
    file)
      [[ -f $EVENT || -p $EVENT ]] || die 1 "there is no file $(shown "$EVENT")."
      [[ -r $EVENT ]] || die 1 "$(shown "$EVENT") cannot be read: look at its permissions."
      guessed=$(type_of_ending "$EVENT")
      if [[ -p $EVENT || $EVENT != /* ]]; then invoke_file; fi
      : "${guessed:=$(type_of_bytes "$EVENT")}"
      ;;
    stdin)
      cat >"$WORK/event"
      EVENT=$WORK/event
      guessed=$(type_of_bytes "$EVENT")
      ;;
  esac
  : "${TYPE:=$guessed}"
}

# A pipe is read once; curl takes a lone `-` for standard input.
invoke_file() {
  if [[ -p $EVENT ]]; then
    cat "$EVENT" >"$WORK/event"
    EVENT=$WORK/event
  else
    EVENT=./$EVENT
  fi
}

# `not-before` as the API writes it: `notBefore`.
camel() { # WORDS
  local word rest=${1#*-}
  word=${1%%-*}
  if [[ $1 == *-* ]]; then word+=${rest^}; fi
  printf '%s' "$word"
}

# The id stands in the address of the record.
invoke_later() {
  local line id=''
  invoke_body
  request POST "/v1/functions/$(encoded "$NAME")/invocations${LATER/#&/?}" \
    -H "Content-Type:${TYPE:+ $TYPE}" "${HEADERS[@]}" "${BODY[@]}"
  succeeded || refused
  while IFS= read -r line; do
    if [[ ${line,,} =~ ^location:\ .*/([0-9a-z]{26})[[:cntrl:]]*$ ]]; then id=${BASH_REMATCH[1]}; fi
  done <"$HEAD"
  [[ -n $id ]] || die 1 'the node took the call, and its answer has no Location with an id.'
  printf '%s\n' "$id"
}

invoke_body() { # sets BODY
  BODY=(--data-binary '')
  if [[ -n $GIVEN ]]; then BODY=(-T "$EVENT"); fi
}

invoke_send() {
  invoke_body
  # The node bounds a call by its own limits, so that without --wait there is no other.
  request POST "/v1/functions/$(encoded "$NAME")/invoke${QUEUE:+?queue=$(encoded "$QUEUE")}" \
    -m "$WAIT" -H "Content-Type:${TYPE:+ $TYPE}" "${HEADERS[@]}" "${BODY[@]}"
}

# The headers that say what happened, in lines.
invoke_head() {
  local line name value
  while IFS= read -r line; do
    line=${line%$'\r'}
    name=${line%%:*}
    value=${line#*: }
    case ${name,,} in
      hearth-invocation-id) printf '%-12s%s\n' invocation "$value" ;;
      hearth-start) printf '%-12s%s\n' start "$value" ;;
      hearth-node) printf '%-12s%s\n' node "$value" ;;
      server-timing) printf '%-12s%s ms\n' time "$(timing "$value")" ;;
      content-type) printf '%-12s%s\n' type "$value" ;;
      retry-after) printf '%-12s%s s\n' 'retry after' "$value" ;;
    esac
  done <"$HEAD"
  printf '%-12s%s\n' status "$STATUS" bytes "$(stat -c %s "$ANSWER")"
}

# `queue;dur=1.000, run;dur=2.500` as `queue 1.000 ms, run 2.500`.
timing() { # SERVER_TIMING
  local text=${1//;dur=/ }
  printf '%s' "${text//, / ms, }"
}
