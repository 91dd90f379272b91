package dev.hearth.invoker.runtime;

import dev.hearth.invoker.sidechannel.ResultHead.Raised;
import org.jspecify.annotations.Nullable;

/** One call under way in a container: its event on the way in, its answer on the way out. */
final class ContainerCall {
    final long number;
    final Attempt attempt;
    final EventBody event = new EventBody();
    final AnswerBody answer = new AnswerBody();
    /** Why there is no answer, until the figures came that belong to it. */
    @Nullable
    Raised raised;

    ContainerCall(long number, Attempt attempt) {
        this.number = number;
        this.attempt = attempt;
    }
}
