# The programs beside Hearth that benches run: wrk, the floor's server, the compiled echo. Needs REPO, HERE and deploy/lib.
# shellcheck shell=bash

FLOOR=$REPO/deploy/target/bench/floor
ECHO_OBJECT=$REPO/deploy/target/bench/echo.so
BUILD_IMAGE=$HEARTH_IMAGES/bench-build:latest

tools_ensure() {
  need python3 python3
  need wrk wrk
}

# compile FOLDER_OF_SOURCES FOLDER_OF_HEADERS ARGUMENT...: gcc with the sources in /source, headers in /include, output to /out.
# Without a compiler here the image that builds the bridge has one.
compile() {
  local source=$1 include=$2 arguments=("${@:3}")
  mkdir -p "$REPO/deploy/target/bench"
  if has gcc; then
    arguments=("${arguments[@]//\/source\//$source/}")
    arguments=("${arguments[@]//\/include/$include}")
    gcc "${arguments[@]//\/out\//$REPO/deploy/target/bench/}"
  else
    image_build "$BUILD_IMAGE" hearth.source=bench "$REPO/docker/bridge" --target build --build-arg "BASE=$HEARTH_BASE_IMAGE" ||
      fail 'no gcc is on this machine and the image that builds the bridge cannot be made: install gcc, or run deploy/up.sh first.'
    docker run --rm --network none --user "$(id -u):$(id -g)" -v "$source:/source:ro" -v "$include:/include:ro" \
      -v "$REPO/deploy/target/bench:/out" "$BUILD_IMAGE" gcc "${arguments[@]}"
  fi
}

programs_ensure() {
  local native=$REPO/docker/runtimes/native
  if [[ ! $FLOOR -nt $HERE/floor.c ]]; then
    compile "$HERE" "$native" -std=gnu11 -O2 -static -o /out/floor /source/floor.c
  fi
  if [[ ! $ECHO_OBJECT -nt $HERE/echo/echo.c || ! $ECHO_OBJECT -nt $native/hearth.h ]]; then
    compile "$HERE/echo" "$native" -std=gnu11 -O2 -shared -fPIC -I/include -o /out/echo.so /source/echo.c
  fi
}
