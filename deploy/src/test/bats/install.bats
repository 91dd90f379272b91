# The archive, what install.sh makes of it below a folder, upgrade and rollback of a running head, and the units of systemd.
# shellcheck shell=bash disable=SC2154 # status, output and stderr are what `run` leaves

load rig

setup_file() {
  PACKAGES=$SUITE/packages
  export PACKAGES
  mkdir -p "$PACKAGES"
  "$REPO/deploy/package.sh" --version 1.0 --to "$PACKAGES/1.0.tar.gz"
  tar -C "$PACKAGES" -xzf "$PACKAGES/1.0.tar.gz"
  # The same program under another number, which is enough for all that is tried here.
  cp -al "$PACKAGES/hearth-1.0" "$PACKAGES/hearth-1.1"
  rm "$PACKAGES/hearth-1.1/VERSION"
  printf '1.1\n' >"$PACKAGES/hearth-1.1/VERSION"
}

teardown() {
  node_end
}

install() { # VERSION ARGUMENT...
  local version=$1
  shift
  run "$PACKAGES/hearth-$version/install.sh" "$@"
}

installs() { # as install, and it goes well
  install "$@"
  if ((status != 0)); then
    printf 'install.sh %s: status %s\n%s\n' "$*" "$status" "$output" >&2
    return 1
  fi
}

# The installed head, with ports of its own and no look at the engine's cgroups of others.
node_begin() { # ROOT
  ROOT_HOME=$1/var/lib/hearth
  "$1/usr/local/bin/hearth" gateway >>"$1/log" 2>&1 </dev/null 3>&- 4>&- &
  HEAD_PID=$!
  local deadline=$((SECONDS + 180))
  until curl -q -fsS -m 3 --unix-socket "$ROOT_HOME/control/api.sock" http://localhost/health/live >/dev/null 2>&1; do
    if ! kill -0 "$HEAD_PID" 2>/dev/null || ((SECONDS > deadline)); then
      tail -n 20 "$1/log" >&2
      return 1
    fi
    sleep 0.2
  done
}

node_end() {
  if [[ -n ${HEAD_PID:-} ]]; then
    kill -TERM "$HEAD_PID" 2>/dev/null || true
    wait "$HEAD_PID" || true
  fi
  HEAD_PID=''
}

units() { # ROOT: what systemd would find
  find "$1/etc/systemd/system" -type f -printf '%f\n' | sort | paste -sd ' '
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

@test "a dry run says what would be done, without the token, and changes nothing" {
  install 1.0 invoker --join 10.0.0.1 --token secret-token --host 10.0.0.2 --set invoker.labels=zone=a --root root --dry-run
  is "$status" 0
  holds "$output" 'cluster.host: "10.0.0.2"' 'cluster.join: "10.0.0.1"' 'invoker.labels: "zone=a"' \
    'root/opt/hearth/1.0' 'hearth-invoker.service' 'join.env (mode 0600), not shown' 'Nothing was changed.'
  lacks "$output" secret-token
  is "$(find root -type f)" ''
}

@test "what is asked for wrongly is refused with a sentence" {
  install 1.0 invoker --root root
  is "$status" 1
  holds "$output" 'a worker needs a head: --join HOST'
  install 1.0 gateway --set 'quote="' --root root
  is "$status" 1
  holds "$output" '--set wants KEY=VALUE'
  install 1.0 rollback --root root
  is "$status" 1
  holds "$output" 'nothing is installed here'
  install 1.0 something
  is "$status" 2
}

@test "a worker's files are where its unit looks for them, and its token is nobody else's" {
  installs 1.0 invoker --join 10.0.0.1 --token secret-token --root root
  is "$(readlink root/opt/hearth/current)" 1.0
  is "$(stat -c %a root/etc/hearth/join.env)" 600
  is "$(<root/etc/hearth/join.env)" 'HEARTH_CLUSTER_TOKEN=secret-token'
  holds "$(<root/etc/systemd/system/hearth-invoker.service)" 'ExecStart=/opt/hearth/current/hearth invoker' 'join.env'
  holds "$(root/usr/local/bin/hearth config)" 'cluster.join = 10.0.0.1' "$PWD/root/etc/hearth/hearth.yaml"
  install 1.1 gateway --root root
  is "$status" 1
  holds "$output" 'hearth-invoker installed: uninstall it first'
}

@test "a head is installed, upgraded beside its data, rolled back, and removed" {
  local root=$PWD/root port
  port=$(free_port)
  installs 1.0 gateway --host 127.0.0.1 --set "gateway.port=$port" --set "cluster.port=$((port > 60000 ? port - 500 : port + 500))" \
    --set boot-timeout=3m --set start-timeout=2m --root root
  node_begin "$root"
  "$root/usr/local/bin/hearth" keys create first >key
  is "$(units root)" 'hearth-gateway.service hearth-registry-clean.service hearth-registry-clean.timer hearth-registry.service'
  # As if the store were not cleaned in 1.0.
  rm root/opt/hearth/1.0/systemd/hearth-registry-clean.*
  installs 1.1 gateway --root root
  holds "$output" 'Upgrading from 1.0 to 1.1' 'Saving the database' 'The settings in'
  is "$(readlink root/opt/hearth/current)" 1.1
  is "$(readlink root/opt/hearth/previous)" 1.0
  node_end
  node_begin "$root"
  "$root/usr/local/bin/hearth" keys create second >key

  installs 1.1 rollback --root root
  is "$(readlink root/opt/hearth/current)" 1.0
  holds "$("$root/usr/local/bin/hearth" keys list)" first second
  node_end

  # As if 1.1 had changed the tables.
  installs 1.1 gateway --root root
  python3 - "$root/var/lib/hearth/hearth.db" <<'CODE'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
columns = [row[1] for row in db.execute("PRAGMA table_info(flyway_schema_history)")]
last = dict(zip(columns, db.execute("SELECT * FROM flyway_schema_history ORDER BY installed_rank DESC").fetchone()))
last.update(installed_rank=last["installed_rank"] + 1, version="9999", script="V9999__later.sql", description="later")
db.execute("INSERT INTO flyway_schema_history VALUES (%s)" % ",".join("?" * len(columns)), [last[c] for c in columns])
db.commit()
CODE
  install 1.1 rollback --root root
  is "$status" 1
  holds "$output" '1.0 does not understand them' 'With --restore' 'are lost'
  is "$(readlink root/opt/hearth/current)" 1.1
  installs 1.1 rollback --restore --root root
  is "$(readlink root/opt/hearth/current)" 1.0
  node_begin "$root"
  holds "$("$root/usr/local/bin/hearth" keys list)" first second
  node_end

  installs 1.0 uninstall --root root
  is "$(units root)" ''
  [[ ! -e root/opt/hearth && ! -e root/usr/local/bin/hearth && -f root/var/lib/hearth/hearth.db ]]
  installs 1.0 gateway --root root
  installs 1.0 uninstall --purge --root root
  [[ ! -e root/var/lib/hearth && ! -e root/etc/hearth ]]
}

@test "systemd has nothing against the units, and little against what they may do" {
  local unit most
  for unit in "$REPO"/deploy/systemd/*.{service,timer}; do
    sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#; /^Documentation/d' "$unit" >"${unit##*/}"
  done
  run systemd-analyze verify ./*.service ./*.timer
  is "$status" 0
  is "$output" ''
  for unit in *.service; do
    case $unit in
      hearth-gateway.service | hearth-registry*.service) most=16 ;;
      *) most=40 ;;
    esac
    run systemd-analyze security --offline=yes --threshold="$most" "./$unit"
    if ((status != 0)); then
      printf '%s\n' "$output" >&2
      return 1
    fi
  done
}

@test "the registry is stopped for its garbage collection, which has its user and folder, and starts again whatever becomes of that" {
  local clean
  clean=$(<"$REPO/deploy/systemd/hearth-registry-clean.service")
  holds "$clean" $'\nConflicts=hearth-registry.service\nAfter=hearth-registry.service\n' \
    $'\nExecStopPost=-+/usr/bin/systemctl start --no-block hearth-registry.service\n'
  lacks "$clean" $'\nCondition'
  is "$(grep -E '^(User|StateDirectory|DynamicUser)=' <<<"$clean" | sort)" \
    "$(grep -E '^(User|StateDirectory|DynamicUser)=' "$REPO/deploy/systemd/hearth-registry.service" | sort)"
}

@test "a unit stops later than the node gives up waiting" {
  local unit seconds
  seconds=$("$HEARTH" config | sed -n 's/^ *stop-timeout = \([0-9]*\)s.*/\1/p')
  for unit in gateway invoker standalone; do
    holds "$(<"$REPO/deploy/systemd/hearth-$unit.service")" 'After=network-online.target docker.service' 'Restart=always' 'SuccessExitStatus=143'
    (($(sed -n 's/^TimeoutStopSec=//p' "$REPO/deploy/systemd/hearth-$unit.service") > seconds))
  done
}
