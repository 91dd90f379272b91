# `hearth deploy`: registers code or an image and waits until it can be called.
# shellcheck shell=bash
# shellcheck source-path=SCRIPTDIR source=pack.sh
source "$CLIENT/pack.sh"
# shellcheck source-path=SCRIPTDIR source=progress.sh
source "$CLIENT/progress.sh"

# The node answers a registration after this long at the latest; from then on it is asked how far it has come.
FIRST_WAIT=2s
WAIT_SECONDS=120
# An upload may be long on a slow line; the node itself refuses one that stands still.
UPLOAD_SECONDS=3600

client_deploy() {
  NAME='' RUNTIME='' IMAGE='' HANDLER='' SOURCE='' QUERY=''
  CODE='' CODE_TYPE=''
  deploy_options "$@"
  deploy_check
  if [[ -n $SOURCE ]]; then code_of "$SOURCE"; fi
  deploy_send
  deploy_await
}

deploy_options() { # ARGUMENT...
  while (($#)); do
    case $1 in
      -h | --help) help_exit deploy ;;
      --*=*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --)
        shift
        while (($#)); do
          deploy_source "$1"
          shift
        done
        return
        ;;
      -?*)
        needs_value "$@"
        deploy_option "$1" "$2"
        shift
        ;;
      *) deploy_source "$1" ;;
    esac
    shift
  done
}

deploy_source() { # PATH
  [[ -z $SOURCE ]] || misused "$(shown "$1") is one word too many: one file or folder is deployed at a time"
  [[ -n $1 ]] || misused 'the name of the file or folder is empty'
  SOURCE=$1
}

# Fields of the spec go to the node as they are: it knows what they may say, and names what is wrong.
deploy_option() { # OPTION VALUE
  case $1 in
    --name)
      check_name "$2"
      NAME=$2
      ;;
    --runtime) RUNTIME=$2 ;;
    --image) IMAGE=$2 ;;
    --handler) HANDLER=$2 ;;
    --wait) deploy_wait "$2" ;;
    --env | -e) deploy_pair env "$1" "$2" ;;
    --label | -l) deploy_pair labels "$1" "$2" ;;
    --require) deploy_pair requires "$1" "$2" ;;
    --contract | --timeout | --init | --memory | --disk | --ingress | --egress | --cpus | --gpus | --pids | --concurrency | --network | --allow) deploy_field "${1#--}" "$2" ;;
    --max-containers) deploy_field maxContainers "$2" ;;
    --keep-alive) deploy_field keepAlive "$2" ;;
    --min-warm) deploy_field minWarm "$2" ;;
    --init-value) deploy_field initValue "$2" ;;
    *) unknown_option "$1" ;;
  esac
}

deploy_field() { # FIELD VALUE
  QUERY+="&$(encoded "$1")=$(encoded "$2")"
}

deploy_pair() { # GROUP OPTION NAME=VALUE
  [[ $3 == ?*=* ]] || misused "$2 $(shown "$3"): write it as NAME=VALUE"
  deploy_field "$1.${3%%=*}" "${3#*=}"
}

deploy_wait() { # SECONDS
  [[ $1 =~ ^([0-9]{1,6})s?$ ]] || misused "--wait $(shown "$1"): give a number of seconds"
  WAIT_SECONDS=$((10#${BASH_REMATCH[1]}))
}

deploy_check() {
  if [[ -z $SOURCE && -z $IMAGE ]]; then misused 'give a file, a folder, or --image'; fi
  if [[ -n $SOURCE && -n $IMAGE ]]; then misused 'give either a file or folder, or --image: code goes into the image when that is built'; fi
  if [[ -n $IMAGE && -z $NAME ]]; then
    NAME=${IMAGE##*/}
    NAME=${NAME%%[:@]*}
  fi
}

deploy_send() {
  local body=(-H 'Content-Type:' --data-binary '') what="$NAME: registering $IMAGE"
  if [[ -n $RUNTIME ]]; then deploy_field runtime "$RUNTIME"; fi
  if [[ -n $IMAGE ]]; then deploy_field image "$IMAGE"; fi
  if [[ -n $HANDLER ]]; then deploy_field handler "$HANDLER"; fi
  if [[ -n $CODE ]]; then
    body=(-H "Content-Type:${CODE_TYPE:+ $CODE_TYPE}" -T "$CODE")
    what="$NAME: sending $(human_bytes "$(stat -L -c %s -- "$CODE")")"
  fi
  progress_start
  progress_during "$what" request PUT "/v1/functions/$(encoded "$NAME")?wait=$FIRST_WAIT$QUERY" -m "$UPLOAD_SECONDS" "${body[@]}"
  if ! succeeded; then
    progress_end
    refused
  fi
}

# The node's line is `NAME STATE revision N (EFFECT)`, with `: CAUSE` behind it when the state is FAILED,
# and `: HOW FAR THE PULL IS` when it is PENDING.
deploy_await() {
  local line name state tail pull
  IFS= read -r line <"$ANSWER" || true
  read -r name state tail <<<"$line"
  pull=''
  if [[ $state == PENDING && $tail == *'): '* ]]; then
    pull=${tail#*'): '}
    tail=${tail%%: *}
  fi
  while [[ $state == PENDING ]]; do
    progress "$NAME: $state, ${tail%% (*}${pull:+, $pull}"
    if ((SECONDS - PROGRESS_SINCE >= WAIT_SECONDS)); then
      progress_end
      die 4 "$NAME is still PENDING after $WAIT_SECONDS s; the node goes on. 'hearth describe $NAME' shows how far it is."
    fi
    sleep 0.5
    fetch "/v1/functions/$(encoded "$NAME")"
    state=$(field "$ANSWER" state)
    pull=$(field "$ANSWER" pull)
    if [[ $state == FAILED ]]; then tail="$tail: $(field "$ANSWER" cause)"; fi
  done
  progress_end
  if [[ $state == READY ]]; then
    printf '%s %s %s\n' "$name" "$state" "$tail"
  else
    printf '%s %s %s\n' "$name" "$state" "$tail" >&2
    exit 1
  fi
}
