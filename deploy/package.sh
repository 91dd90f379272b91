#!/usr/bin/env bash
# Makes the archive that install.sh installs, from a built tree; loads nothing.
set -euo pipefail

REPO=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib/jdk.sh
source "$REPO/deploy/lib/jdk.sh"
DISTRIBUTION=$REPO/deploy/target/hearth

usage() {
  cat <<'USAGE'
usage: deploy/package.sh [--runtime] [--images] [--version VERSION] [--to FILE]

Makes hearth-VERSION.tar.gz from deploy/target/hearth, which deploy/up.sh or mvn package has built.
  --runtime    with a Java runtime of its own (jlink of the JDK here), for machines without JDK 25
  --images     with the images of the functions' runtimes, for heads and single nodes (docker save)
  --version    other than that of pom.xml
  --to FILE    other than deploy/target/hearth-VERSION.tar.gz
USAGE
}

fail() { # SENTENCE
  printf 'package.sh: %s\n' "$1" >&2
  exit 1
}

# All of java.se but the desktop, and what Vert.x, Netty and JGroups ask for.
RUNTIME_MODULES=java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml,java.xml.crypto,java.scripting,java.prefs,jdk.crypto.cryptoki,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.unsupported,jdk.zipfs,jdk.xml.dom,jdk.localedata

version_of_pom() {
  sed -n 's/^  <version>\(.*\)<\/version>$/\1/p' "$REPO/pom.xml" | head -n 1
}

runtime_make() { # FOLDER: kept below target/ until the JDK changes
  local made=$REPO/deploy/target/jre stamp
  jdk_find jlink || fail "--runtime needs a JDK $HEARTH_JAVA_VERSION with jlink: set JAVA_HOME."
  stamp="$RUNTIME_MODULES $(cat "$JDK_HOME/release")"
  if [[ ! -f $made.stamp || $(<"$made.stamp") != "$stamp" ]]; then
    rm -rf "$made" "$made.stamp"
    "$JDK_HOME/bin/jlink" --add-modules "$RUNTIME_MODULES" --include-locales=en --strip-debug --no-man-pages \
      --no-header-files --output "$made"
    printf '%s\n' "$stamp" >"$made.stamp"
  fi
  cp -a "$made" "$1"
}

images_save() { # FILE
  local images=() runtime
  for runtime in python3 nodejs java native; do
    if docker image inspect "hearth/$runtime:latest" >/dev/null 2>&1; then images+=("hearth/$runtime:latest"); fi
  done
  ((${#images[@]})) || fail 'no image hearth/RUNTIME is here: docker/runtimes/build.sh makes them.'
  docker save "${images[@]}" | gzip -1 >"$1"
}

stage() { # FOLDER
  mkdir -p "$1/lib" "$1/docs"
  cp -a "$DISTRIBUTION"/lib/*.jar "$1/lib/"
  cp -a "$DISTRIBUTION/bridge" "$REPO/deploy/hearth" "$REPO/deploy/install.sh" "$1/"
  cp -a "$REPO/deploy/lib/jdk.sh" "$REPO/deploy/lib/client" "$1/lib/"
  cp -a "$REPO/deploy/systemd" "$REPO/deploy/prometheus" "$REPO/deploy/grafana" "$1/"
  cp -a "$REPO"/docs/*.md "$1/docs/"
  cp -a "$REPO/LICENSE" "$REPO/CHANGELOG.md" "$1/"
  printf '%s\n' "$version" >"$1/VERSION"
  if $with_runtime; then runtime_make "$1/jre"; fi
  if $with_images; then images_save "$1/images.tar.gz"; fi
}

with_runtime=false with_images=false version='' to=''
while (($#)); do
  case $1 in
    --runtime) with_runtime=true ;;
    --images) with_images=true ;;
    --version) version=${2:?--version needs a value} && shift ;;
    --to) to=${2:?--to needs a value} && shift ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

version=${version:-$(version_of_pom)}
[[ $version =~ ^[0-9A-Za-z][0-9A-Za-z.+-]*$ ]] || fail "'$version' is no version: letters, digits, '.', '+' and '-'."
to=${to:-$REPO/deploy/target/hearth-$version.tar.gz}
if ! compgen -G "$DISTRIBUTION/lib/*.jar" >/dev/null || [[ ! -x $DISTRIBUTION/bridge ]]; then
  fail "$DISTRIBUTION holds no jars or no bridge: build first, with deploy/up.sh or mvn package and docker/bridge."
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-package.XXXXXX")
trap 'rm -rf "$work"' EXIT
stage "$work/hearth-$version"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - "hearth-$version" | gzip -6 >"$to.new"
mv -f "$to.new" "$to"
printf '%s\n' "$to"
