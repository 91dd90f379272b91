package dev.hearth.gateway.usage;

/**
 * What was used, in whole numbers, so that nothing is lost by adding up.
 *
 * @param invocations attempts that ended
 * @param failures those of them that failed
 * @param cold those that ran after a cold start
 * @param prewarmed those that ran after a stem cell took the code
 * @param warm those that ran in a container that was there
 * @param mibMicros run time x limits.memory, MiB x microseconds
 * @param cpuMicros processor time of containers, microseconds
 * @param bytesIn of events
 * @param bytesOut of answers
 * @param networkIn bytes that containers received over a network
 * @param networkOut bytes that they sent
 * @param idleMibMicros idle time of warm containers x limits.memory, MiB x microseconds
 */
record Sums(
        long invocations,
        long failures,
        long cold,
        long prewarmed,
        long warm,
        long mibMicros,
        long cpuMicros,
        long bytesIn,
        long bytesOut,
        long networkIn,
        long networkOut,
        long idleMibMicros) {
    static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Calls that ran; others cost nothing. */
    long runs() {
        return cold + prewarmed + warm;
    }

    Sums plus(Sums other) {
        return new Sums(
                invocations + other.invocations,
                failures + other.failures,
                cold + other.cold,
                prewarmed + other.prewarmed,
                warm + other.warm,
                mibMicros + other.mibMicros,
                cpuMicros + other.cpuMicros,
                bytesIn + other.bytesIn,
                bytesOut + other.bytesOut,
                networkIn + other.networkIn,
                networkOut + other.networkOut,
                idleMibMicros + other.idleMibMicros);
    }
}
