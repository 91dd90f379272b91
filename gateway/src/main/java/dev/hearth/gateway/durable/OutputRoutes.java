package dev.hearth.gateway.durable;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import dev.hearth.gateway.http.ErrorAnswer;
import dev.hearth.gateway.http.Query;
import dev.hearth.gateway.http.Untrusted;
import dev.hearth.gateway.invocation.AnswerHeaders;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.InvocationRoutes;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** {@code GET /v1/invocations/{id}/output}: what an asynchronous invocation answered, as its function made it. */
final class OutputRoutes {
    private final Database database;
    private final InvocationRoutes records;
    private final Duration waitMost;

    OutputRoutes(Database database, InvocationRoutes records, Duration waitMost) {
        this.database = database;
        this.records = records;
        this.waitMost = waitMost;
    }

    void addTo(Router router) {
        router.get("/v1/invocations/:id/output").handler(this::output);
    }

    private void output(RoutingContext c) {
        HttpServerRequest request = c.request();
        try {
            InvocationId id = InvocationRoutes.parse(Objects.requireNonNullElse(c.pathParam("id"), ""));
            Optional<Duration> wait = Query.of(c.queryParams(), "wait").duration("wait", waitMost, "gateway.wait-max");
            records.awaited(id, wait, request)
                    .compose(record -> stored(record).map(output -> {
                        send(request, record, output);
                        return true;
                    }))
                    .onFailure(failure -> refuse(request, id, failure));
        } catch (HearthException refused) {
            ErrorAnswer.of(refused).send(request);
        }
    }

    private static void refuse(HttpServerRequest request, InvocationId id, Throwable failure) {
        ErrorAnswer.of(failure).withInvocation(id).send(request);
    }

    private Future<Outputs.Stored> stored(InvocationRecord record) {
        if (record.outcome().isEmpty()) {
            return Future.failedFuture(new HearthException(
                    ErrorCode.CONFLICT,
                    "invocation " + record.id() + " is " + record.state()
                            + " and has no output yet: ask again with ?wait=30s"));
        }
        if (record.failure().isPresent()) {
            return Future.failedFuture(new HearthException(record.failure().get()));
        }
        return database.read(handle -> Outputs.find(handle, record.id())
                .orElseThrow(() -> new HearthException(
                        ErrorCode.NOT_FOUND,
                        "no output of invocation " + record.id()
                                + " is kept: that of a synchronous one went to its caller alone")));
    }

    private void send(HttpServerRequest request, InvocationRecord record, Outputs.Stored output) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        AnswerHeaders.give(response, output.head());
        AnswerHeaders.describe(response.headers(), record);
        Untrusted.mark(response.headers());
        if (!output.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, output.contentType());
        }
        if (AnswerHeaders.bodiless(output.head())) {
            response.end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(output.length()));
        pieces(response, record.id(), 0, output.length());
    }

    /** The next piece is read when the one before is out. */
    private void pieces(HttpServerResponse response, InvocationId id, int number, long left) {
        if (left <= 0) {
            response.end();
            return;
        }
        database.read(handle -> Outputs.read(handle, id, number).orElseThrow(() -> DeadLetters.missing(id)))
                .compose(piece -> response.write(piece).map(piece.length()))
                .onComplete(
                        sent -> pieces(response, id, number + 1, left - sent),
                        // The length went out already: only a broken connection tells that bytes are missing.
                        gone -> response.reset());
    }
}
