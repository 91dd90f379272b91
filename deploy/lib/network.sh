# The firewall that a node puts around functions with a network.
# shellcheck shell=bash

# Removes a node's chains and links. Its containers are gone by now.
network_remove() { # NODE_ID
  local tag table rule device
  has iptables-save && has ip || return 0
  tag=$(printf '%s' "$1" | sha256sum | cut -c 1-6)
  for table in filter nat; do
    while IFS= read -r rule; do
      # shellcheck disable=SC2086 # a rule is words
      as_root iptables -w -t "$table" -D ${rule#-A }
    done < <(as_root iptables-save -t "$table" 2>/dev/null | grep -e "-j HEARTH-$tag-" || true)
    while IFS= read -r rule; do
      as_root iptables -w -t "$table" -F "$rule"
      as_root iptables -w -t "$table" -X "$rule"
    done < <(as_root iptables-save -t "$table" 2>/dev/null | sed -n "s/^:\\(HEARTH-$tag-[A-Z]*\\) .*/\\1/p")
  done
  for device in "/sys/class/net/hn$tag"*; do
    if [[ -e $device ]]; then as_root ip link del "${device##*/}" || true; fi
  done
}
