package dev.hearth.invoker.sidechannel;

import dev.hearth.common.bus.AnswerHead;
import io.vertx.core.buffer.Buffer;

/** What a runtime says of a call's end. */
public sealed interface ResultHead {
    /**
     * It has an answer.
     *
     * @param head what HTTP says besides the content type
     * @param totalLength bytes of the whole body; -1 when unknown
     * @param body the whole body or its first part
     * @param more whether data frames follow
     */
    record Answer(AnswerHead head, String contentType, long totalLength, Buffer body, boolean more)
            implements ResultHead {
        /** An answer without a head of its own. */
        public Answer(String contentType, long totalLength, Buffer body, boolean more) {
            this(AnswerHead.PLAIN, contentType, totalLength, body, more);
        }
    }

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

    /** The status of an answer that an HTTP head comes with. */
    int WITH_HEAD = 4;

    private static Answer answer(int status, FrameReader in) {
        String contentType = in.text();
        AnswerHead head = status == 0 ? AnswerHead.PLAIN : new AnswerHead(status, in.blob());
        long totalLength = in.u64();
        boolean more = in.u8() != 0;
        return new Answer(head, contentType, totalLength, in.rest(), more);
    }

    static ResultHead read(FrameReader in) {
        int status = in.u8();
        if (status == 0) {
            return answer(0, in);
        }
        if (status == WITH_HEAD) {
            return answer(in.u16(), in);
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
