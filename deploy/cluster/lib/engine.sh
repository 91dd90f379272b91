# Brings up Docker Engines beside the machine's own, each with its images, socket and network namespace: hosts of a cluster
# on one machine. Needs root, iproute2 and dockerd.
# shellcheck shell=bash

# Everything of these engines is below this folder, one folder each; a socket's path must stay short.
: "${CLUSTER_HOME:=/tmp/hearth-cluster}"
# The bridge that joins their namespaces with the machine.
: "${CLUSTER_BRIDGE:=hearthc0}"
: "${CLUSTER_ENGINE_WAIT:=60}"
# Further options of dockerd, separated by blanks.
: "${CLUSTER_ENGINE_OPTIONS:=}"

cluster_netns() { printf 'hearth-%s' "$1"; }               # NAME
cluster_engine_socket() { printf '%s/%s/s' "$CLUSTER_HOME" "$1"; } # NAME
cluster_link() { printf 'hc-%s' "${1:0:12}"; }             # NAME: the machine's end of the namespace's link

# Runs a command in the namespace of an engine. Not by 'ip netns exec', which hides the control groups.
cluster_in() { # NAME COMMAND...
  local name=$1
  shift
  nsenter --net="/run/netns/$(cluster_netns "$name")" -- "$@"
}

cluster_engine_answers() { # NAME
  timeout 10 docker --host "unix://$(cluster_engine_socket "$1")" version >/dev/null 2>&1
}

# The machine has the first address of each namespace's network.
cluster_bridge_up() { # ADDRESS
  local own=${1%.*}.1/24
  ip link show "$CLUSTER_BRIDGE" >/dev/null 2>&1 || ip link add "$CLUSTER_BRIDGE" type bridge
  ip addr replace "$own" dev "$CLUSTER_BRIDGE"
  ip link set "$CLUSTER_BRIDGE" up
  # The machine's own engine lets nothing be forwarded that it does not know, between two ports of a bridge either.
  iptables -w -C FORWARD -i "$CLUSTER_BRIDGE" -o "$CLUSTER_BRIDGE" -j ACCEPT 2>/dev/null ||
    iptables -w -I FORWARD -i "$CLUSTER_BRIDGE" -o "$CLUSTER_BRIDGE" -j ACCEPT
}

cluster_netns_up() { # NAME ADDRESS
  local space link
  space=$(cluster_netns "$1")
  link=$(cluster_link "$1")
  cluster_bridge_up "$2"
  [[ -e /run/netns/$space ]] || ip netns add "$space"
  if ! ip link show "$link" >/dev/null 2>&1; then
    ip link add "$link" type veth peer name eth0 netns "$space"
    ip link set "$link" master "$CLUSTER_BRIDGE" up
  fi
  cluster_in "$1" ip link set lo up
  cluster_in "$1" ip addr replace "$2/24" dev eth0
  cluster_in "$1" ip link set eth0 up
}

# An engine at this address, alone in its namespace; nothing happens when it answers already.
cluster_engine_up() { # NAME ADDRESS
  local home=$CLUSTER_HOME/$1 deadline=$((SECONDS + CLUSTER_ENGINE_WAIT)) options=()
  if ! [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,11}$ ]]; then
    printf 'An engine is named by 1 to 12 of a-z, 0-9 and "-", not "%s".\n' "$1" >&2
    return 1
  fi
  cluster_netns_up "$1" "$2"
  if cluster_engine_answers "$1"; then return 0; fi
  cluster_engine_stop "$1"
  mkdir -p "$home"
  read -r -a options <<<"$CLUSTER_ENGINE_OPTIONS"
  (
    exec setsid nohup nsenter --net="/run/netns/$(cluster_netns "$1")" -- dockerd \
      --data-root="$home/data" --exec-root="$home/exec" --pidfile="$home/pid" --host="unix://$home/s" \
      --containerd-namespace="hearth-$1" --containerd-plugins-namespace="plugins.hearth-$1" \
      --bridge=none --iptables=false --ip-forward=false "${options[@]}" \
      >>"$home/log" 2>&1 </dev/null
  ) &
  while ((SECONDS < deadline)); do
    if cluster_engine_answers "$1"; then return 0; fi
    sleep 0.2
  done
  printf 'The engine %s does not answer within %s s; the end of its log:\n' "$1" "$CLUSTER_ENGINE_WAIT" >&2
  tail -n 20 "$home/log" >&2
  return 1
}

# What a killed engine left: its containerd and the shims of its containers name its folder.
cluster_engine_pids() { # NAME
  local home=$CLUSTER_HOME/$1 file pid
  for file in /proc/[0-9]*/cmdline; do
    pid=${file//[!0-9]/}
    if [[ $pid != "$$" && $pid != "$BASHPID" ]] && { tr '\0' ' ' <"$file"; } 2>/dev/null |
      grep -qE "^[^ ]*(dockerd|containerd|containerd-shim[^ ]*|runc) .*$home/"; then
      printf '%s\n' "$pid"
    fi
  done
}

# Stops the engine and its containers; its folder and its namespace stay.
cluster_engine_stop() { # NAME
  local home=$CLUSTER_HOME/$1 deadline=$((SECONDS + 30)) pids containers
  [[ -d $home ]] || return 0
  if cluster_engine_answers "$1"; then
    mapfile -t containers < <(docker --host "unix://$home/s" ps -aq)
    if ((${#containers[@]})); then docker --host "unix://$home/s" rm -f "${containers[@]}" >/dev/null || true; fi
  fi
  mapfile -t pids < <(cluster_engine_pids "$1")
  if ((${#pids[@]})); then kill -TERM "${pids[@]}" 2>/dev/null || true; fi
  while ((SECONDS < deadline)); do
    mapfile -t pids < <(cluster_engine_pids "$1")
    if ((${#pids[@]} == 0)); then break; fi
    sleep 0.2
  done
  if ((${#pids[@]})); then kill -KILL "${pids[@]}" 2>/dev/null || true; fi
  rm -f "$home/pid" "$home/exec/containerd/containerd.pid"
}

# Takes the engine down with all that belongs to it: processes, mounts, files, namespace, link; the bridge after the last.
cluster_engine_down() { # NAME
  local home=$CLUSTER_HOME/$1 space at
  space=$(cluster_netns "$1")
  cluster_engine_stop "$1"
  while read -r at; do
    umount "$at" 2>/dev/null || umount -l "$at" || true
  done < <(awk -v home="$home/" 'index($2 "/", home) == 1 { print $2 }' /proc/self/mounts | sort -r)
  rm -rf "$home"
  rmdir "$CLUSTER_HOME" 2>/dev/null || true
  if ip link show "$(cluster_link "$1")" >/dev/null 2>&1; then ip link del "$(cluster_link "$1")"; fi
  if [[ -e /run/netns/$space ]]; then ip netns del "$space"; fi
  cluster_bridge_down
}

cluster_bridge_down() {
  [[ -d /sys/class/net/$CLUSTER_BRIDGE ]] || return 0
  if [[ -z $(ls -A "/sys/class/net/$CLUSTER_BRIDGE/brif" 2>/dev/null) ]]; then
    ip link del "$CLUSTER_BRIDGE" 2>/dev/null || true
    while iptables -w -D FORWARD -i "$CLUSTER_BRIDGE" -o "$CLUSTER_BRIDGE" -j ACCEPT 2>/dev/null; do :; done
  fi
}
