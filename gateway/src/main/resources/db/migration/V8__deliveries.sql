-- What destinations are told of invocations that have ended: written with the end itself, sent afterwards.
-- state: PENDING, DELIVERED, FAILED. due_at: when it is tried next; of one that has ended, when that was.
-- lane: what shares one destination's part of the deliveries under way. document is emptied once it is delivered.
CREATE TABLE delivery (
    id         TEXT   NOT NULL PRIMARY KEY,
    namespace  TEXT   NOT NULL,
    invocation TEXT   NOT NULL,
    event      TEXT   NOT NULL,
    target     TEXT   NOT NULL,
    lane       TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    attempts   BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    answer     TEXT   NOT NULL,
    document   TEXT   NOT NULL
);

CREATE INDEX delivery_due ON delivery (state, due_at);
CREATE INDEX delivery_invocation ON delivery (invocation);
