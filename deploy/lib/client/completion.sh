# `hearth completion bash`: a script of bash's own functions; only names and ids are asked of the node.
# shellcheck shell=bash

client_completion() {
  case ${1:-} in
    -h | --help) help_exit completion ;;
    bash) completion_script ;;
    functions | calls) completion_words "$1" ;;
    '') misused 'say for which shell: bash' ;;
    *) misused "there is no completion for $(shown "$1"), only for bash" ;;
  esac
}

# Whatever goes wrong there are no words, and nothing is said: this runs while somebody types.
completion_words() { # functions|calls
  local path='/v1/functions?limit=1000' row
  if [[ $1 == calls ]]; then path='/v1/invocations?limit=20'; fi
  node_curl "$path" --connect-timeout 0.5 -m 1 -f -o "$WORK/words" >/dev/null 2>&1 || exit 0
  while IFS= read -r row; do
    row=${row%% *}
    if [[ $row == [a-z0-9]* ]]; then printf '%s\n' "$row"; fi
  done <"$WORK/words"
}

completion_script() {
  local verb
  printf '# Completion for bash: source <(hearth completion bash)\n'
  printf 'declare -gA _hearth_options=(\n'
  for verb in "${CLIENT_VERBS[@]}"; do printf "  [%s]='%s'\n" "$verb" "$(help_options "$verb" | tr '\n' ' ')"; done
  printf ')\n'
  printf "_hearth_verbs='%s'\n" "${CLIENT_VERBS[*]} ${SERVER_VERBS[*]} help"
  cat "$CLIENT/completion.bash"
}
