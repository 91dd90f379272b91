package dev.hearth.common.bus;

/** Addresses and bounds of the event bus. */
public final class BusAddress {
    /** Every gateway listens here for {@link NodeStatus}. */
    public static final String NODES = "hearth.nodes";

    /** Every invoker listens here for {@link RevisionGone}, {@link HeadBeat} and {@link ImageAhead}. */
    public static final String INVOKERS = "hearth.invokers";

    /** Any gateway answers {@link UsageReport} here. */
    public static final String USAGE = "hearth.usage";

    /** Any gateway answers {@link RevisionQuery}, {@link CodeQuery} and {@link ImageFetch} here. */
    public static final String REGISTRY = "hearth.registry";

    /**
     * Largest body part in one message, bytes; larger bodies go on in {@link Chunk}s. Below the 64 KiB of a container's
     * frame by the room for its head, so that a part becomes one frame and not a full one and a tiny one.
     */
    public static final int INLINE = 60 * 1024;

    /** Bytes of one body that may be under way without credit. */
    public static final int WINDOW = 256 * 1024;

    /** Largest piece of code in one {@link CodeReply}, bytes. */
    public static final int PIECE = 256 * 1024;

    private BusAddress() {}

    /** Where the invoker of a node listens for calls and queries. */
    public static String invoker(String node) {
        return "hearth.invoker." + node;
    }

    /** Where the invoker with this engine answers {@link ImageCame}: the one that shares it with a gateway is told. */
    public static String images(String engine) {
        return "hearth.images." + engine;
    }

    /** Where a gateway listens for what becomes of its calls. */
    public static String gateway(String gateway) {
        return "hearth.gateway." + gateway;
    }
}
