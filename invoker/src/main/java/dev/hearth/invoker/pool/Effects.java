package dev.hearth.invoker.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the effects of one transition; the usual none or one cost little. */
final class Effects {
    private @Nullable PoolEffect only;
    private @Nullable List<PoolEffect> several;

    void add(PoolEffect effect) {
        PoolEffect before = only;
        if (several != null) {
            several.add(effect);
        } else if (before == null) {
            only = effect;
        } else {
            several = new ArrayList<>(List.of(before, effect));
            only = null;
        }
    }

    /** Starts the container's one timer anew; what an older one says will not count. */
    void arm(PooledContainer container, long delayMillis) {
        container.generation++;
        container.armed = true;
        add(new PoolEffect.ArmTimer(container.id, container.generation, Duration.ofMillis(delayMillis)));
    }

    /** Hands the effects over and starts with none. */
    List<PoolEffect> take() {
        List<PoolEffect> many = several;
        PoolEffect one = only;
        several = null;
        only = null;
        if (many != null) {
            return List.copyOf(many);
        }
        return one == null ? List.of() : List.of(one);
    }
}
