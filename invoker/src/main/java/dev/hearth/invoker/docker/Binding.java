package dev.hearth.invoker.docker;

import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.RevisionReply;
import dev.hearth.common.function.Revision;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Which revision a container belongs to for the rest of its life, written down before the revision reaches it.
 *
 * <p>The file names function and revision for people; what is read back is the whole revision in the bus's own form, whose
 * version byte tells a file of another Hearth. It holds secrets, so only its owner may read it.
 */
public record Binding(Revision revision) {
    private static final String WHOLE = "whole";

    String toJson() {
        Buffer wire = Buffer.buffer();
        new BusCodec(false).encodeToWire(wire, new RevisionReply(Optional.of(revision)));
        return new JsonObject()
                .put("function", revision.label())
                .put("revision", revision.id().toString())
                .put("code", revision.code().digest())
                .put(WHOLE, wire.getBytes())
                .encodePrettily();
    }

    /** Reads what {@link #toJson} wrote; throws some unchecked exception when it is not that. */
    static Binding ofJson(String text) {
        Buffer wire = Buffer.buffer(new JsonObject(text).getBinary(WHOLE));
        BusMessage message = new BusCodec(false).decodeFromWire(0, wire);
        if (message instanceof RevisionReply(Optional<Revision> revision) && revision.isPresent()) {
            return new Binding(revision.get());
        }
        throw new IllegalArgumentException("the binding holds no revision");
    }
}
