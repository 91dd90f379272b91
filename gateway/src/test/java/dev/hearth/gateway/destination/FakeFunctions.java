package dev.hearth.gateway.destination;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Takes events for functions, one invocation a key, after the failures that a test asks for. */
final class FakeFunctions implements FunctionTarget {
    private final Map<String, JsonObject> taken = new ConcurrentHashMap<>();
    private final Queue<ErrorCode> failures = new ConcurrentLinkedQueue<>();

    FakeFunctions failing(ErrorCode... codes) {
        failures.addAll(List.of(codes));
        return this;
    }

    /** Events by key. */
    Map<String, JsonObject> taken() {
        return taken;
    }

    @Override
    public Future<InvocationId> accept(
            FunctionName function, InvocationId parent, String contentType, Buffer event, String idempotencyKey) {
        ErrorCode failure = failures.poll();
        if (failure != null) {
            return Future.failedFuture(new HearthException(failure, "as the test asks for"));
        }
        taken.put(idempotencyKey, event.toJsonObject());
        return Future.succeededFuture(InvocationId.next());
    }
}
