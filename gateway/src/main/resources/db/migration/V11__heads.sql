-- The heads that work on this database, and those that are gone until another has taken over what they had. beat grows while
-- the head lives. The first row stands for what was accepted before heads had names, and for the one head of an SQLite file.
CREATE TABLE head_life (
    id         TEXT   NOT NULL PRIMARY KEY,
    epoch      BIGINT NOT NULL,
    beat       BIGINT NOT NULL,
    started_at BIGINT NOT NULL
);

INSERT INTO head_life (id, epoch, beat, started_at) VALUES ('', 0, 0, 0);

-- owner is the head that feeds the invocation to its scheduler, or sends the delivery.
ALTER TABLE invocation ADD COLUMN owner TEXT NOT NULL DEFAULT '';
DROP INDEX invocation_queued;
CREATE INDEX invocation_queued ON invocation (owner, revision, due_at, id) WHERE state = 'QUEUED';
DROP INDEX invocation_expiring;
CREATE INDEX invocation_expiring ON invocation (owner, expires_at) WHERE state = 'QUEUED' AND expires_at > 0;

ALTER TABLE delivery ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_owned ON delivery (owner, due_at) WHERE state = 'PENDING';

-- What was changed of that which each head has in memory, numbered in the order of the commits: whoever writes a line holds
-- the row of change_count until then. An SQLite file has no lines.
CREATE TABLE change_log (
    number     BIGINT NOT NULL PRIMARY KEY,
    topic      TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE change_count (
    number BIGINT NOT NULL
);

INSERT INTO change_count (number) VALUES (0);

-- The report of each node that was counted last, so that it is counted once whichever head it came to.
CREATE TABLE usage_report (
    node     TEXT   NOT NULL PRIMARY KEY,
    epoch    BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);
