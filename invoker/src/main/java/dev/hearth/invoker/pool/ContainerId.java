package dev.hearth.invoker.pool;

/**
 * Hearth's own name of a container, unique over all lives of a node.
 *
 * @param value prefix of the node's life, a dash and a count in base 36
 */
public record ContainerId(String value) {
    public ContainerId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a container id cannot be empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
