"""Receives GitHub's webhooks: checks the signature over the bytes as they were sent, and sums up what happened."""

import hashlib
import hmac
import json
import os
import re
from urllib.parse import parse_qs

SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})", re.IGNORECASE)
SECRET = os.environ.get("WEBHOOK_SECRET", "").encode()
if not SECRET:
    raise RuntimeError("register the function with its secret in the environment: WEBHOOK_SECRET")


class Rejected(Exception):
    """The request is not from who shares the secret."""


def handle(event, context):
    check(context.headers.get("x-hub-signature-256"), context.body)
    kind = context.headers.get("x-github-event", "unknown")
    payload = read(context)
    print(f"{kind} delivery={context.headers.get('x-github-delivery', '-')}")
    if kind == "push":
        return pushed(payload)
    repository = payload.get("repository") or {}
    return {"event": kind, "action": payload.get("action"), "repository": repository.get("full_name")}


def check(signature, body):
    """Before anything in the body is believed. The comparison takes as long wherever the difference lies."""
    if signature is None:
        raise Rejected("the header X-Hub-Signature-256 is missing: give the sender the secret")
    found = SIGNATURE.fullmatch(signature)
    if not found:
        raise Rejected("the header X-Hub-Signature-256 is garbled: it must be sha256= and 64 hexadecimal digits")
    expected = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, found[1].lower()):
        raise Rejected("the signature does not fit the body: the sender has another secret, or the body was changed")


def read(context):
    """GitHub sends JSON, or a form with JSON in its field `payload`."""
    if context.content_type.startswith("application/x-www-form-urlencoded"):
        return json.loads(parse_qs(context.body.decode())["payload"][0])
    return json.loads(context.body)


def pushed(payload):
    commits = payload["commits"]
    files = {name for commit in commits for kind in ("added", "modified", "removed") for name in commit.get(kind, ())}
    branch = payload["ref"].removeprefix("refs/heads/")
    return {
        "event": "push",
        "summary": f"{payload['pusher']['name']} pushed {len(commits)} commits to {branch} of {payload['repository']['full_name']}",
        "commits": [f"{commit['id'][:7]} {commit['message'].splitlines()[0]}" for commit in commits],
        "authors": sorted({commit["author"]["name"] for commit in commits}),
        "files": sorted(files),
    }
