#!/bin/sh
# Builds the test stage of the bridge's image and runs its tests in a container. BASE names the Debian image to build on.
set -eu
cd "$(dirname "$0")"
image=${HEARTH_TEST_IMAGE:-hearth/bridge-test}
docker build --quiet --target test --build-arg "BASE=${BASE:-hearth/base}" --label hearth.test=1 --tag "$image" .
# The tests make pid and mount namespaces of their own: unshare and mount are what they need beyond a plain container.
exec docker run --rm --init --label hearth.test=1 --network none \
  --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
  "$image" make test TESTS="$*"
