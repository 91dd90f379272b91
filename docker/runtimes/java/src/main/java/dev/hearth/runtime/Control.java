package dev.hearth.runtime;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The control socket to the bridge: says when a call is over, waits until the bridge has cleaned up after it. */
final class Control {
    private static final int RECORD_BYTES = 9;
    private static final long NOTHING = -1;
    /** The bridge's answer to the end of init, whatever stood in that. */
    private static final long INIT_CLEAN = 0;

    private final @Nullable FileInputStream in;
    private final @Nullable FileOutputStream out;
    private long awaited = NOTHING;

    /** Without a bridge (tests) nothing is said and nothing is waited for. */
    Control(OptionalInt fd) {
        in = fd.isPresent() ? Descriptors.input(fd.getAsInt()) : null;
        out = fd.isPresent() ? Descriptors.output(fd.getAsInt()) : null;
    }

    /** @param concurrency calls at a time */
    void initDone(int concurrency) {
        tell('I', concurrency == 1 ? 0 : concurrency);
        awaited = INIT_CLEAN;
    }

    void callOver(long number) {
        tell('E', number);
    }

    /** Returns once the bridge has answered what it was told last. */
    void awaitClean() {
        while (awaited != NOTHING && in != null) {
            ByteBuffer record = ByteBuffer.wrap(read(in));
            if (record.get() == 'C' && record.getLong() == awaited) {
                awaited = NOTHING;
            }
        }
    }

    private void tell(char letter, long number) {
        if (out == null) {
            return;
        }
        try {
            out.write(ByteBuffer.allocate(RECORD_BYTES)
                    .put((byte) letter)
                    .putLong(number)
                    .array());
        } catch (IOException e) {
            throw Exits.leave(Exits.BRIDGE_GONE, "the bridge is gone: " + e.getMessage());
        }
        awaited = number;
    }

    /** One record; also right on a stream, where a record may come in pieces. */
    private static byte[] read(FileInputStream in) {
        byte[] record = new byte[RECORD_BYTES];
        int have = 0;
        try {
            while (have < RECORD_BYTES) {
                int read = in.read(record, have, RECORD_BYTES - have);
                if (read < 0) {
                    throw new IOException("end of file");
                }
                have += read;
            }
            return record;
        } catch (IOException e) {
            throw Exits.leave(Exits.BRIDGE_GONE, "the bridge is gone: " + e.getMessage());
        }
    }
}
