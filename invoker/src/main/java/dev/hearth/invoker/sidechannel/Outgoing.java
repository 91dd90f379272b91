package dev.hearth.invoker.sidechannel;

import dev.hearth.common.function.Revision;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Writes the frames that the invoker sends. */
final class Outgoing {
    /** Largest part of a body in one data frame. */
    static final int MOST_DATA = Frame.MAX_LENGTH - Frame.FIXED;

    private static final int LONGEST_CONTENT_TYPE = 512;
    private static final int ROOM_FOR_RUN = 128;

    /** Deadline, lengths of two texts and of the headers, and the more flag of a run frame. */
    private static final int RUN_FIXED = 17;

    private Outgoing() {}

    /** Bytes of a body that fit into the run frame itself. */
    static int inlineRoom(RunHead head) {
        return MOST_DATA
                - RUN_FIXED
                - head.invocation().length()
                - 3 * contentType(head).length()
                - head.headers().length();
    }

    static Buffer empty(int type, long id) {
        return Frame.open(type, id, 0);
    }

    static Buffer welcome(int window) {
        return Frame.seal(
                Frame.open(Frame.WELCOME, 0, 5).appendByte((byte) Frame.MINOR).appendInt(window));
    }

    static Buffer refuse(String sentence) {
        return Frame.seal(Frame.text(Frame.open(Frame.REFUSE, 0, sentence.length() + 2), sentence));
    }

    static Buffer init(Revision revision, String codeFolder, String entry) {
        Buffer out = Frame.open(Frame.INIT, 0, 512).appendByte((byte) 0);
        Frame.text(out, revision.function().name());
        Frame.text(out, revision.id().toString());
        Frame.text(out, revision.function().namespace());
        Frame.text(out, revision.label());
        out.appendInt((int) revision.limits().memory().toMiB());
        Frame.text(out, codeFolder);
        Frame.text(out, revision.handler());
        Frame.text(out, entry);
        out.appendUnsignedShort(revision.environment().size());
        revision.environment().forEach((name, value) -> Frame.text(Frame.text(out, name), value));
        byte[] init = revision.init().getBytes(StandardCharsets.UTF_8);
        out.appendUnsignedShort(revision.limits().concurrency());
        return Frame.seal(out.appendInt(init.length).appendBytes(init));
    }

    static Buffer run(RunHead head, Buffer body, boolean more) {
        Buffer headers = head.headers();
        int expected = ROOM_FOR_RUN + headers.length() + body.length();
        Buffer out = Frame.open(Frame.RUN, head.call(), expected).appendLong(head.deadlineMillis());
        Frame.text(out, head.invocation());
        Frame.text(out, contentType(head));
        out.appendInt(headers.length()).appendBuffer(headers);
        return Frame.seal(out.appendByte((byte) (more ? 1 : 0)).appendBuffer(body));
    }

    private static String contentType(RunHead head) {
        return head.contentType().length() > LONGEST_CONTENT_TYPE ? "" : head.contentType();
    }

    static Buffer data(long call, Buffer bytes) {
        return Frame.seal(Frame.open(Frame.DATA, call, bytes.length()).appendBuffer(bytes));
    }

    static Buffer end(long call, boolean complete) {
        return Frame.seal(Frame.open(Frame.END, call, 1).appendByte((byte) (complete ? 0 : 1)));
    }

    static Buffer credit(long call, int bytes) {
        return Frame.seal(Frame.open(Frame.CREDIT, call, 4).appendInt(bytes));
    }
}
