package dev.hearth.common.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Turns what was given into typed values and collects every fault on the way.
 *
 * <p>A wrong value is noted and its default handed out, so that reading goes on and finds the other faults;
 * {@link #finish} then refuses all of them in one message. Records bound from these settings must not be used before
 * finish has returned.
 */
public final class Settings {
    private final Catalogue catalogue;
    private final Map<String, String> environment;
    private final Map<String, Given> given;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Effective> effective = new LinkedHashMap<>();

    private Settings(Catalogue catalogue, Sources sources) {
        this.catalogue = catalogue;
        this.environment = sources.environment();
        this.given = sources.collect(catalogue, faults);
    }

    public static Settings load(Catalogue catalogue, Sources sources) {
        return new Settings(catalogue, sources);
    }

    /** The value of a setting with a fixed default. */
    public <T> T read(Setting<T> setting) {
        return read(
                setting,
                () -> setting.fallback()
                        .orElseThrow(() -> new IllegalStateException("the default of " + setting + " is computed")));
    }

    /** The value of a setting whose default is computed now. */
    public <T> T read(Setting<T> setting, Supplier<T> computed) {
        if (!catalogue.knows(setting.name())) {
            throw new IllegalStateException("setting " + setting + " is not in the catalogue");
        }
        Given value = given.get(setting.name());
        return value == null ? fallback(setting, computed.get()) : parse(setting, value, computed);
    }

    /** Whether somebody set it. */
    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting.name());
    }

    /** A variable of the environment that is no setting of ours; empty when not set or empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }

    /** Notes a fault that shows only when several settings are seen together. */
    public void require(boolean holds, String faultOtherwise) {
        if (!holds) {
            faults.add(faultOtherwise);
        }
    }

    /**
     * Ends reading.
     *
     * @throws ConfigException with every fault found since the start
     */
    public void finish() {
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
    }

    /** What has been read so far, in the order of the catalogue. */
    public List<Effective> effective() {
        return catalogue.all().stream()
                .flatMap(setting -> Optional.ofNullable(effective.get(setting.name())).stream())
                .toList();
    }

    private <T> T fallback(Setting<T> setting, T value) {
        String source = setting.fallback().isPresent() ? "default" : "computed";
        try {
            setting.check(value);
        } catch (IllegalArgumentException e) {
            faults.add(setting + " (" + source + "): " + e.getMessage());
        }
        note(setting, value, source);
        return value;
    }

    private <T> T parse(Setting<T> setting, Given value, Supplier<T> computed) {
        try {
            T parsed = setting.parse(value.text());
            note(setting, parsed, value.source());
            return parsed;
        } catch (IllegalArgumentException e) {
            faults.add(setting + " (" + value.source() + "): " + e.getMessage());
            return computed.get();
        }
    }

    private <T> void note(Setting<T> setting, T value, String source) {
        effective.put(
                setting.name(), new Effective(setting, setting.kind().format().apply(value), source));
    }
}
