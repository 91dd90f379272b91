package dev.hearth.deploy;

import java.util.List;
import picocli.CommandLine.Model.ISetter;

/** Turns the flag of one key into an assignment, as if --set had been written. */
final class OptionAssignment implements ISetter {
    private final String key;
    private final List<String> target;

    private OptionAssignment(String key, List<String> target) {
        this.key = key;
        this.target = target;
    }

    static OptionAssignment to(String key, List<String> target) {
        return new OptionAssignment(key, target);
    }

    // picocli first sets every option to its initial value, which is null here.
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    public <T> T set(T value) {
        if (value != null) {
            target.add(key + "=" + value);
        }
        return value;
    }
}
