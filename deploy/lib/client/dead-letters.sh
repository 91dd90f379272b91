# `hearth dead-letters`: asynchronous calls that failed for good; look at them, run them anew, or drop them.
# shellcheck shell=bash

client_dead-letters() {
  case ${1:-} in
    show)
      only_letters "${@:2}"
      fetch "/v1/invocations/${NAMES[0]}"
      cat "$ANSWER"
      ;;
    redrive) letters_each POST /redrive "${@:2}" ;;
    purge) letters_each DELETE '' "${@:2}" ;;
    list) letters_list "${@:2}" ;;
    *) letters_list "$@" ;;
  esac
}

letters_list() { # ARGUMENT...
  local query='' words=()
  while (($#)); do
    case $1 in
      --*=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --function | --outcome | --limit | --before)
        needs_value "$@"
        query+="&${1#--}=$(encoded "$2")"
        shift
        ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  only_names 0 0 '' "${words[@]}"
  fetch "/v1/dead-letters${query/#&/?}"
  cat "$ANSWER"
}

only_letters() { # ARGUMENT...
  only_names 1 1 'the id of an invocation' "$@"
}

# One or several by id, or many by a filter; never all of them by leaving something out.
letters_each() { # METHOD SUFFIX ARGUMENT...
  local method=$1 suffix=$2 filter='' words=() id
  shift 2
  while (($#)); do
    case $1 in
      --all) filter='all=true' ;;
      --function=*) filter="function=$(encoded "${1#*=}")" ;;
      --function)
        needs_value "$@"
        filter="function=$(encoded "$2")"
        shift
        ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  if [[ -n $filter ]]; then
    only_names 0 0 '' "${words[@]}"
    request "$method" "/v1/dead-letters$suffix?$filter"
    succeeded || refused
    cat "$ANSWER"
    return
  fi
  only_names 1 1000 'an id, --all or --function NAME' "${words[@]}"
  for id in "${NAMES[@]}"; do
    request "$method" "/v1/dead-letters/$(encoded "$id")$suffix"
    succeeded || refused
    cat "$ANSWER"
  done
}
