#!/usr/bin/env bash
# Builds the image hearth/node from a built tree, without the network: docker/node/build.sh [--network] [TAG]
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
arguments=(--build-arg "BASE=${BASE:-hearth/base}")
if [[ ${1:-} == --network ]]; then
  # With ip and iptables, for functions with network=internet; from the base image's package sources.
  arguments+=(--build-arg NETWORK=1)
  shift
fi
tag=${1:-hearth/node:latest}
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-node.XXXXXX")
trap 'rm -rf "$work"' EXIT
archive=$("$here/../../deploy/package.sh" --runtime --to "$work/hearth.tar.gz")
tar -C "$work" -xzf "$archive"
rm -f "$archive"
mv "$work"/hearth-* "$work/hearth"
cp "$here/Dockerfile" "$here/start" "$here/health" "$work/"
docker build --force-rm --quiet -t "$tag" --label hearth.role=node "${arguments[@]}" "$work"
printf '%s\n' "$tag"
