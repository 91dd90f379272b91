package dev.hearth.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a node is and how patient its client.
 *
 * @param url scheme, host and port of the node
 * @param key API key; empty for none
 * @param tls who is trusted; empty for whom the JDK trusts
 * @param connectTimeout for a connection
 * @param requestTimeout for an answer that the node gives at once
 * @param callTimeout for the answer of a synchronous call
 * @param registerTimeout until a function is ready, the pull of its image included
 * @param retries of a request that can be sent again without harm
 * @param firstRetry wait before the first of them; it doubles with each
 * @param poll how long the node holds one question of those who wait
 * @param outage how long those who wait put up with a node that does not answer
 * @param maxAnswerBytes longest answer that is read into memory
 */
public record ManagerSettings(
        URI url,
        String key,
        Optional<SSLContext> tls,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration callTimeout,
        Duration registerTimeout,
        int retries,
        Duration firstRetry,
        Duration poll,
        Duration outage,
        long maxAnswerBytes) {
    public ManagerSettings {
        if (key.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("the API key holds a blank or a control character");
        }
    }

    /** The usual ones for a node at this address, such as {@code http://127.0.0.1:8080}. */
    public static ManagerSettings at(String url) {
        return new ManagerSettings(
                uri(url),
                "",
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofMinutes(5),
                5,
                Duration.ofMillis(200),
                Duration.ofSeconds(20),
                Duration.ofMinutes(2),
                64L << 20);
    }

    /** As the command line has them: {@code HEARTH_URL} (or {@code HEARTH_PORT}), {@code HEARTH_KEY}, {@code HEARTH_CACERT}. */
    public static ManagerSettings of(Map<String, String> environment) {
        String port = environment.getOrDefault("HEARTH_PORT", "8080");
        ManagerSettings settings = at(environment.getOrDefault("HEARTH_URL", "http://127.0.0.1:" + port))
                .withKey(environment.getOrDefault("HEARTH_KEY", ""));
        String trusted = environment.getOrDefault("HEARTH_CACERT", "");
        return trusted.isEmpty() ? settings : settings.withTrust(Path.of(trusted));
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException wrong) {
            throw new IllegalArgumentException(address(text), wrong);
        }
        throw new IllegalArgumentException(address(text));
    }

    private static String address(String text) {
        return "'" + text + "' is no address of a node: give scheme, host and port, for example http://127.0.0.1:8080";
    }

    public ManagerSettings withKey(String other) {
        return new ManagerSettings(
                url,
                other,
                tls,
                connectTimeout,
                requestTimeout,
                callTimeout,
                registerTimeout,
                retries,
                firstRetry,
                poll,
                outage,
                maxAnswerBytes);
    }

    /** Trusts the certificates of a PEM file and nobody else. */
    public ManagerSettings withTrust(Path pem) {
        return new ManagerSettings(
                url,
                key,
                Optional.of(Trust.in(pem)),
                connectTimeout,
                requestTimeout,
                callTimeout,
                registerTimeout,
                retries,
                firstRetry,
                poll,
                outage,
                maxAnswerBytes);
    }

    public ManagerSettings withTimeouts(Duration connect, Duration request, Duration call) {
        return new ManagerSettings(
                url,
                key,
                tls,
                connect,
                request,
                call,
                registerTimeout,
                retries,
                firstRetry,
                poll,
                outage,
                maxAnswerBytes);
    }

    public ManagerSettings withRetries(int count, Duration first) {
        return new ManagerSettings(
                url,
                key,
                tls,
                connectTimeout,
                requestTimeout,
                callTimeout,
                registerTimeout,
                count,
                first,
                poll,
                outage,
                maxAnswerBytes);
    }

    public ManagerSettings withWaiting(Duration longestPoll, Duration longestOutage) {
        return new ManagerSettings(
                url,
                key,
                tls,
                connectTimeout,
                requestTimeout,
                callTimeout,
                registerTimeout,
                retries,
                firstRetry,
                longestPoll,
                longestOutage,
                maxAnswerBytes);
    }

    public ManagerSettings withRegisterTimeout(Duration span) {
        return new ManagerSettings(
                url,
                key,
                tls,
                connectTimeout,
                requestTimeout,
                callTimeout,
                span,
                retries,
                firstRetry,
                poll,
                outage,
                maxAnswerBytes);
    }

    public ManagerSettings withMaxAnswerBytes(long bytes) {
        return new ManagerSettings(
                url,
                key,
                tls,
                connectTimeout,
                requestTimeout,
                callTimeout,
                registerTimeout,
                retries,
                firstRetry,
                poll,
                outage,
                bytes);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "node at " + url;
    }
}
