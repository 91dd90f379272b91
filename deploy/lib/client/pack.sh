# What a file or folder is: its runtime, its Content-Type, and a folder's archive.
# shellcheck shell=bash disable=SC2034 # CODE and the like are read by the scripts that source this

# Fills CODE (the file to send), CODE_TYPE, and RUNTIME and NAME where they are not given.
code_of() { # FILE|FOLDER
  [[ -n $1 ]] || misused 'the name of the file or folder is empty'
  [[ -e $1 ]] || die 1 "there is no file or folder $(shown "$1")."
  [[ -r $1 ]] || die 1 "$(shown "$1") cannot be read: look at its permissions."
  if [[ -d $1 ]]; then code_of_folder "$1"; else code_of_file "$1"; fi
}

code_of_file() { # FILE
  CODE=$1 CODE_TYPE=''
  # curl takes a lone `-` for standard input.
  if [[ $CODE != /* ]]; then CODE=./$CODE; fi
  case $1 in
    *.zip) CODE_TYPE=application/zip ;;
    *.tar.gz | *.tgz) CODE_TYPE=application/gzip ;;
    *.py)
      CODE_TYPE=text/x-python
      : "${RUNTIME:=python3}"
      ;;
    *.js | *.cjs | *.mjs)
      CODE_TYPE=text/javascript
      : "${RUNTIME:=nodejs}"
      ;;
    *.java)
      CODE_TYPE=text/x-java
      : "${RUNTIME:=java}"
      ;;
    *.so)
      CODE_TYPE=application/octet-stream
      : "${RUNTIME:=native}"
      ;;
    *.jar)
      CODE_TYPE=application/zip
      : "${RUNTIME:=java}"
      ;;
  esac
  if [[ -z $CODE_TYPE ]] && is_compiled "$1"; then
    CODE_TYPE=application/octet-stream
    : "${RUNTIME:=native}"
  fi
  if [[ $CODE_TYPE == application/* ]]; then
    [[ -n $RUNTIME ]] || runtime_of_names "$1" < <(archive_names "$1")
  elif [[ -z $RUNTIME ]]; then
    die 2 "the ending of $(shown "$1") tells no runtime: add --runtime python3, nodejs, java or native."
  fi
  name_from "$1"
}

# Programs have no ending: they are told by how every ELF file begins.
is_compiled() { # FILE
  [[ $(head -c 4 -- "$1" | od -An -c) == ' 177   E   L   F' ]]
}

archive_names() { # ARCHIVE
  # Nothing of coreutils reads a zip: for that the runtime has to be said.
  case $1 in *.tar.gz | *.tgz) tar -tzf "$1" 2>/dev/null || true ;; esac
}

code_of_folder() { # FOLDER
  [[ -n $RUNTIME ]] || runtime_of_names "$1" < <(ls -A -- "$1")
  CODE=$WORK/code.tar.gz CODE_TYPE=application/gzip
  pack "$1" >"$CODE" || die 1 "the folder $(shown "$1") cannot be packed: $(head -c 500 "$WORK/tar")"
  name_from "$(cd -- "$1" && pwd)"
}

# The same folder gives the same bytes, so that the node sees when nothing has changed.
pack() { # FOLDER
  tar -C "$1" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --hard-dereference \
    --exclude=./.git --exclude=__pycache__ --exclude='*.pyc' --exclude='node_modules/.bin' -cf - . 2>"$WORK/tar" | gzip -n
}

# Reads names, one a line, and takes the runtime from the one that the default handler `main.handle` needs.
runtime_of_names() { # WHAT
  local name python='' node='' java='' native='' others=''
  while IFS= read -r name; do
    case ${name#./} in
      main.py) python=main.py ;;
      main.js | main.mjs | main.cjs | index.js | index.mjs | index.cjs) node=${name#./} ;;
      Main.java | Main.class) java=${name#./} ;;
      main.so | libmain.so) native=${name#./} ;;
      *.py | *.js) others+=" ${name#./}" ;;
    esac
    # A handler that is named `FILE.FUNCTION` says which file counts.
    case ${name#./} in
      "${HANDLER%.*}.py") RUNTIME=python3 ;;
      "${HANDLER%.*}.js" | "${HANDLER%.*}.cjs" | "${HANDLER%.*}.mjs") RUNTIME=nodejs ;;
      "${HANDLER%.*}.java" | "${HANDLER%.*}.class") RUNTIME=java ;;
      "${HANDLER%.*}.so") RUNTIME=native ;;
    esac
  done
  [[ -z $RUNTIME ]] || return 0
  if [[ -n $python && -n $node ]]; then
    die 2 "$(shown "$1") holds main.py and $node: say which it is, with --runtime python3 or --runtime nodejs."
  elif [[ -n $python ]]; then
    RUNTIME=python3
  elif [[ -n $node ]]; then
    RUNTIME=nodejs
    if [[ $node == index.* && -z $HANDLER ]]; then HANDLER=index.handle; fi
  elif [[ -n $java ]]; then
    RUNTIME=java
  elif [[ -n $native ]]; then
    RUNTIME=native
  elif [[ -n $others ]]; then
    die 2 "$(shown "$1") has no main.py, main.js or index.js, but$others: name the one to call, for example --handler NAME.handle"
  else
    die 2 "$(shown "$1") has no main.py, main.js or index.js at its top: a function needs one, or --runtime and --handler."
  fi
}

name_from() { # PATH
  local base=${1##*/}
  [[ -z $NAME ]] || return 0
  base=${base%.tar.gz}
  if [[ ! -d $1 ]]; then base=${base%.*}; fi
  NAME=${base,,}
  NAME=${NAME//[ .]/-}
  if [[ ! $NAME =~ ^[a-z0-9][a-z0-9_-]{0,62}$ ]]; then
    die 2 "$(shown "$base") is no name for a function: give one with --name, of a-z, 0-9, _ and -."
  fi
}
