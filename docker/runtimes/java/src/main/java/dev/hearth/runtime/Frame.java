package dev.hearth.runtime;

import java.nio.ByteBuffer;

/**
 * A frame as it was read.
 *
 * @param kind what it is, see {@link Frames}
 * @param number of the call
 * @param payload all behind the head, from position to limit, nobody else's
 */
record Frame(int kind, long number, ByteBuffer payload) {}
