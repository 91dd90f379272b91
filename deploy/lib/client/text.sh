# Words, tables and terminals: quoting for a URL or for the eye, the nearest of some words, columns by their heads.
# shellcheck shell=bash

# Percent-encodes a text's bytes, so that it is one path segment or one value of a query.
encoded() { # TEXT
  local LC_ALL=C text=$1 out='' letter i
  for ((i = 0; i < ${#text}; i++)); do
    letter=${text:i:1}
    case $letter in
      [a-zA-Z0-9._~-]) out+=$letter ;;
      *)
        printf -v letter '%%%02X' "'$letter"
        # Bytes above 127 count as negative numbers.
        out+=%${letter: -2}
        ;;
    esac
  done
  printf '%s' "$out"
}

# In quotes and without control characters, so that a sentence shows where the text begins and ends.
shown() { # TEXT
  local text=${1//[[:cntrl:]]/?}
  if ((${#text} > 80)); then text=${text:0:80}...; fi
  printf "'%s'" "$text"
}

# Prints the word that is fewest edits away, if those are few enough for a slip of the fingers.
nearest() { # WORD CANDIDATES
  local candidate best='' least=3 steps
  for candidate in $2; do
    steps=$(edits "$1" "$candidate")
    if ((steps < least && steps < ${#candidate} - 1)); then
      least=$steps
      best=$candidate
    fi
  done
  printf '%s' "$best"
}

edits() { # WORD WORD: Levenshtein's distance, or 99 where it cannot be small
  local a=$1 b=$2 i j cost above corner row=()
  if ((${#a} > 40 || ${#b} > 40)); then
    printf 99
    return
  fi
  for ((j = 0; j <= ${#b}; j++)); do row[j]=$j; done
  for ((i = 1; i <= ${#a}; i++)); do
    corner=${row[0]}
    row[0]=$i
    for ((j = 1; j <= ${#b}; j++)); do
      above=${row[j]}
      cost=$corner
      if [[ ${a:i-1:1} != "${b:j-1:1}" ]]; then cost=$((1 + (above < corner ? above : corner))); fi
      if ((row[j - 1] + 1 < cost)); then cost=$((row[j - 1] + 1)); fi
      row[j]=$cost
      corner=$above
    done
  done
  printf '%s' "${row[${#b}]}"
}

# The node's tables align their columns, and a cell may be empty: a cell is found by where its head stands.
# Sets COLUMN to the column's first position and COLUMN_END to its last one.
column() { # HEADS HEAD
  local before=${1%%"$2"*} rest
  COLUMN=${#before}
  rest=${1:COLUMN + ${#2}}
  rest=${rest%%[! ]*}
  COLUMN_END=$((COLUMN + ${#2} + ${#rest}))
  # The last column has no end.
  if ((COLUMN + ${#2} >= ${#1})); then COLUMN_END=100000; fi
}

cell() { # ROW: sets CELL to what stands in the column, without the blanks behind it
  CELL=${1:COLUMN:COLUMN_END - COLUMN}
  CELL=${CELL%"${CELL##*[! ]}"}
}

# What stands in a description behind its first `NAME  `.
field() { # FILE NAME
  local line
  while IFS= read -r line; do
    if [[ $line == "$2 "* ]]; then
      line=${line#"$2"}
      printf '%s' "${line#"${line%%[! ]*}"}"
      return
    fi
  done <"$1"
}

# Invocation ids are 26 letters and digits, of which the first cannot be a letter.
is_id() { # TEXT
  [[ $1 =~ ^[0-9][0-9a-hjkmnp-tv-z]{25}$ ]]
}

human_bytes() { # COUNT
  if (($1 < 1024)); then
    printf '%d bytes' "$1"
  elif (($1 < 1048576)); then
    printf '%d KiB' $(($1 / 1024))
  else
    printf '%d.%d MiB' $(($1 / 1048576)) $(($1 % 1048576 * 10 / 1048576))
  fi
}

# Sets NODE_NAMES from the table of nodes in ANSWER.
node_names() {
  local name rest
  NODE_NAMES=()
  while read -r name rest; do
    if [[ $name != NODE ]]; then NODE_NAMES+=("$name"); fi
  done <"$ANSWER"
}

# Ends where there is no such function. A key that may only call functions may not ask: then the name is taken for good.
must_exist() { # NAME
  request GET "/v1/functions/$(encoded "$1")"
  if [[ $STATUS != 2* && $STATUS != 403 ]]; then refused; fi
}

# Sets CALL to the id itself, or to that of the function's last call.
find_call() { # ID|NAME
  local row
  if is_id "$1"; then
    CALL=$1
    return
  fi
  fetch "/v1/invocations?function=$(encoded "$1")&limit=1"
  row=$(tail -n +2 "$ANSWER")
  CALL=${row%% *}
  is_id "$CALL" || must_exist "$1"
  is_id "$CALL" || die 1 "no call of the function $1 is on record: it was not called yet, or newer calls of others took the room (records.sync-count)."
}
