# A cluster on one machine: its folder, its network, its processes. One head on the bridge's address, workers in network
# namespaces of their own with engines of their own. Needs lib/engine.sh and deploy/lib.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

# Every rig is a folder below this one; sockets lie in it, so it must stay short.
: "${HEARTH_RIGS:=/tmp/hearth-rig}"
# Rigs have networks 10.77.1.0/24 to 10.77.250.0/24.
RIG_NETS=10.77
RIG_HEAD_PORT_FIRST=8180

rig_select() { # NAME: sets RIG and what follows from it
  [[ $1 =~ ^[a-z][a-z0-9]{0,5}$ ]] || rig_misused "a rig is named by 1 to 6 of a-z and 0-9, beginning with a letter, not '$1'."
  rig_guard
  RIG_NAME=$1
  RIG=$HEARTH_RIGS/$1
  CLUSTER_HOME=$RIG
  CLUSTER_BRIDGE=hr-$1
  RIG_NET='' RIG_PORT='' RIG_REGISTRY='' RIG_WORKERS=0
  if [[ -r $RIG/rig ]]; then
    # shellcheck source=/dev/null
    source "$RIG/rig"
    RIG_HEAD_ADDRESS=$RIG_NET.1
    RIG_URL=http://127.0.0.1:$RIG_PORT
  fi
}

# What lies in the folder is run by root, and it is where anyone may make files.
rig_guard() {
  ((EUID != 0)) || (umask 022 && mkdir -p "$HEARTH_RIGS")
  [[ ! -e $HEARTH_RIGS || (! -L $HEARTH_RIGS && $(stat -c '%u %a' "$HEARTH_RIGS") == '0 755') ]] ||
    rig_misused "$HEARTH_RIGS is not a folder of root's alone (mode 0755): remove it, or set HEARTH_RIGS."
}

rig_misused() { # SENTENCE
  printf '%s\n' "$1" >&2
  exit 2
}

rig_is_up() { [[ -r $RIG/rig ]]; }
rig_engine() { printf '%s-%s' "$RIG_NAME" "$1"; }       # NODE: the name of its engine and namespace
rig_home() { printf '%s/%s-%s' "$RIG" "$RIG_NAME" "$1"; } # NODE
rig_address() { printf '%s.%d' "$RIG_NET" "$((10 + ${1#w}))"; } # WORKER
rig_is_worker() { [[ $1 =~ ^w[1-9][0-9]?$ ]] && ((${1#w} <= RIG_WORKERS)); }

rig_workers() {
  local number
  for ((number = 1; number <= RIG_WORKERS; number++)); do printf 'w%d\n' "$number"; done
}

# Runs a command where a worker's packets are.
rig_in() { # NODE COMMAND...
  local node=$1
  shift
  cluster_in "$(rig_engine "$node")" "$@"
}

# --- folder and network

rig_net_taken() { # NUMBER
  [[ -n $(ip -o addr show to "$RIG_NETS.$1.0/24") ]] || grep -qsx "RIG_NET=$RIG_NETS.$1" "$HEARTH_RIGS"/*/rig
}

rig_port_taken() { # PORT
  grep -qsxE "RIG_(PORT|REGISTRY)=$1" "$HEARTH_RIGS"/*/rig || { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
}

rig_free_port() { # FIRST
  local port=$1
  while rig_port_taken "$port"; do port=$((port + 1)); done
  printf '%s' "$port"
}

# Chooses network and ports; several rigs may do so at the same time.
rig_make() { # WORKERS
  local number
  mkdir -p "$HEARTH_RIGS"
  exec 9>"$HEARTH_RIGS/.lock"
  flock 9
  for ((number = 1; number <= 250; number++)); do
    if ! rig_net_taken "$number"; then break; fi
  done
  ((number <= 250)) || fail "no network $RIG_NETS.1.0/24 to $RIG_NETS.250.0/24 is free: take rigs down with deploy/cluster/down.sh."
  mkdir -p "$RIG/proc"
  {
    printf 'RIG_NET=%s.%d\nRIG_WORKERS=%d\n' "$RIG_NETS" "$number" "$1"
    number=$(rig_free_port "$RIG_HEAD_PORT_FIRST")
    printf 'RIG_PORT=%d\n' "$number"
    if has docker-registry; then printf 'RIG_REGISTRY=%d\n' "$(rig_free_port $((number + 1)))"; fi
  } >"$RIG/rig.new"
  mv "$RIG/rig.new" "$RIG/rig"
  exec 9>&-
  rig_select "$RIG_NAME"
}

# --- processes: known by pid and the kernel's start time, since pids are used again

rig_birth() { # PID
  local line fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -r -a fields <<<"${line##*) }"
  [[ ${fields[0]} != [ZX]* ]] && printf '%s' "${fields[19]}"
}

rig_pid() { # PROCESS: prints its pid if it lives
  local pid birth
  { read -r pid birth <"$RIG/proc/$1"; } 2>/dev/null || return 1
  [[ $(rig_birth "$pid") == "$birth" ]] && printf '%s' "$pid"
}

rig_launch() { # PROCESS LOG COMMAND...: in a session of its own; the command must replace itself by what is to run
  local process=$1 log=$2 pid
  shift 2
  printf '== %s start\n' "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" >>"$log"
  (exec setsid nohup "$@" >>"$log" 2>&1 </dev/null 9>&-) &
  pid=$!
  printf '%s %s\n' "$pid" "$(rig_birth "$pid")" >"$RIG/proc/$process"
}

rig_signal() { # SIGNAL PROCESS
  local pid
  pid=$(rig_pid "$2") && kill "-$1" "$pid" 2>/dev/null
}

rig_await_end() { # PROCESS SECONDS
  local deadline=$((SECONDS + $2))
  while rig_pid "$1" >/dev/null; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

rig_stop() { # PROCESS: SIGTERM, and SIGKILL to what does not end
  rig_signal CONT "$1" || return 0
  rig_signal TERM "$1" || return 0
  if ! rig_await_end "$1" 30; then rig_kill "$1"; fi
}

rig_kill() { # PROCESS
  rig_signal KILL "$1" || return 0
  rig_await_end "$1" 10
}

# --- head, registry, workers

# Nothing that is set for a node of this machine may reach the rig's.
rig_clean() {
  local names
  mapfile -t names < <(compgen -e | grep -E '^(HEARTH_|DOCKER_HOST$|JAVA_TOOL_OPTIONS$)' || true)
  RIG_CLEAN=(env)
  for name in "${names[@]}"; do RIG_CLEAN+=(-u "$name"); done
  if [[ -n ${JDK_HOME:-} ]]; then RIG_CLEAN+=("JAVA_HOME=$JDK_HOME"); fi
}

rig_settings() { # FILE: sets RIG_SETTINGS to options of the launcher
  local line
  RIG_SETTINGS=()
  [[ -r $1 ]] || return 0
  while IFS= read -r line; do RIG_SETTINGS+=(--set "$line"); done <"$1"
}

rig_registry_start() {
  local home=$RIG/registry
  if [[ -z $RIG_REGISTRY ]] || rig_pid registry >/dev/null; then return 0; fi
  mkdir -p "$home"
  printf 'version: 0.1\nlog: {level: warn, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\nhttp: {addr: "127.0.0.1:%d"}\n' \
    "$home/images" "$RIG_REGISTRY" >"$home/config.yml"
  rig_launch registry "$home/log" docker-registry serve "$home/config.yml"
}

rig_head_start() {
  local registry=()
  if rig_pid head >/dev/null; then return 0; fi
  if [[ -n $RIG_REGISTRY ]]; then registry=(--set "images.registry=http://127.0.0.1:$RIG_REGISTRY"); fi
  mkdir -p "$RIG/head"
  rig_clean
  rig_settings "$RIG/head.settings"
  rig_launch head "$RIG/head/log" "${RIG_CLEAN[@]}" "HEARTH_HOME=$RIG/head/data" "$RIG/app/hearth" gateway \
    --set invoker.id=head --set "gateway.port=$RIG_PORT" --set "cluster.host=$RIG_HEAD_ADDRESS" "${registry[@]}" "${RIG_SETTINGS[@]}"
}

rig_token() {
  [[ -s $RIG/head/token ]] && find "$RIG/head/token" -mmin -50 | grep -q . && return 0
  rig_clean
  (umask 077 && "${RIG_CLEAN[@]}" "HEARTH_HOME=$RIG/head/data" "$RIG/app/hearth" certs token >"$RIG/head/token" 2>>"$LOG_FILE")
}

# A part of the machine's memory each; what the head is given for them is their own affair.
rig_worker_memory() { # prints MiB
  local mib
  mib=$(($(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) / 1024 / 2 / (RIG_WORKERS + 1)))
  printf '%d' "$((mib < 2048 ? mib : 2048))"
}

rig_worker_start() { # NODE
  local home memory clock=()
  if rig_pid "$1" >/dev/null; then return 0; fi
  home=$(rig_home "$1")
  memory=$(rig_worker_memory)
  rig_clean
  rig_settings "$RIG/worker.settings"
  if [[ -f $home/clock ]]; then
    # Every wait of a JVM is by the monotonic clock, which no machine has wrong.
    clock=("LD_PRELOAD=$(rig_faketime)" "FAKETIME_TIMESTAMP_FILE=$home/clock" FAKETIME_CACHE_DURATION=1 DONT_FAKE_MONOTONIC=1)
  fi
  mkdir -p "$home/node"
  rig_launch "$1" "$home/node.log" "${RIG_CLEAN[@]}" "HEARTH_HOME=$home/node" "HEARTH_CLUSTER_TOKEN=$(<"$RIG/head/token")" "${clock[@]}" \
    nsenter --net="/run/netns/$(cluster_netns "$(rig_engine "$1")")" -- "$RIG/app/hearth" invoker --join "$RIG_HEAD_ADDRESS" \
    --set "invoker.id=$1" --set "invoker.labels=node=$1" --set "docker.host=unix://$home/s" --set network.enabled=false \
    --set "invoker.memory=${memory}MiB" --set "invoker.scratch=$((memory / 4))MiB" --set invoker.disk=8GiB "${RIG_SETTINGS[@]}"
}

rig_faketime() { # prints the library for programs with threads: under the other one a JVM takes a minute to start
  find /usr/lib -name libfaketimeMT.so.1 -print -quit
}

# --- asking the head

rig_ask() { # METHOD PATH CURL_ARGUMENT...
  local method=$1 path=$2
  shift 2
  curl -q -fsS --noproxy '*' -m 300 -X "$method" -H 'Accept: text/plain' "$@" "$RIG_URL$path"
}

rig_head_answers() { rig_ask GET /health/live -m 2 >/dev/null 2>&1; }

rig_node_ready() { # NODE
  [[ $(rig_ask GET /v1/nodes -m 2 2>/dev/null | awk -v node="$1" '$1 == node { print $2 }') == yes ]]
}

rig_await() { # SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}
