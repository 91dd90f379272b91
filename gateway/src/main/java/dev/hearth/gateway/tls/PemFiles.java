package dev.hearth.gateway.tls;

import java.nio.file.Path;

/**
 * Where a certificate and its private key lie.
 *
 * @param certificate the certificate and those between it and its root
 * @param key the private key, not encrypted
 */
public record PemFiles(Path certificate, Path key) {}
