# Provides the images: the base of the runtimes, the bridge and the runtimes, each rebuilt only when its sources changed.
# shellcheck shell=bash disable=SC2034 # what is set here is read by the scripts that source this

: "${HEARTH_IMAGES:=hearth}"
: "${HEARTH_BASE_IMAGE:=$HEARTH_IMAGES/base}"
: "${HEARTH_BASE_SUITE:=bookworm}"
: "${HEARTH_PULL_TIMEOUT:=20}"

image_id() { # IMAGE
  docker image inspect --format '{{.Id}}' "$1" 2>/dev/null
}

image_label() { # IMAGE LABEL
  docker image inspect --format "{{index .Config.Labels \"$2\"}}" "$1" 2>/dev/null
}

image_build() { # TAG LABEL=VALUE FOLDER ARGUMENT...
  local tag=$1 label=$2 folder=$3 variable
  local options=("${@:4}")
  for variable in http_proxy https_proxy no_proxy; do
    if [[ -n ${!variable:-} ]]; then options+=(--build-arg "$variable"); fi
  done
  logged docker build --force-rm -t "$tag" --label "$label" "${options[@]}" "$folder"
}

# Prints "URI SUITE" for every binary archive in this machine's apt sources, one-line and deb822 format.
apt_archives() { # FOLDER (default /etc/apt)
  local etc=${1:-/etc/apt} files=()
  mapfile -t files < <(compgen -G "$etc/sources.list" || true; compgen -G "$etc/sources.list.d/*.list" || true)
  if ((${#files[@]})); then
    sed -n 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}//p' "${files[@]}" | awk '{ print $1, $2 }'
  fi
  mapfile -t files < <(compgen -G "$etc/sources.list.d/*.sources" || true)
  if ((${#files[@]})); then awk "$APT_DEB822" "${files[@]}"; fi
}

# shellcheck disable=SC2016 # this is awk
APT_DEB822='
  function flush(  i, j, u, s, nu, ns) {
    if (types ~ /(^| )deb( |$)/ && tolower(enabled) != "no") {
      nu = split(uris, u, " "); ns = split(suites, s, " ")
      for (i = 1; i <= nu; i++) for (j = 1; j <= ns; j++) print u[i], s[j]
    }
    types = uris = suites = enabled = field = ""
  }
  FNR == 1 { flush() }
  /^#/ { next }
  /^[ \t]*$/ { flush(); next }
  /^[^ \t]/ { field = tolower($1); sub(/^[^:]*:[ \t]*/, "") }
  field == "types:" { types = types " " $0 }
  field == "uris:" { uris = uris " " $0 }
  field == "suites:" { suites = suites " " $0 }
  field == "enabled:" { enabled = $1 }
  END { flush() }'

# Prints the first http archive that serves this machine's release; an address with a password in it is never copied.
apt_archive_of() { # SUITE SUFFIX FOLDER
  apt_archives "${3:-}" | awk -v suite="$1$2" '$2 == suite && $1 ~ /^https?:/ && $1 !~ /@/ { print $1; exit }'
}

base_by_pull() { # LABEL
  note 'pulling debian'
  logged timeout "$HEARTH_PULL_TIMEOUT" docker pull "debian:$HEARTH_BASE_SUITE-slim" || return 1
  image_build "$HEARTH_BASE_IMAGE" "$1" "$REPO/docker/base" --build-arg "FROM=debian:$HEARTH_BASE_SUITE-slim"
}

base_by_debootstrap() { # LABEL
  local release='' mirror='' security=''
  can_be_root || fail "the image debian:$HEARTH_BASE_SUITE-slim cannot be pulled and debootstrap needs root: run this as root, or give a Debian image the name $HEARTH_BASE_IMAGE ('docker tag IMAGE $HEARTH_BASE_IMAGE')."
  has debootstrap || apt_install debootstrap debootstrap debian-archive-keyring
  # shellcheck disable=SC1091 # the machine's own description
  release=$(source /etc/os-release && [[ ${ID:-} == debian ]] && printf '%s' "${VERSION_CODENAME:-}") || true
  if [[ -n $release ]]; then
    mirror=$(apt_archive_of "$release" '')
    security=$(apt_archive_of "$release" -security)
  fi
  note 'debootstrap'
  printf 'mirror=%s security=%s\n' "${mirror:-default}" "${security:-none}" >>"$LOG_FILE"
  as_root "$REPO/docker/base/debootstrap.sh" "$HEARTH_BASE_SUITE" "$mirror" "$security" 2>>"$LOG_FILE" |
    logged docker import --change "LABEL $1" --change 'CMD ["bash"]' - "$HEARTH_BASE_IMAGE" ||
    fail "the base image could not be made by debootstrap: check that this machine reaches its Debian mirror, then run this again."
}

# An image of that name without our label was provided by the operator and is kept.
base_ensure() {
  local wanted have
  wanted=$(files_hash -C "$REPO" docker/base)
  if image_id "$HEARTH_BASE_IMAGE" >/dev/null; then
    have=$(image_label "$HEARTH_BASE_IMAGE" hearth.base)
    if [[ -z $have || $have == "$wanted" ]]; then
      STEP_RESULT=present
      return 0
    fi
  fi
  base_by_pull "hearth.base=$wanted" || base_by_debootstrap "hearth.base=$wanted"
  STEP_RESULT=made
}

# Builds a folder as an image unless the label says that it was built from the same files, base and what else is told.
image_ensure() { # TAG FOLDER [COMMAND]: COMMAND makes what the folder's own files do not hold
  local source
  [[ -f $REPO/$2/Dockerfile ]] || fail "$2/Dockerfile is missing: this source tree is not complete, get it again."
  source=$(text_hash "$(files_hash -C "$REPO" "$2")" "$(image_id "$HEARTH_BASE_IMAGE")")
  if [[ -n ${3:-} ]]; then source=$(text_hash "$source" "$(files_hash -C "$REPO" pom.xml)" "$(jdk_identity)"); fi
  if [[ $(image_label "$1" hearth.source) == "$source" ]]; then
    STEP_RESULT=present
    return 0
  fi
  note 'building'
  if [[ -n ${3:-} ]]; then "$3"; fi
  image_build "$1" "hearth.source=$source" "$REPO/$2" --build-arg "BASE=$HEARTH_BASE_IMAGE" ||
    fail "docker build of $2 failed: if it could not install packages, check that containers reach the Debian mirror, then run this again."
  STEP_RESULT=built
}

# The bridge is a static binary alone in its image; it is taken out to stand beside the jars.
bridge_ensure() {
  local file=$REPO/deploy/target/hearth/bridge container
  image_ensure "$HEARTH_IMAGES/bridge:latest" docker/bridge
  if [[ $STEP_RESULT == present && -x $file ]]; then return 0; fi
  mkdir -p "$(dirname "$file")"
  container=$(docker create "$HEARTH_IMAGES/bridge:latest" /bridge 2>>"$LOG_FILE")
  logged docker cp "$container:/bridge" "$file.new" || fail "the image $HEARTH_IMAGES/bridge holds no file /bridge: look at docker/bridge/Dockerfile."
  logged docker rm "$container"
  chmod 0755 "$file.new"
  mv -f "$file.new" "$file"
}

runtime_ensure() { # NAME
  local prepare=''
  if [[ $1 == java ]]; then prepare=java_runtime_build; fi
  image_ensure "$HEARTH_IMAGES/$1:latest" "docker/runtimes/$1" "$prepare"
}

# The jar is Maven's and the JVM a part of the JDK that builds, both put below target/, which no hash of files sees.
java_runtime_build() {
  logged maven -q package -DskipTests -pl docker/runtimes/java ||
    fail 'the java runtime could not be built: the lines below say where; if a package could not be loaded, check that this machine reaches its Maven repository, then run this again.'
  logged jdk_run docker/runtimes/java/jre.sh || fail 'jlink made no JVM for the java runtime: it needs a whole JDK, not a JRE.'
}
