package dev.hearth.gateway.http;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.Set;

/**
 * Bounds of the HTTP front.
 *
 * @param hosts names and addresses that a Host header may name beside loopback and the address that was called
 * @param connections open connections of one server instance; one more is closed at once
 * @param headerBytes request line and headers, each
 * @param codeBytes body of a registration
 * @param uploadBytes bodies of registrations in memory at once
 * @param idle how long a connection may stay open without a complete request head
 * @param pace a body must bring {@code paceBytes} in each of these spans, or it is given up
 * @param paceBytes see {@code pace}
 */
public record HttpLimits(
        Set<String> hosts,
        int connections,
        Bytes headerBytes,
        Bytes codeBytes,
        Bytes uploadBytes,
        Duration idle,
        Duration pace,
        Bytes paceBytes) {
    public static final HttpLimits DEFAULT = new HttpLimits(
            Set.of(),
            4_096,
            Bytes.ofKiB(64),
            Bytes.ofMiB(64),
            Bytes.ofMiB(192),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Bytes.ofKiB(1));

    public HttpLimits {
        hosts = Set.copyOf(hosts);
        if (connections < 1) {
            throw new IllegalArgumentException("connections is " + connections + ", must be at least 1");
        }
        if (headerBytes.value() < 1_024 || headerBytes.value() > 1 << 20) {
            throw new IllegalArgumentException("headerBytes is " + headerBytes + ", must be 1KiB to 1MiB");
        }
        if (codeBytes.value() > Integer.MAX_VALUE / 4 || uploadBytes.compareTo(codeBytes) < 0) {
            throw new IllegalArgumentException("codeBytes is " + codeBytes + " and uploadBytes is " + uploadBytes
                    + ": codeBytes must be below 512MiB and not above uploadBytes");
        }
        if (idle.toMillis() < 1 || pace.toMillis() < 1) {
            throw new IllegalArgumentException("idle and pace must be at least 1ms");
        }
    }
}
