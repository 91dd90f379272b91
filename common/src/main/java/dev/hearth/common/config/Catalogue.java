package dev.hearth.common.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Every key that a process knows, in the order of declaration. */
public final class Catalogue {
    private final Map<String, Setting<?>> byName = new LinkedHashMap<>();

    private Catalogue(List<List<Setting<?>>> parts) {
        for (List<Setting<?>> part : parts) {
            for (Setting<?> setting : part) {
                if (byName.put(setting.name(), setting) != null) {
                    throw new IllegalArgumentException("setting " + setting.name() + " is declared twice");
                }
            }
        }
    }

    /** Puts the keys of several parts one after the other. */
    public static Catalogue of(List<List<Setting<?>>> parts) {
        return new Catalogue(parts);
    }

    public List<Setting<?>> all() {
        return List.copyOf(byName.values());
    }

    boolean knows(String name) {
        return byName.containsKey(name);
    }

    /** The known name that a wrong one was probably meant to be. */
    Optional<String> nearestName(String wrong) {
        return nearest(wrong, Setting::name);
    }

    /** The known environment variable that a wrong one was probably meant to be. */
    Optional<String> nearestVariable(String wrong) {
        return nearest(wrong, Setting::variable);
    }

    /** Whether an environment variable names a group of settings ({@code HEARTH_INVOKER_...}) and so is meant for us. */
    boolean claims(String variable) {
        return byName.keySet().stream()
                .filter(name -> name.contains("."))
                .map(name -> name.substring(0, name.indexOf('.')))
                .distinct()
                .anyMatch(group -> variable.startsWith("HEARTH_" + group.toUpperCase(Locale.ROOT) + "_"));
    }

    private Optional<String> nearest(String wrong, Function<Setting<?>, String> form) {
        int limit = Math.max(2, wrong.length() / 3);
        return byName.values().stream()
                .map(form)
                .map(text -> Map.entry(EditDistance.between(wrong, text), text))
                .filter(entry -> entry.getKey() <= limit)
                .min(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue);
    }
}
