#!/usr/bin/env bash
# Measures Hearth against floors in the same run on this machine; `run.sh --help` lists parts and options.
set -euo pipefail

HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
: "${HEARTH_HOME:=${XDG_DATA_HOME:-$HOME/.local/share}/hearth}"
for part in log system jdk images; do
  # shellcheck source=/dev/null
  source "$REPO/deploy/lib/$part.sh"
done
FLOOR=$REPO/deploy/target/bench/floor
BUILD_IMAGE=$HEARTH_IMAGES/bench-build:latest

tools_ensure() {
  need python3 python3
  need wrk wrk
}

# Without a compiler here the image that builds the bridge has one, and the binary is static.
floor_ensure() {
  if [[ -x $FLOOR && $FLOOR -nt $HERE/floor.c ]]; then return 0; fi
  mkdir -p "$(dirname "$FLOOR")"
  local flags=(-std=gnu11 -O2 -static -o)
  if has gcc; then
    gcc "${flags[@]}" "$FLOOR" "$HERE/floor.c"
  else
    image_build "$BUILD_IMAGE" hearth.source=bench "$REPO/docker/bridge" --target build --build-arg "BASE=$HEARTH_BASE_IMAGE" ||
      fail 'no gcc is on this machine and the image that builds the bridge cannot be made: install gcc, or run deploy/up.sh first.'
    docker run --rm --network none --user "$(id -u):$(id -g)" -v "$HERE:/source:ro" -v "$(dirname "$FLOOR"):/out" \
      "$BUILD_IMAGE" gcc "${flags[@]}" /out/floor /source/floor.c
  fi
}

distribution_check() {
  if ! compgen -G "$REPO/deploy/target/hearth/lib/*.jar" >/dev/null || [[ ! -x $REPO/deploy/target/hearth/bridge ]]; then
    fail 'there is nothing to measure yet: run deploy/up.sh once, it builds Hearth, the bridge and the runtime images.'
  fi
}

help=false url=false
for argument in "$@"; do
  case $argument in
    -h | --help) help=true ;;
    --url | --url=*) url=true ;;
  esac
done
if ! $help; then
  tools_ensure
  floor_ensure
  if ! $url; then distribution_check; fi
fi
if jdk_find java; then export JAVA_HOME=$JDK_HOME; fi
unset HEARTH_HOME HEARTH_PORT
PYTHONDONTWRITEBYTECODE=1 exec python3 "$HERE/bench.py" --floor "$FLOOR" "$@"
