# Sees to it that a Docker Engine answers: uses the one there is, starts an installed one, or installs it.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

: "${HEARTH_ENGINE_WAIT:=60}"
ENGINE_VERSION=''
ENGINE_ERROR=''

engine_answers() { # sets ENGINE_VERSION, or ENGINE_ERROR to what the client said
  local answer
  has docker || {
    ENGINE_ERROR='no docker client'
    return 1
  }
  if answer=$(timeout 15 docker version --format '{{.Server.Version}}' 2>&1) && [[ -n $answer ]]; then
    ENGINE_VERSION=$answer
    return 0
  fi
  ENGINE_ERROR=$answer
  return 1
}

# An engine that was killed hard leaves its pid file behind, and the next one refuses to start while it is there.
# A pid file is stale unless a live process of that name has the pid.
engine_remove_stale_pid() { # FILE PROCESS
  local pid comm=''
  [[ -f $1 ]] || return 0
  pid=$(tr -dc '0-9' <"$1")
  if alive "$pid"; then comm=$(<"/proc/$pid/comm"); fi
  [[ $comm != "$2" ]] || return 0
  note "removing stale $1"
  logged as_root rm -f "$1"
}

engine_wait() { # PID or empty: until it answers, or the process is gone, or the time is up
  local deadline=$((SECONDS + HEARTH_ENGINE_WAIT))
  while ((SECONDS < deadline)); do
    if engine_answers; then return 0; fi
    if [[ -n $1 ]] && ! alive "$1"; then return 1; fi
    sleep 0.5
  done
  return 1
}

engine_start_by_systemd() {
  note 'starting by systemd'
  logged as_root systemctl start docker ||
    fail "systemctl could not start docker: 'systemctl status docker' and 'journalctl -u docker' say why."
  engine_wait '' || engine_fail_silent
}

# Without systemd the daemon is started here, in a session of its own; the file engine.pid says that it was us.
engine_start_by_hand() {
  local log=$HEARTH_HOME/dockerd.log pid=''
  engine_remove_stale_pid /var/run/docker.pid dockerd
  engine_remove_stale_pid /var/run/docker/containerd/containerd.pid containerd
  note 'starting dockerd'
  mkdir -p "$HEARTH_HOME"
  (exec "${ROOT[@]}" env PATH="$PATH:/usr/sbin:/sbin" setsid nohup dockerd >"$log" 2>&1 </dev/null) &
  pid=$!
  if ! engine_wait "$pid"; then
    tail -n 15 "$log" >>"$LOG_FILE"
    fail "dockerd does not start: the lines below are the end of $log."
  fi
  tr -dc '0-9' </var/run/docker.pid >"$HEARTH_HOME/engine.pid"
}

engine_fail_silent() {
  printf '%s\n' "$ENGINE_ERROR" >>"$LOG_FILE"
  if [[ ${ENGINE_ERROR,,} == *'permission denied'* ]]; then
    fail "the user $(id -un) may not use the Docker socket $(jdk_socket): add the user to its group ('sudo usermod -aG docker $(id -un)', then log in again), or run this as root."
  fi
  fail "no Docker Engine answers at ${DOCKER_HOST:-/var/run/docker.sock} within ${HEARTH_ENGINE_WAIT} s: start it by hand and run this again."
}

engine_install() {
  local packages=(docker.io apparmor)
  # Newer Debian releases ship the client in a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
  apt_install 'Docker Engine' "${packages[@]}"
}

engine_ensure() {
  if ! engine_answers; then
    if [[ ${ENGINE_ERROR,,} == *'permission denied'* ]]; then engine_fail_silent; fi
    if [[ -n ${DOCKER_HOST:-} ]]; then
      has docker || apt_install 'the docker client' docker.io
      engine_answers || engine_fail_silent
    else
      engine_bring_up
    fi
    hash -r
  fi
  STEP_RESULT="answers, version $ENGINE_VERSION"
}

engine_bring_up() {
  if ! has dockerd || ! has docker; then engine_install; fi
  # Installing the package may have started it.
  if engine_answers; then return 0; fi
  can_be_root || fail "the Docker Engine does not run and $(id -un) may not start it: run 'sudo systemctl start docker' (or dockerd as root), then this again."
  if [[ -d /run/systemd/system ]]; then engine_start_by_systemd; else engine_start_by_hand; fi
}

# Stops the daemon only if the file engine.pid says that set-up started it.
engine_stop() {
  local file=$HEARTH_HOME/engine.pid pid deadline=$((SECONDS + 30))
  if [[ ! -f $file ]]; then
    printf 'The Docker Engine was not started by deploy/up.sh: left alone.\n'
    return 0
  fi
  pid=$(<"$file")
  if ! alive "$pid" || [[ $(<"/proc/$pid/comm") != dockerd ]]; then
    printf 'The Docker Engine that deploy/up.sh started (pid %s) is gone.\n' "$pid"
  else
    as_root kill -TERM "$pid"
    while alive "$pid" && ((SECONDS < deadline)); do sleep 0.2; done
    printf 'Docker Engine (pid %s) %s.\n' "$pid" "$(if alive "$pid"; then echo 'is still stopping'; else echo stopped; fi)"
  fi
  rm -f "$file"
}
