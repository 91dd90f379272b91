-- Functions, their revisions and their code. Text and BIGINT only, so that SQLite and PostgreSQL read it alike;
-- times are Unix milliseconds, ids the 26-character form.
CREATE TABLE function (
    namespace   TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    next_number BIGINT NOT NULL,
    serving     TEXT,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (namespace, name)
);

CREATE TABLE revision (
    id             TEXT   NOT NULL PRIMARY KEY,
    namespace      TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    number         BIGINT NOT NULL,
    state          TEXT   NOT NULL,
    cause_code     TEXT   NOT NULL,
    cause          TEXT   NOT NULL,
    spec           TEXT   NOT NULL,
    image          TEXT   NOT NULL,
    image_digest   TEXT   NOT NULL,
    code_form      TEXT   NOT NULL,
    code_digest    TEXT   NOT NULL,
    code_size      BIGINT NOT NULL,
    code_unpacked  BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    UNIQUE (namespace, name, number),
    FOREIGN KEY (namespace, name) REFERENCES function (namespace, name) ON DELETE CASCADE
);

CREATE INDEX revision_code ON revision (namespace, code_digest);

CREATE TABLE code (
    namespace  TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (namespace, digest)
);

CREATE INDEX code_digest ON code (digest);

-- piece counts from 0; all pieces but the last have the same length.
CREATE TABLE code_piece (
    namespace TEXT   NOT NULL,
    digest    TEXT   NOT NULL,
    piece     BIGINT NOT NULL,
    bytes     ${bytes} NOT NULL,
    PRIMARY KEY (namespace, digest, piece),
    FOREIGN KEY (namespace, digest) REFERENCES code (namespace, digest) ON DELETE CASCADE
);
