package dev.hearth.gateway.store;

import org.jdbi.v3.core.Handle;

/** Advisory locks on the names of heads: a head's own is held by its session that writes, others are taken for a transaction. */
final class PostgresLocks implements HeadLocks {
    private static final String NAME = "hashtextextended(current_schema() || '/' || :head, :lock)";

    /** Numbers of processes come again. */
    private static final String SESSION = "pid || ' of ' || extract(epoch FROM backend_start)";

    private final int lock;

    /**
     * The locks of all schemas.
     *
     * @param lock what makes them ours among all advisory locks
     */
    PostgresLocks(int lock) {
        this.lock = lock;
    }

    /** Takes it for as long as the connection lives; false when another one has it. */
    boolean hold(Handle handle, String head) {
        return one(handle, "SELECT pg_try_advisory_lock(" + NAME + ")", head);
    }

    /** The name of this session among all that the server has and had. */
    String session(Handle handle) {
        return handle.createQuery("SELECT " + SESSION + " FROM pg_stat_activity WHERE pid = pg_backend_pid()")
                .mapTo(String.class)
                .one();
    }

    /** Ends the session of that name, if there still is one. */
    void end(Handle handle, String session) {
        handle.createQuery("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + SESSION + " = :session")
                .bind("session", session)
                .mapTo(Boolean.class)
                .list();
    }

    @Override
    public boolean take(Handle handle, String head) {
        return one(handle, "SELECT pg_try_advisory_xact_lock(" + NAME + ")", head);
    }

    @Override
    public int cut(Handle handle, String head) {
        return handle.createQuery("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                        + " AND granted AND objsubid = 1"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                        + " AND ((CAST(classid AS bigint) << 32) | CAST(objid AS bigint)) = " + NAME
                        + " AND pid <> pg_backend_pid()")
                .bind("head", head)
                .bind("lock", (long) lock)
                .mapTo(Boolean.class)
                .list()
                .size();
    }

    private boolean one(Handle handle, String sql, String head) {
        return handle.createQuery(sql)
                .bind("head", head)
                .bind("lock", (long) lock)
                .mapTo(Boolean.class)
                .one();
    }
}
