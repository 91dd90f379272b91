#!/usr/bin/env bash
# Makes a small Debian root file system with debootstrap and writes it to standard output as a tar archive (needs root).
# usage: debootstrap.sh SUITE MIRROR SECURITY_MIRROR   (an empty mirror means: debootstrap's default, no security archive)
set -euo pipefail

suite=$1 mirror=$2 security=$3
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d "${TMPDIR:-/var/tmp}/hearth-base.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

bootstrap() {
  local options=(--variant=minbase)
  if [[ -r $keyring ]]; then options+=("--keyring=$keyring"); fi
  if [[ $mirror$security == *https:* ]]; then options+=(--include=ca-certificates); fi
  debootstrap "${options[@]}" "$suite" "$root" ${mirror:+"$mirror"} >&2
}

# Later `apt-get install` in an image build uses the archives this machine uses.
write_sources() {
  local main=$mirror
  if [[ -z $main ]]; then main=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list"); fi
  rm -f "$root/etc/apt/sources.list"
  {
    source_entry "$main" "$suite" "$suite-updates"
    if [[ -n $security ]]; then source_entry "$security" "$suite-security"; fi
  } >"$root/etc/apt/sources.list.d/debian.sources"
}

source_entry() { # URI SUITE...
  local uri=$1
  shift
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' "$uri" "$*" "$keyring"
}

# What an image never needs: package lists and caches, manuals, translations, and the same of later packages.
slim() {
  cat >"$root/etc/dpkg/dpkg.cfg.d/hearth" <<'CONFIG'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
CONFIG
  cat >"$root/etc/apt/apt.conf.d/hearth" <<'CONFIG'
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb || true"; };
CONFIG
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root/usr/share/doc" -type l ! -name copyright -delete
  find "$root/usr/share/doc" -depth -type d -empty -delete
  # Packages with alternatives link their manuals into these folders and fail where there are none.
  find "$root/usr/share/man" ! -type d -delete
  mkdir -p "$root"/usr/share/man/man{1,2,3,4,5,6,7,8}
  rm -rf "$root"/usr/share/{info,locale}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* \
    "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old "$root"/var/log/*.log "$root"/var/log/apt/*
  rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
  mkdir -p "$root"/var/lib/apt/lists/partial "$root"/var/cache/apt/archives/partial
}

bootstrap
write_sources
slim
tar --numeric-owner --one-file-system -C "$root" -cf - .
