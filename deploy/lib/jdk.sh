# Finds a JDK of at least the version Hearth needs, or runs Java in a container where the machine has none.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

HEARTH_JAVA_VERSION=25
: "${HEARTH_JDK_IMAGE:=eclipse-temurin:25-jdk}"
JDK_HOME=''

jdk_major() { # HOME: prints its feature version, fails where there is no Java
  local version=''
  [[ -x $1/bin/java ]] || return 1
  if [[ -r $1/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  if [[ -z $version ]]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  [[ -n $version ]] && printf '%s' "$version"
}

jdk_on_path() { # prints the home of the `java` on PATH; asks Java itself where that is a wrapper script
  local java home
  java=$(command -v java) || return 1
  home=$(readlink -f "$java")
  home=${home%/bin/java}
  if [[ ! -r $home/release ]]; then
    home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
  fi
  [[ -n $home ]] && printf '%s' "$home"
}

jdk_fits() { # HOME TOOL
  local major
  [[ -n $1 && -x $1/bin/$2 ]] || return 1
  major=$(jdk_major "$1") || return 1
  ((major >= HEARTH_JAVA_VERSION))
}

# Sets JDK_HOME to the first that fits: JAVA_HOME, the one on PATH, the newest below /usr/lib/jvm.
# HEARTH_JDK=container passes over all of them.
jdk_find() { # TOOL: java to run, javac to build
  local candidate newest=0 major
  JDK_HOME=''
  [[ ${HEARTH_JDK:-} != container ]] || return 1
  for candidate in "${JAVA_HOME:-}" "$(jdk_on_path || true)"; do
    if jdk_fits "$candidate" "$1"; then
      JDK_HOME=$candidate
      return 0
    fi
  done
  for candidate in /usr/lib/jvm/*; do
    if jdk_fits "$candidate" "$1"; then
      major=$(jdk_major "$candidate")
      if ((major > newest)); then
        newest=$major
        JDK_HOME=$candidate
      fi
    fi
  done
  [[ -n $JDK_HOME ]]
}

jdk_socket() { # prints the path of the Docker socket, nothing where the engine is reached otherwise
  local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
  if [[ $host == unix://* ]]; then printf '%s' "${host#unix://}"; fi
}

# Sets JDK_CONTAINER to the `docker run` line that gives a process in a container the same files, network,
# user and Docker socket as here. Paths are the same on both sides: the engine resolves bind mounts on the host.
jdk_container() { # PATH...: folders to mount
  local path socket variable
  JDK_CONTAINER=(docker run --rm --network host --user "$(id -u):$(id -g)" --workdir "$PWD" -e "HOME=$HOME")
  for path in "$@"; do JDK_CONTAINER+=(-v "$path:$path"); done
  socket=$(jdk_socket)
  if [[ -S $socket ]]; then
    JDK_CONTAINER+=(-v "$socket:$socket" --group-add "$(stat -c %g "$socket")")
  fi
  while IFS= read -r variable; do
    JDK_CONTAINER+=(-e "$variable")
  done < <(compgen -e | grep -E '^(HEARTH_|DOCKER_HOST$|TESTCONTAINERS_|CI$)' || true)
}

# The name of the container in which the node of this data folder runs where the machine has no JDK.
jdk_container_name() {
  printf 'hearth-node-%s' "$(printf '%s' "$HEARTH_HOME" | sha256sum | cut -c1-12)"
}
