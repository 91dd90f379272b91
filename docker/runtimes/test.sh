#!/bin/sh
# Tests the runtimes inside their images: ./test.sh [python3|nodejs|java|native|native-checked ...], the last with sanitizers;
# --host tests the host's python3 and node instead, and the native runtime as the host's compiler makes it.
# The images come from ./build.sh.
set -eu
cd "$(dirname "$0")"

host=
[ "${1:-}" != --host ] || { host=1; shift; }
if [ $# -eq 0 ]; then
    set -- python3 nodejs native native-checked
    [ -n "$host" ] || set -- "$@" java
fi

on_host() {
    case $1 in
        python3) command="[\"python3\", \"-s\", \"-B\", \"$PWD/python3/runtime.py\"]" ;;
        nodejs) command="[\"node\", \"$PWD/nodejs/runtime.js\"]" ;;
        native*)
            made=target/runtime${1#native}
            make -s -C native "$made"
            command="[\"$PWD/native/$made\"]"
            ;;
    esac
    RUNTIME=${1%-checked} RUNTIME_COMMAND=$command python3 -B test/run.py
}

# The cases are Python: the image under test gets one where it has none.
in_image() {
    runtime=${1%-checked} compiler='' command='' prepare=:
    [ "$runtime" != native ] || compiler='g++ make'
    if [ "$1" = native-checked ]; then
        prepare='make -s -C /native BUILD=/cases /cases/runtime-checked'
        command='["/cases/runtime-checked"]'
    fi
    docker build -q -t "hearth/test-$runtime" --label hearth.test=1 --build-arg "BASE=hearth/$runtime" --build-arg "COMPILER=$compiler" test > /dev/null
    docker run --rm --label hearth.test=1 --network none --read-only --tmpfs /tmp:exec,size=64m \
        --tmpfs /cases:exec,mode=1777,size=64m --tmpfs /function:exec,mode=1777,size=1m --cap-drop ALL \
        --security-opt no-new-privileges --user 61000 --pids-limit 64 --memory 512m \
        -e HOME=/tmp -e TMPDIR=/cases -e LANG=C.UTF-8 -e "RUNTIME=$runtime" -e "RUNTIME_COMMAND=$command" \
        -v "$PWD/test:/test:ro" -v "$PWD/native:/native:ro" \
        "hearth/test-$runtime" sh -c "$prepare && exec python3 -B /test/run.py"
}

output=$(mktemp)
trap 'rm -f "$output"' EXIT
for each; do
    if [ -n "$host" ]; then on_host "$each"; else in_image "$each"; fi 2>&1 || true
done | tee "$output"

# A runtime whose cases did not come to their closing line counts as one failure.
awk -v expected=$# '
    / passed, .* failed$/ { lines++; passed += $2; failed += $4 }
    END { failed += expected - lines; print passed + 0 " passed, " failed + 0 " failed"; exit failed > 0 }
' "$output"
