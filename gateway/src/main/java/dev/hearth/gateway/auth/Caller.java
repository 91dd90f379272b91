package dev.hearth.gateway.auth;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Who is at the other end of a request's connection, whatever its headers say. */
final class Caller {
    private Caller() {}

    static InetAddress address(HttpServerRequest request) {
        var connection = (HttpServerConnection) request.connection();
        return connection.channelHandlerContext().channel().remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
