# Guesses the Content-Type of an event: a wrong guess is mended with --type.
# shellcheck shell=bash

JSON_TYPE=application/json
TEXT_TYPE='text/plain; charset=utf-8'
BYTES_TYPE=application/octet-stream
# So much of a file is looked at.
TYPE_BYTES=4096

# Nothing for an ending that does not say it.
type_of_ending() { # FILE
  case ${1,,} in
    *.json) printf '%s' "$JSON_TYPE" ;;
    *.csv) printf 'text/csv; charset=utf-8' ;;
    *.txt | *.md | *.log) printf '%s' "$TEXT_TYPE" ;;
    *.html | *.htm) printf 'text/html; charset=utf-8' ;;
    *.xml) printf 'application/xml' ;;
    *.png | *.jpg | *.jpeg | *.gif | *.webp) printf 'image/%s' "$(type_of_picture "${1,,}")" ;;
  esac
}

type_of_picture() { # FILE
  local ending=${1##*.}
  printf '%s' "${ending/jpg/jpeg}"
}

type_of_bytes() { # FILE
  if is_text "$1"; then type_of_text "$1"; else printf '%s' "$BYTES_TYPE"; fi
}

# JSON where it begins and ends like it: `[note] call me` is text.
type_of_text() { # FILE
  local first last both
  first=$(head -c "$TYPE_BYTES" -- "$1" | tr -d '\000-\040' | head -c 1)
  last=$(tail -c "$TYPE_BYTES" -- "$1" | tr -d '\000-\040' | tail -c 1)
  both=$first$last
  if [[ $both == '{}' || $both == '[]' || $both == '""' ]] || is_json_word "$1"; then
    printf '%s' "$JSON_TYPE"
  else
    printf '%s' "$TEXT_TYPE"
  fi
}

is_json_word() { # FILE
  local word
  if (($(stat -L -c %s -- "$1") > 64)); then return 1; fi
  word=$(tr -d '\000' <"$1")
  [[ $word =~ ^[[:space:]]*(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)[[:space:]]*$ ]]
}

# Text is UTF-8 without control characters but blanks and line ends. In UTF-8 every byte but those of 0x80 to 0xBF
# begins a character, so that as many characters are read as such bytes are there; one may be cut off at the end.
is_text() { # FILE
  local begun read
  if [[ -n $(head -c "$TYPE_BYTES" -- "$1" | LC_ALL=C tr -d '\11-\15\40-\176\200-\377' | head -c 1 | od -An -c) ]]; then return 1; fi
  begun=$(head -c "$TYPE_BYTES" -- "$1" | LC_ALL=C tr -d '\200-\277' | wc -c)
  read=$(head -c "$TYPE_BYTES" -- "$1" | LC_ALL=C.UTF-8 wc -m)
  ((begun - read <= 1 && (begun == read || $(stat -L -c %s -- "$1") > TYPE_BYTES)))
}
