-- What each function used on each day (days since 1970-01-01, UTC). Memory x time is in MiB x microseconds.
CREATE TABLE usage_day (
    day             BIGINT NOT NULL,
    namespace       TEXT   NOT NULL,
    function        TEXT   NOT NULL,
    invocations     BIGINT NOT NULL,
    failures        BIGINT NOT NULL,
    cold            BIGINT NOT NULL,
    prewarmed       BIGINT NOT NULL,
    warm            BIGINT NOT NULL,
    mib_micros      BIGINT NOT NULL,
    cpu_micros      BIGINT NOT NULL,
    bytes_in        BIGINT NOT NULL,
    bytes_out       BIGINT NOT NULL,
    network_in      BIGINT NOT NULL,
    network_out     BIGINT NOT NULL,
    idle_mib_micros BIGINT NOT NULL,
    PRIMARY KEY (day, namespace, function)
);
