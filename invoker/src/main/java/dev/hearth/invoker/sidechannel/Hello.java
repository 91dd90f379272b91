package dev.hearth.invoker.sidechannel;

import dev.hearth.common.function.Revision;
import java.util.ArrayList;
import java.util.List;

/**
 * The first frame of a connection.
 *
 * @param minor of the protocol that it speaks
 * @param runtime the runtime's name; empty from the bridge
 * @param revision the revision that the runtime holds; empty in a stem cell
 * @param completed calls that the container has completed in its life
 * @param inFlight numbers of the calls that it is running
 */
public record Hello(
        boolean fromBridge, int minor, String runtime, String revision, long completed, List<Long> inFlight) {
    private static final int MOST_IN_FLIGHT = 4096;

    /** The first minor version whose {@code init} has concurrency and the function's init. */
    private static final int WITH_CONCURRENCY = 1;

    /** Whether it can be told all that the revision asks for. */
    public boolean takes(Revision revision) {
        boolean asksMore =
                revision.limits().concurrency() > 1 || !revision.init().isEmpty();
        return !asksMore || minor >= WITH_CONCURRENCY;
    }

    static Hello read(FrameReader in) {
        int major = in.u8();
        int minor = in.u8();
        if (major != Frame.MAJOR) {
            throw new ProtocolFault("protocol " + major + "." + minor + ": this node speaks " + Frame.MAJOR + "."
                    + Frame.MINOR
                    + "; register the function again, and if it has an image of its own, first build that on a"
                    + " base image of this version of Hearth");
        }
        boolean bridge = in.u8() == 0;
        String runtime = in.text();
        String revision = in.text();
        long completed = in.u64();
        int count = in.u16();
        if (count > MOST_IN_FLIGHT) {
            throw new ProtocolFault(count + " calls in flight in one container");
        }
        List<Long> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.u64());
        }
        return new Hello(bridge, minor, runtime, revision, completed, List.copyOf(ids));
    }
}
