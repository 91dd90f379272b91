# Head and worker in containers of the image hearth/node, as compose.yaml runs them on this machine's engine.
# shellcheck shell=bash disable=SC2154 # status, output and stderr are what `run` leaves

load rig

setup_file() {
  COMPOSE=$SUITE/compose
  export COMPOSE
  mkdir -p "$COMPOSE/head" "$COMPOSE/worker"
  "$REPO/docker/node/build.sh" hearth/node-test:latest >"$COMPOSE/build.log" 2>&1 || {
    tail -n 20 "$COMPOSE/build.log" >&2
    return 1
  }
  local first
  first=$(free_ports 12)
  HEAD_PORT=$((first + 10)) WORKER_PORT=$((first + 11))
  export HEAD_PORT WORKER_PORT
  cat >"$COMPOSE/env" <<ENV
COMPOSE_PROJECT_NAME=hearthbats$RANDOM
HEARTH_NODE_IMAGE=hearth/node-test:latest
HEARTH_HEAD_DATA=$COMPOSE/head
HEARTH_WORKER_DATA=$COMPOSE/worker
HEARTH_HEAD_CLUSTER_PORT=$first
HEARTH_WORKER_CLUSTER_PORT=$((first + 4))
HEARTH_GATEWAY_PORT=$HEAD_PORT
HEARTH_INVOKER_LISTEN=127.0.0.1:$WORKER_PORT
HEARTH_INVOKER_MEMORY=1GiB
HEARTH_INVOKER_ADOPT_GRACE=3m
HEARTH_BOOT_TIMEOUT=3m
HEARTH_START_TIMEOUT=2m
ENV
}

teardown_file() {
  local id ids=()
  compose down --volumes --timeout 45 >/dev/null 2>&1 || true
  # What the worker left to its next life.
  id=$(cat "$COMPOSE/worker/node.id" 2>/dev/null || true)
  if [[ -n $id ]]; then mapfile -t ids < <(docker ps -aq --filter "label=hearth.node=$id"); fi
  if ((${#ids[@]})); then docker rm -f "${ids[@]}" >/dev/null; fi
  docker rmi hearth/node-test:latest >/dev/null 2>&1 || true
}

compose() { # ARGUMENT...
  docker-compose --env-file "$COMPOSE/env" --project-directory "$REPO/deploy/compose" "$@"
}

free_ports() { # COUNT: the first of so many in a row
  python3 - "$1" <<'CODE'
import random, socket, sys
def free(port):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
while True:
    first = random.randrange(20000, 30000)
    if all(free(first + i) for i in range(int(sys.argv[1]))):
        print(first)
        break
CODE
}

answers() { # URL: until it does
  local deadline=$((SECONDS + 180))
  until curl -q -fsS -m 3 -o /dev/null "$1" 2>/dev/null; do
    if ((SECONDS > deadline)); then
      compose logs --tail=20 >&2
      return 1
    fi
    sleep 0.3
  done
}

@test "every variable of the compose file stands in env.example, and no other" {
  run diff <(grep -oE '\$\{[A-Z_]+' "$REPO/deploy/compose/compose.yaml" | cut -c 3- | sort -u) \
    <(sed -n 's/^#\([A-Z_]*\)=.*/\1/p' "$REPO/deploy/compose/env.example" | grep -vE '^(COMPOSE_|HEARTH_JAVA_OPTS)' | sort -u)
  is "$output" ''
  COMPOSE_PROFILES=postgres,registry,monitoring compose config --quiet
}

@test "a function runs through a head and a worker in containers, and is warm after the worker's restart" {
  local url=http://127.0.0.1:$HEAD_PORT
  compose up -d head
  answers "$url/health/live"
  printf 'HEARTH_CLUSTER_TOKEN=%s\n' "$(compose exec -T head hearth certs token 2>/dev/null)" >>"$COMPOSE/env"
  compose up -d worker
  answers "http://127.0.0.1:$WORKER_PORT/health/ready"
  answers "$url/health/ready"
  printf 'def handle(event, context):\n    return {"words": len(event.split())}\n' >words.py
  curl -q -fsS -T words.py "$url/v1/functions/words?runtime=python3&memory=64MiB&timeout=20s&wait=60s" >/dev/null
  is "$(curl -q -fsS -H 'Content-Type: text/plain' -d 'one two three' "$url/v1/functions/words/invoke")" '{"words":3}'

  compose restart --timeout 45 worker
  answers "http://127.0.0.1:$WORKER_PORT/health/ready"
  answers "$url/health/ready"
  curl -q -fsS -D head.txt -o answer -H 'Content-Type: text/plain' -d 'one two' "$url/v1/functions/words/invoke"
  holds "$(tr -d '\r' <head.txt)" 'Hearth-Start: warm'
  is "$(<answer)" '{"words":2}'
  holds "$(curl -q -fsS "http://127.0.0.1:$WORKER_PORT/metrics")" 'hearth_node_ready 1.0'
}
