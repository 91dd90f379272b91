# Provides JDK and Maven and builds the distribution folder deploy/target/hearth, on this machine or in a container.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

HEARTH_MAVEN_VERSION=3.8
BUILD_IMAGE=$HEARTH_IMAGES/build:latest
DISTRIBUTION=$REPO/deploy/target/hearth
MODULES=(common invoker gateway deploy docker/runtimes/java)

jdk_ensure() {
  if jdk_find javac; then
    STEP_RESULT="$(jdk_major "$JDK_HOME") in $JDK_HOME"
    return 0
  fi
  if [[ -z $(image_id "$HEARTH_JDK_IMAGE") ]]; then
    note "none here, pulling $HEARTH_JDK_IMAGE"
    logged timeout "${HEARTH_JDK_PULL_TIMEOUT:-600}" docker pull "$HEARTH_JDK_IMAGE" ||
      fail "no JDK $HEARTH_JAVA_VERSION or later is installed and the image $HEARTH_JDK_IMAGE cannot be pulled: install a JDK $HEARTH_JAVA_VERSION (below /usr/lib/jvm, or set JAVA_HOME), or name a reachable JDK image in HEARTH_JDK_IMAGE."
  fi
  STEP_RESULT="none here, running in $HEARTH_JDK_IMAGE"
}

maven_version() { # prints the version of the `mvn` on PATH
  JAVA_HOME=$JDK_HOME timeout 60 mvn -B -v 2>>"$LOG_FILE" | sed -n 's/\x1b\[[0-9;]*m//g; s/^Apache Maven \([0-9.]*\).*/\1/p'
}

maven_ensure() {
  local version
  if [[ -z $JDK_HOME ]]; then
    maven_ensure_in_container
    return 0
  fi
  has mvn || apt_install "Maven $HEARTH_MAVEN_VERSION or later" maven
  hash -r
  version=$(maven_version) || true
  if [[ -z $version || $(printf '%s\n' "$HEARTH_MAVEN_VERSION" "$version" | sort -V | head -n 1) != "$HEARTH_MAVEN_VERSION" ]]; then
    fail "the mvn on PATH is version ${version:-unknown}, Hearth needs $HEARTH_MAVEN_VERSION or later: put a newer one first on PATH."
  fi
  STEP_RESULT=$version
}

# Without a JDK here Maven runs in the JDK image as well; where that lacks Maven, its own package manager adds it.
maven_ensure_in_container() {
  local source
  source=$(text_hash "$(image_id "$HEARTH_JDK_IMAGE")")
  if [[ $(image_label "$BUILD_IMAGE" hearth.source) != "$source" ]]; then
    note "adding Maven to $HEARTH_JDK_IMAGE"
    logged docker build --force-rm -t "$BUILD_IMAGE" --label "hearth.source=$source" --build-arg "FROM=$HEARTH_JDK_IMAGE" - <<'DOCKERFILE' ||
ARG FROM
FROM ${FROM}
RUN command -v mvn || (apt-get update && apt-get install -y --no-install-recommends maven git && rm -rf /var/lib/apt/lists/*)
ENTRYPOINT []
DOCKERFILE
      fail "Maven could not be added to the image $HEARTH_JDK_IMAGE: name an image that holds JDK $HEARTH_JAVA_VERSION and Maven in HEARTH_JDK_IMAGE, or install a JDK here."
  fi
  STEP_RESULT="in the image $BUILD_IMAGE"
}

# Which JDK builds, to the last part of its version.
jdk_identity() {
  if [[ -n $JDK_HOME ]]; then
    cat "$JDK_HOME/release" 2>/dev/null || jdk_major "$JDK_HOME"
  else
    image_id "$HEARTH_JDK_IMAGE"
  fi
}

# Runs a command of the JDK's, or of a script that uses it, in the repository; its output goes where the caller's does.
jdk_run() { # COMMAND ARGUMENT...
  if [[ -n $JDK_HOME ]]; then
    (cd "$REPO" && JAVA_HOME=$JDK_HOME "$@" </dev/null)
    return
  fi
  mkdir -p "$HOME/.m2"
  (
    cd "$REPO" || exit
    # Tests put sockets and bind-mounted folders below /tmp, so the engine must see them at the same place.
    jdk_container "$REPO" "$HOME/.m2" /tmp
    "${JDK_CONTAINER[@]}" -e "MAVEN_OPTS=-Duser.home=$HOME ${MAVEN_OPTS:-}" "$BUILD_IMAGE" "$@" </dev/null
  )
}

maven() { # ARGUMENT...
  jdk_run mvn -B -ntp "$@"
}

build_hash() { # over what goes into the jars: not the tests
  local paths=(pom.xml) module path
  if [[ -d $REPO/.mvn ]]; then paths+=(.mvn); fi
  for module in "${MODULES[@]}"; do
    for path in "$module/pom.xml" "$module/src/main"; do
      if [[ -e $REPO/$path ]]; then paths+=("$path"); fi
    done
  done
  text_hash "$(files_hash -C "$REPO" "${paths[@]}")" "$(jdk_major "${JDK_HOME:-/}" || printf '%s' "$HEARTH_JDK_IMAGE")"
}

# The launcher finds its scripts and the jars in lib/ beside it, so the folder can be copied anywhere.
distribution_finish() { # HASH
  cp -f "$REPO/deploy/hearth" "$DISTRIBUTION/hearth"
  cp -f "$REPO/deploy/lib/jdk.sh" "$DISTRIBUTION/lib/jdk.sh"
  rm -rf "${DISTRIBUTION:?}/lib/client"
  cp -R "$REPO/deploy/lib/client" "$DISTRIBUTION/lib/client"
  printf '%s\n' "$1" >"$DISTRIBUTION/build.hash"
}

distribution_is() { # HASH
  [[ -f $DISTRIBUTION/build.hash && $(<"$DISTRIBUTION/build.hash") == "$1" ]] && compgen -G "$DISTRIBUTION/lib/*.jar" >/dev/null
}

# Maven's first errors name the cause; its last lines are advice on its own options.
build_first_errors() {
  tail -n "+$((STEP_FIRST_LINE + 1))" "$LOG_FILE" | sed 's/\x1b\[[0-9;]*m//g' | grep -m 14 '^\[ERROR\]' >"$LOG_FILE.errors" || true
  {
    printf 'First errors of the build:\n'
    cat "$LOG_FILE.errors"
  } >>"$LOG_FILE"
  rm -f "$LOG_FILE.errors"
}

build_ensure() {
  local wanted
  [[ -f $REPO/pom.xml ]] || fail 'pom.xml is missing: this source tree is not complete, get it again.'
  wanted=$(build_hash)
  if distribution_is "$wanted"; then
    STEP_RESULT=present
  else
    # Jars of an earlier version must not stay on the class path.
    rm -rf "${DISTRIBUTION:?}/lib" "$DISTRIBUTION/build.hash"
    logged maven -q package -DskipTests || {
      build_first_errors
      fail 'the build failed: the lines below say where; if a package could not be loaded, check that this machine reaches its Maven repository, then run this again.'
    }
    compgen -G "$DISTRIBUTION/lib/*.jar" >/dev/null || fail "the build left no jars in $DISTRIBUTION/lib: look at deploy/pom.xml."
    STEP_RESULT=built
  fi
  distribution_finish "$wanted"
}

# A node that starts once and stops leaves a cache of its loaded classes: the next start takes half the time.
# Without it a node only starts slower, so a failure is told and passed over.
train_ensure() {
  local folder pid deadline=$((SECONDS + 60)) cache=$DISTRIBUTION/lib/hearth.aot
  if [[ -z $JDK_HOME ]]; then
    STEP_RESULT='not used where the JDK is in a container'
    return 0
  fi
  if [[ -f $cache && -f $DISTRIBUTION/aot.hash && $(<"$DISTRIBUTION/aot.hash") == $(<"$DISTRIBUTION/build.hash") ]]; then
    STEP_RESULT=present
    return 0
  fi
  rm -f "$cache"
  folder=$(mktemp -d "${TMPDIR:-/tmp}/hearth-train.XXXXXX")
  HEARTH_AOT_OUTPUT=$cache HEARTH_HOME=$folder JAVA_HOME=$JDK_HOME "$DISTRIBUTION/hearth" standalone --set gateway.port=0 \
    --set stems.python3=0 --set stems.nodejs=0 --set stems.most=0 >"$folder/train.log" 2>&1 </dev/null &
  pid=$!
  until grep -q 'node_condition ready=true' "$folder/train.log" || ! alive "$pid" || ((SECONDS >= deadline)); do sleep 0.1; done
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || true
  cat "$folder/train.log" >>"$LOG_FILE"
  rm -rf "$folder"
  if [[ -f $cache ]]; then
    cp -f "$DISTRIBUTION/build.hash" "$DISTRIBUTION/aot.hash"
    STEP_RESULT=made
  else
    STEP_RESULT='not made, see the log: the node will start slower'
  fi
}
