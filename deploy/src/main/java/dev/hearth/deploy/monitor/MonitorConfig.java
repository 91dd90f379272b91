package dev.hearth.deploy.monitor;

import dev.hearth.common.config.Loopback;
import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Where a worker process tells health and metrics beside its socket.
 *
 * @param at its address; empty for nowhere
 * @param token that metrics ask for; empty for none
 * @param tls whether it shows its certificate of the cluster there
 */
public record MonitorConfig(Optional<At> at, String token, boolean tls) {
    private static final int LEAST_TOKEN = 16;
    private static final String AUTO = "auto";

    private static final Setting<String> LISTEN = Setting.text("invoker.listen")
            .or("")
            .frequent(
                    "HOST:PORT at which a worker process tells /health and /metrics, besides on its socket in the data"
                            + " folder; of no meaning where a gateway is in the same process.");
    private static final Setting<String> TOKEN = Setting.secret("invoker.listen-token")
            .or("")
            .frequent(
                    "What Authorization: Bearer must be for /metrics there, 16 characters or more; other addresses than"
                            + " loopback need one.");
    private static final Setting<String> TLS = Setting.oneOf("invoker.listen-tls", List.of(AUTO, "off"))
            .or(AUTO)
            .rare("auto: TLS with the worker's certificate of the cluster on every address but loopback; off where a"
                    + " proxy in front has TLS.");

    /** The keys that it is bound from. */
    public static final List<Setting<?>> SETTINGS = List.of(LISTEN, TOKEN, TLS);

    /** An address to listen on. */
    public record At(String host, int port) {
        private static Optional<At> parse(String text) {
            int colon = text.lastIndexOf(':');
            String port = text.substring(colon + 1);
            if (colon < 1
                    || !port.matches("\\d{1,5}")
                    || Integer.parseInt(port) < 1
                    || Integer.parseInt(port) > 65_535) {
                return Optional.empty();
            }
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (host.contains(":") != bracketed) {
                return Optional.empty();
            }
            return Optional.of(new At(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port)));
        }

        boolean isLoopback() {
            return Loopback.contains(host);
        }

        private boolean isAny() {
            return host.equals("0.0.0.0") || host.equals("::");
        }
    }

    /** Reads the keys. */
    public static MonitorConfig bind(Settings settings) {
        String text = settings.read(LISTEN);
        Optional<At> at = text.isEmpty() ? Optional.empty() : At.parse(text);
        settings.require(
                text.isEmpty() || at.isPresent(),
                "invoker.listen is '" + text + "': give HOST:PORT, an address of IP version 6 in brackets");
        String token = settings.read(TOKEN);
        settings.require(
                token.isEmpty() || token.length() >= LEAST_TOKEN,
                "invoker.listen-token has " + token.length() + " characters, must have " + LEAST_TOKEN + " or more");
        settings.require(
                at.isEmpty() || at.get().isLoopback() || !token.isEmpty(),
                "invoker.listen is " + text + ", which other machines reach: set invoker.listen-token too");
        boolean auto = settings.read(TLS).equals(AUTO);
        return new MonitorConfig(at, token, auto && at.isPresent() && !at.get().isLoopback());
    }

    /**
     * What the gateways tell those who look for metrics; empty when it is of no use to other machines.
     *
     * @param member address at which the other members of the cluster reach this process
     */
    public String advertised(String member) {
        return at.filter(one -> !one.isLoopback() || Loopback.contains(member))
                .map(one -> {
                    String host = one.isAny() ? member : one.host();
                    return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                            + one.port();
                })
                .orElse("");
    }
}
