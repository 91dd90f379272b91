package dev.hearth.gateway.invocation;

import dev.hearth.common.bus.LogReply;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The records that this head does not have in memory: those on disk, and those of other heads. */
public interface Archive {
    /** Those of these invocations that are there. */
    Future<Map<InvocationId, InvocationRecord>> find(Collection<InvocationId> ids);

    /** Those of these invocations that have ended. */
    Future<Map<InvocationId, InvocationRecord>> ended(Collection<InvocationId> ids);

    /** Newest first. */
    Future<List<InvocationRecord>> newest(RecordFilter filter);

    /** What is known of an invocation beyond its record, in the API's form: attempts, queue, destinations. */
    Future<JsonObject> more(InvocationRecord record);

    /** The log of an attempt that has ended, if it is kept; attempt 0 is the last. */
    Future<Optional<LogReply>> log(InvocationId id, int attempt);

    /** Ends an invocation that has not ended; false when there is none. */
    Future<Boolean> cancel(InvocationId id);
}
