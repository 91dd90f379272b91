package dev.hearth.gateway.cluster;

import dev.hearth.gateway.store.Changes.Topic;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * The nodes to which nothing new goes because somebody said so.
 *
 * <p>Kept in the database, so that it outlives both head and node. What is in memory is changed by the database's writer
 * thread alone, after each commit.
 */
public final class Drains {
    private final Database database;
    private volatile Set<String> nodes = Set.of();

    public Drains(Database database) {
        this.database = database;
    }

    /** Reads what was said before; to be called before the first node is heard. */
    public Future<Void> load() {
        return database.write(Drains::all, all -> nodes = all).mapEmpty();
    }

    /**
     * Reads again what was said to another head.
     *
     * @param changed hears of each node that was drained or takes calls again
     */
    public Future<Void> refresh(Consumer<String> changed) {
        Set<String> before = nodes;
        return load().onSuccess(ignored -> {
            Set<String> now = nodes;
            Set<String> either = new HashSet<>(before);
            either.addAll(now);
            either.stream()
                    .filter(node -> before.contains(node) != now.contains(node))
                    .forEach(changed);
        });
    }

    /** Whether the node is drained; from any thread. */
    public boolean has(String node) {
        return nodes.contains(node);
    }

    /** Drains the node, or ends that; the result is on disk when the future succeeds. */
    Future<Void> set(String node, boolean drained) {
        return database.write(
                        handle -> {
                            database.changes().note(handle, Topic.DRAIN, "");
                            handle.execute("DELETE FROM drained_node WHERE node = ?", node);
                            if (drained) {
                                handle.execute(
                                        "INSERT INTO drained_node (node, since) VALUES (?, ?)",
                                        node,
                                        System.currentTimeMillis());
                            }
                            return all(handle);
                        },
                        all -> nodes = all)
                .mapEmpty();
    }

    private static Set<String> all(Handle handle) {
        return Set.copyOf(handle.createQuery("SELECT node FROM drained_node")
                .mapTo(String.class)
                .list());
    }
}
