# Commands that ask the node one thing and print its answer: functions, records, nodes, containers, images.
# shellcheck shell=bash

PAGE=1000

# The node gives a page at a time; the pages come out as one table.
client_list() {
  local after='' page=0 rows last
  only_names 0 0 '' "$@"
  while :; do
    fetch "/v1/functions?limit=$PAGE${after:+&after=$(encoded "$after")}"
    if ((page++)); then tail -n +2 "$ANSWER"; else cat "$ANSWER"; fi
    rows=$(($(wc -l <"$ANSWER") - 1))
    if ((rows < PAGE)); then break; fi
    last=$(tail -n 1 "$ANSWER")
    after=${last%% *}
  done
  if ((page == 1 && rows == 0)); then
    printf "There is no function yet. 'hearth help deploy' shows how to make one.\n" >&2
  fi
}

client_describe() {
  only_names 1 1 'the name of a function' "$@"
  fetch "/v1/functions/$(encoded "${NAMES[0]}")"
  cat "$ANSWER"
}

client_revisions() {
  only_names 1 1 'the name of a function' "$@"
  fetch "/v1/functions/$(encoded "${NAMES[0]}")/revisions"
  cat "$ANSWER"
}

client_invocations() {
  local query='' words=()
  while (($#)); do
    case $1 in
      --*=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --function | --state | --outcome | --limit | --before)
        needs_value "$@"
        query+="&${1#--}=$(encoded "$2")"
        shift
        ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  only_names 0 0 '' "${words[@]}"
  fetch "/v1/invocations${query/#&/?}"
  cat "$ANSWER"
}

client_webhooks() {
  only_names 1 1 "'secret'" "$@"
  [[ ${NAMES[0]} == secret ]] || misused "there is no $(shown "${NAMES[0]}"), only 'secret'"
  fetch /v1/webhooks/secret
  cat "$ANSWER"
}

client_delete() {
  local name
  only_names 1 1000 'the name of a function' "$@"
  for name in "${NAMES[@]}"; do
    request DELETE "/v1/functions/$(encoded "$name")"
    succeeded || refused
    cat "$ANSWER"
  done
}

client_nodes() {
  only_names 0 0 '' "$@"
  fetch /v1/nodes
  cat "$ANSWER"
}

client_heads() {
  only_names 0 0 '' "$@"
  fetch /v1/heads
  cat "$ANSWER"
}

client_drain() {
  local method=POST words=()
  while (($#)); do
    case $1 in
      --undo) method=DELETE ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  only_names 1 1 'the name of a node' "${words[@]}"
  request "$method" "/v1/nodes/$(encoded "${NAMES[0]}")/drain"
  succeeded || refused
  cat "$ANSWER"
}

client_containers() {
  local node
  only_names 0 1 '' "$@"
  if ((${#NAMES[@]})); then
    fetch "/v1/nodes/$(encoded "${NAMES[0]}")/containers"
    cat "$ANSWER"
    return
  fi
  fetch /v1/nodes
  node_names
  for node in "${NODE_NAMES[@]}"; do
    if ((${#NODE_NAMES[@]} > 1)); then printf '== node %s\n' "$node"; fi
    fetch "/v1/nodes/$(encoded "$node")/containers"
    cat "$ANSWER"
  done
}

client_images() {
  only_names 0 0 '' "$@"
  fetch /v1/images
  cat "$ANSWER"
}

client_explain() {
  only_names 1 1 'the id of an invocation, or the name of a function' "$@"
  find_call "${NAMES[0]}"
  fetch "/v1/invocations/$CALL"
  cat "$ANSWER"
}
