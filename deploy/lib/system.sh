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

# The file by which Debian asks whether an installed service may start; set while we forbid it.
SERVICE_POLICY=''

service_starts_forbid() { # a policy that stands there already is its owner's affair
  if can_be_root && [[ ! -e /usr/sbin/policy-rc.d ]]; then
    SERVICE_POLICY=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$SERVICE_POLICY" >/dev/null
    as_root chmod 755 "$SERVICE_POLICY"
  fi
}

service_starts_allow() { # again; does nothing when we did not forbid it
  if [[ -n $SERVICE_POLICY ]]; then as_root rm -f "$SERVICE_POLICY"; fi
  SERVICE_POLICY=''
}

# As need, for a package whose service is not wanted, now or at the next boot. Who uses it allows starts again at exit.
need_without_service() { # COMMAND PACKAGE, which is the service's name too
  if has "$1"; then return 0; fi
  service_starts_forbid
  need "$1" "$2"
  service_starts_allow
  if [[ -d /run/systemd/system ]]; then logged as_root systemctl disable "$2"; fi
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
