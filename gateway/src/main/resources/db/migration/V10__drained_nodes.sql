-- Nodes to which no new calls go, by somebody's word.
CREATE TABLE drained_node (
    node  TEXT   NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
);
