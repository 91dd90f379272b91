package dev.hearth.gateway.invocation;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a call's client how it went. Whatever is wrong with the client's connection: the call must not keep its slot for it. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    private Telling() {}

    static void client(CallInFlight call, Consumer<Responder> answer) {
        try {
            answer.accept(call.call.responder());
        } catch (RuntimeException fault) {
            LOG.error("event=answer_not_written id={}", call.id(), fault);
            breakOff(call);
        }
    }

    /** A client that gets no answer must not wait for one. */
    private static void breakOff(CallInFlight call) {
        try {
            call.call.responder().ended(call.record(), false);
        } catch (RuntimeException gone) {
            LOG.debug("event=answer_not_broken_off id={}", call.id(), gone);
        }
    }
}
