package dev.hearth.gateway.store;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.id.InvocationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a refusal, the database's own trouble and a fault of ours apart; the last is logged under an id. */
final class StoreFault {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFault.class);

    private StoreFault() {}

    static HearthException of(Throwable failure, Dialect dialect) {
        return failure instanceof HearthException told
                ? told
                : dialect.trouble(failure).orElseGet(() -> ours(failure));
    }

    private static HearthException ours(Throwable failure) {
        InvocationId id = InvocationId.next();
        LOG.error("event=store_fault id={}", id, failure);
        return new HearthException(
                ErrorCode.INTERNAL, "something broke inside Hearth; the log says what under the id " + id);
    }
}
