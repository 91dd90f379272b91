/** The server's certificate: read from PEM files, and read again when they change. */
@NullMarked
package dev.hearth.gateway.tls;

import org.jspecify.annotations.NullMarked;
