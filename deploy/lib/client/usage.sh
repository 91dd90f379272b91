# `hearth usage`: what functions used, and what that costs where the node has prices.
# shellcheck shell=bash

client_usage() {
  local function='' from='' to='' by='' csv=false
  while (($#)); do
    case $1 in
      -h | --help) help_exit usage ;;
      --from | --to | --by)
        needs_value "$@"
        case $1 in
          --from) from=$2 ;;
          --to) to=$2 ;;
          --by) by=$2 ;;
        esac
        shift
        ;;
      --csv) csv=true ;;
      -?*) unknown_option "$1" ;;
      *)
        [[ -z $function ]] || misused "$(shown "$1") is one word too many"
        check_name "$1"
        function=$1
        ;;
    esac
    shift
  done
  usage_of "$csv" ${function:+"function=$(encoded "$function")"} ${from:+"from=$(encoded "$from")"} \
    ${to:+"to=$(encoded "$to")"} ${by:+"by=$(encoded "$by")"}
}

usage_of() { # CSV PARAMETER...
  local csv=$1 query
  shift
  query=$(IFS='&' && printf '%s' "$*")
  if $csv; then
    request GET "/v1/usage${query:+?$query}" -H 'Accept: text/csv'
    succeeded || refused
  else
    fetch "/v1/usage${query:+?$query}"
  fi
  cat "$ANSWER"
}
