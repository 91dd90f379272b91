#!/usr/bin/env bash
# Measures small durable writes of the store on SQLite; `store.sh --help` lists the options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
cd "$REPO"
for part in log system jdk images build; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
OUT=$REPO/deploy/target/bench/store

usage() {
  cat <<'USAGE'
usage: deploy/bench/store.sh [--quick] [--no-build] [--folder FOLDER]

  --quick      one second for each row of the table instead of five
  --no-build   what was compiled last is measured
  --folder     where the databases are made (default below deploy/target; a tmpfs has no disk to wait for)
USAGE
}

seconds=5 build=true folder=$OUT/data
while (($#)); do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) seconds=1 ;;
    --no-build) build=false ;;
    --folder) folder=${2:?}/hearth-store-bench && shift ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

jdk_find javac || fail "JDK $HEARTH_JAVA_VERSION or later is needed to measure: install one below /usr/lib/jvm, or set JAVA_HOME."
mkdir -p "$OUT"
if $build; then
  maven -q test-compile dependency:build-classpath -Dmdep.outputFile=target/bench-classpath -Dmdep.includeScope=test \
    -pl common,gateway >"$OUT/build.log" 2>&1 || fail "the bench does not compile: see $OUT/build.log."
fi
[[ -r $REPO/gateway/target/bench-classpath ]] || fail 'nothing is compiled yet: run this without --no-build.'
# The launcher's own options, so that the measured Java is the one that a node runs on.
# shellcheck disable=SC2016 # the pattern is the text of the launcher, not its value
options=$(sed -n 's/^: "${HEARTH_JAVA_OPTS:=\(.*\)}"$/\1/p' "$REPO/deploy/hearth")
read -r -a java_options <<<"$options"
read -r _ load _ </proc/loadavg
printf '%s; %s cores, load %s before; SQLite, write-ahead log, synchronous=FULL; %s s a row\n\n' \
  "$(date -u '+%F %H:%M UTC')" "$(nproc)" "$load" "$seconds"
"$JDK_HOME/bin/java" "${java_options[@]}" \
  -cp "$REPO/gateway/target/test-classes:$REPO/gateway/target/classes:$(<"$REPO/gateway/target/bench-classpath")" \
  dev.hearth.gateway.store.StoreBench "$folder" "$seconds" 2>"$OUT/bench.log"
