#!/usr/bin/env bash
# Sets up what the tests need and runs all of them: shell scripts, bridge, runtimes, Maven's verify, and the command line.
# shellcheck disable=SC2034 # log.sh reads the results that are set here
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# Maven hangs in a folder that this user cannot read.
cd "$REPO"
for part in log system jdk engine images build node setup; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done

export TESTCONTAINERS_RYUK_DISABLED=true
export TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=$HEARTH_BASE_IMAGE
# Nothing that is set for a node of this machine may reach a test.
export -n HEARTH_HOME HEARTH_PORT
FAILED=()
UNSTEADY=()
BATS_VERSION_NEEDED=1.8

usage() {
  cat <<'USAGE'
usage: deploy/test.sh [--long]

  --long   also the long-running tests (Maven profile `long`), ten minutes of soak instead of one, and all faults of a cluster
USAGE
}

# All scripts of the repository, by ending or by first line.
scripts() {
  find "$REPO" \( -name .git -o -name target -o -name node_modules \) -prune -o -type f -print |
    while IFS= read -r file; do
      if [[ $file == *.@(sh|bash|bats) ]] || head -c 64 "$file" | grep -aqE '^#!.*[/ ](ba|da)?sh( |$)'; then printf '%s\n' "$file"; fi
    done
}

# A test that fails is remembered, and the next ones still run.
judge() { # WHAT COMMAND...
  local what=$1
  shift
  if logged "$@"; then
    STEP_RESULT=passed
  else
    STEP_RESULT=FAILED
    FAILED+=("$what")
    printf '\n'
    tail -n "+$((STEP_FIRST_LINE + 1))" "$LOG_FILE" | tail -n 40 | sed 's/^/  | /'
  fi
}

check_scripts() {
  local files=()
  need shellcheck shellcheck
  mapfile -t files < <(scripts)
  judge shellcheck shellcheck -x --source-path=SCRIPTDIR "${files[@]}"
}

prometheus_ensure() {
  need_without_service prometheus prometheus
  need promtool prometheus
  STEP_RESULT=present
}

# Moves the wall clock of one process.
faketime_ensure() {
  need faketime faketime
  STEP_RESULT=present
}

registry_ensure() {
  need_without_service docker-registry docker-registry
  STEP_RESULT=present
}

# The public image where a registry answers, else Debian's package; one that stands there without our label is kept.
postgres_ensure() {
  local image=$HEARTH_IMAGES/postgres:latest
  if image_id "$image" >/dev/null && [[ -z $(image_label "$image" hearth.source) ]]; then
    STEP_RESULT=present
  elif ! image_id "$image" >/dev/null && logged timeout "$HEARTH_PULL_TIMEOUT" docker pull postgres:17; then
    logged docker tag postgres:17 "$image"
    STEP_RESULT=pulled
  else
    image_ensure "$image" docker/postgres
  fi
}

check_by_script() { # SCRIPT
  if [[ ! -f $REPO/$1 ]]; then
    printf '%s is missing\n' "$1" >>"$LOG_FILE"
    judge "$1" false
  else
    judge "$1" env "BASE=$HEARTH_BASE_IMAGE" timeout 600 bash "$REPO/$1"
  fi
}

# Shows Maven's own output, so that its closing lines are seen; it runs the build too. A test that fails is run once more,
# since a machine that is busy with something else can stop a node of a test for seconds; the summary names it.
verify() {
  local hash
  hash=$(build_hash)
  # Jars of an earlier version must not stay on the class path.
  rm -rf "${DISTRIBUTION:?}/lib" "$DISTRIBUTION/build.hash"
  printf '\n'
  if maven verify "${profile[@]}" -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1 2>&1 |
    tee -a "$LOG_FILE"; then
    STEP_RESULT=passed
    distribution_finish "$hash"
  else
    STEP_RESULT=FAILED
    FAILED+=('mvn verify')
  fi
  mapfile -t UNSTEADY < <(sed 's/\x1b\[[0-9;]*m//g' "$LOG_FILE" | awk '/Flakes:/ { on = 1; next } on && /^\[WARNING\] dev/ { print $2 } /Tests run:/ { on = 0 }')
  printf 'mvn verify ... '
}

# The commands of deploy/hearth against a node that the suite starts from the jars just built.
check_command_line() {
  local version
  need bats bats
  need systemd-analyze systemd
  need docker-compose docker-compose
  need python3 python3
  need script bsdutils
  version=$(bats --version | tr -dc '0-9.')
  if [[ $(printf '%s\n' "$BATS_VERSION_NEEDED" "$version" | sort -V | head -n 1) != "$BATS_VERSION_NEEDED" ]]; then
    printf 'bats is version %s, these tests need %s or later\n' "$version" "$BATS_VERSION_NEEDED" >>"$LOG_FILE"
    judge 'command line' false
  else
    judge 'command line' env "JAVA_HOME=${JDK_HOME:-}" timeout 1200 bats "$REPO/deploy/src/test/bats"
  fi
}

# Called at every end, a foreseen one or not.
at_exit() {
  local ids=()
  mapfile -t ids < <(docker ps -aq --filter label=hearth.test 2>/dev/null)
  service_starts_allow
  if ((${#ids[@]})); then docker rm -f "${ids[@]}" >/dev/null 2>&1 || true; fi
}

summary() {
  printf '\nSteps:\n'
  printf '%s\n' "${STEP_SUMMARY[@]}"
  printf '%9s  in all\n' "$(seconds_since "$started")"
  if ((${#UNSTEADY[@]})); then printf '\nPassed only the second time: %s\n' "$(printf '%s, ' "${UNSTEADY[@]}" | sed 's/, $//')"; fi
  if ((${#FAILED[@]})); then
    FAIL_REPORTED=true
    printf '\nFAILED: %s (log: %s)\n' "$(printf '%s, ' "${FAILED[@]}" | sed 's/, $//')" "$LOG_FILE"
    exit 1
  fi
  printf '\nAll tests passed.\n'
}

# A minute of mixed load; the long form takes ten.
check_soak() {
  need python3 python3
  judge soak timeout 1800 "$REPO/deploy/bench/soak.sh" --minutes "$soak_minutes"
}

# A cluster of three workers under a few faults; the long form has all of them.
check_cluster() {
  judge 'faults of a cluster' env "JAVA_HOME=${JDK_HOME:-}" timeout 2400 "$REPO/deploy/cluster/faults.sh" --faults "$cluster_faults"
}

profile=()
soak_minutes=1
cluster_faults=short
case ${1:-} in
  '') ;;
  --long)
    profile=(-Plong)
    soak_minutes=10
    cluster_faults=all
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

started=$(now_ms)
log_open "$REPO/deploy/target/test.log" $((SETUP_STEPS + 11))
setup_steps
step 'Prometheus' prometheus_ensure
step 'registry of images' registry_ensure
step 'libfaketime' faketime_ensure
step 'image of PostgreSQL' postgres_ensure
step 'shell scripts' check_scripts
step 'tests of the bridge' check_by_script docker/bridge/test.sh
step 'tests of the runtimes' check_by_script docker/runtimes/test.sh
step 'mvn verify' verify
step 'command line' check_command_line
step 'soak' check_soak
step 'faults of a cluster' check_cluster
summary
