-- Asynchronous invocations from their acceptance on, and records of synchronous ones that are kept. Times are Unix
-- milliseconds, 0 = has not happened.
-- state is QUEUED until it is DONE; whether an attempt runs is told by the rows of attempt.
-- waits is the time from the moment in which due_at was set to due_at, -1 when due_at was given as a date: by it a clock
-- that was set back is known.
-- cause is the failure as JSON, empty for a success and before the end. dead is 1 while it is a dead letter.
CREATE TABLE invocation (
    id           TEXT   NOT NULL PRIMARY KEY,
    namespace    TEXT   NOT NULL,
    function     TEXT   NOT NULL,
    revision     TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    memory       BIGINT NOT NULL,
    networked    BIGINT NOT NULL,
    mode         TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    outcome      TEXT   NOT NULL,
    cause        TEXT   NOT NULL,
    submitted_at BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    waits        BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    dead         BIGINT NOT NULL,
    bytes_in     BIGINT NOT NULL,
    terms        TEXT   NOT NULL
);

CREATE INDEX invocation_queued ON invocation (revision, due_at, id) WHERE state = 'QUEUED';
CREATE INDEX invocation_expiring ON invocation (expires_at) WHERE state = 'QUEUED' AND expires_at > 0;
CREATE INDEX invocation_function ON invocation (namespace, function, id);
CREATE INDEX invocation_dead ON invocation (id) WHERE dead = 1;
CREATE INDEX invocation_ended ON invocation (ended_at) WHERE state = 'DONE';

-- What the function is called with; kept until it has succeeded, and for dead letters.
CREATE TABLE invocation_event (
    id           TEXT   NOT NULL PRIMARY KEY,
    content_type TEXT   NOT NULL,
    headers      ${bytes} NOT NULL,
    body         ${bytes} NOT NULL
);

-- counts is 1 when it used up one of the invocation's retries. figures is JSON; log is the log as JSON, empty for none.
CREATE TABLE attempt (
    id            TEXT   NOT NULL,
    number        BIGINT NOT NULL,
    node          TEXT   NOT NULL,
    dispatched_at BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    outcome       TEXT   NOT NULL,
    counts        BIGINT NOT NULL,
    figures       TEXT   NOT NULL,
    log           TEXT   NOT NULL,
    PRIMARY KEY (id, number)
);

CREATE INDEX attempt_open ON attempt (id) WHERE ended_at = 0;

-- The answer of the attempt that ended the invocation; piece counts from 0.
CREATE TABLE output (
    id           TEXT   NOT NULL PRIMARY KEY,
    status       BIGINT NOT NULL,
    content_type TEXT   NOT NULL,
    headers      ${bytes} NOT NULL,
    length       BIGINT NOT NULL
);

CREATE TABLE output_piece (
    id    TEXT   NOT NULL,
    piece BIGINT NOT NULL,
    bytes ${bytes} NOT NULL,
    PRIMARY KEY (id, piece)
);

-- digest is the SHA-256 of what was asked for, in hexadecimal.
CREATE TABLE idempotency_key (
    namespace  TEXT   NOT NULL,
    function   TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    invocation TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (namespace, function, key)
);

CREATE INDEX idempotency_age ON idempotency_key (created_at);
