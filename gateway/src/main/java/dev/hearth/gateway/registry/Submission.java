package dev.hearth.gateway.registry;

import dev.hearth.common.function.Code;
import io.vertx.core.buffer.Buffer;

/**
 * A registration that was read and found valid.
 *
 * @param spec what is asked for
 * @param code the code's form, digest and sizes
 * @param bytes the code itself; empty with {@link Code#NONE}
 */
public record Submission(FunctionSpec spec, Code code, Buffer bytes) {}
