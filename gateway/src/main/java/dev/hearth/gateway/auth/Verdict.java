package dev.hearth.gateway.auth;

/** What comes of a text that somebody presents as a key. */
sealed interface Verdict {
    /** It is this key. */
    record Accepted(ApiKey key) implements Verdict {}

    /**
     * It is none that is valid.
     *
     * @param id of the key that it claims to be, when there is such a key; else empty
     */
    record Refused(Reason reason, String id) implements Verdict {}

    /** Why a key is refused. */
    enum Reason {
        MALFORMED,
        WRONG,
        EXPIRED
    }
}
