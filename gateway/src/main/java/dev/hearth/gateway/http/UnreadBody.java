package dev.hearth.gateway.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * What happens to a body that nobody reads because the request was refused.
 *
 * <p>A small one is read and thrown away, and the connection lives on. After a large one the connection is closed, but
 * only our half at once: a close with bytes unread resets the connection, and the client might lose the answer with it.
 */
final class UnreadBody {
    private static final long SMALL = 64 * 1024;

    private UnreadBody() {}

    /** Throws away what comes; true when the connection must be closed after the answer. */
    static boolean settle(HttpServerRequest request) {
        if (request.isEnded()) {
            return false;
        }
        request.handler(null).endHandler(null).resume();
        if (declared(request) <= SMALL && !expectsContinue(request)) {
            return false;
        }
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        return true;
    }

    /** Closes our half; the other is closed by the client, or by the sweep of {@link Connections}. */
    static void closeOurHalf(HttpServerRequest request) {
        var connection = (HttpServerConnection) request.connection();
        if (connection.channelHandlerContext().channel() instanceof DuplexChannel channel) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                ChannelFuture _ = channel.shutdownOutput();
            } else {
                // TLS has an end of its own; without it the answer looks as if somebody on the way had cut it off.
                ChannelFuture _ = tls.closeOutbound().addListener(told -> {
                    ChannelFuture _ = channel.shutdownOutput();
                });
            }
        } else {
            connection.close();
        }
    }

    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.headers().get(HttpHeaders.EXPECT));
    }

    /** The declared length; without one, or with one that is no number, as large as can be. */
    static long declared(HttpServerRequest request) {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? Long.MAX_VALUE : 0;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException wrong) {
            return Long.MAX_VALUE;
        }
    }
}
