#!/usr/bin/env bash
# Installs, upgrades, rolls back and removes Hearth as a service of systemd. Run it in the unpacked archive of deploy/package.sh.
# Versions lie side by side in /opt/hearth; `current` is the one that runs and `previous` the one before it.
set -euo pipefail

PACKAGE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

usage() {
  cat <<'USAGE'
usage: install.sh gateway    [--host ADDRESS] [OPTION...]          a head; a further one with --join HOST --token -
       install.sh invoker    --join HOST --token - [OPTION...]     a worker
       install.sh standalone [OPTION...]                               both in one process
       install.sh rollback   [--restore] [--dry-run] [--root DIR]
       install.sh uninstall  [--purge] [--dry-run] [--root DIR]

The same command with a newer archive upgrades: it keeps the settings, saves the database first, and restarts the service.
  --host ADDRESS    where the other members reach this node (cluster.host)
  --join HOST       a head of the cluster (cluster.join); may be given again for each
  --token -         reads from standard input what `hearth certs token` printed on it, for a head with --role gateway
  --set KEY=VALUE   a setting for /etc/hearth/hearth.yaml, at the first installation
  --backed-up       the PostgreSQL database has been saved: go on
  --no-start        install and do not start
  --dry-run         say what would be done, change nothing
  --root DIR        install below DIR, without users and services: for images, and to look at
  --restore         rollback also puts back the database of before the upgrade
  --purge           uninstall also removes /var/lib/hearth and /etc/hearth
USAGE
}

fail() { # SENTENCE
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

say() { # TEXT
  printf '%s\n' "$1"
}

warn() { # SENTENCE
  printf 'Note: %s\n' "$1" >&2
}

change() { # COMMAND...: what changes the machine
  if $dry; then
    printf '  would run: %s\n' "$*"
  else
    "$@"
  fi
}

write() { # FILE MODE: standard input, whole or not at all
  local text
  text=$(cat)
  if $dry; then
    printf '  would write %s (mode %s)' "$1" "$2"
    if [[ $2 == 0600 ]]; then printf ', not shown\n'; else printf ':\n%s\n' "${text//$'\n'/$'\n'    | }" | sed '2s/^/    | /'; fi
    return
  fi
  (umask 077 && printf '%s\n' "$text" >"$1.new")
  chmod "$2" "$1.new"
  mv -f "$1.new" "$1"
}

link() { # TARGET NAME: at once, so that there is never none
  change ln -sfn "$1" "$2.new"
  change mv -fT "$2.new" "$2"
}

linked() { # NAME: prints the version that it leads to, nothing when there is none
  if [[ -L $OPT/$1 ]]; then basename "$(readlink "$OPT/$1")"; fi
}

places() {
  OPT=$ROOT/opt/hearth
  ETC=$ROOT/etc/hearth
  DATA=$ROOT/var/lib/hearth
  BACKUPS=$ROOT/var/lib/hearth-backups
  UNITS=$ROOT/etc/systemd/system
  COMMAND=$ROOT/usr/local/bin/hearth
}

# Services are touched on the machine itself alone.
services() { [[ -z $ROOT ]]; }
systemd_runs() { services && [[ -d /run/systemd/system ]]; }

installed_role() { # prints the role of the unit that is here
  local role
  for role in gateway invoker standalone; do
    if [[ -f $UNITS/hearth-$role.service ]]; then printf '%s' "$role" && return; fi
  done
}

hearth_of() { # VERSION COMMAND...: that version on this machine's data
  local version=$1
  shift
  HEARTH_HOME=$DATA HEARTH_CONFIG=$ETC/hearth.yaml "$OPT/$version/hearth" "$@"
}

has() { # COMMAND
  command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 || -x /sbin/$1 ]]
}

port_taken() { # PORT
  has ss && [[ -n $(ss -Hltn "sport = :$1" 2>/dev/null) ]]
}

# What is missing is told all at once; what only some functions need is a note.
check_machine() { # ROLE
  local missing=() port
  ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || missing+=("bash 4.4 or later")
  # shellcheck source-path=SCRIPTDIR source=lib/jdk.sh
  source "$PACKAGE/lib/jdk.sh"
  [[ -x $PACKAGE/jre/bin/java ]] || jdk_find java ||
    missing+=("a Java $HEARTH_JAVA_VERSION (below /usr/lib/jvm, or an archive made with package.sh --runtime)")
  if services; then
    ((EUID == 0)) || $dry || missing+=('root rights: run it with sudo')
    [[ -d /run/systemd/system ]] || $no_start || $dry || missing+=('systemd (or --no-start)')
    [[ -S /var/run/docker.sock ]] || missing+=('a Docker Engine with its socket at /var/run/docker.sock')
  fi
  if ((${#missing[@]})); then
    printf 'install.sh: this machine lacks:\n' >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 1
  fi
  services || return 0
  if [[ $1 != gateway ]]; then
    for tool in ip iptables nsenter; do
      has "$tool" || warn "$tool is missing: functions with network=internet will not run here (or: --set network.enabled=false)."
    done
  fi
  has curl || warn 'curl is missing: the client commands of hearth and the wait for the service need it.'
  if $no_start || [[ -n $(linked current) ]]; then return; fi
  for port in $(ports "$1"); do
    if port_taken "$port"; then fail "port $port is taken: stop who has it, or set cluster.port or gateway.port with --set and give --no-start."; fi
  done
}

ports() { # ROLE
  case $1 in
    gateway) printf '7800 7801 7802 8080' ;;
    invoker) printf '7800 7801' ;;
    standalone) printf '8080' ;;
  esac
}

check_head() { # HOST[:PORT]: its port for new members is two above that of its membership
  local host=${1%%,*} port=7800
  if [[ $host =~ ^(.*):([0-9]+)$ ]]; then host=${BASH_REMATCH[1]} port=${BASH_REMATCH[2]}; fi
  # shellcheck disable=SC2016 # the inner shell's
  if ! timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$((port + 2))" 2>/dev/null; then
    warn "the head $host does not answer on port $((port + 2)): the worker will wait for it; see that no firewall is between."
  fi
}

user_ensure() {
  if services && ! getent passwd hearth >/dev/null; then
    change useradd --system --home-dir /var/lib/hearth --no-create-home --shell /usr/sbin/nologin hearth
  fi
}

folders_ensure() {
  change mkdir -p "$OPT" "$ETC" "$UNITS" "$(dirname "$COMMAND")" "$(dirname "$DATA")"
  change chmod 0755 "$OPT" "$ETC"
  if [[ ! -d $DATA ]] && ! services; then change mkdir -m 0700 "$DATA"; fi
}

copy_version() {
  if [[ -d $OPT/$VERSION ]]; then
    diff -rq "$PACKAGE" "$OPT/$VERSION" >/dev/null ||
      fail "version $VERSION is in $OPT already, of another build: make the archive with package.sh --version OTHER."
    say "Version $VERSION is in $OPT already."
    return
  fi
  say "Copying version $VERSION to $OPT."
  change rm -rf "$OPT/$VERSION.new"
  change cp -a "$PACKAGE" "$OPT/$VERSION.new"
  if services; then change chown -R root:root "$OPT/$VERSION.new"; fi
  change mv -T "$OPT/$VERSION.new" "$OPT/$VERSION"
}

setting_lines() { # of hearth.yaml
  cat "$PACKAGE/systemd/hearth.yaml"
  if [[ -n $host ]]; then printf 'cluster.host: "%s"\n' "$host"; fi
  if [[ -n $join ]]; then printf 'cluster.join: "%s"\n' "$join"; fi
  if [[ $role == gateway ]] && { has docker-registry || ! services; }; then printf 'images.registry: "http://127.0.0.1:5000"\n'; fi
  local one
  for one in "${settings[@]}"; do printf '%s: "%s"\n' "${one%%=*}" "${one#*=}"; done
}

settings_ensure() {
  local owner=root
  if [[ -f $ETC/hearth.yaml ]]; then
    say "The settings in $ETC/hearth.yaml stay."
    ((${#settings[@]} == 0)) || warn '--set counts at the first installation alone: edit the file.'
  else
    say "Writing the settings."
    setting_lines | write "$ETC/hearth.yaml" 0644
  fi
  [[ -f $ETC/hearth.env ]] || write "$ETC/hearth.env" 0600 <"$PACKAGE/systemd/hearth.env"
  [[ $role != gateway || -f $ETC/registry.yml ]] || write "$ETC/registry.yml" 0644 <"$PACKAGE/systemd/registry.yml"
  if [[ -n $token ]]; then printf 'HEARTH_CLUSTER_TOKEN=%s\n' "$token" | write "$ETC/join.env" 0600; fi
  if services; then change chown "$owner:" "$ETC/hearth.yaml" "$ETC/hearth.env"; fi
}

# The store's units beside those of the head.
STORE_UNITS=(hearth-registry.service hearth-registry-clean.service hearth-registry-clean.timer)

units_install() { # VERSION ROLE
  local unit units=("hearth-$2.service") from=$OPT/$1
  # From the package where nothing is copied.
  [[ -d $from ]] || from=$PACKAGE
  if [[ $2 == gateway ]]; then units+=("${STORE_UNITS[@]}"); fi
  for unit in "${units[@]}"; do
    # An older version has no such units; the newer one's do it no harm.
    if [[ $unit == hearth-registry-clean.* && ! -f $from/systemd/$unit ]]; then continue; fi
    write "$UNITS/$unit" 0644 <"$from/systemd/$unit"
  done
  if systemd_runs; then change systemctl daemon-reload; fi
}

command_install() {
  write "$COMMAND" 0755 <<WRAPPER
#!/bin/sh
# The installed Hearth, on its own data and settings.
: "\${HEARTH_HOME:=$DATA}" "\${HEARTH_CONFIG:=$ETC/hearth.yaml}"
export HEARTH_HOME HEARTH_CONFIG
exec $OPT/current/hearth "\$@"
WRAPPER
}

images_load() {
  if [[ $role != invoker && ! -f $PACKAGE/images.tar.gz ]] && services && ! docker image inspect hearth/python3:latest >/dev/null 2>&1; then
    warn 'the images of the runtimes are not here, so no function runs yet: make the archive with package.sh --images, or docker load them.'
  fi
  if [[ $role == invoker || ! -f $PACKAGE/images.tar.gz ]]; then return; fi
  if services; then
    say 'Loading the images of the runtimes.'
    change docker load --quiet --input "$PACKAGE/images.tar.gz"
  fi
}

# The database as it was before a newer version changes its tables; the old version saves it, beside the running node.
backup() { # OLD
  local file
  SAVED=-
  if grep -qsE '^ *(store\.url|url):? *["'\'']?jdbc:postgresql:' "$ETC/hearth.yaml" || grep -qs '^HEARTH_STORE_URL=' "$ETC/hearth.env"; then
    $backed_up || fail 'the database is PostgreSQL, which this script does not save: pg_dump it (docs/operations.md), then give --backed-up.'
    return
  fi
  [[ -f $DATA/hearth.db ]] || return 0
  file=$BACKUPS/before-$VERSION-$(date -u +%Y%m%dT%H%M%SZ).db
  say "Saving the database as $file."
  change mkdir -p -m 0700 "$BACKUPS"
  if $dry; then
    change hearth store backup "$file"
  else
    hearth_of "$1" store backup "$file" >/dev/null
  fi
  SAVED=$file
}

await_service() { # ROLE: until it answers on its socket; a worker that waits for its head has none yet
  local deadline=$((SECONDS + 90)) socket=$DATA/control/api.sock
  systemd_runs && has curl || return 0
  while ((SECONDS < deadline)); do
    if curl -q -fsS -m 3 --unix-socket "$socket" http://localhost/health/live >/dev/null 2>&1; then return 0; fi
    if [[ $1 == invoker && ! -f $DATA/cluster/node.crt ]] && systemctl is-active --quiet hearth-invoker; then
      say 'The worker waits for its head: journalctl -u hearth-invoker tells.'
      return 0
    fi
    sleep 0.5
  done
  return 1
}

start() { # ROLE
  if ! services || $no_start; then
    say "Not started: $COMMAND $1 runs it."
    return
  fi
  if [[ $1 == gateway ]] && has docker-registry; then change systemctl enable --now hearth-registry.service hearth-registry-clean.timer; fi
  say "Starting hearth-$1."
  change systemctl enable "hearth-$1"
  change systemctl restart "hearth-$1"
  if $dry; then return; fi
  if ! await_service "$1"; then
    fail "hearth-$1 does not answer: journalctl -u hearth-$1 -e says why.$([[ -z $(linked previous) ]] || printf ' install.sh rollback goes back to %s.' "$(linked previous)")"
  fi
  if [[ -f $ETC/join.env && -f $DATA/cluster/node.crt ]]; then rm -f "$ETC/join.env"; fi
}

prune() { # versions that are neither current nor previous
  local folder name
  for folder in "$OPT"/*/; do
    [[ -d $folder ]] || continue
    name=$(basename "$folder")
    if [[ ! -L ${folder%/} && $name != "$(linked current)" && $name != "$(linked previous)" && $name != "$VERSION" ]]; then
      change rm -rf "${folder%/}"
    fi
  done
}

do_install() {
  local old other
  [[ $role != invoker || -n $join || -f $ETC/hearth.yaml ]] || fail 'a worker needs a head: --join HOST.'
  other=$(installed_role)
  [[ -z $other || $other == "$role" ]] || fail "this machine has hearth-$other installed: uninstall it first."
  check_machine "$role"
  if [[ -n $join ]] && services; then check_head "$join"; fi
  old=$(linked current)
  if [[ -n $old && $old != "$VERSION" ]]; then say "Upgrading from $old to $VERSION."; fi
  if [[ $role == gateway ]]; then user_ensure; fi
  folders_ensure
  copy_version
  settings_ensure
  images_load
  if [[ -n $old && $old != "$VERSION" ]]; then
    backup "$old"
    link "$old" "$OPT/previous"
    if ! $dry; then printf '%s %s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$old" "$VERSION" "$SAVED" >>"$OPT/upgrades"; fi
  fi
  units_install "$VERSION" "$role"
  link "$VERSION" "$OPT/current"
  command_install
  prune
  start "$role"
  if $dry; then say 'Nothing was changed.'; else say "Hearth $VERSION is installed as $role."; fi
}

# The last upgrade's saved database; nothing when there was none.
last_saved() { # FROM TO
  [[ -f $OPT/upgrades ]] || return 0
  awk -v from="$1" -v to="$2" '$2 == from && $3 == to && $4 != "-" { saved = $4 } END { print saved }' "$OPT/upgrades"
}

do_rollback() {
  local now before role found saved='' newer=false
  now=$(linked current)
  before=$(linked previous)
  role=$(installed_role)
  [[ -n $role && -n $now ]] || fail 'nothing is installed here.'
  [[ -n $before && -d $OPT/$before ]] || fail "there is no version before $now here."
  if [[ -f $DATA/hearth.db ]]; then
    found=$(hearth_of "$before" store check 2>&1) || true
    if [[ $found == *'newer Hearth'* ]]; then newer=true; fi
  fi
  if $newer; then
    saved=$(last_saved "$before" "$now")
    [[ -n $saved && -f $saved ]] || fail "$now has changed the tables of the database, $before does not understand them, and no copy of before is in $BACKUPS: stay with $now."
    $restore || fail "$now has changed the tables of the database and $before does not understand them. With --restore the database of before the upgrade ($saved) is put back; functions, keys and calls since then are lost (the database of now is kept beside it)."
  fi
  say "Going back from $now to $before."
  if systemd_runs; then change systemctl stop "hearth-$role"; fi
  if $newer; then
    if $dry; then change hearth store restore "$saved"; else hearth_of "$before" store restore "$saved"; fi
    if services && [[ $role == gateway ]]; then change chown hearth:hearth "$DATA/hearth.db"; fi
  fi
  units_install "$before" "$role"
  link "$now" "$OPT/previous"
  link "$before" "$OPT/current"
  start "$role"
  if $dry; then say 'Nothing was changed.'; else say "Hearth $before is current."; fi
}

containers_remove() {
  local id ids=()
  [[ -r $DATA/node.id ]] && services && has docker || return 0
  id=$(tr -d '[:space:]' <"$DATA/node.id")
  mapfile -t ids < <(docker ps -aq --filter "label=hearth.node=$id")
  if ((${#ids[@]})); then change docker rm -f "${ids[@]}" >/dev/null; fi
}

store_stop() {
  change systemctl disable --now hearth-registry-clean.timer || true
  # Starts the registry when it ends.
  change systemctl stop hearth-registry-clean.service || true
  change systemctl disable --now hearth-registry.service || true
}

do_uninstall() {
  local role
  role=$(installed_role)
  [[ -n $role || -d $OPT ]] || fail 'nothing is installed here.'
  if systemd_runs && [[ -n $role ]]; then
    change systemctl disable --now "hearth-$role"
    if [[ $role == gateway ]]; then store_stop; fi
  fi
  if [[ $role != gateway ]]; then containers_remove; fi
  change rm -f "$UNITS"/hearth-{gateway,invoker,standalone}.service "${STORE_UNITS[@]/#/$UNITS/}" "$COMMAND"
  change rm -rf "$OPT"
  if systemd_runs; then change systemctl daemon-reload; fi
  if $purge; then
    change rm -rf --one-file-system "$DATA" "$BACKUPS" "$ETC"
  else
    say "Data and settings stay in $DATA and $ETC."
  fi
}

role='' host='' join='' token='' ROOT='' settings=()
dry=false no_start=false restore=false purge=false backed_up=false
case ${1:-} in
  gateway | invoker | standalone | rollback | uninstall) role=$1 && shift ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
while (($#)); do
  case $1 in
    --host | --join | --token | --set | --root)
      (($# > 1)) || fail "$1 needs a value."
      case $1 in
        --host) host=$2 ;;
        --join) join=${join:+$join,}$2 ;;
        --token) token=$2 ;;
        --set) [[ $2 == [a-z]*=* && $2 != *[\"\\]* ]] || fail "--set wants KEY=VALUE, without quotes and backslashes." && settings+=("$2") ;;
        --root) ROOT=$(readlink -m "$2") ;;
      esac
      shift
      ;;
    --dry-run) dry=true ;;
    --no-start) no_start=true ;;
    --restore) restore=true ;;
    --purge) purge=true ;;
    --backed-up) backed_up=true ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done
if [[ $token == - ]]; then read -r token; fi
[[ $host$join$token != *[\"\\\ ]* ]] || fail 'an address or a token has neither quotes nor blanks.'
ROOT=${ROOT%/}
places
case $role in
  rollback) do_rollback ;;
  uninstall) do_uninstall ;;
  *)
    [[ -f $PACKAGE/VERSION && -x $PACKAGE/hearth && -x $PACKAGE/bridge ]] ||
      fail "there is no Hearth beside this script: make the archive with deploy/package.sh, unpack it, and run the install.sh in it."
    VERSION=$(<"$PACKAGE/VERSION")
    do_install
    ;;
esac
