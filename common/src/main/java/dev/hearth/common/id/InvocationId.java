package dev.hearth.common.id;

/**
 * Identifies one invocation; sorts by time of creation.
 *
 * @param value the 128 bits
 */
public record InvocationId(SortableId value) implements Comparable<InvocationId> {
    public static InvocationId next() {
        return new InvocationId(SortableId.next());
    }

    /**
     * Reads the 26-character form.
     *
     * @throws IllegalArgumentException when the text is no such id
     */
    public static InvocationId parse(String text) {
        return new InvocationId(SortableId.parse(text));
    }

    @Override
    public int compareTo(InvocationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
