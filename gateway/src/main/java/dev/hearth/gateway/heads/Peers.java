package dev.hearth.gateway.heads;

import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.RecordFilter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Questions of heads to each other about what they have in memory alone; each is asked of all others, and answered soon. */
public final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final long PATIENCE_MILLIS = 2_000;

    /** Ids in one question; beyond that nobody is asked. */
    private static final int MOST_IDS = 1_000;

    private static final String WHAT = "what";
    private static final String IDS = "ids";
    private static final String RECORDS = "records";
    private static final int NOT_ANSWERED = 1;

    private final Vertx vertx;
    private final Supplier<List<String>> others;

    /** What a head answers, on the calls' event loop. */
    public interface Desk {
        /** Those of these that are in memory. */
        Future<List<InvocationRecord>> find(Collection<InvocationId> ids);

        /** The newest of those in memory. */
        Future<List<InvocationRecord>> newest(RecordFilter filter);

        /** Ends an invocation that is this head's; false when there is none. */
        Future<Boolean> cancel(InvocationId id);
    }

    /**
     * Nobody is asked yet.
     *
     * @param others the heads that live, but for this one
     */
    public Peers(Vertx vertx, Supplier<List<String>> others) {
        this.vertx = vertx;
        this.others = others;
    }

    private static String address(String head) {
        return "hearth.head." + head;
    }

    /** Begins to answer the others. */
    public void serve(String self, Desk desk) {
        vertx.eventBus().<JsonObject>consumer(address(self), message -> asked(message, desk));
    }

    private static void asked(Message<JsonObject> message, Desk desk) {
        try {
            answer(message.body(), desk)
                    .onComplete(
                            message::reply, failed -> message.fail(NOT_ANSWERED, String.valueOf(failed.getMessage())));
        } catch (RuntimeException unreadable) {
            LOG.warn("event=question_not_understood question={}", message.body().getString(WHAT), unreadable);
            message.fail(NOT_ANSWERED, String.valueOf(unreadable.getMessage()));
        }
    }

    private static Future<JsonObject> answer(JsonObject question, Desk desk) {
        return switch (question.getString(WHAT, "")) {
            case "find" -> desk.find(ids(question)).map(Peers::records);
            case "newest" ->
                desk.newest(RecordWire.filter(question.getJsonObject("filter"))).map(Peers::records);
            case "cancel" -> desk.cancel(ids(question).getFirst()).map(done -> new JsonObject().put("done", done));
            default -> Future.failedFuture("no head of this version is asked that");
        };
    }

    private static List<InvocationId> ids(JsonObject question) {
        return question.getJsonArray(IDS).stream()
                .map(String::valueOf)
                .map(InvocationId::parse)
                .toList();
    }

    private static JsonObject records(List<InvocationRecord> records) {
        return new JsonObject()
                .put(
                        RECORDS,
                        new JsonArray(records.stream().map(RecordWire::write).toList()));
    }

    Future<List<InvocationRecord>> find(Collection<InvocationId> ids) {
        Set<InvocationId> wanted = Set.copyOf(ids);
        return ids.isEmpty() || ids.size() > MOST_IDS
                ? Future.succeededFuture(List.of())
                : ask(question("find", ids), Peers::read, List.<InvocationRecord>of())
                        .map(answers -> all(answers, record -> wanted.contains(record.id())));
    }

    Future<List<InvocationRecord>> newest(RecordFilter filter) {
        JsonObject question = new JsonObject().put(WHAT, "newest").put("filter", RecordWire.write(filter));
        return ask(question, Peers::read, List.<InvocationRecord>of()).map(answers -> all(answers, record -> true));
    }

    /** Whether one of them had it and ends it. */
    Future<Boolean> cancel(InvocationId id) {
        return ask(question("cancel", List.of(id)), answer -> answer.getBoolean("done", false), false)
                .map(answers -> answers.contains(true));
    }

    private static JsonObject question(String what, Collection<InvocationId> ids) {
        return new JsonObject()
                .put(WHAT, what)
                .put(IDS, new JsonArray(ids.stream().map(InvocationId::toString).toList()));
    }

    private static List<InvocationRecord> read(JsonObject answer) {
        JsonArray records = answer.getJsonArray(RECORDS);
        return Stream.iterate(0, i -> i < records.size(), i -> i + 1)
                .map(records::getJsonObject)
                .map(RecordWire::record)
                .toList();
    }

    private static List<InvocationRecord> all(
            List<List<InvocationRecord>> answers, Predicate<InvocationRecord> wanted) {
        return answers.stream().flatMap(List::stream).filter(wanted).toList();
    }

    /** The answers of those who gave one in time that can be read. */
    private <T> Future<List<T>> ask(JsonObject question, Function<JsonObject, T> reading, T none) {
        DeliveryOptions soon = new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS);
        List<Future<T>> asked = others.get().stream()
                .map(head -> vertx.eventBus()
                        .<JsonObject>request(address(head), question.copy(), soon)
                        .map(answer -> reading.apply(answer.body()))
                        .otherwise(silent -> {
                            LOG.debug("event=head_did_not_answer head={} cause={}", head, silent.getMessage());
                            return none;
                        }))
                .toList();
        return Future.join(asked)
                .map(ignored -> asked.stream().map(Future::result).toList());
    }
}
