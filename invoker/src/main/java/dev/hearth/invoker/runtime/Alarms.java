package dev.hearth.invoker.runtime;

import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.PoolEffect.ArmTimer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pool's timers, one a container, each the latest that was armed. */
final class Alarms {
    private final Map<ContainerId, Alarm> pending = new HashMap<>();

    /** A timer with the time at which it is due. */
    record Alarm(ContainerId container, long generation, long at) {}

    void arm(ArmTimer timer, long now) {
        long at = now + timer.delay().toMillis();
        pending.put(timer.container(), new Alarm(timer.container(), timer.generation(), at));
    }

    void forget(ContainerId container) {
        pending.remove(container);
    }

    /** Those that are due now. They stay until taken, since what one brings about may forget or arm another. */
    List<Alarm> due(long now) {
        List<Alarm> due = new ArrayList<>();
        for (Alarm alarm : pending.values()) {
            if (alarm.at() <= now) {
                due.add(alarm);
            }
        }
        return due;
    }

    /** Drops the alarm unless its container has a newer one. */
    void take(Alarm alarm) {
        pending.remove(alarm.container(), alarm);
    }
}
