# Starts and stops the one node of this machine: its folder, its pid file, and whether it answers.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

: "${HEARTH_HOME:=${XDG_DATA_HOME:-$HOME/.local/share}/hearth}"
: "${HEARTH_PORT:=8080}"
# Longer than the node's own boot-timeout: it knows why it hangs.
: "${HEARTH_READY_WAIT:=75}"
: "${HEARTH_STOP_WAIT:=30}"
export HEARTH_HOME HEARTH_PORT

NODE_URL=http://127.0.0.1:$HEARTH_PORT
# Options of curl by which it trusts the node.
NODE_TRUST=()
NODE_SOCKET=$HEARTH_HOME/control/api.sock
NODE_LOG=$HEARTH_HOME/node.log
NODE_PID_FILE=$HEARTH_HOME/node.pid
# The node runs from a copy, so that a build of the source tree cannot pull its classes away.
NODE_APP=$HEARTH_HOME/app

node_make_home() { # for this user alone: secrets and the code of functions lie in it
  [[ -d $HEARTH_HOME ]] || { mkdir -p "$(dirname "$HEARTH_HOME")" && mkdir -m 0700 "$HEARTH_HOME"; }
}

# Bind mounts and a container at the same path need an absolute one.
node_check_home() {
  [[ $HEARTH_HOME == /* ]] || fail "HEARTH_HOME is '$HEARTH_HOME': give it as an absolute path."
  [[ $HEARTH_PORT =~ ^[1-9][0-9]{0,4}$ && $HEARTH_PORT -le 65535 ]] || fail "HEARTH_PORT is '$HEARTH_PORT': give a number from 1 to 65535."
  { node_make_home && [[ -w $HEARTH_HOME ]]; } 2>/dev/null || fail "the data folder $HEARTH_HOME cannot be written: set HEARTH_HOME to a folder of yours."
}

# Prints the pid if the pid file names a live process that is a node of this data folder; pids are used again.
node_pid() {
  local pid command
  [[ -r $NODE_PID_FILE ]] || return 1
  pid=$(tr -dc '0-9' <"$NODE_PID_FILE")
  alive "$pid" || return 1
  command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || return 1
  [[ $command == *dev.hearth.* && $command == *"$NODE_APP/"* ]] || return 1
  printf '%s' "$pid"
}

# Asks over the control socket, which is there whatever address the node listens on and with whose certificate.
node_control() { # PATH
  curl -q -fsS -m 3 --unix-socket "$NODE_SOCKET" -H 'Accept: text/plain' "http://localhost$1" 2>/dev/null
}

node_ready() {
  if [[ -S $NODE_SOCKET ]]; then
    node_control /health/ready >/dev/null
  else # a data folder whose path is too long for a socket
    curl -q -fsS --noproxy '*' -m 3 -o /dev/null "$NODE_URL/health/ready" 2>/dev/null
  fi
}

# Where the API is: what the user says, else what the node says, else its default.
node_find() {
  local told
  if [[ -n ${HEARTH_URL:-} ]]; then
    NODE_URL=${HEARTH_URL%/}
  elif told=$(node_control /address) && [[ $told == http* ]]; then
    NODE_URL=$told
  fi
}

# curl's trust in the node: in that certificate alone, if one is named; the node's own certificate may be its own authority.
node_trust() { # sets NODE_TRUST
  local certificate=${HEARTH_CACERT:-${HEARTH_GATEWAY_TLS_CERT:-}}
  NODE_TRUST=()
  if [[ $NODE_URL == https:* && -n $certificate ]]; then NODE_TRUST=(--cacert "$certificate"); fi
}

node_is_trusted() {
  node_trust
  curl -q -sS --noproxy '*' -m 5 "${NODE_TRUST[@]}" -o /dev/null "$NODE_URL/health/live" 2>>"$LOG_FILE"
}

node_asks_for_key() {
  node_trust
  [[ $(curl -q -sS --noproxy '*' -m 3 "${NODE_TRUST[@]}" -o /dev/null -w '%{http_code}' "$NODE_URL/v1/functions?limit=1" 2>/dev/null) == 401 ]]
}

node_stop() { # prints how it ended
  local pid deadline=$((SECONDS + HEARTH_STOP_WAIT)) how='stopped'
  if pid=$(node_pid); then
    kill -TERM "$pid"
    while alive "$pid" && ((SECONDS < deadline)); do sleep 0.1; done
    if alive "$pid"; then
      how="killed, it had not stopped within $HEARTH_STOP_WAIT s"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    printf 'node (pid %s) %s.\n' "$pid" "$how"
  else
    printf 'no node is running.\n'
  fi
  rm -f "$NODE_PID_FILE"
  if has docker; then docker rm -f "$(jdk_container_name)" >/dev/null 2>&1 || true; fi
}

# What a running node was started from; another value means that it must be restarted.
node_stamp() {
  local image
  {
    cat "$DISTRIBUTION/build.hash"
    sha256sum <"$DISTRIBUTION/bridge"
    for image in "${RUNTIMES[@]}"; do image_id "$HEARTH_IMAGES/$image:latest" || true; done
    printf '%s\n' "$HEARTH_PORT" "${JDK_HOME:-$HEARTH_JDK_IMAGE}"
    compgen -e | grep '^HEARTH_' | grep -vE '^HEARTH_(KEY|URL|CACERT)$' | sort | while IFS= read -r name; do printf '%s=%s\n' "$name" "${!name}"; done
  } | sha256sum | cut -c1-16
}

port_owner() { # prints who listens, as far as this user may see it
  if has ss; then ss -Hltnp "sport = :$HEARTH_PORT" 2>/dev/null | sed -n 's/.*users:((\("[^"]*"\),pid=\([0-9]*\).*/ (\1, pid \2)/p' | head -n 1; fi
}

port_is_taken() {
  (exec 3<>"/dev/tcp/${HEARTH_GATEWAY_HOST:-127.0.0.1}/$HEARTH_PORT") 2>/dev/null
}

node_install() {
  rm -rf "$NODE_APP.new"
  cp -a "$DISTRIBUTION" "$NODE_APP.new"
  rm -rf "$NODE_APP"
  mv "$NODE_APP.new" "$NODE_APP"
}

# The node's defaults name the images below hearth/.
node_use_images() {
  local runtime
  if [[ $HEARTH_IMAGES == hearth ]]; then return 0; fi
  for runtime in "${RUNTIMES[@]}"; do export "HEARTH_RUNTIMES_${runtime^^}=$HEARTH_IMAGES/$runtime:latest"; done
}

node_ensure() {
  local stamp pid
  node_use_images
  stamp=$(node_stamp)
  if pid=$(node_pid); then
    if [[ -f $HEARTH_HOME/node.stamp && $(<"$HEARTH_HOME/node.stamp") == "$stamp" ]]; then
      node_wait_ready "$pid"
      STEP_RESULT="already running, pid $pid"
      return 0
    fi
    note 'build or settings changed'
  fi
  node_stop >>"$LOG_FILE"
  if port_is_taken; then
    fail "port $HEARTH_PORT is taken by another process$(port_owner): stop it, or set HEARTH_PORT to a free port."
  fi
  node_install
  node_launch
  printf '%s\n' "$stamp" >"$HEARTH_HOME/node.stamp"
  pid=$(<"$NODE_PID_FILE")
  node_wait_ready "$pid"
  STEP_RESULT="ready, pid $pid"
}

# The launcher replaces itself by Java, so the pid of the background job is the pid of the node.
node_launch() {
  if [[ -f $NODE_LOG && $(stat -c %s "$NODE_LOG") -gt 10485760 ]]; then mv -f "$NODE_LOG" "$NODE_LOG.1"; fi
  printf '== %s start\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>"$NODE_LOG"
  (
    cd "$HEARTH_HOME" || exit
    if [[ -n $JDK_HOME ]]; then export JAVA_HOME=$JDK_HOME; fi
    exec setsid nohup "$NODE_APP/hearth" standalone
  ) >>"$NODE_LOG" 2>&1 </dev/null &
  printf '%s\n' "$!" >"$NODE_PID_FILE"
}

node_wait_ready() { # PID
  local deadline=$((SECONDS + HEARTH_READY_WAIT))
  while ((SECONDS < deadline)); do
    if node_ready; then
      node_find
      return 0
    fi
    if ! alive "$1"; then
      rm -f "$NODE_PID_FILE"
      node_log_tail
      fail "the node ended while it started: the lines below are the end of $NODE_LOG."
    fi
    sleep 0.1
  done
  node_log_tail
  fail "the node (pid $1) is not ready after $HEARTH_READY_WAIT s: the lines below are the end of $NODE_LOG; deploy/down.sh stops it."
}

node_log_tail() { # what the node wrote since its last start
  sed -n 'H; /^== .* start$/h; $ { x; p }' "$NODE_LOG" | tail -n 15 >>"$LOG_FILE"
}
