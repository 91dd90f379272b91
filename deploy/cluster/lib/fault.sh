# Faults of a rig's nodes, each with its undoing: processes, packets, delays, disks, clocks.
# shellcheck shell=bash

# Longer than anything that a test runs on the node it drains.
: "${RIG_DRAIN_WAIT:=60}"
# A JVM on a machine that is busy with other things takes its time.
: "${RIG_BACK_WAIT:=180}"

# --- packets: rules in chains of our own, in the worker's namespace; the machine's firewall is not touched

fault_tables() { # NODE: what tells packets to drop
  local chain
  for chain in INPUT OUTPUT; do
    rig_in "$1" iptables -w -N "RIG-$chain" 2>/dev/null || true
    rig_in "$1" iptables -w -C "$chain" -j "RIG-$chain" 2>/dev/null || rig_in "$1" iptables -w -I "$chain" -j "RIG-$chain"
  done
}

fault_drop() { # NODE INPUT|OUTPUT MATCH...
  local node=$1 chain=$2 device=-i
  shift 2
  fault_tables "$node"
  if [[ $chain == OUTPUT ]]; then device=-o; fi
  rig_in "$node" iptables -w -A "RIG-$chain" "$device" eth0 "$@" -j DROP
}

fault_pass() { # NODE: nothing is dropped any more
  rig_in "$1" iptables -w -F RIG-INPUT 2>/dev/null || true
  rig_in "$1" iptables -w -F RIG-OUTPUT 2>/dev/null || true
}

fault_loss() { # NODE PERCENT
  local chain share
  share=$(awk -v percent="$2" 'BEGIN { printf "%.4f", percent / 100 }')
  for chain in INPUT OUTPUT; do fault_drop "$1" "$chain" -m statistic --mode random --probability "$share"; done
}

# --- delay: a namespace between the worker's link and the bridge, in which a program passes frames on later

delay_link() { printf 'hd-%s' "${1:0:12}"; } # ENGINE
delay_space() { printf 'hearth-%s-mid' "$1"; } # ENGINE

delay_add() { # ENGINE MILLIS
  local space link
  space=$(delay_space "$1")
  link=$(delay_link "$1")
  delay_remove "$1"
  ip netns add "$space"
  ip link set "$(cluster_link "$1")" netns "$space"
  ip link add "$link" type veth peer name out netns "$space"
  ip link set "$link" master "$CLUSTER_BRIDGE" up
  nsenter --net="/run/netns/$space" -- ip link set "$(cluster_link "$1")" up
  nsenter --net="/run/netns/$space" -- ip link set out up
  rig_launch "delay-$1" "$RIG/delay-$1.log" nsenter --net="/run/netns/$space" -- \
    python3 "$REPO/deploy/cluster/lib/delay.py" "$(cluster_link "$1")" out "$2"
}

delay_remove() { # ENGINE
  local space
  space=$(delay_space "$1")
  [[ -e /run/netns/$space ]] || return 0
  rig_kill "delay-$1"
  if nsenter --net="/run/netns/$space" -- ip link set "$(cluster_link "$1")" netns "$$" 2>/dev/null; then
    ip link set "$(cluster_link "$1")" master "$CLUSTER_BRIDGE" up
  fi
  ip netns del "$space"
  ip link del "$(delay_link "$1")" 2>/dev/null || true
}

# --- disk

fault_disk_fill() { # NODE
  local home
  home=$(rig_home "$1")
  mountpoint -q "$home" || rig_misused "$1 has no file system of its own: bring the cluster up with --disk SIZE."
  # Until nothing more goes in; what cp says of that is no news.
  cp /dev/zero "$home/filler" 2>/dev/null || true
}

fault_disk_free() { rm -f "$(rig_home "$1")/filler"; } # NODE

# --- clock: a library under the JVM, which reads how wrong the clock is from a file

fault_clock() { # NODE SECONDS
  local home
  home=$(rig_home "$1")
  [[ -n $(rig_faketime) ]] || apt_install 'the library faketime' libfaketime
  if [[ ! -f $home/clock ]]; then
    printf '+0\n' >"$home/clock"
    rig_stop "$1"
    rig_worker_start "$1"
    rig_await "$RIG_BACK_WAIT" rig_node_ready "$1" || rig_misused "$1 does not come back under another clock."
  fi
  printf '%+d\n' "$2" >"$home/clock"
}

fault_clock_right() { # NODE
  [[ -f $(rig_home "$1")/clock ]] || return 0
  rm -f "$(rig_home "$1")/clock"
  rig_stop "$1"
  rig_worker_start "$1"
}

# --- processes

fault_start() { # NODE
  if [[ $1 == head ]]; then
    rig_head_start
  else
    engine_up_again "$1"
    rig_worker_start "$1"
  fi
}

engine_up_again() { # NODE
  if ! cluster_engine_answers "$(rig_engine "$1")"; then cluster_engine_up "$(rig_engine "$1")" "$(rig_address "$1")"; fi
}

# Those that hold its containers go on, as when an engine crashes.
fault_kill_engine() { # NODE
  local pid
  for pid in $(cluster_engine_pids "$(rig_engine "$1")"); do
    if [[ $(<"/proc/$pid/comm") == @(dockerd|containerd) ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
  done
}

fault_drain() { # NODE: gives it nothing new and waits until nothing runs there
  rig_ask POST "/v1/nodes/$1/drain" >/dev/null
  rig_await "$RIG_DRAIN_WAIT" fault_drained "$1" || rig_misused "calls still run on $1 after $RIG_DRAIN_WAIT s."
}

fault_drained() { # NODE
  [[ $(rig_ask GET "/v1/nodes/$1/containers" | awk '$2 == "busy"' | wc -l) == 0 ]]
}

fault_restart() { # NODE
  rig_stop "$1"
  fault_start "$1"
}

# All of the cluster, one after the other, as an upgrade does it.
fault_roll() {
  local node
  for node in $(rig_workers); do
    fault_drain "$node"
    fault_restart "$node"
    rig_ask DELETE "/v1/nodes/$node/drain" >/dev/null
    rig_await "$RIG_BACK_WAIT" rig_node_ready "$node" || rig_misused "$node does not come back."
  done
  fault_restart head
  rig_await "$RIG_BACK_WAIT" rig_head_answers || rig_misused 'the head does not come back.'
  for node in $(rig_workers); do rig_await "$RIG_BACK_WAIT" rig_node_ready "$node" || rig_misused "$node does not find the head again."; done
}

fault_heal() { # NODE: undoes whatever was done to it
  rig_signal CONT "$1" || true
  if [[ $1 != head ]]; then
    fault_pass "$1"
    delay_remove "$(rig_engine "$1")"
    fault_disk_free "$1"
    fault_clock_right "$1"
  else
    fault_each_worker fault_pass
  fi
  fault_start "$1"
  if [[ $1 != head ]] && rig_head_answers; then rig_ask DELETE "/v1/nodes/$1/drain" >/dev/null || true; fi
}

fault_each_worker() { # COMMAND ARGUMENT...: with the worker as its first argument
  local command=$1 node
  shift
  for node in $(rig_workers); do "$command" "$node" "$@"; done
}
