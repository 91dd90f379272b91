#!/bin/sh
# Builds the bridge's test image and runs the tests in a container of it. BASE names the Debian image to build on.
# Arguments choose tests by a part of their name.
set -eu
cd "$(dirname "$0")"
build=hearth/bridge-build
image=hearth/bridge-test
docker build --quiet --target build --build-arg "BASE=${BASE:-hearth/base}" --label hearth.test=1 --tag "$build" .
docker build --quiet --file test/Dockerfile --build-arg "BUILD=$build" --label hearth.test=1 --tag "$image" .
# The tests make pid, mount and network namespaces of their own, and mount /proc in them: that is what these rights are for.
# Two tests in one network could meet the last one's program, which may be dying still, at its port.
exec docker run --rm --init --label hearth.test=1 --network none --cap-add SYS_ADMIN --cap-add NET_ADMIN \
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
  "$image" make test TESTS="$*"
