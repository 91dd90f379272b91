package dev.hearth.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** What waits to be sent on one connection, and for how long none of it has gone; belongs to its event loop. */
final class Unsent {
    private final Channel channel;
    private long bytes;
    private long progress;
    private int message;
    private long sinceNanos;

    Unsent(HttpConnection connection) {
        this.channel =
                ((HttpServerConnection) connection).channelHandlerContext().channel();
    }

    boolean none() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null || waiting.totalPendingWriteBytes() == 0;
    }

    /** How long nothing has gone, to be asked again and again; 0 when nothing waits. */
    long stalled(long now) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        long bytesNow = waiting == null ? 0 : waiting.totalPendingWriteBytes();
        long progressNow = waiting == null ? 0 : waiting.currentProgress();
        int messageNow = waiting == null ? 0 : System.identityHashCode(waiting.current());
        if (bytesNow == 0 || bytesNow != bytes || progressNow != progress || messageNow != message) {
            bytes = bytesNow;
            progress = progressNow;
            message = messageNow;
            sinceNanos = now;
        }
        return now - sinceNanos;
    }

    /** Whether nothing more can be sent: the last answer has gone. */
    boolean isShut() {
        return channel instanceof DuplexChannel half && half.isOutputShutdown();
    }

    /** Closes at once: a close in order would wait for just the bytes that do not go. */
    void cutOff() {
        channel.unsafe().close(channel.voidPromise());
    }
}
