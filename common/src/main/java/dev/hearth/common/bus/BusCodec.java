package dev.hearth.common.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The event bus's codec of {@link BusMessage}: one byte of version, one of type, then the fields.
 *
 * <p>Between two JVMs every message is written and read. Within one JVM the record itself is handed over, unless
 * {@code throughBytes} is set: then it takes the same way through bytes, which tests use so that one JVM proves what two
 * will do.
 */
public final class BusCodec implements MessageCodec<BusMessage, BusMessage> {
    /** Name under which the codec is registered. */
    public static final String NAME = "hearth";

    private static final int VERSION = 7;
    private static final DeliveryOptions OPTIONS = new DeliveryOptions().setCodecName(NAME);
    private final boolean throughBytes;

    public BusCodec(boolean throughBytes) {
        this.throughBytes = throughBytes;
    }

    /** Makes the event bus able to carry messages. */
    public static void register(EventBus bus, boolean throughBytes) {
        bus.registerCodec(new BusCodec(throughBytes));
    }

    /** Delivery options that name this codec. */
    public static DeliveryOptions options() {
        return OPTIONS;
    }

    @Override
    public void encodeToWire(Buffer buffer, BusMessage message) {
        Buffer payload = Buffer.buffer(256);
        BusWriter writer = new BusWriter(payload).u8(VERSION);
        MessageFields.write(writer, message);
        buffer.appendInt(payload.length()).appendBuffer(payload);
    }

    @Override
    public BusMessage decodeFromWire(int position, Buffer buffer) {
        int length = buffer.getInt(position);
        if (length < 0 || length > buffer.length() - position - 4) {
            throw new IllegalArgumentException("bus message of " + length + " bytes in a buffer of " + buffer.length());
        }
        BusReader reader = new BusReader(buffer.slice(position + 4, position + 4 + length), 0);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("bus message of version " + version + ", this node speaks " + VERSION
                    + ": run the same Hearth on all nodes");
        }
        return MessageFields.read(reader);
    }

    @Override
    public BusMessage transform(BusMessage message) {
        if (!throughBytes) {
            return message;
        }
        Buffer wire = Buffer.buffer();
        encodeToWire(wire, message);
        return decodeFromWire(0, wire);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
