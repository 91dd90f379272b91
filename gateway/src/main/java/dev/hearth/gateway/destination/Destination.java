package dev.hearth.gateway.destination;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.FunctionName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;

/** Who is told of the end of an asynchronous invocation. */
public sealed interface Destination {
    /** Most characters of a destination. */
    int LENGTH = 2_048;

    /** What shares one destination's part of the deliveries under way. */
    String lane();

    /** A function of the same namespace, which is called asynchronously. */
    record Callee(FunctionName function) implements Destination {
        @Override
        public String lane() {
            return Text.FUNCTION + function.name();
        }

        @Override
        public String toString() {
            return Text.FUNCTION + function.name();
        }
    }

    /**
     * An HTTP server elsewhere.
     *
     * @param url http or https, with a host, without user and fragment
     */
    record Webhook(URI url) implements Destination {
        /** The name or address to connect to, an IPv6 address without its brackets. */
        String host() {
            String host = url.getHost();
            return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        }

        boolean secure() {
            return url.getScheme().equalsIgnoreCase("https");
        }

        int port() {
            return url.getPort() >= 0 ? url.getPort() : secure() ? 443 : 80;
        }

        /** What the request asks for. */
        String path() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }

        @Override
        public String lane() {
            return host().toLowerCase(Locale.ROOT) + ":" + port();
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }

    /** Reads a destination of the default namespace; see {@link #parse(String, String)}. */
    static Destination parse(String text) {
        return parse(text, FunctionName.DEFAULT_NAMESPACE);
    }

    /**
     * Reads {@code function:NAME}, {@code http://...} or {@code https://...}.
     *
     * @param namespace of the function
     * @throws HearthException INVALID_REQUEST with what is wrong and which forms there are
     */
    static Destination parse(String text, String namespace) {
        if (text.length() > LENGTH) {
            throw Text.wrong("a destination of " + text.length() + " characters is too long, it may have " + LENGTH);
        }
        if (!text.startsWith(Text.FUNCTION)) {
            return new Webhook(Text.url(text));
        }
        try {
            return new Callee(new FunctionName(namespace, text.substring(Text.FUNCTION.length())));
        } catch (IllegalArgumentException noName) {
            throw Text.wrong(Objects.toString(noName.getMessage(), "no name of a function"));
        }
    }

    /** How destinations are written. */
    final class Text {
        private static final String FUNCTION = "function:";
        private static final int MOST_PORT = 65_535;

        private Text() {}

        private static URI url(String text) {
            URI url;
            try {
                url = new URI(text);
            } catch (URISyntaxException noUrl) {
                throw wrong("it cannot be read as a URL: " + noUrl.getReason());
            }
            String scheme = Objects.requireNonNullElse(url.getScheme(), "").toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw wrong("it begins neither with http: nor with https: nor with function:");
            }
            if (url.getRawUserInfo() != null
                    || Objects.toString(url.getRawAuthority(), "").contains("@")) {
                throw wrong("a URL may not hold a user or a password, which records and logs would show");
            }
            if (url.getHost() == null || url.getPort() == 0 || url.getPort() > MOST_PORT) {
                throw wrong("the URL has no host, or no valid port");
            }
            if (url.getRawFragment() != null || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw wrong("a URL is written in ASCII and without a fragment (#)");
            }
            return url;
        }

        private static HearthException wrong(String why) {
            return new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "this is no destination: " + why + "; write function:NAME or https://HOST/PATH");
        }
    }
}
