#!/usr/bin/env bash
# Breaks something in a cluster of deploy/cluster/up.sh, or mends it again.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
for part in log system jdk; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
for part in engine rig fault; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/cluster/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: deploy/cluster/fault.sh [--name NAME] NODE FAULT [VALUE]

NODE is head, w1, w2, ... or all. FAULT is one of
  kill            SIGKILL to the process          start           starts it again
  stop            SIGTERM, and waits              restart         stop and start
  pause           SIGSTOP: it hangs               resume          SIGCONT
  cut             drops packets both ways         cut-in, cut-out drops those to it, or from it
  cut-from NODE   drops packets between the two   loss PERCENT    drops some, both ways
  delay MILLIS    holds packets back, both ways
  kill-engine     SIGKILL to its Docker Engine
  drain           gives it nothing new and waits  undrain
  disk-full       fills its disk (--disk)         disk-free
  clock SECONDS   sets its clock wrong: 60, -60; the process is started once more for that
  heal            undoes all of these
of the head: kill, start, stop, restart, pause, resume, cut, heal; of all: heal, roll (a restart of all, one after the other)
USAGE
}

name=rig
if [[ ${1-} == --name ]]; then
  name=${2-}
  shift 2
fi
if [[ ${1-} == -h || ${1-} == --help ]]; then
  usage
  exit 0
fi
if (($# < 2 || $# > 3)); then
  usage >&2
  exit 2
fi
node=$1 fault=$2 value=${3-}
rig_select "$name"
((EUID == 0)) || rig_misused 'only root breaks a cluster.'
rig_is_up || rig_misused "there is no cluster $name: deploy/cluster/up.sh brings one up."
jdk_find java || rig_misused "there is no JDK $HEARTH_JAVA_VERSION on this machine."

wrong() { rig_misused "$fault is no fault of $node: deploy/cluster/fault.sh --help lists them."; }

need_number() { [[ $value =~ ^-?[0-9]+([.][0-9]+)?$ ]] || rig_misused "$fault needs a number."; }

of_any() {
  case $fault in
    kill) rig_kill "$node" ;;
    start) fault_start "$node" ;;
    stop) rig_stop "$node" ;;
    restart) fault_restart "$node" ;;
    pause) rig_signal STOP "$node" || rig_misused "$node does not run." ;;
    resume) rig_signal CONT "$node" || rig_misused "$node does not run." ;;
    heal) fault_heal "$node" ;;
    *) return 1 ;;
  esac
}

of_worker() {
  case $fault in
    cut | cut-in | cut-out)
      if [[ $fault != cut-out ]]; then fault_drop "$node" INPUT; fi
      if [[ $fault != cut-in ]]; then fault_drop "$node" OUTPUT; fi
      ;;
    cut-from)
      rig_is_worker "$value" || rig_misused "'$value' is no worker of $name."
      fault_drop "$node" INPUT -s "$(rig_address "$value")"
      fault_drop "$node" OUTPUT -d "$(rig_address "$value")"
      ;;
    loss)
      need_number
      fault_loss "$node" "$value"
      ;;
    delay)
      need_number
      delay_add "$(rig_engine "$node")" "$value"
      ;;
    kill-engine) fault_kill_engine "$node" ;;
    drain) fault_drain "$node" ;;
    undrain) rig_ask DELETE "/v1/nodes/$node/drain" >/dev/null ;;
    disk-full) fault_disk_fill "$node" ;;
    disk-free) fault_disk_free "$node" ;;
    clock)
      need_number
      fault_clock "$node" "$value"
      ;;
    *) wrong ;;
  esac
}

if [[ $node == all ]]; then
  case $fault in
    heal)
      fault_heal head
      fault_each_worker fault_heal
      ;;
    roll) fault_roll ;;
    *) wrong ;;
  esac
elif [[ $node == head ]]; then
  of_any || {
    [[ $fault == cut ]] || wrong
    fault_each_worker fault_drop INPUT -s "$RIG_HEAD_ADDRESS"
    fault_each_worker fault_drop OUTPUT -d "$RIG_HEAD_ADDRESS"
  }
elif rig_is_worker "$node"; then
  of_any || of_worker
else
  rig_misused "'$node' is no node of $name: head, all, or one of $(rig_workers | paste -sd ' ')."
fi
