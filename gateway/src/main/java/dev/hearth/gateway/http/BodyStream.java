package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a stream on which a thread may block, with a few pieces of it in memory at a time.
 *
 * <p>The event loop puts in as many pieces as were asked for; each piece that the reader takes asks for one more. A body
 * above its limit, one that stands still and one that breaks off end in an exception whose cause is a
 * {@link HearthException}.
 */
public final class BodyStream extends InputStream {
    private static final int AHEAD = 8;

    /** Bytes, or the end: a good one without a fault. */
    private record Piece(@Nullable Buffer bytes, @Nullable HearthException fault) {}

    private final HttpServerRequest request;
    private final Context context;
    private final Bytes limit;
    private final String what;
    private final Duration stall;
    /** Never longer than what was asked for. */
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

    private Buffer current = Buffer.buffer();
    private int at;
    private @Nullable Piece end;
    private long come;

    private BodyStream(HttpServerRequest request, Context context, Bytes limit, String what, Duration stall) {
        this.request = request;
        this.context = context;
        this.limit = limit;
        this.what = what;
        this.stall = stall;
    }

    /**
     * Takes over the body of a request; to be called in the request's handler.
     *
     * @param what names the body and the setting of its limit
     * @param stall how long the client may send nothing
     * @throws HearthException INGRESS_EXCEEDED when the declared length is above the limit
     */
    public static BodyStream of(HttpServerRequest request, Bytes limit, String what, Duration stall) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("a body is taken over on its event loop");
        }
        BodyStream stream = new BodyStream(request, context, limit, what, stall);
        long declared = UnreadBody.declared(request);
        if (declared != Long.MAX_VALUE && declared > limit.value()) {
            throw stream.tooLarge(declared + " bytes");
        }
        stream.begin();
        return stream;
    }

    private void begin() {
        if (UnreadBody.expectsContinue(request)) {
            request.response().writeContinue();
        }
        request.pause();
        request.handler(this::take)
                .endHandler(ignored -> pieces.add(new Piece(null, null)))
                .exceptionHandler(broken -> pieces.add(new Piece(
                        null,
                        new HearthException(
                                ErrorCode.INVALID_REQUEST,
                                "the connection broke after " + come + " bytes of " + what))));
        request.fetch(AHEAD);
    }

    private void take(Buffer bytes) {
        come += bytes.length();
        pieces.add(
                come > limit.value()
                        ? new Piece(null, tooLarge("at least " + come + " bytes"))
                        : new Piece(bytes, null));
    }

    private HearthException tooLarge(String size) {
        return new HearthException(ErrorCode.INGRESS_EXCEEDED, what + " has " + size + ", the limit is " + limit);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        while (at == current.length()) {
            if (!next()) {
                return -1;
            }
        }
        int taken = Math.min(most, current.length() - at);
        current.getBytes(at, at + taken, into, from);
        at += taken;
        return taken;
    }

    private boolean next() throws IOException {
        Piece piece = end != null ? end : awaited();
        Buffer bytes = piece.bytes();
        if (bytes == null) {
            end = piece;
            if (piece.fault() != null) {
                throw new IOException(piece.fault().getMessage(), piece.fault());
            }
            return false;
        }
        current = bytes;
        at = 0;
        context.runOnContext(ignored -> request.fetch(1));
        return true;
    }

    private Piece awaited() throws IOException {
        try {
            Piece piece = pieces.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
            return piece != null
                    ? piece
                    : new Piece(
                            null,
                            new HearthException(
                                    ErrorCode.INVALID_REQUEST,
                                    what + " stands still: nothing came for " + Durations.format(stall)));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
