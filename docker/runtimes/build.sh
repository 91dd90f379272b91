#!/bin/sh
# Builds the runtime images from BASE (default hearth/base), java with Maven and the JDK in JAVA_HOME: ./build.sh [python3|nodejs|java|native ...]
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- python3 nodejs java native
for runtime; do
    if [ "$runtime" = java ]; then
        (cd ../.. && mvn -q -B -ntp package -DskipTests -pl docker/runtimes/java)
        java/jre.sh
    fi
    docker build -t "hearth/$runtime" --build-arg "BASE=${BASE:-hearth/base}" "$runtime"
done
