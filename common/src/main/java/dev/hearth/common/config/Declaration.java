package dev.hearth.common.config;

import dev.hearth.common.config.Setting.Range;
import java.util.Optional;

/** Collects what a {@link Setting} is made of; ends with its tier and its meaning. */
public final class Declaration<T> {
    private final String name;
    private final Kind<T> kind;
    private Optional<T> fallback = Optional.empty();
    private String fallbackText = "";
    private Optional<Range<T>> range = Optional.empty();
    private String alias = "";
    private String idea = "";

    Declaration(String name, Kind<T> kind) {
        this.name = name;
        this.kind = kind;
    }

    /** The default. */
    public Declaration<T> or(T value) {
        fallback = Optional.of(value);
        String text = kind.format().apply(value);
        fallbackText = text.isEmpty() ? "none" : text;
        return this;
    }

    /** The default is found at boot; the text says how. */
    public Declaration<T> computed(String text) {
        fallbackText = text;
        return this;
    }

    /** Least and most, both allowed. */
    public Declaration<T> between(T least, T most) {
        range = Optional.of(new Range<>(least, most));
        return this;
    }

    /** A second environment variable that sets it. */
    public Declaration<T> alias(String variable) {
        alias = variable;
        return this;
    }

    /** The paper or system that the setting was taken from. */
    public Declaration<T> idea(String source) {
        idea = source;
        return this;
    }

    public Setting<T> essential(String meaning) {
        return make(Tier.ESSENTIAL, meaning);
    }

    public Setting<T> frequent(String meaning) {
        return make(Tier.FREQUENT, meaning);
    }

    public Setting<T> rare(String meaning) {
        return make(Tier.RARE, meaning);
    }

    private Setting<T> make(Tier tier, String meaning) {
        if (fallbackText.isEmpty()) {
            throw new IllegalStateException("setting " + name + " has no default");
        }
        return new Setting<>(name, kind, fallback, fallbackText, range, meaning, tier, alias, idea);
    }
}
