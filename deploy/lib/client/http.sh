# One request to the node: where it is, who asks, and what it means when nothing comes back.
# shellcheck shell=bash disable=SC2034 # STATUS and the like are read by the scripts that source this

: "${HEARTH_URL:=http://127.0.0.1:${HEARTH_PORT:-8080}}"
HEARTH_URL=${HEARTH_URL%/}
# How long a connection may take, and an answer that the node gives at once.
CONNECT_SECONDS=5
ANSWER_SECONDS=60
# People read lines and tables; what a script takes apart it asks for as JSON.
ACCEPT=text/plain

# On a file descriptor, never among the arguments, which every user of the machine can read.
authorization() {
  if [[ -n ${HEARTH_KEY:-} ]]; then printf 'Authorization: Bearer %s\n' "$HEARTH_KEY"; fi
}

check_key() {
  if [[ ${HEARTH_KEY:-} == *[[:cntrl:]]* ]]; then die 2 'HEARTH_KEY holds a line break or another control character: set it to the key alone.'; fi
}

check_url() {
  if [[ ! $HEARTH_URL =~ ^https?://[^/?#[:space:]][^?#[:space:]]*$ ]]; then
    die 2 "HEARTH_URL is $(shown "$HEARTH_URL"): give scheme, host and port, for example http://127.0.0.1:8080"
  fi
}

# The certificate that is trusted, instead of those that curl trusts.
trust() { # sets TRUST
  TRUST=()
  if [[ -n ${HEARTH_CACERT:-} ]]; then TRUST=(--cacert "$HEARTH_CACERT"); fi
}

# A proxy of this machine leads nowhere when the node is on this machine.
no_proxy_here() {
  if [[ $HEARTH_URL =~ ^https?://(127\.[0-9.]+|localhost|\[::1\])(:[0-9]+)?$ ]]; then printf '*'; else printf '%s' "${no_proxy:-${NO_PROXY:-}}"; fi
}

# curl, without the user's own curlrc, pointed at a path of the node. Status and time to connect go to stdout.
node_curl() { # PATH ARGUMENT...
  local path=$1
  shift
  trust
  curl -q -g -sS "${TRUST[@]}" --path-as-is --noproxy "$(no_proxy_here)" --connect-timeout "$CONNECT_SECONDS" -H @<(authorization) \
    -H "Accept: $ACCEPT" -w '%{http_code} %{time_connect}\n' "$@" --url "$HEARTH_URL$path"
}

# Leaves the answer in STATUS and the files ANSWER and HEAD. Where there is none it ends the program: never call it
# in a command substitution.
request() { # METHOD PATH ARGUMENT...
  local method=$1 path=$2 fault=0
  shift 2
  ANSWER=$WORK/answer HEAD=$WORK/head
  check_url
  check_key
  : >"$ANSWER"
  : >"$HEAD"
  # An upload is not held back by waiting for a word to go on.
  node_curl "$path" -X "$method" -m "$ANSWER_SECONDS" -H 'Expect:' -o "$ANSWER" -D "$HEAD" "$@" \
    >"$WORK/figures" 2>"$WORK/fault" || fault=$?
  read -r STATUS CONNECTED <"$WORK/figures" || true
  if ((fault)); then request_failed "$fault"; fi
}

request_failed() { # CURL_STATUS
  local said
  said=$(head -c 500 "$WORK/fault")
  case $1 in
    1 | 3) die 2 "HEARTH_URL is $(shown "$HEARTH_URL"): $said" ;;
    5 | 6 | 7) nobody_there "$said" ;;
    28)
      if [[ ! ${CONNECTED:-0} =~ [1-9] ]]; then nobody_there "$said"; fi
      die 4 "the node at $HEARTH_URL has not answered in time ($said)." "What was asked for may still happen: look with 'hearth list' or 'hearth top'."
      ;;
    51 | 60) die 3 "the certificate of $HEARTH_URL is not one that is trusted ($said)." 'Name the file of it, or of who signed it, as HEARTH_CACERT; HEARTH_URL must have the name that it is for.' ;;
    77) die 2 "HEARTH_CACERT is $(shown "${HEARTH_CACERT:-}"): $said" ;;
    35) die 3 "$HEARTH_URL does not speak TLS as asked ($said)." 'If the node has no certificate, its HEARTH_URL begins with http:' ;;
    23 | 26) die 1 "$said" ;;
    *) die 3 "the connection to $HEARTH_URL broke off ($said)." "If the node went down, its log says why: node.log in its HEARTH_HOME." ;;
  esac
}

nobody_there() { # WHAT_CURL_SAID
  die 3 "no node answers at $HEARTH_URL (${1#curl: })." \
    'Start one on this machine with deploy/up.sh, or set HEARTH_URL to where yours is.'
}

succeeded() {
  [[ $STATUS == 2* ]]
}

# Ends with what the node said, which is written for people.
refused() {
  local first=''
  IFS= read -r first <"$ANSWER" || true
  if [[ ! $first =~ ^[A-Z_]+:\  ]]; then
    printf 'hearth: %s answered with HTTP status %s, and not as a Hearth node does: is HEARTH_URL right?\n' "$HEARTH_URL" "$STATUS" >&2
    head -c 1000 "$ANSWER" >&2
  else
    cat "$ANSWER" >&2
  fi
  exit 1
}

fetch() { # PATH: a GET that must succeed
  request GET "$1"
  succeeded || refused
}
