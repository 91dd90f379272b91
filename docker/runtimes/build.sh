#!/bin/sh
# Builds the runtime images from BASE (default hearth/base): ./build.sh [python3|nodejs|java ...]
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- python3 nodejs java
for runtime; do
    docker build -t "hearth/$runtime" --build-arg "BASE=${BASE:-hearth/base}" "$runtime"
done
