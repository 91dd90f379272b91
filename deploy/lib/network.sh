# The firewall that a node puts around functions with a network.
# shellcheck shell=bash

# Removes a node's chains and links. Its containers are gone by now.
network_remove() { # NODE_ID
  local tag table device address
  has iptables-save && has ip || return 0
  tag=$(printf '%s' "$1" | sha256sum | cut -c 1-6)
  for table in raw nat filter; do
    # In one step: what leads to the chains, then the chains, empty, since some lead to others.
    as_root iptables-save -t "$table" 2>/dev/null | awk -v table="$table" -v own="HEARTH-$tag-" '
      index($0, ":" own) == 1 { chains[++n] = substr($1, 2) }
      /^-A / && index($0, "-A " own) != 1 && index($0, "-j " own) { sub(/^-A/, "-D"); jumps[++m] = $0 }
      END {
        if (n + m == 0) exit
        print "*" table
        for (i = 1; i <= n; i++) print ":" chains[i] " - [0:0]"
        for (i = 1; i <= m; i++) print jumps[i]
        for (i = 1; i <= n; i++) print "-X " chains[i]
        print "COMMIT"
      }' | as_root iptables-restore -w --noflush
  done
  while read -r _ _ _ address _; do
    as_root ip addr del "$address" dev lo
  done < <(ip -o addr show dev lo label "lo:$tag" 2>/dev/null || true)
  for device in "/sys/class/net/hn$tag"*; do
    if [[ -e $device ]]; then as_root ip link del "${device##*/}" || true; fi
  done
}
