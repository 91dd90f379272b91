package dev.hearth.gateway.http;

import dev.hearth.common.error.ErrorCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others from speaking to this server through a user's browser (DNS rebinding, cross-site requests).
 *
 * <p>A browser always names the host it believes to speak to, and the origin of the page. A rebound name is neither
 * loopback nor the address that the connection came in on nor one of {@code gateway.hosts}; a foreign page has another
 * origin than that host, or {@code null} for one. Plain HTTP takes an origin of https too, since a proxy may have TLS.
 */
final class HostRule {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:\\d{1,5})?");

    private static final int MOST_PORT = 65_535;

    private final Set<String> hosts;
    private final boolean tls;
    /** The Host header seen last that was allowed whoever calls: most clients send the same again. */
    private String allowedLast = "";

    /**
     * A rule for one server.
     *
     * @param hosts names and addresses beside loopback and the one that was called
     * @param tls whether the server speaks TLS itself
     */
    HostRule(Set<String> hosts, boolean tls) {
        this.tls = tls;
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** The answer to a request that must not be served; null when it may. */
    @Nullable
    ErrorAnswer refusal(HttpServerRequest request) {
        String host = request.headers().get(HttpHeaders.HOST);
        if (host == null || host.isEmpty()) {
            return ErrorAnswer.of(ErrorCode.INVALID_REQUEST, "the request has no Host header");
        }
        if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
            return ErrorAnswer.of(ErrorCode.INVALID_REQUEST, "the request has more than one Host header");
        }
        if (!host.equals(allowedLast)) {
            ErrorAnswer refusal = unknown(host, request);
            if (refusal != null) {
                return refusal;
            }
        }
        if (request.headers().contains(HttpHeaders.ORIGIN)
                && !isOwn(request.headers().getAll(HttpHeaders.ORIGIN), host)) {
            return ErrorAnswer.of(
                    ErrorCode.FORBIDDEN,
                    "the request comes from a web page of another origin ("
                            + shown(String.join(", ", request.headers().getAll(HttpHeaders.ORIGIN)))
                            + "); this host is " + host);
        }
        return null;
    }

    private boolean isOwn(List<String> origins, String host) {
        String origin = origins.getFirst();
        return origins.size() == 1 && (origin.equals("https://" + host) || (!tls && origin.equals("http://" + host)));
    }

    private @Nullable ErrorAnswer unknown(String header, HttpServerRequest request) {
        var form = FORM.matcher(header.toLowerCase(Locale.ROOT));
        if (!form.matches() || port(form.group(2)) > MOST_PORT) {
            return ErrorAnswer.of(ErrorCode.INVALID_REQUEST, "the Host header is not one host and port");
        }
        String host = form.group(1);
        if (LOOPBACK.matcher(host).matches() || hosts.contains(host)) {
            allowedLast = header;
            return null;
        }
        if (host.equals(address(request))) {
            return null;
        }
        return ErrorAnswer.of(
                ErrorCode.FORBIDDEN,
                "this server is not called " + shown(host)
                        + ": call it by its address, or put the name into gateway.hosts");
    }

    private static int port(@Nullable String suffix) {
        return suffix == null ? 0 : Integer.parseInt(suffix.substring(1));
    }

    private static String address(HttpServerRequest request) {
        String address = request.localAddress().hostAddress();
        if (address == null) {
            return "";
        }
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        return plain.indexOf(':') < 0 ? plain : "[" + plain + "]";
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
