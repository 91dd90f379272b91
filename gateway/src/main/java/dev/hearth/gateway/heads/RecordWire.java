package dev.hearth.gateway.heads;

import dev.hearth.common.function.FunctionName;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.InvocationState;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.invocation.Timings;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.invocation.Callee;
import dev.hearth.gateway.invocation.FailureJson;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Records and what is asked of them as heads send them to each other. */
final class RecordWire {
    private RecordWire() {}

    static JsonObject write(InvocationRecord record) {
        Timings t = record.timings();
        JsonObject json = new JsonObject()
                .put("id", record.id().toString())
                .put("callee", write(record.callee()))
                .put("async", record.async())
                .put("state", record.state().name())
                .put(
                        "times",
                        JsonArray.of(record.submittedAt(), record.dispatchedAt(), record.startedAt(), record.endedAt()))
                .put("node", record.node())
                .put("start", record.start().name())
                .put("timings", JsonArray.of(t.place(), t.image(), t.start(), t.init(), t.run()))
                .put(
                        "bytes",
                        JsonArray.of(
                                record.bytesIn(),
                                record.bytesOut(),
                                record.network().received(),
                                record.network().sent()))
                .put("attempts", record.attempts())
                .put("why", record.why());
        record.parent().ifPresent(parent -> json.put("parent", parent.toString()));
        record.failure().ifPresent(failure -> json.put("failure", FailureJson.write(failure)));
        return json;
    }

    static InvocationRecord record(JsonObject json) {
        JsonArray times = json.getJsonArray("times");
        JsonArray t = json.getJsonArray("timings");
        JsonArray bytes = json.getJsonArray("bytes");
        return new InvocationRecord(
                InvocationId.parse(json.getString("id")),
                callee(json.getJsonObject("callee")),
                json.getBoolean("async"),
                Optional.ofNullable(json.getString("parent")).map(InvocationId::parse),
                InvocationState.valueOf(json.getString("state")),
                times.getLong(0),
                times.getLong(1),
                times.getLong(2),
                times.getLong(3),
                json.getString("node"),
                StartKind.valueOf(json.getString("start")),
                new Timings(t.getLong(0), t.getLong(1), t.getLong(2), t.getLong(3), t.getLong(4)),
                bytes.getLong(0),
                bytes.getLong(1),
                new Traffic(bytes.getLong(2), bytes.getLong(3)),
                Optional.ofNullable(json.getJsonObject("failure")).map(FailureJson::read),
                json.getInteger("attempts"),
                json.getString("why"));
    }

    private static JsonObject write(Callee callee) {
        return new JsonObject()
                .put("namespace", callee.function().namespace())
                .put("name", callee.function().name())
                .put("revision", callee.revision().toString())
                .put("number", callee.number())
                .put("memory", callee.memory().value())
                .put("networked", callee.networked());
    }

    private static Callee callee(JsonObject json) {
        return new Callee(
                new FunctionName(json.getString("namespace"), json.getString("name")),
                RevisionId.parse(json.getString("revision")),
                json.getInteger("number"),
                new Bytes(json.getLong("memory")),
                json.getBoolean("networked"));
    }

    static JsonObject write(RecordFilter filter) {
        JsonObject json = new JsonObject()
                .put("state", filter.state())
                .put("outcome", filter.outcome())
                .put("limit", filter.limit());
        filter.function().ifPresent(name -> json.put("function", name.toString()));
        filter.async().ifPresent(async -> json.put("async", async));
        filter.before().ifPresent(id -> json.put("before", id.toString()));
        return json;
    }

    static RecordFilter filter(JsonObject json) {
        return new RecordFilter(
                Optional.ofNullable(json.getString("function")).map(RecordFilter::function),
                json.getString("state"),
                json.getString("outcome"),
                Optional.ofNullable(json.getBoolean("async")),
                Optional.ofNullable(json.getString("before")).map(InvocationId::parse),
                json.getInteger("limit"));
    }
}
