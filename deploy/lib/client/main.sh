# The client commands: finds the node, runs one command against it, leaves nothing behind.
# shellcheck shell=bash

CLIENT_VERBS=(deploy invoke list describe revisions wait cancel output invocations logs explain dead-letters delete nodes heads drain containers images pull import registries webhooks top usage completion)
SERVER_VERBS=(standalone gateway invoker config keys store certs simulate version)
CLIENT=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=http.sh
source "$CLIENT/http.sh"
# shellcheck source-path=SCRIPTDIR source=help.sh
source "$CLIENT/help.sh"
# shellcheck source-path=SCRIPTDIR source=text.sh
source "$CLIENT/text.sh"

is_client_verb() { # WORD
  [[ " ${CLIENT_VERBS[*]} " == *" $1 "* && $1 != *' '* && -n $1 ]]
}

# The file that holds a command's function of the same name.
verb_file() { # VERB
  case $1 in
    list | describe | revisions | invocations | delete | nodes | heads | drain | containers | images | explain | webhooks) printf '%s/show.sh' "$CLIENT" ;;
    wait | cancel | output) printf '%s/async.sh' "$CLIENT" ;;
    pull | import | registries) printf '%s/images.sh' "$CLIENT" ;;
    *) printf '%s/%s.sh' "$CLIENT" "$1" ;;
  esac
}

client_run() { # [VERB] ARGUMENT...
  case ${1:-} in
    '') help_main ;;
    help | -h | --help) help_main "${@:2}" ;;
    *) if is_client_verb "$1"; then client_command "$@"; else unknown_verb "$1"; fi ;;
  esac
}

client_command() { # VERB ARGUMENT...
  VERB=$1
  shift
  client_needs
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/hearth-client.XXXXXX") || exit 1
  trap client_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # shellcheck source=/dev/null
  source "$(verb_file "$VERB")"
  "client_$VERB" "$@"
}

client_needs() {
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || die 2 "this is bash $BASH_VERSION: the command line needs 4.4 or later."
  command -v curl >/dev/null || die 2 'curl is not on this machine: install it.'
}

client_end() {
  if declare -F progress_still >/dev/null; then
    progress_still
    progress_end
  fi
  rm -rf "$WORK"
}

die() { # STATUS SENTENCE...
  local status=$1
  shift
  printf 'hearth: %s\n' "$@" >&2
  exit "$status"
}

# Status 2: what was typed cannot be meant. Says what is wrong, how it is written, and where more stands.
misused() { # SENTENCE
  printf 'hearth %s: %s\n' "$VERB" "$1" >&2
  help_usage "$VERB" >&2
  printf '%s\n' "'hearth help $VERB' tells more." >&2
  exit 2
}

unknown_option() { # OPTION
  local near
  near=$(nearest "$1" "$(help_options "$VERB")")
  misused "there is no option $(shown "$1")${near:+: did you mean $near?}"
}

needs_value() { # OPTION [VALUE]
  (($# > 1)) || misused "the option $1 needs a value"
}

# For commands that take nothing but names: fills NAMES, within these bounds.
only_names() { # LEAST MOST WHAT ARGUMENT...
  local least=$1 most=$2 what=$3
  shift 3
  NAMES=()
  while (($#)); do
    case $1 in
      -h | --help) help_exit "$VERB" ;;
      --)
        NAMES+=("${@:2}")
        break
        ;;
      -?*) unknown_option "$1" ;;
      *) NAMES+=("$1") ;;
    esac
    shift
  done
  ((${#NAMES[@]} >= least)) || misused "$what is missing"
  ((${#NAMES[@]} <= most)) || misused "$(shown "${NAMES[most]}") is one word too many"
  local name
  for name in "${NAMES[@]}"; do check_name "$name"; done
}

# These would be addresses of something else; what else a name may be is for the node to say.
check_name() { # NAME
  case $1 in
    '') misused 'a name is empty' ;;
    . | ..) misused "'$1' is no name" ;;
  esac
}
