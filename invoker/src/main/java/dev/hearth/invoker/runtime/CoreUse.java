package dev.hearth.invoker.runtime;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Whether the machine's cores were all in use since the last look, by the kernel's own count of processor time. */
final class CoreUse implements AutoCloseable {
    private static final Pattern FIELD = Pattern.compile(" +");
    private static final int LINE = 256;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;
    private static final double FULL = 0.9;

    private final RandomAccessFile stat;
    private final byte[] line = new byte[LINE];
    private long idle;
    private long all;

    /**
     * Starts counting.
     *
     * @param stat a file like /proc/stat, which is read at once and takes no time
     */
    CoreUse(Path stat) {
        try {
            this.stat = new RandomAccessFile(stat.toFile(), "r");
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
        isFull();
    }

    /** Counts from the last look to now. */
    boolean isFull() {
        long idleBefore = idle;
        long allBefore = all;
        read();
        long passed = all - allBefore;
        return passed > 0 && idle - idleBefore <= passed * (1 - FULL);
    }

    private void read() {
        try {
            stat.seek(0);
            String first = new String(line, 0, Math.max(0, stat.read(line)), StandardCharsets.US_ASCII);
            List<String> fields =
                    FIELD.splitAsStream(first.lines().findFirst().orElse("")).toList();
            idle = 0;
            all = 0;
            // What comes after STEAL is counted in the first fields already.
            for (int i = 1; i <= STEAL && i < fields.size(); i++) {
                long ticks = Long.parseLong(fields.get(i));
                all += ticks;
                idle += i == IDLE || i == IO_WAIT ? ticks : 0;
            }
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    @Override
    public void close() throws IOException {
        stat.close();
    }
}
