# Help texts: one file for each command in help/, from which usage, options for completion and docs/cli.md are taken.
# shellcheck shell=bash

help_file() { # VERB
  printf '%s/help/%s.txt' "$CLIENT" "$1"
}

# The lines from `usage:` to the next empty one.
help_usage() { # VERB
  local line on=false
  while IFS= read -r line; do
    if [[ $line == usage:* ]]; then on=true; fi
    if $on; then
      [[ -n $line ]] || return 0
      printf '%s\n' "$line"
    fi
  done <"$(help_file "$1")"
}

# Every word of the options' column, which begins two blanks in: short and long forms.
help_options() { # VERB
  local line word
  while IFS= read -r line; do
    if [[ $line == '  -'* ]]; then
      for word in ${line%%   *}; do
        word=${word%,}
        if [[ $word == -* ]]; then printf '%s\n' "$word"; fi
      done
    fi
  done <"$(help_file "$1")"
}

help_exit() { # VERB
  cat "$(help_file "$1")"
  exit 0
}

help_main() { # [--markdown | VERB]
  local near
  case ${1:-} in
    '' | help) cat "$(help_file hearth)" ;;
    --markdown) help_markdown ;;
    *)
      if [[ $1 =~ ^[a-z]+(-[a-z]+)?$ && -f $(help_file "$1") ]]; then help_exit "$1"; fi
      near=$(nearest "$1" "${CLIENT_VERBS[*]} ${SERVER_VERBS[*]}")
      printf 'hearth: there is no help on %s%s.\n' "$(shown "$1")" "${near:+, but on $near}" >&2
      exit 2
      ;;
  esac
}

# docs/cli.md: `deploy/hearth help --markdown > docs/cli.md` writes it anew, and a test compares.
help_markdown() {
  local verb
  printf '# The command line\n\nWritten by \140deploy/hearth help --markdown\140 from the texts that \140hearth help\140 prints.\n\n'
  markdown_block "$(help_file hearth)"
  for verb in "${CLIENT_VERBS[@]}" "${SERVER_VERBS[@]}"; do
    printf '\n## hearth %s\n\n' "$verb"
    head -n 1 "$(help_file "$verb")"
    printf '\n'
    markdown_block <(tail -n +3 "$(help_file "$verb")")
  done
}

markdown_block() { # FILE
  printf '\140\140\140\n'
  cat "$1"
  printf '\140\140\140\n'
}

unknown_verb() { # WORD
  local near
  near=$(nearest "$1" "${CLIENT_VERBS[*]} ${SERVER_VERBS[*]} help")
  printf 'hearth: there is no command %s%s\n' "$(shown "$1")" "$(if [[ -n $near ]]; then printf ': did you mean %s?' "$near"; else printf .; fi)" >&2
  printf '%s\n' "'hearth help' lists them." >&2
  exit 2
}
