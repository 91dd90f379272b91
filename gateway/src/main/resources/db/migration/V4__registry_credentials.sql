-- Credentials for registries of images. The password is sealed under the node's master key.
CREATE TABLE registry_credentials (
    namespace  TEXT   NOT NULL,
    host       TEXT   NOT NULL,
    username   TEXT   NOT NULL,
    password   TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (namespace, host)
);
