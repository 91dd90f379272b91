package dev.hearth.common.id;

/**
 * Identifies one revision; sorts by time of creation.
 *
 * @param value the 128 bits
 */
public record RevisionId(SortableId value) implements Comparable<RevisionId> {
    public static RevisionId next() {
        return new RevisionId(SortableId.next());
    }

    /**
     * Reads the 26-character form.
     *
     * @throws IllegalArgumentException when the text is no such id
     */
    public static RevisionId parse(String text) {
        return new RevisionId(SortableId.parse(text));
    }

    @Override
    public int compareTo(RevisionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
