package dev.hearth.gateway.http;

import dev.hearth.common.units.Bytes;
import java.time.Duration;
import java.util.Set;

/**
 * Bounds of the HTTP front.
 *
 * @param hosts names and addresses that a Host header may name beside loopback and the address that was called
 * @param connections open connections of one server instance; one more is closed at once
 * @param headerBytes request line and headers, each; at most {@link EventHeaders#LARGEST_HEAD}
 * @param codeBytes body of a registration
 * @param uploadBytes bodies of registrations in memory at once, and what is made of them
 * @param uploadReaders threads that read registrations and unpack archives
 * @param idle how long a connection may stay open without a complete request head
 * @param pace a body must bring {@code paceBytes} in each of these spans, or it is given up
 * @param paceBytes see {@code pace}
 * @param stall how long a client may take nothing of an answer that waits for it
 * @param linger how long what a refused client still sends is thrown away before the connection is closed
 * @param sendBuffer what the system may hold of an answer for one connection, beyond our sight
 */
public record HttpLimits(
        Set<String> hosts,
        int connections,
        Bytes headerBytes,
        Bytes codeBytes,
        Bytes uploadBytes,
        int uploadReaders,
        Duration idle,
        Duration pace,
        Bytes paceBytes,
        Duration stall,
        Duration linger,
        Bytes sendBuffer) {
    public static final HttpLimits DEFAULT = new HttpLimits(
            Set.of(),
            4_096,
            Bytes.ofKiB(16),
            Bytes.ofMiB(64),
            Bytes.ofMiB(128),
            2,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Bytes.ofKiB(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Bytes.ofKiB(256));

    public HttpLimits {
        hosts = Set.copyOf(hosts);
        if (connections < 1) {
            throw new IllegalArgumentException("connections is " + connections + ", must be at least 1");
        }
        if (headerBytes.value() < 1_024 || headerBytes.compareTo(EventHeaders.LARGEST_HEAD) > 0) {
            throw new IllegalArgumentException(
                    "headerBytes is " + headerBytes + ", must be 1KiB to " + EventHeaders.LARGEST_HEAD);
        }
        if (codeBytes.value() > Integer.MAX_VALUE / 4 || uploadBytes.compareTo(codeBytes) < 0) {
            throw new IllegalArgumentException("codeBytes is " + codeBytes + " and uploadBytes is " + uploadBytes
                    + ": codeBytes must be below 512MiB and not above uploadBytes");
        }
        if (idle.toMillis() < 1 || pace.toMillis() < 1 || stall.toMillis() < 1 || linger.toMillis() < 1) {
            throw new IllegalArgumentException("idle, pace, stall and linger must be at least 1ms");
        }
        if (uploadReaders < 1) {
            throw new IllegalArgumentException("uploadReaders is " + uploadReaders + ", must be at least 1");
        }
    }
}
