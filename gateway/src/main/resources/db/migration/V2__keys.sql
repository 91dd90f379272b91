-- API keys. The digest is the SHA-256 of the whole key, in hexadecimal; the key itself is kept nowhere.
-- expires_at and last_used_at are NULL for never.
CREATE TABLE api_key (
    id           TEXT   NOT NULL PRIMARY KEY,
    name         TEXT   NOT NULL UNIQUE,
    namespace    TEXT   NOT NULL,
    role         TEXT   NOT NULL,
    digest       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT
);
