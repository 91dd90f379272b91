#!/usr/bin/env bash
# Brings up a cluster on this machine: one head and N workers, each with a network and a Docker Engine of its own; safe to run again.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
# Maven hangs in a folder that this user cannot read.
cd "$REPO"
for part in log system jdk engine images build node setup; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
for part in engine rig; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/cluster/lib/$part.sh"
done

usage() {
  cat <<'USAGE'
usage: deploy/cluster/up.sh [WORKERS] [--name NAME] [--policy POLICY] [--disk SIZE] [--set KEY=VALUE]... [--head KEY=VALUE]...

Sets up what deploy/up.sh sets up, then starts a head and WORKERS workers (3) on this machine, each worker as a host of its own.
  --name NAME       which cluster; several may run beside each other (default rig)
  --policy POLICY   scheduler.policy of the head: fcfs, random, balanced or locality
  --disk SIZE       each worker's folder and engine on a file system of this size in memory, such as 3g
  --set KEY=VALUE   a setting of all workers
  --head KEY=VALUE  a setting of the head
Everything lies in /tmp/hearth-rig/NAME (HEARTH_RIGS is the folder above). deploy/cluster/down.sh takes it down,
deploy/cluster/fault.sh breaks things in it. Needs root.
USAGE
}

name=rig workers=3 disk=''
worker_settings=() head_settings=()
while (($#)); do
  case $1 in
    --name) name=${2-} ;;
    --policy) head_settings+=("scheduler.policy=${2-}") ;;
    --disk) disk=${2-} ;;
    --set) worker_settings+=("${2-}") ;;
    --head) head_settings+=("${2-}") ;;
    -h | --help)
      usage
      exit 0
      ;;
    [1-9] | [1-9][0-9])
      workers=$1
      shift
      continue
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  (($# >= 2)) || rig_misused "$1 needs a value."
  shift 2
done
rig_select "$name"
((EUID == 0)) || rig_misused 'a cluster on one machine needs root: namespaces, engines and firewalls are its hosts.'

rig_tools() {
  [[ -n $JDK_HOME ]] || fail "a cluster on one machine needs a JDK $HEARTH_JAVA_VERSION on it: install one below /usr/lib/jvm, or set JAVA_HOME."
  need flock util-linux
  need_without_service docker-registry docker-registry
  rig_images
  STEP_RESULT=present
}

rig_images() { # the nodes' defaults name the images below hearth/
  local runtime
  if [[ $HEARTH_IMAGES == hearth ]]; then return 0; fi
  for runtime in "${RUNTIMES[@]}"; do
    # What was asked for comes later, and wins.
    head_settings=("runtimes.$runtime=$HEARTH_IMAGES/$runtime:latest" "${head_settings[@]}")
    worker_settings=("runtimes.$runtime=$HEARTH_IMAGES/$runtime:latest" "${worker_settings[@]}")
  done
}

# Of another number of workers or other settings it would be another cluster.
rig_folder() {
  if rig_is_up; then
    ((RIG_WORKERS == workers)) || fail "the cluster $name stands with $RIG_WORKERS workers: take it down first (deploy/cluster/down.sh --name $name)."
    STEP_RESULT="stands, network $RIG_NET.0/24"
  else
    rig_make "$workers"
    printf '%s\n' "$disk" >"$RIG/disk"
    STEP_RESULT="made, network $RIG_NET.0/24"
  fi
  if ((${#head_settings[@]})); then printf '%s\n' "${head_settings[@]}" >"$RIG/head.settings"; fi
  if ((${#worker_settings[@]})); then printf '%s\n' "${worker_settings[@]}" >"$RIG/worker.settings"; fi
  rig_install
}

# They run from a copy, so that a build of the source tree cannot pull their classes away.
rig_install() {
  local process
  if cmp -s "$DISTRIBUTION/build.hash" "$RIG/app/build.hash"; then return 0; fi
  if [[ -d $RIG/app ]]; then
    note 'the build changed, restarting'
    for process in $(rig_workers) head; do rig_stop "$process"; done
  fi
  rm -rf "$RIG/app.new" "$RIG/app"
  cp -a "$DISTRIBUTION" "$RIG/app.new"
  mv "$RIG/app.new" "$RIG/app"
}

engines_up() {
  local node pids=()
  cluster_bridge_up "$RIG_HEAD_ADDRESS"
  for node in $(rig_workers); do
    engine_up "$node" >>"$LOG_FILE" 2>&1 &
    pids+=("$!")
  done
  for node in "${pids[@]}"; do wait "$node" || fail 'an engine did not come up: the lines below say why.'; done
}

engine_up() { # NODE
  local home disk
  home=$(rig_home "$1")
  disk=$(<"$RIG/disk")
  mkdir -p "$home"
  if [[ -n $disk ]] && ! mountpoint -q "$home"; then mount -t tmpfs -o "mode=0711,size=$disk" "hearth-rig-$RIG_NAME" "$home"; fi
  cluster_engine_up "$(rig_engine "$1")" "$(rig_address "$1")"
}

head_up() {
  rig_registry_start
  rig_head_start
  rig_await 60 rig_head_answers || {
    tail -n 15 "$RIG/head/log" >>"$LOG_FILE"
    fail "the head does not answer: the lines below are the end of $RIG/head/log."
  }
  rig_token || fail 'the head made no token.'
  printf 'export HEARTH_URL=%s\n' "$RIG_URL" >"$RIG/env"
  STEP_RESULT="answers on $RIG_URL"
}

# One function for each worker, which no other may run; its first call waits until that worker serves.
workers_up() {
  local node pids=() began pid
  for node in $(rig_workers); do
    rig_ask PUT "/v1/functions/first-$node?runtime=python3&memory=64MiB&disk=1MiB&requires.node=$node&wait=60s" \
      -H 'Content-Type: text/x-python' --data-binary @"$REPO/deploy/examples/hello/hello.py" >>"$LOG_FILE" 2>&1 ||
      fail "the function first-$node was not registered."
  done
  for node in $(rig_workers); do
    began=$(now_ms)
    if rig_pid "$node" >/dev/null; then began=''; fi
    rig_worker_start "$node"
    worker_serves "$node" "$began" &
    pids+=("$!")
  done
  for pid in "${pids[@]}"; do
    wait "$pid" || {
      for node in $(rig_workers); do tail -n 8 "$(rig_home "$node")/node.log" >>"$LOG_FILE"; done
      fail 'a worker did not serve: the lines below are the ends of their logs (node.log in their folders).'
    }
  done
  # shellcheck disable=SC2034 # read by log.sh
  STEP_RESULT="serve: $(cat "$RIG"/served.* | paste -sd ';' | sed 's/;/; /g')"
}

worker_serves() { # NODE BEGAN, which is empty when it ran before
  rig_ask POST "/v1/functions/first-$1/invoke?queue=5m" -H 'Content-Type: application/json' --data '{"name":"Ada"}' >>"$LOG_FILE" 2>&1 || return 1
  if [[ -z $2 ]]; then
    printf '%s as before\n' "$1" >"$RIG/served.$1"
  else
    printf '%s after %s%s\n' "$1" "$(seconds_since "$2")" "$(images_took "$1")" >"$RIG/served.$1"
  fi
}

# How long a new worker waited for the images of the runtimes, by its log.
images_took() { # NODE
  awk '
    function seconds(stamp,  t) { split(substr(stamp, 17, 12), t, /[:.]/); return t[1] * 3600 + t[2] * 60 + t[3] + t[4] / 1000 }
    /^== .* start$/ { first = last = "" }
    /event=runtime_image_asked/ && first == "" { first = $1 }
    /event=runtime_image_here/ && /fetched=true/ { last = $1 }
    END { if (last != "") printf " (%.1f s of them for the images of the runtimes)", seconds(last) - seconds(first) }' "$(rig_home "$1")/node.log"
}

closing_words() {
  cat <<WORDS

A cluster of one head and $RIG_WORKERS workers answers on $RIG_URL.
  export HEARTH_URL=$RIG_URL
  deploy/hearth nodes
  deploy/hearth invoke first-w1 -d '{"name":"Ada"}'
  printf 'def handle(event, context):\n    return {"words": len(event.split())}\n' > words.py
  deploy/hearth deploy words.py
  deploy/hearth invoke words -d 'how many words are these'
Break something, and see what becomes of calls:
  deploy/cluster/fault.sh${OPTION_NAME} w1 kill        # and: deploy/cluster/fault.sh${OPTION_NAME} w1 heal
  deploy/cluster/faults.sh${OPTION_NAME:+ --rig $RIG_NAME}
A worker is a host: its engine is DOCKER_HOST=unix://$(rig_home w1)/s, its network nsenter --net=/run/netns/$(cluster_netns "$(rig_engine w1)").
Folder $RIG (logs: head/log, $RIG_NAME-w1/node.log, $RIG_NAME-w1/log of its engine)
Stop   deploy/cluster/down.sh${OPTION_NAME}
WORDS
}

OPTION_NAME=''
if [[ $name != rig ]]; then OPTION_NAME=" --name $name"; fi
mkdir -p "$HEARTH_RIGS"
log_open "$HEARTH_RIGS/$name.log" $((SETUP_STEPS + 7))
setup_steps
step 'tools of a cluster' rig_tools
step 'build' build_ensure
step 'start-up cache' train_ensure
step "cluster $name" rig_folder
step "engines of $workers workers" engines_up
step 'head' head_up
step 'workers' workers_up
closing_words
