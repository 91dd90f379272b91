package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallResult.Answered;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.error.Failure;
import dev.hearth.invoker.sidechannel.ContainerChannel;
import dev.hearth.invoker.sidechannel.ResultHead.Answer;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer's body on its way from the container to the gateway, which gives the credit for it.
 *
 * <p>What comes of an answer that was refused or cut off is thrown away, with credit for it from here, so that the
 * container comes to its end.
 */
final class AnswerBody {
    private boolean open;
    private boolean discarding;

    /** Whether further parts are expected. */
    boolean isOpen() {
        return open;
    }

    /** The outcome that the head of an answer makes, or what speaks against passing it on. */
    CallMessage begin(Attempt attempt, Answer answer, Optional<Failure> unfit, String node) {
        attempt.answers(answer.totalLength(), answer.body().length());
        open = answer.more();
        discarding = unfit.isPresent();
        return unfit.isEmpty()
                ? attempt.ends(
                        node,
                        new Answered(
                                answer.head(),
                                answer.contentType(),
                                answer.totalLength(),
                                answer.body(),
                                answer.more()))
                : attempt.fails(node, unfit.get());
    }

    /** A further part. */
    void part(Attempt attempt, Buffer bytes, ContainerOwner owner) {
        if (discarding) {
            return;
        }
        if (attempt.countAnswer(bytes.length())) {
            owner.tell(attempt, chunk(attempt, bytes, Chunk.End.OPEN));
        } else {
            discarding = true;
            owner.tell(attempt, chunk(attempt, Buffer.buffer(), Chunk.End.BROKEN));
        }
    }

    /** Gives the container credit for what nobody else will. */
    void credit(@Nullable ContainerChannel socket, long call, int bytes) {
        if (discarding && socket != null && bytes > 0) {
            socket.credit(call, bytes);
        }
    }

    /** What the gateway hears at the end; nothing when it was told already. */
    @Nullable
    Chunk last(Attempt attempt, boolean complete) {
        boolean whole = complete && attempt.answerIsWhole();
        return discarding ? null : chunk(attempt, Buffer.buffer(), whole ? Chunk.End.COMPLETE : Chunk.End.BROKEN);
    }

    private static Chunk chunk(Attempt attempt, Buffer bytes, Chunk.End end) {
        return new Chunk(attempt.id(), attempt.key.attempt(), bytes, end);
    }
}
