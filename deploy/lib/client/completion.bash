# shellcheck shell=bash disable=SC2154 # _hearth_options and _hearth_verbs stand in front of this in what is printed

_hearth_words() { # WORD LIST
  mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_hearth_files() { # WORD
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_hearth_keys() { # WORD
  if ((COMP_CWORD == 2)); then
    _hearth_words "$1" 'create list delete'
  elif [[ ${COMP_WORDS[2]} == create && $1 == -* ]]; then
    _hearth_words "$1" '--role --expires --help'
  fi
}

_hearth_store() { # WORD
  if ((COMP_CWORD == 2)); then
    _hearth_words "$1" 'check backup restore'
  else
    _hearth_files "$1"
  fi
}

_hearth() {
  local hearth=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _hearth_words "$word" "$_hearth_verbs"
  elif [[ $before == -f || $before == --file ]] && [[ $verb == invoke ]]; then
    _hearth_files "$word"
  elif [[ $before == --runtime ]]; then
    _hearth_words "$word" 'python3 nodejs java native'
  elif [[ $before == --contract ]]; then
    _hearth_words "$word" 'hearth http openwhisk lambda'
  elif [[ $before == --network ]]; then
    _hearth_words "$word" 'none internet'
  elif [[ $before == --function ]]; then
    _hearth_words "$word" "$("$hearth" completion functions 2>/dev/null)"
  elif [[ $before == --state ]]; then
    _hearth_words "$word" 'NEW ADMITTED SCHEDULABLE RUNNING DONE'
  elif [[ $before == --outcome ]]; then
    _hearth_words "$word" 'SUCCESS FAILURE'
  elif [[ $before == --role ]]; then
    _hearth_words "$word" 'admin invoke metrics'
  elif [[ $before == --by ]]; then
    _hearth_words "$word" 'day function month'
  elif [[ $verb == keys ]]; then
    _hearth_keys "$word"
  elif [[ $verb == store ]]; then
    _hearth_store "$word"
  elif [[ $word == -* ]]; then
    _hearth_words "$word" "${_hearth_options[$verb]:-}"
  else
    case $verb in
      deploy | import) _hearth_files "$word" ;;
      invoke | describe | revisions | delete | usage) _hearth_words "$word" "$("$hearth" completion functions 2>/dev/null)" ;;
      wait | cancel) _hearth_words "$word" "$("$hearth" completion calls 2>/dev/null)" ;;
      dead-letters) if ((COMP_CWORD == 2)); then _hearth_words "$word" 'list show redrive purge'; fi ;;
      webhooks) if ((COMP_CWORD == 2)); then _hearth_words "$word" secret; fi ;;
      logs | explain | output) _hearth_words "$word" "$("$hearth" completion functions 2>/dev/null) $("$hearth" completion calls 2>/dev/null)" ;;
      registries) if ((COMP_CWORD == 2)); then _hearth_words "$word" 'add delete'; fi ;;
      help) _hearth_words "$word" "$_hearth_verbs" ;;
      completion) _hearth_words "$word" bash ;;
    esac
  fi
}

complete -F _hearth hearth
