package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.BusAddress;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.BooleanSupplier;

/**
 * Asks a head's registry for what any head can tell; where that one does not answer, another one.
 *
 * <p>The bus takes the heads in turn. One that was killed is among them until the membership leaves it out.
 */
final class RegistryAsk {
    private static final long PATIENCE_MILLIS = 3_000;
    private static final long USUAL_MILLIS = 6 * PATIENCE_MILLIS;
    private static final DeliveryOptions ASKING =
            new DeliveryOptions(BusCodec.options()).setSendTimeout(PATIENCE_MILLIS);

    private RegistryAsk() {}

    static Future<BusMessage> ask(EventBus bus, BusMessage question) {
        return ask(bus, question, USUAL_MILLIS, () -> true);
    }

    /** Asks again while somebody wants the answer, for about as long as given. */
    static Future<BusMessage> ask(EventBus bus, BusMessage question, long millis, BooleanSupplier wanted) {
        return bus.<BusMessage>request(BusAddress.REGISTRY, question, ASKING)
                .map(Message::body)
                .recover(silent -> millis >= PATIENCE_MILLIS && wanted.getAsBoolean() && !isAnswer(silent)
                        ? ask(bus, question, millis - PATIENCE_MILLIS, wanted)
                        : Future.failedFuture(silent));
    }

    /** Whether a head said so itself. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof ReplyException told && told.failureType() == ReplyFailure.RECIPIENT_FAILURE;
    }
}
