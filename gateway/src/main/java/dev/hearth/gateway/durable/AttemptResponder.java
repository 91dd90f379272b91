package dev.hearth.gateway.durable;

import dev.hearth.common.bus.AnswerHead;
import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.error.Ran;
import dev.hearth.gateway.durable.Outputs.Output;
import dev.hearth.gateway.invocation.InvocationRecord;
import dev.hearth.gateway.invocation.Responder;
import dev.hearth.gateway.store.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes the answer of one attempt; a long one goes to the database piece by piece, as fast as that takes it. */
final class AttemptResponder implements Responder {
    private final DurableCall call;
    private final Database database;
    private final BiConsumer<InvocationRecord, Output> ended;
    private AnswerHead head = AnswerHead.PLAIN;
    private String contentType = "";
    private Buffer gathered = Buffer.buffer();
    private long length;
    private int pieces;
    private Future<Boolean> written = Future.succeededFuture(true);
    private @Nullable Throwable trouble;

    /**
     * For one attempt.
     *
     * @param ended hears how it ended, once
     */
    AttemptResponder(DurableCall call, Database database, BiConsumer<InvocationRecord, Output> ended) {
        this.call = call;
        this.database = database;
        this.ended = ended;
    }

    @Override
    public void answered(InvocationRecord record, Answered answered) {
        head = answered.head();
        contentType = answered.contentType();
        if (!answered.more()) {
            Buffer body = answered.body();
            ended.accept(record, new Output(head, contentType, body.length(), 0, body));
        }
    }

    @Override
    public Future<Void> part(Buffer bytes) {
        gathered.appendBuffer(bytes);
        length += bytes.length();
        return gathered.length() < Outputs.PIECE ? Future.succeededFuture() : flush();
    }

    private Future<Void> flush() {
        Buffer piece = gathered;
        int number = pieces++;
        gathered = Buffer.buffer();
        int attempt = call.open;
        written = written.compose(ignored -> database.write(handle -> {
                    if (!DurableStore.isOpen(handle, database.head(), call.id(), attempt)) {
                        throw new HearthException(
                                ErrorCode.CONFLICT, "another head has taken invocation " + call.id() + " over");
                    }
                    if (number == 0) {
                        Outputs.clear(handle, call.id());
                    }
                    Outputs.piece(handle, call.id(), number, piece);
                    return true;
                }))
                .onFailure(cause -> trouble = cause);
        return written.mapEmpty();
    }

    @Override
    public void ended(InvocationRecord record, boolean complete) {
        written.onComplete(done -> {
            if (complete && trouble == null) {
                ended.accept(record, new Output(head, contentType, length, pieces, gathered));
            } else if (complete) {
                ended.accept(record.withFailure(Optional.of(notKept(trouble))), Output.NONE);
            } else {
                ended.accept(record, Output.NONE);
            }
        });
    }

    private Failure notKept(@Nullable Throwable cause) {
        String message = "the answer of invocation " + call.id() + " could not be kept: "
                + (cause == null ? "" : cause.getMessage());
        return new Failure(ErrorCode.STORE_UNAVAILABLE, message, "", "", List.of(), Ran.YES);
    }

    @Override
    public void failed(InvocationRecord record, Failure failure, long retryAfterSeconds) {
        ended.accept(record, Output.NONE);
    }
}
