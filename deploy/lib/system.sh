# What set-up needs of the machine: root rights, packages through apt, and a hash of a set of files.
# shellcheck shell=bash

can_be_root() {
  ((EUID == 0)) || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# What to put before a command that needs root.
ROOT=()
if ((EUID != 0)); then ROOT=(sudo -n); fi

as_root() { # COMMAND...
  "${ROOT[@]}" "$@"
}

has() { # COMMAND: on PATH, or where Debian keeps the commands of root
  command -v "$1" >/dev/null || [[ -x /usr/sbin/$1 || -x /sbin/$1 ]]
}

# Installs packages, or ends with a sentence that says what to install by hand.
apt_install() { # WHAT PACKAGE...
  local what=$1
  shift
  has apt-get || fail "$what is missing and this machine has no apt-get: install $what by hand and run this again."
  can_be_root || fail "$what is missing and may not be installed without root: run 'sudo apt-get install $*' and then this again."
  note "installing $*"
  if ! logged apt_get install "$@"; then
    logged apt_get update || fail "apt-get update failed: check this machine's package sources and network, then run this again."
    logged apt_get install "$@" || fail "apt-get could not install $*: install $what by hand and run this again."
  fi
}

apt_get() { # SUBCOMMAND...
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get -q -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 --no-install-recommends "$@" </dev/null
}

alive() { # PID: runs; a dead process that nobody has waited for yet does not
  local line
  { [[ -n $1 ]] && read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  [[ ${line##*) } != [ZX]* ]]
}

need() { # COMMAND PACKAGE
  has "$1" || apt_install "the command $1" "$2"
}

# One hash over names, modes and contents of all files below the given paths; what builds leave behind does not count.
files_hash() { # PATH...
  tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --exclude=target --exclude=__pycache__ --exclude=node_modules --exclude='*.swp' \
    -cf - "$@" 2>/dev/null | sha256sum | cut -c1-16
}

text_hash() { # TEXT...
  printf '%s\n' "$@" | sha256sum | cut -c1-16
}
