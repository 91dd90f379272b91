package dev.hearth.deploy.simulation.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A trace in a CSV file, read line by line; one that ends with {@code .gz} is unpacked on the way.
 *
 * <p>The first line names the columns; empty lines and those that begin with {@code #} are passed over.
 */
public final class TraceFile implements Trace {
    private final Path path;
    private final BufferedReader reader;
    private final TraceColumns columns;
    private long line;
    private long lastAt;

    private TraceFile(Path path, BufferedReader reader) {
        this.path = path;
        this.reader = reader;
        String header = nextLine();
        if (header == null) {
            throw new TraceException("trace " + path + " is empty: its first line must name the columns, for example "
                    + TraceColumns.EXAMPLE);
        }
        columns = parsed(() -> new TraceColumns(header));
    }

    /**
     * Opens the file and reads its header.
     *
     * @throws TraceException when there is no such file, or its header lacks a column
     */
    public static TraceFile open(Path path) {
        BufferedReader reader = null;
        try {
            reader = new BufferedReader(new InputStreamReader(bytes(path), StandardCharsets.UTF_8));
            return new TraceFile(path, reader);
        } catch (IOException fault) {
            throw new TraceException("trace " + path + " cannot be read: " + fault, fault);
        } catch (TraceException wrong) {
            closeQuietly(reader);
            throw wrong;
        }
    }

    private static InputStream bytes(Path path) throws IOException {
        InputStream file = Files.newInputStream(path);
        return path.toString().endsWith(".gz") ? new GZIPInputStream(file, 1 << 16) : file;
    }

    private static void closeQuietly(@Nullable BufferedReader reader) {
        try {
            if (reader != null) {
                reader.close();
            }
        } catch (IOException ignored) {
            // What was wrong before is told.
        }
    }

    @Override
    public @Nullable TracedCall next() {
        String text = nextLine();
        if (text == null) {
            return null;
        }
        TracedCall call = parsed(() -> columns.call(text));
        if (call.atMicros() < lastAt) {
            throw wrong("at is " + call.atMicros() / 1e6 + ", before the " + lastAt / 1e6
                    + " of the call above it; sort the trace by at");
        }
        lastAt = call.atMicros();
        return call;
    }

    private @Nullable String nextLine() {
        try {
            String text = reader.readLine();
            line++;
            while (text != null && (text.isBlank() || text.startsWith("#"))) {
                text = reader.readLine();
                line++;
            }
            return text;
        } catch (IOException fault) {
            throw new TraceException("trace " + path + " cannot be read after line " + line + ": " + fault, fault);
        }
    }

    private interface Parsing<T> {
        T get();
    }

    private <T> T parsed(Parsing<T> parsing) {
        try {
            return parsing.get();
        } catch (IllegalArgumentException fault) {
            throw new TraceException(place() + fault.getMessage(), fault);
        }
    }

    private TraceException wrong(String what) {
        return new TraceException(place() + what);
    }

    private String place() {
        return "trace " + path + ", line " + line + ": ";
    }

    @Override
    public void close() {
        closeQuietly(reader);
    }
}
