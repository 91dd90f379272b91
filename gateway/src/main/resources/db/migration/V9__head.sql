-- One row: how many head nodes have started on this database so far, so that one that was replaced knows it.
CREATE TABLE head (
    epoch BIGINT NOT NULL
);

INSERT INTO head (epoch) VALUES (0);
