# Commands that bring images to the node: `hearth pull`, `hearth import`, and the registries that ask who comes.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=progress.sh
source "$CLIENT/progress.sh"

# The node answers this long after it was asked at the latest; the same pull is then asked for again.
PULL_WAIT=1s
# An archive may be long on a slow line; the node itself refuses one that stands still.
IMPORT_SECONDS=7200

# The value as JSON text: quotes, backslashes and tabs as JSON has them.
json_text() { # VALUE
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\t'/\\t}"
}

client_pull() {
  local line
  only_names 1 1 'the reference of an image' "$@"
  progress_start
  while :; do
    request POST "/v1/images?wait=$PULL_WAIT" -H 'Content-Type: application/json' --data-binary "{\"pull\":$(json_text "${NAMES[0]}")}"
    [[ $STATUS == 202 ]] || break
    IFS= read -r line <"$ANSWER" || true
    progress "${line/#PULLING/pulling}"
  done
  progress_end
  succeeded || refused
  cat "$ANSWER"
}

client_import() {
  local file
  only_names 1 1 'the file of an archive' "$@"
  file=${NAMES[0]}
  if [[ ! -f $file || ! -r $file ]]; then misused "$(shown "$file") is no file that can be read"; fi
  progress_start
  progress_during "sending $(human_bytes "$(stat -L -c %s -- "$file")")" request POST /v1/images -m "$IMPORT_SECONDS" \
    -H 'Content-Type: application/x-tar' -T "$file"
  progress_end
  succeeded || refused
  cat "$ANSWER"
}

client_registries() {
  case ${1:-} in
    add) registries_add "${@:2}" ;;
    delete) registries_delete "${@:2}" ;;
    *)
      only_names 0 0 '' "$@"
      fetch /v1/registries
      cat "$ANSWER"
      ;;
  esac
}

registries_add() { # ARGUMENT...
  local host='' username='' from_stdin='' password=''
  while (($#)); do
    case $1 in
      -h | --help) help_exit registries ;;
      --username=*) username=${1#*=} ;;
      --username)
        needs_value "$@"
        username=$2
        shift
        ;;
      --password-stdin) from_stdin=yes ;;
      --password | --password=*) misused 'a password among the arguments can be read by every user of this machine: use --password-stdin' ;;
      -?*) unknown_option "$1" ;;
      *)
        [[ -z $host ]] || misused "$(shown "$1") is one word too many"
        check_name "$1"
        host=$1
        ;;
    esac
    shift
  done
  [[ -n $host ]] || misused 'the host of a registry is missing'
  [[ -n $username ]] || misused '--username is missing'
  [[ -n $from_stdin ]] || misused '--password-stdin is missing: the password is read from standard input'
  IFS= read -r password || true
  [[ -n $password ]] || misused 'there is no password on standard input'
  password=${password%$'\r'}
  if [[ $username$password == *[[:cntrl:]]* ]]; then misused 'the name or the password holds a control character'; fi
  # On a file descriptor, never among the arguments, which every user of the machine can read.
  request PUT "/v1/registries/$(encoded "$host")" -H 'Content-Type: application/json' \
    --data-binary @<(printf '{"username":%s,"password":%s}' "$(json_text "$username")" "$(json_text "$password")")
  succeeded || refused
  cat "$ANSWER"
}

registries_delete() { # HOST
  only_names 1 1 'the host of a registry' "$@"
  request DELETE "/v1/registries/$(encoded "${NAMES[0]}")"
  succeeded || refused
  cat "$ANSWER"
}
