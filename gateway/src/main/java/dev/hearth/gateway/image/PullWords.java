package dev.hearth.gateway.image;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import java.util.List;
import java.util.Locale;

/**
 * Says why a pull failed and what to do about it.
 *
 * @param reference the image
 * @param known whether credentials for its registry are stored
 */
record PullWords(String reference, boolean known) {
    private static final List<String> LOCKED = List.of(
            "no basic auth", "unauthorized", "authentication required", "denied", "forbidden", "incorrect username");
    private static final List<String> ABSENT =
            List.of("manifest unknown", "not found", "name unknown", "name_unknown", "no such image");
    private static final List<String> FOREIGN =
            List.of("no matching manifest", "does not match the specified platform");
    private static final List<String> BROKEN = List.of(
            "manifest",
            "content-type header",
            "mediatype",
            "media type",
            "unexpected end of json",
            "invalid character",
            "verification failed",
            "unmarshal");
    private static final List<String> UNTRUSTED = List.of("x509", "http response to https client", "tls:");
    private static final List<String> CUT = List.of(
            "connection refused",
            "no such host",
            "i/o timeout",
            "timeout",
            "connection reset",
            "eof",
            "no route to host",
            "unreachable",
            "broken pipe",
            "deadline exceeded");

    /** The failure with the engine's words and advice. */
    HearthException failed(String said) {
        String host = ImageReference.host(reference);
        return new HearthException(
                ErrorCode.IMAGE_PULL_FAILED, "image " + reference + ": " + said + advice(said, host));
    }

    private String advice(String said, String host) {
        String lower = said.toLowerCase(Locale.ROOT);
        if (any(LOCKED, lower)) {
            return known
                    ? "; the registry refuses the stored credentials for " + host
                            + ", or they may not read this image: store right ones with 'hearth registries add " + host
                            + "'"
                    : "; if the image is private, store credentials with 'hearth registries add " + host
                            + "'; if not, check its name";
        }
        if (lower.contains("no space left")) {
            return "; free space on the engine's disk";
        }
        if (any(FOREIGN, lower)) {
            return "; it was not built for this machine's processor: build it for " + System.getProperty("os.arch");
        }
        if (any(ABSENT, lower)) {
            return "; the registry " + host + " has no such image or tag: check the name, and that it was pushed";
        }
        if (any(UNTRUSTED, lower)) {
            return "; the engine does not trust the registry " + host
                    + ": give it a certificate that this machine trusts, or list it as insecure in the engine's settings";
        }
        if (any(BROKEN, lower)) {
            return "; what the registry holds under that name is not a whole image: push it again";
        }
        if (any(CUT, lower)) {
            return "; the registry " + host + " could not be reached or broke off: check that it runs, then try again";
        }
        return "";
    }

    private static boolean any(List<String> words, String text) {
        return words.stream().anyMatch(text::contains);
    }
}
