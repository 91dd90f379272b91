package dev.hearth.invoker.sidechannel;

import io.vertx.core.buffer.Buffer;

/** What a runtime says of a call's end. */
public sealed interface ResultHead {
    /**
     * It has an answer.
     *
     * @param totalLength bytes of the whole body; -1 when unknown
     * @param body the whole body or its first part
     * @param more whether data frames follow
     */
    record Answer(String contentType, long totalLength, Buffer body, boolean more) implements ResultHead {}

    /**
     * It has none.
     *
     * @param kind whose fault it is
     * @param noSpace whether it failed for want of space on a disk
     */
    record Raised(Kind kind, boolean noSpace, String type, String message, String stack) implements ResultHead {}

    /** Why there is no answer. */
    enum Kind {
        /** The function raised. */
        FUNCTION,
        /** The event is not what its content type says. */
        EVENT,
        /** The function returned what cannot be sent. */
        RESULT
    }

    static ResultHead read(FrameReader in) {
        int status = in.u8();
        if (status == 0) {
            String contentType = in.text();
            long totalLength = in.u64();
            boolean more = in.u8() != 0;
            return new Answer(contentType, totalLength, in.rest(), more);
        }
        Kind kind = switch (status) {
            case 1 -> Kind.FUNCTION;
            case 2 -> Kind.EVENT;
            case 3 -> Kind.RESULT;
            default -> throw new ProtocolFault("result with status " + status);
        };
        return new Raised(kind, (in.u8() & 1) != 0, in.text(), in.text(), in.text());
    }
}
