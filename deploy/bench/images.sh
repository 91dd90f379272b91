#!/usr/bin/env bash
# Measures how an image comes to a worker beside a plain pull from the same registry; needs root.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
cd "$REPO"
for part in log system jdk images build; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
OUT=$REPO/deploy/target/bench/images

usage() {
  cat <<'USAGE'
usage: deploy/bench/images.sh [--no-build] [--image IMAGE] [--rounds N]

  --no-build   what was compiled last is measured
  --image      which image of this machine's engine goes to the worker (hearth/nodejs:latest)
  --rounds     how many of each, in turns (6)
USAGE
}

build=true image=hearth/nodejs:latest rounds=6
while (($#)); do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --no-build) build=false ;;
    --image) image=${2:?} && shift ;;
    --rounds) rounds=${2:?} && shift ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done

((EUID == 0)) || fail 'a second engine on one machine needs root.'
jdk_find javac || fail "JDK $HEARTH_JAVA_VERSION or later is needed to measure: install one below /usr/lib/jvm, or set JAVA_HOME."
need_without_service docker-registry docker-registry
mkdir -p "$OUT"
if $build; then
  maven -q test-compile dependency:build-classpath -Dmdep.outputFile=target/bench-classpath -Dmdep.includeScope=test \
    -pl deploy -am >"$OUT/build.log" 2>&1 || fail "the bench does not compile: see $OUT/build.log."
fi
[[ -r $REPO/deploy/target/bench-classpath ]] || fail 'nothing is compiled yet: run this without --no-build.'
read -r _ load _ </proc/loadavg
printf '%s; %s cores, load %s before; %s, %s bytes unpacked\n\n' "$(date -u '+%F %H:%M UTC')" "$(nproc)" "$load" "$image" \
  "$(docker image inspect -f '{{.Size}}' "$image")"
cd "$REPO/deploy"
"$JDK_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
  -cp "$REPO/deploy/target/test-classes:$REPO/deploy/target/classes:$(<"$REPO/deploy/target/bench-classpath")" \
  dev.hearth.deploy.ImagesBench "$image" "$rounds" 2>"$OUT/bench.log"
