#!/usr/bin/env bats
# invoke --async, wait, cancel, output, dead-letters, invocations, webhooks: what is asked of the node, and what is made of its answers

# shellcheck disable=SC2154 # output, stderr and status are what `gives` leaves
load rig

ID=01m7ytttx5br357fp07bgszgxw
OTHER=01m7ytttx5br357fp07bgszgx9

@test "invoke --async prints the id and hands on every option" {
  stand_in later
  gives 0 invoke --async f -d '{"a":1}' --timeout 2s --retries 3 --backoff 100ms --delay 1m --not-before 2030-01-01T00:00:00Z \
    --expires-after 1h --on-success function:g --on-failure 'https://a.example/b?c=d' --idempotency-key 'order 7' -H 'X-A: b'
  is "$output" "$ID"
  holds "$(asked)" 'POST /v1/functions/f/invocations?timeout=2s&retries=3&backoff=100ms&delay=1m&notBefore=2030-01-01T00%3A00%3A00Z&expiresAfter=1h&onSuccess=function%3Ag&onFailure=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd' \
    'Idempotency-Key: order 7' 'Content-Type: application/json' 'X-A: b' 'body 7'
  gives 0 invoke f --async
  is "$output" "$ID"
  holds "$(asked)" 'POST /v1/functions/f/invocations
'
}

@test "options of asynchronous calls are refused without --async, and --queue with it" {
  local option
  for option in --timeout --retries --backoff --delay --not-before --expires-after --on-success --on-failure --idempotency-key; do
    gives 2 invoke f "$option" 1s
    holds "$stderr" "$option is for calls that are not waited for: add --async"
    gives 2 invoke --async f "$option"
    holds "$stderr" "the option $option needs a value"
  done
  gives 2 invoke --async f --queue 1s
  holds "$stderr" --expires-after
  gives 2 invoke --async f --idempotency-key $'a\nb'
}

@test "what the node refuses of an asynchronous call goes to stderr" {
  stand_in unknown
  gives 1 invoke --async f
  is "$output" ''
  holds "$stderr" NOT_FOUND
  stand_in stranger
  gives 1 invoke --async f
  holds "$stderr" 'HTTP status 404'
}

@test "wait prints each that is done, and fails when one has failed" {
  stand_in later
  gives 1 wait "$ID" "$OTHER"
  is "$output" "$ID  SUCCESS"$'\n'"$OTHER  TIMEOUT"
  holds "$stderr" '1 of them failed' 'hearth explain'
  is "$(asked | grep -c 'POST /v1/invocations/wait')" 2
}

@test "wait --any ends with the first one" {
  stand_in later
  gives 0 wait --any --timeout 1m "$ID" "$OTHER"
  is "$output" "$ID  SUCCESS"
}

@test "wait ends with 4 when the time is over" {
  stand_in nobody
  gives 4 wait --timeout 0s "$ID"
  holds "$stderr" "not done: $ID"
  gives 4 wait --timeout=1 "$ID"
  is "$output" ''
}

@test "wait says what the node refuses in the node's words" {
  stand_in unknown
  gives 1 wait "$ID"
  is "$stderr" 'NOT_FOUND: no record of invocation x'
}

@test "what is no id and no time is refused before the node is asked" {
  gives 2 wait nonsense
  holds "$stderr" "'nonsense' is not the id" 'usage: hearth wait'
  gives 2 wait --timeout soon "$ID"
  holds "$stderr" "--timeout 'soon'"
  gives 2 wait --timeout
  gives 2 cancel "$ID" x
  gives 2 cancel
}

@test "cancel asks for each of them" {
  stand_in later
  gives 0 cancel "$ID" "$OTHER"
  is "$output" "DELETE /v1/invocations/$ID done"$'\n'"DELETE /v1/invocations/$OTHER done"
  stand_in unknown
  gives 1 cancel "$ID"
  holds "$stderr" NOT_FOUND
}

@test "output prints the bytes and nothing else" {
  stand_in later
  gives 0 output "$ID"
  is "$output" 'the output'
  holds "$(asked)" "GET /v1/invocations/$ID/output"
  hearth output "$ID" >bytes
  is "$(wc -c <bytes)" 10
}

@test "dead letters are listed, shown, run anew and dropped" {
  stand_in later
  gives 0 dead-letters
  holds "$output" 'GET /v1/dead-letters done'
  gives 0 dead-letters list --function f --outcome TIMEOUT --limit=3 --before "$ID"
  holds "$output" "GET /v1/dead-letters?function=f&outcome=TIMEOUT&limit=3&before=$ID done"
  gives 0 dead-letters --function f
  holds "$output" 'GET /v1/dead-letters?function=f done'
  gives 0 dead-letters show "$ID"
  holds "$output" "invocation  $ID"
  gives 0 dead-letters redrive "$ID" "$OTHER"
  is "$output" "POST /v1/dead-letters/$ID/redrive done"$'\n'"POST /v1/dead-letters/$OTHER/redrive done"
  gives 0 dead-letters redrive --function 'a b'
  holds "$output" 'POST /v1/dead-letters/redrive?function=a%20b done'
  gives 0 dead-letters purge "$ID"
  holds "$output" "DELETE /v1/dead-letters/$ID done"
  gives 0 dead-letters purge --all
  holds "$output" 'DELETE /v1/dead-letters?all=true done'
}

@test "nothing is run anew or dropped without saying what" {
  gives 2 dead-letters purge
  holds "$stderr" 'an id, --all or --function NAME is missing'
  gives 2 dead-letters redrive
  gives 2 dead-letters purge --all "$ID"
  gives 2 dead-letters purge --al
  gives 2 dead-letters frobnicate
  gives 2 dead-letters show
}

@test "invocations are listed by function and state" {
  stand_in later
  gives 0 invocations
  holds "$(asked)" $'GET /v1/invocations\n'
  gives 0 invocations --function f --state DONE --limit=5 --before "$ID"
  holds "$(asked)" "GET /v1/invocations?function=f&state=DONE&limit=5&before=$ID"
  gives 2 invocations f
  gives 2 invocations --function
}

@test "the signing secret is printed alone, by a real node" {
  gives 0 webhooks secret
  [[ $output =~ ^whsec_[0-9a-f]{64}$ ]]
  local secret=$output
  gives 0 webhooks secret
  is "$output" "$secret"
  gives 2 webhooks
  gives 2 webhooks keys
}
