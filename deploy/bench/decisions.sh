#!/usr/bin/env bash
# Measures the decisions of the pool and of the scheduler with JMH; `decisions.sh --help` lists the options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
cd "$REPO"
for part in log system jdk images build; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
OUT=$REPO/deploy/target/bench/decisions
MODULES_MEASURED=(invoker gateway)

usage() {
  cat <<'USAGE'
usage: deploy/bench/decisions.sh [--quick] [--markdown] [--no-build] [NAME...]

  --quick      fewer and shorter iterations: about two minutes instead of four
  --markdown   the table as docs/performance.md has it
  --no-build   what was compiled last is measured
  NAME         only benchmarks whose name has this in it: Pool, Scheduler
USAGE
}

quick=false build=true format=() names=()
while (($#)); do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --quick) quick=true ;;
    --markdown) format=(--markdown) ;;
    --no-build) build=false ;;
    -*) usage >&2 && exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done
if ((${#names[@]} == 0)); then names=(PoolBenchmark SchedulerBenchmark); fi
if $quick; then
  iterations=(-wi 1 -i 2 -w 700ms -r 500ms)
else
  iterations=(-wi 3 -i 5 -w 1s -r 1s)
fi

need python3 python3
jdk_find javac || fail "JDK $HEARTH_JAVA_VERSION or later is needed to measure: install one below /usr/lib/jvm, or set JAVA_HOME."
mkdir -p "$OUT"

compile() {
  maven -q test-compile dependency:build-classpath -Dmdep.outputFile=target/bench-classpath \
    -Dmdep.includeScope=test -pl common,invoker,gateway >"$OUT/build.log" 2>&1 ||
    fail "the benchmarks do not compile: see $OUT/build.log."
}

# The launcher's own options, so that the measured Java is the one that a node runs on.
node_options() {
  # shellcheck disable=SC2016 # the pattern is the text of the launcher, not its value
  sed -n 's/^: "${HEARTH_JAVA_OPTS:=\(.*\)}"$/\1/p' "$REPO/deploy/hearth"
}

measure() { # MODULE
  local classpath=$REPO/$1/target/test-classes:$REPO/$1/target/classes
  [[ -r $REPO/$1/target/bench-classpath ]] || fail 'nothing is compiled yet: run this without --no-build.'
  classpath+=:$(<"$REPO/$1/target/bench-classpath")
  rm -f "$OUT/$1.json"
  "$JDK_HOME/bin/java" -cp "$classpath" org.openjdk.jmh.Main "${names[@]}" -f 1 "${iterations[@]}" -foe true \
    -jvmArgs "$(node_options)" -rf json -rff "$OUT/$1.json" >"$OUT/$1.log" 2>&1 || {
    if grep -q 'No matching benchmarks' "$OUT/$1.log"; then return 0; fi
    fail "a benchmark of $1 failed: see $OUT/$1.log."
  }
}

if $build; then compile; fi
rm -f "$OUT"/*.json
for module in "${MODULES_MEASURED[@]}"; do measure "$module"; done
# JMH leaves an empty file where no benchmark has such a name.
find "$OUT" -name '*.json' -empty -delete
results=("$OUT"/*.json)
[[ -r ${results[0]} ]] || fail "no benchmark is named like ${names[*]}."
PYTHONDONTWRITEBYTECODE=1 python3 "$HERE/decisions.py" "${format[@]}" "${results[@]}"
