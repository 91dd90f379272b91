package dev.hearth.gateway.durable;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.InvocationRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Takes on what is to be told of invocations that have ended. */
public interface Outbox {
    /**
     * To be called in the transaction that ends the invocation.
     *
     * @param target as it was asked for
     * @param contentType of the answer
     * @param output its answer; empty when it is long and kept in pieces
     */
    void add(Handle handle, InvocationRecord record, String target, String contentType, Optional<Buffer> output);

    /** There is something new, on disk. */
    void wake();

    /** What became of it, in the API's form; empty when nothing was to be told. */
    Future<JsonArray> told(InvocationId id);

    /** Nothing is told to anybody. */
    Outbox NOWHERE = new Outbox() {
        @Override
        public void add(
                Handle handle, InvocationRecord record, String target, String contentType, Optional<Buffer> output) {}

        @Override
        public void wake() {}

        @Override
        public Future<JsonArray> told(InvocationId id) {
            return Future.succeededFuture(new JsonArray());
        }
    };
}
