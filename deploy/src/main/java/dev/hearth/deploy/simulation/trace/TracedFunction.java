package dev.hearth.deploy.simulation.trace;

import dev.hearth.common.units.Bytes;

/**
 * A function as a trace knows it.
 *
 * @param name its name, in the trace's own words
 * @param memory its limits.memory; above 0
 * @param runtime runtime of its code; empty when an image of its own holds it
 * @param image name of its own image; empty with a runtime
 * @param imageSize bytes of that image; zero with a runtime
 */
public record TracedFunction(String name, Bytes memory, String runtime, String image, Bytes imageSize) {
    public TracedFunction {
        if (memory.value() < 1) {
            throw new IllegalArgumentException("memory is " + memory + ", must be above 0");
        }
        if (runtime.isEmpty() == image.isEmpty()) {
            throw new IllegalArgumentException(
                    "function " + name + " needs a runtime or an image of its own, not both");
        }
    }

    /** Of code in one of the runtimes. */
    public static TracedFunction ofRuntime(String name, Bytes memory, String runtime) {
        return new TracedFunction(name, memory, runtime, "", Bytes.ZERO);
    }

    /** Of an image that nodes have to fetch. */
    public static TracedFunction ofImage(String name, Bytes memory, String image, Bytes size) {
        return new TracedFunction(name, memory, "", image, size);
    }
}
